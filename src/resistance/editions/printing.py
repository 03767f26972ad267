"""A Chromium that prints: tagged, with bookmarks and vector figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from resistance.editions.browser import HELP, find_browser

__all__ = ["TEXT_WIDTH", "Cannot", "Printer", "printer"]

# Width of the text on A4 in CSS pixels, as ``@page`` in pdf.css leaves it.
TEXT_WIDTH = int((210 - 2 * 17) / 25.4 * 96)
_TOO_WIDE = """width => [...document.querySelectorAll('.page *')]
  .filter(each => each.getBoundingClientRect().right > width + 1 && !each.closest('math'))
  .map(each => `${each.closest('[id]').id}: <${each.localName} class="${each.className}">`).slice(0, 5)"""


class Cannot(RuntimeError):
    """The edition cannot be made here; the message says what is missing and how to get it."""


class Printer:
    """A running browser."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def print(self, document: Path, target: Path) -> list[str]:
        """Print an HTML file; returns what is wider than the page, for which the browser would shrink all of it."""
        self._page.goto(document.resolve().as_uri(), wait_until="load", timeout=0)
        wide = self._page.evaluate(_TOO_WIDE, TEXT_WIDTH)
        self._page.pdf(path=target, tagged=True, outline=True, prefer_css_page_size=True, print_background=True)
        return list(wide)


@contextmanager
def printer() -> Iterator[Printer]:
    """A browser without a network and without scripts.

    Raises
    ------
    Cannot
        If there is no Chromium, or nothing that drives it.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise Cannot("printing needs Playwright; install the package with its extra, 'resistance[editions]'") from error
    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            raise Cannot(HELP)
        browser = playwright.chromium.launch(
            executable_path=path, args=["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"]
        )
        page = browser.new_page(java_script_enabled=False, viewport={"width": TEXT_WIDTH, "height": 1000})
        page.set_default_timeout(0)
        page.emulate_media(media="print", color_scheme="light")
        try:
            yield Printer(page)
        finally:
            browser.close()
