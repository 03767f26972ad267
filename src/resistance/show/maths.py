"""The mathematics of a formula that runs twice: on NumPy arrays, and as text that Vega computes in the browser.

A formula receives one of the two namespaces as its first argument and uses nothing else of mathematics::

    def formula(f, t, kill, doubling):
        return {"cells": f.exp(f.log(2) / doubling * t) * (1 - kill)}

Both offer the same names. Operators (``+ - * / ** < <= > >= == != & | ~``) work on the values themselves. Python's
``if``, ``and``, ``min()`` do not reach the browser: ``f.where``, ``&``, ``f.minimum``; nor does ``%``, which
differs for negative numbers: ``f.mod``. What Vega lacks is composed from what it has.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special


class NumPyMaths:
    """The functions on NumPy arrays; shapes broadcast."""

    pi = math.pi
    nan = math.nan
    abs = staticmethod(np.abs)
    acos = staticmethod(np.arccos)
    asin = staticmethod(np.arcsin)
    atan = staticmethod(np.arctan)
    atan2 = staticmethod(np.arctan2)
    ceil = staticmethod(np.ceil)
    cos = staticmethod(np.cos)
    erf = staticmethod(special.erf)
    exp = staticmethod(np.exp)
    expm1 = staticmethod(np.expm1)
    floor = staticmethod(np.floor)
    log = staticmethod(np.log)
    log10 = staticmethod(np.log10)
    log1p = staticmethod(np.log1p)
    sin = staticmethod(np.sin)
    sqrt = staticmethod(np.sqrt)
    tan = staticmethod(np.tan)
    where = staticmethod(np.where)

    @staticmethod
    def clip(value: Any, low: Any, high: Any) -> Any:
        """``value``, but no less than ``low`` and no more than ``high``."""
        return np.minimum(np.maximum(value, low), high)

    @staticmethod
    def round(value: Any) -> Any:
        """To the nearest whole number, halves upwards as in JavaScript."""
        return np.floor(np.add(value, 0.5))

    @staticmethod
    def maximum(first: Any, *others: Any) -> Any:
        """The largest of its arguments."""
        for other in others:
            first = np.maximum(first, other)
        return first

    @staticmethod
    def minimum(first: Any, *others: Any) -> Any:
        """The smallest of its arguments."""
        for other in others:
            first = np.minimum(first, other)
        return first

    @staticmethod
    def mod(value: Any, by: Any) -> Any:
        """What is left after whole times ``by``; of the sign of ``by``."""
        return value - by * np.floor(np.divide(value, by))

    @staticmethod
    def step(name: str, value: Any) -> Any:
        """A value that is used several times: in the browser it is computed once, as a field of that name."""
        return value


class VegaMaths:
    """The same names on Altair's expression objects; ``steps`` collects the fields that ``step`` asks for."""

    def __init__(self) -> None:
        import altair as alt

        self._expr = alt.expr
        self._datum = alt.datum
        self.steps: dict[str, str] = {}
        self.pi = math.pi
        self.nan = alt.expr.toNumber("NaN")
        for name in (
            "abs",
            "acos",
            "asin",
            "atan",
            "atan2",
            "ceil",
            "cos",
            "exp",
            "floor",
            "log",
            "sin",
            "sqrt",
            "tan",
        ):
            setattr(self, name, getattr(alt.expr, name))
        # math.floor(x + 0.5) on both sides: Vega's own round is JavaScript's, and that is the same.
        self.round = alt.expr.round
        self.maximum = alt.expr.max
        self.minimum = alt.expr.min
        self.where = alt.expr.if_

    def clip(self, value: Any, low: Any, high: Any) -> Any:
        """``value``, but no less than ``low`` and no more than ``high``."""
        return self._expr.min(self._expr.max(value, low), high)

    def erf(self, value: Any) -> Any:
        """Error function, by the normal distribution."""
        return 2 * self._expr.cumulativeNormal(value * math.sqrt(2), 0, 1) - 1

    def log10(self, value: Any) -> Any:
        """Logarithm to the base of ten."""
        return self._expr.log(value) / math.log(10)

    def log1p(self, value: Any) -> Any:
        """log(1 + x) with all digits where x is small (Kahan: the error of 1 + x cancels)."""
        near = 1 + value
        return self.where(near == 1, value, self._expr.log(near) * value / (near - 1))

    def expm1(self, value: Any) -> Any:
        """exp(x) - 1 with all digits where x is small (Kahan)."""
        grown = self._expr.exp(value)
        small = self.where(grown - 1 == -1, -1, (grown - 1) * value / self._expr.log(grown))
        return self.where(grown == 1, value, self.where(self._expr.isFinite(grown), small, grown))

    def mod(self, value: Any, by: Any) -> Any:
        """What is left after whole times ``by``; of the sign of ``by``."""
        return value - by * self._expr.floor(value / by)

    def step(self, name: str, value: Any) -> Any:
        """A value that is used several times, computed once as the field ``name``."""
        if name in self.steps:
            raise ValueError(f"formula: the step {name!r} is computed twice")
        self.steps[name] = text_of(value)
        return self._datum[name]


def text_of(value: Any) -> str:
    """Vega's text of an expression, a parameter, a number or a text."""
    if hasattr(value, "to_dict"):
        written = value.to_dict()
        return written["expr"] if isinstance(written, dict) else written
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "toNumber('NaN')" if math.isnan(value) else f"toNumber('{'Infinity' if value > 0 else '-Infinity'}')"
    if isinstance(value, int | float | str):
        return repr(value)
    raise ValueError(f"formula: {value!r} is not something that Vega can compute")
