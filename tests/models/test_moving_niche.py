"""A niche that opens or closes during treatment: limits, identities and the differential equation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from resistance.models import branching, moving_niche, sanctuary

rates = st.floats(0.05, 3)
times = st.floats(0, 20)
chances = st.floats(0, 1)


def test_no_wait_is_what_follows():
    assert moving_niche.lasting(0, 1, 1.5, 0.37) == pytest.approx(0.37, rel=1e-15)
    assert moving_niche.escape(90, 0, 1, 1.5, 0.01) == pytest.approx(1 - 0.99**90, rel=1e-14)


@given(times, rates, rates)
def test_what_cannot_die_out_later_needs_only_to_be_alive(wait, birth, death):
    expected = branching.alive(wait, birth, death)
    assert moving_niche.lasting(wait, birth, death, 1.0) == pytest.approx(expected, rel=1e-9)


@given(times, times, rates, rates, chances)
def test_two_phases_with_the_same_rates_are_one(first, second, birth, death, later):
    inner = moving_niche.lasting(second, birth, death, later)
    whole = moving_niche.lasting(first + second, birth, death, later)
    assert moving_niche.lasting(first, birth, death, inner) == pytest.approx(whole, rel=1e-9, abs=1e-300)


@given(times, rates, rates)
def test_the_chance_of_a_phase_without_end_does_not_move(wait, birth, death):
    forever = 1 - sanctuary.single_type(birth, death)
    assert moving_niche.lasting(wait, birth, death, forever) == pytest.approx(forever, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("birth", "death", "later"), [(1, 1.5, 0.4), (1, 0.9, 0.02), (1, 1, 0.7)])
def test_differential_equation(birth, death, later):
    def change(_, p):
        return (birth - death) * p - birth * p**2

    course = solve_ivp(change, (0, 12), [later], rtol=1e-11, atol=1e-14, t_eval=[1, 4, 12])
    np.testing.assert_allclose(moving_niche.lasting([1, 4, 12], birth, death, later), course.y[0], rtol=1e-8)


def test_simulated_clones_escape_as_often():
    rng = np.random.default_rng(5)
    alive = branching.clone_sizes(np.full(100_000, 2.0), 1.0, 1.5, rng)
    seen = np.mean(rng.random(alive.size) > 0.8**alive)
    assert moving_niche.lasting(2.0, 1.0, 1.5, 0.2) == pytest.approx(seen, abs=0.004)


def test_waiting_shelters_growing_cells_and_wears_down_dying_ones():
    waits = np.linspace(0, 30, 31)
    assert np.all(np.diff(moving_niche.escape(10, waits, 1, 0.9, 1e-3)) > 0)
    assert np.all(np.diff(moving_niche.escape(90, waits, 1, 1.5, 0.1)) < 0)


def test_far_arguments_stay_finite():
    assert moving_niche.lasting(1e308, 1e308, 0, 1e-300) == 1
    assert moving_niche.lasting(1e308, 1, 1e308, 1) == 0
    assert moving_niche.lasting(1e308, 1e308, 1e308, 0) == 0
    assert moving_niche.lasting(1e4, 1, 0.9, 1) == pytest.approx(0.1, rel=1e-12)
    assert moving_niche.escape(0, 5, 1, 1, 1) == 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("wait", (-1, 1, 1, 0.5)),
        ("wait", (np.inf, 1, 1, 0.5)),
        ("birth", (1, 0, 1, 0.5)),
        ("death", (1, 1, -0.1, 0.5)),
        ("later", (1, 1, 1, 1.1)),
        ("later", (1, 1, 1, np.nan)),
    ],
)
def test_invalid_arguments_are_named(name, arguments):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        moving_niche.lasting(*arguments)
    with pytest.raises(ValueError, match=f"^{name} must be"):
        moving_niche.escape(1, *arguments)


def test_invalid_number_of_cells_is_named():
    with pytest.raises(ValueError, match=r"^n must be"):
        moving_niche.escape(-1, 1, 1, 1, 0.5)
