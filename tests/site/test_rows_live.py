"""Numbers and their rows in a browser: the card on hover, focus and tap, the way to the row, and without a script."""

from __future__ import annotations

import pytest

from . import built
from .browsing import SCHEMES, visit
from .test_accessibility import violations

pytestmark = pytest.mark.browser

NUMBER = "a.row-link"
OPEN = ".row-card:popover-open"
ALL = built.pages_with(NUMBER)
SOME = ALL[:2]
IN_VIEW = """(e) => {
  const b = e.getBoundingClientRect();
  return b.left >= 0 && b.right <= innerWidth + 1 && b.top >= 0 && b.bottom <= innerHeight + 1;
}"""


def own_number(page):
    """The first number whose row stands on the same page."""
    return page.locator(f"{NUMBER}[href^='#']").first


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", SOME)
def test_a_card_opens_on_focus_and_closes_with_escape(contexts, home, name, width):
    with visit(contexts(width), home, name) as opened:
        page, number = opened.page, own_number(opened.page)
        number.focus()
        card = page.locator(OPEN)
        card.wait_for()
        assert card.count() == 1
        assert card.get_attribute("id") == "card-" + number.get_attribute("href").removeprefix("#row-")
        assert card.evaluate(IN_VIEW)
        row = page.locator(number.get_attribute("href"))
        for part in (".card-claim", "a.cite", "a.seen", ".to-table a"):
            assert card.locator(part).count() == 1, part
        for text in row.locator("th, .figure-text, .level, .locator").all_text_contents():
            assert text in card.text_content()
        assert opened.overflow() == []
        page.keyboard.press("Escape")
        assert page.locator(OPEN).count() == 0
        assert number.evaluate("(a) => a === document.activeElement"), "the reader stays where they were"
        assert opened.faults == []


@pytest.mark.parametrize("name", SOME)
def test_a_card_stays_while_the_pointer_is_on_it_and_its_reference_opens_above(contexts, home, name):
    with visit(contexts(), home, name) as opened:
        page, number = opened.page, own_number(opened.page)
        number.scroll_into_view_if_needed()
        number.hover()
        card = page.locator(OPEN)
        card.wait_for()
        card.hover()
        page.wait_for_timeout(400)
        assert card.count() == 1
        card.locator("a.cite").first.hover()
        page.locator("#cite-pop:popover-open").wait_for()
        page.locator("#cite-pop").hover()
        page.wait_for_timeout(400)
        assert card.count() == 1, "the reference belongs to the card"
        page.mouse.move(2, 2)
        page.wait_for_function("() => !document.querySelector(':popover-open')")
        assert opened.faults == []


@pytest.mark.parametrize("name", SOME)
def test_enter_and_click_go_to_the_row_though_its_table_was_short(contexts, home, name):
    with visit(contexts(), home, name) as opened:
        page = opened.page
        hidden = page.evaluate(
            """(selector) => [...document.querySelectorAll(`${selector}[href^='#']`)]
              .map((a) => a.getAttribute("href")).find((h) => !document.querySelector(h).checkVisibility()) || null""",
            NUMBER,
        )
        wanted = hidden or own_number(page).get_attribute("href")
        for press in (True, False):
            page.goto(home + name)
            number = page.locator(f"{NUMBER}[href='{wanted}']").first
            if press:
                number.focus()
                page.keyboard.press("Enter")
            else:
                number.click()
            row = page.locator(wanted)
            page.wait_for_function("(r) => r.matches(':target') && r.checkVisibility()", arg=row.element_handle())
            page.wait_for_function(
                "(r) => { const b = r.getBoundingClientRect(); return b.top < innerHeight && b.bottom > 0; }",
                arg=row.element_handle(),
            )
            assert page.locator(OPEN).count() == 0
        # A page that is left while a figure is fetched breaks that off.
        assert [fault for fault in opened.faults if "ERR_ABORTED" not in fault] == []


def test_a_tap_opens_the_card_and_the_card_leads_to_the_row(browser, home):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    with visit(context, home, SOME[0]) as opened:
        page, number = opened.page, own_number(opened.page)
        number.scroll_into_view_if_needed()
        number.tap()
        card = page.locator(OPEN)
        card.wait_for()
        assert "#row-" not in page.url, "the first tap shows what the number is"
        assert card.evaluate(IN_VIEW)
        card.locator(".to-table a").tap()
        page.wait_for_function("() => document.querySelector(':target')")
        assert page.url.endswith(number.get_attribute("href"))
        assert page.locator(OPEN).count() == 0
        assert opened.faults == []
    context.close()


@pytest.mark.parametrize("name", SOME)
def test_without_javascript_a_number_is_a_plain_link_and_no_card_is_in_the_way(contexts, home, name):
    with visit(contexts(js=False), home, name) as opened:
        page, number = opened.page, own_number(opened.page)
        assert not any(card.is_visible() for card in page.locator(".row-card").all())
        number.click()
        assert page.url.endswith(number.get_attribute("href"))
        assert page.locator(":target").is_visible()


@pytest.mark.parametrize("name", SOME)
def test_on_paper_numbers_are_plain_and_cards_are_not_there(contexts, home, name):
    with visit(contexts(), home, name) as opened:
        page = opened.page
        own_number(page).focus()
        page.locator(OPEN).wait_for()
        page.emulate_media(media="print")
        assert not page.locator(".row-card:visible").count()
        assert own_number(page).evaluate("(a) => getComputedStyle(a).textDecorationLine") == "none"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_open_card_is_accessible(contexts, home, scheme):
    with visit(contexts(1280, scheme), home, SOME[0]) as opened:
        own_number(opened.page).focus()
        opened.page.locator(OPEN).wait_for()
        found = violations(opened.page)
        assert not found, found


@pytest.mark.parametrize("name", ALL)
def test_every_number_leads_to_a_row_and_one_elsewhere_brings_its_card(site, name):
    soup = built.soup(name)
    for number in soup.select(NUMBER):
        page, _, anchor = number["href"].partition("#")
        target = name if not page else ((site / name).parent / page).resolve().relative_to(site).as_posix()
        assert built.by_id(target)[anchor].name == "tr", number["href"]
        assert (f"card-{anchor.removeprefix('row-')}" in built.by_id(name)) == bool(page), number["href"]


def test_a_link_to_a_claim_opens_its_evidence(contexts, home):
    link = built.soup("chapters/about/claims.html").select_one("#tbl-claims a.claim")
    with visit(contexts(), home, "chapters/about/claims.html") as opened:
        opened.page.locator("#tbl-claims a.claim").first.click()
        card = opened.page.locator(".card:popover-open")
        card.wait_for()
        assert card.get_attribute("id") == "claim-" + link["href"].partition("#said-")[2]
        row = card.locator("a.to-row").first
        target = row.get_attribute("href")
        row.click()
        opened.page.wait_for_function("() => document.querySelector(':target')")
        assert opened.page.url.endswith(target.partition("#")[2])
        assert opened.page.locator(":popover-open").count() == 0
        assert opened.faults == []
