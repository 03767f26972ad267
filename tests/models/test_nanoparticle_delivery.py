"""Carrier in blood and tumour: the differential equation, limits, identities and bad input."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from resistance.models import nanoparticle_delivery as model

LN2 = np.log(2)
KEL, KOUT = LN2 / 2, LN2 / 48
KIN = 0.76 * KOUT
rates = st.floats(1e-3, 10)


def solved(t, kin, kout, kel):
    """Ct / C0 at ``t``, and the area under it, from the differential equation."""

    def rate(_, y):
        return [-kel * y[0], kin * y[0] - kout * y[1], y[1]]

    y = solve_ivp(rate, (0, t), [1.0, 0.0, 0.0], method="LSODA", rtol=1e-10, atol=1e-13).y[:, -1]
    return y[1], y[2]


class TestEquation:
    @pytest.mark.parametrize("kout, kel", [(KOUT, KEL), (KEL, KOUT), (0.3, 0.3), (0.3, 0.3 * (1 + 1e-9)), (5, 0.01)])
    @pytest.mark.parametrize("t", [0.2, 3.0, 72.0])
    def test_concentration_and_mean(self, t, kout, kel):
        ct, area = solved(t, KIN, kout, kel)
        assert model.tumour_concentration(t, KIN, kout, kel) == pytest.approx(ct, rel=1e-6)
        assert model.percent_of_dose(t, KIN, kout, kel, 0.5, 1.7) == pytest.approx(100 * ct * 0.5 / 1.7, rel=1e-6)
        mean = model.mean_percent_of_dose(t, KIN, kout, kel, 0.5, 1.7)
        assert mean == pytest.approx(100 * area / t * 0.5 / 1.7, rel=1e-6)


class TestIdentities:
    @given(rates, rates, rates)
    def test_ratio_of_areas_does_not_depend_on_blood(self, kin, kout, kel):
        slow, fast = min(kout, kel), max(kout, kel)
        ends = [0, 1 / fast, 10 / fast, *(10 / fast + np.array([1, 5, 15, 40]) / slow)]
        area = sum(
            quad(lambda t: model.tumour_concentration(t, kin, kout, kel), start, stop)[0]
            for start, stop in pairwise(ends)
        )
        assert area * kel == pytest.approx(model.exposure_ratio(kin, kout), rel=1e-5)

    @given(rates, rates)
    def test_peak(self, kout, kel):
        at = model.peak_time(kout, kel)
        top = model.tumour_concentration(at, 1, kout, kel)
        assert top >= model.tumour_concentration([0.9 * at, 1.1 * at], 1, kout, kel).max()
        assert model.peak_time(kel, kout) == at

    @given(rates, rates)
    def test_late_mean_joins_the_series(self, kout, kel):
        edge = 1 / max(kout, kel)
        left, right = model.mean_percent_of_dose([edge * (1 - 1e-13), edge * (1 + 1e-13)], 1, kout, kel, 1, 1)
        assert left == pytest.approx(right, rel=1e-10)

    def test_equal_rates(self):
        assert model.tumour_concentration(2, 0.5, 0.25, 0.25) == pytest.approx(0.5 * 2 * np.exp(-0.5), rel=1e-14)
        assert model.peak_time(0.25, 0.25) == 4

    def test_nothing_at_the_start_and_proportional_to_entry(self):
        assert model.tumour_concentration(0, KIN, KOUT, KEL) == 0
        one, three = model.mean_percent_of_dose(72, [KIN, 3 * KIN], KOUT, KEL, 0.5, 1.7)
        assert three == pytest.approx(3 * one, rel=1e-14)


class TestInput:
    @pytest.mark.parametrize(
        "call, name",
        [
            (lambda: model.tumour_concentration(-1, KIN, KOUT, KEL), "t"),
            (lambda: model.tumour_concentration(1, -KIN, KOUT, KEL), "kin"),
            (lambda: model.tumour_concentration(1, KIN, 0, KEL), "kout"),
            (lambda: model.tumour_concentration(1, KIN, KOUT, np.nan), "kel"),
            (lambda: model.exposure_ratio(1, 0), "kout"),
            (lambda: model.peak_time(0, 1), "kout"),
            (lambda: model.peak_time(1, np.inf), "kel"),
            (lambda: model.percent_of_dose(1, KIN, KOUT, KEL, 0, 1), "tumour_volume"),
            (lambda: model.mean_percent_of_dose(0, KIN, KOUT, KEL, 1, 1), "end"),
            (lambda: model.mean_percent_of_dose(1, KIN, KOUT, KEL, 1, -1), "blood_volume"),
        ],
    )
    def test_bad_arguments_are_named(self, call, name):
        with pytest.raises(ValueError, match=f"^{name} must be"):
            call()

    def test_shapes_must_fit(self):
        with pytest.raises(ValueError, match="shapes that fit"):
            model.tumour_concentration([1, 2], [1, 2, 3], 1, 1)
