"""Counts of a chapter's surveillance, from what was listed to what was taken in: the flow of PRISMA."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resistance.surveillance.tables import EXCLUDED, FULL_TEXT, INCLUDED, TO_SCREEN


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

    def lines(self) -> list[tuple[str, str]]:
        """The boxes from top to bottom: what is counted, and how many."""
        listed = "; ".join(f"{service}: {count:,}" for service, count in self.listed.items())
        reasons = "; ".join(f"{reason}: {count:,}" for reason, count in self.excluded.items())
        out = sum(self.excluded.values())
        return [
            ("Listed by the services", f"{sum(self.listed.values()):,} ({listed})"),
            (
                "Removed before screening",
                f"{self.doubles + self.known:,} (found twice: {self.doubles:,}; known: {self.known:,})",
            ),
            ("To be screened", f"{self.new:,}"),
            ("Screened", f"{self.screened:,}"),
            ("Excluded", f"{out:,} ({reasons})" if reasons else f"{out:,}"),
            ("Full text wanted", f"{self.full_text:,}"),
            ("Included", f"{self.included:,}"),
            ("Not screened yet", f"{self.to_screen:,}"),
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
