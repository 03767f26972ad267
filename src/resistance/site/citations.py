"""``{cite}``, ``{cite:p}`` and ``{cite:t}``: citations by author and year, each a link to the work's entry.

A citation says by itself where it leads: to the entry with the anchor ``ref-KEY`` on its own page, or, on a page
without a list, to the row of the work on its letter's page of references. Anchors come from keys, so the same work
has the same address on every page and in every build.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from docutils import nodes
from sphinx.domains import Domain
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxRole

from resistance.site import data, letters, used

FLAGGED = ("retracted", "expression of concern")


def anchor(key: str) -> str:
    """Anchor of a work's entry, the same on every page."""
    return f"ref-{key}"


def index_anchor(key: str) -> str:
    """Anchor of a work's row among all references, in short and in full."""
    return f"work-{key.lower()}"


def status_of(key: str) -> str | None:
    """What the registry said of a work: ``current``, ``retracted`` …; None if it has no record."""
    return (data.current().snapshot.get(key) or {}).get("status")


def status_node(status: str, words: str | None = None) -> nodes.inline:
    """A status in words, marked so that it can be seen."""
    return nodes.inline("", words or status, classes=status_classes(status))


def status_classes(status: str) -> list[str]:
    """Classes of everything that tells a status."""
    return ["status", f"status-{status.replace(' ', '-')}"]


def citation(env: object, keys: list[str], textual: bool = False) -> tuple[nodes.inline, list[str]]:
    """A citation of one or several works, and those of its keys that ``references.bib`` does not have.

    Parameters
    ----------
    env : Sphinx environment; the works are noted as used by its page
    keys : of the works; they are shown sorted, by author and year
    textual : ``Fischer et al. [2015]`` instead of ``[Fischer et al., 2015]``
    """
    whole = nodes.inline("", "", classes=["citation"], support_smartquotes=False)  # names stand as they are written
    unknown = [key for key in keys if data.current().printed(key) is None]
    keys = sorted(keys, key=_place)
    if not textual:
        whole += nodes.Text("[")
    for number, key in enumerate(keys):
        used.note(env, "work", key)
        whole += [nodes.Text(", ")] if number else []
        if key in unknown:
            whole += nodes.Text(key)
        else:
            whole += _textual(key) if textual else [_link(key, names=True)]
    if not textual:
        whole += nodes.Text("]")
    return whole, unknown


def _place(key: str) -> tuple[tuple[str, ...], str]:
    work = data.current().printed(key)
    return (work.order if work else (), key)


def _textual(key: str) -> list[nodes.Node]:
    return [*_names(key), nodes.Text(" ["), _link(key, names=False), nodes.Text("]")]


def _names(key: str) -> list[nodes.Node]:
    work = data.current().printed(key)
    return [nodes.Text(work.names), *([nodes.Text(" "), nodes.emphasis("", "et al.")] if work.et_al else [])]


def _link(key: str, names: bool) -> nodes.reference:
    """Names and year as a link, with a notice if the work is retracted or under concern."""
    work, status = data.current().printed(key), status_of(key)
    link = nodes.reference("", "", internal=True, refid=anchor(key), classes=["cite"])
    link["cited"], link["support_smartquotes"] = key, False
    if names:
        link += [*_names(key), nodes.Text(f", {work.year}" if work.year else "")]
    else:
        link += nodes.Text(work.year or "no year")
    if status in FLAGGED:
        link += nodes.superscript("", f" {status}", classes=status_classes(status))
    return link


def split_keys(text: str) -> list[str]:
    """Keys of a citation, which commas separate."""
    return [key.strip() for key in text.split(",") if key.strip()]


class CiteRole(SphinxRole):
    """``{cite}`Key,OtherKey```; ``{cite:t}`` names the authors outside the brackets."""

    def __init__(self, textual: bool = False) -> None:
        super().__init__()
        self.textual = textual

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The citation; a warning for each key that is not in the bibliography."""
        keys = split_keys(self.text)
        node, unknown = citation(self.env, keys, self.textual)
        messages = [
            self.inliner.reporter.warning(f"there is no work {key!r} in references.bib", line=self.lineno)
            for key in unknown
        ]
        if not keys:
            messages.append(self.inliner.reporter.warning("a citation names no work", line=self.lineno))
        return [node], messages


class CitationDomain(Domain):
    """Holds the roles whose names begin with ``cite:``, and which pages have a list of their works."""

    name = "cite"
    label = "citation"
    roles: ClassVar[dict[str, Any]] = {"p": CiteRole(), "t": CiteRole(textual=True)}
    initial_data: ClassVar[dict[str, Any]] = {"lists": {}}

    @property
    def lists(self) -> dict[str, bool]:
        """Document names of the pages that have a list."""
        return self.data["lists"]

    def clear_doc(self, docname: str) -> None:
        """A page that is read again has no list until it is met."""
        self.lists.pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take the lists that a parallel reader met."""
        self.lists.update({name: True for name in docnames if name in otherdata["lists"]})

    def resolve_any_xref(self, *_: Any) -> list[Any]:
        """Nothing is looked for here."""
        return []


class CitationTargetTransform(SphinxTransform):
    """On a page without a list of works, leads each citation to its work among all references."""

    default_priority = 880  # the whole page is there

    def apply(self, **kwargs: object) -> None:
        """Turn links within the page into links to the other page."""
        if self.env.docname in self.env.get_domain("cite").lists:
            return
        for link in list(self.document.findall(nodes.reference)):
            if "cited" not in link:
                continue
            page = letters.page_of(link["cited"])
            used.note(self.env, "page", page)
            if page not in self.env.found_docs:
                link.replace_self(nodes.inline("", "", *link.children))
                continue
            del link["refid"]
            depth = self.env.docname.count("/")
            link["refuri"] = "../" * depth + f"{page}.html#{index_anchor(link['cited'])}"
