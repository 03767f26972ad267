"""axe-core on every page, at rest and in use: no violation of WCAG 2.1 A and AA."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from . import built
from .browsing import SCHEMES, visit

pytestmark = pytest.mark.browser

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
SHOWN = 5


def violations(page, prepare="") -> str:
    """All violations in words; empty if there is none."""
    # Evaluated, not added as a script: the page's own policy admits none but its own.
    page.evaluate(AXE_SCRIPT)
    if prepare:
        page.evaluate(prepare)
    found: list[dict[str, Any]] = page.evaluate("(options) => axe.run(document, options)", OPTIONS)["violations"]
    lines = []
    for rule in found:
        lines.append(f"{rule['id']} ({rule['impact']}): {rule['help']}; {len(rule['nodes'])} places")
        for node in rule["nodes"][:SHOWN]:
            why = " ".join(node["failureSummary"].split("\n")[1:2]).strip()
            lines.append(f"    {node['html'][:160]}\n        {why[:240]}")
    return "\n".join(lines)


# Contrast depends on the mode and overlap on the width: two variants of every page meet both of each, and all four are
# run where the pages differ most. An analysis takes seconds, four fifths of them for contrast.
def is_analysed(name: str, width: int, scheme: str) -> bool:
    """Whether a page is analysed at rest in a variant."""
    return name in ("index.html", built.chapters()[0]) or (width > 1000) == (scheme == "light")


def at_rest(opened):
    """axe finds nothing on the page as it opens."""
    opened.page.evaluate(NOTE_SHOWN)
    found = violations(opened.page)
    assert not found, found


def in_use(opened):
    """axe finds nothing with all figures live, all folds open, a claim's card and a reference shown.

    The contrast of what is shown at rest was looked at then, in this mode; here that of what has come to be shown is.
    """
    page = opened.page
    page.mouse.move(5, 5)
    page.evaluate(NOTE_SHOWN)
    for figure in page.locator("figure.review-figure").all():
        figure.scroll_into_view_if_needed()
        page.mouse.move(6, 6)
        page.locator(f"#{figure.get_attribute('id')}[data-state=live]").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    badge = page.locator("button.claim").first
    if badge.count():
        badge.scroll_into_view_if_needed()
        page.wait_for_timeout(100)
        badge.click()
        cite = page.locator(f"[id='{badge.get_attribute('popovertarget')}'] a.cite").first
        if cite.count():
            cite.focus()
    assert page.evaluate(NEWLY_SHOWN) > 0, "nothing has come to be shown"
    found = violations(page, "axe.configure({ rules: [{ id: 'color-contrast', selector: '.newly, .newly *' }] })")
    assert not found, found


# What the text shows as the page opens; a second call keeps the first.
NOTE_SHOWN = """() => {
  if (window.shown) return;
  window.shown = new WeakSet([...document.querySelectorAll("[role=main] *")].filter((e) => e.checkVisibility()));
}"""
# The elements that have come to be shown, each without those inside it; and all that is not text of the page.
NEWLY_SHOWN = """() => {
  const fresh = (e) => !window.shown.has(e) && e.checkVisibility();
  const inside = [...document.querySelectorAll("[role=main] *")].filter((e) => fresh(e) && !fresh(e.parentElement));
  const around = [...document.querySelectorAll("body *")].filter((e) =>
    !e.closest("[role=main]") && !e.querySelector("[role=main]") && e.parentElement.querySelector("[role=main]"));
  [...inside, ...around].forEach((e) => e.classList.add("newly"));
  return inside.length;
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_search_results(contexts, home, scheme):
    with visit(contexts(1280, scheme), home, "search.html?q=resistance", watch=False) as opened:
        opened.page.locator("#search-results a").first.wait_for()
        found = violations(opened.page)
        assert not found, found


def test_navigation_open_on_a_phone(contexts, home):
    with visit(contexts(390, "light"), home, built.chapters()[0], watch=False) as opened:
        opened.page.locator("label.nav-overlay-icon").click()
        opened.page.wait_for_timeout(400)
        found = violations(opened.page)
        assert not found, found
