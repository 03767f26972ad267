from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import p53
from resistance.models.p53 import Parameters

RATE = st.floats(0.1, 5)
ANY = st.builds(
    Parameters,
    beta_x=RATE,
    alpha_k=RATE,
    k=st.floats(1e-4, 1),
    beta_y=RATE,
    alpha_0=RATE,
    alpha_y=RATE,
    psi=st.floats(0.1, 5),
)


def rates(state, p):
    x, y0, y = state
    return np.array(
        [
            p.beta_x * p.psi - p.alpha_k * y * x / (x + p.k),
            p.beta_y * p.psi * x - p.alpha_0 * y0,
            p.alpha_0 * y0 - p.alpha_y * y,
        ]
    )


@given(ANY)
def test_nothing_changes_at_the_steady_state(parameters):
    state = np.array(p53.steady_state(parameters))
    assert np.all(state > 0)
    np.testing.assert_allclose(rates(state, parameters), 0, atol=1e-9 * max(1, state.max()))


@settings(deadline=None)
@given(ANY)
def test_jacobian_is_the_derivative(parameters):
    state = np.array(p53.steady_state(parameters))
    numeric = np.empty((3, 3))
    for i in range(3):
        step = np.zeros(3)
        step[i] = 1e-6 * state[i]
        numeric[:, i] = (rates(state + step, parameters) - rates(state - step, parameters)) / (2 * step[i])
    np.testing.assert_allclose(p53.jacobian(parameters), numeric, rtol=1e-4, atol=1e-6)


@settings(deadline=None)
@given(ANY)
def test_routh_hurwitz_agrees_with_the_eigenvalues(parameters):
    growth = np.linalg.eigvals(p53.jacobian(parameters)).real.max()
    if abs(growth) > 1e-6:
        assert p53.oscillates(parameters) == (growth > 0)


def test_condition_for_small_k():
    p = Parameters(k=1e-9)
    for psi in (0.68, 0.69):
        expected = p.alpha_k * p.beta_y * psi > p.alpha_y * (p.alpha_0 + p.alpha_y)
        assert p53.oscillates(replace(p, psi=psi)) == expected


def test_hopf_point_separates_damped_from_sustained():
    critical = p53.critical_damage()
    assert critical == pytest.approx(0.68538, abs=1e-5)
    t = np.linspace(300, 400, 2001)
    damped = p53.simulate(t, Parameters(psi=0.6 * critical)).p53
    sustained = p53.simulate(t, Parameters(psi=1.05 * critical)).p53
    assert np.ptp(damped) < 1e-3
    assert np.ptp(sustained) > 0.5


def test_periods():
    # Regression values (our own).
    assert p53.linear_period() == pytest.approx(6.7731, abs=1e-4)
    assert p53.period() == pytest.approx(6.8194, abs=1e-4)


def test_limit_cycle_agrees_with_a_long_simulation():
    cycle = p53.limit_cycle()
    t = np.linspace(200, 200 + 10 * cycle.period, 40_001)
    traces = p53.simulate(t)
    assert cycle.p53_peak == pytest.approx(traces.p53.max(), rel=1e-5)
    assert cycle.p53_mean == pytest.approx(traces.p53[:-1].mean(), rel=1e-3)
    assert cycle.mdm2_trough == pytest.approx(traces.mdm2.min(), rel=1e-5)
    assert cycle.p53_trough < p53.steady_state()[0] < cycle.p53_peak


def test_limit_cycle_does_not_depend_on_the_start():
    assert p53.limit_cycle(start=(1.0, 0.2, 0.1)).period == pytest.approx(p53.period(), rel=1e-5)


def test_peaks_are_a_period_apart():
    assert p53.peaks(20 * p53.period()) in (20, 21, 22)


def test_loss_of_p53_and_an_mdm2_inhibitor():
    lost = p53.simulate([0.0, 50.0], Parameters(beta_x=0), start=(1.0, 0.1, 0.1))
    assert lost.p53[-1] < 1e-6
    assert not p53.oscillates(Parameters(beta_x=0))
    inhibited = Parameters(alpha_k=0.5)
    assert p53.steady_state(inhibited)[0] > 3 * p53.steady_state()[0]
    assert not p53.oscillates(inhibited)


def test_traces_start_at_the_start_and_keep_the_order_of_times():
    traces = p53.simulate([5.0, 0.0, 1.0])
    assert (traces.p53[1], traces.mdm2_precursor[1], traces.mdm2[1]) == p53.START
    np.testing.assert_allclose(p53.simulate([0.0, 1.0, 5.0]).p53, traces.p53[[1, 2, 0]], rtol=1e-6)
    assert p53.simulate([0.0]).p53.tolist() == [0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Parameters(beta_x=-1), "beta_x must be"),
        (lambda: Parameters(k=0), "k must be"),
        (lambda: Parameters(psi=np.nan), "psi must be"),
        (lambda: Parameters(alpha_y="fast"), "alpha_y must be"),
        (lambda: p53.simulate([-1.0]), "t must be"),
        (lambda: p53.simulate(1.0), "t must have one dimension"),
        (lambda: p53.simulate([1.0], start=(1, 2)), "start must hold three levels"),
        (lambda: p53.simulate([1.0], start=(1, 2, -1)), "start must be"),
        (lambda: p53.steady_state(Parameters(psi=0)), "psi must be above 0"),
        (lambda: p53.period(Parameters(psi=0.5)), "parameters must give undamped pulses"),
        (lambda: p53.linear_period(Parameters(alpha_0=5, k=1, psi=1e-4)), "parameters must give complex eigenvalues"),
        (lambda: p53.peaks(0), "hours must be"),
        (lambda: p53.critical_damage(Parameters(beta_x=0)), "parameters must have a damage"),
        (lambda: p53.critical_damage(Parameters(k=10)), "parameters must have a damage"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
