"""What each function in closed form must give, by arithmetic of sixty digits that goes another way than its code.

A case is registered under the function's name with :func:`closed_form` and yields ``(computed, exact)`` or
``(computed, exact, condition)``. The relative error may be ``condition`` times the accuracy of the case; a condition
above 1 is that of the problem itself (the exponent of an exponential, for example), which no arithmetic in doubles
escapes. Where exact is 0 the error is absolute. Arguments are taken as the doubles that they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

DIGITS = 60
# A few hundred roundings; functions that promise less say so where they are registered.
ACCURACY = 1e-13
# Below this a double has fewer digits, down to none.
TINY = np.finfo(float).tiny
Pairs = Iterator[tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """Cases of one function."""

    pairs: Callable[[], Pairs]
    accuracy: float


CASES: dict[str, Case] = {}


def closed_form(name: str, accuracy: float = ACCURACY) -> Callable[[Callable[[], Pairs]], Callable[[], Pairs]]:
    """Register the decorated generator as the cases of the function ``name`` (module.function)."""

    def register(pairs: Callable[[], Pairs]) -> Callable[[], Pairs]:
        assert name not in CASES, name
        CASES[name] = Case(pairs, accuracy)
        return pairs

    return register


def grid(*values: Any) -> Iterator[tuple[Any, ...]]:
    """Every combination of the values."""
    return product(*values)


def exactly(value: Any) -> mpf:
    """The double as a number of sixty digits."""
    return mpf(float(value))


def roots(*falling: Any) -> list[mpf]:
    """Roots of the polynomial with these coefficients, the highest power first."""
    return mpmath.polyroots(falling[::-1], maxsteps=2000, extraprec=600, asc=True)


def faults(name: str) -> list[str]:
    """One line for each case of a function that is further from the exact value than its accuracy."""
    found, number = [], 0
    case = CASES[name]
    with mp.workdps(DIGITS):
        for number, (computed, exact, *condition) in enumerate(case.pairs(), start=1):
            exact = mpf(exact)
            allowed = case.accuracy * max(1.0, float(condition[0])) if condition else case.accuracy
            given = np.asarray(computed).item()
            if mpmath.isinf(exact):
                wrong = mpf(given) != exact
            else:
                error = abs(mpf(given) - exact) / (abs(exact) if exact else 1)
                wrong = not (error <= allowed or (abs(exact) < TINY and abs(given) < TINY))
            if wrong:
                found.append(
                    f"case {number}: computed {given!r}, exact {mpmath.nstr(exact, 20)}, allowed {allowed:.2g}"
                )
    return found if number else ["no case"]
