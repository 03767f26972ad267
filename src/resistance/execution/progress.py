"""What the build says while it executes, and the report that it keeps of a page that failed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

from resistance.diagnostics import Finding

Echo = Callable[[str], None]


def echo(line: str) -> None:
    """Print at once, also when the output goes to a file or through make."""
    print(line, flush=True)


class Progress:
    """One line for every finished page, ``[3/8] mechanisms/drug-targets 4.2 s``."""

    def __init__(self, total: int, unchanged: int, jobs: int, say: Echo):
        self._say = say
        self._total = total
        self._done = 0
        if total:
            noun = "notebook" if total == 1 else "notebooks"
            self._say(f"Executing {total} {noun}, {jobs} at a time; {unchanged} unchanged.")

    def finished(self, name: str, seconds: float, reason: str) -> None:
        """A page has run, because of ``reason``."""
        self._say(f"{self._next()} {name} {seconds:.1f} s ({reason})")

    def failed(self, name: str, seconds: float, details: str) -> None:
        """A page has failed; ``details`` are its findings with source and traceback."""
        self._say(f"{self._next()} {name} {seconds:.1f} s FAILED\n{details}")

    def _next(self) -> str:
        self._done += 1
        return f"[{self._done}/{self._total}]"


def describe_fault(finding: Finding, source: str, details: str) -> str:
    """The finding in one line, then the cell's source and the traceback, indented below it."""
    parts = [str(finding), textwrap.indent(source.rstrip(), "    | ")]
    if details:
        parts.append(textwrap.indent(details, "    "))
    return "\n".join(parts)


def report_path(root: Path, name: str) -> Path:
    """Where the report of a failed page is kept; there is none once it has run without a fault."""
    return root / "_build" / "reports" / f"{name}.log"


def keep_report(root: Path, name: str, details: str | None) -> None:
    """Write the page's report, or remove it when ``details`` is None."""
    path = report_path(root, name)
    if details is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(details + "\n", encoding="utf-8")
