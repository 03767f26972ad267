"""What sequencing sees: the binomial distribution, its inverses, and a published depth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from resistance.models import read_depth


def test_published_depth():
    """Petrackova et al. 2019: 1,650 reads for 30 mutated ones at 3%."""
    assert read_depth.depth_needed(0.03, 30, 0.999) == 1650


@given(st.floats(0, 1), st.integers(1, 5000), st.integers(1, 60))
def test_is_the_binomial_distribution(fraction, depth, reads):
    assert read_depth.detection(fraction, depth, reads) == pytest.approx(
        binom.sf(reads - 1, depth, fraction), abs=1e-12
    )


@given(st.floats(0.01, 0.99), st.integers(10, 5000), st.integers(1, 10))
def test_smallest_fraction_turns_detection_round(p, depth, reads):
    fraction = read_depth.smallest_fraction(p, depth, reads)
    assert read_depth.detection(fraction, depth, reads) == pytest.approx(p, rel=1e-6)


@given(st.floats(1e-4, 1), st.integers(1, 40), st.floats(0.05, 0.999))
def test_one_read_fewer_is_not_enough(fraction, reads, p):
    depth = read_depth.depth_needed(fraction, reads, p)
    assert read_depth.detection(fraction, depth, reads) >= p
    assert depth == reads or read_depth.detection(fraction, depth - 1, reads) < p


def test_simulated_reads():
    rng = np.random.default_rng(20261127)
    share = np.mean(rng.binomial(500, 0.01, 40_000) >= 5)
    assert share == pytest.approx(read_depth.detection(0.01, 500, 5), abs=0.01)


def test_allele_fraction():
    assert read_depth.allele_fraction(1) == 0.5
    assert read_depth.allele_fraction(0.2, purity=0.5) == pytest.approx(0.05)
    assert read_depth.allele_fraction(1, copies=1) == 1
    assert read_depth.allele_fraction(1, purity=0.5, copies=4, mutated=3) == pytest.approx(0.5)


def test_certain_and_impossible():
    assert read_depth.detection([0, 1], 10, 10).tolist() == [0, 1]
    assert read_depth.detection(0.5, 3, 4) == 0


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("detection", (1.1, 10, 1), "fraction must"),
        ("detection", (0.1, 10.5, 1), "depth must be a whole"),
        ("detection", (0.1, 10, 0), "reads must"),
        ("smallest_fraction", (0.5, 3, 4), "reads must be at most depth"),
        ("smallest_fraction", (1, 3, 1), "probability must"),
        ("depth_needed", (0, 3, 0.5), "fraction must"),
        ("depth_needed", (1e-12, 3, 0.5), "must give a depth"),
        ("allele_fraction", (0.5, 0), "purity must"),
        ("allele_fraction", (0.5, 1, 2, 3), "mutated must be at most"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(read_depth, function)(*arguments)
