"""``{row}``: a number of a table in the prose, a link to its row; and cards of rows that stand on another page.

A row on the same page needs no card of its own: the script makes it from the row, so that nothing is on the page twice.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxRole

from resistance.evidence.cells import Row
from resistance.evidence.printed import FIGURES, figure_text, n_text
from resistance.evidence.schema import TableSchema
from resistance.show.payload import HIDDEN
from resistance.site import data, row_links, used
from resistance.site.cells import DIRECTIONS, level, place_nodes, role_to_tell, stars
from resistance.site.citations import citation
from resistance.site.row_links import row_link

HINT = "Number from a table; the link leads to its row"
# Told with the figure or the grade, or not needed to know what was measured, and in whom.
_ELSEWHERE = {*HIDDEN, *FIGURES, "label", "measure", "comparison", "n", "level", "confidence", "direction", "source"}
_LONGEST = 80  # characters of a cell that a card shows; the row has the rest


class row_card(nodes.General, nodes.Element):
    """What a row says, in a box that opens at its number; ``ref`` is its ``table/id``."""


class RowRole(SphinxRole):
    """``{row}`ID.COLUMN:FORMAT```: a cell of a table as text, and a link to its row."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, or a warning if there is no such row, column or format."""
        try:
            found = row_links.rows().find(self.text)
        except ValueError as error:
            return [nodes.Text(self.text)], [self.inliner.reporter.warning(str(error), line=self.lineno)]
        used.note(self.env, "cells", found.row["id"])
        ref = f"{found.table}/{found.row['id']}"
        return [row_links.link(self.env, ref, nodes.Text(found.text), number=True)], []


class RowCardsTransform(SphinxTransform):
    """Puts a card for each row that a number comes from, and the page does not show, at the end of the page."""

    default_priority = 860  # after typography, before the page's list of works: cards cite

    def apply(self, **kwargs: Any) -> None:
        """Cards in the order of the numbers."""
        linked = [node["ref"] for node in self.document.findall(row_link) if node["number"]]
        here = row_links.shown_here(self.env)
        for ref in dict.fromkeys(linked):
            if ref not in here:
                self.document += _card(self.env, ref)
        if linked:
            self.document += nodes.container("", nodes.Text(HINT), ids=["row-hint"], classes=["row-hint"])


def _card(env: Any, ref: str) -> row_card:
    identifier = ref.partition("/")[2]
    schema, row = row_links.row_and_schema(identifier)
    card = row_card("", ref=ref, folded=True)
    card += _evidence(env, schema, row) if schema.evidence else _plain(env, schema, row)
    to_table = _line(row_links.link(env, ref, nodes.Text("Row in its table")), classes=["to-table"])
    used.note(env, "entries of row", ref)
    for name, address in _entries(ref):
        link = nodes.reference("", name, refuri="../" * env.docname.count("/") + address, internal=True)
        to_table += [nodes.Text(" · "), link]
    card += to_table
    return card


def _entries(ref: str) -> list[tuple[str, str]]:
    """Names of the drugs, genes and cancers that a row of evidence names, with the addresses of their pages."""
    index = data.current().index
    item = index.by_ref.get(ref)
    named = item.named if item else {}
    return [(name, index.entries[kind, name].address) for kind, names in named.items() for name in names]


used.register("entries of row", _entries)


def _evidence(env: Any, schema: TableSchema, row: Row) -> list[nodes.Node]:
    """What was measured, the figure, in whom, how far it can be trusted, where it was read."""
    figure = ", ".join(part for part in (figure_text(row), n_text(row)) if part)
    grade = [*level(row["level"]), nodes.Text(", "), *stars(row["confidence"]), nodes.Text(", ")]
    grade.append(nodes.Text(f"{DIRECTIONS[row['direction']]} {row['direction']}"))
    if role := role_to_tell(row):
        grade.append(nodes.Text(f"; {role}"))
    return [
        _line(nodes.Text(f"{row['label']}: {row['measure']}"), classes=["card-claim"]),
        _line(nodes.strong("", figure)),
        _line(nodes.Text(about(schema, row))),
        _line(*grade),
        _source(env, row),
    ]


def _plain(env: Any, schema: TableSchema, row: Row) -> list[nodes.Node]:
    """A parameter, a model's published number, or a row of another table: its first words, its figure, its source."""
    words = next(
        (row[name] for name in ("meaning", "quantity", "claim", "statement", "label") if row.get(name)), row["id"]
    )
    lines = [_line(nodes.Text(words), classes=["card-claim"])]
    if "unit" in row and any(name in row for name in FIGURES):
        kind = f", {row['kind']}" if row.get("kind") else ""
        lines.append(_line(nodes.strong("", figure_text(row)), nodes.Text(kind)))
    if row.get("source"):
        lines.append(_source(env, row))
    if row.get("note"):
        lines.append(_line(nodes.Text(row["note"]), classes=["card-note"]))
    return lines


def about(schema: TableSchema, row: Row) -> str:
    """In whom or what: the table's own short columns, those that say what the row is about first."""
    names = [*schema.same_thing, *(name for name in schema.own if name not in schema.same_thing)]
    told = [str(row[name]) for name in names if name not in _ELSEWHERE and isinstance(row.get(name), str)]
    return "; ".join(dict.fromkeys(text for text in [*told, row["system"]] if len(text) <= _LONGEST))


def _source(env: Any, row: Row) -> nodes.paragraph:
    return _line(citation(env, [row["source"]])[0], *place_nodes(row))


def _line(*content: nodes.Node, classes: list[str] | None = None) -> nodes.paragraph:
    return nodes.paragraph("", "", *content, classes=classes or [])


def visit_row_card(translator: Any, node: row_card) -> None:
    """Open the card: out of sight until a number calls it."""
    table, _, identifier = node["ref"].partition("/")
    name = row_links.anchor(table, identifier).removeprefix("row-")
    translator.body.append(f'<div popover="manual" class="card row-card" id="card-{name}">')


def depart_row_card(translator: Any, node: row_card) -> None:
    """Close the card."""
    translator.body.append("</div>\n")


def setup(app: Any) -> None:
    """Register the role and its cards."""
    app.add_role("row", RowRole())
    app.add_node(row_card, html=(visit_row_card, depart_row_card))
    app.add_transform(RowCardsTransform)
