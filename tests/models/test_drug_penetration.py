"""Drug around a vessel: the equation, its limits, a boundary-value solver, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_bvp

from resistance.models import drug_penetration as model

lengths = st.floats(1, 500)


class TestLength:
    def test_half_of_the_drug_is_left_after_the_half_distance(self):
        lam = model.length_from_half_distance([24, 43])
        np.testing.assert_allclose(model.far_field([24, 43], lam), 0.5, rtol=1e-14)
        np.testing.assert_allclose(model.far_field([48, 86], lam), 0.25, rtol=1e-14)

    def test_length_is_the_root_of_diffusion_over_uptake(self):
        assert model.penetration_length(16.0, 4.0) == pytest.approx(2)
        with pytest.raises(ValueError, match=r"^diffusion, uptake must give"):
            model.penetration_length(1e300, 5e-324)


class TestLayer:
    @pytest.mark.parametrize("lam", [5.0, 60.0, 1e4])
    def test_solves_the_equation_and_its_mean_is_the_effectiveness(self, lam):
        depth, step = 90.0, 1e-2
        x = np.array([20.0, 45.0, 80.0])
        left, here, right = (model.slab(x + shift, depth, lam) for shift in (-step, 0, step))
        np.testing.assert_allclose((left - 2 * here + right) / step**2, here / lam**2, rtol=2e-2, atol=2e-11)
        assert model.slab(0, depth, lam) == 1
        mean = quad(lambda at: model.slab(at, depth, lam), 0, depth, epsabs=1e-12)[0] / depth
        assert model.slab_effectiveness(depth / lam) == pytest.approx(mean, rel=1e-9)

    def test_a_deep_layer_is_the_far_field(self):
        assert model.slab(50, 1e6, 10) == pytest.approx(model.far_field(50, 10), rel=1e-12)
        assert model.slab(1e6, 1e6, 1) == 0


class TestCord:
    def test_agrees_with_a_boundary_value_solver(self):
        vessel, width, lam = 10.0, 90.0, 60.0

        def slope(r, state):
            return np.vstack([state[1], state[0] / lam**2 - state[1] / r])

        grid = np.linspace(vessel, vessel + width, 200)
        guess = np.vstack([np.exp(-(grid - vessel) / lam), -np.exp(-(grid - vessel) / lam) / lam])
        solution = solve_bvp(slope, lambda a, b: np.array([a[0] - 1, b[1]]), grid, guess, tol=1e-10, max_nodes=100_000)
        assert solution.success
        at = np.linspace(0, width, 37)
        np.testing.assert_allclose(model.cord(at, vessel, width, lam), solution.sol(vessel + at)[0], atol=1e-6)

    def test_a_wide_vessel_is_a_layer(self):
        assert model.cord(40, 1e6, 90, 60) == pytest.approx(model.slab(40, 90, 60), rel=1e-4)

    def test_far_beyond_the_length_it_neither_overflows_nor_vanishes_at_the_wall(self):
        assert model.cord(0, 10, 1e5, 1) == 1
        assert model.cord(1e5, 10, 1e5, 1) == 0
        assert model.cord(50, 10, 90, 1e200) == 1

    @given(lengths, lengths, lengths)
    def test_curvature_lets_less_drug_through_than_a_layer(self, vessel, width, lam):
        assert model.cord(width, vessel, width, lam) <= model.slab(width, width, lam) * (1 + 1e-12)

    def test_a_thin_vessel_halves_sooner_than_the_far_field(self):
        lam = model.length_from_half_distance(40)
        assert model.cord(40, 5, 100, lam) < 0.4


class TestShareUnder:
    def test_falls_from_nearly_all_to_none(self):
        shares = model.cord_under([0.999, 0.5, 0.26, 0.2], 10, 90, 60)
        assert np.all(np.diff(shares) < 0)
        assert shares[-1] == 0
        at = np.sqrt(100**2 - shares[1] * (100**2 - 10**2)) - 10
        assert model.cord(at, 10, 90, 60) == pytest.approx(0.5, abs=1e-9)

    def test_nothing_is_short_of_drug_that_is_not_taken_up(self):
        np.testing.assert_array_equal(model.cord_under([1e-9, 0.999], 10, 90, 1e200), 0)

    def test_nearly_all_is_short_of_drug_that_is_taken_up_at_the_wall(self):
        within = 2 * 10 * 1e-3 * np.log(2) / (100**2 - 10**2)  # a film around the vessel
        assert 1 - model.cord_under(0.5, 10, 90, 1e-3) == pytest.approx(within, rel=1e-3)

    @given(st.floats(0.01, 0.99), lengths, lengths, lengths)
    def test_grows_as_the_length_falls(self, threshold, vessel, width, lam):
        less, more = model.cord_under(threshold, vessel, width, [2 * lam, lam])
        assert less <= more + 1e-12


@pytest.mark.parametrize("thiele", [1e-6, 0.099, 0.999, 1.001, 5.0, 50.0, 1e8])
def test_effectiveness_of_a_sphere_is_the_mean_of_its_profile(thiele):
    def profile(rho):
        return np.exp(thiele * (rho - 1)) * -np.expm1(-2 * thiele * rho) / (rho * -np.expm1(-2 * thiele))

    if thiele <= 50:
        mean = quad(lambda rho: 3 * rho**2 * profile(rho), 0, 1, epsabs=1e-13)[0]
        assert model.sphere_effectiveness(thiele) == pytest.approx(mean, rel=1e-8)
    else:
        assert model.sphere_effectiveness(thiele) == pytest.approx(3 / thiele, rel=1e-6)


def test_broadcasts():
    assert model.cord(np.zeros((3, 1)), 10, 90, [20.0, 40.0]).shape == (3, 2)
    assert np.ndim(model.cord_under(0.5, 10, 90, 40)) == 0


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (model.penetration_length, {"diffusion": 1, "uptake": 0}, "uptake"),
        (model.length_from_half_distance, {"half_distance": -1}, "half_distance"),
        (model.far_field, {"distance": -1, "lam": 1}, "distance"),
        (model.slab, {"distance": 91, "depth": 90, "lam": 60}, "distance"),
        (model.slab_effectiveness, {"thiele": 0}, "thiele"),
        (model.sphere_effectiveness, {"thiele": np.nan}, "thiele"),
        (model.cord, {"distance": 91, "vessel": 10, "width": 90, "lam": 60}, "distance"),
        (model.cord, {"distance": 10, "vessel": 0, "width": 90, "lam": 60}, "vessel"),
        (model.cord_under, {"threshold": 1, "vessel": 10, "width": 90, "lam": 60}, "threshold"),
        (model.cord_under, {"threshold": 0.5, "vessel": 10, "width": 90, "lam": np.inf}, "lam"),
    ],
)
def test_bad_arguments_are_named(function, arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(**arguments)
