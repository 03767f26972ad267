"""A protected niche and mutation: closed forms, limits, the threshold of migration, and the first mutant."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import first_mutant, sanctuary

rates = st.floats(0.05, 3)
migration = st.floats(0, 5)
small = st.floats(0, 0.1)


class TestPublished:
    """Fu, Nowak and Bonhoeffer state in words what is asked of the numbers here; no figure of theirs was seen."""

    def test_the_first_mutant_is_likelier_to_arise_in_the_sanctuary(self):
        for m in (0, 0.01, 0.05, 0.1, 0.125, 0.5):
            assert first_mutant.first_mutant(10, 90, m).share > 0.5

    def test_migration_helps_escape_up_to_a_threshold_and_hinders_it_beyond(self):
        still, slow, fast = (sanctuary.escape(10, 90, m) for m in (0, 0.01, 0.5))
        assert slow > still > fast


class TestClosedForms:
    def test_one_type(self):
        np.testing.assert_array_equal(sanctuary.single_type(1, [0, 0.5, 0.9, 1, 1.5]), [0, 0.5, 0.9, 1, 1])
        one = sanctuary.lineages(0.0, mutation=0.0)
        assert one.sensitive_s == pytest.approx(0.9, abs=1e-14)
        assert one.sensitive_e == 1
        assert one.resistant_s == one.resistant_e == pytest.approx(0.9, abs=1e-14)

    def test_isolated_compartments_with_mutation(self):
        one = sanctuary.lineages(0.0)
        assert one.sensitive_e == pytest.approx(0.9998005184, abs=1e-10)
        assert one.sensitive_s == pytest.approx(0.9, abs=1e-10)
        assert sanctuary.escape(10, 90, 0.0) == pytest.approx(0.65753, abs=1e-5)

    @given(rates, rates, small, st.floats(0, 1))
    def test_isolated_is_the_smaller_root(self, birth, death, mutation, mutant):
        q = sanctuary.isolated(birth, death, mutation, mutant)
        assert 0 <= q <= 1 + 1e-12
        residual = (1 - mutation) * birth * q**2 + (birth * mutation * mutant - birth - death) * q + death
        assert residual == pytest.approx(0, abs=1e-10)
        # The other root is the product of the roots over this one, and not below it.
        assert q <= death / ((1 - mutation) * birth * q) * (1 + 1e-6)

    @given(rates, rates, rates, rates, rates, small)
    def test_no_migration_is_two_isolated_compartments(self, birth, s0, e0, s1, e1, mutation):
        one = sanctuary.lineages(0.0, birth=birth, sensitive=(s0, e0), resistant=(s1, e1), mutation=mutation)
        for computed, death, mutant in [(one.sensitive_s, s0, one.resistant_s), (one.sensitive_e, e0, one.resistant_e)]:
            expected = sanctuary.isolated(birth, death, mutation, mutant)
            # Where birth and death nearly balance, a double root can be found to half the digits only.
            assert computed == pytest.approx(expected, abs=1e-7)

    def test_equal_compartments_are_one(self):
        one = sanctuary.lineages([0, 0.3, 5], sensitive=(1.2, 1.2))
        expected = sanctuary.isolated(1, 1.2, 1e-3, 0.9)
        np.testing.assert_allclose(one.sensitive_s, expected, atol=1e-10)
        np.testing.assert_allclose(one.sensitive_e, expected, atol=1e-10)

    def test_fast_exchange_averages_the_death_rates(self):
        one = sanctuary.lineages(1e7)
        assert one.sensitive_s == pytest.approx(sanctuary.isolated(1, 1.2, 1e-3, 0.9), abs=1e-7)


class TestEquations:
    @settings(max_examples=200)
    @given(migration, migration, rates, rates, rates, rates, rates, small)
    def test_roots_solve_the_equations_and_are_probabilities(self, m, back, birth, s0, e0, s1, e1, mutation):
        one = sanctuary.lineages(m, back, birth, (s0, e0), (s1, e1), mutation)
        for q_s, q_e, d_s, d_e, u in [
            (one.resistant_s, one.resistant_e, s1, e1, 0.0),
            (one.sensitive_s, one.sensitive_e, s0, e0, mutation),
        ]:
            assert 0 <= q_s <= 1 and 0 <= q_e <= 1
            split_s = (1 - u) * q_s**2 + u * q_s * one.resistant_s
            split_e = (1 - u) * q_e**2 + u * q_e * one.resistant_e
            assert d_s + m * q_e + birth * split_s == pytest.approx((birth + d_s + m) * q_s, abs=1e-10)
            assert d_e + back * q_s + birth * split_e == pytest.approx((birth + d_e + back) * q_e, abs=1e-10)

    @given(migration, rates, rates, rates)
    def test_a_line_survives_only_if_the_whole_grows(self, m, birth, d_s, d_e):
        growth = sanctuary.growth_rate(birth - d_s, birth - d_e, m)
        escape = sanctuary.escape(1, 1, m, birth=birth, sensitive=(d_s, d_e), mutation=0.0)
        if growth < -1e-6:
            assert escape == pytest.approx(0, abs=1e-9)
        if growth > 1e-3 and m > 1e-3:
            assert escape > 0

    def test_vectorised_as_single(self):
        m = np.geomspace(1e-3, 10, 7)
        many = sanctuary.escape(10, 90, m)
        assert many.shape == (7,)
        np.testing.assert_array_equal(many, [sanctuary.escape(10, 90, one) for one in m])

    def test_return_can_differ_from_leaving(self):
        assert (
            sanctuary.escape(10, 90, 0.2, back=0.0) < sanctuary.escape(10, 90, 0.2) < sanctuary.escape(10, 90, 0.2, 2.0)
        )


class TestThreshold:
    def test_default(self):
        assert sanctuary.threshold(0.1, -0.5) == 0.125
        assert sanctuary.growth_rate(0.1, -0.5, 0.125) == pytest.approx(0, abs=1e-16)

    def test_where_there_is_none(self):
        np.testing.assert_array_equal(
            sanctuary.threshold([-0.1, 0, 0.5, 0.6, 0.1], [-0.5, -0.5, -0.5, -0.5, 0]), [0, 0, *[math.inf] * 3]
        )

    def test_cells_that_never_return(self):
        assert sanctuary.threshold(0.1, -0.5, back_ratio=0) == pytest.approx(0.1)

    @given(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0, 1))
    def test_growth_changes_sign_there(self, r_s, excess, ratio):
        r_e = -(ratio * r_s + excess)
        m = sanctuary.threshold(r_s, r_e, ratio)
        assert sanctuary.growth_rate(r_s, r_e, m, ratio * m) == pytest.approx(0, abs=1e-9)
        assert (
            sanctuary.growth_rate(r_s, r_e, 0.9 * m, ratio * 0.9 * m)
            > 0
            > sanctuary.growth_rate(r_s, r_e, 1.1 * m, ratio * 1.1 * m)
        )

    def test_without_mutation_nothing_survives_beyond_it(self):
        below, at, above = sanctuary.escape(10, 90, [0.12, 0.125, 0.13], mutation=0.0)
        assert below > 0.05
        assert at == pytest.approx(0, abs=1e-6)
        assert above == pytest.approx(0, abs=1e-9)


class TestCells:
    def test_no_cells_no_escape(self):
        assert sanctuary.escape(0, 0, 0.1) == 0
        assert sanctuary.survive(0, 3, 0.0, 1.0) == 0
        assert sanctuary.survive(1, 0, 0.0, 1.0) == 1

    def test_mutants_need_mutation(self):
        assert sanctuary.mutant_ever(10, 90, 0.1, mutation=0.0) == 0

    @given(migration, rates, rates, st.floats(1e-6, 0.1))
    def test_a_mutant_is_likelier_than_its_success(self, m, d_s, d_e, mutation):
        arises = sanctuary.mutant_ever(10, 90, m, sensitive=(d_s, d_e), mutation=mutation)
        assert sanctuary.escape(10, 90, m, sensitive=(d_s, d_e), mutation=mutation) <= arises + 1e-9

    def test_egress_rate(self):
        m = sanctuary.egress_rate(0.25, 0.03)
        assert m == pytest.approx(0.01)
        assert m / (m + 0.03) == pytest.approx(0.25)


class TestFirstMutant:
    @pytest.mark.parametrize("m", [0, 0.01, 0.125, 1])
    @pytest.mark.parametrize("sensitive", [(0.9, 1.5), (1.1, 1.5), (0.5, 0.5)])
    def test_somewhere_or_never(self, m, sensitive):
        where = first_mutant.first_mutant(10, 90, m, sensitive=sensitive)
        assert where.sanctuary + where.exposed + where.never == pytest.approx(1, abs=1e-7)

    def test_equal_compartments_share_by_cells(self):
        assert first_mutant.first_mutant(10, 90, 0.0, sensitive=(1.3, 1.3), mutation=1e-9).share == pytest.approx(
            0.1, rel=1e-5
        )
        assert first_mutant.first_mutant(50, 50, 0.2, sensitive=(1.3, 1.3)).share == pytest.approx(0.5)

    def test_one_compartment_only(self):
        where = first_mutant.first_mutant(0, 90, 0.0)
        assert where.sanctuary == 0
        assert where.exposed == pytest.approx(1 - sanctuary.isolated(1, 1.5, 1e-3, 0.0) ** 90, abs=1e-8)
        assert math.isnan(first_mutant.first_mutant(0, 0, 0.0).share)

    @pytest.mark.parametrize("m", [0.01, 0.125])
    def test_simulation_agrees(self, m):
        runs, where = 4000, first_mutant.first_mutant(10, 90, m)
        counts = first_mutant.simulate(np.random.default_rng(20150319), runs, 10, 90, m)
        for count, probability in zip(counts, (where.sanctuary, where.exposed), strict=True):
            assert abs(count / runs - probability) < 4 * math.sqrt(probability * (1 - probability) / runs)

    def test_simulation_is_reproducible(self):
        one, two = (first_mutant.simulate(np.random.default_rng(7), 50, 3, 9, 0.05, 0.1) for _ in range(2))
        assert one == two


class TestInvalid:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: sanctuary.single_type(0, 1), "birth must be finite and above 0, got 0"),
            (lambda: sanctuary.isolated(1, 1, 1, 0), "mutation must be at least 0 and below 1, got 1"),
            (lambda: sanctuary.isolated(1, 1, 0, 1.5), "mutant must be between 0 and 1, got 1.5"),
            (lambda: sanctuary.lineages(-0.1), "m must be finite and at least 0, got -0.1"),
            (lambda: sanctuary.lineages(0.1, back=math.nan), "back must be finite and at least 0, got nan"),
            (lambda: sanctuary.lineages(0.1, sensitive=0.9), "sensitive must hold two death rates"),
            (lambda: sanctuary.lineages(0.1, resistant=(1, 2, 3)), "resistant must hold two death rates"),
            (lambda: sanctuary.lineages([0.1, 0.2], sensitive=([1, 1, 1], 1)), "shapes"),
            (lambda: sanctuary.escape(-1, 90, 0.1), "n_s must be finite and at least 0, got -1"),
            (lambda: sanctuary.mutant_ever(1, 1, 0.1, mutation=-1), "mutation must be at least 0 and below 1, got -1"),
            (lambda: sanctuary.threshold(math.inf, 1), "r_s must be finite, got inf"),
            (lambda: sanctuary.egress_rate(1, 0.03), "share must be at least 0 and below 1, got 1"),
            (lambda: first_mutant.first_mutant(1.5, 1, 0.1), "n_s must be a whole number"),
            (lambda: first_mutant.first_mutant(1, 1, 0.1, mutation=0), "mutation must be above 0"),
            (lambda: first_mutant.first_mutant(1, 1, 0.1, mutation=1), "mutation must be above 0 and below 1, got 1"),
            (lambda: first_mutant.first_mutant(1, 1, 0.1, sensitive=3), "sensitive must hold two death rates"),
            (lambda: first_mutant.simulate(3, 10, 1, 1, 0.1), "rng must be a numpy.random.Generator, got 3"),
            (
                lambda: first_mutant.simulate(np.random.default_rng(1), 0, 1, 1, 0.1),
                "runs must be a whole number of at least 1, got 0",
            ),
        ],
    )
    def test_message_names_argument_and_value(self, call, message):
        with pytest.raises(ValueError, match=message):
            call()
