"""Holds a formula, and Vega's text of it, against the model: at the ends of all sliders and at random positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from resistance.show import vega
from resistance.show.sliders import Setting, corners, in_words, random_settings, start_of
from resistance.show.sources import Arrays, Source, Tolerance

SEED = 20261127
PROBES = 6  # settings that a test of the built page drives the figure to
PROBED_POINTS = 9
_VEGA = 2  # of these settings, how many the text is computed at while the cell runs
_TEXT_DIGITS = ".13e"


@dataclass(frozen=True)
class Outcome:
    """How near formula and model were: at how many settings, and the largest difference by the model's size."""

    settings: int
    largest: float


def compare(source: Source, tolerance: Tolerance, count: int) -> Outcome:
    """Compare formula and model at the start, at the ends of all sliders and at ``count`` random settings.

    Raises
    ------
    ValueError
        On the first difference: the sliders, the point, both results; or if the model refuses a setting.
    """
    rng = np.random.default_rng(SEED)
    tried = [*corners(source.controls), *random_settings(source.controls, count, rng)]
    settings = [dict(pairs) for pairs in dict.fromkeys(tuple(s.items()) for s in tried)]
    found = source.from_formula(settings)
    largest = 0.0
    for index, setting in enumerate(settings):
        expected = source.from_model(setting)
        for name, values in expected.items():
            mine = found[name][index]
            _demand(source, setting, name, mine, values, tolerance, "the formula")
            if values.dtype.kind not in "US":
                largest = max(largest, _relative(mine.astype(float), values))
    return Outcome(len(settings), largest)


def _demand(
    source: Source, setting: Setting, name: str, found: Any, expected: Any, tolerance: Tolerance, who: str
) -> None:
    found = np.asarray(found)
    if found.dtype.kind not in "US":
        found = found.astype(float)
    wrong = np.flatnonzero(~tolerance.holds(found, expected))
    if not len(wrong):
        return
    # Where they are furthest apart says most.
    worst = wrong[0]
    if expected.dtype.kind not in "US":
        gaps = np.abs(found[wrong] - expected[wrong])
        worst = wrong[int(np.argmax(np.where(np.isnan(gaps), np.inf, gaps)))]
    point = "" if source.over is None else f", {source.over[0]} = {source.axis()[worst]:g}"
    raise ValueError(
        f"explore: at {in_words(setting)}{point} {who} gives {name} = {_word(found[worst])}, "
        f"the model {_word(expected[worst])} (allowed: {tolerance.relative:g} of it and {tolerance.absolute:g})"
    )


def _word(value: Any) -> str:
    return repr(str(value)) if isinstance(value, str | np.str_) else f"{value:.8g}"


def _relative(found: np.ndarray, expected: np.ndarray) -> float:
    size = np.nanmax(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    both = np.isfinite(found) & np.isfinite(expected)
    return float(np.max(np.abs(found - expected)[both], initial=0.0) / size) if size else 0.0


def probes(source: Source, tolerance: Tolerance) -> dict[str, Any]:
    """Settings with the model's values, for the test that drives the figure in a browser.

    The values are the model's, not the formula's; Vega's text is computed here at some of the settings too.

    Raises
    ------
    ValueError
        If what Vega computes from the text differs from the model.
    """
    rng = np.random.default_rng(SEED + 1)
    settings = [start_of(source.controls), *random_settings(source.controls, PROBES, rng)]
    points = source.axis()
    chosen = np.unique(np.linspace(0, len(points) - 1, min(PROBED_POINTS, len(points))).round().astype(int))
    written = []
    for number, setting in enumerate(settings):
        expected = {name: values[chosen] for name, values in source.from_model(setting).items()}
        if 1 <= number <= _VEGA:
            for name, values in vega_values(source, setting, chosen).items():
                if name in expected:
                    part = _At(source, points[chosen])
                    _demand(part, setting, name, values, expected[name], tolerance, "Vega")  # type: ignore[arg-type]
        written.append({"set": setting, "rows": _rows(points[chosen], expected)})
    return {
        "x": None if source.over is None else source.over[0],
        "fields": list(source.outputs),
        "relative": tolerance.relative,
        "absolute": tolerance.absolute,
        "settings": written,
    }


class _At:
    """The probed points of a source, for the message."""

    def __init__(self, source: Source, points: np.ndarray):
        self.over = None if source.over is None else (source.over[0], points)

    def axis(self) -> np.ndarray:
        """Probed points."""
        return np.zeros(1) if self.over is None else self.over[1]


def _rows(points: np.ndarray, values: Arrays) -> list[list[Any]]:
    return [[_json(points[i]), *(_json(column[i]) for column in values.values())] for i in range(len(points))]


def _json(value: Any) -> Any:
    if isinstance(value, str | np.str_):
        return str(value)
    number = float(value)
    return float(f"{number:.12g}") if np.isfinite(number) else None


def vega_values(source: Source, setting: Setting, chosen: np.ndarray) -> Arrays:
    """What Vega itself computes from the text of the formula, without a browser."""
    rows = [source.rows()[i] for i in chosen] if source.over else source.rows()
    steps = [{"calculate": text, "as": name} for name, text in source.fields().items()]
    shown = ",".join(
        f"isNumber(datum[{name!r}]) ? format(datum[{name!r}], '{_TEXT_DIGITS}') : '' + datum[{name!r}]"
        for name in source.outputs
    )
    steps += [
        {"calculate": f"[{shown}]", "as": "all outputs"},
        {"calculate": "join(datum['all outputs'], '\\t')", "as": "line"},
    ]
    spec = {
        "data": {"values": rows},
        "params": [{"name": name, "value": value} for name, value in setting.items()],
        "transform": steps,
        "mark": "text",
        "encoding": {"text": {"field": "line", "type": "nominal"}},
    }
    lines = [line.split("\t") for line in _texts(vega.scenegraph(spec))]
    if len(lines) != len(rows):
        raise ValueError("explore: Vega computes nothing from the formula's text")
    return {name: _column([line[i] for line in lines]) for i, name in enumerate(source.outputs)}


def _column(texts: list[str]) -> np.ndarray:
    try:
        return np.array(
            [float("nan") if t in ("NaN", "null", "undefined") else float(t.replace("−", "-")) for t in texts]
        )
    except ValueError:
        return np.array(texts)


def _texts(part: Any) -> list[str]:
    """Contents of all text marks of a scene, in order."""
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [t for key, value in part.items() if key != "text" for t in _texts(value)]
    return [t for value in part for t in _texts(value)] if isinstance(part, list) else []
