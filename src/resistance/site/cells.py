"""What a cell of a table shows: numbers with interval and unit, levels and stars as words, sources as citations."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

from docutils import nodes

from resistance.evidence.cells import split_list
from resistance.show.numbers import format_number

Inline = Callable[[str], list[nodes.Node]]

LEVELS = {"A": "validated", "B": "clinical", "C": "case study", "D": "preclinical", "E": "inferential"}
DIRECTIONS = {"supports": "+", "does not support": "−", "mixed": "±"}
# Columns that are read together: where they stand side by side they share one column, so that a table fits the page.
JOINED = {
    "figure": (
        "Figure",
        "The figure as the source reports it, its denominator, and what it is",
        {"measure", "value", "n", "n_scope"},
    ),
    "grade": (
        "Grade",
        "Level of evidence, stars, and whether the row supports the statement of the table",
        {"level", "confidence", "direction"},
    ),
}
_EMPTY = "–"
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?$")


def stars(count: int) -> list[nodes.Node]:
    """Stars as an icon with the number in words for those who do not see it."""
    drawn = nodes.inline("", "★" * count + "☆" * (5 - count), classes=["stars"])
    drawn["aria_hidden"] = True
    return [drawn, nodes.inline("", f"{count} of 5 stars", classes=["visually-hidden"])]


def level(letter: str) -> list[nodes.Node]:
    """Level as letter and word."""
    return [nodes.inline("", letter, classes=["level", f"level-{letter.lower()}"]), nodes.Text(f" {LEVELS[letter]}")]


def figure_text(record: dict[str, Any]) -> str:
    """The figure of an evidence row in words: bound, value, unit and interval."""
    text = (record.get("qualifier") or "") + number_text(record["value"])
    unit = record.get("unit")
    if unit and unit != "1":
        text += unit if unit == "%" else f" {unit}"
    low, high, kind = record.get("ci_low"), record.get("ci_high"), record.get("ci_kind")
    if low is not None:
        upper = number_text(high) if high is not None else "not reached"
        text += f" ({kind} {number_text(low)} to {upper})"
    return text


def number_text(value: float) -> str:
    """A number without needless zeros, digits in groups of three from 10,000 upwards."""
    if isinstance(value, int) or float(value).is_integer():
        return format_number(value, ",d" if abs(value) >= 10_000 else "d")
    return format_number(value, ".10g")


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
        return inline(f"{{{column['role']}}}`{value}`"), str(value)
    if name in ("level", "confidence", "direction") and column.get("type") in ("string", "integer"):
        return _grade(name, value), value
    if name == "source" and "seen_at" in record:
        return _source(record, inline), str(value)
    if column.get("reference"):
        keys = split_list(str(value)) if column.get("list") else [str(value)]
        return inline("{cite:p}`" + ",".join(keys) + "`"), str(value)
    if isinstance(value, bool):
        return [nodes.Text("yes" if value else "no")], str(value)
    if isinstance(value, int | float):
        return [nodes.Text(number_text(value))], value
    return [*_words(str(value))], _sort_key(str(value))


def joined_columns(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns of a table as they are shown: neighbours of one kind in :data:`JOINED` become one column.

    The joined column names its kind as ``type`` and the names of the columns that it holds as ``parts``.
    """
    shown: list[dict[str, Any]] = []
    for kind, run in groupby(columns, key=lambda column: _kind_of(column["name"])):
        neighbours = list(run)
        if kind is None or len(neighbours) == 1:
            shown += neighbours
            continue
        title, description, _ = JOINED[kind]
        parts = [column["name"] for column in neighbours]
        shown.append(
            {"name": kind, "title": title, "unit": None, "type": kind, "description": description, "parts": parts}
        )
    return shown


def _kind_of(name: str) -> str | None:
    return next((kind for kind, (_, _, names) in JOINED.items() if name in names), None)


def _joined_grade(parts: list[str], record: dict[str, Any]) -> tuple[list[nodes.Node], Any]:
    """Level, stars and direction below one another; the best level with the most stars sorts first."""
    content: list[nodes.Node] = []
    for name in parts:
        content += [nodes.inline("", "", *_grade(name, record[name]), classes=["part"]), nodes.Text(" ")]
    return content, "ABCDE".index(record["level"]) + (5 - record["confidence"]) / 10


def _joined_figure(parts: list[str], record: dict[str, Any]) -> tuple[list[nodes.Node], Any]:
    """The figure with its denominator, and below it what it is; it sorts by its value."""
    content: list[nodes.Node] = []
    value, n, scope = record.get("value"), record.get("n"), record.get("n_scope")
    if "value" in parts:
        content.append(nodes.strong("", figure_text(record)) if value is not None else _silent_dash())
    if "n" in parts and n is not None:
        counted = f"n = {number_text(n)}" + (
            f", {scope}" if "n_scope" in parts and scope not in (None, "group") else ""
        )
        content += [nodes.Text(" "), nodes.inline("", counted, classes=["n"])]
    if "measure" in parts:
        content += [nodes.Text(" "), nodes.inline("", record["measure"], classes=["part"])]
    return content, value if "value" in parts and value is not None else ""


def _grade(name: str, value: Any) -> list[nodes.Node]:
    if name == "level" and value in LEVELS:
        return level(value)
    if name == "confidence" and isinstance(value, int):
        return stars(value)
    if name == "direction" and value in DIRECTIONS:
        sign = nodes.inline("", DIRECTIONS[value] + " ", classes=["sign"])
        sign["aria_hidden"] = True
        return [sign, nodes.Text(value)]
    return [nodes.Text(str(value))]


def _source(record: dict[str, Any], inline: Inline) -> list[nodes.Node]:
    """Citation, place in the source, and the copy that was read."""
    content: list[nodes.Node] = inline("{cite:p}`" + record["source"] + "`")
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
    return [nodes.Text(text)]


def _silent_dash() -> nodes.Node:
    dash = nodes.inline("", _EMPTY, classes=["empty"])
    dash["aria_label"] = "not given"
    return dash


def _sort_key(text: str) -> Any:
    return float(text) if _PLAIN_NUMBER.match(text) else text.lower()
