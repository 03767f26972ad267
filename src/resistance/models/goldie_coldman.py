"""Chance that a tumour holds no resistant cell: the model of Goldie and Coldman (A3).

It is the zero term of the Luria-Delbrück distribution for a tumour grown from one sensitive cell. Source: Goldie &
Coldman, Cancer Treat Rep 1979;63:1727-1733.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._numeric import log_ratio
from resistance.models._results import returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    plain,
    shown,
)


@returns(PROBABILITY)
def no_resistance(alpha: ArrayLike, n_cells: ArrayLike) -> Floats:
    """Probability ``exp[-alpha (N - 1)]`` that a tumour of ``n_cells`` holds no resistant cell.

    Parameters
    ----------
    alpha : mutations to resistance per cell division, at least 0
    n_cells : size of the tumour, at least 1

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    alpha, n_cells = arrays(alpha=(alpha, NON_NEGATIVE), n_cells=(n_cells, AT_LEAST_ONE))
    return plain(np.exp(-alpha * (n_cells - 1)))


@returns(AT_LEAST_ONE)
def cells_at(probability: ArrayLike, alpha: ArrayLike) -> Floats:
    """Size at which the chance of no resistant cell has fallen to ``probability``, ``1 - ln(probability) / alpha``."""
    probability, alpha = arrays(probability=(probability, OPEN_PROBABILITY), alpha=(alpha, POSITIVE))
    return plain(1 - np.log(probability) / alpha)


@returns(POSITIVE)
def logs_between(high: ArrayLike = 0.95, low: ArrayLike = 0.05) -> Floats:
    """Growth, in powers of ten, that takes the chance of no resistant cell from ``high`` to ``low``.

    ``log10(ln low / ln high)``, whatever the mutation rate (for tumours of many cells). Raises ``ValueError`` unless
    ``low < high``, both between 0 and 1.
    """
    high, low = arrays(high=(high, OPEN_PROBABILITY), low=(low, OPEN_PROBABILITY))
    if np.any(low >= high):
        raise ValueError(f"low must be below high = {shown(plain(high))}, got {shown(plain(low))}")
    # The ratio of the logarithms less 1 is ln(low / high) / ln(high), which keeps its digits where the two are close.
    return plain(np.log1p(log_ratio(low, high) / np.log(high)) / np.log(10))


@returns(POSITIVE)
def doublings_between(high: ArrayLike = 0.95, low: ArrayLike = 0.05) -> Floats:
    """The growth of :func:`logs_between` in doublings."""
    return plain(logs_between(high, low) / np.log10(2))
