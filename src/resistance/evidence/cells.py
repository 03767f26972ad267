"""Checks a table's cells against its schema, and the rules that depend on the whole row."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from resistance.diagnostics import Finding
from resistance.evidence.reader import RawTable, Record
from resistance.evidence.rules import RULES, row_faults
from resistance.evidence.schema import LIST_SEPARATOR, Field, TableSchema

_TAG = re.compile(r"<\s*/?\s*[a-zA-Z!][^>]*>")
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]+(/\S*)?")
# Digits are 0 to 9: those of other scripts look alike on the page and not to the next program.
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)  # what a 64-bit integer can hold
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNUSABLE = ("EVI011", "EVI012", "EVI013", "EVI019")  # after one of these a cell has no typed value

Row = dict[str, Any]


def parse_cell(field: Field, text: str) -> Any:
    """The typed value of a cell that passed its checks; ``None`` where it is empty."""
    if text == "":
        return None
    match field.type:
        case "number":
            return float(text)
        case "integer":
            return int(text)
        case "boolean":
            return text == "true"
        case "date":
            return date.fromisoformat(text)
    return text


def split_list(text: str | None) -> list[str]:
    """Values of a list cell."""
    return [part.strip() for part in (text or "").split(LIST_SEPARATOR) if part.strip()]


def check_header(raw: RawTable, schema: TableSchema) -> list[Finding]:
    """Missing, unknown and misplaced columns."""

    def fault(code: str, message: str) -> Finding:
        return Finding.of(RULES[code], raw.path, 1, message)

    wanted, found = schema.file_columns, raw.header
    missing = [c for c in wanted if c not in found]
    extra = [c for c in found if c not in wanted] + sorted({c for c in found if found.count(c) > 1})
    faults = [fault("EVI005", f"column {c!r} is missing") for c in missing]
    faults += [fault("EVI006", f"column {c!r} is not in the schema, or stands twice") for c in extra]
    if not faults and found != wanted:
        faults.append(fault("EVI007", f"the columns are not in the order of the schema: {', '.join(wanted)}"))
    return faults


Seen = dict[str, dict[str, str]]  # place of each value of each column that must be unique


def check_records(
    raw: RawTable,
    schema: TableSchema,
    keys: Collection[str] | None,
    today: date,
    given: Mapping[str, Any] | None = None,
    seen: Seen | None = None,
) -> tuple[list[Row], list[Finding]]:
    """Typed rows, and every fault of every cell and row.

    Parameters
    ----------
    raw, schema : the file as read and what it should be
    keys : keys of references.bib, or None where the bibliography is not at hand (sources are then not looked up)
    today : dates after this are in the future
    given : cells that the file's path gives to every row
    seen : unique values of the table's other files; those of this one are added
    """
    rows: list[Row] = []
    findings: list[Finding] = []
    seen = {} if seen is None else seen
    for name in (f.name for f in schema.fields if f.unique or (schema.evidence and f.name == "id")):
        seen.setdefault(name, {})
    fields = [schema.by_name[c] for c in raw.header]
    for record in raw.records:

        def fault(code: str, message: str, line: int = record.line) -> None:
            findings.append(Finding.of(RULES[code], raw.path, line, message))

        if len(record.cells) != len(fields):
            fault("EVI008", f"the row has {len(record.cells)} cells, the header {len(fields)}")
            continue
        row = _check_cells(record, fields, keys, today, fault)
        for name, places in seen.items():
            value = record.cells[raw.header.index(name)]
            if value and value in places:
                fault("EVI016", f"{name} {value!r} stands already on {places[value].replace(f'{raw.path}:', 'line ')}")
            places.setdefault(value, f"{raw.path}:{record.line}")
        if row is None:
            continue
        # The typed value forgets how many digits the source gave; the text keeps them.
        text = {field.name: cell.strip() for field, cell in zip(fields, record.cells, strict=True)}
        row |= {**(given or {}), "_line": record.line, "_path": raw.path, "_text": text}
        if schema.evidence:
            for code, message in row_faults(row):
                fault(code, message)
        elif schema.name == "model_parameters" and row["kind"] == "published":
            empty = [c for c in ("source", "locator", "seen_at", "seen_on") if row[c] is None]
            if empty:
                fault("EVI037", f"the published parameter {row['id']!r} lacks {', '.join(empty)}")
        rows.append(row)
    return rows, findings


def _check_cells(
    record: Record,
    fields: list[Field],
    keys: Collection[str] | None,
    today: date,
    fault: Callable[[str, str], None],
) -> Row | None:
    """Typed row, or None if a cell could not be typed (its faults are reported)."""
    row: Row | None = {}
    for field, text in zip(fields, record.cells, strict=True):
        problems = list(_cell_faults(field, text, keys, today))
        for code, message in problems:
            fault(code, f"{field.name}: {message}")
        if any(code in _UNUSABLE for code, _ in problems):
            row = None
        elif row is not None:
            row[field.name] = parse_cell(field, text.strip())
    return row


def _cell_faults(field: Field, text: str, keys: Collection[str] | None, today: date) -> Iterator[tuple[str, str]]:
    value = text.strip()
    if not value:
        if field.required:
            yield "EVI012", "the cell is empty"
        return
    if "\n" in text:
        yield "EVI010", f"the cell {_short(text)} holds a line break"
    elif value != text:
        yield "EVI020", f"{text!r} has spaces around it"
    if _TAG.search(value):
        yield "EVI018", f"{_short(value)} holds HTML"
    if value[0] in "=+@\t" or (value[0] == "-" and field.type == "string" and len(value) > 1):
        yield "EVI019", f"{_short(value)} begins with {value[0]!r}"
        return
    if not _has_type(field, value):
        yield "EVI011", f"{_short(value)} is not of type {field.type}"
        return
    if field.enum and value not in field.enum:
        yield "EVI013", f"{_short(value)} is not one of: {', '.join(field.enum)}"
        return
    yield from _value_faults(field, value, keys, today)


def _value_faults(field: Field, value: str, keys: Collection[str] | None, today: date) -> Iterator[tuple[str, str]]:
    if field.type in ("number", "integer"):
        number = float(value)
        if (field.minimum is not None and number < field.minimum) or (
            field.maximum is not None and number > field.maximum
        ):
            yield "EVI014", f"{value} is not between {field.minimum} and {field.maximum}"
    if field.regex and not field.regex.fullmatch(value):
        yield "EVI015", f"{_short(value)} does not have the form {field.pattern}"
    if field.address and not _ADDRESS.fullmatch(value):
        yield "EVI021", f"{_short(value)} is not an http or https address"
    if field.type == "date" and date.fromisoformat(value) > today:
        yield "EVI022", f"{value} is later than today"
    if field.reference and keys is not None:
        for key in split_list(value) if field.list else [value]:
            if key not in keys:
                yield "EVI017", f"{key!r} is not in references.bib"


def _has_type(field: Field, value: str) -> bool:
    match field.type:
        case "number":
            return bool(_NUMBER.fullmatch(value)) and math.isfinite(float(value))
        case "integer":
            return bool(_INTEGER.fullmatch(value))
        case "boolean":
            return value in ("true", "false")
        case "date":
            try:
                return bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
            except ValueError:
                return False
    return True


def _short(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
