"""The works of the book, as surveillance compares them."""

from __future__ import annotations

from pathlib import Path

from resistance.references.entry_checks import is_preprint
from resistance.references.identifiers import normal_doi, normal_pmid
from resistance.references.library import BIB_PATH, read_library
from resistance.references.snapshot import SNAPSHOT_PATH, read_snapshot
from resistance.surveillance.known import Thing


def works(root: Path) -> list[Thing]:
    """Every work of ``references.bib``, and its record in the snapshot: either may have the identifier."""
    found = []
    for entry in read_library(root / BIB_PATH).entries:
        author = entry.first_author.full_family if entry.first_author else ""
        found.append(
            Thing(
                normal_doi(entry.text("doi")),
                normal_pmid(entry.text("pmid")),
                entry.text("title"),
                author,
                entry.text("year"),
                is_preprint(entry),
            )
        )
    for row in read_snapshot(root / SNAPSHOT_PATH).rows.values():
        # Whether a record is of a preprint is told by its DOI.
        found.append(Thing(row.doi, row.pmid, row.title, row.first_author, row.year))
    return found
