"""The built site: where it is, which pages it has, and their HTML."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborHTMLParser, LexborNode

from resistance.book.redirects import read_redirects
from resistance.paths import root

KINDS = ("drugs", "genes", "cancers")
NOT_BUILT = "(the site is not built)"
# Pages without text of the book: found by nobody's search, listed in no site map.
SERVICE = ("404.html", "genindex.html", "search.html", "versions.html")


def folder() -> Path:
    """Folder of the built site: ``RESISTANCE_SITE`` if set, else ``_build/html`` of the project."""
    return Path(os.environ.get("RESISTANCE_SITE") or root() / "_build" / "html").resolve()


def is_built() -> bool:
    """Whether there is a whole site: the site map is written last."""
    return (folder() / "index.html").is_file() and (folder() / "sitemap.xml").is_file()


def require() -> Path:
    """The folder, or an error that says what to do."""
    if not is_built():
        pytest.fail(f"There is no site in {folder()}: run 'make site' first.", pytrace=False)
    return folder()


def pages() -> list[str]:
    """Addresses of the HTML files below the site's root; one that says so where there is no site.

    Of the hundreds of pages of drugs, genes and cancers, which one module makes alike, a few that differ most stand
    here for all: every test of every page looks at them. ``test_entries`` looks at all of them in its own quick way.
    """
    if not is_built():
        return [NOT_BUILT]
    return sorted(set(everything()) - set(entries()) | set(chosen_entries()))


@cache
def everything() -> list[str]:
    """Addresses of all HTML files below the site's root but those of moved pages and older versions."""
    moved = {redirect.old for redirect in read_redirects(root())[0]}
    found = (path.relative_to(folder()).as_posix() for path in folder().rglob("*.html"))
    return sorted(name for name in found if name not in moved and not re.match(r"v\d+\.\d+\.\d+/", name))


@cache
def entries() -> list[str]:
    """Pages of drugs, genes and cancers, and of what is below them, with their lists."""
    return [page for page in everything() if page.startswith(tuple(f"{kind}/" for kind in KINDS))]


@cache
def chosen_entries() -> list[str]:
    """The lists, the longest page of each kind, the longest of those below a page, and a drug's."""
    own = [page for page in entries() if page.count("/") == 1 and not page.endswith("/index.html")]
    below = [page for page in entries() if page.count("/") == 2]
    chosen = {f"{kind}/index.html" for kind in KINDS} | {"drugs/olaparib.html"}
    for some in (*([page for page in own if page.startswith(f"{kind}/")] for kind in KINDS), below):
        chosen |= {max(some, key=lambda page: (folder() / page).stat().st_size)} if some else set()
    return sorted(chosen & set(entries()))


_ALIKE = ("references", "about/claims", "about/searches", "about/model-checks", "about/statement-audit")


def opened() -> list[str]:
    """Pages that are opened in a browser; of those that one directive makes alike, the few that differ most.

    Of the works by letter three: the first, the longest and that of works without a letter. Of claims, searches,
    model checks and the audit by part the longest. All are looked at as they are
    written (weight, links, anchors, records).
    """
    alike = tuple(f"chapters/{name}/" for name in _ALIKE)
    chosen = {f"{alike[0]}{name}.html" for name in ("a", "s", "other")}
    chosen |= {f"{folder}mechanisms.html" for folder in alike[1:]}
    below = {page for page in entries() if page.count("/") > 1}  # its lines are those of the page above it
    return [page for page in pages() if page not in below and (not page.startswith(alike) or page in chosen)]


def with_parts(page: str) -> list[str]:
    """A page, and those on which its tables go on (``…-tbl-rows-2.html``)."""
    beside = f"{page.removesuffix('.html')}-tbl-"
    return [page, *(name for name in everything() if name.startswith(beside))]


def owner(page: str) -> str:
    """The page to which one belongs on which a table goes on; any other page itself."""
    return re.sub(r"-tbl-[a-z0-9-]+-\d+\.html$", ".html", page)


def book_pages() -> list[str]:
    """Pages that hold the book's text."""
    return [page for page in pages() if page not in SERVICE]


@cache
def chapters() -> list[str]:
    """Pages that carry a chapter's header."""
    if not is_built():
        return [NOT_BUILT]
    return [page for page in pages_with(".chapter-header") if page in book_pages()]


@cache
def pages_with(selector: str) -> list[str]:
    """Pages that hold an element."""
    if not is_built():
        return [NOT_BUILT]
    return [page for page in book_pages() if _tree(page).css_first(selector)] or ["(no page holds one)"]


@cache
def _tree(page: str) -> LexborHTMLParser:
    """A page for what is asked of all pages while tests are collected: read forty times as fast as by ``soup``."""
    return LexborHTMLParser((require() / page).read_text(encoding="utf-8"))


def found(page: str, selector: str) -> list[LexborNode]:
    """Elements of a page, for their ids and numbers."""
    return _tree(page).css(selector)


@cache
def ids(page: str) -> frozenset[str]:
    """Ids of a page: hundreds of links are looked up in them."""
    return frozenset(element.attributes["id"] or "" for element in found(page, "[id]"))


@cache
def soup(page: str) -> BeautifulSoup:
    """Parsed HTML of a page."""
    return BeautifulSoup((require() / page).read_text(encoding="utf-8"), "html.parser")


@cache
def by_id(page: str) -> dict[str, Tag]:
    """Every element of a page that has an id. A page has thousands, and its links are looked up one by one."""
    return {element["id"]: element for element in soup(page).find_all(id=True)}


@cache
def base() -> str:
    """Address of the published site, as the landing page states it."""
    link = soup("index.html").select_one('link[rel="canonical"]')
    assert link is not None, "index.html has no canonical address"
    return str(link["href"])


def prefix() -> str:
    """Path of the published site on its host, with slashes at both ends."""
    return urlsplit(base()).path or "/"
