import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import regrowth

RATE = st.floats(1e-4, 1.0)
FRACTION = st.floats(1e-6, 0.999)


def test_burden_starts_at_one_and_follows_the_formula():
    assert regrowth.two_rate(0, 0.1, 0.01) == 1
    assert regrowth.two_rate(10.0, 0.1, 0.01) == pytest.approx(np.exp(-1) + np.exp(0.1) - 1, rel=1e-15)


def test_scalars_give_scalars_and_arrays_broadcast():
    assert np.ndim(regrowth.two_rate(1, 0.1, 0.01)) == 0
    assert regrowth.two_rate(np.arange(3)[:, None], [0.1, 0.2], 0.01).shape == (3, 2)
    parts = regrowth.split_parts(np.arange(4.0), 0.1, 0.2, 0.01)
    assert parts.total.shape == (4,)
    np.testing.assert_allclose(parts.total, parts.sensitive + parts.resistant)


def test_medians_of_the_first_paper():
    # Regression values (our own): rates 10^-1.7 and 10^-2.5 per day.
    d, g = regrowth.rate_from_log10(-1.7), regrowth.rate_from_log10(-2.5)
    assert regrowth.nadir_time(d, g) == pytest.approx(79.6918, abs=1e-4)
    assert regrowth.nadir_size(d, g) == pytest.approx(0.490519, abs=1e-6)


@settings(deadline=None)
@given(RATE, RATE)
def test_nadir_is_the_minimum(d, g):
    time, size = regrowth.nadir_time(d, g), regrowth.nadir_size(d, g)
    assert regrowth.two_rate(time, d, g) == pytest.approx(size, rel=1e-12, abs=1e-14)
    around = regrowth.two_rate(np.linspace(0, 2 * time + 1, 201), d, g)
    assert np.all(around >= size - 1e-14)
    if d <= g:
        assert time == 0
        assert size == 1


@settings(deadline=None)
@given(FRACTION, RATE, RATE)
def test_split_nadir_is_the_minimum(phi, d, g):
    time, size = regrowth.split_nadir_time(phi, d, g), regrowth.split_nadir_size(phi, d, g)
    assert regrowth.split(time, phi, d, g) == pytest.approx(size, rel=1e-12)
    assert np.all(regrowth.split(np.linspace(0, 2 * time + 1, 201), phi, d, g) >= size * (1 - 1e-12))


@settings(deadline=None)
@given(RATE, RATE, st.floats(1.0, 100.0))
def test_return_time_brings_the_burden_back(d, g, level):
    time = regrowth.return_time(d, g, level)
    assert time >= regrowth.nadir_time(d, g)
    assert regrowth.two_rate(time, d, g) == pytest.approx(level, rel=1e-9)


@settings(deadline=None)
@given(FRACTION, RATE, RATE, st.floats(1.0, 100.0))
def test_split_return_time_brings_the_burden_back(phi, d, g, level):
    time = regrowth.split_return_time(phi, d, g, level)
    assert time >= regrowth.split_nadir_time(phi, d, g)
    assert regrowth.split(time, phi, d, g) == pytest.approx(level, rel=1e-9)


@settings(deadline=None)
@given(RATE, RATE)
def test_progression_is_a_fifth_above_the_nadir(d, g):
    time = regrowth.progression_time(d, g)
    assert regrowth.two_rate(time, d, g) == pytest.approx(1.2 * regrowth.nadir_size(d, g), rel=1e-9)


def test_kill_rate_moves_depth_and_growth_rate_moves_return():
    assert regrowth.nadir_size(0.2, 0.01) < regrowth.nadir_size(0.1, 0.01)
    late = regrowth.return_time(0.1, [0.01, 0.005])
    assert late[1] == pytest.approx(2 * late[0], rel=0.01)
    assert regrowth.return_time(0.2, 0.01) == pytest.approx(regrowth.return_time(0.1, 0.01), rel=0.01)


def test_limits():
    assert regrowth.nadir_time(0.1, 0) == np.inf
    assert regrowth.nadir_size(0.1, 0) == 0
    assert regrowth.nadir_size(0, 0) == 1
    np.testing.assert_array_equal(regrowth.split_nadir_time([0, 1], 0.1, 0.01), [np.inf, 0])
    np.testing.assert_array_equal(regrowth.split_nadir_size([0, 1], 0.1, 0.01, n0=5), [0, 5])
    assert regrowth.return_time(0.1, 0.2) == 0


@given(st.floats(1e-6, 1e6))
def test_times_and_rates_are_inverse(rate):
    assert regrowth.growth_rate(regrowth.doubling_time(rate)) == pytest.approx(rate, rel=1e-12)
    assert regrowth.split(regrowth.doubling_time(rate), 1, 0, rate) == pytest.approx(2, rel=1e-12)
    assert regrowth.split(regrowth.halving_time(rate), 0, rate, 0) == pytest.approx(0.5, rel=1e-12)


class TestCycles:
    def test_each_cycle_kills_its_share(self):
        parts = regrowth.cycles([0, 20.9, 21, 42, 200], 0.9, 0.0, 0.0, 21, 3, n0=1e9)
        np.testing.assert_allclose(parts.total, [1e8, 1e8, 1e7, 1e6, 1e6])

    def test_resistant_cells_decide_in_the_end(self):
        parts = regrowth.cycles(21.0 * 20, 0.99, 0.02, 1e-6, 21, 20)
        assert parts.resistant / parts.total > 0.999
        assert parts.resistant == pytest.approx(1e-6 * np.exp(0.02 * 420))

    def test_no_cycles_is_growth(self):
        assert regrowth.cycles(10, 0.9, 0.1, 0.1, 21, 0).total == pytest.approx(np.exp(1))

    def test_resistant_cells_may_differ(self):
        parts = regrowth.cycles(21, 0.9, 0.1, 0.5, 21, 2, resistant_kill=0.5, resistant_g=0.0)
        assert parts.resistant == pytest.approx(0.5 * 0.25)

    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ({"kill": 1.1}, "kill"),
            ({"phi": -0.1}, "phi"),
            ({"interval": 0}, "interval"),
            ({"n_cycles": 1.5}, "n_cycles"),
        ],
    )
    def test_bad_input(self, change, name):
        arguments = {"t": 1, "kill": 0.5, "g": 0.1, "phi": 0.1, "interval": 21, "n_cycles": 3} | change
        with pytest.raises(ValueError, match=f"{name} must be"):
            regrowth.cycles(**arguments)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: regrowth.two_rate(-1, 1, 1), "t"),
        (lambda: regrowth.two_rate(1, -1, 1), "d"),
        (lambda: regrowth.nadir_time(1, np.nan), "g"),
        (lambda: regrowth.return_time(1, 0), "g"),
        (lambda: regrowth.return_time(0.1, 0.01, 1e-3), "level"),
        (lambda: regrowth.split(1, 1.1, 1, 1), "phi"),
        (lambda: regrowth.split(1, 0.1, 1, 1, n0=0), "n0"),
        (lambda: regrowth.split_return_time(0, 1, 1), "phi"),
        (lambda: regrowth.split_return_time(0.1, 1, 0.1, 0.01), "level"),
        (lambda: regrowth.progression_time(1, 1, -1), "rise"),
        (lambda: regrowth.doubling_time(0), "g"),
        (lambda: regrowth.halving_time(-1), "d"),
        (lambda: regrowth.growth_rate(np.inf), "doubling_time"),
        (lambda: regrowth.rate_from_log10("x"), "log10_rate"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        call()
