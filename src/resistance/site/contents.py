"""``{chapter-list}``: every chapter with the question that it answers, by part, for the landing page."""

from __future__ import annotations

from typing import Any

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from resistance.execution.toc import CONTENTS
from resistance.paths import root
from resistance.site.pages import front_matter


def chapters_by_part() -> list[tuple[str, list[tuple[str, str]]]]:
    """Caption of each part of the book that holds chapters, with document name and question of each chapter.

    A chapter is a page whose front matter has a ``review`` block.
    """
    contents = yaml.safe_load((root() / CONTENTS).read_text(encoding="utf-8"))
    parts = []
    for part in contents.get("parts", []):
        chapters = []
        for entry in part.get("chapters", []):
            docname = str(entry.get("file", "")).removesuffix(".md")
            path = root() / f"{docname}.md"
            block = front_matter(path).get("review") if path.is_file() else None
            if isinstance(block, dict):
                chapters.append((docname, str(block.get("question", ""))))
        if chapters:
            parts.append((str(part.get("caption", "")), chapters))
    return parts


class ChapterListDirective(SphinxDirective):
    """A definition list for each part: the chapter's title, linked, and its question."""

    def run(self) -> list[nodes.Node]:
        """Caption and list of each part."""
        self.env.note_dependency(str(root() / CONTENTS))
        result: list[nodes.Node] = []
        for caption, chapters in chapters_by_part():
            result.append(nodes.paragraph("", "", nodes.strong("", caption), classes=["part-caption"]))
            listed = nodes.definition_list(classes=["chapter-list", "simple"])
            for docname, question in chapters:
                self.env.note_dependency(str(root() / f"{docname}.md"))
                definition = nodes.definition("", nodes.paragraph("", question))
                listed += nodes.definition_list_item("", nodes.term("", "", self._link(docname)), definition)
            result.append(listed)
        return result

    def _link(self, docname: str) -> Any:
        link = addnodes.pending_xref(
            "", refdoc=self.env.docname, refdomain="std", reftype="doc", reftarget=f"/{docname}", refexplicit=False
        )
        link += nodes.inline("", docname, classes=["std", "std-doc"])
        return link
