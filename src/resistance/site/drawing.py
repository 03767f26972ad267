"""Draws figures and tables as nodes of a page, whoever asks: a notebook's output or a directive."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from resistance.evidence.where import text_of
from resistance.site import data, row_links, used
from resistance.site.cells import cell_nodes
from resistance.site.columns import Column, joined, laid_out
from resistance.site.markup import inline_nodes
from resistance.site.nodes import evidence_cell, evidence_row, evidence_table, review_figure, row_details

# A table of thousands of points helps nobody and weighs on the page: it shows every k-th row, its CSV all of them.
SHOWN_ROWS = 80


class Page:
    """Builds nodes on one page; texts are parsed as MyST, so that they may hold citations and mathematics.

    Parameters
    ----------
    renderer : MyST's docutils renderer of the page
    line : where in the page the figure or table stands
    """

    def __init__(self, renderer: Any, line: int):
        self.renderer = renderer
        self.env = renderer.sphinx_env
        self.line = line

    def inline(self, text: str) -> list[nodes.Node]:
        """Inline nodes of a MyST text."""
        return inline_nodes(self.renderer, text, self.line)

    def figure(self, payload: dict[str, Any]) -> nodes.Element:
        """Figure: pictures, controls, caption, and the data behind it as a table."""
        node = review_figure("", ids=[payload["anchor"]], names=[payload["anchor"]])
        for key in ("anchor", "alt", "spec", "controls", "pictures", "sizes", "rows"):
            node[key] = payload[key]
        for key in ("narrow", "probes", "links", "pages"):
            node[key] = payload.get(key)
        node["fields"] = [column["name"] for column in payload["columns"]]
        caption = nodes.caption(payload["caption"], "", *self.inline(payload["caption"]))
        if payload.get("finding"):
            finding = nodes.inline(payload["finding"], "", *self.inline(payload["finding"]), classes=["finding"])
            caption.insert(0, [finding, nodes.Text(" ")])
        node += caption
        roles = payload.get("roles") or {}
        plain = [
            {"title": column["name"], "type": "string", "role": roles.get(column["name"]), **column}
            for position, column in enumerate(payload["columns"])
            # A column without a value is in the file to download, and would be a column of dashes here.
            if position == 0 or any(values[position] not in (None, "") for values in payload["rows"])
        ]
        every = -(-len(payload["rows"]) // SHOWN_ROWS)
        behind = evidence_table("", numbered=False, classes=["figure-data"], columns=plain)
        behind["label"], behind["every"] = f"Data behind {payload['anchor']}", every
        refs = payload.get("links") or [None] * len(payload["rows"])
        for values, ref in list(zip(payload["rows"], refs, strict=True))[::every]:
            row = self._row(dict(zip(node["fields"], values, strict=True)), plain)
            if ref:  # what a mark of the picture stands for
                content, row[0].children = row[0].children, []
                row[0] += row_links.link(self.env, ref, *content)
            behind += row
        node += behind
        return self._noted(node)

    def table(self, payload: dict[str, Any]) -> nodes.Element:
        """Table with caption, its rows and what its downloads hold."""
        node = evidence_table("", ids=[payload["anchor"]], names=[payload["anchor"]], numbered=True)
        for key in ("anchor", "table", "evidence", "statement", "fields", "rows"):
            node[key] = payload[key]
        node += nodes.caption(payload["caption"], "", *self.inline(payload["caption"]))
        shown, folded = self._columns(payload)
        node["columns"] = shown
        for values in payload["rows"]:
            record = dict(zip(payload["fields"], values, strict=True))
            node += self._table_row(payload["table"], record, shown, folded)
        return self._noted(node)

    def _columns(self, payload: dict[str, Any]) -> tuple[list[Column], list[Column]]:
        name = payload["table"]
        if not name:
            return payload["columns"], []
        used.note(self.env, "schema", name)  # its title and description stand in the page's metadata
        if not payload["evidence"]:
            return joined(payload["columns"]), []
        schema = data.current().schema(name)
        columns = list(payload["columns"])
        if "note" in payload["fields"] and all(column["name"] != "note" for column in columns):
            note = schema.by_name["note"]  # what a reader must know to use the figure goes with it everywhere
            columns.append({"name": "note", "title": note.title, "type": note.type, "description": note.description})
        return laid_out(columns, schema.same_thing)

    def _table_row(
        self, table: str | None, record: dict[str, Any], shown: list[Column], folded: list[Column]
    ) -> evidence_row:
        """A row of a table; one that stands in ``data/`` keeps its digits and can be linked to."""
        place = data.current().row_index.places.get(record.get("id")) if table else None
        if place and place[0] == table:
            own = place[1]
            record["_text"] = {c: text_of(own, c) for c in own["_text"] if own.get(c) == record.get(c)}
        row = self._row(record, shown)
        if place and place[0] == table:
            anchor = row_links.anchor(table, record["id"])
            # A row that a second table of the page shows again is addressed at its first place.
            if anchor not in self.renderer.document.ids:
                row["ids"], row["ref"] = [anchor], f"{table}/{record['id']}"
                self.renderer.document.ids[anchor] = row
                row_links.note_shown(self.env, table, record["id"])
        told = [(column, record.get(column["name"])) for column in folded]
        told = [(column, value) for column, value in told if value not in (None, "")]
        if told:
            row[_widest(shown)] += self._details([column for column, _ in told], record)
        return row

    def _row(self, record: dict[str, Any], columns: list[Column]) -> evidence_row:
        row = evidence_row("")
        for position, column in enumerate(columns):
            content, sort = cell_nodes(column, record, self.inline)
            numeric = isinstance(sort, int | float)
            row += evidence_cell("", "", *content, header=position == 0, sort=sort, numeric=numeric)
        return row

    def _details(self, columns: list[Column], record: dict[str, Any]) -> row_details:
        details = row_details("", titles=[column["title"] for column in columns], folded=True)
        details += [nodes.inline("", "", *cell_nodes(column, record, self.inline)[0]) for column in columns]
        return details

    def _noted(self, node: nodes.Element) -> nodes.Element:
        """Make the anchor a target for ``{numref}`` and ``{ref}``."""
        self.renderer.document.note_explicit_target(node, node)
        node.line = self.line
        return node


def _widest(columns: list[Column]) -> int:
    """The column whose cells have room for the details: the figure, else the last but the source."""
    names = [column["name"] for column in columns]
    return names.index("figure") if "figure" in names else max(len(names) - 2, 0)
