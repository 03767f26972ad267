"""``{chapter-list}``: every chapter with the question that it answers, by part, for the landing page."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from resistance.book.contents import CONTENTS, read_parts
from resistance.book.pages import read_page
from resistance.paths import root
from resistance.site import used


def chapters_by_part() -> list[tuple[str, list[tuple[str, str]]]]:
    """Caption of each part of the book that holds chapters, with document name and question of each chapter.

    A chapter is a page whose front matter has a ``review`` block.
    """
    parts = []
    for caption, docnames in read_parts(root()):
        blocks = [(name, read_page(root(), name).review) for name in docnames if (root() / f"{name}.md").is_file()]
        if chapters := [(name, str(block.get("question", ""))) for name, block in blocks if block is not None]:
            parts.append((caption, chapters))
    return parts


class ChapterListDirective(SphinxDirective):
    """A definition list for each part: the chapter's title, linked, and its question."""

    def run(self) -> list[nodes.Node]:
        """Caption and list of each part."""
        used.note(self.env, "file", CONTENTS)
        result: list[nodes.Node] = []
        for caption, chapters in chapters_by_part():
            result.append(nodes.paragraph("", "", nodes.strong("", caption), classes=["part-caption"]))
            listed = nodes.definition_list(classes=["chapter-list", "simple"])
            for docname, question in chapters:
                used.note(self.env, "front", docname)
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
