"""The registry snapshot ``data/references.csv``: what each work's record said when it was last seen."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

from resistance.csv_text import RecordError, records
from resistance.diagnostics import Finding
from resistance.references.files import read_text
from resistance.references.rules import BY_NAME

SNAPSHOT_PATH = "data/references.csv"
NOT_LISTED = "not listed"  # in the list of retraction notices of ``listed_on``: less than ``current``
STATUSES = ("current", "corrected", "expression of concern", "retracted", NOT_LISTED, "not checked")
_ADDRESS = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+\.?(:\d+)?(/\S*)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_OR_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One row: the record of the work ``key``; every value as the file has it, ``line`` where the row begins."""

    key: str
    doi: str = ""
    pmid: str = ""
    title: str = ""
    first_author: str = ""
    year: str = ""
    container: str = ""
    status: str = "not checked"
    seen_at: str = ""
    seen_on: str = ""
    notice: str = ""
    notice_on: str = ""
    listed_on: str = ""
    line: int = 0


COLUMNS = tuple(f.name for f in fields(Row) if f.name != "line")
# What a list of retraction notices said; a file without these columns has not been held against one.
FROM_LIST = ("notice", "notice_on", "listed_on")


@dataclass
class Snapshot:
    """The snapshot as read; ``readable`` is false if its rows could not be told apart."""

    path: str
    rows: dict[str, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True

    def fault(self, rule: str, line: int, message: str) -> None:
        """Record a finding about this file."""
        self.findings.append(Finding.of(BY_NAME[rule], self.path, line, message))


def read_snapshot(path: Path, shown: str = SNAPSHOT_PATH) -> Snapshot:
    """Read the snapshot; never raises for what is in it.

    Parameters
    ----------
    path : the file
    shown : how the file is named in findings
    """
    text, findings = read_text(path, shown)
    if text is None:
        return Snapshot(shown, findings=findings, readable=False)
    snapshot = parse_snapshot(text, shown)
    snapshot.findings = findings + snapshot.findings
    return snapshot


def parse_snapshot(text: str, shown: str = SNAPSHOT_PATH) -> Snapshot:
    """Read the snapshot's text with LF line ends; see :func:`read_snapshot`."""
    snapshot = Snapshot(shown)
    records = _records(snapshot, text)
    header = next(records, None)
    if header is None or tuple(header[1]) not in (COLUMNS, COLUMNS[: -len(FROM_LIST)]):
        if snapshot.readable:
            snapshot.fault("snapshot-unreadable", 1, f"the header is not {','.join(COLUMNS)}")
        snapshot.readable = False
        return snapshot
    for line, cells in records:
        if len(cells) != len(header[1]):
            snapshot.fault("snapshot-unreadable", line, f"the row has {len(cells)} cells, the header {len(header[1])}")
            snapshot.readable = False
            continue
        row = Row(*(" ".join(cell.split()) for cell in cells), line=line)
        if row.key in snapshot.rows:
            first = snapshot.rows[row.key].line
            snapshot.fault("duplicate-row", line, f"{row.key!r} has a row already on line {first}")
            continue
        snapshot.rows[row.key] = row
    return snapshot


def _records(snapshot: Snapshot, text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins; stops at one that cannot be read."""
    try:
        yield from records(text)
    except RecordError as error:
        snapshot.fault("snapshot-unreadable", error.line, str(error))
        snapshot.readable = False


def check_rows(snapshot: Snapshot, today: date) -> Iterator[Finding]:
    """Faults of single rows: the status, and where and when the record was seen."""
    for row in snapshot.rows.values():
        if row.status not in STATUSES:
            yield _at(row, snapshot, "status-unknown", f"{row.key}: {row.status!r} is not a status")
        if not _ADDRESS.fullmatch(row.seen_at):
            shown = f"{row.seen_at!r} is not an address" if row.seen_at else "seen_at is empty"
            yield _at(row, snapshot, "seen-at", f"{row.key}: {shown}")
        problem = _date_problem(row.seen_on, today)
        if problem:
            yield _at(row, snapshot, "seen-on", f"{row.key}: {problem}")
        if row.listed_on and not _DAY_OR_MONTH.fullmatch(row.listed_on):
            yield _at(row, snapshot, "listed-on", f"{row.key}: {row.listed_on!r} is not a day or month")
        elif row.status == NOT_LISTED and not row.listed_on:
            yield _at(row, snapshot, "listed-on", f"{row.key} is {NOT_LISTED}, and listed_on is empty")


def _date_problem(text: str, today: date) -> str:
    if not text:
        return "seen_on is empty"
    try:
        seen = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        seen = None
    if seen is None:
        return f"{text!r} is not a date"
    return f"{text} is later than today" if seen > today else ""


def _at(row: Row, snapshot: Snapshot, rule: str, message: str) -> Finding:
    return Finding.of(BY_NAME[rule], snapshot.path, row.line, message)


def render(rows: Iterable[Row]) -> str:
    """The rows as CSV text: header, LF line ends, quotation marks only where needed.

    The columns of :data:`FROM_LIST` stand there once a list has been looked into.
    """
    rows = list(rows)
    listed = any(getattr(row, column) for row in rows for column in FROM_LIST)
    columns = COLUMNS if listed else COLUMNS[: -len(FROM_LIST)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([getattr(row, column) for column in columns])
    return out.getvalue()


def with_row(rows: Iterable[Row], new: Row) -> list[Row]:
    """``rows`` with ``new`` in the place of the row of its key, or before the first row whose key comes later."""
    out = list(rows)
    for position, row in enumerate(out):
        if row.key == new.key:
            out[position] = new
            return out
    place = next((i for i, row in enumerate(out) if row.key.casefold() > new.key.casefold()), len(out))
    out.insert(place, new)
    return out
