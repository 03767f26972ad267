"""``show.strategy_map``: what the whole book has read, by mechanism and strategy; each mark leads to a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from resistance.evidence.sides import study_count
from resistance.evidence.strategies import COLUMNS, MECHANISMS, OF_ROLE, Place
from resistance.show.figures import compose
from resistance.show.output import Output, check_text
from resistance.show.row_picture import text_layers
from resistance.show.rows import lines
from resistance.show.study_map import LEVELS, PAGE
from resistance.show.words import first_upper, listed

_LARGEST = 900.0  # px² of the mark with the most studies
_SMALLEST = 30.0
_AGAINST = "✕"


@dataclass(frozen=True)
class _Layout:
    """Places in px; names stand beside the marks, or above them in a narrow window."""

    names: int
    column: int
    row: int
    largest: float
    head: int  # characters of a line of a column's heading


_WIDE = _Layout(names=150, column=70, row=66, largest=_LARGEST, head=11)
_NARROW = _Layout(names=0, column=42, row=84, largest=560.0, head=7)


def strategy_map(found: Sequence[Place], *, anchor: str, finding: str, caption: str, alt: str = "") -> Output:
    """Map of mechanisms (rows) by strategies (columns): colour and letter the best level, area and number the studies.

    Under each number stands how many of the studies have a figure that does not support, or supports only in part, what
    their table says: a place without it has none.

    Parameters
    ----------
    found : from ``evidence.strategies.places``
    anchor, finding, caption : as of ``show_figure``; the finding is required
    alt : what is to be said beside the first description

    Raises
    ------
    ValueError
        If there is nothing to show.
    """
    check_text("finding", finding, 10)
    if not found:
        raise ValueError("strategy_map: no table of the book has rows")
    return compose(
        _chart(found, _WIDE),
        narrow=_chart(found, _NARROW),
        anchor=anchor,
        finding=finding,
        caption=caption,
        alt=f"{_words(found)} {alt}".strip(),
        data=pd.DataFrame(
            [
                {
                    "mechanism": place.mechanism,
                    "strategy": place.strategy,
                    "level": place.level,
                    "studies": len(place.studies),
                    "unfavourable": len(place.unfavourable),
                    "rows": place.rows,
                    "page": place.page,
                }
                for place in found
            ]
        ),
        more={"pages": sorted({place.page for place in found}), "roles": {"page": "page"}},
    )


def _chart(found: Sequence[Place], layout: _Layout) -> Any:
    import altair as alt

    names = [mechanism for mechanism in MECHANISMS if any(place.mechanism == mechanism for place in found)]
    top = 18 * max(len(lines(column, layout.head)) for column in COLUMNS) + 26
    tops = {name: top + index * layout.row for index, name in enumerate(names)}
    width = layout.names + layout.column * len(COLUMNS)
    texts = _headings(layout)
    texts += [
        {
            "at": 0,
            "y": tops[name] + (14 if layout.names else 2),
            "text": "|".join(lines(first_upper(name), 20 if layout.names else 60)),
            "style": "bold",
        }
        for name in names
    ]
    most = max(len(place.studies) for place in found)
    marks = []
    for place in found:
        at = layout.names + (COLUMNS.index(place.strategy) + 0.5) * layout.column
        y = tops[place.mechanism] + (16 if layout.names else 32)
        area = max(_SMALLEST, layout.largest * len(place.studies) / most)
        marks.append({"at": at, "y": y, "area": round(area, 1), "level": place.level, **_link(place)})
        under = y + 16
        texts.append({"at": at, "y": under, "text": f"{place.level} {len(place.studies)}", "style": "count"})
        if place.unfavourable:
            text = f"{_AGAINST} {len(place.unfavourable)}"
            texts.append({"at": at, "y": under + 13, "text": text, "style": "small"})
    height = top + layout.row * len(names)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    x = alt.X("at:Q", scale=None, axis=None)
    rules = [{"at": 0, "end": width, "y": place - 6} for place in tops.values()]
    between = alt.Chart(alt.Data(values=rules)).mark_rule(aria=False, opacity=0.25, strokeWidth=1)
    colour = alt.Scale(domain=list(LEVELS)[::-1], range="ramp")
    points = alt.Chart(alt.Data(values=marks)).mark_point(filled=True, opacity=1, shape="circle")
    layers = [
        between.encode(x=x, x2="end:Q", y=y),
        points.encode(
            x=x,
            y=y,
            size=alt.Size("area:Q", scale=None, legend=None),
            color=alt.Color(
                "level:O", scale=colour, legend=alt.Legend(title="Best level", columns=5, symbolType="circle")
            ),
            href="link:N",
            description="words:N",
            tooltip=[alt.Tooltip("words:N", title="Studies")],
        ),
        *text_layers(texts, y),
    ]
    return alt.layer(*layers).properties(width=width, height=height).configure_view(stroke=None)


def _headings(layout: _Layout) -> list[dict[str, Any]]:
    """Names of the columns, and over them which say what is known and which say what was tried."""
    known = len(set(OF_ROLE.values()))
    texts = []
    for first, count, words in ((0, known, "What is seen"), (known, len(COLUMNS) - known, "What was tried")):
        at = layout.names + (first + count / 2) * layout.column
        texts.append({"at": at, "y": 0, "text": words, "style": "middle"})
    for index, column in enumerate(COLUMNS):
        at = layout.names + (index + 0.5) * layout.column
        texts.append({"at": at, "y": 20, "text": "|".join(lines(column, layout.head)), "style": "small"})
    return texts


def _link(place: Place) -> dict[str, str]:
    """A mark's address and what it says."""
    against = len(place.unfavourable)
    told = f"{against} with figures that do not support, or only in part" if against else "all support"
    words = f"{place.mechanism}, {place.strategy}: {study_count(len(place.studies))}, best level {place.level}, {told}"
    return {"link": PAGE + place.page, "words": words}


def _words(found: Sequence[Place]) -> str:
    """First description: what the map is, and each mechanism's places."""
    parts = []
    for mechanism in MECHANISMS:
        own = [place for place in found if place.mechanism == mechanism]
        if own:
            cells = listed([f"{p.strategy} {len(p.studies)} ({p.level}, {len(p.unfavourable)} not)" for p in own])
            parts.append(f"{first_upper(mechanism)}: {cells}")
    return (
        "Map of all evidence tables: a row a mechanism, a column what is seen or what was tried, a mark larger for "
        "more studies and stronger in colour for a better level. Studies, best level, and how many do not support "
        f"or only in part. {'; '.join(parts)}."
    )
