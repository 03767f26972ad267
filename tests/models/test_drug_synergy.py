"""Two drugs together: limits, identities, the four-state chain solved another way, and the public package synergy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from synergy.combination import HSA, Bliss, Loewe, MuSyC
from synergy.single import Hill

from resistance.models import drug_synergy as two

fractions = st.floats(0, 1)
doses = st.floats(1e-3, 1e3)
slopes = st.floats(0.3, 4)
NAMES = ("d1", "d2", "e0", "e1", "e2", "e3", "c1", "c2", "h1", "h2", "a12", "a21", "g12", "g21")
POINT = dict(zip(NAMES, (1, 1, 1, 0.5, 0.3, 0, 1, 1, 0.8, 1.4, 0.5, 2, 1, 1), strict=True))


def drawn(number: int, seed: int = 3) -> list[dict[str, float]]:
    """Parameters of surfaces, all of them varied."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        effects = {"e0": rng.uniform(0.8, 1.2), "e1": rng.uniform(0, 0.7), "e2": rng.uniform(0, 0.7), "e3": 0.0}
        rest = {name: float(np.exp(rng.uniform(-1.5, 1.5))) for name in NAMES[6:]}
        found.append(effects | {"e3": rng.uniform(-0.3, 0.7)} | rest)
    return found


def ring(d1, d2, c1, c2, h1, h2, a12, a21, g12, g21):
    """Steady state of the chain by linear algebra, from its rates."""
    there = {(0, 1): (d1 / c1) ** h1, (0, 2): (d2 / c2) ** h2}
    there |= {(2, 3): (a21 * d1 / c1) ** (h1 * g21), (1, 3): (a12 * d2 / c2) ** (h2 * g12)}
    change = np.zeros((4, 4))
    for (start, end), rate in there.items():
        for source, target, speed in ((start, end, rate), (end, start, 1.0)):
            change[target, source] += speed
            change[source, source] -= speed
    return np.linalg.solve(np.vstack([change[1:], np.ones(4)]), [0, 0, 0, 1])


class TestPackage:
    """synergy 1.0.0 by the authors of MuSyC; only compared with, nothing is taken from it."""

    def test_surfaces_of_two_hundred_sets(self):
        rng = np.random.default_rng(11)
        for place in drawn(200):
            d1, d2 = np.exp(rng.uniform(-3, 3, (2, 5)))
            named = {key.upper() if key[0] in "ec" else key: place[key] for key in NAMES[2:10]}
            shifts = {f"{word}{pair}": place[f"{word[0]}{pair}"] for word in ("alpha", "gamma") for pair in (12, 21)}
            theirs = MuSyC(**named, **shifts).E(d1, d2)
            np.testing.assert_allclose(two.musyc(d1, d2, **place), theirs, rtol=0, atol=1e-10)

    def test_scores_of_one_surface(self):
        first, second = Hill(E0=1, Emax=0.2, h=1.3, C=2), Hill(E0=1, Emax=0.1, h=0.8, C=0.5)
        d1, d2 = np.array([0.5, 1, 3]), np.array([0.1, 0.4, 0.9])
        both = two.musyc(d1, d2, 1, 0.2, 0.1, 0.05, 2, 0.5, 1.3, 0.8, 1.5, 0.7)
        alone = two.hill(d1, 1, 0.2, 2, 1.3), two.hill(d2, 1, 0.1, 0.5, 0.8)
        pair = {"drug1_model": first, "drug2_model": second}
        np.testing.assert_allclose(two.bliss_excess(*alone, both), Bliss(**pair).fit(d1, d2, both), atol=1e-12)
        theirs = HSA(**pair).fit(d1, d2, both)
        np.testing.assert_allclose(two.highest_single_agent_excess(*alone, both), theirs, atol=1e-12)
        ours = two.loewe_index(d1, d2, both, 1, 0.2, 0.1, 2, 0.5, 1.3, 0.8)
        np.testing.assert_allclose(ours, Loewe(mode="CI", **pair).fit(d1, d2, both), rtol=1e-10)

    def test_the_point_of_the_table(self):
        their = MuSyC(
            E0=1, E1=0.5, E2=0.3, E3=0, h1=0.8, h2=1.4, C1=1, C2=1, alpha12=0.5, alpha21=2, gamma12=1, gamma21=1
        )
        assert their.E(np.array([1.0]), np.array([1.0]))[0] == pytest.approx(0.486625, abs=1e-6)
        assert two.musyc(**POINT) == pytest.approx(0.486625, abs=1e-6)
        assert two.efficacy_synergy(1, 0.5, 0.3, 0) == pytest.approx(their.beta)


class TestChain:
    @pytest.mark.parametrize("place", drawn(40, seed=5))
    def test_the_sums_over_trees_are_the_steady_state(self, place):
        rest = [place[name] for name in NAMES[6:]]
        for d1, d2 in ((0.0, 0.0), (0.3, 0.0), (0.0, 2.0), (0.3, 2.0), (7.0, 0.01)):
            np.testing.assert_allclose(two.states(d1, d2, *rest), ring(d1, d2, *rest), atol=1e-12)

    @given(doses, doses, slopes, slopes, st.floats(0, 10), st.floats(0, 10))
    def test_fractions_sum_to_one(self, d1, d2, h1, h2, a12, a21):
        assert sum(two.states(d1, d2, 1, 1, h1, h2, a12, a21)) == pytest.approx(1, abs=1e-14)

    def test_of_doses_that_no_double_holds_as_a_quotient(self):
        np.testing.assert_array_equal(two.states(1e300, 1e-300, 1e-300, 1, 3, 2), [0, 1, 0, 0])
        far = two.states(1e-200, 0, 1e200, 1, 0.01)
        assert far[1] == pytest.approx(1e-4, rel=2e-4)


class TestLimits:
    @given(doses, slopes)
    def test_one_drug_is_its_curve(self, dose, slope):
        alone = two.hill(dose, 1, 0.2, 3, slope)
        assert two.musyc(dose, 0, 1, 0.2, 0.4, 0, 3, 1, slope, 2, 5, 7, 2, 3) == pytest.approx(alone, rel=1e-12)
        assert two.musyc(0, dose, 1, 0.4, 0.2, 0, 1, 3, 2, slope, 5, 7, 2, 3) == pytest.approx(alone, rel=1e-12)

    def test_no_dose_half_dose_high_dose(self):
        np.testing.assert_allclose(two.hill([0, 3, 1e30], 1, 0.2, 3, 2), [1, 0.6, 0.2])
        assert two.musyc(1e9, 1e9, 1, 0.5, 0.4, 0.1, 1, 1) == pytest.approx(0.1, abs=1e-7)

    def test_a_drug_that_shuts_the_other_out(self):
        """With both factors 0 neither drug reaches a cell that the other has taken, so the third state is empty."""
        shares = two.states(2, 3, 1, 1, a12=0, a21=0)
        np.testing.assert_allclose(shares, np.array([1, 2, 3, 0]) / 6)

    def test_more_potency_never_weakens(self):
        effects = two.musyc(1, 1, 1, 0.5, 0.4, 0, 1, 1, a12=[0.1, 1, 10], a21=[0.1, 1, 10])
        assert np.all(np.diff(effects) < 0)


class TestIdentities:
    @given(doses, doses, fractions, fractions, slopes, slopes)
    def test_no_interaction_is_bliss(self, d1, d2, e1, e2, h1, h2):
        both = two.musyc(d1, d2, 1, e1, e2, e1 * e2, 2, 0.5, h1, h2)
        first, second = two.hill(d1, 1, e1, 2, h1), two.hill(d2, 1, e2, 0.5, h2)
        assert both == pytest.approx(first * second, abs=1e-12)
        assert two.bliss_excess(first, second, min(max(both, 0), 1)) == pytest.approx(0, abs=1e-12)

    @given(doses, doses, st.floats(0, 0.9), slopes)
    def test_a_drug_with_itself_is_additive_for_loewe(self, d1, d2, emax, slope):
        both = two.hill(d1 + d2, 1, emax, 3, slope)
        index = two.loewe_index(d1, d2, both, 1, emax, emax, 3, 3, slope, slope)
        assert np.isnan(index) or abs(both - emax) < 1e-6 or both > 1 - 1e-6 or index == pytest.approx(1, rel=1e-6)

    def test_bliss_calls_the_same_drug_antagonistic_or_synergistic_by_its_slope(self):
        def excess(slope: float) -> float:
            one, double = two.hill([0.3, 0.6], 1, 0, 1, slope)
            return two.bliss_excess(one, one, double)

        assert excess(1) < 0 < excess(4)
        assert two.bliss_excess(0.5, 0.5, 1 / 3) == pytest.approx(-1 / 12)  # h = 1 at the half-effective dose

    @given(doses, st.floats(0, 0.9), slopes)
    def test_dose_and_effect_are_inverse(self, dose, emax, slope):
        effect = two.hill(dose, 1, emax, 3, slope)
        if emax + 1e-6 < effect < 1 - 1e-6:
            assert two.dose_alone(effect, 1, emax, 3, slope) == pytest.approx(dose, rel=1e-6)

    def test_a_stimulant_has_a_dose_too(self):
        assert two.dose_alone(1.5, 1, 2, 3) == pytest.approx(3)

    def test_loewe_by_bisection(self):
        """The index is 1 at the effect that dose additivity expects, found from the curves alone."""

        def left(effect: float) -> float:
            found = [
                brentq(lambda d, c=c, h=h: two.hill(d, 1, 0, c, h) - effect, 0, 1e6) for c, h in ((2, 1.2), (5, 2))
            ]
            return 1 / found[0] + 2 / found[1] - 1

        expected = brentq(left, 0.01, 0.99, xtol=1e-14)
        assert two.loewe_index(1, 2, expected, 1, 0, 0, 2, 5, 1.2, 2) == pytest.approx(1, rel=1e-9)

    def test_the_three_references_disagree_about_one_number(self):
        """h = 2 and doses of C/2 each: 0.8 alone, 0.6 together."""
        alone = two.hill(0.5, 1, 0, 1, 2)
        assert two.highest_single_agent_excess(alone, alone, 0.6) == pytest.approx(0.2)
        assert two.bliss_excess(alone, alone, 0.6) == pytest.approx(0.04)
        assert two.loewe_index(0.5, 0.5, 0.6, 1, 0, 0, 1, 1, 2, 2) > 1

    def test_efficacy_is_zero_at_the_stronger_drug(self):
        np.testing.assert_allclose(two.efficacy_synergy(1, 0.5, 0.3, [0.3, 0, 0.5]), [0, 3 / 7, -2 / 7])


class TestUndefined:
    def test_loewe_beyond_the_weaker_drug(self):
        index = two.loewe_index(1, 1, [0.6, 0.5, 0.3, 1.0], 1, 0.5, 0.1, 1, 1)
        np.testing.assert_array_equal(np.isnan(index), [False, True, True, True])
        np.testing.assert_array_equal(np.isnan(two.dose_alone([0.2, 1.2, 0.5], 1, 0.2, 1)), [True, True, False])

    @pytest.mark.parametrize(
        ("name", "value"),
        [("d1", -1), ("d2", np.inf), ("c1", 0), ("c2", np.nan), ("h1", 0), ("a12", -0.1), ("g21", 0), ("e3", np.nan)],
    )
    def test_argument_and_value_are_named(self, name, value):
        with pytest.raises(ValueError, match=rf"{name} .*got {value}"):
            two.musyc(**POINT | {name: value})

    def test_survival_outside_its_range(self):
        with pytest.raises(ValueError, match=r"both .*got 1.2"):
            two.bliss_excess(0.5, 0.5, 1.2)
        with pytest.raises(ValueError, match=r"second .*got -0.1"):
            two.highest_single_agent_excess(0.5, -0.1, 0.2)

    def test_efficacy_without_effect(self):
        with pytest.raises(ValueError, match=r"e0 .*got 0.3"):
            two.efficacy_synergy(0.3, 0.5, 0.3, 0)
