"""Whether ``references.bib`` and the registry snapshot say the same of each work, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resistance.diagnostics import Finding
from resistance.references.entry_checks import says_no_doi
from resistance.references.identifiers import normal_doi, normal_pmid
from resistance.references.latex import compact, fold
from resistance.references.library import Entry, Library
from resistance.references.rules import BY_NAME
from resistance.references.snapshot import Row, Snapshot

CITED_AS_RETRACTED = "cited as retracted"
# What registries put before or after the title of a work that has a notice.
_NOTICE = re.compile(
    r"^(retracted|withdrawn|retraction)( article| paper)?\s*[:.-]\s*|\s*[\[(]retracted[^\])]*[\])]$", re.I
)


def check_agreement(library: Library, snapshot: Snapshot) -> Iterator[Finding]:
    """Entries without a row, rows without an entry, fields that differ, and what the row's status demands."""
    for entry in library.entries:
        row = snapshot.rows.get(entry.key)
        if row is None:
            message = f"{entry.key} has no row in {snapshot.path}"
            yield Finding.of(BY_NAME["no-snapshot-row"], library.path, entry.line, message)
            continue
        yield from _differences(entry, row, library.path)
        yield from _standing(entry, row, library.path)
    known = library.by_key.keys() | library.broken
    for key, row in snapshot.rows.items():
        if key not in known:
            message = f"{key} is not in {library.path}"
            yield Finding.of(BY_NAME["row-without-entry"], snapshot.path, row.line, message)


def _differences(entry: Entry, row: Row, path: str) -> Iterator[Finding]:
    """One finding for each field in which entry and row differ, on the line of that field."""

    def differs(rule: str, field: str, ours: str, theirs: str) -> Finding:
        message = f"{entry.key}: {field} is {ours} here and {theirs} in the snapshot"
        place = ("author", "editor") if field == "first author" else (field,)
        return Finding.of(BY_NAME[rule], path, entry.line_of(*place), message)

    doi, row_doi = normal_doi(entry.text("doi")), normal_doi(row.doi)
    if row_doi and doi and doi != row_doi:
        yield differs("doi-differs", "doi", doi, row_doi)
    elif row_doi and not entry.raw("doi") and says_no_doi(entry):
        yield differs("doi-differs", "doi", "none", row_doi)
    pmid, row_pmid = normal_pmid(entry.text("pmid")), normal_pmid(row.pmid)
    if pmid and row_pmid and pmid != row_pmid:
        yield differs("pmid-differs", "pmid", pmid, row_pmid)
    year = entry.text("year")
    if len(year) == 4 and year.isdigit() and row.year and year != row.year:
        yield differs("year-differs", "year", year, row.year)
    if row.first_author and not _same_author(entry, row.first_author):
        yield differs("first-author-differs", "first author", entry.first_author.full_family, row.first_author)
    title = entry.text("title")
    if title and row.title and compact(title) != compact(_NOTICE.sub("", row.title)):
        yield differs("title-differs", "title", repr(title), repr(row.title))


def _same_author(entry: Entry, recorded: str) -> bool:
    """Whether the snapshot's first author is the entry's; true where the entry names nobody (another rule's matter)."""
    name = entry.first_author
    if name is None or not name.full_family:
        return True
    if compact(recorded) in name.spellings():
        return True
    # A group may be recorded by its initials, and a family name with the suffix beside it.
    initials = "".join(word[0] for word in fold(name.literal).split() if word not in ("the", "of", "for", "and"))
    return compact(recorded) in {initials, compact(f"{name.full_family} {name.suffix}")}


def _standing(entry: Entry, row: Row, path: str) -> Iterator[Finding]:
    """Works that their registry calls retracted or under concern."""
    told = entry.text("status").lower() == CITED_AS_RETRACTED
    if row.status == "retracted" and not told:
        yield Finding.of(BY_NAME["retracted"], path, entry.line, f"{entry.key} is retracted (see {row.seen_at})")
    elif row.status == "expression of concern":
        message = f"an expression of concern has been published about {entry.key} (see {row.seen_at})"
        yield Finding.of(BY_NAME["expression-of-concern"], path, entry.line, message)
