"""Two birth-death types: survival, resistance at detection with any fitness, and the mean burden of resistant cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import exp1, hyp2f1

from resistance.models import branching

B, D = 0.14, 0.13
growing = st.tuples(st.floats(0.05, 5), st.floats(0, 0.99)).map(lambda pair: (pair[0], pair[0] * pair[1]))


def compete(m, resistant_birth, resistant_death, runs, rng):
    """Resistant cells when the tumour has ``m`` cells, by its exact jump chain, after one mutation.

    The sensitive line divides at rate 1 and never dies, so that the size at which the one mutant appears is uniform.
    """
    sensitive, resistant = rng.integers(1, m, runs).astype(float), np.ones(runs)
    while (running := np.flatnonzero((sensitive + resistant < m) & (resistant > 0))).size:
        s, r = sensitive[running], resistant[running]
        draw = rng.random(running.size) * (s + r * (resistant_birth + resistant_death))
        division, gain = draw < s, draw < s + r * resistant_birth
        sensitive[running] += division
        resistant[running] += np.where(division, 0, np.where(gain, 1, -1))
    return resistant


def gillespie(m, u, rates, runs, rng):
    """Share of tumours with a resistant cell when ``m`` cells are sensitive, from one cell, by the exact jump chain."""
    birth, death, a, b = rates
    sensitive, resistant = np.ones(runs), np.zeros(runs)
    while (running := np.flatnonzero(sensitive < m)).size:
        s, r = sensitive[running], resistant[running]
        draw = rng.random(running.size) * (s * (birth + death) + r * (a + b))
        division, death_s = draw < s * birth, (draw >= s * birth) & (draw < s * (birth + death))
        mutation = division & (rng.random(running.size) < u)
        gain = (draw >= s * (birth + death)) & (draw < s * (birth + death) + r * a)
        loss = draw >= s * (birth + death) + r * a
        s = s + (division & ~mutation) - death_s
        r = r + (mutation | gain) - loss
        lost = s == 0  # a line that died out is started again
        sensitive[running], resistant[running] = np.where(lost, 1, s), np.where(lost, 0, r)
    return float(np.mean(resistant > 0))


class TestPublished:
    def test_neutral_factor_is_that_of_bozic_2013(self):
        """p_1 = exp(M u n12 log(s) / (1 - s)), printed there for resistance by one mutation."""
        s = 1 - D / B
        assert branching.resistance_factor(B, D) == pytest.approx(-np.log(s) / (1 - s), rel=1e-12)
        no_resistance = np.exp(1e9 * 1e-9 * np.log(s) / (1 - s))
        assert branching.resistance_probability(1e9, 1e-9, B, D) == pytest.approx(1 - no_resistance, rel=1e-12)

    def test_neutral_mean_is_that_of_bozic_2013(self):
        """X = M n (u / s) log(M s)."""
        s = 1 - D / B
        assert branching.mean_resistant(1e9, 50e-9, B, D) == pytest.approx(1e9 * 50e-9 / s * np.log(1e9 * s))

    @pytest.mark.parametrize(("alpha", "exponent"), [(2, 1 / 2), (1.25, 1 / 5), (4, 3 / 4)])
    def test_advantage_grows_as_the_power_of_iwasa_2006(self, alpha, exponent):
        """Abstract: in proportion to M**(1 - 1/alpha) for relative fitness alpha above 1."""
        low, high = branching.mean_if_resistant([1e8, 1e12], 1, 0.5, 0.5 + alpha / 2, 0.5)
        assert np.log10(high / low) / 4 == pytest.approx(exponent, abs=1e-12)

    def test_neutral_grows_as_the_logarithm_and_a_cost_has_a_limit(self):
        steps = np.diff(branching.mean_if_resistant([1e6, 1e8, 1e10], B, D))
        assert steps[0] == pytest.approx(steps[1], rel=1e-9)
        costly = branching.mean_if_resistant([1e10, 1e14], B, D, B, D + 0.005)
        assert costly[1] == pytest.approx(costly[0], rel=1e-3)


class TestSimulation:
    def test_probability_agrees_with_the_exact_process(self):
        rates, rng = (1.0, 0.5, 1.0, 0.5), np.random.default_rng(20261124)
        share = gillespie(1000, 5e-4, rates, 4000, rng)
        assert share == pytest.approx(branching.resistance_probability(1000, 5e-4, *rates), abs=0.025)

    def test_probability_with_a_cost_agrees_with_the_exact_process(self):
        rates, rng = (1.0, 0.5, 0.8, 0.6), np.random.default_rng(7)
        share = gillespie(400, 2e-3, rates, 4000, rng)
        assert share == pytest.approx(branching.resistance_probability(400, 2e-3, *rates), abs=0.025)

    @pytest.mark.parametrize(
        ("a", "b", "tolerance"), [(0.5, 0.0, 0.03), (1.2, 0.7, 0.06), (2.0, 0.0, 0.12), (2.5, 0.5, 0.12)]
    )
    def test_mean_if_resistant_agrees_with_the_exact_process(self, a, b, tolerance):
        """Above fitness 1 only the leading term is computed, so it may differ by the next one."""
        cells = compete(2000, a, b, 20_000, np.random.default_rng(1))
        assert cells[cells > 0].mean() == pytest.approx(branching.mean_if_resistant(2000, 1, 0, a, b), rel=tolerance)
        assert np.mean(cells > 0) == pytest.approx(branching.resistance_factor(1, 0, a, b), abs=0.01)

    def test_clone_sizes_have_the_mean_and_the_extinction_of_the_process(self):
        rng = np.random.default_rng(5)
        cells = branching.clone_sizes(np.full(100_000, 3.0), 1.0, 0.6, rng)
        assert cells.mean() == pytest.approx(np.exp(0.4 * 3), rel=0.02)
        assert np.mean(cells > 0) == pytest.approx(branching.alive(3.0, 1.0, 0.6), abs=0.006)
        dying = branching.clone_sizes(np.full(100_000, 3.0), 0.6, 1.0, rng)
        assert dying.mean() == pytest.approx(np.exp(-0.4 * 3), rel=0.04)


class TestIdentities:
    @pytest.mark.parametrize("alpha", [0.2, 0.5, 0.9, 1.1, 1.5, 2, 5])
    def test_a_growing_clone_gives_a_hypergeometric_function(self, alpha):
        a, b = B, B - 0.01 * alpha
        expected = B / 0.01 * (1 - b / a) * hyp2f1(1, 1 / alpha, 1 + 1 / alpha, b / a)
        assert branching.resistance_factor(B, D, a, b) == pytest.approx(expected, rel=1e-11)

    def test_a_clone_without_net_growth_gives_an_exponential_integral(self):
        k = B / (B - D)
        expected = B / 0.01 * np.exp(1 / k) * exp1(1 / k) / k
        assert branching.resistance_factor(B, D, B, B) == pytest.approx(expected, rel=1e-11)

    @pytest.mark.parametrize("death", [0.15, 0.3])
    def test_a_shrinking_clone_agrees_with_quadrature(self, death):
        expected = B / 0.01 * quad(lambda y: branching.alive(-np.log(y) / 0.01, B, death), 0, 1, limit=400)[0]
        assert branching.resistance_factor(B, D, B, death) == pytest.approx(expected, rel=1e-7)

    @given(growing)
    def test_neutral_factor(self, rates):
        birth, death = rates
        lost = death / birth
        expected = 1.0 if lost < 1e-12 else -np.log1p(-lost) / lost
        assert branching.resistance_factor(birth, death) == pytest.approx(expected, rel=1e-6)

    @given(growing, st.floats(0.1, 3), st.floats(0, 3))
    def test_the_unit_of_time_does_not_matter(self, rates, a, b):
        birth, death = rates
        once = branching.resistance_factor(birth, death, a, b)
        assert branching.resistance_factor(7 * birth, 7 * death, 7 * a, 7 * b) == pytest.approx(once, rel=1e-9)

    @given(st.floats(0.01, 0.99), growing)
    def test_detection_size_is_the_inverse(self, probability, rates):
        size = branching.detection_size(probability, 1e-9, *rates)
        assert branching.resistance_probability(size, 1e-9, *rates) == pytest.approx(probability, rel=1e-9)

    @given(st.floats(0, 50), st.floats(0.1, 3), st.floats(0, 3))
    def test_alive_falls_from_one_to_survival(self, t, birth, death):
        there = branching.alive(t, birth, death)
        assert branching.survival(birth, death) - 1e-12 <= there <= 1
        assert branching.alive(0, birth, death) == 1

    def test_fitness_changes_little_of_the_probability_and_much_of_the_number(self):
        death = B - 0.01 * np.array([0.5, 1, 1.5])
        factor = branching.resistance_factor(B, D, B, death)
        mean = branching.mean_if_resistant(1e9, B, D, B, death)
        assert factor[2] / factor[0] < 1.3
        assert mean[2] / mean[0] > 300
        np.testing.assert_allclose(branching.relative_fitness(B, D, B, death), [0.5, 1, 1.5])

    def test_mean_counts_all_tumours_and_mean_if_resistant_only_some(self):
        few = branching.mean_resistant(1e6, 1e-12, B, D, B, D + 0.002)
        hold = branching.resistance_probability(1e6, 1e-12, B, D, B, D + 0.002)
        assert few / hold == pytest.approx(branching.mean_if_resistant(1e6, B, D, B, D + 0.002), rel=1e-5)


def test_broadcasts():
    assert branching.resistance_probability(np.ones((3, 1)) * 1e6, 1e-8, B, [0, 0.1, 0.12, 0.13]).shape == (3, 4)
    assert np.ndim(branching.mean_if_resistant(1e6, B, D)) == 0
    assert branching.survival(1, [0, 0.5, 2]).tolist() == [1, 0.5, 0]
    assert branching.alive(1e6, 1.0, 2.0) == pytest.approx(0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: branching.survival(0, 1), "birth"),
        (lambda: branching.alive(-1, 1, 1), "t"),
        (lambda: branching.clone_sizes(1, 1, -1, np.random.default_rng()), "death"),
        (lambda: branching.clone_sizes(1, 1, 1, 42), "rng"),
        (lambda: branching.resistance_factor(1, 1), "birth"),
        (lambda: branching.resistance_factor(1, 0.5, 0, 1), "resistant_birth"),
        (lambda: branching.resistance_factor(1, 0.5, 1, np.nan), "resistant_death"),
        (lambda: branching.resistance_probability(0, 1e-9, 1, 0.5), "m"),
        (lambda: branching.resistance_probability(1e9, 1, 1, 0.5), "u"),
        (lambda: branching.detection_size(1, 1e-9, 1, 0.5), "probability"),
        (lambda: branching.detection_size(0.5, 0, 1, 0.5), "u"),
        (lambda: branching.relative_fitness(1, 2, 1, 1), "birth"),
        (lambda: branching.mean_resistant(1, 1e-9, B, D), "m"),
        (lambda: branching.mean_if_resistant(2, B, D), "m"),
        (lambda: branching.mean_if_resistant("1e9", B, D), "m"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
