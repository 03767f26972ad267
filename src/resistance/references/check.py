"""All checks of the bibliography in one run: what ``make check`` does for ``references.bib``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from resistance.diagnostics import Finding
from resistance.references.agreement import check_agreement
from resistance.references.citations import Citation
from resistance.references.duplicates import check_duplicates, check_journals
from resistance.references.entry_checks import check_entry
from resistance.references.library import BIB_PATH, Library, read_library
from resistance.references.rules import BY_NAME
from resistance.references.snapshot import SNAPSHOT_PATH, Snapshot, check_rows, read_snapshot

# Suggesting a near key compares with all keys, so only so many absent ones get a suggestion.
_SUGGESTIONS = 20


def check(
    root: Path, citations: Iterable[Citation], today: date, all_citations_read: bool = True
) -> tuple[list[Finding], dict[str, int]]:
    """Every fault of ``references.bib``, ``data/references.csv`` and the book's citations, and what was examined.

    Parameters
    ----------
    root : folder that holds both files
    citations : all citations of the book, as :func:`resistance.references.citations.collect_citations` gives them
    today : date after which no record can have been seen
    all_citations_read : false where a table could not be read, so that nothing can be said to be cited nowhere

    Returns
    -------
    findings : list of Finding, sorted by place
    counts : dict
        ``references`` (entries read), ``verified`` (their record was seen, is current and agrees with the entry),
        ``not checked`` (no row, or a row that could not say how the work stands), ``snapshot rows``, ``citations``.
    """
    library = read_library(root / BIB_PATH, BIB_PATH)
    snapshot = read_snapshot(root / SNAPSHOT_PATH, SNAPSHOT_PATH)
    if not (library.entries or library.broken or library.findings):
        library.fault("file-missing", 1, "the file holds no entry")
    # Where there is none, every citation and every row of the snapshot would be reported.
    library.readable = library.readable and bool(library.entries or library.broken)
    findings = list(library.findings)
    for entry in library.entries:
        findings += check_entry(entry, library.path, today)
    findings += check_duplicates(library.entries, library.path)
    findings += check_journals(library.entries, library.path)
    findings += snapshot.findings
    disagreeing: list[Finding] = []
    if snapshot.readable:
        disagreeing += check_rows(snapshot, today)
    if snapshot.readable and library.readable:
        disagreeing += check_agreement(library, snapshot)
    findings += disagreeing
    cited = sorted(set(citations))
    if library.readable:
        findings += _check_absent(library, cited)
        if all_citations_read:
            findings += _check_unused(library, cited)
    return sorted(findings), _counts(library, snapshot, disagreeing, len(cited))


def _check_absent(library: Library, citations: list[Citation]) -> list[Finding]:
    """Citations without an entry."""
    findings: list[Finding] = []
    known = library.by_key.keys() | library.broken
    suggestions: dict[str, str] = {}
    for citation in citations:
        if citation.key in known:
            continue
        if citation.key not in suggestions and len(suggestions) < _SUGGESTIONS:
            close = get_close_matches(citation.key, library.by_key, n=1, cutoff=0.8)
            suggestions[citation.key] = f"; the nearest key is {close[0]}" if close else ""
        message = f"{citation.key!r} is not in {library.path}{suggestions.get(citation.key, '')}"
        findings.append(Finding.of(BY_NAME["cited-but-absent"], citation.path, citation.line, message))
    return findings


def _check_unused(library: Library, citations: list[Citation]) -> list[Finding]:
    """Entries that nothing cites, by themselves or as the parent of one that is cited."""
    used = {citation.key for citation in citations}
    used |= {entry.parent.key for entry in library.entries if entry.parent is not None and entry.key in used}
    return [
        Finding.of(BY_NAME["never-cited"], library.path, entry.line, f"{entry.key} is cited nowhere")
        for entry in library.entries
        if entry.key not in used
    ]


def _counts(library: Library, snapshot: Snapshot, faults: list[Finding], citations: int) -> dict[str, int]:
    lines = {(finding.path, finding.line) for finding in faults}
    verified = not_checked = 0
    for entry in library.entries:
        row = snapshot.rows.get(entry.key)
        if row is None or row.status in ("not checked", "not listed"):
            not_checked += 1
            continue
        places = {(library.path, f.line) for f in entry.fields.values()} | {(library.path, entry.line)}
        places.add((snapshot.path, row.line))
        verified += row.status == "current" and lines.isdisjoint(places)
    return {
        "references": len(library.entries),
        "verified": verified,
        "not checked": not_checked,
        "snapshot rows": len(snapshot.rows),
        "citations": citations,
    }
