"""Crossref's REST API: the record of a DOI, and the notices that name it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from resistance.references.http import CROSSREF, Client
from resistance.references.latex import without_tags
from resistance.references.names import Name
from resistance.references.record import Notice, Record, notice_kind

_TYPES = {
    "journal-article": "article",
    "book-chapter": "incollection",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "proceedings-article": "inproceedings",
    "dissertation": "phdthesis",
    "report": "techreport",
    "dataset": "dataset",
}
_ROWS = 50  # notices about one work in one answer; no work has as many


def record(client: Client, doi: str) -> Record | None:
    """Crossref's record of a DOI, with the notices about it that other records announce; ``None`` if it has none.

    Raises
    ------
    ServiceError
        If Crossref does not answer, or not in its documented form.
    """
    address = client.address(CROSSREF, f"works/{quote(doi, safe='/:;().,-_')}")
    found = client.record(CROSSREF, address, lambda body: _parse(body, address))
    if found is None:
        return None
    # Older deposits carry no "updated-by": the notice names the work, and the work does not name the notice.
    query = {"filter": f"updates:{doi}", "rows": str(_ROWS), "select": "DOI,update-to"}
    announced = client.fetch(CROSSREF, client.address(CROSSREF, "works", query), lambda body: _announced(body, doi))
    return found.with_notices(announced or ())


def _parse(body: Any, address: str) -> Record:
    message = body["message"]
    title = _first(message, "title")
    subtitle = _first(message, "subtitle")
    if subtitle and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    pages = str(message.get("page") or "")
    return Record(
        registry="Crossref",
        address=address,
        type=_TYPES.get(message.get("type"), "misc"),
        doi=str(message["DOI"]).lower(),
        title=without_tags(title).rstrip("."),
        authors=tuple(_name(person) for person in message.get("author") or message.get("editor") or []),
        year=_year(message),
        container=without_tags(_first(message, "container-title")) or _server(message),
        volume=str(message.get("volume") or ""),
        number=str(message.get("issue") or ""),
        pages=pages,
        eid="" if pages else str(message.get("article-number") or ""),
        publisher=str(message.get("publisher") or ""),
        isbn=_first(message, "ISBN"),
        notices=(*_notices(message, "updated-by", True), *_notices(message, "update-to", False)),
    )


def _announced(body: Any, doi: str) -> tuple[Notice, ...]:
    """Notices about ``doi`` among the records that update it."""
    found = []
    for item in body["message"]["items"]:
        for update in item.get("update-to") or []:
            kind = notice_kind(str(update.get("type") or ""))
            if kind and str(update.get("DOI") or "").lower() == doi.lower():
                found.append(Notice(kind, doi=str(item["DOI"]).lower()))
    return tuple(found)


def _notices(message: dict[str, Any], field: str, about_this: bool) -> list[Notice]:
    updates = message.get(field) or []
    kinds = [(notice_kind(str(update.get("type") or "")), update) for update in updates]
    return [Notice(kind, doi=str(u.get("DOI") or "").lower(), about_this=about_this) for kind, u in kinds if kind]


def _first(message: dict[str, Any], field: str) -> str:
    values = message.get(field) or [""]
    return str(values[0]) if isinstance(values, list) else str(values)


def _server(message: dict[str, Any]) -> str:
    """Where a preprint is posted, which Crossref gives in place of a journal."""
    institutions = message.get("institution") or [{}]
    first = institutions[0] if isinstance(institutions, list) else institutions
    return str(first.get("name") or "") or str(message.get("group-title") or "")


def _name(person: dict[str, Any]) -> Name:
    if not person.get("family"):
        return Name(literal=without_tags(str(person.get("name") or person.get("given") or "")))
    family = re.match(r"(?P<particle>(?:[a-zà-ÿ'’]+\s+)*)(?P<family>.+)$", without_tags(str(person["family"])))
    particle, rest = (family["particle"].strip(), family["family"]) if family else ("", str(person["family"]))
    return Name(rest, str(person.get("given") or ""), particle, str(person.get("suffix") or ""))


def _year(message: dict[str, Any]) -> str:
    """Year of the printed issue, which the volume belongs to; else of first publication."""
    for field in ("published-print", "issued", "published-online", "posted"):
        parts = (message.get(field) or {}).get("date-parts") or [[]]
        if parts[0] and parts[0][0]:
            return str(parts[0][0])
    return ""
