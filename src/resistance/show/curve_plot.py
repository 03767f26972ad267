"""``show.curves``: a model's curves without sliders, with measured points beside them where there are any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from resistance.show.figures import compose
from resistance.show.output import Output, check_text
from resistance.show.words import course, first_lower, listed, number_words

MOST_ROWS = 1_000


def curves(
    over: Mapping[str, Any],
    lines: Mapping[str, Any],
    *,
    anchor: str,
    finding: str,
    caption: str,
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    points: Mapping[str, tuple[Sequence[float], Sequence[float]]] | None = None,
    rules: Sequence[tuple[str, float]] = (),
    key: str | None = None,
    alt: str = "",
    units: dict[str, str] | None = None,
) -> Output:
    """Curves of a model, told apart by colour and dash, and points, told apart by shape.

    Parameters
    ----------
    over : one name with its points, the horizontal axis
    lines : name of each curve and its values, one a point of ``over``; NaN leaves a gap
    anchor, finding, caption : as of ``show_figure``; the finding is required
    x, y : from :func:`axis`
    points : name of each group of measured points, their horizontal and their vertical values
    rules : reference lines: ``("x", 10)`` is vertical at 10, ``("y", 0.5)`` horizontal
    key : title of the legend
    alt : what is to be said beside the first description
    units : unit of ``over`` and of each curve, for the data behind the picture

    Raises
    ------
    ValueError
        If a curve has another length than ``over``, there is none, or there are too many rows.
    """
    import altair as al

    check_text("finding", finding, 10)
    ((name, values),) = over.items()
    along = np.asarray(values, dtype=float)
    drawn = {line: np.asarray(v, dtype=float) for line, v in lines.items()}
    wrong = [line for line, v in drawn.items() if v.shape != along.shape]
    if wrong or not drawn:
        raise ValueError(
            f"curves: {', '.join(wrong) or 'no line'}: one value for each of the {len(along)} points of {name}"
        )
    frames = [pd.DataFrame({name: along, "value": v, "line": line}) for line, v in drawn.items()]
    frames += [pd.DataFrame({name: px, "value": py, "line": group}) for group, (px, py) in (points or {}).items()]
    rows = pd.concat(frames, ignore_index=True)
    if len(rows) > MOST_ROWS:
        raise ValueError(f"curves: {len(rows):,} rows; at most {MOST_ROWS:,}")
    rows[["value", name]] = rows[["value", name]].map(lambda v: float(f"{v:.6g}"))
    horizontal, vertical = al.X(f"{name}:Q", **x), al.Y("value:Q", **y)
    names = list(drawn)
    base = al.Chart(rows)
    line = base.transform_filter(al.FieldOneOfPredicate("line", names)).mark_line(clip=True)
    encoded: dict[str, Any] = {"x": horizontal, "y": vertical}
    if len(names) > 1 or points:
        scale = al.Scale(domain=names)
        encoded |= {"color": al.Color("line:N", title=key, scale=scale)}
        encoded |= {"strokeDash": al.StrokeDash("line:N", title=key, scale=scale)}
    chart = line.encode(**encoded)
    if points:
        groups = list(points)
        dots = base.transform_filter(al.FieldOneOfPredicate("line", groups)).mark_point(
            filled=True, size=50, color="#808080"
        )
        shape = al.Shape("line:N", title=None, scale=al.Scale(domain=groups))
        chart += dots.encode(x=horizontal, y=vertical, shape=shape, tooltip=["line:N", f"{name}:Q", "value:Q"])
        chart = chart.resolve_scale(shape="independent")
    for channel, at in rules:
        rule = al.Chart(al.Data(values=[{"at": at}])).mark_rule(strokeDash=[4, 3])
        encoding = al.X("at:Q", **x) if channel == "x" else al.Y("at:Q", **y)
        chart += rule.encode(**{channel: encoding})
    return compose(
        chart,
        anchor=anchor,
        finding=finding,
        caption=caption,
        alt=f"{_words(name, along, drawn, points or {}, x, y)} {alt}",
        data=rows,
        units=units,
    )


def _words(
    name: str,
    along: np.ndarray,
    lines: Mapping[str, np.ndarray],
    points: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x: Mapping[str, Any],
    y: Mapping[str, Any],
) -> str:
    """First description: the axes, where each curve goes, how many points there are."""
    head = f"Chart of {first_lower(y.get('title') or 'values')} against {first_lower(x.get('title') or name)}."
    sentences = [sentence for line, values in lines.items() if (sentence := course(line, along, values, name))]
    for group, (_, values) in points.items():
        low, high = number_words(float(np.min(values))), number_words(float(np.max(values)))
        sentences.append(f"{len(values)} points ({group}) lie between {low} and {high}.")
    return " ".join([head, *sentences]) if sentences else f"{head} It has {listed(list(lines))}."
