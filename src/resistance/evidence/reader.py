"""Reads a CSV file into records that know their line, and refuses what is not a clean UTF-8 table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resistance.csv_text import RecordError, records
from resistance.diagnostics import Finding, conflict_fault, control_fault
from resistance.evidence.rules import RULES
from resistance.paths import relative

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Record:
    """One row: the line on which it begins and its cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class RawTable:
    """A CSV file as read: header and records, and what is wrong with the file itself."""

    path: str
    header: list[str]
    records: list[Record]
    findings: list[Finding]


def read_raw(path: Path) -> RawTable:
    """Read ``path``; never raises for what is in the file: faults are in ``findings``."""
    shown = relative(path)
    findings: list[Finding] = []

    def fault(code: str, line: int, message: str) -> None:
        findings.append(Finding.of(RULES[code], shown, line, message))

    data = path.read_bytes()
    if data.startswith(b"\xef\xbb\xbf"):
        fault("EVI002", 1, "the file begins with a byte order mark")
        data = data[3:]
    crlf = data.find(b"\r")
    if crlf >= 0:
        fault("EVI003", data.count(b"\n", 0, crlf) + 1, "the line ends in CRLF or CR")
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = _decode(data, fault)
    if text is None:
        return RawTable(shown, [], [], findings)
    if not text.strip():
        fault("EVI004", 1, "the file is empty")
        return RawTable(shown, [], [], findings)
    if mark := conflict_fault(text):
        fault("EVI024", *mark)
        return RawTable(shown, [], [], findings)
    if control := control_fault(text):
        fault("EVI025", *control)
        return RawTable(shown, [], [], findings)
    first = text.lstrip("\n").split("\n", 1)[0]
    other = max(_SEPARATORS, key=first.count)
    if "," not in first and other in first:
        fault("EVI023", 1, f"the columns are separated by {_SEPARATORS[other]}")
        return RawTable(shown, [], [], findings)
    rows: list[Record] = []
    try:
        for line, cells in records(text):
            rows.append(Record(line, cells))
    except RecordError as error:
        fault("EVI009", error.line, str(error))
    header = rows[0].cells if rows else []
    return RawTable(shown, header, rows[1:], findings)


def _decode(data: bytes, fault) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault("EVI001", line, f"byte 0x{data[error.start]:02x} is not UTF-8")
        return None
