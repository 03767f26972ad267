"""Conditions on the rows of a table, as pages write them: ``level=A|B and system!=in vitro``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from resistance.evidence.cells import Row, split_list
from resistance.evidence.schema import TableSchema

_CONDITION = re.compile(r"\s*(?P<column>[a-z][a-z0-9_]*)\s*(?P<sign>!?=)(?P<values>.*)", re.DOTALL)
# A value may hold the word "and": only before a further condition does it join two.
_JOINT = re.compile(r"\s+and\s+(?=[a-z][a-z0-9_]*\s*!?=)")
_SHOWN = 8  # values that a message lists


@dataclass(frozen=True)
class Condition:
    """A column that holds one of the values, or, with ``unlike``, none of them; an empty value is an empty cell."""

    column: str
    values: tuple[str, ...]
    unlike: bool = False

    def holds(self, row: Row, is_list: bool = False) -> bool:
        """Whether a row meets the condition."""
        held = split_list(row[self.column]) or [""] if is_list else [text_of(row, self.column)]
        return any(value in self.values for value in held) != self.unlike


def text_of(row: Row, column: str) -> str:
    """A cell's text as it stands in the file."""
    text = (row.get("_text") or {}).get(column)
    value = row.get(column)
    return text if text is not None else "" if value is None else str(value)


def conditions(text: str) -> list[Condition]:
    """The conditions of a text; empty for an empty one.

    Raises
    ------
    ValueError
        If a part is not ``column=value`` or ``column!=value``, with ``|`` between values.
    """
    found = []
    for part in _JOINT.split(text.strip()) if text.strip() else []:
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise ValueError(f"{part.strip()!r} is not of the form column=value|value or column!=value")
        values = tuple(value.strip() for value in match["values"].split("|"))
        found.append(Condition(match["column"], values, match["sign"] == "!="))
    return found


def keep(rows: Iterable[Row], schema: TableSchema, text: str) -> list[Row]:
    """Rows of a table that meet all conditions of a text.

    Raises
    ------
    ValueError
        If the text cannot be read, names a column that the table has not, or a value that no row has: a typing error
        would otherwise count as nothing found.
    """
    kept = list(rows)
    every = list(kept)
    for condition in conditions(text):
        field = schema.by_name.get(condition.column)
        if field is None:
            raise ValueError(f"{schema.name} has no column {condition.column!r}; it has {', '.join(schema.columns)}")
        held = {v for r in every for v in (split_list(r[field.name]) if field.list else [text_of(r, field.name)])}
        for value in condition.values:
            if value and value not in held and value not in field.enum:
                known = sorted(held - {""})
                some = ", ".join(map(repr, known[:_SHOWN])) + (" …" if len(known) > _SHOWN else "")
                raise ValueError(f"no row of {schema.name} has {value!r} in {field.name}; there are {some}")
        kept = [row for row in kept if condition.holds(row, field.list)]
    return kept
