"""Interstitial pressure: Darcy's and Starling's laws, limits, what flows in and out, and what is refused."""

import numpy as np
import pytest
from scipy.integrate import quad

from resistance.models import fluid_pressure as model

ALPHA = 36.82298471593293  # radius 1 cm


class TestEffectivePressure:
    def test_balances_starling(self):
        assert model.effective_pressure(15.6, 0.82, 20, 15) == pytest.approx(11.5)
        assert model.effective_pressure(15.6, 0.82, 20, 10) == pytest.approx(7.4)
        assert model.effective_pressure(15.6, 0.0, 20, 15) == 15.6

    def test_may_be_negative(self):
        assert model.effective_pressure(5, 1, 20, 0) == -15


def test_ratio_grows_with_the_radius_and_the_root_of_the_leak():
    one = model.filtration_ratio(1, 2.8e-7, 200, 4.13e-8)
    assert one == pytest.approx(np.sqrt(2.8e-7 * 200 / 4.13e-8))
    assert model.filtration_ratio(2, 4 * 2.8e-7, 200, 4.13e-8) == pytest.approx(4 * one)


class TestProfile:
    @pytest.mark.parametrize("alpha", [0.5, 2.999, 3.001, 5.0, ALPHA])
    def test_solves_darcy_with_filtration(self, alpha):
        # lap p = alpha² (p - 1) in a sphere, p over the effective pressure
        r, step = np.array([0.3, 0.6, 0.9]), 1e-4
        inner, here, outer = (model.pressure(1 - (r + shift), alpha) for shift in (-step, 0, step))
        laplacian = (outer - 2 * here + inner) / step**2 + 2 / r * (outer - inner) / (2 * step)
        np.testing.assert_allclose(laplacian, alpha**2 * (here - 1), rtol=1e-4, atol=1e-4)

    @pytest.mark.parametrize("alpha", [1e-6, 0.5, 2.999, 3.001, ALPHA, 700.0, 1e6])
    def test_centre_edge_and_mean(self, alpha):
        if 0.1 < alpha < 700:
            assert model.pressure(1, alpha) == pytest.approx(1 - alpha / np.sinh(alpha), abs=1e-12)
        assert model.pressure(0, alpha) == 0
        rim = min(1.0, 30 / alpha)
        mean = quad(
            lambda depth: 3 * (1 - depth) ** 2 * model.pressure(depth, alpha), 0, 1, points=[rim], epsabs=0, limit=400
        )[0]
        assert model.mean_pressure(alpha) == pytest.approx(mean, rel=1e-6)

    def test_small_tumours_keep_their_digits(self):
        # Leading order for small alpha: alpha² (1 - r²) / 6
        assert model.pressure(0.5, 1e-8) == pytest.approx(1e-16 * 0.75 / 6, rel=1e-10)
        assert model.mean_pressure(1e-8) == pytest.approx(1e-16 / 15, rel=1e-10)
        assert model.edge_velocity(1, 1, 1, 1e-8) == pytest.approx(1e-16 / 3, rel=1e-10)

    def test_large_tumours_have_a_flat_edge(self):
        depth = np.array([0.5, 1.0, 3.0]) / 1e6
        np.testing.assert_allclose(model.pressure(depth, 1e6), -np.expm1(-depth * 1e6), rtol=1e-5)


class TestFlow:
    def test_edge_velocity_is_darcys_law_at_the_edge(self):
        gradient = model.pressure(1e-9, ALPHA) / 1e-9
        assert model.edge_velocity(1.0, 4.13e-8, 11.5, ALPHA) == pytest.approx(4.13e-8 * 11.5 * gradient, rel=1e-6)

    @pytest.mark.parametrize("alpha", [1e-3, 0.999, 1.001, ALPHA, 1e4])
    def test_what_leaves_the_edge_is_what_filters_in(self, alpha):
        # Flux through the surface equals filtration over the volume: 3 u / R = alpha² K pe (1 - mean) / R²
        inflow = alpha**2 * (1 - model.mean_pressure(alpha))
        assert 3 * model.edge_velocity(1.0, 1.0, 1.0, alpha) == pytest.approx(inflow, rel=1e-9)

    def test_no_pressure_no_flow(self):
        assert model.edge_velocity(1.0, 4.13e-8, 0, ALPHA) == 0


class TestRim:
    def test_thins_as_alpha_grows(self):
        rims = model.flowing_rim([1.0, 10.0, 100.0])
        assert np.all(np.diff(rims) < 0)
        assert model.flowing_rim(1e6) * 1e6 == pytest.approx(np.log(10), rel=1e-4)

    @pytest.mark.parametrize("alpha", [0.01, 2.9, 5.0, 1e3])
    def test_is_where_the_share_is_reached(self, alpha):
        rim = model.flowing_rim(alpha, 0.5)
        assert model.pressure(rim, alpha) == pytest.approx(0.5 * model.pressure(1, alpha), rel=1e-9)

    def test_of_a_small_tumour_is_a_parabola(self):
        assert model.flowing_rim([1e-200, 1e-12], 0.75) == pytest.approx(0.5, rel=1e-12)


def test_broadcasts():
    assert model.pressure(np.zeros((4, 1)), [1.0, 5.0, 50.0]).shape == (4, 3)
    assert np.ndim(model.flowing_rim(5.0)) == 0


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (model.effective_pressure, dict(vessel=1, reflection=1.1, osmotic_vessel=1, osmotic_tissue=1), "reflection"),
        (model.effective_pressure, dict(vessel=np.inf, reflection=1, osmotic_vessel=1, osmotic_tissue=1), "vessel"),
        (model.filtration_ratio, dict(radius=1, filtration=1, surface=0, conductivity=1), "surface"),
        (model.pressure, dict(depth=1.01, alpha=1), "depth"),
        (model.mean_pressure, dict(alpha=0), "alpha"),
        (model.edge_velocity, dict(radius=1, conductivity=1, effective=-1, alpha=1), "effective"),
        (model.flowing_rim, dict(alpha=1, share=1), "share"),
    ],
)
def test_bad_arguments_are_named(function, arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(**arguments)
