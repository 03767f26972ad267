"""Pooling against published results, against sums by hand, and where it must refuse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from resistance.models import meta_analysis, two_arms

# Trials of aspirin before pre-eclampsia, from DerSimonian and Kacker 2007: events and patients of both arms.
ASPIRIN = (
    [5, 5, 12, 69, 9, 313],
    [156, 303, 565, 1570, 103, 4659],
    [8, 17, 9, 94, 11, 352],
    [74, 303, 477, 1565, 105, 4650],
)
# Magnesium after infarction without the last, largest trial.
MAGNESIUM = (
    [1, 9, 2, 1, 10, 1, 1, 0, 6, 1, 2, 5, 4, 90, 4],
    [40, 135, 200, 48, 150, 59, 25, 22, 76, 27, 89, 23, 130, 1159, 107],
    [2, 23, 7, 1, 8, 9, 3, 1, 11, 7, 12, 13, 8, 118, 17],
    [36, 135, 200, 46, 148, 56, 23, 21, 75, 27, 80, 33, 122, 1157, 108],
)


def aspirin():
    return two_arms.log_odds_ratio(*ASPIRIN)


def test_both_estimators_give_the_published_table():
    effects = aspirin()
    iterated = meta_analysis.pool(effects.effect, effects.variance)
    moments = meta_analysis.pool(effects.effect, effects.variance, moments=True)
    assert np.allclose([iterated.tau2**0.5, iterated.mean], [0.3681, -0.3811], atol=5e-5)
    assert np.allclose([moments.tau2**0.5, moments.mean], [0.2323, -0.3240], atol=5e-5)


def test_classical_egger_test_of_the_magnesium_trials():
    a, n, c, m = (np.array(part, dtype=float) for part in MAGNESIUM)
    empty = a == 0
    effects = two_arms.log_odds_ratio(a + empty / 2, n + empty, c + empty / 2, m + empty)
    found = meta_analysis.small_study(effects.effect, effects.variance, np.sqrt(effects.variance))
    assert [round(found.t, 4), round(found.p, 4), round(found.limit, 4)] == [-3.1783, 0.0073, -0.1512]


def test_alike_trials_have_no_variance_between_them_and_both_means_agree():
    found = meta_analysis.pool([0.2, 0.2, 0.2], [0.1, 0.2, 0.4])
    assert (found.tau2, found.i2) == (0, 0)
    assert found.q == pytest.approx(0, abs=1e-12)
    assert found.mean == pytest.approx(found.fixed) == pytest.approx(0.2)


@pytest.mark.parametrize("moments", [False, True])
def test_a_negative_moment_estimate_is_nought(moments):
    found = meta_analysis.pool([0.1, 0.11, 0.09, 0.1], [0.1, 0.1, 0.1, 0.1], moments)
    assert found.tau2 == 0
    assert found.low == pytest.approx(found.fixed_low)


def test_the_careful_interval_is_never_narrower_than_the_usual_one():
    rng = np.random.default_rng(3)
    for _ in range(50):
        k = rng.integers(2, 9)
        found = meta_analysis.pool(rng.normal(0, 0.5, k), rng.uniform(0.01, 0.5, k))
        assert found.careful_low <= found.low and found.high <= found.careful_high


def test_shift_and_scale():
    effect, variance = np.array([0.3, -0.2, 0.9, 0.1]), np.array([0.02, 0.05, 0.1, 0.01])
    plain, moved = meta_analysis.pool(effect, variance), meta_analysis.pool(7 + 1000 * effect, 1e6 * variance)
    assert moved.mean == pytest.approx(7 + 1000 * plain.mean)
    assert moved.tau2 == pytest.approx(1e6 * plain.tau2, rel=1e-6)
    assert moved.q == pytest.approx(plain.q)


def test_two_trials_have_no_prediction_interval():
    found = meta_analysis.pool([0.1, 0.4], [0.02, 0.03])
    assert np.isnan(found.predicted_low) and np.isnan(found.predicted_high)


def test_the_prediction_interval_covers_a_new_trial_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(400):
        true = rng.normal(0.1, 0.4, 21)
        found = meta_analysis.pool(rng.normal(true[:20], 0.2), np.full(20, 0.04))
        inside += found.predicted_low <= true[20] <= found.predicted_high
    assert 0.91 <= inside / 400 <= 0.98


def test_left_out_in_turn_is_pooled_without():
    effects = aspirin()
    rows = meta_analysis.leave_one_out(effects.effect, effects.variance)
    without = meta_analysis.pool(effects.effect[1:], effects.variance[1:])
    assert rows.shape == (6, 3)
    assert tuple(rows[0]) == (without.mean, without.careful_low, without.careful_high)


def test_the_test_of_two_proportions_is_the_chi_square_test():
    p = stats.chi2_contingency([[85, 161 - 85], [70, 154 - 70]], correction=False)[1]
    assert two_arms.proportion_test(85, 161, 70, 154) == pytest.approx(p)
    assert two_arms.proportion_test(85, 161, 70, 154, one_sided=True) == pytest.approx(p / 2)


def test_effects_of_several_trials_at_once():
    together = two_arms.log_risk_ratio(*ASPIRIN)
    alone = [two_arms.log_risk_ratio(*arms) for arms in zip(*ASPIRIN, strict=True)]
    assert np.allclose(together.effect, [one.effect for one in alone])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: two_arms.log_risk_ratio(0, 10, 1, 10), "^events must"),
        (lambda: two_arms.log_risk_ratio(11, 10, 1, 10), "^total must"),
        (lambda: two_arms.log_risk_ratio(1, 10, 12, 10), "^control_total must"),
        (lambda: two_arms.log_odds_ratio(10, 10, 1, 10), "must give"),
        (lambda: two_arms.risk_difference(-1, 10, 1, 10), "^events must"),
        (lambda: two_arms.risk_difference(0, 10, 0, 10), "must give"),
        (lambda: two_arms.proportion_test(0, 10, 0, 10), "must give"),
        (lambda: two_arms.proportion_test(1, 10, 1, 10, one_sided=1), "^one_sided must"),
        (lambda: meta_analysis.pool([0.1], [0.1]), "^effect must"),
        (lambda: meta_analysis.pool([0.1, 0.2], [0.1, 0.2, 0.3]), "^effect and variance must"),
        (lambda: meta_analysis.pool([0.1, 0.2], [0.1, 0]), "^variance must"),
        (lambda: meta_analysis.leave_one_out([0.1, 0.2], [0.1, 0.2]), "^effect must"),
        (lambda: meta_analysis.small_study([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [1, 1, 1]), "must give"),
        (lambda: meta_analysis.small_study([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [1, 2]), "^effect and predictor must"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_weighted_squares_equal_their_expectation():
    """A case on which a search by Newton's method ends at nought by the rounding of its last step."""
    effect = np.array([0.429396, -0.13448335, 0.53907194, 0.29033809, 0.67324759, 0.40705211, -0.03146963, -0.95466997])
    variance = np.array(
        [0.15415618, 0.19185222, 0.14001649, 0.19257253, 0.14064813, 0.41872778, 0.08243568, 0.11186609]
    )
    found = meta_analysis.pool(effect, variance)
    weights = 1 / (variance + found.tau2)
    assert found.tau2 > 0.1
    assert weights @ (effect - found.mean) ** 2 == pytest.approx(7, rel=1e-9)
