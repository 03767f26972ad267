"""Predictive values, net benefit and enrichment: the worked trial, limits, identities, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from resistance.models import predictive_value as pv

# Tumour mutational burden in KEYNOTE-158: high with response, high without, low with, low without.
TRIAL = (34, 86, 41, 594)
inner = st.floats(0.01, 0.99)


def trial():
    tp, fp, fn, tn = TRIAL
    return tp / (tp + fn), tn / (tn + fp), (tp + fn) / sum(TRIAL)


class TestTrial:
    def test_counts_reproduce_the_printed_rates_and_intervals(self):
        for events, n, rate, low, high in ((34, 120, 28.3, 20.5, 37.3), (41, 635, 6.5, 4.7, 8.7)):
            found = 100 * np.array([events / n, *pv.exact_interval(events, n)])
            np.testing.assert_allclose(found, [rate, low, high], atol=0.05)

    def test_bayes_brings_back_the_rates(self):
        assert pv.positive_predictive_value(*trial()) == pytest.approx(34 / 120, rel=1e-12)
        assert pv.risk_after_negative(*trial()) == pytest.approx(41 / 635, rel=1e-12)
        assert pv.positive_share(*trial()) == pytest.approx(120 / 755, rel=1e-12)

    def test_net_benefit_by_counting(self):
        tp, fp, _, _ = TRIAL
        for pt in (0.02, 0.1, 0.25, 0.5):
            counted = tp / 755 - fp / 755 * pt / (1 - pt)
            assert pv.net_benefit(*trial(), pt) == pytest.approx(counted, rel=1e-12)
            assert pv.net_benefit_all(75 / 755, pt) == pytest.approx(75 / 755 - 680 / 755 * pt / (1 - pt), rel=1e-12)


class TestLimits:
    def test_a_perfect_test(self):
        assert pv.positive_predictive_value(1, 1, 0.1) == pv.negative_predictive_value(1, 1, 0.1) == 1
        assert pv.net_benefit(1, 1, 0.3, 0.9) == 0.3

    def test_a_test_that_says_nothing_leaves_the_prevalence(self):
        for se in (0.1, 0.5, 0.9):
            assert pv.positive_predictive_value(se, 1 - se, 0.2) == pytest.approx(0.2)
            assert pv.risk_after_negative(se, 1 - se, 0.2) == pytest.approx(0.2)
            assert pv.randomised_ratio(0.2, 1, 0.1, se, 1 - se) == pytest.approx(1)

    def test_a_rare_outcome_drowns_a_good_test(self):
        assert pv.positive_predictive_value(0.95, 0.95, 0.001) == pytest.approx(0.0187, abs=5e-5)

    def test_everybody_positive_is_treating_everybody(self):
        for pt in (0.0, 0.1, 0.6):
            assert pv.net_benefit(1, 0, 0.3, pt) == pytest.approx(pv.net_benefit_all(0.3, pt))

    def test_enrichment_without_effect_in_the_others(self):
        assert pv.randomised_ratio(0.25, 3.0, 0, 1, 1) == pytest.approx(16)
        assert pv.screened_ratio(0.25, 3.0, 0, 1, 1) == pytest.approx(4)

    def test_a_drug_that_helps_all_alike_gains_nothing_by_choosing(self):
        assert pv.randomised_ratio(0.25, 2.0, 2.0, 0.8, 0.7) == pytest.approx(1)
        assert pv.screened_ratio(0.25, 2.0, 2.0, 0.8, 0.7) < 1

    def test_ends_of_the_interval(self):
        assert pv.exact_interval(0, 30)[0] == 0
        assert pv.exact_interval(30, 30)[1] == 1
        assert pv.exact_interval(0, 30)[1] == pytest.approx(1 - 0.025 ** (1 / 30))


class TestIdentities:
    @given(inner, inner, inner)
    def test_odds_times_likelihood_ratio(self, se, sp, pi):
        after = pv.positive_predictive_value(se, sp, pi)
        assert after / (1 - after) == pytest.approx(pi / (1 - pi) * pv.likelihood_ratio_positive(se, sp), rel=1e-9)
        missed = pv.risk_after_negative(se, sp, pi)
        assert missed / (1 - missed) == pytest.approx(pi / (1 - pi) * pv.likelihood_ratio_negative(se, sp), rel=1e-9)
        assert pv.negative_predictive_value(se, sp, pi) == pytest.approx(1 - missed)

    @given(inner, inner, inner)
    def test_testing_is_best_between_the_two_risks(self, se, sp, pi):
        low, high = pv.risk_after_negative(se, sp, pi), pv.positive_predictive_value(se, sp, pi)
        assert pv.net_benefit(se, sp, pi, high) == pytest.approx(0, abs=1e-9)
        assert pv.net_benefit(se, sp, pi, low) == pytest.approx(pv.net_benefit_all(pi, low), abs=1e-9)
        if high - low > 0.01:
            assert pv.net_benefit(se, sp, pi, (low + high) / 2) > max(0, pv.net_benefit_all(pi, (low + high) / 2))

    @given(st.integers(0, 60), st.integers(1, 60), st.floats(0.5, 0.999))
    def test_interval_of_another_library(self, events, more, level):
        found = pv.exact_interval(events, events + more, level)
        other = binomtest(events, events + more).proportion_ci(level, method="exact")
        np.testing.assert_allclose(found, [other.low, other.high], atol=1e-9)

    def test_shapes(self):
        se, pi = np.array([0.5, 0.9]), np.array([[0.1], [0.2], [0.3]])
        assert pv.positive_predictive_value(se, 0.8, pi).shape == (3, 2)
        assert isinstance(float(pv.net_benefit(0.5, 0.8, 0.1, 0.2)), float)


class TestFar:
    def test_products_too_small_for_a_double(self):
        assert pv.positive_predictive_value(1e-200, 0.5, 1e-200) == 0
        assert pv.positive_predictive_value(1e-200, 1, 1e-200) == 1
        assert pv.risk_after_negative(1 - 1e-12, 1e-300, 1e-300) == pytest.approx(1e-12, rel=1e-3)

    def test_effects_too_large_for_a_double(self):
        assert pv.randomised_ratio(0.5, 1e308, 1e308, 0.9, 0.9) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: pv.positive_predictive_value(1.1, 0.5, 0.5), "sensitivity"),
        (lambda: pv.negative_predictive_value(0.5, -0.1, 0.5), "specificity"),
        (lambda: pv.risk_after_negative(0.5, 0.5, float("nan")), "prevalence"),
        (lambda: pv.positive_predictive_value(0, 1, 0.5), "positive test"),
        (lambda: pv.negative_predictive_value(1, 0, 0.5), "negative test"),
        (lambda: pv.positive_share([0.1, 0.2], [0.1, 0.2, 0.3], 0.5), "shapes"),
        (lambda: pv.likelihood_ratio_positive(0.5, 1), "specificity"),
        (lambda: pv.likelihood_ratio_negative(0.5, 0), "specificity"),
        (lambda: pv.net_benefit(0.5, 0.5, 0.5, 1), "threshold"),
        (lambda: pv.net_benefit_all(2, 0.5), "prevalence"),
        (lambda: pv.randomised_ratio(0, 1, 0, 1, 1), "target"),
        (lambda: pv.randomised_ratio(0.5, 0, 0, 1, 1), "effect"),
        (lambda: pv.screened_ratio(0.5, 1, -1, 1, 1), "other"),
        (lambda: pv.exact_interval(5, 4), "events"),
        (lambda: pv.exact_interval(1, 4.5), "patients"),
        (lambda: pv.exact_interval(1, 4, 1), "level"),
    ],
)
def test_refusals(call, named):
    with pytest.raises(ValueError, match=named):
        call()
