"""Runs a program and measures it; the statistics that the report uses."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.1
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Measured:
    """One run of a program: wall time, processor time and highest memory of it and all its children, status, output.

    Processor time hardly depends on what else the machine does; wall time does.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    status: int
    output: str

    @property
    def last_line(self) -> str:
        """Last line that it printed; empty if it printed nothing."""
        lines = self.output.strip().splitlines()
        return lines[-1] if lines else ""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Run ``command`` in ``folder`` and measure it.

    Memory is the sum of the resident sets of the process tree, sampled ten times a second; pages that processes
    share are counted once for each of them.
    """
    with tempfile.TemporaryFile() as log:
        used = _children_seconds()
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=folder, env={**os.environ, **(environment or {})}, stdout=log, stderr=subprocess.STDOUT
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, tree_memory(process.pid))
            try:
                process.wait(SAMPLE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        seconds = time.perf_counter() - started
        log.seek(0)
        output = log.read().decode("utf-8", errors="replace")
    return Measured(seconds, _children_seconds() - used, peak / _MEGABYTE, process.returncode, output)


def _children_seconds() -> float:
    """Processor seconds of all children that have ended, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def tree_memory(pid: int) -> int:
    """Resident bytes of a process and all its descendants; those that have just ended count nothing."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def python(*arguments: str) -> list[str]:
    """Command that runs Python with this interpreter."""
    return [sys.executable, *arguments]


def median(values: Sequence[float]) -> float:
    """Median; raises ``ValueError`` if there are no values."""
    if not values:
        raise ValueError("values: the median of nothing is not defined")
    return float(statistics.median(values))


def ratio(ours: float, other: float) -> float | None:
    """``ours / other``; None where ``other`` is zero."""
    return ours / other if other else None


def growth_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float | None:
    """Exponent b of the least-squares fit seconds = a · size^b on logarithms; 1 is linear growth.

    None with fewer than two different sizes, or if a value is not above zero.
    """
    pairs = [(size, second) for size, second in zip(sizes, seconds, strict=True) if size > 0 and second > 0]
    if len({size for size, _ in pairs}) < 2 or len(pairs) < len(sizes):
        return None
    from math import log

    return statistics.linear_regression([log(s) for s, _ in pairs], [log(t) for _, t in pairs]).slope
