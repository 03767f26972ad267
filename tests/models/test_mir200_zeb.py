"""The miR-200/ZEB switch: its functions, its steady states and the three phenotypes of Lu et al. 2013."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import mir200_states as states
from resistance.models import mir200_zeb as circuit
from resistance.models.mir200_zeb import LU2013, Parameters

SNAIL = 200e3


class TestFunctions:
    def test_hill_runs_from_one_to_the_fold(self):
        np.testing.assert_allclose(circuit.hill([0, 25e3, 1e12], 25e3, 2, 7.5), [1, 4.25, 7.5])
        assert circuit.hill(1e300, 1.0, 5, 0.1) == pytest.approx(0.1)

    @given(st.floats(0, 1e12), st.integers(0, 6))
    def test_binding_is_a_distribution(self, mu, sites):
        shares = circuit.binding(mu, Parameters(sites=sites))
        assert shares.shape == (sites + 1,)
        assert np.all(shares >= 0)
        assert shares.sum() == pytest.approx(1)

    def test_binding_is_binomial(self):
        """At mu = mu0 each of the six sites is filled with probability 1/2."""
        np.testing.assert_allclose(circuit.binding(1e4), np.array([1, 6, 15, 20, 15, 6, 1]) / 64)

    def test_silencing_at_both_ends(self):
        assert circuit.translation(0) == 1
        assert circuit.mrna_loss(0) == circuit.mirna_loss(0) == 0
        assert circuit.translation(1e12) == pytest.approx(0.05, rel=1e-4)
        assert circuit.mrna_loss(1e12) == pytest.approx(1, rel=1e-4)
        assert circuit.mirna_loss(1e12) == pytest.approx(6 * 0.5, rel=1e-4)

    def test_loss_of_microrna_counts_every_bound_one(self):
        one = Parameters(sites=1)
        assert circuit.mirna_loss(1e4, one) == pytest.approx(0.5 * 0.005)
        two = Parameters(sites=2)
        assert circuit.mirna_loss(1e4, two) == pytest.approx(0.5 * 0.005 + 0.25 * 2 * 0.05)

    def test_rates_without_anything(self):
        np.testing.assert_allclose(circuit.rates(0, 0, 0, 0), [2100, 11, 0])

    def test_rates_broadcast(self):
        assert circuit.rates(np.ones((4, 1)), 1, np.ones(5), SNAIL).shape == (3, 4, 5)


class TestStates:
    def test_three_stable_states(self):
        found = states.steady_states(SNAIL)
        assert found.count == 5
        np.testing.assert_array_equal(found.stable, [True, False, True, False, True])
        assert states.most_stable_states() == 3

    def test_more_mir200_means_less_zeb(self):
        found = states.stable_states(SNAIL)
        assert np.all(np.diff(found.mu) < 0)
        assert np.all(np.diff(found.zeb) > 0)
        assert states.ordering(SNAIL) == -1

    def test_values_of_an_independent_calculation(self):
        """The specification of this model gives these, from an implementation of its own (regression)."""
        found = states.stable_states(SNAIL)
        np.testing.assert_allclose(found.zeb, [6.4e3, 52.4e3, 563e3], rtol=0.01)
        np.testing.assert_allclose(found.mu, [18.7e3, 11.7e3, 1.72e3], rtol=0.01)

    def test_states_do_not_move(self):
        found = states.steady_states(SNAIL)
        change = circuit.rates(found.mu, found.mrna, found.zeb, SNAIL)
        assert np.all(np.abs(change) < 1e-6 * np.stack([found.mu, found.mrna, found.zeb]))

    def test_several_levels_at_once(self):
        several = states.stable_states_at([150e3, SNAIL, 250e3])
        assert [found.count for found in several] == [1, 3, 1]
        np.testing.assert_allclose(several[1].zeb, states.stable_states(SNAIL).zeb, rtol=1e-8)
        with pytest.raises(ValueError, match="snail"):
            states.stable_states_at([150e3, -1.0])

    def test_stable_states_attract(self):
        found = states.stable_states(SNAIL)
        for i in range(found.count):
            goal = np.array([found.mu[i], found.mrna[i], found.zeb[i]])
            end = circuit.course([0.0, 1000.0], SNAIL, 1.02 * goal)[:, -1]
            np.testing.assert_allclose(end, goal, rtol=1e-4)

    def test_unstable_state_lets_go(self):
        found = states.steady_states(SNAIL)
        start = np.array([found.mu[1], found.mrna[1], 1.02 * found.zeb[1]])
        end = circuit.course([0.0, 2000.0], SNAIL, start)[:, -1]
        np.testing.assert_allclose(end[2], found.zeb[2], rtol=1e-4)

    @settings(max_examples=20, deadline=None)
    @given(st.floats(0, 1e6), st.integers(0, 6))
    def test_stable_and_unstable_alternate(self, snail, sites):
        found = states.steady_states(snail, Parameters(sites=sites))
        assert found.count % 2 == 1
        assert found.stable[0]
        assert found.stable[-1]
        assert np.all(found.stable[:-1] != found.stable[1:])

    def test_little_and_much_snail_leave_one_state(self):
        low, high = states.steady_states(0), states.steady_states(1e6)
        assert low.count == high.count == 1
        assert low.mu[0] > 1e4 > high.mu[0]

    def test_snail_zero_by_hand(self):
        """Without SNAIL and with hardly any ZEB, miR-200 nears g_mu / k_mu."""
        assert states.steady_states(0).mu[0] == pytest.approx(2100 / 0.05, rel=0.01)


class TestCurve:
    def test_keeps_its_own_states(self):
        found = states.steady_states(SNAIL)
        np.testing.assert_allclose(states.snail_that_keeps(found.zeb), SNAIL, rtol=1e-9)

    def test_nothing_keeps_extreme_zeb(self):
        assert np.all(np.isnan(states.snail_that_keeps([1.0, 1e9])))

    def test_curve_agrees_with_states(self):
        line = states.curve(np.geomspace(1e3, 1e6, 200))
        inside = np.isfinite(line.snail)
        change = circuit.rates(line.mu[inside], line.mrna[inside], line.zeb[inside], line.snail[inside])
        assert np.all(np.abs(change) < 1e-6 * np.stack([line.mu, line.mrna, line.zeb])[:, inside])
        assert not line.stable[~inside].any()

    def test_number_of_states_changes_at_the_folds(self):
        snail, zeb = states.folds()
        assert snail.size == zeb.size == 4
        for level in snail:
            counts = {states.steady_states(level * (1 + side * 1e-3)).count for side in (-1, 1)}
            assert len(counts) == 2
            assert abs(np.diff(list(counts))[0]) == 2

    def test_ranges(self):
        low, high = states.tristable_range()
        assert low < SNAIL < high
        first, last = states.hybrid_range()
        assert first <= low < high <= last
        assert states.stable_states(0.99 * low).count == 2
        assert states.stable_states((high + last) / 2).count == 2

    def test_fewer_sites_lose_the_third_state(self):
        few = Parameters(sites=2)
        assert states.folds(few)[0].size == 0
        assert np.all(np.isnan(states.tristable_range(few)))
        assert np.all(np.isnan(states.hybrid_range(few)))
        assert states.most_stable_states(few) == 1
        assert np.isnan(states.ordering(SNAIL, few))


class TestCourse:
    def test_start_alone(self):
        np.testing.assert_array_equal(circuit.course([0.0], SNAIL, [1.0, 2.0, 3.0]), [[1.0], [2.0], [3.0]])

    def test_comes_to_rest(self):
        end = circuit.course([0.0, 2000.0], 0.0, [0.0, 0.0, 0.0])[:, -1]
        rest = states.steady_states(0)
        np.testing.assert_allclose(end, [rest.mu[0], rest.mrna[0], rest.zeb[0]], rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: circuit.hill(-1, 1, 1, 1), "x"),
        (lambda: circuit.hill(1, 0, 1, 1), "threshold"),
        (lambda: circuit.binding(-1), "mu"),
        (lambda: circuit.translation(np.nan), "mu"),
        (lambda: circuit.rates(1, -1, 1, 1), "mrna"),
        (lambda: circuit.course([0, 1], -1, [1, 1, 1]), "snail"),
        (lambda: circuit.course([1, 0], 1, [1, 1, 1]), "t"),
        (lambda: circuit.course([0, 1], 1, [1, 1]), "start"),
        (lambda: states.snail_that_keeps(0), "zeb"),
        (lambda: states.steady_states(-1), "snail"),
        (lambda: states.steady_states([1, 2]), "snail"),
        (lambda: states.steady_states(1, replace(LU2013, g_m=1e6)), "snail"),
        (lambda: Parameters(k_mu=0), "k_mu"),
        (lambda: Parameters(s_m_fold=1), "s_m_fold"),
        (lambda: Parameters(z_mu_fold=2), "z_mu_fold"),
        (lambda: Parameters(sites=2.5), "sites"),
        (lambda: Parameters(sites=7), "translation"),
        (lambda: Parameters(translation=(1, 0.5, 0.6, 0.1, 0.1, 0.1, 0.1)), "translation"),
        (lambda: Parameters(mrna_loss=(0, 0.4, 0.2, 1, 1, 1, 1)), "mrna_loss"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name}(, parameters)? must"):
        call()
