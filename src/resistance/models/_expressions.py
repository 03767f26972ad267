"""The words of the calls that :mod:`resistance.models.checks` evaluates: public names, fields, numbers, arithmetic."""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import operator
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import is_dataclass
from functools import cache
from typing import Any

import numpy as np

_PACKAGE = "resistance.models"
BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_NUMBER = (int, float, np.number)
# A power is the one operation whose cost a short text can inflate without bound.
_LARGEST_POWER = 1000


@cache
def modules() -> tuple[str, ...]:
    """Names of the modules whose functions a call may use; the folder is read once, for hundreds of calls ask."""
    package = importlib.import_module(_PACKAGE)
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_") and name != "checks"))


def public(node: ast.expr) -> Any:
    """The public object ``module.name``, defined in or re-exported from a module of this package."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        raise ValueError(f"{ast.unparse(node)!r} is not of the form module.name")
    module, name = node.value.id, node.attr
    if module not in modules():
        raise ValueError(f"{module!r} is not a module of {_PACKAGE}{_meant(module, modules())}")
    names = vars(importlib.import_module(f"{_PACKAGE}.{module}"))
    if name.startswith("_") or name not in names:
        shown = [known for known in names if not known.startswith("_")]
        raise ValueError(f"{ast.unparse(node)!r} is not public in {_PACKAGE}{_meant(name, shown)}")
    found = names[name]
    home = getattr(found, "__module__", None)
    if inspect.ismodule(found) or (home is not None and not home.startswith(f"{_PACKAGE}.")):
        raise ValueError(f"{ast.unparse(node)!r} is not part of {_PACKAGE}")
    return found


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" (perhaps {near[0]!r} is meant)" if near else ""


def constant(node: ast.Attribute) -> Any:
    found = public(node)
    if callable(found):
        raise ValueError(f"{ast.unparse(node)!r} is a function: call it")
    return found


def field(owner: Any, name: str) -> Any:
    """A field of a result: only data that a dataclass of ours declares."""
    if not is_dataclass(owner) or name not in owner.__dataclass_fields__:
        raise ValueError(f"{name!r} is not a field of the result")
    return getattr(owner, name)


def number(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(())[()]
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if not isinstance(value, _NUMBER):
        raise ValueError(f"{value!r} is not a number")
    return value


def arithmetic(operation: ast.operator, left: Any, right: Any) -> float:
    """Result of an operation; ``ArithmeticError`` where there is none among the real numbers."""
    if isinstance(operation, ast.Pow) and abs(right) > _LARGEST_POWER:
        raise ValueError(f"the exponent {right!r} is too large")
    result = BINARY[type(operation)](float(left), float(right))
    if isinstance(result, complex):
        raise ArithmeticError(f"{left!r} has no real power {right!r}")
    return result


def function_of(node: ast.Call) -> Callable[..., Any]:
    function = public(node.func)
    if not (inspect.isfunction(function) or (inspect.isclass(function) and is_dataclass(function))):
        raise ValueError(f"{ast.unparse(node.func)!r} is not a function")
    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
    if starred or any(keyword.arg is None for keyword in node.keywords):
        raise ValueError(f"{ast.unparse(node)!r} is not allowed")
    return function
