"""Oxygen in a tumour spheroid, in a tumour cord and in a layer, and what it does to radiation (B1).

Steady diffusion with constant consumption, ``lap p = demand`` where there is oxygen and ``p = 0`` elsewhere. ``demand``
is the rate of consumption over the diffusion coefficient, in mmHg per square micrometre, so that every length is in
micrometres and every tension in mmHg; :func:`demand` computes it from measured quantities. A spheroid takes oxygen from
its surface, a cord gives it off around a vessel up to a free outer edge (Krogh-Erlang). Radiation: the oxygen
enhancement ratio of Alper and Howard-Flanders multiplies the dose, not the survival. Source of the spheroid model and
of the consumption rate: Grimes et al. 2014, doi 10.1098/rsif.2013.1124. The solutions follow from the diffusion
equation and are tested against it. D, omega and P0 stand in the specification of the model and were not confirmed in
the paper.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import _diffusion
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    MOST_VALUES,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    number,
    plain,
    shown,
)

OCR_DLD1 = 7.29e-7  # m3/kg/s, DLD1 spheroids
DIFFUSION = 2e-9  # m2/s
OMEGA = 3.0318e7  # mmHg kg/m3: turns a consumption per mass into a fall of tension
P0 = 100.0  # mmHg, medium around a spheroid
OER_MAX = 3.0
OER_K = 3.0  # mmHg

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_SQUARE_MICROMETRES = 1e12  # in a square metre


@returns(POSITIVE)
def demand(a: ArrayLike = OCR_DLD1, diffusion: ArrayLike = DIFFUSION, omega: ArrayLike = OMEGA) -> Floats:
    """Consumption over diffusion, ``a omega / D``.

    Parameters
    ----------
    a : oxygen consumption, m3 per kg of tissue and second, above 0
    diffusion : diffusion coefficient of oxygen in tissue, m2/s, above 0
    omega : mmHg kg/m3, above 0

    Returns
    -------
    float or ndarray
        mmHg per square micrometre

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    a, diffusion, omega = arrays(a=(a, POSITIVE), diffusion=(diffusion, POSITIVE), omega=(omega, POSITIVE))
    return plain(a * omega / diffusion / _SQUARE_MICROMETRES)


@returns(POSITIVE)
def diffusion_limit(p0: ArrayLike, demand: ArrayLike) -> Floats:
    """Radius in micrometres of the largest spheroid with oxygen at its centre, ``sqrt(6 p0 / demand)``.

    ``p0`` is the tension at the surface in mmHg; errors as in :func:`demand`.
    """
    p0, demand = arrays(p0=(p0, POSITIVE), demand=(demand, POSITIVE))
    return plain(np.sqrt(6 * p0 / demand))


@returns(POSITIVE)
def slab_limit(p0: ArrayLike, demand: ArrayLike) -> Floats:
    """Depth in micrometres that oxygen reaches under a flat surface, ``sqrt(2 p0 / demand)``."""
    p0, demand = arrays(p0=(p0, POSITIVE), demand=(demand, POSITIVE))
    return plain(np.sqrt(2 * p0 / demand))


@returns(POSITIVE)
def living_rim(ro: ArrayLike, limit: ArrayLike) -> Floats:
    """Thickness of the outer part of a spheroid that has oxygen: all of it up to the diffusion limit.

    Parameters
    ----------
    ro : radius of the spheroid, above 0
    limit : :func:`diffusion_limit`, above 0, in the same unit

    Returns
    -------
    float or ndarray
        ``2 ro sin(u) sin(u + pi/3)`` with ``u = arcsin(limit/ro) / 3``; ``limit / sqrt(3)`` for a large spheroid.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    The core radius ``rn = ro - rim`` is the root in ``(0, ro)`` of ``limit² = ro² - 3 rn² + 2 rn³/ro``. This form keeps
    its digits where the rim is thin, unlike ``rn = ro [1/2 - cos((arccos(1 - 2 limit²/ro²) - 2 pi) / 3)]``.
    """
    ro, limit = arrays(ro=(ro, POSITIVE), limit=(limit, POSITIVE))
    u = np.arcsin(np.minimum(limit / ro, 1.0)) / 3
    rim = ro * (2 * np.sin(u) * np.sin(u + np.pi / 3))
    return plain(np.where(limit < ro, np.minimum(rim, ro), ro))


@returns(NON_NEGATIVE)
def anoxic_radius(ro: ArrayLike, limit: ArrayLike) -> Floats:
    """Radius of the core without oxygen, ``ro - living_rim``, 0 up to the diffusion limit (see :func:`living_rim`)."""
    ro, limit = arrays(ro=(ro, POSITIVE), limit=(limit, POSITIVE))
    return plain(np.minimum(_diffusion.core(ro, limit), ro))


@returns(NON_NEGATIVE)
def sphere_pressure(r: ArrayLike, ro: ArrayLike, p0: ArrayLike, demand: ArrayLike) -> Floats:
    """Tension (mmHg) at distance ``r`` from the centre of a spheroid, ``r`` between 0 and ``ro``.

    ``p0 + demand/6 (r² - ro² + 2 rn³ (1/r - 1/ro))`` outside the anoxic radius ``rn``, and 0 inside it. Where there is
    a core it is written ``demand/6 (r - rn)² (1 + 2 rn/r)``, because the digits of the first form cancel beside it.
    Lengths in micrometres; errors as in :func:`demand`, and if ``r`` exceeds ``ro``.
    """
    r, ro, p0, demand = arrays(r=(r, NON_NEGATIVE), ro=(ro, POSITIVE), p0=(p0, POSITIVE), demand=(demand, POSITIVE))
    if np.any(r > ro):
        raise ValueError(f"r must be at most ro, got {shown(plain(r))} and {shown(plain(ro))}")
    limit = diffusion_limit(p0, demand)
    rn, depth = np.asarray(anoxic_radius(ro, limit)), ro - r
    beyond = np.maximum(living_rim(ro, limit) - depth, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        cored = demand / 6 * beyond**2 * (1 + np.where(beyond > 0, 2 * rn / r, 0))
    whole = p0 - demand / 6 * depth * (ro + r)
    return plain(np.clip(np.where(rn > 0, cored, whole), 0.0, p0))


@returns(NON_NEGATIVE)
def sphere_radius(pressure: ArrayLike, ro: ArrayLike, p0: ArrayLike, demand: ArrayLike) -> Floats:
    """Radius inside which the tension of a spheroid is below ``pressure``, 0 where none is.

    The largest root of ``r³ - b r + 2 rn³ = 0`` with ``b = ro² + 2 rn³/ro - 6 (p0 - pressure)/demand``. ``pressure`` is
    at least 0 and at most ``p0``; errors as in :func:`demand`.
    """
    pressure, ro, p0, demand = arrays(
        pressure=(pressure, NON_NEGATIVE), ro=(ro, POSITIVE), p0=(p0, POSITIVE), demand=(demand, POSITIVE)
    )
    if np.any(pressure > p0):
        raise ValueError(f"pressure must be at most p0, got {shown(plain(pressure))} and {shown(plain(p0))}")
    return plain(_diffusion.sphere_radius(pressure, ro, p0, demand))


@returns(PROBABILITY)
def hypoxic_fraction(pressure: ArrayLike, ro: ArrayLike, p0: ArrayLike, demand: ArrayLike) -> Floats:
    """Share of the living rim's volume in which the tension is below ``pressure`` (arguments of :func:`sphere_radius`).

    For a large spheroid the rim is flat and the share is ``sqrt(pressure / p0)``, whatever the demand.
    """
    pressure, ro, p0, demand = arrays(
        pressure=(pressure, NON_NEGATIVE), ro=(ro, POSITIVE), p0=(p0, POSITIVE), demand=(demand, POSITIVE)
    )
    if np.any(pressure > p0):
        raise ValueError(f"pressure must be at most p0, got {shown(plain(pressure))} and {shown(plain(p0))}")
    limit = np.sqrt(6 * p0 / demand)
    core, inside = _diffusion.core(ro, limit) / ro, _diffusion.sphere_radius(pressure, ro, p0, demand) / ro
    # Differences of cubes as products, which keep their digits where the rim is thin.
    shell = (inside - core) * (inside**2 + inside * core + core**2)
    return plain(np.clip(shell / (living_rim(ro, limit) / ro * (1 + core + core**2)), 0, 1))


@returns(POSITIVE)
def cord_radius(rv: ArrayLike, pv: ArrayLike, demand: ArrayLike) -> Floats:
    """Distance from the axis of a vessel at which the tension falls to 0 around it.

    Parameters
    ----------
    rv : radius of the vessel, micrometres, above 0
    pv : tension at its wall, mmHg, above 0
    demand : :func:`demand`

    Returns
    -------
    float or ndarray
        Micrometres; with ``c = 4 pv / (demand rv²)`` it is ``rv exp((1 + W((c - 1)/e)) / 2)``, ``W`` the
        principal branch of Lambert's function. For a wide vessel the cord is :func:`slab_limit` thick.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    rv, pv, demand = arrays(rv=(rv, POSITIVE), pv=(pv, POSITIVE), demand=(demand, POSITIVE))
    return plain(rv * np.exp(_diffusion.cord(rv, pv, demand) / 2))


@returns(NON_NEGATIVE)
def cord_pressure(r: ArrayLike, rv: ArrayLike, pv: ArrayLike, demand: ArrayLike) -> Floats:
    """Tension (mmHg) at distance ``r`` (at least ``rv``) from the axis of a vessel, 0 beyond :func:`cord_radius`.

    ``pv + A (r² - rv²) - 2 A R² ln(r/rv)`` with ``A = demand/4`` and ``R`` the cord radius.
    """
    r, rv, pv, demand = arrays(r=(r, POSITIVE), rv=(rv, POSITIVE), pv=(pv, POSITIVE), demand=(demand, POSITIVE))
    if np.any(r < rv):
        raise ValueError(f"r must be at least rv, got {shown(plain(r))} and {shown(plain(rv))}")
    w = _diffusion.cord(rv, pv, demand)
    # With x = 2 ln(r/R) the tension is A R² (e^x - 1 - x), which has its double zero at the cord radius R.
    x = np.minimum(2 * np.log1p((r - rv) / rv) - w, 0)
    return plain(np.clip(demand / 4 * (rv * np.exp(w / 2)) ** 2 * _diffusion.beyond_linear(x), 0.0, pv))


@returns(AT_LEAST_ONE)
def oer(pressure: ArrayLike, m: ArrayLike = OER_MAX, k: ArrayLike = OER_K) -> Floats:
    """Oxygen enhancement ratio ``(m p + k) / (p + k)``: 1 without oxygen, ``m`` with plenty.

    Parameters
    ----------
    pressure : oxygen tension, mmHg, at least 0
    m : largest ratio, at least 1
    k : tension at which half of the gain is reached, mmHg, above 0
    """
    pressure, m, k = arrays(pressure=(pressure, NON_NEGATIVE), m=(m, AT_LEAST_ONE), k=(k, POSITIVE))
    return plain(1 + (m - 1) * (pressure / (pressure + k)))


@returns(PROBABILITY)
def surviving_fraction(
    dose: ArrayLike,
    pressure: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike,
    fractions: ArrayLike = 1,
    m: ArrayLike = OER_MAX,
    k: ArrayLike = OER_K,
) -> Floats:
    """Surviving fraction after ``fractions`` equal doses at one oxygen tension (linear-quadratic model).

    ``exp(-n (alpha d + beta d²))`` with the effective dose ``d = dose oer(pressure) / m`` of each fraction.

    Parameters
    ----------
    dose : dose of one fraction, Gy, at least 0
    pressure : oxygen tension, mmHg, at least 0
    alpha, beta : radiosensitivity with plenty of oxygen, 1/Gy and 1/Gy², at least 0
    fractions : number of fractions, at least 1
    m, k : see :func:`oer`
    """
    dose, alpha, beta, fractions, pressure, m, k = arrays(
        dose=(dose, NON_NEGATIVE),
        alpha=(alpha, NON_NEGATIVE),
        beta=(beta, NON_NEGATIVE),
        fractions=(fractions, AT_LEAST_ONE),
        pressure=(pressure, NON_NEGATIVE),
        m=(m, AT_LEAST_ONE),
        k=(k, POSITIVE),
    )
    effective = dose * oer(pressure, m, k) / m
    return plain(np.exp(-fractions * (alpha * effective + beta * effective * effective)))


@returns(PROBABILITY)
def rim_survival(
    dose: float,
    ro: ArrayLike,
    p0: ArrayLike,
    demand: ArrayLike,
    alpha: float,
    beta: float,
    fractions: float = 1,
    m: float = OER_MAX,
    k: float = OER_K,
) -> Floats:
    """Surviving fraction of all cells of a spheroid's living rim, the oxygen staying as it is through the course.

    Volume mean of :func:`surviving_fraction` (Gauss-Legendre, 64 nodes); arguments and errors as there and in
    :func:`sphere_pressure`.
    """
    ro, p0, demand = arrays(ro=(ro, POSITIVE), p0=(p0, POSITIVE), demand=(demand, POSITIVE))
    dose, alpha, beta = (
        number("dose", dose, NON_NEGATIVE),
        number("alpha", alpha, NON_NEGATIVE),
        number("beta", beta, NON_NEGATIVE),
    )
    fractions, m, k = (
        number("fractions", fractions, AT_LEAST_ONE),
        number("m", m, AT_LEAST_ONE),
        number("k", k, POSITIVE),
    )
    if ro.size * _NODES.size > MOST_VALUES:
        raise NoResult(f"at most {MOST_VALUES // _NODES.size} combinations, not {ro.size}")
    outer, p0, demand = ro[..., None], p0[..., None], demand[..., None]
    depth = living_rim(outer, diffusion_limit(p0, demand)) * (1 - _NODES) / 2
    r = outer - depth
    survival = surviving_fraction(dose, sphere_pressure(r, outer, p0, demand), alpha, beta, fractions, m, k)
    weight = _WEIGHTS * (r / outer) ** 2
    return plain(np.clip((survival * weight).sum(axis=-1) / weight.sum(axis=-1), 0, 1))
