"""The pages of the book, in order, as ``_toc.yml`` lists them.

Sphinx-External-ToC reads the same file when the book is rendered and names a fault by a path such as
``/parts/1/chapters/0``; here every entry keeps its line, so that a fault can be shown where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from resistance import private
from resistance.book.rules import RULES
from resistance.diagnostics import Finding
from resistance.yaml_text import LOADER, parse_yaml

CONTENTS = "_toc.yml"


@dataclass(frozen=True)
class Entry:
    """A page named in the contents: file name without suffix, relative to the root, and the line that names it."""

    docname: str
    line: int

    @property
    def source(self) -> str:
        """The page's file, relative to the root."""
        return f"{self.docname}.md"


def read_contents(root: Path) -> tuple[list[Entry], list[Finding]]:
    """Every page that ``_toc.yml`` names and whose file is there, in order, and what is wrong with the contents."""
    path = root / CONTENTS
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [], [Finding.of(RULES["TOC002"], CONTENTS, 1, "there is no _toc.yml")]
    except UnicodeDecodeError:
        return [], [Finding.of(RULES["TOC003"], CONTENTS, 1, "the file is not UTF-8", "Save the file as UTF-8")]
    node, faults = compose_yaml(text, CONTENTS)
    if faults or node is None:
        return [], faults or [Finding.of(RULES["TOC004"], CONTENTS, 1, "the contents are empty")]
    findings = _form_faults(text, node)
    entries: dict[str, Entry] = {}
    for entry in _entries(node, root):
        if entry.docname in entries:
            message = f"{entry.docname} is listed again; it is already in line {entries[entry.docname].line}"
            findings.append(Finding.of(RULES["TOC005"], CONTENTS, entry.line, message))
        elif not (root / entry.source).is_file():
            message = f"there is no file {entry.source}"
            findings.append(Finding.of(RULES["TOC001"], CONTENTS, entry.line, message))
        else:
            entries[entry.docname] = entry
    return list(entries.values()), findings


def read_parts(root: Path) -> list[tuple[str, list[str]]]:
    """Caption of each part of the contents with the document names of its pages, in order; empty if unreadable."""
    node, _ = compose_yaml((root / CONTENTS).read_text(encoding="utf-8", errors="replace"), CONTENTS)
    parts = []
    for part in _below(node, "parts").value if node is not None else []:
        caption = _below(part, "caption").value
        parts.append((str(caption or ""), [entry.docname for entry in _entries(part, root)]))
    return parts


def _below(node: yaml.Node, key: str) -> yaml.Node:
    """Node of ``key`` in a mapping; an empty list if there is none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), yaml.SequenceNode("", []))


def compose_yaml(text: str, path: str, first_line: int = 1, code: str = "TOC003") -> tuple[yaml.Node | None, list]:
    """The YAML nodes of ``text`` (None if empty or broken), and a finding with the line if it cannot be read."""
    try:
        return yaml.compose(text, Loader=LOADER), []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = first_line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or str(error)
        return None, [Finding.of(RULES[code], path, line, f"the YAML cannot be read: {problem}")]


def _entries(node: yaml.Node, root: Path) -> Iterator[Entry]:
    """Pages named anywhere below ``node``, in file order."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _entries(item, root)
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if key.value in ("root", "file") and isinstance(value, yaml.ScalarNode):
            yield Entry(value.value.removesuffix(".md"), value.start_mark.line + 1)
        elif key.value == "glob" and isinstance(value, yaml.ScalarNode):
            for path in sorted(root.glob(f"{value.value}.md")):
                yield Entry(path.relative_to(root).with_suffix("").as_posix(), value.start_mark.line + 1)
        else:
            yield from _entries(value, root)


def _form_faults(text: str, node: yaml.Node) -> list[Finding]:
    """What Sphinx-External-ToC would refuse, with the line of the entry that it names."""
    fault = private.contents_fault(parse_yaml(text))
    if fault is None or private.PAGE_TWICE in fault[0]:  # the latter is reported as TOC005, with both lines
        return []
    message, place = fault
    return [Finding.of(RULES["TOC004"], CONTENTS, _line_of(node, place), message)]


def _line_of(node: yaml.Node, place: str) -> int:
    """Line of the deepest entry on ``place``, a path such as ``'/parts/1/chapters/0'``."""
    for step in re.findall(r"[^/']+", place):
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            below = node.value[int(step)]
        else:
            below = None
        if below is None:
            break
        node = below
    return node.start_mark.line + 1
