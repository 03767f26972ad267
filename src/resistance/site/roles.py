"""Small roles: a link to a page, to a published file, and a number counted from the book's files."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxRole

from resistance.site import facts, used


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
        used.note(self.env, "page", docname)
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
    """``{count}`references```: a number of the book, counted when it is built.

    ``{count}`studies of stromal_protection where level=A|B``` counts the rows, or the studies, that meet conditions.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The number as text, or a warning if nothing of that name is counted."""
        name = " ".join(self.text.split())
        used.note(self.env, "count", name)
        try:
            return [nodes.Text(f"{facts.count(name):,}")], []
        except ValueError as error:
            return [nodes.Text(name)], [self.inliner.reporter.warning(str(error), line=self.lineno)]
