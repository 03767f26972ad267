"""Numbers typed by hand in a cell although a row of the page's model parameters holds them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resistance.evidence.parameters import Parameter

# Calls whose numbers are the look of a picture or the points of an axis, not what a model rests on.
_LOOK = ("axis", "mark_", "properties", "encode", "Scale", "Axis", "Legend", "arange", "linspace", "geomspace", "range")
_LOOK_ARGUMENTS = ("step", "digits", "positions", "relative", "absolute", "domain", "ticks", "dash", "height", "width")
_VEGA = ("transform_calculate", "transform_filter")
_IN_TEXT = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
# Significant digits without which a number is too common to say where it comes from.
_LEAST_DIGITS = {"published": 2, "chosen": 3}


def typed_numbers(cells: Iterable[tuple[int, ast.AST]], rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Line and message of every literal that equals a parameter of the page.

    Published numbers with two significant digits or more are looked at and chosen ones with three, but not those that
    set a picture's look. Numbers in expressions of Vega (``transform_calculate``, ``transform_filter``) count too.

    Parameters
    ----------
    cells : code cells as Python, each with the line before its first
    rows : rows of the page's ``model_parameters``
    """
    known: dict[float, str] = {}
    for row in rows:
        parameter = Parameter(row["id"], row["value"], row["unit"], row["kind"])
        for number in (parameter.number, *(parameter.numbers or ()), *(parameter.ends or ())):
            if number is not None and _digits(number) >= _LEAST_DIGITS[row["kind"]]:
                known.setdefault(abs(number), row["id"])
    if not known:
        return
    for before, tree in cells:
        for line, number in _literals(tree):
            if abs(number) in known:
                yield before + line, f"{number:g} is the value of {known[abs(number)]!r}"


def _digits(number: float) -> int:
    return len(f"{abs(number):.12e}".partition("e")[0].replace(".", "").strip("0"))


def _literals(node: ast.AST) -> Iterator[tuple[int, float]]:
    """Numbers of a tree that stand for something in a model."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield node.lineno, float(node.value)
        return
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _VEGA:
            yield from _in_texts(node)
        if name.startswith(_LOOK):
            return
    if isinstance(node, ast.keyword) and node.arg in _LOOK_ARGUMENTS:
        return
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)


def _in_texts(node: ast.Call) -> Iterator[tuple[int, float]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield from ((part.lineno, float(found)) for found in _IN_TEXT.findall(part.value))
