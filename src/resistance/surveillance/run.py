"""Runs a chapter's search from its last date, page by page, and writes down what the book did not know.

What a service has listed is kept below ``_build/surveillance/`` after every page, so that a run that was cut off goes
on where it stopped. The tables are written when a service has been read to its end, and then in one step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from resistance.book.pages import Page
from resistance.references.files import write_atomically
from resistance.references.http import EUROPE_PMC, PUBMED, Client, ServiceError
from resistance.surveillance import tables
from resistance.surveillance.known import Known, Thing
from resistance.surveillance.services import Listed, Progress, next_page, sent
from resistance.surveillance.tables import Cells, Kept

SERVICES = (EUROPE_PMC, PUBMED)
_PARTIAL = Path("_build") / "surveillance"


@dataclass
class Outcome:
    """What came of one chapter's run; ``stopped`` has what each service that did not end said."""

    chapter: str
    new: list[Cells] = field(default_factory=list)
    runs: list[Cells] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)


def run_chapter(
    root: Path,
    page: Page,
    client: Client,
    today: date,
    bibliography: Iterable[Thing],
    services: Iterable[str] = SERVICES,
    tell: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Run one chapter's search on each service; a service that fails leaves the others as they are.

    Parameters
    ----------
    root : project root
    page : a chapter, with its ``review`` block
    client : asks the services
    today : last day that the run covers
    bibliography : the works that the book has
    services : where to search; PubMed after Europe PMC adds what that one does not list
    tell : is given a line of progress now and then

    Raises
    ------
    QueryError
        If the search of the chapter cannot be read.
    CannotKeep
        If the chapter's table cannot be read, so that nothing may be added to it.
    """
    kept = tables.read(page.name)
    known, doubles = _known(bibliography, kept), Known()
    outcome = Outcome(page.name)
    review, searched = page.review or {}, page.searched
    if searched is None:
        raise ValueError(f"{page.source} has no date under 'searched'")
    for service in services:
        since = kept.since(service, searched)
        query = sent(service, str(review["search"]), since, today)
        try:
            progress = _to_the_end(root, page, client, service, (query, since, today), tell)
        except ServiceError as error:
            outcome.stopped[service] = error.reason
            continue
        new, run = _sort(page.name, service, progress, known, doubles)
        again = sum(other["id"].startswith(run["id"]) for other in kept.runs)
        run["id"] += f"-{again + 1}" if again else ""
        kept.candidates += new
        kept.runs.append(run)
        write_atomically(tables.texts(kept))
        _partial(root, page.name, service).unlink(missing_ok=True)
        outcome.new += new
        outcome.runs.append(run)
    return outcome


def _known(bibliography: Iterable[Thing], kept: Kept) -> Known:
    """The bibliography, and what this chapter's searches found before, whatever became of it."""
    known = Known()
    for thing in bibliography:
        known.add(thing)
    for row in kept.candidates:
        known.add(Thing(row["doi"], row["pmid"], row["title"], row["first_author"], row["year"]))
    return known


def _to_the_end(
    root: Path,
    page: Page,
    client: Client,
    service: str,
    asked: tuple[str, date, date],
    tell: Callable[[str], None],
) -> Progress:
    """All pages of a search, from where an earlier run was cut off."""
    query, since, until = asked
    path = _partial(root, page.name, service)
    progress = _taken_up(path, page, service, since)
    if progress is None:
        progress = Progress(query, since.isoformat(), until.isoformat())
    elif progress.listed:
        tell(f"{page.name}, {service}: goes on behind the {len(progress.listed):,} works of an earlier run")
    resumed = bool(progress.listed)
    while progress.cursor is not None:
        try:
            next_page(client, service, progress)
        except ServiceError as error:
            if resumed and "status 4" in error.reason:  # the place is not known there any more
                path.unlink(missing_ok=True)
            raise
        resumed = False
        write_atomically({path: json.dumps(progress.to_json(), ensure_ascii=False)})
        tell(f"{page.name}, {service}: {len(progress.listed):,} of {progress.total:,} works")
    if len(_once(progress.listed)) < progress.total:
        path.unlink(missing_ok=True)
        reason = f"it counts {progress.total:,} works and listed {len(_once(progress.listed)):,}; run the search again"
        raise ServiceError(service, reason)
    return progress


def _taken_up(path: Path, page: Page, service: str, since: date) -> Progress | None:
    """The run that was cut off, if it is of the same search and from the same day; it keeps its own last day."""
    try:
        progress = Progress.from_json(json.loads(path.read_text(encoding="utf-8")))
        until = date.fromisoformat(progress.until)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    same = progress.query == sent(service, str((page.review or {})["search"]), since, until)
    return progress if same else None


def _partial(root: Path, chapter: str, service: str) -> Path:
    return root / _PARTIAL / f"{chapter.replace('/', '.')}.{service.lower().replace(' ', '-')}.json"


def _once(listed: Iterable[Listed]) -> dict[str, Listed]:
    """What was listed by its record: a page that was asked for twice gives no work twice."""
    return {work.record: work for work in listed}


def _sort(chapter: str, service: str, progress: Progress, known: Known, seen: Known) -> tuple[list[Cells], Cells]:
    """New candidates in the order of their titles, and the row of the run. ``seen`` is what this run had before."""
    listed = _once(progress.listed)
    twice = already = 0
    new: list[Cells] = []
    for work in sorted(listed.values(), key=lambda work: (work.title.casefold(), work.record)):
        thing = Thing(work.doi, work.pmid, work.title, work.first_author, work.year, work.preprint)
        if seen.holds(thing):
            twice += 1
            continue
        published = seen.preprint_of(thing) or known.preprint_of(thing)
        seen.add(thing)
        if known.holds(thing):
            already += 1
            continue
        new.append(_candidate(chapter, work, progress.until, published))
    run = {
        "id": _slug(f"{chapter}-{service}-{progress.until}"),
        "service": service,
        "run_on": progress.until,
        "since": progress.since,
        "until": progress.until,
        "found": str(len(listed)),
        "doubles": str(twice),
        "known": str(already),
        "new": str(len(new)),
        "query": progress.query,
    }
    return new, run


def _candidate(chapter: str, work: Listed, day: str, published: bool) -> Cells:
    name = f"pmid {work.pmid}" if work.pmid else f"doi {work.doi}" if work.doi else work.record
    return {
        "id": _slug(f"{chapter} {name}"),
        "found_on": day,
        "found_by": work.service,
        "doi": work.doi,
        "pmid": work.pmid,
        "title": work.title,
        "first_author": work.first_author,
        "year": work.year,
        "container": work.container,
        "decision": tables.TO_SCREEN,
        "note": "its preprint is known" if published else "",
    }


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
