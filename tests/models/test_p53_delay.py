import numpy as np
import pytest
from scipy.integrate import solve_ivp

from resistance.models import p53_delay
from resistance.models.p53_delay import Parameters


def test_before_the_delay_mdm2_follows_the_past():
    p = p53_delay.GEVA_ZATORSKY_III
    t = np.linspace(0, 3.3, 12)
    solved = solve_ivp(
        lambda _, s: [p.beta_x - p.alpha_xy * s[0] * s[1], p.beta_y * 0.02 - p.alpha_y * s[1]],
        (0, 3.3),
        [0.02, 0.02],
        t_eval=t,
        rtol=1e-9,
        atol=1e-12,
    )
    traces = p53_delay.simulate(t)
    np.testing.assert_allclose(traces.p53, solved.y[0], rtol=1e-5)
    np.testing.assert_allclose(traces.mdm2, solved.y[1], rtol=1e-5)


def test_agrees_with_fixed_steps():
    # Euler steps of 20 seconds with the history in an array.
    p, dt = Parameters(alpha_xy=5.0, alpha_y=2.0, beta_y=2.0), 1 / 180
    lag, n = round(p.tau / dt), round(20 / dt)
    x, y = np.full(n + 1, 0.02), np.full(n + 1, 0.02)
    for i in range(n):
        past = x[i - lag] if i >= lag else 0.02
        x[i + 1] = x[i] + dt * (p.beta_x - p.alpha_xy * x[i] * y[i])
        y[i + 1] = y[i] + dt * (p.beta_y * past - p.alpha_y * y[i])
    traces = p53_delay.simulate(np.arange(n + 1) * dt, p)
    np.testing.assert_allclose(traces.p53, x, atol=0.02 * x.max())


def test_nothing_changes_at_the_steady_state():
    x, y = p53_delay.steady_state()
    traces = p53_delay.simulate([0.0, 2.0, 10.0], start=(x, y))
    np.testing.assert_allclose(traces.p53, x, rtol=1e-4)
    np.testing.assert_allclose(traces.mdm2, y, rtol=1e-4)
    alone = p53_delay.steady_state(Parameters(alpha_xy=0, alpha_x=0.5))
    assert alone[0] == pytest.approx(2.3 / 0.5)


def test_pulses_are_slowly_damped():
    times, heights = p53_delay.peaks(100)
    assert np.all(np.diff(heights) < 0)
    assert heights[-1] > 0.6 * heights[0]
    np.testing.assert_allclose(np.diff(times)[2:], 6.82, atol=0.04)


def test_period():
    # Regression value (our own).
    assert p53_delay.period() == pytest.approx(6.796, abs=0.01)


def test_a_longer_delay_gives_a_longer_period():
    assert p53_delay.period(parameters=Parameters(tau=4)) > p53_delay.period() + 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Parameters(tau=0), "tau must be"),
        (lambda: Parameters(beta_x=-1), "beta_x must be"),
        (lambda: p53_delay.simulate([-1.0]), "t must be"),
        (lambda: p53_delay.simulate([1.0], start=(1, 2, 3)), "start must hold two levels"),
        (lambda: p53_delay.steady_state(Parameters(alpha_xy=0)), "alpha_x or the effect"),
        (lambda: p53_delay.period(5), "hours must hold two peaks"),
        (lambda: p53_delay.peaks(-1), "hours must be"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
