"""Values that the browser cannot compute, worked out in Python over the positions of sliders and read from there.

An ordinary differential equation, a sum or a root has no formula that Vega could compute. Its results over some of the
sliders' positions go to the page as arrays, one number a position, and the browser reads them: exactly where every
position of the slider is a point of the grid, else by straight lines between neighbouring points, of one slider or of
two. How far this is from the model is measured by :func:`resistance.show.explore`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from resistance.show.sliders import Choice, Control

MOST_NUMBERS = 40_000  # about 300 kB of the figure's script


@dataclass(frozen=True)
class Grid:
    """What :func:`grid` was asked for."""

    function: Callable[..., Any]
    points: Mapping[str, np.ndarray]
    digits: int


def grid(function: Callable[..., Any], *, digits: int = 6, **points: Sequence[Any]) -> Grid:
    """Results of a model over some of a figure's sliders, for models that Vega cannot compute.

    Parameters
    ----------
    function : called with the values of ``over`` first (if the figure has one) and the sliders named here by keyword;
        returns a mapping of names to arrays, one value a point of ``over``
    digits : significant digits that are kept of each number
    **points : slider's name and the points of the grid, evenly spaced or by equal factors; of a choice, all options

    Raises
    ------
    ValueError
        If no slider is named, or points are not in rising order or unevenly spaced.
    """
    if not points:
        raise ValueError("grid: name the sliders that it covers, each with its points")
    return Grid(function, {name: _points(name, values) for name, values in points.items()}, digits)


def _points(name: str, values: Sequence[Any]) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"grid: {name} needs two points or more")
    if array.dtype.kind in "US":
        return array
    array = array.astype(float)
    if not (np.diff(array) > 0).all():
        raise ValueError(f"grid: the points of {name} do not rise")
    return array


class FilledGrid:
    """A grid with its results: looked up with NumPy, or written as rows and expressions for Vega."""

    def __init__(self, asked: Grid, controls: Sequence[Control], over: np.ndarray | None):
        by_name = {control.name: control for control in controls}
        unknown = sorted(set(asked.points) - set(by_name))
        if unknown:
            raise ValueError(f"grid: there is no slider {', '.join(unknown)}")
        self.axes = [_Axis(by_name[name], points) for name, points in asked.points.items()]
        if sum(not axis.exact for axis in self.axes) > 2:
            raise ValueError(
                "grid: straight lines between points of more than two sliders; give every position of some"
            )
        self.digits = asked.digits
        self.names: list[str] = []
        self.values: dict[str, np.ndarray] = {}
        self._fill(asked, over)

    @property
    def exact(self) -> bool:
        """Whether every position of every slider is a point."""
        return all(axis.exact for axis in self.axes)

    def _fill(self, asked: Grid, over: np.ndarray | None) -> None:
        shape, found = tuple(len(axis.points) for axis in self.axes), {}
        for place in product(*(range(n) for n in shape)):
            at = {axis.name: axis.value(i) for axis, i in zip(self.axes, place, strict=True)}
            results = asked.function(*([] if over is None else [over]), **at)
            for name, value in results.items():
                array = np.broadcast_to(np.asarray(value), (1 if over is None else len(over),))
                found.setdefault(name, {})[place] = array
        for name, parts in found.items():
            stacked = np.stack([parts[place] for place in product(*(range(n) for n in shape))]).reshape(*shape, -1)
            if stacked.dtype.kind in "US" or not self.exact:
                self._refuse(name, stacked)
            self.values[name] = stacked if stacked.dtype.kind in "US" else _rounded(stacked, asked.digits)
        self.names = list(self.values)
        size = sum(array.size for array in self.values.values())
        if size > MOST_NUMBERS:
            raise ValueError(f"grid: {size:,} numbers; at most {MOST_NUMBERS:,} go to the page")

    def _refuse(self, name: str, values: np.ndarray) -> None:
        if self.exact:
            return
        if values.dtype.kind in "US":
            raise ValueError(f"grid: {name} is text, so every position of every slider must be a point of the grid")
        if not np.isfinite(values.astype(float)).all():
            raise ValueError(f"grid: {name} has gaps, so every position of every slider must be a point of the grid")

    def lookup(self, settings: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Values at settings given as columns, shape (P, 1); returns arrays of shape (P, points of ``over``)."""
        places = [axis.places(settings[axis.name]) for axis in self.axes]
        result = {}
        for name, values in self.values.items():
            parts = []
            for corner in product(*places):
                weight = np.prod([share for _, share in corner], axis=0)[:, None]
                value = values[tuple(index for index, _ in corner)]
                parts.append(value if self.exact else weight * value)
            result[name] = parts[0] if self.exact else sum(parts)
        return result

    def row(self, index: int) -> dict[str, list[Any]]:
        """The arrays of one point of ``over``, flat, in the order of the grid's axes."""
        return {f"{name} grid": _plain(values[..., index]) for name, values in self.values.items()}

    def steps(self) -> dict[str, str]:
        """Vega expressions that read the arrays, as fields by name, in the order in which they are computed."""
        fields = {}
        for axis in self.axes:
            fields |= axis.fields()
        for name in self.values:
            fields[name] = self._text(f"datum['{name} grid']", "0", list(self.axes))
        return fields

    def _text(self, array: str, index: str, axes: list[_Axis]) -> str:
        if not axes:
            return f"{array}[{index}]"
        axis, rest = axes[0], axes[1:]
        base = f"({index}) * {len(axis.points)} + datum['{axis.name} place']"
        if axis.exact:
            return self._text(array, base, rest)
        low, high = self._text(array, base, rest), self._text(array, f"{base} + 1", rest)
        return f"((1 - datum['{axis.name} share']) * {low} + datum['{axis.name} share'] * {high})"


class _Axis:
    """One slider's part of a grid."""

    def __init__(self, control: Control, points: np.ndarray):
        self.name, self.points, self.control = control.name, points, control
        if isinstance(control, Choice):
            if list(points) != list(control.options):
                raise ValueError(f"grid: {control.name} needs its options {control.options} in their order")
            self.exact = True
            return
        self.scale = _scale(control.name, points)
        low, high = points[0], points[-1]
        near = 1e-9 * (high - low)
        if control.low < low - near or control.high > high + near:
            raise ValueError(
                f"grid: the slider {control.name} goes from {control.low:g} to {control.high:g}, "
                f"its points from {low:g} to {high:g}"
            )
        places = self._position(np.array([control.at(i) for i in range(control.count)]))
        self.exact = bool(np.allclose(places, np.round(places), atol=1e-6))

    def value(self, index: int) -> Any:
        """Point of an index as the model receives it."""
        value = self.points[index]
        return self.control.options[index] if isinstance(self.control, Choice) else float(f"{value:.12g}")

    def _position(self, values: np.ndarray) -> np.ndarray:
        if self.scale == "even":
            return (values - self.points[0]) / (self.points[1] - self.points[0])
        return np.log(values / self.points[0]) / np.log(self.points[1] / self.points[0])

    def places(self, column: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Indices and weights of the neighbouring points for a column of settings, shape (P, 1)."""
        values = column[:, 0]
        if isinstance(self.control, Choice):
            options = list(self.control.options)
            return [(np.array([options.index(v) for v in values.tolist()]), np.ones(len(values)))]
        position = self._position(values.astype(float))
        if self.exact:
            return [(np.round(position).astype(int), np.ones(len(values)))]
        below = np.clip(np.floor(position), 0, len(self.points) - 2).astype(int)
        share = position - below
        return [(below, 1 - share), (below + 1, share)]

    def fields(self) -> dict[str, str]:
        """Vega's text of the place in the array and of the share of the next point."""
        if isinstance(self.control, Choice):
            options = "[" + ", ".join(repr(v) for v in self.control.options) + "]"
            return {f"{self.name} place": f"indexof({options}, {self.name})"}
        first, second = float(self.points[0]), float(self.points[1])
        if self.scale == "even":
            position = f"({self.name} - {first!r}) / {second - first!r}"
        else:
            position = f"log({self.name} / {first!r}) / {float(np.log(second / first))!r}"
        if self.exact:
            return {f"{self.name} place": f"round({position})"}
        place = f"min(max(floor({position}), 0), {len(self.points) - 2})"
        return {f"{self.name} place": place, f"{self.name} share": f"{position} - datum['{self.name} place']"}


def _scale(name: str, points: np.ndarray) -> str:
    if np.allclose(np.diff(points), points[1] - points[0], rtol=1e-6):
        return "even"
    if points[0] > 0 and np.allclose(points[1:] / points[:-1], points[1] / points[0], rtol=1e-6):
        return "by factors"
    raise ValueError(f"grid: the points of {name} are neither evenly spaced nor by equal factors")


def _rounded(values: np.ndarray, digits: int) -> np.ndarray:
    flat = [float(f"{v:.{digits}g}") for v in np.asarray(values, dtype=float).ravel()]
    return np.array(flat).reshape(values.shape)


def _plain(values: np.ndarray) -> list[Any]:
    if values.dtype.kind in "US":
        return [str(v) for v in values.ravel()]
    return [_short(v) if np.isfinite(v) else None for v in values.ravel().tolist()]


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
