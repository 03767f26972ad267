"""Sliders and choices of a figure: what they can be set to, and the positions at which a figure is tried."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

Value = float | str
Setting = dict[str, Value]

_VEGA_SIGNALS = ("width", "height", "padding", "autosize", "background", "group", "cursor")
# Names that Vega gives to its own signals, constants and variables.
_TAKEN = frozenset((*_VEGA_SIGNALS, "E", "PI", "LN2", "SQRT2", "datum", "event", "item", "parent"))
_COUNTERS = re.compile(r"(view|param|concat)_\d+")  # figures renumbers Altair's running names
MOST_CORNERS = 64


@dataclass(frozen=True)
class Slider:
    """A slider; see :func:`slider`."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float

    @property
    def count(self) -> int:
        """How many positions it has."""
        return round((self.high - self.low) / self.step) + 1

    @property
    def ends(self) -> tuple[Value, ...]:
        """First and last position."""
        return (self.at(0), self.at(self.count - 1))

    def at(self, index: int) -> float:
        """The value of a position, as a browser writes it: without the tail that adding steps leaves."""
        return float(f"{self.low + index * self.step:.12g}")

    def parameter(self) -> Any:
        """The slider as Altair's parameter."""
        import altair as alt

        binding = alt.binding_range(min=self.low, max=self.high, step=self.step, name=self.label)
        return alt.param(name=self.name, value=self.start, bind=binding)


@dataclass(frozen=True)
class Choice:
    """A list to choose from; see :func:`choice`."""

    name: str
    label: str
    options: tuple[Value, ...]
    start: Value

    @property
    def count(self) -> int:
        """How many options it has."""
        return len(self.options)

    @property
    def ends(self) -> tuple[Value, ...]:
        """All options: each is a case of its own."""
        return self.options

    def at(self, index: int) -> Value:
        """The option of an index."""
        return self.options[index]

    def parameter(self) -> Any:
        """The choice as Altair's parameter."""
        import altair as alt

        binding = alt.binding_select(options=list(self.options), name=self.label)
        return alt.param(name=self.name, value=self.start, bind=binding)


Control = Slider | Choice


def slider(name: str, label: str, low: float, high: float, *, step: float, start: float) -> Slider:
    """A slider of :func:`~resistance.show.explore`.

    Parameters
    ----------
    name : argument of the model and the formula that it sets
    label : what it sets, with its unit, for the reader
    low, high, step : first and last position and the distance between two
    start : where it stands before it is moved; where the table of parameters has the value, from there

    Raises
    ------
    ValueError
        If the name cannot be used, the range is empty, or ``start`` is not one of the positions (a browser moves a
        value between two positions to one of them, and the picture would not show it).
    """
    _check_name(name)
    low, high, step, start = (float(v) for v in (low, high, step, start))
    if not low < high or step <= 0:
        raise ValueError(f"slider {name}: {low:g} to {high:g} in steps of {step:g} is not a range")
    if abs((high - low) / step - round((high - low) / step)) > 1e-6:
        raise ValueError(f"slider {name}: {low:g} to {high:g} is not a whole number of steps of {step:g}")
    position = (start - low) / step
    if not low <= start <= high or abs(position - round(position)) > 1e-6:
        below, above = (
            low + np.clip(move(position), 0, round((high - low) / step)) * step for move in (np.floor, np.ceil)
        )
        raise ValueError(
            f"slider {name}: start {start:g} is no position between {low:g} and {high:g}; "
            f"the nearest are {below:g} and {above:g}"
        )
    return Slider(name, label, low, high, step, float(f"{start:.12g}"))


def choice(name: str, label: str, options: Sequence[Value], *, start: Value | None = None) -> Choice:
    """A list to choose from in :func:`~resistance.show.explore`.

    Parameters
    ----------
    name, label : as of :func:`slider`
    options : values that the model and the formula receive; they are also what the list shows
    start : the chosen one, the first by default

    Raises
    ------
    ValueError
        If the name cannot be used, there are fewer than two options, or ``start`` is none of them.
    """
    _check_name(name)
    values = tuple(options)
    if len(set(values)) < 2 or len(set(values)) < len(values):
        raise ValueError(f"choice {name}: {values} are not two or more different options")
    first = values[0] if start is None else start
    if first not in values:
        raise ValueError(f"choice {name}: start {first!r} is none of {', '.join(map(str, values))}")
    return Choice(name, label, values, first)


def start_of(controls: Sequence[Control]) -> Setting:
    """Where all stand before they are moved."""
    return {control.name: control.start for control in controls}


def corners(controls: Sequence[Control]) -> list[Setting]:
    """The start, and every combination of the ends of all sliders and of all options; at most 64 of them, spread."""
    found = [start_of(controls)]
    every = list(product(*(control.ends for control in controls)))
    for values in every[:: -(-len(every) // MOST_CORNERS)]:
        found.append(dict(zip((c.name for c in controls), values, strict=True)))
    return found


def random_settings(controls: Sequence[Control], count: int, rng: np.random.Generator) -> list[Setting]:
    """Settings at positions drawn evenly."""
    return [{c.name: c.at(int(rng.integers(c.count))) for c in controls} for _ in range(count)]


def in_words(setting: Setting) -> str:
    """``kill = 0.9, given = 6``."""
    return ", ".join(f"{name} = {v:g}" if isinstance(v, float) else f"{name} = {v}" for name, v in setting.items())


def _check_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name in _TAKEN or _COUNTERS.fullmatch(name):
        raise ValueError(f"slider: {name!r} cannot be its name, which is an argument in Python and a signal in Vega")
