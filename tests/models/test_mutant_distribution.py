import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gamma
from scipy.stats import chisquare, nbinom

from resistance.models import mutant_distribution as md

M = st.floats(1e-3, 100)
W = st.floats(0.1, 5)
E = st.floats(1e-3, 1)


def recursion(n_max, m, b):
    """The general recursion, term by term and with compensated sums."""
    p = [math.exp(m * b[0])]
    for n in range(1, n_max + 1):
        p.append(m / n * math.fsum(j * b[j] * p[n - j] for j in range(1, n + 1)))
    return np.array(p)


def by_division(n_max, e):
    """Plating without fitness: power-series division of equation 5, forwards for e < 1/2 and backwards otherwise."""
    j = np.arange(2, n_max + 400)
    a = e * np.concatenate([[math.log(e), -(1 + math.log(e))], 1 / (j * (j - 1))])
    b = np.zeros(a.size)
    b[0] = a[0] / (1 - e)
    if e < 0.5:
        for k in range(1, a.size):
            b[k] = (a[k] - e * b[k - 1]) / (1 - e)
    else:
        b[-1] = a[-1]
        for k in range(a.size - 1, 1, -1):
            b[k - 1] = (a[k] - (1 - e) * b[k]) / e
    return b[: n_max + 1]


def clone_probability(k, w, e):
    """Chance that a clone shows k mutants, integrated over its age."""

    def integrand(log_size):
        p = math.exp(-log_size)
        seen = p + e * (1 - p)
        return math.exp(-log_size / w) / w * p * e * (e * (1 - p)) ** (k - 1) / seen ** (k + 1)

    return quad(integrand, 0, math.inf, epsabs=0, epsrel=1e-10, limit=500)[0]


def test_lea_coulson_coefficients():
    k = np.arange(1.0, 50)
    np.testing.assert_allclose(md.clone_sizes(49), np.concatenate([[-1], 1 / (k * (k + 1))]), rtol=1e-12)
    assert md.clone_sizes(0).tolist() == [-1]


@pytest.mark.parametrize("e", [1e-3, 0.05, 0.2, 0.26, 0.4, 0.6, 0.95])
def test_plating_equals_power_series_division(e):
    np.testing.assert_allclose(md.clone_sizes(600, e=e), by_division(600, e), rtol=1e-9)


@pytest.mark.parametrize("w", [0.2, 0.9, 1.0, 2.5])
@pytest.mark.parametrize("e", [0.01, 0.24, 0.26, 0.7, 1.0])
def test_coefficients_are_probabilities_of_a_clone(w, e):
    b = md.clone_sizes(20, w, e)
    for k in (1, 2, 3, 7, 20):
        assert b[k] == pytest.approx(clone_probability(k, w, e), rel=1e-8)


@settings(deadline=None, max_examples=40)
@given(W, E)
def test_clone_sizes_are_positive_and_sum_to_zero_in_the_limit(w, e):
    b = md.clone_sizes(400, w, e)
    assert -1 <= b[0] < 0
    assert np.all(b[1:] > 0)
    # What is missing is the tail, a gamma(1 + a) (e/n)^a with a = 1/w, up to a factor that tends to 1.
    assert b.sum() <= 1e-12
    assert -b.sum() == pytest.approx(gamma(1 + 1 / w) * (e / 400) ** (1 / w), rel=0.5, abs=1e-12)


def test_full_plating_is_the_limit_of_partial_plating():
    np.testing.assert_allclose(md.clone_sizes(50, 0.8, 1 - 1e-9), md.clone_sizes(50, 0.8), rtol=1e-6)


def test_large_inoculum():
    k, phi = np.arange(1.0, 30), 0.9
    expected = phi ** (k - 1) * (1 / k - phi / (k + 1))
    np.testing.assert_allclose(md.clone_sizes(29, phi=phi)[1:], expected, rtol=1e-10)
    np.testing.assert_allclose(md.clone_sizes(29, 0.7, phi=1 - 1e-12), md.clone_sizes(29, 0.7), rtol=1e-6)


@settings(deadline=None, max_examples=60)
@given(M, W, E, st.sampled_from([0.0, 0.2, 1.0]))
def test_probabilities_are_positive_and_sum_to_at_most_one(m, w, e, cv):
    p = md.pmf(300, m, w, e, cv=cv)
    assert np.all(p >= 0)
    assert p.sum() <= 1 + 1e-9


@settings(deadline=None, max_examples=40)
@given(st.floats(1e-3, 50), W, E)
def test_blocks_equal_the_recursion_term_by_term(m, w, e):
    b = md.clone_sizes(150, w, e)
    np.testing.assert_allclose(md.compound_poisson(m, b), recursion(150, m, b), rtol=1e-10)


def test_ma_sandri_sarkar_recursion():
    p = md.ma_sandri_sarkar(100, 3.0)
    for n in (1, 2, 50, 100):
        assert p[n] == pytest.approx(3 / n * sum(p[i] / (n - i + 1) for i in range(n)), rel=1e-12)


def test_no_mutations():
    np.testing.assert_array_equal(md.pmf(3, 0), [1, 0, 0, 0])
    np.testing.assert_array_equal(md.pmf(3, 0, cv=0.5), [1, 0, 0, 0])


def test_compound_poisson_of_single_mutants_is_poisson():
    p = md.compound_poisson(2.0, [-1.0, 1.0, 0.0, 0.0])
    np.testing.assert_allclose(p, [math.exp(-2) * 2**n / math.factorial(n) for n in range(4)])


def test_mixing_over_a_gamma_distribution_of_single_mutants_is_negative_binomial():
    b, cv = np.array([-1.0, 1.0] + [0.0] * 28), 0.5
    expected = nbinom.pmf(np.arange(30), 1 / cv**2, 1 / (1 + 2 * cv**2))
    np.testing.assert_allclose(md.expand(b, 2.0, cv), expected, rtol=1e-10)


def test_a_small_variation_of_the_final_number_changes_little():
    np.testing.assert_allclose(md.pmf(100, 5, cv=1e-4), md.pmf(100, 5), rtol=1e-5)


def test_partial_plating_is_not_a_smaller_m():
    assert md.pmf(0, 1, e=0.4)[0] > md.pmf(0, 1)[0]
    assert not np.allclose(md.pmf(20, 1, e=0.4), md.pmf(20, 0.4), rtol=0.05)


def test_plating_thins_the_full_distribution():
    # Binomial sampling of the mutants of a whole culture, summed over the whole distribution, gives the plated one.
    p, e = md.pmf(4000, 2.0, w=0.5), 0.3
    n = np.arange(4001)
    assert md.pmf(1, 2.0, w=0.5, e=e)[0] == pytest.approx(np.sum(p * (1 - e) ** n), rel=1e-6)
    assert md.pmf(1, 2.0, w=0.5, e=e)[1] == pytest.approx(np.sum(p * n * e * (1 - e) ** (n - 1.0)), rel=1e-6)


def test_tail():
    assert md.tail(10, 2) == pytest.approx(1 - md.pmf(10, 2).sum())
    assert md.tail(10, 0) == 0


@pytest.mark.parametrize(
    "parameters",
    [{}, {"w": 0.5}, {"w": 1.5}, {"e": 0.2}, {"w": 0.7, "e": 0.4}, {"phi": 0.8}, {"cv": 0.8}],
    ids=str,
)
def test_simulated_cultures_follow_the_distribution(parameters):
    counts = md.simulate(np.random.default_rng(5), 100_000, 3.0, **parameters)
    p = md.pmf(30, 3.0, **parameters)
    expected = counts.size * np.append(p, 1 - p.sum())
    assert chisquare(np.bincount(np.minimum(counts, 31), minlength=32), expected).pvalue > 1e-3


def test_simulation_is_heavy_tailed_and_repeatable():
    counts = md.simulate(np.random.default_rng(2), 5_000, 2.0)
    again = md.simulate(np.random.default_rng(2), 5_000, 2.0)
    np.testing.assert_array_equal(counts, again)
    assert counts.var() > 20 * counts.mean()


def test_simulation_without_mutations():
    assert md.simulate(np.random.default_rng(0), 4, 0.0).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: md.pmf(-1, 1), "n_max must be"),
        (lambda: md.pmf(1.5, 1), "n_max must be"),
        (lambda: md.pmf(3, -1), "m must be"),
        (lambda: md.pmf(3, 1e4), "m must be at most 700"),
        (lambda: md.pmf(3, 1, w=0), "w must be"),
        (lambda: md.pmf(3, 1, e=0), "e must be"),
        (lambda: md.pmf(3, 1, e=1.1), "e must be"),
        (lambda: md.pmf(3, 1, phi=0), "phi must be"),
        (lambda: md.pmf(3, 1, cv=-1), "cv must be"),
        (lambda: md.pmf(3, 1, e=0.5, phi=0.5), "phi must be 1"),
        (lambda: md.compound_poisson(1, [0.1, 0.1]), "b must start"),
        (lambda: md.compound_poisson(1, [[0.1]]), "b must have one dimension"),
        (lambda: md.simulate(3, 1, 1), "rng must be"),
        (lambda: md.simulate(np.random.default_rng(0), 0, 1), "n_cultures must be"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
