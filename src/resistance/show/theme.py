"""One look for all charts: colour-blind safe, readable in light and dark, wide and narrow.

The palettes start from Okabe and Ito's colours, moved until each keeps a contrast of at least 3:1 with the page's
background (tests/site/test_theme.py measures it). Series are told apart by shape or dash as well as by colour.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Literal

Mode = Literal["light", "dark"]
Width = Literal["wide", "narrow"]

MODES: tuple[Mode, ...] = ("light", "dark")
WIDTHS: dict[Width, int] = {"wide": 580, "narrow": 250}

BACKGROUND: dict[Mode, str] = {"light": "#ffffff", "dark": "#131416"}
PALETTE: dict[Mode, list[str]] = {
    "light": ["#0072b2", "#d14900", "#2e7d32", "#a0408a", "#6b5b00", "#333333", "#1f78d1"],
    "dark": ["#6bb8f0", "#e8803c", "#7bd88f", "#d98cc0", "#e6d84a", "#d5d5d5", "#8fb8ff"],
}
INK: dict[Mode, str] = {"light": "#222222", "dark": "#e6e6e6"}
MUTED: dict[Mode, str] = {"light": "#5c5c5c", "dark": "#a8a8a8"}
GRID: dict[Mode, str] = {"light": "#e3e3e3", "dark": "#34373b"}
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [1, 3]]
# Direction of evidence: one colour and one mark each in the whole book. They differ for every kind of colour
# vision, and by shape. Colours are numbers in the palette; a scale names them as ``range: "ordinal"``.
DIRECTIONS = ["supports", "mixed", "does not support"]
_CROSS = "M-1,-.55L-.55,-1L0,-.45L.55,-1L1,-.55L.45,0L1,.55L.55,1L0,.45L-.55,1L-1,.55L-.45,0Z"
DIRECTION_SHAPES = {"supports": "circle", "mixed": "square", "does not support": _CROSS}
_DIRECTION_COLOURS = {"supports": 0, "mixed": 3, "does not support": 1}
# Fonts of one set of widths: the picture, drawn at build time, and the live chart then have the same size.
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"


def config(mode: Mode, width: Width = "wide") -> dict[str, Any]:
    """Vega-Lite configuration for one colour mode and one page width (pixels of ``WIDTHS``)."""
    ink, muted, grid, palette = INK[mode], MUTED[mode], GRID[mode], PALETTE[mode]
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 500}
    narrow = width == "narrow"
    return {
        "background": BACKGROUND[mode],
        "font": FONT,
        "padding": 6,
        "view": {
            "continuousWidth": WIDTHS[width],
            "discreteWidth": WIDTHS[width],
            "continuousHeight": 320,
            "stroke": grid,
        },
        "axis": {
            **text,
            "gridColor": grid,
            "domainColor": muted,
            "tickColor": muted,
            "labelLimit": 120 if narrow else 240,
            "titleLimit": 260 if narrow else 420,
        },
        "axisQuantitative": {"tickCount": 5 if narrow else 8},
        "legend": {
            **text,
            "orient": "bottom",
            "symbolSize": 90,
            "columns": 1 if narrow else 3,
            "labelLimit": 300,
            "titleLimit": 300,
        },
        "header": {**text, "labelFontSize": 13},
        "title": {"color": ink, "fontSize": 14, "fontWeight": 600, "anchor": "start"},
        "range": {
            "category": palette,
            "ordinal": direction_colours(mode),
            "symbol": SHAPES,
            "ramp": ramp(mode),
            "heatmap": ramp(mode),
            "diverging": [palette[0], MUTED[mode], palette[1]],
        },
        "mark": {"color": palette[0]},
        "line": {"strokeWidth": 2.5},
        "point": {"size": 80, "filled": True, "opacity": 1},
        "circle": {"size": 80, "opacity": 1},
        "bar": {"color": palette[0]},
        "rule": {"color": ink, "strokeWidth": 1.5},
        "text": {"color": ink, "fontSize": 13},
        "rect": {"color": palette[0]},
        "area": {"opacity": 0.35, "line": True},
    }


def direction_colours(mode: Mode) -> list[str]:
    """Colours of ``DIRECTIONS``, in their order."""
    return [PALETTE[mode][_DIRECTION_COLOURS[name]] for name in DIRECTIONS]


def direction_channels(title: str | None = "Direction") -> dict[str, Any]:
    """Colour and shape of a chart's ``direction`` field, the same in the whole book."""
    import altair as alt

    legend = None if title is None else alt.Legend(title=title)
    shapes = [DIRECTION_SHAPES[name] for name in DIRECTIONS]
    return {
        "color": alt.Color("direction:N", legend=legend, scale=alt.Scale(domain=DIRECTIONS, range="ordinal")),
        "shape": alt.Shape("direction:N", legend=legend, scale=alt.Scale(domain=DIRECTIONS, range=shapes)),
    }


def ramp(mode: Mode) -> list[str]:
    """Sequential colours, weakest first; the weakest still differs from the background by 3:1."""
    light = ["#6f93b5", "#4b7aa6", "#2b6296", "#124a80", "#05305c"]
    dark = ["#3d6f97", "#4f8bb9", "#6aa7d6", "#8fc4ef", "#c3e1ff"]
    return light if mode == "light" else dark


def themed(spec: dict[str, Any], mode: Mode, width: Width = "wide") -> dict[str, Any]:
    """``spec`` with the configuration of one mode and width; its own ``config`` entries win."""
    result = deepcopy(spec)
    own = result.pop("config", {})
    result["config"] = _merge(config(mode, width), own)
    return result


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged
