"""How fresh a chapter is: what its last search and its interval say on a given day."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from resistance.book.pages import Page

TODAY = "RESISTANCE_TODAY"  # sets the day that a build or a check takes for today
GRACE = 30  # days after the interval in which a search is due and not yet overdue
INTERVAL = 180  # days, where a chapter does not say


class State(StrEnum):
    """``current``: within the interval; ``due``: up to :data:`GRACE` days beyond; ``overdue``; ``frozen``: ended."""

    CURRENT = "current"
    DUE = "due"
    OVERDUE = "overdue"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Freshness:
    """State of a chapter's search, and the days that it follows from; ``frozen`` and ``because`` only if frozen."""

    state: State
    searched: date
    interval: int
    due: date
    frozen: date | None = None
    because: str = ""


def today() -> date:
    """The day on which states are computed: ``RESISTANCE_TODAY`` if set, else the current date.

    Raises
    ------
    ValueError
        If the variable is no date.
    """
    text = os.environ.get(TODAY, "")
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise ValueError(f"{TODAY} is {text!r}; write a date such as 2027-01-31, or unset it") from None


def freshness_of(page: Page, day: date) -> Freshness | None:
    """How fresh a chapter is on a day; None for a page that has no ``review`` block with a date and an interval."""
    block, searched = page.review, page.searched
    if block is None or searched is None:
        return None
    interval = block.get("interval_days", INTERVAL)
    if not isinstance(interval, int) or isinstance(interval, bool) or not 0 < interval < 100_000:
        return None
    due = searched + timedelta(days=interval)
    if frozen := frozen_on(block):
        return Freshness(State.FROZEN, searched, interval, due, frozen, str(block.get("frozen_because") or ""))
    late = (day - due).days
    state = State.CURRENT if late <= 0 else State.DUE if late <= GRACE else State.OVERDUE
    return Freshness(state, searched, interval, due)


def frozen_on(block: dict[str, Any]) -> date | None:
    """Day on which a chapter was frozen; None if it is not, or says so without a date (the check reports that)."""
    try:
        return date.fromisoformat(str(block.get("frozen") or ""))
    except ValueError:
        return None


def issue(pages: Iterable[Page], day: date) -> str:
    """Title and text, in Markdown, of the one issue that names the chapters whose search is overdue; else empty.

    The first line is the title, which is always the same, so that the issue that is open can be found and renewed.
    """
    known = [(page, fresh) for page in pages if (fresh := freshness_of(page, day))]
    overdue = [(page, fresh) for page, fresh in known if fresh.state is State.OVERDUE]
    if not overdue:
        return ""
    lines = [ISSUE_TITLE, "", "The search of these chapters is overdue, and their pages say so:", ""]
    for page, fresh in sorted(overdue, key=lambda pair: (pair[1].due, pair[0].source)):
        late = (day - fresh.due).days
        lines.append(f"- [ ] `{page.source}`: searched {fresh.searched}, due {fresh.due}, {late} days late")
    if due := [page.source for page, fresh in known if fresh.state is State.DUE]:
        lines += ["", "Due, and not yet overdue: " + ", ".join(f"`{source}`" for source in due) + "."]
    lines += [
        "",
        "Run `resistance surveil CHAPTER`, screen what it lists, then write the new date under `searched`.",
        "A chapter that nobody can keep up is frozen, as CONTRIBUTING.md says; it is not left to look current.",
    ]
    return "\n".join(lines) + "\n"


ISSUE_TITLE = "Chapters whose search is overdue"
