"""Turns what ``show_figure`` and ``show_table`` returned into nodes of the page, when MyST-NB renders a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from docutils import nodes

from resistance.show.output import MIME
from resistance.site.cells import cell_nodes, joined_columns
from resistance.site.markup import inline_nodes
from resistance.site.nodes import evidence_cell, evidence_row, evidence_table, review_figure

# A table of thousands of points helps nobody and weighs on the page: it shows every k-th row, its CSV all of them.
SHOWN_ROWS = 80


class ReviewMimePlugin:
    """MyST-NB renderer plugin for the site's own MIME type (entry point ``myst_nb.mime_renderers``)."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Nodes for one output, or ``None`` if it is not ours."""
        if data.mime_type != MIME or inline:
            return None
        payload = json.loads(data.content) if isinstance(data.content, str) else data.content
        page = _Page(renderer.renderer, data.line or 0)
        return [page.figure(payload) if payload["kind"] == "figure" else page.table(payload)]


class _Page:
    """Builds nodes on one page; texts are parsed as MyST, so that they may hold citations and mathematics."""

    def __init__(self, renderer: Any, line: int):
        self.renderer = renderer
        self.line = line

    def inline(self, text: str) -> list[nodes.Node]:
        """Inline nodes of a MyST text."""
        return inline_nodes(self.renderer, text, self.line)

    def figure(self, payload: dict[str, Any]) -> nodes.Element:
        """Figure: pictures, controls, caption, and the data behind it as a table."""
        node = review_figure("", ids=[payload["anchor"]], names=[payload["anchor"]])
        for key in ("anchor", "alt", "spec", "controls", "pictures", "sizes", "rows"):
            node[key] = payload[key]
        node["narrow"], node["probes"] = payload.get("narrow"), payload.get("probes")
        node["fields"] = [column["name"] for column in payload["columns"]]
        caption = nodes.caption(payload["caption"], "", *self.inline(payload["caption"]))
        if payload.get("finding"):
            finding = nodes.inline(payload["finding"], "", *self.inline(payload["finding"]), classes=["finding"])
            caption.insert(0, [finding, nodes.Text(" ")])
        node += caption
        plain = [{"title": c["name"], "type": "string", **c} for c in payload["columns"]]
        every = -(-len(payload["rows"]) // SHOWN_ROWS)
        shown = payload | {"rows": payload["rows"][::every], "links": (payload.get("links") or [])[::every]}
        data = self._rows(evidence_table("", numbered=False, classes=["figure-data"]), plain, shown, row_ids=False)
        data["label"] = f"Data behind {payload['anchor']}"
        data["every"] = every
        node += data
        return self._noted(node, payload["anchor"])

    def table(self, payload: dict[str, Any]) -> nodes.Element:
        """Table with caption, its rows and what its downloads hold."""
        node = evidence_table("", ids=[payload["anchor"]], names=[payload["anchor"]], numbered=True)
        for key in ("anchor", "table", "evidence", "statement", "fields", "rows"):
            node[key] = payload[key]
        node += nodes.caption(payload["caption"], "", *self.inline(payload["caption"]))
        columns = joined_columns(payload["columns"]) if payload["table"] else payload["columns"]
        self._rows(node, columns, payload, row_ids=bool(payload["evidence"]))
        return self._noted(node, payload["anchor"])

    def _rows(self, node: nodes.Element, columns: list[dict], payload: dict[str, Any], row_ids: bool) -> nodes.Element:
        fields = payload.get("fields") or [column["name"] for column in columns]
        node["columns"] = columns
        links = payload.get("links") or []
        for number, values in enumerate(payload["rows"]):
            record = dict(zip(fields, values, strict=True))
            row = evidence_row("")
            if row_ids:
                anchor = f"row-{payload['table']}-{record['id']}".replace("_", "-")
                # A row that a second table of the page shows again is addressed at its first place.
                if anchor not in self.renderer.document.ids:
                    row["ids"] = [anchor]
                    self.renderer.document.ids[anchor] = row
            for position, column in enumerate(columns):
                content, sort = cell_nodes(column, record, self.inline)
                numeric = isinstance(sort, int | float)
                if position == 0 and number < len(links) and links[number]:
                    content = [nodes.reference("", "", *content, refuri=links[number], internal=True)]
                row += evidence_cell("", "", *content, header=position == 0, sort=sort, numeric=numeric)
            node += row
        return node

    def _noted(self, node: nodes.Element, anchor: str) -> nodes.Element:
        """Make the anchor a target for ``{numref}`` and ``{ref}``."""
        self.renderer.document.note_explicit_target(node, node)
        node.line = self.line
        return node
