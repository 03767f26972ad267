"""Europe PMC and PubMed on loopback, listing many works page by page, with records of the same form as theirs."""

from __future__ import annotations

import json
from typing import Any

from ..references.registries import Registries


class Listing(Registries):
    """Both services; ``europe_pmc`` and ``pubmed`` are what they list, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.europe_pmc: list[dict[str, Any]] = []
        self.pubmed: list[dict[str, Any]] = []
        self.says_more = 0  # works that Europe PMC counts and does not list

    def _answer(self, service: str, path: str, query: dict[str, str]) -> tuple[int, str, str]:
        if service == "europepmc":
            return 200, json.dumps(self._europe_pmc(query)), "application/json"
        assert service == "pubmed"
        body = self._esearch(query) if path == "esearch.fcgi" else self._esummary(query)
        return 200, json.dumps(body), "application/json"

    def _europe_pmc(self, query: dict[str, str]) -> dict[str, Any]:
        cursor = query["cursorMark"]
        start = 0 if cursor == "*" else int(cursor.removeprefix("AoE="))
        page = self.europe_pmc[start : start + int(query["pageSize"])]
        # Behind the last page the cursor stays where it is.
        following = f"AoE={start + len(page)}" if page else cursor
        total = len({item["id"] for item in self.europe_pmc}) + self.says_more
        return {"version": "6.9", "hitCount": total, "nextCursorMark": following, "resultList": {"result": page}}

    def _esearch(self, query: dict[str, str]) -> dict[str, Any]:
        start, most = int(query["retstart"]), int(query["retmax"])
        numbers = [work["uid"] for work in self.pubmed[start : start + most]]
        return {"esearchresult": {"count": str(len(self.pubmed)), "retstart": str(start), "idlist": numbers}}

    def _esummary(self, query: dict[str, str]) -> dict[str, Any]:
        wanted = query["id"].split(",")
        return {"result": {"uids": wanted, **{w["uid"]: w for w in self.pubmed if w["uid"] in wanted}}}


def europe_pmc_work(number: int, title: str = "", doi: str | None = None, **more: Any) -> dict[str, Any]:
    """A result of Europe PMC in the form ``lite``."""
    return {
        "id": str(number),
        "source": "MED",
        "pmid": str(number),
        "doi": f"10.5555/work.{number}" if doi is None else doi,
        "title": title
        or f"Outcome {number} of resistant tumours under treatment with compound {number} in cohort {number}.",
        "authorString": "Reader A, Writer B.",
        "journalTitle": "J Test",
        "pubYear": "2026",
        **more,
    }


def pubmed_work(number: int, title: str = "") -> dict[str, Any]:
    """A summary of PubMed."""
    same = europe_pmc_work(number)
    return {
        "uid": str(number),
        "title": title or same["title"],
        "pubdate": "2026 Nov",
        "source": "J Test",
        "fulljournalname": "Journal of Tests",
        "authors": [{"name": "Reader A", "authtype": "Author"}],
        "articleids": [{"idtype": "pubmed", "value": str(number)}, {"idtype": "doi", "value": same["doi"]}],
        "pubtype": ["Journal Article"],
    }
