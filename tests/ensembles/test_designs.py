"""Points: grids, Latin hypercubes and Sobol sequences carried to the parameters' ranges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from resistance.ensembles import Points, grid, latin_hypercube, sobol

RANGES = {"a": (2.0, 4.0), "b": stats.lognorm(1.0, scale=5.0)}


def test_a_grid_has_every_combination_with_the_last_axis_fastest() -> None:
    made = grid({"x": [1, 2], "y": [10, 20, 30]}, {"z": 5.0})
    assert len(made) == 6
    assert made.columns["x"].tolist() == [1, 1, 1, 2, 2, 2]
    assert made.columns["y"].tolist() == [10, 20, 30, 10, 20, 30]
    assert made.others == {"z": 5.0}


@pytest.mark.parametrize("design", [latin_hypercube, sobol])
def test_samples_fill_every_part_once_and_follow_the_seed(design) -> None:
    made, again, other = design(RANGES, 64, 3), design(RANGES, 64, 3), design(RANGES, 64, 4)
    assert all(np.array_equal(made.columns[name], again.columns[name]) for name in RANGES)
    assert not np.array_equal(made.columns["a"], other.columns["a"])
    for share in ((made.columns["a"] - 2) / 2, RANGES["b"].cdf(made.columns["b"])):
        assert sorted(np.floor(share * 64).astype(int)) == list(range(64))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Points({"x": [1, 2], "y": [1]}), "columns must have one length"),
        (lambda: Points({}), "columns must name at least one"),
        (lambda: Points({"x": [np.nan]}), "x must be finite"),
        (lambda: Points({"x": [1]}, {"x": 2}), "others must not name a parameter of the points, got x"),
        (lambda: grid({"x": np.arange(5000), "y": np.arange(5000)}), "axes must make at most 5000000 points"),
        (lambda: sobol(RANGES, 60, 1), "points must be a power of two"),
        (lambda: latin_hypercube({}, 4, 1), "ranges must name at least one parameter"),
        (lambda: latin_hypercube({"x": (2, 1)}, 4, 1), "x must be a pair that rises"),
        (lambda: latin_hypercube(RANGES, 0, 1), "points must be a whole number of at least 1"),
        (lambda: sobol(RANGES, 4, -1), "seed must be a whole number of at least 0"),
    ],
)
def test_faults_name_the_argument(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
