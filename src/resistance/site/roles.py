"""Small roles: a link to a page, to a published file, and a number counted from the book's files."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxRole

from resistance.paths import root
from resistance.site import facts


class DownloadRole(SphinxRole):
    """``{download-link}`words <data/claims.csv>```: a file that is published beside the pages, by its address."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A link relative to the page."""
        words, _, target = self.text.rpartition("<")
        address = "../" * self.env.docname.count("/") + target.rstrip(">").strip()
        return [nodes.reference("", words.strip(), refuri=address, internal=True)], []


class PageRole(SphinxRole):
    """``{page}`mechanisms/hypoxia```: a link to a page, or its name with "planned" while nobody has written it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A reference that Sphinx fills with the page's title, or plain words."""
        text, _, target = self.text.rpartition("<")
        name = target.rstrip(">").strip().removesuffix(".md")
        docname = f"chapters/{name}"
        if docname not in self.env.found_docs:
            words = text.strip() or name.rsplit("/", 1)[-1].replace("-", " ")
            return [nodes.inline("", f"{words} (planned)", classes=["planned"])], []
        reference = addnodes.pending_xref(
            "",
            refdoc=self.env.docname,
            refdomain="std",
            reftype="doc",
            reftarget=f"/{docname}",
            refexplicit=bool(text.strip()),
            refwarn=True,
        )
        reference += nodes.inline("", text.strip() or name, classes=["std", "std-doc"])
        return [reference], []


class CountRole(SphinxRole):
    """``{count}`references```: a number of the book, counted when it is built."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The number as text, or a warning if nothing of that name is counted."""
        for name in facts.files():
            self.env.note_dependency(str(root() / name))
        counts = facts.counts()
        name = self.text.strip()
        if name not in counts:
            known = ", ".join(sorted(counts))
            message = f"{name!r} is not counted; counted are {known}"
            return [], [self.inliner.reporter.warning(message, line=self.lineno)]
        return [nodes.Text(f"{counts[name]:,}")], []
