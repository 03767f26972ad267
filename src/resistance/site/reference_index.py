"""``{reference-index}``: every work that the book cites, where it is cited, and what its record said.

With a letter, ``{reference-index} A``, the works of that letter stand in full. Without one, each work of the book has
one short line that leads to its letter; of more works than a page can list so, each letter has one line. In a book
that has no pages of letters, it is the whole list.
"""

from __future__ import annotations

from textwrap import shorten
from typing import Any, ClassVar

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from resistance.references.printed import Printed
from resistance.site import data, letters, used
from resistance.site.bibliography import span_nodes
from resistance.site.citations import FLAGGED, index_anchor, status_node
from resistance.site.nodes import evidence_cell, evidence_row, evidence_table, page_link

ANCHOR = "tbl-references"
TITLE = 70  # characters of a title in a short line: a line takes 260 bytes, 1,800 works fewer than a page may have
ROOM = 1_800  # works of the longest list of short lines
_FULL = ("Work", "Year", "Status", "Record", "Cited in")
_SHORT = ("Authors", "Year", "Title")
_LETTERS = ("Letter", "Works", "From", "To")
_CAPTIONS = {
    _FULL: "The filter searches all columns: a name, a year, a page, a status.",
    _SHORT: "The filter searches names, years and what is shown of the titles; a title leads to the whole entry.",
    _LETTERS: "A letter leads to its works; the search of the site finds a work by its words, typing errors forgiven.",
}
logger = logging.getLogger(__name__)


class reference_index(nodes.General, nodes.Element):
    """Place of the index; filled when all pages have been read."""


class ReferenceIndexDirective(SphinxDirective):
    """Marks the place of the index: of one letter, or of all works."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Links to the letters, and the place with the numbered table that will be filled; a warning if misplaced."""
        letter = self.arguments[0].lower() if self.arguments else ""
        docname = letters.letter_page(letter) if letter else letters.INDEX
        if (letter and letter not in letters.LETTERS) or self.env.docname != docname:
            message = f"the works of {letter or 'all letters'} stand on the page {docname}, not here"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        used.note(self.env, "index", letter)
        for each in letters.LETTERS:
            used.note(self.env, "page", letters.letter_page(each))
        words = self._words(letter)
        if letter and not _works(letter):
            return [*words, nodes.paragraph("", "The book cites no such work.")]
        place = reference_index(letter=letter)
        place += self._table(letter)
        return [*words, place]

    def _table(self, letter: str) -> nodes.Element:
        anchor = f"{ANCHOR}-{letter}" if letter else ANCHOR
        columns = _columns(letter)
        table = evidence_table("", ids=[anchor], names=[anchor], numbered=True, anchor=anchor)
        table["whole"] = True  # a reader of this page looks for a work: all are there from the start
        which = f", {shown(letter)}" if letter else ""
        caption = f"Works cited in the book{which}. {_CAPTIONS[columns]}"
        table += nodes.caption(caption, caption)
        table["columns"] = [{"title": title} for title in columns]
        table["fields"] = ["key", "work", "year", "status", "seen_at", "seen_on", "cited_in"]
        table["rows"] = []
        self.state.document.note_explicit_target(table, table)
        return table

    def _words(self, letter: str) -> list[nodes.Node]:
        """What the page holds, and a link to each letter."""
        found = letters.letters_of_book()
        links = nodes.paragraph(classes=["letters"])
        for each in found:
            links += [nodes.Text(" ")] if links.children else []
            same = nodes.strong("", shown(each))
            links += same if each == letter else self._link(letters.letter_page(each), shown(each))
        if not letter:
            return [links] if found else []
        begins = "with none of the letters A to Z" if letter == letters.OTHER else f"with {shown(letter)}"
        text = f"Works whose first author’s name begins {begins}, each with its record, its status and its citations. "
        words = nodes.paragraph("", text, self._link(letters.INDEX, "All works in short"), nodes.Text("."))
        return [words, links]

    def _link(self, page: str, words: str) -> nodes.Node:
        return page_link(self.env.docname, page, words)


def _columns(letter: str) -> tuple[str, ...]:
    """What a list shows: full entries, a short line for each work, or one for each letter."""
    if letter or not letters.letters_of_book():
        return _FULL
    return _SHORT if len(letters.keys_by_letter()[""]) <= ROOM else _LETTERS


def shown(letter: str) -> str:
    """A letter as it is read."""
    return letter.capitalize()


def cited_pages(env: Any) -> dict[str, list[str]]:
    """Pages that cite each work, in the order of their names, by the work's key."""
    cited: dict[str, list[str]] = {}
    for page in sorted(env.found_docs):
        for key in used.keys(env, page, "work"):
            cited.setdefault(key, []).append(page)
    return cited


def cited_by_letter(env: Any) -> dict[str, dict[str, list[str]]]:
    """The same of the works that ``references.bib`` has, sorted by key, under each letter, and all under ``""``."""
    cited = cited_pages(env)
    return {
        letter: {key: cited[key] for key in sorted(keys, key=lambda key: (key.lower(), key)) if key in cited}
        for letter, keys in letters.keys_by_letter().items()
    }


def _works(letter: str) -> Any:
    """Entries and records of a letter: what an index shows of a work may change without any page that cites it."""
    return [(key, used.state("work", key)) for key in letters.keys_by_letter().get(letter, [])]


used.register("index", _works)


class ReferenceIndexTransform(SphinxPostTransform):
    """Fills the index from the citations of all pages."""

    default_priority = 6  # before references are resolved, so that links to pages are
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put one row a work into the table; a warning for a letter that has works and no page."""
        for place in list(self.document.findall(reference_index)):
            table, letter = place.children[0], place["letter"]
            works = cited_by_letter(self.env).get(letter, {})
            columns = _columns(letter)
            for key, pages in works.items():
                work = data.current().printed(key)
                if columns is not _LETTERS:
                    table += _short_row(work) if columns is _SHORT else _full_row(self.env.docname, work, pages)
                table["rows"].append(_record(work, pages))
            if columns is _LETTERS:
                table += [_letter_row(each, list(works)) for each, works in cited_by_letter(self.env).items() if each]
            if columns is not _FULL:
                self._ask_for_pages(set(map(letters.page_of, works)))
            place.replace_self(table)

    def _ask_for_pages(self, pages: set[str]) -> None:
        for page in sorted(pages - self.env.found_docs):
            message = "works of the book stand on the page %s: write it and list it in _toc.yml"
            logger.warning(message, page, location=self.env.docname)


def _record(work: Printed, pages: list[str]) -> list[Any]:
    """A work's row in the table's downloads."""
    record = data.current().snapshot.get(work.key) or {}
    seen_on = record["seen_on"].isoformat() if record.get("seen_on") else ""
    names = ";".join(page.removeprefix("chapters/") for page in pages)
    status = record.get("status", "not checked")
    return [work.key, work.text, record.get("year") or "", status, record.get("seen_at", ""), seen_on, names]


def _full_row(here: str, work: Printed, pages: list[str]) -> nodes.Element:
    """The work as it is printed, its status, its record, and links to the pages that cite it."""
    _, _, year, status, seen_at, seen_on, _ = _record(work, pages)
    links: list[nodes.Node] = []
    for page in pages:
        links += [nodes.Text(", ")] if links else []
        links.append(page_link(here, page))
    record_link = nodes.reference("", f"seen {seen_on}", refuri=seen_at) if seen_at else nodes.Text("–")
    cells = [
        (span_nodes(work.spans), work.key.lower()),
        ([nodes.Text(str(year))], year),
        ([status_node(status)], status),
        ([record_link], seen_on),
        (links, ",".join(pages)),
    ]
    return _row(work, cells)


def _short_row(work: Printed) -> nodes.Element:
    """Names, year and the beginning of the title, which leads to the full entry; a notice if there is one."""
    book = data.current()
    names = f"{work.names} et al." if work.et_al else work.names
    title = shorten(book.library.by_key[work.key].text("title"), TITLE, placeholder=" …", break_on_hyphens=False)
    status = (book.snapshot.get(work.key) or {}).get("status")
    flag = [nodes.Text(" "), status_node(status)] if status in FLAGGED else []
    page = letters.page_of(work.key).rpartition("/")[2]
    address = f"{letters.INDEX.rpartition('/')[2]}/{page}.html#{index_anchor(work.key)}"
    link = nodes.reference("", title, refuri=address, internal=True)
    cells = [
        ([nodes.Text(names)], names.lower()),
        ([nodes.Text(work.year)], work.year),
        ([link, *flag], title.lower()),
    ]
    return _row(work, cells)


def _letter_row(letter: str, keys: list[str]) -> nodes.Element:
    """A letter as a link to its page, how many works it has, and the first and the last of them."""
    address = f"{letters.INDEX.rpartition('/')[2]}/{letters.letter_page(letter).rpartition('/')[2]}.html"
    link = nodes.reference("", shown(letter), refuri=address, internal=True)
    ends = [data.current().printed(key) for key in (keys[:1] + keys[-1:])]
    named = [f"{work.names}{' et al.' if work.et_al else ''}, {work.year}" for work in ends]
    first, last = named or ("–", "–")
    cells = [([link], letter), ([nodes.Text(str(len(keys)))], len(keys)), ([nodes.Text(first)], first.lower())]
    return _cells(f"letter-{letter}", [*cells, ([nodes.Text(last)], last.lower())])


def _row(work: Printed, cells: list[tuple[list[nodes.Node], Any]]) -> nodes.Element:
    return _cells(index_anchor(work.key), cells)


def _cells(anchor: str, cells: list[tuple[list[nodes.Node], Any]]) -> nodes.Element:
    row = evidence_row("", ids=[anchor])
    for position, (content, sort) in enumerate(cells):
        row += evidence_cell("", "", *content, header=position == 0, sort=sort, numeric=isinstance(sort, int))
    return row
