"""``{evidence-table}``, ``{parameters}``, ``{source-statements}``: tables of ``data/`` on a page, without a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from resistance import private
from resistance.evidence.cells import Row
from resistance.evidence.schema import TableSchema
from resistance.evidence.where import keep
from resistance.show.output import check_anchor, check_text
from resistance.show.payload import json_row, shown_columns, table_payload
from resistance.site import row_links, used
from resistance.site.drawing import Page

_PARAMETERS = ("symbol", "meaning", "value", "unit", "kind", "source", "note")
_STATEMENTS = ("section", "statement", "verdict", "problem", "evidence_says", "sources")


def chosen_rows(
    table: str, where: str = "", sort: str = "", keeps: Callable[[Row], bool] | None = None
) -> tuple[TableSchema, list[Row]]:
    """Schema and rows of a table that a directive shows.

    Parameters
    ----------
    table : name of the table
    where : conditions (see ``resistance.evidence.where``)
    sort : a column, with a hyphen before it to begin with the greatest; cells without a value come last
    keeps : a further condition

    Raises
    ------
    ValueError
        If there is no such table, column or value, or no row is left.
    """
    schema, every = row_links.rows().table(table)
    kept = [row for row in keep(every, schema, where) if keeps is None or keeps(row)]
    if not kept:
        raise ValueError(f"no row of {table} is left")
    column = sort.removeprefix("-")
    if column:
        if column not in schema.by_name:
            raise ValueError(f"{table} has no column {column!r} to sort by; it has {', '.join(schema.columns)}")
        filled = [row for row in kept if row[column] is not None]
        gaps = [row for row in kept if row[column] is None]
        kept = sorted(filled, key=lambda row: row[column], reverse=sort.startswith("-")) + gaps
    return schema, kept


def of_parts(row: Row, parts: str) -> bool:
    """Whether a row is of one of the chapters, or folders of chapters, that ``parts`` names; of all if it names none.

    Raises
    ------
    ValueError
        If parts are named and the row is of no chapter.
    """
    names = parts.replace(",", " ").split()
    if names and "chapter" not in row:
        raise ValueError("parts are asked for, and the table's rows are of no chapter")
    return not names or row["chapter"] in names or row["chapter"].partition("/")[0] in names


class TableDirective(SphinxDirective):
    """What all tables of ``data/`` share: anchor, caption, columns, conditions, order."""

    has_content = False
    final_argument_whitespace = False
    option_spec: ClassVar[dict[str, Any]] = {
        name: directives.unchanged_required for name in ("anchor", "caption", "columns", "where", "sort")
    }
    columns: ClassVar[tuple[str, ...] | None] = None

    def run(self) -> list[nodes.Node]:
        """The table, or a warning that says what is not there."""
        try:
            check_anchor(self.options.get("anchor", ""), "tbl-")
            check_text("caption", self.options.get("caption", ""), 10)
            payload = self.payload()
        except ValueError as error:
            return [self.state.document.reporter.warning(str(error), line=self.lineno)]
        used.note(self.env, "table", payload["table"])
        return [Page(private.markdown_renderer(self.state), self.lineno).table(payload)]

    @property
    def chapter(self) -> str:
        """The page as tables name it, for example ``mechanisms/hypoxia``."""
        return self.env.docname.removeprefix("chapters/")

    def table(self) -> str:
        """Name of the table."""
        return self.arguments[0]

    def keeps(self, row: Row) -> bool:
        """Whether the directive shows a row, conditions aside."""
        return True

    def payload(self) -> dict[str, Any]:
        """The site's representation of the table."""
        where, sort = self.options.get("where", ""), self.options.get("sort", "")
        schema, rows = chosen_rows(self.table(), where, sort, self.keeps)
        asked = [name.strip() for name in self.options.get("columns", "").split(",") if name.strip()]
        columns = shown_columns(schema.columns, schema, asked or self.columns)
        return table_payload(
            schema,
            schema.columns,
            [json_row(row, schema.columns) for row in rows],
            anchor=self.options["anchor"],
            caption=self.options["caption"],
            columns=columns,
        )


class EvidenceTableDirective(TableDirective):
    """``{evidence-table} TABLE``: a table of ``data/``, or the rows of it that meet conditions.

    ``:parts:`` keeps those of some chapters or folders of chapters, for a table to which chapters add.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = TableDirective.option_spec | {"parts": directives.unchanged_required}

    def keeps(self, row: Row) -> bool:
        """Rows of the parts that are asked for."""
        return of_parts(row, self.options.get("parts", ""))


class ParametersDirective(TableDirective):
    """``{parameters}``: what this page's models start from; ``:model:`` and ``:ids:`` (prefixes) choose among them."""

    option_spec: ClassVar[dict[str, Any]] = TableDirective.option_spec | {
        "model": directives.unchanged_required,
        "ids": directives.unchanged_required,
    }
    columns = _PARAMETERS

    def table(self) -> str:
        """Parameters of all models."""
        return "model_parameters"

    def keeps(self, row: Row) -> bool:
        """Rows of this page, of the models and with the beginnings of ids that are asked for."""
        models = self.options.get("model", "").replace(",", " ").split()
        prefixes = tuple(self.options.get("ids", "").replace(",", " ").split())
        return (
            row["chapter"] == self.chapter
            and (not models or row["model"] in models)
            and (not prefixes or row["id"].startswith(prefixes))
        )


class SourceStatementsDirective(TableDirective):
    """``{source-statements}``: what became of the statements of the source review that this page treats."""

    columns = _STATEMENTS

    def table(self) -> str:
        """Statements of all pages."""
        return "statement_audit"

    def keeps(self, row: Row) -> bool:
        """Rows of this page."""
        return row["chapter"] == self.chapter


def setup(app: Any) -> None:
    """Register the directives."""
    app.add_directive("evidence-table", EvidenceTableDirective)
    app.add_directive("parameters", ParametersDirective)
    app.add_directive("source-statements", SourceStatementsDirective)
