"""Entry types that the book can print, the fields that each must have, and those that anybody is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EntryType:
    """Required fields, where ``a|b`` means either; how the type is called in RIS and CSL-JSON."""

    required: tuple[str, ...]
    ris: str
    csl: str
    needs_doi: bool = False


TYPES: dict[str, EntryType] = {
    "article": EntryType(
        ("author", "title", "journal", "year", "volume", "pages|eid"), "JOUR", "article-journal", needs_doi=True
    ),
    "book": EntryType(("author|editor", "title", "publisher", "year"), "BOOK", "book", needs_doi=True),
    "incollection": EntryType(("author", "title", "booktitle", "publisher", "year"), "CHAP", "chapter", needs_doi=True),
    "inbook": EntryType(("author|editor", "title", "publisher", "year"), "CHAP", "chapter", needs_doi=True),
    "inproceedings": EntryType(("author", "title", "booktitle", "year"), "CPAPER", "paper-conference", needs_doi=True),
    "proceedings": EntryType(("title", "year"), "CONF", "book"),
    "phdthesis": EntryType(("author", "title", "school", "year"), "THES", "thesis"),
    "mastersthesis": EntryType(("author", "title", "school", "year"), "THES", "thesis"),
    "techreport": EntryType(("author", "title", "institution", "year"), "RPRT", "report"),
    "manual": EntryType(("title", "year"), "BOOK", "book"),
    "booklet": EntryType(("title", "year"), "PAMP", "pamphlet"),
    "unpublished": EntryType(("author", "title", "note"), "UNPB", "manuscript"),
    "dataset": EntryType(("author", "title", "year", "doi|url"), "DATA", "dataset"),
    "software": EntryType(("author", "title", "year", "doi|url"), "COMP", "software"),
    "online": EntryType(("title", "year", "url|doi"), "ELEC", "webpage"),
    "misc": EntryType(("title", "year", "doi|url|eprint|howpublished"), "GEN", "document"),
}

# Fields whose text stands on a page or in a file for a reference manager; of the others only the source is kept.
SHOWN = frozenset(
    [
        *("abstract", "address", "author", "booktitle", "edition", "editor", "eid", "howpublished", "institution"),
        *("journal", "month", "note", "number", "organization", "pages", "publisher", "school", "series", "title"),
        *("volume", "year"),
    ]
)
