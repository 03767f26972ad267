"""Dose and gain under an inhibitor that also blocks clearance: limits, identities, and the two models it joins."""

from __future__ import annotations

import numpy as np
import pytest

from resistance.models import enzyme_activity, iso_exposure, pump_leak


def test_half_is_blocked_at_ki_and_all_far_above():
    assert iso_exposure.inhibition(29, 29) == 0.5
    assert iso_exposure.inhibition(0, 29) == 0
    assert iso_exposure.inhibition(1e300, 1e-300) == 1


def test_at_the_dose_that_keeps_the_exposure_the_exposure_is_kept():
    fraction, blocked = np.array([0, 0.3, 0.63, 0.95]), 0.9
    assert np.allclose(iso_exposure.exposure(iso_exposure.dose_fraction(fraction, blocked), fraction, blocked), 1)


def test_a_cell_without_pump_gains_what_plasma_gains():
    assert iso_exposure.inside_gain(1, 0.6, 0, 0.9) == pytest.approx(iso_exposure.exposure(1, 0.6, 0.9))
    assert iso_exposure.tumour_gain(0, 1) == 1


def test_the_gain_is_that_of_the_pump_and_leak_model_far_from_saturation():
    rho, blocked, low = 10.0, 0.8, 1e-9
    with_, without = (pump_leak.inside(low, r, 1.5) for r in (rho * (1 - blocked), rho))
    assert iso_exposure.tumour_gain(rho, blocked) == pytest.approx(with_ / without, rel=1e-6)
    assert iso_exposure.tumour_gain(rho, 1) == pytest.approx(pump_leak.highest_fold(rho))


def test_the_dose_is_that_of_an_enzyme_with_the_rest_of_its_activity():
    assert iso_exposure.dose_fraction(0.7, 0.6) == pytest.approx(enzyme_activity.dose_fraction(0.7, 0.4))


def test_what_a_clearance_implies_gives_the_clearance_back():
    share = iso_exposure.fraction_blocked(24.3 / 49.0)
    assert iso_exposure.dose_fraction(share, 1) == pytest.approx(24.3 / 49.0)


def test_more_inhibitor_never_lowers_the_gain():
    blocked = iso_exposure.inhibition(np.linspace(0, 2000, 200), 181)
    assert np.all(np.diff(iso_exposure.tumour_gain(5.0, blocked)) > 0)
    assert np.all(np.diff(iso_exposure.dose_fraction(0.6, blocked)) < 0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: iso_exposure.inhibition(-1, 1), "concentration"),
        (lambda: iso_exposure.inhibition(1, 0), "ki"),
        (lambda: iso_exposure.dose_fraction(1, 0.5), "fraction"),
        (lambda: iso_exposure.dose_fraction(0.5, 1.1), "blocked"),
        (lambda: iso_exposure.fraction_blocked(0), "share"),
        (lambda: iso_exposure.exposure(-0.1, 0.5, 0.5), "dose"),
        (lambda: iso_exposure.tumour_gain(np.nan, 0.5), "rho"),
        (lambda: iso_exposure.inside_gain(1, 0.5, "1", 0.5), "rho"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
