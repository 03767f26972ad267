"""The blocked pump: linear in the number of pumps, capped by the leak, and read by the rates before and after."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import iso_exposure, pump_inhibition, pump_leak

inhibitors = st.floats(0, 1e6)
positive = st.floats(1e-3, 1e3)
ratios = st.floats(0, 100)
hills = st.floats(1, 4)
kinds = st.booleans()


class TestLine:
    @pytest.mark.parametrize("competitive", [False, True])
    @pytest.mark.parametrize("hill", [1.0, 2.0])
    def test_ic50_is_a_line_in_the_number_of_pumps_whatever_the_inhibitor(self, hill, competitive):
        found = pump_inhibition.ic50(0.3, np.arange(5), 2.0, 0.5, 1.5, 4.0, hill, competitive)
        np.testing.assert_allclose(np.diff(found, 2), 0, atol=1e-14)
        assert found[0] == pytest.approx(0.3)

    @given(positive, ratios, positive, inhibitors, hills)
    def test_non_competitive_is_the_pump_leak_cell_with_a_smaller_ratio(self, bearable, rho, km, inhibitor, hill):
        found = pump_inhibition.ic50(bearable, rho * km, 1.0, 1.0, km, inhibitor, hill)
        left = pump_leak.inhibited(rho, inhibitor)
        assert found == pytest.approx(pump_leak.outside(bearable, left, km, hill), rel=1e-12)

    @given(positive, ratios, positive, inhibitors)
    def test_competitive_is_the_pump_leak_cell_with_a_larger_half_saturation(self, bearable, rho, km, inhibitor):
        found = pump_inhibition.ic50(bearable, rho * km, 1.0, 1.0, km, inhibitor, competitive=True)
        left = pump_leak.inhibited(rho, inhibitor)
        assert found == pytest.approx(pump_leak.outside(bearable, left, km * (1 + inhibitor)), rel=1e-10)

    @given(positive, ratios, positive, inhibitors, hills, kinds)
    def test_never_below_what_the_cell_bears(self, bearable, pumps, km, inhibitor, hill, competitive):
        assert pump_inhibition.ic50(bearable, pumps, 1.0, 1.0, km, inhibitor, hill, competitive) >= bearable


class TestGivenBack:
    @given(inhibitors, st.floats(0.1, 100), st.floats(0.1, 10), hills, kinds)
    def test_is_the_share_of_the_excess(self, inhibitor, bearable, km, hill, competitive):
        def excess(i):
            return pump_inhibition.ic50(bearable, 1e6, 1.0, 1.0, km, i, hill, competitive) - bearable

        share = pump_inhibition.given_back(inhibitor, bearable, km, hill, competitive)
        assert share == pytest.approx(1 - excess(inhibitor) / excess(0.0), abs=1e-5)

    def test_the_two_kinds_agree_far_from_saturation_and_differ_at_it(self):
        far = [pump_inhibition.given_back(9.0, 1e-9, 1.5, competitive=kind) for kind in (False, True)]
        assert far[0] == pytest.approx(far[1], rel=1e-8) == pytest.approx(0.9)
        assert pump_inhibition.given_back(9.0, 1e9, 1.5) == pytest.approx(0.9)
        assert pump_inhibition.given_back(9.0, 1e9, 1.5, competitive=True) == pytest.approx(0, abs=1e-7)

    def test_far_arguments(self):
        assert pump_inhibition.given_back(1e300, 1.0, 1.0, 4.0, competitive=True) == 1
        assert pump_inhibition.given_back(0.0, 1e300, 1e-300, 4.0, competitive=True) == 0
        assert pump_inhibition.given_back(1e-300, 1.0, 1.0) == 1e-300


class TestFold:
    @given(st.floats(1, 1e6), inhibitors)
    def test_needed_and_left_are_inverse(self, fold, inhibitor):
        left = pump_inhibition.fold_left(fold, inhibitor)
        if left > 1.001:
            assert pump_inhibition.inhibitor_needed(fold, left) == pytest.approx(inhibitor, rel=1e-6, abs=1e-6)
            assert pump_inhibition.block_needed(fold, left) == pytest.approx(inhibitor / (1 + inhibitor), abs=1e-9)

    @given(positive, ratios, positive, inhibitors, hills)
    def test_left_is_the_ratio_of_the_concentrations(self, bearable, rho, km, inhibitor, hill):
        fold = pump_leak.fold_resistance(bearable, rho, km, hill)
        found = pump_inhibition.ic50(bearable, rho * km, 1.0, 1.0, km, inhibitor, hill) / bearable
        assert pump_inhibition.fold_left(fold, inhibitor) == pytest.approx(found, rel=1e-9)

    def test_high_resistance_needs_nearly_all_pumps_blocked(self):
        np.testing.assert_allclose(pump_inhibition.block_needed([1.5, 2, 11, 39], 2), [0, 0, 0.9, 37 / 38])
        np.testing.assert_allclose(pump_inhibition.inhibitor_needed([1.5, 2, 11, 39], 2), [0, 0, 9, 37])
        assert pump_inhibition.block_needed(39, 1) == 1

    @given(ratios, st.floats(0, 1))
    def test_gain_inside_the_tumour_is_that_of_the_dose_model(self, rho, blocked):
        """The same cell in another module: what is gained inside at the same exposure is fold over fold left."""
        left = 1 + rho * (1 - blocked)
        assert iso_exposure.tumour_gain(rho, blocked) == pytest.approx((1 + rho) / left)
        if blocked < 0.999:
            assert pump_inhibition.fold_left(1 + rho, blocked / (1 - blocked)) == pytest.approx(left)


class TestRates:
    @pytest.mark.parametrize("rho", [1, 3, 10])
    def test_published_identity_with_a_complete_block(self, rho):
        assert pump_inhibition.rate_ratio(1e-9, rho, 1.5, 1e12) - 1 == pytest.approx(rho, rel=1e-6)

    @pytest.mark.parametrize("hill", [1.0, 2.0])
    @pytest.mark.parametrize("inhibitor", [0.5, 9.0])
    def test_the_slopes_of_the_course(self, hill, inhibitor):
        """From the differential equation itself: a loaded cell, nothing outside, slopes before and after."""
        times, loaded = np.array([0.0, 1e-6]), 0.8
        before = pump_leak.course(times, 0.0, 4.0, 1.5, 1.0, hill, start=loaded)
        after = pump_leak.course(times, 0.0, 4.0 / (1 + inhibitor), 1.5, 1.0, hill, start=loaded)
        found = (before[0] - before[1]) / (after[0] - after[1])
        assert pump_inhibition.rate_ratio(loaded, 4.0, 1.5, inhibitor, hill) == pytest.approx(found, rel=1e-4)

    def test_an_incomplete_block_underestimates(self):
        found = pump_inhibition.rate_ratio(1e-9, 10.0, 1.5, [0, 1, 9, 99, 1e9]) - 1
        np.testing.assert_allclose(found, [0, 11 / 6 - 1, 11 / 2 - 1, 11 / 1.1 - 1, 10], rtol=1e-6)

    @given(positive, ratios, positive, inhibitors, hills, kinds)
    def test_between_nothing_and_the_complete_block(self, inside, rho, km, inhibitor, hill, competitive):
        found = pump_inhibition.rate_ratio(inside, rho, km, inhibitor, hill, competitive)
        assert 1 <= found <= pump_leak.fold_resistance(inside, rho, km, hill) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: pump_inhibition.ic50(0, 1, 1, 1, 1), "bearable"),
        (lambda: pump_inhibition.ic50(1, -1, 1, 1, 1), "pumps"),
        (lambda: pump_inhibition.ic50(1, 1, -1, 1, 1), "capacity"),
        (lambda: pump_inhibition.ic50(1, 1, 1, 0, 1), "k"),
        (lambda: pump_inhibition.ic50(1, 1, 1, 1, 1, competitive=1), "competitive"),
        (lambda: pump_inhibition.given_back(-1, 1, 1), "inhibitor"),
        (lambda: pump_inhibition.given_back(1, 1, 1, 0.5), "hill"),
        (lambda: pump_inhibition.fold_left(0.9, 1), "fold"),
        (lambda: pump_inhibition.inhibitor_needed(2, 1), "target"),
        (lambda: pump_inhibition.block_needed(2, 0.9), "target"),
        (lambda: pump_inhibition.rate_ratio(1, np.nan, 1, 1), "rho"),
        (lambda: pump_inhibition.rate_ratio(1, 1, 0, 1), "km"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
