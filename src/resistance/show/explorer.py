"""``explore``: a figure with sliders from a tested model and ONE formula, which the browser computes as well."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from resistance.show.compare import compare, probes
from resistance.show.figures import compose
from resistance.show.grids import Grid
from resistance.show.layers import Layers
from resistance.show.output import Output, check_text
from resistance.show.sliders import Control, in_words, start_of
from resistance.show.sources import Source, Tolerance, make_source
from resistance.show.words import course_words

MOST_ROWS = 61  # of the data behind the picture
HEAVIEST = 350_000  # characters of a figure's specification


def explore(
    model: Callable[..., Any] | None,
    formula: Callable[..., Any] | None = None,
    *,
    sliders: Sequence[Control],
    anchor: str,
    finding: str,
    caption: str,
    over: Mapping[str, Any] | None = None,
    grid: Grid | None = None,
    x: Mapping[str, Any] | None = None,
    y: Mapping[str, Any] | None = None,
    draw: Callable[..., Any] | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
    alt: str = "",
    data: pd.DataFrame | None = None,
    units: dict[str, str] | None = None,
    relative: float | None = None,
    absolute: float | None = None,
    positions: int = 300,
) -> Output:
    """Show a model with sliders.

    The formula is written once. It is called with NumPy arrays and compared with the model at the ends of all sliders
    and at ``positions`` random settings; it is called with Altair's expressions to give the text that the browser
    computes, and that text is computed by Vega here as well. A difference stops the chapter.

    Parameters
    ----------
    model : callable
        From ``resistance.models`` or a few lines around one: ``model(points, **sliders)``, or ``model(**sliders)``
        without ``over``. Returns a mapping of names to arrays, or one array. May be left out (None) with a grid and no
        formula: the grid's function is then the model.
    formula : callable
        ``formula(f, points, **sliders)`` with the mathematics of ``f`` (see ``resistance.show.maths``): the same names
        in the same order as the model. With a grid it receives the grid's values by keyword as well; without a
        formula the grid's values are what is shown.
    sliders : from :func:`slider` and :func:`choice`; they stand below the picture in this order
    anchor, finding, caption : as of :func:`show_figure`; the finding is required
    over : one name with its points, for example ``{"day": np.arange(0, 1461, 3)}``: the horizontal axis, or what a
        curve runs along
    grid : from :func:`grid`, for what Vega cannot compute
    x, y : from :func:`axis`
    draw : receives a :class:`~resistance.show.layers.Layers` (and one for each of ``more``, by name) and returns an
        Altair chart; a line for each output by default
    more : further models of the same sliders by name, each with ``model``, ``formula``, ``over``, ``grid`` where needed
    alt : what is to be said of the picture beside the first description, which is made from the model
    data : rows behind the picture; by default the model's at the starting values
    units : unit of each column of ``data``
    relative, absolute : how far formula and model may differ, ``absolute + relative * |model|``; 1e-6 and 1e-9 by
        default (with a grid, what its digits allow). With straight lines between the points of a grid one of them must
        be given: it bounds their error
    positions : random settings

    Raises
    ------
    ValueError
        In one line: formula and model differ (with the sliders, the point and both results); the model refuses a
        setting (with the slider); a grid does not cover its slider, has gaps or is too heavy; a name cannot be used.
    """
    check_text("finding", finding, 10)
    controls = list(sliders)
    if not controls:
        raise ValueError("explore: a figure without sliders is drawn by show_figure or show.curves")
    parts = {"": {"model": model, "formula": formula, "over": over, "grid": grid}, **(more or {})}
    sources, checked, records = {}, [], []
    for name, part in parts.items():
        source = make_source(part.get("model"), part.get("formula"), controls, part.get("over"), part.get("grid"))
        tolerance = _tolerance(source, part.get("relative", relative), part.get("absolute", absolute))
        outcome = compare(source, tolerance, positions)
        checked.append({"settings": outcome.settings, "largest": float(f"{outcome.largest:.2g}")})
        records.append(probes(source, tolerance))
        sources[name] = source
    chart = _chart(sources, x or {}, y or {}, draw).add_params(*(control.parameter() for control in controls))
    main = sources[""]
    frame = _start_rows(main) if data is None else data
    words = course_words(main, x or {}, y or {})
    output = compose(
        chart,
        anchor=anchor,
        finding=finding,
        caption=caption,
        alt=f"{words} {alt}",
        data=frame,
        units=units,
        more={"probes": records, "checked": checked},
    )
    weight = len(json.dumps(output.payload["spec"]))
    if weight > HEAVIEST:
        raise ValueError(
            f"explore: {anchor} weighs {weight:,} characters; fewer points or digits, at most {HEAVIEST:,}"
        )
    return output


def _tolerance(source: Source, relative: float | None, absolute: float | None) -> Tolerance:
    if source.grid is not None and not source.grid.exact and relative is None and absolute is None:
        raise ValueError("explore: straight lines between the points of a grid need a bound: relative= or absolute=")
    if relative is None:
        # A grid's numbers are rounded, and a formula may make more of it.
        relative = 1e-6 if source.grid is None or not source.grid.exact else 10.0 ** (2 - source.grid.digits)
    return Tolerance(relative, 1e-9 if absolute is None else absolute)


def _chart(sources: dict[str, Source], x: Mapping[str, Any], y: Mapping[str, Any], draw: Any) -> Any:
    layers = {name: Layers(source, x, y) for name, source in sources.items()}
    main = layers.pop("")
    if draw is None:
        if main.over is None:
            raise ValueError("explore: without over there is no line to draw; give draw=")
        return main.lines()
    return draw(main, **layers)


def _start_rows(source: Source) -> pd.DataFrame:
    """The model at the starting values, at most 61 rows."""
    points = source.axis()
    every = -(-len(points) // MOST_ROWS)
    setting = start_of(source.controls)
    values = source.from_model(setting)
    columns = {} if source.over is None else {source.over[0]: points[::every]}
    columns |= {name: array[::every] for name, array in values.items()}
    frame = pd.DataFrame(columns)
    for name in frame.columns:
        if frame[name].dtype.kind == "f":
            frame[name] = [float(f"{v:.6g}") for v in frame[name]]
    frame.attrs["setting"] = in_words(setting)
    return frame
