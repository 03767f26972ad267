"""Sensitive and resistant cells under abiraterone: the paper's patients, another solver, limits, cycles, refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from resistance.models.abiraterone import (
    PRINTED,
    Rates,
    course,
    resistant_balance,
    sensitive_balance,
    until_sensitive,
)
from resistance.models.abiraterone_cycles import MOST_CYCLES, adaptive_course, adaptive_cycles

# Appendix 2, tables 3 and 4: fitted start, and sensitive and resistant cells at the first treatment.
ON_ONE_PATH = {
    "P1005": (802.20, 12.31, 4407.49, 7.77),
    "P1007": (253.07, 149.12, 3503.41, 203.61),
    "P1009": (20.41, 23.61, 2830.43, 156.89),
    "P1014": (1640.76, 273.61, 4708.02, 127.91),
    "P1016": (4589.21, 4078.11, 6418.04, 678.74),
    "P1017": (6035.16, 4060.25, 7268.07, 557.30),
    "P1018": (1495.72, 318.18, 1887.88, 315.85),
    "P1020": (2061.34, 477.07, 3534.42, 346.12),
    "C006": (1226.45, 25.31, 1998.86, 25.70),
    "C007": (1740.08, 1325.03, 6552.52, 166.29),
    "C009": (148.30, 936.54, 4545.92, 787.31),
    "C010": (273.95, 798.61, 4951.79, 472.52),
    "C011": (19.85, 129.22, 2953.60, 772.31),
    "C012": (2148.71, 301.47, 7754.85, 15.28),
    "C013": (165.20, 31.48, 2113.11, 72.78),
    "C014": (13.57, 5.09, 2645.67, 44.98),
}
ON_ANOTHER = {
    "P1001": (86.74, 1.00, 2158.32, 52.35),
    "P1006": (102.28, 174.59, 2483.02, 603.80),
    "P1011": (29.19, 6.31, 3285.31, 26.37),
    "P1015": (126.13, 6.38, 3757.24, 23.55),
    "C001": (111.70, 19.46, 2250.42, 136.14),
    "C003": (61.96, 5.81, 1976.15, 32.96),
    "C004": (110.57, 156.36, 2435.97, 617.06),
    "C005": (66.07, 127.48, 2696.58, 600.39),
    "C015": (1211.43, 483.69, 2356.24, 683.69),
}


def independent(t, s, x, drug, r=PRINTED):
    """The equations as printed, by another solver."""

    def slopes(_, y):
        capacity = r.treated if drug else r.capacity
        return (
            r.scale * r.sensitive * y[0] * (1 - (y[0] + r.by_resistant * y[1]) / capacity),
            r.scale * r.resistant * y[1] * (1 - (y[1] + r.by_sensitive * y[0]) / r.capacity),
        )

    return solve_ivp(slopes, (0, t), (s, x), method="DOP853", rtol=1e-12, atol=1e-9).y[:, -1]


class TestPublished:
    @pytest.mark.parametrize("patient", ON_ONE_PATH)
    def test_both_states_lie_on_one_path(self, patient):
        s, x, goal, printed = ON_ONE_PATH[patient]
        found = until_sensitive(goal, s, x)
        assert found.resistant == pytest.approx(printed, abs=0.01)
        assert 6 * found.time == pytest.approx(round(6 * found.time), abs=1e-3)

    @pytest.mark.parametrize("patient", ON_ANOTHER)
    def test_of_the_others_they_do_not(self, patient):
        s, x, goal, printed = ON_ANOTHER[patient]
        assert until_sensitive(goal, s, x).resistant != pytest.approx(printed, rel=0.05)

    def test_resistant_cells_approach_none_in_three_to_four_cycles(self):
        found = adaptive_cycles(4500, 500, 4)
        assert found.completed == 4
        assert found.resistant[-1] < 0.03 * found.resistant[0]

    def test_weak_competition_fails_sooner_than_strong(self):
        weak, middle, strong = (adaptive_cycles(4500, 500, 8, rates=Rates(by_sensitive=a)) for a in (0.8, 2.0, 6.0))
        assert weak.failed
        assert middle.failed
        assert not strong.failed
        assert weak.completed < middle.completed < strong.completed == 8


class TestCourse:
    @pytest.mark.parametrize("drug", [True, False])
    @pytest.mark.parametrize("rates", [PRINTED, Rates(by_sensitive=0.8), Rates(by_resistant=0, by_sensitive=0)])
    def test_agrees_with_another_solver(self, rates, drug):
        found = course([1, 10, 60], 4500, 500, drug, rates)
        for i, t in enumerate((1, 10, 60)):
            s, x = independent(t, 4500, 500, drug, rates)
            assert found.sensitive[i] == pytest.approx(s, rel=1e-7, abs=1e-7)
            assert found.resistant[i] == pytest.approx(x, rel=1e-7, abs=1e-7)
        assert np.all(found.drug == drug)

    def test_starts_at_the_start(self):
        found = course([0.0], 12.0, 7.0)
        assert (found.sensitive[0], found.resistant[0]) == pytest.approx((12.0, 7.0))

    def test_without_competition_each_grows_logistically(self):
        found = course([30.0], 100, 100, rates=Rates(by_resistant=0, by_sensitive=0))
        for rate, cells in ((0.0156, found.sensitive[0]), (0.0091, found.resistant[0])):
            grown = np.exp(8 * rate * 30)
            assert cells == pytest.approx(100 * grown / (1 + 0.01 * (grown - 1)), rel=1e-8)

    def test_scale_is_time_alone(self):
        fast, slow = until_sensitive(3000, 500, 500), until_sensitive(3000, 500, 500, rates=Rates(scale=8 / 6))
        assert slow.time == pytest.approx(6 * fast.time, rel=1e-8)
        assert slow.resistant == pytest.approx(fast.resistant, rel=1e-8)

    @pytest.mark.parametrize("below", [1e-3, 1e-6, 1e-9])
    def test_a_goal_just_below_a_peak_is_reached_on_the_way_up(self, below):
        rates = Rates(by_sensitive=0)
        path = course(np.linspace(0, 120, 20_001), 50, 50, rates=rates)
        top = np.argmax(path.sensitive)
        assert 0 < top < 20_000
        found = until_sensitive(path.sensitive[top] * (1 - below), 50, 50, rates=rates)
        assert found.time < path.time[top] + 0.006

    def test_balances_are_where_growth_stops(self):
        x = float(resistant_balance(1000))
        assert x == 4000
        s = float(sensitive_balance(x, True))
        assert s == 0
        assert sensitive_balance(x) == 6000
        before, after = (course([1e-6], 1000, x * side) for side in (0.99, 1.01))
        assert before.resistant[0] > x * 0.99
        assert after.resistant[0] < x * 1.01


class TestCycles:
    def test_thresholds_are_kept(self):
        found = adaptive_cycles(4500, 500, 3, stop=0.4, restart=0.9)
        np.testing.assert_allclose((found.sensitive + found.resistant)[1:], 4500, rtol=1e-9)
        t = np.linspace(0, found.time[-1], 4000)
        psa = adaptive_course(t, 4500, 500, 0.4, 0.9)
        assert (psa.sensitive + psa.resistant).min() == pytest.approx(2000, rel=5e-3)

    def test_course_passes_through_the_restarts(self):
        cycles = adaptive_cycles(4500, 500, 3)
        course_ = adaptive_course(cycles.time, 4500, 500)
        np.testing.assert_allclose(course_.resistant, cycles.resistant, rtol=1e-6)
        np.testing.assert_array_equal(course_.drug, 1)

    def test_failure_is_treated_without_end(self):
        rates = Rates(by_sensitive=0.8)
        found = adaptive_cycles(4500, 500, 9, rates=rates)
        end = adaptive_course([found.time[-1], found.time[-1] + 300], 4500, 500, rates=rates)
        assert found.failed
        assert not found.over
        assert np.all(end.drug == 1)
        assert end.resistant[-1] == pytest.approx(10_000, rel=1e-3)

    def test_psa_that_does_not_come_back(self):
        found = adaptive_cycles(9000, 1.0, 3, restart=1.2)
        assert found.over
        assert not found.failed
        assert found.completed == 0
        assert adaptive_course([500.0], 9000, 1.0, restart=1.2).drug[0] == 0


class TestRefused:
    @pytest.mark.parametrize("name", ["sensitive", "resistant", "scale", "capacity", "treated"])
    def test_rates(self, name):
        with pytest.raises(ValueError, match=f"^{name} must be"):
            Rates(**{name: 0})

    def test_effects(self):
        with pytest.raises(ValueError, match=r"^by_sensitive must be"):
            Rates(by_sensitive=-1)

    def test_starts_and_goals(self):
        for call, name in (
            (lambda: course([1], 0, 5), "sensitive"),
            (lambda: course([1], 5, -1), "resistant"),
            (lambda: course([2, 1], 5, 5), "t"),
            (lambda: course([1], 5, 5, drug=1), "drug"),
            (lambda: course([1], 5, 5, rates=None), "rates"),
            (lambda: until_sensitive(0, 5, 5), "goal"),
            (lambda: adaptive_cycles(5, 5, 0), "cycles"),
            (lambda: adaptive_cycles(5, 5, MOST_CYCLES + 1), "cycles"),
            (lambda: adaptive_cycles(5, 5, stop=1.0), "stop"),
            (lambda: adaptive_cycles(5, 5, stop=0.5, restart=0.5), "restart"),
            (lambda: resistant_balance(-1), "sensitive"),
            (lambda: sensitive_balance(-1), "resistant"),
        ):
            with pytest.raises(ValueError, match=f"^{name} must"):
                call()

    def test_a_goal_that_is_not_reached(self):
        with pytest.raises(ValueError, match=r"must give sensitive cells that come to number the goal"):
            until_sensitive(20_000, 5, 5)

    def test_more_cycles_than_are_followed(self):
        with pytest.raises(ValueError, match=r"must give times that hold at most"):
            adaptive_course([0, 1e5], 4500, 500)
