"""Curves of conductivity against dose and of a carrier against its size."""

import numpy as np
import pytest

from resistance.models import normalising_dose as model


def test_curves_meet_the_fits_at_the_doses_given_but_for_the_wall_at_none():
    # Fits with both dextrans at 3 and 30 mg/kg and, for the tissue, at none
    assert 2.22e-6 < model.wall_conductivity(3) < 2.81e-6
    assert 7.5e-7 < model.wall_conductivity(30) < 1.13e-6
    assert model.tissue_conductivity(3) == pytest.approx(2.03e-6, rel=0.01)
    assert 1.21e-6 < model.tissue_conductivity(30) < 1.81e-6
    assert model.tissue_conductivity(0) == pytest.approx(3.35e-7, rel=0.12)
    assert model.wall_conductivity(0) == pytest.approx(1.32 * 8.51e-7, rel=0.01)


def test_circulation_is_that_of_the_two_dextrans():
    assert model.circulation([13, 32]) / 60 == pytest.approx([1480, 1278], rel=0.02)


def test_larger_carriers_are_slower_and_leave_the_blood_sooner():
    size = np.linspace(5, 100, 20)
    assert np.all(np.diff(model.diffusion_in_tissue(size)) < 0)
    assert np.all(np.diff(model.circulation(size)) < 0)


@pytest.mark.parametrize(
    ("function", "value", "name"),
    [
        (model.wall_conductivity, 31, "dose"),
        (model.tissue_conductivity, -1, "dose"),
        (model.diffusion_in_tissue, 0, "diameter"),
        (model.circulation, np.inf, "diameter"),
    ],
)
def test_bad_arguments_are_named(function, value, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(value)
