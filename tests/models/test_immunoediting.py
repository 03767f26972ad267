"""Neoantigens, escape and blockade: the authors' formula, identities, limits, and direct simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ncx2, skellam

from resistance.models import immunoediting

selections = st.floats(-5, -0.05)
loads = st.floats(0, 2000)


class TestAuthorsFormula:
    """Lakatos et al. 2020: README and code of CloneGrowthSimulation."""

    def test_death_rates(self):
        np.testing.assert_allclose(immunoediting.death_rate([0, 0.5, 1], -0.8), [0.1, 0.46, 0.82], atol=1e-15)

    def test_defaults(self):
        assert (immunoediting.DEATH, immunoediting.ANTIGENIC) == (0.1, 0.075)
        assert (immunoediting.MEAN, immunoediting.ESCAPE) == (0.2, 1e-6)

    def test_a_strong_antigen_makes_death_exceed_birth(self):
        assert immunoediting.death_rate(1.5, -0.8) == pytest.approx(1.18)
        assert immunoediting.establishment(1.5, -0.8) == 0

    @given(st.floats(0, 3), selections, st.floats(0.01, 0.99))
    def test_establishment_is_one_less_death_over_birth(self, a, s, d0):
        expected = max(0.0, 1 - float(immunoediting.death_rate(a, s, d0)))
        assert immunoediting.establishment(a, s, d0) == pytest.approx(expected, abs=1e-12)


class TestSimulation:
    """Chains of births and deaths, which know nothing of the closed forms."""

    @staticmethod
    def survive(antigenicity, rng, lines=20_000, enough=400):
        """Share of lines that reach ``enough`` cells; from there extinction has a chance below 1e-30."""
        death = float(immunoediting.death_rate(antigenicity, -0.8))
        cells = np.ones(lines, dtype=int)
        while (active := (cells > 0) & (cells < enough)).any():
            cells[active] += np.where(rng.random(active.sum()) < 1 / (1 + death), 1, -1)
        return np.mean(cells > 0)

    @pytest.mark.parametrize("antigenicity", [0.2, 0.5, 1.0])
    def test_establishment(self, antigenicity):
        share = self.survive(antigenicity, np.random.default_rng(20261127))
        expected = float(immunoediting.establishment(antigenicity, -0.8))
        assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / 20_000)

    @staticmethod
    def founders(mutations, rng, size=400_000):
        number = rng.poisson(mutations * immunoediting.ANTIGENIC, size)
        return rng.standard_gamma(np.maximum(number, 1e-300)) * immunoediting.MEAN * (number > 0)

    @pytest.mark.parametrize("mutations", [10, 60, 150])
    def test_founders(self, mutations):
        a = self.founders(mutations, np.random.default_rng(mutations))
        for drawn, expected in [
            (a > 1.25, immunoediting.vulnerable(mutations, -0.8)),
            (0.9 * np.maximum(0, 1 - 0.8 * a), immunoediting.founding(mutations, -0.8)),
        ]:
            assert abs(np.mean(drawn) - expected) < 4 * np.std(drawn) / math.sqrt(a.size)

    def test_neoantigens_are_depleted_in_a_growing_tumour_and_neutral_mutations_are_not(self):
        """A mutation at a tenth of 100 cells, followed cell by cell to 4,000: the sign of the paper's figures."""
        rng, kept = np.random.default_rng(5), {}
        for a in (0.0, 0.5):
            with_it = float(immunoediting.death_rate(a, -0.8))
            cells = np.tile([10, 90], (240, 1))
            while (active := np.flatnonzero(cells.sum(axis=1) < 4_000)).size:
                rates = np.cumsum(cells[active][:, [0, 0, 1, 1]] * [1, with_it, 1, 0.1], axis=1)
                event = np.sum(rates < rng.random(active.size)[:, None] * rates[:, -1:], axis=1)
                cells[active, event // 2] += np.where(event % 2, -1, 1)
            kept[a] = cells[:, 0] / cells.sum(axis=1)
        assert np.mean(kept[0.0]) == pytest.approx(0.1, abs=0.01)
        assert np.mean(kept[0.5]) == pytest.approx(immunoediting.clone_frequency(0.1, 40, 0.5, -0.8), abs=0.01)


class TestIdentities:
    @given(st.floats(0.1, 500), st.floats(0.1, 500))
    def test_exceedance_is_the_tail_of_a_difference_of_poisson_numbers(self, n, y):
        ours = immunoediting.exceedance(y, n, 1.0)
        assert ours == pytest.approx(skellam.sf(0, n, y), abs=1e-9)
        assert ours == pytest.approx(ncx2.cdf(2 * n, 2, 2 * y), abs=1e-9)

    def test_nothing_to_exceed_is_any_antigen(self):
        assert immunoediting.exceedance(0, 3.0) == pytest.approx(-math.expm1(-3), rel=1e-14)
        assert immunoediting.exceedance(1.0, 0) == 0

    @given(loads, selections)
    def test_vulnerable_is_exceedance_at_the_threshold(self, m, s):
        expected = immunoediting.exceedance(-1 / s, m * immunoediting.ANTIGENIC)
        assert immunoediting.vulnerable(m, s) == pytest.approx(expected, rel=1e-9, abs=1e-300)

    @given(loads, selections)
    def test_a_founder_either_may_grow_or_is_vulnerable(self, m, s):
        assert immunoediting.founding(m, s, 0.1) <= 0.9 * (1 - immunoediting.vulnerable(m, s)) + 1e-12

    @given(loads, selections)
    def test_founding_is_the_integral_of_the_distribution(self, m, s):
        """``E[max(0, 1 - A/x)]`` is the mean of ``P(A <= a)`` for ``a`` from 0 to ``x``."""
        nodes, weights = np.polynomial.legendre.leggauss(60)
        at = -1 / s * (nodes + 1) / 2
        mean = np.sum(weights * (1 - immunoediting.exceedance(at, m * immunoediting.ANTIGENIC))) / 2
        assert immunoediting.founding(m, s, 0.1) == pytest.approx(0.9 * mean, abs=1e-6)

    @given(st.floats(1, 1e9), st.floats(1, 1e9), st.floats(0, 2), selections)
    def test_growth_in_two_steps_is_growth_in_one(self, first, second, a, s):
        step = immunoediting.clone_frequency(1.0, first, a, s)
        if step > 1e-200:
            two = immunoediting.clone_frequency(step, second, a, s)
            assert two == pytest.approx(immunoediting.clone_frequency(1.0, first * second, a, s), rel=1e-9)

    @given(loads, selections, st.floats(0, 1))
    def test_shares_are_products(self, m, s, lost):
        behind = immunoediting.sheltered(m + 1, s)
        expected = behind * (1 - lost) * immunoediting.vulnerable(m + 1, s)
        assert immunoediting.shrinking(m + 1, s, lost) == pytest.approx(expected, rel=1e-12)

    def test_mutations_escape_independently(self):
        kept = 1 - immunoediting.escaped([3, 4, 7], 0.2)
        assert kept[0] * kept[1] == pytest.approx(kept[2], rel=1e-14)


class TestLimits:
    def test_neutral(self):
        assert immunoediting.vulnerable(1e4, 0) == 0
        assert immunoediting.founding(1e4, 0, 0.3) == 0.7
        assert immunoediting.clone_frequency(0.2, 1e9, 3.0, 0.0) == 0.2
        assert immunoediting.sheltered(1e4, 0) == pytest.approx(immunoediting.escaped(1e4))
        assert immunoediting.shrinking(1e4, 0) == 0

    def test_few_mutations_need_no_shield_and_many_cannot_do_without(self):
        few, many = immunoediting.sheltered([1, 2000], -0.8)
        assert few < 1e-5
        assert many == pytest.approx(1, abs=1e-12)

    def test_response_rises_with_the_load_up_to_what_loss_of_antigens_leaves(self):
        shares = immunoediting.shrinking(np.geomspace(1, 3000, 50), -0.8, lost=0.4)
        assert np.all(np.diff(shares) >= 0)
        assert shares[-1] == pytest.approx(0.6, abs=1e-9)

    def test_the_whole_series_is_used_far_from_the_middle(self):
        assert immunoediting.exceedance(1e4, 1e5, 0.1) == pytest.approx(0.5, abs=0.01)
        assert immunoediting.founding(3e5, -0.8) == 0
        assert immunoediting.founding(1, -2e-4) == pytest.approx(0.9 * (1 - 0.075 / 25_000), rel=1e-12)

    def test_arrays_are_their_elements(self):
        m, s = np.array([[5.0], [50.0], [500.0]]), np.array([-0.3, -0.8])
        for function in (immunoediting.vulnerable, immunoediting.founding, immunoediting.shrinking):
            table = function(m, s)
            assert table.shape == (3, 2)
            for i, j in np.ndindex(3, 2):
                assert table[i, j] == pytest.approx(function(m[i, 0], s[j]), rel=1e-12)


class TestInvalid:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: immunoediting.death_rate(-1, -0.8), "antigenicity must be finite and at least 0, got -1"),
            (lambda: immunoediting.death_rate(1, 0.8), "selection must be finite and at most 0, got 0.8"),
            (lambda: immunoediting.establishment(1, -0.8, 1), "death must be between 0 and 1, ends excluded, got 1"),
            (lambda: immunoediting.clone_frequency(0, 2, 1, -1), "frequency must be above 0 and at most 1, got 0"),
            (lambda: immunoediting.clone_frequency(0.1, 0.5, 1, -1), "growth must be finite and at least 1, got 0.5"),
            (lambda: immunoediting.exceedance(1, math.nan), "antigens must be finite and at least 0, got nan"),
            (lambda: immunoediting.exceedance(1, 1, 0), "mean must be finite and above 0, got 0"),
            (lambda: immunoediting.exceedance(1, 2e5), "must give at most 100000 neoantigens"),
            (lambda: immunoediting.vulnerable(10, -1e-9), "must give at most 100000 neoantigens"),
            (lambda: immunoediting.vulnerable(10, -0.8, 1.5), "antigenic must be between 0 and 1, got 1.5"),
            (lambda: immunoediting.vulnerable(np.ones(10_000), -2e-4), "must give at most .* combinations, not 10000"),
            (lambda: immunoediting.founding("many", -0.8), "mutations must be a number or an array of numbers"),
            (lambda: immunoediting.escaped(1, 1), "rate must be at least 0 and below 1, got 1"),
            (lambda: immunoediting.sheltered(3e5, -0.8, 0), "must give a tumour that can arise"),
            (lambda: immunoediting.shrinking(10, -0.8, 2), "lost must be between 0 and 1, got 2"),
            (lambda: immunoediting.shrinking([1, 2], [-1, -2, -3]), "shapes that fit together"),
        ],
    )
    def test_message_names_argument_and_value(self, call, message):
        with pytest.raises(ValueError, match=message):
            call()
