"""Pulses of p53 with a delay: model III of Geva-Zatorsky et al. (A18a).

Mdm2 follows the p53 of ``tau`` hours ago and degrades it in proportion to both levels::

    dx/dt = beta_x psi - alpha_x x - alpha_xy x y
    dy/dt = beta_y psi x(t - tau) - alpha_y y

Source: Mol Syst Biol 2006;2:2006.0033, as deposited in BioModels (BIOMD0000000154). Times in hours. A second mechanism
beside :mod:`resistance.models.p53` shows what depends on the delay and what on the details: with the parameters of the
source its pulses are not sustained but damped, so slowly (a tenth less after 40 hours) that it hardly shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import hold, returns
from resistance.models._solve import integrate
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    Floats,
    number,
    plain,
    shown,
    vector,
)

_STRICTLY_POSITIVE = ("alpha_y", "tau")
_SAMPLES_PER_HOUR = 200
# Bounds of the cost: times of one count of peaks, delays of one course and evaluations of its rates.
MOST_SAMPLES = 500_000
MOST_DELAYS = 200
MOST_EVALUATIONS = 60_000


@dataclass(frozen=True)
class Parameters:
    """Rates per hour, delay ``tau`` in hours and damage ``psi``; the defaults are those of the source."""

    beta_x: float = 2.3
    alpha_x: float = 0.0
    alpha_xy: float = 120.0
    beta_y: float = 24.0
    alpha_y: float = 24.0
    tau: float = 3.3
    psi: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            allowed = POSITIVE if field.name in _STRICTLY_POSITIVE else NON_NEGATIVE
            object.__setattr__(self, field.name, number(field.name, getattr(self, field.name), allowed))


@dataclass(frozen=True)
class Traces:
    """Levels of p53 and Mdm2 at the times ``time`` (hours), arrays of one length."""

    time: Floats
    p53: Floats
    mdm2: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "p53", "mdm2"), NON_NEGATIVE))


GEVA_ZATORSKY_III = Parameters()
# p53 and Mdm2 at time 0, and p53 before it, in the source.
START = (0.02, 0.02)


@returns()
def simulate(t: ArrayLike, parameters: Parameters = GEVA_ZATORSKY_III, start: tuple[float, float] = START) -> Traces:
    """Levels at the times ``t`` from constant levels ``start`` = (p53, Mdm2) up to time 0.

    By the method of steps: each stretch of length ``tau`` is an ordinary equation driven by the one before it (LSODA).
    Raises ``ValueError`` for a negative time or level, or a ``start`` that does not hold two numbers.
    """
    t = vector("t", t, NON_NEGATIVE)
    levels = vector("start", start, NON_NEGATIVE)
    if levels.size != 2:
        raise ValueError(f"start must hold two levels (p53, Mdm2), got {shown(start)}")
    if t.max() > MOST_DELAYS * parameters.tau:
        raise ValueError(f"t must be at most {MOST_DELAYS} times tau = {parameters.tau}, got {shown(plain(t.max()))}")
    steps = _steps(parameters, levels, float(t.max()))
    number_of_step = np.minimum((t // parameters.tau).astype(int), len(steps) - 1)
    values = np.empty((2, t.size))
    for i, step in enumerate(steps):
        inside = number_of_step == i
        if inside.any():
            values[:, inside] = step(t[inside])
    # Levels that tend to 0 miss it by less than the tolerance.
    return Traces(t, *np.maximum(values, 0))


@returns(NON_NEGATIVE)
def steady_state(parameters: Parameters = GEVA_ZATORSKY_III) -> tuple[float, float]:
    """Levels (p53, Mdm2) at which nothing changes; raises ``ValueError`` if p53 grows without bound."""
    p = parameters
    slope = p.alpha_xy * p.beta_y * p.psi / p.alpha_y
    if slope == 0 and p.alpha_x == 0:
        raise ValueError(f"alpha_x or the effect of Mdm2 must be above 0 for a steady state, got {shown(parameters)}")
    production = p.beta_x * p.psi
    # The form with the square root in the denominator also holds where Mdm2 has no effect.
    root = np.sqrt(p.alpha_x**2 + 4 * slope * production)
    x = 2 * production / (p.alpha_x + root) if production > 0 else 0.0
    return float(x), float(p.beta_y * p.psi * x / p.alpha_y)


@returns(NON_NEGATIVE)
def peaks(
    hours: float, parameters: Parameters = GEVA_ZATORSKY_III, start: tuple[float, float] = START
) -> tuple[Floats, Floats]:
    """Times (hours) and heights of the p53 peaks in the first ``hours``, arrays of one length."""
    hours = number("hours", hours, POSITIVE)
    most = min(MOST_SAMPLES / _SAMPLES_PER_HOUR, MOST_DELAYS * parameters.tau)
    if hours > most:
        raise ValueError(f"hours must be at most {most:g} with tau = {parameters.tau}, got {hours}")
    t = np.linspace(0, hours, int(np.ceil(hours * _SAMPLES_PER_HOUR)) + 1)
    p53 = simulate(t, parameters, start).p53
    top = np.flatnonzero((p53[1:-1] > p53[:-2]) & (p53[1:-1] >= p53[2:])) + 1
    return t[top], p53[top]


@returns(POSITIVE)
def period(
    hours: float = 72.0, parameters: Parameters = GEVA_ZATORSKY_III, start: tuple[float, float] = START
) -> float:
    """Mean time between p53 peaks in the first ``hours`` (three days as in the experiment), in hours.

    Raises ``ValueError`` if there are fewer than two peaks.
    """
    times, _ = peaks(hours, parameters, start)
    if times.size < 2:
        raise ValueError(f"hours must hold two peaks or more, got {times.size} in {hours} for {shown(parameters)}")
    return float((times[-1] - times[0]) / (times.size - 1))


def _steps(p: Parameters, start: Floats, end: float) -> list[Callable[[ArrayLike], Floats]]:
    steps: list[Callable[[ArrayLike], Floats]] = []
    state, left = start, MOST_EVALUATIONS
    for i in range(int(end // p.tau) + 1):
        earlier = steps[-1] if steps else lambda time: start

        def rates(time: float, now: Floats, earlier=earlier) -> list[float]:
            x, y = now
            delayed = earlier(time - p.tau)[0]
            return [
                p.beta_x * p.psi - p.alpha_x * x - p.alpha_xy * x * y,
                p.beta_y * p.psi * delayed - p.alpha_y * y,
            ]

        span = (i * p.tau, (i + 1) * p.tau)
        run = integrate(rates, span, state, left, method="LSODA", rtol=1e-8, atol=1e-10, dense_output=True)
        left -= run.nfev
        steps.append(run.sol)
        state = run.y[:, -1]
    return steps
