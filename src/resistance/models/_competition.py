"""Sensitive and resistant cells in competition, integrated in their logarithms: whole paths, and where one ends.

The equations are those of :mod:`resistance.models.abiraterone`. Time is in units of the faster growth inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from resistance.models._results import NoResult
from resistance.models._solve import integrate
from resistance.models._validate import POSITIVE, Floats, number

# Time, in units of the slower growth, after which a path has come to rest.
_REST = 200.0
# Growth that is left at rest, as a share of the growth of few cells.
_STILL = 1e-6
# A kind this far below the other, as a logarithm, may still be dying out at rest.
_GONE = 30.0
_TOLERANCE = {"method": "LSODA", "rtol": 1e-10, "atol": 1e-12}


class Competition(NamedTuple):
    """Growth rates per day, effects of either kind on the other, and the carrying capacities."""

    sensitive: float
    resistant: float
    by_resistant: float
    by_sensitive: float
    sensitive_capacity: float
    resistant_capacity: float


class Reached(NamedTuple):
    """A time in days and the logarithms of the cells then."""

    time: float
    cells: Floats


def start(sensitive: float, resistant: float) -> Floats:
    """Logarithms of the cells at the start, of which neither kind may be missing."""
    return np.log([number("sensitive", sensitive, POSITIVE), number("resistant", resistant, POSITIVE)])


def path(begin: Floats, days: Floats, c: Competition) -> Floats:
    """Logarithms of the cells at times that rise from 0 or above."""
    if days[-1] == 0:
        return begin[:, None]
    times = days / _unit(c)
    return integrate(lambda _, cells: _growth(cells, c), (0, times[-1]), begin, t_eval=times, **_TOLERANCE).y


def reach(begin: Floats, goal: float, c: Competition, everything: bool = True) -> Reached | None:
    """Where the logarithm of all cells, or of the sensitive ones, first is ``goal``; None if the path rests before.

    Raises ``NoResult`` if it does neither.
    """

    def beyond(cells: Floats) -> float:
        return float((np.logaddexp(*cells) if everything else cells[0]) - goal)

    def crossed(_: float, cells: Floats) -> float:
        return beyond(cells)

    def turned(_: float, cells: Floats) -> float:
        sensitive, resistant = _growth(cells, c)
        share = 1 / (1 + np.exp(np.clip(cells[1] - cells[0], -700, 700)))
        return float(sensitive * share + resistant * (1 - share)) if everything else sensitive

    def run(until: float, *events: Callable[[float, Floats], float]) -> Any:
        return integrate(lambda _, cells: _growth(cells, c), (0, until), begin, events=events, **_TOLERANCE)

    crossed.terminal = True
    found = run(_REST * max(c.sensitive, c.resistant) / min(c.sensitive, c.resistant), crossed, turned)
    for time, cells in zip(found.t_events[1], found.y_events[1], strict=True):
        # A step that passes the goal twice hides both; one that ends at the turn between them does not.
        if time > 0 and beyond(cells) * beyond(begin) < 0:
            found = run(time, crossed)
            break
    if found.t_events[0].size:
        return Reached(float(found.t_events[0][0]) * _unit(c), found.y_events[0][0])
    last = found.y[:, -1]
    if np.any((np.abs(_growth(last, c)) > _STILL) & (last > last.max() - _GONE)):
        raise NoResult("a path that comes to rest")
    return None


def _growth(cells: Floats, c: Competition) -> list[float]:
    """Slopes of the logarithms of the cells."""
    s, r = np.exp(np.minimum(cells, 700.0))
    fast = max(c.sensitive, c.resistant)
    return [
        c.sensitive / fast * (1 - (s + c.by_resistant * r) / c.sensitive_capacity),
        c.resistant / fast * (1 - (r + c.by_sensitive * s) / c.resistant_capacity),
    ]


def _unit(c: Competition) -> float:
    """Days in the unit of time."""
    days = 1 / max(c.sensitive, c.resistant)
    if not 0 < days < np.inf:
        raise NoResult("growth rates that a double can hold")
    return days
