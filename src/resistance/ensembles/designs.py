"""Where a model is evaluated: points of a grid, of a Latin hypercube or of a Sobol sequence, or points given as such.

A design is a table of points, small beside the patients that are drawn at each of them. Samples come from
``scipy.stats.qmc`` and are carried to a parameter's range by its distribution's quantiles.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resistance.models._validate import REAL, shown, vector, whole

Given = Mapping[str, Any]  # numbers, and frozen distributions of scipy.stats
MOST_POINTS = 5_000_000


@dataclass(frozen=True)
class Points:
    """Points at which a model is evaluated, and what is the same, or drawn anew for each patient, at all of them.

    Parameters
    ----------
    columns : one array a parameter, all of one length, which is the number of points
    others : further parameters: numbers, or frozen distributions of ``scipy.stats`` from which each patient is drawn

    Raises
    ------
    ValueError
        If the columns differ in length, hold anything but finite numbers, or a parameter is given twice.
    """

    columns: Mapping[str, Any]
    others: Given = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {name: vector(name, values, REAL, most=MOST_POINTS) for name, values in self.columns.items()}
        sizes = {name: values.size for name, values in columns.items()}
        if not columns:
            raise ValueError("columns must name at least one parameter, got {}")
        if len(set(sizes.values())) > 1:
            raise ValueError(f"columns must have one length, got {sizes}")
        if twice := sorted(set(columns) & set(self.others)):
            raise ValueError(f"others must not name a parameter of the points, got {', '.join(twice)}")
        object.__setattr__(self, "columns", columns)

    def __len__(self) -> int:
        return next(iter(self.columns.values())).size


def grid(axes: Mapping[str, Any], others: Given | None = None) -> Points:
    """Every combination of the axes' values; the last axis changes fastest.

    Parameters
    ----------
    axes : values of each parameter, one dimension
    others : as of :class:`Points`

    Raises
    ------
    ValueError
        As :class:`Points`, or if there are more than :data:`MOST_POINTS` combinations.
    """
    values = {name: vector(name, np.atleast_1d(given), REAL) for name, given in axes.items()}
    if (count := math.prod(v.size for v in values.values())) > MOST_POINTS:
        raise ValueError(f"axes must make at most {MOST_POINTS} points, got {count}")
    mesh = np.meshgrid(*values.values(), indexing="ij")
    return Points({name: part.ravel() for name, part in zip(values, mesh, strict=True)}, others or {})


def latin_hypercube(ranges: Given, points: int, seed: int, others: Given | None = None) -> Points:
    """A Latin hypercube: along every parameter, one point in each of ``points`` equally probable parts.

    Parameters
    ----------
    ranges : a frozen distribution of ``scipy.stats`` a parameter, or a pair of ends between which it is uniform
    points : number of points, at least 1
    seed : of the sample
    others : as of :class:`Points`

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    from scipy.stats import qmc

    count = whole("points", points, 1, MOST_POINTS)
    engine = qmc.LatinHypercube(_dimensions(ranges), rng=np.random.default_rng(_seed(seed)))
    return _carried(ranges, engine.random(count), others)


def sobol(ranges: Given, points: int, seed: int, others: Given | None = None) -> Points:
    """A scrambled Sobol sequence; arguments and errors of :func:`latin_hypercube`, ``points`` being a power of two."""
    from scipy.stats import qmc

    count = whole("points", points, 1, MOST_POINTS)
    if count & (count - 1):
        raise ValueError(f"points must be a power of two, on which the sequence's balance depends, got {count}")
    engine = qmc.Sobol(_dimensions(ranges), rng=np.random.default_rng(_seed(seed)))
    return _carried(ranges, engine.random_base2(count.bit_length() - 1), others)


def _dimensions(ranges: Given) -> int:
    if not ranges:
        raise ValueError("ranges must name at least one parameter, got {}")
    return len(ranges)


def _seed(seed: int) -> np.random.SeedSequence:
    # The first child; patients are drawn from the second, see resistance.ensembles.blocks.
    return np.random.SeedSequence(whole("seed", seed), spawn_key=(0,))


def _carried(ranges: Given, unit: NDArray[np.float64], others: Given | None) -> Points:
    """Points of the unit cube at the quantiles of the ranges."""
    # A scrambled sequence may hold 0, at which a distribution without ends has no finite quantile.
    inside = np.clip(unit, np.finfo(float).tiny, 1 - np.finfo(float).epsneg)
    columns = {}
    for column, (name, given) in enumerate(ranges.items()):
        if hasattr(given, "ppf"):
            columns[name] = given.ppf(inside[:, column])
            continue
        low, high = vector(name, given, REAL, size=2)
        if low > high:
            raise ValueError(f"{name} must be a pair that rises, got {shown(given)}")
        columns[name] = low + (high - low) * unit[:, column]
    return Points(columns, others or {})
