"""What a reader's browser fetches before anything is touched, compressed as a web server does it."""

from __future__ import annotations

import pytest

from . import built
from .browsing import visit

pytestmark = pytest.mark.browser

HTML = 500_000  # bytes, raw
LETTERS_GROW = 2.5  # times that the works of each letter may become before its page reaches the limit: 4,000 works
WORKS = 1_800  # to which the list of short lines may grow; of more works it has a line for each letter
WIRE = 300_000  # bytes, gzip
REQUESTS = 12


def test_html(site):
    sizes = {name: (site / name).stat().st_size for name in built.everything()}
    assert {name: size for name, size in sizes.items() if size > HTML} == {}


def test_the_lists_of_works_have_room_to_grow(site):
    """The short lines to as many as they may be, the letters to a book of 4,000 works."""
    lists = ["chapters/references.html", *(page for page in built.pages() if page.startswith("chapters/references/"))]
    rows = {page: sum(len(str(row).encode()) for row in built.soup(page).select("tr[id^=work-]")) for page in lists}
    number = len(built.soup(lists[0]).select("tr[id^=work-]"))
    for page, size in rows.items():
        times = WORKS / number if page == lists[0] and number else LETTERS_GROW
        assert (site / page).stat().st_size + size * (times - 1) <= HTML, page


def is_light(opened):
    """Few bytes and requests before anything is touched, and not the chart library."""
    opened.page.wait_for_load_state("networkidle")
    sizes = {r.url.removeprefix(opened.home): int(r.header_value("content-length") or 0) for r in opened.responses}
    assert opened.faults == []
    assert not [path for path in sizes if "vega" in path], "the chart library is fetched before it is needed"
    assert sum(sizes.values()) <= WIRE, sizes
    assert len(sizes) <= REQUESTS, sorted(sizes)


def test_lists_of_search_are_fetched_when_the_first_letter_is_typed(fresh, home):
    with visit(fresh(), home, "search.html") as opened:
        opened.page.wait_for_load_state("networkidle")
        assert not [r.url for r in opened.responses if "/search/" in r.url]
        assert sum(int(r.header_value("content-length") or 0) for r in opened.responses) <= 150_000
        opened.page.get_by_label("Words to look for").fill("o")
        opened.page.locator("#search-results[data-ready=true]").wait_for()
        assert [r.url for r in opened.responses if "/search/" in r.url]
        assert opened.faults == []


def library_is_fetched_once(opened):
    """However many figures are live, the chart library was fetched once."""
    assert len([r.url for r in opened.responses if "vega" in r.url]) == 1
