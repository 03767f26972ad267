"""Merges two versions of the bibliography or its snapshot work by work, as git's merge driver for these files.

Git compares lines. Two branches that each add a work at the same place would conflict although neither touched what
the other did, and entries share so many lines that keeping both sides would mix them. Here an entry or a row is one
thing: what one side added, changed or removed is taken, and only a work that both changed differently is a conflict.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from resistance.references.bibtex import split_blocks
from resistance.references.format import FormatError, format_bib, format_snapshot

_REST = ""  # key of all that is not an entry or a row: comments, strings, the header


class MergeConflict(ValueError):
    """Works that both sides changed differently; ``keys`` names them."""

    def __init__(self, keys: list[str]):
        self.keys = keys
        super().__init__(", ".join(keys))


def merge_text(base: str, ours: str, theirs: str, snapshot: bool) -> str:
    """Both sides' changes of a .bib file, or of the snapshot's CSV, in the canonical layout.

    Raises
    ------
    MergeConflict
        If both sides changed a work differently.
    FormatError
        If the result cannot be read.
    """
    split = _rows if snapshot else _entries
    merged = _merge(split(base), split(ours), split(theirs))
    rest = merged.pop(_REST, "")
    if snapshot:
        return format_snapshot("".join([rest, *merged.values()]))
    return format_bib("\n\n".join(filter(None, [rest, *merged.values()])) + "\n")


def _merge(base: Mapping[str, str], ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    merged: dict[str, str] = {}
    conflicts = []
    for key in {**ours, **theirs}:
        before, mine, other = base.get(key), ours.get(key), theirs.get(key)
        if mine == other or other == before:
            chosen = mine
        elif mine == before:
            chosen = other
        else:
            conflicts.append(key or "the text between the works")
            continue
        if chosen is not None:
            merged[key] = chosen
    if conflicts:
        raise MergeConflict(conflicts)
    return merged


def _entries(text: str) -> dict[str, str]:
    """Text of each entry by its key, and of all the rest."""
    found: dict[str, str] = {}
    rest, end = [], 0
    for block in split_blocks(text):
        if block.kind == "entry" and block.key not in found:
            rest.append(text[end : block.start].strip())
            found[block.key] = text[block.start : block.end]
            end = block.end
    rest.append(text[end:].strip())
    return {_REST: "\n\n".join(filter(None, rest)), **found}


def _rows(text: str) -> dict[str, str]:
    """Each row by its key, as it stands; the header is the rest."""
    found: dict[str, str] = {}
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""))):
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\n").writerow(cells)
        found.setdefault(cells[0] if number and cells else _REST, line.getvalue())
    return found


def merge_files(base: Path, ours: Path, theirs: Path, name: str) -> str:
    """Merge into ``ours``, as git's driver does; returns what is wrong, in one line, or nothing (``""``)."""
    texts = [path.read_text(encoding="utf-8") for path in (base, ours, theirs)]
    try:
        ours.write_text(merge_text(*texts, snapshot=name.endswith(".csv")), encoding="utf-8", newline="\n")
    except MergeConflict as conflict:
        return f"{name}: both sides changed {conflict}"
    except FormatError as error:
        return str(error)
    return ""
