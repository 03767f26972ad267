"""``show_table``: an evidence table, or any data frame, as an accessible table of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from resistance import evidence
from resistance.evidence.schema import Field, TableSchema
from resistance.show.figures import frame_rows
from resistance.show.output import MIME, Output, check_anchor, check_text

# Columns that are shown inside another column's cell, not in one of their own.
WITH_VALUE = ("qualifier", "ci_low", "ci_high", "ci_kind", "unit")
WITH_SOURCE = ("locator", "seen_at", "seen_on")
_HIDDEN_BY_DEFAULT = (*WITH_VALUE, *WITH_SOURCE, "id", "statistic")


def show_table(
    table: str | pd.DataFrame,
    *,
    anchor: str,
    caption: str,
    columns: Sequence[str] | None = None,
    where: dict[str, Any] | None = None,
    units: dict[str, str] | None = None,
) -> Output:
    """Show a table with caption, scoped headers, units, linked sources and downloads.

    Parameters
    ----------
    table : str or pandas.DataFrame
        Name of a table in ``data/``, or a data frame. A frame that was made from such a table keeps the meaning and
        units of the columns that it still has; other columns are shown as they are.
    anchor : str
        ``tbl-…``, unique in the book.
    caption : str
        One or two sentences, MyST inline markup allowed.
    columns : sequence of str, optional
        Columns to show, in order; all of them by default. ``value`` brings its qualifier, interval and unit,
        ``source`` its place and the copy that was read.
    where : dict, optional
        Keeps the rows whose columns equal the given value, or one of a list of values.
    units : dict, optional
        Units of a data frame's columns.

    Raises
    ------
    TableError
        If a named table has faults.
    ValueError
        If a column does not exist, or no row is left.
    """
    check_anchor(anchor, "tbl-")
    check_text("caption", caption, 10)
    frame = evidence.table(table) if isinstance(table, str) else table
    name = frame.attrs.get("table")
    schema = evidence.load_schema(name) if name else None
    frame = _rows_where(frame, where or {})
    shown = _columns(frame, schema, columns)
    unknown = sorted(set(units or {}) - set(frame.columns))
    if unknown:
        raise ValueError(f"units: {', '.join(unknown)} not among the columns of the table")
    described = [_describe(name, schema, units or {}) for name in shown]
    payload = {
        "kind": "table",
        "anchor": anchor,
        "caption": caption,
        "table": name,
        "evidence": bool(schema and schema.evidence),
        "statement": schema.statement if schema else None,
        "columns": described,
        # Every column of the rows goes along: the site composes cells from several, and downloads hold them all.
        "fields": [str(c) for c in frame.columns],
        "rows": frame_rows(frame),
    }
    text = f"[{anchor}] {caption}\n{frame[shown].to_string(index=False, max_rows=20)}"
    return Output({MIME: payload, "text/html": _plain_html(frame[shown], caption), "text/plain": text})


def _rows_where(frame: pd.DataFrame, where: dict[str, Any]) -> pd.DataFrame:
    for column, wanted in where.items():
        if column not in frame.columns:
            raise ValueError(f"where: there is no column {column!r}; the columns are {', '.join(frame.columns)}")
        values = list(wanted) if isinstance(wanted, list | tuple | set) else [wanted]
        frame = frame[frame[column].isin(values)]
    if frame.empty:
        raise ValueError(f"where: no row is left by {where}" if where else "the table has no rows")
    return frame


def _columns(frame: pd.DataFrame, schema: TableSchema | None, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        hidden = _HIDDEN_BY_DEFAULT if schema and schema.evidence else ("id", *WITH_SOURCE) if schema else ()
        return [str(c) for c in frame.columns if c not in hidden]
    unknown = [c for c in columns if c not in frame.columns]
    if unknown:
        raise ValueError(f"columns: {', '.join(unknown)} not in the table; its columns are {', '.join(frame.columns)}")
    return list(columns)


def _describe(name: str, schema: TableSchema | None, units: dict[str, str]) -> dict[str, Any]:
    field = schema.by_name.get(name) if schema else None
    if field is None:
        return {"name": name, "title": name, "unit": units.get(name), "type": "string", "description": None}
    return _describe_field(field, units.get(name) or field.unit)


def _describe_field(field: Field, unit: str | None) -> dict[str, Any]:
    described = {"name": field.name, "title": field.title, "unit": unit, "type": field.type}
    if field.role:
        described["role"] = field.role
    return described | {"description": field.description, "reference": field.reference, "list": field.list}


def _plain_html(frame: pd.DataFrame, caption: str) -> str:
    """Table for a notebook outside the site; cells are escaped."""
    body = frame.astype("string").fillna("").to_html(index=False, border=0, escape=True, max_rows=20)
    return body.replace("<thead>", f"<caption>{_escape(caption)}</caption><thead>", 1)


def _escape(text: str) -> str:
    from html import escape

    return escape(text)
