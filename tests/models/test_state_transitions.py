"""Transition matrices from compositions of sorted cells: the example of CellTrans, roots, projection, equilibria."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import state_transitions as states


class TestPublished:
    """The worked example of the CellTrans vignette: SW620, twelve times."""

    def test_transition_matrix_and_equilibrium(self):
        matrix = states.estimate(states.SW620)
        np.testing.assert_allclose(matrix[:, 0], [0.9455135, 0.1029900], atol=5e-8)
        np.testing.assert_allclose(states.equilibrium(matrix), [0.6540022, 0.3459978], atol=5e-8)

    def test_days_to_equilibrium(self):
        matrix = states.estimate(states.SW620)
        assert states.steps_to_equilibrium([0.5, 0.5], matrix, 0.01) == 16
        np.testing.assert_allclose(states.propagate([0.5, 0.5], matrix, 16)[-1], [0.6440747, 0.3559253], atol=5e-8)

    @pytest.mark.parametrize("day_6", [states.SUM159_DAY_6, states.SUM149_DAY_6])
    def test_root_gives_day_six_back(self, day_6):
        matrix = states.root(day_6, 6)
        np.testing.assert_allclose(np.linalg.matrix_power(matrix, 6), day_6, atol=1e-10)
        np.testing.assert_allclose(states.equilibrium(matrix), states.equilibrium(day_6), atol=1e-9)


class TestProperties:
    @given(st.floats(0.01, 0.45), st.floats(0.01, 0.45), st.integers(1, 9))
    def test_root_recovers_a_known_matrix(self, up, down, steps):
        matrix = np.array([[1 - up, up], [down, 1 - down]])
        found = states.root(np.linalg.matrix_power(matrix, steps), steps)
        np.testing.assert_allclose(found, matrix, atol=1e-6)
        np.testing.assert_allclose(states.equilibrium(found), np.array([down, up]) / (up + down), atol=1e-5)

    @given(st.lists(st.floats(-3, 3), min_size=2, max_size=6))
    def test_projection(self, row):
        nearest = states.nearest_probabilities(row)
        assert nearest.sum() == pytest.approx(1)
        assert nearest.min() >= 0
        np.testing.assert_allclose(states.nearest_probabilities(nearest), nearest, atol=1e-12)
        distance = np.sum((nearest - row) ** 2)
        for corner in np.eye(len(row)):
            assert distance <= np.sum((corner - row) ** 2) + 1e-9

    def test_rounded_rows_are_normalised(self):
        np.testing.assert_allclose(states.transition_matrix([[0.50, 0.49], [0.1, 0.9]]).sum(1), 1)

    def test_propagate_keeps_the_equilibrium(self):
        goal = states.equilibrium(states.SUM159_DAY_6)
        np.testing.assert_allclose(states.propagate(goal, states.SUM159_DAY_6, 3), np.tile(goal, (4, 1)), atol=1e-12)
        assert states.steps_to_equilibrium(goal, states.SUM159_DAY_6) == 0

    def test_transient_state_has_no_share(self):
        np.testing.assert_allclose(states.equilibrium([[0.5, 0.5], [0, 1]]), [0, 1], atol=1e-12)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: states.transition_matrix([[1.0]]), "values"),
        (lambda: states.transition_matrix([[0.5, 0.4], [0.1, 0.9]]), "values"),
        (lambda: states.transition_matrix([[1.2, -0.2], [0, 1]]), "values"),
        (lambda: states.transition_matrix([[np.nan, 1], [0, 1]]), "values"),
        (lambda: states.equilibrium(np.eye(3)), "matrix"),
        (lambda: states.propagate([1], np.eye(2), 1), "start"),
        (lambda: states.propagate([0.7, 0.7], np.eye(2), 1), "start"),
        (lambda: states.propagate([1, 0], np.eye(2), -1), "steps"),
        (lambda: states.nearest_probabilities([[1, 2]]), "row"),
        (lambda: states.root([[0.1, 0.9], [0.9, 0.1]], 2), "compositions"),
        (lambda: states.root([[0.9, 0.1], [0.1, 0.9]], 0), "steps"),
        (lambda: states.estimate({}), "compositions"),
        (lambda: states.steps_to_equilibrium([1, 0], [[0.9, 0.1], [0.1, 0.9]], 0), "tolerance"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
