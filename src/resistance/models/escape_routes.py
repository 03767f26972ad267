"""Two routes out of one drug: a reversible switch, or a mutation; which one brings the tumour back (A17c).

Under the drug ``s`` sensitive and ``r`` tolerant cells change per day as in
:func:`resistance.models.reversible_tolerance.treated`,

    ds/dt = (-decline - on) s + off r,    dr/dt = on s + (growth - off) r,

from ``cells`` of which the share ``tolerant`` is tolerant. A division mutates to full resistance with probability
``rate``, summed over all mutations that do so. A mutant divides ``birth`` times a day and grows by ``net``, as the
whole tumour did before the drug, so that its lineage survives chance with probability ``net / birth``. Surviving
lineages are born as a Poisson process, whose mean number up to day ``t`` is

    M(t) = rate cells exp(net t)                                                          before the drug, t <= 0
    M(t) = rate cells + rate net [S(t) + fold (tolerant_birth / birth) R(t)]              under the drug, t > 0

with the cell-days ``S`` and ``R``, the integrals of ``s`` and ``r``. The first line and ``S`` without switching are
those of Bozic et al., eLife 2013 (Bozic2013, equations for resistance before and during treatment); the raised
mutation rate of tolerant cells was measured by Russo et al., Nat Genet 2022 (Russo2022). That the two routes race each
other is ours: the tumour is back on the day ``T`` on which tolerant and sensitive cells are as many as at the start,
and a test sees a lineage if its mean size, ``exp(net (T - t)) birth / net``, is ``limit`` of the tumour. No mutation is
seen with probability ``exp(-M(t*))``, ``t* = T - ln(limit cells net / birth) / net``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import positive_root
from resistance.models._validate import (
    AT_LEAST_ONE,
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    number,
    vector,
)

_NODES, _WEIGHTS = leggauss(24)
# Terms of the power series of E', which is used up to |x| = 1: the last is below 1e-17 of the first.
_TERMS = 18


@dataclass(frozen=True)
class Drugged:
    """A tumour under the drug; rates per day.

    ``cells`` at the start (at least 1), ``tolerant`` share of them, ``decline`` by which sensitive cells shrink (above
    0), ``growth`` of tolerant cells (any sign), ``on`` and ``off`` the rates of switching (at least 0).
    """

    cells: float
    tolerant: float
    decline: float
    growth: float
    on: float = 0.0
    off: float = 0.0

    def __post_init__(self) -> None:
        rates = dict(decline=POSITIVE, growth=REAL, on=NON_NEGATIVE, off=NON_NEGATIVE)
        hold(self, cells=AT_LEAST_ONE, tolerant=PROBABILITY, **rates)


@dataclass(frozen=True)
class Mutation:
    """Mutation to full resistance.

    ``rate`` per division over all sites (at least 0, below 1), ``birth`` divisions a day of a sensitive cell and of a
    mutant, ``net`` growth of a mutant and of the tumour before the drug (above 0, at most ``birth``),
    ``tolerant_birth`` divisions a day of a tolerant cell (at least 0), ``fold`` by which tolerance raises ``rate`` (at
    least 1).
    """

    rate: float
    birth: float
    net: float
    tolerant_birth: float = 0.0
    fold: float = 1.0

    def __post_init__(self) -> None:
        hold(self, rate=BELOW_ONE, birth=POSITIVE, net=POSITIVE, tolerant_birth=NON_NEGATIVE, fold=AT_LEAST_ONE)
        if self.net > self.birth:
            raise ValueError(f"net must be at most birth = {self.birth}, got {self.net}")


# Bozic2013: a lesion of a thousand million cells that shrinks by 3% a day, and one point mutation; the tolerant cells
# of the second are chosen.
LESION = Drugged(1e9, 0.0, 0.03, -0.01)
TOLERANT_LESION = Drugged(1e9, 1e-3, 0.03, 0.008, 1e-4, 1e-3)
POINT_MUTATION = Mutation(1e-9, 0.14, 0.01)


@dataclass(frozen=True)
class CellDays:
    """Integrals over time of the sensitive and the tolerant cells, arrays of one length (cells times days)."""

    sensitive: Floats
    tolerant: Floats

    def __post_init__(self) -> None:
        hold(self, sensitive=NON_NEGATIVE, tolerant=NON_NEGATIVE)


@returns(REAL)
def long_run_growth(drugged: Drugged) -> float:
    """Growth rate per day in the long run under the drug; above 0 the tumour comes back without a mutation.

    The larger eigenvalue, or that of sensitive cells where no cell is or becomes tolerant.
    """
    return _rates(drugged)[0] if _any_tolerant(drugged) else -drugged.decline


@returns()
def cell_days(t: ArrayLike, drugged: Drugged) -> CellDays:
    """Cell-days that sensitive and tolerant cells live through by the days ``t`` (one-dimensional, at least 0).

    Raises ``ValueError`` if an argument leaves its range or a number exceeds what a double can hold.
    """
    days, n, p = vector("t", t, NON_NEGATIVE), drugged.cells, drugged.tolerant
    upper, lower, more, less = _rates(drugged)
    first, second, odd = _area(upper, days), _area(lower, days), _between(upper, lower, days)
    sensitive = (1 - p) * (more * first + less * second) + drugged.off * p * odd
    tolerant = p * (less * first + more * second) + drugged.on * (1 - p) * odd
    return CellDays(n * sensitive, n * tolerant)


@returns(NON_NEGATIVE_OR_INFINITE)
def return_day(drugged: Drugged) -> float:
    """Day on which the tumour, without any mutant, is as large again as at the start.

    0 if it never shrinks, infinity if it never comes back.
    """
    p, (upper, lower, more, less) = drugged.tolerant, _rates(drugged)
    if p * drugged.growth >= (1 - p) * drugged.decline:
        return 0.0
    if upper <= 0 or not _any_tolerant(drugged):
        return np.inf
    # Both eigenvalues at once, from the larger: cells = exp(upper t) [a + b exp(-gap t)], b = 1 - a.
    gap = upper - lower
    a = (1 - p) * more + p * less + (drugged.off * p + drugged.on * (1 - p)) / gap
    return positive_root(lambda t: -upper * t - np.log(a + (1 - a) * np.exp(-gap * t)), 1 / upper)


@returns(NON_NEGATIVE)
def lineages(t: ArrayLike, drugged: Drugged, mutation: Mutation) -> Floats:
    """Mean number of surviving mutant lineages born by day ``t``; negative days are before the drug.

    Parameters
    ----------
    t : days, one-dimensional
    drugged, mutation : the tumour and its mutations

    Returns
    -------
    ndarray of shape (len(t),)
    """
    t = vector("t", t, REAL)
    before = mutation.rate * drugged.cells * np.exp(mutation.net * np.minimum(t, 0))
    lived = cell_days(np.maximum(t, 0), drugged)
    slower = mutation.fold * mutation.tolerant_birth / mutation.birth
    return before + mutation.rate * mutation.net * (lived.sensitive + slower * lived.tolerant)


@returns(PROBABILITY)
def escape(drugged: Drugged, mutation: Mutation) -> float:
    """Chance that the tumour ever comes back: 1 if tolerant cells do it, else ``1 - exp(-M)`` of all lineages.

    For a tumour whose cells all die out, the cell-days are the solution of two linear equations. Raises ``ValueError``
    if tolerant cells neither grow nor shrink in the long run, so that there is no end.
    """
    d, p = drugged, drugged.tolerant
    if not _any_tolerant(d):
        mean = mutation.rate * d.cells * (1 + mutation.net / d.decline)
        return float(-np.expm1(-mean))
    # The determinant of the rates; it and off - growth are above 0 if and only if all cells die out.
    determinant = d.decline * d.off - d.growth * (d.decline + d.on)
    if d.off < d.growth or determinant < 0:
        return 1.0
    if determinant == 0:
        raise NoResult("tolerant cells that grow or shrink in the long run")
    sensitive = ((d.off - d.growth) * (1 - p) + d.off * p) / determinant
    tolerant = (d.on * (1 - p) + (d.decline + d.on) * p) / determinant
    slower = mutation.fold * mutation.tolerant_birth / mutation.birth
    return float(-np.expm1(-mutation.rate * d.cells * (1 + mutation.net * (sensitive + slower * tolerant))))


@returns(REAL)
def latest_birth(day: float, limit: float, drugged: Drugged, mutation: Mutation) -> float:
    """Birthday of the youngest lineage whose mean size by ``day`` is the share ``limit`` of the tumour at the start.

    ``day`` is at least 0, ``limit`` above 0 and at most 1. Where ``limit`` asks for less than the ``birth / net`` cells
    of a surviving newborn lineage, none is too small to be seen, and the result is ``day``.
    """
    day, limit = number("day", day, NON_NEGATIVE), number("limit", limit, FRACTION)
    needed = np.log(limit) + np.log(drugged.cells) + np.log(mutation.net) - np.log(mutation.birth)
    return float(day - max(needed, 0.0) / mutation.net)


@returns(PROBABILITY)
def unexplained(limit: float, drugged: Drugged, mutation: Mutation) -> float:
    """Chance that a tumour brought back by tolerant cells shows no mutation to a test that sees the share ``limit``.

    Raises ``ValueError`` if tolerant cells never bring it back.
    """
    limit, day = number("limit", limit, FRACTION), return_day(drugged)
    if not np.isfinite(day):
        raise ValueError(f"drugged must be a tumour that tolerant cells bring back, got {drugged}")
    return float(np.exp(-lineages([latest_birth(day, limit, drugged, mutation)], drugged, mutation)[0]))


def _any_tolerant(d: Drugged) -> bool:
    return d.tolerant > 0 or d.on > 0


def _rates(d: Drugged) -> tuple[float, float, float, float]:
    """The two eigenvalues, the larger first, and the shares of their exponentials (as in ``treated``)."""
    fast, slow = -d.decline - d.on, d.growth - d.off
    half = (fast - slow) / 2
    w = float(np.hypot(half, np.sqrt(d.on) * np.sqrt(d.off)))
    if w == 0:
        return fast, fast, 0.5, 0.5
    # What switching adds to the larger diagonal element, (w - |half|), without a difference.
    larger = w + abs(half)
    added = d.on / larger * d.off
    more, less = larger / (2 * w), d.on / larger * (d.off / (2 * w))
    if half >= 0:
        return fast + added, slow - added, more, less
    return slow + added, fast - added, less, more


def _area(rate: float | Floats, t: Floats) -> Floats:
    """Integral of ``exp(rate u)`` over ``u`` from 0 to ``t``."""
    x = rate * t
    return t * np.where(x == 0, 1, np.expm1(x) / np.where(x == 0, 1, x))


def _between(upper: float, lower: float, t: Floats) -> Floats:
    """``[area(upper) - area(lower)] / (upper - lower)``, by the mean of the slope where the difference cancels."""
    gap = upper - lower
    close = (gap * t < 1) | (gap < abs(lower) / 2)
    nodes = lower + gap * (_NODES + 1) / 2
    mean = np.sum(_WEIGHTS / 2 * _slope(np.multiply.outer(t, nodes)), axis=-1) * t * t
    return np.where(close, mean, (_area(upper, t) - _area(lower, t)) / (gap if gap else 1))


def _slope(x: Floats) -> Floats:
    """Derivative of ``expm1(x) / x``: ``(x exp(x) - expm1(x)) / x**2``, by its power series near 0."""
    series, term = np.zeros_like(x), np.ones_like(x)
    near = np.clip(x, -1, 1)
    for k in range(_TERMS):
        series += term / (k + 2)
        term = term * near / (k + 1)
    far = np.where(np.abs(x) > 1, x, 2)
    return np.where(np.abs(x) > 1, (np.exp(far) * (far - 1) + 1) / far / far, series)
