"""Gompertzian growth, maximum tolerated dose and containment (A12).

Sensitive cells ``S`` and resistant cells ``R`` share one Gompertzian growth rate, and the drug slows or reverses only
the growth of the sensitive cells, in proportion to that rate (the Norton-Simon hypothesis)::

    dS/dt = rho ln(K/N) (1 - C) S      dR/dt = rho ln(K/N) R      N = S + R

The ideal maximum tolerated dose (MTD) removes the sensitive cells at once; containment gives just the dose that holds
the tumour at a chosen level. Source: Viossat & Noble, Nat Ecol Evol 2021;5:826-835, after Monro & Gaffney, J Theor Biol
2009;257:292-302. Times are in days and sizes in cells with the default parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._numeric import log_ratio
from resistance.models._results import returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    POSITIVE,
    POSITIVE_OR_INFINITE,
    Floats,
    Interval,
    arrays,
    at_least,
    below,
    plain,
    shown,
)

# Parameters of the authors' released code (function init_pars_fig); N_TOL is called Nacc there and N_tol in print.
CAPACITY = 2e12
RHO = 2.47e-4 * 24
N0 = 1e10
R0 = 2.3e-5 * 1e10
N_TOL = 7e10
N_CRIT = 5e11
_DOSE = Interval("at least 1, or infinite", low=1, infinite=True)


@returns(POSITIVE)
def size(t: ArrayLike, n0: ArrayLike = N0, rho: ArrayLike = RHO, capacity: ArrayLike = CAPACITY) -> Floats:
    """Untreated size ``K (n0/K)^exp(-rho t)`` at time ``t``.

    Parameters
    ----------
    t : time, at least 0
    n0 : size at time 0, above 0 and below ``capacity``
    rho : growth parameter per unit of time, above 0
    capacity : size ``K`` at which growth stops

    Raises
    ------
    ValueError
        If an argument leaves its range, a size is not below ``capacity``, or the shapes do not fit.
    """
    t, n0, rho, capacity = arrays(
        t=(t, NON_NEGATIVE), n0=(n0, POSITIVE), rho=(rho, POSITIVE), capacity=(capacity, POSITIVE)
    )
    below(capacity, n0=n0)
    return plain(capacity * np.exp(log_ratio(n0, capacity) * np.exp(-rho * t)))


@returns(POSITIVE)
def growth_rate(n: ArrayLike, rho: ArrayLike = RHO, capacity: ArrayLike = CAPACITY) -> Floats:
    """Growth rate per cell ``rho ln(K/n)`` of a tumour of ``n`` cells, per unit of time."""
    n, rho, capacity = arrays(n=(n, POSITIVE), rho=(rho, POSITIVE), capacity=(capacity, POSITIVE))
    below(capacity, n=n)
    return plain(rho * log_ratio(capacity, n))


@returns(NON_NEGATIVE)
def growth_time(start: ArrayLike, end: ArrayLike, rho: ArrayLike = RHO, capacity: ArrayLike = CAPACITY) -> Floats:
    """Time of untreated growth from ``start`` to ``end`` cells, ``ln[ln(K/start)/ln(K/end)] / rho``.

    Raises ``ValueError`` if ``end`` is below ``start`` or not below ``capacity``.
    """
    return plain(_growth_time(rho, capacity, start=start, end=end))


@returns(NON_NEGATIVE)
def untreated_time(to: ArrayLike, n0: ArrayLike = N0, rho: ArrayLike = RHO, capacity: ArrayLike = CAPACITY) -> Floats:
    """Time in which an untreated tumour of ``n0`` cells reaches ``to`` cells."""
    return plain(_growth_time(rho, capacity, n0=n0, to=to))


@returns(NON_NEGATIVE)
def ideal_mtd_time(to: ArrayLike, r0: ArrayLike = R0, rho: ArrayLike = RHO, capacity: ArrayLike = CAPACITY) -> Floats:
    """Time under the ideal MTD until the tumour has ``to`` cells: the ``r0`` resistant cells grow alone.

    ``to = N0`` gives the time to progression. Viossat & Noble 2021.
    """
    return plain(_growth_time(rho, capacity, r0=r0, to=to))


@returns(_DOSE)
def containment_dose(resistant: ArrayLike, level: ArrayLike) -> Floats:
    """Dose ``C = level / (level - resistant)`` that holds a tumour of ``level`` cells; infinite if all resist."""
    resistant, level = arrays(resistant=(resistant, NON_NEGATIVE), level=(level, POSITIVE))
    at_least(resistant=resistant, level=level)
    with np.errstate(divide="ignore"):
        return plain(level / (level - resistant))


@returns(NON_NEGATIVE)
def containment_phases(
    level: ArrayLike,
    n0: ArrayLike = N0,
    r0: ArrayLike = R0,
    c_max: ArrayLike = np.inf,
    rho: ArrayLike = RHO,
    capacity: ArrayLike = CAPACITY,
) -> tuple[Floats, Floats, Floats]:
    """The phases of containment at ``level``: untreated growth up to it, then the stay at it.

    Parameters
    ----------
    level : size at which the tumour is held, at least ``n0``
    n0, r0 : all cells and resistant cells at time 0, ``0 < r0 <= n0``
    c_max : highest dose that can be given; infinite for ideal containment
    rho, capacity : parameters of growth

    Returns
    -------
    (growth, stay, resistant)
        Duration of growth to ``level``, duration of the stay, and resistant cells when control is lost. Control is lost
        when the dose that would be needed exceeds ``c_max``, that is at ``level (1 - 1/c_max)`` resistant cells, which
        shortens the ideal stay by ``ln[c_max / (c_max - 1)] / (rho ln(K/level))``.

    Raises
    ------
    ValueError
        If an argument leaves its range or ``r0 <= n0 <= level < capacity`` does not hold.
    """
    n0, r0, level, c_max, rho, capacity = arrays(
        n0=(n0, POSITIVE),
        r0=(r0, POSITIVE),
        level=(level, POSITIVE),
        c_max=(c_max, POSITIVE_OR_INFINITE),
        rho=(rho, POSITIVE),
        capacity=(capacity, POSITIVE),
    )
    below(capacity, level=level)
    at_least(r0=r0, n0=n0)
    at_least(n0=n0, level=level)
    growth = _growth_time(rho, capacity, n0=n0, level=level)
    arriving = r0 / n0 * level  # without drug both kinds grow alike, so the resistant share does not change
    lost = np.maximum(level * np.where(np.isinf(c_max), 1, (c_max - 1) / c_max), arriving)
    stay = log_ratio(lost, arriving) / (rho * log_ratio(capacity, level))
    return plain(growth), plain(stay), plain(lost)


@returns(NON_NEGATIVE)
def containment_end(
    level: ArrayLike,
    n0: ArrayLike = N0,
    r0: ArrayLike = R0,
    c_max: ArrayLike = np.inf,
    rho: ArrayLike = RHO,
    capacity: ArrayLike = CAPACITY,
) -> Floats:
    """Time at which containment at ``level`` fails, with the highest dose ``c_max`` (infinite: ideal containment).

    With ``level = n0`` this is the time to progression. Arguments and errors as in :func:`containment_phases`.
    """
    growth, stay, _ = containment_phases(level, n0, r0, c_max, rho, capacity)
    return plain(np.asarray(growth) + stay)


@returns(NON_NEGATIVE)
def ideal_containment_time(
    to: ArrayLike,
    level: ArrayLike,
    n0: ArrayLike = N0,
    r0: ArrayLike = R0,
    rho: ArrayLike = RHO,
    capacity: ArrayLike = CAPACITY,
) -> Floats:
    """Time under ideal containment at ``level`` until the tumour has ``to`` cells.

    Growth to ``level``, the stay there until all cells are resistant, and their growth to ``to`` (at least ``level``).
    ``level = to = n0`` gives the time to progression. Viossat & Noble 2021; further errors as in
    :func:`containment_phases`.
    """
    end = containment_end(level, n0, r0, np.inf, rho, capacity)
    return plain(end + _growth_time(rho, capacity, level=level, to=to))


@returns(AT_LEAST_ONE)
def containment_gain(
    to: ArrayLike | None = None,
    level: ArrayLike | None = None,
    n0: ArrayLike = N0,
    r0: ArrayLike = R0,
    rho: ArrayLike = RHO,
    capacity: ArrayLike = CAPACITY,
) -> Floats:
    """Time to ``to`` cells under ideal containment at ``level`` over that under the ideal MTD; at least 1.

    Both default to ``n0``, which compares times to progression:
    ``ln(N0/R0) / (ln(K/N0) ln[ln(K/R0)/ln(K/N0)])``, independent of ``rho``. Needs ``r0 < to``.
    """
    given = {"n0": n0, "r0": r0, "rho": rho, "capacity": capacity}
    given |= {name: value for name, value in {"level": level, "to": to}.items() if value is not None}
    arrays(**{name: (value, POSITIVE) for name, value in given.items()})
    if level is None:
        below(np.asarray(capacity), n0=np.asarray(n0))
        at_least(r0=np.asarray(r0), n0=np.asarray(n0))
        level = n0
    below(np.asarray(capacity), level=np.asarray(level))
    at_least(n0=np.asarray(n0), level=np.asarray(level))
    to = level if to is None else to
    aggressive = np.asarray(ideal_mtd_time(to, r0, rho, capacity))
    if np.any(aggressive == 0):
        raise ValueError(f"r0 must be below to for the gain to be defined, got {shown(r0)}")
    return plain(ideal_containment_time(to, level, n0, r0, rho, capacity) / aggressive)


def _growth_time(rho: ArrayLike, capacity: ArrayLike, **ends: ArrayLike) -> Floats:
    """:func:`growth_time` between two named sizes."""
    named = {name: (value, POSITIVE) for name, value in ends.items()}
    start, end, rho, capacity = arrays(**named, rho=(rho, POSITIVE), capacity=(capacity, POSITIVE))
    lower, upper = ends
    below(capacity, **{upper: end})
    at_least(**{lower: start, upper: end})
    # ln(K/start) / ln(K/end) less 1 is ln(end/start) / ln(K/end), which keeps its digits where the ends are close.
    return np.log1p(log_ratio(end, start) / log_ratio(capacity, end)) / rho
