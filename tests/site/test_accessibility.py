"""axe-core on every page, at rest and in use: no violation of WCAG 2.1 A and AA.

The two rules on colours take most of the time of an analysis, and most of a page is the same in colours: rows of a
table, works of a list. Elements with the same letters on the same grounds stand or fall together, so a few of each
kind are looked at; all other rules see every element. ``RESISTANCE_CONTRAST=all`` looks at all.
"""

from __future__ import annotations

import os
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
OF_A_KIND = 10**6 if os.environ.get("RESISTANCE_CONTRAST") == "all" else 3
# Marks the elements whose colours are looked at: the first few and the last of each kind. A kind is what
# a rule on colours reads: the element's own letters and those around it, and every ground and veil behind them.
LOOKED_AT = """(few) => {
  const numbers = new Map(), letters = new Map(), grounds = new Map(), kinds = new Map();
  const number = (text) => numbers.get(text) ?? numbers.set(text, numbers.size).get(text);
  const look = (e) => {
    if (!e || letters.has(e)) return;
    look(e.parentElement);
    const s = getComputedStyle(e);
    letters.set(e, number(`letters ${[s.color, s.fontSize, s.fontWeight, s.textShadow, s.textDecoration,
      s.borderBottomStyle, s.webkitTextStroke, s.webkitTextFillColor]}`));
    const ground = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode, s.position].join();
    const behind = grounds.get(e.parentElement) ?? "";
    grounds.set(e, ground === "rgba(0, 0, 0, 0),none,1,none,normal,static" ? behind : number(`${behind} ${ground}`));
  };
  for (const e of document.querySelectorAll("body, body *")) {
    const text = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!text && !e.matches("a[href], input, select, textarea, button") || !e.checkVisibility()) continue;
    look(e);
    const link = e.closest("a[href]") === e ? "a" : "";
    const kind = `${link} ${letters.get(e)} ${letters.get(e.parentElement)} ${grounds.get(e)}`;
    kinds.has(kind) ? kinds.get(kind).push(e) : kinds.set(kind, [e]);
  }
  document.querySelectorAll(".looked-at").forEach((e) => e.classList.remove("looked-at"));
  for (const all of kinds.values())
    [...all.slice(0, few), all.at(-1)].forEach((e) => e.classList.add("looked-at"));
  axe.configure({ rules: [
    { id: "color-contrast", selector: ".looked-at" },
    { id: "link-in-text-block", selector: "a[href].looked-at" },
  ] });
  return kinds.size;
}"""


def violations(page) -> str:
    """All violations in words; empty if there is none."""
    # Evaluated, not added as a script: the page's own policy admits none but its own.
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(LOOKED_AT, OF_A_KIND) > 0, "nothing shows text"
    found: list[dict[str, Any]] = page.evaluate("(options) => axe.run(document, options)", OPTIONS)["violations"]
    lines = []
    for rule in found:
        lines.append(f"{rule['id']} ({rule['impact']}): {rule['help']}; {len(rule['nodes'])} places")
        for node in rule["nodes"][:SHOWN]:
            why = " ".join(node["failureSummary"].split("\n")[1:2]).strip()
            lines.append(f"    {node['html'][:160]}\n        {why[:240]}")
    return "\n".join(lines)


# Colours depend on the mode and overlap on the width: two variants of every page meet both of each, and all four are
# run where the pages differ most. An analysis takes seconds, so a chapter is analysed in use, when it shows all that it
# shows at rest and more; pictures that live figures replace are held by their descriptions and by the first chapter.
def is_analysed_in_all(name: str) -> bool:
    """Whether a page is opened, and analysed at rest, in all four variants."""
    return name in ("index.html", built.chapters()[0])


def is_analysed(name: str, width: int, scheme: str) -> bool:
    """Whether a page is analysed at rest in a variant."""
    if is_analysed_in_all(name):
        return True
    return name not in built.chapters() and (width > 1000) == (scheme == "light")


def at_rest(opened):
    """axe finds nothing on the page as it opens."""
    found = violations(opened.page)
    assert not found, found


def in_use(opened):
    """axe finds nothing with all figures live, all folds open, a claim's card and a reference shown."""
    page = opened.page
    page.mouse.move(5, 5)
    before = page.evaluate(SHOWN_ELEMENTS)
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
    assert page.evaluate(SHOWN_ELEMENTS) > before, "nothing has come to be shown"
    found = violations(page)
    assert not found, found


SHOWN_ELEMENTS = """() => [...document.querySelectorAll("[role=main] *")].filter((e) => e.checkVisibility()).length"""


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


# One word in the middle of the page's longest list or table, in a colour that can hardly be seen.
FADED = """(colour) => {
  const texts = [...document.querySelectorAll("[role=main] :is(td, li)")].filter((e) => e.checkVisibility());
  const word = document.createElement("span");
  word.textContent = "faded";
  word.style.color = colour;
  texts[Math.floor(texts.length / 2)].append(word);
  word.id = "faded";
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_faded_word_among_many_is_found(contexts, home, scheme):
    with visit(contexts(1280, scheme), home, built.chapters()[0], watch=False) as opened:
        opened.page.evaluate(FADED, {"light": "#ccc", "dark": "#444"}[scheme])
        found = violations(opened.page)
        assert found.count("(serious)") == 1 and "color-contrast" in found and "faded" in found, found
