"""Every public function of a model against arithmetic of sixty digits that goes another way (see ``arithmetic``)."""

from __future__ import annotations

import importlib
import inspect

import pytest

from resistance.models.checks import modules

from .arithmetic import CASES, faults, growth, kinetics, limits, mutations, switches

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


def test_the_cases_come_from_these_modules():
    assert {case.pairs.__module__ for case in CASES.values()} == {
        module.__name__ for module in (growth, kinetics, limits, mutations, switches)
    }


@pytest.mark.parametrize("name", sorted(CASES))
def test_function_keeps_its_accuracy_at_extreme_arguments(name):
    assert not (found := faults(name)), "\n".join(found)
