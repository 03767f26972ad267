"""Europe PMC's REST service: the record of a DOI or PMID, with its commentCorrectionList."""

from __future__ import annotations

import re
from typing import Any

from resistance.references.http import EUROPE_PMC, Client
from resistance.references.identifiers import normal_doi
from resistance.references.latex import without_tags
from resistance.references.names import Name
from resistance.references.record import Notice, Record, notice_kind

_DIRECTION = re.compile(r"(?P<kind>.+?)\s+(?P<direction>in|of|for|from)$", re.IGNORECASE)


def by_doi(client: Client, doi: str) -> Record | None:
    """Europe PMC's record of a DOI; ``None`` if there is none. Raises ``ServiceError`` as :func:`by_pmid` does."""
    return _search(client, f'DOI:"{doi}"', lambda item: str(item.get("doi") or "").lower() == doi.lower())


def by_pmid(client: Client, pmid: str) -> Record | None:
    """Europe PMC's record of a PMID; ``None`` if there is none.

    Raises
    ------
    ServiceError
        If Europe PMC does not answer, or not in its documented form.
    """
    return _search(client, f"EXT_ID:{pmid} AND SRC:MED", lambda item: str(item.get("pmid") or "") == pmid)


def _search(client: Client, query: str, matches: Any) -> Record | None:
    parameters = {"query": query, "resultType": "core", "format": "json", "pageSize": "25"}
    address = client.address(EUROPE_PMC, "search", parameters)
    return client.record(EUROPE_PMC, address, lambda body: _parse(body, matches, address))


def _parse(body: Any, matches: Any, address: str) -> Record | None:
    found = [item for item in body["resultList"]["result"] if matches(item)]
    # One work can be there as a MEDLINE record and as others; MEDLINE's carries the notices.
    item = min(found, key=lambda item: item.get("source") != "MED", default=None)
    return _record(item, address) if item is not None else None


def _record(item: dict[str, Any], address: str) -> Record:
    journal = item.get("journalInfo") or {}
    authors = (item.get("authorList") or {}).get("author") or []
    types = (item.get("pubTypeList") or {}).get("pubType") or []
    year = journal.get("yearOfPublication") or item.get("pubYear") or ""
    server = (item.get("bookOrReportDetails") or {}).get("publisher") or ""
    return Record(
        registry="Europe PMC",
        address=address,
        type="misc" if item.get("source") == "PPR" else "article",
        doi=normal_doi(str(item.get("doi") or "")),
        pmid=str(item.get("pmid") or ""),
        pmcid=str(item.get("pmcid") or ""),
        title=without_tags(str(item.get("title") or "")).rstrip("."),
        authors=tuple(_name(author) for author in authors),
        year=str(year),
        container=str((journal.get("journal") or {}).get("title") or server),
        volume=str(journal.get("volume") or ""),
        number=str(journal.get("issue") or ""),
        pages=str(item.get("pageInfo") or ""),
        notices=_notices(item, {str(kind).lower() for kind in types}),
    )


def _name(author: dict[str, Any]) -> Name:
    if author.get("collectiveName"):
        return Name(literal=str(author["collectiveName"]))
    given = str(author.get("firstName") or author.get("initials") or "")
    given = re.sub(r"\b([A-ZÀ-Þ])(?=\s|$)", r"\1.", given)
    return Name(str(author.get("lastName") or author.get("fullName") or ""), given)


def _notices(item: dict[str, Any], types: set[str]) -> tuple[Notice, ...]:
    found = []
    for entry in (item.get("commentCorrectionList") or {}).get("commentCorrection") or []:
        match = _DIRECTION.fullmatch(str(entry.get("type") or ""))
        kind = notice_kind(match["kind"]) if match else ""
        if match and kind:
            pmid = str(entry.get("id") or "") if entry.get("source") == "MED" else ""
            found.append(Notice(kind, pmid=pmid, about_this=match["direction"].lower() == "in"))
    if "retracted publication" in types and not any(n.about_this and n.kind == "retraction" for n in found):
        found.append(Notice("retraction"))
    return tuple(found)
