"""Where each row of ``data/`` stands on the pages, and links to it that are resolved when all pages are read."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from docutils import nodes
from sphinx.util import logging

from resistance.evidence.cells import Row
from resistance.evidence.rows import Rows
from resistance.evidence.schema import TableSchema
from resistance.site import data, used

SAID = "said"  # stands for a table: the sentences that draw a claim, by its id
_SHOWN = "resistance_rows"  # rows that a page shows in a table, in its metadata
_BELOW = "resistance_rows_below"  # rows that stand on the pages on which its tables go on, by page
_LINKED = "resistance_row_links"  # rows that a page links to
logger = logging.getLogger(__name__)


class row_link(nodes.General, nodes.Inline, nodes.TextElement):
    """A link to the row ``ref`` (``table/id``), on whatever page it stands; ``number`` marks a number in the prose."""


def anchor(table: str, identifier: str) -> str:
    """Anchor of a row, the same on every page."""
    return f"{'' if table == SAID else 'row-'}{table}-{identifier}".replace("_", "-")


def rows() -> Rows:
    """The rows of all tables as this build reads them."""
    return data.current().row_index


def note_shown(env: Any, table: str, identifier: str) -> None:
    """Remember that the page being read shows a row in a table."""
    env.metadata[env.docname].setdefault(_SHOWN, []).append(f"{table}/{identifier}")


def move(env: Any, refs: Sequence[str], page: str) -> None:
    """Rows that the page being read has shown stand on another page, on which its table goes on."""
    about, gone = env.metadata[env.docname], set(refs)
    about[_SHOWN] = [ref for ref in about.get(_SHOWN, ()) if ref not in gone]
    about.setdefault(_BELOW, {})[page] = list(refs)


def pages_below(env: Any, docname: str) -> dict[str, list[str]]:
    """Pages on which tables of a page go on, each with its rows."""
    return env.metadata.get(docname, {}).get(_BELOW, {})


def shown_here(env: Any) -> set[str]:
    """Rows that the page being read has shown so far."""
    return set(env.metadata[env.docname].get(_SHOWN, ()))


def note_link(env: Any, ref: str) -> None:
    """Remember that the page being read links to a row."""
    env.metadata[env.docname].setdefault(_LINKED, {}).setdefault(ref)


def link(env: Any, ref: str, *content: nodes.Node, number: bool = False) -> row_link:
    """A link to a row, from the page being read."""
    note_link(env, ref)
    return row_link("", "", *content, ref=ref, number=number)


def pages_of_rows(env: Any) -> dict[str, list[str]]:
    """Pages that show each row (``table/id``), those for which its table was made first."""
    found: dict[str, list[str]] = {}
    order = {page: number for number, page in enumerate(data.current().contents)}
    for page in sorted(env.found_docs, key=lambda name: (order.get(name, len(order)), name)):
        for place, refs in ((page, env.metadata.get(page, {}).get(_SHOWN, ())), *pages_below(env, page).items()):
            for ref in refs:
                found.setdefault(ref, []).append(place)
    return found


def targets(env: Any, page: str, places: dict[str, list[str]]) -> dict[str, str | None]:
    """Page that each link of a page leads to: itself or where its table goes on, else the first; None if none."""
    linked = env.metadata.get(page, {}).get(_LINKED, {})
    return {ref: _target(page, places.get(ref, [])) for ref in linked}


def _target(page: str, shown_on: list[str]) -> str | None:
    own = [name for name in shown_on if name == page or name.startswith(f"{page}-tbl-")]
    return own[0] if own else shown_on[0] if shown_on else None


def warn_of_lost(app: Any, env: Any) -> None:
    """A link to a row that no table of the book shows leads nowhere (``env-check-consistency``)."""
    places = pages_of_rows(env)
    for page in sorted(env.found_docs):
        for ref, target in targets(env, page, places).items():
            if target is None:
                logger.warning(
                    "%s is shown on no page. Show it in a table (a claim: in a sentence; a counter-search: by its "
                    "chapter's {protocol}), or drop the link.",
                    ref,
                    location=page,
                    type="resistance",
                    subtype="row",
                )


def address(builder: Any, page: str, ref: str) -> str | None:
    """Address of a row, as seen from a page; None where no page shows it."""
    if getattr(builder, "resistance_places", None) is None:
        builder.resistance_places = pages_of_rows(builder.env)
    target = _target(page, builder.resistance_places.get(ref, []))
    if target is None:
        return None
    table, _, identifier = ref.partition("/")
    base = "" if target == page else builder.get_relative_uri(page, target)
    return f"{base}#{anchor(table, identifier)}"


def forget_places(app: Any) -> None:
    """Pages may show other rows in each build (``builder-inited``)."""
    app.builder.resistance_places = None


def visit_row_link(translator: Any, node: row_link) -> None:
    """Open the link; a number says to those who hear it that it leads to its row."""
    to = address(translator.builder, translator.builder.current_docname, node["ref"])
    if to is None:
        translator.body.append("<span>")
        return
    kind = ' class="row-link" aria-describedby="row-hint"' if node["number"] else ' class="to-row"'
    translator.body.append(f'<a{kind} href="{escape(to, quote=True)}">')


def depart_row_link(translator: Any, node: row_link) -> None:
    """Close the link."""
    lost = address(translator.builder, translator.builder.current_docname, node["ref"]) is None
    translator.body.append("</span>" if lost else "</a>")


def _cells(identifier: str) -> Any:
    """A row as its file has it, digits included, and its columns."""
    place = rows().places.get(identifier)
    return place and (place[0], place[1]["_text"], data.current().schema_text(place[0]))


used.register("cells", _cells)


def row_and_schema(identifier: str) -> tuple[TableSchema, Row]:
    """A row and the schema of its table; ``KeyError`` if there is none."""
    table, row = rows().places[identifier]
    return rows().table(table)[0], row


def setup(app: Any) -> None:
    """Register links to rows."""
    app.add_node(row_link, html=(visit_row_link, depart_row_link))
    app.connect("builder-inited", forget_places)
    app.connect("env-check-consistency", warn_of_lost)
