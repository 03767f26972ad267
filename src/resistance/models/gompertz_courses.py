"""Tumour size over time under no treatment, maximum tolerated dose, constant dose and containment (A12).

The equations and parameters are those of :mod:`resistance.models.gompertz`. Both kinds of cells share one growth rate,
so that everything follows from ``theta(t)``, the integral of ``rho ln(K/N)`` up to ``t``::

    R = R0 exp(theta)      S = S0 exp[(1 - C) theta]      dtheta/dt = rho ln(K/N(theta))

Without drug, without sensitive cells and during containment ``theta`` has a closed form; under a constant dose this one
equation is integrated (SciPy, LSODA), and the time to a given size is a quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import gompertz
from resistance.models._results import hold, returns
from resistance.models._solve import integral, integrate, root
from resistance.models._validate import (
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    POSITIVE,
    POSITIVE_OR_INFINITE,
    Floats,
    at_least,
    below,
    number,
    vector,
)
from resistance.models.gompertz import CAPACITY, N0, R0, RHO


@dataclass(frozen=True)
class Course:
    """Cells and dose at the times ``time``, arrays of one length; ``dose`` is infinite under the ideal MTD."""

    time: Floats
    sensitive: Floats
    resistant: Floats
    total: Floats
    dose: Floats

    def __post_init__(self) -> None:
        cells = dict.fromkeys(("time", "sensitive", "resistant", "total"), NON_NEGATIVE)
        hold(self, **cells, dose=NON_NEGATIVE_OR_INFINITE)


@returns()
def untreated(t: ArrayLike, n0: float = N0, r0: float = R0, rho: float = RHO, capacity: float = CAPACITY) -> Course:
    """Course without drug: the resistant share stays ``r0 / n0``.

    Parameters
    ----------
    t : one-dimensional array of times, at least 0
    n0, r0 : all cells and resistant cells at time 0, ``0 <= r0 <= n0 < capacity``
    rho, capacity : parameters of growth

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    t, n0, r0, rho, capacity = _start(t, n0, r0, rho, capacity)
    total = np.asarray(gompertz.size(t, n0, rho, capacity))
    return _course(t, total * ((n0 - r0) / n0), total * (r0 / n0), np.zeros_like(t))


@returns()
def ideal_mtd(t: ArrayLike, n0: float = N0, r0: float = R0, rho: float = RHO, capacity: float = CAPACITY) -> Course:
    """Course under the ideal MTD: no sensitive cell is left, resistant cells grow alone. Arguments as in untreated."""
    t, n0, r0, rho, capacity = _start(t, n0, r0, rho, capacity)
    resistant = np.zeros_like(t) if r0 == 0 else np.asarray(gompertz.size(t, r0, rho, capacity))
    return _course(t, np.zeros_like(t), resistant, np.full_like(t, np.inf))


@returns()
def constant_dose(
    t: ArrayLike, dose: float, n0: float = N0, r0: float = R0, rho: float = RHO, capacity: float = CAPACITY
) -> Course:
    """Course under a constant dose ``C`` of at least 0 (below 1 it slows, above 1 it reverses sensitive growth)."""
    t, n0, r0, rho, capacity = _start(t, n0, r0, rho, capacity)
    dose = number("dose", dose, NON_NEGATIVE)
    theta = _theta(t, n0 - r0, r0, dose, rho, capacity)
    return _course(t, (n0 - r0) * np.exp((1 - dose) * theta), r0 * np.exp(theta), np.full_like(t, dose))


@returns(NON_NEGATIVE_OR_INFINITE)
def constant_dose_time(
    to: float, dose: float, n0: float = N0, r0: float = R0, rho: float = RHO, capacity: float = CAPACITY
) -> float:
    """Time until the tumour, after any shrinkage under a constant dose, has ``to`` cells (at least ``n0``).

    ``to = n0`` gives the time to progression, 0 if the dose never makes the tumour shrink. Returns infinity if the
    tumour never reaches ``to``, that is without resistant cells under a dose of 1 or more.
    """
    _, n0, r0, rho, capacity = _start([0.0], n0, r0, rho, capacity)
    dose, to = number("dose", dose, NON_NEGATIVE), number("to", to, POSITIVE)
    below(np.asarray(capacity), to=np.asarray(to))
    at_least(n0=np.asarray(n0), to=np.asarray(to))
    return _time_to(to, n0 - r0, r0, dose, rho, capacity)


@returns(NON_NEGATIVE)
def constant_dose_nadir(
    dose: float, n0: float = N0, r0: float = R0, rho: float = RHO, capacity: float = CAPACITY
) -> tuple[float, float]:
    """Time and size of the smallest tumour under a constant dose; ``(0, n0)`` if it never shrinks.

    Raises ``ValueError`` if there is no smallest size, that is without resistant cells under a dose above 1.
    """
    _, n0, r0, rho, capacity = _start([0.0], n0, r0, rho, capacity)
    dose = number("dose", dose, NON_NEGATIVE)
    if r0 == 0 and dose > 1:
        raise ValueError(f"r0 must be above 0 for a nadir to exist at dose {dose}, got {r0!r}")
    theta = _theta_nadir(n0 - r0, r0, dose)
    return _quadrature(0.0, theta, n0 - r0, r0, dose, rho, capacity), float(_cells(theta, n0 - r0, r0, dose))


@returns()
def containment(
    t: ArrayLike,
    level: float = N0,
    c_max: float = np.inf,
    n0: float = N0,
    r0: float = R0,
    rho: float = RHO,
    capacity: float = CAPACITY,
) -> Course:
    """Course under containment at ``level``: growth to it, the stay, then the highest dose ``c_max`` until the end.

    Arguments and errors as in :func:`resistance.models.gompertz.containment_phases`; ``t`` is one-dimensional.
    """
    t, n0, r0, rho, capacity = _start(t, n0, r0, rho, capacity)
    level, c_max = number("level", level, POSITIVE), number("c_max", c_max, POSITIVE_OR_INFINITE)
    number("r0", r0, POSITIVE)
    growth, stay, lost = (float(x) for x in gompertz.containment_phases(level, n0, r0, c_max, rho, capacity))
    held, after = (t >= growth) & (t < growth + stay), t >= growth + stay
    course = untreated(np.minimum(t, growth), n0, r0, rho, capacity)
    resistant = course.resistant * np.exp(np.where(held, t - growth, 0) * gompertz.growth_rate(level, rho, capacity))
    sensitive = np.where(held, np.maximum(level - resistant, 0), course.sensitive)
    dose = np.where(held, gompertz.containment_dose(np.minimum(resistant, level), level), 0.0)
    if np.any(after):
        follow = ideal_mtd if np.isinf(c_max) else lambda *args: constant_dose(args[0], c_max, *args[1:])
        last = follow(t[after] - growth - stay, level, lost, rho, capacity)
        sensitive[after], resistant[after], dose[after] = last.sensitive, last.resistant, last.dose
    return _course(t, sensitive, resistant, dose)


@returns(NON_NEGATIVE_OR_INFINITE)
def containment_time(
    to: float,
    level: float = N0,
    c_max: float = np.inf,
    n0: float = N0,
    r0: float = R0,
    rho: float = RHO,
    capacity: float = CAPACITY,
) -> float:
    """Time under containment at ``level`` with highest dose ``c_max`` until the tumour exceeds ``to >= level`` cells.

    For infinite ``c_max`` this is :func:`resistance.models.gompertz.ideal_containment_time`.
    """
    to, level = number("to", to, POSITIVE), number("level", level, POSITIVE)
    c_max = number("c_max", c_max, POSITIVE_OR_INFINITE)
    _, n0, r0, rho, capacity = _start([0.0], n0, r0, rho, capacity)
    at_least(level=np.asarray(level), to=np.asarray(to))
    below(np.asarray(capacity), to=np.asarray(to))
    growth, stay, lost = (float(x) for x in gompertz.containment_phases(level, n0, r0, c_max, rho, capacity))
    if np.isinf(c_max):
        return growth + stay + float(gompertz.growth_time(level, to, rho, capacity))
    return growth + stay + constant_dose_time(to, c_max, level, lost, rho, capacity)


def _start(
    t: ArrayLike, n0: float, r0: float, rho: float, capacity: float
) -> tuple[Floats, float, float, float, float]:
    n0, r0 = number("n0", n0, POSITIVE), number("r0", r0, NON_NEGATIVE)
    rho, capacity = number("rho", rho, POSITIVE), number("capacity", capacity, POSITIVE)
    below(np.asarray(capacity), n0=np.asarray(n0))
    at_least(r0=np.asarray(r0), n0=np.asarray(n0))
    return vector("t", t, NON_NEGATIVE), n0, r0, rho, capacity


def _course(t: Floats, sensitive: Floats, resistant: Floats, dose: Floats) -> Course:
    return Course(t, sensitive, resistant, sensitive + resistant, dose)


def _cells(theta: ArrayLike, s0: float, r0: float, dose: float) -> Floats:
    return s0 * np.exp((1 - dose) * np.asarray(theta)) + r0 * np.exp(theta)


def _rate(theta: ArrayLike, s0: float, r0: float, dose: float, rho: float, capacity: float) -> Floats:
    return rho * np.log(capacity / _cells(theta, s0, r0, dose))


def _theta(t: Floats, s0: float, r0: float, dose: float, rho: float, capacity: float) -> Floats:
    times, back = np.unique(np.concatenate([[0.0], t]), return_inverse=True)
    if times.size == 1:
        return np.zeros_like(t)
    solved = integrate(
        lambda _, theta: _rate(theta, s0, r0, dose, rho, capacity),
        (0.0, times[-1]),
        [0.0],
        method="LSODA",
        t_eval=times,
        rtol=1e-10,
        atol=1e-12,
    )
    return solved.y[0][back[1:]]


def _theta_nadir(s0: float, r0: float, dose: float) -> float:
    """Where ``N(theta)``, which is convex, is smallest; 0 if it only grows."""
    if dose <= 1 or s0 * (dose - 1) <= r0:
        return 0.0
    return float(np.log(s0 * (dose - 1) / r0) / dose)


def _quadrature(low: float, high: float, s0: float, r0: float, dose: float, rho: float, capacity: float) -> float:
    # The integrand changes fastest where sensitive cells die off, within a few 1/dose of the start.
    early = min(high, low + 10 / max(dose, 1.0))
    edges = (low, early, high)
    return integral(lambda x: 1 / _rate(x, s0, r0, dose, rho, capacity), edges, epsabs=0, epsrel=1e-11, limit=200)


def _time_to(to: float, s0: float, r0: float, dose: float, rho: float, capacity: float) -> float:
    if r0 == 0 and dose > 1:
        return np.inf
    lowest = _theta_nadir(s0, r0, dose)
    if lowest == 0 and to <= s0 + r0:
        return 0.0
    if r0 == 0 and dose == 1:
        return np.inf
    highest = np.log(to / r0) if r0 > 0 else np.log(to / s0) / (1 - dose)
    highest += 1e-9 * (1 + highest)  # where sensitive cells no longer count, rounding could hide the change of sign
    theta = root(lambda x: float(np.log(_cells(x, s0, r0, dose) / to)), lowest, highest, xtol=1e-14, rtol=1e-14)
    return _quadrature(0.0, theta, s0, r0, dose, rho, capacity)
