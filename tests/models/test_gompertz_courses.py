import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance.models import gompertz
from resistance.models import gompertz_courses as courses
from resistance.models.gompertz import CAPACITY, N0, N_CRIT, N_TOL, R0, RHO

TIMES = np.linspace(0, 600, 13)


def integrate(dose):
    """Both kinds of cells, integrated as logarithms so that neither gets lost."""

    def rates(t, logs):
        s, r = np.exp(logs)
        growth = RHO * np.log(CAPACITY / (s + r))
        return [growth * (1 - dose(t, s, r)), growth]

    start = np.log([N0 - R0, R0])
    return np.exp(solve_ivp(rates, (0, 600), start, method="LSODA", t_eval=TIMES, rtol=1e-10, atol=1e-12, max_step=1).y)


@pytest.mark.parametrize("dose", [0.0, 0.5, 1.0, 1.1, 2.0, 5.0])
def test_constant_dose_solves_the_two_equations(dose):
    course = courses.constant_dose(TIMES, dose)
    sensitive, resistant = integrate(lambda *_: dose)
    np.testing.assert_allclose(course.sensitive, sensitive, rtol=1e-5)
    np.testing.assert_allclose(course.resistant, resistant, rtol=1e-6)
    np.testing.assert_allclose(course.total, course.sensitive + course.resistant)
    np.testing.assert_array_equal(course.dose, dose)


def test_containment_solves_the_two_equations_while_it_holds():
    end = gompertz.containment_end(N0, c_max=2)
    sensitive, resistant = integrate(lambda t, s, r: min((s + r) / s, 2.0))
    course = courses.containment(TIMES, N0, c_max=2)
    held = end > TIMES
    np.testing.assert_allclose(course.total[held], N0, rtol=1e-12)
    np.testing.assert_allclose(course.total, sensitive + resistant, rtol=1e-4)


def test_containment_in_its_three_phases():
    growth, stay, lost = gompertz.containment_phases(N_TOL, c_max=3)
    course = courses.containment([growth / 2, growth, growth + stay / 2, growth + stay, growth + stay + 100], N_TOL, 3)
    assert course.dose[0] == 0
    assert course.dose[1] == pytest.approx(1, abs=1e-3)
    assert 1 < course.dose[2] < 3
    assert course.dose[3] == course.dose[4] == 3
    np.testing.assert_allclose(course.total[1:4], N_TOL, rtol=1e-9)
    assert course.resistant[3] == pytest.approx(lost)
    assert course.total[4] > N_TOL


def test_no_dose_is_no_treatment_and_all_cells_resistant_makes_every_dose_alike():
    np.testing.assert_allclose(courses.constant_dose(TIMES, 0).total, courses.untreated(TIMES).total, rtol=1e-8)
    resistant = courses.constant_dose(TIMES, 5, r0=N0).total
    np.testing.assert_allclose(resistant, courses.untreated(TIMES).total, rtol=1e-8)


def test_a_high_dose_tends_to_the_ideal_one():
    high, ideal = courses.constant_dose(TIMES, 1000), courses.ideal_mtd(TIMES)
    np.testing.assert_allclose(high.total[1:], ideal.total[1:], rtol=0.02)
    assert np.all(ideal.sensitive == 0)
    assert np.all(np.isinf(ideal.dose))


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 20), st.floats(1, 40))
def test_time_to_a_size_agrees_with_the_course(dose, factor):
    time = courses.constant_dose_time(factor * N0, dose)
    assert courses.constant_dose([time], dose).total[0] == pytest.approx(factor * N0, rel=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 50))
def test_nadir_of_a_constant_dose_is_the_minimum(dose):
    time, size = courses.constant_dose_nadir(dose)
    around = courses.constant_dose(np.linspace(0, 2 * time + 1, 101), dose)
    assert np.all(around.total >= size * (1 - 1e-7))
    assert courses.constant_dose([time], dose).total[0] == pytest.approx(size, rel=1e-6)


def test_moderate_dose_gives_later_progression_than_a_high_one():
    moderate, high = courses.constant_dose_time(N0, 1.1), courses.constant_dose_time(N0, 5)
    assert moderate > high > gompertz.ideal_mtd_time(N0)


def test_containment_time():
    assert courses.containment_time(N_CRIT, N_TOL) == gompertz.ideal_containment_time(N_CRIT, N_TOL)
    for c_max in (0.5, 1.5, 10):
        time = courses.containment_time(N_CRIT, N_TOL, c_max)
        assert courses.containment([time], N_TOL, c_max).total[0] == pytest.approx(N_CRIT, rel=1e-6)
    assert courses.containment_time(N_TOL, N_TOL, 2) == pytest.approx(gompertz.containment_end(N_TOL, c_max=2))


def test_without_resistant_cells():
    assert courses.constant_dose_time(N0, 2, r0=0) == np.inf
    assert courses.constant_dose_time(N_TOL, 0.5, r0=0) == pytest.approx(2 * gompertz.untreated_time(N_TOL), rel=1e-6)
    assert np.all(courses.ideal_mtd(TIMES, r0=0).total == 0)
    assert np.all(np.diff(courses.constant_dose(TIMES, 2, r0=0).total) < 0)


def test_times_in_any_order():
    forward, backward = courses.constant_dose(TIMES, 2), courses.constant_dose(TIMES[::-1], 2)
    np.testing.assert_array_equal(forward.total, backward.total[::-1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: courses.untreated([[1.0]]), "t must have one dimension"),
        (lambda: courses.untreated(1.0), "t must have one dimension"),
        (lambda: courses.untreated([-1.0]), "t must be"),
        (lambda: courses.untreated([1.0], r0=2 * N0), "n0 must be at least r0"),
        (lambda: courses.constant_dose([1.0], -1), "dose must be"),
        (lambda: courses.constant_dose([1.0], np.inf), "dose must be"),
        (lambda: courses.constant_dose_time(N0 / 2, 1), "to must be at least n0"),
        (lambda: courses.constant_dose_time(3e12, 1), "to must be below the capacity"),
        (lambda: courses.constant_dose_nadir(2, r0=0), "r0 must be above 0"),
        (lambda: courses.containment([1.0], level=N0 / 2), "level must be at least n0"),
        (lambda: courses.containment([1.0], c_max=0), "c_max must be"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
