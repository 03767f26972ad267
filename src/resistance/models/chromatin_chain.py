"""Chromatin memory with a finite number of nucleosomes: exact distribution, division, simulation (A10a, B15).

The rules are those of :mod:`resistance.models.chromatin_memory`. Where every nucleosome can recruit every other, the
numbers of silenced and active nucleosomes, ``(m, a)`` with ``m + a <= n``, are all that matters, and the model is a
Markov chain with ``(n + 1)(n + 2)/2`` states, 1,891 for the 60 nucleosomes of Dodd et al. (Dodd2007). A *sweep* is
``n`` steps. At division each nucleosome goes to either daughter with probability 1/2 and an unmodified one takes its
place.

A distribution is an array ``p`` of shape ``(n + 1, n + 1)`` with ``p[m, a]`` the probability of the numbers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve
from scipy.stats import binom

from resistance.models._validate import NON_NEGATIVE, PROBABILITY, Floats, generator, number, whole
from resistance.models.chromatin_memory import recruited

ACTIVE, UNMODIFIED, SILENCED = -1, 0, 1
NUCLEOSOMES = 60


def stationary(feedback: float, n: int = NUCLEOSOMES, k_m: float = 1.0) -> Floats:
    """Exact stationary distribution without division.

    Parameters
    ----------
    feedback : recruitment over noise ``F``, at least 0
    n : number of nucleosomes, at least 2
    k_m : share of the recruitment towards M that a drug leaves, 0 to 1

    Returns
    -------
    ndarray of shape (n + 1, n + 1)

    Raises
    ------
    ValueError
        If an argument leaves its range.

    Notes
    -----
    The linear system is solved directly. Where the two states exchange very rarely (large ``F`` and ``n``) rounding
    decides how the mass is shared between them; at ``k_m = 1`` symmetry between M and A is therefore imposed.
    """
    matrix, m, a = _chain(number("feedback", feedback, NON_NEGATIVE), whole("n", n, 2), number("k_m", k_m, PROBABILITY))
    system = (matrix.T - sparse.identity(m.size)).tolil()
    system[0] = 1.0
    right = np.zeros(m.size)
    right[0] = 1.0
    p = np.zeros((n + 1, n + 1))
    p[m, a] = np.maximum(spsolve(system.tocsc(), right), 0)
    p = (p + p.T) / 2 if k_m == 1 else p
    return p / p.sum()


def mean_gap(feedback: float, n: int = NUCLEOSOMES) -> float:
    """Mean of ``G = |m - a| / (m + a)`` over the stationary distribution; 0 counts where nothing is modified."""
    return float((stationary(feedback, n) * _gaps(n)).sum())


def silenced_numbers(distribution: ArrayLike) -> Floats:
    """Probability of 0, 1, …, ``n`` silenced nucleosomes."""
    return _distribution(distribution).sum(axis=1)


def mostly_silenced(distribution: ArrayLike) -> float:
    """Probability that more nucleosomes are silenced than active, ties counted half."""
    p = _distribution(distribution)
    return float(np.tril(p, -1).sum() + np.trace(p) / 2)


def all_silenced(n: int = NUCLEOSOMES) -> Floats:
    """The distribution in which every nucleosome is silenced."""
    n = whole("n", n, 2)
    p = np.zeros((n + 1, n + 1))
    p[n, 0] = 1.0
    return p


def evolve(distribution: ArrayLike, sweeps: int, feedback: float, k_m: float = 1.0) -> Floats:
    """Distribution after ``sweeps`` sweeps (whole, at least 0) without division."""
    p = _distribution(distribution)
    n = len(p) - 1
    matrix, m, a = _chain(number("feedback", feedback, NON_NEGATIVE), n, number("k_m", k_m, PROBABILITY))
    forward, x = matrix.T.tocsr(), p[m, a]
    for _ in range(whole("sweeps", sweeps) * n):
        x = forward @ x
    result = np.zeros_like(p)
    result[m, a] = x
    return result


def divide(distribution: ArrayLike) -> Floats:
    """Distribution in one daughter: each modified nucleosome is kept with probability 1/2, independently."""
    p = _distribution(distribution)
    kept = np.arange(len(p))
    chance = binom.pmf(kept[None, :], kept[:, None], 0.5)  # row: before, column: after
    return chance.T @ p @ chance


def memory(feedback: float, divisions: int, sweeps: int, n: int = NUCLEOSOMES, k_m: float = 1.0) -> Floats:
    """Chance that a silenced stretch is still mostly silenced at the end of each of ``divisions`` cell cycles.

    Parameters
    ----------
    feedback, n, k_m : as in :func:`stationary`
    divisions : number of cycles, each a division followed by ``sweeps`` sweeps, at least 1
    sweeps : sweeps a cycle, at least 0

    Returns
    -------
    ndarray of shape (divisions + 1,)
        The first value is 1, before any division; without memory the others are 1/2 (at ``k_m = 1``).
    """
    p = all_silenced(n)
    kept = [mostly_silenced(p)]
    for _ in range(whole("divisions", divisions, 1)):
        p = evolve(divide(p), sweeps, feedback, k_m)
        kept.append(mostly_silenced(p))
    return np.array(kept)


def simulate(
    feedback: float,
    sweeps: int,
    rng: np.random.Generator,
    n: int = NUCLEOSOMES,
    loci: int = 1,
    k_m: float = 1.0,
    reach: int | None = None,
    start: int = SILENCED,
) -> NDArray[np.int8]:
    """Random histories of independent stretches, one row of nucleosomes at the end of each sweep.

    Parameters
    ----------
    feedback, n, k_m : as in :func:`stationary`
    sweeps : sweeps to follow, at least 1
    rng : random generator
    loci : number of stretches, at least 1
    reach : nucleosomes on either side that can recruit; every nucleosome if None. The stretch is closed to a ring, and
        a nucleosome does not recruit itself, so that ``reach`` must be at least 1 and below ``n / 2``
    start : state of every nucleosome at the start, ``SILENCED``, ``UNMODIFIED`` or ``ACTIVE``

    Returns
    -------
    ndarray of shape (sweeps + 1, loci, n), of -1 (active), 0 and 1 (silenced)

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    alpha, k_m = float(recruited(number("feedback", feedback, NON_NEGATIVE))), number("k_m", k_m, PROBABILITY)
    sweeps, n, loci = whole("sweeps", sweeps, 1), whole("n", n, 2), whole("loci", loci, 1)
    rng = generator("rng", rng)
    if reach is not None and not 1 <= reach < n / 2:
        raise ValueError(f"reach must be at least 1 and below n / 2 = {n / 2}, got {reach!r}")
    if start not in (ACTIVE, UNMODIFIED, SILENCED):
        raise ValueError(f"start must be -1, 0 or 1, got {start!r}")
    state = np.full((loci, n), start, dtype=np.int8)
    history = np.empty((sweeps + 1, loci, n), dtype=np.int8)
    history[0] = state
    every = np.arange(loci)
    for sweep in range(1, sweeps + 1):
        first = rng.integers(0, n, (n, loci))
        if reach is None:
            second = rng.integers(0, n, (n, loci))
        else:
            second = (first + rng.integers(1, reach + 1, (n, loci)) * rng.choice([-1, 1], (n, loci))) % n
        chance = rng.random((n, loci))
        succeeds = rng.random((n, loci)) < k_m
        third = (1 - alpha) / 3
        noise = np.where(chance < alpha + third, 1, np.where(chance < alpha + 2 * third, -1, 0)).astype(np.int8)
        for step in range(n):
            pulled = state[every, second[step]]
            pulled = np.where((pulled == SILENCED) & ~succeeds[step], 0, pulled)
            move = np.where(chance[step] < alpha, pulled, noise[step])
            state[every, first[step]] = np.clip(state[every, first[step]] + move, -1, 1)
        history[sweep] = state
    return history


@lru_cache(maxsize=16)
def _chain(feedback: float, n: int, k_m: float) -> tuple[sparse.csr_matrix, NDArray[np.int64], NDArray[np.int64]]:
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


def _gaps(n: int) -> Floats:
    m, a = np.indices((n + 1, n + 1))
    return np.abs(m - a) / np.maximum(m + a, 1)


def _distribution(values: ArrayLike) -> Floats:
    p = np.asarray(values, dtype=float)
    if p.ndim != 2 or p.shape[0] != p.shape[1] or len(p) < 3:
        raise ValueError(f"distribution must be a square array with at least 3 rows, got shape {p.shape}")
    if not np.all(p >= -1e-15) or abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"distribution must hold probabilities that sum to 1, got the sum {p.sum()}")
    if np.any(p[np.add.outer(np.arange(len(p)), np.arange(len(p))) >= len(p)] != 0):
        raise ValueError("distribution must be 0 where m + a exceeds n, got a positive probability there")
    return p
