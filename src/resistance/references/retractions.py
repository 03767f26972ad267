"""Holds the works of the book against a list of retraction notices, without a network."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from resistance.diagnostics import Finding
from resistance.references.files import write_atomically
from resistance.references.identifiers import normal_doi, normal_pmid
from resistance.references.library import BIB_PATH, Entry, read_library
from resistance.references.record import STATUS_OF, STATUS_RANK
from resistance.references.retraction_list import Listed, RetractionList, standing
from resistance.references.rules import BY_NAME
from resistance.references.snapshot import NOT_LISTED, SNAPSHOT_PATH, Row, read_snapshot, render


@dataclass
class Lookup:
    """What a look into the list gave: works looked up, works without an identifier to look up, works with a notice."""

    looked_up: list[str] = field(default_factory=list)
    without_identifier: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many works were looked up and what came of it."""
        return {
            "references looked up": len(self.looked_up),
            "without DOI and PMID": len(self.without_identifier),
            "with a notice": len(self.listed),
            "rows changed": len(self.changed),
        }


def look_up(root: Path, notices: RetractionList, dated: str) -> Lookup:
    """Look every work up by DOI and PMID, and write what the list says of it into the snapshot.

    A work with a notice takes its status, and the nature and day of the notice. One without becomes ``not listed`` if
    nobody has checked its record: less than ``current``, which a record itself says. A status that a record or a person
    gave is never made milder. A work that is itself a notice is reported, and what it is about takes the status.

    Parameters
    ----------
    root : folder that holds ``references.bib`` and ``data/references.csv``
    notices : the list
    dated : day or month of the list, ``2025-08`` or ``2025-08-14``
    """
    library, snapshot = read_library(root / BIB_PATH), read_snapshot(root / SNAPSHOT_PATH)
    result = Lookup()
    if not snapshot.readable:
        result.findings = snapshot.findings
        return result
    rows = dict(snapshot.rows)
    for entry in library.entries:
        row = rows.get(entry.key)
        identifiers = _identifiers(entry, row)
        if row is None or not identifiers:
            result.without_identifier.append(entry.key)
            continue
        result.looked_up.append(entry.key)
        found = standing(notices.of(*identifiers))
        if found is not None:
            result.listed.append(entry.key)
            _tell(result, entry, row, found)
        rows[entry.key] = _written(row, found, dated)
        for itself in notices.themselves(*identifiers):
            message = f"{entry.key} is itself a {itself.shown}, about {itself.doi or itself.pmid}"
            result.findings.append(Finding.of(BY_NAME["notice-found"], BIB_PATH, entry.line, message))
    result.changed = [key for key, row in rows.items() if row != snapshot.rows[key]]
    if result.changed:
        write_atomically({root / SNAPSHOT_PATH: render(rows.values())})
    return result


def _identifiers(entry: Entry, row: Row | None) -> list[str]:
    """DOI and PMID of a work, from its entry and its row."""
    dois = [normal_doi(entry.text("doi")), normal_doi(row.doi if row else "")]
    pmids = [normal_pmid(entry.text("pmid")), normal_pmid(row.pmid if row else "")]
    return [text for text in dict.fromkeys(dois + pmids) if text]


def _written(row: Row, found: Listed | None, dated: str) -> Row:
    if found is None:
        status = NOT_LISTED if row.status == "not checked" else row.status
        return replace(row, status=status, listed_on=dated)
    status = max(row.status, STATUS_OF[found.kind], key=STATUS_RANK.__getitem__)
    day = found.day.isoformat() if found.day else ""
    return replace(row, status=status, notice=found.kind, notice_on=day, listed_on=dated)


def _tell(result: Lookup, entry: Entry, row: Row, found: Listed) -> None:
    """A finding for a notice that the snapshot did not know."""
    if STATUS_RANK[STATUS_OF[found.kind]] > STATUS_RANK.get(row.status, 0):
        why = f" ({found.reason})" if found.reason else ""
        message = f"{entry.key} has a {found.shown}{why}"
        result.findings.append(Finding.of(BY_NAME["notice-found"], BIB_PATH, entry.line, message))
