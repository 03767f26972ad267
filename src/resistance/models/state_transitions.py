"""Cells that change between states in discrete steps: transition matrices, their roots and equilibria (A17b).

Row ``i`` of a transition matrix holds the probabilities that a cell in state ``i`` is in state ``j`` one step later; a
composition ``x`` (a row of shares) becomes ``x P``. If cells are sorted into pure states and their compositions read
after ``t`` steps, row by row in ``W``, then ``P**t = W`` and ``P`` is the matrix root of ``W``. Measured compositions
carry noise, so that a root can leave the range of probabilities; each of its rows is then moved to the nearest row of
probabilities, and the roots of several time points are averaged. This is the estimate of Buder et al., Bioinform Biol
Insights 2017 (Buder2017, the program CellTrans), written anew. It assumes that all states grow alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    number,
    vector,
    whole,
)

# Compositions of the example data that come with CellTrans (Buder2017), sorted cells by row.
# SUM159 and SUM149 breast cancer lines, day 6: stem-like, basal, luminal (measured by Gupta et al., Cell 2011).
SUM159_DAY_6 = ((0.0434, 0.9405, 0.0161), (0.0240, 0.9709, 0.0051), (0.0250, 0.9489, 0.0261))
SUM149_DAY_6 = ((0.0529, 0.1675, 0.7796), (0.0260, 0.5037, 0.4703), (0.0132, 0.0073, 0.9795))
# SW620 colon cancer line, by day: cancer stem cells, other cells (measured by Yang et al., Br J Cancer 2012).
SW620: Mapping[int, tuple[tuple[float, float], tuple[float, float]]] = MappingProxyType(
    {
        2: ((0.8350, 0.1650), (0.3090, 0.6910)),
        4: ((0.7868, 0.2132), (0.4000, 0.6000)),
        6: ((0.7323, 0.2677), (0.4740, 0.5260)),
        8: ((0.7150, 0.2850), (0.5523, 0.4477)),
        10: ((0.6940, 0.3060), (0.5365, 0.4635)),
        12: ((0.7055, 0.2945), (0.5043, 0.4957)),
        14: ((0.7140, 0.2860), (0.5484, 0.4516)),
        16: ((0.7135, 0.2865), (0.5960, 0.4040)),
        18: ((0.7345, 0.2655), (0.5978, 0.4022)),
        20: ((0.7123, 0.2877), (0.5920, 0.4080)),
        22: ((0.6788, 0.3212), (0.6273, 0.3727)),
        24: ((0.6567, 0.3433), (0.6190, 0.3810)),
    }
)
_LONGEST = 100_000


@returns(PROBABILITY)
def transition_matrix(values: ArrayLike, rounding: float = 0.02) -> Floats:
    """A checked transition matrix, each row divided by its sum.

    Parameters
    ----------
    values : square matrix of probabilities, at least two states
    rounding : how far a row may sum to other than 1, as printed matrices do, above 0

    Returns
    -------
    ndarray of shape (states, states), rows summing to 1

    Raises
    ------
    ValueError
        If the matrix is not square, an entry is not a probability, or a row sum is further from 1 than ``rounding``.
    """
    matrix = _square("values", values)
    rounding = number("rounding", rounding, POSITIVE)
    if np.any(matrix < 0) or np.any(matrix > 1):
        raise ValueError(f"values must be between 0 and 1, got {values!r}")
    sums = matrix.sum(axis=1)
    if np.any(np.abs(sums - 1) > rounding):
        raise ValueError(f"values must have rows that sum to 1, got the sums {sums}")
    return matrix / sums[:, None]


@returns(PROBABILITY)
def equilibrium(matrix: ArrayLike) -> Floats:
    """Composition that the matrix leaves unchanged; the matrix must let every state reach a common set of states.

    Raises ``ValueError`` if the composition is not unique, as when two groups of states never exchange cells.
    """
    p = transition_matrix(matrix)
    states = len(p)
    system = np.vstack([p.T - np.eye(states), np.ones(states)])
    if np.linalg.matrix_rank(system[:-1]) < states - 1:
        raise ValueError(f"matrix must have one equilibrium only, got {matrix!r}")
    found = np.linalg.lstsq(system, np.r_[np.zeros(states), 1.0], rcond=None)[0]
    return np.clip(found, 0, None) / np.clip(found, 0, None).sum()


@returns(PROBABILITY)
def propagate(start: ArrayLike, matrix: ArrayLike, steps: int) -> Floats:
    """Compositions after 0, 1, …, ``steps`` steps, one row each, from the composition ``start``."""
    p, x = transition_matrix(matrix), _composition("start", start)
    if x.size != len(p):
        raise ValueError(f"start must have {len(p)} shares, got {start!r}")
    rows = [x]
    for _ in range(whole("steps", steps)):
        rows.append(rows[-1] @ p)
    return np.array(rows)


@returns(PROBABILITY)
def nearest_probabilities(row: ArrayLike) -> Floats:
    """The row of probabilities nearest to ``row`` in Euclidean distance (projection onto the simplex)."""
    values = vector("row", row, REAL)
    falling = np.sort(values)[::-1]
    excess = (np.cumsum(falling) - 1) / np.arange(1, values.size + 1)
    last = np.flatnonzero(falling > excess)[-1]
    return np.maximum(values - excess[last], 0)


@returns(PROBABILITY)
def root(compositions: ArrayLike, steps: float) -> Floats:
    """Transition matrix of one step from the compositions of sorted cells after ``steps`` steps.

    Parameters
    ----------
    compositions : square matrix, row ``i`` the composition that grew from pure state ``i``
    steps : steps between sorting and reading, above 0

    Returns
    -------
    ndarray of the same shape
        The principal root, each row moved to the nearest probabilities where the root leaves their range.

    Raises
    ------
    ValueError
        If an argument leaves its range, or an eigenvalue is 0, negative or complex, so that no real root exists.
    """
    w, steps = transition_matrix(compositions), number("steps", steps, POSITIVE)
    values, vectors = np.linalg.eig(w)
    if np.any(np.abs(np.imag(values)) > 1e-12) or np.any(np.real(values) <= 0):
        raise ValueError(f"compositions must have eigenvalues above 0 to have a root, got {values}")
    found = np.real(vectors @ np.diag(np.real(values) ** (1 / steps)) @ np.linalg.inv(vectors))
    return np.array([nearest_probabilities(row) for row in found])


@returns(PROBABILITY)
def estimate(compositions: Mapping[int, ArrayLike]) -> Floats:
    """Transition matrix of one step from compositions of sorted cells at several times: the mean of their roots.

    Parameters
    ----------
    compositions : from the number of steps since sorting, above 0, to the square matrix read then

    Raises
    ------
    ValueError
        If there is no time point, or :func:`root` rejects one.
    """
    if not compositions:
        raise ValueError(f"compositions must hold at least one time, got {compositions!r}")
    return np.mean([root(rows, steps) for steps, rows in compositions.items()], axis=0)


@returns(NON_NEGATIVE)
def steps_to_equilibrium(start: ArrayLike, matrix: ArrayLike, tolerance: float = 0.01) -> int:
    """Steps after which every share is within ``tolerance`` of the equilibrium for the first time."""
    p, x, tolerance = transition_matrix(matrix), _composition("start", start), number("tolerance", tolerance, POSITIVE)
    goal = equilibrium(p)
    for step in range(_LONGEST):
        if np.max(np.abs(x - goal)) < tolerance:
            return step
        x = x @ p
    raise ValueError(f"tolerance must be reached within {_LONGEST} steps, got {tolerance}")


def _square(name: str, values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=float)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or len(array) < 2:
        raise ValueError(f"{name} must be a square matrix of at least two states, got shape {array.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite, got {values!r}")
    return array


def _composition(name: str, values: ArrayLike) -> Floats:
    shares = vector(name, values, REAL)
    if np.any(shares < 0) or abs(shares.sum() - 1) > 1e-9:
        raise ValueError(f"{name} must hold shares that sum to 1, got {values!r}")
    return shares
