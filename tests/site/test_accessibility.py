"""axe-core on every page, at rest and in use: no violation of WCAG 2.1 A and AA."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from . import built
from .browsing import SCHEMES, WIDTHS, visit

pytestmark = pytest.mark.browser

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
SHOWN = 5


def violations(page) -> str:
    """All violations in words; empty if there is none."""
    # Evaluated, not added as a script: the page's own policy admits none but its own.
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate("(options) => axe.run(document, options)", OPTIONS)["violations"]
    lines = []
    for rule in found:
        lines.append(f"{rule['id']} ({rule['impact']}): {rule['help']}; {len(rule['nodes'])} places")
        for node in rule["nodes"][:SHOWN]:
            why = " ".join(node["failureSummary"].split("\n")[1:2]).strip()
            lines.append(f"    {node['html'][:160]}\n        {why[:240]}")
    return "\n".join(lines)


# Contrast depends on the mode and overlap on the width: two variants of every page meet both of each, and all four are
# run where the pages differ most. An analysis takes seconds.
FULLY = ("index.html", built.chapters()[0])
AT_REST = [
    (name, width, scheme)
    for name in built.pages()
    for width, scheme in product(WIDTHS, SCHEMES)
    if name in FULLY or (width > 1000) == (scheme == "light")
]


@pytest.mark.parametrize(("name", "width", "scheme"), AT_REST)
def test_page_at_rest(contexts, home, name, width, scheme):
    with visit(contexts(width, scheme), home, name, watch=False) as opened:
        found = violations(opened.page)
        assert not found, found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", built.chapters())
def test_page_in_use(contexts, home, name, scheme):
    """All figures live, all folds open, a claim's card and a reference shown."""
    with visit(contexts(1280, scheme), home, name, watch=False) as opened:
        page = opened.page
        page.mouse.move(5, 5)
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
        found = violations(page)
        assert not found, found


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
