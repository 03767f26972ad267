"""One run of an ensemble, by the layer or by a plain loop, in a process of its own: prints seconds and peak memory.

Called as ``python -m benchmarks.ensemble_loops WAY PATIENTS``. All ways draw the same patients from the same streams,
evaluate the same model on the same blocks, and take count, mean, spread, extremes and a histogram.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
from scipy import stats

from resistance.ensembles import run
from resistance.ensembles.blocks import BLOCK
from resistance.models import two_compartment

DOSE, CLEARANCE, SEED = 400.0, stats.lognorm(0.286, scale=1.31), 20261128
BINS = 2_000  # of the plain loop, even in the logarithm
LOW, HIGH = np.log(1.0), np.log(100_000.0)


def layer(patients: int, scheduler: str | None) -> float:
    """Mean exposure by the layer."""
    found = run(two_compartment.total_exposure, {"dose": DOSE, "cl": CLEARANCE}, patients, SEED, scheduler)
    return found.summary("total_exposure").mean


def plain(patients: int) -> float:
    """Mean exposure by a loop in NumPy."""
    count, total, squares, least, greatest = 0, 0.0, 0.0, np.inf, -np.inf
    histogram = np.zeros(BINS, dtype=np.int64)
    for block in range(-(-patients // BLOCK)):
        size = min(BLOCK, patients - block * BLOCK)
        rng = np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(1, block)))
        clearance = CLEARANCE.rvs(size=size, random_state=rng)
        values = two_compartment.total_exposure(DOSE, clearance)
        count += size
        total += values.sum()
        squares += (values * values).sum()
        least, greatest = min(least, values.min()), max(greatest, values.max())
        place = ((np.log(values) - LOW) * (BINS / (HIGH - LOW))).astype(np.int64)
        histogram += np.bincount(place, minlength=BINS)
    assert histogram.sum() == count == patients
    return total / count


def main(way: str, patients: int) -> None:
    """Run it and print what it took: wall and processor seconds of this process, and peak memory (MB) of it."""
    plain(BLOCK), layer(BLOCK, None)  # imports and first calls are not what is measured
    started, busy = time.perf_counter(), time.process_time()
    mean = plain(patients) if way == "plain" else layer(patients, None if way == "layer" else way)
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "mean": mean}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
