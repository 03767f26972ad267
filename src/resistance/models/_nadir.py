"""The lowest point of a burden that falls and returns, and its way back, for :mod:`resistance.models.regrowth`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import elementwise

from resistance.models._numeric import log_ratio
from resistance.models._results import NoResult
from resistance.models._solve import MOST_ITERATIONS
from resistance.models._validate import Floats, plain, shown

_ROUNDING = 1e-12


def time(falling: Floats, rising: Floats, d: Floats, g: Floats) -> Floats:
    """Time at which ``falling exp(-d t) = rising exp(g t)``, 0 if growth outruns death from the start."""
    with np.errstate(divide="ignore", invalid="ignore"):
        time = log_ratio(falling, rising) / (d + g)
    return np.where(falling > rising, time, 0.0)


def exponents(falling: Floats, rising: Floats, d: Floats, g: Floats) -> tuple[Floats, Floats]:
    """``-d t`` and ``g t`` at the nadir, written so that the limits g -> 0 and phi -> 0 hold."""
    falls = falling > rising
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(falls, log_ratio(falling, rising), 0.0)
        total = np.where(falls, d + g, 1.0)
        return -d / total * log, np.where(g > 0, g / total * log, 0.0)


def reachable(level: Floats, nadir: Floats, **given: Floats) -> None:
    # A level that was computed as the nadir may miss it by rounding.
    if np.any(level < nadir * (1 - 1e-12)):
        rates = ", ".join(f"{name} = {shown(plain(value))}" for name, value in given.items())
        least = f"the nadir {shown(plain(nadir))}"
        raise ValueError(f"level must be at least {least}, got {shown(plain(level))} with {rates}")


def excess_two_rate(t: Floats, d: Floats, g: Floats, level: Floats) -> Floats:
    return np.exp(-d * t) + np.expm1(g * t) - level


def excess_split(t: Floats, phi: Floats, d: Floats, g: Floats, level: Floats) -> Floats:
    return (1 - phi) * np.exp(-d * t) + phi * np.exp(g * t) - level


def crossing(excess: Callable[..., Floats], earliest: Floats, latest: Floats, args: tuple[Floats, ...]) -> Floats:
    """Root of ``excess`` between the nadir, where it is at most 0, and a time when it is at least 0."""
    found = elementwise.find_root(excess, (earliest, latest), args=args, maxiter=MOST_ITERATIONS)
    # Level and nadir, or level and upper end, may coincide up to rounding: then the bracket holds no change of sign.
    early, late = np.abs(excess(earliest, *args)), np.abs(excess(latest, *args))
    nearer, missed = np.where(early <= late, earliest, latest), np.minimum(early, late)
    if not np.all(found.success | (missed <= _ROUNDING * args[-1])):
        raise NoResult("a time of return that a search finds")
    return np.where(found.success, found.x, nearer)
