"""A few pages of the built site as a small book: printed once a session, and packed once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from resistance.editions.browser import HELP, find_browser
from resistance.editions.epub import write_epub
from resistance.editions.held import Held
from resistance.editions.paper import paper
from resistance.editions.pdf import write_book, write_pages
from resistance.editions.printing import printer
from resistance.editions.site_pages import Site

from ..site import built

# A chapter with figures, tables, claims, formulas and rows of other pages; the landing page; two small pages.
CHAPTER = "chapters/challenges/shifting-microenvironment"
SMALL = "chapters/about/methods"
PAGES = ("index", CHAPTER, SMALL, "chapters/about/glossary")


@dataclass(frozen=True)
class Made:
    """An edition and what was put into it."""

    path: Path
    held: Held


@pytest.fixture(scope="session")
def pages() -> Site:
    """The built site as the editions read it."""
    return Site(built.require())


@pytest.fixture(scope="session")
def printed(pages: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """The small book, the chapter alone, a small page twice, and what is said of a page that is too wide."""
    if find_browser() is None:
        pytest.fail(HELP, pytrace=False)
    folder = tmp_path_factory.mktemp("pdf")
    made = {}
    with printer() as browser:
        path = folder / "book.pdf"
        made["book"] = Made(path, write_book(pages, path, browser, names=PAGES, say=lambda line: None))
        for key, name in {"chapter": CHAPTER, "small": SMALL, "again": SMALL}.items():
            path = folder / key / "page.pdf"
            made[key] = Made(path, write_pages(pages, name, path, browser))
        made["wide"] = Made(folder, Held(lost=browser.print(_wide(pages, folder), folder / "wide.pdf")))
    return made


def _wide(pages: Site, folder: Path) -> Path:
    """A page with a table that is wider than the paper."""
    html = paper(pages, [SMALL], "x", folder).html
    cell = "</h1><table><tr><td style='min-width: 90em; display: block'>x</td></tr></table>"
    (folder / "wide.html").write_text(html.replace("</h1>", cell, 1), encoding="utf-8")
    return folder / "wide.html"


@pytest.fixture(scope="session")
def packed(pages: Site, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The small book as EPUB."""
    path = tmp_path_factory.mktemp("epub") / "book.epub"
    return Made(path, write_epub(pages, path, names=PAGES))
