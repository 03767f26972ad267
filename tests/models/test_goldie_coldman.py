import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import goldie_coldman as gc
from resistance.models import mutant_distribution


def test_one_cell_is_sensitive_and_no_mutation_means_no_resistance():
    assert gc.no_resistance(1e-6, 1) == 1
    assert gc.no_resistance(0, 1e12) == 1


def test_it_is_the_zero_term_of_the_mutant_distribution():
    assert gc.no_resistance(1e-6, 2e6 + 1) == pytest.approx(mutant_distribution.pmf(0, 2)[0])


@given(st.floats(1e-3, 0.999), st.floats(1e-12, 1e-2))
def test_size_at_a_probability_inverts_it(probability, alpha):
    assert gc.no_resistance(alpha, gc.cells_at(probability, alpha)) == pytest.approx(probability, rel=1e-9)


@given(st.floats(1e-12, 1e-4))
def test_the_window_of_growth_does_not_depend_on_the_mutation_rate(alpha):
    early, late = gc.cells_at([0.95, 0.05], alpha)
    assert np.log2(late / early) == pytest.approx(gc.doublings_between(0.95, 0.05), abs=0.01)


def test_window():
    assert gc.logs_between() == pytest.approx(1.7664, abs=1e-4)
    assert gc.doublings_between() == pytest.approx(5.868, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: gc.no_resistance(-1, 2), "alpha"),
        (lambda: gc.no_resistance(1e-6, 0.5), "n_cells"),
        (lambda: gc.cells_at(1, 1e-6), "probability"),
        (lambda: gc.cells_at(0.5, 0), "alpha"),
        (lambda: gc.logs_between(0.05, 0.95), "low"),
        (lambda: gc.doublings_between(1.0, 0.5), "high"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        call()
