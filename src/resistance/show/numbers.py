"""``show_number``: a number that a table or a model produced, for the prose."""

from __future__ import annotations

from resistance.evidence.printed import format_number

__all__ = ["format_number", "show_number"]


def show_number(name: str, value: float | str, spec: str = "g") -> None:
    """Keep a number under ``name``; the prose inserts it with ``{glue:text}`name```.

    Parameters
    ----------
    name : str
        Unique on the page.
    value : number, or text such as ``"3 of 12"``
    spec : str
        Python format specification, for example ``".1f"`` or ``",d"``.
    """
    from myst_nb import glue

    text = value if isinstance(value, str) else format_number(value, spec)
    glue(name, text, display=False)
