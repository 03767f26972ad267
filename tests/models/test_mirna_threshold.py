"""Threshold-linear repression by a microRNA: the closed form against the equations, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import mirna_threshold as mirna
from resistance.models.titration import titration

CONSTANTS = {"beta": 7.0, "gamma_r": 0.05, "k_on": 1.0, "k_off": 0.1, "gamma_c": 0.5, "m_tot": 10.0}
rates = st.floats(1e-3, 1e3)


def test_combinations():
    assert mirna.unregulated(7, 0.05) == pytest.approx(140)
    assert mirna.tightness(1, 0.1, 0.5) == pytest.approx(0.6)
    assert mirna.capacity(10, 0.5, 0.05) == pytest.approx(100)


def test_is_the_shared_quadratic():
    assert mirna.free_target(**CONSTANTS) == titration(7 / 0.05, 0.6, 100)


def test_closed_form_is_the_end_of_the_course():
    course = mirna.course([0.0, 10.0, 500.0], **CONSTANTS)
    end = mirna.free_target(**CONSTANTS)
    assert course[0, -1] == pytest.approx(end, rel=1e-8)
    assert course[1, -1] == pytest.approx(mirna.complexes(end, 0.6, 10), rel=1e-8)


@given(st.floats(0, 1e3), rates, rates, st.floats(0, 1e3), rates, st.floats(0, 1e3))
def test_closed_form_balances_both_equations(beta, gamma_r, k_on, k_off, gamma_c, m_tot):
    r = mirna.free_target(beta, gamma_r, k_on, k_off, gamma_c, m_tot)
    c = mirna.complexes(r, mirna.tightness(k_on, k_off, gamma_c), m_tot)
    assert 0 <= r <= beta / gamma_r * (1 + 1e-12)
    assert 0 <= c <= m_tot
    assert gamma_r * r + gamma_c * c == pytest.approx(beta, rel=1e-8, abs=1e-12)


def test_without_microrna_nothing_is_repressed():
    assert mirna.free_target(**CONSTANTS | {"m_tot": 0.0}) == pytest.approx(140)
    assert mirna.repression(140, 0.6, 0) == 1


def test_tight_binding_is_threshold_linear():
    r0 = np.array([50.0, 99.0, 101.0, 200.0])
    r = titration(r0, mirna.tightness(1e9, 0.1, 0.5), 100)
    np.testing.assert_allclose(r, np.maximum(0, r0 - 100), atol=1e-3)


def test_repression_is_strong_below_the_threshold_and_gone_above():
    assert mirna.repression(1e-9, 0.6, 100) == pytest.approx(1 + 100 / 0.6)
    assert mirna.repression(1e9, 0.6, 100) == pytest.approx(1, abs=1e-6)
    assert np.all(np.diff(mirna.repression(np.geomspace(0.01, 1e5, 60), 0.6, 100)) < 0)


def test_response_to_less_microrna():
    assert mirna.response(50, 0.6, 100, 1) == 1
    assert mirna.response(50, 0.6, 100, 0) == pytest.approx(mirna.repression(50, 0.6, 100))
    below, above = mirna.response([90.0, 1000.0], 0.6, 100, 0.5)
    assert below > 5
    assert above < 1.1


def test_sensitivity_peaks_at_the_threshold():
    r0 = np.geomspace(1, 1e4, 400)
    slope = mirna.sensitivity(r0, 0.6, 100)
    assert slope.max() > 5
    assert r0[slope.argmax()] == pytest.approx(100, rel=0.1)
    assert slope[0] == pytest.approx(1, abs=0.05)
    assert slope[-1] == pytest.approx(1, abs=0.05)


def test_start_alone():
    np.testing.assert_array_equal(mirna.course([0.0], **CONSTANTS, start=(3.0, 1.0)), [[3.0], [1.0]])


def test_broadcasts():
    assert mirna.free_target(np.ones((3, 1)), 1, 1, 1, 1, np.ones(4)).shape == (3, 4)
    assert np.ndim(mirna.repression(1, 1, 1)) == 0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: mirna.unregulated(-1, 1), "beta"),
        (lambda: mirna.tightness(0, 1, 1), "k_on"),
        (lambda: mirna.capacity(-1, 1, 1), "m_tot"),
        (lambda: mirna.free_target(1, 0, 1, 1, 1, 1), "gamma_r"),
        (lambda: mirna.complexes(1, 0, 1), "half_saturation"),
        (lambda: mirna.repression(0, 1, 1), "r0"),
        (lambda: mirna.response(1, 1, 1, -1), "fold"),
        (lambda: mirna.sensitivity(1, 1, np.nan), "capacity"),
        (lambda: mirna.course([1.0, 0.0], **CONSTANTS), "t"),
        (lambda: mirna.course([1.0], **CONSTANTS, start=(1.0, 11.0)), "start"),
        (lambda: mirna.course([1.0], **CONSTANTS | {"k_on": [1, 2]}), "k_on"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
