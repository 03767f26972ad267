"""Saturable elimination and 5-fluorouracil: the differential equation, limits, inverses and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from resistance.models import saturable_elimination as se

positive = st.floats(0.1, 1000)
CONTROL, CARRIER = (1749, 4.39), (942, 4.81)
VOLUME = se.volume_from_exposure(6.0, 300 * 1.8, *CONTROL)


class TestFluorouracil:
    """van Kuilenburg et al. 2011; body surface area 1.8 m2, the volume calibrated on the controls at 300 mg/m2."""

    def test_volume(self):
        assert abs(VOLUME - 17.95) < 5e-3
        assert se.bolus_exposure(540, *CONTROL, VOLUME) == pytest.approx(6.0)

    @pytest.mark.parametrize(
        ("dose", "vmax", "km", "mean", "sd"),
        [(540, 942, 4.81, 9.1, 4.0), (810, 1370, 4.58, 13.4, 3.9), (810, 900, 5.02, 17.7, 5.4)],
    )
    def test_other_groups_are_too_high_but_within_their_spread(self, dose, vmax, km, mean, sd):
        excess = (se.bolus_exposure(dose, vmax, km, VOLUME) - mean) / sd
        assert 0.5 < excess < 1.4

    def test_infusion(self):
        rate = 1000 * 1.8 / 24
        assert se.infusion_level(rate, *CARRIER) / se.infusion_level(rate, *CONTROL) == pytest.approx(2.116, abs=5e-4)
        assert se.infusion_dose_fraction(rate, *CARRIER, *CONTROL) == pytest.approx(0.493, abs=5e-4)
        assert se.bolus_dose_fraction(540, *CARRIER, *CONTROL, VOLUME) == pytest.approx(0.689, abs=5e-4)


class TestDifferentialEquation:
    def test_course_and_exposure(self):
        vmax, km, volume, dose = 942.0, 4.81, 17.95, 540.0
        times = np.linspace(0, 2, 9)
        solution = solve_ivp(
            lambda _, c: -vmax / volume * c / (km + c), (0, 2), [dose / volume], t_eval=times, rtol=1e-10, atol=1e-12
        ).y[0]
        np.testing.assert_allclose(se.bolus_course(times, dose, vmax, km, volume), solution, rtol=1e-6, atol=1e-9)
        area = quad(lambda t: float(se.bolus_course(t, dose, vmax, km, volume)), 0, 10, limit=200)[0]
        assert area == pytest.approx(se.bolus_exposure(dose, vmax, km, volume), rel=1e-6)

    def test_infusion_settles(self):
        vmax, km, volume, rate = 942.0, 4.81, 17.95, 75.0
        end = solve_ivp(lambda _, c: (rate - vmax * c / (km + c)) / volume, (0, 20), [0.0], rtol=1e-9, atol=1e-12).y[
            0, -1
        ]
        assert end == pytest.approx(se.infusion_level(rate, vmax, km), rel=1e-6)


class TestLimits:
    def test_small_doses_are_linear(self):
        assert se.bolus_exposure(1e-6, 1749, 4.39, 18) == pytest.approx(1e-6 * 4.39 / 1749)
        assert se.infusion_level(1e-6, 1749, 4.39) == pytest.approx(1e-6 * 4.39 / 1749)

    def test_large_doses_are_quadratic(self):
        assert se.bolus_exposure(2e6, 1749, 4.39, 18) / se.bolus_exposure(1e6, 1749, 4.39, 18) == pytest.approx(
            4, rel=1e-3
        )

    def test_half_life_far_below_saturation(self):
        late = se.bolus_course([1.0, 1.0 + se.half_life(1749, 4.39, 18)], 540, 1749, 4.39, 18)
        assert late[1] / late[0] == pytest.approx(0.5, rel=1e-3)

    def test_half_the_enzyme_more_than_doubles_the_level(self):
        assert se.infusion_level(75, 1749 / 2, 4.39) / se.infusion_level(75, 1749, 4.39) > 2


class TestInverses:
    @given(positive, positive, positive, positive)
    def test_bolus(self, dose, vmax, km, volume):
        exposure = se.bolus_exposure(dose, vmax, km, volume)
        assert se.bolus_dose(exposure, vmax, km, volume) == pytest.approx(dose)
        # Where km dominates, the exposure no longer tells the volume.
        if dose > km * volume * 1e-3:
            assert se.volume_from_exposure(exposure, dose, vmax, km) == pytest.approx(volume, rel=1e-6)

    @given(st.floats(0.01, 0.99), positive, positive)
    def test_infusion(self, share, vmax, km):
        level = se.infusion_level(share * vmax, vmax, km)
        assert se.infusion_rate(level, vmax, km) == pytest.approx(share * vmax)

    @given(st.floats(0.01, 0.9), positive, positive)
    def test_the_reference_needs_its_full_dose(self, share, vmax, km):
        assert se.infusion_dose_fraction(share * vmax, vmax, km, vmax, km) == pytest.approx(1)
        assert se.bolus_dose_fraction(5.0, vmax, km, vmax, km, 10.0) == pytest.approx(1)


def test_broadcasts():
    assert se.bolus_exposure(np.ones((3, 1)), [900.0, 1800.0], 4.4, 18).shape == (3, 2)
    assert np.ndim(se.bolus_course(1.0, 540, 1749, 4.39, 18)) == 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: se.bolus_exposure(-1, 1, 1, 1), "dose"),
        (lambda: se.bolus_exposure(1, 0, 1, 1), "vmax"),
        (lambda: se.bolus_dose(-1, 1, 1, 1), "exposure"),
        (lambda: se.volume_from_exposure(1, 10, 1, 1), "exposure"),
        (lambda: se.bolus_course(-1, 1, 1, 1, 1), "t"),
        (lambda: se.bolus_course(1, 0, 1, 1, 1), "dose"),
        (lambda: se.half_life(1, np.nan, 1), "km"),
        (lambda: se.infusion_level(2, 1, 1), "rate"),
        (lambda: se.infusion_level(1, 1, 1), "rate"),
        (lambda: se.infusion_rate(1, 1, 0), "km"),
        (lambda: se.infusion_dose_fraction(0, 1, 1, 1, 1), "rate"),
        (lambda: se.bolus_dose_fraction(0, 1, 1, 1, 1, 1), "dose"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
