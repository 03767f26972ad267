"""Reads ``references.bib`` into typed entries that know their lines; faults of the file become findings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from resistance.diagnostics import Finding, conflict_fault
from resistance.references.bibtex import MONTHS, RawBlock, RawField, parse_value, resolve, split_blocks
from resistance.references.files import read_text
from resistance.references.latex import to_unicode, verbatim
from resistance.references.names import Name, parse_name, split_people
from resistance.references.rules import BY_NAME
from resistance.references.types import TYPES

BIB_PATH = "references.bib"

_FIELD_NAME = re.compile(r"[a-z][\w+.:/-]*", re.ASCII)
_KEY = re.compile(r"[^\s\"#%'(),={}\\~]+")
# What is left over when a brace is closed too early: more fields, or a closing brace on its own.
_LEFT_OVER = re.compile(r"[\s,]*(\}|[\w-]+\s*=\s*[{\"\w])")
# "@ article{Key," or "@article" and a brace on the next line: BibTeX reads both, bibtexparser neither.
_GAP = re.compile(r"(?m)^[^%\n]*?(@\s*\w+\s*[{(])\s*([^\s,={}()\"]+)\s*,")
VERBATIM = frozenset({"doi", "url", "eprint", "pmid", "pmcid", "isbn", "issn", "crossref", "file"})
_NOT_INHERITED = frozenset(
    {"title", "crossref", "doi", "pmid", "pmcid", "eprint", "note", "status", "pages", "eid", "author", "url"}
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``raw`` is its LaTeX with ``@string`` names replaced, ``source`` what stands in the file."""

    raw: str
    source: str
    line: int


@dataclass(eq=False)
class Entry:
    """One work. Compare and print with :meth:`text` (Unicode); write BibTeX with :meth:`raw` (LaTeX)."""

    key: str
    type: str
    line: int
    fields: dict[str, Field]
    parent: Entry | None = field(default=None, repr=False)

    def raw(self, name: str) -> str:
        """LaTeX of a field, from the ``crossref`` parent where the entry lacks it; empty if there is none."""
        own = self.fields.get(name)
        if own is not None:
            return own.raw
        if self.parent is None or name in _NOT_INHERITED:
            return ""
        if name == "booktitle":
            return self.parent.raw("booktitle") or self.parent.raw("title")
        return self.parent.raw(name)

    def text(self, name: str) -> str:
        """Unicode text of a field, one line; empty if there is none. Identifiers are taken as they stand."""
        raw = self.raw(name)
        return verbatim(raw) if name in VERBATIM else to_unicode(raw)

    def line_of(self, *names: str) -> int:
        """Line of the first of these fields that the entry has, else of the entry."""
        return next((self.fields[n].line for n in names if n in self.fields), self.line)

    @cached_property
    def people(self) -> list[str]:
        """Authors in order, as written; the editors for a work that has editors only."""
        return split_people(self.raw("author") or self.raw("editor"))[0]

    @property
    def authors(self) -> list[Name]:
        """Authors in order; the editors for a work that has editors only."""
        return [parse_name(person) for person in self.people]

    @cached_property
    def first_author(self) -> Name | None:
        """The first of :attr:`authors`; ``None`` if there is nobody. Cheaper than all of them."""
        return parse_name(self.people[0]) if self.people else None

    @property
    def field_names(self) -> list[str]:
        """Names of all fields, inherited ones last."""
        inherited = self.parent.field_names if self.parent else []
        more = [n for n in inherited if n not in self.fields and n not in _NOT_INHERITED]
        if self.parent and "booktitle" not in self.fields and "booktitle" not in more and self.raw("booktitle"):
            more.append("booktitle")
        return [*self.fields, *more]


@dataclass
class Library:
    """A bibliography as read.

    ``entries`` are those that can be used, in file order; ``broken`` are keys that the file has but that cannot be
    read, so that a citation of one is not reported a second time. ``readable`` is false if there is no such file.
    """

    path: str
    entries: list[Entry] = field(default_factory=list)
    strings: dict[str, str] = field(default_factory=lambda: dict(MONTHS))
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    readable: bool = True

    @cached_property
    def by_key(self) -> dict[str, Entry]:
        """Entries by key."""
        return {entry.key: entry for entry in self.entries}

    def fault(self, rule: str, line: int, message: str, remedy: str | None = None) -> None:
        """Record a finding about this file."""
        self.findings.append(Finding.of(BY_NAME[rule], self.path, line, message, remedy))


def read_library(path: Path, shown: str = BIB_PATH) -> Library:
    """Read a .bib file; never raises for what is in it.

    Parameters
    ----------
    path : the file
    shown : how the file is named in findings
    """
    text, findings = read_text(path, shown)
    library = parse_library(text or "", shown)
    library.findings = findings + library.findings
    library.readable = text is not None
    return library


@lru_cache(maxsize=2)
def _blocks(text: str) -> tuple[RawBlock, ...]:
    """The blocks of a file, which nothing below changes: one process asks for the same file several times."""
    return tuple(split_blocks(text))


def parse_library(text: str, shown: str = BIB_PATH) -> Library:
    """Read BibTeX text with LF line ends; see :func:`read_library`."""
    library = Library(shown)
    seen: dict[str, int] = {}
    previous: Entry | None = None
    for block in _blocks(text):
        match block.kind:
            case "broken":
                library.fault("parse-error", block.line, _describe(block))
                library.broken.add(block.key)
            case "string":
                _define(library, block)
            case "preamble" if parse_value(block.value) is None:
                library.fault("parse-error", block.line, "the value of @preamble cannot be read")
            case "remark":
                _read_remark(library, block)
                if previous is not None and _LEFT_OVER.match(block.value):
                    _closed_too_early(library, previous, block)
            case "entry":
                previous = _add_entry(library, block, seen)
                continue
        previous = None
    _link_parents(library)
    return library


def _read_remark(library: Library, block: RawBlock) -> None:
    """Text between entries that is none: marks of a merge, and entries that the splitter does not know as such."""
    mark = conflict_fault(block.raw)
    if mark and not any(finding.code == BY_NAME["conflict-mark"].code for finding in library.findings):
        line, message = mark
        library.fault("conflict-mark", block.line + line - 1, message)
    for match in _GAP.finditer(block.raw):
        line = block.line + block.raw.count("\n", 0, match.start(1))
        written = " ".join(match[1].split())
        library.fault("gap-round-type", line, f"the entry {match[2]!r} begins with {written!r}")
        library.broken.add(match[2])


def _describe(block: RawBlock) -> str:
    name = f"the entry {block.key!r}" if block.key else f"the block @{block.type}" if block.type else "the block"
    return f"{name} cannot be read: {block.reason[:1].lower()}{block.reason[1:]}"


def _define(library: Library, block: RawBlock) -> None:
    parts = parse_value(block.value)
    if parts is None:
        library.fault("parse-error", block.line, f"the value of @string {block.key!r} cannot be read")
        return
    value, unknown = resolve(parts, library.strings)
    for name in unknown:
        library.fault("undefined-string", block.line, f"@string {block.key!r} uses {name!r}, which is not defined")
    library.strings[block.key.lower()] = value


def _closed_too_early(library: Library, entry: Entry, block: RawBlock) -> None:
    message = f"the entry {entry.key!r} is closed too early: this stands outside it"
    library.fault("parse-error", block.line, message)
    library.broken.add(entry.key)
    library.entries.remove(entry)


def _add_entry(library: Library, block: RawBlock, seen: dict[str, int]) -> Entry | None:
    if not _KEY.fullmatch(block.key):
        library.fault("parse-error", block.line, f"{block.key!r} is not a key: the entry @{block.type} needs one word")
        return None
    # BibTeX ignores the case of keys, so two that differ in case alone are one.
    first = seen.setdefault(block.key.lower(), block.line)
    if first != block.line:
        library.fault("duplicate-key", block.line, f"the key {block.key!r} stands already on line {first}")
        return None
    if block.type not in TYPES:
        message = f"@{block.type} is not an entry type of this book; the types are {', '.join(TYPES)}"
        library.fault("unknown-entry-type", block.line, message)
    fields = _fields(library, block)
    if fields is None:
        library.broken.add(block.key)
        return None
    entry = Entry(block.key, block.type, block.line, fields)
    library.entries.append(entry)
    return entry


def _fields(library: Library, block: RawBlock) -> dict[str, Field] | None:
    """Fields by name, or ``None`` if one of them cannot be read."""
    fields: dict[str, Field] = {}
    readable = True
    for raw in block.fields:
        parts = parse_value(raw.source) if _FIELD_NAME.fullmatch(raw.name) else None
        if parts is None:
            library.fault("parse-error", raw.line, _field_fault(block, raw))
            readable = False
            continue
        if raw.name in fields:
            message = f"{block.key} has {raw.name} already on line {fields[raw.name].line}"
            library.fault("duplicate-field", raw.line, message)
            continue
        value, unknown = resolve(parts, library.strings)
        for name in unknown:
            message = f"{block.key} uses the name {name!r} in {raw.name}, which no @string defines"
            library.fault("undefined-string", raw.line, message)
        fields[raw.name] = Field(" ".join(value.split()), raw.source, raw.line)
    return fields if readable else None


def _field_fault(block: RawBlock, raw: RawField) -> str:
    if raw.name.startswith("%"):
        return f"{block.key} has a comment between its fields, where BibTeX does not allow one"
    if not _FIELD_NAME.fullmatch(raw.name):
        shown = " ".join(raw.name.split())
        return f"{block.key} has {shown[:40]!r} where the name of a field should stand"
    return (
        f"the value of {raw.name} in {block.key} cannot be read: "
        "a comma is missing after it, or a brace or quotation mark in it is not balanced"
    )


def _link_parents(library: Library) -> None:
    by_key = {entry.key.lower(): entry for entry in library.entries}
    broken = {key.lower() for key in library.broken}
    for entry in library.entries:
        target = entry.text("crossref").lower() if "crossref" in entry.fields else ""
        if not target or target in broken:
            continue
        parent = by_key.get(target)
        if parent is None or parent is entry or "crossref" in parent.fields:
            line = entry.line_of("crossref")
            message = f"{entry.key} names {entry.text('crossref')!r} in crossref, which is not a parent entry"
            library.fault("crossref-unknown", line, message)
        else:
            entry.parent = parent


def keys(path: Path) -> frozenset[str]:
    """All keys that a .bib file defines, those of entries with faults included."""
    library = read_library(path)
    return frozenset(library.by_key) | library.broken


def find_entries(library: Library, wanted: Iterable[str]) -> list[Entry]:
    """Entries with the given keys, in file order; keys that are not there are left out."""
    chosen = set(wanted)
    return [entry for entry in library.entries if entry.key in chosen]
