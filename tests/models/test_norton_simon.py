import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance.models import gompertz
from resistance.models import norton_simon as ns

N = 1e10
B = 0.055
PULSES = st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 4), st.floats(0, 8)), min_size=1, max_size=5)


def test_without_treatment_it_is_gompertz_growth():
    np.testing.assert_allclose(ns.final_size([0, 12, 60], N, B), gompertz.size([0, 12, 60], N, B, ns.PLATEAU))


def test_course_solves_the_equation():
    starts, durations, effects = [1, 6], [2, 1], [5, 3]

    def rate(t, n):
        effect = 5 * (1 <= t < 3) + 3 * (6 <= t < 7)
        return B * np.log(ns.PLATEAU / n) * (1 - effect) * n

    times = np.arange(0, 13.0)
    solved = solve_ivp(rate, (0, 12), [N], t_eval=times, max_step=0.01, rtol=1e-8)
    np.testing.assert_allclose(ns.course(times, N, B, starts, durations, effects).size, solved.y[0], rtol=2e-3)


@settings(deadline=None)
@given(PULSES, st.floats(24, 48))
def test_final_size_does_not_depend_on_the_schedule(pulses, end):
    starts, durations, effects = np.array(pulses).T
    given_total = float(durations @ effects)
    scheduled = ns.course([end], N, B, starts, durations, effects)
    assert scheduled.total_effect[0] == pytest.approx(given_total)
    assert scheduled.size[0] == pytest.approx(ns.final_size(end, N, B, given_total), rel=1e-9)
    spread = ns.course([end], N, B, [0], [end], [given_total / end])
    assert scheduled.size[0] == pytest.approx(spread.size[0], rel=1e-9)


@settings(deadline=None)
@given(PULSES)
def test_nadir_is_the_minimum(pulses):
    starts, durations, effects = np.array(pulses).T
    time, size = ns.nadir(30, N, B, starts, durations, effects)
    followed = ns.course(np.linspace(0, 30, 301), N, B, starts, durations, effects)
    assert np.all(followed.size >= size * (1 - 1e-12))
    assert ns.course([time], N, B, starts, durations, effects).size[0] == pytest.approx(size, rel=1e-12)


def test_the_nadir_does_depend_on_the_schedule():
    dense = ns.nadir(24, N, B, [0], [2], [6])
    spread = ns.nadir(24, N, B, [0, 12], [1, 1], [6, 6])
    assert dense[1] < spread[1]


def test_total_effect_of_parts_of_pulses():
    np.testing.assert_allclose(ns.total_effect([0, 0.5, 1, 5], [0, 0.5], [1, 1], [2, 4]), [0, 1, 4, 6])
    assert ns.total_effect(0.5, [0], [1], [2]) == 1


def test_median_survival_is_where_half_survive():
    for n0 in (1e9, 5e9, 1e11):
        median = ns.median_survival(n0)
        assert ns.survival(median, n0) == pytest.approx(0.5)
        assert ns.final_size(median, n0, np.exp(ns.MEAN_LOG_B)) == pytest.approx(ns.LETHAL)


def test_survival_is_a_log_normal_sample():
    rng = np.random.default_rng(1)
    b = np.exp(rng.normal(ns.MEAN_LOG_B, ns.SD_LOG_B, 200_000))
    alive = ns.final_size(24.0, 5e9, b) < ns.LETHAL
    assert ns.survival(24.0, 5e9) == pytest.approx(alive.mean(), abs=0.005)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ns.final_size(1, 4e12, B), "n0 must be below the capacity"),
        (lambda: ns.final_size(1, N, 0), "b must be"),
        (lambda: ns.final_size(1, N, B, -1), "total_effect must be"),
        (lambda: ns.total_effect(1, [0], [1, 2], [1]), "one length"),
        (lambda: ns.total_effect(1, [0], [1], [-1]), "effects must be"),
        (lambda: ns.course(1.0, N, B, [0], [1], [1]), "t must have one dimension"),
        (lambda: ns.nadir(-1, N, B, [0], [1], [1]), "t_end must be"),
        (lambda: ns.survival(0, N), "t must be"),
        (lambda: ns.survival(1, N, sd_log_b=0), "sd_log_b must be"),
        (lambda: ns.median_survival(2e12), "lethal must be at least n0"),
        (lambda: ns.median_survival(N, lethal=4e12), "lethal must be below the capacity"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
