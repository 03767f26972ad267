"""A model and the formula that stands for it in the browser: compared in Python, then written as a chart's data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from resistance.show.grids import FilledGrid, Grid
from resistance.show.maths import NumPyMaths, VegaMaths, text_of
from resistance.show.sliders import Control, Setting, in_words, start_of

Arrays = dict[str, np.ndarray]
_FORBIDDEN = set(".[]'\"\\")  # of a field's name in Vega


@dataclass(frozen=True)
class Tolerance:
    """How far formula and model may differ: ``|formula - model| <= absolute + relative * |model|``."""

    relative: float
    absolute: float

    def holds(self, found: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Whether each value is near enough; text must be the same, gaps must be at the same places."""
        if expected.dtype.kind in "US" or found.dtype.kind in "US":
            return found.astype(str) == expected.astype(str)
        with np.errstate(invalid="ignore"):
            near = np.abs(found - expected) <= self.absolute + self.relative * np.abs(expected)
        return near | (np.isnan(found) & np.isnan(expected)) | (found == expected)


@dataclass
class Source:
    """Rows of a figure: one a point of ``over`` (one row if there is none), a field for each output of the formula."""

    model: Callable[..., Any]
    formula: Callable[..., Any] | None
    controls: Sequence[Control]
    over: tuple[str, np.ndarray] | None
    grid: FilledGrid | None
    name: str = "model"
    outputs: list[str] = field(default_factory=list)

    def axis(self) -> np.ndarray:
        """Points of ``over``; one point where there is none."""
        return np.zeros(1) if self.over is None else self.over[1]

    def from_model(self, setting: Setting, points: np.ndarray | None = None) -> Arrays:
        """The model's values at one setting.

        Raises
        ------
        ValueError
            What the model raises, with the setting in front; or if its results have another shape or other names.
        """
        points = self.axis() if points is None else points
        first = [] if self.over is None else [points]
        try:
            found = self.model(*first, **setting)
        except ValueError as error:
            raise ValueError(f"{self._culprit(setting, points)}: the model says: {error}") from error
        return self._shaped(found, len(points), "the model")

    def _culprit(self, setting: Setting, points: np.ndarray) -> str:
        """The slider that alone brings the error, or all of them."""
        start = start_of(self.controls)
        first = [] if self.over is None else [points]
        for name, value in setting.items():
            if value == start[name]:
                continue
            try:
                self.model(*first, **(start | {name: value}))
            except ValueError:
                return in_words({name: value})
        return in_words(setting)

    def _shaped(self, found: Any, count: int, who: str) -> Arrays:
        named = found if isinstance(found, dict) else {self.name: found}
        arrays = {}
        for name, value in named.items():
            array = np.asarray(value)
            if array.dtype.kind not in "US":
                array = array.astype(float)
            try:
                arrays[name] = np.broadcast_to(array, (count,))
            except ValueError:
                raise ValueError(f"{who} gives {name} the shape {array.shape}, not ({count},)") from None
        if self.outputs and list(arrays) != self.outputs:
            raise ValueError(
                f"{who} gives {', '.join(arrays) or 'nothing'}; the formula {', '.join(self.outputs)} "
                "(same names, same order)"
            )
        return arrays

    def from_formula(self, settings: Sequence[Setting]) -> Arrays:
        """The formula's values with NumPy; arrays of shape (settings, points)."""
        columns = {c.name: np.array([[setting[c.name]] for setting in settings]) for c in self.controls}
        known = {} if self.grid is None else self.grid.lookup(columns)
        shape = (len(settings), len(self.axis()))
        if self.formula is None:
            return {name: np.broadcast_to(value, shape) for name, value in known.items()}
        first = [] if self.over is None else [self.axis()[None, :]]
        try:
            with np.errstate(all="ignore"):
                found = self.formula(NumPyMaths(), *first, **columns, **known)
        except ValueError as error:
            if "truth value" in str(error):
                raise ValueError(
                    "formula: Python's if, and, or, min(), max() do not reach the browser: "
                    "use f.where, &, |, f.minimum, f.maximum"
                ) from error
            raise
        named = found if isinstance(found, dict) else {self.name: found}
        return {name: np.broadcast_to(np.asarray(value), shape) for name, value in named.items()}

    def fields(self) -> dict[str, str]:
        """Vega's expressions of all fields, in the order in which they are computed."""
        import altair as alt

        fields = {} if self.grid is None else self.grid.steps()
        if self.formula is not None:
            maths = VegaMaths()
            first = [] if self.over is None else [alt.datum[self.over[0]]]
            known = {} if self.grid is None else {name: alt.datum[name] for name in self.grid.names}
            parameters = {c.name: c.parameter() for c in self.controls}
            found = self.formula(maths, *first, **parameters, **known)
            named = found if isinstance(found, dict) else {self.name: found}
            # An output that a grid gives as it is has its field already.
            texts = {n: text_of(v) for n, v in named.items() if not (n in known and text_of(v) == text_of(known[n]))}
            self._refuse_clash([*([self.over[0]] if self.over else []), *fields, *maths.steps, *texts])
            fields |= maths.steps | texts
        return fields

    def _refuse_clash(self, names: list[str]) -> None:
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(
                f"formula: {', '.join(twice)} names two fields; give each step and output a name of its own"
            )
        odd = [n for n in names if set(n) & _FORBIDDEN]
        if odd:
            raise ValueError(f"formula: {', '.join(odd)}: a name holds no dots, brackets, quotes or backslashes")

    def rows(self) -> list[dict[str, Any]]:
        """Rows before the expressions: the point of ``over`` and the grid's arrays."""
        count = len(self.axis())
        points = [{} for _ in range(count)] if self.over is None else [{self.over[0]: _plain(v)} for v in self.axis()]
        if self.grid is not None:
            points = [point | self.grid.row(i) for i, point in enumerate(points)]
        return points if self.over or self.grid else [{"one": 1}]

    def chart(self) -> Any:
        """The rows with their fields, as a chart without a mark."""
        import altair as alt

        chart = alt.Chart(self._data())
        for name, text in self.fields().items():
            chart = chart.transform_calculate(**{name: text})
        return chart

    def _data(self) -> Any:
        import altair as alt

        points = self.axis()
        if self.over is None or self.grid is not None or len(points) < 20:
            return alt.Data(values=self.rows())
        steps = np.diff(points)
        if np.allclose(steps, steps[0], rtol=1e-9, atol=0):  # a sequence is shorter than its numbers
            step = _plain(float(f"{steps[0]:.12g}"))
            return alt.sequence(_plain(points[0]), _plain(points[-1] + step / 2), step, as_=self.over[0])
        return alt.Data(values=self.rows())


def _plain(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def make_source(
    model: Callable[..., Any] | None,
    formula: Callable[..., Any] | None,
    controls: Sequence[Control],
    over: dict[str, Any] | None,
    grid: Grid | None,
) -> Source:
    """A source with its grid filled and its outputs named.

    Raises
    ------
    ValueError
        If neither a formula nor a grid is given, or ``over`` is not one name with rising points.
    """
    axis = _axis(over)
    filled = None if grid is None else FilledGrid(grid, controls, None if axis is None else axis[1])
    if formula is None and filled is None:
        raise ValueError("explore: give a formula, or a grid, or both")
    if model is None:
        if formula is not None or grid is None:
            raise ValueError("explore: a formula is compared with its model: give the model")
        model = grid.function
    source = Source(model, formula, controls, axis, filled)
    source.outputs = list(source.from_formula([start_of(controls)]))
    return source


def _axis(over: dict[str, Any] | None) -> tuple[str, np.ndarray] | None:
    if over is None:
        return None
    if len(over) != 1:
        raise ValueError(f"over: one name with its points, not {', '.join(over)}")
    ((name, points),) = over.items()
    array = np.asarray(points, dtype=float)
    if array.ndim != 1 or len(array) < 2 or not (np.diff(array) > 0).all():
        raise ValueError(f"over: the points of {name} are not two or more rising numbers")
    # As the browser computes them, so that both sides start from the same points.
    return name, np.array([float(f"{v:.12g}") for v in array])
