"""Counts of rows and studies, as ``{count}`` writes them: ``studies of stromal_protection where level=A|B``."""

from __future__ import annotations

import re
from pathlib import Path

from resistance.book.pages import every_page
from resistance.evidence.rows import Rows, read_rows
from resistance.evidence.where import keep

# What ``{count}`` knows by a name; the site counts these from all files of the book.
NAMES = (
    "chapters",
    "references",
    "references verified",
    "evidence tables",
    "evidence rows",
    "evidence studies",
    "claims",
    "models",
    "model checks",
    "citations audited",
    "statements audited",
)
_FORM = re.compile(r"(?P<what>rows|studies)\s+of\s+(?P<table>[a-z][a-z0-9_]*)(?:\s+where\s+(?P<where>.+))?", re.DOTALL)


def is_query(text: str) -> bool:
    """Whether a text counts rows or studies, rather than naming one of :data:`NAMES`."""
    return text.split(maxsplit=1)[:1] in (["rows"], ["studies"])


def count(text: str, rows: Rows | None = None) -> int:
    """Number of rows, or of distinct studies, that a text asks for.

    Parameters
    ----------
    text : ``rows of TABLE where COLUMN=VALUE and COLUMN!=VALUE|VALUE``, or ``studies of TABLE``; ``where`` is optional
    rows : the tables as read, so that many counts read them once

    Raises
    ------
    ValueError
        If the text is not of this form, or names a table, column or value that is not there.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not of the form 'rows of TABLE where COLUMN=VALUE' or 'studies of TABLE …'")
    schema, records = (rows or read_rows()).table(match["table"])
    kept = keep(records, schema, match["where"] or "")
    if match["what"] == "rows":
        return len(kept)
    if "study" not in schema.by_name:
        raise ValueError(f"{schema.name} has no column 'study', so its studies cannot be counted")
    return len({row["study"] for row in kept})


def named_counts(root: Path, rows: Rows) -> dict[str, int]:
    """Numbers of the book by the names in :data:`NAMES`.

    Parameters
    ----------
    root : project root, whose pages are counted
    rows : the tables as read
    """
    tables = {name: rows.table(name) for name in rows.names}
    evidence = [records for schema, records in tables.values() if schema.evidence]
    references, checks = tables["references"][1], tables["model_checks"][1]
    numbers = (
        sum(page.review is not None for page in every_page(root)),
        len(references),
        sum(row["status"] not in ("not checked", "not listed") for row in references),
        len(evidence),
        sum(map(len, evidence)),
        len({row["study"] for records in evidence for row in records}),
        len(tables["claims"][1]),
        len({row["module"] for row in checks}),
        len(checks),
        len(tables["citation_audit"][1]),
        len(tables["statement_audit"][1]),
    )
    return dict(zip(NAMES, numbers, strict=True))
