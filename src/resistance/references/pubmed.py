"""PubMed through the E-utilities (EFetch), with its CommentsCorrectionsList."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from resistance.references.http import PUBMED, Client
from resistance.references.identifiers import normal_doi
from resistance.references.names import Name
from resistance.references.record import Notice, Record, notice_kind

_DIRECTION = re.compile(r"(?P<kind>\w+?)(?P<direction>In|Of|For|From)$")


def record(client: Client, pmid: str) -> Record | None:
    """PubMed's record of a PMID, with the notices about it and those that it is; ``None`` if there is none.

    Raises
    ------
    ServiceError
        If PubMed does not answer, or not in its documented form.
    """
    query = {"db": "pubmed", "id": pmid, "retmode": "xml"}
    address = client.address(PUBMED, "efetch.fcgi", query)
    return client.record(PUBMED, address, lambda body: _parse(body, pmid, address), as_json=False)


def _parse(body: str, pmid: str, address: str) -> Record | None:
    """The article with this PMID in an EFetch answer; an unknown PMID gives an empty set.

    Raises
    ------
    ValueError
        If the answer is not XML, or XML of another kind.
    """
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise ValueError(f"not XML: {error}") from error
    if tree.tag != "PubmedArticleSet":
        raise ValueError(f"<{tree.tag}> where <PubmedArticleSet> should be")
    for article in tree.iter("PubmedArticle"):
        if _text(article.find("MedlineCitation/PMID")) == pmid:
            return _record(article, pmid, address)
    return None


def _record(article: ElementTree.Element, pmid: str, address: str) -> Record:
    def text(path: str) -> str:
        return _text(article.find(path))

    inside = "MedlineCitation/Article"
    identifiers = {i.get("IdType"): _text(i) for i in article.findall("PubmedData/ArticleIdList/ArticleId")}
    types = {_text(node) for node in article.findall(f"{inside}/PublicationTypeList/PublicationType")}
    doi = identifiers.get("doi") or text(f"{inside}/ELocationID[@EIdType='doi']")
    pages = text(f"{inside}/Pagination/MedlinePgn")
    return Record(
        registry="PubMed",
        address=address,
        type="misc" if "Preprint" in types else "article",
        doi=normal_doi(doi),
        pmid=pmid,
        pmcid=identifiers.get("pmc", ""),
        title=_title(text(f"{inside}/ArticleTitle")),
        authors=tuple(_name(node) for node in article.findall(f"{inside}/AuthorList/Author")),
        year=_year(article),
        container=text(f"{inside}/Journal/Title"),
        volume=text(f"{inside}/Journal/JournalIssue/Volume"),
        number=text(f"{inside}/Journal/JournalIssue/Issue"),
        pages=pages,
        eid="" if pages else text(f"{inside}/ELocationID[@EIdType='pii']"),
        notices=_notices(article, types),
    )


def _text(node: ElementTree.Element | None) -> str:
    """All text of a node, that in italics and superscripts included."""
    return " ".join("".join(node.itertext()).split()) if node is not None else ""


def _title(title: str) -> str:
    """Without the final full stop, and without the brackets of a translated title."""
    return re.sub(r"^\[(.*)\]$", r"\1", title.rstrip(".")).rstrip(".")


def _name(author: ElementTree.Element) -> Name:
    group = _text(author.find("CollectiveName"))
    if group:
        return Name(literal=group)
    family = _text(author.find("LastName"))
    particle = re.match(r"(?:[a-zà-ÿ'’]+\s+)+(?=\S*[A-ZÀ-Þ])", family)
    given = _text(author.find("ForeName")) or _text(author.find("Initials"))
    # PubMed drops the full stop of an initial (Geoffrey R).
    given = re.sub(r"\b([A-ZÀ-Þ])(?=\s|$)", r"\1.", given)
    before = particle[0].strip() if particle else ""
    return Name(family[len(particle[0]) :] if particle else family, given, before, _text(author.find("Suffix")))


def _year(article: ElementTree.Element) -> str:
    date = article.find("MedlineCitation/Article/Journal/JournalIssue/PubDate")
    shown = "" if date is None else _text(date.find("Year")) or _text(date.find("MedlineDate"))
    match = re.search(r"\d{4}", shown)
    return match[0] if match else ""


def _notices(article: ElementTree.Element, types: set[str]) -> tuple[Notice, ...]:
    found = []
    for node in article.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections"):
        match = _DIRECTION.fullmatch(node.get("RefType", ""))
        kind = notice_kind(match["kind"]) if match else ""
        if match and kind:
            found.append(Notice(kind, pmid=_text(node.find("PMID")), about_this=match["direction"] == "In"))
    if "Retracted Publication" in types and not any(n.about_this and n.kind == "retraction" for n in found):
        found.append(Notice("retraction"))
    return tuple(found)
