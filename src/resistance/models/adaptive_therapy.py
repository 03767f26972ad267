"""Continuous against adaptive therapy of a tumour of sensitive and resistant cells (A2).

Sensitive and resistant cells, ``S`` and ``R`` in units of the carrying capacity, share one space (Strobl et al., Cancer
Res 2021;81:1135-1147)::

    dS/dt = r (1 - S - R) (1 - k D) S - d S,    dR/dt = (1 - c) r (1 - S - R) R - d R,    d = tau r

``r`` is the growth rate, ``k`` the effect of the drug on *growing* cells (above 1 they shrink), ``D`` is 1 with drug
and 0 without, ``c`` the cost of resistance, ``tau`` the turnover: the rate of death over that of growth. At the start
``S + R = n0``, a share ``f`` of it resistant, and the drug is given. Under adaptive therapy the tumour is measured at
the end of every day: the drug is given if it is larger than ``n0``, withdrawn if it is smaller than the withdrawal
threshold times ``n0``, and otherwise nothing is changed. Without a withdrawal threshold (0) the therapy is continuous.
Progression is the end of the first day on which the tumour is larger than ``1.2 n0``.

Both equations hold ``1 - S - R``; with ``u = ∫ (1 - S - R) dt`` the cells are ``S(0) exp(r (1 - k D) u - d t)`` and
``R(0) exp((1 - c) r u - d t)`` as long as ``D`` does not change, so one equation is left, ``du/dt = 1 - S - R``.
It is integrated by the Runge-Kutta rule of fourth order, for all tumours of a grid at once, in steps that leave a size
six digits; a decision may fall on another day only where a size comes as near as that to a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, hold, returns
from resistance.models._validate import (
    BELOW_ONE,
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE_OR_INFINITE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    whole,
)

# A tumour of this many times its size at the start has progressed.
PROGRESSED = 1.2
# Longest course in days; most steps of the integration in one call, and most steps times tumours.
MOST_DAYS = 10_000
MOST_STEPS = 15_000
MOST_WORK = 5_000_000
# Largest exponent of growth or decline in one step of the integration.
_STEP = 0.05
_RATE = Interval("above 0 and at most 5", low=0, high=5, low_open=True)
_EFFECT = Interval("between 0 and 100", low=0, high=100)
_TURNOVER = Interval("between 0 and 10", low=0, high=10)


@dataclass(frozen=True)
class Course:
    """A tumour at the end of each day ``time``: ``sensitive`` and ``resistant`` cells and the ``drug``, 1 or 0.

    Cells are in units of the carrying capacity, arrays of one length. The drug is that of the day which begins.
    """

    time: Floats
    sensitive: Floats
    resistant: Floats
    drug: Floats

    def __post_init__(self) -> None:
        cells = dict.fromkeys(("time", "sensitive", "resistant"), NON_NEGATIVE)
        hold(self, **cells, drug=PROBABILITY)


@dataclass(frozen=True)
class Outcome:
    """A course until progression: its ``days``, how often the drug was withdrawn, and the days with drug."""

    days: float
    withdrawals: float
    treated: float

    def __post_init__(self) -> None:
        hold(self, ("treated", "days"), **dict.fromkeys(("days", "withdrawals", "treated"), NON_NEGATIVE))


@returns(NON_NEGATIVE)
def resistant_capacity(cost: ArrayLike, turnover: ArrayLike) -> Floats:
    """Size at which resistant cells by themselves stop growing, ``1 - tau / (1 - c)``, 0 if they cannot grow.

    A tumour whose progression would be larger than this is held for ever by a drug that stops sensitive cells.

    Parameters
    ----------
    cost : cost of resistance, at least 0 and below 1
    turnover : rate of death over that of growth, between 0 and 10

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    cost, turnover = arrays(cost=(cost, BELOW_ONE), turnover=(turnover, _TURNOVER))
    return plain(np.maximum(1 - cost - turnover, 0) / (1 - cost))


@returns()
def course(
    days: int,
    size: float,
    resistant: float,
    cost: float = 0.0,
    turnover: float = 0.0,
    withdrawal: float = 0.5,
    growth: float = 0.027,
    effect: float = 1.5,
) -> Course:
    """A tumour day by day, beyond progression too.

    Parameters
    ----------
    days : length of the course, a whole number from 1 to :data:`MOST_DAYS`
    size : size at the start, above 0 and below 1 (carrying capacity)
    resistant : share of resistant cells at the start, between 0 and 1
    cost : cost of resistance, at least 0 and below 1
    turnover : rate of death over that of growth, between 0 and 10
    withdrawal : share of the size at the start below which the drug is withdrawn, at least 0 and below 1
    growth : growth rate of sensitive cells, above 0 and at most 5 (per day)
    effect : effect of the drug on growing cells, between 0 and 100

    Raises
    ------
    ValueError
        If an argument leaves its range or so many days take more than :data:`MOST_STEPS` steps.
    """
    last = whole("days", days, low=1, high=MOST_DAYS)
    tumours = _single(size, resistant, cost, turnover, withdrawal, growth, effect)
    if last * tumours.steps > MOST_STEPS:
        raise NoResult(f"a course of at most {MOST_STEPS} steps")
    kept = np.array([_state(tumours), *(_state(tumours) for _ in _days(tumours, last))])
    return Course(np.arange(last + 1.0), *kept.T)


@returns()
def outcome(
    size: float,
    resistant: float,
    cost: float = 0.0,
    turnover: float = 0.0,
    withdrawal: float = 0.5,
    growth: float = 0.027,
    effect: float = 1.5,
) -> Outcome:
    """Days until progression, withdrawals of the drug and days with drug; arguments as of :func:`course`.

    Raises ``ValueError`` if an argument leaves its range, or if the tumour does not progress, as :func:`progression`
    finds, or not within :data:`MOST_DAYS` days and :data:`MOST_STEPS` steps.
    """
    tumours = _single(size, resistant, cost, turnover, withdrawal, growth, effect)
    if tumours.held()[0]:
        raise NoResult("a tumour that progresses, not one that is held for ever")
    withdrawals, treated, before = 0, 0, True
    for day in _days(tumours, MOST_DAYS):
        treated += before
        if tumours.progressed()[0]:
            return Outcome(float(day), float(withdrawals), float(treated))
        withdrawals += before and not tumours.on[0]
        before = bool(tumours.on[0])
    raise NoResult(_TOO_LONG)


@returns(POSITIVE_OR_INFINITE)
def progression(
    size: ArrayLike,
    resistant: ArrayLike,
    cost: ArrayLike = 0.0,
    turnover: ArrayLike = 0.0,
    withdrawal: ArrayLike = 0.5,
    growth: ArrayLike = 0.027,
    effect: ArrayLike = 1.5,
) -> Floats:
    """Days until progression, whole numbers, infinite if the tumour is held for ever; arguments as of :func:`course`.

    Arguments are broadcast against each other. Raises ``ValueError`` if an argument leaves its range, the shapes do not
    fit, the steps of all tumours together are more than :data:`MOST_WORK`, or a tumour neither progresses within
    :data:`MOST_DAYS` days and :data:`MOST_STEPS` steps nor is known never to progress.
    """
    tumours = _Tumours(size, resistant, cost, turnover, withdrawal, growth, effect)
    days = np.where(tumours.held(), np.inf, np.nan)
    left = np.flatnonzero(np.isnan(days))
    if left.size:
        tumours.keep(left)
        for day in _days(tumours, MOST_DAYS):
            over = tumours.progressed()
            if over.any():
                days[left[over]] = day
                left = left[~over]
                if not left.size:
                    break
                tumours.keep(~over)
        else:
            raise NoResult(_TOO_LONG)
    return plain(days.reshape(tumours.shape))


_RANGES = {
    "size": OPEN_PROBABILITY,
    "resistant": PROBABILITY,
    "cost": BELOW_ONE,
    "turnover": _TURNOVER,
    "withdrawal": BELOW_ONE,
    "growth": _RATE,
    "effect": _EFFECT,
}
_TOO_LONG = f"progression within {MOST_DAYS} days and {MOST_STEPS} steps, or none for ever"


class _Tumours:
    """The tumours of a grid in one dimension: what they hold, whether the drug is given, and their parameters."""

    def __init__(self, size: ArrayLike, resistant: ArrayLike, *others: ArrayLike) -> None:
        values = (size, resistant, *others)
        given = arrays(**{name: (value, _RANGES[name]) for name, value in zip(_RANGES, values, strict=True)})
        self.shape = given[0].shape
        self.size, self.share, self.cost, self.turnover, self.withdrawal, self.growth, self.effect = (
            np.ravel(part).copy() for part in given
        )
        self.s, self.r = self.size * (1 - self.share), self.size * self.share
        self.on = np.ones(self.size.size, dtype=bool)
        rate = self.growth * (np.maximum(1, np.abs(1 - self.effect)) + self.turnover)
        self.steps = max(1, ceil(float(rate.max()) / _STEP))

    def keep(self, which: Floats) -> None:
        """Leave out all tumours but these."""
        for name in ("s", "r", "on", "size", "share", "cost", "turnover", "withdrawal", "growth", "effect"):
            setattr(self, name, getattr(self, name)[which])

    def progressed(self) -> Floats:
        return self.s + self.r > PROGRESSED * self.size

    def held(self) -> Floats:
        """Tumours that never progress: no cell grows in a tumour of that size when it could come to it."""
        room = 1 - PROGRESSED * self.size
        sensitive = np.where(self.share < 1, 1 - self.effect, -np.inf)
        under_drug = room * np.maximum(sensitive, np.where(self.share > 0, 1 - self.cost, -np.inf)) <= self.turnover
        # Without drug a day begins below the size at the start, and does not end beyond progression.
        slow = (self.withdrawal == 0) | (self.growth * (1 - self.turnover) <= np.log(PROGRESSED))
        return (room <= self.turnover) | (under_drug & slow)

    def grow(self) -> None:
        """One day, and what is decided at its end."""
        with_drug = self.growth * np.where(self.on, 1 - self.effect, 1.0)
        without, death, h = self.growth * (1 - self.cost), self.growth * self.turnover, 1.0 / self.steps
        half, whole_step = np.exp(-death * h / 2), np.exp(-death * h)

        def space(u: Floats, alive: Floats) -> Floats:
            return 1 - alive * (self.s * np.exp(with_drug * u) + self.r * np.exp(without * u))

        for _ in range(self.steps):
            first = 1 - self.s - self.r
            second = space(h / 2 * first, half)
            third = space(h / 2 * second, half)
            fourth = space(h * third, whole_step)
            u = h / 6 * (first + 2 * second + 2 * third + fourth)
            self.s, self.r = self.s * np.exp(with_drug * u) * whole_step, self.r * np.exp(without * u) * whole_step
        total = self.s + self.r
        self.on = (total > self.size) | (self.on & ~(total < self.withdrawal * self.size))


def _single(*values: float) -> _Tumours:
    """One tumour."""
    return _Tumours(*(number(name, value, _RANGES[name]) for name, value in zip(_RANGES, values, strict=True)))


def _days(tumours: _Tumours, most: int) -> Iterator[int]:
    """Let the tumours grow, day by day; the caller may leave some out between two days."""
    work = 0
    for day in range(1, most + 1):
        work += tumours.steps * tumours.size.size
        if day * tumours.steps > MOST_STEPS or work > MOST_WORK:
            raise NoResult(_TOO_LONG if work <= MOST_WORK else f"at most {MOST_WORK} steps of all tumours together")
        tumours.grow()
        yield day


def _state(tumours: _Tumours) -> tuple[float, float, float]:
    return float(tumours.s[0]), float(tumours.r[0]), float(tumours.on[0])
