"""What a chapter calls to show something. No Sphinx here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resistance.model_checks import checked_models
    from resistance.show.explore import explore
    from resistance.show.figures import show_figure
    from resistance.show.forest import forest
    from resistance.show.grids import grid
    from resistance.show.layers import axis
    from resistance.show.numbers import show_number
    from resistance.show.sliders import choice, slider
    from resistance.show.tables import show_table

_HOME = {
    "axis": "resistance.show.layers",
    "checked_models": "resistance.model_checks",
    "choice": "resistance.show.sliders",
    "explore": "resistance.show.explore",
    "forest": "resistance.show.forest",
    "grid": "resistance.show.grids",
    "show_figure": "resistance.show.figures",
    "show_number": "resistance.show.numbers",
    "show_table": "resistance.show.tables",
    "slider": "resistance.show.sliders",
}

__all__ = [
    "axis",
    "checked_models",
    "choice",
    "explore",
    "forest",
    "grid",
    "show_figure",
    "show_number",
    "show_table",
    "slider",
]


def __getattr__(name: str) -> Any:
    # Loaded on use: the Sphinx extension, which formats numbers, needs neither pandas nor Altair.
    if name in _HOME:
        from importlib import import_module

        found = getattr(import_module(_HOME[name]), name)
        globals()[name] = found  # where a module bears the name of its function, the function wins
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
