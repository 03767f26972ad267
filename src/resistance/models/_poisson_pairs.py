"""Sums over two independent Poisson numbers, for :mod:`resistance.models.immunoediting`.

All terms are positive, so that small results keep their digits.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, pdtr, pdtrc

from resistance.models._results import NoResult
from resistance.models._validate import MOST_VALUES, Floats

# Largest mean for which the sums keep their digits.
MOST = 1e5
# Standard deviations beyond which a Poisson weight does not show in a double.
_FAR = 40.0


def more(n: Floats, y: Floats) -> Floats:
    """``P(N_n > N_y)``: the sum over ``i`` of ``P(N_y = i) P(N_n > i)``; 0 for an infinite ``y``."""
    finite = np.isfinite(y)
    y = np.where(finite, y, 1.0)
    _bounded(n, y)
    i = _counts(y, n.size)
    found = (_weights(i, y[..., None]) * pdtrc(i, n[..., None])).sum(axis=-1)
    return np.where(finite, np.clip(found, 0, 1), 0.0)


def surplus(n: Floats, y: Floats) -> Floats:
    """``E[max(0, N_y - N_n)] / y``: the sum over ``i`` of ``P(N_n <= i) P(N_y > i) / y``; 1 for an infinite ``y``."""
    finite = np.isfinite(y)
    y = np.where(finite, y, 1.0)
    _bounded(n, y)
    # Beyond this many antigens the chance is too small for a double.
    n = np.minimum(n, (np.sqrt(y) + _FAR) ** 2)
    i = _counts(np.maximum(y, np.sqrt(n * y)), n.size)
    left = (pdtr(i, n[..., None]) * (pdtrc(i, y[..., None]) / y[..., None])).sum(axis=-1)
    return np.where(finite, np.clip(left, 0, 1), 1.0)


def _bounded(n: Floats, y: Floats) -> None:
    if np.any(n > MOST) or np.any(y > MOST):
        raise NoResult(f"at most {MOST:g} neoantigens, expected or needed to stop growth")


def _counts(centre: Floats, size: int) -> Floats:
    """Numbers from 0 to where Poisson weights around ``centre`` no longer show."""
    terms = int(np.max(centre + _FAR * np.sqrt(centre)) + _FAR) + 1
    if terms * size > MOST_VALUES:
        raise NoResult(f"at most {MOST_VALUES // terms} combinations, not {size}")
    return np.arange(terms, dtype=float)


def _weights(i: Floats, y: Floats) -> Floats:
    """Poisson probabilities; written around their maximum, so that large exponents do not cancel (Loader)."""
    x = np.maximum(i, 1)
    stirling = np.where(
        x < 16,
        gammaln(x + 1) - (x + 0.5) * np.log(x) + x - 0.5 * np.log(2 * np.pi),
        (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * x**2)) / x**2) / x**2) / x,
    )
    positive = np.where(y > 0, y, 1)
    ratio = (x - positive) / positive
    deviance = positive * ((1 + ratio) * np.log1p(ratio) - ratio)
    inside = np.exp(-stirling - deviance) / np.sqrt(2 * np.pi * x)
    return np.where(i == 0, np.exp(-y), np.where(y > 0, inside, 0.0))
