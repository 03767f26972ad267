"""A drug cleared by several routes, one of which is an enzyme that is blocked, induced or lost (A5).

``CL = CL0 (1 - f + f a)``, where ``CL0`` is the clearance with the enzyme at its usual activity, ``f`` the fraction of
it that the enzyme carries, and ``a`` the enzyme's activity relative to usual: 1 unchanged, 0 blocked or absent, above
1 induced. A competitive inhibitor far from saturation of the enzyme leaves ``a = 1 / (1 + I / Ki)``. Exposure is
inverse to clearance, so even complete block raises it by no more than ``1 / (1 - f)``.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    BELOW_ONE,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    plain,
    shown,
)

_INHIBITOR = Interval("at least 0", low=0, infinite=True)


@returns(PROBABILITY)
def activity_left(inhibitor: ArrayLike) -> Floats:
    """Relative activity under an inhibitor, ``1 / (1 + I / Ki)``, with ``inhibitor = I / Ki``, at least 0 or infinite.

    Raises ``ValueError`` for a negative value.
    """
    (inhibitor,) = arrays(inhibitor=(inhibitor, _INHIBITOR))
    return plain(1 / (1 + inhibitor))


@returns(POSITIVE)
def clearance(cl: ArrayLike, fraction: ArrayLike, activity: ArrayLike) -> Floats:
    """Clearance when the enzyme that carries ``fraction`` of it works at ``activity``.

    Parameters
    ----------
    cl : clearance with the enzyme at its usual activity, above 0 (any unit)
    fraction : share of it that the enzyme carries, 0 to 1
    activity : activity relative to usual, at least 0 (above 1 under an inducer)

    Returns
    -------
    float or ndarray
        Clearance in the unit of ``cl``.

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or nothing is left that clears the drug
        (``fraction = 1`` with ``activity = 0``).
    """
    cl, fraction, activity = arrays(
        cl=(cl, POSITIVE), fraction=(fraction, PROBABILITY), activity=(activity, NON_NEGATIVE)
    )
    left = 1 - fraction + fraction * activity
    if (left <= 0).any():
        raise ValueError(f"activity must leave some clearance where fraction is 1, got {shown(plain(activity))}")
    return plain(cl * left)


@returns(POSITIVE)
def exposure_ratio(fraction: ArrayLike, activity: ArrayLike) -> Floats:
    """Exposure (AUC) at ``activity`` over exposure at usual activity, ``1 / (1 - f + f a)``."""
    return plain(1 / clearance(1.0, fraction, activity))


@returns(AT_LEAST_ONE)
def highest_exposure_ratio(fraction: ArrayLike) -> Floats:
    """Exposure ratio under complete block, ``1 / (1 - f)``; ``fraction`` below 1."""
    (fraction,) = arrays(fraction=(fraction, BELOW_ONE))
    return plain(1 / (1 - fraction))


@returns(PROBABILITY)
def fraction_from_ratio(ratio: ArrayLike) -> Floats:
    """Least fraction of the clearance that the blocked enzyme must have carried to raise exposure ``ratio`` times.

    ``1 - 1 / ratio``, for a ``ratio`` of at least 1; equal to the fraction itself if the block was complete.
    """
    (ratio,) = arrays(ratio=(ratio, AT_LEAST_ONE))
    return plain((ratio - 1) / ratio)


@returns(POSITIVE)
def dose_fraction(fraction: ArrayLike, activity: ArrayLike) -> Floats:
    """Share of the usual dose that gives the usual exposure at ``activity``: the inverse of :func:`exposure_ratio`."""
    return clearance(1.0, fraction, activity)
