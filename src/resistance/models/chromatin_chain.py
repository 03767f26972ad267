"""Chromatin memory with a finite number of nucleosomes: exact distribution, division, simulation (A10a, B15).

The rules are those of :mod:`resistance.models.chromatin_memory`. Where every nucleosome can recruit every other, the
numbers of silenced and active nucleosomes, ``(m, a)`` with ``m + a <= n``, are all that matters, and the model is a
Markov chain with ``(n + 1)(n + 2)/2`` states, 1,891 for the 60 nucleosomes of Dodd et al. (Dodd2007). A *sweep* is
``n`` steps. At division each nucleosome goes to either daughter with probability 1/2 and an unmodified one takes its
place.

A distribution is an array ``p`` of shape ``(n + 1, n + 1)`` with ``p[m, a]`` the probability of the numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from resistance.models._chromatin_matrix import balanced, chain
from resistance.models._results import returns
from resistance.models._validate import (
    NON_NEGATIVE,
    PROBABILITY,
    Floats,
    Interval,
    floats,
    generator,
    number,
    shown,
    whole,
)
from resistance.models.chromatin_memory import recruited

ACTIVE, UNMODIFIED, SILENCED = -1, 0, 1
NUCLEOSOMES = 60
# Bounds of the cost: nucleosomes of an exact distribution, steps times states of its evolution, and steps of the
# nucleosomes of one stretch and of all stretches in a simulation.
MOST_NUCLEOSOMES = 80
MOST_STATE_STEPS = 60_000_000
MOST_STEPS = 40_000
MOST_MOVES = 10_000_000
MOST_DIVISIONS = 1_000
_STATES = Interval("-1, 0 or 1", low=-1, high=1)


@returns(PROBABILITY)
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
    By the elimination of Grassmann, Taksar and Heyman, which subtracts nothing: however rarely the two states exchange
    (large ``F`` and ``n``), how the mass is shared between them keeps its digits.
    """
    n = whole("n", n, 2, MOST_NUCLEOSOMES)
    matrix, m, a = chain(number("feedback", feedback, NON_NEGATIVE), n, number("k_m", k_m, PROBABILITY))
    p = np.zeros((n + 1, n + 1))
    p[m, a] = balanced(matrix, n + 1)
    return p


@returns(PROBABILITY)
def mean_gap(feedback: float, n: int = NUCLEOSOMES) -> float:
    """Mean of ``G = |m - a| / (m + a)`` over the stationary distribution; 0 counts where nothing is modified."""
    p = stationary(feedback, n)
    return min(float((p * _gaps(len(p) - 1)).sum()), 1.0)


@returns(PROBABILITY)
def silenced_numbers(distribution: ArrayLike) -> Floats:
    """Probability of 0, 1, …, ``n`` silenced nucleosomes.

    Returns
    -------
    ndarray of shape (len(distribution),)
    """
    return np.minimum(_distribution(distribution).sum(axis=1), 1)


@returns(PROBABILITY)
def mostly_silenced(distribution: ArrayLike) -> float:
    """Probability that more nucleosomes are silenced than active, ties counted half."""
    p = _distribution(distribution)
    return min(float(np.tril(p, -1).sum() + np.trace(p) / 2), 1.0)


@returns(PROBABILITY)
def all_silenced(n: int = NUCLEOSOMES) -> Floats:
    """The distribution in which every nucleosome is silenced.

    Returns
    -------
    ndarray of shape (n + 1, n + 1)
    """
    n = whole("n", n, 2, MOST_NUCLEOSOMES)
    p = np.zeros((n + 1, n + 1))
    p[n, 0] = 1.0
    return p


@returns(PROBABILITY)
def evolve(distribution: ArrayLike, sweeps: int, feedback: float, k_m: float = 1.0) -> Floats:
    """Distribution after ``sweeps`` sweeps (whole, at least 0) without division.

    Returns
    -------
    ndarray of shape np.shape(distribution)
    """
    p = _distribution(distribution)
    feedback, k_m = number("feedback", feedback, NON_NEGATIVE), number("k_m", k_m, PROBABILITY)
    return _evolved(p, _sweeps(sweeps, len(p) - 1), feedback, k_m)


@returns(PROBABILITY)
def divide(distribution: ArrayLike) -> Floats:
    """Distribution in one daughter: each modified nucleosome is kept with probability 1/2, independently.

    Returns
    -------
    ndarray of shape np.shape(distribution)
    """
    return _divided(_distribution(distribution))


def _divided(p: Floats) -> Floats:
    kept = np.arange(len(p))
    chance = binom.pmf(kept[None, :], kept[:, None], 0.5)  # row: before, column: after
    return chance.T @ p @ chance


@returns(PROBABILITY)
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
    feedback, k_m = number("feedback", feedback, NON_NEGATIVE), number("k_m", k_m, PROBABILITY)
    divisions = whole("divisions", divisions, 1, MOST_DIVISIONS)
    sweeps = _sweeps(sweeps, len(p) - 1, divisions)
    kept = [1.0]
    for _ in range(divisions):
        p = _evolved(_divided(p), sweeps, feedback, k_m)
        kept.append(mostly_silenced(p))
    return np.array(kept)


@returns(_STATES)
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
    n = whole("n", n, 2, MOST_STEPS)
    sweeps = whole("sweeps", sweeps, 1, MOST_STEPS // n)
    loci = whole("loci", loci, 1, MOST_MOVES // (sweeps * n))
    rng, start = generator("rng", rng), whole("start", start, ACTIVE, SILENCED)
    if reach is not None:
        reach = whole("reach", reach, 1)
        if reach >= n / 2:
            raise ValueError(f"reach must be below n / 2 = {n / 2}, got {reach}")
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


def _evolved(p: Floats, sweeps: int, feedback: float, k_m: float) -> Floats:
    n = len(p) - 1
    matrix, m, a = chain(feedback, n, k_m)
    forward, x = matrix.T.tocsr(), p[m, a]
    for _ in range(sweeps * n):
        x = forward @ x
    result = np.zeros_like(p)
    result[m, a] = x / x.sum()
    return result


def _sweeps(sweeps: int, n: int, divisions: int = 1) -> int:
    """Checked sweeps, so few that the chain's steps, and its steps times its states, stay within their bounds."""
    states = (n + 1) * (n + 2) // 2
    return whole("sweeps", sweeps, 0, min(MOST_STATE_STEPS // states, MOST_STEPS) // (divisions * n))


def _gaps(n: int) -> Floats:
    m, a = np.indices((n + 1, n + 1))
    return np.abs(m - a) / np.maximum(m + a, 1)


def _distribution(values: ArrayLike) -> Floats:
    p = floats("distribution", values)
    if p.ndim != 2 or p.shape[0] != p.shape[1] or not 3 <= len(p) <= MOST_NUCLEOSOMES + 1:
        size = f"3 to {MOST_NUCLEOSOMES + 1} rows"
        raise ValueError(f"distribution must be a square array with at least {size}, got {shown(values)}")
    if not np.all(p >= -1e-15) or not abs(p.sum() - 1) <= 1e-6:
        raise ValueError(f"distribution must hold probabilities that sum to 1, got {shown(values)}")
    if np.any(p[np.add.outer(np.arange(len(p)), np.arange(len(p))) >= len(p)] != 0):
        raise ValueError(f"distribution must be 0 where m + a exceeds n, got {shown(values)}")
    p = np.maximum(p, 0)
    return p / p.sum()
