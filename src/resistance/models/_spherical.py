"""``coth x - 1/x`` and what is left of it beside its limits, without a difference that loses its digits (B4, B5)."""

from __future__ import annotations

import numpy as np

from resistance.models._validate import Floats

# Up to 1 the continued fraction has all digits after this many levels; above 1 the closed form keeps them.
_LEVELS = 10


def langevin(x: Floats) -> Floats:
    """``coth x - 1/x`` for ``x`` above 0: ``x/3`` far below 1, towards 1 far above."""
    return np.where(x < 1, x / (3 + _excess(x)), 1 / np.tanh(np.maximum(x, 1)) - 1 / np.maximum(x, 1))


def deficit(x: Floats) -> Floats:
    """``1 - 3 (coth x - 1/x) / x`` for ``x`` above 0: ``x²/15`` far below 1, towards 1 far above."""
    excess = _excess(x)
    return np.where(x < 1, excess / (3 + excess), 1 - 3 * langevin(x) / x)


def sinh_excess(x: Floats) -> Floats:
    """``sinh x - x`` for ``x`` from 0 to 1."""
    square = np.minimum(x, 1) ** 2
    series = 1.0
    for k in range(16, 3, -2):
        series = 1 + series * square / (k * (k + 1))
    return x * square / 6 * series


def _excess(x: Floats) -> Floats:
    """``x / (coth x - 1/x) - 3``, a continued fraction of positive terms, for ``x`` below 1."""
    square = np.minimum(x, 1) ** 2
    result = np.zeros_like(square)
    for odd in range(2 * _LEVELS + 3, 4, -2):
        result = square / (odd + result)
    return result
