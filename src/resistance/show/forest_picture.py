"""How a forest plot is drawn: names, marks and numbers side by side, or one below another in a narrow window."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resistance.show.rows import Record, What, counted, figure_words, lines, link, plain, said
from resistance.show.theme import direction_channels
from resistance.show.words import first_upper, listed

LINE = 17  # px from one line of text to the next
GAP = 14  # px between rows
HEADING = 26
AXIS_BAND = 34  # px above the axis, for the words on direction
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Asked:
    """What a forest plot is to show."""

    table: str
    records: Sequence[Record]
    favours: tuple[str, str]
    what: What | None
    group: str | None
    size: str
    pooled: Mapping[str, Any] | None
    ends: tuple[float, float]


@dataclass(frozen=True)
class _Layout:
    """Columns of one width in px and characters."""

    plot: int  # width of the plot
    left: int  # from the plot's left edge to the names
    name: int  # characters of the names
    what: int  # characters of a line that says what
    n: int | None  # place of n; None: below the name
    ratio: int | None


WIDE = _Layout(plot=232, left=262, name=36, what=41, n=246, ratio=346)
NARROW = _Layout(plot=326, left=0, name=44, what=48, n=None, ratio=None)


def _areas(records: Sequence[Record], size: str) -> list[float]:
    """Area of each mark in px², in proportion to n or weight where all rows have it; kept within what can be seen."""
    if size == "weight":
        weights = [_weight(r) for r in records]
    else:
        weights = [None if r["n"] is None else float(r["n"]) for r in records]
    if any(w is None for w in weights):
        return [90.0] * len(records)
    largest = max(w for w in weights if w is not None)
    return [max(45.0, 260.0 * float(w or 0) / largest) for w in weights]


def _weight(record: Record) -> float | None:
    low, high = record["ci_low"], record["ci_high"]
    if low is None or high is None or record["ci_kind"] != "95% CI":
        return None
    return (3.92 / math.log(high / low)) ** 2


def forest_chart(asked: Asked, layout: _Layout) -> Any:
    """The plot in one layout; texts and marks are placed in px, so that names of any length fit."""
    import altair as alt

    marks, texts, diamond, height = _placed(asked, layout)
    texts += [
        _text(0, height - 16, f"← {asked.favours[0]}", "left"),
        _text(layout.plot, height - 16, f"{asked.favours[1]} →", "right"),
    ]
    low, high = asked.ends
    x = alt.X(
        "value:Q",
        title=f"{_kinds(asked.records)} (log scale)",
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(values=[t for t in _TICKS if low <= t <= high], format="~r", grid=False),
    )
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    base = alt.Chart(alt.Data(values=marks))
    arrow = {"size": 60, "aria": False, "color": "#808080"}
    # In a narrow window names stand above the marks: the line at one keeps out of them.
    one = alt.Chart(alt.Data(values=_ones(marks, layout, height)))
    layers = [
        one.mark_rule(strokeDash=[3, 3], aria=False).encode(x=x, y=y, y2="end:Q"),
        base.mark_rule(aria=False).encode(x="low:Q", x2="high:Q", y=y),
        base.transform_filter("datum.open_low").mark_point(shape="triangle-left", **arrow).encode(x="low:Q", y=y),
        base.transform_filter("datum.open_high").mark_point(shape="triangle-right", **arrow).encode(x="high:Q", y=y),
        base.mark_point(filled=True, opacity=1).encode(
            x="value:Q",
            y=y,
            size=alt.Size("area:Q", scale=None, legend=None),
            href="link:N",
            description="words:N",
            tooltip=[alt.Tooltip("study:N", title="Study"), alt.Tooltip("words:N", title="Figure")],
            **direction_channels("The row and its table's statement"),
        ),
    ]
    if diamond:
        shape = alt.Chart(alt.Data(values=diamond)).mark_line(interpolate="linear-closed", filled=True, strokeWidth=1)
        layers.append(shape.encode(x="value:Q", y=y, order="order:Q"))
    layers += text_layers(texts, y)
    return alt.layer(*layers).properties(width=layout.plot, height=height).configure_view(stroke=None)


def text_layers(texts: Sequence[dict[str, Any]], y: Any) -> list[Any]:
    """One layer for each style of text, placed in px."""
    import altair as alt

    layers = []
    for style, look in _STYLES.items():
        found = [text for text in texts if text["style"] == style]
        if found:
            chart = alt.Chart(alt.Data(values=found))
            chart = chart.mark_text(baseline="top", lineHeight=LINE, lineBreak="|", aria=False, **look)
            layers.append(chart.encode(x=alt.X("at:Q", scale=None, axis=None), y=y, text="text:N"))
    return layers


def _placed(asked: Asked, layout: _Layout) -> tuple[list[dict], list[dict], list[dict], float]:
    """Marks, texts and the pooled diamond with their places, and the height of all."""
    marks, texts, place, last = [], _heads(asked, layout), 4.0 if layout.n is None else HEADING, None
    for record, area in zip(asked.records, _areas(asked.records, asked.size), strict=True):
        if asked.group and record[asked.group] != last:
            last = record[asked.group]
            texts.append(_text(-layout.left, place, first_upper(str(last)), "heading"))
            place += HEADING
        height, parts = _row_texts(record, layout, asked.what, place)
        texts += parts
        middle = place + height - 8 if layout.n is None else place + LINE / 2
        marks.append(_mark(asked.table, record, middle, area, asked.ends))
        place += height + GAP
    diamond = []
    if asked.pooled:
        texts += _pooled_texts(asked.pooled, layout, place)
        diamond = _diamond(asked.pooled, place + (LINE / 2 if layout.n is not None else LINE + 8))
        place += (LINE if layout.n is not None else 2 * LINE) + GAP
    return marks, texts, diamond, place + AXIS_BAND


def _heads(asked: Asked, layout: _Layout) -> list[dict[str, Any]]:
    """Heads of the columns, where there are columns."""
    if layout.n is None or layout.ratio is None:
        return []
    head = _kinds(asked.records) if len({r["statistic"] for r in asked.records}) == 1 else "Ratio"
    head = f"{head} (95% CI)" if any(_is_plain(r) for r in asked.records) else head
    return [
        _text(-layout.left, 0, "Study", "bold"),
        _text(layout.n, 0, "n", "bold"),
        _text(layout.ratio, 0, head, "bold"),
    ]


def _ones(marks: Sequence[dict[str, Any]], layout: _Layout, height: float) -> list[dict[str, Any]]:
    """Pieces of the line at one."""
    if layout.n is not None:
        return [{"value": 1, "y": HEADING - 4, "end": height}]
    return [{"value": 1, "y": m["y"] - 11, "end": m["y"] + 11} for m in marks]


_STYLES: dict[str, dict[str, Any]] = {
    "bold": {"align": "left", "fontWeight": 600},
    "heading": {"align": "left", "fontWeight": 700, "fontSize": 14},
    "plain": {"align": "left"},
    "quiet": {"align": "left", "fontSize": 12, "opacity": 0.8},
    "left": {"align": "left", "fontSize": 12},
    "right": {"align": "right", "fontSize": 12},
}


def _text(at: float, y: float, text: str, style: str) -> dict[str, Any]:
    return {"at": at, "y": y, "text": text, "style": style}


def _row_texts(record: Record, layout: _Layout, what: What | None, place: float) -> tuple[float, list[dict[str, Any]]]:
    """Height of a row and its texts."""
    name, about = lines(record["label"], layout.name), lines(said(record, what), layout.what)
    texts = [_text(-layout.left, place, "|".join(name), "bold")]
    texts.append(_text(-layout.left, place + LINE * len(name), "|".join(about), "quiet"))
    height = LINE * (len(name) + len(about))
    number, n = figure_words(record), counted(record)
    if layout.n is None:
        below = "|".join(lines(f"{number}; {n}" if n else number, layout.what))
        texts.append(_text(-layout.left, place + height, below, "plain"))
        return height + LINE * (below.count("|") + 1) + 18, texts
    parts = n.replace(" ", "|", 1) if n else "–"
    texts.append(_text(layout.n, place, parts.split("|")[0], "plain"))
    if "|" in parts:
        scope = lines(parts.split("|")[1], 15)
        texts.append(_text(layout.n, place + LINE, "|".join(scope), "quiet"))
        height = max(height, LINE * (1 + len(scope)))
    ratio = lines(number if _is_plain(record) else f"{number} {record['ci_kind']}", 22)
    texts.append(_text(layout.ratio or 0, place, "|".join(ratio), "plain"))
    return height, texts


def _mark(table: str, record: Record, y: float, area: float, ends: tuple[float, float]) -> dict[str, Any]:
    low, high = record["ci_low"], record["ci_high"]
    return {
        "y": y,
        "value": min(max(record["value"], ends[0]), ends[1]),
        "low": ends[0] if low is None else max(low, ends[0]),
        "high": ends[1] if high is None else min(high, ends[1]),
        "open_low": low is None or low < ends[0],
        "open_high": high is None or high > ends[1],
        "area": round(area, 1),
        "direction": record["direction"],
        "study": record["label"],
        "words": f"{record['label']}: {figure_words(record)}" + (f"; {counted(record)}" if counted(record) else ""),
        "link": link(table, record),
    }


def _diamond(pooled: Mapping[str, Any], y: float) -> list[dict[str, Any]]:
    corners = [(pooled["low"], y), (pooled["value"], y - 7), (pooled["high"], y), (pooled["value"], y + 7)]
    return [{"value": x, "y": at, "order": i} for i, (x, at) in enumerate(corners)]


def _pooled_texts(pooled: Mapping[str, Any], layout: _Layout, place: float) -> list[dict[str, Any]]:
    number = f"{plain(pooled['value'])} ({plain(pooled['low'])} to {plain(pooled['high'])})"
    if layout.ratio is None:
        return [_text(0, place, f"{pooled['label']}: {number}", "bold")]
    return [_text(-layout.left, place, str(pooled["label"]), "bold"), _text(layout.ratio, place, number, "bold")]


def _is_plain(record: Record) -> bool:
    return record["ci_kind"] == "95% CI"


def _kinds(records: Sequence[Record]) -> str:
    return listed(list(dict.fromkeys(r["statistic"] for r in records))).capitalize()
