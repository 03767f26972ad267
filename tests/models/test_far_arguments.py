"""Calls far from the chapters' values that once came back wrong without a sign: now right, or refused.

The right values are those of the closed forms, of longer arithmetic, or of the limits named beside them.
"""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from resistance.models import (
    _blood_sample,
    branching,
    carrier_delivery,
    caspase_switch,
    chromatin_chain,
    chromatin_memory,
    fluctuation,
    fluctuation_methods,
    gompertz,
    gompertz_courses,
    independent_action,
    maintenance_methylation,
    mir200_states,
    mirna_threshold,
    mutant_distribution,
    norton_simon,
    oxygen,
    p53,
    p53_delay,
    pump_leak,
    regrowth,
    resistant_clones,
    reversible_tolerance,
    sanctuary,
    state_transitions,
    two_hit,
    venetoclax,
)


def refused(call, *named):
    """The call raises ``ValueError`` whose message begins with one of its arguments and names them all."""
    with pytest.raises(ValueError, match=r" must .*\bgot\b") as caught:
        call()
    assert str(caught.value).split()[0].rstrip(",") in named
    assert all(name in str(caught.value) for name in named)


class TestStateTransitions:
    def test_root_of_a_matrix_whose_eigenvectors_do_not_span(self):
        found = state_transitions.root([[0.25, 0.5, 0.25], [0, 0.25, 0.75], [0, 0, 1]], 2)
        np.testing.assert_allclose(found, [[0.5, 0.5, 0], [0, 0.5, 0.5], [0, 0, 1]], atol=1e-12)

    def test_eigenvalue_of_zero_is_refused(self):
        refused(lambda: state_transitions.root([[0.5, 0.5], [0.5, 0.5]], 2), "compositions")

    def test_equilibrium_keeps_its_digits_where_groups_hardly_exchange_cells(self):
        a, b = 1e-15, 3e-15
        np.testing.assert_allclose(
            state_transitions.equilibrium([[1 - a, a], [b, 1 - b]]), [b / (a + b), a / (a + b)], rtol=1e-12
        )

    def test_nearest_probabilities_of_huge_numbers(self):
        np.testing.assert_array_equal(state_transitions.nearest_probabilities([1e300, 0.0]), [1, 0])


class TestFluctuation:
    def test_likelihood_ratio_whose_first_guess_has_no_likelihood(self):
        found = fluctuation.lrt([0, 1, 0, 2, 1], [500, 800, 900, 300, 1200], ratio=0.1)
        assert found.m_common == pytest.approx(1.7156, abs=1e-4)
        assert found.statistic == pytest.approx(77.747, abs=1e-3)

    def test_counts_whose_likelihood_no_double_holds(self):
        refused(lambda: fluctuation.mle([0, 1, 2000], phi=0.5), "mutants", "phi")
        refused(lambda: fluctuation.mle([9000] * 3), "mutants")
        refused(lambda: fluctuation.log_likelihood([0, 1, 2000], 1.0, phi=0.5), "mutants", "m", "phi")

    def test_counts_that_a_double_still_holds(self):
        found = fluctuation.mle([0, 1, 200], phi=0.5)
        likelihood = fluctuation.Likelihood([0, 1, 200], phi=0.5)
        assert likelihood(found.m) > max(likelihood(0.99 * found.m), likelihood(1.01 * found.m))

    def test_fitness_is_not_identifiable_without_a_mutant(self):
        refused(lambda: fluctuation_methods.joint_mle([0, 0, 0]), "mutants")
        refused(lambda: fluctuation_methods.profile_m([0, 0, 0]), "mutants")
        refused(lambda: fluctuation_methods.profile_w([0, 0, 0]), "mutants")

    def test_an_interval_that_ends_where_the_search_for_the_fitness_does(self):
        refused(lambda: fluctuation_methods.profile_m([0, 0, 1, 2, 3]), "mutants")

    def test_small_spread_of_the_final_size(self):
        assert mutant_distribution.pmf(0, 5, cv=1e-9)[0] == pytest.approx(math.exp(-5), rel=1e-12)
        np.testing.assert_allclose(mutant_distribution.pmf(50, 5, cv=1e-8), mutant_distribution.pmf(50, 5), rtol=1e-12)
        assert fluctuation.mle([0, 1, 2, 5, 30], cv=1e-8).low == pytest.approx(
            fluctuation.mle([0, 1, 2, 5, 30]).low, rel=1e-9
        )
        assert fluctuation.mle([0, 1, 2, 5, 30], cv=1e-8).low == pytest.approx(0.493, abs=1e-3)

    def test_coefficients_that_are_no_distribution(self):
        refused(lambda: mutant_distribution.compound_poisson(1, [-1, 0.5, -1]), "b")
        refused(lambda: mutant_distribution.compound_poisson(1, [-0.5, 0.5, 0.5]), "b")

    @pytest.mark.parametrize(
        ("call", "name"),
        [
            (lambda: fluctuation.mle([0, -1]), "mutants"),
            (lambda: fluctuation.lrt([0, 1], [2], w2=-1), "w2"),
            (lambda: fluctuation.lrt([0, 1], [2], e1=2), "e1"),
            (lambda: fluctuation.lrt([0, 1], [-2]), "second"),
            (lambda: fluctuation.fold_change([0], [2], 1, 1), "first"),
            (lambda: fluctuation_methods.lea_coulson_median([0.5]), "mutants"),
        ],
    )
    def test_arguments_have_their_own_names(self, call, name):
        refused(call, name)

    def test_clones_that_no_integer_holds(self):
        refused(lambda: mutant_distribution.simulate(np.random.default_rng(1), 100, 100.0, w=50.0), "rng", "w")


class TestSanctuary:
    def test_critical_lineages_die_out(self):
        assert sanctuary.escape(1e8, 0, 0, sensitive=(1, 1.5), mutation=0) == 0
        assert sanctuary.escape(1e8, 0, 1e-9, sensitive=(1, 1.5), mutation=0) == 0

    @pytest.mark.parametrize("margin", [1e-14, 1e-12, 1e-9, 1e-4])
    def test_nearly_critical_lineages(self, margin):
        death = 1 - margin
        survival = 1 - death  # of birth 1, exactly representable beside the margin
        expected = -math.expm1(1e8 * math.log1p(-survival))
        assert sanctuary.escape(1e8, 0, 0, sensitive=(death, 1.5), mutation=0) == pytest.approx(expected, rel=1e-9)

    def test_rates_next_to_the_largest_double(self):
        assert sanctuary.smallest_roots(1.7e308, 0, 0, 0, 0, 0, 0, 0) == (0, 0)

    def test_growth_rate_of_compartments_far_apart(self):
        assert sanctuary.growth_rate(-1e8, -1e-8, 0, 0) == pytest.approx(-1e-8, rel=1e-12)


class TestP53:
    def test_pulses_that_have_only_just_begun_to_be_sustained(self):
        parameters = p53.Parameters(psi=1.0005 * p53.critical_damage())
        assert p53.limit_cycle(parameters).p53_peak == pytest.approx(0.628, abs=1e-3)

    def test_what_does_not_come_to_repeat_is_refused(self):
        refused(lambda: p53.limit_cycle(p53.Parameters(psi=1.00001 * p53.critical_damage())), "parameters")

    def test_start_is_checked(self):
        refused(lambda: p53.limit_cycle(start=(-1, -1, -1)), "start")
        refused(lambda: p53.limit_cycle(start=[]), "start")

    def test_courses_too_long_to_integrate(self):
        refused(lambda: p53.simulate([0.0, 1e9]), "t")
        refused(lambda: p53_delay.simulate([1e9]), "t")
        refused(lambda: p53_delay.peaks(1e9), "hours")


class TestFits:
    @pytest.mark.parametrize(("effective", "low", "high"), [(1e-13, 0.3, 0.4), (1e-4, 1e-3, 2e-3)])
    def test_a_search_that_stays_at_its_start_or_ends_at_its_limit(self, effective, low, high):
        refused(lambda: carrier_delivery.fitted(effective, low, high), "effective", "low", "high")


class TestQuantiles:
    @pytest.mark.parametrize("mean", [1e9, 1e11, 2.4e11])
    def test_poisson_of_a_large_mean_is_nearly_normal(self, mean):
        # The library's inverse gives no number from some 1e11 on.
        shares = _blood_sample.quantiles(99)
        score = (_blood_sample.poisson_quantiles(shares, mean) - mean) / math.sqrt(mean)
        np.testing.assert_allclose(score, ndtri(shares), atol=2 / math.sqrt(mean))


class TestSolvers:
    def test_status_is_looked_at(self):
        call = lambda: mirna_threshold.course([0, 1, 10], 7, 0.05, 1e12, 0.1, 0.5, 10)  # noqa: E731
        try:
            found = call()
        except ValueError:
            refused(call, "t", "beta", "gamma_r", "k_on")
        else:
            assert found.shape == (2, 3)

    def test_constant_dose_agrees_with_no_dose(self):
        t = np.array([0.0, 10.0, 200.0])
        np.testing.assert_allclose(
            gompertz_courses.constant_dose(t, 0.0).total, gompertz_courses.untreated(t).total, rtol=1e-8
        )


class TestProbabilities:
    def test_two_steps_of_a_small_population_at_short_times(self):
        # For short times the probability is first * second * t² / 2.
        found = two_hit.small_population_probability(0.1643, 100, 3.2e-06, 3.2e-08)
        assert found == pytest.approx(3.2e-6 * 3.2e-6 * 0.1643**2 / 2, rel=1e-6)
        t = np.geomspace(1e-8, 1e12, 400)
        values = two_hit.small_population_probability(t, 100, 3.2e-06, 3.2e-08)
        assert np.all((values >= 0) & (values <= 1))
        assert np.all(np.diff(values) >= 0)

    def test_lag_at_short_times(self):
        # ln cosh x is x² / 2 for small x.
        found = two_hit.loss_probability(1e-5, 1e6, 1e-3, 1e-8, lag=True)
        assert found == pytest.approx(1e6 * 1e-3 * 1e-8 * 1e-10 / 2, rel=1e-9)

    def test_squared_variation_without_division_and_after_many(self):
        assert reversible_tolerance.cv_squared(0.05, 400, 0) == pytest.approx(19)
        assert reversible_tolerance.cv_squared(0.05, 0, 5000) == pytest.approx(19)
        assert reversible_tolerance.cv_squared(0.05, 0.01, 1500) == pytest.approx(
            19 * math.exp(-0.02) * math.exp(-0.02 * 1500) / (2 * math.exp(-0.02) - 1), rel=1e-9
        )

    def test_negative_dyads(self):
        refused(lambda: maintenance_methylation.efficiencies(maintenance_methylation.Dyads(-5, 2, 3)), "both")
        refused(lambda: maintenance_methylation.strand_share(maintenance_methylation.Dyads(0, 0, 0)), "dyads")

    def test_two_states_of_chromatin_that_hardly_exchange(self):
        # Detailed balance between the halves: with k_m = 1 both hold half of the mass, however rare the exchange.
        p = chromatin_chain.stationary(1e3, 40)
        assert chromatin_chain.mostly_silenced(p) == pytest.approx(0.5, abs=1e-12)
        np.testing.assert_allclose(p, p.T, rtol=1e-9)

    def test_fitter_mutants_next_to_neutral(self):
        refused(lambda: branching.mean_if_resistant(1e9, 1, 0.5, 0.5001, 0.0), "m", "birth", "resistant_birth")


class TestOtherKinds:
    @pytest.mark.parametrize(
        ("call", "name"),
        [
            (lambda: gompertz_courses.containment_time([1, 2]), "to"),
            (lambda: reversible_tolerance.moments([0.1, 0.2], 0.1, 3), "k_on"),
            (lambda: venetoclax.typical_auc24([1, 2], 3), "dose"),
            (lambda: venetoclax.median_trough(50, "7"), "day"),
            (lambda: maintenance_methylation.strand_share((1, 2, 3)), "dyads"),
            (lambda: p53.steady_state(None), "parameters"),
            (lambda: caspase_switch.switch_on("cell"), "cell"),
            (lambda: oxygen.rim_survival("2", 300, 100, 0.01, 0.1, 0.01), "dose"),
            (lambda: caspase_switch.Cell(sequestration=1), "sequestration"),
            (lambda: chromatin_memory.steady_states(1e308), "feedback"),
            (lambda: gompertz.containment_gain(capacity=None), "capacity"),
            (lambda: sanctuary.escape(1e8, 0, 0, sensitive=np.ma.array([1.0, 1.5], mask=[True, False])), "sensitive"),
        ],
    )
    def test_is_a_value_error_that_names_the_argument(self, call, name):
        refused(call, name)

    @pytest.mark.parametrize(
        ("call", "name"),
        [
            (lambda: chromatin_chain.evolve(chromatin_chain.all_silenced(20), 10**9, 2.0), "sweeps"),
            (lambda: state_transitions.propagate([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], 10**9), "steps"),
            (lambda: chromatin_chain.stationary(2.0, 10**4), "n"),
            (lambda: chromatin_chain.simulate(2.0, 10**9, np.random.default_rng(1)), "sweeps"),
            (lambda: mutant_distribution.pmf(10**15, 1), "n_max"),
            (lambda: two_hit.exact_probability([1.0], 10**9, 0.1, 0.1), "n"),
            (lambda: branching.alive(np.zeros(10_000_000), 1, 1), "t"),
            (lambda: mir200_states.stable_states_at(np.full(10_000, 2e5)), "snail"),
            (lambda: mir200_states.curve(np.full(1_000_000, 1e5)), "zeb"),
            (lambda: mir200_states.snail_that_keeps(np.full(1_000_000, 1e5)), "zeb"),
            (lambda: independent_action.additive_free(np.ones(1_000_000), 1, 1, 1, 1), "t"),
            (lambda: branching.alive(np.zeros((3000, 1)), np.ones(3000), 1), "t"),
        ],
    )
    def test_costs_are_bounded(self, call, name):
        refused(call, name)

    @pytest.mark.parametrize(
        "call",
        [
            lambda x: branching.survival(x, 0.1),
            lambda x: fluctuation_methods.luria_mean(x),
            lambda x: pump_leak.inside(x, 1.0, 1.0),
            lambda x: norton_simon.total_effect(1.0, x, [1.0, 1.0], [1.0, 1.0]),
        ],
    )
    def test_masks_are_not_lost(self, call):
        with pytest.raises(ValueError, match="must not be a masked array"):
            call(np.ma.array([1.0, 2.0], mask=[True, False]))

    def test_series_are_taken_as_arrays(self):
        birth = pd.Series([1.0, 2.0], index=[7, 9])
        np.testing.assert_array_equal(branching.survival(birth, 0.5), [0.5, 0.75])
        assert fluctuation.mle(pd.Series([0, 1, 3])) == fluctuation.mle([0, 1, 3])

    def test_time_that_is_a_whole_number_of_intervals(self):
        # 0.3 / 0.1 is just below 3, but the fourth cycle is given at 0.3.
        assert regrowth.cycles(0.3, 0.9, 0.0, 0.0, 0.1, 10).total == pytest.approx(1e-4)

    def test_results_are_data_that_checks_itself(self):
        course = gompertz_courses.untreated([0.0, 1.0])
        with pytest.raises(ValueError, match="total must be finite"):
            replace(course, total=[np.nan, 1.0])
        with pytest.raises(ValueError, match="one shape"):
            replace(course, total=[1.0])
        with pytest.raises(FrozenInstanceError):
            course.total = [1.0, 2.0]


class TestDigits:
    """Differences of nearly equal numbers."""

    def test_return_times_and_nadirs(self):
        # The nadir of a burden that hardly grows is close to its growing part less nothing.
        assert regrowth.nadir_size(1.0, 1e-12) == pytest.approx(1e-12 * (1 + math.log(1e12)), rel=1e-9)

    def test_half_time_of_faithful_copying(self):
        expected = math.log(2) / -math.log1p(-1e-13)
        assert maintenance_methylation.half_time(1 - 1e-13, 0.0) == pytest.approx(expected, rel=1e-3)

    def test_clones_far_above_the_scale(self):
        found = resistant_clones.exceedance(1e300, 3, 1e9, 1e-9, 1, 0)
        assert found == 0
        assert resistant_clones.exceedance(1e-12, 3, 1e9, 1e-9, 1, 0) == pytest.approx(1 - 3e-12, abs=1e-15)

    def test_treated_cells_stay_counted_after_a_long_course(self):
        # The sensitive cells that are left are those that tolerant ones replace.
        course = reversible_tolerance.treated([0.0, 1000.0], 0.0, -1.0, 0.0, 1e-3, 1e-3)
        assert course.sensitive[1] / course.tolerant[1] == pytest.approx(1e-3 / 1.0, rel=2e-3)

    def test_small_core_of_a_spheroid(self):
        limit = 100.0
        ro = limit * (1 + 1e-12)
        # Next to the limit the core is ro sqrt(2 (ro - limit) / (3 ro)).
        assert oxygen.anoxic_radius(ro, limit) == pytest.approx(ro * math.sqrt(2 * ((ro - limit) / ro) / 3), rel=1e-5)

    def test_cord_around_a_wide_vessel(self):
        # The cord is flat there: the tension half-way is a quarter of that at the wall.
        rv, pv, demand = 1e7, 40.0, 0.01
        half = rv + oxygen.slab_limit(pv, demand) / 2
        assert oxygen.cord_pressure(half, rv, pv, demand) == pytest.approx(pv / 4, rel=1e-4)
