"""One canonical layout for a .bib file, which loses nothing.

``@string`` and ``@preamble`` blocks come first in their order, then the entries by key; a ``crossref`` parent follows
its children, as BibTeX requires. A comment goes with the block that it stands directly above; one that a blank line
parts from what follows stays at the head of the file. Values keep their LaTeX, their ``@string`` names and their
``#``; only the white space in them, which has no meaning, is made single.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from resistance.diagnostics import Finding
from resistance.references.bibtex import RawBlock, parse_value, split_blocks
from resistance.references.files import decode, read_text, write_atomically
from resistance.references.library import BIB_PATH, parse_library
from resistance.references.rules import BY_NAME
from resistance.references.snapshot import SNAPSHOT_PATH, parse_snapshot, render

FIELD_ORDER = (
    *("author", "editor", "title", "journal", "booktitle", "crossref", "year", "month", "volume", "number", "series"),
    *("edition", "chapter", "pages", "eid", "publisher", "school", "institution", "organization", "address"),
    *("howpublished", "doi", "pmid", "pmcid", "eprint", "archiveprefix", "eprinttype", "primaryclass", "isbn", "issn"),
    *("url", "urldate", "status", "note"),
)
_RANK = {name: rank for rank, name in enumerate(FIELD_ORDER)}
# Faults that do not hinder reading the file as it is meant.
_HARMLESS = {BY_NAME[name].code for name in ("unknown-entry-type", "undefined-string", "crossref-unknown")}
_PARAGRAPH = re.compile(r"\n[ \t]*\n")


class FormatError(ValueError):
    """A file that cannot be formatted without loss; ``findings`` say why."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


@dataclass
class _Piece:
    """A block with the comments that go with it."""

    block: RawBlock | None
    comments: list[RawBlock] = field(default_factory=list)


def format_bib(text: str, path: str = BIB_PATH) -> str:
    """The canonical layout of a .bib file.

    Parameters
    ----------
    text : the file, with LF line ends
    path : how the file is named in findings

    Raises
    ------
    FormatError
        If the file does not parse, has a key or a field twice, or would not read the same afterwards.
    """
    findings = [f for f in parse_library(text, path).findings if f.code not in _HARMLESS]
    if findings:
        raise FormatError(findings)
    head, pieces, tail = _gather(text)
    parents = {_target(piece.block) for piece in pieces}
    entries = [piece for piece in pieces if piece.block.kind == "entry"]
    entries.sort(key=lambda piece: (piece.block.key.lower() in parents, piece.block.key.casefold(), piece.block.key))
    ordered = [piece for piece in pieces if piece.block.kind != "entry"] + entries
    blocks = [_comments(group) for group in head]
    blocks += ["\n".join(filter(None, (_comments(piece.comments), _block(piece.block)))) for piece in ordered]
    blocks += [_comment(comment) for comment in tail]
    formatted = "".join(f"{block}\n\n" for block in blocks)[:-1]
    if content(formatted) != content(text):
        message = "the file would not read the same after formatting; nothing was changed"
        raise FormatError([Finding.of(BY_NAME["parse-error"], path, 1, message, "Report this with the file")])
    return formatted


def _gather(text: str) -> tuple[list[list[RawBlock]], list[_Piece], list[RawBlock]]:
    """Comments at the head in groups, blocks with the comments above them, and comments at the end."""
    head: list[list[RawBlock]] = []
    pieces: list[_Piece] = []
    waiting: list[RawBlock] = []
    end = 0
    for block in _split_remarks(split_blocks(text)):
        parted = bool(_PARAGRAPH.search(text[end : block.start]))
        if not pieces and waiting and parted:
            head.append(waiting)
            waiting = []
        end = block.end
        if block.kind in ("comment", "remark"):
            waiting.append(block)
        else:
            pieces.append(_Piece(block, waiting))
            waiting = []
    return head, pieces, waiting


def _split_remarks(blocks: Iterable[RawBlock]) -> Iterable[RawBlock]:
    """Text between blocks, parted at its blank lines: the paragraphs need not belong together."""
    for block in blocks:
        if block.kind != "remark":
            yield block
            continue
        for match in re.finditer(r"\S.*?(?=\n[ \t]*\n|\Z)", block.value, re.DOTALL):
            start = block.start + match.start()
            paragraph = match[0].rstrip()
            yield RawBlock("remark", start, start + len(paragraph), block.line, paragraph, value=paragraph)


def _target(block: RawBlock) -> str:
    """Key of the entry's ``crossref`` parent, lower case; empty if it has none."""
    source = next((f.source for f in block.fields if f.name == "crossref"), "")
    return "".join(part.text for part in parse_value(source) or []).strip().lower()


def _comments(blocks: list[RawBlock]) -> str:
    """Comments one below the other, with the blank lines that parted paragraphs of text."""
    shown = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        gap = "" if before is None else "\n\n" if before.kind == block.kind == "remark" else "\n"
        shown += gap + _comment(block)
    return shown


def _comment(block: RawBlock) -> str:
    if block.kind == "remark":
        return "\n".join(line.rstrip() for line in block.value.split("\n"))
    return f"@comment{{{block.value}}}"


def _block(block: RawBlock) -> str:
    match block.kind:
        case "string":
            return f"@string{{{block.key} = {value_source(block.value)}}}"
        case "preamble":
            return f"@preamble{{{value_source(block.value)}}}"
    return entry_source(block.type, block.key, {f.name: f.source for f in block.fields})


def entry_source(entry_type: str, key: str, fields: dict[str, str]) -> str:
    """An entry in the canonical layout.

    Parameters
    ----------
    entry_type, key : as in ``@type{key,``
    fields : value of each field with its braces, as :func:`value_source` accepts it
    """
    ordered = sorted(fields, key=lambda name: (_RANK.get(name, len(_RANK)), name))
    lines = [f"  {name} = {value_source(fields[name])},\n" for name in ordered]
    return f"@{entry_type}{{{key},\n{''.join(lines)}}}"


def value_source(source: str) -> str:
    """A value in the canonical layout: in braces, unless it uses an ``@string`` name or ``#``."""
    parts = parse_value(source)
    if parts is None:
        return source
    if len(parts) == 1 and not parts[0].is_name:
        return f"{{{_single_spaced(parts[0].text)}}}"
    return " # ".join(part.text if part.is_name else f"{{{_inner(part.text)}}}" for part in parts)


def _single_spaced(text: str) -> str:
    """``text`` with single spaces; text of several paragraphs is left as it is."""
    return text.strip() if _PARAGRAPH.search(text.strip()) else " ".join(text.split())


def _inner(text: str) -> str:
    """A part of a concatenation: a space at its end counts."""
    return text if _PARAGRAPH.search(text) else re.sub(r"\s+", " ", text)


def content(text: str) -> tuple[object, ...]:
    """What a .bib file says, apart from its layout: equal before and after formatting."""
    entries: list[tuple[str, str, tuple[tuple[str, object], ...]]] = []
    definitions: list[tuple[str, str, object]] = []
    comments: list[str] = []
    for block in split_blocks(text):
        match block.kind:
            case "entry":
                fields = tuple(sorted((f.name, _meaning(f.source)) for f in block.fields))
                entries.append((block.type, block.key, fields))
            case "string" | "preamble":
                definitions.append((block.kind, block.key, _meaning(block.value)))
            case _:
                comments += block.value.split()
    return tuple(sorted(entries, key=lambda entry: entry[1])), tuple(definitions), tuple(sorted(comments))


def _meaning(source: str) -> object:
    """A value as BibTeX reads it, white space made single; neighbouring pieces of text are one."""
    parts = parse_value(source)
    if parts is None:
        return " ".join(source.split())
    joined: list[tuple[bool, str]] = []
    for part in parts:
        text = part.text if part.is_name else re.sub(r"\s+", " ", part.text)
        if joined and not part.is_name and not joined[-1][0]:
            joined[-1] = (False, joined[-1][1] + text)
        else:
            joined.append((part.is_name, text))
    first, last = joined[0], joined[-1]
    joined[0] = (first[0], first[1].lstrip())
    joined[-1] = (last[0], joined[-1][1].rstrip())
    return tuple(joined)


def format_snapshot(text: str, path: str = SNAPSHOT_PATH) -> str:
    """The snapshot's rows in the order of the bibliography, quotation marks only where needed.

    Raises
    ------
    FormatError
        If the file cannot be read, or holds a key twice.
    """
    snapshot = parse_snapshot(text, path)
    if snapshot.findings:
        raise FormatError(snapshot.findings)
    return render(sorted(snapshot.rows.values(), key=lambda row: (row.key.casefold(), row.key)))


def format_file(path: Path, shown: str = BIB_PATH, write: bool = True) -> list[Finding]:
    """Bring a .bib file or the snapshot into its one layout; what is wrong is returned and the file then left alone.

    Parameters
    ----------
    path : the file
    shown : how the file is named in findings
    write : replace the file (whole or not at all); if false, a file in another layout is a finding
    """
    text, findings = read_text(path, shown)
    if text is None or any(f.code == BY_NAME["not-utf-8"].code for f in findings):
        return findings
    try:
        formatted = (format_snapshot if path.suffix == ".csv" else format_bib)(text, shown)
    except FormatError as error:
        return error.findings
    # Compared as bytes, so that a byte order mark or CRLF, which formatting removes, counts as a difference.
    before = path.read_bytes()
    if before == formatted.encode("utf-8"):
        return []
    if write:
        write_atomically({path: formatted})
        return []
    line = _first_difference(decode(before, shown)[0], formatted)
    return [Finding.of(BY_NAME["not-canonical"], shown, line, "the layout differs from the canonical one from here on")]


def _first_difference(before: str, after: str) -> int:
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    return next((number for number, (old, new) in enumerate(pairs, start=1) if old != new), 1)
