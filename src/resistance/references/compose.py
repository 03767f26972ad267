"""Makes a clean BibTeX entry, with its key, and a snapshot row of a registry's record."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from resistance.references.format import entry_source
from resistance.references.latex import escape, fold
from resistance.references.names import Name
from resistance.references.record import Record, expand_pages, status_of
from resistance.references.snapshot import Row

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(("of", "the", "and", "for", "in", "on", "de", "la", "et"))
_NOTICE_PREFIX = re.compile(r"^(?:RETRACTED|WITHDRAWN|Retracted|Withdrawn)(?: ARTICLE| Article| PAPER)?\s*:\s*")


def new_key(record: Record, taken: Collection[str]) -> str:
    """A key for a record: first author and year, with the first letter that makes it new.

    Parameters
    ----------
    record : with author and year
    taken : keys that are in use

    Raises
    ------
    ValueError
        If the record has no author or year, or all 27 keys are in use.
    """
    name = _key_name(record.authors[0]) if record.authors else ""
    if not name or not record.year:
        raise ValueError(f"the record at {record.address} has no author or no year to make a key of")
    used = {key.lower() for key in taken}
    for letter in ("", *string.ascii_lowercase):
        key = f"{name}{record.year}{letter}"
        if key.lower() not in used:
            return key
    raise ValueError(f"all keys from {name}{record.year} to {name}{record.year}z are in use")


def _key_name(name: Name) -> str:
    """The family name in ASCII letters; the initials of a group."""
    words = _WORD.findall(_ascii(name.full_family))
    if name.literal and len(words) > 1:
        return "".join(word[0].upper() for word in words if word.lower() not in _SMALL)
    return "".join(word[0].upper() + word[1:] for word in words)


def _ascii(text: str) -> str:
    """``text`` in ASCII, with its capitals: accents dropped, other letters as :func:`fold` gives them."""
    out = []
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character) or character in "'’":
            continue
        plain = character if character.isascii() else fold(character) or " "
        out.append(plain.capitalize() if character.isupper() and not character.isascii() else plain)
    return re.sub(r"[^A-Za-z]", " ", "".join(out))


def entry_fields(record: Record) -> dict[str, str]:
    """Fields of the entry for a record, LaTeX in braces, without those that the record does not give."""
    container = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}.get(record.type)
    pages, eid = expand_pages(record.pages), record.eid
    if pages and re.fullmatch(r"e\d+|\d{6,}", pages):
        pages, eid = "", pages
    values = {
        "author": " and ".join(_bibtex_name(name) for name in record.authors),
        "title": _protect(_NOTICE_PREFIX.sub("", record.title)),
        "year": record.year,
        "volume": escape(record.volume),
        "number": escape(record.number),
        "pages": escape(pages).replace("–", "--"),
        "eid": escape(eid) if not pages else "",
        "doi": record.doi,
        "pmid": record.pmid,
        "pmcid": record.pmcid,
        "isbn": record.isbn if record.type in ("book", "incollection") else "",
    }
    if container:
        values[container] = escape(record.container)
    elif record.container and record.type == "misc":
        values["howpublished"] = escape(record.container)
    if record.type in ("book", "incollection"):
        values["publisher"] = escape(record.publisher)
    elif record.type in ("phdthesis", "techreport"):
        values["school" if record.type == "phdthesis" else "institution"] = escape(record.publisher)
    if record.type == "article" and not record.volume:
        values["note"] = "online ahead of print"
    if not record.doi:
        values["note"] = "; ".join(filter(None, (values.get("note", ""), "no DOI")))
    return {name: f"{{{value}}}" for name, value in values.items() if value}


def compose_entry(record: Record, key: str, journal: str) -> str:
    """The entry for a record in the canonical layout, with its journal spelt as ``journal``."""
    return entry_source(record.type, key, entry_fields(replace(record, container=journal)))


def compose_row(record: Record, key: str, today: date) -> Row:
    """The snapshot row for a record that was seen today."""
    return Row(
        key=key,
        doi=record.doi,
        pmid=record.pmid,
        title=record.title,
        first_author=record.first_author,
        year=record.year,
        container=record.container,
        status=status_of(record.notices),
        seen_at=record.address,
        seen_on=today.isoformat(),
    )


def _bibtex_name(name: Name) -> str:
    if name.literal:
        return f"{{{escape(name.literal)}}}"
    # A single name without a comma would be read as a family name anyway, but the form check asks for braces.
    return escape(name.inverted_bibtex) if name.given else f"{{{escape(name.full_family)}}}"


def _protect(title: str) -> str:
    """A title as BibTeX: braces round words that must keep their capitals when a style lowers the rest."""
    words = [word for word in title.split()[1:] if len(word) >= 4 and word.isalpha()]
    # In a title in title case capitals do not tell names from other words.
    in_title_case = len(words) >= 4 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)
    out, end, at_start = [], 0, True
    for match in _WORD.finditer(title):
        gap = title[end : match.start()]
        at_start = at_start or bool(re.search(r"[:.?!]\s+$", gap))
        word = match[0]
        inside = any(c.isupper() for c in word[1:]) or (word[0].isupper() and any(c.isdigit() for c in word))
        proper = word[0].isupper() and not at_start and not in_title_case
        out += [escape(gap), f"{{{escape(word)}}}" if inside or proper else escape(word)]
        end, at_start = match.end(), False
    return "".join(out) + escape(title[end:])
