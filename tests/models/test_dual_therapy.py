"""Two drugs together: published failures of 22 patients, limits, and the generating functions of the process."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance import paths
from resistance.models import double_resistance, dual_therapy

RATES = (0.14, 0.13, 0.14, 0.17)
TYPICAL = (1e-9, 50, 50)
with (paths.root() / "data" / "tumour_burdens.csv").open(encoding="utf-8") as file:
    PATIENTS = tuple(csv.DictReader(file))


class TestPublished:
    """Bozic et al. 2013."""

    def test_all_patients_are_there(self):
        assert [row["patient"] for row in PATIENTS] == [f"N{i}" for i in range(1, 23)]

    @pytest.mark.parametrize("row", PATIENTS, ids=lambda row: row["patient"])
    @pytest.mark.parametrize(("column", "n12"), [("failure_apart", 0), ("failure_shared", 1)])
    def test_within_the_rounding_of_the_burden(self, row, column, n12):
        """The burden is printed to two digits and the probability to three decimals, 1 for what rounds to it."""
        cells = float(row["value"])
        half = 10 ** (np.floor(np.log10(cells)) - 1) / 2
        low, high = dual_therapy.failure([cells - half, cells + half], *TYPICAL, n12, *RATES)
        assert low - 5.0001e-4 <= float(row[column]) <= high + 5.0001e-4

    def test_one_drug_fails_in_all(self):
        cells = [float(row["value"]) for row in PATIENTS]
        assert {row["failure_single"] for row in PATIENTS} == {"1"}
        assert np.all(dual_therapy.single_failure(cells, 1e-9, 50, *RATES) > 0.9995)

    def test_eight_patients_would_be_cured_with_95_percent(self):
        cells = np.array([float(row["value"]) for row in PATIENTS])
        assert np.sum(dual_therapy.eradication(cells, *TYPICAL, 0, *RATES) > 0.95) == 8

    def test_slower_division_instead_of_death(self):
        """Printed: 26% if death is raised, 29% if division is suppressed."""
        stopped = (0.14, 0.13, 0.10, 0.13)
        assert dual_therapy.eradication(1e9, *TYPICAL, 1, *RATES) == pytest.approx(0.26, abs=0.005)
        assert dual_therapy.eradication(1e9, *TYPICAL, 1, *stopped) == pytest.approx(0.29, abs=0.005)


def generating(m, u, n1, n2, n12, birth, death, treated_birth, treated_death):
    """Expected lasting lines by the generating functions of the branching process, integrated numerically.

    ``loss`` is the probability that a cell which resists one drug leads to a lasting line: under treatment the root of
    a quadratic, before it a differential equation in the time that is left. Cells that resist one drug arise along the
    exponential growth and decline of the sensitive ones.
    """
    s, growth, fall = 1 - death / birth, birth - death, treated_death - treated_birth
    total = m * u * n12 * (1 + s * treated_birth / fall)
    for first, second in ((n1, n2 + n12), (n2, n1 + n12)):
        p = u * second

        def terms(b, d, p=p):
            """Of ``loss' = -(a loss**2 + b loss + c)``; one daughter of a division is changed with probability p."""
            return b * (1 - p), -2 * b * (1 - p) - b * p * (1 - s) + b + d, -b * p * s

        a, b, c = terms(treated_birth, treated_death)
        start = -2 * c / (b + np.sqrt(b * b - 4 * a * c))
        a, b, c = terms(birth, death)
        made = birth * u * first * m

        def course(t, y, a=a, b=b, c=c, made=made):
            return [-(a * y[0] ** 2 + b * y[0] + c), made * np.exp(-growth * t) * y[0]]

        end = (np.log(m) + 40) / growth
        run = solve_ivp(course, (0, end), [start, 0.0], method="LSODA", rtol=1e-9, atol=1e-30)
        total += run.y[1, -1] + treated_birth / fall * u * first * m * start
    return total


class TestGeneratingFunctions:
    LESIONS = (
        (1e9, *TYPICAL, 1, *RATES),
        (9.8e10, *TYPICAL, 0, *RATES),
        (1e11, *TYPICAL, 0, 1.0, 0.99, 1.0, 1.03),
        (1e8, 1e-8, 20, 90, 0, 0.14, 0.13, 0.10, 0.13),
        (1e12, 1e-10, 5, 5, 0, 2.0, 0.0, 1.0, 3.0),
    )

    @pytest.mark.parametrize("lesion", LESIONS)
    def test_refined_formula(self, lesion):
        exact = -np.expm1(-generating(*lesion))
        assert dual_therapy.refined_failure(*lesion) == pytest.approx(exact, rel=3e-3)

    @pytest.mark.parametrize("lesion", LESIONS)
    def test_formula_of_the_source_is_a_little_higher(self, lesion):
        exact = -np.expm1(-generating(*lesion))
        assert exact < dual_therapy.failure(*lesion) < 1.1 * exact

    def test_published_simulation(self):
        """Table 2 of Bozic et al. 2013, a million runs: 0.53 where their formula gives 0.55."""
        turnover = (1.0, 0.99, 1.0, 1.03)
        assert dual_therapy.refined_failure(1e11, *TYPICAL, 0, *turnover) == pytest.approx(0.53, abs=0.005)
        assert dual_therapy.failure(1e11, *TYPICAL, 0, *turnover) == pytest.approx(0.551, abs=0.001)


lesions = st.tuples(
    st.floats(1e4, 1e13), st.floats(1e-12, 1e-7), st.floats(1, 100), st.floats(1, 100), st.floats(0, 5)
).map(lambda v: (*v, *RATES))


class TestIdentities:
    @given(lesions)
    def test_failure_and_eradication_make_one(self, lesion):
        total = dual_therapy.failure(*lesion) + dual_therapy.eradication(*lesion)
        assert total == pytest.approx(1, abs=1e-12)

    @given(lesions)
    def test_the_drugs_can_be_exchanged(self, lesion):
        m, u, n1, n2, n12, *rates = lesion
        assert dual_therapy.failure(m, u, n2, n1, n12, *rates) == pytest.approx(dual_therapy.failure(*lesion))

    @given(lesions)
    def test_a_drug_that_everything_resists_alike_is_one_drug(self, lesion):
        m, u, n1, *_ = lesion
        assert dual_therapy.failure(m, u, 0, 0, n1, *RATES) == dual_therapy.single_failure(m, u, n1, *RATES)

    @given(lesions, st.floats(0.01, 0.9))
    def test_burden_turns_failure_round(self, lesion, p):
        try:
            cells = dual_therapy.burden(p, *lesion[1:])
        except ValueError:
            return
        assert dual_therapy.failure(cells, *lesion[1:]) == pytest.approx(p, rel=1e-9)

    @given(lesions)
    def test_one_patient_with_one_lesion(self, lesion):
        assert dual_therapy.patient_failure([lesion[0]], *lesion[1:]) == pytest.approx(dual_therapy.failure(*lesion))

    def test_splitting_a_burden_hardly_helps_where_one_mutation_is_enough(self):
        """One step: the number of lines depends on all cells, however they are spread."""
        whole = dual_therapy.failure(1e9, 1e-9, 0, 0, 1, *RATES)
        assert dual_therapy.patient_failure([2e8] * 5, 1e-9, 0, 0, 1, *RATES) == pytest.approx(whole)

    def test_failure_rises_with_size_mutations_and_slow_decline(self):
        sizes = dual_therapy.failure(10.0 ** np.arange(6, 13), *TYPICAL, 0, *RATES)
        assert np.all(np.diff(sizes) > 0)
        slower = dual_therapy.failure(1e11, *TYPICAL, 0, 0.14, 0.13, 0.14, [0.17, 0.16, 0.15])
        assert np.all(np.diff(slower) > 0)

    def test_without_mutations_nothing_comes_back(self):
        assert dual_therapy.failure(1e12, 0, 50, 50, 1, *RATES) == 0
        assert dual_therapy.failure(1e12, 1e-9, 0, 50, 0, *RATES) == 0


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"m": 0}, "m must"),
            ({"u": 1}, "u must"),
            ({"n1": -1}, "n1 must"),
            ({"n12": np.nan}, "n12 must"),
            ({"death": 0.14}, "birth must be above death"),
            ({"treated_death": 0.14}, "treated_death must be above"),
            ({"treated_birth": 0}, "treated_birth must"),
            ({"m": 20}, r"must give 1 / \(s m\)"),
            ({"u": 1e-2, "n1": 10, "n2": 10}, r"must give 1 / \(s m\)"),
            ({"u": 0.5}, "u times"),
        ],
    )
    def test_names_what_is_wrong(self, change, message):
        names = ("m", "u", "n1", "n2", "n12", "birth", "death", "treated_birth", "treated_death")
        given = dict(zip(names, (1e9, *TYPICAL, 1, *RATES), strict=True)) | change
        with pytest.raises(ValueError, match=message):
            dual_therapy.failure(**given)

    def test_a_burden_that_no_lesion_has(self):
        with pytest.raises(ValueError, match="smallest for which"):
            dual_therapy.burden(1e-12, *TYPICAL, 1, *RATES)
        with pytest.raises(ValueError, match="root"):
            dual_therapy.burden(0.5, 0, 50, 50, 1, *RATES)
        with pytest.raises(ValueError, match="probability must"):
            dual_therapy.burden(1, *TYPICAL, 1, *RATES)

    def test_lesions_of_a_patient(self):
        with pytest.raises(ValueError, match="lesions must"):
            dual_therapy.patient_failure(1e9, *TYPICAL, 1, *RATES)


class TestBeforeTreatment:
    def test_one_step_is_the_neutral_model(self):
        from resistance.models import branching

        assert double_resistance.expected(1e9, 1e-9, 0, 0, 1, 0.14, 0.13) == pytest.approx(
            branching.mean_resistant(1e9, 1e-9, 0.14, 0.13), rel=1e-4
        )
        assert double_resistance.present(1e9, 1e-9, 0, 0, 1, 0.14, 0.13) == pytest.approx(
            branching.resistance_probability(1e9, 1e-9, 0.14, 0.13)
        )

    def test_cells_present_are_more_often_found_than_lines_that_stay(self):
        """Many of the resistant cells that are there would die out by chance."""
        lines = dual_therapy.lines(1e9, *TYPICAL, 1, *RATES)
        assert double_resistance.present(1e9, *TYPICAL, 1, 0.14, 0.13) > -np.expm1(-lines.one_before)

    def test_where_the_expansion_ends(self):
        with pytest.raises(ValueError, match="at most 0"):
            double_resistance.expected(1e9, 1e-5, 50, 50, 1, 0.14, 0.13)
        with pytest.raises(ValueError, match=r"m must be at least 1 / \(1"):
            double_resistance.present(2, 1e-9, 50, 50, 1, 0.14, 0.13)
