"""The neutral 1/f law: its definition, the mutation rate read from it, and what it cannot tell apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import neutral_spectrum

ordered = st.tuples(st.floats(0.001, 0.5), st.floats(1.05, 2)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@given(ordered, st.floats(1e-3, 1e4), st.floats(0.01, 1))
def test_the_rate_is_read_back(bounds, mu, beta):
    low, high = bounds
    count = neutral_spectrum.mutations(low, mu, beta, high)
    assert neutral_spectrum.effective_rate(count, low, high) == pytest.approx(mu / beta, rel=1e-9)


@given(ordered)
def test_normalised_runs_from_one_to_zero(bounds):
    low, high = bounds
    curve = neutral_spectrum.normalised([low, (low + high) / 2, high], low, high)
    assert curve[0] == pytest.approx(1)
    assert curve[2] == pytest.approx(0)
    assert 0 < curve[1] < 1


def test_straight_line_in_one_over_f():
    f = 1 / np.linspace(4, 10, 13)
    np.testing.assert_allclose(np.diff(neutral_spectrum.mutations(f, 16, 0.5, 0.25)), 16)


def test_cell_loss_looks_like_a_higher_rate():
    assert neutral_spectrum.mutations(0.1, 10, 0.1, 0.25) == neutral_spectrum.mutations(0.1, 100, 1, 0.25)


def test_birth_death_process_obeys_the_law():
    """Exact jump chains: mutations on more than a tenth of the cells of tumours grown to 300 cells."""
    rng, size, tumours, mu = np.random.default_rng(11), 300, 120, 2.0
    found = 0
    for _ in range(tumours):
        families = [[]]  # the mutations that each cell carries
        label = 0
        while len(families) < size:
            mother = families.pop(rng.integers(len(families)))
            for _ in range(2):
                fresh = rng.poisson(mu / 2)
                families.append([*mother, *range(label, label + fresh)])
                label += fresh
        carriers = np.bincount([mutation for family in families for mutation in family], minlength=label)
        found += int(np.sum((carriers > 0.1 * size) & (carriers <= 0.25 * size)))
    expected = neutral_spectrum.mutations(0.1, mu, 1.0, 0.25)
    assert found / tumours == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: neutral_spectrum.mutations(0, 1), "f"),
        (lambda: neutral_spectrum.mutations(0.3, 1, 1, 0.2), "f"),
        (lambda: neutral_spectrum.mutations(0.1, -1), "mu"),
        (lambda: neutral_spectrum.mutations(0.1, 1, 0), "beta"),
        (lambda: neutral_spectrum.mutations(0.1, 1, 1, 1.1), "f_max"),
        (lambda: neutral_spectrum.effective_rate(1, 0.2, 0.2), "f_min"),
        (lambda: neutral_spectrum.effective_rate(-1, 0.1, 0.2), "count"),
        (lambda: neutral_spectrum.normalised(0.05, 0.1, 0.2), "f"),
        (lambda: neutral_spectrum.normalised(0.15, 0.2, 0.1), "f_min"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
