"""A picture of rows of a table: names, marks and numbers side by side, or one below another in a narrow window.

Texts and marks are placed in px, so that names of any length fit and nothing depends on a legend of labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resistance.show.rows import Record, What, counted, group_of, lines, link, said, studies
from resistance.show.theme import SHAPES, direction_channels
from resistance.show.words import first_upper

LINE = 17  # px from one line of text to the next
GAP = 12  # px between rows
HEADING = 26
SIDES = 48  # px above the axis, for the words at both sides
_QUIET = "#808080"
_PATIENTS = "patients"

Text = dict[str, Any]


@dataclass(frozen=True)
class Plot:
    """Rows and how they are drawn.

    ``value``, ``low``, ``high`` and ``other`` give the places of a row on the axis, None where it has none; ``other``
    is a second mark, joined to the first. ``figure`` gives the numbers beside the marks, ``computed`` says whether an
    interval is ours. ``by`` is the column that colour and shape stand for.
    """

    table: str
    records: Sequence[Record]
    title: str
    ends: tuple[float, float]
    ticks: Sequence[float] | None
    heads: tuple[str, str]
    figure: Callable[[Record], str]
    value: Callable[[Record], float]
    low: Callable[[Record], float | None]
    high: Callable[[Record], float | None]
    areas: Sequence[float]
    log: bool = False
    what: What | None = None
    group: What | None = None
    line: float | None = None
    sides: tuple[str, str] | None = None
    by: str | None = "direction"
    by_title: str | None = "The row and its table's statement"
    other: Callable[[Record], float | None] = lambda record: None
    computed: Callable[[Record], bool] = lambda record: False
    pooled: Mapping[str, Any] | None = None

    @property
    def of_patients(self) -> bool:
        """Whether every n counts patients, which the head of the column says once."""
        return all(counted(r).partition(" ")[2].startswith(_PATIENTS) for r in self.records if r["n"] is not None)

    @property
    def one_study(self) -> bool:
        """Whether all rows come from one study, which the caption names once: rows then go by what they are."""
        return len(self.records) > 3 and studies(self.records) == 1


@dataclass(frozen=True)
class Layout:
    """Columns of one width in px and characters."""

    plot: int  # width of the plot
    left: int  # from the plot's left edge to the names
    name: int  # characters of the names
    what: int  # characters of a line that says what
    n: int | None  # place of n; None: below the name
    figure: int | None
    sides: int  # characters of the words at both sides of the axis


WIDE = Layout(plot=212, left=300, name=42, what=48, n=222, figure=308, sides=34)
NARROW = Layout(plot=326, left=0, name=44, what=48, n=None, figure=None, sides=54)


def picture(plot: Plot, layout: Layout) -> Any:
    """The picture in one layout, as an Altair chart."""
    import altair as alt

    marks, texts, diamond, height = _placed(plot, layout)
    if plot.sides:
        left, right = f"← {plot.sides[0]}", f"{plot.sides[1]} →"
        long = len(left) + len(right) > layout.sides  # then one stands above the other
        texts += [_text(0, height - (32 if long else 16), left, "left")]
        texts += [_text(layout.plot, height - 16, right, "right")]
    x, y = _axes(plot, height, grid=not plot.sides and layout.n is not None)
    base = alt.Chart(alt.Data(values=marks))
    arrow = {"size": 60, "aria": False, "color": _QUIET}
    layers = []
    if plot.line is not None:
        pieces = alt.Chart(alt.Data(values=_pieces(plot.line, marks, layout, height)))
        layers.append(pieces.mark_rule(strokeDash=[3, 3], aria=False).encode(x=x, y=y, y2="end:Q"))
    for filtered, dash in (("!datum.computed", [1, 0]), ("datum.computed", [2, 2])):
        intervals = base.transform_filter(f"isValid(datum.low) && {filtered}")
        layers.append(intervals.mark_rule(aria=False, strokeDash=dash).encode(x="low:Q", x2="high:Q", y=y))
    others = base.transform_filter("isValid(datum.other)")
    layers += [
        others.mark_rule(aria=False, color=_QUIET).encode(x="other:Q", x2="value:Q", y=y),
        others.mark_point(filled=False, size=60, aria=False, color=_QUIET).encode(x="other:Q", y=y),
        base.transform_filter("datum.open_low").mark_point(shape="triangle-left", **arrow).encode(x="low:Q", y=y),
        base.transform_filter("datum.open_high").mark_point(shape="triangle-right", **arrow).encode(x="high:Q", y=y),
        base.mark_point(filled=True, opacity=1).encode(
            x=x,
            y=y,
            size=alt.Size("area:Q", scale=None, legend=None),
            href="link:N",
            description="words:N",
            tooltip=[alt.Tooltip("study:N", title="Study"), alt.Tooltip("words:N", title="Figure")],
            **_channels(plot),
        ),
    ]
    if diamond:
        shape = alt.Chart(alt.Data(values=diamond)).mark_line(interpolate="linear-closed", filled=True, strokeWidth=1)
        layers.append(shape.encode(x="value:Q", y=y, order="order:Q"))
    layers += text_layers(texts, y)
    return alt.layer(*layers).properties(width=layout.plot, height=height).configure_view(stroke=None)


def _axes(plot: Plot, height: float, grid: bool) -> tuple[Any, Any]:
    """Both channels; grid lines would run through the names of a narrow window."""
    import altair as alt

    scale: dict[str, Any] = {"domain": list(plot.ends), "nice": False} | ({"type": "log"} if plot.log else {})
    ticks = {} if plot.ticks is None else {"values": list(plot.ticks)}
    x = alt.X("value:Q", title=plot.title, scale=alt.Scale(**scale), axis=alt.Axis(format=",~r", grid=grid, **ticks))
    return x, alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)


def _channels(plot: Plot) -> dict[str, Any]:
    """Colour and shape of the marks: of the direction, the same in the whole book, or of another column."""
    import altair as alt

    if plot.by is None:
        return {}
    if plot.by == "direction":
        return direction_channels(plot.by_title)
    names = list(dict.fromkeys(str(r[plot.by]) for r in plot.records))
    legend = alt.Legend(title=plot.by_title)
    return {
        "color": alt.Color("by:N", legend=legend, scale=alt.Scale(domain=names)),
        "shape": alt.Shape("by:N", legend=legend, scale=alt.Scale(domain=names, range=SHAPES[: len(names)])),
    }


def text_layers(texts: Sequence[Text], y: Any) -> list[Any]:
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


_STYLES: dict[str, dict[str, Any]] = {
    "bold": {"align": "left", "fontWeight": 600},
    "heading": {"align": "left", "fontWeight": 700, "fontSize": 14},
    "plain": {"align": "left"},
    "quiet": {"align": "left", "fontSize": 12, "opacity": 0.8},
    "left": {"align": "left", "fontSize": 12},
    "right": {"align": "right", "fontSize": 12},
    "middle": {"align": "center", "fontWeight": 700, "fontSize": 14},
    "small": {"align": "center", "fontSize": 11, "opacity": 0.8},
    "count": {"align": "center", "fontSize": 12},
}


def _text(at: float, y: float, text: str, style: str) -> Text:
    return {"at": at, "y": y, "text": text, "style": style}


def _placed(plot: Plot, layout: Layout) -> tuple[list[dict[str, Any]], list[Text], list[dict[str, Any]], float]:
    """Marks, texts and the pooled diamond with their places, and the height of all."""
    marks, texts, place, last = [], _heads(plot, layout), 4.0 if layout.n is None else float(HEADING), None
    for record, area in zip(plot.records, plot.areas, strict=True):
        heading = group_of(record, plot.group)
        if plot.group and heading != last:
            last = heading
            # In a narrow window a long heading would widen the picture, and all of it would be drawn smaller.
            above = lines(first_upper(heading or "Others"), layout.name - 6 if layout.n is None else 200)
            texts.append(_text(-layout.left, place, "|".join(above), "heading"))
            place += HEADING + LINE * (len(above) - 1)
        height, parts = _row_texts(plot, record, layout, place)
        texts += parts
        middle = place + height - 8 if layout.n is None else place + LINE / 2
        marks.append(_mark(plot, record, middle, area))
        place += height + GAP
    diamond = []
    if plot.pooled:
        texts += _pooled_texts(plot.pooled, layout, place)
        diamond = _diamond(plot.pooled, place + (LINE / 2 if layout.n is not None else LINE + 8))
        place += (LINE if layout.n is not None else 2 * LINE) + GAP
    return marks, texts, diamond, place + (SIDES if plot.sides else 4)


def _heads(plot: Plot, layout: Layout) -> list[Text]:
    """Heads of the columns, where there are columns."""
    if layout.n is None or layout.figure is None:
        return []
    heads = (
        (-layout.left, "" if plot.one_study else "Study"),
        (layout.n, "Patients, n" if plot.heads[0] and plot.of_patients else plot.heads[0]),
        (layout.figure, plot.heads[1]),
    )
    return [_text(at, 0, head, "bold") for at, head in heads]


def _pieces(line: float, marks: Sequence[dict[str, Any]], layout: Layout, height: float) -> list[dict[str, Any]]:
    """The reference line; in a narrow window names stand above the marks, and it keeps out of them."""
    if layout.n is not None:
        return [{"value": line, "y": HEADING - 4, "end": height}]
    return [{"value": line, "y": m["y"] - 11, "end": m["y"] + 11} for m in marks]


def _row_texts(plot: Plot, record: Record, layout: Layout, place: float) -> tuple[float, list[Text]]:
    """Height of a row and its texts."""
    about, height, texts = lines(said(record, plot.what), layout.what), 0.0, []
    if not plot.one_study:
        name = lines(record["label"], layout.name)
        texts.append(_text(-layout.left, place, "|".join(name), "bold"))
        height = LINE * len(name)
    texts.append(_text(-layout.left, place + height, "|".join(about), "plain" if plot.one_study else "quiet"))
    height += LINE * len(about)
    number, n = plot.figure(record), counted(record)
    if layout.n is None or layout.figure is None:
        below = lines(f"{number}; {n}" if n else number, layout.what)
        texts.append(_text(-layout.left, place + height, "|".join(below), "plain"))
        return height + LINE * len(below) + 18, texts
    count, _, scope = n.partition(" ")
    scope = scope.removeprefix(_PATIENTS).removeprefix(", ") if plot.of_patients else scope
    if any(r["n"] is not None for r in plot.records):
        texts.append(_text(layout.n, place, count or "–", "plain"))
    if scope:
        texts.append(_text(layout.n, place + LINE, "|".join(lines(scope, 15)), "quiet"))
    figure = lines(number, 22)
    texts.append(_text(layout.figure, place, "|".join(figure), "plain"))
    return max(height, LINE * max(len(figure), 1 + len(lines(scope, 15)) if scope else 1)), texts


def _mark(plot: Plot, record: Record, y: float, area: float) -> dict[str, Any]:
    first, last = plot.ends
    low, high, value, other = plot.low(record), plot.high(record), plot.value(record), plot.other(record)
    has_interval = low is not None or high is not None
    n = counted(record)
    return {
        "y": y,
        "value": min(max(value, first), last),
        "low": (first if low is None else max(low, first)) if has_interval else None,
        "high": (last if high is None else min(high, last)) if has_interval else None,
        "other": other,
        "computed": plot.computed(record),
        "open_low": has_interval and (low is None or low < first),
        "open_high": has_interval and (high is None or high > last),
        "area": round(area, 1),
        "direction": record["direction"],
        "by": str(record[plot.by]) if plot.by else "",
        "study": record["label"],
        "words": f"{record['label']}, {said(record, plot.what)}: {plot.figure(record)}" + (f"; {n}" if n else ""),
        "link": link(plot.table, record),
    }


def _diamond(pooled: Mapping[str, Any], y: float) -> list[dict[str, Any]]:
    corners = [(pooled["low"], y), (pooled["value"], y - 7), (pooled["high"], y), (pooled["value"], y + 7)]
    return [{"value": float(x), "y": at, "order": i} for i, (x, at) in enumerate(corners)]


def _pooled_texts(pooled: Mapping[str, Any], layout: Layout, place: float) -> list[Text]:
    if layout.figure is None:
        return [_text(0, place, f"{pooled['label']}: {pooled['text']}", "bold")]
    return [
        _text(-layout.left, place, str(pooled["label"]), "bold"),
        _text(layout.figure, place, pooled["text"], "bold"),
    ]
