"""What a chapter calls to show something. No Sphinx here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resistance.show.figures import show_figure
    from resistance.show.numbers import show_number
    from resistance.show.tables import show_table

__all__ = ["show_figure", "show_number", "show_table"]

_HOME = {"show_figure": "figures", "show_number": "numbers", "show_table": "tables"}


def __getattr__(name: str) -> Any:
    # Loaded on use: the Sphinx extension, which formats numbers, needs neither pandas nor Altair.
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"resistance.show.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
