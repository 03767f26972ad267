"""Two routes out of one drug: the published patients, both limits, the race, and two independent methods."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import fixed_point

from resistance.models import escape_routes as er
from resistance.models.escape_routes import LESION, POINT_MUTATION, TOLERANT_LESION, Drugged, Mutation
from resistance.models.reversible_tolerance import treated

FIFTY = Mutation(5e-8, 0.14, 0.01, 0.01)


class TestPublished:
    """Bozic et al. 2013, Table 1: one mutation that defeats the treatment (n12 = 1), no tolerance."""

    @pytest.mark.parametrize(("cells", "printed"), [((1.55e9, 1.65e9), 0.881), ((1.25e9, 1.35e9), 0.828)])
    def test_failure_within_the_rounding_of_the_burden(self, cells, printed):
        low, high = (er.escape(Drugged(n, 0.0, 0.03, -1.0), POINT_MUTATION) for n in cells)
        assert low < printed < high

    def test_resistance_before_the_drug_is_three_quarters_of_all(self):
        before, all_ = er.lineages([0.0, 1e5], LESION, POINT_MUTATION)
        assert before / all_ == pytest.approx(3 / 4, rel=1e-12)


class TestLimits:
    def test_without_switching_sensitive_cells_decay(self):
        found = er.cell_days([10.0, 1e6], LESION)
        np.testing.assert_allclose(found.sensitive, 1e9 / 0.03 * -np.expm1([-0.3, -3e4]), rtol=1e-13)
        np.testing.assert_array_equal(found.tolerant, 0)
        assert er.return_day(LESION) == math.inf
        assert er.long_run_growth(LESION) == -0.03

    def test_tolerant_cells_alone(self):
        alone = Drugged(1e6, 1e-3, 1e9, 0.01)
        assert er.return_day(alone) == pytest.approx(math.log(1e3) / 0.01, rel=1e-12)
        assert er.return_day(Drugged(1e6, 1.0, 0.1, 0.01)) == 0

    def test_cell_days_of_resting_cells_are_their_time(self):
        found = er.cell_days([0.0, 7.0], Drugged(10.0, 1.0, 1.0, 0.0))
        np.testing.assert_array_equal(found.tolerant, [0, 70])

    def test_no_switching_rate_is_the_limit_of_a_small_one(self):
        small = Drugged(1e9, 1e-3, 0.03, 0.008, 1e-14, 1e-14)
        none = Drugged(1e9, 1e-3, 0.03, 0.008)
        assert er.unexplained(0.01, small, FIFTY) == pytest.approx(er.unexplained(0.01, none, FIFTY), rel=1e-6)

    def test_equal_rates_meet_their_neighbours(self):
        """Both eigenvalues the same: the difference quotient becomes a derivative."""
        days = [1.0, 50.0]
        equal, near = (er.cell_days(days, Drugged(1e3, 0.0, 0.02, -0.02 - e, 1e-200, 0.0)) for e in (0.0, 1e-9))
        np.testing.assert_allclose(equal.tolerant, near.tolerant, rtol=1e-6)


class TestIdentities:
    def test_cell_days_are_the_integral_of_the_course(self):
        d = TOLERANT_LESION
        grid = np.linspace(0, 900, 20_001)
        course = treated(grid, d.tolerant, -d.decline, d.growth, d.on, d.off, d.cells)
        found = er.cell_days([900.0], d)
        assert found.sensitive[0] == pytest.approx(np.trapezoid(course.sensitive, grid), rel=1e-4)
        assert found.tolerant[0] == pytest.approx(np.trapezoid(course.tolerant, grid), rel=1e-4)

    def test_the_tumour_is_as_large_again_on_the_day_of_return(self):
        d = TOLERANT_LESION
        back = treated([er.return_day(d)], d.tolerant, -d.decline, d.growth, d.on, d.off, d.cells)
        assert back.total[0] == pytest.approx(d.cells, rel=1e-9)

    def test_lineages_are_continuous_where_treatment_begins(self):
        before, start, after = er.lineages([-1e-9, 0.0, 1e-9], TOLERANT_LESION, FIFTY)
        assert before < start < after
        assert after == pytest.approx(before, rel=1e-9)

    def test_raised_mutation_rate_multiplies_what_tolerant_cells_give(self):
        d = TOLERANT_LESION
        none, one, seven = (
            er.lineages([500.0], d, Mutation(5e-8, 0.14, 0.01, birth, fold))[0]
            for birth, fold in [(0.0, 1), (0.01, 1), (0.01, 7)]
        )
        assert (seven - none) / (one - none) == pytest.approx(7)

    def test_what_a_test_can_see_is_of_the_limit_on_that_day(self):
        born = er.latest_birth(700.0, 0.01, TOLERANT_LESION, FIFTY)
        assert 14 * math.exp(0.01 * (700 - born)) == pytest.approx(1e7)
        assert er.latest_birth(700.0, 1e-9, TOLERANT_LESION, FIFTY) == 700


class TestTheRace:
    def test_faster_tolerant_cells_leave_less_explained(self):
        share = [er.unexplained(0.01, Drugged(1e9, 1e-3, 0.03, g, 1e-4, 1e-3), FIFTY) for g in (0.004, 0.007, 0.015)]
        assert share == sorted(share)
        assert share[0] < 1e-3 and share[-1] > 0.99

    def test_a_finer_test_and_more_sites_explain_more(self):
        limits = [er.unexplained(limit, TOLERANT_LESION, FIFTY) for limit in (0.001, 0.01, 0.1)]
        assert limits == sorted(limits)
        assert er.unexplained(0.01, TOLERANT_LESION, POINT_MUTATION) > er.unexplained(0.01, TOLERANT_LESION, FIFTY)

    def test_tolerance_without_growth_feeds_mutation(self):
        """Resting survivors do not bring the tumour back, but they live on and can mutate."""
        resting = Drugged(1e7, 1e-2, 0.03, -1e-3)
        idle, dividing = (er.escape(resting, Mutation(1e-9, 0.14, 0.01, birth)) for birth in (0.0, 0.02))
        assert dividing > idle > 0


class TestIndependentMethods:
    def test_the_equations_solved_by_steps(self):
        d, m = TOLERANT_LESION, Mutation(5e-8, 0.14, 0.01, 0.02, 7.0)

        def rates(t, y):
            s, r, _ = y
            born = m.rate * (m.birth * s + m.fold * m.tolerant_birth * r) * m.net / m.birth
            return [-(d.decline + d.on) * s + d.off * r, d.on * s + (d.growth - d.off) * r, born]

        start = [d.cells * (1 - d.tolerant), d.cells * d.tolerant, m.rate * d.cells]
        run = solve_ivp(rates, (0, 500), start, rtol=1e-10, atol=1e-6, method="LSODA")
        assert er.lineages([500.0], d, m)[0] == pytest.approx(run.y[2, -1], rel=1e-7)

    def test_extinction_of_the_branching_process(self):
        """Exact chances that one cell's descendants die out, for mutations that are rare but not Poisson."""
        n, p, b, u, net = 2000, 0.1, 0.14, 1e-5, 0.01
        decline, loss, on, off, slow = 0.03, 0.002, 0.001, 0.004, 0.02
        q_mutant = 1 - net / b

        def step(q):
            s, r = q
            s_next = b * ((1 - u) * s + u * q_mutant) * s + (b + decline) + on * r
            r_next = slow * ((1 - u) * r + u * q_mutant) * r + (slow + loss) + off * s
            return np.array([s_next / (2 * b + decline + on), r_next / (2 * slow + loss + off)])

        s, r = fixed_point(step, [0.5, 0.5], maxiter=20_000, xtol=1e-14)
        exact = 1 - s ** (n * (1 - p)) * r ** (n * p)
        before = u * n
        found = er.escape(Drugged(n, p, decline, -loss, on, off), Mutation(u, b, net, slow))
        assert -math.log1p(-found) - before == pytest.approx(-math.log1p(-exact), rel=0.01)


class TestInvalid:
    def test_fields(self):
        with pytest.raises(ValueError, match="decline must be finite and above 0"):
            Drugged(1e9, 0.1, 0.0, 0.01)
        with pytest.raises(ValueError, match="tolerant must be between 0 and 1"):
            Drugged(1e9, 1.1, 0.1, 0.01)
        with pytest.raises(ValueError, match=r"net must be at most birth = 0\.1, got 0\.2"):
            Mutation(1e-9, 0.1, 0.2)

    def test_arguments(self):
        with pytest.raises(ValueError, match=r"drugged must be a escape_routes\.Drugged"):
            er.return_day(0.03)
        with pytest.raises(ValueError, match="limit must be above 0"):
            er.unexplained(0, TOLERANT_LESION, FIFTY)
        with pytest.raises(ValueError, match="drugged must be a tumour that tolerant cells bring back"):
            er.unexplained(0.01, LESION, FIFTY)
        with pytest.raises(ValueError, match="grow or shrink in the long run"):
            er.escape(Drugged(1e9, 0.5, 0.1, 0.0), FIFTY)
        with pytest.raises(ValueError, match="t must be finite"):
            er.lineages([np.inf], LESION, FIFTY)
