"""Oxygen in spheroids, cords and layers (B1): published limit, diffusion equation, limits, invalid arguments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from resistance.models import checks, oxygen

RADII = st.floats(20, 5000)
TENSIONS = st.floats(5, 160)
DEMANDS = st.floats(1e-3, 5e-2)


def test_diffusion_limit_of_dld1_spheroids_lies_in_the_published_interval():
    limit = oxygen.diffusion_limit(oxygen.P0, oxygen.demand())
    assert limit == pytest.approx(233.0, abs=0.1)
    assert 232 - 22 < limit < 232 + 22


def test_living_rim_of_a_large_spheroid_tends_to_the_limit_over_root_three():
    assert oxygen.living_rim(1e6, 232) == pytest.approx(133.945, abs=0.01)
    assert oxygen.living_rim(1e12, 232) == pytest.approx(232 / np.sqrt(3), rel=1e-9)


def test_spheroids_up_to_the_limit_have_no_core():
    np.testing.assert_array_equal(oxygen.anoxic_radius([50, 100, 232], 232), 0)
    assert oxygen.anoxic_radius(232.001, 232) > 0


@given(RADII, st.floats(20, 5000))
def test_core_radius_solves_the_cubic(ro, limit):
    rn = oxygen.anoxic_radius(ro, limit)
    if ro > limit:
        assert 0 <= rn < ro
        assert ro**2 - 3 * rn**2 + 2 * rn**3 / ro == pytest.approx(limit**2, rel=1e-9)
    else:
        assert rn == 0


@given(st.floats(1.01, 50))
def test_core_radius_agrees_with_the_arc_cosine_form(ratio):
    expected = ratio * (0.5 - np.cos((np.arccos(1 - 2 / ratio**2) - 2 * np.pi) / 3))
    assert oxygen.anoxic_radius(ratio, 1) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(RADII, TENSIONS, DEMANDS)
def test_sphere_obeys_the_diffusion_equation_and_its_boundary_conditions(ro, p0, demand):
    rn = oxygen.anoxic_radius(ro, oxygen.diffusion_limit(p0, demand))
    assert oxygen.sphere_pressure(ro, ro, p0, demand) == pytest.approx(p0)
    if rn > 0:
        assert oxygen.sphere_pressure(rn / 2, ro, p0, demand) == 0
        assert oxygen.sphere_pressure(rn, ro, p0, demand) == pytest.approx(0, abs=1e-6)
    # Laplacian by differences in the living rim: (r p)'' / r = demand.
    r, step = rn + (ro - rn) * 0.5, (ro - rn) * 0.02
    left, middle, right = (x * oxygen.sphere_pressure(x, ro, p0, demand) for x in (r - step, r, r + step))
    assert (left - 2 * middle + right) / step**2 / r == pytest.approx(demand, rel=1e-4)


def test_centre_of_a_small_spheroid_has_oxygen():
    assert oxygen.sphere_pressure(0, 100, 40, 0.01) == pytest.approx(40 - 0.01 * 100**2 / 6)


@given(RADII, TENSIONS, DEMANDS, st.floats(0, 1))
def test_sphere_radius_inverts_the_profile(ro, p0, demand, share):
    pressure = share * p0
    radius = oxygen.sphere_radius(pressure, ro, p0, demand)
    if radius > 0:
        assert oxygen.sphere_pressure(radius, ro, p0, demand) == pytest.approx(pressure, abs=1e-6 * p0)
    else:
        assert oxygen.sphere_pressure(0, ro, p0, demand) >= pressure - 1e-6 * p0


def test_hypoxic_fraction_ends():
    assert oxygen.hypoxic_fraction(0, 400, 40, 0.01) == pytest.approx(
        0, abs=1e-6
    )  # a double root keeps half the digits
    assert oxygen.hypoxic_fraction(40, 400, 40, 0.01) == pytest.approx(1)
    assert oxygen.hypoxic_fraction(10, 50, 40, 0.01) == 0


@given(DEMANDS)
def test_hypoxic_share_of_a_flat_rim_depends_on_tensions_only(demand):
    assert oxygen.hypoxic_fraction(10, 1e7, 40, demand) == pytest.approx(0.5, abs=1e-3)


@given(st.floats(2, 50), TENSIONS, DEMANDS)
def test_cord_agrees_with_root_finding_and_the_diffusion_equation(rv, pv, demand):
    outer = oxygen.cord_radius(rv, pv, demand)

    def at_edge(radius):
        return pv + demand / 4 * (radius**2 - rv**2) - demand / 2 * radius**2 * np.log(radius / rv)

    assert outer == pytest.approx(brentq(at_edge, rv, rv + 10 * oxygen.slab_limit(pv, demand)), rel=1e-7)
    assert oxygen.cord_pressure(rv, rv, pv, demand) == pytest.approx(pv)
    assert oxygen.cord_pressure(2 * outer, rv, pv, demand) == 0
    assert oxygen.cord_pressure(outer * (1 - 1e-6), rv, pv, demand) == pytest.approx(0, abs=1e-6)
    # (r p')' / r = demand
    r, step = (rv + outer) / 2, (outer - rv) * 0.01
    p = oxygen.cord_pressure([r - step, r, r + step], rv, pv, demand)
    assert (p[0] - 2 * p[1] + p[2]) / step**2 + (p[2] - p[0]) / (2 * step * r) == pytest.approx(demand, rel=1e-3)


def test_cord_is_thinner_than_a_layer_and_tends_to_it():
    demand = oxygen.demand()
    layer = oxygen.slab_limit(40, demand)
    assert oxygen.cord_radius(10, 40, demand) - 10 < layer
    assert oxygen.cord_radius(1e7, 40, demand) - 1e7 == pytest.approx(layer, rel=1e-4)
    assert oxygen.diffusion_limit(40, demand) / layer == pytest.approx(np.sqrt(3), rel=1e-12)


def test_oer():
    np.testing.assert_allclose(oxygen.oer([0, 3, 10]), [1, 2, 33 / 13], rtol=1e-12)
    assert oxygen.oer(1e9) == pytest.approx(3)
    assert oxygen.oer(5, m=1) == 1


@given(st.floats(0, 10), st.floats(0, 100), st.floats(0, 100))
def test_more_oxygen_never_means_more_survival(dose, first, second):
    low, high = sorted((first, second))
    survive_low, survive_high = oxygen.surviving_fraction(dose, [low, high], 0.3, 0.03, 5)
    assert survive_high <= survive_low * (1 + 1e-12)


def test_oer_multiplies_the_dose():
    anoxic = oxygen.surviving_fraction(6, 0, 0.3, 0.03)
    assert anoxic == pytest.approx(np.exp(-(0.3 * 2 + 0.03 * 4)))
    assert oxygen.surviving_fraction(2, 0, 0.3, 0.03, 30) == pytest.approx(
        oxygen.surviving_fraction(2, 0, 0.3, 0.03) ** 30
    )


def test_rim_survival_is_the_volume_mean():
    demand, ro, p0 = oxygen.demand(), 300.0, 40.0
    rn = oxygen.anoxic_radius(ro, oxygen.diffusion_limit(p0, demand))
    edges = np.linspace(rn, ro, 20001)
    r = (edges[1:] + edges[:-1]) / 2
    survival = oxygen.surviving_fraction(2, oxygen.sphere_pressure(r, ro, p0, demand), 0.3, 0.03, 30)
    expected = np.average(survival, weights=r**2)
    assert oxygen.rim_survival(2, ro, p0, demand, 0.3, 0.03, 30) == pytest.approx(expected, rel=1e-4)
    assert oxygen.rim_survival(2, [100, 300], p0, demand, 0.3, 0.03).shape == (2,)
    assert oxygen.rim_survival(0, ro, p0, demand, 0.3, 0.03) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: oxygen.demand(0), "a must be"),
        (lambda: oxygen.diffusion_limit(-1, 0.01), "p0 must be"),
        (lambda: oxygen.living_rim(np.nan, 1), "ro must be"),
        (lambda: oxygen.sphere_pressure(11, 10, 40, 0.01), "r must be at most ro"),
        (lambda: oxygen.sphere_radius(41, 10, 40, 0.01), "pressure must be at most p0"),
        (lambda: oxygen.cord_pressure(5, 10, 40, 0.01), "r must be at least rv"),
        (lambda: oxygen.oer(-1), "pressure must be"),
        (lambda: oxygen.oer(1, m=0.5), "m must be"),
        (lambda: oxygen.surviving_fraction(2, 10, -0.1, 0), "alpha must be"),
        (lambda: oxygen.surviving_fraction(2, 10, 0.3, 0.03, 0), "fractions must be"),
        (lambda: oxygen.diffusion_limit([1, 2], [1, 2, 3]), "shapes"),
    ],
)
def test_invalid_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_checks_reach_the_module():
    assert checks.evaluate("oxygen.diffusion_limit(100, oxygen.demand(7.29e-7))") == pytest.approx(233.0, abs=0.1)
