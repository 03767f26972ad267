"""Reversible drug tolerance: what it does to a fluctuation test, and to a course of treatment (A17a).

A sensitive cell becomes tolerant at rate ``k_on`` and returns at rate ``k_off``, both per division;
``kappa = k_on + k_off`` is the rate of forgetting and ``p = k_on / kappa`` the tolerant share at equilibrium. A colony
grows from one cell through ``g`` synchronous divisions to ``N = 2**g`` cells. Two cells whose last common ancestor
lived ``j`` divisions ago have states that correlate by ``rho**j``, ``rho = exp(-2 kappa)``: both branches forget.
Summed over pairs, the number of tolerant cells in colonies whose founder is drawn at equilibrium has

    CV**2 = (1 - p) / (p N) [1 + rho ((2 rho)**g - 1) / (2 rho - 1)]

Fast switching (``rho = 0``) gives the binomial ``(1 - p)/(p N)``, no switching (``rho = 1``) the jackpot ``(1 - p)/p``
of a colony that is wholly tolerant or wholly sensitive. Mutation is the special case ``k_off = 0`` with a sensitive
founder. The test is that of Luria and Delbrück, used for reversible states by Shaffer et al., Cell 2020 (Shaffer2020);
the formulas are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resistance.models._results import hold, returns
from resistance.models._solve import root
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    generator,
    number,
    plain,
    shown,
    vector,
    whole,
)

_MOST_DIVISIONS = 60
# Colonies of one simulation, and the highest rate of forgetting that is sought, beyond which nothing is remembered.
MOST_COLONIES = 200_000
_FASTEST = 1e3


@dataclass(frozen=True)
class Moments:
    """Mean and variance of the number of tolerant cells in a colony, and the squared coefficient of variation."""

    mean: float
    variance: float

    def __post_init__(self) -> None:
        hold(self, mean=NON_NEGATIVE, variance=NON_NEGATIVE)

    @property
    def cv_squared(self) -> float:
        """``variance / mean**2``; raises ``ValueError`` for a mean of 0."""
        if self.mean == 0:
            raise ValueError(f"mean must be above 0 for a coefficient of variation, got {self.mean}")
        return self.variance / self.mean / self.mean


@dataclass(frozen=True)
class Course:
    """Numbers of cells at the times ``time``, arrays of one length."""

    time: Floats
    sensitive: Floats
    tolerant: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "sensitive", "tolerant"), NON_NEGATIVE))

    @property
    def total(self) -> Floats:
        """All cells."""
        return self.sensitive + self.tolerant


@returns(PROBABILITY)
def tolerant_share(k_on: ArrayLike, k_off: ArrayLike) -> Floats:
    """Tolerant share at equilibrium, ``p = k_on / (k_on + k_off)``; the rates must not both be 0."""
    k_on, k_off = arrays(k_on=(k_on, NON_NEGATIVE), k_off=(k_off, NON_NEGATIVE))
    if np.any(k_on + k_off == 0):
        raise ValueError(f"k_on must be above 0 where k_off is 0, got {shown(plain(k_on))}")
    larger = np.maximum(k_on, k_off)
    return plain(k_on / larger / (k_on / larger + k_off / larger))


@returns(NON_NEGATIVE)
def switching_rates(p: ArrayLike, kappa: ArrayLike) -> tuple[Floats, Floats]:
    """Rates ``(k_on, k_off)`` per division from the tolerant share ``p`` and the rate of forgetting ``kappa``."""
    p, kappa = arrays(p=(p, PROBABILITY), kappa=(kappa, NON_NEGATIVE))
    return plain(p * kappa), plain((1 - p) * kappa)


@returns(NON_NEGATIVE)
def cv_squared(p: ArrayLike, kappa: ArrayLike, divisions: ArrayLike) -> Floats:
    """Squared coefficient of variation of tolerant cells between colonies whose founder is at equilibrium.

    Parameters
    ----------
    p : tolerant share, above 0 and below 1
    kappa : rate of forgetting per division, at least 0
    divisions : ``g``, at least 0; a colony has ``2**g`` cells

    Returns
    -------
    float or ndarray, of the broadcast shape

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    p, kappa, g = arrays(p=(p, OPEN_PROBABILITY), kappa=(kappa, NON_NEGATIVE), divisions=(divisions, NON_NEGATIVE))
    # The bracket over N = 2**g, with L = ln(2 rho): rho (rho**g - 2**-g) / (2 rho - 1) is a ratio of exp(x) - 1, by
    # whichever of the two powers is larger.
    log = np.log(2) - 2 * kappa
    larger, change = np.where(log > 0, np.exp(-2 * kappa * g), np.exp2(-g)), np.where(log > 0, -1.0, 1.0)
    divisor = np.where(log == 0, 1, np.expm1(log))
    pairs = np.where(log == 0, larger * g, change * larger * np.expm1(change * g * log) / divisor)
    return plain((1 - p) / p * (np.exp2(-g) + np.where(kappa < _FASTEST, np.exp(-2 * kappa) * pairs, 0)))


@returns()
def moments(k_on: float, k_off: float, divisions: int, tolerant_founder: float | None = 0.0) -> Moments:
    """Mean and variance of the number of tolerant cells in a colony.

    Parameters
    ----------
    k_on, k_off : rates per division, at least 0, not both 0
    divisions : ``g``, at least 0
    tolerant_founder : chance that the founder is tolerant; None draws it at equilibrium, which gives :func:`cv_squared`

    Notes
    -----
    A cell ``d`` divisions after the founder is tolerant with ``p_d = p + (p_0 - p) exp(-kappa d)``. Two cells that
    parted ``j`` divisions ago share an ancestor in division ``g - j`` and covary by ``rho**j p_(g-j) (1 - p_(g-j))``.
    With ``k_off = 0`` and a sensitive founder this is the mutant count of Luria and Delbrück for synchronous divisions.
    """
    k_on, k_off = number("k_on", k_on, NON_NEGATIVE), number("k_off", k_off, NON_NEGATIVE)
    p, kappa, g = float(tolerant_share(k_on, k_off)), k_on + k_off, whole("divisions", divisions, high=_MOST_DIVISIONS)
    start = p if tolerant_founder is None else number("tolerant_founder", tolerant_founder, PROBABILITY)
    depth = np.arange(g + 1)
    chance = np.minimum(start * np.exp(-kappa * depth) - p * np.expm1(-kappa * depth), 1)
    ago = np.arange(1, g + 1)
    shared = chance[g - ago]
    pairs = np.sum(2.0 ** (ago - 1) * np.exp(-2 * kappa * ago) * shared * (1 - shared))
    cells = 2.0**g
    return Moments(float(cells * chance[-1]), float(cells * (chance[-1] * (1 - chance[-1]) + pairs)))


@returns(NON_NEGATIVE)
def kappa_from_cv(cv_squared_observed: float, p: float, divisions: int) -> float:
    """Rate of forgetting per division that gives the observed ``CV**2`` at the tolerant share ``p``.

    Raises ``ValueError`` if the observation is not above the binomial ``(1 - p)/(p N)`` and below the jackpot
    ``(1 - p)/p``, because no rate between 0 and infinity gives it.
    """
    observed, p = number("cv_squared_observed", cv_squared_observed, POSITIVE), number("p", p, OPEN_PROBABILITY)
    g = whole("divisions", divisions, 1)
    jackpot, binomial = float(cv_squared(p, 0.0, g)), float(cv_squared(p, _FASTEST, g))
    if not binomial < observed < jackpot:
        limits = f"between {binomial:g} and {jackpot:g}, those of p = {p} and divisions = {g}"
        raise ValueError(f"cv_squared_observed must be {limits}, got {observed}")
    high = 1.0
    while cv_squared(p, high, g) > observed and high < _FASTEST:
        high *= 2
    return root(lambda kappa: float(cv_squared(p, kappa, g)) - observed, 0.0, high, xtol=1e-12)


@returns(POSITIVE)
def memory(kappa: ArrayLike) -> Floats:
    """Divisions after which half of a lineage's difference from equilibrium is forgotten, ``ln 2 / kappa``."""
    (kappa,) = arrays(kappa=(kappa, POSITIVE))
    return plain(np.log(2) / kappa)


@returns(NON_NEGATIVE)
def colonies(
    k_on: float,
    k_off: float,
    divisions: int,
    count: int,
    rng: np.random.Generator,
    tolerant_founder: float | None = 0.0,
) -> NDArray[np.int64]:
    """Random numbers of tolerant cells in ``count`` colonies; arguments as in :func:`moments`.

    Cells of one state are alike, so that a colony is followed as two numbers with binomial switching a division.

    Returns
    -------
    int ndarray of shape (count,)
    """
    k_on, k_off = number("k_on", k_on, NON_NEGATIVE), number("k_off", k_off, NON_NEGATIVE)
    p, kappa, g = float(tolerant_share(k_on, k_off)), k_on + k_off, whole("divisions", divisions, high=_MOST_DIVISIONS)
    count, rng = whole("count", count, 1, MOST_COLONIES), generator("rng", rng)
    start = p if tolerant_founder is None else number("tolerant_founder", tolerant_founder, PROBABILITY)
    turns = -np.expm1(-kappa)
    tolerant = rng.binomial(1, start, count)
    sensitive = 1 - tolerant
    for _ in range(g):
        up, down = rng.binomial(2 * sensitive, p * turns), rng.binomial(2 * tolerant, (1 - p) * turns)
        sensitive, tolerant = 2 * sensitive - up + down, 2 * tolerant - down + up
    return tolerant


@returns()
def treated(
    t: ArrayLike,
    p: float,
    growth_sensitive: float,
    growth_tolerant: float,
    k_on: float,
    k_off: float,
    cells: float = 1.0,
) -> Course:
    """Sensitive and tolerant cells over time, in closed form, from ``cells`` of which the share ``p`` is tolerant.

    Parameters
    ----------
    t : times, one-dimensional, at least 0
    p : tolerant share at time 0
    growth_sensitive, growth_tolerant : net growth rates per unit of time; negative while the drug kills
    k_on, k_off : rates of switching per unit of time, at least 0
    cells : number of cells at time 0, above 0

    Returns
    -------
    Course

    Notes
    -----
    ``ds/dt = (growth_sensitive - k_on) s + k_off r`` and ``dr/dt = k_on s + (growth_tolerant - k_off) r``. The matrix
    has the real eigenvalues ``h +- w``, so that its exponential is ``exp(h t) [cosh(w t) + sinh(w t) (B - h)/w]``, here
    written as a sum of terms that are all at least 0.
    """
    t = vector("t", t, NON_NEGATIVE)
    p, cells = number("p", p, PROBABILITY), number("cells", cells, POSITIVE)
    fast, slow = number("growth_sensitive", growth_sensitive, REAL), number("growth_tolerant", growth_tolerant, REAL)
    on, off = number("k_on", k_on, NON_NEGATIVE), number("k_off", k_off, NON_NEGATIVE)
    middle, half = (fast - on + slow - off) / 2, (fast - on - slow + off) / 2
    w = float(np.hypot(half, np.sqrt(on) * np.sqrt(off)))
    upper, lower = np.exp((middle + w) * t), np.exp((middle - w) * t)
    # Shares of the two exponentials; w + half and w - half have the product on off, so that neither cancels.
    larger = w + abs(half)
    shares = (larger / (2 * w), on / larger * (off / (2 * w))) if w > 0 else (0.5, 0.5)
    more, less = shares if half >= 0 else shares[::-1]
    odd = -upper * np.expm1(-2 * w * t) / (2 * w) if w > 0 else t * upper
    s, r = cells * (1 - p), cells * p
    return Course(
        t, s * (more * upper + less * lower) + off * r * odd, r * (less * upper + more * lower) + on * s * odd
    )
