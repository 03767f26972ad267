"""Evaluate the calls of the table of model checks, and nothing else.

A call is one expression such as ``fluctuation.mle(fluctuation.DEMEREC).m / 1.9e8``. It may call public functions of the
modules of this package with literals and with public constants of these modules, read attributes and items of what
comes back, and do arithmetic. Everything else raises ``ValueError``, so that a table which anyone may edit by pull
request cannot run code of its own; so does a call that takes more than :data:`MOST_SECONDS` or :data:`MOST_MEMORY`, and
one whose value does not depend on what the model gives, because it could not notice a fault.
"""

from __future__ import annotations

import ast
import inspect
import random
import typing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any

from resistance.models._bounds import MOST_MEMORY, MOST_SECONDS, bounded
from resistance.models._expressions import (
    BINARY,
    UNARY,
    arithmetic,
    constant,
    field,
    function_of,
    modules,
    number,
)

__all__ = ["MOST_CHARACTERS", "MOST_MEMORY", "MOST_SECONDS", "evaluate", "modules", "outermost", "resolve"]

MOST_CHARACTERS = 2000
_TRIALS = 16

Leaf = Callable[[ast.expr], Any]


def evaluate(
    call: str, change: Callable[[str, float], float] | None = None, known: dict[str, float] | None = None
) -> float:
    """Value of one call of the table of model checks.

    Parameters
    ----------
    call : expression, for example ``"regrowth.doubling_time(regrowth.rate_from_log10(-2.08))"``
    change : what to put in the place of a number that a model gives, from its text (one of :func:`outermost`) and the
        number; to see whether a check notices that a model gives something else
    known : numbers that models gave before, by their texts, which are not computed again; receives new ones

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If :func:`resolve` refuses the text, if the function rejects its arguments, if the value is not a number, or if
        the call takes more than ``MOST_SECONDS`` of processor time or ``MOST_MEMORY`` bytes beside what the process
        holds. Time is bounded in the main thread of a process, memory on Linux.
    """
    tree = _resolved(call)

    def leaf(node: ast.expr) -> Any:
        text = ast.unparse(node)
        given = number(_read(node)) if known is None or text not in known else known[text]
        if known is not None:
            known[text] = given
        return given if change is None else change(text, given)

    with _naming(call), bounded():
        return float(number(_value(tree, leaf)))


def resolve(call: str) -> None:
    """Raise ``ValueError`` unless ``call`` can be evaluated, as far as that shows without calling a function.

    Names, the arguments' fit to the signature and the fields of results are looked up, and the arithmetic is done with
    numbers that stand in for those of the models: each of these must matter for the value.
    """
    _resolved(call)


def outermost(call: str) -> tuple[str, ...]:
    """The parts of ``call`` that give the numbers with which it does its arithmetic, each once, as texts.

    ``"p53.limit_cycle().period / p53.period()"`` has the parts ``p53.limit_cycle().period`` and ``p53.period()``.
    Raises ``ValueError`` as :func:`resolve` does.
    """
    found: dict[str, float] = {}

    def leaf(node: ast.expr) -> float:
        text = ast.unparse(node)
        found[text] = found.get(text, len(found) + 1.5)
        return found[text]

    tree = _resolved(call)
    with suppress(ArithmeticError):  # at the end, when all parts have been met
        _value(tree, leaf)
    return tuple(found)


class _naming:
    """Turns what goes wrong inside into one ``ValueError`` that names the call."""

    def __init__(self, call: str) -> None:
        self.call = call

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, ValueError):
            raise ValueError(f"{error} (in the call {self.call!r})") from None
        if isinstance(error, (TypeError, AttributeError, LookupError, ArithmeticError, RecursionError, MemoryError)):
            raise ValueError(f"{type(error).__name__}: {error} (in the call {self.call!r})") from None


@lru_cache(maxsize=512)
def _resolved(call: str) -> ast.expr:
    if not isinstance(call, str):
        raise ValueError(f"call must be a text, got {call!r}")
    if len(call) > MOST_CHARACTERS:
        raise ValueError(f"call must have at most {MOST_CHARACTERS} characters, got {len(call)}")
    try:
        tree = ast.parse(call.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(f"call must be one expression, got {call!r}: {error}") from None
    with _naming(call):
        _must_depend_on_models(tree)
    return tree


def _must_depend_on_models(tree: ast.expr) -> None:
    """Raise ``ValueError`` unless every number that a model gives moves the value, judged with stand-ins."""
    leaves: set[str] = set()
    texts: dict[int, str] = {}  # by the node, which the tree keeps: each is met many times

    def stand_in(trial: int, changed: str = "") -> float | None:
        def leaf(node: ast.expr) -> float:
            text = texts.get(id(node))
            if text is None:
                text = texts[id(node)] = ast.unparse(node)
                _kind(node)
                leaves.add(text)
            draw = 10 ** random.Random(f"{trial} {text} {text == changed}").uniform(-4, 4)
            return draw if trial % 2 else draw * random.Random(f"sign {trial} {text}").choice((-1, 1))

        try:
            return float(number(_value(tree, leaf)))
        except ArithmeticError:
            return None

    values = [stand_in(trial) for trial in range(_TRIALS)]
    if not leaves:
        raise ValueError("the value depends on no function of a model")
    if all(value is None for value in values):
        raise ValueError("the arithmetic cannot be done whatever the models give")
    for text in leaves:
        if all(stand_in(trial, text) == value for trial, value in enumerate(values)):
            raise ValueError(f"the value does not depend on {text!r}")


def _value(node: ast.expr, leaf: Leaf) -> Any:
    """Value of an expression; ``leaf`` gives that of a call with the fields and items that are read from its result."""
    if isinstance(_root(node), ast.Call):
        return leaf(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, str, type(None))):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        return [_value(element, leaf) for element in node.elts]
    if isinstance(node, ast.UnaryOp) and type(node.op) in UNARY:
        return UNARY[type(node.op)](number(_value(node.operand, leaf)))
    if isinstance(node, ast.BinOp) and type(node.op) in BINARY:
        return arithmetic(node.op, number(_value(node.left, leaf)), number(_value(node.right, leaf)))
    if isinstance(node, ast.Attribute):
        return constant(node) if isinstance(node.value, ast.Name) else field(_value(node.value, leaf), node.attr)
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return _value(node.value, leaf)[_value(node.slice, leaf)]
    raise ValueError(f"{ast.unparse(node)!r} is not allowed")


def _root(node: ast.expr) -> ast.expr:
    """What the fields and items of ``node`` are read from."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node


def _read(node: ast.expr) -> Any:
    """Result of a call, or of what is read from it."""
    if isinstance(node, ast.Call):
        return _called(ast.unparse(node))
    if isinstance(node, ast.Attribute):
        return field(_read(node.value), node.attr)
    assert isinstance(node, ast.Subscript)
    return _read(node.value)[_value(node.slice, _read)]


@lru_cache(maxsize=1024)
def _called(text: str) -> Any:
    """Result of the call ``text``; kept, because several rows read different fields of one result."""
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    keywords = {str(word.arg): _value(word.value, _read) for word in node.keywords}
    return function_of(node)(*(_value(argument, _read) for argument in node.args), **keywords)


def _kind(node: ast.expr) -> Any:
    """Declared type of what a call gives, or of what is read from it; checks names, arguments and fields on the way."""
    if isinstance(node, ast.Call):
        function = function_of(node)
        keywords = {str(word.arg): word.value for word in node.keywords}
        try:
            inspect.signature(function).bind(*node.args, **keywords)
        except TypeError as error:
            raise ValueError(f"{ast.unparse(node.func)!r} does not take these arguments: {error}") from None
        for argument in (*node.args, *keywords.values()):
            _value(argument, _kind_as_number)
        return function if inspect.isclass(function) else typing.get_type_hints(function).get("return", Any)
    assert isinstance(node, (ast.Attribute, ast.Subscript))
    owner = _kind(node.value)
    if isinstance(node, ast.Attribute):
        if owner is not Any and not (is_dataclass(owner) and node.attr in owner.__dataclass_fields__):
            raise ValueError(f"{node.attr!r} is not a field of the result of {ast.unparse(node.value)!r}")
        return Any if owner is Any else typing.get_type_hints(owner)[node.attr]
    if isinstance(node.slice, ast.Slice):
        raise ValueError(f"{ast.unparse(node)!r} is not allowed")
    parts = typing.get_args(owner)
    return parts[0] if typing.get_origin(owner) is tuple and set(parts[1:]) <= {parts[0], ...} else Any


def _kind_as_number(node: ast.expr) -> float:
    _kind(node)
    return 1.5
