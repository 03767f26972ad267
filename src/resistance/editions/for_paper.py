"""What printing needs beyond the text: elements for which the browser has the right tags, names that are unique."""

from __future__ import annotations

from bs4 import NavigableString, Tag

from resistance.editions.site_pages import element

__all__ = ["FORMULA", "for_paper", "heading_level"]

# How the alternative text of a formula begins; the browser has no tag for formulas, and ``tags`` gives them one.
FORMULA = "Formula: "
_FOR_A_SCREEN_READER = ("role", "aria-label", "aria-labelledby", "aria-describedby", "aria-hidden", "title")
_POINTS_TO = ("for", "headers")


def heading_level(level: int) -> str:
    """Name of the heading's element; six is the deepest."""
    return f"h{min(level, 6)}"


def for_paper(article: Tag, prefix: str, deeper: int) -> None:
    """Change a prepared page into a part of a document that is printed.

    Parameters
    ----------
    article : page, as ``prepared`` gives it
    prefix : what stands before each name, so that it is unique in the document
    deeper : by how many levels its headings are deeper than on the site
    """
    for tag in article.select(".visually-hidden, source"):
        tag.decompose()  # stars and signs are seen and read; a window's width is none of paper
    for tag in article.find_all(True):
        for attribute in _FOR_A_SCREEN_READER:
            del tag[attribute]
        if tag.has_attr("id"):
            tag["id"] = f"{prefix}--{tag['id']}"
        for attribute in _POINTS_TO:
            if tag.has_attr(attribute):
                tag[attribute] = " ".join(f"{prefix}--{each}" for each in str(tag[attribute]).split())
    for level in range(6, 0, -1):
        for tag in article.find_all(f"h{level}"):
            tag.name = heading_level(level + deeper)
    for tag in article.find_all(["figure", "figcaption", "section", "picture"]):  # the picture alone is the figure
        caption = tag.name == "figcaption"
        tag["class"] = [*tag.get("class", []), *(["caption"] if caption else [])]
        tag.name = "p" if caption and not tag.find(["p", "div"]) else "div"
    for formula in article.find_all("math"):
        _named(formula)
    for listed in article.find_all("dl"):
        _paragraphs(listed)


def _named(formula: Tag) -> None:
    """A formula is a figure with its TeX as alternative text, until it becomes a formula."""
    tex = formula.find("annotation")
    text = tex.get_text() if tex is not None else formula.get_text(" ", strip=True)
    if tex is not None:
        tex.decompose()
    around = element("span", role="img", **{"aria-label": FORMULA + " ".join(text.split())})
    formula.wrap(around)


def _paragraphs(listed: Tag) -> None:
    """The browser has no tags for lists of terms: term and definition become paragraphs, in a table's row one."""
    if listed.find_parent(class_="row-more"):
        for term in listed.find_all("dt"):
            term.name, term["class"] = "em", ["dt"]
            line = term.wrap(element("p"))
            line.append(NavigableString(": "))
            definition = line.find_next_sibling("dd")
            line.append(definition.extract())
            definition.unwrap()
    listed.name = "div"
    listed["class"] = [*listed.get("class", []), "terms"]
    for tag in listed.find_all(["dt", "dd"]):
        blocks = tag.find(["p", "div", "ul", "ol", "table"]) is not None
        tag["class"] = [*tag.get("class", []), tag.name]
        if tag.name == "dt":
            tag.append(NavigableString(" "))
        tag.name = "div" if blocks else "p"
