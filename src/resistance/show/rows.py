"""Rows of an evidence table as the builders of figures need them: chosen, in order, written in words."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap
from typing import Any

from resistance import evidence
from resistance.evidence.printed import cell_text, interval_text, point_text

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
    checked = evidence.check_table(table)
    if checked.findings:
        raise evidence.TableError(sorted(checked.findings))
    records: list[Record] = list(checked.rows)
    if ids is not None:
        by_id = {record["id"]: record for record in records}
        lost = [name for name in ids if name not in by_id]
        if lost:
            raise ValueError(f"ids: {', '.join(lost)} not in the table {table}")
        named = ids if isinstance(ids, Mapping) else {}
        return [by_id[name] | ({"called": named[name]} if named else {}) for name in ids]
    for column, wanted in (where or {}).items():
        if column not in checked.schema.by_name:
            raise ValueError(
                f"where: there is no column {column!r}; the columns are {', '.join(checked.schema.columns)}"
            )
        values = list(wanted) if isinstance(wanted, list | tuple | set) else [wanted]
        records = [record for record in records if record[column] in values]
    if not records:
        raise ValueError(f"where: no row of {table} is left by {dict(where or {})}")
    return records


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
    columns = [name for name in record if not name.startswith("_")]
    unknown = [name for _, name, _, _ in string.Formatter().parse(what) if name and name not in columns]
    if unknown:
        raise ValueError(f"what: there is no column {', '.join(unknown)}; the columns are {', '.join(columns)}")
    return what.format_map({name: cell_text(record, name) for name in columns})


def link(table: str, record: Record) -> str:
    """Address of a row on the page that shows its table; the site puts another page's in its place where needed."""
    return f"#row-{table}-{record['id']}".replace("_", "-")


def ref(table: str, record: Record) -> str:
    """The row by its table and id, for the site."""
    return f"{table}/{record['id']}"


def figure_words(record: Record) -> str:
    """The figure with its bound, unit and interval, digits as in the source: ``0.71 (0.63 to 0.80)``, ``63.8%``.

    The kind of an interval is said where it is not the usual one.
    """
    between = interval_text(record)
    if not between:
        return point_text(record)
    kind = "" if record["ci_kind"] == "95% CI" else f"{record['ci_kind']} "
    return f"{point_text(record)} ({kind}{between})"


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


def group_of(record: Record, group: What | None) -> str:
    """Heading under which a row stands: a column's value, or what a function of the row gives; empty without one."""
    if group is None:
        return ""
    return group(record) if callable(group) else cell_text(record, group)


def ordered(records: list[Record], group: What | None, sort: str | None) -> list[Record]:
    """Rows sorted by a column, and kept together by group in the order in which the groups come."""
    if sort:
        records = sorted(records, key=lambda r: (r[sort] is None, r[sort]))
    order = list(dict.fromkeys(group_of(r, group) for r in records))
    return sorted(records, key=lambda r: order.index(group_of(r, group)))


def group_column(record: Record, group: What | None) -> dict[str, str]:
    """The heading of a row as a column of the data behind a picture."""
    name = group if isinstance(group, str) else "group"
    return {} if group is None else {name: group_of(record, group)}


def by_n(records: Sequence[Record]) -> list[float]:
    """Area of each mark in px², in proportion to n where all rows have it; kept within what can be seen."""
    counts = [r["n"] for r in records if r["n"] is not None]
    if len(counts) < len(records):
        return [90.0] * len(records)
    return [max(45.0, 180.0 * count / max(counts)) for count in counts]
