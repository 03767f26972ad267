"""The report: sections with Markdown tables, and the same figures as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """A titled table; numbers are aligned right."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass
class Section:
    """One part of the report: what was measured, how, and the figures behind the tables."""

    title: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def markdown(self) -> str:
        """The section as Markdown."""
        parts = [f"## {self.title}"]
        parts += [f"**{table.title}**\n\n{markdown_table(table.header, table.rows)}" for table in self.tables]
        parts += ["\n".join(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n\n".join(parts)


def show(value: Cell) -> str:
    """A cell as text: thousands separated, three significant digits below 100, an en dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        if abs(value) >= 100:
            return f"{value:,.0f}"
        return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return value.replace("|", "\\|").replace("\n", " ")


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A Markdown table padded so that it reads as text, too.

    Raises
    ------
    ValueError
        If a row has not as many cells as the header.
    """
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"rows: {list(row)} has {len(row)} cells, the header {len(header)}")
    cells = [[show(value) for value in row] for row in rows]
    numeric = [bool(rows) and not any(isinstance(row[i], str) for row in rows) for i in range(len(header))]
    widths = [max(3, len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(header)]

    def line(values: Sequence[str]) -> str:
        padded = [v.rjust(w) if right else v.ljust(w) for v, w, right in zip(values, widths, numeric, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * (w - 1) + ":" if right else "-" * w for w, right in zip(widths, numeric, strict=True)]
    return "\n".join([line(header), f"| {' | '.join(rule)} |", *(line(row) for row in cells)])


def machine() -> str:
    """What the figures were measured on, in a line; the load says how far other work disturbed them."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    cores = os.cpu_count() or 1
    return (
        f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}; "
        f"load {load:.1f} at the end of the run"
    )


def write(sections: Sequence[Section], folder: Path) -> str:
    """Write ``report.md`` and ``report.json`` into ``folder``; returns the Markdown."""
    text = "\n\n".join(["# Benchmarks", f"Measured on {machine()}.", *(s.markdown() for s in sections)]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(text, encoding="utf-8")
    figures = {"machine": machine(), "sections": {s.title: {"notes": s.notes, **s.data} for s in sections}}
    (folder / "report.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return text
