"""What leaves a model is what its docstring promises, or an error that names the arguments.

:func:`returns` stands above every public function of the models. It adds the range of the result to the docstring and
checks it on the way out. A search or an integration that comes to nothing raises :class:`NoResult` where it happens,
which knows nothing of arguments; the decorator of the function that was called then says which arguments it was.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache, wraps
from itertools import pairwise
from typing import Any, ParamSpec, TypeVar, get_type_hints

import numpy as np

from resistance.models._validate import Interval, floats, plain, shown, truth

P = ParamSpec("P")
R = TypeVar("R")


class NoResult(ValueError):
    """There is no result; ``reason`` completes the sentence "the arguments must give …"."""

    def __init__(self, reason: str, message: str | None = None) -> None:
        super().__init__(message or f"the arguments must give {reason}")
        self.reason = reason


def returns(interval: Interval | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a public function with the interval in which every number that it returns lies.

    Parameters
    ----------
    interval
        None for a result that checks itself (a data class) or that holds no number.

    Returns
    -------
    callable
        The function, which raises ``ValueError`` if its result leaves the interval, if a search or an integration fails
        (:class:`NoResult`), or if an argument is not of the data class, or the truth value, that its annotation asks
        for. A floating-point warning on the way is no news: the check of the result is.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        names = tuple(inspect.signature(function).parameters)

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            for place, name, kind in _kinds(function):
                if place < len(args):
                    _of_kind(name, args[place], kind)
                elif name in kwargs:
                    _of_kind(name, kwargs[name], kind)
            try:
                with np.errstate(all="ignore"):
                    result = function(*args, **kwargs)
                    if interval is not None:
                        _promised(result, interval)
            except NoResult as error:
                given = dict(zip(names, args, strict=False)) | kwargs
                reason = error.reason
            except ArithmeticError:  # of plain numbers; arrays overflow to infinity
                given = dict(zip(names, args, strict=False)) | kwargs
                reason = "numbers that a double can hold"
            else:
                return result
            raise NoResult(reason, _message(given or _defaults(function), reason))

        if interval is not None:
            text = inspect.cleandoc(function.__doc__ or "")
            checked.__doc__ = f"{text}\n\nEvery number returned is {interval.words}."
        return checked

    return decorate


def hold(owner: Any, ordered: tuple[str, ...] = (), **intervals: Interval) -> None:
    """Check the named fields of a frozen data class of results, and keep them as floats or arrays of one shape.

    Raises :class:`NoResult` for a number outside its interval, and for ``ordered`` fields that fall from one to the
    next, so that a function that made the object names its arguments.
    """
    shapes = {}
    for name, interval in intervals.items():
        array = floats(name, getattr(owner, name), empty=True)
        if not interval.holds(array):
            value = shown(plain(array))
            raise NoResult(
                f"{name} that is {interval.words}, not {value}", f"{name} must be {interval.words}, got {value}"
            )
        shapes[name] = array.shape
        object.__setattr__(owner, name, array if array.ndim else float(array))
    if len(set(shapes.values())) > 1:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise NoResult("fields of one shape", f"{' and '.join(shapes)} must have one shape, got {given}")
    for lower, upper in pairwise(ordered):
        low, high = getattr(owner, lower), getattr(owner, upper)
        if np.any(low > high):
            text = f"{upper} must be at least {lower}, got {shown(high)} and {shown(low)}"
            raise NoResult(f"{upper} that is at least {lower}, not {shown(high)} and {shown(low)}", text)


@cache
def _kinds(function: Callable[..., Any]) -> tuple[tuple[int, str, type], ...]:
    """Place, name and class of the parameters that a data class or a truth value must be given for."""
    hints = get_type_hints(function)
    named = [(place, name, hints.get(name)) for place, name in enumerate(inspect.signature(function).parameters)]
    return tuple((place, name, kind) for place, name, kind in named if kind is bool or is_dataclass(kind))


def _of_kind(name: str, value: Any, kind: type) -> None:
    if kind is bool:
        truth(name, value)
    elif not isinstance(value, kind):
        home = kind.__module__.rpartition(".")[2]
        raise ValueError(f"{name} must be a {home}.{kind.__name__}, got {shown(value)}")


def _promised(result: Any, interval: Interval) -> None:
    if isinstance(result, tuple):
        for part in result:
            _promised(part, interval)
    elif not is_dataclass(result) and not interval.holds(np.asarray(result, dtype=float)):
        raise NoResult(f"a result that is {interval.words}, not {shown(result)}")


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}


def _message(given: dict[str, Any], reason: str) -> str:
    values = ", ".join(f"{name} = {shown(value)}" for name, value in given.items())
    return f"{', '.join(given)} must give {reason}, got {values}"
