"""Differences, eliminations and limits, written so that no digits cancel."""

from __future__ import annotations

import numpy as np

from resistance.models._validate import Floats


def log_ratio(a: Floats, b: Floats) -> Floats:
    """``ln(a / b)`` of positive numbers, also where they are nearly equal or their ratio is not a double."""
    ratio = a / b
    near = (ratio > 0.5) & (ratio < 2)
    far = np.where((ratio > 0) & (ratio < np.inf), np.log(ratio), np.log(a) - np.log(b))
    return np.where(near, np.log1p(np.where(near, (a - b) / b, 0)), far)


def stationary(p: Floats) -> Floats:
    """Stationary distribution of a transition matrix all of whose states reach each other.

    By the elimination of Grassmann, Taksar and Heyman, which subtracts nothing, so that rare transitions keep their
    digits.
    """
    p = p.copy()
    for k in range(len(p) - 1, 0, -1):
        p[:k, k] /= p[k, :k].sum()
        p[:k, :k] += np.outer(p[:k, k], p[k, :k])
    x = np.ones(len(p))
    for k in range(1, len(p)):
        x[k] = x[:k] @ p[:k, k]
        x[: k + 1] /= x[: k + 1].sum()
    return x / x.sum()


def way_left(first: Floats, second: Floats, third: Floats) -> Floats:
    """What is left to the limit of a sequence whose steps shrink by one factor; infinite where they do not shrink."""
    before, last = second - first, third - second
    factor = (last @ before) / max(before @ before, np.finfo(float).tiny)
    return last * max(factor, 1.0) / (1 - factor) if factor < 1 else np.full_like(last, np.inf)
