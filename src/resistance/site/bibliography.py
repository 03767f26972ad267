"""``{reference-list}``: the works that a page cites, each with its links and what the registry said of it."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from resistance.evidence.cells import Row
from resistance.references.printed import Printed, Span
from resistance.site import data, used
from resistance.site.citations import CitationDomain, CitationTargetTransform, CiteRole, anchor, status_node


class reference_list(nodes.General, nodes.Element):
    """Place of the list while the page is being read: what the page cites is known at its end."""


class ReferenceListDirective(SphinxDirective):
    """Marks the place of the list; one a page. ``:filter:`` is accepted and means what it always meant here."""

    option_spec: ClassVar[dict[str, Any]] = {"filter": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """The place; a warning if the page has one already."""
        lists = self.env.get_domain("cite").lists
        if self.env.docname in lists:
            return [self.state.document.reporter.warning("the page has a list of its works already", line=self.lineno)]
        lists[self.env.docname] = True
        return [reference_list()]


class ReferenceListTransform(SphinxTransform):
    """Puts the list at its place."""

    default_priority = 870  # after everything that may cite, and after typography: an entry stands as its record does

    def apply(self, **kwargs: Any) -> None:
        """One entry for each work that the page cites, sorted by author, year and title."""
        for place in list(self.document.findall(reference_list)):
            book = data.current()
            works = [work for key in used.keys(self.env, self.env.docname, "work") if (work := book.printed(key))]
            listed = nodes.bullet_list(classes=["references"], bullet="-")
            listed += [_entry(work) for work in sorted(works, key=lambda work: (work.order, work.key))]
            place.replace_self(listed if works else [])


def _entry(work: Printed) -> nodes.list_item:
    body = nodes.paragraph("", "", *span_nodes(work.spans), standing(work.key))
    item = nodes.list_item("", body, ids=[anchor(work.key)])
    item["classes"].append("reference")
    return item


def span_nodes(spans: tuple[Span, ...]) -> list[nodes.Node]:
    """Nodes of a printed work."""
    found: list[nodes.Node] = []
    for span in spans:
        if span.address:
            found.append(nodes.reference("", span.text, refuri=span.address))
        else:
            found.append(nodes.emphasis("", span.text) if span.emphasis else nodes.Text(span.text))
    return found


def standing(key: str) -> nodes.inline:
    """Links to PubMed and to the record that was seen, and the work's status in words."""
    row = data.current().snapshot.get(key)
    if row is None:
        return nodes.inline("", " Record not checked.", classes=["standing"])
    out = nodes.inline("", " ", classes=["standing"])
    if row["pmid"]:
        address = f"https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/"
        out += [nodes.reference("", "PubMed", refuri=address), nodes.Text(" · ")]
    out += nodes.reference("", "record seen", refuri=row["seen_at"])
    out += nodes.Text(f" {row['seen_on'].isoformat()} · ")
    status = row["status"]
    out += status_node(status, _in_words(row))
    if row.get("notice"):
        day = f" of {row['notice_on'].isoformat()}" if row["notice_on"] else ""
        out += nodes.Text(f" ({row['notice']}{day}, in the list of notices of {row['listed_on']})")
    return out


def _in_words(row: Row) -> str:
    """The status of a work; where no record showed it, what was looked up instead."""
    if row["status"] == "not checked":
        return "status not checked"
    if row["status"] == "not listed":
        return f"not listed in the retraction notices of {row['listed_on']}"
    return row["status"]


def setup(app: Any) -> None:
    """Register citations and lists."""
    app.add_domain(CitationDomain)
    app.add_role("cite", CiteRole())
    app.add_node(reference_list)
    app.add_directive("reference-list", ReferenceListDirective)
    app.add_directive("bibliography", ReferenceListDirective)
    app.add_transform(ReferenceListTransform)
    app.add_transform(CitationTargetTransform)
