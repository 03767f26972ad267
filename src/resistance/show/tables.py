"""``show_table``: an evidence table, or any data frame, as an accessible table of the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from resistance import evidence
from resistance.show.figures import frame_rows
from resistance.show.output import MIME, Output, check_anchor, check_text
from resistance.show.payload import shown_columns, table_payload


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

    A page shows a table of ``data/`` as it stands with the directive ``{evidence-table}``, which needs no kernel;
    this function is for frames that a cell computes.

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
        ``source`` its place and the copy that was read; a table of evidence begins with the study.
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
    fields = [str(column) for column in frame.columns]
    shown = shown_columns(fields, schema, columns)
    unknown = sorted(set(units or {}) - set(fields))
    if unknown:
        raise ValueError(f"units: {', '.join(unknown)} not among the columns of the table")
    rows = frame_rows(frame)
    payload = table_payload(schema, fields, rows, anchor=anchor, caption=caption, columns=shown, units=units)
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


def _plain_html(frame: pd.DataFrame, caption: str) -> str:
    """Table for a notebook outside the site; cells are escaped."""
    body = frame.astype("string").fillna("").to_html(index=False, border=0, escape=True, max_rows=20)
    return body.replace("<thead>", f"<caption>{escape(caption)}</caption><thead>", 1)
