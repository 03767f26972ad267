"""What a cell of a table shows: numbers with interval and unit, levels and stars as words, sources as citations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from docutils import nodes

from resistance.evidence.cells import split_list
from resistance.evidence.printed import cell_text, figure_text, n_text, number_text
from resistance.site.nodes import drawn

__all__ = ["DIRECTIONS", "LEVELS", "cell_nodes", "figure_text", "level", "number_text", "stars"]

Inline = Callable[[str], list[nodes.Node]]

LEVELS = {"A": "validated", "B": "clinical", "C": "case study", "D": "preclinical", "E": "inferential"}
DIRECTIONS = {"supports": "+", "does not support": "−", "mixed": "±"}
_EMPTY = "–"
# What ends a sentence or closes a bracket after an address is no part of it.
_ADDRESS = re.compile(r"https?://(?:www\.)?(?P<host>[\w.-]*\w(?::\d+)?)(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]])?/?")
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?$")


def stars(count: int) -> list[nodes.Node]:
    """Stars as an icon with the number in words for those who do not see it."""
    return [
        drawn("", "★" * count + "☆" * (5 - count), classes=["stars"]),
        nodes.inline("", f"{count} of 5 stars", classes=["visually-hidden"]),
    ]


def level(letter: str) -> list[nodes.Node]:
    """Level as letter and word."""
    return [nodes.inline("", letter, classes=["level", f"level-{letter.lower()}"]), nodes.Text(f" {LEVELS[letter]}")]


def role_to_tell(record: dict[str, Any]) -> str | None:
    """What a figure can speak for, unless its kind of study says so: treatment in patients, mechanism elsewhere."""
    role = record.get("role")
    obvious = "treatment effect" if record.get("system") == "patients" else "mechanism"
    return None if role in (None, obvious) else role


def cell_nodes(column: dict[str, Any], record: dict[str, Any], inline: Inline) -> tuple[list[nodes.Node], Any]:
    """Nodes of one cell, and the value to sort it by (a number where it has one, else text)."""
    if column.get("parts"):
        return (_joined_grade if column["type"] == "grade" else _joined_figure)(column["parts"], record)
    name, value = column["name"], record.get(column["name"])
    if value is None or value == "":
        return [_silent_dash()], ""
    if name == "value" and "unit" in record and isinstance(value, int | float):
        return [nodes.Text(figure_text(record))], value
    if column.get("role"):
        items = split_list(str(value)) if column.get("list") else [str(value)]
        return inline(", ".join(f"{{{column['role']}}}`{item}`" for item in items)), str(value)
    if name in ("level", "confidence", "direction") and column.get("type") in ("string", "integer"):
        return _grade(name, value), value
    if name == "source" and "seen_at" in record:
        return _source(record, inline), str(value)
    if column.get("reference"):
        keys = split_list(str(value)) if column.get("list") else [str(value)]
        return inline("{cite:p}`" + ",".join(keys) + "`"), str(value)
    if isinstance(value, bool | int | float):
        return [nodes.Text(cell_text(record, name))], str(value) if isinstance(value, bool) else value
    if name == "value" and _PLAIN_NUMBER.match(str(value)):
        return [nodes.Text(cell_text(record, name))], float(value)
    return [*_words(str(value))], _sort_key(str(value))


def _joined_grade(parts: list[str], record: dict[str, Any]) -> tuple[list[nodes.Node], Any]:
    """Level, stars, direction and role below one another; the best level with the most stars sorts first."""
    content: list[nodes.Node] = []
    for name in parts:
        if name != "role":
            content += [nodes.inline("", "", *_grade(name, record[name]), classes=["part"]), nodes.Text(" ")]
    if role := role_to_tell(record):
        content.append(nodes.inline("", role, classes=["part", "role"]))
    return content, "ABCDE".index(record["level"]) + (5 - record["confidence"]) / 10


def _joined_figure(parts: list[str], record: dict[str, Any]) -> tuple[list[nodes.Node], Any]:
    """The figure with its denominator, and below it what it is; it sorts by its value."""
    content: list[nodes.Node] = []
    value = record.get("value")
    if "value" in parts:
        content.append(nodes.strong("", figure_text(record)) if value is not None else _silent_dash())
    if "n" in parts and (counted := n_text(record)):
        content += [nodes.Text(" "), nodes.inline("", counted, classes=["n"])]
    if "measure" in parts:
        content += [nodes.Text(" "), nodes.inline("", record["measure"], classes=["part"])]
    if "comparison" in parts and record.get("comparison") is not None:
        against = f"comparison group: {cell_text(record, 'comparison')}"
        content += [nodes.Text(" "), nodes.inline("", against, classes=["part"])]
    return content, value if "value" in parts and value is not None else ""


def _grade(name: str, value: Any) -> list[nodes.Node]:
    if name == "level" and value in LEVELS:
        return level(value)
    if name == "confidence" and isinstance(value, int):
        return stars(value)
    if name == "direction" and value in DIRECTIONS:
        return [drawn("", DIRECTIONS[value] + " ", classes=["sign"]), nodes.Text(value)]
    return [nodes.Text(str(value))]


def _source(record: dict[str, Any], inline: Inline) -> list[nodes.Node]:
    """Citation, place in the source, and the copy that was read."""
    return [*inline("{cite:p}`" + record["source"] + "`"), *place_nodes(record)]


def place_nodes(record: dict[str, Any]) -> list[nodes.Node]:
    """Where in its source a figure stands, and the copy that was read."""
    content: list[nodes.Node] = []
    if record.get("locator"):
        content += [nodes.Text(" "), nodes.inline("", record["locator"], classes=["locator"])]
    if record.get("seen_at"):
        seen = nodes.reference("", "seen", refuri=record["seen_at"], classes=["seen"])
        seen["reftitle"] = f"Copy read on {record.get('seen_on') or 'an unrecorded date'}"
        content += [nodes.Text(", "), seen]
    return content


def _words(text: str) -> list[nodes.Node]:
    """Text; addresses become links."""
    if re.fullmatch(r"https?://\S+", text):
        return [nodes.reference("", text.split("//", 1)[1], refuri=text)]
    return linked(text)


def linked(text: str) -> list[nodes.Node]:
    """Text in which each address has become a link that shows its host alone, so that the sentence can be read."""
    words: list[nodes.Node] = []
    end = 0
    for address in _ADDRESS.finditer(text):
        words.append(nodes.Text(text[end : address.start()]))
        words.append(nodes.reference("", address["host"], refuri=address[0], classes=["address"]))
        end = address.end()
    return [*words, nodes.Text(text[end:])]


def _silent_dash() -> nodes.Node:
    return drawn("", _EMPTY, classes=["empty"], spoken="not given")


def _sort_key(text: str) -> Any:
    return float(text) if _PLAIN_NUMBER.match(text) else text.lower()
