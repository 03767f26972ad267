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
from scipy.linalg import fractional_matrix_power
from scipy.sparse.csgraph import connected_components

from resistance.models._numeric import stationary
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    MOST_VALUES,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    floats,
    number,
    shown,
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
# Bounds of the cost: states of a matrix and steps that are followed.
MOST_STATES = 200
_LONGEST = 100_000
_STEPS = Interval("finite, above 0 and between 0.01 and 1000", low=0.01, high=1000)
# Eigenvalues count as 0, or as real, and a root as one, up to these errors.
_SINGULAR = 1e-12
_COMPLEX = 1e-6
_NO_ROOT = 1e-8


@returns(PROBABILITY)
def transition_matrix(values: ArrayLike, rounding: float = 0.02) -> Floats:
    """A checked transition matrix, each row divided by its sum.

    Parameters
    ----------
    values : square matrix of probabilities, at least two states
    rounding : how far a row may sum to other than 1, as printed matrices do, above 0

    Returns
    -------
    ndarray of shape np.shape(values)
        Rows sum to 1.

    Raises
    ------
    ValueError
        If the matrix is not square, an entry is not a probability, or a row sum is further from 1 than ``rounding``.
    """
    return _transitions(
        "values", values, number("rounding", rounding, Interval("above 0 and below 1", 0, 1, True, True))
    )


@returns(PROBABILITY)
def equilibrium(matrix: ArrayLike) -> Floats:
    """Composition that the matrix leaves unchanged; the matrix must let every state reach a common set of states.

    Raises ``ValueError`` if the composition is not unique, as when two groups of states never exchange cells.

    Returns
    -------
    ndarray of shape (len(matrix),)
    """
    p = _transitions("matrix", matrix)
    number_of, group = connected_components(p > 0, connection="strong")
    closed = [i for i in range(number_of) if not np.any(p[np.ix_(group == i, group != i)])]
    if len(closed) > 1:
        raise ValueError(f"matrix must have one equilibrium only, got {shown(matrix)}")
    inside = np.flatnonzero(group == closed[0])
    x = np.zeros(len(p))
    x[inside] = stationary(p[np.ix_(inside, inside)])
    return x


@returns(PROBABILITY)
def propagate(start: ArrayLike, matrix: ArrayLike, steps: int) -> Floats:
    """Compositions after 0, 1, …, ``steps`` steps, one row each, from the composition ``start``.

    Returns
    -------
    ndarray of shape (steps + 1, len(start))
    """
    p = _transitions("matrix", matrix)
    rows = [_composition("start", start, matrix)]
    for _ in range(whole("steps", steps, high=min(_LONGEST, MOST_VALUES // len(p)))):
        following = rows[-1] @ p
        rows.append(following / following.sum())
    return np.array(rows)


@returns(PROBABILITY)
def nearest_probabilities(row: ArrayLike) -> Floats:
    """The row of probabilities nearest to ``row`` in Euclidean distance (projection onto the simplex).

    Returns
    -------
    ndarray of shape (len(row),)
    """
    return _nearest(vector("row", row, REAL))


def _nearest(values: Floats) -> Floats:
    # A number added to every element changes nothing; without the greatest one, small differences keep their digits.
    values = values - values.max()
    falling = np.sort(values)[::-1]
    excess = (np.cumsum(falling) - 1) / np.arange(1, values.size + 1)
    last = np.flatnonzero(falling > excess)[-1]
    return np.clip(values - excess[last], 0, 1)


@returns(PROBABILITY)
def root(compositions: ArrayLike, steps: float) -> Floats:
    """Transition matrix of one step from the compositions of sorted cells after ``steps`` steps.

    Parameters
    ----------
    compositions : square matrix, row ``i`` the composition that grew from pure state ``i``
    steps : steps between sorting and reading, 0.01 to 1000

    Returns
    -------
    ndarray of the same shape
        The principal root, each row moved to the nearest probabilities where the root leaves their range.

    Raises
    ------
    ValueError
        If an argument leaves its range, an eigenvalue is 0, negative or complex, so that there is no root with real
        eigenvalues, or the root that was found does not give the matrix again.
    """
    w, steps = _transitions("compositions", compositions), number("steps", steps, _STEPS)
    values = np.linalg.eigvals(w)
    if np.any(np.abs(np.imag(values)) > _COMPLEX * np.abs(values)) or np.any(np.real(values) <= _SINGULAR):
        raise ValueError(f"compositions must have eigenvalues above 0, got {values} for {shown(compositions)}")
    # By the Schur form, which unlike the eigenvectors exists whether or not eigenvalues repeat.
    found = fractional_matrix_power(w, 1 / steps)
    if not np.allclose(fractional_matrix_power(found, steps), w, rtol=0, atol=_NO_ROOT):
        raise NoResult(f"a root whose power of {steps:g} is the matrix again")
    return np.array([_nearest(row) for row in np.real(found)])


@returns(PROBABILITY)
def estimate(compositions: Mapping[int, ArrayLike]) -> Floats:
    """Transition matrix of one step from compositions of sorted cells at several times: the mean of their roots.

    Parameters
    ----------
    compositions : from the number of steps since sorting, 0.01 to 1000, to the square matrix read then

    Raises
    ------
    ValueError
        If there is no time point, or :func:`root` rejects one.
    """
    if not isinstance(compositions, Mapping):
        raise ValueError(f"compositions must be a mapping from steps to matrices, got {shown(compositions)}")
    if not compositions:
        raise ValueError(f"compositions must hold at least one time, got {compositions!r}")
    found = []
    for key, rows in compositions.items():
        try:
            found.append(root(rows, number("compositions", key, _STEPS)))
        except ValueError as error:
            raise ValueError(f"{error} after {shown(key)} steps, of {shown(compositions)}") from None
    if len({matrix.shape for matrix in found}) > 1:
        raise ValueError(f"compositions must hold matrices of one shape, got {shown(compositions)}")
    return np.mean(found, axis=0)


@returns(NON_NEGATIVE)
def steps_to_equilibrium(start: ArrayLike, matrix: ArrayLike, tolerance: float = 0.01) -> int:
    """Steps after which every share is within ``tolerance`` of the equilibrium for the first time."""
    p, tolerance = _transitions("matrix", matrix), number("tolerance", tolerance, POSITIVE)
    x, goal = _composition("start", start, matrix), equilibrium(matrix)
    for step in range(_LONGEST):
        if np.max(np.abs(x - goal)) < tolerance:
            return step
        x = x @ p
    raise ValueError(f"tolerance must be reached within {_LONGEST} steps, got {tolerance}")


def _transitions(name: str, values: ArrayLike, rounding: float = 0.02) -> Floats:
    """The named argument as a transition matrix whose rows sum to 1."""
    matrix = floats(name, values)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not 2 <= len(matrix) <= MOST_STATES:
        raise ValueError(f"{name} must be a square matrix of 2 to {MOST_STATES} states, got {shown(values)}")
    if not PROBABILITY.holds(matrix):
        raise ValueError(f"{name} must be between 0 and 1, got {shown(values)}")
    sums = matrix.sum(axis=1)
    if np.any(np.abs(sums - 1) > rounding):
        raise ValueError(f"{name} must have rows that sum to 1, got the sums {sums} for {shown(values)}")
    return matrix / sums[:, None]


def _composition(name: str, values: ArrayLike, matrix: ArrayLike) -> Floats:
    shares = vector(name, values, REAL)
    if shares.size != len(np.asarray(matrix)):
        given = f"{shown(values)} and {shown(matrix)}"
        raise ValueError(f"{name} must have as many shares as matrix has states, got {given}")
    if np.any(shares < 0) or not abs(shares.sum() - 1) <= 1e-9:
        raise ValueError(f"{name} must hold shares that sum to 1, got {shown(values)}")
    return shares / shares.sum()
