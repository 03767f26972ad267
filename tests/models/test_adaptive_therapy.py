"""Continuous and adaptive therapy: the authors' files, another solver, the daily rule, limits, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance.models import adaptive_therapy
from resistance.models.adaptive_therapy import course, outcome, progression, resistant_capacity

# Days until progression of the authors' files in data/ttpComparison of MathOnco/AT_costOfResistance_LVModel: size and
# resistant share at the start, continuous therapy, adaptive therapy, withdrawals.
N0_FR = [
    (0.25, 0.1, 106, 106, 0), (0.25, 0.01, 207, 210, 1), (0.25, 0.001, 296, 315, 2),
    (0.35, 0.1, 120, 120, 0), (0.35, 0.01, 224, 235, 1), (0.35, 0.001, 314, 350, 2),
    (0.45, 0.1, 139, 139, 0), (0.45, 0.01, 246, 266, 1), (0.45, 0.001, 335, 394, 2),
    (0.55, 0.1, 166, 166, 0), (0.55, 0.01, 273, 309, 1), (0.55, 0.001, 361, 452, 2),
    (0.65, 0.1, 206, 206, 0), (0.65, 0.01, 310, 371, 1), (0.65, 0.001, 397, 535, 2),
    (0.75, 0.1, 278, 278, 0), (0.75, 0.01, 369, 473, 1), (0.75, 0.001, 452, 663, 2),
]  # fmt: skip
# Cost of resistance, size, resistant share, then as above; without turnover.
COST = [
    (0.1, 0.25, 0.1, 119, 119, 0), (0.1, 0.25, 0.001, 327, 352, 2), (0.1, 0.75, 0.1, 303, 303, 0),
    (0.1, 0.75, 0.001, 491, 707, 2), (0.2, 0.25, 0.1, 136, 136, 0), (0.2, 0.25, 0.001, 366, 395, 2),
    (0.2, 0.75, 0.1, 332, 332, 0), (0.2, 0.75, 0.001, 539, 822, 3), (0.3, 0.25, 0.1, 157, 157, 0),
    (0.3, 0.25, 0.001, 415, 454, 3), (0.3, 0.75, 0.1, 367, 367, 0), (0.3, 0.75, 0.001, 601, 931, 3),
    (0.4, 0.25, 0.1, 184, 184, 0), (0.4, 0.25, 0.001, 481, 521, 4), (0.4, 0.75, 0.1, 413, 413, 0),
    (0.4, 0.75, 0.001, 684, 1116, 4), (0.5, 0.25, 0.1, 222, 222, 0), (0.5, 0.25, 0.001, 573, 637, 4),
    (0.5, 0.75, 0.1, 473, 473, 0), (0.5, 0.75, 0.001, 800, 1235, 4),
]  # fmt: skip
# With a turnover of 25%; infinite where the file has no progression.
TURNOVER = [
    (0.0, 0.25, 0.1, 161, 161, 0), (0.0, 0.25, 0.001, 394, 464, 4), (0.0, 0.5, 0.1, 242, 278, 1),
    (0.0, 0.5, 0.001, 470, 701, 4), (0.1, 0.25, 0.1, 186, 186, 0), (0.1, 0.25, 0.001, 454, 537, 4),
    (0.1, 0.5, 0.1, 284, 340, 1), (0.1, 0.5, 0.001, 547, 849, 5), (0.2, 0.25, 0.1, 222, 233, 1),
    (0.2, 0.25, 0.001, 536, 648, 5), (0.2, 0.5, 0.1, 349, 417, 1), (0.2, 0.5, 0.001, 660, 1106, 7),
    (0.3, 0.25, 0.1, 273, 293, 1), (0.3, 0.25, 0.001, 657, 822, 7), (0.3, 0.5, 0.1, 472, 547, 1),
    (0.3, 0.5, 0.001, 854, 1478, 9), (0.4, 0.25, 0.1, 358, 384, 1), (0.4, 0.25, 0.001, 850, 1092, 9),
    (0.4, 0.5, 0.1, np.inf, np.inf, 0), (0.4, 0.5, 0.001, np.inf, np.inf, 0), (0.5, 0.25, 0.1, 523, 588, 2),
    (0.5, 0.25, 0.001, 1214, 1658, 14), (0.5, 0.5, 0.1, np.inf, np.inf, 0), (0.5, 0.5, 0.001, np.inf, np.inf, 0),
]  # fmt: skip


def independent(days, n0, f, c, tau, w, r, k):
    """Sizes, resistant cells and drug day by day, by another solver in S and R."""
    s, x, on = n0 * (1 - f), n0 * f, True
    kept = [(s, x, on)]
    for _ in range(days):
        factor = 1 - k * on

        def slopes(_, y, factor=factor):
            space = r * (1 - y.sum())
            return [space * factor * y[0] - tau * r * y[0], space * (1 - c) * y[1] - tau * r * y[1]]

        s, x = solve_ivp(slopes, (0, 1), (s, x), method="DOP853", rtol=1e-11, atol=1e-14).y[:, -1]
        on = s + x > n0 or (on and not s + x < w * n0)
        kept.append((s, x, on))
    return np.array(kept).T


class TestPublished:
    def test_sizes_and_resistant_shares(self):
        n0, f, continuous, adaptive, _ = np.transpose(N0_FR)
        np.testing.assert_array_equal(progression(n0, f, withdrawal=0), continuous)
        np.testing.assert_array_equal(progression(n0, f), adaptive)

    @pytest.mark.parametrize(("turnover", "table"), [(0.0, COST), (0.25, TURNOVER)])
    def test_costs(self, turnover, table):
        c, n0, f, continuous, adaptive, _ = np.transpose(table)
        np.testing.assert_array_equal(progression(n0, f, c, turnover, withdrawal=0), continuous)
        np.testing.assert_array_equal(progression(n0, f, c, turnover), adaptive)

    def test_withdrawals(self):
        for n0, f, _, adaptive, times in N0_FR:
            found = outcome(n0, f)
            assert (found.days, found.withdrawals) == (adaptive, times)
        for c, n0, f, _, adaptive, times in TURNOVER:
            if np.isfinite(adaptive):
                found = outcome(n0, f, c, 0.25)
                assert (found.days, found.withdrawals) == (adaptive, times)


class TestCourse:
    @pytest.mark.parametrize(
        "tumour",
        [
            (0.25, 0.01, 0.0, 0.0, 0.5, 0.027, 1.5),
            (0.5, 0.001, 0.3, 0.25, 0.5, 0.027, 1.5),
            (0.6, 0.05, 0.1, 0.1, 0.8, 0.7, 3.0),
            (0.3, 0.2, 0.0, 0.3, 0.0, 2.0, 0.5),
        ],
    )
    def test_agrees_with_another_solver(self, tumour):
        found, expected = course(200, *tumour), independent(200, *tumour)
        np.testing.assert_allclose(found.sensitive, expected[0], rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(found.resistant, expected[1], rtol=1e-6, atol=1e-12)
        np.testing.assert_array_equal(found.drug, expected[2])

    def test_begins_as_asked_and_with_drug(self):
        found = course(1, 0.4, 0.25)
        assert found.sensitive[0] == pytest.approx(0.3)
        assert found.resistant[0] == pytest.approx(0.1)
        assert found.drug[0] == 1

    def test_drug_follows_the_daily_rule(self):
        found = course(2000, 0.5, 0.001, 0.3, 0.25)
        size = found.sensitive + found.resistant
        for day in range(1, 2001):
            expected = 1 if size[day] > 0.5 else 0 if size[day] < 0.25 else found.drug[day - 1]
            assert found.drug[day] == expected

    def test_outcome_is_that_of_the_course(self):
        found, done = course(1478, 0.5, 0.001, 0.3, 0.25), outcome(0.5, 0.001, 0.3, 0.25)
        size = found.sensitive + found.resistant
        assert size[-1] > 0.6 >= size[:-1].max()
        assert done.treated == found.drug[:-1].sum()
        assert done.withdrawals == np.sum(np.diff(found.drug[:-1]) < 0)

    def test_resistant_cells_alone_grow_logistically(self):
        found = course(100, 0.2, 1.0)
        grown = np.exp(0.027 * np.arange(101))
        np.testing.assert_allclose(found.resistant, 0.2 * grown / (1 + 0.2 * (grown - 1)), rtol=1e-9)
        np.testing.assert_array_equal(found.sensitive, 0)

    def test_turnover_without_space_is_death_alone(self):
        """With a drug of effect 1 sensitive cells only die."""
        found = course(50, 0.2, 0.0, turnover=0.4, withdrawal=0.0, effect=1.0)
        np.testing.assert_allclose(found.sensitive, 0.2 * np.exp(-0.4 * 0.027 * np.arange(51)), rtol=1e-9)


class TestHeld:
    def test_beyond_the_capacity_of_resistant_cells(self):
        assert resistant_capacity(0.4, 0.25) < 1.2 * 0.5 < resistant_capacity(0.3, 0.25)
        assert progression(0.5, 0.1, 0.4, 0.25) == np.inf
        assert np.isfinite(progression(0.5, 0.1, 0.3, 0.25))

    def test_without_resistant_cells_a_drug_that_kills_holds_for_ever(self):
        assert progression(0.3, 0.0) == progression(0.3, 0.0, withdrawal=0) == np.inf

    def test_a_drug_that_only_slows_does_not(self):
        assert np.isfinite(progression(0.3, 0.0, effect=0.5, withdrawal=0))

    def test_a_tumour_near_the_capacity_cannot_progress(self):
        assert progression(0.9, 0.5) == np.inf

    def test_never_in_a_long_course(self):
        found = course(10_000, 0.5, 0.1, 0.4, 0.25)
        assert np.max(found.sensitive + found.resistant) < 0.6

    def test_fast_growth_past_the_threshold_within_a_day_is_no_control(self):
        """Between two decisions a fast tumour passes from below its start to beyond progression."""
        assert resistant_capacity(0.9, 0.5) == 0
        assert np.isfinite(progression(0.1, 0.5, 0.9, 0.5, growth=1.0, effect=10.0))


class TestCompetition:
    @given(st.floats(0.05, 0.8), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.001, 0.2))
    @settings(max_examples=15, deadline=None)
    def test_pauses_never_leave_more_resistant_cells(self, size, cost, turnover, resistant):
        """More sensitive cells leave less space: day by day, whatever the cost and the turnover."""
        paused, continuous = (course(600, size, resistant, cost, turnover, w) for w in (0.5, 0.0))
        assert np.all(paused.resistant <= continuous.resistant * (1 + 1e-9))

    def test_yet_progression_may_come_days_earlier(self):
        """Sensitive cells that are left count in the size: beside a narrow gain there is a narrow loss."""
        n0, f = 0.25, 0.015625
        assert (progression(n0, f), progression(n0, f, withdrawal=0)) == (185, 189)
        for w, days in ((0.5, 185), (0.0, 189)):
            s, x, _ = independent(days, n0, f, 0.0, 0.0, w, 0.027, 1.5)
            assert np.flatnonzero(s + x > 1.2 * n0)[0] == days


class TestGrids:
    def test_a_grid_is_its_elements(self):
        n0, f, w = np.array([0.25, 0.5])[:, None, None], np.array([0.1, 0.01])[:, None], np.array([0.0, 0.5, 0.8])
        found = progression(n0, f, 0.1, 0.1, w)
        assert found.shape == (2, 2, 3)
        for i, size in enumerate((0.25, 0.5)):
            for j, share in enumerate((0.1, 0.01)):
                for k, below in enumerate((0.0, 0.5, 0.8)):
                    assert found[i, j, k] == progression(size, share, 0.1, 0.1, below)

    def test_a_slow_tumour_and_a_held_one_in_one_call(self):
        found = progression([0.25, 0.5], 0.1, [0.0, 0.4], [0.0, 0.25])
        assert found.tolist() == [106, np.inf]


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("size", 0),
            ("size", 1.0),
            ("resistant", 1.1),
            ("resistant", np.nan),
            ("cost", 1.0),
            ("turnover", -0.1),
            ("withdrawal", 1.0),
            ("withdrawal", -0.5),
            ("growth", 0),
            ("growth", 6.0),
            ("effect", -1),
            ("effect", np.inf),
        ],
    )
    def test_arguments_that_leave_their_range(self, name, value):
        arguments = {"size": 0.3, "resistant": 0.1, name: value}
        for function in (progression, outcome, lambda **given: course(10, **given)):
            with pytest.raises(ValueError, match=f"^{name} must be"):
                function(**arguments)

    def test_capacity(self):
        with pytest.raises(ValueError, match=r"^cost must be"):
            resistant_capacity(1.0, 0.1)
        with pytest.raises(ValueError, match=r"^turnover must be"):
            resistant_capacity(0.1, -0.1)

    def test_days(self):
        with pytest.raises(ValueError, match=r"^days must be"):
            course(0, 0.3, 0.1)
        with pytest.raises(ValueError, match=r"^days must be at most"):
            course(adaptive_therapy.MOST_DAYS + 1, 0.3, 0.1)
        with pytest.raises(ValueError, match=r"^days, size.* a course of at most"):
            course(10_000, 0.3, 0.1, growth=5.0)

    def test_outcome_of_a_held_tumour(self):
        with pytest.raises(ValueError, match=r"^size, resistant.*held for ever"):
            outcome(0.5, 0.1, 0.4, 0.25)

    def test_progression_too_far_away(self):
        with pytest.raises(ValueError, match=r"^size, resistant.* must give progression within"):
            progression(0.3, 1e-300, 0.5, growth=1e-5)
        with pytest.raises(ValueError, match=r"^size, resistant.* must give progression within"):
            outcome(0.3, 1e-300, 0.5, growth=1e-5)

    def test_too_much_work(self):
        with pytest.raises(ValueError, match="steps of all tumours together"):
            progression(np.full(100_000, 0.3), 0.001)

    def test_more_than_one_tumour(self):
        with pytest.raises(ValueError, match=r"^cost must be a single number"):
            course(10, 0.3, 0.1, [0.1, 0.2])
