"""The power series behind the distribution of mutants, for :mod:`resistance.models.mutant_distribution`."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular

from resistance.models._validate import Floats

_BLOCK = 64
_LAG = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
# A squared coefficient of variation below this does not show in a double.
_NO_SPREAD = 1e-290


def expand(b: Floats, m: float, cv: float, derivative: bool = False) -> Floats:
    """Coefficients of ``exp(m h)`` or, for ``cv > 0``, of ``(1 - m cv² h)^(-1/cv²)``, where ``h = sum b_k z^k``.

    ``derivative`` lowers the exponent of the second form by one: that series times ``h`` is the derivative by ``m``
    (for the first form the series itself is). Both obey ``n scale p_n = sum_j (rise_j - n stay_j) p_(n-j)``.
    """
    index = np.arange(b.size)
    spread = cv**2
    if spread < _NO_SPREAD:
        first, scale, stay = np.exp(m * b[0]), 1.0, np.zeros(b.size)
    else:
        scale, stay = 1 - m * spread * b[0], -m * spread * b
        # The exponent of 1 + x is large where x is small: no digits of x may be lost.
        first = np.exp((-1 / spread - (1 if derivative else 0)) * np.log1p(-m * spread * b[0]))
    rise = m * index * b * (1 if derivative else 1 - spread)
    p = np.empty(b.size)
    p[0] = first
    # Block by block, several times faster than term by term: what earlier blocks add to a block is a convolution, and
    # what its own terms add to each other is a triangular system with the same lags in every block.
    lag = _LAG
    inside = [np.where((lag > 0) & (lag < b.size), c[np.clip(lag, 0, b.size - 1)], 0.0) for c in (rise, stay)]
    for start in range(1, b.size, _BLOCK):
        n = np.arange(start, min(start + _BLOCK, b.size))
        block = (slice(n.size), slice(n.size))
        earlier, lags = p[start - 1 :: -1], slice(1, start + n.size)
        known, system = np.correlate(rise[lags], earlier, "valid"), -inside[0][block]
        if stay.any():
            known -= n * np.correlate(stay[lags], earlier, "valid")
            system += n[:, None] * inside[1][block]
        np.fill_diagonal(system, n * scale)
        p[n] = solve_triangular(system, known, lower=True, check_finite=False)
    return p
