import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import fluctuation as fl
from resistance.models import mutant_distribution as md

COUNTS = st.lists(st.integers(0, 60), min_size=3, max_size=12).filter(lambda counts: max(counts) > 0)


def test_data_are_complete():
    assert (len(fl.DEMEREC), max(fl.DEMEREC)) == (30, 839)
    assert (len(fl.LURIA_16), sum(fl.LURIA_16), fl.LURIA_16.count(0)) == (20, 227, 11)
    assert [len(x) for x in (fl.NEWCOMBE_F, fl.NEWCOMBE_H, fl.CAIRNS_FOSTER)] == [25, 25, 60]
    assert [len(x) for x in (fl.WERNGREN_1, fl.WERNGREN_2, fl.WERNGREN_3, fl.WERNGREN_5)] == [25, 23, 25, 25]
    assert [len(x) for x in (fl.KRASOVEC_1, fl.KRASOVEC_2, fl.CRANE_1, fl.CRANE_2)] == [24, 12, 11, 11]


def test_log_likelihood_is_the_sum_over_cultures():
    p = md.pmf(10, 2.0, 0.8, 0.5)
    expected = np.log(p[[0, 3, 3, 10]]).sum()
    assert fl.log_likelihood([0, 3, 3, 10], 2.0, 0.8, 0.5) == pytest.approx(expected)


@settings(deadline=None, max_examples=40)
@given(COUNTS, st.floats(0.2, 20), st.sampled_from([0.0, 0.3]))
def test_score_is_the_derivative(counts, m, cv):
    likelihood = fl.Likelihood(counts, w=0.9, e=0.6, cv=cv)
    step = 1e-5 * m
    slope = (likelihood(m + step) - likelihood(m - step)) / (2 * step)
    assert likelihood.score(m) == pytest.approx(slope, rel=1e-4, abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(COUNTS, st.sampled_from([0.5, 1.0, 1.6]), st.sampled_from([0.1, 0.6, 1.0]))
def test_estimate_is_the_maximum_and_the_interval_has_the_right_depth(counts, w, e):
    estimate = fl.mle(counts, w, e)
    assert 0 < estimate.low < estimate.m < estimate.high
    for m in (estimate.m * 0.99, estimate.m * 1.01):
        assert fl.log_likelihood(counts, m, w, e) < estimate.log_likelihood
    for m in (estimate.low, estimate.high):
        assert 2 * (estimate.log_likelihood - fl.log_likelihood(counts, m, w, e)) == pytest.approx(3.841459, abs=1e-5)


@pytest.mark.parametrize(
    "parameters", [{}, {"w": 0.6}, {"e": 0.3}, {"w": 1.3, "e": 0.5}, {"cv": 0.5}, {"phi": 0.9}], ids=str
)
@pytest.mark.parametrize("m", [0.5, 4.0])
def test_estimate_recovers_a_known_m(parameters, m):
    counts = np.minimum(md.simulate(np.random.default_rng(11), 400, m, **parameters), 2000)
    estimate = fl.mle(counts, **parameters, level=0.999)
    assert estimate.low < m < estimate.high
    assert estimate.m == pytest.approx(m, rel=0.25)


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng, held = np.random.default_rng(3), 0
    for _ in range(100):
        estimate = fl.mle(np.minimum(md.simulate(rng, 20, 1.5), 100))
        held += estimate.low < 1.5 < estimate.high
    assert 88 <= held <= 99


def test_no_mutant_anywhere():
    estimate = fl.mle([0, 0, 0, 0])
    assert (estimate.m, estimate.low) == (0, 0)
    assert estimate.high == pytest.approx(3.841459 / 8, rel=1e-6)


def test_wider_level_wider_interval():
    narrow, wide = fl.mle(fl.LURIA_16, e=0.4, level=0.84), fl.mle(fl.LURIA_16, e=0.4)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_order_of_cultures_does_not_matter():
    assert fl.mle(sorted(fl.LURIA_16)).m == pytest.approx(fl.mle(fl.LURIA_16).m, rel=1e-12)


def test_mutation_rate():
    assert fl.mutation_rate(2.0, 1e8, 5e7) == 4e-8


class TestTwoSamples:
    def test_an_experiment_against_itself(self):
        result = fl.lrt(fl.LURIA_16, fl.LURIA_16, e1=0.4, e2=0.4)
        assert result.statistic == pytest.approx(0, abs=1e-9)
        assert result.p_value == pytest.approx(1, abs=1e-4)
        assert result.m_common == pytest.approx(result.m_first)

    @settings(deadline=None, max_examples=25)
    @given(COUNTS, COUNTS, st.floats(0.2, 5))
    def test_exchanging_the_samples_exchanges_the_ratio(self, first, second, ratio):
        there, back = fl.lrt(first, second, ratio), fl.lrt(second, first, 1 / ratio)
        assert there.statistic == pytest.approx(back.statistic, abs=1e-6)
        assert there.m_common * ratio == pytest.approx(back.m_common, rel=1e-5)

    def test_the_common_estimate_maximises_the_joint_likelihood(self):
        result = fl.lrt(fl.WERNGREN_1, fl.WERNGREN_2, 0.5 / 2.3, e1=0.4, e2=0.4)

        def joint(m):
            return fl.log_likelihood(fl.WERNGREN_1, m, e=0.4) + fl.log_likelihood(fl.WERNGREN_2, m * 0.5 / 2.3, e=0.4)

        best = joint(result.m_common)
        assert best > joint(result.m_common * 1.01)
        assert best > joint(result.m_common * 0.99)

    def test_false_alarms_are_as_frequent_as_the_level(self):
        rng = np.random.default_rng(8)
        samples = np.minimum(md.simulate(rng, 100 * 30, 1.0), 100).reshape(100, 30)
        alarms = sum(fl.lrt(row[:15], row[15:]).p_value < 0.05 for row in samples)
        assert 1 <= alarms <= 12

    def test_one_sample_without_mutants(self):
        result = fl.lrt([0, 0, 0], [3, 5, 0])
        assert result.m_first == 0
        assert 0 < result.p_value < 1
        assert fl.lrt([0, 0], [0, 0]).statistic == 0

    def test_fold_change_limits_are_where_the_test_just_rejects(self):
        fold = fl.fold_change(fl.WERNGREN_1, fl.WERNGREN_2, 2.3e8, 0.5e8, e1=0.4, e2=0.4)
        for ratio in (fold.low, fold.high):
            result = fl.lrt(fl.WERNGREN_1, fl.WERNGREN_2, ratio * 0.5 / 2.3, e1=0.4, e2=0.4)
            assert result.p_value == pytest.approx(0.05, rel=1e-6)
        back = fl.fold_change(fl.WERNGREN_2, fl.WERNGREN_1, 0.5e8, 2.3e8, e1=0.4, e2=0.4)
        assert (back.ratio, back.low, back.high) == pytest.approx((1 / fold.ratio, 1 / fold.high, 1 / fold.low))

    def test_overlap(self):
        assert fl.overlapping_intervals(fl.LURIA_16, fl.LURIA_16, 1e8, 1e8)
        assert not fl.overlapping_intervals(fl.LURIA_16, fl.LURIA_16, 1e8, 1e10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fl.mle([]), "mutants must not be empty"),
        (lambda: fl.mle([1, -1]), "mutants must be"),
        (lambda: fl.mle([1.5]), "mutants must hold whole numbers"),
        (lambda: fl.mle([[1]]), "mutants must have one dimension"),
        (lambda: fl.mle(["a"]), "mutants must be a number"),
        (lambda: fl.mle([1], w=-1), "w must be"),
        (lambda: fl.mle([1], e=2), "e must be"),
        (lambda: fl.mle([1], level=1), "level must be"),
        (lambda: fl.log_likelihood([1], -1), "m must be"),
        (lambda: fl.mutation_rate(1, 0), "final_cells must be"),
        (lambda: fl.mutation_rate(1, 10, 10), "initial_cells must be below final_cells"),
        (lambda: fl.lrt([1], [1], ratio=0), "ratio must be"),
        (lambda: fl.fold_change([0], [1], 1, 1), "first must hold at least one mutant"),
        (lambda: fl.fold_change([1], [1], -1, 1), "cells_first must be"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
