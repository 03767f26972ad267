"""Loads the tables in ``data/`` as typed, validated data frames."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from resistance.diagnostics import Finding
from resistance.evidence.cells import Row, check_header, check_records
from resistance.evidence.reader import RawTable, read_raw
from resistance.evidence.rules import RULES
from resistance.evidence.schema import (
    SchemaError,
    TableSchema,
    chapter_of,
    data_folder,
    load_schema,
    schema_path,
    table_files,
    table_names,
    table_path,
)
from resistance.paths import relative

_DTYPES = {"string": "string", "number": "Float64", "integer": "Int64", "boolean": "boolean", "date": "datetime64[s]"}


class TableError(ValueError):
    """A table that cannot be used; ``findings`` hold every fault of it, and the message lists them."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


@dataclass(frozen=True)
class CheckedTable:
    """A table after validation: its schema, its typed rows (``_path`` and ``_line`` say where) and its faults.

    ``faulty`` are the ids of rows that stand in the file but have no typed form; ``whole`` is false where a fault of
    the file hides rows. With both a reader tells a row that is not there from one whose fault is reported already.
    """

    schema: TableSchema
    rows: list[Row]
    findings: list[Finding]
    faulty: frozenset[str] = frozenset()
    whole: bool = True


def check_table(name: str, keys: Collection[str] | None = None, today: date | None = None) -> CheckedTable:
    """Validate one table against its schema.

    Parameters
    ----------
    name : name of the table
    keys : keys of references.bib; None leaves sources unchecked
    today : date against which ``seen_on`` is checked, the current date by default

    Raises
    ------
    SchemaError
        If the schema itself cannot be used.
    """
    schema = load_schema(name)
    files = table_files(schema)
    if not files and not schema.per_chapter:  # a table to which chapters add may be empty still
        finding = Finding.of(RULES["EVI041"], relative(schema_path(name)), 1, f"there is no data/{name}.csv")
        return CheckedTable(schema, [], [finding], whole=False)
    rows: list[Row] = []
    findings: list[Finding] = []
    faulty: frozenset[str] = frozenset()
    whole, seen = True, {}
    for path in files:
        raw = read_raw(path)
        header_faults = check_header(raw, schema) if raw.header else []
        findings += raw.findings + header_faults
        if not raw.header or any(f.code in ("EVI005", "EVI006") for f in header_faults):
            whole = False
            continue
        given = {f.name: chapter_of(schema, path) for f in schema.fields if f.from_path}
        found, faults = check_records(raw, schema, keys, today or date.today(), given, seen)
        rows += found
        findings += faults
        faulty |= _faulty_ids(raw, found)
        whole = whole and all(f.code != "EVI009" for f in raw.findings)
    return CheckedTable(schema, rows, findings, faulty, whole)


def _faulty_ids(raw: RawTable, rows: list[Row]) -> frozenset[str]:
    """Ids of the records that gave no typed row."""
    if "id" not in raw.header:
        return frozenset()
    typed, column = {row["_line"] for row in rows}, raw.header.index("id")
    return frozenset(
        record.cells[column].strip()
        for record in raw.records
        if record.line not in typed and len(record.cells) > column
    )


def evidence_tables() -> list[tuple[TableSchema, list[Row]]]:
    """Schema and typed rows of every evidence table.

    Raises
    ------
    TableError
        If a table has faults.
    """
    found = []
    for name in table_names():
        schema = load_schema(name)
        if schema.evidence:
            checked = check_table(name)
            if checked.findings:
                raise TableError(sorted(checked.findings))
            found.append((schema, checked.rows))
    return found


def table(name: str) -> pd.DataFrame:
    """The table ``name`` as a data frame with nullable dtypes, one row an item of evidence.

    Parameters
    ----------
    name : file name in ``data/`` without ``.csv``

    Returns
    -------
    pandas.DataFrame
        Columns in the order of the schema, dtypes ``string``, ``Float64``, ``Int64``, ``boolean`` or ``datetime64[s]``;
        ``frame.attrs["table"]`` is the name.

    Raises
    ------
    TableError
        If the table does not exist or has any fault; all faults are listed at once.
    """
    if not schema_path(name).exists():
        message = f"there is no table {name!r}; the tables are {', '.join(table_names())}"
        raise TableError([Finding.of(RULES["EVI041"], relative(table_path(name)), 1, message)])
    checked = check_table(name)
    if checked.findings:
        raise TableError(sorted(checked.findings))
    return to_frame(checked)


def to_frame(checked: CheckedTable) -> pd.DataFrame:
    """Data frame of the rows of a checked table."""
    frame = pd.DataFrame(
        {f.name: pd.array([row[f.name] for row in checked.rows], dtype=_DTYPES[f.type]) for f in checked.schema.fields}
    )
    frame.attrs["table"] = checked.schema.name
    return frame


def unknown_files() -> list[Finding]:
    """CSV files in ``data/`` that no schema describes."""
    known: set[Path] = set()
    for name in table_names():
        try:
            known |= set(table_files(load_schema(name)))
        except SchemaError:  # reported with the table
            known |= {table_path(name), *(data_folder() / name).rglob("*.csv")}
    return [
        Finding.of(RULES["EVI040"], relative(path), 1, f"no schema describes a table in {relative(path)}")
        for path in sorted(data_folder().rglob("*.csv"))
        if path not in known and not path.is_dir()
    ]
