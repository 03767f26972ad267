"""Every page, wide and narrow, light and dark, with and without JavaScript, over HTTP and from disk."""

from __future__ import annotations

import os

import pytest

from . import built
from .browsing import WIDTHS, visit

pytestmark = pytest.mark.browser

SHOWN_TEXT = """() => [...document.querySelectorAll("[role=main] :is(p, li, h1, h2, h3, td, th, dd)")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => !e.closest("[popover], .table-tools, .controls, .live, .explorer"))
  .map((e) => e.innerText.replace(/\\s+/g, " ").trim()).filter(Boolean)"""


def main_text(page) -> str:
    # The role is on the theme's article; the page for lost addresses has the element.
    return page.locator("main, [role=main]").first.inner_text()


def shortest(name: str) -> int:
    return 20 if name in built.SERVICE else 200


def loads_whole_and_fits(opened, name):
    """It fits the window, has its text and one heading of the first level, and nothing went wrong."""
    assert opened.overflow() == []
    assert len(main_text(opened.page)) > shortest(name)
    assert opened.page.locator("h1").count() == 1
    opened.page.wait_for_timeout(50)
    assert opened.faults == []


# Scripts and styles are found in the same way on each: every third page, all of them in the weekly run.
FROM_DISK = built.opened()[:: 1 if os.environ.get("RESISTANCE_VARIANTS") == "all" else 3]


@pytest.mark.parametrize("name", sorted({*FROM_DISK, "404.html"}))
def test_page_opens_from_disk(contexts, disk, name):
    if name == "404.html":
        # Its addresses are the published site's, since it is shown at any depth; a host serves it, not a disk.
        with visit(contexts(), disk, name, watch=False) as opened:
            assert len(main_text(opened.page)) > shortest(name)
        return
    with visit(contexts(), disk, name) as opened:
        assert opened.overflow() == []
        assert len(main_text(opened.page)) > shortest(name)
        opened.page.wait_for_timeout(50)
        assert opened.faults == []


def nothing_is_missing(with_js, without):
    """Without JavaScript nothing of the text is missing."""
    texts = with_js.page.evaluate(SHOWN_TEXT)
    assert len(texts) > 3
    without = set(without.page.evaluate(SHOWN_TEXT))
    assert [text for text in texts if text not in without] == []


def test_an_address_that_is_not_there_gets_the_page_that_says_so(contexts, home):
    page = contexts().new_page()
    response = page.goto(home + "chapters/nowhere/at-all.html")
    assert response.status == 404
    assert page.locator("h1").inner_text() == "This page is not here"
    # The style sheet came, though the address is two folders deep.
    assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)")
    page.get_by_role("link", name="Contents").click()
    assert page.url == home
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_keyboard_reaches_the_text_first(contexts, home, width):
    with visit(contexts(width), home, built.chapters()[0]) as opened:
        page = opened.page
        for _ in range(4):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.skip-to-content')"):
                break
        link = page.locator(".skip-to-content")
        assert page.evaluate("document.activeElement.matches('.skip-to-content')"), (
            "Tab does not reach 'Skip to content'"
        )
        box = link.bounding_box()
        assert box["x"] >= 0 and box["y"] >= 0 and box["width"] > 20
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('[role=main]'))")


def test_navigation_opens_by_keyboard_on_a_phone(contexts, home):
    with visit(contexts(390), home, built.chapters()[0]) as opened:
        page = opened.page
        link = page.locator(".sidebar-drawer a.sidebar-brand")
        assert not in_view(page, link)
        page.locator("#__navigation").focus()
        page.keyboard.press("Space")
        page.wait_for_timeout(400)
        assert in_view(page, link)
        assert opened.overflow() == []


def in_view(page, locator) -> bool:
    box = locator.bounding_box()
    return bool(box) and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"] + 1


@pytest.mark.parametrize("where", ["http", "disk"])
def test_search_finds_a_chapter_by_its_title(contexts, home, disk, where):
    chapter = built.chapters()[0]
    title = built.soup(chapter).select_one("h1").find(string=True).strip()
    words = " ".join(word.strip(":,") for word in title.split() if len(word) > 4)
    base = home if where == "http" else disk
    with visit(contexts(), base, "search.html") as opened:
        page = opened.page
        page.get_by_label("Words to look for").fill(words)
        page.keyboard.press("Enter")
        found = page.locator("#search-results a", has_text=title)
        found.first.wait_for()
        page.wait_for_timeout(300)
        assert opened.faults == []
        found.first.click()
        page.wait_for_load_state("load")
        assert page.url.split("?")[0].split("#")[0] == base + chapter


@pytest.mark.parametrize("where", ["http", "disk"])
def test_the_search_box_of_a_page_leads_to_results(contexts, home, disk, where):
    chapter = built.chapters()[0]
    base = home if where == "http" else disk
    with visit(contexts(), base, chapter) as opened:
        page = opened.page
        page.locator("input.sidebar-search").fill("tumour")
        page.keyboard.press("Enter")
        page.locator("#search-results a").first.wait_for()
        assert page.url.startswith(base + "search.html?q=tumour")
        page.wait_for_timeout(300)
        assert opened.faults == []


def test_search_for_nothing_known_says_so(contexts, home):
    with visit(contexts(), home, "search.html?q=zzzyzzx") as opened:
        opened.page.wait_for_function(
            "() => document.querySelector('#search-status').textContent.startsWith('Nothing')"
        )
        assert opened.page.locator("#search-results li").count() == 0
        assert opened.faults == []


def test_search_shows_words_as_text(contexts, home):
    """What is searched for comes from the address: it must not become markup."""
    with visit(contexts(), home, "search.html?q=%3Cimg%20src%3Dx%20id%3Dinjected%3E") as opened:
        opened.page.wait_for_timeout(500)
        assert opened.page.locator("#injected").count() == 0
        assert opened.faults == []
