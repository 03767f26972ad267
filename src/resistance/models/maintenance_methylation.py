"""Copying of DNA methylation at cell division (A10b).

At each division a site is copied from the parent strand to the daughter strand. A methylated parent site gives a
methylated daughter site with probability ``E_m`` (maintenance), an unmethylated one with probability ``E_d`` (de novo):

    m(t+1) = E_m m(t) + E_d (1 - m(t))

``m`` is the share of methylated sites on parent strands. The map is linear, so that there is one steady state,
``m* = E_d / (1 + E_d - E_m)``, and every start approaches it by the factor ``E_m - E_d`` a division: copying alone
cannot hold two alternative states. Source: Laird et al., Proc Natl Acad Sci U S A 2004;101:204-209 (Laird2004), Table
1, which estimates both efficiencies from dyads, the two strands of one site read together.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import hold, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    shown,
    whole,
)

_FACTOR = Interval("between -1 and 1", low=-1, high=1)


@dataclass(frozen=True)
class Dyads:
    """Sites read on both strands: methylated on both, on one, or on neither, each finite and at least 0."""

    both: float
    one: float
    neither: float

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, number(field.name, getattr(self, field.name), NON_NEGATIVE))

    @property
    def total(self) -> float:
        """All dyads."""
        return self.both + self.one + self.neither


@dataclass(frozen=True)
class Efficiencies:
    """Probability that a daughter site is methylated, by the state of the parent site."""

    maintenance: float
    de_novo: float

    def __post_init__(self) -> None:
        hold(self, maintenance=PROBABILITY, de_novo=PROBABILITY)


@returns(PROBABILITY)
def equilibrium(maintenance: ArrayLike, de_novo: ArrayLike) -> Floats:
    """Share of methylated sites at the steady state, ``E_d / (1 + E_d - E_m)``.

    Parameters
    ----------
    maintenance : ``E_m``, probability that a methylated parent site is copied
    de_novo : ``E_d``, probability that an unmethylated parent site gives a methylated daughter site

    Returns
    -------
    float or ndarray
        Between 0 and 1, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument is not a probability, or if ``E_m = 1`` and ``E_d = 0``, where every share is steady.
    """
    maintenance, de_novo = arrays(maintenance=(maintenance, PROBABILITY), de_novo=(de_novo, PROBABILITY))
    leak = 1 - maintenance + de_novo
    if np.any(leak == 0):
        raise ValueError(f"maintenance must be below 1 where de_novo is 0, got {shown(plain(maintenance))}")
    return plain(de_novo / leak)


@returns(_FACTOR)
def relaxation(maintenance: ArrayLike, de_novo: ArrayLike) -> Floats:
    """Factor by which the distance from the steady state shrinks at each division, ``E_m - E_d``."""
    maintenance, de_novo = arrays(maintenance=(maintenance, PROBABILITY), de_novo=(de_novo, PROBABILITY))
    return plain(maintenance - de_novo)


@returns(NON_NEGATIVE_OR_INFINITE)
def half_time(maintenance: ArrayLike, de_novo: ArrayLike) -> Floats:
    """Divisions after which half of a difference is forgotten, ``ln 2 / -ln(E_m - E_d)``.

    0 where nothing is remembered, infinite where nothing is forgotten. Needs ``E_m`` at least ``E_d``; otherwise each
    division overshoots and the ``ValueError`` says so.
    """
    maintenance, de_novo = arrays(maintenance=(maintenance, PROBABILITY), de_novo=(de_novo, PROBABILITY))
    factor, leak = maintenance - de_novo, 1 - maintenance + de_novo
    if np.any(factor < 0):
        raise ValueError(f"maintenance must be at least de_novo, got {plain(maintenance)!r} and {plain(de_novo)!r}")
    with np.errstate(divide="ignore"):
        forgets = -np.where(leak < 0.5, np.log1p(-leak), np.log(factor))
        return plain(np.where(forgets > 0, np.log(2) / forgets, np.inf))


@returns(PROBABILITY)
def course(start: ArrayLike, divisions: ArrayLike, maintenance: ArrayLike, de_novo: ArrayLike) -> Floats:
    """Share of methylated sites after ``divisions``, ``m* + (start - m*) (E_m - E_d)**divisions``.

    Parameters
    ----------
    start : share at division 0
    divisions : number of divisions, whole and at least 0
    maintenance, de_novo : as in :func:`equilibrium`

    Returns
    -------
    float or ndarray
        Shares between 0 and 1, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range, or a number of divisions is not whole.
    """
    start, divisions, maintenance, de_novo = arrays(
        start=(start, PROBABILITY),
        divisions=(divisions, NON_NEGATIVE),
        maintenance=(maintenance, PROBABILITY),
        de_novo=(de_novo, PROBABILITY),
    )
    if np.any(divisions != np.floor(divisions)):
        raise ValueError(f"divisions must hold whole numbers, got {shown(plain(divisions))}")
    goal, factor = np.asarray(equilibrium(maintenance, de_novo)), np.asarray(relaxation(maintenance, de_novo))
    return plain(np.clip(goal + (start - goal) * factor**divisions, 0, 1))


@returns()
def dyads_from_counts(with_methylated: int, with_unmethylated: int, informative: int) -> Dyads:
    """Dyads of each kind from the three counts that Laird et al. print.

    Parameters
    ----------
    with_methylated : dyads with at least one methylated strand, on which the estimate of ``E_m`` rests
    with_unmethylated : dyads with at least one unmethylated strand, on which that of ``E_d`` rests
    informative : all dyads

    Raises
    ------
    ValueError
        If the counts are not whole, or contradict each other.
    """
    methylated, unmethylated = whole("with_methylated", with_methylated), whole("with_unmethylated", with_unmethylated)
    informative = whole("informative", informative, 1)
    one = methylated + unmethylated - informative
    if one < 0 or one > min(methylated, unmethylated):
        raise ValueError(
            "informative must lie between the larger and the sum of with_methylated and with_unmethylated, "
            f"got {informative}, {methylated} and {unmethylated}"
        )
    return Dyads(methylated - one, one, unmethylated - one)


@returns()
def efficiencies(dyads: Dyads, from_methylated: float | None = None) -> Efficiencies:
    """Both efficiencies from dyads whose parent strand is not known.

    Parameters
    ----------
    dyads : counts of the three kinds
    from_methylated : how many of the dyads methylated on one strand had a methylated parent; half of them by default,
        which is what holds at the steady state

    Raises
    ------
    ValueError
        If ``from_methylated`` leaves its range, or no parent strand of one kind is left to estimate from.
    """
    share = dyads.one / 2 if from_methylated is None else number("from_methylated", from_methylated, NON_NEGATIVE)
    if share > dyads.one:
        raise ValueError(f"from_methylated must be at most {dyads.one}, got {shown(from_methylated)}")
    methylated, unmethylated = dyads.both + share, dyads.neither + dyads.one - share
    if methylated == 0 or unmethylated == 0:
        raise ValueError(f"dyads must hold both kinds of parent strand, got {shown(dyads)}")
    return Efficiencies(dyads.both / methylated, (dyads.one - share) / unmethylated)


@returns(PROBABILITY)
def strand_share(dyads: Dyads) -> float:
    """Share of methylated sites over both strands, ``(2 both + one) / (2 total)``."""
    if dyads.total == 0:
        raise ValueError(f"dyads must hold at least one site, got {shown(dyads)}")
    return min((dyads.both + dyads.one / 2) / dyads.total, 1.0)
