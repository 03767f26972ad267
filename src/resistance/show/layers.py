"""What the ``draw`` of a figure with sliders receives: its rows as Altair charts, and the marks that recur."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from resistance.show.sources import Source
from resistance.show.theme import DASHES


def axis(
    title: str,
    low: float | None = None,
    high: float | None = None,
    *,
    log: bool = False,
    ticks: Sequence[float] | None = None,
    format: str | None = None,
) -> dict[str, Any]:
    """An axis of a figure: its title with unit, its range, and whether it is logarithmic.

    Parameters
    ----------
    title : with the unit in brackets; ``(log scale)`` is added by itself where it is one
    low, high : range, by default that of the data
    log : logarithmic
    ticks : values that are labelled
    format : d3 format of the labels, for example ``"~e"``
    """
    import altair as alt

    scale: dict[str, Any] = {"type": "log"} if log else {}
    if low is not None and high is not None:
        scale |= {"domain": [low, high], "nice": False}
    marks = {} if ticks is None else {"values": list(ticks)}
    marks |= {} if format is None else {"format": format}
    return {
        "title": axis_title(title, log),
        "scale": alt.Scale(**scale),
        **({"axis": alt.Axis(**marks)} if marks else {}),
    }


def axis_title(title: str, log: bool) -> str:
    """The title of an axis, which says that it is logarithmic.

    >>> axis_title("Dose (mg)", True)
    'Dose (mg, log scale)'
    """
    if not log or "log scale" in title:
        return title
    return f"{title[:-1]}, log scale)" if title.endswith(")") else f"{title} (log scale)"


class Layers:
    """The rows of one source, to be drawn.

    ``rows`` is an Altair chart with a row a point of ``over`` and a field for each output: encode it as you like. The
    methods give charts for what recurs; ``+`` lays charts over one another, ``&`` puts one below another.
    """

    def __init__(self, source: Source, x: Mapping[str, Any], y: Mapping[str, Any]):
        self._source = source
        self.x, self.y = dict(x), dict(y)
        self.over = source.over[0] if source.over else None

    def on(self, y: Mapping[str, Any], x: Mapping[str, Any] | None = None) -> Layers:
        """The same rows on another vertical axis (from :func:`axis`), for a further panel."""
        return Layers(self._source, self.x if x is None else x, y)

    @property
    def rows(self) -> Any:
        """All rows with their fields."""
        return self._source.chart()

    @property
    def first(self) -> Any:
        """The first row alone, for outputs that are the same in all rows."""
        chart = self.rows
        return (
            chart
            if self.over is None
            else chart.transform_filter(f"datum['{self.over}'] === {float(self._source.axis()[0])!r}")
        )

    def along_x(self, field: str | None = None, **over: Any) -> Any:
        """The horizontal channel, of ``over`` or another field."""
        import altair as alt

        return alt.X(_quantity(field or self.over or ""), **(self.x | over))

    def along_y(self, field: str, **over: Any) -> Any:
        """The vertical channel of a field."""
        import altair as alt

        return alt.Y(_quantity(field), **(self.y | over))

    def lines(self, *names: str, key: str | None = None, dashes: Sequence[Any] | None = None, **mark: Any) -> Any:
        """A line for each output (all by default) over the points of ``over``; told apart by colour and dash.

        Parameters
        ----------
        *names : outputs; they are what the legend says
        key : title of the legend
        dashes : dash of each line, the house's by default
        **mark : properties of Altair's line mark
        """
        import altair as alt

        drawn = list(names or self._source.outputs)
        if len(drawn) == 1:
            return self.rows.mark_line(clip=True, **mark).encode(x=self.along_x(), y=self.along_y(drawn[0]))
        shape = {"domain": drawn, "range": list(dashes)} if dashes else {"domain": drawn}
        return (
            self.rows.transform_fold(drawn, as_=["line", "height"])
            .mark_line(clip=True, **mark)
            .encode(
                x=self.along_x(),
                y=self.along_y("height"),
                color=alt.Color("line:N", title=key, scale=alt.Scale(domain=drawn), legend=_legend(drawn)),
                strokeDash=alt.StrokeDash("line:N", title=key, scale=alt.Scale(**shape)),
            )
        )

    def line(
        self, y: str, x: str | None = None, *, named: str | None = None, among: Sequence[str] = (), **mark: Any
    ) -> Any:
        """One line along the rows, of one output over another (a curve that its parameter runs along).

        ``named`` gives it an entry in the legend; ``among`` are the names of all lines of the figure, in order.
        """
        import altair as alt

        chart = self.rows
        encoded = {"x": self.along_x(x), "y": self.along_y(y), "order": alt.Order(_quantity(self.over or ""))}
        if named:
            names = list(among or [named])
            chart = chart.transform_calculate(line=f"'{named}'")
            dash = alt.Scale(domain=names, range=DASHES[: len(names)])
            encoded["color"] = alt.Color("line:N", title=None, scale=alt.Scale(domain=names))
            encoded["strokeDash"] = alt.StrokeDash("line:N", title=None, scale=dash)
        return chart.mark_line(clip=True, **mark).encode(**encoded)

    def rule(self, *, x: str | float | None = None, y: str | float | None = None, dash: Sequence[int] = (4, 3)) -> Any:
        """A reference line at a number, or at an output of the first row."""
        import altair as alt

        value, channel = (x, self.along_x) if x is not None else (y, self.along_y)
        if isinstance(value, str):
            base, field = self.first.transform_filter(f"isValid(datum['{value}']) && isFinite(datum['{value}'])"), value
        else:
            base, field = alt.Chart(alt.Data(values=[{"at": value}])), "at"
        encoded = {"x" if x is not None else "y": channel(field)}
        return base.mark_rule(strokeDash=list(dash), clip=True).encode(**encoded)

    def words(self, text: str, *, x: float, y: float, align: str = "left", baseline: str = "top", **mark: Any) -> Any:
        """A sentence with outputs of the first row, for example ``"even at {half:.2~s} cells"``.

        ``{name:format}`` is an output in d3 format (text as it is), ``|`` begins a new line; ``x`` and ``y`` are the
        place on the axes.
        """
        parts = [_piece(part) for part in re.split(r"(\{[^}]+\})", text) if part]
        chart = self.first.transform_calculate(
            **{"at x": repr(float(x)), "at y": repr(float(y)), "in words": " + ".join(["''", *parts])}
        )
        style = {"align": align, "baseline": baseline, "lineBreak": "|", "dx": 6 if align == "left" else -6} | mark
        return chart.mark_text(**style).encode(x=self.along_x("at x"), y=self.along_y("at y"), text="in words:N")


def _piece(part: str) -> str:
    if not part.startswith("{"):
        return "'" + part.replace("\\", "\\\\").replace("'", "\\'") + "'"
    name, _, spec = part[1:-1].partition(":")
    return f"format(datum['{name}'], '{spec}')" if spec else f"datum['{name}']"


def _quantity(field: str) -> str:
    return f"{field}:Q"


def _legend(names: Sequence[str]) -> Any:
    """Long names stand one below another; the theme decides for others, one below another in a narrow window."""
    import altair as alt

    return alt.Legend(columns=1) if max(map(len, names)) > 26 else alt.Legend()
