"""Abiraterone given, withdrawn and given again by PSA: what becomes of resistant cells from cycle to cycle (A4).

The equations are those of :mod:`resistance.models.abiraterone`. Adaptive therapy gives the drug from the start until
PSA, ``xS + xR``, is at ``stop`` of its first value, then waits until it is at ``restart`` of it, and so on. A tumour
whose PSA does not fall as far is treated without end, as in the simulations of Zhang et al. (eLife 2022;11:e76284,
appendix 4); one that does not come back is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._competition import path, reach, start
from resistance.models._results import NoResult, hold, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    Floats,
    number,
    rising,
    truth,
    whole,
)
from resistance.models.abiraterone import PRINTED, Course, Rates

MOST_CYCLES = 50


@dataclass(frozen=True)
class Cycles:
    """States at the start of each treatment, the first included, and ``completed`` cycles between them.

    ``time``, ``sensitive`` and ``resistant`` are arrays of one length. ``failed`` if the last treatment that they hold
    does not bring PSA down to where it is stopped, ``over`` if PSA does not come back after it.
    """

    time: Floats
    sensitive: Floats
    resistant: Floats
    completed: int
    failed: bool
    over: bool

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "sensitive", "resistant"), NON_NEGATIVE))
        object.__setattr__(self, "completed", whole("completed", self.completed))
        for name in ("failed", "over"):
            object.__setattr__(self, name, truth(name, getattr(self, name)))


@returns()
def adaptive_cycles(
    sensitive: float,
    resistant: float,
    cycles: int = 4,
    stop: float = 0.5,
    restart: float = 1.0,
    rates: Rates = PRINTED,
) -> Cycles:
    """Adaptive therapy, cycle by cycle.

    Parameters
    ----------
    sensitive, resistant : cells when the drug is first given, above 0
    cycles : most cycles, a whole number from 1 to :data:`MOST_CYCLES`
    stop : share of the first PSA at which the drug is withdrawn, above 0 and below 1
    restart : share of the first PSA at which it is given again, above ``stop``
    rates : rates of the model

    Raises
    ------
    ValueError
        If an argument leaves its range, ``restart`` is not above ``stop``, or a path neither crosses its threshold nor
        comes to rest.
    """
    most = whole("cycles", cycles, low=1, high=MOST_CYCLES)
    kept, ended = [], None
    for segment in _segments(sensitive, resistant, stop, restart, rates):
        if segment.drug:
            kept.append((segment.time, *np.exp(segment.cells)))
        if segment.end is None:
            ended = segment.drug
        if segment.end is None or len(kept) > most:
            break
    time, *cells = np.transpose(kept)
    return Cycles(time, *cells, len(kept) - 1, ended is True, ended is False)


@returns()
def adaptive_course(
    t: ArrayLike,
    sensitive: float,
    resistant: float,
    stop: float = 0.5,
    restart: float = 1.0,
    rates: Rates = PRINTED,
) -> Course:
    """Cells over time under adaptive therapy; ``t`` as of :func:`course`, the others as of :func:`adaptive_cycles`.

    Raises ``ValueError`` as :func:`adaptive_cycles` does, or if the times hold more than :data:`MOST_CYCLES` cycles.
    """
    times = rising("t", t, NON_NEGATIVE)
    cells, drug, count = np.empty((2, times.size)), np.empty(times.size), 0
    for segment in _segments(sensitive, resistant, stop, restart, rates):
        count += segment.drug
        end = np.inf if segment.end is None else segment.end
        here = (times >= segment.time) & (times < end)
        drug[here] = segment.drug
        if here.any():
            cells[:, here] = path(segment.cells, times[here] - segment.time, rates.under(segment.drug))
        if end > times[-1]:
            return Course(times, *np.exp(cells), drug)
        if count > MOST_CYCLES:
            break
    raise NoResult(f"times that hold at most {MOST_CYCLES} cycles")


class _Segment(NamedTuple):
    """A stretch with or without the drug: when and with what it begins, and when it ends, None if never."""

    time: float
    cells: Floats
    drug: bool
    end: float | None


def _segments(sensitive: float, resistant: float, stop: float, restart: float, rates: Rates) -> Iterator[_Segment]:
    """Treatments and pauses in turn; the last one has no end."""
    low = number("stop", stop, OPEN_PROBABILITY)
    high = number("restart", restart, POSITIVE)
    if high <= low:
        raise ValueError(f"restart must be above stop = {low}, got {high}")
    cells, time, drug = start(sensitive, resistant), 0.0, True
    first = np.logaddexp(*cells)
    while True:
        goal = first + np.log(low if drug else high)
        found = reach(cells, float(goal), rates.under(drug))
        yield _Segment(time, cells, drug, None if found is None else time + found.time)
        if found is None:
            return
        time, cells, drug = time + found.time, found.cells, not drug
