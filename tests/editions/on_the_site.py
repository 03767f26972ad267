"""What pages of the site hold, counted in their HTML by other rules than those by which the editions are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urljoin

from bs4 import BeautifulSoup, Tag

# Links that an edition has not, each for a reason: tools of the screen, numbers of a figure, downloads of a chapter,
# and cards of rows and searches, which repeat what stands in a table and in the page's protocol.
_LEFT_OUT = (
    "a.headerlink",
    ".table-tools a",
    "details.figure-more table a",
    "details.code-fold a",
    ".chapter-footer ul.links a",
    "p.run-it a",
)
PREFIX = "https://the.site/"


def articles(folder: Path, names: Sequence[str]) -> dict[str, Tag]:
    """Articles of the pages, as they are."""
    found = {}
    for name in names:
        text = (folder / f"{name}.html").read_text(encoding="utf-8")
        found[name] = BeautifulSoup(text, "html.parser").find("article")
    return found


def figures(article: Tag) -> int:
    """Figures of a page."""
    return len(article.select("figure.review-figure"))


def tables(article: Tag) -> int:
    """Tables of a page without the numbers that its figures draw."""
    return len(article.select("table")) - len(article.select("figure.review-figure table"))


def links(name: str, article: Tag, *, with_rows: bool) -> Counter[str]:
    """Where the links and buttons of a page lead: ``https://the.site/page#place``, or an address outside."""
    left_out = {id(link) for selector in _LEFT_OUT for link in article.select(selector)}
    protocols = {str(tag["id"]) for tag in article.select("[id^=protocol-]")}
    for card in article.select(".card"):
        kind, _, rest = str(card["id"]).partition("-")
        if (kind == "card" and with_rows) or (kind == "search" and f"protocol-{rest}" in protocols):
            left_out |= {id(link) for link in card.select("a")}
    found: Counter[str] = Counter()
    for link in article.select("a[href]"):
        if id(link) not in left_out:
            address = urljoin(f"{PREFIX}{name}.html", str(link["href"]))
            if address.startswith(PREFIX):
                page, _, place = address.partition("#")
                address = f"{page.removesuffix('.html')}#{unquote(place)}"
            found[address] += 1
    for button in article.select("button[popovertarget]"):
        target = str(button["popovertarget"])
        protocol = target.replace("search-", "protocol-", 1)
        place = protocol if target.startswith("search-") and protocol in protocols else target
        found[f"{PREFIX}{name}#{place}"] += 1
    return found
