"""The pump-leak cell: published identities, both limits, the Hill variant, and the time course."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import pump_leak
from resistance.models.titration import titration

ratios = st.floats(0, 100)
positive = st.floats(1e-3, 1e3)
hills = st.floats(1, 4)


class TestPublished:
    """Wielinga et al. 2000: R_Vp - 1 = Vmax / (k Km) in a cell that is one well-stirred compartment."""

    @pytest.mark.parametrize("rho", [1, 3, 10])
    def test_efflux_rates_before_and_after_the_block_give_the_pump_ratio(self, rho):
        """From the course itself: load a cell, wash, and compare the slopes with and without the pump."""
        times, loaded = np.array([0.0, 1e-6]), 1e-6
        pumping = pump_leak.course(times, 0.0, rho, 1.5, 1.0, start=loaded)
        blocked = pump_leak.course(times, 0.0, 0.0, 1.5, 1.0, start=loaded)
        ratio = (pumping[0] - pumping[1]) / (blocked[0] - blocked[1])
        assert ratio - 1 == pytest.approx(rho, rel=1e-4)
        assert pump_leak.fold_resistance(loaded, rho, 1.5) - 1 == pytest.approx(rho, rel=1e-5)

    def test_the_ratio_falls_short_where_the_pump_begins_to_saturate(self):
        rho = np.array([1.0, 3.0, 10.0])
        inside = pump_leak.inside(0.01, rho, 1.5)
        np.testing.assert_allclose(pump_leak.fold_resistance(inside, rho, 1.5) - 1, [0.9967, 2.9950, 9.9939], atol=5e-5)


class TestLimits:
    def test_low_dose(self):
        np.testing.assert_allclose(1e-4 / pump_leak.inside(1e-4, [1, 5, 20], 1.5), [2, 6, 21], rtol=1e-4)

    def test_high_dose(self):
        assert 1000 - pump_leak.inside(1000.0, 5, 1.5) == pytest.approx(7.489, abs=5e-4)
        assert 1e7 - pump_leak.inside(1e7, 5, 1.5) == pytest.approx(7.5, abs=1e-5)
        assert 1e7 - pump_leak.inside(1e7, 5, 1.5, hill=2) == pytest.approx(7.5, abs=1e-5)

    def test_hill_two_leaves_low_doses_unprotected(self):
        assert pump_leak.inside(1e-6, 10, 1.5, hill=2) == pytest.approx(1e-6, rel=1e-4)
        assert pump_leak.inside(0.1, 10, 1.5, hill=2) / 0.1 == pytest.approx(0.69, abs=5e-3)
        assert pump_leak.inside(0.1, 10, 1.5) / 0.1 < 0.1

    def test_no_pump_no_drug(self):
        np.testing.assert_array_equal(pump_leak.inside([0.0, 3.0], 0.0, 1.5, hill=[1, 2]), [0, 3])
        assert pump_leak.inside(0.0, 10.0, 1.5, hill=2) == 0
        assert pump_leak.inhibited(10.0, 1e12) == pytest.approx(0, abs=1e-10)

    def test_ic50_is_linear_in_the_number_of_pumps(self):
        ic50 = pump_leak.outside(0.3, pump_leak.pump_ratio([0, 1, 2, 3], 0.5, 1.5), 1.5, hill=2)
        np.testing.assert_allclose(np.diff(ic50, 2), 0, atol=1e-15)
        assert ic50[0] == 0.3


class TestIdentities:
    @given(positive, ratios, positive)
    def test_hill_one_is_the_titration(self, outside, rho, km):
        assert pump_leak.inside(outside, rho, km) == titration(outside, km, rho * km)

    @given(positive, ratios, positive, hills)
    def test_outside_and_inside_are_inverse(self, concentration, rho, km, hill):
        there = pump_leak.outside(concentration, rho, km, hill)
        assert pump_leak.inside(there, rho, km, hill) == pytest.approx(concentration, rel=1e-6)
        assert pump_leak.fold_resistance(concentration, rho, km, hill) == pytest.approx(there / concentration)

    @given(positive, ratios, positive, hills)
    def test_fold_stays_between_one_and_its_highest(self, concentration, rho, km, hill):
        fold = pump_leak.fold_resistance(concentration, rho, km, hill)
        assert 1 <= fold <= pump_leak.highest_fold(rho, hill) * (1 + 1e-12)

    @given(ratios, positive, st.floats(1.01, 4))
    def test_highest_fold_is_reached(self, rho, km, hill):
        best = pump_leak.best_inside(km, hill)
        assert pump_leak.fold_resistance(best, rho, km, hill) == pytest.approx(pump_leak.highest_fold(rho, hill))

    def test_highest_folds(self):
        assert pump_leak.highest_fold(10) == 11
        assert pump_leak.highest_fold(10, 2) == pytest.approx(6)
        assert pump_leak.best_inside(1.5, 2) == pytest.approx(1.5)
        assert pump_leak.best_inside(1.5, 1) == 0

    @given(st.floats(1, 200), positive, positive)
    def test_pump_ratio_from_the_fold(self, fold, concentration, km):
        rho = pump_leak.rho_from_fold(fold, concentration, km)
        assert pump_leak.fold_resistance(concentration, rho, km) == pytest.approx(fold)
        assert pump_leak.rho_from_fold(fold) == fold - 1

    def test_competitive_inhibition_is_the_same_far_from_saturation_only(self):
        def both(outside):
            left = pump_leak.inhibited(20.0, 9.0)
            return pump_leak.inside(outside, left, 1.5), pump_leak.inside(outside, left, 1.5 * 10)

        assert np.ptp(both(1e-6)) < 1e-11
        assert both(30.0)[0] > 1.2 * both(30.0)[1]


class TestCourse:
    @pytest.mark.parametrize("hill", [1.0, 2.0])
    def test_ends_at_the_steady_state(self, hill):
        end = pump_leak.course([0.0, 60.0], 2.0, 5.0, 1.5, 1.0, hill)[-1]
        assert end == pytest.approx(pump_leak.inside(2.0, 5.0, 1.5, hill), rel=1e-7)

    def test_without_pump_it_is_exponential(self):
        times = np.linspace(0, 5, 11)
        np.testing.assert_allclose(pump_leak.course(times, 2.0, 0, 1.5, 0.7), 2 * -np.expm1(-0.7 * times), rtol=1e-6)

    def test_far_from_saturation_it_relaxes_at_k_times_one_plus_rho(self):
        times = np.linspace(0, 1, 6)
        course = pump_leak.course(times, 0.0, 4.0, 1.5, 1.0, start=1e-9)
        np.testing.assert_allclose(course, 1e-9 * np.exp(-5 * times), rtol=1e-5)

    def test_start_alone(self):
        np.testing.assert_array_equal(pump_leak.course([0.0], 1.0, 1.0, 1.0, 1.0, start=0.2), [0.2])

    def test_times_must_rise(self):
        with pytest.raises(ValueError, match=r"^t must rise"):
            pump_leak.course([0.0, 2.0, 1.0], 1.0, 1.0, 1.0, 1.0)


def test_monolayer():
    np.testing.assert_allclose(pump_leak.efflux_ratio([0, 3.0], [1, 1.5]), [1, 3])


def test_broadcasts():
    assert pump_leak.inside(np.ones((3, 1)), 2.0, 1.5, [1.0, 1.5, 2.0, 3.0]).shape == (3, 4)
    mixed = pump_leak.inside(1.0, 2.0, 1.5, [1.0, 2.0])
    assert mixed[0] == pump_leak.inside(1.0, 2.0, 1.5)
    assert mixed[1] == pytest.approx(pump_leak.inside(1.0, 2.0, 1.5, 2.0))
    assert np.ndim(pump_leak.inside(1, 1, 1, 2)) == 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: pump_leak.pump_ratio(1, 0, 1), "k"),
        (lambda: pump_leak.pump_ratio(-1, 1, 1), "vmax"),
        (lambda: pump_leak.inhibited(1, -1), "inhibitor"),
        (lambda: pump_leak.inside(-1, 1, 1), "outside"),
        (lambda: pump_leak.inside(1, 1, 1, 0.5), "hill"),
        (lambda: pump_leak.inside(1, np.nan, 1), "rho"),
        (lambda: pump_leak.outside(1, 1, 0), "km"),
        (lambda: pump_leak.fold_resistance(0, 1, 1), "inside"),
        (lambda: pump_leak.rho_from_fold(0.9), "fold"),
        (lambda: pump_leak.best_inside(0, 2), "km"),
        (lambda: pump_leak.highest_fold(1, "2"), "hill"),
        (lambda: pump_leak.efflux_ratio(1, 0), "apical"),
        (lambda: pump_leak.course([0, 1], 1, 1, 1, 0), "k"),
        (lambda: pump_leak.course([-1, 1], 1, 1, 1, 1), "t"),
        (lambda: pump_leak.course([0, 1], [1, 2], 1, 1, 1), "outside"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
