"""What a registry says of a work: one form for Crossref, PubMed and Europe PMC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from resistance.references.names import Name

RETRACTION, CONCERN, CORRECTION = "retraction", "expression of concern", "correction"
STATUS_OF = {RETRACTION: "retracted", CONCERN: "expression of concern", CORRECTION: "corrected"}
STATUS_RANK = {
    **{"not checked": 0, "not listed": 1, "current": 2},
    **{"corrected": 3, "expression of concern": 4, "retracted": 5},
}
# How the registries name the notices, lower case, without spaces or punctuation. A partial retraction leaves the
# rest of the work standing, and a republished work is corrected; comments and new versions are no notices.
_KINDS = {
    **dict.fromkeys(("retraction", "retractedpublication", "withdrawal", "removal", "retracted"), RETRACTION),
    **dict.fromkeys(("expressionofconcern", "concern"), CONCERN),
    **dict.fromkeys(
        (
            *("correction", "corrigendum", "erratum", "partialretraction", "correctedandrepublished", "addendum"),
            *("retractedandrepublished", "clarification", "publishederratum"),
        ),
        CORRECTION,
    ),
}


@dataclass(frozen=True)
class Notice:
    """A notice as a record names it.

    ``about_this`` is true on the work's own record (the notice is ``doi`` or ``pmid``), and false on the record of the
    notice itself (the work that it is about is ``doi`` or ``pmid``).
    """

    kind: str
    doi: str = ""
    pmid: str = ""
    about_this: bool = True

    @property
    def shown(self) -> str:
        """``retraction 10.1234/x`` as in messages."""
        where = self.doi or (f"PMID {self.pmid}" if self.pmid else "")
        return f"{self.kind} {where}".strip()


@dataclass(frozen=True)
class Record:
    """A work's record in one registry; what the registry does not give is empty."""

    registry: str
    address: str
    type: str = "article"
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    title: str = ""
    authors: tuple[Name, ...] = ()
    year: str = ""
    container: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    eid: str = ""
    publisher: str = ""
    isbn: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def first_author(self) -> str:
        """Family name of the first author, or the name of the group."""
        return self.authors[0].full_family if self.authors else ""

    def with_notices(self, more: Iterable[Notice]) -> Record:
        """The record with further notices, each one once."""
        return replace(self, notices=tuple(dict.fromkeys((*self.notices, *more))))

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Record:
        """The record that :meth:`to_json` wrote.

        Raises
        ------
        TypeError, KeyError
            If ``value`` is not such a record.
        """
        authors = tuple(Name(**name) for name in value["authors"])
        notices = tuple(Notice(**notice) for notice in value["notices"])
        return cls(**{**value, "authors": authors, "notices": notices})


def notice_kind(name: str) -> str:
    """The kind of notice that a registry's ``name`` means (``RetractionIn``, ``expression_of_concern``); else empty."""
    return _KINDS.get(re.sub(r"[^a-z]", "", name.lower()), "")


def status_of(notices: Iterable[Notice]) -> str:
    """Status that the notices about a work give it: that of the gravest, ``current`` without any."""
    found = [STATUS_OF[notice.kind] for notice in notices if notice.about_this]
    return max(found, key=STATUS_RANK.__getitem__, default="current")


def merge(records: Iterable[Record]) -> Record:
    """The first record, with what it lacks taken from the others in their order, and the notices of all.

    Raises
    ------
    ValueError
        If there is no record.
    """
    records = list(records)
    if not records:
        raise ValueError("records is empty: there is nothing to merge")
    first = records[0]
    gaps = {
        f.name: next((value for r in records[1:] if (value := getattr(r, f.name))), getattr(first, f.name))
        for f in fields(Record)
        if not getattr(first, f.name)
    }
    notices = tuple(dict.fromkeys(notice for record in records for notice in record.notices))
    return replace(first, **{**gaps, "notices": notices})


def expand_pages(pages: str) -> str:
    """A page range in full and with an en dash as BibTeX writes it: ``1616-22`` becomes ``1616--1622``."""
    match = re.fullmatch(r"\s*([A-Za-z]*)(\d+)\s*[-–]+\s*([A-Za-z]*)(\d+)\s*", pages)
    if match is None:
        return pages.strip()
    letters, first, more_letters, last = match.groups()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return f"{letters}{first}--{more_letters or letters}{last}"
