"""The caspase switch: published behaviour, closed form against the differential equations, limits, invalid input."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resistance.models import caspase_course, caspase_switch
from resistance.models.caspase_switch import WILD_TYPE, Cell

VARIANTS = [Cell(sequestration=s, cleavage=c) for s in (True, False) for c in (True, False)]
cells = st.builds(
    Cell,
    xiap=st.floats(0, 300),
    caspase3=st.floats(1, 500),
    caspase9=st.floats(0.5, 60),
    sequestration=st.booleans(),
    cleavage=st.booleans(),
)


class TestPublished:
    """What Legewie et al. 2006 and the notes of the curated files state."""

    def test_reference_cell_is_all_or_none_and_irreversible(self):
        assert caspase_switch.most_stable_states() == 2
        assert caspase_switch.stable_states(0.0) == 2
        assert caspase_switch.switch_off() == 0
        assert caspase_switch.switch_on() == pytest.approx(3, abs=0.5)

    def test_sequestration_alone_gives_bistability_but_not_irreversibility(self):
        cell = Cell(cleavage=False)
        assert caspase_switch.most_stable_states(cell) == 2
        assert caspase_switch.switch_off(cell) > 0
        assert caspase_switch.stable_states(0.0, cell) == 1

    def test_non_competitive_variant_is_bistable_and_reversible(self):
        cell = Cell(sequestration=False)
        assert caspase_switch.most_stable_states(cell) == 2
        assert 0 < caspase_switch.switch_off(cell) < caspase_switch.switch_on(cell)
        assert caspase_switch.stable_states(0.0, cell) == 1

    def test_without_feedback_activation_is_gradual(self):
        cell = Cell(sequestration=False, cleavage=False)
        assert caspase_switch.most_stable_states(cell) == 1
        assert np.isnan(caspase_switch.switch_on(cell))
        assert np.isnan(caspase_switch.switch_off(cell))

    def test_more_xiap_raises_the_threshold(self):
        thresholds = [caspase_switch.switch_on(Cell(xiap=x)) for x in (30, 40, 60, 80, 120)]
        assert np.all(np.diff(thresholds) > 0)
        assert thresholds[-1] == inf


class TestAgainstTheEquations:
    """The curated files, run by another simulator, gave the numbers below; the closed form never integrates."""

    @pytest.mark.parametrize("cell", VARIANTS)
    @pytest.mark.parametrize("apaf", [0.0, 2.9, 20.0, 100.0])
    def test_inactive_start_ends_at_a_stable_state(self, cell, apaf):
        end = caspase_course.active_caspase3([0.0, 1e6], apaf, cell)[-1]
        stable = caspase_switch.steady_states(apaf, cell)[::2]
        assert np.min(np.abs(stable / end - 1)) < 1e-6

    def test_curated_wild_type(self):
        times = [0.0, 1000.0, 2000.0, 6000.0]
        np.testing.assert_allclose(
            caspase_course.active_caspase3(times, 20.0), [0, 145.618, 149.584, 149.484], atol=5e-4
        )
        assert caspase_switch.steady_states(0.0)[0] == pytest.approx(0.0583555, rel=1e-6)

    def test_curated_variant_where_its_fault_does_not_matter(self):
        assert caspase_switch.steady_states(0.0, Cell(sequestration=False))[0] == pytest.approx(0.0287367, rel=1e-6)

    def test_curated_variant_with_every_complex_degraded_once(self):
        off = caspase_switch.steady_states(20.0, Cell(sequestration=False))[0]
        assert off == pytest.approx(1.34837240, rel=1e-8)

    def test_threshold_separates_death_from_survival(self):
        threshold = caspase_switch.switch_on()
        below, above = (caspase_course.active_caspase3([0.0, 5e5], threshold * f)[-1] for f in (0.999, 1.001))
        assert below < 1 < 100 < above

    def test_active_cell_stays_active_without_apaf(self):
        active = caspase_course.course([0.0, 1e5], 20.0)[-1]
        later = caspase_course.course([0.0, 1e6], 0.0, start=active)[-1]
        index = caspase_course.species().index("C3s")
        assert later[index] == pytest.approx(caspase_switch.steady_states(0.0)[-1], rel=1e-6)

    def test_active_cell_recovers_without_sequestration(self):
        cell = Cell(sequestration=False)
        active = caspase_course.course([0.0, 1e5], 40.0, cell)[-1]
        later = caspase_course.course([0.0, 1e6], 0.0, cell, start=active)[-1]
        assert later[caspase_course.species(cell).index("C3s")] < 0.1

    @pytest.mark.parametrize("cell", VARIANTS)
    def test_every_form_of_caspase9(self, cell):
        end = dict(zip(caspase_course.species(cell), caspase_course.course([0.0, 1e6], 30.0, cell)[-1], strict=True))
        forms = caspase_switch.caspase9_forms(end["C3s"], end["A"], cell)
        np.testing.assert_allclose(forms, [end[name] for name in ("C9", "AC9", "C9s", "AC9s")], rtol=1e-6, atol=1e-9)
        assert caspase_switch.free_apaf(30.0, cell) == pytest.approx(end["A"], rel=1e-6)
        bound = end["C3sX"] + sum(value for name, value in end.items() if name.endswith("XC3s"))
        assert caspase_switch.captured(end["C3s"], cell) == pytest.approx(bound, rel=1e-6)

    @pytest.mark.parametrize("cell", VARIANTS)
    def test_turnover_keeps_the_totals(self, cell):
        course = caspase_course.course(np.linspace(0, 5000, 6), 20.0, cell)
        np.testing.assert_allclose(caspase_course.totals(course, cell), np.tile([20, 20, 40, 200], (6, 1)), rtol=1e-6)


class TestLimits:
    def test_nothing_but_free_caspase9(self):
        """No XIAP, no feedback, no Apaf-1: C3 k2 C9 / (mu + k2 C9)."""
        expected = 200 * 5e-6 * 20 / (1e-3 + 5e-6 * 20)
        assert caspase_switch.steady_states(0.0, Cell(xiap=0, cleavage=False)) == pytest.approx([expected])

    def test_without_xiap_sequestration_is_nothing(self):
        for apaf in (0.0, 5.0, 50.0):
            a, b = (caspase_switch.steady_states(apaf, Cell(xiap=0, sequestration=s)) for s in (True, False))
            np.testing.assert_allclose(a, b, rtol=1e-9)

    def test_free_xiap_falls_only_with_sequestration(self):
        active = np.array([0.0, 1.0, 10.0, 100.0])
        assert np.all(np.diff(caspase_switch.free_xiap(active)) < 0)
        np.testing.assert_allclose(np.ptp(caspase_switch.free_xiap(active, Cell(sequestration=False))), 0)

    def test_one_state_that_no_apaf_changes(self):
        """So much XIAP that even saturating Apaf-1 leaves caspase-3 off."""
        cell = Cell(xiap=200)
        assert caspase_switch.most_stable_states(cell) == 1
        assert caspase_switch.steady_states(1e6, cell)[-1] < 1


class TestIdentities:
    @settings(deadline=None, max_examples=40)
    @given(cells, st.floats(0, 200))
    def test_states_are_odd_in_number_and_lie_on_the_diagram(self, cell, apaf):
        states = caspase_switch.steady_states(apaf, cell)
        assert len(states) in (1, 3)
        assert np.all((states > 0) & (states < cell.caspase3))
        assert caspase_switch.stable_states(apaf, cell) == (len(states) + 1) // 2
        if apaf > 1e-3:
            np.testing.assert_allclose(caspase_switch.apaf_for(states, cell), apaf, rtol=1e-4, atol=1e-6)

    @settings(deadline=None, max_examples=40)
    @given(cells, st.floats(0, 200), st.floats(1e-6, 1))
    def test_caspase9_without_xiap_does_not_depend_on_feedback_or_apaf(self, cell, apaf, share):
        active = share * cell.caspase3
        forms = caspase_switch.caspase9_forms(active, apaf, cell)
        free = caspase_switch.free_xiap(active, cell)
        assert sum(forms) == pytest.approx(cell.caspase9 / (1 + free / 2), rel=1e-9)

    @settings(deadline=None, max_examples=30)
    @given(st.floats(25, 110))
    def test_folds_bound_the_bistable_range(self, xiap):
        cell = Cell(xiap=xiap)
        off, on = caspase_switch.switch_off(cell), caspase_switch.switch_on(cell)
        if np.isnan(on):
            assert all(caspase_switch.stable_states(apaf, cell) == 1 for apaf in (0.0, 0.1, 1.0))
            return
        assert off < on
        middle = 0.5 * (off + min(on, off + 50))
        assert caspase_switch.stable_states(middle, cell) == 2
        if on != inf:
            assert caspase_switch.stable_states(on * 1.001, cell) == 1
        if off > 0:
            assert caspase_switch.stable_states(off * 0.999, cell) == 1

    def test_broadcasts(self):
        assert caspase_switch.balance(np.ones((3, 1)), [0.0, 1.0, 20.0, 50.0]).shape == (3, 4)
        assert np.ndim(caspase_switch.apaf_for(1.0)) == 0
        assert np.isnan(caspase_switch.apaf_for(1e-6))
        assert caspase_switch.apaf_for(199.9) == inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Cell(xiap=-1), "xiap must"),
        (lambda: Cell(caspase3=0), "caspase3 must"),
        (lambda: Cell(caspase9=np.nan), "caspase9 must"),
        (lambda: Cell(sequestration=1), "sequestration must"),
        (lambda: Cell(cleavage=None), "cleavage must"),
        (lambda: caspase_switch.free_apaf(-1), "apaf must"),
        (lambda: caspase_switch.free_xiap(-1), "active must"),
        (lambda: caspase_switch.captured("1"), "active must"),
        (lambda: caspase_switch.caspase9_forms(1, -1), "apaf_free must"),
        (lambda: caspase_switch.balance(1, -1), "apaf must"),
        (lambda: caspase_switch.apaf_for(0), "active must"),
        (lambda: caspase_switch.steady_states([1, 2]), "apaf must"),
        (lambda: caspase_switch.stable_states(np.inf), "apaf must"),
        (lambda: caspase_course.course([0, 2, 1], 1.0), "t must rise"),
        (lambda: caspase_course.course([-1, 1], 1.0), "t must"),
        (lambda: caspase_course.course([0, 1], -1.0), "apaf must"),
        (lambda: caspase_course.course([0, 1], 1.0, start=[1, 2]), "start must hold 13"),
        (lambda: caspase_course.totals([1, 2]), "state must hold 13"),
    ],
)
def test_bad_input_names_the_argument(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


def test_start_alone_is_returned():
    course = caspase_course.course([0.0], 5.0, WILD_TYPE)
    np.testing.assert_array_equal(caspase_course.totals(course), [[5, 20, 40, 200]])
