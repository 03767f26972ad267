import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance.models import gompertz
from resistance.models.gompertz import CAPACITY, N0, N_CRIT, N_TOL, R0, RHO

SHARE = st.floats(1e-8, 0.9)


def test_size_solves_the_equation():
    solved = solve_ivp(
        lambda _, n: RHO * np.log(CAPACITY / n) * n, (0, 500), [N0], method="LSODA", rtol=1e-10, t_eval=[100, 500]
    )
    np.testing.assert_allclose(gompertz.size([100, 500]), solved.y[0], rtol=1e-8)


@given(st.floats(1, 1e12), st.floats(1, 1e4))
def test_growth_time_inverts_size(n0, time):
    end = gompertz.size(time, n0)
    assume(end < CAPACITY * (1 - 1e-6))
    assert gompertz.growth_time(n0, end) == pytest.approx(time, rel=1e-6)


def test_growth_rate_is_the_slope():
    step = 1e-3
    slope = (gompertz.size(step) - gompertz.size(0)) / step / N0
    assert gompertz.growth_rate(N0) == pytest.approx(slope, rel=1e-4)


def test_times_of_the_published_parameters():
    # Regression values (our own) of the authors' formulas.
    np.testing.assert_allclose(gompertz.untreated_time([N_TOL, N_CRIT]), [77.2116, 226.1733], atol=1e-4)
    np.testing.assert_allclose(gompertz.ideal_mtd_time([N0, N_TOL, N_CRIT]), [186.2086, 263.4202, 412.3818], atol=1e-4)
    assert gompertz.ideal_containment_time(N0, N0) == pytest.approx(340.0367, abs=1e-4)
    assert gompertz.containment_gain() == pytest.approx(1.826106, abs=1e-6)


@settings(deadline=None)
@given(SHARE, st.floats(1e6, 1e11), st.floats(0, 1), st.floats(0, 1))
def test_containment_never_loses_to_the_ideal_maximum_dose(share, n0, up, beyond):
    level = n0 * (0.9 * CAPACITY / n0) ** up
    to = level * (0.9 * CAPACITY / level) ** beyond
    assert gompertz.containment_gain(to, level, n0, share * n0) >= 1 - 1e-12


@settings(deadline=None)
@given(SHARE, st.floats(1e6, 1e11))
def test_gain_does_not_depend_on_the_speed_of_growth(share, n0):
    slow, fast = (gompertz.containment_gain(n0=n0, r0=share * n0, rho=rho) for rho in (0.001, 0.1))
    assert slow == pytest.approx(fast, rel=1e-12)


def test_higher_containment_delays_lethal_size_and_brings_progression_forward():
    times = gompertz.ideal_containment_time(N_CRIT, [N0, N_TOL, N_CRIT])
    assert np.all(np.diff(times) > 0)
    assert gompertz.containment_phases(N_TOL)[0] > 0


def test_highest_dose_shortens_the_stay():
    ideal, finite = gompertz.containment_end(N0), gompertz.containment_end(N0, c_max=[1.5, 2, 1e9])
    loss = np.log(np.array([1.5, 2, 1e9]) / (np.array([1.5, 2, 1e9]) - 1)) / gompertz.growth_rate(N0)
    np.testing.assert_allclose(ideal - finite, loss, rtol=1e-6)


def test_a_dose_that_cannot_hold_the_tumour_gives_no_stay():
    growth, stay, lost = gompertz.containment_phases(N_TOL, c_max=0.9)
    assert stay == 0
    assert lost == pytest.approx(R0 * N_TOL / N0)
    assert growth == gompertz.untreated_time(N_TOL)


def test_containment_dose():
    np.testing.assert_allclose(gompertz.containment_dose([0, 5, 10], 10), [1, 2, np.inf])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gompertz.size(-1), "t must be"),
        (lambda: gompertz.size(1, n0=3e12), "n0 must be below the capacity"),
        (lambda: gompertz.size(1, rho=0), "rho must be"),
        (lambda: gompertz.growth_time(10, 5), "end must be at least start"),
        (lambda: gompertz.growth_time(10, 2e12), "end must be below the capacity"),
        (lambda: gompertz.growth_time([1, 2], [3, 4, 5]), "shapes"),
        (lambda: gompertz.ideal_mtd_time(N0, r0=0), "r0 must be"),
        (lambda: gompertz.growth_rate(np.nan), "n must be"),
        (lambda: gompertz.containment_phases(N0 / 2), "level must be at least n0"),
        (lambda: gompertz.containment_phases(N0, r0=2 * N0), "n0 must be at least r0"),
        (lambda: gompertz.containment_phases(N0, c_max=-1), "c_max must be"),
        (lambda: gompertz.containment_phases(3e12), "level must be below the capacity"),
        (lambda: gompertz.containment_dose(2, 1), "level must be at least resistant"),
        (lambda: gompertz.containment_gain(r0=N0), "r0 must be below to"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
