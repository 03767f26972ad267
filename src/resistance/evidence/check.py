"""Checks all tables and claims in one run: what ``make check`` does for ``data/``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from resistance.book.pages import every_page
from resistance.diagnostics import Finding
from resistance.evidence.cells import Row, split_list
from resistance.evidence.claims import check_claims, claim_uses
from resistance.evidence.rules import RULES
from resistance.evidence.schema import SchemaError, table_names
from resistance.evidence.strategies import unplaced
from resistance.evidence.tables import CheckedTable, check_table, unknown_files
from resistance.evidence.vocabulary import vocabulary_faults
from resistance.evidence.weighing import Weighed, role_faults, superseded_interims
from resistance.paths import root

_HIDING = frozenset({"EVI004", "EVI005", "EVI009", "EVI041"})
SNAPSHOT = "references"  # the bibliography's own check looks at it; a fault is told once


def read_tables(
    keys: Collection[str] | None = None, today: date | None = None
) -> tuple[dict[str, CheckedTable], list[Finding]]:
    """Every table as checked by itself, and the faults of their files, schemas and rows."""
    findings = unknown_files()
    checked: dict[str, CheckedTable] = {}
    for name in table_names():
        if name == SNAPSHOT:
            continue
        try:
            checked[name] = check_table(name, keys, today)
        except SchemaError as error:
            # The common columns are read for every table: a fault in them is told once.
            findings += [finding for finding in error.findings if finding not in findings]
    return checked, findings + [finding for result in checked.values() for finding in result.findings]


def check(
    keys: Collection[str] | None = None,
    retracted: Collection[str] = (),
    today: date | None = None,
    read: tuple[dict[str, CheckedTable], list[Finding]] | None = None,
) -> tuple[list[Finding], dict[str, int]]:
    """Every fault of every table and claim, and how many tables, rows and claims were examined.

    Parameters
    ----------
    keys : keys of references.bib; None leaves sources unchecked
    retracted : keys of works whose snapshot says retracted
    today : date against which dates are checked, the current date by default
    read : what :func:`read_tables` gave, if they have been read
    """
    checked, findings = read or read_tables(keys, today)
    rows = evidence_rows(checked)
    findings = list(findings)
    findings += _ids_used_twice(checked)
    findings += vocabulary_faults(checked)
    findings += _retracted_rows(checked, set(retracted))
    claims = checked["claims"].rows if "claims" in checked else []
    findings += check_claims(claims, claim_uses(every_page(root())), rows, set(retracted), _unread(checked))
    findings += _weighing_faults(checked, rows)
    counts = {"tables": len(checked), "evidence rows": len(rows), "claims": len(claims)}
    return findings, counts


def hides_rows(findings: Collection[Finding]) -> bool:
    """Whether a fault hides rows of a table, so that what they cite cannot be known."""
    return any(finding.code in _HIDING for finding in findings)


def evidence_rows(checked: dict[str, CheckedTable]) -> dict[str, Row]:
    """Rows of all evidence tables by ``table/id``."""
    return {
        f"{name}/{row['id']}": row for name, result in checked.items() if result.schema.evidence for row in result.rows
    }


def _unread(checked: dict[str, CheckedTable]) -> set[str]:
    """What has a fault of its own that is reported already: rows as ``table/id``, tables that hide rows by name."""
    unread = {name for name in table_names() if name != SNAPSHOT and not (name in checked and checked[name].whole)}
    return unread | {f"{name}/{row}" for name, result in checked.items() for row in result.faulty}


def _retracted_rows(checked: dict[str, CheckedTable], retracted: set[str]) -> list[Finding]:
    """Rows that rest on a retracted work without saying so."""
    findings = []
    for name, result in checked.items():
        columns = [f for f in result.schema.fields if f.reference]
        if not retracted or name in ("claims", "citation_audit", "statement_audit", "references") or not columns:
            continue
        told = "found" if name == "counter_searches" else "note"  # a search has no note
        for row in result.rows:
            cited = {k for f in columns for k in (split_list(row[f.name]) if f.list else [row[f.name]])}
            for key in sorted((cited - {None}) & retracted):
                if "cited as retracted" not in (row.get(told) or ""):
                    message = f"row {row['id']!r} rests on {key}, which is retracted"
                    findings.append(Finding.of(RULES["EVI038"], row["_path"], row["_line"], message))
    return findings


def _ids_used_twice(checked: dict[str, CheckedTable]) -> list[Finding]:
    """Ids that another table has already: a number in the prose names its row by id alone."""
    findings, places = [], {}
    for name, result in checked.items():
        for row in result.rows if "id" in result.schema.by_name else ():
            first = places.setdefault(row["id"], name)
            if first != name:
                message = f"id {row['id']!r} stands already in the table {first}"
                findings.append(Finding.of(RULES["EVI016"], row["_path"], row["_line"], message))
    return findings


def _weighing_faults(checked: dict[str, CheckedTable], rows: dict[str, Row]) -> list[Finding]:
    """What claims do not weigh, what nobody tried to refute, roles and interims that do not fit."""
    findings = []
    for result in checked.values():
        if not result.schema.evidence:
            continue
        for row in result.rows:
            findings += [Finding.of(RULES[code], row["_path"], row["_line"], text) for code, text in role_faults(row)]
        for row, text in superseded_interims(result.rows):
            findings.append(Finding.of(RULES["EVI046"], row["_path"], row["_line"], text))
        findings += [
            Finding.of(RULES["EVI048"], result.schema.path, 1, t) for t in unplaced(result.schema, result.rows)
        ]
    records = [checked[name].rows if name in checked else [] for name in ("claims", "counter_searches", "waived_rows")]
    schemas = {name: result.schema for name, result in checked.items()}
    unread = _unread(checked)
    if unread & {"claims", "counter_searches", "waived_rows"}:
        return findings  # what cannot be read may well hold what is missing
    return findings + list(Weighed(schemas, rows, *records, unread).findings())
