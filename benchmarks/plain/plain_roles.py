"""Sphinx extension for the plain copy of the book: the roles and directives of the chapters give plain text."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole


def claims(folder: str) -> dict[str, dict[str, str]]:
    """Rows of ``data/claims.csv`` by id."""
    with (Path(folder) / "data" / "claims.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


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


class ReferenceIndex(SphinxDirective):
    """All references."""

    def run(self) -> list[nodes.Node]:
        """A bibliography."""
        return self.parse_text_to_nodes("```{bibliography}\n```")


def setup(app: Any) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_role("claim", Claim())
    app.add_role("page", Words())
    app.add_role("download-link", Words())
    app.add_role("count", Count())
    app.add_directive("in-brief", InBrief)
    app.add_directive("reference-index", ReferenceIndex)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
