"""What ``test_public_functions`` knows of the public functions of the models: how to find and call them, and what they
promise.

A promise is read from a signature and a docstring, never from the code. From the signature: the kind of the result.
From the docstring: its range ("Every number returned is …"), its shape ("of shape (…)", an expression in the arguments;
otherwise that of the arguments, broadcast) and bounds that are arguments ("between 0 and ``x0``").
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from importlib import import_module
from math import inf
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike

from resistance import models
from resistance.models.checks import modules

_RANGE = re.compile(r"Every number returned is (.+)\.$", re.MULTILINE)
_SHAPE = re.compile(r"\bof shape (.+?)(?:, of -1 \(active\).*)?$", re.MULTILINE)
_BETWEEN = re.compile(r"between 0 and ``(\w+)``")
_ARRAY = (ArrayLike, np.ndarray)


@dataclass(frozen=True)
class Function:
    """A public function or data class of a module of models."""

    module: str
    name: str
    call: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.call).parameters)

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.call.__init__ if inspect.isclass(self.call) else self.call)

    @cached_property
    def result(self) -> Any:
        return self.call if inspect.isclass(self.call) else self.hints["return"]

    @cached_property
    def text(self) -> str:
        made = inspect.getdoc(self.result) if is_dataclass(self.result) else ""
        return f"{inspect.getdoc(self.call) or ''}\n{made}"

    @cached_property
    def range(self) -> str | None:
        found = _RANGE.search(self.text)
        return found.group(1) if found else None

    @cached_property
    def shape(self) -> str | None:
        found = _SHAPE.search(self.text)
        return found.group(1).strip() if found else None

    @cached_property
    def bounds(self) -> tuple[str, ...]:
        """Arguments that the result does not exceed."""
        returned = self.text.partition("Returns\n-------")[2].partition("Raises\n------")[0]
        return tuple(name for name in _BETWEEN.findall(returned) if name in self.parameters)

    @cached_property
    def arrays(self) -> tuple[str, ...]:
        """Parameters that may be arrays of any shape."""
        return tuple(name for name in self.parameters if takes_arrays(self.hints[name]))

    def is_kind(self, value: Any) -> bool:
        """Whether a value is of the kind that the signature promises."""
        return _is_kind(value, self.result)

    def expected_shape(self, arguments: dict[str, Any]) -> tuple[int, ...] | None:
        """Shape of an array result: that of the docstring, or that of the arguments broadcast; None for others."""
        if self.shape is not None:
            scope = {module: import_module(f"{models.__name__}.{module}") for module in modules()}
            scope |= {"np": np, **self.defaults, **arguments}
            # A whole number may come as an array of one element.
            scope |= {name: int(np.ravel(scope[name])[0]) for name, hint in self.hints.items() if hint is int}
            return tuple(int(length) for length in eval(self.shape, scope))  # our own docstrings
        parts = set(get_args(self.result)) if get_origin(self.result) is tuple else {self.result}
        if parts <= {float, int, bool}:
            return ()
        if not self.arrays or any(is_dataclass(part) for part in parts):
            return None
        given = self.defaults | arguments
        return np.broadcast_shapes(*(shape for name in self.parameters for shape in self._shapes(name, given[name])))

    def _shapes(self, name: str, value: Any) -> list[tuple[int, ...]]:
        """Shapes that the result takes from an argument: of an array, of a pair of arrays, of patients."""
        if value is None:
            return []
        if name in self.arrays:
            return [np.shape(value)]
        if get_origin(self.hints[name]) is tuple:
            return [np.shape(part) for part in value]
        if getattr(self.hints[name], "__name__", "") == "Disposition":
            return [np.shape(part) for part in numbers(value)]
        return []

    @cached_property
    def defaults(self) -> dict[str, Any]:
        return {name: p.default for name, p in self.parameters.items() if p.default is not p.empty}

    def names(self, arguments: dict[str, Any], only: set[str] | None = None) -> set[str]:
        """What a message may call the arguments: the parameters and the fields of data classes among them."""
        found = set(self.parameters if only is None else only)
        for name in list(found):
            hint = self.hints.get(name)
            found |= {field.name for field in fields(hint)} if is_dataclass(hint) else set()
        return found


def functions() -> Iterator[Function]:
    """Every public function and data class, found in the modules that the table of model checks may call."""
    for name in modules():
        module = import_module(f"{models.__name__}.{name}")
        for key, value in vars(module).items():
            home = getattr(value, "__module__", "").removeprefix(f"{models.__name__}.")
            private = home.startswith("_") and home != "_validate"
            ours = home == name or (private and (is_dataclass(value) or key in getattr(module, "__all__", ())))
            if ours and not key.startswith("_") and (inspect.isfunction(value) or inspect.isclass(value)):
                yield Function(name, key, value)


def takes_arrays(hint: Any) -> bool:
    return hint == ArrayLike or (
        get_origin(hint) in (Union, UnionType) and set(get_args(ArrayLike)) <= set(get_args(hint))
    )


def within(words: str, value: np.ndarray) -> bool:
    """Whether every element of ``value`` lies in the range that ``words`` describe."""
    if words == "-1, 0 or 1":
        return bool(np.all(np.isin(value, (-1, 0, 1))))
    between = re.match(r"between (-?\d+) and (-?\d+)", words)
    limits = {word: float(number) for word, number in re.findall(r"(at least|above|at most|below) (-?\d+)", words)}
    if between:
        limits |= {"at least": float(between[1]), "at most": float(between[2])}
    if not limits and words != "finite":
        raise AssertionError(f"the range {words!r} is not understood")
    if "NaN" in words:
        value = value[~np.isnan(value)]
    proper = ~np.isnan(value) if "infini" in words else np.isfinite(value)
    above = (value >= limits.get("at least", -inf)) & ((value > limits["above"]) if "above" in limits else True)
    under = (value <= limits.get("at most", inf)) & ((value < limits["below"]) if "below" in limits else True)
    return bool(np.all(proper & above & under))


def numbers(result: Any) -> list[Any]:
    """The numbers and arrays in a result: its parts or the fields of the data classes."""
    if is_dataclass(result):
        return [part for field in fields(result) for part in numbers(getattr(result, field.name))]
    if isinstance(result, (tuple, list)):
        return [part for item in result for part in numbers(item)]
    return [] if isinstance(result, str) else [result]


def _is_kind(value: Any, hint: Any) -> bool:
    if get_origin(hint) is tuple:
        parts = get_args(hint)
        each = parts[:1] * len(value) if len(parts) == 2 and parts[1] is Ellipsis else parts
        return isinstance(value, tuple) and len(value) == len(each) and all(map(_is_kind, value, each))
    if hint is float:
        return isinstance(value, float)
    if hint in (int, bool):
        return type(value) is hint
    if is_dataclass(hint):
        return isinstance(value, hint)
    if hint is str:
        return isinstance(value, str)
    return isinstance(value, (np.ndarray, np.generic, float))
