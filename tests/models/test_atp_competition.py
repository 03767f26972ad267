"""Competition with ATP: limits, the balance of the pocket, and what a mutation of Km alone can do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from resistance.models import atp_competition

positive = st.floats(1e-3, 1e3)


def test_without_atp_it_is_the_affinity_and_at_km_twice_that():
    np.testing.assert_allclose(atp_competition.ic50(2.0, [0, 8.0, 80.0], 8.0), [2, 4, 22])


@given(positive, positive, positive)
def test_halves_the_activity_of_the_pocket_shared_by_two(kd, atp, km):
    """Solved from the shares of the pocket: ATP's share falls to half at the IC50."""

    def excess(inhibitor):
        return atp / km / (1 + atp / km + inhibitor / kd) - 0.5 * (atp / km / (1 + atp / km))

    high = 10 * kd * (1 + atp / km)
    assert atp_competition.ic50(kd, atp, km) == pytest.approx(brentq(excess, 0, high, xtol=1e-13 * high), rel=1e-6)


@given(positive, positive, positive, positive)
def test_fold_is_the_ratio_of_the_two(ratio, before, after, atp):
    found = atp_competition.ic50(ratio, atp, after) / atp_competition.ic50(1.0, atp, before)
    assert atp_competition.fold_of_mutation(ratio, before, after, atp) == pytest.approx(found)


def test_tighter_atp_alone_raises_the_fold_to_the_ratio_of_km():
    folds = atp_competition.fold_of_mutation(1.0, 100.0, 10.0, [0, 100.0, 1e3, 1e12])
    np.testing.assert_allclose(folds, [1, 5.5, 101 / 11, 10])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: atp_competition.ic50(0, 1, 1), "kd"),
        (lambda: atp_competition.ic50(1, -1, 1), "atp"),
        (lambda: atp_competition.ic50(1, 1, 0), "km"),
        (lambda: atp_competition.fold_of_mutation(0, 1, 1, 1), "kd_ratio"),
        (lambda: atp_competition.fold_of_mutation(1, np.nan, 1, 1), "km_before"),
        (lambda: atp_competition.fold_of_mutation(1, 1, -1, 1), "km_after"),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
