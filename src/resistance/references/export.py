"""References for a reference manager: BibTeX, RIS and CSL-JSON of any set of entries, as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from resistance.references.bibtex import MONTHS
from resistance.references.format import entry_source
from resistance.references.library import Entry
from resistance.references.names import Name, parse_names
from resistance.references.types import TYPES

_OTHER = ("GEN", "document")
_CONTAINERS = ("journal", "booktitle", "series")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS.values(), start=1)}
_PUBLISHERS = ("publisher", "school", "institution", "organization", "howpublished")
# Fields that steer BibTeX or the checks and mean nothing to others.
_OWN_FIELDS = frozenset({"crossref", "status"})


def to_bibtex(entries: Iterable[Entry]) -> str:
    """BibTeX that stands alone: ``@string`` names and ``crossref`` are replaced by what they stand for."""
    return "\n".join(_bibtex(entry) for entry in entries)


def _bibtex(entry: Entry) -> str:
    names = [name for name in entry.field_names if name not in _OWN_FIELDS]
    return entry_source(entry.type, entry.key, {name: f"{{{entry.raw(name)}}}" for name in names}) + "\n"


def to_ris(entries: Iterable[Entry]) -> str:
    """RIS, one record an entry, with the CRLF line ends of its specification."""
    return "".join(f"{tag}  - {value}\r\n" for entry in entries for tag, value in _ris(entry))


def _ris(entry: Entry) -> Iterator[tuple[str, str]]:
    """Tags and values of one record."""
    kind = TYPES.get(entry.type)
    yield "TY", kind.ris if kind else _OTHER[0]
    yield "ID", entry.key
    for tag, field in (("AU", "author"), ("ED", "editor")):
        for name in people(entry, field):
            yield tag, name.inverted
    first, last = page_range(entry)
    year, month = entry.text("year"), _month(entry)
    values = [
        ("TI", entry.text("title")),
        ("T2", _first(entry, _CONTAINERS)),
        ("PY", year),
        ("DA", f"{year}/{month:02d}" if year and month else ""),
        ("VL", entry.text("volume")),
        ("IS", entry.text("number")),
        ("SP", first),
        ("EP", last),
        ("ET", entry.text("edition")),
        ("PB", _first(entry, _PUBLISHERS)),
        ("CY", entry.text("address")),
        ("SN", entry.text("issn") or entry.text("isbn")),
        ("DO", entry.text("doi")),
        ("AN", f"PMID:{entry.text('pmid')}" if entry.text("pmid") else ""),
        ("C2", entry.text("pmcid")),
        ("UR", _address(entry)),
        ("AB", entry.text("abstract")),
        ("N1", entry.text("note")),
    ]
    yield from ((tag, value) for tag, value in values if value)
    yield "ER", ""


def to_csl_json(entries: Iterable[Entry]) -> str:
    """CSL-JSON (schema 1.0.2), an array with one item an entry."""
    return json.dumps([csl_item(entry) for entry in entries], ensure_ascii=False, indent=2) + "\n"


def csl_item(entry: Entry) -> dict[str, Any]:
    """One entry as a CSL-JSON item; empty fields are left out."""
    kind = TYPES.get(entry.type)
    first, last = page_range(entry)
    item: dict[str, Any] = {
        "id": entry.key,
        "type": kind.csl if kind else _OTHER[1],
        "title": entry.text("title"),
        "author": [_csl_name(name) for name in people(entry, "author")],
        "editor": [_csl_name(name) for name in people(entry, "editor")],
        "container-title": _first(entry, ("journal", "booktitle")),
        "collection-title": entry.text("series"),
        "issued": _issued(entry),
        "volume": entry.text("volume"),
        "issue": entry.text("number"),
        "page": f"{first}-{last}" if last else first,
        "edition": entry.text("edition"),
        "publisher": _first(entry, _PUBLISHERS),
        "publisher-place": entry.text("address"),
        "DOI": entry.text("doi"),
        "PMID": entry.text("pmid"),
        "PMCID": entry.text("pmcid"),
        "ISBN": entry.text("isbn"),
        "ISSN": entry.text("issn"),
        "URL": _address(entry),
        "abstract": entry.text("abstract"),
        "note": entry.text("note"),
    }
    return {name: value for name, value in item.items() if value}


def people(entry: Entry, field: str) -> list[Name]:
    """Authors or editors, without the ``others`` of a list that was cut."""
    return parse_names(entry.raw(field))[0] if entry.raw(field) else []


def _csl_name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}


def page_range(entry: Entry) -> tuple[str, str]:
    """First and last page; an article number counts as the first page."""
    pages = entry.text("pages") or entry.text("eid")
    # Only a range is parted: an article number such as e-102 has one hyphen and no page on either side.
    match = re.fullmatch(r"(\S*\d\S*?)\s*(?:--+|[–—]|-)\s*(\S*\d\S*)", pages)
    return (match[1], match[2]) if match and entry.text("pages") else (pages, "")


def _issued(entry: Entry) -> dict[str, list[list[int]]]:
    year = entry.text("year")
    if not year.isdigit():
        return {}
    month = _month(entry)
    return {"date-parts": [[int(year), month] if month else [int(year)]]}


def _month(entry: Entry) -> int:
    """Number of the month; 0 if there is none or it is written in a way of its own."""
    month = entry.text("month").lower()
    if month.isdigit() and 1 <= int(month) <= 12:
        return int(month)
    return _MONTH_NUMBERS.get(MONTHS.get(month, month).lower(), 0)


def _first(entry: Entry, names: Iterable[str]) -> str:
    return next((text for name in names if (text := entry.text(name))), "")


def _address(entry: Entry) -> str:
    doi = entry.text("doi")
    return entry.text("url") or (f"https://doi.org/{doi}" if doi else "")
