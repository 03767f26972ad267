"""What each release changed, computed from its tables and those of the release before."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from resistance.changes.compare import Difference, compare
from resistance.changes.render import groups, summary, words
from resistance.changes.version import CannotRead, at_revision, commit_of, day_of, releases

NEWEST = 12  # releases that are told; the archive of each holds what it was
LISTED = 50  # things of one kind; the command lists all


@dataclass(frozen=True)
class Step:
    """From one release to the next: ``kinds`` are the kinds of change, each with how many and the first of them."""

    name: str
    before: str
    day: str
    summary: str
    kinds: tuple[tuple[str, int, tuple[tuple[str, str], ...]], ...]


def told(difference: Difference, name: str, day: str) -> Step:
    """A difference in words: for each thing its name, and what is said of it."""
    kinds = tuple(
        (kind, len(things), tuple((moved.name, words(moved, text)) for moved, text in things[:LISTED]))
        for kind, things in groups(difference)
    )
    return Step(name, difference.before, day, summary(difference), kinds)


def steps(root: Path) -> list[Step]:
    """What each of the newest releases changed, newest first; the first release of all changed nothing.

    A pair of versions whose tables cannot be read is left out. What was computed is kept by the two commits.
    """
    tags = releases(root)[-NEWEST - 1 :]
    found = []
    for before, name in pairwise(tags):
        try:
            kept = root / "_build" / "releases" / f"{commit_of(root, before)}-{commit_of(root, name)}.json"
            step = _read(kept, before, name)
            if step is None:
                step = told(compare(at_revision(root, before), at_revision(root, name)), name, day_of(root, name))
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps({"format": _FORMAT, "step": asdict(step)}), encoding="utf-8")
        except CannotRead:
            continue
        found.append(step)
    return found[::-1]


_FORMAT = 1


def _read(path: Path, before: str, name: str) -> Step | None:
    """What was computed before, if it is of these names (a tag may be another's neighbour now)."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kinds = tuple((kind, count, tuple(map(tuple, things))) for kind, count, things in content["step"]["kinds"])
        step = Step(**{**content["step"], "kinds": kinds})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return step if content.get("format") == _FORMAT and (step.before, step.name) == (before, name) else None
