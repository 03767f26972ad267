"""Tumour DNA in the blood: published numbers, identities, a differential equation, refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from resistance.models.ctdna_shedding import (
    LUNG,
    RELAPSE,
    Shedding,
    cells,
    circulating,
    diameter,
    elimination,
    lead_time,
)


class TestPublished:
    def test_a_cubic_centimetre(self):
        """Preprint: 1.7 genomes in 15 ml; figure 1: 0.21 per ml of plasma."""
        assert circulating(1e9) * 0.015 / 5 == pytest.approx(1.7, abs=0.05)
        assert circulating(1e9) / (5000 * 0.55) == pytest.approx(0.21, abs=0.005)

    def test_doubling_time_of_early_lung_cancer(self):
        """181 days, rounded to rates of three digits."""
        assert lead_time(1.0, 2.0) == pytest.approx(181, abs=10)


class TestCirculating:
    def test_is_where_shedding_and_elimination_settle(self):
        """G / M of a growing tumour, from any start."""

        def change(_, y):
            return [LUNG.death * LUNG.shed - (elimination(30.0) + LUNG.birth - LUNG.death) * y[0]]

        end = solve_ivp(change, (0, 2), [0.0], rtol=1e-11, atol=1e-20, method="LSODA").y[0, -1]
        assert circulating(1.0) == pytest.approx(end, rel=1e-8)

    def test_is_in_proportion_to_cells(self):
        np.testing.assert_allclose(circulating([0, 1e9, 3e9]), circulating(1e9) * np.array([0, 1, 3]))

    def test_of_slow_elimination_follows_the_tumour(self):
        """Nothing leaves the blood: every death that ever was has shed, d / (b - d) of the cells alive now."""
        forever = Shedding(birth=0.2, death=0.1, shed=1.0, half_life=1e30)
        assert circulating(100.0, forever) == pytest.approx(100.0)

    def test_declining_tumour_has_more_dna_for_its_size(self):
        assert circulating(1e9, Shedding(birth=0.1, death=0.136)) > circulating(1e9, Shedding(birth=0.14, death=0.136))


class TestSizes:
    def test_sphere(self):
        assert cells(1.0) == pytest.approx(523_598_775.6, rel=1e-9)
        np.testing.assert_allclose(diameter(cells([0, 0.83, 3.5])), [0, 0.83, 3.5])

    def test_lead_time(self):
        assert lead_time(1e9, 1e9) == 0
        assert lead_time(1e8, 1e9, RELAPSE) == pytest.approx(np.log(10) / 0.01)
        assert lead_time(1e9, 1e9 * (1 + 1e-13)) == pytest.approx(1e-13 / 0.004, rel=2e-3)


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "value"),
        [("birth", -1), ("death", 0), ("shed", 0), ("shed", 1.1), ("half_life", 0), ("half_life", np.inf)],
    )
    def test_rates(self, name, value):
        with pytest.raises(ValueError, match=f"^{name} must be"):
            Shedding(**{name: value})

    def test_dna_of_a_tumour_that_vanishes_faster_than_it(self):
        with pytest.raises(ValueError, match=r"^death must be below birth and the elimination"):
            Shedding(birth=0.1, death=1.0, half_life=1e6)

    def test_amounts(self):
        for call in (lambda: cells(-1), lambda: diameter(np.nan), lambda: circulating([1, -1]), lambda: elimination(0)):
            with pytest.raises(ValueError, match=r"^(diameter|cells|half_life) must be"):
                call()

    def test_lead_time(self):
        with pytest.raises(ValueError, match=r"^later must be at least found"):
            lead_time(2.0, 1.0)
        with pytest.raises(ValueError, match=r"must give a tumour that grows"):
            lead_time(1.0, 2.0, Shedding(birth=0.1, death=0.1))
