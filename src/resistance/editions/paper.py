"""One HTML document of many pages, as the browser prints it: addresses within, headings by depth, running heads."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from bs4 import Tag

from resistance.editions.cleaning import prepared
from resistance.editions.for_paper import for_paper, heading_level
from resistance.editions.held import CONTINUED, Held
from resistance.editions.printing import TEXT_WIDTH
from resistance.editions.site_pages import Site, element, slug
from resistance.editions.tall import cuts

__all__ = ["Paper", "contents", "paper"]

STATIC = Path(__file__).parent / "static"
_TALLEST = 850  # of a picture, in CSS pixels: a page without its finding above it


@dataclass
class Paper(Held):
    """A document for the browser, and what its edition must hold.

    Attributes
    ----------
    title : title of the document
    html : the whole document
    """

    title: str = ""
    html: str = ""


def paper(site: Site, names: Sequence[str], title: str, beside: Path, *, front: str = "") -> Paper:
    """Put pages together.

    Parameters
    ----------
    site : built site
    names : document names of the pages, in order
    title : title of the document
    beside : folder in which the document will be, for the addresses of its pictures
    front : HTML that stands before the pages
    """
    made = Paper(title=title)
    whole = len(names) > 1
    captions = {part[0]: caption for caption, part in site.parts if part} if whole else {}
    bodies, runners = [], []
    for name in names:
        article = prepared(site, name, with_rows=whole)
        parent = site.parent(name) if whole else ""
        depth = 0 if not whole or name == site.names[0] else 2 if parent else 1
        for_paper(article, slug(name), depth)
        _lead(site, name, article, frozenset(names))
        _show_pictures(site, name, article, beside)
        heading = str(article.find(heading_level(1 + depth)).get_text(" ", strip=True))
        if name in captions:
            made.headings.append((1, captions[name]))
        made.add(article, f"{slug(name)}--", heading)
        if not parent:
            runners.append(_runner(slug(name), title, heading))
        part = f'<h1 class="part">{escape(captions[name])}</h1>\n' if name in captions else ""
        kinds = f"page run-{slug(parent or name)}{' follows' if parent else ''}"
        bodies.append(f'<div class="{kinds}" id="{slug(name)}--">\n{part}{article.decode_contents()}</div>')
    style = [*((STATIC / name).read_text(encoding="utf-8") for name in ("content.css", "pdf.css")), *runners]
    made.html = (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f"<style>{''.join(style)}</style></head>\n<body>\n{front}" + "\n".join(bodies) + "\n</body></html>\n"
    )
    _send_lost_to_the_site(site, names, made)
    return made


def _lead(site: Site, name: str, article: Tag, within: frozenset[str]) -> None:
    """Links to pages of this document lead to their places in it, all others to the published site."""
    for link in article.find_all("a", href=True):
        place = site.place(name, str(link["href"]))
        inside = place.page in within
        link["href"] = f"#{slug(place.page)}--{place.fragment}" if inside else place.address


def _show_pictures(site: Site, name: str, article: Tag, beside: Path) -> None:
    """Pictures as files; one taller than a page becomes several, at the width of the text."""
    for picture in article.find_all("img"):
        path = (site.folder / name).parent / str(picture["src"])
        picture["src"] = quote(Path(os.path.relpath(path, beside)).as_posix())
        width = int(str(picture["width"]))
        scale = min(1.0, TEXT_WIDTH / width)
        pieces = cuts(path.resolve(), int(_TALLEST / scale))
        if len(pieces) == 1:
            continue
        figure = picture.find_parent(class_="review-figure")
        figure["class"] = [*figure.get("class", []), "tall"]
        for number, (top, bottom) in enumerate(pieces, start=1):
            piece = element("img", src=f"{picture['src']}#svgView(viewBox(0,{top},{width},{bottom - top}))")
            said = str(picture["alt"]) if number == 1 else f"{CONTINUED}part {number} of {len(pieces)}"
            piece["alt"] = said
            piece["style"] = f"width: {width * scale:.1f}px; height: {(bottom - top) * scale:.1f}px"
            picture.insert_before(piece)
        picture.decompose()


def _send_lost_to_the_site(site: Site, names: Sequence[str], made: Paper) -> None:
    """What a link leads to is not always in the edition, such as the numbers that a figure draws: the site has it."""
    pages = {slug(name): name for name in names}
    for target in [each for each in made.links if each.startswith("#") and each[1:] not in made.labels]:
        prefix, _, fragment = target[1:].partition("--")
        address = f"{site.base}{site.address_of(pages[prefix])}#{fragment}"
        made.html = made.html.replace(f'href="{escape(target)}"', f'href="{escape(address)}"')
        made.links[address] += made.links.pop(target)
        made.lost.append(target[1:])


def _runner(prefix: str, title: str, heading: str) -> str:
    """Pages of one chapter have its title at their head."""
    said = [text.replace("\\", "").replace('"', "\\22 ") for text in (title, heading)]
    left = f'@top-left {{ content: "{said[0]}" }} ' if title != heading else ""
    right = f'@top-right {{ content: "{said[1]}" }}'
    return f"@page run-{prefix} {{ {left}{right} }}\n.run-{prefix} {{ page: run-{prefix} }}\n"


def contents(site: Site, names: Sequence[str], made: Paper, numbers: Mapping[str, int]) -> str:
    """List of the pages by part, with the number of the page on which each begins (0 where it is not known yet)."""
    captions = {part[0]: caption for caption, part in site.parts if part}
    lines = []
    for name in names:
        if name in captions:
            lines.append(f'<p class="contents-part">{escape(captions[name])}</p>')
        place = f"{slug(name)}--"
        below = " below" if site.parent(name) else ""
        number = f'<span class="number">{numbers.get(place, 0)}</span>'
        lines.append(
            f'<p class="contents-line{below}"><a href="#{place}">{escape(made.labels[place])} {number}</a></p>'
        )
    return "\n".join(lines)
