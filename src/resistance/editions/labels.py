"""What a place is, in few words: the description of the links that lead to it."""

from __future__ import annotations

from bs4 import Tag

__all__ = ["label_of"]

_LONGEST = 100


def label_of(tag: Tag) -> str:
    """Description of a place of a page: a row of evidence, a work, a claim, a figure, a section.

    Parameters
    ----------
    tag : element with an ``id``
    """
    kind = str(tag["id"]).rpartition("--")[2].partition("-")[0]
    classes = tag.get("class", [])
    if tag.name == "tr":
        return f"Row: {_short(tag.find(['th', 'td']))}"
    if tag.name == "li" and kind == "row":  # a counter-search in the protocol
        return f"Row: {_short(tag)}"
    if kind in ("ref", "work"):
        return f"Work: {_short(tag)}"
    if kind == "said":
        return "Where the claim is said"
    if "card" in classes:
        return f"{'Row' if kind == 'card' else 'Evidence for the claim'}: {_short(tag.find('p'))}"
    caption = tag.select_one(".table-caption, .caption, caption")
    if kind in ("fig", "tbl") and caption is not None:
        return _short(caption)
    if tag.name in ("section", "div", "figure"):
        heading = tag.find(["h1", "h2", "h3", "h4", "h5", "h6"])
        return f"Section: {_short(heading)}" if heading is not None else _short(tag)
    return _short(tag)


def _short(tag: Tag | None) -> str:
    text = " ".join(tag.get_text().split()) if tag is not None else ""
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"
