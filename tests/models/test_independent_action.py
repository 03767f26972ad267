import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm, spearmanr

from resistance.models.drug_synergy import bliss_excess
from resistance.models.independent_action import (
    additive_free,
    additive_median,
    additive_time,
    at_least_one,
    explaining_correlation,
    fraction_free,
    gaussian_at_least_one,
    independent_free,
    independent_median,
)

SHARES = np.linspace(0.05, 0.95, 7)


def test_no_correlation_is_bliss_and_full_correlation_the_better_drug():
    a, b = np.meshgrid(SHARES, SHARES)
    for function in (at_least_one, gaussian_at_least_one):
        assert np.allclose(bliss_excess(1 - a, 1 - b, 1 - function(a, b, 0.0)), 0, atol=1e-12)
        assert np.allclose(function(a, b, 1.0), np.maximum(a, b), atol=1e-15)


def test_more_correlation_helps_fewer():
    rho = np.linspace(0, 1, 11)
    for function in (at_least_one, gaussian_at_least_one):
        assert np.all(np.diff(function(0.44, 0.19, rho)) < 0)


def test_order_of_the_drugs_does_not_matter():
    assert at_least_one(0.2, 0.6, 0.3) == at_least_one(0.6, 0.2, 0.3)
    assert gaussian_at_least_one(0.2, 0.6, 0.3) == pytest.approx(gaussian_at_least_one(0.6, 0.2, 0.3), abs=1e-15)
    assert additive_free(9, 6, 4, 0.8, 2, 0.3) == pytest.approx(additive_free(9, 4, 6, 0.8, 2, 0.3), rel=1e-10)


def test_patients_of_a_mixture_give_the_formula_and_its_rank_correlation():
    rng = np.random.default_rng(7)
    first, rho = rng.random(200_000), 0.3
    second = np.where(rng.random(first.size) < rho, first, rng.random(first.size))
    assert spearmanr(first, second)[0] == pytest.approx(rho, abs=0.01)
    helped = np.mean((first > 1 - 0.437) | (second > 1 - 0.19))
    assert helped == pytest.approx(at_least_one(0.437, 0.19, rho), abs=0.005)


@pytest.mark.parametrize("rho", [0.1, 0.3, 0.8])
def test_gaussian_copula_agrees_with_scipy_and_its_rank_correlation(rho):
    r = 2 * np.sin(np.pi * rho / 6)
    joint = multivariate_normal(cov=[[1, r], [r, 1]])
    expected = 0.437 + 0.19 - joint.cdf(norm.ppf([0.437, 0.19]))
    assert gaussian_at_least_one(0.437, 0.19, rho) == pytest.approx(expected, abs=1e-7)
    drawn = joint.rvs(100_000, random_state=3)
    assert spearmanr(drawn)[0] == pytest.approx(rho, abs=0.01)


def test_gaussian_copula_at_the_medians():
    # P(both above their medians) = 1/4 + arcsin(r) / 2 pi, and arcsin(2 sin(pi rho / 6)) is no multiple of pi.
    r = 2 * np.sin(np.pi * 0.4 / 6)
    assert gaussian_at_least_one(0.5, 0.5, 0.4) == pytest.approx(0.75 - np.arcsin(r) / (2 * np.pi), abs=1e-15)


def test_certain_and_hopeless_drugs():
    for function in (at_least_one, gaussian_at_least_one):
        assert np.array_equal(function([0, 0, 1, 1], [0, 0.3, 0.3, 1], 0.4), [0, 0.3, 1, 1])


@pytest.mark.parametrize("rho", [0.0, 0.25, 1.0])
def test_correlation_is_recovered(rho):
    a, b = np.meshgrid(SHARES, SHARES)
    assert np.allclose(explaining_correlation(a, b, at_least_one(a, b, rho)), rho, atol=1e-12)


def test_correlation_below_zero_is_more_than_independence_and_above_one_less_than_the_better_drug():
    assert explaining_correlation(0.437, 0.19, 0.576) < 0
    assert explaining_correlation(0.092, 0.016, 0.078) > 1


def test_additive_times_by_cases():
    assert additive_time(6, 4, 2) == 8
    assert additive_time(6, 1, 2) == 6  # progressed before the first scan: nothing is gained
    assert additive_time(1, 1.5, 2) == 1.5
    assert additive_time(6, 4, 0) == 10


@pytest.mark.parametrize(
    ("spread", "scan", "rho"), [(0.3, 2.0, 0.0), (1.0, 2.0, 0.3), (2.0, 0.0, 0.5), (1.0, 9.0, 1.0)]
)
def test_drawn_patients_agree_with_the_additive_curve(spread, scan, rho):
    rng = np.random.default_rng(11)
    first = rng.standard_normal(400_000)
    second = np.where(rng.random(first.size) < rho, first, rng.standard_normal(first.size))
    times = additive_time(6 * np.exp(spread * first), 4 * np.exp(spread * second), scan)
    at = np.array([1.0, 4.0, 9.0, 25.0])
    drawn = [np.mean(times > t) for t in at]
    assert additive_free(at, 6, 4, spread, scan, rho) == pytest.approx(drawn, abs=0.004)


def test_additivity_beyond_every_scan_is_independence():
    t = np.array([1.0, 5.0, 12.0])
    assert additive_free(t, 6, 4, 0.8, 1e6, 0.3) == pytest.approx(independent_free(t, 6, 4, 0.8, 0.3), abs=1e-12)


def test_additive_is_never_below_independent():
    t = np.geomspace(0.1, 200, 25)
    for spread in (0.3, 1.0, 2.5):
        assert np.all(additive_free(t, 6, 4, spread, 2, 0.3) >= independent_free(t, 6, 4, spread, 0.3) - 1e-13)


def test_all_are_free_at_the_start_and_half_at_the_median():
    assert fraction_free(0, 6, 1) == independent_free(0, 6, 4, 1, 0.3) == additive_free(0, 6, 4, 1, 2, 0.3) == 1
    assert fraction_free(6, 6, 1) == 0.5
    assert independent_free(independent_median(6, 4, 1, 0.3), 6, 4, 1, 0.3) == pytest.approx(0.5, abs=1e-13)
    assert additive_free(additive_median(6, 4, 1, 2, 0.3), 6, 4, 1, 2, 0.3) == pytest.approx(0.5, abs=1e-11)


def test_equal_drugs_have_a_median_in_closed_form():
    # 1 - (1 - S)**2 = 1/2 where S = 1 - sqrt(1/2)
    expected = 6 * np.exp(1.3 * norm.isf(1 - np.sqrt(0.5)))
    assert independent_median(6, 6, 1.3) == pytest.approx(expected, rel=1e-12)


def test_variable_patients_gain_by_independence_and_uniform_ones_by_additivity():
    gains = {s: (independent_median(6, 6, s, 0.3) / 6, additive_median(6, 6, s, 2, 0.3) / 6) for s in (0.3, 2.0)}
    assert gains[2.0][0] > 2 and gains[2.0][1] / gains[2.0][0] < 1.3
    assert gains[0.3][0] < 1.15 and gains[0.3][1] / gains[0.3][0] > 1.5


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan, "0.5", []])
@pytest.mark.parametrize("name", ["first", "second", "rho"])
def test_shares_outside_their_range_are_named(name, value):
    good = {"first": 0.3, "second": 0.2, "rho": 0.3}
    for function in (at_least_one, gaussian_at_least_one):
        with pytest.raises(ValueError, match=f"^{name} must"):
            function(**{**good, name: value})


def test_a_drug_that_helps_nobody_or_all_has_no_explaining_correlation():
    with pytest.raises(ValueError, match=r"^second must be between 0 and 1, ends excluded, got 0"):
        explaining_correlation(0.3, 0, 0.4)


@pytest.mark.parametrize(
    ("name", "value"), [("t", -1), ("spread", 0), ("spread", 11), ("scan", -2), ("first_median", 0), ("rho", 1.5)]
)
def test_curves_name_bad_arguments(name, value):
    good = {"t": 3.0, "first_median": 6.0, "second_median": 4.0, "spread": 1.0, "scan": 2.0, "rho": 0.3}
    with pytest.raises(ValueError, match=f"^{name} must"):
        additive_free(**{**good, name: value})
