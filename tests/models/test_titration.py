"""The quadratic of a saturable sink: its identity, its limits and its stability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models.titration import sensitivity, titration, total

amounts = st.floats(1e-6, 1e6)


def formula(x0, half_saturation, capacity):
    """The root as the sources print it."""
    b = x0 - half_saturation - capacity
    return (b + np.sqrt(b**2 + 4 * half_saturation * x0)) / 2


def test_is_the_printed_root():
    x0, half_saturation, capacity = np.meshgrid([0.5, 3.0, 40.0], [0.1, 1.5, 9.0], [0.0, 2.0, 30.0])
    np.testing.assert_allclose(
        titration(x0, half_saturation, capacity), formula(x0, half_saturation, capacity), rtol=1e-11
    )


@given(amounts, amounts, amounts)
def test_balances_input_and_sink(x0, half_saturation, capacity):
    x = titration(x0, half_saturation, capacity)
    assert 0 < x <= x0
    assert total(x, half_saturation, capacity) == pytest.approx(x0, rel=1e-9)


@given(amounts, amounts, amounts)
def test_inverse_of_total(x, half_saturation, capacity):
    assert titration(total(x, half_saturation, capacity), half_saturation, capacity) == pytest.approx(x, rel=1e-3)


@given(amounts, amounts, amounts, st.floats(1.01, 100))
def test_order(x0, half_saturation, capacity, factor):
    x = titration(x0, half_saturation, capacity)
    assert titration(factor * x0, half_saturation, capacity) > x
    assert titration(x0, half_saturation, factor * capacity) <= x * (1 + 1e-12)
    assert titration(x0, factor * half_saturation, capacity) >= x * (1 - 1e-12)


@given(amounts, amounts, amounts, st.floats(1e-3, 1e3))
def test_unit_does_not_matter(x0, half_saturation, capacity, unit):
    scaled = titration(unit * x0, unit * half_saturation, unit * capacity)
    assert scaled == pytest.approx(unit * titration(x0, half_saturation, capacity), rel=1e-6)


def test_limits():
    np.testing.assert_allclose(titration([0.0, 2.0, 50.0], 1.0, 0.0), [0, 2, 50])
    np.testing.assert_allclose(titration([0.0, 2.0, 3.0, 50.0], 0.0, 3.0), [0, 0, 0, 47])
    assert titration(1e-9, 1.5, 7.5) == pytest.approx(1e-9 / 6, rel=1e-8)
    assert titration(1e9, 1.5, 7.5) == pytest.approx(1e9 - 7.5, rel=1e-15)
    assert titration(0.0, 0.0, 0.0) == 0


def test_small_input_keeps_its_digits():
    """The printed form loses all digits here: 1e-12 beside a sink of 1e6."""
    assert titration(1e-12, 1.0, 1e6) == pytest.approx(1e-12 / (1 + 1e6), rel=1e-12, abs=0)
    assert formula(1e-12, 1.0, 1e6) == 0
    assert np.isfinite(titration(1e200, 1e200, 1e200))


def test_mukherji_steady_state():
    """A9a: r0 = 7/0.05, lambda = (0.5 + 0.1)/1, theta = 10 x 0.5/0.05 gives the steady state of the two equations."""
    r = titration(7 / 0.05, 0.6, 100)
    assert r == pytest.approx(41.427632, abs=1e-6)
    bound = 1.0 * r * 10 / (1.0 * r + 0.1 + 0.5)  # complex at steady state
    assert 7 - 0.05 * r - 1.0 * r * (10 - bound) + 0.1 * bound == pytest.approx(0, abs=1e-10)


def test_sensitivity_is_the_slope():
    x0 = np.geomspace(0.01, 1e4, 50)
    step = 1e-6
    slope = (np.log(titration(x0 * (1 + step), 0.5, 20)) - np.log(titration(x0, 0.5, 20))) / np.log1p(step)
    np.testing.assert_allclose(sensitivity(x0, 0.5, 20), slope, rtol=1e-4)
    assert sensitivity(1e-9, 0.5, 20) == pytest.approx(1)
    assert sensitivity(1e9, 0.5, 20) == pytest.approx(1)
    assert sensitivity(20, 0.05, 20) > 5


def test_total_of_a_tight_sink():
    np.testing.assert_allclose(total([0.0, 2.0], 0.0, 3.0), [3, 5])
    assert total(0.0, 1.0, 3.0) == 0


def test_broadcasts():
    assert titration(np.ones((3, 1)), np.ones(4), 2.0).shape == (3, 4)
    assert np.ndim(titration(1, 1, 1)) == 0
    assert sensitivity([1, 2], 1, 1).shape == (2,)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: titration(-1, 1, 1), "x0"),
        (lambda: titration(1, np.nan, 1), "half_saturation"),
        (lambda: titration(1, 1, np.inf), "capacity"),
        (lambda: titration("1", 1, 1), "x0"),
        (lambda: total(-1, 1, 1), "x"),
        (lambda: sensitivity(0, 1, 1), "x0"),
        (lambda: sensitivity(1, 0, 3), "x0"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()


def test_shapes_must_fit():
    with pytest.raises(ValueError, match="shapes"):
        titration([1, 2], [1, 2, 3], 1)
