"""The syntax of a .bib file: blocks with exact places, and values with their ``@string`` names and ``#``.

bibtexparser splits the file; this module adds what a check needs: exact offsets and lines, values that are read as
BibTeX reads them (concatenation included), and faults that bibtexparser passes over in silence.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ExplicitComment,
    ImplicitComment,
    Preamble,
    String,
)
from bibtexparser.splitter import Splitter

# Faults are reported as findings with their line; the library's own messages would repeat them without one.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

# What every BibTeX style defines.
MONTHS = {
    **{"jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June"},
    **{"jul": "July", "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December"},
}
_NEWLINE = re.compile(r"(\\?)\n")
_PLAIN = re.compile(r'\{([^{}]*)\}|"([^"{}]*)"|(\d+)')
# BibTeX counts a brace or quotation mark after a backslash as well, unlike bibtexparser: a file that only the latter
# can read would stop the build of the book.
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r'[{}"]')
_WORD = re.compile(r"[^\s\"#%'(),={}\\]+")
_SPACE = re.compile(r"\s*")


@dataclass
class RawField:
    """A field as written: name, value with its braces or quotes, and the line of its name and ``=``."""

    name: str
    source: str
    line: int


@dataclass
class RawBlock:
    """A block of the file and where it is; ``kind`` is entry, string, preamble, comment, remark or broken.

    A ``comment`` is an ``@comment{...}``, a ``remark`` is text between blocks.
    """

    kind: str
    start: int
    end: int
    line: int
    raw: str
    type: str = ""
    key: str = ""
    fields: list[RawField] = field(default_factory=list)
    value: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """A piece of a value: text as in braces, or the name of an ``@string``."""

    text: str
    is_name: bool = False


def split_blocks(text: str) -> Iterator[RawBlock]:
    """The blocks of a .bib file in their order.

    Parameters
    ----------
    text : the file, with LF line ends
    """
    lines = _line_table(text)
    cursor, line = 0, 1
    for block in Splitter(text).split().blocks:
        raw = block.raw or ""
        start = text.index(raw, cursor)
        line += text.count("\n", cursor, start)
        # An unclosed block is recorded with the line break that ends it.
        trimmed = raw.rstrip()
        yield _convert(block, start, line, trimmed, lines)
        cursor = start + len(trimmed)
        line += trimmed.count("\n")


def _convert(block: object, start: int, line: int, raw: str, lines: Sequence[int]) -> RawBlock:
    place = {"start": start, "end": start + len(raw), "line": line, "raw": raw}
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        block = block.ignore_error_block
    match block:
        case Entry():
            # bibtexparser gives the line of the "="; a comment above the field would count as part of its name.
            places = [lines[f.start_line] - f.key.count("\n") for f in block.fields]
            fields = [RawField(f.key.lower(), f.value, at) for f, at in zip(block.fields, places, strict=True)]
            return RawBlock("entry", **place, type=block.entry_type.lower(), key=block.key, fields=fields)
        case String():
            return RawBlock("string", **place, key=block.key, value=block.value)
        case Preamble():
            return RawBlock("preamble", **place, value=block.value.strip())
        case ExplicitComment():
            return RawBlock("comment", **place, value=block.comment)
        case ImplicitComment():
            return RawBlock("remark", **place, value=block.comment)
    error = getattr(block, "error", None)
    reason = " ".join(str(getattr(error, "abort_reason", error)).split()).rstrip(".")
    match = re.match(r"@(\w*)\s*[{(]\s*([^\s,={}()\"]*)\s*,", raw)
    kind, key = (match[1].lower(), match[2]) if match else ("", "")
    return RawBlock("broken", **place, type=kind, key=key, reason=reason)


def _line_table(text: str) -> Sequence[int]:
    """Real line for each of bibtexparser's, which start at 0: it does not count a line break after a backslash."""
    if "\\\n" not in text:
        return range(1, text.count("\n") + 2)
    lines, real = [1], 1
    for match in _NEWLINE.finditer(text):
        real += 1
        if not match[1]:
            lines.append(real)
    return lines


def parse_value(source: str) -> list[Part] | None:
    """The parts of a value joined by ``#``; ``None`` if BibTeX could not read it (a comma or a brace is missing)."""
    plain = _PLAIN.fullmatch(source)
    if plain:
        return [Part(plain[plain.lastindex or 1] or "")]
    parts: list[Part] = []
    position = 0
    while True:
        position = _skip(source, position)
        found = _part(source, position)
        if found is None:
            return None
        part, position = found
        parts.append(part)
        position = _skip(source, position)
        if position == len(source):
            return parts
        if source[position] != "#":
            return None
        position += 1


def _skip(source: str, position: int) -> int:
    match = _SPACE.match(source, position)
    return match.end() if match else position


def _part(source: str, position: int) -> tuple[Part, int] | None:
    """The part that begins at ``position``, and where it ends."""
    if position >= len(source):
        return None
    opening = source[position]
    if opening not in '{"':
        word = _WORD.match(source, position)
        return (Part(word[0], not word[0].isdigit()), word.end()) if word else None
    depth = 0
    for mark in (_BRACE if opening == "{" else _BRACE_OR_QUOTE).finditer(source, position):
        if mark[0] == '"' and (depth or mark.start() == position):
            continue
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth < 0:
            return None
        if depth == 0 and mark.start() > position and mark[0] == ("}" if opening == "{" else '"'):
            return Part(source[position + 1 : mark.start()]), mark.end()
    return None


def resolve(parts: list[Part], strings: Mapping[str, str]) -> tuple[str, list[str]]:
    """The value that ``parts`` make, and the names among them that ``strings`` does not define.

    Parameters
    ----------
    parts : from :func:`parse_value`
    strings : values of the ``@string`` names, which are lower case here as BibTeX ignores their case
    """
    unknown = [p.text for p in parts if p.is_name and p.text.lower() not in strings]
    value = "".join(strings.get(p.text.lower(), p.text) if p.is_name else p.text for p in parts)
    return value, unknown
