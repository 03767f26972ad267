"""What Europe PMC and PubMed list for a search between two days of entry, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from resistance.references.http import EUROPE_PMC, PUBMED, Client, ServiceError
from resistance.references.identifiers import normal_doi
from resistance.references.latex import without_tags
from resistance.surveillance.query import to_europe_pmc

PAGE = 100  # works asked for at once
_FIRST = "*"  # cursor of Europe PMC's first page
_PUBMED_LIMIT = 9_999  # ESearch shows no more of one search
_NO_TITLE = "[no title]"


@dataclass(frozen=True)
class Listed:
    """A work as a service lists it; ``record`` is its identifier there."""

    service: str
    record: str
    doi: str = ""
    pmid: str = ""
    title: str = _NO_TITLE
    first_author: str = ""
    year: str = ""
    container: str = ""
    preprint: bool = False


@dataclass
class Progress:
    """How far a run has come: what was listed so far, and where to go on; ``None`` when it is complete."""

    query: str
    since: str
    until: str
    total: int = 0
    cursor: str | None = _FIRST
    listed: list[Listed] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Progress:
        """What :meth:`to_json` gave; ``TypeError`` or ``KeyError`` if it is not that."""
        return cls(**{**value, "listed": [Listed(**work) for work in value["listed"]]})


def sent(service: str, search: str, since: date, until: date) -> str:
    """The query as it is sent to a service, with the days of entry. Raises ``QueryError`` if it cannot be read."""
    if service == EUROPE_PMC:
        return f"({to_europe_pmc(search)}) AND CREATION_DATE:[{since} TO {until}]"
    # The day on which the record was made. The date of entry, [edat], is set to that of publication if a work enters a
    # year or more after it (NLM Technical Bulletin, 2 December 2008), so that such a work would never be found.
    days = f'("{since:%Y/%m/%d}"[crdt] : "{until:%Y/%m/%d}"[crdt])'
    return f"({search}) AND {days}"


def next_page(client: Client, service: str, progress: Progress) -> None:
    """Fetch one page more and note it in ``progress``.

    Raises
    ------
    ServiceError
        If the service gives no usable answer; ``progress`` is then as it was.
    """
    (_europe_pmc if service == EUROPE_PMC else _pubmed)(client, progress)


def _europe_pmc(client: Client, progress: Progress) -> None:
    asked = {
        "query": progress.query,
        "resultType": "lite",
        "format": "json",
        "pageSize": str(PAGE),
        "cursorMark": progress.cursor or _FIRST,
    }
    body = client.fetch(EUROPE_PMC, client.address(EUROPE_PMC, "search", asked), _europe_pmc_page)
    if body is None:
        raise ServiceError(EUROPE_PMC, "it answered with status 404")
    total, following, listed = body
    progress.total = total
    progress.listed += listed
    # The last page gives its own cursor again, or none.
    progress.cursor = following if listed and following and following != progress.cursor else None


def _europe_pmc_page(body: Any) -> tuple[int, str, list[Listed]]:
    found = [_of_europe_pmc(item) for item in body["resultList"]["result"]]
    return int(body["hitCount"]), str(body.get("nextCursorMark") or ""), found


def _of_europe_pmc(item: dict[str, Any]) -> Listed:
    source = str(item.get("source") or "")
    authors = str(item.get("authorString") or "")
    return Listed(
        EUROPE_PMC,
        f"{source}-{item['id']}",
        normal_doi(str(item.get("doi") or "")),
        str(item.get("pmid") or ""),
        _title(item.get("title")),
        _family(authors.partition(",")[0].rstrip(".")),
        str(item.get("pubYear") or ""),
        str(item.get("journalTitle") or ""),
        source == "PPR",
    )


def _pubmed(client: Client, progress: Progress) -> None:
    start = 0 if progress.cursor in (None, _FIRST) else int(progress.cursor)
    asked = {"db": "pubmed", "term": progress.query, "retmode": "json", "retmax": str(PAGE), "retstart": str(start)}
    answer = client.fetch(PUBMED, client.address(PUBMED, "esearch.fcgi", asked), _pubmed_page)
    if answer is None:
        raise ServiceError(PUBMED, "it answered with status 404")
    total, numbers = answer
    if total > _PUBMED_LIMIT:
        reason = f"it lists {total:,} works and shows {_PUBMED_LIMIT:,}; run the search more often, or narrow it"
        raise ServiceError(PUBMED, reason)
    listed = summaries(client, numbers) if numbers else []
    progress.total = total
    progress.listed += listed
    following = start + len(numbers)
    progress.cursor = str(following) if numbers and following < total else None


def _pubmed_page(body: Any) -> tuple[int, list[str]]:
    result = body["esearchresult"]
    if "ERROR" in result:
        raise ValueError(result["ERROR"])
    return int(result["count"]), [str(number) for number in result["idlist"]]


def summaries(client: Client, numbers: Iterable[str]) -> list[Listed]:
    """Title, author and identifiers of works by their numbers in PubMed. Raises ``ServiceError``."""
    wanted = list(numbers)
    asked = {"db": "pubmed", "id": ",".join(wanted), "retmode": "json"}
    found = client.fetch(PUBMED, client.address(PUBMED, "esummary.fcgi", asked), lambda body: body["result"])
    if found is None:
        raise ServiceError(PUBMED, "it answered with status 404")
    return [_of_pubmed(number, found.get(number) or {}) for number in wanted]


def _of_pubmed(number: str, item: dict[str, Any]) -> Listed:
    identifiers = {i.get("idtype"): str(i.get("value") or "") for i in item.get("articleids") or []}
    authors = [str(author.get("name") or "") for author in item.get("authors") or []]
    return Listed(
        PUBMED,
        number,
        normal_doi(identifiers.get("doi", "")),
        number,
        _title(item.get("title")),
        _family(authors[0]) if authors else "",
        str(item.get("pubdate") or "")[:4],
        str(item.get("fulljournalname") or item.get("source") or ""),
        "Preprint" in (item.get("pubtype") or []),
    )


def _title(text: Any) -> str:
    """The title in plain text; one that a spreadsheet would take for a formula stands in quotation marks."""
    plain = " ".join(without_tags(str(text or "")).split()).rstrip(".")
    return f"“{plain}”" if plain.startswith(("=", "+", "-", "@")) else plain or _NO_TITLE


def _family(name: str) -> str:
    """Family name of an author who is written with initials behind it."""
    family, _, initials = name.strip().rpartition(" ")
    return family if family and initials.isupper() and len(initials) <= 4 else name.strip()
