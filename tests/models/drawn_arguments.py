"""Arguments for the public functions of the models: legal ones, found by trial, and odd ones of every kind."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Mapping
from dataclasses import is_dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any, get_args, get_origin

import numpy as np
import pandas as pd

from resistance import models
from resistance.models import maintenance_methylation, parp_arrest
from resistance.models.checks import modules

from .public_functions import Function, takes_arrays

Arguments = dict[str, Any]

# Values of which most parameters accept some.
_NUMBERS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 40.0, 100.0, 1e3, 1e6, 1e9, 1e10)
_WHOLE = (0, 1, 2, 3, 4, 5, 7, 10, 14, 30)
_VECTORS = (
    [0.0, 1.0, 2.5],
    [0.5, 1.0, 4.0],
    [0.1, 0.2, 0.7],
    [0, 1, 0, 2, 5, 30],
    [3.0],
    [0.0],
    [-1.0, 0.5, 0.2],
    [1e9, 3e9],
    [0.4, 0.6],
)
_MATRICES = ([[0.9, 0.1], [0.2, 0.8]], [[0.8, 0.1, 0.1], [0.05, 0.9, 0.05], [0.1, 0.1, 0.8]])

_TRIES, _WANTED = 500, 6

# Functions of which no legal call is found by trial, because their arguments must fit each other: one call each.
_DRUGS = dict(birth=0.14, death=0.13, treated_birth=0.14, treated_death=0.17)
_LEGAL: dict[str, Arguments] = {
    "caspase_course.totals": {"state": np.arange(13.0)},
    "chromatin_chain.silenced_numbers": {"distribution": np.diag([0.0, 0, 0, 1])[::-1]},
    "chromatin_chain.mostly_silenced": {"distribution": np.diag([0.0, 0, 0, 1])[::-1]},
    "chromatin_chain.divide": {"distribution": np.diag([0.0, 0, 0, 1])[::-1]},
    "chromatin_chain.evolve": {"distribution": np.diag([0.0, 0, 0, 1])[::-1], "sweeps": 2, "feedback": 2.0},
    "dual_therapy.burden": dict(probability=0.5, u=1e-9, n1=50, n2=50, n12=1, **_DRUGS),
    "dual_therapy.patient_failure": dict(lesions=[1e8, 1e9], u=1e-9, n1=50, n2=50, n12=1, **_DRUGS),
    "fluctuation.fold_change": {"first": [0, 1, 4], "second": [2, 0, 9, 1], "cells_first": 1e8, "cells_second": 3e8},
    "gompertz.ideal_containment_time": {"to": 5e11, "level": 3e10},
    "meta_analysis.Pooled": dict(
        dict.fromkeys(("fixed", "mean"), 0.1),
        **dict.fromkeys(("fixed_low", "low", "careful_low", "predicted_low"), -0.2),
        **dict.fromkeys(("fixed_high", "high", "careful_high", "predicted_high"), 0.5),
        **{"trials": 3, "tau2": 0.04, "tau": 0.2, "i2": 0.5, "q": 4.0, "q_p": 0.1},
    ),
    "mir200_states.States": dict(mu=[1.0, 2], mrna=[3.0, 4], zeb=[5.0, 6], stable=[True, False], count=2),
    "mir200_states.Curve": dict(snail=[1.0, np.nan], mu=[1.0, 2], mrna=[3.0, 4], zeb=[5.0, 6], stable=[True, False]),
    "mir200_states.curve": {"zeb": [1e3, 1e5]},
    "mutant_distribution.compound_poisson": {"m": 2.0, "b": [-1.0, 0.5, 0.2]},
    "norton_simon.course": dict(t=[0.0, 5.0], n0=1e9, b=0.05, starts=[0.0, 2], durations=[1.0, 1], effects=[2.0, 3]),
    "norton_simon.nadir": dict(t_end=9.0, n0=1e9, b=0.05, starts=[0.0, 2], durations=[1.0, 1], effects=[2.0, 3]),
    "parp_arrest.schedule": {"visits": [0.0, 3.0], "doses": [100.0, 0.0], "t_end": 9.0},
    "state_transitions.estimate": {"compositions": {2: _MATRICES[0], 4: _MATRICES[0]}},
    "state_transitions.propagate": {"start": [0.4, 0.6], "matrix": _MATRICES[0], "steps": 3},
    "state_transitions.steps_to_equilibrium": {"start": [0.4, 0.6], "matrix": _MATRICES[0]},
}


def odd(rng: np.random.Generator) -> Any:
    """A value that few parameters accept, or none."""
    makers = (_odd_number, _odd_shape, _odd_type, _wrapped)
    return makers[rng.choice(4, p=[0.5, 0.2, 0.2, 0.1])](rng)


def beside(value: Any, rng: np.random.Generator, others: list[Any]) -> Any:
    """A value near or far from a legal one, or that of another argument of the same call."""
    if isinstance(value, bool) or not isinstance(value, (int, float, list, np.ndarray)):
        return value
    numbers = [x for x in others if isinstance(x, (int, float)) and not isinstance(x, bool)]
    kind = rng.integers(4)
    if kind == 0 and numbers:
        return numbers[rng.integers(len(numbers))] * float(rng.choice([1, 1 + 1e-12, 1 - 1e-9, 1 + 1e-6]))
    factor = float(10 ** rng.uniform(-12, 12) if kind == 1 else rng.choice([0.5, 0.99, 1.01, 2.0, 3.0]))
    if isinstance(value, int):
        return int(np.clip(value * factor, 0, 10**7)) + int(rng.integers(2))
    return np.asarray(value, dtype=float) * factor if isinstance(value, (list, np.ndarray)) else value * factor


@cache
def legal(function: Function) -> list[Arguments]:
    """Some sets of arguments that the function accepts, found by trial."""
    rng = np.random.default_rng(zlib.crc32(str(function).encode()))
    found = [dict(_LEGAL[str(function)])] if str(function) in _LEGAL else []
    for _ in range(_TRIES):
        if len(found) >= _WANTED:
            break
        arguments = {
            name: _guess(function.hints.get(name), rng)
            for name, parameter in function.parameters.items()
            if parameter.default is parameter.empty or rng.random() < 0.25
        }
        try:
            function.call(**copied(arguments))
        except ValueError:
            continue
        found.append(arguments)
    return found


def copied(arguments: Arguments) -> Arguments:
    """The arguments with generators of the same state, so that a call can be repeated."""
    fresh = {
        name: np.random.default_rng(7) for name, value in arguments.items() if isinstance(value, np.random.Generator)
    }
    return arguments | fresh


def instances(kind: type) -> list[Any]:
    """Objects of a data class that the modules hold as constants, or that the class makes of its defaults."""
    known = [
        value
        for name in modules()
        for value in vars(import_module(f"{models.__name__}.{name}")).values()
        if isinstance(value, kind)
    ]
    return known or [_made(kind)]


def _made(kind: type) -> Any:
    if kind is parp_arrest.Course:
        return parp_arrest.constant(t_end=6.0, samples=5)
    if kind is maintenance_methylation.Dyads:
        return kind(5, 2, 3)
    return kind()


def _guess(hint: Any, rng: np.random.Generator) -> Any:
    """A value of the kind that a parameter wants."""
    pick = lambda values: values[rng.integers(len(values))]  # noqa: E731
    if takes_arrays(hint):
        kind = rng.random()
        return pick(_NUMBERS) if kind < 0.55 else pick(_VECTORS) if kind < 0.85 else pick(_MATRICES)
    if is_dataclass(hint):
        return pick(instances(hint))
    if hint is np.random.Generator:
        return np.random.default_rng(7)
    if get_origin(hint) is tuple:
        return tuple(_guess(part, rng) for part in get_args(hint) if part is not Ellipsis)
    if hint is bool:
        return bool(rng.integers(2))
    if hint is int:
        return pick(_WHOLE)
    if get_args(hint) and type(None) in get_args(hint):
        return _guess(get_args(hint)[0], rng)
    if hint is not None and get_origin(hint) is Mapping:
        return {2: pick(_MATRICES)}
    return pick(_NUMBERS)


def _odd_number(rng: np.random.Generator) -> Any:
    values = (
        *(np.nan, np.inf, -np.inf, -1, -1e-9, -3.5, 0, 0.0, -0.0, 1, 1.0, 2, 5e-324, 1e-300, 1e-12, 1e12, 1e300, 1e308),
        *(1 - 1e-16, 1 + 1e-15, 0.5, 1.5, 7, 60, 10**5, 10**8, 10**30, 10**400, -(10**20), np.float32(0.1), np.int8(3)),
        *(np.uint64(2**64 - 1), np.longdouble(1) / 3, np.float64(2)),
    )
    return values[rng.integers(len(values))]


def _odd_shape(rng: np.random.Generator) -> Any:
    values = (
        *([], (), np.zeros((0, 3)), [[]], [0.5], [1], [1.0, 2.0], [0.1, 0.2, 0.3], [1, 2, 3, 4, 5], [3.0, 2.0, 1.0]),
        *(np.full((2, 2), 0.5), np.ones((2, 3)), np.ones((1, 1, 1)), np.array(0.5), np.arange(6.0), [0, 0, 0], [1, 1]),
        *([np.nan, 1.0], [np.inf, 1.0], [0, -1], [1e308, 1e308], [1e-300, 1e300], [0.5, 0.5], np.eye(3), [[1], [1, 2]]),
        *((0.5, 0.5), (1, 2, 3), (-1, -1), (np.nan, 1), [9000, 9000, 9000], [0, 1, 2000], np.zeros(50), range(3)),
    )
    return values[rng.integers(len(values))]


def _odd_type(rng: np.random.Generator) -> Any:
    values = (
        *(
            "text",
            "3",
            "",
            b"1",
            None,
            True,
            False,
            1j,
            np.array([1 + 2j]),
            [True, False],
            [1, "a"],
            [None, 1.0],
            {},
            {1: 2},
        ),
        *(
            set(),
            object(),
            Ellipsis,
            Decimal("0.5"),
            Fraction(1, 3),
            datetime.date(2020, 1, 1),
            np.datetime64("2020-01-01"),
        ),
        *(
            float,
            len,
            slice(3),
            np.array(["a", "b"]),
            np.array([object()]),
            np.random.RandomState(0),
            ({}, {}),
            [[1, 2], None],
        ),
        np.random.default_rng(1),
    )
    return values[rng.integers(len(values))]


def _wrapped(rng: np.random.Generator) -> Any:
    values = (
        *(np.ma.array([1.0, 2.0], mask=[True, False]), np.ma.array([0.5, 0.25]), np.ma.masked, [np.ma.masked, 1.0]),
        *(
            pd.Series([0.5, 0.25]),
            pd.Series([1, 2, 3], index=[5, 6, 7]),
            pd.Series([0.5, np.nan]),
            pd.Series(["a", "b"]),
        ),
        *(
            pd.Series([1, None], dtype="Int64"),
            pd.Series([1, 2], dtype="Int64"),
            pd.DataFrame({"a": [0.5, 0.5], "b": [1, 2]}),
        ),
        *(pd.Series([0, 1, 5]), pd.Series([], dtype=float), pd.Index([0.5, 0.75]), pd.NA, pd.Timestamp("2020-01-01")),
    )
    return values[rng.integers(len(values))]
