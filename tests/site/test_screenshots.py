"""Pictures of the landing page and of a chapter in four variants, for people to look at."""

from __future__ import annotations

import struct

import pytest

from resistance.paths import root

from . import built
from .browsing import SCHEMES, WIDTHS, visit

pytestmark = pytest.mark.browser


def shown() -> list[str]:
    return ["index.html", built.chapters()[0]] if built.is_built() else [built.NOT_BUILT]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", shown())
def test_screenshot(contexts, home, name, width, scheme):
    folder = root() / "_build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    stem = name.removesuffix(".html").replace("/", "-")
    target = folder / f"{stem}-{width}-{scheme}.png"
    with visit(contexts(width, scheme), home, name) as opened:
        page = opened.page
        # Lazy pictures load, and figures become live, as they come near the view.
        page.mouse.move(5, 5)
        for figure in page.locator("figure.review-figure").all():
            figure.scroll_into_view_if_needed()
            page.mouse.move(6, 6)
            page.locator(f"#{figure.get_attribute('id')}[data-state=live]").wait_for()
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=target, full_page=True, timeout=60_000)
        height = page.evaluate("document.documentElement.scrollHeight")
        assert opened.faults == []
    wide, high = struct.unpack(">II", target.read_bytes()[16:24])
    assert (wide, high) == (width, height)
