"""Clearance split between an enzyme and the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import enzyme_activity as ea

fractions = st.floats(0, 0.99)
activities = st.floats(0, 10)


def test_limits():
    np.testing.assert_allclose(ea.activity_left([0, 1, np.inf]), [1, 0.5, 0])
    np.testing.assert_allclose(ea.clearance(20.0, [0, 0.5, 0.9], 0), [20, 10, 2])
    np.testing.assert_allclose(ea.clearance(20.0, 0.9, [1, 2]), [20, 38])
    assert ea.highest_exposure_ratio(0.75) == 4
    assert ea.fraction_from_ratio(6.4) == pytest.approx(0.84375)


@given(fractions, activities)
def test_dose_fraction_undoes_the_change_of_exposure(fraction, activity):
    assert ea.dose_fraction(fraction, activity) * ea.exposure_ratio(fraction, activity) == pytest.approx(1)


@given(fractions)
def test_fraction_follows_from_complete_block(fraction):
    assert ea.fraction_from_ratio(ea.highest_exposure_ratio(fraction)) == pytest.approx(fraction, abs=1e-12)


@given(fractions, st.floats(0, 1e6))
def test_no_inhibitor_raises_exposure_beyond_complete_block(fraction, inhibitor):
    ratio = ea.exposure_ratio(fraction, ea.activity_left(inhibitor))
    assert 1 - 1e-12 <= ratio <= ea.highest_exposure_ratio(fraction) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ea.activity_left(-1), "inhibitor"),
        (lambda: ea.clearance(0, 0.5, 1), "cl"),
        (lambda: ea.clearance(1, 1.5, 1), "fraction"),
        (lambda: ea.clearance(1, 0.5, -1), "activity"),
        (lambda: ea.clearance(1, 1, 0), "activity"),
        (lambda: ea.highest_exposure_ratio(1), "fraction"),
        (lambda: ea.fraction_from_ratio(0.5), "ratio"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
