"""The YAML between the ``---`` lines at the top of a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from resistance.book.contents import compose_yaml
from resistance.book.rules import RULES
from resistance.diagnostics import Finding
from resistance.yaml_text import LOADER, parse_yaml

_DATE = "tag:yaml.org,2002:timestamp"
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "merge")}


def read_front_matter(text: str, source: str) -> tuple[dict[str, Any], int, list[Finding]]:
    """The mapping between the ``---`` lines at the top, the number of the line after them, and its faults."""
    lines = text.split("\n")
    if not lines[0].startswith("---"):
        return {}, 1, []
    end = _end(lines)
    body = 1 if end is None else end + 2

    def fault(line: int, message: str) -> tuple[dict[str, Any], int, list[Finding]]:
        return {}, body, [Finding.of(RULES["CHP001"], source, line, message)]

    if end is None:
        return fault(1, "the front matter is not closed by a line '---'")
    block = "\n".join(lines[1:end])
    node, faults = compose_yaml(block, source, first_line=2, code="CHP001")
    if faults:
        return {}, body, faults
    if (odd := next(_no_text(node), None)) is not None:
        return fault(2 + odd.start_mark.line, f"{_shown(odd)} is no text, number, date, list or mapping")
    try:
        metadata = parse_yaml(block)
    except (yaml.YAMLError, ValueError) as error:  # such as an impossible date
        return fault(2, f"the front matter cannot be read: {error}")
    if metadata is None:
        return {}, body, []
    if not isinstance(metadata, dict):
        return fault(2, "the front matter is not a list of 'name: value' lines")
    for path in (("jupytext",), ("jupytext", "text_representation"), ("kernelspec",), ("mystnb",)):
        value: Any = metadata
        for key in path:
            value = value.get(key, {}) if isinstance(value, dict) else value
        if not isinstance(value, dict):
            return fault(line_of(lines[:end], path[-1]), f"{'.'.join(path)} has no 'name: value' lines below it")
    return metadata, body, []


def _end(lines: list[str]) -> int | None:
    """Index of the line that closes the front matter."""
    return next((i for i, line in enumerate(lines[1:], 1) if line.startswith(("---", "..."))), None)


def line_of(lines: list[str], key: str) -> int:
    """Line of the first ``key:``, or 1."""
    return next((i for i, line in enumerate(lines, 1) if line.strip().startswith(f"{key}:")), 1)


def _scalars(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Every node below ``node`` that is no list or mapping of the usual kind, keys included."""
    if node is None:
        return
    if isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN:
        yield node
        return
    for part in node.value:
        for below in part if isinstance(part, tuple) else (part,):
            yield from _scalars(below)


def _no_text(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """Values that a notebook, which is JSON, cannot keep."""
    return (scalar for scalar in _scalars(node) if scalar.tag not in _PLAIN | {_DATE})


def _shown(node: yaml.Node) -> str:
    value = node.value if isinstance(node.value, str) else "..."
    return f"{node.tag.rpartition(':')[2]} {value[:30]!r}"


def with_dates_as_text(text: str) -> str:
    """The page with each date of its front matter in quotes: a notebook, which is JSON, has none.

    Lines stay where they are. A page without front matter, or one that cannot be read, is returned as it is.
    """
    lines = text.split("\n")
    if not lines[0].startswith("---") or (end := _end(lines)) is None:
        return text
    try:
        node = yaml.compose("\n".join(lines[1:end]), Loader=LOADER)
    except yaml.YAMLError:
        return text
    dates = [scalar for scalar in _scalars(node) if scalar.tag == _DATE]
    for date in sorted(dates, key=lambda date: date.start_mark.column, reverse=True):
        number = 1 + date.start_mark.line
        start, stop = date.start_mark.column, date.end_mark.column
        line = lines[number]
        lines[number] = f'{line[:start]}"{line[start:stop]}"{line[stop:]}'
    return "\n".join(lines)
