"""The book as EPUB 3: one XHTML file a page, the figures as SVG, formulas as MathML, nothing from outside."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from bs4 import Tag

from resistance.editions.cleaning import prepared
from resistance.editions.dates import date_of
from resistance.editions.held import Held
from resistance.editions.package import Member, cover, navigation, package
from resistance.editions.site_pages import Site, slug

__all__ = ["write_epub"]

STATIC = Path(__file__).parent / "static"
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


def write_epub(site: Site, target: Path, *, names: Sequence[str] = ()) -> Held:
    """The whole book, or the pages ``names`` of it; the same book gives the same bytes.

    Parameters
    ----------
    site : built site
    target : file to write

    Returns
    -------
    Held
        What the file must hold; places are named ``file.xhtml#id``.

    Raises
    ------
    NotBuilt
        If a page has not been built.
    """
    pages = site.in_order(names)
    held, texts, pictures = Held(), dict[str, str](), dict[str, Path]()
    for name in pages:
        article = prepared(site, name, with_rows=True)
        _for_reading_systems(article)
        pictures |= _pictures(site, name, article)
        _lead(site, name, article, frozenset(pages))
        heading = article.find("h1").get_text(" ", strip=True)
        held.add(article, f"{slug(name)}.xhtml", heading, prefix=f"{slug(name)}.xhtml#")
        texts[name] = _document(heading, article.decode_contents())
    _send_lost_to_the_site(site, pages, held, texts)
    members = [Member(f"text/{slug(name)}.xhtml", text, "application/xhtml+xml") for name, text in texts.items()]
    styles = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("content.css", "epub.css"))
    members.append(Member("style.css", styles, "text/css"))
    members += [
        Member(f"figures/{name}", path.read_bytes(), "image/svg+xml") for name, path in sorted(pictures.items())
    ]
    when = date_of(site)
    front = [*cover(site, when), navigation(site, pages, held.labels)]
    opf = package(site, when, [*front, *members])
    _pack(target, [opf, *front, *members], when)
    return held


def _for_reading_systems(article: Tag) -> None:
    """Badges open their card where a reading system shows notes over the page."""
    for badge in article.select("a.claim"):
        if str(badge["href"]).startswith("#claim-"):
            badge["epub:type"], badge["role"] = "noteref", "doc-noteref"
    for card in article.select(".cards > .card"):
        if str(card["id"]).startswith("claim-"):
            card.name, card["epub:type"], card["role"] = "aside", "footnote", "doc-footnote"
    for link in article.select("a.back"):
        link["role"] = "doc-backlink"


def _pictures(site: Site, name: str, article: Tag) -> dict[str, Path]:
    """Files of the page's figures, by name; in the page they are led to, the narrow ones for narrow screens."""
    found = {}
    for tag in article.find_all(["img", "source"]):
        attribute = "src" if tag.name == "img" else "srcset"
        path = (site.folder / name).parent / str(tag[attribute])
        found[path.name] = path
        tag[attribute] = f"../figures/{quote(path.name)}"
        if tag.name == "source":
            tag["type"] = "image/svg+xml"
            del tag["width"], tag["height"]
    return found


def _lead(site: Site, name: str, article: Tag, within: frozenset[str]) -> None:
    for link in article.find_all("a", href=True):
        place = site.place(name, str(link["href"]))
        fragment = f"#{place.fragment}" if place.fragment else ""
        link["href"] = f"{slug(place.page)}.xhtml{fragment}" if place.page in within else place.address


def _send_lost_to_the_site(site: Site, names: Sequence[str], held: Held, texts: dict[str, str]) -> None:
    """What a link leads to is not always in the edition, such as the numbers that a figure draws: the site has it."""
    pages = {f"{slug(name)}.xhtml": name for name in names}
    for target in [each for each in held.links if each.partition("#")[0] in pages and each not in held.labels]:
        file, _, fragment = target.partition("#")
        address = f"{site.base}{site.address_of(pages[file])}#{fragment}"
        for name, text in texts.items():
            texts[name] = text.replace(f'href="{escape(target)}"', f'href="{escape(address)}"')
        held.links[address] += held.links.pop(target)
        held.lost.append(target)


def _document(title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        'lang="en-GB" xml:lang="en-GB">\n'
        f'<head><meta charset="utf-8"/><title>{escape(title)}</title>'
        '<link rel="stylesheet" href="../style.css"/></head>\n'
        f"<body>{body}</body></html>\n"
    )


def _pack(target: Path, members: list[Member], when: datetime) -> None:
    """Write the archive: the type first and as it is, everything else compressed, all of one day."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def put(name: str, data: bytes | str, how: int = zipfile.ZIP_DEFLATED) -> None:
            entry = zipfile.ZipInfo(name, date_time=(when.year, when.month, when.day, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = how, 0o644 << 16, 3
            archive.writestr(entry, data)

        put("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        put("META-INF/container.xml", _CONTAINER)
        for member in members:
            put(f"EPUB/{member.path}", member.data)
    part.replace(target)
