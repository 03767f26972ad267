"""Prostate cancer cells that abiraterone holds down, and resistant ones, in competition (A4).

Sensitive and resistant prostate cancer cells compete (Zhang et al., eLife 2022;11:e76284)::

    dxS/dt = beta rS xS (1 - (xS + aSR xR) / KS),    dxR/dt = beta rR xR (1 - (xR + aRS xS) / K)

``rS`` and ``rR`` are growth rates read from PSA per day, ``beta`` scales both, ``aSR`` and ``aRS`` are the effects of a
resistant cell on sensitive ones and the reverse, in units of their effect on their own kind. ``K`` is the carrying
capacity; the drug lowers that of sensitive cells, ``KS``, to a tenth. PSA is taken to be in proportion to ``xS + xR``.

Times are days if the rates are taken as printed. The printed starts of the fits and the printed states at the first
treatment lie on one path of these equations, and between them lies, with every patient, a sixth of a whole number of
these days: the fits seem to have been made with a sixth of the printed rates. No path depends on it, only the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._competition import Competition, path, reach, start
from resistance.models._results import NoResult, hold, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    number,
    plain,
    rising,
)


@dataclass(frozen=True)
class Rates:
    """Rates of the model; the defaults are the printed estimates for all patients together.

    ``sensitive`` and ``resistant`` growth per day, ``scale`` of both, ``by_resistant`` the effect of a resistant cell
    on sensitive ones, ``by_sensitive`` the reverse, ``capacity`` in cells, ``treated`` that of sensitive cells under
    the drug. The effects may be 0, the others are above 0. Raises ``ValueError`` for a number that leaves its range.
    """

    sensitive: float = 0.0156
    resistant: float = 0.0091
    scale: float = 8.0
    by_resistant: float = 1.0
    by_sensitive: float = 6.0
    capacity: float = 10_000.0
    treated: float = 1_000.0

    def __post_init__(self) -> None:
        for field in fields(self):
            allowed = NON_NEGATIVE if field.name.startswith("by_") else POSITIVE
            object.__setattr__(self, field.name, number(field.name, getattr(self, field.name), allowed))

    def under(self, drug: bool) -> Competition:
        """The competition with or without the drug."""
        return Competition(
            self.scale * self.sensitive,
            self.scale * self.resistant,
            self.by_resistant,
            self.by_sensitive,
            self.treated if drug else self.capacity,
            self.capacity,
        )


@dataclass(frozen=True)
class Course:
    """Cells at the times ``time`` and whether the drug is given then (1 or 0), arrays of one length."""

    time: Floats
    sensitive: Floats
    resistant: Floats
    drug: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "sensitive", "resistant"), NON_NEGATIVE), drug=PROBABILITY)


@dataclass(frozen=True)
class State:
    """One time and the cells then."""

    time: float
    sensitive: float
    resistant: float

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "sensitive", "resistant"), NON_NEGATIVE))


PRINTED = Rates()


@returns(NON_NEGATIVE)
def resistant_balance(sensitive: ArrayLike, rates: Rates = PRINTED) -> Floats:
    """Resistant cells above which they become fewer, ``K - aRS xS``, 0 where they do anyway.

    Parameters
    ----------
    sensitive : sensitive cells, at least 0
    rates : rates of the model

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    (sensitive,) = arrays(sensitive=(sensitive, NON_NEGATIVE))
    return plain(np.maximum(rates.capacity - rates.by_sensitive * sensitive, 0))


@returns(NON_NEGATIVE)
def sensitive_balance(resistant: ArrayLike, drug: bool = False, rates: Rates = PRINTED) -> Floats:
    """Sensitive cells above which they become fewer, ``KS - aSR xR``, 0 where they do anyway.

    Parameters
    ----------
    resistant : resistant cells, at least 0
    drug : whether the drug is given
    rates : rates of the model

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    (resistant,) = arrays(resistant=(resistant, NON_NEGATIVE))
    return plain(np.maximum(rates.under(drug).sensitive_capacity - rates.by_resistant * resistant, 0))


@returns()
def course(t: ArrayLike, sensitive: float, resistant: float, drug: bool = False, rates: Rates = PRINTED) -> Course:
    """Cells over time, with the drug or without it throughout.

    Parameters
    ----------
    t : times, one-dimensional, at least 0 and rising (days)
    sensitive, resistant : cells at time 0, above 0
    drug : whether the drug is given
    rates : rates of the model

    Raises
    ------
    ValueError
        If an argument leaves its range, the times do not rise, or the course cannot be integrated.
    """
    times = rising("t", t, NON_NEGATIVE)
    cells = path(start(sensitive, resistant), times, rates.under(drug))
    return Course(times, *np.exp(cells), np.full(times.size, float(drug)))


@returns()
def until_sensitive(
    goal: float, sensitive: float, resistant: float, drug: bool = False, rates: Rates = PRINTED
) -> State:
    """The state in which sensitive cells first number ``goal``.

    Parameters
    ----------
    goal : sensitive cells, above 0
    sensitive, resistant : cells at time 0, above 0
    drug : whether the drug is given
    rates : rates of the model

    Raises
    ------
    ValueError
        If an argument leaves its range, or sensitive cells do not come to number ``goal``.
    """
    wanted = np.log(number("goal", goal, POSITIVE))
    begin = start(sensitive, resistant)
    if begin[0] == wanted:
        return State(0.0, sensitive, resistant)
    found = reach(begin, float(wanted), rates.under(drug), everything=False)
    if found is None:
        raise NoResult("sensitive cells that come to number the goal")
    return State(found.time, goal, float(np.exp(found.cells[1])))
