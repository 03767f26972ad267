"""Every public function of a model against arithmetic of sixty digits that goes another way (see ``arithmetic``)."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from math import inf, nan

import numpy as np
import pytest
from mpmath import mpf

from resistance.models.checks import modules

from . import arithmetic
from .arithmetic import CASES, Case, faults

# Importing a module registers its cases: a new file in ``arithmetic`` needs no mention here.
HELD = [
    importlib.import_module(f"{arithmetic.__name__}.{found.name}")
    for found in pkgutil.iter_modules(arithmetic.__path__)
]

# Checks of arguments that several modules share: they return nothing.
GIVE_NOTHING = {"gompertz.below", "gompertz.at_least"}


def public_functions() -> set[str]:
    """Functions that a module defines under a name without an underscore, as module.function."""
    found = set()
    for name in modules():
        module = importlib.import_module(f"resistance.models.{name}")
        for function, value in vars(module).items():
            here = inspect.isfunction(value) and value.__module__ == module.__name__
            if here and not function.startswith("_"):
                found.add(f"{name}.{function}")
    return found


def test_every_public_function_has_a_case_of_its_own():
    assert public_functions() - GIVE_NOTHING == set(CASES)


def test_every_module_of_arithmetic_brings_cases():
    assert len(HELD) >= 5
    assert {case.pairs.__module__ for case in CASES.values()} == {module.__name__ for module in HELD}


@pytest.mark.parametrize("name", sorted(CASES))
def test_function_keeps_its_accuracy_at_extreme_arguments(name):
    assert not (found := faults(name)), "\n".join(found)


class TestTheComparison:
    @pytest.fixture
    def faults_of(self, monkeypatch):
        def faults_of(*pairs, accuracy=1e-13):
            monkeypatch.setitem(CASES, "a.case", Case(lambda: iter(pairs), accuracy))
            return faults("a.case")

        return faults_of

    def test_what_is_near_enough_is_no_fault(self, faults_of):
        assert faults_of((1.0, mpf(1)), (np.float64(1 / 3), mpf(1) / 3), (inf, mpf(inf)), (True, 1), (0.0, 0)) == []
        assert faults_of((1e-310, mpf("1.1e-310"))) == [], "below the smallest normal double digits are lost"
        assert faults_of((1 + 1e-12, 1, 100)) == [], "a condition widens what is allowed"

    @pytest.mark.parametrize(
        "pair",
        [
            (1 + 1e-12, 1),
            (-1.0, 1),
            (nan, 1),
            (inf, 1),
            (1.0, mpf(inf)),
            (1e-12, 0),
            (0.0, mpf("1e-20")),
            (1 + 1e-12, 1, 2),
        ],
    )
    def test_what_is_not_is_one_line(self, faults_of, pair):
        (line,) = faults_of((1.0, 1), pair)
        assert line.startswith("case 2: computed ")

    def test_a_case_without_pairs_is_a_fault(self, faults_of):
        assert faults_of() == ["no case"]
