"""From a page of the site to text on paper: nothing to press, everything open, cards at the end."""

from __future__ import annotations

from bs4 import NavigableString, Tag

from resistance.editions.cards import move_cards
from resistance.editions.site_pages import Site

__all__ = ["prepared"]

# What only a screen needs: links to headings, filters, sliders, hints, downloads of a table's rows as they are shown.
_ONLY_ON_SCREEN = (
    ".headerlink",
    ".table-tools",
    ".needs-js",
    ".row-hint",
    ".run-it",
    "picture.only-dark",
)
# What the site's own print style leaves out: the code of cells, and the numbers that a figure draws.
_FOLDED_AWAY = (".cell_input", "details.code-fold", "details.figure-more")
_ATTRIBUTES = ("tabindex", "data-sort", "data-figure", "data-script", "data-table", "loading", "decoding", "popover")
_POINTS_TO = ("for", "headers", "aria-labelledby", "aria-describedby")


def prepared(site: Site, name: str, *, with_rows: bool) -> Tag:
    """The page ``name``, ready for any edition; links and pictures are still those of the site.

    Parameters
    ----------
    site : built site
    name : document name of the page
    with_rows : whether the edition holds the tables of all chapters; where it does not, a number whose row is on
        another page leads to a short form of that row at the page's end
    """
    article = site.article(name)
    _take_away(article)
    move_cards(article, with_rows=with_rows)
    for details in article.find_all("details"):
        _open(details)
    for form in article.select(".chapter-footer ul.links"):
        form.decompose()
    _spaces_in_badges(article)
    for tag in [*article.find_all(True), article]:
        _plain_attributes(tag)
    _drop_lost_pointers(article)
    return article


def _take_away(article: Tag) -> None:
    for selector in _FOLDED_AWAY:
        for tag in article.select(selector):
            _keep_link_to_data(tag)
            tag.decompose()
    for selector in _ONLY_ON_SCREEN:
        for tag in article.select(selector):
            if not tag.decomposed:
                tag.decompose()
    for tag in article.select("svg[aria-hidden], script, noscript"):
        tag.decompose()


def _keep_link_to_data(folded: Tag) -> None:
    """The line under a figure that leads to its numbers; they are on the site."""
    if "figure-more" not in folded.get("class", []):
        return
    link = folded.find("a", download=True)
    if link is not None:
        line = link.find_parent("p")
        line["class"] = ["figure-data"]
        folded.find_parent("figure").insert_after(line.extract())


def _open(details: Tag) -> None:
    """A fold becomes a box that is open, its summary the first line; in a table's row the line says nothing."""
    summary = details.find("summary")
    if "row-more" in details.get("class", []):
        summary.decompose()
    else:
        summary.name = "p"
        summary["class"] = ["opened"]
    details.name = "div"
    del details["open"]


def _spaces_in_badges(article: Tag) -> None:
    """Level, stars, sign and sides stand apart in print, so that a badge can be read, searched and copied."""
    for badge in article.select(".claim"):
        for part in badge.find_all("span", recursive=False)[1:]:
            part.insert_before(NavigableString(" "))


def _plain_attributes(tag: Tag) -> None:
    for attribute in _ATTRIBUTES:
        del tag[attribute]
    if "download" in tag.attrs:
        del tag["download"]


def _drop_lost_pointers(article: Tag) -> None:
    """Labels by a hint that is only on the screen name nothing any more."""
    there = {tag["id"] for tag in article.find_all(id=True)}
    for attribute in _POINTS_TO:
        for tag in article.find_all(attrs={attribute: True}):
            value = tag[attribute]
            kept = [each for each in (value if isinstance(value, list) else value.split()) if each in there]
            if kept:
                tag[attribute] = " ".join(kept)
            else:
                del tag[attribute]
