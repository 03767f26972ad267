"""Brings the snapshot up to date with the registries, one work at a time, and finds notices about the works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from resistance.diagnostics import Finding
from resistance.references.compose import compose_row
from resistance.references.files import write_atomically
from resistance.references.http import Client
from resistance.references.identifiers import normal_doi, normal_pmid
from resistance.references.inquiry import Answers, ask
from resistance.references.library import BIB_PATH, Entry, Library, read_library
from resistance.references.record import STATUS_RANK, Notice, Record, status_of
from resistance.references.rules import BY_NAME
from resistance.references.settings import Settings, load_settings
from resistance.references.snapshot import SNAPSHOT_PATH, Row, Snapshot, read_snapshot, render, with_row
from resistance.references.state import State

_NAMED = 5  # works named in one message; the rest are counted


@dataclass
class Outcome:
    """What a refresh did.

    ``checked`` are the works that every service which should have answered did answer for, ``unchecked`` the others
    with the reason, ``earlier`` those that the interrupted run before had checked.
    """

    checked: list[str] = field(default_factory=list)
    unchecked: dict[str, str] = field(default_factory=dict)
    earlier: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def nothing_checked(self) -> bool:
        """Whether there was something to check and none of it could be."""
        return bool(self.unchecked) and not self.checked

    def counts(self) -> dict[str, int]:
        """How many works were examined and what came of it."""
        return {
            "references": len(self.checked) + len(self.unchecked) + len(self.earlier),
            "checked": len(self.checked),
            "checked before the interruption": len(self.earlier),
            "not checked": len(self.unchecked),
            "rows changed": len(self.changed),
        }


def refresh(
    root: Path,
    today: date,
    keys: Iterable[str] | None = None,
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Ask the registries about every work, and write what they say into the snapshot.

    Each work's row and the state are written before the next work is asked about, so that an interrupted run loses
    nothing; the next run goes on from there. A work on which a service gave no answer is asked about again.

    Parameters
    ----------
    root : folder that holds ``references.bib`` and ``data/references.csv``
    today : date on which the records are seen
    keys : works to ask about, by default all
    settings : by default from the environment
    progress : called with a line for each work
    """
    library, snapshot = read_library(root / BIB_PATH), read_snapshot(root / SNAPSHOT_PATH)
    outcome = Outcome()
    if not snapshot.readable or any(f.code == BY_NAME["not-utf-8"].code for f in snapshot.findings):
        outcome.findings = snapshot.findings
        return outcome
    wanted = _wanted(library, keys, outcome)
    settings = settings or load_settings(root)
    state = State.load(root)
    # Works asked for by name are asked about now, whatever an unfinished run has done.
    done = state.begin(today) if keys is None else set()
    outcome.earlier = [entry.key for entry in wanted if entry.key in done]
    todo = [entry for entry in wanted if entry.key not in done]
    if todo and not settings.contact:
        message = "the registries are asked without a contact address, which they answer more slowly"
        outcome.findings.append(Finding.of(BY_NAME["no-contact"], BIB_PATH, 1, message))
    run = _Run(root, library, snapshot, today, outcome)
    with Client(settings, state) as client:
        for number, entry in enumerate(todo, start=1):
            progress(f"[{number}/{len(todo)}] {entry.key}: {run.work(client, entry)}")
            if keys is None and entry.key not in run.unanswered:
                state.mark_done(entry.key)
        if keys is None and not run.unanswered:
            state.finish()
    run.tell_failures()
    return outcome


def _wanted(library: Library, keys: Iterable[str] | None, outcome: Outcome) -> list[Entry]:
    if keys is None:
        return library.entries
    wanted = []
    for key in dict.fromkeys(keys):
        if key in library.by_key:
            wanted.append(library.by_key[key])
        else:
            message = f"{key!r} is not in {library.path}"
            outcome.findings.append(Finding.of(BY_NAME["cited-but-absent"], library.path, 1, message))
    return wanted


@dataclass
class _Run:
    """One run over the works; holds the rows as they are being updated."""

    root: Path
    library: Library
    snapshot: Snapshot
    today: date
    outcome: Outcome
    unanswered: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def work(self, client: Client, entry: Entry) -> str:
        """Ask about one work and write its row; returns what to show of it."""
        row = self.snapshot.rows.get(entry.key)
        doi = normal_doi(entry.text("doi")) or normal_doi(row.doi if row else "")
        pmid = normal_pmid(entry.text("pmid")) or normal_pmid(row.pmid if row else "")
        if not doi and not pmid:
            self.outcome.unchecked[entry.key] = "it has neither DOI nor PMID"
            return "not checked (neither DOI nor PMID)"
        answers = ask(client, doi, pmid)
        for service, identifier in answers.unknown:
            self._tell("record-not-found", entry.line, f"{service} has no record of {identifier} ({entry.key})")
        for failure in answers.failures.items():
            self.failures[failure].append(entry.key)
        if answers.gaps:
            self.unanswered.add(entry.key)
            self.outcome.unchecked[entry.key] = "; ".join(f"{s}: {r}" for s, r in answers.gaps.items())
        elif answers.records:
            self.outcome.checked.append(entry.key)
        else:
            self.outcome.unchecked[entry.key] = "no registry has a record of it"
        if not answers.records:
            return f"not checked ({self.outcome.unchecked[entry.key]})"
        return self._record(entry, row, answers)

    def _record(self, entry: Entry, row: Row | None, answers: Answers) -> str:
        record = answers.record()
        fresh = compose_row(record, entry.key, self.today)
        status = self._status(entry, row.status if row else "current", fresh.status, record)
        self._write(_renewed(row, replace(fresh, status=status), partly=bool(answers.gaps)))
        for notice in record.notices:
            if not notice.about_this:
                self._pass_on(entry, notice)
        return status + (" (not by all services)" if answers.gaps else "")

    def _status(self, entry: Entry, before: str, found: str, record: Record) -> str:
        """The status to write: what was found, but never a milder one than a person once recorded."""
        if STATUS_RANK.get(before, 0) > STATUS_RANK[found]:
            if STATUS_RANK[before] >= STATUS_RANK["expression of concern"]:
                message = f"{entry.key} is recorded as {before}, and the registries say {found}"
                self._tell("notice-not-repeated", entry.line, message)
            return before
        if found != before and STATUS_RANK[found] > STATUS_RANK["current"]:
            notices = ", ".join(notice.shown for notice in record.notices if status_of([notice]) == found)
            self._tell("notice-found", entry.line, f"{entry.key} is now {found} ({notices})")
        return found

    def _pass_on(self, entry: Entry, notice: Notice) -> None:
        """A notice that the book cites: the work that it is about may be cited as well."""
        message = f"{entry.key} is itself a {notice.kind}, about {notice.doi or notice.pmid}"
        self._tell("notice-found", entry.line, message)
        for other in self.library.entries:
            row = self.snapshot.rows.get(other.key)
            dois = {normal_doi(other.text("doi")), normal_doi(row.doi if row else "")} - {""}
            pmids = {normal_pmid(other.text("pmid")), row.pmid if row else ""} - {""}
            if row is None or other is entry or not (notice.doi in dois or notice.pmid in pmids):
                continue
            status = status_of([replace(notice, about_this=True)])
            if STATUS_RANK[status] > STATUS_RANK.get(row.status, 0):
                message = f"{other.key} is now {status} (its {notice.kind} is {entry.key})"
                self._tell("notice-found", other.line, message)
                self._write(replace(row, status=status))

    def _write(self, row: Row) -> None:
        """Put the row into the file, if it is new in anything; a new date alone does not count as a change."""
        before = self.snapshot.rows.get(row.key)
        if before is not None and replace(row, line=before.line) == before:
            return
        if before is None or replace(row, line=before.line, seen_on=before.seen_on) != before:
            self.outcome.changed.append(row.key)
        rows = with_row(self.snapshot.rows.values(), row)
        self.snapshot.rows = {each.key: each for each in rows}
        write_atomically({self.root / SNAPSHOT_PATH: render(rows)})

    def _tell(self, rule: str, line: int, message: str) -> None:
        self.outcome.findings.append(Finding.of(BY_NAME[rule], BIB_PATH, line, message))

    def tell_failures(self) -> None:
        """One finding for each service and reason, with the works that it concerns."""
        for (service, reason), keys in self.failures.items():
            more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
            message = f"{service}: {reason}; not checked there: {', '.join(keys[:_NAMED])}{more}"
            self._tell("service-unavailable", 1, message)


def _renewed(row: Row | None, fresh: Row, partly: bool) -> Row:
    """The row to write for a work: ``fresh``, with the identifiers that only the old row has.

    Where a service did not answer, the old row may rest on its record; then only a notice is reason to change it.
    """
    if row is None:
        return fresh
    if not partly or row.status == "not checked":
        return replace(fresh, doi=fresh.doi or row.doi, pmid=fresh.pmid or row.pmid)
    if fresh.status == row.status:
        return row
    return replace(row, status=fresh.status, seen_at=fresh.seen_at, seen_on=fresh.seen_on)
