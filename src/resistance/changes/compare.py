"""Compares two versions: every change of a claim, a row or a work, and nothing that is the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from resistance.changes.version import CLAIMS, WORKS, Cells, Version

# What says how a claim stands, in the order in which a reader asks; the words are those of the report.
_STANDING = {"level": "level", "confidence": "stars", "direction": "direction"}
# The sides on which rows stand, and the sentence that weighs them.
_BALANCE = ("needs", "adds", "against", "balance")
_REST = ("claim", "chapter", "sources", "supersedes")
_LISTS = {"needs", "adds", "against", "sources"}
# When and where a record was last looked up is no change of the work.
_LOOKED_UP = {"status", "seen_at", "seen_on", "listed_on", "notice", "notice_on"}
# From one of these to another a record was looked up, and nothing was found.
_UNMARKED = {"not checked", "not listed", "current"}


@dataclass(frozen=True)
class Moved:
    """What changed of one thing: ``changes`` are (what, before, after) in the order of the columns."""

    name: str
    row: Cells
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Sorted:
    """Things of one kind that were added, withdrawn and changed, each in the order of the names."""

    added: list[Moved] = field(default_factory=list)
    withdrawn: list[Moved] = field(default_factory=list)
    changed: list[Moved] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.withdrawn or self.changed)


@dataclass
class Difference:
    """What differs from ``before`` to ``after``.

    ``claims_moved`` changed in level, stars, direction or balance; ``claims.changed`` in words, page or sources only.
    ``works_marked`` became corrected, of concern or retracted, or lost such a mark; ``works.changed`` have another
    record. ``tables`` are evidence tables, ``other`` the rest (parameters, checks, searches ...).
    """

    before: str
    after: str
    claims: Sorted = field(default_factory=Sorted)
    claims_moved: list[Moved] = field(default_factory=list)
    tables: dict[str, Sorted] = field(default_factory=dict)
    other: dict[str, Sorted] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    works: Sorted = field(default_factory=Sorted)
    works_marked: list[Moved] = field(default_factory=list)

    def __bool__(self) -> bool:
        found = (self.claims, self.claims_moved, self.tables, self.other, self.columns, self.works, self.works_marked)
        return any(map(bool, found))


def compare(before: Version, after: Version) -> Difference:
    """Everything that changed between two versions."""
    difference = Difference(before.name, after.name)
    _claims(before, after, difference)
    _works(before, after, difference)
    for table in sorted({*before.tables, *after.tables} - {CLAIMS, WORKS}):
        found = _rows(before, after, table)
        evidence = table in after.evidence or (table in before.evidence and table not in after.tables)
        if found:
            (difference.tables if evidence else difference.other)[table] = found
    for table in sorted({*before.columns} & {*after.columns}):
        old, new = before.columns[table], after.columns[table]
        difference.columns += [f"{table}.{column} added" for column in new if column not in old]
        difference.columns += [f"{table}.{column} withdrawn" for column in old if column not in new]
    return difference


def _claims(before: Version, after: Version, difference: Difference) -> None:
    old, new = before.rows(CLAIMS), after.rows(CLAIMS)
    difference.claims = _added_and_withdrawn(old, new)
    for name in sorted(old.keys() & new.keys()):
        one, other = old[name], new[name]
        standing = [(word, *pair) for column, word in _STANDING.items() if (pair := _pair(one, other, column))]
        balance, rest = _cells(one, other, _BALANCE), _cells(one, other, _REST)
        if standing or balance:
            difference.claims_moved.append(Moved(name, other, (*standing, *balance, *rest)))
        elif rest:
            difference.claims.changed.append(Moved(name, other, rest))


def _works(before: Version, after: Version, difference: Difference) -> None:
    old, new = before.rows(WORKS), after.rows(WORKS)
    difference.works = _added_and_withdrawn(old, new)
    for name in sorted(old.keys() & new.keys()):
        one, other = old[name], new[name]
        marks = (one.get("status", ""), other.get("status", ""))
        if marks[0] != marks[1] and not set(marks) <= _UNMARKED:
            difference.works_marked.append(Moved(name, other, (("status", *marks),)))
        changes = _cells(one, other, [c for c in other if c not in _LOOKED_UP])
        if changes:
            difference.works.changed.append(Moved(name, other, changes))


def _rows(before: Version, after: Version, table: str) -> Sorted:
    old, new = before.rows(table), after.rows(table)
    found = _added_and_withdrawn(old, new)
    shared = [column for column in after.columns.get(table, []) if column in before.columns.get(table, [])]
    for name in sorted(old.keys() & new.keys()):
        if changes := _cells(old[name], new[name], shared):
            found.changed.append(Moved(name, new[name], changes))
    return found


def _added_and_withdrawn(old: dict[str, Cells], new: dict[str, Cells]) -> Sorted:
    return Sorted(
        added=[Moved(name, new[name]) for name in sorted(new.keys() - old.keys())],
        withdrawn=[Moved(name, old[name]) for name in sorted(old.keys() - new.keys())],
    )


def _cells(one: Cells, other: Cells, columns: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((column, *pair) for column in columns if (pair := _pair(one, other, column)))


def _pair(one: Cells, other: Cells, column: str) -> tuple[str, str] | None:
    """What the cell held and holds; None if that is the same, or the same list in another order."""
    left, right = (" ".join(row.get(column, "").split()) for row in (one, other))
    if column not in _LISTS:
        return None if left == right else (left, right)
    had, has = ({part.strip() for part in text.split(";") if part.strip()} for text in (left, right))
    # Of a list only what left and what came is told.
    return None if had == has else ("; ".join(sorted(had - has)), "; ".join(sorted(has - had)))
