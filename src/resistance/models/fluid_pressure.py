"""Pressure and flow of interstitial fluid in a tumour without lymphatics (B5).

Darcy's law in a sphere of radius ``radius`` with filtration after Starling, the tissue at the edge being at pressure 0:
fluid leaves the vessels until the pressure inside equals the effective pressure, and only a rim of thickness
``radius / alpha`` still flows. Depths are fractions of the radius below the edge, 0 there and 1 at the centre. All
quantities are in one set of units (cm, mmHg, s in the book). Source: Baxter and Jain 1989, doi
10.1016/0026-2862(89)90074-5; the solutions follow from the two laws and are tested against them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._solve import roots
from resistance.models._spherical import deficit, langevin, sinh_excess
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    plain,
)

# Below the first the profile is a series in alpha, above it and to the second in depth below the edge.
_NARROW, _NEAR = 3.0, 0.5
_TERMS = 32
# Below this the profile, divided by its centre, no longer depends on alpha.
_FLAT = 1e-9


@returns(REAL)
def effective_pressure(
    vessel: ArrayLike, reflection: ArrayLike, osmotic_vessel: ArrayLike, osmotic_tissue: ArrayLike
) -> Floats:
    """Pressure at which filtration stops: ``vessel - reflection (osmotic_vessel - osmotic_tissue)``.

    Parameters
    ----------
    vessel : hydrostatic pressure in the vessels, mmHg
    reflection : osmotic reflection coefficient, between 0 and 1
    osmotic_vessel, osmotic_tissue : osmotic pressure of plasma and of interstitial fluid, mmHg, at least 0

    Returns
    -------
    float or ndarray
        mmHg

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    vessel, reflection, osmotic_vessel, osmotic_tissue = arrays(
        vessel=(vessel, REAL),
        reflection=(reflection, PROBABILITY),
        osmotic_vessel=(osmotic_vessel, NON_NEGATIVE),
        osmotic_tissue=(osmotic_tissue, NON_NEGATIVE),
    )
    return plain(vessel - reflection * (osmotic_vessel - osmotic_tissue))


@returns(POSITIVE)
def filtration_ratio(radius: ArrayLike, filtration: ArrayLike, surface: ArrayLike, conductivity: ArrayLike) -> Floats:
    """Filtration against percolation, ``alpha = radius sqrt(filtration surface / conductivity)``, without unit.

    Parameters
    ----------
    radius : of the tumour, cm, above 0
    filtration : hydraulic conductivity of the vessel wall, cm/mmHg/s, above 0
    surface : vessel surface per volume, 1/cm, above 0
    conductivity : hydraulic conductivity of the tissue, cm2/mmHg/s, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    radius, filtration, surface, conductivity = arrays(
        radius=(radius, POSITIVE),
        filtration=(filtration, POSITIVE),
        surface=(surface, POSITIVE),
        conductivity=(conductivity, POSITIVE),
    )
    return plain(radius * (np.sqrt(filtration) / np.sqrt(conductivity) * np.sqrt(surface)))


@returns(PROBABILITY)
def pressure(depth: ArrayLike, alpha: ArrayLike) -> Floats:
    """Pressure over the effective pressure at ``depth`` below the edge, a fraction of the radius.

    Parameters
    ----------
    depth : between 0 (edge) and 1 (centre)
    alpha : :func:`filtration_ratio`, above 0

    Returns
    -------
    float or ndarray
        ``1 - sinh(alpha r) / (r sinh alpha)`` with ``r = 1 - depth``; at the centre ``1 - alpha / sinh alpha``

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    depth, alpha = arrays(depth=(depth, PROBABILITY), alpha=(alpha, POSITIVE))
    return plain(_pressure(depth, alpha))


@returns(PROBABILITY)
def mean_pressure(alpha: ArrayLike) -> Floats:
    """Mean over the volume of :func:`pressure`: ``1 - 3 (alpha coth alpha - 1) / alpha²``; ``alpha`` above 0."""
    (alpha,) = arrays(alpha=(alpha, POSITIVE))
    return plain(deficit(alpha))


@returns(NON_NEGATIVE)
def edge_velocity(radius: ArrayLike, conductivity: ArrayLike, effective: ArrayLike, alpha: ArrayLike) -> Floats:
    """Speed at which fluid leaves the edge, ``conductivity effective / radius (alpha coth alpha - 1)``.

    Parameters
    ----------
    radius : cm, above 0
    conductivity : cm2/mmHg/s, above 0
    effective : :func:`effective_pressure`, mmHg, at least 0
    alpha : :func:`filtration_ratio`, above 0

    Returns
    -------
    float or ndarray
        cm/s

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    radius, conductivity, effective, alpha = arrays(
        radius=(radius, POSITIVE),
        conductivity=(conductivity, POSITIVE),
        effective=(effective, NON_NEGATIVE),
        alpha=(alpha, POSITIVE),
    )
    return plain(conductivity * effective / radius * (alpha * langevin(alpha)))


@returns(PROBABILITY)
def flowing_rim(alpha: ArrayLike, share: ArrayLike = 0.9) -> Floats:
    """Depth below the edge, a fraction of the radius, at which the pressure reaches ``share`` of that at the centre.

    Parameters
    ----------
    alpha : :func:`filtration_ratio`, above 0
    share : of the pressure at the centre, between 0 and 1, ends excluded

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    alpha, share = arrays(alpha=(alpha, POSITIVE), share=(share, OPEN_PROBABILITY))
    steady = np.maximum(alpha, _FLAT)
    goal = share * _pressure(np.ones_like(steady), steady)
    ends = np.zeros_like(steady), np.ones_like(steady)
    return plain(roots(lambda depth, a, wanted: _pressure(depth, a) - wanted, ends, (steady, goal)))


def _pressure(depth: Floats, alpha: Floats) -> Floats:
    """The profile in three forms, none of which takes the difference of nearly equal numbers."""
    wide = np.maximum(alpha, _NARROW)
    from_edge = wide * depth
    near = np.minimum(from_edge, _NEAR)
    # sinh(alpha r) by the addition theorem, which leaves the depth where the radius stood.
    coth = 1 / np.tanh(wide)
    close = depth * wide * langevin(wide) + coth * sinh_excess(near) - 2 * np.sinh(near / 2) ** 2
    inner = np.maximum(wide * (1 - depth), np.finfo(float).tiny)
    ratio = np.expm1(-2 * inner) / inner / (np.expm1(-2 * wide) / wide)
    far = 1 - ratio * np.exp(-from_edge)
    wider = np.where(from_edge < _NEAR, close / np.maximum(1 - depth, _NEAR), far)
    return np.clip(np.where(alpha < _NARROW, _series(depth, np.minimum(alpha, _NARROW)), wider), 0, 1)


def _series(depth: Floats, alpha: Floats) -> Floats:
    """``sum alpha^k (1 - r^k) / (k + 1)!`` over even ``k``, all terms positive, over ``sinh(alpha) / alpha``."""
    log_r = np.log1p(-depth)
    term, total, whole = np.ones_like(alpha), np.zeros_like(alpha), np.ones_like(alpha)
    for k in range(2, _TERMS, 2):
        term = term * (alpha / k) * (alpha / (k + 1))
        total = total - term * np.expm1(k * log_r)
        whole = whole + term
    return total / whole
