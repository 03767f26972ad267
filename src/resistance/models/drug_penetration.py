"""How far a drug gets from a vessel before cells take it up (B4).

Steady diffusion with first-order uptake, ``D lap C = k C``. The only length is the penetration length
``lam = sqrt(D/k)``; concentrations are fractions of that at the wall of the vessel. A layer has its vessel along one
face and ends without flux; a cord surrounds a vessel of radius ``vessel`` and ends without flux where the tissue of the
next vessel begins; a sphere is supplied from its surface. Far from an end the fall is exponential and halves over
``lam ln 2``, the distance that is measured (Grantab and Tannock 2012, doi 10.1186/1471-2407-12-214, Table 3). The
solutions follow from the equation (a model of a cord with more detail: Eikenberry 2009, doi 10.1186/1742-4682-6-16) and
are tested against it. All lengths are in one unit, micrometres in the book.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import i0e, i1e, k0e, k1e

from resistance.models._results import returns
from resistance.models._solve import roots
from resistance.models._spherical import deficit
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    plain,
    shown,
)


@returns(POSITIVE)
def penetration_length(diffusion: ArrayLike, uptake: ArrayLike) -> Floats:
    """Penetration length ``sqrt(diffusion / uptake)``.

    Parameters
    ----------
    diffusion : diffusion coefficient in tissue, square length per time, above 0
    uptake : rate constant of uptake, per time, above 0

    Returns
    -------
    float or ndarray
        Length.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    diffusion, uptake = arrays(diffusion=(diffusion, POSITIVE), uptake=(uptake, POSITIVE))
    return plain(np.sqrt(diffusion) / np.sqrt(uptake))


@returns(POSITIVE)
def length_from_half_distance(half_distance: ArrayLike) -> Floats:
    """Penetration length of an exponential fall that halves over ``half_distance`` (above 0): that over ``ln 2``."""
    (half_distance,) = arrays(half_distance=(half_distance, POSITIVE))
    return plain(half_distance / np.log(2))


@returns(PROBABILITY)
def far_field(distance: ArrayLike, lam: ArrayLike) -> Floats:
    """Fraction left at ``distance`` from a wall with tissue without end: ``exp(-distance / lam)``.

    ``distance`` is at least 0, the penetration length ``lam`` above 0; raises ``ValueError`` otherwise.
    """
    distance, lam = arrays(distance=(distance, NON_NEGATIVE), lam=(lam, POSITIVE))
    return plain(np.exp(-distance / lam))


@returns(PROBABILITY)
def slab(distance: ArrayLike, depth: ArrayLike, lam: ArrayLike) -> Floats:
    """Fraction at ``distance`` from the vessel in a layer that ends without flux at ``depth``.

    Parameters
    ----------
    distance : at least 0 and at most ``depth``
    depth, lam : depth of the layer and penetration length, above 0

    Returns
    -------
    float or ndarray
        ``cosh((depth - distance)/lam) / cosh(depth/lam)``

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    distance, depth, lam = arrays(distance=(distance, NON_NEGATIVE), depth=(depth, POSITIVE), lam=(lam, POSITIVE))
    _at_most("distance", distance, "depth", depth)
    # Exponentials that only fall, instead of two that overflow.
    echo = (1 + np.exp(-2 * ((depth - distance) / lam))) / (1 + np.exp(-2 * (depth / lam)))
    return plain(np.minimum(np.exp(-distance / lam) * echo, 1))


@returns(PROBABILITY)
def slab_effectiveness(thiele: ArrayLike) -> Floats:
    """Mean over a layer of the fraction of the wall's concentration: ``tanh(thiele) / thiele``.

    The Thiele modulus ``thiele`` is depth over penetration length, above 0; raises ``ValueError`` otherwise.
    """
    (thiele,) = arrays(thiele=(thiele, POSITIVE))
    return plain(np.minimum(np.tanh(thiele) / thiele, 1))


@returns(PROBABILITY)
def sphere_effectiveness(thiele: ArrayLike) -> Floats:
    """Mean over a sphere of the fraction at its surface: ``3 (thiele coth thiele - 1) / thiele²``.

    The Thiele modulus ``thiele`` is radius over penetration length, above 0; raises ``ValueError`` otherwise.
    """
    (thiele,) = arrays(thiele=(thiele, POSITIVE))
    large = 3 * (1 / np.tanh(thiele) - 1 / thiele) / thiele
    return plain(np.where(thiele < 1, 1 - deficit(thiele), large))


@returns(PROBABILITY)
def cord(distance: ArrayLike, vessel: ArrayLike, width: ArrayLike, lam: ArrayLike) -> Floats:
    """Fraction at ``distance`` from the wall of a vessel in a cord of tissue of ``width`` that ends without flux.

    Parameters
    ----------
    distance : at least 0 and at most ``width``
    vessel : radius of the vessel, above 0
    width, lam : width of the tissue around it and penetration length, above 0

    Returns
    -------
    float or ndarray
        ``[I1(b) K0(x) + K1(b) I0(x)] / [I1(b) K0(a) + K1(b) I0(a)]`` with ``x = (vessel + distance)/lam``,
        ``a = vessel/lam`` and ``b = (vessel + width)/lam``

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    distance, vessel, width, lam = arrays(
        distance=(distance, NON_NEGATIVE), vessel=(vessel, POSITIVE), width=(width, POSITIVE), lam=(lam, POSITIVE)
    )
    _at_most("distance", distance, "width", width)
    return plain(_cord(distance, vessel, width, lam))


@returns(PROBABILITY)
def cord_under(threshold: ArrayLike, vessel: ArrayLike, width: ArrayLike, lam: ArrayLike) -> Floats:
    """Share of a cord's tissue in which the concentration is under ``threshold`` of that at the wall.

    Parameters
    ----------
    threshold : fraction of the concentration at the wall, between 0 and 1, ends excluded
    vessel, width, lam : as in :func:`cord`

    Returns
    -------
    float or ndarray
        Share of the area between the wall and the end of the cord; 0 if the threshold is reached everywhere.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    threshold, vessel, width, lam = arrays(
        threshold=(threshold, OPEN_PROBABILITY), vessel=(vessel, POSITIVE), width=(width, POSITIVE), lam=(lam, POSITIVE)
    )
    reached = _cord(width, vessel, width, lam) >= threshold
    # Where the threshold is reached everywhere another one is sought, so that there is something to find.
    sought = np.where(reached, (1 + _cord(width, vessel, width, lam)) / 2, threshold)
    found = roots(
        lambda x, limit, a, w, length: _cord(x, a, w, length) - limit,
        (np.zeros_like(width), width),
        (sought, vessel, width, lam),
    )
    short = (width - found) / width * ((2 * vessel + width + found) / (2 * vessel + width))
    return plain(np.where(reached, 0.0, np.clip(short, 0, 1)))


def _cord(distance: Floats, vessel: Floats, width: Floats, lam: Floats) -> Floats:
    here, wall = _shape(distance, vessel, width, lam), _shape(np.zeros_like(distance), vessel, width, lam)
    return np.minimum(here / wall * np.exp(-distance / lam), 1)


def _shape(distance: Floats, vessel: Floats, width: Floats, lam: Floats) -> Floats:
    """``I1(b) K0(x) + K1(b) I0(x)`` over ``exp(b - x)``, from scaled Bessel functions that do not overflow."""
    x, b = (vessel + distance) / lam, (vessel + width) / lam
    return i1e(b) * k0e(x) + k1e(b) * i0e(x) * np.exp(-2 * ((width - distance) / lam))


def _at_most(name: str, value: Floats, limit: str, most: Floats) -> None:
    if np.any(value > most):
        raise ValueError(f"{name} must be at most {limit}, got {shown(plain(value))} and {shown(plain(most))}")
