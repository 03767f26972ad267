"""Citations, claims, colour modes and print: what a reader does on a page, by hand and by keyboard."""

from __future__ import annotations

import re

import pytest

from . import built
from .browsing import SCHEMES, visit

pytestmark = pytest.mark.browser

CHAPTERS = built.chapters()
# A citation in the running text or in a table, not one inside a claim's card, which is closed.
CITATION = "[role=main] a.cite:not([popover] *, .references *)"
# Pages with a list of their works: elsewhere a citation leads to the page of all works, and shows nothing before.
CITED = [page for page in built.pages_with(CITATION) if not built.is_built() or built.found(page, "li.reference")]
CLAIMED = built.pages_with("button.claim")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# --- citations ---------------------------------------------------------------------------------------------------


def first_citation(page):
    """A citation in the running text, and the text of its entry in the list."""
    link = page.locator(CITATION).first
    target = link.get_attribute("href")
    assert target.startswith("#"), f"the reference is on another page: {target}"
    entry = page.locator(f"li.reference[id='{target.removeprefix('#')}']")
    return link, squeezed(entry.text_content())


def citation_shows_its_reference_on_hover(opened):
    """A citation shows its reference under the pointer, which may go there."""
    page = opened.page
    link, entry = first_citation(page)
    assert len(entry) > 40
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    link.hover()
    pop = page.locator("#cite-pop")
    pop.wait_for(state="visible")
    assert squeezed(pop.text_content()) == entry
    box = pop.bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= 1280 and box["y"] + box["height"] <= 900
    # The pointer may go to the reference and stay there, for example to click its DOI.
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.wait_for_timeout(500)
    assert pop.is_visible()
    page.mouse.move(2, 2)
    pop.wait_for(state="hidden")
    assert opened.faults == []


def test_escape_closes_a_reference_that_is_hovered(contexts, home):
    with visit(contexts(), home, CITED[0]) as opened:
        page = opened.page
        link, _ = first_citation(page)
        link.scroll_into_view_if_needed()
        page.wait_for_timeout(100)
        link.hover()
        page.locator("#cite-pop").wait_for(state="visible")
        page.keyboard.press("Escape")
        assert not page.locator("#cite-pop").is_visible()
        page.wait_for_timeout(400)
        assert not page.locator("#cite-pop").is_visible()


def citation_shows_its_reference_on_focus(opened):
    """A citation shows its reference when it is reached by keyboard."""
    page = opened.page
    link, entry = first_citation(page)
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    link.focus()
    pop = page.locator("#cite-pop")
    pop.wait_for(state="visible")
    assert squeezed(pop.text_content()) == entry
    assert link.get_attribute("aria-describedby") == "cite-pop"
    page.keyboard.press("Escape")
    assert not pop.is_visible()
    assert page.evaluate("document.activeElement.matches('a.cite')")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    pop.wait_for(state="visible")
    page.evaluate("document.activeElement.blur()")
    page.locator("a.sidebar-brand").focus()
    pop.wait_for(state="hidden")
    assert opened.faults == []


def test_a_citation_that_takes_focus_from_below_the_window_shows_its_reference(contexts, home):
    """A focused link is scrolled into view first; that scrolling must not close what it opened."""
    with visit(contexts(), home, CITED[0]) as opened:
        page = opened.page
        link = page.locator(CITATION).filter(visible=True).last
        link.focus()
        page.wait_for_timeout(600)
        assert page.locator("#cite-pop").is_visible()


def test_a_citation_leads_to_its_entry_without_javascript(contexts, home):
    with visit(contexts(1280, "light", False), home, CITED[0]) as opened:
        link, entry = first_citation(opened.page)
        link.click()
        assert squeezed(opened.page.locator("li.reference:target").text_content()) == entry


# --- claims ------------------------------------------------------------------------------------------------------


def claim_opens_its_evidence(opened):
    """A claim opens its evidence by keyboard."""
    page = opened.page
    badges = page.locator("button.claim")
    badge = badges.first
    card = page.locator(f"[id='{badge.get_attribute('popovertarget')}']")
    assert not card.is_visible()
    badge.focus()
    page.keyboard.press("Enter")
    card.wait_for(state="visible")
    text = squeezed(card.inner_text())
    assert "Level" in text and "of 5 stars" in text
    assert card.locator(".card-row").count() > 0
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('button.claim')"), "focus does not come back to the badge"
    assert opened.faults == []


@pytest.mark.parametrize("width", [1280, 390])
def test_every_badge_has_its_card_and_it_fits(contexts, home, width):
    with visit(contexts(width), home, CLAIMED[0]) as opened:
        page = opened.page
        for badge in page.locator("button.claim").all():
            card = page.locator(f"[id='{badge.get_attribute('popovertarget')}']")
            assert card.count() == 1
            badge.click()
            box = card.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
            assert box["y"] >= 0 and box["y"] + box["height"] <= 900
            page.keyboard.press("Escape")
            card.wait_for(state="hidden")


# --- colour modes ------------------------------------------------------------------------------------------------

BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def brightness(page) -> float:
    return sum(map(float, re.findall(r"[\d.]+", page.evaluate(BACKGROUND))[:3])) / 3


def test_the_toggle_changes_the_colours_and_they_stay(fresh, home):
    page = fresh(1280, "light").new_page()
    page.goto(home + CHAPTERS[0])
    assert brightness(page) > 200
    toggle = page.locator("button.theme-toggle:visible").first
    seen = []
    for _ in range(3):
        toggle.focus()
        page.keyboard.press("Enter")
        seen.append(page.evaluate("document.body.dataset.theme"))
    assert sorted(seen) == ["auto", "dark", "light"]
    while page.evaluate("document.body.dataset.theme") != "dark":
        toggle.click()
    assert brightness(page) < 60
    page.reload()
    assert page.evaluate("document.body.dataset.theme") == "dark"
    assert brightness(page) < 60
    page.goto(home)
    assert brightness(page) < 60
    images = page.goto(home + CHAPTERS[0]) and page.locator(".plot .only-light img:visible").count()
    assert images == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_the_toggle_is_large_enough_to_touch_and_has_a_name(contexts, home, width):
    with visit(contexts(width), home, CHAPTERS[0]) as opened:
        toggles = opened.page.locator("button.theme-toggle:visible")
        assert toggles.count() == 1
        box = toggles.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert toggles.get_attribute("aria-label")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_without_javascript_the_mode_follows_the_system(contexts, home, scheme):
    with visit(contexts(1280, scheme, False), home, CHAPTERS[0]) as opened:
        assert (brightness(opened.page) > 128) == (scheme == "light")
        assert opened.page.locator("button.theme-toggle:visible").count() == 0


def test_a_theme_that_cannot_be_stored_does_no_harm(fresh, home):
    page = fresh().new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });")
    page.goto(home + CHAPTERS[0])
    page.locator("button.theme-toggle:visible").first.click()
    assert faults == []


# --- print -------------------------------------------------------------------------------------------------------


def print_is_the_text_on_white(opened):
    """On paper there is the text with the light pictures, and nothing that only a screen needs."""
    page = opened.page
    page.emulate_media(media="print")
    for selector in (
        ".sidebar-drawer",
        ".toc-drawer",
        ".mobile-header",
        ".related-pages",
        ".theme-toggle",
        ".table-tools",
        "form.controls",
        ".headerlink",
        ".skip-to-content",
    ):
        assert page.locator(f"{selector}:visible").count() == 0, f"{selector} is printed"
    color = page.evaluate("getComputedStyle(document.querySelector('[role=main] p')).color")
    assert max(map(float, re.findall(r"[\d.]+", color)[:3])) < 130, f"text is printed in {color}"
    for plot in page.locator(".plot").all():
        assert plot.locator(".only-light img").is_visible(), "the light picture is printed"
        assert not plot.locator(".only-dark img").is_visible(), "the dark picture is printed, too"
    page.emulate_media(media="screen")


def pages_come_out_of_the_printer(opened):
    """The browser makes a file of several pages."""
    pdf = opened.page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 2


def test_print_of_a_dark_page_has_a_white_ground(fresh, home):
    page = fresh(1280, "dark").new_page()
    page.goto(home + CHAPTERS[0])
    page.evaluate("document.body.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    ground = page.evaluate(BACKGROUND)
    assert ground == "rgba(0, 0, 0, 0)" or brightness(page) > 250


def nothing_is_cut_off_on_paper(opened):
    """A page of A4 less its margins is 178 mm, 673 px, wide."""
    opened.page.set_viewport_size({"width": 673, "height": 900})
    opened.page.emulate_media(media="print")
    found = opened.page.evaluate(CUT_OFF)
    opened.page.emulate_media(media="screen")
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


# Lines of text and pictures that reach beyond the paper's edge.
CUT_OFF = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.querySelector("[role=main]"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility() || parent.closest(".visually-hidden, annotation")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const right = Math.max(0, ...[...range.getClientRects()].map((box) => box.right));
    if (right > 674) found.push(`${Math.round(right)}: ${node.data.trim().slice(0, 40)} in ${parent.tagName}`);
  }
  for (const image of document.querySelectorAll("[role=main] img")) {
    const right = image.getBoundingClientRect().right;
    if (image.checkVisibility() && right > 674) found.push(`${Math.round(right)}: ${image.src}`);
  }
  return found.slice(0, 8);
}"""
