"""Tumour and effector cells: published numbers, limits, identities, both sides of the line, refusals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from resistance.models import tumour_immune
from resistance.models.tumour_immune import BCL1, Rates

CELLS = 1e6


def slopes(effectors, tumour, r=BCL1):
    """The two equations as they are printed."""
    recruited = r.p * effectors * tumour / (r.g + tumour)
    return (
        r.s + recruited - r.m * effectors * tumour - r.d * effectors,
        r.a * tumour * (1 - r.b * tumour) - r.n * effectors * tumour,
    )


def independent(t, effectors, tumour, r=BCL1):
    """The course by another method, in cells."""
    run = solve_ivp(
        lambda _, y: slopes(*y, r), (0, t), (effectors, tumour), method="DOP853", rtol=1e-12, atol=1e-3, t_eval=[t]
    )
    return run.y[:, -1]


def ends(effectors, tumour, rates=BCL1, t=4000.0):
    return tumour_immune.course([t], effectors, tumour, rates).tumour[0]


class TestPublished:
    def test_ratios_of_the_paper(self):
        """Table of the dimensionless parameters, for cells in millions (four digits are printed)."""
        r, unit = BCL1, BCL1.n * CELLS
        ratios = [r.s / unit / CELLS, r.p / unit, r.g / CELLS, r.m / r.n, r.d / unit, r.a / unit, r.b * CELLS]
        np.testing.assert_allclose(ratios, [0.1181, 1.131, 20.19, 0.00311, 0.3743, 1.636, 0.002], rtol=1e-3)

    def test_four_states_two_of_them_stable(self):
        states = tumour_immune.steady_states()
        assert states.count == 4
        np.testing.assert_array_equal(states.larger < 0, [False, True, False, True])
        np.testing.assert_array_equal(states.smaller < 0, [True] * 4)

    def test_the_held_tumour_is_a_focus(self):
        states = tumour_immune.steady_states()
        assert states.larger[1] == states.smaller[1] == pytest.approx(-0.0501 * BCL1.n * CELLS, rel=1e-3)
        np.testing.assert_allclose([states.effectors[1], states.tumour[1]], [1.6081e6, 8.186e6], rtol=1e-4)


class TestIdentities:
    def test_nothing_changes_at_a_steady_state(self):
        for rates in (BCL1, replace(BCL1, n=BCL1.n * 1.5), replace(BCL1, s=0.0)):
            states = tumour_immune.steady_states(rates)
            for x, y in zip(states.effectors, states.tumour, strict=True):
                change = slopes(x, y, rates)
                assert abs(change[0]) < 1e-9 * (rates.s + rates.d * x + 1)
                assert abs(change[1]) < 1e-9 * (rates.a * y + 1)

    def test_influx_and_killing_set_the_steady_tumours_only_through_their_product(self):
        once = tumour_immune.steady_states(replace(BCL1, n=BCL1.n * 1.3))
        other = tumour_immune.steady_states(replace(BCL1, s=BCL1.s * 1.3))
        np.testing.assert_allclose(once.tumour, other.tumour, rtol=1e-12)
        np.testing.assert_allclose(once.effectors * 1.3, other.effectors, rtol=1e-12)

    def test_so_is_the_line_if_the_effector_cells_at_the_start_are_scaled_too(self):
        once = tumour_immune.tipping_tumour(3e5, replace(BCL1, n=BCL1.n * 1.3))
        other = tumour_immune.tipping_tumour(3.9e5, replace(BCL1, s=BCL1.s * 1.3))
        assert once == pytest.approx(other, rel=1e-8)

    def test_eigenvalues_are_those_of_the_derivatives(self):
        states = tumour_immune.steady_states()
        for x, y, larger, smaller in zip(states.effectors, states.tumour, states.larger, states.smaller, strict=True):
            hx, hy = 1e-5 * max(x, 1), 1e-5 * max(y, 1)
            matrix = np.array(
                [
                    (np.array(slopes(x + hx, y)) - slopes(x - hx, y)) / (2 * hx),
                    (np.array(slopes(x, y + hy)) - slopes(x, y - hy)) / (2 * hy),
                ]
            ).T
            parts = sorted(np.linalg.eigvals(matrix).real)
            np.testing.assert_allclose([smaller, larger], parts, rtol=1e-4)


class TestLimits:
    def test_without_tumour(self):
        times = np.array([0.0, 10.0, 1e4])
        course = tumour_immune.course(times, 1e6, 0.0)
        np.testing.assert_array_equal(course.tumour, 0)
        level = BCL1.s / BCL1.d
        np.testing.assert_allclose(course.effectors, level + (1e6 - level) * np.exp(-BCL1.d * times), rtol=1e-12)

    def test_without_effector_cells_the_tumour_grows_logistically(self):
        rates = replace(BCL1, s=0.0)
        times = np.array([5.0, 50.0, 500.0])
        grown = tumour_immune.course(times, 0.0, 1e6, rates).tumour
        e = np.exp(rates.a * times)
        np.testing.assert_allclose(grown, 1e6 * e / (1 + rates.b * 1e6 * (e - 1)), rtol=1e-8)
        assert tumour_immune.steady_states(rates).tumour[-1] == pytest.approx(1 / rates.b, rel=1e-14)

    def test_at_time_zero_nothing_has_happened(self):
        course = tumour_immune.course([0.0], 3e5, 5e5)
        assert (course.effectors[0], course.tumour[0]) == (3e5, 5e5)

    def test_an_overwhelming_response_clears_any_tumour(self):
        rates = replace(BCL1, n=BCL1.n * 100)
        states = tumour_immune.steady_states(rates)
        assert (states.count, states.larger[0] < 0) == (1, True)
        assert ends(3e5, 4e8, rates) < 1e-6


class TestCourse:
    @pytest.mark.parametrize(("effectors", "tumour"), [(3.2e5, 5e5), (3.2e5, 3e8), (3e6, 1e8)])
    def test_agrees_with_another_method(self, effectors, tumour):
        for t in (7.0, 60.0, 150.0):
            mine = tumour_immune.course([t], effectors, tumour)
            np.testing.assert_allclose(
                [mine.effectors[0], mine.tumour[0]], independent(t, effectors, tumour), rtol=1e-6
            )


class TestTheLine:
    @pytest.mark.parametrize("factor", [0.7, 1.0, 1.5])
    @pytest.mark.parametrize("effectors", [2e5, 3.2e5, 2e6])
    def test_its_sides_end_differently(self, factor, effectors):
        rates = replace(BCL1, n=BCL1.n * factor)
        line = tumour_immune.tipping_tumour(effectors, rates)
        held, escaped = tumour_immune.steady_states(rates).tumour[[1, 3]]
        assert ends(effectors, line * 0.9999, rates) == pytest.approx(held, rel=1e-3)
        assert ends(effectors, line * 1.0001, rates) == pytest.approx(escaped, rel=1e-3)

    def test_it_runs_through_the_saddle(self):
        states = tumour_immune.steady_states()
        assert tumour_immune.tipping_tumour(states.effectors[2]) == pytest.approx(states.tumour[2], rel=1e-9)
        near = tumour_immune.tipping_tumour(states.effectors[2] * (1 + 1e-9))
        assert near == pytest.approx(states.tumour[2], rel=1e-8)

    def test_it_rises_with_effector_cells_and_killing(self):
        lines = [tumour_immune.tipping_tumour(e) for e in (0, 1e5, 3e5, 1e6, 1e7)]
        lines += [tumour_immune.tipping_tumour(1e7, replace(BCL1, n=BCL1.n * f)) for f in (1.2, 1.5)]
        assert lines == sorted(lines)

    def test_with_weak_killing_every_small_tumour_escapes_and_there_is_no_line(self):
        weak = replace(BCL1, n=BCL1.n * 0.5)
        assert ends(3.2e5, 1.0, weak) > 4e8
        with pytest.raises(ValueError, match=r"effectors, rates must give a dividing line .* got effectors = 3"):
            tumour_immune.tipping_tumour(3.2e5, weak)

    def test_beyond_the_fold_no_tumour_escapes(self):
        factor = tumour_immune.factor_without_escape()
        for lever in ("s", "n"):
            value = getattr(BCL1, lever)
            beyond, before = (replace(BCL1, **{lever: value * factor * f}) for f in (1.0001, 0.9999))
            assert (tumour_immune.steady_states(beyond).count, tumour_immune.steady_states(before).count) == (2, 4)
            assert ends(3.2e5, 4.9e8, beyond, 2e4) < 1e7 < ends(3.2e5, 4.9e8, before, 2e4)
        assert tumour_immune.factor_without_escape(replace(BCL1, n=BCL1.n * factor)) == pytest.approx(1, rel=1e-12)


REFUSED = [
    (lambda: Rates(n=0), "n must be finite and above 0, got 0"),
    (lambda: Rates(s=-1), "s must be finite and at least 0, got -1"),
    (lambda: Rates(g="many"), "g must be a number"),
    (lambda: tumour_immune.steady_states(3), r"rates must be a tumour_immune\.Rates, got 3"),
    (lambda: tumour_immune.steady_states(Rates(s=1e300, n=1e300)), "rates must give ratios"),
    (lambda: tumour_immune.course([1, 1], 1, 1), "t must rise"),
    (lambda: tumour_immune.course([1], -1, 1), "effectors must be finite and at least 0, got -1"),
    (lambda: tumour_immune.course([1], 1, float("nan")), "tumour must be finite and at least 0, got nan"),
    (lambda: tumour_immune.tipping_tumour(1e5, replace(BCL1, s=1e5)), "effectors, rates must give a held and an"),
    (lambda: tumour_immune.tipping_tumour(-1), "effectors must be finite and at least 0, got -1"),
    (lambda: tumour_immune.factor_without_escape(replace(BCL1, s=0)), "rates must give an influx above 0"),
    (lambda: tumour_immune.factor_without_escape(replace(BCL1, p=0, m=0)), "rates must give two ways"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_is_wrong_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
