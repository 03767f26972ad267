"""Maps that are drawn from the tables without a kernel.

``{evidence-map}`` shows studies by page, level and direction; ``{strategy-map}`` all of the book by mechanism and
strategy.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from resistance import private
from resistance.book.contents import CONTENTS, read_parts
from resistance.evidence.strategies import places, unplaced
from resistance.paths import root
from resistance.site import data, used
from resistance.site.drawing import Page

WHOLE = "all"  # the value of ``:part:`` for the whole book
# A part may open before its first table is written; a part that has no pages at all is a fault.
EMPTY = "The tables of this part have no rows yet, so there is nothing to map."


def _counts(part: str) -> Any:
    """What the map of a part shows; ``part`` is a folder with its slash, or empty for the whole book."""
    from resistance.show.study_map import counted_cells

    book = data.current()
    cells = counted_cells([(book.schema(name), book.rows(name)) for name in book.evidence_tables], part)
    return sorted((c.page, c.level, c.direction, tuple(sorted(c.names)), c.rows) for c in cells)


class EvidenceMapDirective(SphinxDirective):
    """The map of a part of the book, or of all parts; each mark leads to the evidence of its page.

    ``:part:`` is a folder below ``chapters/``, or ``all``. By default it is the folder of the page itself; a page that
    stands in none shows the whole book.
    """

    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {
        name: directives.unchanged_required for name in ("anchor", "finding", "caption", "part")
    }

    def run(self) -> list[nodes.Node]:
        """The figure, or a warning that says what is wrong."""
        # Drawing needs Altair and pandas, which a build that reads no map does without.
        from resistance.show.study_map import Cell, evidence_map, page_title

        part = beginning_of(self.env.docname, self.options.get("part"))
        used.note(self.env, "evidence map", part)
        used.note(self.env, "file", CONTENTS)
        cells = [
            Cell(page, level, direction, frozenset(names), rows)
            for page, level, direction, names, rows in _counts(part)
        ]
        pages = {name.removeprefix("chapters/"): caption for caption, names in read_parts(root()) for name in names}
        titles = {page: page_title(page) for page in pages if page.startswith(part)}
        if titles and not any(cell.page in titles for cell in cells):
            return [nodes.paragraph(EMPTY, EMPTY)]
        given = {name: self.options.get(name, "") for name in ("anchor", "finding", "caption")}
        try:
            payload = evidence_map(cells=cells, titles=titles, parts=pages, **given).payload
        except ValueError as error:
            return [self.state.document.reporter.warning(str(error), line=self.lineno)]
        return [Page(private.markdown_renderer(self.state), self.lineno).figure(payload)]


class StrategyMapDirective(SphinxDirective):
    """The whole book by mechanism and strategy; each mark leads to the page that tells most of it."""

    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {
        name: directives.unchanged_required for name in ("anchor", "finding", "caption")
    }

    def run(self) -> list[nodes.Node]:
        """The figure, or a warning that says what is wrong."""
        from resistance.show.strategy_map import strategy_map

        used.note(self.env, "strategy map", "")
        found = _places()
        if not found:
            return [nodes.paragraph(EMPTY, EMPTY)]
        given = {name: self.options.get(name, "") for name in ("anchor", "finding", "caption")}
        try:
            payload = strategy_map(found, **given).payload
        except ValueError as error:
            return [self.state.document.reporter.warning(str(error), line=self.lineno)]
        return [Page(private.markdown_renderer(self.state), self.lineno).figure(payload)]


def _places() -> Any:
    """Places of the map; what has none is a finding of the check."""
    book = data.current()
    tables = [(book.schema(name), book.rows(name)) for name in book.evidence_tables]
    return places([(schema, rows) for schema, rows in tables if not list(unplaced(schema, rows))])


def _places_in_words(key: str) -> Any:
    return [
        (p.mechanism, p.strategy, p.level, sorted(p.studies), sorted(p.unfavourable), p.rows, p.page) for p in _places()
    ]


def beginning_of(docname: str, part: str | None) -> str:
    """Beginning of the names of the pages that a map on the page ``docname`` shows, by its option ``part``."""
    own = docname.removeprefix("chapters/").rpartition("/")[0]
    chosen = (part or own or WHOLE).strip("/")
    return "" if chosen == WHOLE else f"{chosen}/"


def setup(app: Any) -> None:
    """Register the directive, and by what a page that has it is out of date."""
    app.add_directive("evidence-map", EvidenceMapDirective)
    app.add_directive("strategy-map", StrategyMapDirective)


used.register("evidence map", _counts)
used.register("strategy map", _places_in_words)
