"""``{reference-index}``: every work that the book cites, where it is cited, and what its record said."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from resistance.references.printed import Printed
from resistance.site import data, used
from resistance.site.bibliography import span_nodes
from resistance.site.citations import index_anchor, status_node
from resistance.site.nodes import evidence_cell, evidence_row, evidence_table

ANCHOR = "tbl-references"
_COLUMNS = ("Work", "Year", "Status", "Record", "Cited in")


class reference_index(nodes.General, nodes.Element):
    """Place of the index; filled when all pages have been read."""


class ReferenceIndexDirective(SphinxDirective):
    """Marks the place of the index."""

    def run(self) -> list[nodes.Node]:
        """The place, with the numbered table that will be filled."""
        used.note(self.env, "index", "")
        table = evidence_table("", ids=[ANCHOR], names=[ANCHOR], numbered=True, anchor=ANCHOR)
        table["whole"] = True  # a reader of this page looks for a work: all are there from the start
        caption = "Works cited in the book. The filter searches all columns: a name, a year, a page, a status."
        table += nodes.caption(caption, caption)
        table["columns"] = [{"title": title} for title in _COLUMNS]
        table["fields"] = ["key", "work", "year", "status", "seen_at", "seen_on", "cited_in"]
        table["rows"] = []
        self.state.document.note_explicit_target(table, table)
        place = reference_index()
        place += table
        return [place]


def cited_pages(env: Any) -> dict[str, list[str]]:
    """Pages that cite each work, in the order of their names, by the work's key."""
    cited: dict[str, list[str]] = {}
    for page in sorted(env.found_docs):
        for key in used.keys(env, page, "work"):
            cited.setdefault(key, []).append(page)
    return cited


def _works() -> Any:
    """All entries and records: what the index shows of a work may change without any page that cites it."""
    book = data.current()
    return [(key, used.state("work", key)) for key in sorted(book.library.by_key)]


used.register("index", lambda _: _works())


class ReferenceIndexTransform(SphinxPostTransform):
    """Fills the index from the citations of all pages."""

    default_priority = 6  # before references are resolved, so that links to pages are
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put one row a work into the table."""
        for place in list(self.document.findall(reference_index)):
            table = place.children[0]
            for key, pages in sorted(cited_pages(self.env).items(), key=lambda item: (item[0].lower(), item[0])):
                work = data.current().printed(key)
                if work is not None:
                    table += self._row(table, work, pages)
            place.replace_self(table)

    def _row(self, table: nodes.Element, work: Printed, pages: list[str]) -> nodes.Element:
        record = data.current().snapshot.get(work.key) or {}
        status, seen_at = record.get("status", "not checked"), record.get("seen_at", "")
        seen_on = record["seen_on"].isoformat() if record.get("seen_on") else ""
        year = record.get("year") or ""
        links: list[nodes.Node] = []
        for page in pages:
            links += [nodes.Text(", ")] if links else []
            links.append(self._page_link(page))
        row = evidence_row("", ids=[index_anchor(work.key)])
        record_link = nodes.reference("", f"seen {seen_on}", refuri=seen_at) if seen_at else nodes.Text("–")
        cells = [
            (span_nodes(work.spans), work.key.lower()),
            ([nodes.Text(str(year))], year),
            ([status_node(status)], status),
            ([record_link], seen_on),
            (links, ",".join(pages)),
        ]
        for position, (content, sort) in enumerate(cells):
            row += evidence_cell("", "", *content, header=position == 0, sort=sort, numeric=isinstance(sort, int))
        names = ";".join(page.removeprefix("chapters/") for page in pages)
        table["rows"].append([work.key, work.text, year, status, seen_at, seen_on, names])
        return row

    def _page_link(self, page: str) -> nodes.Node:
        attributes = {"refdoc": self.env.docname, "refdomain": "std", "reftype": "doc", "reftarget": f"/{page}"}
        link = addnodes.pending_xref("", **attributes, refexplicit=False, refwarn=True)
        link += nodes.inline("", page.removeprefix("chapters/"))
        return link
