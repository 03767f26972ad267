"""Which texts an expression of a cell can be, as far as they are written out in the cell: nothing is executed.

A chapter keeps its numbers under names, ``show_number("name", …)``, often in a loop over names that are written out.
This follows such loops, so that a misspelt ``{glue:text}`` is found before anything runs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

_MOST_ROUNDS = 10_000  # of all loops of a page


class _Unknown:
    """What only a run can tell."""


UNKNOWN = _Unknown()
_METHODS = ("items", "keys", "values", "replace", "lower", "upper", "title", "strip", "removeprefix", "removesuffix")
_FUNCTIONS: dict[str, Callable] = {
    f.__name__: f for f in (zip, enumerate, range, sorted, reversed, list, tuple, set, dict, str, len)
}


class Values:
    """Follows statements in order; ``seen`` is called for every call of ``function``, with its line and first value."""

    def __init__(self, function: str, seen: Callable[[int, Any], None]):
        self.function = function
        self.seen = seen
        self.names: dict[str, Any] = {}
        self.rounds = 0

    def run(self, body: list[ast.stmt]) -> None:
        """Follow the statements of a block."""
        for statement in body:
            match statement:
                case ast.For(target, found, inner, rest):
                    self._loop(target, self.value(found), inner)
                    self.run(rest)
                case ast.If(_, inner, rest) | ast.While(_, inner, rest):
                    self.run(inner)
                    self.run(rest)
                case ast.With(_, inner):
                    self.run(inner)
                case ast.Try(inner, handlers, rest, final):
                    self.run([*inner, *(s for h in handlers for s in h.body), *rest, *final])
                case ast.FunctionDef(_, arguments, inner):
                    kept = dict(self.names)
                    self.names |= {a.arg: UNKNOWN for a in [*arguments.args, *arguments.kwonlyargs]}
                    self.run(inner)
                    self.names = kept
                case ast.Assign(targets, value):
                    self._look(statement)
                    for target in targets:
                        self._bind(target, self.value(value))
                case ast.AnnAssign(target, _, value) if value:
                    self._look(statement)
                    self._bind(target, self.value(value))
                case _:
                    self._look(statement)
                    for node in ast.walk(statement):
                        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                            self.names[node.id] = UNKNOWN

    def _look(self, statement: ast.stmt) -> None:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and called(node) == self.function and node.args:
                self.seen(node.lineno, self.value(node.args[0]))

    def _loop(self, target: ast.expr, found: Any, inner: list[ast.stmt]) -> None:
        try:
            rounds = list(found)
        except TypeError:
            rounds = [UNKNOWN]
        for value in rounds:
            self.rounds += 1
            if self.rounds > _MOST_ROUNDS:
                return
            self._bind(target, value)
            self.run(inner)

    def _bind(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(name):
                self.names[name] = value
            case ast.Tuple(parts) | ast.List(parts):
                try:
                    values = list(value)
                except TypeError:
                    values = []
                for i, part in enumerate(parts):
                    self._bind(part, values[i] if len(values) == len(parts) else UNKNOWN)

    def value(self, node: ast.expr | None) -> Any:
        """The value of an expression, or :data:`UNKNOWN`; a container may hold unknown values."""
        try:
            return self._value(node)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            return UNKNOWN

    def _value(self, node: ast.expr | None) -> Any:
        match node:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return self.names.get(name, UNKNOWN)
            case ast.Tuple(parts) | ast.List(parts):
                return [self.value(part) for part in parts]
            case ast.Dict(keys, values):
                return {self.value(k): self.value(v) for k, v in zip(keys, values, strict=True)}
            case ast.Subscript(of, at):
                return self._known(of)[self._known(at)]
            case ast.BinOp(left, ast.Add(), right):
                return self._known(left) + self._known(right)
            case ast.JoinedStr(parts):
                return "".join(self._joined(part) for part in parts)
            case ast.Call(ast.Attribute(of, name), arguments, []) if name in _METHODS:
                found = self._known(of)
                return getattr(found, name)(*(self._known(a) for a in arguments))
            case ast.Call(ast.Name(name), arguments, keywords) if name in _FUNCTIONS:
                given = {k.arg: self._known(k.value) for k in keywords if k.arg}
                return _FUNCTIONS[name](*(self._known(a) for a in arguments), **given)
        return UNKNOWN

    def _known(self, node: ast.expr) -> Any:
        value = self.value(node)
        if value is UNKNOWN:
            raise ValueError("not known before the page runs")
        return value

    def _joined(self, part: ast.expr) -> str:
        match part:
            case ast.FormattedValue(value, conversion, spec) if conversion == -1:
                return format(self._known(value), self._known(spec) if spec else "")
        return self._known(part)


def called(node: ast.expr) -> str:
    """Name of the function that a call calls, without its module; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def constant_text(node: ast.expr | None) -> str | None:
    """A text that is written out, the fixed parts of an f-string included; None for anything else."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(str(p.value) if isinstance(p, ast.Constant) else "0" for p in parts)
        case ast.BinOp(left, ast.Add(), right):
            first, second = constant_text(left), constant_text(right)
            return first + second if first is not None and second is not None else None
    return None


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of what it calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield called(node), node
