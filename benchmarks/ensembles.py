"""Section 5: what the layer of ensembles costs beside a plain loop, and how time and memory grow with the patients."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.builds import Say
from benchmarks.measure import growth_exponent, median, python, run
from benchmarks.project import environment
from benchmarks.report import Section, Table

SIZES = (10**6, 10**7, 10**8)
COMPARED = 10**7  # size at which the loop and the layer are run in turn, several times
REPEATS = 5
WAYS = {"plain": "plain NumPy loop", "layer": "layer, one process", "processes:2": "layer, two processes"}


def measure_ensembles(
    root: Path, scratch: Path, say: Say, sizes: Sequence[int] = SIZES, repeats: int = REPEATS
) -> Section:
    """Time the cheapest model over ``sizes`` virtual patients, each run in a process of its own."""
    compared = min(COMPARED, max(sizes))
    runs: list[dict[str, Any]] = []
    for size in sizes:
        for number in range(repeats if size == compared else 1):
            for way in WAYS:
                say(f"ensembles: {size:,} patients, {WAYS[way]}, run {number + 1}")
                runs.append({"way": way, "patients": size, **_once(root, way, size)})
    means = {size: {r["mean"] for r in runs if r["patients"] == size and r["way"] != "plain"} for size in sizes}
    if any(len(found) > 1 for found in means.values()):
        raise RuntimeError(f"ensembles of one seed differ: {means}")
    return section(runs, sizes, compared)


def section(runs: Sequence[dict[str, Any]], sizes: Sequence[int], compared: int) -> Section:
    """The table and what it says about growth and overhead."""
    rows, cpu = [], {}
    for size in sizes:
        for way, words in WAYS.items():
            these = [r for r in runs if (r["way"], r["patients"]) == (way, size)]
            seconds, busy = median([r["seconds"] for r in these]), median([r["cpu"] for r in these])
            cpu[way, size] = busy
            # The processor time of the workers is not that of the process which waits for them.
            speed = size / seconds / 2 if way == "processes:2" else size / busy
            rows.append([size, words, seconds, round(speed), round(max(r["peak_mb"] for r in these))])
    overhead = cpu["layer", compared] / cpu["plain", compared] - 1
    exponent = growth_exponent(sizes, [cpu["layer", size] for size in sizes])
    grown = "" if exponent is None else f" Processor time grows as the patients to the power {exponent:.2f}."
    notes = [
        "Model: exposure as dose over a log-normal clearance; draws, model, count, mean, spread, extremes, histogram. "
        f"Overhead of the layer in one process at {compared:,} patients, medians of processor time: {overhead:+.1%}."
        + grown
    ]
    header = ["patients", "way", "seconds", "patients per second and core", "peak MB"]
    return Section("Ensembles", [Table("Virtual patients", header, rows)], notes, {"runs": list(runs)})


def _once(root: Path, way: str, size: int) -> dict[str, Any]:
    measured = run(python("-m", "benchmarks.ensemble_loops", way, str(size)), root, environment(root))
    try:
        return json.loads(measured.last_line)
    except ValueError:
        raise RuntimeError(f"the run ended early:\n{measured.output[-2000:]}") from None
