"""What the renderer says, in the one language of all checks: path relative to the root, line, code, remedy."""

from __future__ import annotations

import re
from pathlib import Path

from resistance.diagnostics import Finding, Rule
from resistance.paths import relative, root

RULES = {
    rule.code: rule
    for rule in (
        Rule("SIT001", "rendering", "Correct what the message names on the page"),
        Rule("SIT002", "renderer-failed", "Correct what the message names; make check may say where"),
    )
}
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SAID = re.compile(
    r"(?:(?P<path>[^\n]*?)(?::(?P<line>\d+))?: )?(?P<kind>WARNING|ERROR|SEVERE|CRITICAL): (?P<message>.*)"
)
# Sphinx's last words, which say nothing more.
_IDLE = re.compile(r"build (finished with problems|succeeded), .*|\(with warnings treated as errors\)\.?")


def warnings_of(said: str) -> tuple[list[Finding], str]:
    """Findings in what the renderer has printed, each once, and the rest of it with paths relative to the root."""
    findings: dict[Finding, None] = {}
    rest: list[str] = []
    open_message: tuple[str, int, str] | None = None

    def close() -> None:
        nonlocal open_message
        if open_message is not None:
            path, line, message = open_message
            findings[Finding.of(RULES["SIT001"], path, line, message)] = None
            open_message = None

    for text in _COLOUR.sub("", said).split("\n"):
        if match := _SAID.fullmatch(text):
            close()
            open_message = (_place(match["path"]), int(match["line"] or 1), _relative(match["message"]))
        elif open_message is not None and text.startswith((" ", "\t")):
            path, line, message = open_message
            open_message = (path, line, f"{message} {text.strip()}")
        else:
            close()
            if text.strip() and not _IDLE.fullmatch(text.strip()):
                rest.append(_relative(text))
    close()
    return list(findings), "".join(f"{text}\n" for text in rest)


def _place(path: str | None) -> str:
    """The file that a warning names; the configuration for one that names none."""
    if not path:
        return "_config.yml"
    named = re.sub(r":docstring of .*|:<[^>]*>", "", path)
    return relative(Path(named))


def _relative(text: str) -> str:
    return text.replace(f"{root()}/", "").replace(str(root()), ".")
