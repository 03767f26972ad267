"""Begins an evidence table: its schema and the header of its CSV file."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from resistance.evidence.schema import load_schema, schema_path, table_path
from resistance.new_chapter import CannotBegin
from resistance.references.files import write_atomically

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
_SCHEMA = """\
name: {name}
title: "Fill in: what the rows are about, as a heading"
description: "Fill in: what a row is, and when it supports, does not support or is mixed on the statement"
statement: "Fill in: what the column direction refers to, as the drug prolongs survival"
same_thing: [drug, cancer]
map:
  - {{mechanism: {mechanism}}}
fields:
  - {{name: drug, title: Drug, type: string, required: true, description: "Fill in: own columns, as these two"}}
  - {{name: cancer, title: Cancer, type: string, required: true, description: "Cancer in plain terms"}}
"""


def begin_table(name: str) -> list[Path]:
    """Write the schema and the empty table; nothing is written over.

    Parameters
    ----------
    name : lower case, words joined by underscores

    Raises
    ------
    CannotBegin
        If the name cannot be one, or there is such a table.
    """
    from resistance.evidence.strategies import MECHANISMS

    if not _NAME.fullmatch(name):
        raise CannotBegin(f"{name!r} is no name of a table; write it in lower case, as drug_adherence")
    schema, table = schema_path(name), table_path(name)
    if taken := next((path for path in (schema, table, table.with_suffix("")) if path.exists()), None):
        raise CannotBegin(f"{taken.name} is there already; choose another name, or add rows to that table")
    write_atomically({schema: _SCHEMA.format(name=name, mechanism=MECHANISMS[0])})
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(load_schema(name).file_columns)
    write_atomically({table: out.getvalue()})
    return [schema, table]
