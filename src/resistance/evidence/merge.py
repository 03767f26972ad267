"""Merges two versions of a table row by row and cell by cell, as git's merge driver for these files.

Git's own way for them is to keep the lines of both sides: right for rows that are added, but of a row that one side
changed beside one that the other changed it keeps all versions, and the check finds ids that stand twice. Here a row is
one thing, found by its id, and of a row that both sides changed each cell is one.
"""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

from resistance.csv_text import RecordError, records

__all__ = ["Both", "merge_files", "merge_tables"]


@dataclass(frozen=True)
class Both:
    """A cell, or a whole row where ``column`` is empty, that both sides changed differently."""

    row: str
    column: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        place = f"{self.column} of {self.row}" if self.column else f"{self.row}, which one of them removed"
        return f"{place}: {self.ours!r} and {self.theirs!r}" if self.column else place


class _NoTable(ValueError):
    """Text that is no table with an id in its first column."""


Rows = dict[str, list[str]]


def merge_tables(base: str, ours: str, theirs: str) -> tuple[str, list[Both]]:
    """Both sides' changes of a table whose first column has its ids.

    Parameters
    ----------
    base, ours, theirs : text of the table before both, on this side and on the other

    Returns
    -------
    str
        The merged table; where both sides changed a cell differently it has that of this side.
    list of Both
        What both sides changed differently.

    Raises
    ------
    ValueError
        If a version has no ids, an id twice, or other columns than the others.
    """
    (header, before), (mine, our), (other, their) = _read(base), _read(ours), _read(theirs)
    if not mine == other == (header or mine):
        raise _NoTable("the versions have not the same columns")
    merged: Rows = {}
    conflicts: list[Both] = []
    for key in _in_order(our, their):
        row, found = _row(key, mine, before.get(key), our.get(key), their.get(key))
        conflicts += found
        if row is not None:
            merged[key] = row
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([mine, *merged.values()])
    return written.getvalue(), conflicts


def _read(text: str) -> tuple[list[str], Rows]:
    """The header and the rows by id; nothing of a file that is not there."""
    try:
        lines = [cells for _, cells in records(text)]
    except RecordError as error:
        raise _NoTable(str(error)) from None
    if not lines:
        return [], {}
    header, *rows = lines
    found = {cells[0]: cells for cells in rows}
    if len(found) < len(rows) or any(len(cells) != len(header) for cells in rows):
        raise _NoTable("a row has no id of its own, or not a cell for each column")
    return header, found


def _in_order(ours: Rows, theirs: Rows) -> list[str]:
    """Ids in the order of this side; what the other has besides comes behind the row that it follows there."""
    order = list(ours)
    last = ""
    for key in theirs:
        if key not in ours:
            order.insert(order.index(last) + 1 if last in order else 0, key)
        last = key
    return order


def _row(
    key: str, header: list[str], before: list[str] | None, ours: list[str] | None, theirs: list[str] | None
) -> tuple[list[str] | None, list[Both]]:
    """The row as both sides want it, None if it goes, and what they do not agree on."""
    if ours == theirs or theirs == before:
        return ours, []
    if ours == before:
        return theirs, []
    if ours is None or theirs is None:
        return ours or theirs, [Both(key, "", "", "")]
    cells, conflicts = [], []
    for number, (column, mine, other) in enumerate(zip(header, ours, theirs, strict=True)):
        was = before[number] if before else None
        cells.append(other if mine == was else mine)
        if mine != other and was not in (mine, other):
            conflicts.append(Both(key, column, mine, other))
    return cells, conflicts


def merge_files(base: Path, ours: Path, theirs: Path, name: str) -> str:
    """Merge into ``ours``, as git's driver does; returns what both sides changed, or nothing (``""``).

    What is no table with ids, the contents for example, is merged line by line, both sides kept.
    """
    texts = [path.read_bytes().decode("utf-8", errors="surrogateescape") for path in (base, ours, theirs)]
    try:
        if not name.endswith(".csv"):
            raise _NoTable(name)
        merged, conflicts = merge_tables(*texts)
    except _NoTable:
        done = subprocess.run(
            ["git", "merge-file", "--quiet", "--union", str(ours), str(base), str(theirs)], check=False
        )
        return "" if done.returncode == 0 else f"{name}: git could not merge it"
    ours.write_bytes(merged.encode("utf-8", errors="surrogateescape"))
    if not conflicts:
        return ""
    changed = "\n".join(f"{name}: both sides changed {conflict}" for conflict in conflicts)
    return f"{changed}\nThe file has this side's; `git show :3:{name}` prints the other's."
