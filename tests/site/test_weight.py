"""What a reader's browser fetches before anything is touched, compressed as a web server does it."""

from __future__ import annotations

import pytest

from . import built
from .browsing import visit

pytestmark = pytest.mark.browser

HTML = 500_000  # bytes, raw
# The two pages that list everything grow with the book: they are held to a weight for each entry, and to the wire.
LISTS = {"chapters/references.html": 1_100, "chapters/about/claims.html": 4_500}
WIRE = 300_000  # bytes, gzip
REQUESTS = 12


@pytest.mark.parametrize("name", built.pages())
def test_html(site, name):
    entries = len(built.soup(name).select(".evidence-table tbody tr")) if name in LISTS else 0
    assert (site / name).stat().st_size <= max(HTML, LISTS.get(name, 0) * entries)


def is_light(opened):
    """Few bytes and requests before anything is touched, and not the chart library."""
    opened.page.wait_for_load_state("networkidle")
    sizes = {r.url.removeprefix(opened.home): int(r.header_value("content-length") or 0) for r in opened.responses}
    assert opened.faults == []
    assert not [path for path in sizes if "vega" in path], "the chart library is fetched before it is needed"
    assert sum(sizes.values()) <= WIRE, sizes
    assert len(sizes) <= REQUESTS, sorted(sizes)


def test_search_index_is_fetched_by_the_search_page_only(fresh, home):
    with visit(fresh(), home, "") as opened:
        assert not [r.url for r in opened.responses if "searchindex" in r.url]


def library_is_fetched_once(opened):
    """However many figures are live, the chart library was fetched once."""
    assert len([r.url for r in opened.responses if "vega" in r.url]) == 1
