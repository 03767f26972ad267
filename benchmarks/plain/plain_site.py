"""Stands for ``resistance.show`` in the copy that plain Jupyter Book builds: charts and tables as they display."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import Markdown, display

from resistance import evidence

# What our tables show within the cells of another column; here each is a column, so that the content is the same.
_BESIDE = {"value": ("qualifier", "ci_low", "ci_high", "ci_kind", "unit"), "source": ("locator", "seen_at")}
_OPTIONS = ("display.max_rows", None, "display.max_columns", None, "display.max_colwidth", None)


def show_figure(chart: Any, *, caption: str, **_: Any) -> None:
    """Altair's own output, and the caption as text."""
    display(chart)
    display(Markdown(caption))


def show_table(
    table: str | pd.DataFrame,
    *,
    caption: str,
    columns: Any = None,
    where: dict[str, Any] | None = None,
    **_: Any,
) -> None:
    """The rows and columns that our table shows, as a data frame displays them; pandas cuts none of them off."""
    frame = evidence.table(table) if isinstance(table, str) else table
    for column, wanted in (where or {}).items():
        frame = frame[frame[column].isin(wanted if isinstance(wanted, list | tuple | set) else [wanted])]
    shown = list(columns or frame.columns)
    for column, beside in _BESIDE.items():
        if column in shown:
            shown += [name for name in beside if name in frame.columns and name not in shown]
    display(Markdown(caption))
    with pd.option_context(*_OPTIONS):
        display(frame[shown])


def __getattr__(name: str) -> Any:
    if name == "show_number":
        from resistance.show.numbers import show_number

        return show_number
    raise AttributeError(name)
