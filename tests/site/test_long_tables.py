"""Tables with more rows than their page can bear: where the rows stand, what leads to them, and back to few rows."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from resistance.editions.site_pages import Site
from resistance.site.continued import LEAST, PART, STEP, pieces, rows_kept

from .small_book import TABLE, SmallBook
from .test_warm_equals_cold import contents, differences

ROWS = 600
PAGE = "chapters/rows"
LIMIT = 500_000  # bytes
weights = st.lists(st.floats(100, 5_000), max_size=200)
gains = st.lists(st.floats(-2_000, 5_000), max_size=200)


@given(st.lists(gains, max_size=5), st.floats(-1e5, 1e6))
def test_no_more_rows_go_than_need_to(tables: list[list[float]], excess: float) -> None:
    kept = rows_kept(tables, excess)
    both = list(zip(tables, kept, strict=True))
    gone = sum(sum(rows[n:]) for rows, n in both)
    assert all(n == len(rows) or n == LEAST or n % STEP == 0 for rows, n in both)
    assert all(n >= LEAST or n == len(rows) for rows, n in both)
    assert all(n == len(rows) for rows, n in both if len(rows) <= STEP), "a short table was cut"
    if excess <= 0:
        assert kept == [len(rows) for rows in tables]
    elif gone < excess:  # nothing that is left would gain anything
        long = [(rows, n) for rows, n in both if len(rows) > STEP]
        assert all(
            sum(rows[less:n]) <= 0
            for rows, n in long
            for less in range(n)
            if less == LEAST or (less and less % STEP == 0)
        )
    else:  # without one of the steps it would not have been enough
        steps = [sum(rows[n : STEP if n < STEP else n + STEP]) for rows, n in both if n < len(rows)]
        assert gone - max(steps) < excess + 1e-6


def test_rows_that_gain_nothing_do_not_hide_those_before_them() -> None:
    assert rows_kept([[1_000.0] * 40 + [-100.0] * 20], 5_000) == [20]
    assert rows_kept([[1_000.0] * 40 + [-100.0] * 20, [10.0] * 60], 5_000) == [20, 60]


@given(weights, st.integers(0, 50))
def test_pieces_hold_each_row_once_and_in_order(rows: list[float], first: int) -> None:
    rows = [weight * 100 for weight in rows]
    cut = pieces(rows, first)
    assert [n for begin, end in cut for n in range(begin, end)] == list(range(first, len(rows)))
    assert all(sum(rows[begin:end]) <= PART or end - begin == 1 for begin, end in cut)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    """The small book with 600 rows more, built."""
    book = SmallBook(tmp_path_factory.mktemp("rows") / "book", seed=3)
    rows = book.copy.table(TABLE)
    more = [{**rows[0], "id": f"more-{n}", "study": f"more-{n}", "label": f"More {n}"} for n in range(ROWS)]
    book.copy.write_table(TABLE, [*rows, *more])
    # A number of a row that will have moved: its card has to come along.
    book.copy.append("chapters/glossary.md", "\nThe last is {row}`more-599`.\n")
    book.copy.append(f"{PAGE}.md", "\nThe last is {row}`more-598`.\n")
    build(book)
    return book


def build(book: SmallBook) -> None:
    done = book.copy.run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr


def folder(book: SmallBook) -> Path:
    return book.root / "_build/html"


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(book: SmallBook) -> list[Path]:
    """The page and those on which its table goes on, in the order of their links."""
    found = [folder(book) / f"{PAGE}.html"]
    while link := soup(found[-1]).select_one(".continued a[rel=next]"):
        found.append(found[-1].parent / urlsplit(str(link["href"])).path)
    return found


def test_every_row_stands_once_and_every_page_is_light(grown: SmallBook) -> None:
    found = pages(grown)
    assert len(found) > 2, "the table is not long enough for this test"
    assert all(path.stat().st_size <= LIMIT for path in folder(grown).rglob("*.html"))
    ids = [row["id"] for path in found for row in soup(path).select("#tbl-rows tbody tr")]
    expected = [f"row-{TABLE.replace('_', '-')}-{row['id']}" for row in grown.copy.table(TABLE)]
    assert ids == expected
    said = [soup(path).select_one("#tbl-rows .shown-rows").get_text() for path in found]
    assert said[0].startswith("Rows 1 to ") and said[-1].endswith(f" to {len(ids)} of {len(ids)}.")


def test_every_link_of_the_site_leads_to_its_row(grown: SmallBook) -> None:
    known: dict[Path, set[str]] = {}
    lost = []
    for path in folder(grown).rglob("*.html"):
        for link in soup(path).select("a[href*='#row-'], a[href*='#ref-'], a[href*='#tbl-']"):
            parts = urlsplit(str(link["href"]))
            target = (path.parent / parts.path).resolve() if parts.path else path.resolve()
            if target not in known:
                known[target] = {element["id"] for element in soup(target).find_all(id=True)}
            if parts.fragment not in known[target]:
                lost.append(f"{path.name}: {link['href']}")
    assert lost == []


@pytest.mark.parametrize("number", [598, 599])
def test_a_number_of_a_moved_row_has_its_card_and_leads_to_it(grown: SmallBook, number: int) -> None:
    page = PAGE if number == 598 else "chapters/glossary"  # which shows no row itself
    read = soup(folder(grown) / f"{page}.html")
    link = read.select_one(f"a.row-link[href$='-more-{number}']")
    assert "-tbl-" in str(link["href"])
    assert ("rows-tbl-rows-" in str(link["href"])) == (page == PAGE)  # where its own table goes on
    assert read.find(id=f"card-{TABLE.replace('_', '-')}-more-{number}") is not None


def test_moved_pages_are_whole_pages_in_the_site_map(grown: SmallBook) -> None:
    listed = (folder(grown) / "sitemap.xml").read_text(encoding="utf-8")
    for path in pages(grown)[1:]:
        read = soup(path)
        assert read.h1.get_text().startswith("Rows: rows ")
        assert read.select_one(".trail a[href^='rows.html#tbl-rows']")
        assert path.relative_to(folder(grown)).as_posix() in listed


@pytest.mark.browser
def test_an_old_address_of_a_moved_row_is_led_on(grown: SmallBook, fresh) -> None:
    """From the page where it stood, over as many pages as its table has."""
    last = pages(grown)[-1]
    anchor = soup(last).select("#tbl-rows tbody tr")[-1]["id"]
    opened = fresh().new_page()
    opened.goto(f"{(folder(grown) / f'{PAGE}.html').as_uri()}#{anchor}")
    opened.wait_for_url(f"{last.as_uri()}#{anchor}", timeout=10_000)
    assert opened.locator(f"[id='{anchor}']").is_visible()


def test_an_edition_has_the_table_whole(grown: SmallBook) -> None:
    whole = Site(folder(grown)).article(PAGE)
    assert len(whole.select("#tbl-rows tbody tr")) == len(grown.copy.table(TABLE))
    assert whole.select(".continued, .shown-rows") == []


def test_in_an_edition_a_link_to_a_moved_row_stays_inside(site) -> None:
    """On the real site, whose contents an edition goes by."""
    place = Site(site).place("chapters/introduction", "mechanisms/hypoxia-tbl-tumour-oxygenation-2.html#row-x")
    assert (place.page, place.fragment) == ("chapters/mechanisms/hypoxia", "row-x")


def test_with_few_rows_again_nothing_is_left(grown: SmallBook, tmp_path: Path) -> None:
    """A warm build of the shrunken book is a cold one, byte for byte."""
    for page in ("chapters/glossary", PAGE):
        path = grown.root / f"{page}.md"
        path.write_text("\n".join(path.read_text(encoding="utf-8").split("\n")[:-2]) + "\n", encoding="utf-8")
    rows = grown.copy.table(TABLE)
    grown.copy.write_table(TABLE, rows[:-ROWS])
    build(grown)
    assert list(folder(grown).rglob("*-tbl-*.html")) == []
    cold = tmp_path / "cold"
    shutil.copytree(grown.root, cold, ignore=shutil.ignore_patterns("_build"))
    other = SmallBook.__new__(SmallBook)
    other.copy = type(grown.copy)(cold)
    done = other.copy.run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert differences(contents(folder(grown)), contents(cold / "_build/html")) == []
