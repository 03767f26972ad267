"""Section 2: bytes and requests of each page before interaction and after scrolling through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from benchmarks.builds import Say, built_copies
from benchmarks.measure import ratio
from benchmarks.project import pages_of
from benchmarks.report import Cell, Section, Table, show
from benchmarks.server import serve, wire_bytes

VIEWPORT = {"width": 1280, "height": 900}
SCROLL_STEP = 600  # pixels
HTML_BUDGET, WIRE_BUDGET, RATIO_BUDGET = 500, 300, 0.25  # kB, kB with gzip, share of the plain page
_QUIET_MS = 400  # a page without a request for so long has asked for all that it wants
_LIMIT_MS = 15_000
_KILOBYTE = 1000


@dataclass(frozen=True)
class Weight:
    """What a page asked for: own requests with their bytes, and requests to other hosts, which were blocked."""

    requests: int = 0
    raw: int = 0
    gzip: int = 0
    missing: int = 0
    other_hosts: int = 0


@dataclass
class Visit:
    """Weight of one page: its HTML, all before interaction, all after scrolling to the end."""

    html: Weight
    before: Weight
    after: Weight
    hosts: list[str] = field(default_factory=list)


def weigh(addresses: Iterable[str], home: str, folder: Path) -> Weight:
    """Weight of the requested addresses; an address that is asked for twice counts once, as the browser keeps it."""
    requests = raw = packed = missing = other = 0
    for address in dict.fromkeys(addresses):
        if address.startswith(("data:", "blob:", "about:")):
            continue
        if not address.startswith(home):
            other += 1
            continue
        requests += 1
        path = folder / unquote(urlsplit(address).path).lstrip("/")
        if not path.is_file():
            missing += 1
            continue
        size, sent = wire_bytes(path)
        raw, packed = raw + size, packed + sent
    return Weight(requests, raw, packed, missing, other)


def visit(browser: Any, home: str, folder: Path, page: str, scroll: bool = True) -> Visit:
    """Open a page in a fresh context, wait until it is quiet, then scroll through it; other hosts are blocked."""
    context = browser.new_context(viewport=VIEWPORT)
    asked: list[str] = []
    try:
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.route(lambda url: not url.startswith(home), lambda route: route.abort())
        tab.goto(home + page, wait_until="load")
        settle(tab, asked)
        before = list(asked)
        if scroll:
            scroll_through(tab)
            settle(tab, asked)
    finally:
        context.close()
    hosts = sorted({urlsplit(a).netloc for a in asked if a.startswith("http") and not a.startswith(home)})
    return Visit(
        weigh([home + page], home, folder), weigh(before, home, folder), weigh(asked, home, folder), hosts=hosts
    )


def settle(tab: Any, asked: list[str]) -> None:
    """Wait until no request has been made for a while."""
    waited = 0
    while waited < _LIMIT_MS:
        count = len(asked)
        tab.wait_for_timeout(_QUIET_MS)
        waited += _QUIET_MS
        if len(asked) == count:
            return


def scroll_through(tab: Any) -> None:
    """Scroll to the end as a reader does, a screen at a time."""
    place = 0
    while place < tab.evaluate("document.documentElement.scrollHeight"):
        tab.mouse.wheel(0, SCROLL_STEP)
        tab.wait_for_timeout(60)
        place += SCROLL_STEP


def measure_pages(root: Path, scratch: Path, say: Say) -> Section:
    """Weigh every page of both books."""
    from playwright.sync_api import sync_playwright

    from resistance.editions.browser import HELP, find_browser

    browser_path = find_browser()
    if browser_path is None:
        return Section("Weight of the pages", notes=[f"Left out: {HELP}"])
    plain, ours = built_copies(root, scratch, say)
    visits: dict[str, tuple[Visit, Visit]] = {}
    with (
        sync_playwright() as playwright,
        serve(plain.site) as plain_home,
        serve(ours.site) as our_home,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--disable-background-networking"])
        for name in pages_of(ours.folder):
            page = f"{name}.html"
            if not (ours.site / page).is_file() or not (plain.site / page).is_file():
                continue
            say(f"pages: {name}")
            visits[name] = (
                visit(browser, plain_home.address, plain.site, page, scroll=False),
                visit(browser, our_home.address, ours.site, page),
            )
        browser.close()
    return section(visits)


def section(visits: Mapping[str, tuple[Visit, Visit]]) -> Section:
    """The tables of the weights of (plain, ours) by page."""
    own: list[list[Cell]] = []
    both: list[list[Cell]] = []
    for name, (plain, ours) in visits.items():
        own.append(
            [
                name,
                *(_kb(n) for n in (ours.html.raw, ours.html.gzip)),
                *(ours.before.requests, _kb(ours.before.raw), _kb(ours.before.gzip)),
                *(ours.after.requests, _kb(ours.after.raw), _kb(ours.after.gzip)),
                ours.after.other_hosts,
            ]
        )
        both.append(
            [
                name,
                *(_kb(plain.before.raw), _kb(plain.before.gzip), _kb(ours.before.gzip)),
                ratio(ours.before.gzip, plain.before.gzip),
                *(plain.before.requests, plain.before.other_hosts, ours.before.requests),
            ]
        )
    hosts = sorted({host for plain, _ in visits.values() for host in plain.hosts})
    header = ["page", "HTML", "HTML gzip", "requests", "raw", "gzip", "requests, scrolled", "raw, scrolled"]
    return Section(
        "Weight of the pages",
        [
            Table("This book, kB (1,000 bytes)", [*header, "gzip, scrolled", "to other hosts"], own),
            Table(
                "Before interaction, plain Jupyter Book beside this book, kB",
                [
                    "page",
                    "plain raw",
                    "plain gzip",
                    "ours gzip",
                    "ours / plain",
                    "plain requests",
                    "blocked",
                    "our requests",
                ],
                both,
            ),
        ],
        [
            "Bodies of the files as a static host sends them (gzip level 6), without headers; each file once a page; "
            f"window {VIEWPORT['width']} × {VIEWPORT['height']}.",
            f"Other hosts that plain pages ask for scripts: {len(hosts)} (their requests: 'blocked'). Nothing answers "
            "them here, so their bytes are missing and the true ratio is smaller than the one printed.",
            *_largest(visits),
            *_missing(visits),
        ],
        {"pages": {name: {"plain": _plain(p), "ours": _plain(o)} for name, (p, o) in visits.items()}, "hosts": hosts},
    )


def _largest(visits: Mapping[str, tuple[Visit, Visit]]) -> list[str]:
    """The heaviest page beside the book's budgets."""
    if not visits:
        return []
    html = max(ours.html.raw for _, ours in visits.values())
    wire = max(ours.before.gzip for _, ours in visits.values())
    shares = [ratio(ours.before.gzip, plain.before.gzip) or 0.0 for plain, ours in visits.values()]
    return [
        f"Heaviest page: {show(_kb(html))} kB of HTML (budget {HTML_BUDGET:g}), {show(_kb(wire))} kB before "
        f"interaction (budget {WIRE_BUDGET:g}); largest ratio {show(max(shares))} (budget {RATIO_BUDGET:g})."
    ]


def _missing(visits: Mapping[str, tuple[Visit, Visit]]) -> list[str]:
    bad = [name for name, (_, ours) in visits.items() if ours.after.missing]
    return [f"Pages of ours that ask for a file that is not there: {', '.join(bad)}."] if bad else []


def _kb(size: int) -> float:
    return size / _KILOBYTE


def _plain(seen: Visit) -> dict[str, Any]:
    return {"html": vars(seen.html), "before": vars(seen.before), "after": vars(seen.after), "hosts": seen.hosts}
