"""The reference list of a page: made by sphinxcontrib-bibtex, with what the registry snapshot says of each work."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from docutils import nodes
from pybtex.richtext import Text
from pybtex.style.formatting.unsrt import Style as UnsrtStyle
from pybtex.style.formatting.unsrt import pages
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import FieldIsMissing, field, join, node, optional, sentence, tag, words
from sphinx.transforms.post_transforms import SphinxPostTransform

SHOWN_AUTHORS = 6
FLAGGED = ("retracted", "expression of concern")


@node
def authors(children: list[Any], context: dict[str, Any], role: str) -> Text:
    """The first authors; a long list ends in ``et al.``"""
    if children:
        raise ValueError("authors takes no children")
    style, persons = context["style"], context["entry"].persons.get(role, [])
    if not persons:
        raise FieldIsMissing(role, context["entry"])
    full = [p for p in persons if str(p) != "others"]
    cut = len(full) < len(persons) or len(full) > SHOWN_AUTHORS
    shown = [style.format_name(p, style.abbreviate_names).format_data(context) for p in full[:SHOWN_AUTHORS]]
    return Text(Text(", ").join(shown), ", et al." if cut else "")


class KeyLabelStyle(BaseLabelStyle):
    """Labels are never shown (citations name author and year), but must differ: the keys do."""

    def format_labels(self, sorted_entries: Any) -> Any:
        """The key of each entry."""
        return (entry.key for entry in sorted_entries)


class LivingStyle(UnsrtStyle):
    """Author, title, journal, year; sorted by author and year."""

    default_sorting_style = "author_year_title"
    default_label_style = KeyLabelStyle

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "abbreviate_names": True})

    _formatted: ClassVar[dict[str, Any]] = {}

    def format_entry(self, label: str, entry: Any, bib_data: Any = None) -> Any:
        """An entry looks the same in the list of every page: it is formatted once a build."""
        if entry.key not in self._formatted:
            self._formatted[entry.key] = super().format_entry(label, entry, bib_data)
        return self._formatted[entry.key]

    def format_names(self, role: str, as_sentence: bool = True) -> Any:
        """Names of a role, cut after the first six."""
        names = authors(role)
        return sentence(capfirst=False)[names] if as_sentence else names

    def get_article_template(self, e: Any) -> Any:
        """Article: the volume may be missing (published online first)."""
        volume = optional[join[field("volume"), optional["(", field("number"), ")"], optional[":", pages]]]
        return words[
            self.format_names("author"),
            self.format_title(e, "title"),
            sentence(capfirst=False)[words[tag("em")[field("journal")], field("year")], volume],
            sentence[optional[self.format_doi(e)]],
        ]


@lru_cache(maxsize=1)
def snapshot() -> dict[str, dict[str, Any]]:
    """Rows of ``data/references.csv`` by key; empty if the file has faults (the check reports them)."""
    from resistance.evidence.schema import SchemaError
    from resistance.evidence.tables import check_table

    try:
        return {row["key"]: row for row in check_table("references").rows}
    except SchemaError:
        return {}


def cut_lists_as_et_al(app: Any) -> None:
    """Let ``Ahn and others`` be cited as ``Ahn et al.``: names from three up are cut so by sphinxcontrib-bibtex."""
    for entry in app.env.get_domain("cite").bibdata.data.entries.values():
        for persons in entry.persons.values():
            if len(persons) == 2 and str(persons[-1]) == "others":
                persons.append(persons[-1])


class ReferenceListTransform(SphinxPostTransform):
    """Turns sphinxcontrib-bibtex's citations into a list, each with its links and its standing."""

    # After sphinxcontrib-bibtex has put the citations in (5), before references to them are resolved (10).
    default_priority = 7
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace each container of citations."""
        parents = {id(c.parent): c.parent for c in self.document.findall(nodes.citation)}
        keys = citation_keys(self.env)
        for container in parents.values():
            listed = nodes.bullet_list(classes=["references"], bullet="-")
            for citation in list(container.findall(nodes.citation)):
                item = nodes.list_item("", ids=citation["ids"])
                key = next((keys[i] for i in citation["ids"] if i in keys), "")
                body = [child for child in citation.children if not isinstance(child, nodes.label)]
                body[-1] += standing(key)
                item += body
                item["classes"].append("reference")
                listed += item
            container.replace_self(listed)


def citation_keys(env: Any) -> dict[str, str]:
    """Key of every citation by its anchor on its page."""
    return {c.citation_id: c.key for c in env.get_domain("cite").citations}


def standing(key: str) -> list[nodes.Node]:
    """Links to PubMed and to the record that was seen, and the work's status in words."""
    row = snapshot().get(key)
    if row is None:
        return [nodes.inline("", " Record not checked.", classes=["standing"])]
    out = nodes.inline("", " ", classes=["standing"])
    if row["pmid"]:
        address = f"https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/"
        out += [nodes.reference("", "PubMed", refuri=address), nodes.Text(" · ")]
    out += nodes.reference("", "record seen", refuri=row["seen_at"])
    out += nodes.Text(f" {row['seen_on'].isoformat()}")
    status = row["status"]
    flag = ["status", f"status-{status.replace(' ', '-')}"]
    out += [
        nodes.Text(" · "),
        nodes.inline("", "status not checked" if status == "not checked" else status, classes=flag),
    ]
    return [out]


class FlagCitationsTransform(SphinxPostTransform):
    """Says beside a citation in the text that its work is retracted or under concern."""

    default_priority = 20  # after references are resolved
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Mark citations whose snapshot carries a notice; name the key on all of them for the popover."""
        keys = citation_keys(self.env)
        for inline in self.document.findall(
            lambda n: "bibtex-citation" in getattr(n, "attributes", {}).get("classes", [])
        ):
            for reference in list(inline.findall(nodes.reference)):
                anchor = reference.get("refid") or reference.get("refuri", "").rpartition("#")[2]
                key = keys.get(anchor)
                reference["classes"].append("cite")
                reference.attributes.pop("reftitle", None)
                status = (snapshot().get(key) or {}).get("status") if key else None
                if status in FLAGGED:
                    reference += nodes.superscript(
                        "", f" {status}", classes=["status", f"status-{status.replace(' ', '-')}"]
                    )
