"""Vega without a browser: vl-convert, which measures text with the fonts that it carries.

With the machine's own fonts a drawing could differ from one machine to the next, and vl-convert opens a font's file
anew for every text that it measures, which took longer than the drawing.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

_CONFIG = Path(__file__).with_name("fonts") / "fonts.conf"
_TEXT = {"mark": {"type": "text", "text": "Fonts"}, "data": {"values": [{}]}}


@cache
def _converter() -> Any:
    """The library, its fonts chosen: it looks for them at the first text that it measures and never again.

    The variable is the page's own again afterwards, for programs that a reader's notebook may start.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_CONFIG)
    try:
        import vl_convert

        vl_convert.vegalite_to_scenegraph(_TEXT)
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
    return vl_convert


def svg(spec: dict[str, Any]) -> str:
    """The drawing of a Vega-Lite specification as SVG."""
    return _converter().vegalite_to_svg(spec)


def scenegraph(spec: dict[str, Any]) -> dict[str, Any]:
    """What Vega places on the canvas for a Vega-Lite specification: marks with their positions and texts."""
    return _converter().vegalite_to_scenegraph(spec)
