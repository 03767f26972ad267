"""A drug pump against a leaky membrane (A14 with the pump-leak part of B13).

Drug crosses the membrane passively, at rate ``k`` times the difference of the free concentrations, and a pump such as
P-glycoprotein returns it:

    dCi/dt = k (Co - Ci) - Vmax Ci**h / (Km**h + Ci**h)

``Co`` and ``Ci`` are the free concentrations outside and inside, ``Km`` the inside concentration at which the pump
works at half its capacity ``Vmax``, ``h`` its Hill coefficient. All functions take the *pump ratio*
``rho = Vmax / (k Km)``, which needs no unit, and ``k`` appears again only in a time course. Wielinga et al. (Eur J
Biochem 2000;267:649-657) measure it in living cells: ``rho = R_Vp - 1``, where ``R_Vp`` is the ratio of the efflux
rates just before and just after the pump is blocked, if the cell is one well-stirred compartment and the pump far from
saturated.

Concentrations are in one unit of the caller's choice throughout.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, returns
from resistance.models._solve import integrate, roots
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    POSITIVE,
    Floats,
    arrays,
    number,
    plain,
    rising,
)
from resistance.models.titration import titration

_APART = 1e-12


@returns(NON_NEGATIVE)
def pump_ratio(vmax: ArrayLike, k: ArrayLike, km: ArrayLike) -> Floats:
    """Pump ratio ``rho = Vmax / (k Km)``: pumping against leaking where the pump is far from saturated.

    Parameters
    ----------
    vmax : capacity of the pump, at least 0 (amount per volume of cell and time; proportional to the number of pumps)
    k : rate constant of passive permeation, above 0 (per time)
    km : half-saturation, above 0 (concentration)

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    vmax, k, km = arrays(vmax=(vmax, NON_NEGATIVE), k=(k, POSITIVE), km=(km, POSITIVE))
    return plain(vmax / (k * km))


@returns(NON_NEGATIVE)
def inhibited(rho: ArrayLike, inhibitor: ArrayLike) -> Floats:
    """Pump ratio left by a non-competitive inhibitor, ``rho / (1 + I / Ki)``, with ``inhibitor = I / Ki``.

    A competitive inhibitor raises ``Km`` by the same factor instead: pass ``km * (1 + I / Ki)`` and this ratio, because
    ``rho`` holds ``Km`` too. Far from saturation the two do the same.
    """
    rho, inhibitor = arrays(rho=(rho, NON_NEGATIVE), inhibitor=(inhibitor, NON_NEGATIVE))
    return plain(rho / (1 + inhibitor))


@returns(NON_NEGATIVE)
def inside(outside: ArrayLike, rho: ArrayLike, km: ArrayLike, hill: ArrayLike = 1.0) -> Floats:
    """Free concentration inside at steady state.

    Parameters
    ----------
    outside : free concentration outside, at least 0
    rho : pump ratio, at least 0
    km : half-saturation of the pump, above 0, in the unit of ``outside``
    hill : Hill coefficient, at least 1

    Returns
    -------
    float or ndarray
        Concentration in that unit, between 0 and ``outside``, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    For ``hill = 1`` this is ``titration(outside, km, rho * km)``. Otherwise the one root of ``outside = inside + rho km
    inside**h / (km**h + inside**h)`` is found by bracketing; the right side rises with ``inside``, so it is unique.
    """
    outside, rho, km, hill = arrays(
        outside=(outside, NON_NEGATIVE), rho=(rho, NON_NEGATIVE), km=(km, POSITIVE), hill=(hill, AT_LEAST_ONE)
    )
    if not np.all(np.isfinite(rho * km)):
        raise NoResult("a finite capacity of the pump")
    free = np.asarray(titration(outside, km, rho * km))
    if np.all(hill == 1):
        return plain(free)
    settled = (outside == 0) | (rho == 0) | (hill == 1)
    there, pump = np.where(settled, 1.0, outside / km), np.where(settled, 1.0, rho)
    # The pump removes at most rho km, and at least nothing; the ends are moved apart by more than rounding.
    low = np.maximum(there - pump, 0) * (1 - _APART)
    root = roots(_excess, (low, there * (1 + _APART)), (there, pump, hill))
    found = np.where(rho == 0, outside, np.where(hill == 1, free, np.where(settled, 0.0, root * km)))
    return plain(np.minimum(found, outside))


@returns(NON_NEGATIVE)
def outside(inside: ArrayLike, rho: ArrayLike, km: ArrayLike, hill: ArrayLike = 1.0) -> Floats:
    """Free concentration outside that keeps ``inside`` in the cell: the inverse of :func:`inside`.

    With ``inside`` the concentration that a cell can bear, this is its IC50, and for any ``hill`` it is linear in
    ``rho`` and so in the number of pumps. Raises ``ValueError`` for an argument that leaves its range.
    """
    inside, rho, km, hill = arrays(
        inside=(inside, NON_NEGATIVE), rho=(rho, NON_NEGATIVE), km=(km, POSITIVE), hill=(hill, AT_LEAST_ONE)
    )
    return plain(inside + rho * km * _occupancy(inside / km, hill))


@returns(AT_LEAST_ONE)
def fold_resistance(inside: ArrayLike, rho: ArrayLike, km: ArrayLike, hill: ArrayLike = 1.0) -> Floats:
    """IC50 with the pump over IC50 without it, ``Co / Ci``, for a cell that bears the concentration ``inside``.

    The same ratio is the efflux rate before over after the pump is blocked in a cell that holds ``inside`` (``R_Vp`` of
    Wielinga et al. 2000). For ``hill = 1`` it is ``1 + rho / (1 + inside / km)``, at most ``1 + rho``; for
    ``hill > 1`` it is 1 at both ends and highest at :func:`best_inside`. ``inside`` must be above 0.
    """
    inside, rho, km, hill = arrays(
        inside=(inside, POSITIVE), rho=(rho, NON_NEGATIVE), km=(km, POSITIVE), hill=(hill, AT_LEAST_ONE)
    )
    x = inside / km
    return plain(1 + rho / (x + x ** (1 - hill)))


@returns(NON_NEGATIVE)
def rho_from_fold(fold: ArrayLike, inside: ArrayLike = 0.0, km: ArrayLike = 1.0) -> Floats:
    """Pump ratio that gives the fold resistance ``fold`` (at least 1) with ``hill = 1``: ``(fold - 1)(1 + inside/km)``.

    With the default ``inside = 0``, the limit of a drug that kills far below ``km``, this is ``fold - 1``, the least
    pump ratio that can explain the fold.
    """
    fold, inside, km = arrays(fold=(fold, AT_LEAST_ONE), inside=(inside, NON_NEGATIVE), km=(km, POSITIVE))
    return plain((fold - 1) * (1 + inside / km))


@returns(NON_NEGATIVE)
def best_inside(km: ArrayLike, hill: ArrayLike) -> Floats:
    """Concentration inside at which a pump with ``hill`` protects most, ``km (h - 1)**(1/h)``; 0 for ``hill = 1``."""
    km, hill = arrays(km=(km, POSITIVE), hill=(hill, AT_LEAST_ONE))
    return plain(km * (hill - 1) ** (1 / hill))


@returns(AT_LEAST_ONE)
def highest_fold(rho: ArrayLike, hill: ArrayLike = 1.0) -> Floats:
    """Highest fold resistance at any concentration: ``1 + rho`` for ``hill = 1``, ``1 + rho / 2`` for ``hill = 2``.

    In general ``1 + rho (h - 1)**((h - 1)/h) / h``, reached at :func:`best_inside`.
    """
    rho, hill = arrays(rho=(rho, NON_NEGATIVE), hill=(hill, AT_LEAST_ONE))
    return plain(1 + rho * (hill - 1) ** ((hill - 1) / hill) / hill)


@returns(AT_LEAST_ONE)
def efflux_ratio(pump: ArrayLike, apical: ArrayLike) -> Floats:
    """Efflux ratio of a monolayer with the pump in its apical membrane, ``1 + PS_pump / PS_apical``.

    The ratio of the permeabilities from basolateral to apical and back, at concentrations far below ``km``. ``pump``
    and ``apical`` are the permeability-surface products of the pump and of passive permeation through that membrane.
    """
    pump, apical = arrays(pump=(pump, NON_NEGATIVE), apical=(apical, POSITIVE))
    return plain(1 + pump / apical)


@returns(NON_NEGATIVE)
def course(
    t: ArrayLike, outside: float, rho: float, km: float, k: float, hill: float = 1.0, start: float = 0.0
) -> Floats:
    """Free concentration inside over time, from ``start`` at time 0.

    Parameters
    ----------
    t : times, one-dimensional, at least 0 and rising, in the unit of ``1 / k``
    outside : constant concentration outside, at least 0
    rho, km, hill : pump ratio, half-saturation and Hill coefficient as in :func:`inside`
    k : rate constant of passive permeation, above 0
    start : concentration inside at time 0, at least 0

    Returns
    -------
    ndarray of shape (len(t),)

    Raises
    ------
    ValueError
        If an argument leaves its range, or the times do not rise.
    """
    t = rising("t", t, NON_NEGATIVE)
    outside, rho = number("outside", outside, NON_NEGATIVE), number("rho", rho, NON_NEGATIVE)
    km, k = number("km", km, POSITIVE), number("k", k, POSITIVE)
    hill, start = number("hill", hill, AT_LEAST_ONE), number("start", start, NON_NEGATIVE)
    if t[-1] == 0:
        return np.array([start])

    def rate(_: float, y: Floats) -> Floats:
        return k * (outside - y - rho * km * _occupancy(np.maximum(y, 0) / km, hill))

    # With a pump the cell empties faster than k, so the tolerance is set against the smaller of the concentrations.
    scale = max(start, outside, np.finfo(float).tiny)
    solved = integrate(rate, (0, t[-1]), [start], method="LSODA", t_eval=t, rtol=1e-9, atol=1e-12 * scale)
    return np.maximum(solved.y[0], 0)


def _occupancy(x: Floats, hill: Floats | float) -> Floats:
    """``x**h / (1 + x**h)``, written so that neither a large nor a small ``x`` overflows."""
    with np.errstate(divide="ignore", over="ignore"):
        return 1 / (1 + np.asarray(x, dtype=float) ** (-np.asarray(hill)))


def _excess(inside: Floats, outside: Floats, rho: Floats, hill: Floats) -> Floats:
    """What ``inside`` would need outside, less what is there; all in units of ``km``."""
    return inside + rho * _occupancy(inside, hill) - outside
