"""Section 4b: how long the check takes as bibliography and evidence grow."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.builds import Say
from benchmarks.measure import growth_exponent, python, run
from benchmarks.project import copy_project, environment, largest_evidence_table, repeated_rows
from benchmarks.report import Section, Table

REFERENCES = (1_000, 10_000)
ROWS = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Timing:
    """Seconds and peak memory of one check of ``size`` generated items; ``added`` is the time above none of them."""

    size: int
    seconds: float
    added: float
    peak_mb: float

    @property
    def per_thousand(self) -> float | None:
        """Added seconds per 1,000 items; None without any."""
        return 1000 * self.added / self.size if self.size else None


def measure_checks(
    root: Path, scratch: Path, say: Say, references: Sequence[int] = REFERENCES, rows: Sequence[int] = ROWS
) -> Section:
    """Time the check of generated references, and the whole check with generated rows in the largest table."""
    works = [_check_references(size, say) for size in references]
    folder = copy_project(root, scratch / "checks")
    table = largest_evidence_table(folder / "data")
    items = _check_rows(folder, table, rows, say)
    return section(works, items, table.stem)


def section(works: Sequence[Timing], items: Sequence[Timing], table: str) -> Section:
    """The tables and what they say about growth."""
    notes = [
        f"References: the bibliography's check alone, each size in a process of its own{_growth(works)}.",
        f"Evidence rows: the whole check of the book, with copies of the rows of {table} added, each with an id of its "
        f"own; the first line is the book as it is{_growth(items)}.",
    ]
    first = [[t.size, t.seconds, t.per_thousand, round(t.peak_mb)] for t in works]
    second = [[t.size, t.seconds, t.added, t.per_thousand, round(t.peak_mb)] for t in items]
    return Section(
        "Checks",
        [
            Table("Generated references", ["references", "seconds", "seconds per 1,000", "peak MB"], first),
            Table("Generated evidence rows", ["rows", "seconds", "added", "added per 1,000", "peak MB"], second),
        ],
        notes,
        {"references": _data(works), "rows": _data(items), "table": table},
    )


def _growth(timings: Sequence[Timing]) -> str:
    """Half a sentence on how the added time grows."""
    some = [t for t in timings if t.size]
    exponent = growth_exponent([t.size for t in some], [t.added for t in some])
    return "" if exponent is None else f"; time grows as their number to the power {exponent:.2f} (1 is linear)"


def _data(timings: Sequence[Timing]) -> list[dict[str, Any]]:
    return [asdict(t) | {"per_thousand": t.per_thousand} for t in timings]


def _check_references(size: int, say: Say) -> Timing:
    from benchmarks.references import measure

    say(f"checks: {size:,} references")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, megabytes, findings = pool.apply(measure, (size,))
    if findings:
        raise RuntimeError(f"the generated bibliography is not clean: {findings[0]}")
    return Timing(size, seconds, seconds, megabytes)


def _check_rows(folder: Path, table: Path, sizes: Sequence[int], say: Say) -> list[Timing]:
    original = table.read_text(encoding="utf-8")
    timings: list[Timing] = []
    for size in (0, *sizes):
        say(f"checks: {size:,} generated evidence rows")
        table.write_text(repeated_rows(original, size), encoding="utf-8")
        measured = run(python("-m", "resistance", "check"), folder, environment(folder))
        if not measured.last_line.startswith("Examined"):
            raise RuntimeError(f"the check of {size:,} rows ended early:\n{measured.output[-2000:]}")
        start = timings[0].seconds if timings else measured.seconds
        timings.append(Timing(size, measured.seconds, measured.seconds - start, measured.peak_mb))
    return timings
