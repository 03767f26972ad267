"""The oral two-compartment model: the differential equation, limits, identities and bad input."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance.models import two_compartment as tc
from resistance.models.two_compartment import Disposition

VENETOCLAX = Disposition(cl=1.31, v=28.02, v2=87.26, q=5.29, ka=0.11, lag=3.36)
positive = st.floats(0.05, 50)
patients = st.builds(
    Disposition, cl=positive, v=positive, v2=positive, q=st.floats(0, 20), ka=positive, lag=st.floats(0, 10)
)


def solved(patient, dose, interval, doses, times):
    """Central concentration and AUC at ``times`` from the differential equation, dose by dose."""

    def rate(_, y):
        depot, central, peripheral, _ = y
        back = patient.q / patient.v2 * peripheral
        out = (patient.cl + patient.q) / patient.v * central
        return [
            -patient.ka * depot,
            patient.ka * depot + back - out,
            patient.q / patient.v * central - back,
            central / patient.v,
        ]

    state, now, found = np.zeros(4), 0.0, {}
    events = [(patient.lag + n * interval, True) for n in range(doses)] + [(t, False) for t in times]
    for when, is_dose in sorted(events, key=lambda event: (event[0], not event[1])):
        if when > now:
            state = solve_ivp(rate, (now, when), state, method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
            now = when
        if is_dose:
            state = state + np.array([dose, 0, 0, 0])
        else:
            found[when] = (state[1] / patient.v, state[3])
    return np.array([found[t] for t in times]).T


class TestPublished:
    def test_half_lives(self):
        np.testing.assert_allclose(tc.half_lives(VENETOCLAX), [2.4213, 70.0093], atol=1e-4)

    def test_typical_patient_is_not_the_published_mean(self):
        assert tc.daily_exposure(7, VENETOCLAX, 50) == pytest.approx(31.05, abs=5e-3)
        assert tc.daily_exposure(7, VENETOCLAX, 100) == pytest.approx(62.09, abs=5e-3)


class TestDifferentialEquation:
    @pytest.mark.parametrize(
        "patient",
        [
            VENETOCLAX,
            Disposition(cl=18.6, v=28.02, v2=87.26, q=5.29, ka=0.11, lag=3.36),
            Disposition(cl=2.0, v=10.0, v2=5.0, q=0.0, ka=1.0, lag=0.0),
            Disposition(cl=3.0, v=1.0, v2=1.0, q=1.0, ka=4.0, lag=0.5),
        ],
    )
    def test_concentration_and_exposure(self, patient):
        times = [1.0, 3.36, 7.5, 24.0, 31.0, 48.0, 70.0, 100.0]
        level, area = solved(patient, 100.0, 24.0, 3, times)
        np.testing.assert_allclose(tc.concentration(times, patient, 100.0, 24.0, 3), level, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(tc.exposure(0.0, times, patient, 100.0, 24.0, 3), area, rtol=1e-6, atol=1e-6)


class TestLimits:
    def test_nothing_before_the_lag(self):
        np.testing.assert_array_equal(tc.concentration([0.0, 1.0, 3.36], VENETOCLAX, 100.0), [0, 0, 0])
        assert tc.exposure(0.0, 3.0, VENETOCLAX, 100.0) == 0

    def test_one_compartment(self):
        patient = Disposition(cl=2.0, v=10.0, v2=7.0, q=0.0, ka=1.0, lag=0.0)
        t = np.array([0.5, 2.0, 10.0])
        bateman = 100 * 1.0 / (10.0 * (1.0 - 0.2)) * (np.exp(-0.2 * t) - np.exp(-1.0 * t))
        np.testing.assert_allclose(tc.concentration(t, patient, 100.0), bateman, rtol=1e-12)
        assert tc.half_lives(patient)[1] == np.inf
        assert tc.exposure(0.0, 1e4, patient, 100.0) == pytest.approx(50)

    def test_absorption_as_fast_as_disposition(self):
        alpha, _ = tc.rates(VENETOCLAX)
        at, near = (Disposition(1.31, 28.02, 87.26, 5.29, ka, 3.36) for ka in (alpha, alpha * (1 + 1e-4)))
        assert tc.concentration(12.0, at, 100.0) == pytest.approx(tc.concentration(12.0, near, 100.0), rel=1e-4)

    def test_exposure_of_late_days_tends_to_the_steady_state(self):
        assert tc.daily_exposure(14, VENETOCLAX, 100.0) / tc.total_exposure(100.0, 1.31) == pytest.approx(
            0.9646, abs=1e-4
        )
        assert tc.daily_exposure(200, VENETOCLAX, 100.0) == pytest.approx(tc.total_exposure(100.0, 1.31), rel=1e-9)

    def test_stopping(self):
        after = tc.concentration([336.0, 336 + 70.0093], VENETOCLAX, 100.0, 24.0, 10)
        assert after[1] / after[0] == pytest.approx(0.5, rel=2e-3)


class TestIdentities:
    @given(patients)
    def test_rates_solve_the_quadratic(self, patient):
        alpha, beta = tc.rates(patient)
        out, there, back = patient.cl / patient.v, patient.q / patient.v, patient.q / patient.v2
        assert alpha + beta == pytest.approx(out + there + back)
        assert alpha * beta == pytest.approx(out * back, abs=1e-12)
        assert 0 <= beta <= alpha

    @given(patients, st.floats(0, 200))
    def test_repeated_doses_are_a_sum_of_single_ones(self, patient, t):
        single = [tc.concentration(max(t - shift, 0), patient, 50.0) for shift in (0, 24, 48) if t >= shift]
        assert tc.concentration(t, patient, 50.0, 24.0, 3) == pytest.approx(sum(single), rel=1e-6, abs=1e-9)

    @given(patients, st.floats(0, 300), st.floats(0, 300))
    def test_exposure_is_additive_and_rises(self, patient, first, second):
        low, high = sorted((first, second))
        parts = [tc.exposure(start, stop, patient, 10.0, 24.0, 5) for start, stop in ((0, low), (low, high))]
        assert min(parts) >= -1e-9
        assert sum(parts) == pytest.approx(tc.exposure(0, high, patient, 10.0, 24.0, 5), rel=1e-9, abs=1e-9)

    @given(patients)
    def test_total_exposure_is_dose_over_clearance(self, patient):
        alpha, beta = tc.rates(patient)
        slowest = min(beta if patient.q > 0 else alpha, patient.ka)
        assume(slowest > 1e-3)
        assert tc.exposure(0, 60 / slowest + 10, patient, 10.0) == pytest.approx(10 / patient.cl, rel=1e-5)

    def test_exposure_is_proportional_to_dose(self):
        ratio = tc.daily_exposure(7, VENETOCLAX, [50.0, 100.0]) / tc.daily_exposure(7, VENETOCLAX, 1.0)
        np.testing.assert_allclose(ratio, [50, 100])
        assert tc.accumulation(14, 7, VENETOCLAX) == pytest.approx(1.1859, abs=1e-4)


def test_broadcasts():
    many = Disposition(cl=np.array([1.0, 2.0]), v=10.0, v2=5.0, q=1.0, ka=[0.5, 1.0], lag=0.0)
    assert tc.concentration(np.ones((3, 1)), many, 10.0).shape == (3, 2)
    assert np.ndim(tc.concentration(1.0, VENETOCLAX, 10.0)) == 0
    assert tc.half_lives(many)[0].shape == (2,)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Disposition(0, 1, 1, 1, 1), "cl"),
        (lambda: Disposition(1, np.nan, 1, 1, 1), "v"),
        (lambda: Disposition(1, 1, 0, 1, 1), "v2"),
        (lambda: Disposition(1, 1, 1, -1, 1), "q"),
        (lambda: Disposition(1, 1, 1, 1, "1"), "ka"),
        (lambda: Disposition(1, 1, 1, 1, 1, -1), "lag"),
        (lambda: tc.concentration(-1, VENETOCLAX, 1), "t"),
        (lambda: tc.concentration(1, VENETOCLAX, -1), "dose"),
        (lambda: tc.concentration(1, VENETOCLAX, 1, 0), "interval"),
        (lambda: tc.concentration(1, VENETOCLAX, 1, 24, 0), "doses"),
        (lambda: tc.exposure(2, 1, VENETOCLAX, 1), "stop"),
        (lambda: tc.daily_exposure(0, VENETOCLAX, 1), "day"),
        (lambda: tc.total_exposure(1, 0), "cl"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
