"""Counts of a chapter's surveillance, from what was listed to what was taken in: the flow of PRISMA."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resistance.surveillance.tables import EXCLUDED, FULL_TEXT, INCLUDED, TO_SCREEN


@dataclass(frozen=True)
class Box:
    """What is counted, how many, and of what these consist; ``aside`` for works that leave the flow there, or wait."""

    what: str
    number: int
    parts: tuple[tuple[str, int], ...] = ()
    aside: bool = False


@dataclass(frozen=True)
class Flow:
    """Works in each box; ``listed`` by service, ``excluded`` by reason, both in the order of size."""

    listed: dict[str, int]
    runs: int
    first: str
    last: str
    doubles: int
    known: int
    to_screen: int
    full_text: int
    included: int
    excluded: dict[str, int]

    @property
    def new(self) -> int:
        """Works that came to be screened."""
        return self.to_screen + self.full_text + self.included + sum(self.excluded.values())

    @property
    def screened(self) -> int:
        """Works at whose title and abstract somebody has looked."""
        return self.new - self.to_screen

    def boxes(self) -> list[Box]:
        """The boxes of the diagram from top to bottom; one aside stands beside the step before it.

        What a step counts is what its aside and the next step count together.
        """
        reasons = tuple(self.excluded.items())
        return [
            Box("Listed by the services", sum(self.listed.values()), tuple(self.listed.items())),
            Box(
                "Removed before screening",
                self.doubles + self.known,
                (("found twice", self.doubles), ("known", self.known)),
                aside=True,
            ),
            Box("To be screened", self.new),
            Box("Not screened yet", self.to_screen, aside=True),
            Box("Screened", self.screened),
            Box("Excluded", sum(self.excluded.values()), reasons, aside=True),
            Box("Not excluded", self.full_text + self.included),
            Box("Full text wanted", self.full_text, aside=True),
            Box("Included", self.included),
        ]


def flow(runs: Iterable[Mapping[str, Any]], candidates: Iterable[Mapping[str, Any]]) -> Flow | None:
    """The counts of one chapter; None if its search has not been run yet.

    Parameters
    ----------
    runs, candidates : rows of the two tables of surveillance that belong to the chapter
    """
    runs = list(runs)
    if not runs:
        return None
    listed: Counter[str] = Counter()
    for run in runs:
        listed[run["service"]] += int(run["found"])
    rows = list(candidates)
    decisions = Counter(row["decision"] for row in rows)
    reasons = Counter(row["reason"] or "no reason given" for row in rows if row["decision"] == EXCLUDED)
    return Flow(
        dict(listed.most_common()),
        len(runs),
        min(str(run["since"]) for run in runs)[:10],
        max(str(run["until"]) for run in runs)[:10],
        sum(int(run["doubles"]) for run in runs),
        sum(int(run["known"]) for run in runs),
        decisions[TO_SCREEN],
        decisions[FULL_TEXT],
        decisions[INCLUDED],
        dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )
