"""Titration of a molecule by a sink of limited capacity (sidebar of A9a, A14 and A19).

An input ``x0`` meets a sink that takes up ``capacity * x / (half_saturation + x)`` of it, where ``x`` is what stays
free, so that ``x0 = x + theta x / (lambda + x)`` with ``lambda`` the half-saturation and ``theta`` the capacity. The
root that is not negative is

    x = (x0 - lambda - theta + sqrt((x0 - lambda - theta)**2 + 4 lambda x0)) / 2

The same quadratic gives the free target messenger RNA under a microRNA (A9a), the drug in a cell with a saturable pump
(A14, B13) and the free BIM beside MCL-1 (A19). All three quantities are in one unit of the caller's choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    Floats,
    arrays,
    plain,
    shown,
)


@returns(NON_NEGATIVE)
def titration(x0: ArrayLike, half_saturation: ArrayLike, capacity: ArrayLike) -> Floats:
    """What stays free of an input ``x0`` beside a saturable sink.

    Parameters
    ----------
    x0 : input, at least 0
    half_saturation : lambda, the free amount at which the sink works at half its capacity, at least 0; the smaller, the
        tighter the sink
    capacity : theta, the most that the sink can take up, at least 0; all three in one unit

    Returns
    -------
    float or ndarray
        Free amount ``x`` in that unit, of the broadcast shape, between 0 and ``x0``.

    Raises
    ------
    ValueError
        If an argument is negative, not finite or of the wrong shape.

    Notes
    -----
    Limits: ``x = x0`` without capacity; ``x = max(0, x0 - theta)`` for a perfectly tight sink (``lambda = 0``);
    ``x = x0 / (1 + theta / lambda)`` for a small input; ``x = x0 - theta`` for a large one.
    """
    x0, half_saturation, capacity = arrays(
        x0=(x0, NON_NEGATIVE), half_saturation=(half_saturation, NON_NEGATIVE), capacity=(capacity, NON_NEGATIVE)
    )
    excess = x0 - capacity - half_saturation
    root = np.hypot(excess, 2 * np.sqrt(half_saturation) * np.sqrt(x0))
    # Where the excess is negative the two terms of the sum cancel; the product of the two roots gives the same one.
    small = 2 * half_saturation * (x0 / np.where(excess < 0, root - excess, 1))
    return plain(np.minimum(np.where(excess < 0, small, (excess + root) / 2), x0))


@returns(NON_NEGATIVE)
def total(x: ArrayLike, half_saturation: ArrayLike, capacity: ArrayLike) -> Floats:
    """Input that leaves ``x`` free, ``x + theta x / (lambda + x)``: the inverse of :func:`titration`.

    With ``half_saturation = 0`` the sink is full at every ``x``, 0 included (there the input is not unique and the
    largest one, ``theta``, comes back). Raises ``ValueError`` for an argument that is negative or not finite.
    """
    x, half_saturation, capacity = arrays(
        x=(x, NON_NEGATIVE), half_saturation=(half_saturation, NON_NEGATIVE), capacity=(capacity, NON_NEGATIVE)
    )
    occupied = np.where(half_saturation > 0, x / np.where(half_saturation > 0, half_saturation + x, 1), 1.0)
    return plain(x + capacity * occupied)


@returns(NON_NEGATIVE)
def sensitivity(x0: ArrayLike, half_saturation: ArrayLike, capacity: ArrayLike) -> Floats:
    """Slope of ``x`` against ``x0`` on double logarithmic axes: 1 far from the threshold, above 1 near it.

    The slope is ``(x0 / x) / (1 + theta lambda / (lambda + x)**2)``; it needs ``x0``, ``half_saturation`` above 0 and
    is the measure of how sharply a tight sink turns a graded input into a threshold.
    """
    x0, half_saturation, capacity = arrays(
        x0=(x0, NON_NEGATIVE), half_saturation=(half_saturation, NON_NEGATIVE), capacity=(capacity, NON_NEGATIVE)
    )
    free = np.asarray(titration(x0, half_saturation, capacity))
    if np.any((free <= 0) & ((x0 == 0) | (half_saturation == 0))):
        raise ValueError(f"x0 must leave a free amount above 0 (half_saturation above 0), got {shown(plain(x0))}")
    if np.any(free <= 0):
        raise NoResult("a free amount that a double can hold")
    whole = half_saturation + free
    return plain((x0 / free) / (1 + capacity / whole * (half_saturation / whole)))
