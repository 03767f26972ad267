"""Rows of an evidence table as the builders of figures need them: chosen, in order, written in words."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap
from typing import Any

import pandas as pd

from resistance import evidence
from resistance.show.numbers import format_number

Ids = Sequence[str] | Mapping[str, str]
What = str | Callable[[Mapping[str, Any]], str]
Record = dict[str, Any]

SCOPES = {
    "group": "in this group",
    "both arms": "both arms",
    "whole study": "whole study",
}


def chosen(table: str, ids: Ids | None, where: Mapping[str, Any] | None) -> list[Record]:
    """Rows of a table by id, in the order given, or by a filter, in the order of the table.

    Parameters
    ----------
    table : name of an evidence table
    ids : ids, or a mapping of ids to what the figure calls the row
    where : column and value, or a list of values

    Raises
    ------
    ValueError
        If neither or both are given, an id or column does not exist, or no row is left.
    """
    if (ids is None) == (where is None):
        raise ValueError("give ids= or where=, one of them")
    frame = evidence.table(table)
    records = [_plain(row) for row in frame.to_dict("records")]
    if ids is not None:
        by_id = {record["id"]: record for record in records}
        lost = [name for name in ids if name not in by_id]
        if lost:
            raise ValueError(f"ids: {', '.join(lost)} not in the table {table}")
        named = ids if isinstance(ids, Mapping) else {}
        return [by_id[name] | ({"called": named[name]} if named else {}) for name in ids]
    for column, wanted in (where or {}).items():
        if column not in frame.columns:
            raise ValueError(f"where: there is no column {column!r}; the columns are {', '.join(frame.columns)}")
        values = list(wanted) if isinstance(wanted, list | tuple | set) else [wanted]
        records = [record for record in records if record[column] in values]
    if not records:
        raise ValueError(f"where: no row of {table} is left by {dict(where or {})}")
    return records


def _plain(row: Mapping[str, Any]) -> Record:
    return {str(k): None if v is None or v is pd.NaT or pd.isna(v) else v for k, v in row.items()}


def said(record: Record, what: What | None) -> str:
    """What a row is called in a figure: its own name, a template such as ``"{gene}, {therapy}"``, or a function's."""
    if "called" in record:
        return str(record["called"])
    if what is None:
        return str(record.get("measure") or "")
    if callable(what):
        return what(record)
    if "{" not in what:
        what = "{" + what + "}"
    unknown = [name for _, name, _, _ in string.Formatter().parse(what) if name and name not in record]
    if unknown:
        raise ValueError(f"what: there is no column {', '.join(unknown)}; the columns are {', '.join(record)}")
    return what.format_map({k: "" if v is None else v for k, v in record.items()})


def link(table: str, record: Record) -> str:
    """Address of a row on the page that shows its table."""
    return f"#row-{table}-{record['id']}".replace("_", "-")


def plain(value: float | None) -> str:
    """A number as the tables print it: no needless zeros, groups of three from 10,000 upwards."""
    if value is None:
        return "not reached"
    number = float(value)
    if number.is_integer():
        return format_number(number, ",d" if abs(number) >= 10_000 else "d")
    return format_number(number, ".10g")


def interval_words(record: Record) -> str:
    """``0.63 to 0.80``; open where a bound was not reached; empty without an interval."""
    if record["ci_low"] is None and record["ci_high"] is None:
        return ""
    return f"{plain(record['ci_low'])} to {plain(record['ci_high'])}"


def figure_words(record: Record) -> str:
    """The figure with its bound, unit and interval: ``0.71 (0.63 to 0.80)``, ``63.8%``."""
    unit = record["unit"]
    tail = "" if unit == "1" else unit if unit == "%" else f" {unit}"
    text = f"{record['qualifier'] or ''}{plain(record['value'])}{tail}"
    between = interval_words(record)
    return f"{text} ({between})" if between else text


def counted(record: Record) -> str:
    """``480 patients``, ``4,805 patients, whole study``; empty without n."""
    if record["n"] is None:
        return ""
    scope = record["n_scope"]
    unit = "patients" if record["system"] == "patients" else "measured"
    if scope in SCOPES:
        return f"{int(record['n']):,} {unit}" + ("" if scope == "group" else f", {SCOPES[scope]}")
    return f"{int(record['n']):,} {scope}"


def lines(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters."""
    return wrap(text, width, break_long_words=False) or [""]


def studies(records: Sequence[Record]) -> int:
    """How many studies the rows come from."""
    return len({record["study"] for record in records})


def data_frame(records: Sequence[Record], columns: Mapping[str, Callable[[Record], Any]]) -> pd.DataFrame:
    """The rows behind a picture."""
    return pd.DataFrame([{name: of(record) for name, of in columns.items()} for record in records])
