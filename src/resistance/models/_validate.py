"""Argument checks shared by all models: every message names the argument and the value."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """The numbers that an argument may take; ``words`` completes the sentence "must be …"."""

    words: str
    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False
    infinite: bool = False

    def holds(self, value: Floats) -> bool:
        """Whether every element lies in the interval (NaN never does)."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        proper = ~np.isnan(value) if self.infinite else np.isfinite(value)
        return bool(np.all(above & below & proper))


REAL = Interval("finite")
POSITIVE = Interval("finite and above 0", low=0, low_open=True)
POSITIVE_OR_INFINITE = Interval("above 0", low=0, low_open=True, infinite=True)
NON_NEGATIVE = Interval("finite and at least 0", low=0)
PROBABILITY = Interval("between 0 and 1", low=0, high=1)
OPEN_PROBABILITY = Interval("between 0 and 1, ends excluded", low=0, high=1, low_open=True, high_open=True)
FRACTION = Interval("above 0 and at most 1", low=0, high=1, low_open=True)


def _floats(name: str, value: Any) -> Floats:
    """``value`` as an array of floats, or ``ValueError`` if it holds anything but real numbers."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}") from None
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got {value!r}")
    return array


def _check(name: str, value: Any, array: Floats, interval: Interval) -> None:
    if not interval.holds(array):
        raise ValueError(f"{name} must be {interval.words}, got {value!r}")


def arrays(**named: tuple[ArrayLike, Interval]) -> list[Floats]:
    """Check the arguments and broadcast them against each other.

    Parameters
    ----------
    **named
        For each argument the value and the interval that it must lie in.

    Returns
    -------
    list of ndarray
        The arguments in the order given, as float arrays of one shape.

    Raises
    ------
    ValueError
        If an argument is not numeric, is empty, leaves its interval, or does not fit the others' shape.
    """
    checked = {}
    for name, (value, interval) in named.items():
        checked[name] = _floats(name, value)
        _check(name, value, checked[name], interval)
    try:
        return list(np.broadcast_arrays(*checked.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in checked.items())
        raise ValueError(f"the shapes of the arguments do not fit together: {shapes}") from None


def number(name: str, value: Any, interval: Interval) -> float:
    """One checked number; an array with more than one element raises ``ValueError``."""
    array = _floats(name, value)
    if array.size != 1:
        raise ValueError(f"{name} must be a single number, got {value!r}")
    _check(name, value, array, interval)
    return float(array.reshape(()))


def whole(name: str, value: Any, low: int = 0) -> int:
    """One checked whole number that is at least ``low``."""
    result = number(name, value, REAL)
    if result != int(result) or result < low:
        raise ValueError(f"{name} must be a whole number of at least {low}, got {value!r}")
    return int(result)


def vector(name: str, value: Any, interval: Interval) -> Floats:
    """One checked one-dimensional array."""
    array = _floats(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, got shape {array.shape}")
    _check(name, value, array, interval)
    return array


def counts(name: str, value: Any) -> NDArray[np.int64]:
    """One-dimensional array of whole numbers of at least 0, such as mutants per culture."""
    array = vector(name, value, NON_NEGATIVE)
    if np.any(array != np.floor(array)):
        raise ValueError(f"{name} must hold whole numbers, got {value!r}")
    return array.astype(np.int64)


def generator(name: str, value: Any) -> np.random.Generator:
    """A NumPy random generator; a seed or a legacy ``RandomState`` raises ``ValueError``."""
    if not isinstance(value, np.random.Generator):
        raise ValueError(f"{name} must be a numpy.random.Generator, got {value!r}")
    return value


def plain(array: ArrayLike) -> Any:
    """A zero-dimensional result as a plain scalar, anything else unchanged."""
    return np.asarray(array)[()]
