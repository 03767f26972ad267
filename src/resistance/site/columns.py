"""Which columns a table of ``data/`` shows beside one another, which share one, and which fold into the row's details.

A reader looks for the study, what it is about, the figure, its grade and its source: these stand in this order and fit
the page. What does not fit is not left out: it opens in the row.
"""

from __future__ import annotations

from typing import Any

Column = dict[str, Any]

# Columns that are read together share one: title, description, and the columns that it holds.
JOINED = {
    "figure": (
        "Figure",
        "The figure as the source reports it, what it was computed from, and what it is",
        ("value", "n", "n_scope", "measure", "comparison"),
    ),
    "grade": (
        "Grade",
        "Level of evidence, stars, whether the row supports the table's statement, and what the figure can speak for",
        ("level", "confidence", "direction", "role"),
    ),
}
ABOUT = 4  # columns between study and figure that a page of 1280 px has room for
_ORDER = {"label": 0, "figure": 2, "grade": 3, "source": 4}  # all else stands between the study and the figure


def joined(columns: list[Column]) -> list[Column]:
    """Columns with those of one kind in :data:`JOINED` as one, at the place of the first.

    A joined column names its kind as ``type`` and the names of the columns that it holds as ``parts``.
    """
    parts: dict[str, list[str]] = {}
    for column in columns:
        if kind := _kind(column):
            parts.setdefault(kind, []).append(column["name"])
    shown: list[Column] = []
    for column in columns:
        kind = _kind(column)
        if kind is None or len(parts[kind]) == 1:
            shown.append(column)
        elif column["name"] == parts[kind][0]:
            title, description, order = JOINED[kind]
            held = sorted(parts[kind], key=order.index)
            shown.append(
                {"name": kind, "title": title, "unit": None, "type": kind, "description": description, "parts": held}
            )
    return shown


def laid_out(columns: list[Column], about: tuple[str, ...] = ()) -> tuple[list[Column], list[Column]]:
    """Columns of a table of evidence in the order in which they are read, and those that fold into the row.

    Parameters
    ----------
    columns : those to show, as the author ordered them
    about : names of columns that say what a row is about; they are the last to be folded
    """
    ordered = sorted(joined(columns), key=_place)
    middle = [column for column in ordered if _place(column) == 1]
    kept = sorted(middle, key=lambda column: (column["name"] == "note", column["name"] not in about))[:ABOUT]
    folded = [column for column in middle if column not in kept or column["name"] == "note"]
    return [column for column in ordered if column not in folded], folded


def _place(column: Column) -> int:
    return _ORDER.get(_kind(column) or column["name"], 1)


def _kind(column: Column) -> str | None:
    name = column["name"]
    if name == "comparison" and column["type"] != "number":
        return None  # words that say with what the figure was compared
    return next((kind for kind, (_, _, names) in JOINED.items() if name in names), None)
