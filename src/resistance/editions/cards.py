"""Cards that open over a page become a list at its end, and the badges that open them become links."""

from __future__ import annotations

from bs4 import Tag

from resistance.editions.site_pages import element

__all__ = ["CLAIMS", "ROWS", "move_cards"]

CLAIMS = ("evidence-behind-the-claims", "Evidence behind the claims")
ROWS = ("rows-of-other-chapters", "Rows of other chapters")
_SEARCHES = ("how-it-was-looked-for", "How it was looked for")


def move_cards(article: Tag, *, with_rows: bool) -> None:
    """Move every card to the page's end, under a heading of its kind; what opened it leads to it.

    Parameters
    ----------
    article : page of the site; it is changed
    with_rows : whether rows of other pages are in the same edition, so that short forms of them are not needed
    """
    page = article.find("section") or article
    ids = {tag["id"] for tag in article.find_all(id=True)}
    kinds: dict[tuple[str, str], list[Tag]] = {CLAIMS: [], _SEARCHES: [], ROWS: []}
    for card in article.select(".card"):
        card.extract()
        kind, _, rest = str(card["id"]).partition("-")
        if kind == "claim":
            kinds[CLAIMS].append(_as_block(card))
        elif kind == "search" and f"protocol-{rest}" not in ids:  # the page's protocol says the same
            kinds[_SEARCHES].append(_as_block(card))
        elif kind == "card" and not with_rows:
            kinds[ROWS].append(_as_block(card))
    for button in article.find_all("button", popovertarget=True):
        _as_link(button, ids)
    if not with_rows:
        _lead_to_short_rows(article, {str(card["id"]) for card in kinds[ROWS]})
    before = next((s for s in page.find_all("section", id=True) if str(s["id"]).startswith("references")), None)
    for (name, heading), cards in kinds.items():
        if not cards:
            continue
        section = element("section", id=name, classes=["cards"])
        section.append(element("h2", heading))
        section.extend(cards)
        page.append(section) if before is None else before.insert_before(section)


def _as_link(button: Tag, ids: set[str]) -> None:
    target = str(button["popovertarget"])
    protocol = target.replace("search-", "protocol-", 1)
    button["href"] = f"#{protocol if target.startswith('search-') and protocol in ids else target}"
    button.name = "a"
    del button["popovertarget"], button["type"]


def _lead_to_short_rows(article: Tag, cards: set[str]) -> None:
    for link in article.select("a.row-link"):
        short = "card-" + str(link["href"]).partition("#row-")[2]
        if short in cards:
            link["href"] = f"#{short}"


def _as_block(card: Tag) -> Tag:
    """The card as a block of paragraphs; its rows are a list under each side."""
    block = element("div", id=str(card["id"]), classes=["card"])
    listed: Tag | None = None
    for part in card.find_all(recursive=False):
        part.extract()
        if "card-row" in part.get("class", []):
            if listed is None:
                listed = element("ul")
                block.append(listed)
            part.name = "li"
            listed.append(part)
        else:
            listed, part.name = None, "p"
            block.append(part)
    first = block.find("p")
    kind, _, rest = str(card["id"]).partition("-")
    if kind == "claim" and first is not None:
        back = element("a", "where it is said", href=f"#said-{rest}", classes=["back"])
        first.append(" (")
        first.append(back)
        first.append(")")
    return block
