"""What an inhibitor of a drug pump gives back (B13, the inhibitor part).

The cell is that of :mod:`resistance.models.pump_leak`: drug leaks in at rate ``k`` and ``N`` pumps, each of capacity
``V``, return it. An inhibitor at ``i = I / Ki`` either lowers the capacity (non-competitive) or raises the
half-saturation (competitive) by the factor ``1 + i``:

    dCi/dt = k (Co - Ci) - N V / (1 + i) * Ci**h / (Km**h + Ci**h)            non-competitive
    dCi/dt = k (Co - Ci) - N V * Ci**h / ((Km (1 + i))**h + Ci**h)            competitive

A cell that bears the inside concentration ``C*`` therefore has

    IC50 = C* + (N V / k) * occupancy,

linear in the number of pumps whatever the inhibitor. What an inhibitor gives back is a share of the excess over ``C*``:
``i / (1 + i)`` for a non-competitive one, the same for every cell, drug and Hill coefficient, so that a fold
resistance ``F`` becomes ``1 + (F - 1) / (1 + i)``. Full block gives ``C*`` back and nothing more: the leak is the cap.

The efflux rates just before over just after the inhibitor is added are Wielinga's ``R_Vp`` (Eur J Biochem
2000;267:649-657), which needs a complete block to read ``1 + Vmax / (k Km)``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    plain,
    truth,
)

_ABOVE_ONE = Interval("finite and above 1", low=1, low_open=True)


@returns(NON_NEGATIVE)
def ic50(
    bearable: ArrayLike,
    pumps: ArrayLike,
    capacity: ArrayLike,
    k: ArrayLike,
    km: ArrayLike,
    inhibitor: ArrayLike = 0.0,
    hill: ArrayLike = 1.0,
    competitive: bool = False,
) -> Floats:
    """Outside concentration that keeps ``bearable`` inside a cell whose pumps are inhibited.

    Parameters
    ----------
    bearable : free concentration inside that the cell can bear, above 0
    pumps : number of pumps, at least 0 (per cell, or in any unit that ``capacity`` is given for)
    capacity : capacity of one pump, at least 0 (concentration per time)
    k : rate constant of passive permeation, above 0 (per time)
    km : half-saturation of the pump, above 0, in the unit of ``bearable``
    inhibitor : concentration of the inhibitor over its inhibition constant, ``I / Ki``, at least 0
    hill : Hill coefficient of the pump, at least 1
    competitive : whether the inhibitor raises ``km`` instead of lowering the capacity

    Returns
    -------
    float or ndarray
        Concentration in the unit of ``bearable``, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or the concentration is more than a double holds.
    """
    bearable, pumps, capacity, k, km, inhibitor, hill = arrays(
        bearable=(bearable, POSITIVE),
        pumps=(pumps, NON_NEGATIVE),
        capacity=(capacity, NON_NEGATIVE),
        k=(k, POSITIVE),
        km=(km, POSITIVE),
        inhibitor=(inhibitor, NON_NEGATIVE),
        hill=(hill, AT_LEAST_ONE),
    )
    weaker = 1 + inhibitor
    if truth("competitive", competitive):
        working = _occupancy(bearable / km / weaker, hill)
    else:
        working = _occupancy(bearable / km, hill) / weaker
    return plain(bearable + pumps * capacity / k * working)


@returns(PROBABILITY)
def given_back(
    inhibitor: ArrayLike, bearable: ArrayLike, km: ArrayLike, hill: ArrayLike = 1.0, competitive: bool = False
) -> Floats:
    """Share of the excess of the IC50 over ``bearable`` that an inhibitor takes away, 0 to 1.

    Non-competitive: ``i / (1 + i)``, whatever the drug. Competitive, with ``x = bearable / km`` and ``s = (1 + i)**h``:
    ``(s - 1) / (s + x**h)``, the same (for ``h = 1``) far from saturation and nothing at saturation. Arguments are
    those of :func:`ic50`; raises ``ValueError`` for one that leaves its range.
    """
    inhibitor, bearable, km, hill = arrays(
        inhibitor=(inhibitor, NON_NEGATIVE), bearable=(bearable, POSITIVE), km=(km, POSITIVE), hill=(hill, AT_LEAST_ONE)
    )
    return plain(_shares(inhibitor, bearable / km, hill, truth("competitive", competitive))[0])


@returns(AT_LEAST_ONE)
def fold_left(fold: ArrayLike, inhibitor: ArrayLike) -> Floats:
    """Fold resistance that a non-competitive inhibitor leaves, ``1 + (fold - 1) / (1 + I / Ki)``.

    ``fold`` (at least 1) is the fold without it; ``inhibitor = I / Ki``, at least 0. Holds for every Hill coefficient.
    Raises ``ValueError`` for an argument that leaves its range.
    """
    fold, inhibitor = arrays(fold=(fold, AT_LEAST_ONE), inhibitor=(inhibitor, NON_NEGATIVE))
    return plain(1 + (fold - 1) / (1 + inhibitor))


@returns(NON_NEGATIVE)
def inhibitor_needed(fold: ArrayLike, target: ArrayLike) -> Floats:
    """Non-competitive inhibitor, as ``I / Ki``, that brings ``fold`` down to ``target``.

    ``(fold - target) / (target - 1)``, and 0 where the fold is not above the target. ``fold`` is at least 1; ``target``
    is above 1, because a fold of 1 would need the whole pump blocked. Raises ``ValueError`` for an argument that leaves
    its range, or where no double holds the answer.
    """
    fold, target = arrays(fold=(fold, AT_LEAST_ONE), target=(target, _ABOVE_ONE))
    return plain(np.maximum(fold - target, 0) / (target - 1))


@returns(PROBABILITY)
def block_needed(fold: ArrayLike, target: ArrayLike) -> Floats:
    """Share of the pumping that has to stop to bring ``fold`` down to ``target``, ``(fold - target) / (fold - 1)``.

    0 where the fold is not above the target; 1 for a target of 1. Both are at least 1. Raises ``ValueError`` for an
    argument that leaves its range.
    """
    fold, target = arrays(fold=(fold, AT_LEAST_ONE), target=(target, AT_LEAST_ONE))
    return plain(np.where(fold > target, (fold - target) / np.where(fold > target, fold - 1, 1), 0.0))


@returns(AT_LEAST_ONE)
def rate_ratio(
    inside: ArrayLike,
    rho: ArrayLike,
    km: ArrayLike,
    inhibitor: ArrayLike,
    hill: ArrayLike = 1.0,
    competitive: bool = False,
) -> Floats:
    """Efflux rate just before over just after an inhibitor is added, ``R_Vp`` with an incomplete block.

    Parameters
    ----------
    inside : free concentration inside at that moment, above 0; there is none outside
    rho : pump ratio ``Vmax / (k Km)`` without the inhibitor, at least 0
    km : half-saturation of the pump, above 0, in the unit of ``inside``
    inhibitor : ``I / Ki``, at least 0
    hill : Hill coefficient of the pump, at least 1
    competitive : whether the inhibitor raises ``km`` instead of lowering the capacity

    Returns
    -------
    float or ndarray
        Ratio, at least 1, of the broadcast shape: ``pump_leak.fold_resistance`` with a complete block, 1 without any.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    inside, rho, km, inhibitor, hill = arrays(
        inside=(inside, POSITIVE),
        rho=(rho, NON_NEGATIVE),
        km=(km, POSITIVE),
        inhibitor=(inhibitor, NON_NEGATIVE),
        hill=(hill, AT_LEAST_ONE),
    )
    x = inside / km
    before = rho / (x + x ** (1 - hill))
    back, kept = _shares(inhibitor, x, hill, truth("competitive", competitive))
    # (1 + before) / (1 + before kept), written so that a weak inhibitor keeps its digits too.
    return plain(1 + before * back / (1 + before * kept))


def _shares(inhibitor: Floats, x: Floats, hill: Floats, competitive: bool) -> tuple[Floats, Floats]:
    """Shares of the pumping that an inhibitor takes away and that it leaves, each with all its digits."""
    if not competitive:
        return np.where(inhibitor > 1, 1 / (1 + 1 / inhibitor), inhibitor / (1 + inhibitor)), 1 / (1 + inhibitor)
    # The odds of being taken away are ((1 + i)**h - 1) / (1 + x**h); in logarithms neither power overflows.
    raised = hill * np.log1p(inhibitor)
    odds = np.exp(raised + np.log(-np.expm1(-raised)) - np.logaddexp(0, hill * np.log(x)))
    return np.where(odds > 1, 1 / (1 + 1 / odds), odds / (1 + odds)), 1 / (1 + odds)


def _occupancy(x: Floats, hill: Floats) -> Floats:
    """``x**h / (1 + x**h)``, written so that neither a large nor a small ``x`` overflows."""
    return 1 / (1 + x ** (-hill))
