"""Section 4b: how long the check takes as bibliography and evidence grow."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.builds import Say
from benchmarks.measure import Measured, growth_exponent, median, python, run
from benchmarks.project import copy_project, environment, largest_evidence_table, repeated_rows
from benchmarks.report import Section, Table

REFERENCES = (1_000, 10_000)
ROWS = (1_000, 10_000, 100_000)
REPEATS = 3  # of a short run, whose median is taken
FEW = 10_000  # rows up to which a run is short
CLEAR = 0.2  # seconds; less is lost in the scatter of runs and says nothing about growth


@dataclass(frozen=True)
class Timing:
    """One check of ``size`` generated items: wall time, processor time above none of them, peak memory (MB)."""

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
            Table("Generated evidence rows", ["rows", "seconds", "added CPU s", "added per 1,000", "peak MB"], second),
        ],
        notes,
        {"references": _data(works), "rows": _data(items), "table": table},
    )


def _growth(timings: Sequence[Timing]) -> str:
    """Half a sentence on how the added time grows."""
    some = [t for t in timings if t.size and t.added >= CLEAR]
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
    start = 0.0
    for size in (0, *sizes):
        say(f"checks: {size:,} generated evidence rows")
        table.write_text(repeated_rows(original, size), encoding="utf-8")
        # The first run of a fresh copy compiles its modules, too: it is not counted.
        runs = [_check_once(folder) for _ in range(REPEATS + 1 if size <= FEW else 1)]
        runs = runs[1:] or runs
        busy = median([r.cpu_seconds for r in runs])
        start = start or busy
        timings.append(Timing(size, median([r.seconds for r in runs]), busy - start, max(r.peak_mb for r in runs)))
    return timings


def _check_once(folder: Path) -> Measured:
    measured = run(python("-m", "resistance", "check"), folder, environment(folder))
    if not measured.last_line.startswith("Examined"):
        raise RuntimeError(f"the check ended early:\n{measured.output[-2000:]}")
    return measured
