"""What an EPUB has beside its pages: package document, navigation, cover."""

from __future__ import annotations

import re
import textwrap
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from resistance import __version__
from resistance.editions.site_pages import Site, slug
from resistance.site.freshness import day_text

__all__ = ["Member", "cover", "navigation", "package"]

# What a reader who looks for an accessible book asks for, and what this one has.
_FEATURES = (
    "alternativeText",
    "MathML",
    "displayTransformability",
    "structuralNavigation",
    "tableOfContents",
    "readingOrder",
    "ARIA",
    "unlocked",
)
_SUMMARY = (
    "Every figure has a text that says what it shows, and rests on tables that are in the book; formulas are MathML; "
    "tables have headers for rows and columns; nothing is told by colour alone."
)


@dataclass(frozen=True)
class Member:
    """A file of the package: its path below the package document, and its type."""

    path: str
    data: bytes | str
    kind: str


def cover(site: Site, when: datetime) -> list[Member]:
    """Picture and page of the cover."""
    lines = textwrap.wrap(site.title, 16)
    words = "".join(
        f'<text x="90" y="{420 + 130 * number}" font-size="112" font-weight="bold">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    below = 420 + 130 * len(lines)
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1800" viewBox="0 0 1200 1800">'
        '<rect width="1200" height="1800" fill="#0b4f8a"/>'
        '<path d="M-20 1180C330 1180 400 1660 720 1660S1000 1180 1220 1180" fill="none" stroke="#fff" '
        'stroke-width="26" opacity=".35"/>'
        f'<g fill="#fff" font-family="Liberation Sans, Arial, Helvetica, sans-serif">{words}'
        f'<text x="90" y="{below}" font-size="56">An executable, living review</text>'
        f'<text x="90" y="{below + 110}" font-size="42">{escape(site.author)}</text>'
        f'<text x="90" y="{below + 170}" font-size="42">Version {escape(__version__)}, {day_text(when)}</text>'
        "</g></svg>\n"
    )
    said = f"{site.title}: an executable, living review. {site.author}. {day_text(when)}"
    page = _page(
        site.title,
        '<section epub:type="cover" aria-label="Cover"><img class="cover" src="cover.svg" '
        f'alt="{escape(said)}"/></section>',
    )
    return [Member("cover.svg", picture, "image/svg+xml"), Member("cover.xhtml", page, "application/xhtml+xml")]


def navigation(site: Site, names: Sequence[str], labels: Mapping[str, str]) -> Member:
    """The list of contents: parts, pages, and pages below pages."""
    kept = set(names)
    lines = []
    if site.names[0] in kept:
        lines.append(_entry(site.names[0], labels))
    for caption, part in site.parts:
        tops = [name for name in part if name in kept and site.parent(name) not in kept]
        if not tops:
            continue
        lines.append(f"<li><span>{escape(caption)}</span><ol>")
        for name in tops:
            below = [_entry(each, labels) for each in part if each in kept and site.parent(each) == name]
            lines.append(_entry(name, labels, f"<ol>{''.join(below)}</ol>" if below else ""))
        lines.append("</ol></li>")
    marks = (
        '<li><a epub:type="cover" href="cover.xhtml">Cover</a></li><li><a epub:type="toc" href="nav.xhtml">Contents</a>'
        f'</li><li><a epub:type="bodymatter" href="text/{slug(names[0])}.xhtml">Text</a></li>'
    )
    body = (
        f'<nav epub:type="toc" role="doc-toc" aria-label="Contents"><h1>Contents</h1><ol>{"".join(lines)}</ol></nav>\n'
        f'<nav epub:type="landmarks" aria-label="Landmarks" hidden="hidden"><ol>{marks}</ol></nav>'
    )
    return Member("nav.xhtml", _page("Contents", body), "application/xhtml+xml")


def _entry(name: str, labels: Mapping[str, str], below: str = "") -> str:
    file = f"{slug(name)}.xhtml"
    return f'<li><a href="text/{file}">{escape(labels[file])}</a>{below}</li>'


def _page(title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB">\n<head><meta charset="utf-8"/>'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="style.css"/></head>\n<body>{body}</body></html>\n'
    )


def package(site: Site, when: datetime, members: Sequence[Member]) -> Member:
    """The package document of these files; pages are read in their order."""
    items, order = [], []
    for number, member in enumerate(members):
        name = re.sub(r"\W", "-", member.path) if not member.path[0].isdigit() else f"f{number}"
        kinds = {"nav.xhtml": "nav", "cover.svg": "cover-image"}.get(member.path, "")
        if member.kind == "application/xhtml+xml":
            order.append(f'<itemref idref="{name}"/>')
            if "<math" in str(member.data):
                kinds = f"{kinds} mathml".strip()
        said = f' properties="{kinds}"' if kinds else ""
        items.append(f'<item id="{name}" href="{escape(member.path)}" media-type="{member.kind}"{said}/>')
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="en-GB" prefix="schema: http://schema.org/">\n{_metadata(site, when)}'
        "<manifest>\n" + "\n".join(items) + "\n</manifest>\n<spine>\n" + "\n".join(order) + "\n</spine>\n</package>\n"
    )
    return Member("package.opf", text, "application/oebps-package+xml")


def _metadata(site: Site, when: datetime) -> str:
    lines = [
        f'<dc:identifier id="id">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, site.base)}</dc:identifier>',
        f"<dc:title>{escape(site.title)}</dc:title>",
        "<dc:language>en-GB</dc:language>",
        f"<dc:creator>{escape(site.author)}</dc:creator>",
        f"<dc:date>{when:%Y-%m-%d}</dc:date>",
        f"<dc:source>{escape(site.base)}</dc:source>",
        "<dc:description>An executable, living review of drug resistance in cancer. For education and research; "
        "not medical advice.</dc:description>",
        "<dc:rights>Text, figures and data: CC BY 4.0</dc:rights>",
        f'<meta property="dcterms:modified">{when:%Y-%m-%dT%H:%M:%SZ}</meta>',
        *(f'<meta property="schema:accessMode">{mode}</meta>' for mode in ("textual", "visual")),
        '<meta property="schema:accessModeSufficient">textual</meta>',
        *(f'<meta property="schema:accessibilityFeature">{feature}</meta>' for feature in _FEATURES),
        '<meta property="schema:accessibilityHazard">none</meta>',
        f'<meta property="schema:accessibilitySummary">{_SUMMARY}</meta>',
    ]
    return '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n' + "\n".join(lines) + "\n</metadata>\n"
