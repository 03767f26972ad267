"""The published Frictionless Data Package: every table as one CSV and one JSON file, and the descriptor of all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from resistance.evidence.cells import Row
from resistance.evidence.descriptor import build_descriptor
from resistance.evidence.reader import read_raw
from resistance.evidence.schema import TableSchema, chapter_of, table_files

DESCRIPTOR = "datapackage.json"


def package_files(schemas: Iterable[TableSchema], rows: Mapping[str, list[Row]]) -> dict[str, str]:
    """Text of every file of the package by its name: ``<table>.csv``, ``<table>.json``, ``datapackage.json``.

    Parameters
    ----------
    schemas : of the tables to publish
    rows : typed rows of each table by its name
    """
    known = sorted(schemas, key=lambda schema: schema.name)
    files = {DESCRIPTOR: json.dumps(build_descriptor(known), indent=1, ensure_ascii=False) + "\n"}
    for schema in known:
        files[f"{schema.name}.csv"] = table_text(schema)
        records = [{column: row[column] for column in schema.columns} for row in rows[schema.name]]
        files[f"{schema.name}.json"] = json.dumps(records, ensure_ascii=False, indent=1, default=str) + "\n"
    return files


def table_text(schema: TableSchema) -> str:
    """The whole table as CSV with its columns in order; cells as they stand in the files, the chapter from the path.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than the header; the message names the file and line.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(schema.columns)
    for path in table_files(schema):
        raw = read_raw(path)
        given: dict[str, Any] = {f.name: chapter_of(schema, path) for f in schema.fields if f.from_path}
        for record in raw.records:
            if (found := len(record.cells)) != len(raw.header):
                raise ValueError(f"{raw.path}:{record.line}: the row has {found} cells, the header {len(raw.header)}")
            cells = dict(zip(raw.header, record.cells, strict=True)) | given
            writer.writerow([cells[column] for column in schema.columns])
    return out.getvalue()


def write_package(folder: Path) -> Path:
    """Write the package of all tables into ``folder``; returns the descriptor's path.

    Raises
    ------
    SchemaError
        If a schema cannot be used.
    """
    from resistance.evidence.schema import load_schema, table_names
    from resistance.evidence.tables import check_table

    schemas = [load_schema(name) for name in table_names()]
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in package_files(schemas, {s.name: check_table(s.name).rows for s in schemas}).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder / DESCRIPTOR
