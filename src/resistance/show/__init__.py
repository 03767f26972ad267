"""What a chapter calls to show something. No Sphinx here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resistance.model_checks import checked_models
    from resistance.show.curve_plot import curves
    from resistance.show.dot_plots import measures, potencies, shares
    from resistance.show.explorer import explore
    from resistance.show.figures import show_figure
    from resistance.show.forest_plot import forest
    from resistance.show.grids import grid
    from resistance.show.layers import axis
    from resistance.show.numbers import show_number
    from resistance.show.sliders import choice, slider
    from resistance.show.study_map import evidence_map
    from resistance.show.tables import show_table

__all__ = [
    "axis",
    "checked_models",
    "choice",
    "curves",
    "evidence_map",
    "explore",
    "forest",
    "grid",
    "measures",
    "potencies",
    "shares",
    "show_figure",
    "show_number",
    "show_table",
    "slider",
]

_HOME = {
    "axis": "resistance.show.layers",
    "checked_models": "resistance.model_checks",
    "choice": "resistance.show.sliders",
    "curves": "resistance.show.curve_plot",
    "evidence_map": "resistance.show.study_map",
    "explore": "resistance.show.explorer",
    "forest": "resistance.show.forest_plot",
    "grid": "resistance.show.grids",
    "measures": "resistance.show.dot_plots",
    "potencies": "resistance.show.dot_plots",
    "shares": "resistance.show.dot_plots",
    "show_figure": "resistance.show.figures",
    "show_number": "resistance.show.numbers",
    "show_table": "resistance.show.tables",
    "slider": "resistance.show.sliders",
}


def __getattr__(name: str) -> Any:
    # Loaded on use: the Sphinx extension, which formats numbers, needs neither pandas nor Altair.
    if name in _HOME:
        found = getattr(import_module(_HOME[name]), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
