"""The names of drugs, genes and cancers: one entry a thing, under which every table names it.

A column whose schema has ``names`` (``drugs``, ``genes`` or ``cancers``) holds names of that vocabulary, alone or in
words: ``olaparib + bevacizumab``, ``gefitinib or erlotinib``. :meth:`Vocabulary.resolve` finds the entries of a cell
and the parts in which none is named; a part under ``plain`` in the schema (``none``, ``placebo``) needs none.
What follows the first comma of a cancer says stage and treatment, and is free.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from unicodedata import combining, normalize

from resistance.diagnostics import Finding
from resistance.evidence.cells import Row, split_list
from resistance.evidence.rules import RULES
from resistance.evidence.tables import CheckedTable

KINDS = ("drugs", "genes", "cancers")
_SEPARATORS = re.compile(
    r"[+,;/()]|\b(?:and|or|then|with or without|with|without|against|added to|before|after|once|plus)\b"
)
_FOUND = "\0"
INDEX = "index"  # the page that lists the entries of a kind
_NEAR = 3  # names that a message offers
_ALIKE = 0.8  # of a name and what may be a misspelling of it


@dataclass(frozen=True)
class Resolved:
    """Entries that a cell names, in the order of the text, each once; and the parts in which none is named."""

    entries: tuple[str, ...]
    unknown: tuple[str, ...]


class Vocabulary:
    """The entries of one kind.

    Parameters
    ----------
    kind : one of :data:`KINDS`
    rows : typed rows of its table
    """

    def __init__(self, kind: str, rows: Iterable[Row]):
        self.kind = kind
        self.entries = {row["name"]: row for row in rows}
        self._meant: dict[str, str | None] = {}  # what words may be misspellings of; most stand in many cells

    def names_of(self, entry: str) -> tuple[str, ...]:
        """Name and synonyms of an entry, those that were seen in a copy first."""
        row = self.entries[entry]
        more = [name for column in ("synonyms", "synonyms_not_seen") for name in split_list(row.get(column))]
        return (entry, *more)

    @cached_property
    def by_form(self) -> dict[str, list[str]]:
        """Entries by every form of their names; more than one is a fault."""
        found: dict[str, list[str]] = {}
        for entry in self.entries:
            for form in dict.fromkeys(map(self._form, self.names_of(entry))):
                found.setdefault(form, []).append(entry)
        return found

    def find(self, name: str) -> str | None:
        """The entry that is called ``name``."""
        return next(iter(self.by_form.get(self._form(name), ())), None)

    def resolve(self, text: str, plain: Iterable[str] = ()) -> Resolved:
        """Entries that a cell names, and the parts in which none is named."""
        allowed = set(plain)
        if text in allowed:
            return Resolved((), ())
        entries: dict[str, None] = {}

        def take(match: re.Match[str]) -> str:
            if entry := self.find(match[0]):
                entries[entry] = None
                return _FOUND
            return match[0]

        left = self._pattern.sub(take, text)
        parts = [left.partition(",")[0]] if self.kind == "cancers" else _SEPARATORS.split(left)
        unknown = [part.strip() for part in parts if _FOUND not in part and re.search(r"\w", part)]
        if self.kind == "cancers" and entries:
            unknown = []
        return Resolved(tuple(entries), tuple(part for part in unknown if part not in allowed))

    def nearest(self, text: str) -> list[str]:
        """Names that ``text`` may have been meant for, the nearest first."""
        forms = {name.lower(): name for entry in self.entries for name in self.names_of(entry)}
        return [forms[form] for form in get_close_matches(text.lower(), forms, _NEAR, 0.5)]

    def misspelt(self, text: str) -> Iterator[tuple[str, str]]:
        """Words of a text that are nearly, and not, a name of one word; with the name."""
        if self.kind == "genes":  # their symbols differ by a letter
            return
        for word in re.findall(r"[^\W\d_]{7,}", text.lower()):
            if word not in self._words:
                if word not in self._meant:
                    self._meant[word] = next(iter(get_close_matches(word, self._single_words, 1, _ALIKE)), None)
                if name := self._meant[word]:
                    yield word, name

    @cached_property
    def _single_words(self) -> list[str]:
        return [name.lower() for entry in self.entries for name in self.names_of(entry) if name.isalpha()]

    @cached_property
    def _words(self) -> frozenset[str]:
        """Words of all names."""
        return frozenset(word for form in self.by_form for word in re.findall(r"[^\W\d_]+", form.lower()))

    def _form(self, name: str) -> str:
        """How names are compared: hyphens as spaces; capitals count in symbols alone."""
        spaced = re.sub(r"[\s-]+", " ", name.strip())
        return spaced if self.kind == "genes" or spaced.isupper() else spaced.lower()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """All names, the longest first."""
        names = {name for entry in self.entries for name in self.names_of(entry)}
        if not names:
            return re.compile(r"(?!)")
        forms = sorted(names, key=lambda name: (-len(name), name))
        words = "|".join(re.sub(r"(?:\\?[\s-])+", r"[\\s-]+", re.escape(name)) for name in forms)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", 0 if self.kind == "genes" else re.IGNORECASE)


@cache
def slug(name: str) -> str:
    """A name as part of an address: small letters and digits, one hyphen for all that stands between them.

    >>> slug("CDK4/6 inhibitor"), slug("BCL2L1"), slug("non-small cell lung cancer")
    ('cdk4-6-inhibitor', 'bcl2l1', 'non-small-cell-lung-cancer')
    """
    plain = normalize("NFKD", name.lower())
    return re.sub(r"[^a-z0-9]+", "-", "".join(sign for sign in plain if not combining(sign))).strip("-")


def address(kind: str, name: str) -> str:
    """Address of an entry's page below the site's base.

    >>> address("drugs", "olaparib")
    'drugs/olaparib.html'
    """
    return f"{kind}/{slug(name)}.html"


def read_vocabularies(checked: Mapping[str, CheckedTable]) -> dict[str, Vocabulary]:
    """The vocabularies among tables that were checked; one of whose rows some have faults is left out."""
    whole = {kind: checked[kind] for kind in KINDS if kind in checked}
    return {kind: Vocabulary(kind, table.rows) for kind, table in whole.items() if table.whole and not table.findings}


def vocabulary_faults(checked: Mapping[str, CheckedTable]) -> Iterator[Finding]:
    """Names that stand for two things, references between entries that lead nowhere, and cells that name no entry."""
    books = read_vocabularies(checked)
    for book in books.values():
        yield from _doubled(book)
        yield from _same_address(book)
        yield from _lost(book, books)
    for name, table in checked.items():
        for column in table.schema.fields:
            if column.names in books:
                for row in table.rows:
                    yield from _unresolved(books[column.names], name, column.name, column.plain, row)
                    if column.control:
                        yield from _other_comparison(books[column.names], column.name, row)


def _doubled(book: Vocabulary) -> Iterator[Finding]:
    for form, entries in book.by_form.items():
        if len(entries) > 1:
            row = book.entries[entries[1]]
            message = f"{form!r} names {entries[0]!r} and {entries[1]!r}"
            yield Finding.of(RULES["EVI050"], row["_path"], row["_line"], message)


def _same_address(book: Vocabulary) -> Iterator[Finding]:
    taken = {INDEX: "the list of all entries", "": "the folder of all entries"}
    for name, row in book.entries.items():
        first = taken.setdefault(slug(name), name)
        if first != name:
            message = f"the page of {name!r} would have the address of {first!r}, {address(book.kind, name)}"
            yield Finding.of(RULES["EVI053"], row["_path"], row["_line"], message)


def _lost(book: Vocabulary, books: Mapping[str, Vocabulary]) -> Iterator[Finding]:
    for column, kind in (("class", "drugs"), ("parts", "drugs"), ("target", "genes"), ("broader", "cancers")):
        for row in book.entries.values():
            for name in split_list(row.get(column)):
                if kind in books and name not in books[kind].entries:
                    message = f"{column} of {row['name']!r} is {name!r}, which is no entry of {kind}"
                    yield Finding.of(RULES["EVI051"], row["_path"], row["_line"], message)


def _unresolved(book: Vocabulary, table: str, column: str, plain: tuple[str, ...], row: Row) -> Iterator[Finding]:
    text = row.get(column)
    if not text:
        return
    for part in book.resolve(text, plain).unknown:
        near = book.nearest(part)
        offered = f"; nearest: {', '.join(near)}" if near else ""
        message = f"{column} of row {row['id']!r}: {part!r} names no entry of {book.kind}{offered}"
        yield Finding.of(RULES["EVI052"], row["_path"], row["_line"], message)
        return
    for word, name in book.misspelt(text):
        message = f"{column} of row {row['id']!r}: {word!r} is nearly {name!r}, an entry of {book.kind}"
        yield Finding.of(RULES["EVI052"], row["_path"], row["_line"], message)


def _is_drug(book: Vocabulary, name: str) -> bool:
    """Whether an entry is one drug; a class or a regimen may be told in place of what was given."""
    return book.entries[name].get("kind") == "drug"


def _other_comparison(book: Vocabulary, column: str, row: Row) -> Iterator[Finding]:
    """A measure that names a drug after "against", while the comparison group received others."""
    measure = str(row.get("measure") or "")
    told = [name for name in book.resolve(measure.partition("against")[2]).entries if _is_drug(book, name)]
    given = set(book.resolve(str(row.get(column) or "")).entries)
    if told and given and not given & set(book.resolve(measure).entries):
        message = f"measure of row {row['id']!r} compares with {told[0]}, and {column} is {row[column]!r}"
        yield Finding.of(RULES["EVI054"], row["_path"], row["_line"], message)
