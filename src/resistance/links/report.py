"""The report on links, and the one issue that it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resistance.links.ask import Answer, State

TITLE = "Links that lead nowhere"
_LISTED = 200  # of one kind


def counted(answers: Iterable[Answer]) -> str:
    """How many addresses are in each state, in one line."""
    found = list(answers)
    states = ", ".join(f"{sum(a.state is state for a in found):,} {state}" for state in State)
    return f"{len(found):,} addresses of other hosts: {states}."


def issue(answers: Iterable[Answer], places: Mapping[str, list[str]]) -> str:
    """Title, empty line and text of the issue; empty if every address leads somewhere or would not say."""
    found = list(answers)
    if not any(answer.state is State.GONE for answer in found):
        return ""
    lines = [TITLE, "", counted(found), "", "Replace each by an address that has the same, or say that it is gone:", ""]
    lines += _listed((a for a in found if a.state is State.GONE), places, box="[ ] ")
    for state, said in (
        (State.MOVED, "Moved for good; the old address still leads on:"),
        (State.UNCLEAR, "Not clear today; a host that refuses robots is no fault:"),
    ):
        if some := [answer for answer in found if answer.state is state]:
            lines += [
                "",
                f"<details><summary>{said} {len(some):,}</summary>",
                "",
                *_listed(some, places),
                "",
                "</details>",
            ]
    return "\n".join(lines) + "\n"


def _listed(answers: Iterable[Answer], places: Mapping[str, list[str]], box: str = "") -> list[str]:
    found = list(answers)
    lines = [
        f"- {box}<{a.address}> ({a.detail}), in {', '.join(f'`{place}`' for place in places.get(a.address, []))}"
        for a in found[:_LISTED]
    ]
    return lines + ([f"- and {len(found) - _LISTED:,} more"] if len(found) > _LISTED else [])
