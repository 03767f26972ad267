"""Sphinx extension for the plain copy of the book: the roles and directives of the chapters give plain text."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective, SphinxRole


@cache
def rows(folder: str, table: str = "*") -> dict[str, dict[str, str]]:
    """Rows of a table by id, those of all chapters; of every table if none is named."""
    data = Path(folder) / "data"
    paths = sorted(path for pattern in (f"{table}.csv", f"{table}/**/*.csv") for path in data.glob(pattern))
    found: dict[str, dict[str, str]] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            found |= {row["id"]: row for row in csv.DictReader(stream) if row.get("id")}
    return found


def claims(folder: str) -> dict[str, dict[str, str]]:
    """Rows of the table of claims by id."""
    return rows(folder, "claims")


def grade(claim: dict[str, str]) -> str:
    """Level, stars and direction as words."""
    return f"(level {claim['level']}, {claim['confidence']} of 5 stars, {claim['direction']})"


class Claim(SphinxRole):
    """The claim's grade."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Text."""
        claim = claims(self.env.app.srcdir).get(self.text)
        return [nodes.Text(grade(claim) if claim else self.text)], []


class Words(SphinxRole):
    """The words of a link, without the link."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Text."""
        words, _, target = self.text.rpartition("<")
        return [nodes.Text(words.strip() or target.rstrip(">").strip())], []


class Count(SphinxRole):
    """A number of the book."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Text."""
        from resistance.site.facts import counts

        return [nodes.Text(f"{counts().get(self.text.strip(), 0):,}")], []


class InBrief(SphinxDirective):
    """The sentences of claims, cited and graded."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """A bullet list."""
        known = claims(self.env.app.srcdir)
        lines = []
        for line in self.content:
            claim = known.get(line.strip())
            if claim:
                lines.append(f"- {claim['claim']} {{cite}}`{claim['sources'].replace(';', ',')}` {grade(claim)}")
        return self.parse_text_to_nodes("\n".join(lines))


class Row(SphinxRole):
    """A cell of a row, or its figure with unit and interval."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Text."""
        identifier, _, column = self.text.partition(".")
        row = rows(self.env.app.srcdir).get(identifier, {})
        name = column.partition(":")[0]
        if name in row:
            return [nodes.Text(row[name])], []
        text = " ".join(row.get(part, "") for part in ("qualifier", "value", "unit")).strip()
        if not name and row.get("ci_low"):
            text += f" ({row['ci_low']} to {row['ci_high']})"
        return [nodes.Text(text)], []


class Nothing(SphinxRole):
    """What opens only on our pages."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Nothing."""
        return [], []


class Frame(SphinxDirective):
    """A table of the book as pandas displays it; pandas cuts nothing off."""

    optional_arguments = 1
    final_argument_whitespace = True
    names = ("anchor", "caption", "columns", "where", "sort", "model", "ids")
    option_spec: ClassVar[dict[str, Any]] = dict.fromkeys(names, directives.unchanged)
    table = ""  # of the chapter's rows, for a directive that names none

    def run(self) -> list[nodes.Node]:
        """Caption and HTML."""
        import pandas as pd

        from resistance import evidence

        frame = evidence.table(self.arguments[0] if self.arguments else self.table)
        if not self.arguments:
            frame = frame[frame["chapter"] == self.env.docname.removeprefix("chapters/")]
        if columns := self.options.get("columns"):
            frame = frame[[name for name in (part.strip() for part in columns.split(",")) if name in frame.columns]]
        with pd.option_context("display.max_colwidth", None):
            html = frame.to_html(index=False)
        return [nodes.paragraph("", self.options.get("caption", "")), nodes.raw("", html, format="html")]


class Parameters(Frame):
    """The chapter's parameters."""

    table = "model_parameters"


class Statements(Frame):
    """The chapter's statements of the source review."""

    table = "statement_audit"


class Searches(Frame):
    """The chapter's counter-searches."""

    table = "counter_searches"


class ReferenceList(SphinxDirective):
    """The works that the page cites."""

    def run(self) -> list[nodes.Node]:
        """A bibliography of the page."""
        return self.parse_text_to_nodes("```{bibliography}\n:filter: docname in docnames\n```")


class ReferenceIndex(SphinxDirective):
    """All references; nothing on the pages by letter, for plain Jupyter Book has one list."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A bibliography."""
        return [] if self.arguments else self.parse_text_to_nodes("```{bibliography}\n```")


class Made(SphinxDirective):
    """What only our book makes out of its data: maps, overviews, the explorer. The plain book goes without."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Nothing."""
        return []


MADE = (
    "chapter-list",
    "claims-table",
    "evidence-map",
    "explorer",
    "explorer-lists",
    "freshness",
    "look-up",
    "searches",
    "since-release",
    "strategy-map",
)


def setup(app: Any) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_role("claim", Claim())
    app.add_role("page", Words())
    app.add_role("download-link", Words())
    app.add_role("count", Count())
    app.add_directive("in-brief", InBrief)
    app.add_directive("reference-index", ReferenceIndex)
    app.add_directive("reference-list", ReferenceList)
    app.add_role("row", Row())
    app.add_role("looked", Nothing())
    app.add_directive("evidence-table", Frame)
    app.add_directive("parameters", Parameters)
    app.add_directive("source-statements", Statements)
    app.add_directive("protocol", Searches)
    for name in MADE:
        app.add_directive(name, Made)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
