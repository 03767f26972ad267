"""Evaluate the calls of ``data/model_checks.csv``, and nothing else.

A call is one expression such as ``fluctuation.mle(fluctuation.DEMEREC).m / 1.9e8``. It may call public functions of the
modules of this package with literals and with public constants of these modules, read attributes and items of what
comes back, and do arithmetic. Everything else raises ``ValueError``, so that a table which anyone may edit by pull
request cannot run code of its own.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import operator
import pkgutil
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any

import numpy as np

_PACKAGE = "resistance.models"
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_NUMBER = (int, float, np.number)
# A power is the one operation whose cost a short text can inflate without bound.
_LARGEST_POWER = 1000


def evaluate(call: str) -> float:
    """Value of one call of the table of model checks.

    Parameters
    ----------
    call : expression, for example ``"regrowth.doubling_time(regrowth.rate_from_log10(-2.08))"``

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the text is not such an expression, if the function rejects its arguments, or if the value is not a number.
    """
    if not isinstance(call, str):
        raise ValueError(f"call must be a text, got {call!r}")
    try:
        tree = ast.parse(call.strip(), mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"call must be one expression, got {call!r}: {error}") from None
    try:
        return float(_number(_value(tree.body)))
    except ValueError as error:
        raise ValueError(f"{error} (in the call {call!r})") from None
    except (TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error} (in the call {call!r})") from None


def modules() -> tuple[str, ...]:
    """Names of the modules whose functions a call may use."""
    package = importlib.import_module(_PACKAGE)
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in found if not name.startswith("_") and name != "checks"))


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, str, type(None))):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        return [_value(element) for element in node.elts]
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _UNARY[type(node.op)](_number(_value(node.operand)))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _arithmetic(node.op, _number(_value(node.left)), _number(_value(node.right)))
    if isinstance(node, ast.Call):
        return _called(ast.unparse(node))
    if isinstance(node, ast.Attribute):
        return _constant(node) if isinstance(node.value, ast.Name) else _field(_value(node.value), node.attr)
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return _value(node.value)[_value(node.slice)]
    raise ValueError(f"{ast.unparse(node)!r} is not allowed")


@lru_cache(maxsize=256)
def _called(text: str) -> Any:
    """Result of the call ``text``; kept, because several rows read different fields of one result."""
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    function = _public(node.func)
    if not (inspect.isfunction(function) or (inspect.isclass(function) and is_dataclass(function))):
        raise ValueError(f"{ast.unparse(node.func)!r} is not a function")
    if any(keyword.arg is None for keyword in node.keywords):
        raise ValueError(f"{text!r} is not allowed")
    return function(*map(_value, node.args), **{str(word.arg): _value(word.value) for word in node.keywords})


def _public(node: ast.expr) -> Any:
    """The public object ``module.name``, defined in or re-exported from a module of this package."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        raise ValueError(f"{ast.unparse(node)!r} is not of the form module.name")
    module, name = node.value.id, node.attr
    if module not in modules() or name.startswith("_"):
        raise ValueError(f"{ast.unparse(node)!r} is not public in {_PACKAGE}")
    found = getattr(importlib.import_module(f"{_PACKAGE}.{module}"), name)
    home = getattr(found, "__module__", None)
    if inspect.ismodule(found) or (home is not None and not home.startswith(f"{_PACKAGE}.")):
        raise ValueError(f"{ast.unparse(node)!r} is not part of {_PACKAGE}")
    return found


def _constant(node: ast.Attribute) -> Any:
    found = _public(node)
    if callable(found):
        raise ValueError(f"{ast.unparse(node)!r} is a function: call it")
    return found


def _field(owner: Any, name: str) -> Any:
    """A field of a result: only data that a dataclass of ours declares."""
    if not is_dataclass(owner) or name not in owner.__dataclass_fields__:
        raise ValueError(f"{name!r} is not a field of the result")
    return getattr(owner, name)


def _number(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(())[()]
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if not isinstance(value, _NUMBER):
        raise ValueError(f"{value!r} is not a number")
    return value


def _arithmetic(operation: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(operation, ast.Pow) and abs(right) > _LARGEST_POWER:
        raise ValueError(f"the exponent {right!r} is too large")
    return _BINARY[type(operation)](float(left), float(right))
