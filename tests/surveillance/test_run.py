"""A chapter's search on a server with 1,000 works: paging, failures, runs that go on; none lost, none doubled."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from resistance.book.pages import Page, read_page
from resistance.evidence.tables import check_table
from resistance.references.http import EUROPE_PMC, PUBMED, Client
from resistance.references.state import State
from resistance.surveillance.flow import Flow, flow
from resistance.surveillance.known import Thing
from resistance.surveillance.run import Outcome, run_chapter
from resistance.surveillance.tables import CannotKeep

from ..references.registries import Fault
from .services import Listing, europe_pmc_work, pubmed_work

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 12, 1)
PAGE = """\
---
review:
  section: "1"
  question: "What?"
  search: 'KRAS[tiab] AND "drug resistance"'
  searched: "2026-11-01"
  interval_days: 180
---
# One
"""
# Of 1,000 works 40 are known: 20 by DOI, 10 by PMID, 5 by the same title, 5 by a title with a slip.
BY_DOI, BY_PMID, BY_TITLE, BY_SLIP = range(20), range(100, 110), range(300, 305), range(700, 705)


def title(number: int) -> str:
    return f"Outcome {number} of resistant tumours under treatment with compound {number} in cohort {number}"


def bibliography() -> list[Thing]:
    slip = [title(n).replace("resistant", "resistent").replace("Outcome", "The outcome") for n in BY_SLIP]
    return [
        *(Thing(doi=f"10.5555/WORK.{n + 1}") for n in BY_DOI),
        *(Thing(pmid=str(n + 1)) for n in BY_PMID),
        *(Thing(title=title(n + 1).upper(), first_author="Reader", year="2026") for n in BY_TITLE),
        *(
            Thing(title=text.replace(str(n), str(n + 1)), first_author="Reader")
            for n, text in zip(BY_SLIP, slip, strict=True)
        ),
    ]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A book of one chapter without any surveillance yet."""
    shutil.copytree(ROOT / "data/schemas", tmp_path / "data/schemas")
    path = tmp_path / "chapters/parts/one.md"
    path.parent.mkdir(parents=True)
    path.write_text(PAGE, encoding="utf-8")
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    return read_page(tmp_path, "chapters/parts/one")


@pytest.fixture
def services() -> Iterator[Listing]:
    """1,000 works on Europe PMC, none on PubMed."""
    with Listing() as listing:
        listing.europe_pmc = [europe_pmc_work(n + 1) for n in range(1000)]
        yield listing


def run(book: Page, listing: Listing, today: date = TODAY, **changes: object) -> Outcome:
    with Client(listing.settings(**changes), State()) as client:
        return run_chapter(book_root(), book, client, today, bibliography())


def book_root() -> Path:
    from resistance.paths import root

    return root()


def rows(table: str) -> list[dict[str, str]]:
    with (book_root() / f"data/{table}/parts/one.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers() -> list[int]:
    return sorted(int(row["pmid"]) for row in rows("surveillance"))


EXPECTED = sorted({n + 1 for n in range(1000)} - {n + 1 for r in (BY_DOI, BY_PMID, BY_TITLE, BY_SLIP) for n in r})


def test_a_thousand_works_with_forty_known_and_a_503_in_the_middle(book: Page, services: Listing) -> None:
    # The fifth page fails once: the client asks again, and nothing shows of it.
    original = services._europe_pmc

    def failing(query: dict[str, str]) -> dict:
        if len([a for a in services.asked if a.service == "europepmc"]) == 4:
            services.faults["europepmc"].append(Fault(503))
        return original(query)

    services._europe_pmc = failing  # type: ignore[method-assign]
    outcome = run(book, services)
    assert outcome.stopped == {}
    assert services.faults["europepmc"] == []
    assert services.count("europepmc") == 12  # ten pages, one that is empty, one asked for again
    assert numbers() == EXPECTED
    assert len(rows("surveillance")) == 960
    (first, second) = rows("surveillance_runs")
    assert (first["found"], first["doubles"], first["known"], first["new"]) == ("1000", "0", "40", "960")
    assert (second["service"], second["found"]) == ("PubMed", "0")
    asked = services.asked[0].query["query"]
    assert asked.endswith("AND CREATION_DATE:[2026-11-01 TO 2026-12-01]")
    assert "TITLE:KRAS" in asked
    for table in ("surveillance", "surveillance_runs"):
        assert check_table(table, today=TODAY).findings == []
    titles = [row["title"].casefold() for row in rows("surveillance")]
    assert titles == sorted(titles), "in the order of their titles: nothing is ranked"


def test_a_service_that_stays_away_stops_the_run_and_the_next_one_goes_on(book: Page, services: Listing) -> None:
    fault = Fault(503)

    def down_after(pages: int) -> None:
        original = Listing._europe_pmc

        def answer(query: dict[str, str]) -> dict:
            if services.count("europepmc") >= pages:
                services.down["europepmc"] = fault
            return original(services, query)

        services._europe_pmc = answer  # type: ignore[method-assign]

    down_after(4)
    stopped = run(book, services)
    assert stopped.stopped == {EUROPE_PMC: "it answered with status 503"}
    assert [r["service"] for r in stopped.runs] == [PUBMED]
    assert rows("surveillance") == []
    assert len(list((book_root() / "_build/surveillance").iterdir())) == 1
    asked = services.count("europepmc")
    services.down.clear()
    down_after(1_000)
    # Two days later: what was begun keeps its last day, and the following run begins there.
    finished = run(book, services, date(2026, 12, 3))
    assert finished.stopped == {}
    assert services.count("europepmc") - asked == 7  # six pages and the empty one, not eleven
    assert numbers() == EXPECTED
    assert list((book_root() / "_build/surveillance").iterdir()) == []
    again = run(book, services, date(2026, 12, 9))
    assert again.new == []
    (*_, europe, _) = rows("surveillance_runs")
    assert (europe["since"], europe["known"], europe["new"]) == ("2026-12-01", "1000", "0")
    assert len(rows("surveillance")) == 960
    assert len({row["id"] for row in rows("surveillance_runs")}) == len(rows("surveillance_runs")) == 5


def boxes(counts: Flow) -> dict[str, tuple[int, dict[str, int]]]:
    """The boxes of a flow by name, after what must hold of any: a step is its aside and the next step."""
    found = counts.boxes()
    for step, aside, following in zip(found[::2], found[1::2], found[2::2], strict=False):
        assert (step.aside, aside.aside, following.aside) == (False, True, False)
        assert step.number == aside.number + following.number, step.what
    assert all(sum(number for _, number in box.parts) == box.number for box in found if box.parts)
    return {box.what: (box.number, dict(box.parts)) for box in found}


def test_pubmed_adds_what_europe_pmc_does_not_list(book: Page, services: Listing) -> None:
    services.europe_pmc = [europe_pmc_work(n) for n in (301, 401, 402)]
    services.pubmed = [pubmed_work(n) for n in (402, 401, *range(2000, 2250), 105)]
    run(book, services)
    europe, pubmed = rows("surveillance_runs")
    assert (europe["found"], europe["known"], europe["new"]) == ("3", "1", "2")
    assert (pubmed["found"], pubmed["doubles"], pubmed["known"], pubmed["new"]) == ("253", "2", "1", "250")
    # By the day of entry, [edat], works that enter a year after publication would never be found.
    assert '"2026/11/01"[crdt] : "2026/12/01"[crdt]' in pubmed["query"]
    by_service = [row["found_by"] for row in rows("surveillance")]
    assert (by_service.count(EUROPE_PMC), by_service.count(PUBMED)) == (2, 250)
    assert len({row["id"] for row in rows("surveillance")}) == 252


def test_empty_results_are_a_run_that_found_nothing(book: Page, services: Listing) -> None:
    services.europe_pmc = []
    outcome = run(book, services)
    assert outcome.stopped == {}
    assert rows("surveillance") == []
    counts = flow(rows("surveillance_runs"), rows("surveillance"))
    assert counts is not None
    assert boxes(counts)["Listed by the services"] == (0, {EUROPE_PMC: 0, PUBMED: 0})


def test_a_service_that_lists_fewer_than_it_counts_has_not_ended(book: Page, services: Listing) -> None:
    services.says_more = 3
    outcome = run(book, services)
    assert outcome.stopped == {EUROPE_PMC: "it counts 1,003 works and listed 1,000; run the search again"}
    assert [r["service"] for r in rows("surveillance_runs")] == [PUBMED]


def test_a_page_that_is_given_twice_gives_no_work_twice(book: Page, services: Listing) -> None:
    services.europe_pmc = services.europe_pmc[:150] + services.europe_pmc[100:250]
    run(book, services)
    assert numbers() == [n for n in EXPECTED if n <= 250]


def test_what_was_excluded_before_does_not_come_again(book: Page, services: Listing) -> None:
    services.europe_pmc = services.europe_pmc[400:410]
    run(book, services)
    path = book_root() / "data/surveillance/parts/one.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",to screen,,,,", ",excluded,no patients,AB,2026-12-02,"), encoding="utf-8")
    # The same works come back without identifiers, and one is new.
    services.europe_pmc = [work | {"doi": "", "pmid": "", "id": f"X{work['id']}"} for work in services.europe_pmc]
    services.europe_pmc.append(europe_pmc_work(999))
    outcome = run(book, services, date(2027, 1, 1))
    assert [row["pmid"] for row in outcome.new] == ["999"]
    counts = flow(rows("surveillance_runs"), rows("surveillance"))
    assert counts is not None
    assert (counts.screened, counts.to_screen, counts.excluded) == (10, 1, {"no patients": 10})
    assert boxes(counts)["Removed before screening"] == (10, {"found twice": 0, "known": 10})


def test_an_article_whose_preprint_is_known_is_news_and_its_preprint_is_not(book: Page, services: Listing) -> None:
    doi = "10.1101/2026.01.01.123456"
    preprint = europe_pmc_work(1, title(500), doi, id="PPR1", source="PPR", pmid="")
    services.europe_pmc = [preprint]
    run(book, services, date(2026, 11, 5))
    services.europe_pmc = [preprint, europe_pmc_work(500)]
    run(book, services)
    assert [(row["doi"], row["note"]) for row in rows("surveillance")] == [
        (doi, ""),
        ("10.5555/work.500", "its preprint is known"),
    ]


def test_a_title_that_a_spreadsheet_would_compute_is_written_as_text(book: Page, services: Listing) -> None:
    services.europe_pmc = [europe_pmc_work(500, '=HYPERLINK("x") and <i>KRAS</i>')]
    run(book, services)
    assert rows("surveillance")[0]["title"] == '“=HYPERLINK("x") and KRAS”'


def test_a_table_that_cannot_be_read_is_left_as_it_is(book: Page, services: Listing) -> None:
    path = book_root() / "data/surveillance/parts/one.csv"
    path.parent.mkdir(parents=True)
    path.write_text("id,what\n1,2\n", encoding="utf-8")
    with pytest.raises(CannotKeep, match=r"data/surveillance/parts/one\.csv:1: the row has 2 cells"):
        run(book, services)
    assert services.asked == []
    assert path.read_text(encoding="utf-8") == "id,what\n1,2\n"
