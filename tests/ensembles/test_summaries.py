"""Summaries are exact under addition, in whatever order, and say what NumPy says."""

from __future__ import annotations

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resistance.ensembles.summaries import Summary, bins, lower_ends

NUMBERS = st.floats(allow_nan=False, min_value=-1e300, max_value=1e300) | st.sampled_from([math.inf, -math.inf, -0.0])
BLOCKS = st.lists(arrays(float, st.integers(0, 6), elements=NUMBERS), min_size=1, max_size=6)


def of(blocks: list[np.ndarray]) -> Summary:
    made = Summary()
    for block in blocks:
        made.add(block)
    return made


@given(BLOCKS, st.randoms(use_true_random=False))
def test_order_and_grouping_do_not_matter(blocks: list[np.ndarray], shuffled: random.Random) -> None:
    whole = of(blocks).record()
    shuffled.shuffle(blocks)
    merged, cut = Summary(), shuffled.randint(0, len(blocks))
    merged.merge(of(blocks[cut:]))
    merged.merge(of(blocks[:cut]))
    assert merged.record() == whole
    assert Summary.read(json.loads(json.dumps(whole))).record() == whole


@given(st.lists(NUMBERS, min_size=2, max_size=20))
def test_bins_rise_with_the_value_and_begin_at_it(values: list[float]) -> None:
    ordered = np.sort(np.array(values))
    numbers = bins(ordered)
    assert np.all(np.diff(numbers) >= 0)
    ends, normal = lower_ends(numbers), np.abs(ordered) > 1e-300
    assert np.all(np.abs(ends) <= np.abs(ordered))
    finite = np.isfinite(ordered) & normal
    assert np.all(np.abs(ordered[finite] - ends[finite]) <= np.abs(ordered[finite]) / 1024)
    assert np.array_equal(ends[~np.isfinite(ordered)], ordered[~np.isfinite(ordered)])


def test_it_agrees_with_numpy() -> None:
    rng = np.random.default_rng(20261128)
    blocks = [rng.lognormal(3, 2, 5000) for _ in range(7)]
    values, made = np.concatenate(blocks), of(blocks)
    assert made.count == values.size
    assert made.mean == pytest.approx(values.mean(), rel=1e-14)
    assert made.sd == pytest.approx(values.std(ddof=1), rel=1e-12)
    assert (made.least, made.greatest) == (values.min(), values.max())
    shares = np.array([0.001, 0.25, 0.5, 0.999, 1])
    wanted = np.quantile(values, shares, method="inverted_cdf")
    assert np.all((made.quantile(shares) <= wanted) & (made.quantile(shares) > wanted * (1 - 1 / 1024)))
    assert made.above(20.0) == np.mean(values >= 20 + 16 / 1024)  # where the bin of 20 ends
    assert made.above([-1.0, 1e9]) == pytest.approx([1, 0])


def test_whole_numbers_and_infinite_times_are_exact() -> None:
    days = np.array([56.0, 112, 112, 2047, np.inf])
    made = of([days])
    assert made.quantile([0, 0.2, 0.4, 0.6, 0.8, 1]).tolist() == [56, 56, 112, 112, 2047, np.inf]
    assert made.above([0, 56, 111.9, 112, 2047]).tolist() == [1, 0.8, 0.8, 0.4, 0.2]
    assert (made.count, made.finite, made.mean) == (5, 4, days[:4].mean())


def test_what_cannot_be_said_is_not_a_number() -> None:
    empty, huge = Summary(), of([np.array([1e200, 2e200])])
    assert math.isnan(empty.mean)
    assert math.isnan(of([np.array([1.0])]).sd)
    assert math.isnan(huge.sd)
    assert huge.mean == 1.5e200
    for call in (lambda: empty.quantile(0.5), lambda: empty.above(1), lambda: huge.quantile(1.2)):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(ValueError, match="a sum that a double can hold"):
        of([np.array([1.5e308, 1.5e308])])
    with pytest.raises(ValueError, match="not those of the record"):
        Summary.read(huge.record() | {"counts": [1]})
