"""Steady states, folds and phenotypes of the miR-200/ZEB switch of :mod:`resistance.models.mir200_zeb` (A9b).

Method: for a given amount of ZEB one bracketed root in miR-200 gives the one SNAIL level that keeps it, because
production of miR-200 falls, and its losses rise, with miR-200 when SNAIL is chosen to feed the message
(:func:`snail_that_keeps`). The bifurcation diagram is therefore a curve without branches in ZEB: steady states lie
where it takes the wanted SNAIL level, folds where it turns. Source: Lu et al.,
Proc Natl Acad Sci USA 2013;110:18144-18149.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import elementwise

from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import roots
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    POSITIVE,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    truths,
    vector,
    whole,
)
from resistance.models.mir200_zeb import LU2013, Parameters, hill, made, rates, silencing

_SNAIL = Interval("at least 0, infinite or NaN", low=0, infinite=True, nan=True)
_KENDALL = Interval("between -1 and 1, or NaN", low=-1, high=1, nan=True)
# Most amounts of ZEB on one curve, and most SNAIL levels whose states are sought at once: a few seconds of work.
MOST_AMOUNTS, MOST_LEVELS = 100_000, 5_000
_GRID = np.linspace(0, np.log(1e9), 3001)  # logarithm of ZEB


@dataclass(frozen=True)
class States:
    """Steady states from low to high ZEB (arrays of one length): amounts in molecules, and whether each is stable."""

    mu: Floats
    mrna: Floats
    zeb: Floats
    stable: NDArray[np.bool_]
    count: int

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("mu", "mrna", "zeb"), NON_NEGATIVE))
        object.__setattr__(self, "stable", truths("stable", self.stable))
        object.__setattr__(self, "count", whole("count", self.count))


@dataclass(frozen=True)
class Curve:
    """Bifurcation curve along rising ZEB (molecules); ``snail`` is NaN where no SNAIL level keeps that ZEB."""

    snail: Floats
    mu: Floats
    mrna: Floats
    zeb: Floats
    stable: NDArray[np.bool_]

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("mu", "mrna", "zeb"), NON_NEGATIVE), snail=_SNAIL)
        object.__setattr__(self, "stable", truths("stable", self.stable))


@returns(_SNAIL)
def snail_that_keeps(zeb: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """SNAIL (molecules) at which ``zeb`` molecules of ZEB (above 0) are a steady state; NaN where there is none.

    Takes at most :data:`MOST_AMOUNTS` amounts.
    """
    (zeb,) = arrays(zeb=(zeb, POSITIVE))
    if zeb.size > MOST_AMOUNTS:
        raise ValueError(f"zeb must hold at most {MOST_AMOUNTS} numbers, got {zeb.size}")
    return plain(_snail(_on_curve(zeb, parameters)[1], parameters))


@returns()
def curve(zeb: ArrayLike, parameters: Parameters = LU2013) -> Curve:
    """The bifurcation curve at the ZEB amounts ``zeb`` (one-dimensional, molecules, above 0), with stability.

    Takes at most :data:`MOST_AMOUNTS` amounts.
    """
    zeb = vector("zeb", zeb, POSITIVE, most=MOST_AMOUNTS)
    mu, occupied = _on_curve(zeb, parameters)
    snail = _snail(occupied, parameters)
    mrna = _mrna(mu, zeb, parameters)
    exists = np.isfinite(snail)
    stable = np.zeros(zeb.shape, dtype=bool)
    if exists.any():
        stable[exists] = _is_stable(mu[exists], mrna[exists], zeb[exists], snail[exists], parameters)
    return Curve(snail, mu, mrna, zeb, stable)


@returns()
def steady_states(snail: float, parameters: Parameters = LU2013) -> States:
    """All steady states at one SNAIL level (molecules, at least 0), stable or not, from low to high ZEB.

    Exact to about 1e-10 in the logarithm of ZEB; a pair closer than 0.7% in ZEB would be missed. Raises ``ValueError``
    if ``snail`` is negative or not finite, or if no state holds between 1 and 1e9 molecules of ZEB.
    """
    snail = number("snail", snail, NON_NEGATIVE)
    return _steady_states(np.array([snail]), parameters)[0]


@returns()
def stable_states(snail: float, parameters: Parameters = LU2013) -> States:
    """The stable ones of :func:`steady_states`, from low ZEB (epithelial) to high ZEB (mesenchymal)."""
    return stable_states_at([number("snail", snail, NON_NEGATIVE)], parameters)[0]


@returns()
def stable_states_at(snail: ArrayLike, parameters: Parameters = LU2013) -> tuple[States, ...]:
    """:func:`stable_states` at each of several SNAIL levels (one-dimensional), by one search for all of them.

    Takes at most :data:`MOST_LEVELS` levels.
    """
    found = []
    for states in _steady_states(vector("snail", snail, NON_NEGATIVE, most=MOST_LEVELS), parameters):
        keep = states.stable
        found.append(States(states.mu[keep], states.mrna[keep], states.zeb[keep], states.stable[keep], int(keep.sum())))
    return tuple(found)


@returns(_KENDALL)
def ordering(snail: float, parameters: Parameters = LU2013) -> float:
    """Kendall's coefficient between miR-200 and ZEB over the stable states; NaN for a single one.

    Minus 1 if, in every pair, the state with more miR-200 has less ZEB.
    """
    found = stable_states(snail, parameters)
    first, second = np.triu_indices(found.count, 1)
    if first.size == 0:
        return float("nan")
    return float(np.mean(np.sign((found.mu[first] - found.mu[second]) * (found.zeb[first] - found.zeb[second]))))


@returns(NON_NEGATIVE)
def folds(parameters: Parameters = LU2013) -> tuple[Floats, Floats]:
    """Turning points of the curve, where two states appear or vanish: SNAIL and ZEB (molecules), by rising ZEB."""
    snail, zeb = _folds(parameters)
    return snail.copy(), zeb.copy()


@returns(AT_LEAST_ONE)
def most_stable_states(parameters: Parameters = LU2013) -> int:
    """Largest number of stable states at any SNAIL level; the number changes at the folds only."""
    return int(max(count for _, _, count in _intervals(parameters)))


@returns(_SNAIL)
def tristable_range(parameters: Parameters = LU2013) -> tuple[float, float]:
    """Lowest and highest SNAIL level (molecules) with three stable states; two NaN where there are none."""
    three = [(low, high) for low, high, count in _intervals(parameters) if count == 3]
    if not three:
        return float("nan"), float("nan")
    return float(min(low for low, _ in three)), float(max(high for _, high in three))


@returns(_SNAIL)
def hybrid_range(parameters: Parameters = LU2013) -> tuple[float, float]:
    """SNAIL levels (molecules) with a stable state between the low and the high branch of ZEB, the hybrid phenotype.

    That branch lies between the second and the third fold by rising ZEB; two NaN where there are fewer than four folds.
    """
    snail, _ = folds(parameters)
    if snail.size < 4:
        return float("nan"), float("nan")
    return float(min(snail[1:3])), float(max(snail[1:3]))


@lru_cache(maxsize=32)
def _folds(parameters: Parameters) -> tuple[Floats, Floats]:
    """Result of :func:`folds`; kept, because the ranges and the largest number of states all begin with it."""
    occupied = _along_grid(parameters)
    slope = np.diff(occupied)
    turn = np.flatnonzero(slope[:-1] * slope[1:] < 0) + 1
    turn = turn[(occupied[turn] > 0) & (occupied[turn] < 1)]
    if turn.size == 0:
        return np.empty(0), np.empty(0)
    sign = np.where(slope[turn - 1] < 0, 1.0, -1.0)
    bracket = (_GRID[turn - 1], _GRID[turn], _GRID[turn + 1])
    best = elementwise.find_minimum(lambda x, s: s * _on_curve(np.exp(x), parameters)[1], bracket, args=(sign,))
    if not np.all(best.success):
        raise NoResult("a bifurcation curve whose turning points can be found")
    return _snail(sign * best.f_x, parameters), np.exp(best.x)


@lru_cache(maxsize=32)
def _intervals(parameters: Parameters) -> tuple[tuple[float, float, int], ...]:
    """SNAIL intervals between neighbouring folds, with the number of stable states inside."""
    edges = np.sort(_folds(parameters)[0])
    if edges.size == 0:
        return ((0.0, float("inf"), stable_states(parameters.s_m, parameters).count),)
    ends = np.concatenate([[0.0], edges, [2 * edges[-1]]])
    found = _steady_states((ends[:-1] + ends[1:]) / 2, parameters)
    counts = [int(states.stable.sum()) for states in found]
    return tuple((float(low), float(high), count) for (low, high), count in zip(pairwise(ends), counts, strict=True))


def _steady_states(snail: Floats, parameters: Parameters) -> list[States]:
    """All steady states at each of the SNAIL levels, by one search for the roots of all of them."""
    wanted = 1 - hill(snail, parameters.s_m, parameters.s_m_n, 0.0)  # share of SNAIL sites that are filled
    below = _along_grid(parameters) < wanted[:, None]
    level, cross = np.nonzero(below[:, :-1] != below[:, 1:])
    empty = np.setdiff1d(np.arange(snail.size), level)
    if empty.size:
        raise NoResult(f"a steady state with 1 to 1e9 molecules of ZEB, found none at {snail[empty[0]]:g} of SNAIL")

    def gap(log_zeb: Floats, share: Floats) -> Floats:
        return _on_curve(np.exp(log_zeb), parameters)[1] - share

    zeb = np.exp(roots(gap, (_GRID[cross], _GRID[cross + 1]), (wanted[level],)))
    mu = _on_curve(zeb, parameters)[0]
    mrna = _mrna(mu, zeb, parameters)
    stable = _is_stable(mu, mrna, zeb, snail[level], parameters)
    here = [level == i for i in range(snail.size)]
    return [States(mu[at], mrna[at], zeb[at], stable[at], int(at.sum())) for at in here]


@lru_cache(maxsize=32)
def _along_grid(parameters: Parameters) -> Floats:
    """Second result of :func:`_on_curve` along the grid; kept, because every search begins with it."""
    occupied = _on_curve(np.exp(_GRID), parameters)[1]
    occupied.flags.writeable = False
    return occupied


def _on_curve(zeb: Floats, p: Parameters) -> tuple[Floats, Floats]:
    """miR-200 beside ``zeb``, and the share of SNAIL sites that must be filled (outside 0 to 1: impossible)."""
    top = np.full(zeb.shape, p.g_mu / p.k_mu)

    def filled(mu: Floats, zeb: Floats) -> Floats:
        lost = silencing(mu, p)[1] + p.k_m
        needed = _mrna(mu, zeb, p) * lost / (p.g_m * hill(zeb, p.z_m, p.z_m_n, p.z_m_fold))
        return (needed - 1) / (p.s_m_fold - 1)

    def balance(mu: Floats, zeb: Floats) -> Floats:
        snail = _snail(np.clip(filled(mu, zeb), 0, 1 - 1e-15), p)
        return made(zeb, snail, p)[0] - _mrna(mu, zeb, p) * silencing(mu, p)[2] - p.k_mu * mu

    mu = roots(balance, (np.zeros(zeb.shape), top), (zeb,))
    return mu, filled(mu, zeb)


def _snail(filled: Floats, p: Parameters) -> Floats:
    """SNAIL that fills the share ``filled`` of its sites on the ZEB gene; NaN outside 0 to 1."""
    possible = (filled >= 0) & (filled < 1)
    share = np.where(possible, filled, 0.5)
    return np.where(possible, p.s_m * (share / (1 - share)) ** (1 / p.s_m_n), np.nan)


def _mrna(mu: Floats, zeb: Floats, p: Parameters) -> Floats:
    return p.k_z * zeb / (p.g_z * silencing(mu, p)[0])


def _is_stable(mu: Floats, mrna: Floats, zeb: Floats, snail: Floats, p: Parameters) -> NDArray[np.bool_]:
    """Whether all eigenvalues of the Jacobian (central differences, relative step 1e-5) have a negative real part."""
    state = np.stack([mu, mrna, zeb])
    jacobian = np.empty((*mu.shape, 3, 3))
    for column in range(3):
        step = np.zeros_like(state)
        step[column] = 1e-5 * state[column]
        change = rates(*(state + step), snail, p) - rates(*(state - step), snail, p)
        jacobian[..., column] = np.moveaxis(change / (2 * step[column]), 0, -1)
    return np.all(np.linalg.eigvals(jacobian).real < 0, axis=-1)
