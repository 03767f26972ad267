"""Checks of a single entry: its fields are there, and each has the form that it should."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from resistance.diagnostics import Finding
from resistance.references.identifiers import is_doi, is_doi_address, is_pmcid, is_pmid, is_preprint_doi
from resistance.references.latex import compact, fold, unknown_macros
from resistance.references.library import Entry
from resistance.references.names import is_group, key_letters, parse_name, split_people
from resistance.references.rules import BY_NAME
from resistance.references.types import SHOWN, TYPES

Fault = tuple[str, int, str]  # rule name, line, message

_NO_DOI = re.compile(r"\bno DOI\b", re.IGNORECASE)
_NOT_YET_IN_A_VOLUME = re.compile(r"\b(in press|online|preprint)\b", re.IGNORECASE)
_NOT_SEEN = re.compile(r"\bnot seen:([a-z,\s]+)")
_NOT_FOUND = re.compile(r"\blooked for on (\d{4}-\d{2}-\d{2}), not found:([a-z,\s]+)")
# A search that found nothing is worth repeating: records are completed, and copies of them appear.
_SEARCH_HOLDS = timedelta(days=365)
_MAY_BE_UNSEEN = frozenset({"volume", "pages", "eid", "doi", "publisher", "given"})
_PREPRINT_SERVERS = ("arxiv", "biorxiv", "medrxiv", "chemrxiv", "research square", "preprints org", "preprints", "ssrn")
_YEAR = re.compile(r"(1[5-9]|20)\d\d", re.ASCII)
_KEY = re.compile(r"(?P<name>[A-Z][A-Za-z]*)(?P<year>\d{4})[a-z]?", re.ASCII)
_SHORT_DOI = re.compile(r"10/[a-z0-9]{3,}", re.IGNORECASE)
_ET_AL = re.compile(r"\bet\.?\s+al\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{4,}")
_CAPITALISED = re.compile(r"[A-Z][a-z]+")
_GROUP = re.compile(r"\{[^{}]*\}")
# A last word that ends in a full stop of its own: an initial, or a usual abbreviation.
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\b(?:al|etc|vs|spp?|St|Inc|Jr|Sr|\w\.\w))\.$|\.\.\.$")


def check_entry(entry: Entry, path: str, today: date) -> list[Finding]:
    """All faults of one entry that can be seen without looking at any other.

    Parameters
    ----------
    entry : the entry
    path : how the .bib file is named in findings
    today : no work can be published later than next year
    """
    faults = [fault for faults_of in _CHECKS for fault in faults_of(entry)]
    faults += [*_required(entry, today), *_authors(entry, today), *_year(entry, today)]
    return [Finding.of(BY_NAME[rule], path, line, message, item=entry.key) for rule, line, message in faults]


def is_preprint(entry: Entry) -> bool:
    """Whether the entry is a preprint: by its DOI, its archive, or the server named as its journal or publisher."""
    if is_preprint_doi(entry.text("doi").lower()):
        return True
    if entry.type != "article" and entry.text("eprint"):
        return True
    named = {fold(entry.text(n)) for n in ("journal", "howpublished", "publisher")}
    return any(server in named for server in _PREPRINT_SERVERS)


def says_no_doi(entry: Entry) -> bool:
    """Whether the entry's note says that the work has no DOI."""
    return bool(_NO_DOI.search(entry.text("note")))


def _required(entry: Entry, today: date) -> Iterator[Fault]:
    kind = TYPES.get(entry.type)
    if kind is None:
        return
    missing = [names for names in kind.required if not any(entry.raw(name) for name in names.split("|"))]
    if entry.type == "article" and (_NOT_YET_IN_A_VOLUME.search(entry.text("note")) or is_preprint(entry)):
        missing = [names for names in missing if names not in ("volume", "pages|eid")]
    sought, unseen = _not_found(entry, today), _not_seen(entry)
    missing = [names for names in missing if not sought.intersection(names.split("|"))]
    excused = [names for names in missing if unseen.intersection(names.split("|"))]
    missing = [names for names in missing if names not in excused]
    if missing:
        yield "required-field-missing", entry.line, f"the {entry.type} {entry.key} has no {_listed(missing)}"
    has_other = (entry.raw("isbn") and entry.type in ("book", "inbook")) or entry.raw("eprint")
    if kind.needs_doi and not entry.raw("doi") and not has_other and not says_no_doi(entry) and "doi" not in sought:
        if "doi" in unseen:
            excused.append("doi")
        else:
            yield "doi-missing", entry.line, f"the {entry.type} {entry.key} has no doi"
    if excused:
        line = entry.line_of("note")
        yield "field-not-seen", line, f"the {entry.type} {entry.key} has no {_listed(excused)}, as its note says"


def _listed(fields: list[str]) -> str:
    return ", ".join(names.replace("|", " or ") for names in fields)


def _not_seen(entry: Entry) -> set[str]:
    """Fields that the note says were not seen (and ``given`` names): nothing is ever filled in from memory.

    A field that was looked for and not found is one of them: when the search is too old to count, it is still unseen.
    """
    note = entry.text("note").lower()
    matches = [match[1] for match in _NOT_SEEN.finditer(note)] + [match[2] for match in _NOT_FOUND.finditer(note)]
    return set(re.findall(r"[a-z]+", " ".join(matches))) & _MAY_BE_UNSEEN


def _not_found(entry: Entry, today: date) -> set[str]:
    """Fields that the note says were looked for and not found, on a day of the past year."""
    found: set[str] = set()
    for day, fields in _NOT_FOUND.findall(entry.text("note").lower()):
        try:
            age = today - date.fromisoformat(day)
        except ValueError:
            continue
        if timedelta(0) <= age <= _SEARCH_HOLDS:
            found |= set(re.findall(r"[a-z]+", fields)) & _MAY_BE_UNSEEN
    return found


def _identifiers(entry: Entry) -> Iterator[Fault]:
    doi, line = entry.text("doi"), entry.line_of("doi")
    if doi:
        if is_doi_address(doi):
            yield "doi-as-address", line, f"{entry.key} gives its DOI as {doi}"
        elif not is_doi(doi):
            what = "is a short form that stands for a DOI" if _SHORT_DOI.fullmatch(doi) else "is not a DOI"
            yield "doi-malformed", line, f"{entry.key}: {doi!r} {what}"
        elif doi != doi.lower():
            yield "doi-upper-case", line, f"{entry.key} has capitals in its DOI {doi}"
    pmid, pmcid = entry.text("pmid"), entry.text("pmcid")
    if pmid and not is_pmid(pmid):
        yield "pmid-form", entry.line_of("pmid"), f"{entry.key}: {pmid!r} is not a PubMed identifier"
    if pmcid and not is_pmcid(pmcid):
        yield "pmcid-form", entry.line_of("pmcid"), f"{entry.key}: {pmcid!r} is not a PubMed Central identifier"


def _year(entry: Entry, today: date) -> Iterator[Fault]:
    year = entry.text("year")
    if year and not (_YEAR.fullmatch(year) and int(year) <= today.year + 1):
        yield "year-form", entry.line_of("year"), f"{entry.key}: {year!r} is not a year of publication"


def _authors(entry: Entry, today: date) -> Iterator[Fault]:
    for field in ("author", "editor"):
        raw, line = entry.raw(field) if field in entry.fields else "", entry.line_of(field)
        if _ET_AL.search(raw):
            yield "author-et-al", line, f"{entry.key} ends its {field}s in 'et al.'"
            continue
        people = entry.people if raw and raw == entry.raw("author") else split_people(raw)[0] if raw else []
        wrong = [person for person in people if not _is_inverted(person)]
        families_alone = bool(wrong) and all(_is_family_alone(person) for person in wrong)
        if families_alone and "given" in _not_found(entry, today):
            continue
        if families_alone and "given" in _not_seen(entry):
            message = f"{entry.key} has the {field} {wrong[0]!r} without given names, as its note says"
            yield "field-not-seen", entry.line_of("note"), message
        elif wrong:
            more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
            yield "author-form", line, f"{entry.key} has the {field} {wrong[0]!r}{more}"


def _is_inverted(person: str) -> bool:
    """Whether a name is ``Last, First``, ``Last, Jr, First`` or a group in braces."""
    if is_group(person):
        return True
    parts = _without_groups(person).split(",")
    return len(parts) in (2, 3) and all(part.strip() for part in parts) and ";" not in person


def _is_family_alone(person: str) -> bool:
    """Whether a name may be a family name and nothing else: no comma, and no initials after it."""
    name = parse_name(person)
    return not set(",;") & set(person) and not name.given and not name.suffix


def _without_groups(latex: str) -> str:
    """``latex`` with each group in braces replaced by one neutral character."""
    while "{" in latex:
        shorter = _GROUP.sub("\x00", latex)
        if shorter == latex:
            break
        latex = shorter
    return latex


def _title(entry: Entry) -> Iterator[Fault]:
    title, line = entry.text("title"), entry.line_of("title")
    if title.endswith(".") and not _ABBREVIATION.search(title):
        yield "title-full-stop", line, f"the title of {entry.key} ends in a full stop"
    words = _WORDS.findall(title)
    if len(words) >= 3 and all(word.isupper() for word in words):
        yield "title-all-capitals", line, f"the title of {entry.key} is in capitals"
    elif _is_title_case(entry.raw("title")) and entry.type not in ("book", "proceedings"):
        yield "title-case", line, f"the title of {entry.key} is in title case"


def _is_title_case(raw: str) -> bool:
    """Whether almost every long word outside braces, after the first of a clause, begins with a capital."""
    clauses = re.split(r"[:.?!–—]\s+", _without_groups(raw))
    words = [word for clause in clauses for word in clause.split()[1:] if len(word) >= 4 and word.isalpha()]
    capitalised = sum(bool(_CAPITALISED.fullmatch(word)) for word in words)
    return capitalised >= 4 and capitalised >= 0.75 * len(words)


def _key(entry: Entry) -> Iterator[Fault]:
    match = _KEY.fullmatch(entry.key)
    if match is None:
        yield "key-form", entry.line, f"the key {entry.key!r} is not a first author, a year and perhaps a letter"
        return
    year = entry.text("year")
    if _YEAR.fullmatch(year) and year != match["year"]:
        yield "key-disagrees", entry.line, f"the key {entry.key} says {match['year']}, its year is {year}"
        return
    first = entry.first_author
    shown = first.full_family if first else ""
    # A name with a fault of its own, or in no alphabet that a key could be made of, is not held against the key.
    if first is None or not compact(shown) or not _is_inverted(entry.people[0]):
        return
    if match["name"].lower() not in key_letters(first):
        yield "key-disagrees", entry.line, f"the key {entry.key} does not begin with its first author, {shown}"


def _tex(entry: Entry) -> Iterator[Fault]:
    for name, field in entry.fields.items():
        if "\\" in field.raw and name in SHOWN and (unknown := unknown_macros(field.raw)):
            yield (
                "tex-unknown",
                field.line,
                f"{name} of {entry.key} holds {', '.join(unknown)}, which the book cannot read",
            )


_CHECKS: tuple[Callable[[Entry], Iterator[Fault]], ...] = (_identifiers, _title, _key, _tex)
