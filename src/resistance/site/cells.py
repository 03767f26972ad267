"""What a cell of a table shows: numbers with interval and unit, levels and stars as words, sources as citations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from docutils import nodes

from resistance.evidence.cells import split_list
from resistance.site.numbers import format_number

Inline = Callable[[str], list[nodes.Node]]

LEVELS = {"A": "validated", "B": "clinical", "C": "case study", "D": "preclinical", "E": "inferential"}
DIRECTIONS = {"supports": "+", "does not support": "−", "mixed": "±"}
# Level, stars and direction of a row are read together: side by side they share one narrow column.
GRADE = ("level", "confidence", "direction")
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
    if column.get("type") == "grade":
        return _joined_grade(record)
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


def with_grades_joined(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns of a table in which level, stars and direction that stand side by side are one column, ``grade``."""
    names = [column["name"] for column in columns]
    for start in range(len(names) - len(GRADE) + 1):
        if tuple(names[start : start + len(GRADE)]) == GRADE:
            grade = {
                "name": "grade",
                "title": "Grade",
                "type": "grade",
                "unit": None,
                "description": "Level of evidence, stars, and whether the row supports the statement of the table",
            }
            return [*columns[:start], grade, *columns[start + len(GRADE) :]]
    return columns


def _joined_grade(record: dict[str, Any]) -> tuple[list[nodes.Node], float]:
    """Level, stars and direction below one another; the best level with the most stars sorts first."""
    content: list[nodes.Node] = []
    for name in GRADE:
        content += [nodes.inline("", "", *_grade(name, record[name]), classes=["grade-part"]), nodes.Text(" ")]
    return content, "ABCDE".index(record["level"]) + (5 - record["confidence"]) / 10


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
        content.append(nodes.Text(f" {record['locator']}"))
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
