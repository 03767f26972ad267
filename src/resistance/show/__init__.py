"""What a chapter calls to show something. No Sphinx here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resistance.model_checks import checked_models
    from resistance.show.figures import show_figure
    from resistance.show.numbers import show_number
    from resistance.show.tables import show_table

__all__ = ["checked_models", "show_figure", "show_number", "show_table"]

_HOME = {
    "checked_models": "resistance.model_checks",
    "show_figure": "resistance.show.figures",
    "show_number": "resistance.show.numbers",
    "show_table": "resistance.show.tables",
}


def __getattr__(name: str) -> Any:
    # Loaded on use: the Sphinx extension, which formats numbers, needs neither pandas nor Altair.
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
