"""Delivery of a carrier: conservation, limits with a known solution, the released numbers, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from resistance.models import _carrier_grid, fluid_pressure, vessel_pores
from resistance.models import carrier_delivery as model
from resistance.models.carrier_delivery import DEXTRAN_70, DEXTRAN_500, Carrier, Tumour

# Conductivities of wall and tissue that the released model found at 0, 3 and 30 mg/kg, effective permeabilities
# measured there, and the ratio of the conductivities that the measured pressures allow.
OPTIMA = {
    DEXTRAN_70: [(8.51e-7, 3.35e-7), (2.80e-6, 2.03e-6), (1.12e-6, 1.80e-6)],
    DEXTRAN_500: [(8.62e-7, 3.34e-7), (2.22e-6, 2.34e-6), (7.50e-7, 1.21e-6)],
}
PERMEABILITIES = {
    DEXTRAN_70: [9.59873e-7, 4.6098e-6, 2.80047e-6],
    DEXTRAN_500: [8.18378e-7, 4.30307e-6, 1.62231e-6],
}
RATIOS = [(0.285453383252671, 0.39665271966527194), (0.7354533734422002, 1.0577489687684147)]
RATIOS.append((1.589830508474576, 2.444710211591536))
EACH = [(carrier, dose) for carrier in OPTIMA for dose in range(3)]


def setting(filtration=8.51e-7, conductivity=3.35e-7, carrier=DEXTRAN_70, radius=1.0):
    return model._given([1.0], filtration, conductivity, carrier, Tumour(radius))[1]


class TestReleasedNumbers:
    def test_ratio_of_conductivities_from_the_measured_pressures(self):
        found = model.tissue_over_wall([[5.67, 4.87], [3.62, 3.02], [2.45, 1.95]])
        np.testing.assert_allclose(found, RATIOS, rtol=1e-5)

    @pytest.mark.parametrize(("carrier", "dose"), EACH)
    def test_fit(self, carrier, dose):
        fit = model.fitted(PERMEABILITIES[carrier][dose], *RATIOS[dose], carrier)
        assert fit.filtration == pytest.approx(OPTIMA[carrier][dose][0], rel=0.015)
        assert fit.conductivity == pytest.approx(OPTIMA[carrier][dose][1], rel=0.02)
        # The concentrations do not tell the tissue: the ratio goes as far as the measured pressure lets it.
        ratio = fit.conductivity / fit.filtration
        assert min(abs(ratio / bound - 1) for bound in RATIOS[dose]) < 1e-6

    @pytest.mark.parametrize(("carrier", "dose"), EACH)
    def test_mean_lies_on_the_measured_curve(self, carrier, dose):
        measured = model.measured_mean(300, PERMEABILITIES[carrier][dose], carrier.circulation)
        assert model.released_mean([300], *OPTIMA[carrier][dose], carrier)[0] == pytest.approx(measured, rel=0.035)

    @pytest.mark.parametrize("carrier", OPTIMA)
    def test_both_schemes_rank_the_doses_alike(self, carrier):
        for mean in (model.released_mean, model.mean_concentration):
            none, three, thirty = (mean([300], *pair, carrier)[0] for pair in OPTIMA[carrier])
            assert three > thirty > none


def test_most_of_the_difference_between_the_schemes_is_the_average():
    s = setting()
    volume = np.linspace(0, 1, model.NODES) ** 2
    grid = _carrier_grid.released(s, model.NODES)
    weighed = replace(grid, weights=volume / volume.sum())
    released, solved = (mean([300], 8.51e-7, 3.35e-7)[0] for mean in (model.released_mean, model.mean_concentration))
    by_volume = _carrier_grid.mean_course(weighed, np.array([300.0]), DEXTRAN_70.circulation)[0]
    assert abs(by_volume - solved) < 0.6 * (solved - released)
    assert by_volume > solved > 1.5 * released


class TestConservation:
    def test_what_enters_stays_or_leaves_at_the_edge(self):
        grid = _carrier_grid.conservative(setting(), 60)
        c = np.random.default_rng(3).random(60)
        change = grid.weights @ (grid.matrix @ c)
        # Without the edge a closed system neither gains nor loses but by the wall.
        fluid_out = -change - grid.weights @ (_given_back(grid, 60) * c)
        assert fluid_out > 0
        inner = c.copy()
        inner[-1] = 0  # nothing stands at the edge, nothing leaves
        loss = grid.weights @ (grid.matrix @ inner) + grid.weights @ (_given_back(grid, 60) * inner)
        assert loss == pytest.approx(0, abs=1e-9 * np.abs(grid.matrix).max())

    def test_an_unhindered_particle_comes_to_the_concentration_of_the_blood(self):
        # No diffusion to speak of and wide pores: the fluid inside is plasma.
        carrier = Carrier(1e-3, 1e-12, 1e12)
        mean = model.mean_concentration([1e3], 1e-4, 1e-6, carrier, nodes=100)[0]
        assert mean == pytest.approx(1, abs=1e-3)

    def test_no_more_than_in_the_blood(self):
        for pair in OPTIMA[DEXTRAN_70]:
            means = model.mean_concentration(np.linspace(0, 4e4, 20), *pair)
            assert means[0] == 0
            assert np.all((means >= 0) & (means < 1))

    def test_converges_with_the_number_of_shells(self):
        means = [model.mean_concentration([300], 8.51e-7, 3.35e-7, nodes=n)[0] for n in (25, 50, 100, 200)]
        steps = np.abs(np.diff(means))
        assert np.all(steps[1:] < 0.75 * steps[:-1])
        assert steps[-1] < 0.02 * means[-1]


def _given_back(grid, nodes):
    """Rate at which each shell gives back to the vessels: minus the sum over the columns, by volume, of the rest."""
    s = setting()
    faces = np.linspace(0, 1, nodes + 1)
    alpha = fluid_pressure.filtration_ratio(1.0, s.filtration, s.surface, s.conductivity)
    volume = np.diff(faces**3) / 3
    # Fluid that enters a shell, by integrating its filtration numerically
    fine = np.linspace(faces[:-1], faces[1:], 401)
    enters = s.filtration * s.surface * s.vessel * (1 - fluid_pressure.pressure(1 - fine, alpha))
    mean = np.trapezoid(enters * fine**2, fine, axis=0) / volume
    peclet = mean * s.slowed / (s.permeability * s.surface)
    return s.permeability * s.surface * peclet / np.expm1(peclet)


class TestLimits:
    def test_exchange_alone(self):
        # Hardly any fluid: diffusion and exchange in a sphere whose edge is kept at 0, by a series of modes.
        carrier, t = Carrier(6.5, 4e-5, 1e9), 300.0
        lp = 1e-9
        k = setting(lp, 1e-3, carrier)
        exchange = k.permeability * k.surface
        n = np.arange(1, 20_000)
        rates = carrier.diffusion * (n * np.pi) ** 2 + exchange
        exact = np.sum(6 / (n * np.pi) ** 2 * exchange * -np.expm1(-rates * t) / rates)
        assert model.mean_concentration([t], lp, 1e-3, carrier, nodes=200)[0] == pytest.approx(exact, rel=2e-3)

    def test_another_solver_of_the_released_equations(self):
        s = setting(2.8e-6, 2.03e-6)
        grid = _carrier_grid.released(s, 40)
        run = solve_ivp(
            lambda t, c: grid.matrix @ c + grid.source * np.exp(-t / DEXTRAN_70.circulation),
            (0, 300),
            np.zeros(40),
            method="LSODA",
            rtol=1e-10,
            atol=1e-13,
        )
        mean = model.released_mean([300], 2.8e-6, 2.03e-6, nodes=40)[0]
        assert mean == pytest.approx(run.y[:, -1].mean(), rel=1e-7)

    def test_a_particle_wider_than_the_pores_stays_in_the_blood(self):
        big = Carrier(500.0, 1e-8)
        assert model.mean_concentration([300], 8.51e-7, 3.35e-7, big)[0] == 0
        assert vessel_pores.pore_radius(8.51e-7) < 500

    def test_times_one_by_one_and_together(self):
        times = [10.0, 20.0, 30.0, 300.0]
        together = model.mean_concentration(times, 8.51e-7, 3.35e-7)
        alone = [model.mean_concentration([t], 8.51e-7, 3.35e-7)[0] for t in times]
        np.testing.assert_allclose(together, alone, rtol=1e-9)

    def test_measured_curve_rises_first_with_the_permeability(self):
        assert model.measured_mean(1e-3, 1e-6, 1e5) == pytest.approx(2e-7, rel=1e-5)


def test_pressure_and_ratio_are_inverse():
    ratio = model.tissue_over_wall([0.5, 5.0, 20.0], 0.2, Tumour(0.3, 150.0, 30.0))
    alpha = fluid_pressure.filtration_ratio(0.3, 1.0, 150.0, ratio)
    np.testing.assert_allclose(30 * fluid_pressure.pressure(0.2, alpha), [0.5, 5.0, 20.0], rtol=1e-10)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (model.tissue_over_wall, dict(pressure=25.0), "pressure"),
        (model.tissue_over_wall, dict(pressure=5.0, depth=0), "depth"),
        (model.measured_mean, dict(t=-1, effective=1, circulation=1), "t"),
        (model.measured_mean, dict(t=1, effective=0, circulation=1), "effective"),
        (model.mean_concentration, dict(t=[2, 1], filtration=1, conductivity=1), "t"),
        (model.mean_concentration, dict(t=[1], filtration=0, conductivity=1), "filtration"),
        (model.released_mean, dict(t=[1], filtration=1e-6, conductivity=np.nan), "conductivity"),
        (model.released_mean, dict(t=[1], filtration=1e-6, conductivity=1e-6, nodes=2), "nodes"),
        (model.mean_concentration, dict(t=[1e9], filtration=1e-6, conductivity=1e3), "t, filtration, conductivity"),
        (model.fitted, dict(effective=1e-6, low=2, high=1), "high"),
        (Carrier, dict(radius=0), "radius"),
        (Tumour, dict(vessel=-1), "vessel"),
    ],
)
def test_bad_arguments_are_named(function, arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        function(**arguments)


def test_most_of_the_gain_is_by_the_tissue():
    (wall, tissue), (wall3, tissue3), _ = OPTIMA[DEXTRAN_70]
    for mean in (model.mean_concentration, model.released_mean):
        none, by_wall, by_tissue = (
            mean([300], *pair)[0] for pair in ((wall, tissue), (wall3, tissue), (wall, tissue3))
        )
        assert none < by_wall < by_tissue
