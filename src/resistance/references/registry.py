"""Adds a work to the bibliography from the registries' records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from resistance.diagnostics import Finding
from resistance.references.bibtex import split_blocks
from resistance.references.compose import compose_entry, compose_row, new_key
from resistance.references.duplicates import check_duplicates
from resistance.references.entry_checks import check_entry
from resistance.references.files import read_text, write_atomically
from resistance.references.format import FormatError, format_bib
from resistance.references.http import Client
from resistance.references.identifiers import normal_doi, normal_pmid
from resistance.references.inquiry import Answers, ask
from resistance.references.latex import compact
from resistance.references.library import BIB_PATH, Library, parse_library
from resistance.references.record import Record
from resistance.references.rules import BY_NAME
from resistance.references.settings import Settings, load_settings
from resistance.references.snapshot import SNAPSHOT_PATH, Row, Snapshot, read_snapshot, render, with_row
from resistance.references.state import State


@dataclass
class Added:
    """What :func:`add` did: the new ``key`` (empty if nothing was changed), and what is to be said about it."""

    key: str = ""
    entry: str = ""
    row: Row | None = None
    findings: list[Finding] = field(default_factory=list)

    def fault(self, rule: str, message: str, line: int = 1, path: str = BIB_PATH) -> Added:
        """Record a finding; returns itself."""
        self.findings.append(Finding.of(BY_NAME[rule], path, line, message))
        return self


def add(root: Path, identifier: str, today: date, settings: Settings | None = None) -> Added:
    """Fetch the record of a DOI or PMID, and write its entry and its snapshot row: both, or neither.

    Parameters
    ----------
    root : folder that holds ``references.bib`` and ``data/references.csv``
    identifier : DOI or PMID, bare or as an address
    today : date on which the record is seen
    settings : by default from the environment

    Returns
    -------
    Added
        Nothing that is there is ever overwritten: a work that is there already is a finding.
    """
    added = Added()
    doi, pmid = normal_doi(identifier), normal_pmid(identifier)
    if not doi and not pmid:
        return added.fault("identifier-form", f"{identifier!r} is neither a DOI nor a PubMed identifier")
    text, findings = read_text(root / BIB_PATH, BIB_PATH)
    library = parse_library(text or "")
    snapshot = read_snapshot(root / SNAPSHOT_PATH)
    added.findings = _unfit(findings, library, snapshot)
    if added.findings or text is None:
        return added
    if _present(added, library, snapshot, doi, pmid):
        return added
    settings = settings or load_settings(root)
    with Client(settings, State.load(root)) as client:
        answers = ask(client, doi, pmid)
    _note_contact(added.findings, settings)
    if not answers.records:
        return _without_record(added, answers, identifier)
    return _write(added, root, text, library, snapshot, answers, today)


def _unfit(findings: list[Finding], library: Library, snapshot: Snapshot) -> list[Finding]:
    """Faults of the files that make it unsafe to write to them."""
    unsafe = {BY_NAME[name].code for name in ("not-utf-8", "parse-error", "duplicate-key", "file-missing")}
    unsafe.add(BY_NAME["snapshot-unreadable"].code)
    return [f for f in (*findings, *library.findings, *snapshot.findings) if f.code in unsafe]


def _present(added: Added, library: Library, snapshot: Snapshot, doi: str, pmid: str) -> bool:
    """Whether the work is there under one of its identifiers; then it is said where."""
    for entry in library.entries:
        same = (doi and normal_doi(entry.text("doi")) == doi) or (pmid and normal_pmid(entry.text("pmid")) == pmid)
        if same:
            added.fault("already-present", f"the work is there as {entry.key}", entry.line)
            return True
    for row in snapshot.rows.values():
        if (doi and normal_doi(row.doi) == doi) or (pmid and row.pmid == pmid):
            added.fault("already-present", f"the work has the row {row.key}", row.line, SNAPSHOT_PATH)
            return True
    return False


def _without_record(added: Added, answers: Answers, identifier: str) -> Added:
    for service, reason in answers.failures.items():
        added.fault("service-unavailable", f"{service} could not be asked about {identifier}: {reason}")
    if not answers.failures:
        added.fault("record-not-found", f"no registry has a record of {identifier}")
    return added


def _write(
    added: Added, root: Path, text: str, library: Library, snapshot: Snapshot, answers: Answers, today: date
) -> Added:
    """Write both files, unless the record turns out to be of a work that is there, or lacks too much."""
    record = answers.record()
    if _present(added, library, snapshot, record.doi, record.pmid):
        return added
    if not (record.title and record.first_author and record.year):
        return added.fault("record-incomplete", f"the record at {record.address} lacks title, author or year")
    taken = {*library.by_key, *library.broken, *snapshot.rows}
    try:
        key = new_key(record, taken)
    except ValueError as error:
        return added.fault("record-incomplete", str(error))
    entry_text = compose_entry(record, key, _spelling(library, answers.journal()))
    row = compose_row(record, key, today)
    entry = parse_library(entry_text).entries[0]
    for same in check_duplicates([*library.entries, entry], BIB_PATH):
        superseding = same.code == BY_NAME["preprint-superseded"].code and not same.message.startswith(f"{key} ")
        if key in same.message.split() and not superseding:
            return added.fault("already-present", f"{record.title!r} seems to be there: {same.message}")
    with_entry = _insert(text, entry_text)
    write_atomically({root / BIB_PATH: with_entry, root / SNAPSHOT_PATH: render(with_row(snapshot.rows.values(), row))})
    added.key, added.entry, added.row = key, entry_text, row
    written = parse_library(with_entry).by_key[key]
    added.findings += check_entry(written, BIB_PATH, today)
    _note_notices(added, record, written.line)
    for service, reason in answers.failures.items():
        added.fault("service-unavailable", f"{service} could not be asked about {key}: {reason}", written.line)
    return added


def _spelling(library: Library, journal: str) -> str:
    """The journal as the library already spells it; else as given."""
    folded = compact(journal.removeprefix("The ").replace("&", "and"))
    spellings = (entry.text("journal") for entry in library.entries)
    return next((s for s in spellings if compact(s.removeprefix("The ").replace("&", "and")) == folded), journal)


def _note_notices(added: Added, record: Record, line: int) -> None:
    for notice in record.notices:
        what = "is the subject of" if notice.about_this else "is itself"
        added.fault("notice-found", f"{added.key} {what} a {notice.shown}", line)


def _note_contact(findings: list[Finding], settings: Settings) -> None:
    if not settings.contact:
        message = "the registries were asked without a contact address, which they answer more slowly"
        findings.append(Finding.of(BY_NAME["no-contact"], BIB_PATH, 1, message))


def _insert(text: str, entry: str) -> str:
    """The file with the entry: in its place if the file is in the canonical layout, else at the end."""
    appended = f"{text.rstrip()}\n\n{entry}\n" if text.strip() else f"{entry}\n"
    try:
        if text.strip() and format_bib(text) == text and any(b.kind == "entry" for b in split_blocks(text)):
            return format_bib(appended)
    except FormatError:
        pass  # a fault that does not hinder reading; the file is left in its own layout
    return appended
