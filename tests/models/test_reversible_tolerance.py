"""Reversible tolerance: limits and simulation of the fluctuation test, and treatment against the matrix exponential."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from resistance.models import reversible_tolerance as tolerance

shares = st.floats(0.001, 0.999)
rates = st.floats(0, 3)


class TestFluctuations:
    def test_values(self):
        np.testing.assert_allclose(tolerance.cv_squared(0.05, [0.05, 0.2], 10), [7.8090, 0.6668], atol=5e-5)

    def test_limits(self):
        assert tolerance.cv_squared(0.05, 0, 10) == pytest.approx(19)
        assert tolerance.cv_squared(0.05, 50, 10) == pytest.approx(19 / 1024)
        assert tolerance.cv_squared(0.3, 0.7, 0) == pytest.approx(0.7 / 0.3)
        assert tolerance.cv_squared(0.05, np.log(2) / 2, 10) == pytest.approx(19 / 1024 * 6)

    @given(shares, rates, st.integers(0, 30))
    def test_closed_form_is_the_sum_over_pairs(self, p, kappa, g):
        on, off = tolerance.switching_rates(p, kappa + 0.001)
        direct = tolerance.moments(on, off, g, None)
        assert direct.cv_squared == pytest.approx(tolerance.cv_squared(p, kappa + 0.001, g), rel=1e-6)
        assert direct.mean == pytest.approx(p * 2.0**g)

    @given(shares, st.floats(0.01, 2), st.integers(2, 30))
    def test_kappa_is_recovered(self, p, kappa, g):
        assert tolerance.kappa_from_cv(float(tolerance.cv_squared(p, kappa, g)), p, g) == pytest.approx(kappa, rel=1e-5)

    @pytest.mark.parametrize("founder", [None, 0.0, 1.0])
    def test_simulation(self, founder):
        counts = tolerance.colonies(0.01, 0.19, 10, 20_000, np.random.default_rng(1), founder)
        expected = tolerance.moments(0.01, 0.19, 10, founder)
        assert counts.mean() == pytest.approx(expected.mean, rel=0.03)
        assert counts.var() == pytest.approx(expected.variance, rel=0.08)
        assert counts.max() <= 1024

    def test_mutation_is_switching_without_return(self):
        counts = tolerance.colonies(0.002, 0.0, 10, 40_000, np.random.default_rng(4))
        expected = tolerance.moments(0.002, 0.0, 10)
        assert expected.mean == pytest.approx(1024 * -np.expm1(-0.02))
        assert counts.mean() == pytest.approx(expected.mean, rel=0.03)
        assert expected.cv_squared > 4 * tolerance.moments(0.01, 0.5, 10).cv_squared

    def test_memory_and_rates(self):
        assert tolerance.memory(np.log(2)) == pytest.approx(1)
        on, off = tolerance.switching_rates(0.25, 0.4)
        assert (on, off) == (pytest.approx(0.1), pytest.approx(0.3))
        assert tolerance.tolerant_share(on, off) == pytest.approx(0.25)


class TestTreatment:
    @given(st.floats(0, 1), st.floats(-2, 1), st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
    def test_matrix_exponential(self, p, fast, slow, on, off):
        course = tolerance.treated([0.0, 0.7, 3.0], p, fast, slow, on, off, 100)
        matrix = np.array([[fast - on, off], [on, slow - off]])
        for i, t in enumerate((0.0, 0.7, 3.0)):
            expected = expm(matrix * t) @ [100 * (1 - p), 100 * p]
            np.testing.assert_allclose([course.sensitive[i], course.tolerant[i]], expected, rtol=1e-6, atol=1e-8)

    def test_without_switching_two_exponentials(self):
        course = tolerance.treated([0.0, 2.0], 0.01, -3.0, -0.1, 0, 0)
        assert course.total[-1] == pytest.approx(0.99 * np.exp(-6) + 0.01 * np.exp(-0.2))

    def test_holiday_restores_the_equilibrium(self):
        course = tolerance.treated([200.0], 1.0, 0.0, 0.0, 0.01, 0.09)
        assert course.tolerant[0] / course.total[0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: tolerance.tolerant_share(0, 0), "k_on"),
        (lambda: tolerance.switching_rates(1.5, 1), "p"),
        (lambda: tolerance.cv_squared(0, 1, 1), "p"),
        (lambda: tolerance.cv_squared(0.1, -1, 1), "kappa"),
        (lambda: tolerance.moments(0.1, -0.1, 5), "k_off"),
        (lambda: tolerance.moments(0.1, 0.1, 61), "divisions"),
        (lambda: tolerance.moments(0.1, 0.1, 5, 2), "tolerant_founder"),
        (lambda: tolerance.kappa_from_cv(100, 0.05, 10), "cv_squared_observed"),
        (lambda: tolerance.memory(0), "kappa"),
        (lambda: tolerance.colonies(0.1, 0.1, 5, 0, np.random.default_rng(0)), "count"),
        (lambda: tolerance.colonies(0.1, 0.1, 5, 1, 3), "rng"),
        (lambda: tolerance.treated([-1], 0.1, 0, 0, 0, 0), "t"),
        (lambda: tolerance.treated([1], 0.1, 0, 0, 0, -1), "k_off"),
        (lambda: tolerance.treated([1], 0.1, np.inf, 0, 0, 0), "growth_sensitive"),
        (lambda: tolerance.treated([1], 0.1, 0, 0, 0, 0, 0), "cells"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
