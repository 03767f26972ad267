"""The two sides of a claim, counted in studies: several rows of one study are one voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resistance.evidence.cells import Row, split_list

FOR = ("needs", "adds")


@dataclass(frozen=True)
class Sides:
    """How many studies speak for a claim and against it."""

    supporting: int
    against: int

    @property
    def balance(self) -> int:
        """Studies for less studies against: the lower, the more contested."""
        return self.supporting - self.against

    def __str__(self) -> str:
        return f"{study_count(self.supporting)} for, {self.against} against"


def study_count(count: int) -> str:
    """``1 study``, ``2 studies``."""
    return f"{count} {'study' if count == 1 else 'studies'}"


def sides(claim: Row, rows: Mapping[str, Row]) -> Sides:
    """Distinct studies among the rows that a claim needs or that add to it, and among those against it.

    Parameters
    ----------
    claim : row of the table of claims
    rows : evidence rows by ``table/id``; names that are not there count for nothing (the check reports them)
    """
    return Sides(len(_studies(claim, FOR, rows)), len(_studies(claim, ("against",), rows)))


def _studies(claim: Row, columns: tuple[str, ...], rows: Mapping[str, Row]) -> set[str]:
    refs = [ref for column in columns for ref in split_list(claim[column])]
    return {rows[ref]["study"] for ref in refs if ref in rows}
