"""Pores of a vessel wall: limits, the identities of flow and diffusion, and what is refused."""

from math import pi

import numpy as np
import pytest

from resistance.models import vessel_pores as model
from resistance.models.vessel_pores import Wall


def test_pore_carries_the_flow_of_poiseuille():
    wall = Wall(2e-3, 1e-4, 5e-6)
    radius = model.pore_radius(1e-6, wall) * 1e-7
    number = wall.pores / (pi * radius**2)
    assert number * pi * radius**4 / (8 * wall.viscosity * wall.thickness) == pytest.approx(1e-6, rel=1e-12)


def test_wall_of_the_released_model_has_pores_of_a_tenth_of_a_micrometre():
    assert model.pore_radius([8.51e-7, 2.80e-6]) == pytest.approx([101.05, 183.30], abs=0.01)


class TestHindrance:
    def test_falls_from_one_to_none(self):
        ratio = np.linspace(0, 1, 101)
        for hindrance in (model.diffusive_hindrance(ratio, 1), model.convective_hindrance(ratio, 1)):
            assert hindrance[0] == pytest.approx(1, abs=2e-6)
            assert np.all(np.diff(hindrance) < 0)
            assert hindrance[-1] == 0

    def test_flow_carries_better_than_diffusion(self):
        ratio = np.linspace(0.05, 0.99, 30)
        assert np.all(model.convective_hindrance(ratio, 1) > model.diffusive_hindrance(ratio, 1))

    def test_of_a_thin_rod_of_a_pore_is_that_of_the_first_order(self):
        # Far below 1 both theories agree: H = 1 - 2 ratio - 2.104 ratio, the steric and the friction term
        assert 1 - model.diffusive_hindrance(1e-3, 1) == pytest.approx(4.104e-3, rel=0.02)

    def test_a_particle_as_wide_as_the_pore_is_kept_in(self):
        assert model.diffusive_hindrance([5, 7], 5).tolist() == [0, 0]
        assert model.permeability(200.0, 8.51e-7) == 0

    def test_depends_on_the_ratio_alone(self):
        assert model.diffusive_hindrance(13, 100) == pytest.approx(model.diffusive_hindrance(1.3, 10), rel=1e-12)


def test_free_particles_diffuse_by_stokes_and_einstein():
    # 37 °C, water of 0.69 mPa s, radius 1 nm: about 3.3e-6 cm2/s
    water = Wall(viscosity=0.69e-3 / 133.322365)
    assert model.diffusion_in_water(1.0, water) == pytest.approx(3.29e-6, rel=0.01)
    assert model.diffusion_in_water(2.0) == pytest.approx(model.diffusion_in_water(1.0) / 2)


def test_permeability_of_wide_pores_is_that_of_a_layer():
    wall = Wall(0.1, 1e-3)
    wide = model.permeability(1e-6, 1.0, wall)
    assert wide == pytest.approx(0.1 * model.diffusion_in_water(1e-6, wall) / 1e-3, rel=1e-4)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (model.pore_radius, dict(filtration=0), "filtration"),
        (model.diffusion_in_water, dict(solute=-1), "solute"),
        (model.diffusive_hindrance, dict(solute=-1, pore=1), "solute"),
        (model.convective_hindrance, dict(solute=1, pore=0), "pore"),
        (model.permeability, dict(solute=1, filtration=np.nan), "filtration"),
        (Wall, dict(pores=1.1), "pores"),
        (Wall, dict(thickness=0), "thickness"),
    ],
)
def test_bad_arguments_are_named(function, arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(**arguments)
