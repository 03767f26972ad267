"""Models for the tests: one that is slow, one that raises, one whose worker dies, one that fills the disk."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np


def slow(x: np.ndarray, seconds: float) -> np.ndarray:
    """Twice ``x``, after a while for every block."""
    time.sleep(seconds)
    return 2 * x


def fussy(x: np.ndarray) -> np.ndarray:
    """``x``, which must be below 4."""
    if np.any(x >= 4):
        raise ValueError(f"x must be below 4, got {np.max(x):.3f}")
    return x


def fussy_number(x: float) -> float:
    """The same for one number."""
    return float(fussy(np.asarray(x)))


def without_number(x: np.ndarray) -> np.ndarray:
    """NaN for one of them."""
    return np.where(np.arange(x.size) == 5, np.nan, x)


def of_another_shape(x: np.ndarray) -> np.ndarray:
    """One number too many."""
    return np.append(x, 1.0)


def deadly(x: np.ndarray, mark: str, deaths: int) -> np.ndarray:
    """Kill the process that runs it, as long as fewer than ``deaths`` marks are there."""
    for number in range(deaths):
        try:
            Path(f"{mark}-{number}").touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)
    return 3 * x


def noise(point: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Nothing at point 0, and elsewhere numbers that cannot be compressed."""
    draws = rng.random((2, point.size))
    return {"first": np.where(point > 0, draws[0], 0.0), "second": np.where(point > 0, draws[1], 0.0)}
