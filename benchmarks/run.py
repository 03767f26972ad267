"""``make bench``: measures this book beside plain Jupyter Book defaults and prints one report.

The report is also written to ``_build/bench/report.md`` and ``report.json``. A part that fails is named with its error,
the others are kept, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this file is run as a script

from benchmarks.builds import measure_builds  # noqa: E402
from benchmarks.checks import measure_checks  # noqa: E402
from benchmarks.ensembles import REPEATS, measure_ensembles  # noqa: E402
from benchmarks.ensembles import SIZES as PATIENTS  # noqa: E402
from benchmarks.growth import EXECUTED_SIZES, SIZES, measure_growth  # noqa: E402
from benchmarks.lighthouse import RUNS, measure_lighthouse  # noqa: E402
from benchmarks.pages import measure_pages  # noqa: E402
from benchmarks.report import Section, write  # noqa: E402
from benchmarks.rows import TIMES, measure_rows  # noqa: E402

Part = Callable[[Path, Path, Callable[[str], None]], Section]


def parts(quick: bool) -> dict[str, Part]:
    """The parts in their order; ``quick`` leaves out large books and repeats nothing."""
    return {
        "builds": measure_builds,
        "pages": measure_pages,
        "lighthouse": partial(measure_lighthouse, runs=1 if quick else RUNS),
        "growth": partial(measure_growth, **_sizes(quick)),
        "rows": partial(measure_rows, times=TIMES[:1] if quick else TIMES),
        "checks": measure_checks,
        "ensembles": partial(
            measure_ensembles, sizes=PATIENTS[: 1 if quick else None], repeats=1 if quick else REPEATS
        ),
    }


def _sizes(quick: bool) -> dict[str, Sequence[int]]:
    last = 1 if quick else None
    return {"sizes": SIZES[:last], "executed_sizes": EXECUTED_SIZES[:last]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="10 synthetic chapters only; Lighthouse once a page")
    parser.add_argument("--only", action="append", choices=list(parts(False)), help="just this part; may be repeated")
    options = parser.parse_args(arguments)
    scratch = ROOT / "_build" / "bench"
    started = time.perf_counter()

    def say(text: str) -> None:
        print(f"[{time.perf_counter() - started:6.0f} s] {text}", file=sys.stderr, flush=True)

    sections, failed = [], []
    for name, measure in parts(options.quick).items():
        if options.only and name not in options.only:
            continue
        try:
            sections.append(measure(ROOT, scratch, say))
        except Exception as error:  # one part's fault must not lose the figures of the others
            failed.append(name)
            sections.append(Section(f"{name}: failed", notes=[str(error).strip().replace("\n", "\n  ")]))
    print(write(sections, scratch))
    print(f"Written to _build/bench/report.md and report.json in {time.perf_counter() - started:.0f} s.")
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
