"""The sentences of the chapters, kept while a page is read, and which of them name a drug, a gene or a cancer.

A page's sentences stand in its metadata, so that a page of an entry can quote and link to them without reading any
page again; what they name is remembered beside the doctrees, for looking up all names in all sentences takes a while.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes

from resistance.book.pages import read_page
from resistance.evidence.vocabulary import Vocabulary
from resistance.paths import root
from resistance.site import data, written
from resistance.site.claim_cards import claim_card
from resistance.site.nodes import drawn
from resistance.site.searches import search_badge, search_card

_SAID = "resistance_said"  # in a page's metadata
_PAGE, _END = "\ue000", "\ue001"  # around the name of a page whose title is filled in when all pages are read
_MODEL = "Model"  # heading of the section whose parts each tell of a model
_LEFT_OUT = ("In brief", "References")  # claims stand on the page of an entry themselves, works in their lists
_SILENT = (claim_card, search_card, search_badge, drawn, nodes.math)
_NUMBERED = {"tbl": "the table", "fig": "the figure", "eq": "the equation"}
Named = list[tuple[int, list[tuple[str, str]]]]


class Said(NamedTuple):
    """A sentence of a chapter: its text, the section in which it stands, and whether that tells of a model."""

    page: str
    text: str
    section: str  # its anchor
    heading: str
    model: bool


def note(app: Any, doctree: nodes.document) -> None:
    """Keep the sentences of a chapter (``doctree-read``)."""
    page = app.env.docname
    if read_page(root(), page).review is None:
        return
    app.env.metadata[page][_SAID] = [
        tuple(said)[1:] for section in doctree.findall(nodes.section) for said in _of_section(page, section)
    ]


def _of_section(page: str, section: nodes.section) -> Iterator[Said]:
    """Sentences that stand in a section itself, not in one below it."""
    above = [section, *(part for part in _parents(section) if isinstance(part, nodes.section))]
    if len(above) < 2:  # the page's own section: what stands before the first heading
        return
    chapter_part = _title(above[-2])
    if chapter_part in _LEFT_OUT or not section["ids"]:
        return
    model = chapter_part == _MODEL and len(above) > 2
    for paragraph in _paragraphs(section):
        for text in _text(paragraph).split("\n"):
            text = " ".join(text.split()).replace(" .", ".").replace(" ,", ",")
            if len(text) > 20:
                yield Said(page, text, section["ids"][0], _title(section), model)


def _parents(node: nodes.Node) -> Iterator[nodes.Node]:
    while (node := node.parent) is not None:
        yield node


def _title(section: nodes.section) -> str:
    return next((child.astext() for child in section.children if isinstance(child, nodes.title)), "")


def _paragraphs(node: nodes.Element) -> Iterator[nodes.paragraph]:
    """Paragraphs of running text, those of lists included; tables, figures and boxes hold none."""
    for child in node.children:
        if isinstance(child, nodes.paragraph):
            yield child
        elif isinstance(child, nodes.bullet_list | nodes.enumerated_list | nodes.list_item | nodes.block_quote):
            yield from _paragraphs(child)


def _text(node: nodes.Node) -> str:
    """Words of a paragraph without cards, badges, mathematics and citations."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, _SILENT) or "citation" in node.get("classes", ()):
        return ""
    if isinstance(node, addnodes.pending_xref):
        target = node["reftarget"].strip("/")
        if node["reftype"] == "doc" and not node.get("refexplicit"):
            return f"{_PAGE}{target}{_END}"
        if node["reftype"] == "numref":
            return _NUMBERED.get(target.partition("-")[0], target)
    return "".join(_text(child) for child in node.children)


def sentences(env: Any, page: str) -> list[Said]:
    """Sentences of a page, with the titles of the pages that they name."""
    found = []
    for text, *rest in env.metadata.get(page, {}).get(_SAID, ()):
        while _PAGE in text:
            before, _, after = text.partition(_PAGE)
            name, _, after = after.partition(_END)
            title = env.titles[name].astext() if name in env.titles else name
            text = before + title + after
        found.append(Said(page, text, *rest))
    return found


def naming(app: Any) -> dict[tuple[str, str], list[Said]]:
    """Sentences by kind and name of the entries that they name, in the order of the book."""
    said = {page: sentences(app.env, page) for page in data.current().contents}
    found: dict[tuple[str, str], list[Said]] = {}
    for page, named in names_in(app, "sentences", {page: [s.text for s in of] for page, of in said.items()}).items():
        for number, keys in named:
            for key in keys:
                found.setdefault(key, []).append(said[page][number])
    return found


def names_in(app: Any, what: str, texts: dict[str, list[str]]) -> dict[str, Named]:
    """Entries that texts name, for each group of texts by the number of the text; looked up again if it has changed.

    Parameters
    ----------
    app : Sphinx application, beside whose doctrees it is remembered
    what : name of what is remembered
    texts : by group
    """
    books = data.current().index.vocabularies
    memory = Path(app.doctreedir) / f"names-in-{what}.json"
    before = written.remembered(memory)
    names = repr([[(kind, book.names_of(entry)) for entry in book.entries] for kind, book in books.items()])
    now = {}
    for group, of in texts.items():
        state = sha256(repr((names, of)).encode()).hexdigest()
        now[group] = before[group] if before.get(group, {}).get("state") == state else _look(of, books, state)
    written.put(memory, json.dumps(now))
    return {
        group: [(number, [(kind, name) for kind, name in keys]) for number, keys in found["names"]]
        for group, found in now.items()
    }


def _look(texts: list[str], books: Mapping[str, Vocabulary], state: str) -> dict[str, Any]:
    """What texts name, by their number; those that name nothing are left out."""
    named = [
        (number, [(kind, entry) for kind, book in books.items() for entry in book.resolve(text).entries])
        for number, text in enumerate(texts)
    ]
    return {"state": state, "names": [(number, keys) for number, keys in named if keys]}
