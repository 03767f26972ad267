"""Argument checks shared by all models: every message begins with the argument's name and shows the value.

What leaves a function is checked in :mod:`resistance.models._results`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, prod
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
    nan: bool = False

    def holds(self, value: Floats) -> bool:
        """Whether every element lies in the interval (NaN only where the interval says so)."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        proper = above & below & (~np.isnan(value) if self.infinite else np.isfinite(value))
        return bool(np.all(proper | np.isnan(value) if self.nan else proper))


REAL = Interval("finite")
POSITIVE = Interval("finite and above 0", low=0, low_open=True)
POSITIVE_OR_INFINITE = Interval("above 0, or infinite", low=0, low_open=True, infinite=True)
NON_NEGATIVE = Interval("finite and at least 0", low=0)
NON_NEGATIVE_OR_INFINITE = Interval("at least 0, or infinite", low=0, infinite=True)
PROBABILITY = Interval("between 0 and 1", low=0, high=1)
OPEN_PROBABILITY = Interval("between 0 and 1, ends excluded", low=0, high=1, low_open=True, high_open=True)
FRACTION = Interval("above 0 and at most 1", low=0, high=1, low_open=True)
BELOW_ONE = Interval("at least 0 and below 1", low=0, high=1, high_open=True)
AT_LEAST_ONE = Interval("finite and at least 1", low=1)

# Most elements of an argument, or of arguments broadcast against each other: a larger grid asks for parts.
MOST_VALUES = 5_000_000
# Whole numbers up to here are exact as floats.
LARGEST_WHOLE = 2**53
_LONGEST_TEXT = 160


def shown(value: Any) -> str:
    """``value`` for a message, shortened in the middle where it is long."""
    if isinstance(value, (np.generic, np.ndarray)) and not isinstance(value, np.ma.MaskedArray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (list, tuple)) and len(value) > _LONGEST_TEXT:
        value = [*value[:3], ..., *value[-3:]]
    text = " ".join(repr(value).split())
    if len(text) > _LONGEST_TEXT:
        half = _LONGEST_TEXT // 2
        text = f"{text[:half]} … {text[-half:]}"
    return text


def floats(name: str, value: Any, empty: bool = False) -> Floats:
    """``value`` as an array of floats, or ``ValueError`` if it holds anything but real numbers."""
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{name} must not be a masked array, whose mask would be lost, got {shown(value)}")
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {shown(value)}") from None
    if array.size == 0 and not empty:
        raise ValueError(f"{name} must not be empty, got {shown(value)}")
    if array.size > MOST_VALUES:
        raise ValueError(f"{name} must hold at most {MOST_VALUES} numbers, got {array.size}")
    return array


def _check(name: str, value: Any, array: Floats, interval: Interval) -> None:
    if not interval.holds(array):
        raise ValueError(f"{name} must be {interval.words}, got {shown(value)}")


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
        checked[name] = floats(name, value)
        _check(name, value, checked[name], interval)
    wide = [name for name, array in checked.items() if array.ndim]
    shapes = ", ".join(f"{name} {checked[name].shape}" for name in wide)
    try:
        together = np.broadcast_shapes(*(array.shape for array in checked.values()))
    except ValueError:
        raise ValueError(f"{_listed(wide)} must have shapes that fit together, got {shapes}") from None
    if prod(together) > MOST_VALUES:
        raise ValueError(f"{_listed(wide)} must make at most {MOST_VALUES} combinations, got {shapes}")
    return [np.broadcast_to(array, together) for array in checked.values()]


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def number(name: str, value: Any, interval: Interval) -> float:
    """One checked number; an array with more than one element raises ``ValueError``."""
    array = floats(name, value)
    if array.size != 1:
        raise ValueError(f"{name} must be a single number, got {shown(value)}")
    _check(name, value, array, interval)
    return float(array.reshape(()))


def whole(name: str, value: Any, low: int = 0, high: int = LARGEST_WHOLE) -> int:
    """One checked whole number from ``low`` to ``high``; ``high`` is what keeps the cost of a call within bounds."""
    result = number(name, value, REAL)
    if result != int(result) or result < low:
        raise ValueError(f"{name} must be a whole number of at least {low}, got {shown(value)}")
    if result > high:
        raise ValueError(f"{name} must be at most {high}, got {shown(value)}")
    return int(result)


def vector(name: str, value: Any, interval: Interval, size: int | None = None, most: int = MOST_VALUES) -> Floats:
    """One checked one-dimensional array, of ``size`` elements if that is given and of at most ``most``."""
    array = floats(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, got {shown(value)}")
    if size is not None and array.size != size:
        raise ValueError(f"{name} must hold {size} numbers, got {shown(value)}")
    if array.size > most:
        raise ValueError(f"{name} must hold at most {most} numbers, got {array.size}")
    _check(name, value, array, interval)
    return array


def rising(name: str, value: Any, interval: Interval) -> Floats:
    """One checked one-dimensional array whose elements rise, such as times."""
    array = vector(name, value, interval)
    if np.any(np.diff(array) <= 0):
        raise ValueError(f"{name} must rise from each number to the next, got {shown(value)}")
    return array


def counts(name: str, value: Any) -> NDArray[np.int64]:
    """One-dimensional array of whole numbers of at least 0, such as mutants per culture."""
    array = vector(name, value, NON_NEGATIVE)
    if np.any(array != np.floor(array)):
        raise ValueError(f"{name} must hold whole numbers, got {shown(value)}")
    if np.any(array > LARGEST_WHOLE):
        raise ValueError(f"{name} must be at most {LARGEST_WHOLE}, got {shown(value)}")
    return array.astype(np.int64)


def generator(name: str, value: Any) -> np.random.Generator:
    """A NumPy random generator; a seed or a legacy ``RandomState`` raises ``ValueError``."""
    if not isinstance(value, np.random.Generator):
        raise ValueError(f"{name} must be a numpy.random.Generator, got {shown(value)}")
    return value


def truth(name: str, value: Any) -> bool:
    """One checked truth value."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} must be true or false, got {shown(value)}")
    return bool(value)


def truths(name: str, value: Any) -> NDArray[np.bool_]:
    """One-dimensional array of truth values."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0)
    if array.dtype.kind != "b" or array.ndim != 1 or isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{name} must be an array of true and false with one dimension, got {shown(value)}")
    return array


def plain(array: ArrayLike) -> Any:
    """A zero-dimensional result as a plain scalar, anything else unchanged."""
    return np.asarray(array)[()]


def below(capacity: Floats, **sizes: Floats) -> None:
    """Raise ``ValueError`` unless every size is below ``capacity``."""
    for name, value in sizes.items():
        if np.any(value >= capacity):
            raise ValueError(f"{name} must be below the capacity {shown(plain(capacity))}, got {shown(plain(value))}")


def at_least(**pair: Floats) -> None:
    """Raise ``ValueError`` unless the second of the two named sizes is at least the first."""
    (lower, low), (upper, high) = pair.items()
    if np.any(high < low):
        raise ValueError(f"{upper} must be at least {lower} = {shown(plain(low))}, got {shown(plain(high))}")
