"""Closed forms of the birth-death process, for :mod:`resistance.models.branching`."""

from __future__ import annotations

import numpy as np

from resistance.models._validate import Floats


def alive(t: Floats, birth: Floats, death: Floats) -> Floats:
    """Probability that a line is not extinct after ``t``: ``1 / (1 + death t phi(x))``, ``phi = (1 - exp(-x)) / x``.

    Written so, it needs no case for ``x = (birth - death) t = 0``.
    """
    growth = birth - death
    x = growth * t
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        died = np.where(np.abs(x) < 1e-8, death * t * (1 - x / 2), death / growth * -np.expm1(-x))
        return 1 / (1 + died)


def mean_of_living(t: Floats, birth: Floats, death: Floats) -> Floats:
    """Mean size of a clone that is alive, ``exp(x) + death t (exp(x) - 1) / x`` with ``x = (birth - death) t``."""
    growth = birth - death
    x = growth * t
    return np.exp(x) + np.where(np.abs(x) < 1e-8, death * t * (1 + x / 2), death / growth * np.expm1(x))


def grown(log_size: Floats, alpha: Floats) -> Floats:
    """Integral of ``exp((alpha - 1) v)`` from 0 to ``log_size``."""
    x = (alpha - 1) * log_size
    return log_size * np.where(np.abs(x) < 1e-8, 1 + x / 2, np.expm1(x) / np.where(x == 0, 1, x))
