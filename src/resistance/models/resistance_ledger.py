"""Every mechanism in one currency: by how much a dose must rise for the same effect (B19).

The folds are those of the chapters' own models, each at a state of the tumour against a state without the mechanism:

    radiation     m / OER(p)                      oxygen tension p
    acid          q(pH_normal) / q(pH_tumour)     uptake ratio q of a weak base
    distance      C(0) / C(x)                     distance x from a vessel
    entry         v(edge) / v(depth) = 1/(1 - P)  fluid that filters out of vessels, against the pressure P inside

Those of a pump (``pump_leak.fold_resistance``) and of a target that binds ATP more tightly
(``atp_competition.fold_of_mutation``) are folds already. If the mechanisms act one after the other and independently,
the folds multiply. They need not: acid and distance change what a pump sees. So the product is a comparison of scales
and no forecast for a patient.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import drug_penetration, fluid_pressure, oxygen, ph_partition
from resistance.models._results import returns
from resistance.models._validate import AT_LEAST_ONE, NON_NEGATIVE, POSITIVE, PROBABILITY, Floats, arrays, plain
from resistance.models.ph_partition import PH

_NEARLY_ONE = 0.5


@returns(AT_LEAST_ONE)
def radiation(pressure: ArrayLike, m: ArrayLike = oxygen.OER_MAX, k: ArrayLike = oxygen.OER_K) -> Floats:
    """Fold of the dose of X-rays at an oxygen tension, against plenty of oxygen; see :func:`oxygen.oer`.

    Parameters
    ----------
    pressure : oxygen tension, mmHg, at least 0
    m : largest oxygen enhancement ratio, at least 1
    k : tension at which half of the gain is reached, mmHg, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    pressure, m, k = arrays(pressure=(pressure, NON_NEGATIVE), m=(m, AT_LEAST_ONE), k=(k, POSITIVE))
    return plain(np.maximum(m / oxygen.oer(pressure, m, k), 1.0))


@returns(POSITIVE)
def acid(pka: ArrayLike, ph_inside: ArrayLike, ph_normal: ArrayLike, ph_tumour: ArrayLike) -> Floats:
    """Fold of the concentration of a weak base outside the cell, for the same inside.

    From :func:`ph_partition.base_ratio`.

    Parameters
    ----------
    pka : dissociation constant of the base
    ph_inside : pH inside the cell, the same in both states
    ph_normal, ph_tumour : pH outside in normal tissue and in the tumour

    Returns
    -------
    float or ndarray
        Above 1 where the tumour is the more acid.

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or the fold is no finite number.
    """
    pka, ph_inside, ph_normal, ph_tumour = arrays(
        pka=(pka, PH), ph_inside=(ph_inside, PH), ph_normal=(ph_normal, PH), ph_tumour=(ph_tumour, PH)
    )
    normal = np.asarray(ph_partition.base_ratio(pka, ph_inside, ph_normal))
    return plain(normal / ph_partition.base_ratio(pka, ph_inside, ph_tumour))


@returns(AT_LEAST_ONE)
def distance(distance: ArrayLike, half_distance: ArrayLike) -> Floats:
    """Fold of the concentration at the vessel, for the same at a distance from it.

    From :func:`drug_penetration.far_field`.

    Parameters
    ----------
    distance : from the vessel, at least 0
    half_distance : over which the concentration halves, above 0, in the same unit

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or the fold is no finite number.
    """
    distance, half_distance = arrays(distance=(distance, NON_NEGATIVE), half_distance=(half_distance, POSITIVE))
    length = drug_penetration.length_from_half_distance(half_distance)
    with np.errstate(divide="ignore"):
        return plain(1 / np.asarray(drug_penetration.far_field(distance, length)))


@returns(AT_LEAST_ONE)
def entry(depth: ArrayLike, alpha: ArrayLike) -> Floats:
    """Fold by which less fluid leaves vessels at a depth than at the edge; see :func:`fluid_pressure.pressure`.

    Parameters
    ----------
    depth : below the edge as a fraction of the radius, between 0 (edge) and 1 (centre)
    alpha : filtration against percolation, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or the fold is no finite number.
    """
    depth, alpha = arrays(depth=(depth, PROBABILITY), alpha=(alpha, POSITIVE))
    shallow = np.asarray(fluid_pressure.pressure(depth, alpha))
    # Where little is left of the difference to 1, the ratio of the two hyperbolic sines keeps its digits.
    radius = np.maximum(1 - depth, np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        deep = np.exp(alpha * depth) * radius * np.expm1(-2 * alpha) / np.expm1(-2 * alpha * radius)
    return plain(np.where(shallow < _NEARLY_ONE, 1 / (1 - np.minimum(shallow, _NEARLY_ONE)), np.maximum(deep, 1.0)))


@returns(POSITIVE)
def left(fold: ArrayLike, removed: ArrayLike) -> Floats:
    """Fold of one mechanism that is left when a share of its excess over 1 is taken away.

    Parameters
    ----------
    fold : of the mechanism, above 0
    removed : share that is removed, between 0 (none: the fold itself) and 1 (all: 1)

    Returns
    -------
    float or ndarray
        ``1 + (fold - 1)(1 - removed)``, of the broadcast shape; mechanisms that act independently multiply.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    fold, removed = arrays(fold=(fold, POSITIVE), removed=(removed, PROBABILITY))
    return plain(fold * (1 - removed) + removed)
