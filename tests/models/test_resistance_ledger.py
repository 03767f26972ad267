"""The ledger of the conclusion gives what the chapters' own functions give, and multiplies it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.models import drug_penetration, fluid_pressure, oxygen, ph_partition, pump_leak, resistance_ledger

PH = st.floats(6.0, 8.0)


def test_each_fold_is_that_of_its_chapters_function() -> None:
    assert resistance_ledger.radiation(2.5) == pytest.approx(oxygen.OER_MAX / oxygen.oer(2.5), rel=1e-14)
    ratio = ph_partition.base_ratio(8.3, 7.2, 7.4) / ph_partition.base_ratio(8.3, 7.2, 6.8)
    assert resistance_ledger.acid(8.3, 7.2, 7.4, 6.8) == pytest.approx(ratio, rel=1e-14)
    length = drug_penetration.length_from_half_distance(45)
    assert resistance_ledger.distance(100, 45) * drug_penetration.far_field(100, length) == pytest.approx(1, rel=1e-14)
    for depth in (0.01, 0.05, 0.5):
        inside = fluid_pressure.pressure(depth, 5.0)
        assert resistance_ledger.entry(depth, 5.0) == pytest.approx(1 / (1 - inside), rel=1e-12)


def test_no_mechanism_is_a_fold_of_one() -> None:
    assert resistance_ledger.radiation(1e300) == pytest.approx(1)
    assert resistance_ledger.acid(8.3, 7.2, 7.4, 7.4) == 1
    assert resistance_ledger.distance(0, 45) == 1
    assert resistance_ledger.entry(0, 36.8) == 1
    assert pump_leak.fold_resistance(1, 0, 1) == 1


@given(pka=st.floats(2, 12), inside=PH, tumour=PH)
def test_a_base_loses_where_the_tumour_is_the_more_acid(pka: float, inside: float, tumour: float) -> None:
    fold = resistance_ledger.acid(pka, inside, 7.4, tumour)
    assert (fold >= 1) == (tumour <= 7.4) or fold == pytest.approx(1)


def test_deeper_and_farther_is_more() -> None:
    depths = np.linspace(0, 1, 50)
    assert np.all(np.diff(resistance_ledger.entry(depths, 36.8)) > 0)
    assert np.all(np.diff(resistance_ledger.distance(depths * 300, 45)) > 0)
    assert np.all(np.diff(resistance_ledger.radiation(depths * 40)) < 0)


def test_one_inhibitor_takes_out_one_factor() -> None:
    folds = np.array([3.0, 4.666, 11.0])
    assert resistance_ledger.left(folds, 0) == pytest.approx(folds)
    assert np.prod(resistance_ledger.left(folds, [0, 0, 1])) == pytest.approx(3.0 * 4.666)
    assert np.all(resistance_ledger.left(folds, 1) == 1)
    assert resistance_ledger.left(1e20, 1) == 1, "a large fold leaves no trace of itself"
    assert resistance_ledger.left(11.0, 0.5) == 6


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: resistance_ledger.radiation(-1), "pressure"),
        (lambda: resistance_ledger.radiation(1, m=0.5), "m"),
        (lambda: resistance_ledger.acid(8.3, 7.2, 7.4, np.nan), "ph_"),
        (lambda: resistance_ledger.distance(-1, 45), "distance"),
        (lambda: resistance_ledger.distance(1, 0), "half_distance"),
        (lambda: resistance_ledger.entry(1.5, 3), "depth"),
        (lambda: resistance_ledger.entry(0.5, 0), "alpha"),
        (lambda: resistance_ledger.left(0, 0), "fold"),
        (lambda: resistance_ledger.left(3, 2), "removed"),
        (lambda: resistance_ledger.distance(1e9, 1), "distance"),
        (lambda: resistance_ledger.entry(0.9, 1e4), "depth, alpha must give"),
    ],
)
def test_what_has_no_answer_is_named(call, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        call()
