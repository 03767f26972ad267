"""What the site is told of a table: its columns, its rows, its caption. Made from rows or from a data frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from resistance.evidence.schema import Field, TableSchema

# Columns that are shown inside another column's cell, not in one of their own.
WITH_VALUE = ("qualifier", "ci_low", "ci_high", "ci_kind", "unit")
WITH_SOURCE = ("locator", "seen_at", "seen_on")
# What no row of evidence is shown without: the figure with what n counts, its grade, its source.
ALWAYS = ("measure", "value", "n", "level", "confidence", "direction", "source")
# The slug of a study stands for its label, and what a figure can speak for is told with its grade.
HIDDEN = ("id", "study", "statistic", "role", "n_scope", *WITH_VALUE, *WITH_SOURCE)


def shown_columns(fields: Sequence[str], schema: TableSchema | None, columns: Sequence[str] | None) -> list[str]:
    """Columns to show: those asked for, or all that are not shown inside another.

    Evidence begins with its study, and is never shown without its figure, grade and source.

    Raises
    ------
    ValueError
        If a column is not among the fields.
    """
    evidence = bool(schema and schema.evidence)
    if columns is None:
        hidden = HIDDEN if evidence else ("id", *WITH_SOURCE) if schema else ()
        return [name for name in fields if name not in hidden]
    unknown = [name for name in columns if name not in fields]
    if unknown:
        raise ValueError(f"columns: {', '.join(unknown)} not in the table; its columns are {', '.join(fields)}")
    chosen = list(columns)
    if evidence and "label" in fields:
        chosen = ["label", *(name for name in chosen if name not in ("label", "study"))]
        chosen += [name for name in ALWAYS if name in fields and name not in chosen]
    return chosen


def table_payload(
    schema: TableSchema | None,
    fields: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    anchor: str,
    caption: str,
    columns: Sequence[str],
    units: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The site's representation of a table.

    Parameters
    ----------
    schema : of the table that the rows come from, if they come from one
    fields : names of the values in each row; every column goes along, for cells are composed of several
    rows : JSON values
    anchor, caption : of the table
    columns : those to show, in order
    units : of columns that no schema describes
    """
    return {
        "kind": "table",
        "anchor": anchor,
        "caption": caption,
        "table": schema.name if schema else None,
        "evidence": bool(schema and schema.evidence),
        "statement": schema.statement if schema else None,
        "columns": [_describe(name, schema, units or {}) for name in columns],
        "fields": list(fields),
        "rows": [list(row) for row in rows],
    }


def json_row(row: Mapping[str, Any], fields: Sequence[str]) -> list[Any]:
    """Typed cells of a row as JSON values."""
    values = (row.get(name) for name in fields)
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _describe(name: str, schema: TableSchema | None, units: Mapping[str, str]) -> dict[str, Any]:
    field = schema.by_name.get(name) if schema else None
    if field is None:
        return {"name": name, "title": name, "unit": units.get(name), "type": "string", "description": None}
    return describe_field(field, units.get(name) or field.unit)


def describe_field(field: Field, unit: str | None = None) -> dict[str, Any]:
    """A column as the site is told of it."""
    described = {"name": field.name, "title": field.title, "unit": unit, "type": field.type}
    if field.role:
        described["role"] = field.role
    return described | {"description": field.description, "reference": field.reference, "list": field.list}
