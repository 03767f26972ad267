"""Transition matrix of :mod:`resistance.models.chromatin_chain`, and its stationary distribution."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from resistance.models._validate import Floats
from resistance.models.chromatin_memory import recruited

_RESCALED = 1e150


@lru_cache(maxsize=16)
def chain(feedback: float, n: int, k_m: float) -> tuple[sparse.csr_matrix, NDArray[np.int64], NDArray[np.int64]]:
    """Transition matrix of one step over the states, and the numbers ``m`` and ``a`` of each."""
    m, a = (index.ravel() for index in np.indices((n + 1, n + 1)))
    inside = m + a <= n
    m, a = m[inside], a[inside]
    place = np.full((n + 2, n + 2), -1)
    place[m, a] = np.arange(m.size)
    alpha = float(recruited(feedback))
    noise = (1 - alpha) / 3
    x, y, u = m / n, a / n, (n - m - a) / n
    silence, activate = alpha * k_m * x + noise, alpha * y + noise
    moves = [(1, 0, u * silence), (0, -1, y * silence), (0, 1, u * activate), (-1, 0, x * activate)]
    rows, columns, values = [np.arange(m.size)], [np.arange(m.size)], [1 - sum(chance for *_, chance in moves)]
    for dm, da, chance in moves:
        goes = chance > 0
        rows.append(np.flatnonzero(goes))
        columns.append(place[m[goes] + dm, a[goes] + da])
        values.append(chance[goes])
    shape = (m.size, m.size)
    joined = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_matrix(joined, shape=shape), m, a


def balanced(matrix: sparse.csr_matrix, band: int) -> Floats:
    """Stationary distribution of a chain whose steps lead at most ``band`` places up or down."""
    size = matrix.shape[0]
    # Row i of the window holds places i - band to i + band; read with a shorter stride it is a matrix by place.
    store = np.zeros(size * (2 * band + 1) + 2 * band)
    stride = store.itemsize
    p = np.lib.stride_tricks.as_strided(store[band:], (size, size), (2 * band * stride, stride))
    entries = matrix.tocoo()
    p[entries.row, entries.col] = entries.data
    for k in range(size - 1, 0, -1):
        near = slice(max(k - band, 0), k)
        p[near, k] /= p[k, near].sum()
        p[near, near] += np.outer(p[near, k], p[k, near])
    x = np.zeros(size)
    x[0] = 1.0
    for k in range(1, size):
        near = slice(max(k - band, 0), k)
        x[k] = x[near] @ p[near, k]
        if x[k] > _RESCALED:
            x[: k + 1] /= x[k]
    return x / x.sum()
