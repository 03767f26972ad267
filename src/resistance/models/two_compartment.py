"""Oral drug in two compartments, closed form (the pharmacokinetics of A5).

A dose waits for a lag, is absorbed from a depot into a central compartment, exchanges with a peripheral one and is
cleared from the central one:

    dA0/dt = -ka A0
    dAc/dt = ka A0 - (CL/V + Q/V) Ac + (Q/V2) Ap
    dAp/dt = (Q/V) Ac - (Q/V2) Ap

The concentration ``Ac / V`` after one dose is a sum of three exponentials; repeated equal doses add up as a geometric
series, so no differential equation is solved and no sum over doses is formed. Clearances and volumes are apparent
ones (divided by the bioavailability), as oral data give them. Times are in hours, amounts in mg, volumes in L, so that
concentrations are in mg/L (the same number as µg/mL) and areas under the curve (AUC) in mg h/L.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    POSITIVE_OR_INFINITE,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    shown,
    whole,
)

_RANGES: dict[str, Interval] = {
    "cl": POSITIVE,
    "v": POSITIVE,
    "v2": POSITIVE,
    "q": NON_NEGATIVE,
    "ka": POSITIVE,
    "lag": NON_NEGATIVE,
}
# Where absorption is as fast as one of the two disposition rates, the partial fractions break down and ka is moved
# aside by this fraction. The error is of the same order: near the coincidence the solution is smooth in ka.
_ASIDE = 1e-6


@dataclass(frozen=True)
class Disposition:
    """Parameters of one patient, or of many as arrays of one shape.

    Parameters
    ----------
    cl : apparent clearance CL/F, above 0 (L/h)
    v, v2 : apparent volumes of the central and the peripheral compartment, above 0 (L)
    q : apparent clearance between them, at least 0 (L/h); 0 leaves one compartment
    ka : rate constant of absorption, above 0 (1/h)
    lag : lag time before absorption, at least 0 (h)

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """

    cl: ArrayLike
    v: ArrayLike
    v2: ArrayLike
    q: ArrayLike
    ka: ArrayLike
    lag: ArrayLike = 0.0

    def __post_init__(self) -> None:
        checked = arrays(**{field.name: (getattr(self, field.name), _RANGES[field.name]) for field in fields(self)})
        for field, value in zip(fields(self), checked, strict=True):
            object.__setattr__(self, field.name, plain(value))


@returns(NON_NEGATIVE)
def rates(patient: Disposition) -> tuple[Floats, Floats]:
    """The fast and the slow rate constant of disposition, alpha and beta (1/h), each of the patients' shape.

    They are the roots of ``x**2 - (CL/V + Q/V + Q/V2) x + (CL/V)(Q/V2) = 0``.
    """
    out, there, back = patient.cl / patient.v, patient.q / patient.v, patient.q / patient.v2
    total = out + there + back
    # The discriminant as a sum of squares, and the slow root through the product: no digits cancel.
    alpha = (total + np.sqrt((out + there - back) ** 2 + 4 * there * back)) / 2
    return plain(alpha), plain(out * back / alpha)


@returns(POSITIVE_OR_INFINITE)
def half_lives(patient: Disposition) -> tuple[Floats, Floats]:
    """Half-lives of distribution and of the terminal phase (h), ``ln 2`` over the rates; infinite for a rate of 0."""
    alpha, beta = rates(patient)
    with np.errstate(divide="ignore"):
        return plain(np.log(2) / np.asarray(alpha)), plain(np.log(2) / np.asarray(beta))


@returns(NON_NEGATIVE)
def concentration(
    t: ArrayLike, patient: Disposition, dose: ArrayLike, interval: float = 24.0, doses: int = 1
) -> Floats:
    """Concentration in the central compartment under repeated equal doses.

    Parameters
    ----------
    t : time since the first dose, at least 0 (h); broadcasts against the patients
    patient : parameters
    dose : amount of each dose, at least 0 (mg)
    interval : time between doses, above 0 (h)
    doses : number of doses, at least 1; the first is at time 0

    Returns
    -------
    float or ndarray
        Concentration (mg/L) of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, dose, given, since, interval = _schedule(t, patient, dose, interval, doses)
    total = np.zeros(t.shape)
    for rate, weight in _terms(patient):
        total = total + weight * np.exp(-rate * since) * _sum_of_powers(rate * interval, given)
    return plain(np.where(given > 0, np.maximum(dose * total, 0), 0.0))


@returns(NON_NEGATIVE)
def exposure(
    start: ArrayLike,
    stop: ArrayLike,
    patient: Disposition,
    dose: ArrayLike,
    interval: float = 24.0,
    doses: int = 1,
) -> Floats:
    """Area under the concentration between two times, closed form (mg h/L, the same number as µg h/mL).

    ``start`` and ``stop`` are times since the first dose, ``0 <= start <= stop`` (h); the other arguments are those of
    :func:`concentration`. The 24 h of day 7 under daily dosing are ``exposure(144, 168, patient, dose, doses=7)``.
    """
    start, stop, dose, _ = arrays(
        start=(start, NON_NEGATIVE),
        stop=(stop, NON_NEGATIVE),
        dose=(dose, NON_NEGATIVE),
        patient=(patient.cl, POSITIVE),
    )
    if np.any(start > stop):
        raise ValueError(f"stop must be at least start, got {shown(plain(stop))} and {shown(plain(start))}")
    upper, lower = (np.asarray(_cumulative(t, patient, dose, interval, doses)) for t in (stop, start))
    return plain(np.maximum(upper - lower, 0))


@returns(NON_NEGATIVE)
def daily_exposure(day: int, patient: Disposition, dose: ArrayLike) -> Floats:
    """AUC over the 24 h of ``day`` (the first is 1) under one dose a day (mg h/L)."""
    day = whole("day", day, 1)
    dose, _ = arrays(dose=(dose, NON_NEGATIVE), patient=(patient.cl, POSITIVE))
    return exposure(24.0 * (day - 1), 24.0 * day, patient, dose, 24.0, day)


@returns(NON_NEGATIVE)
def accumulation(late: int, early: int, patient: Disposition) -> Floats:
    """AUC of day ``late`` over AUC of day ``early`` under one dose a day, whatever the dose."""
    late, early = whole("late", late, 1), whole("early", early, 1)
    return plain(np.asarray(daily_exposure(late, patient, 1.0)) / np.asarray(daily_exposure(early, patient, 1.0)))


@returns(NON_NEGATIVE)
def total_exposure(dose: ArrayLike, cl: ArrayLike) -> Floats:
    """AUC to infinity of one dose, or over one interval at steady state, ``dose / CL`` (mg h/L)."""
    dose, cl = arrays(dose=(dose, NON_NEGATIVE), cl=(cl, POSITIVE))
    return plain(dose / cl)


def _cumulative(t: ArrayLike, patient: Disposition, dose: ArrayLike, interval: float, doses: int) -> Floats:
    """AUC from the first dose to ``t``."""
    t, dose, given, since, interval = _schedule(t, patient, dose, interval, doses)
    total = np.zeros(t.shape)
    for rate, weight in _terms(patient):
        # Each dose contributes weight (1 - exp(-rate u)) / rate; a rate of 0 occurs only with weight 0 (q = 0).
        left = np.exp(-rate * since) * _sum_of_powers(rate * interval, given)
        total = total + np.where(rate > 0, weight * (given - left) / np.where(rate > 0, rate, 1), 0)
    return plain(np.where(given > 0, np.maximum(dose * total, 0), 0.0))


def _schedule(
    t: ArrayLike, patient: Disposition, dose: ArrayLike, interval: float, doses: int
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """Times, doses, how many doses have begun to be absorbed, and how long ago the last of them began."""
    interval, doses = number("interval", interval, POSITIVE), whole("doses", doses, 1)
    t, dose, lag = arrays(t=(t, NON_NEGATIVE), dose=(dose, NON_NEGATIVE), patient=(patient.lag, NON_NEGATIVE))
    given = np.clip(np.floor((t - lag) / interval) + 1, 0, doses)
    return t, dose, given, np.maximum(t - lag - (given - 1) * interval, 0), interval


def _terms(patient: Disposition) -> list[tuple[Floats, Floats]]:
    """Rate (1/h) and weight (1/L) of the three exponentials after a dose of 1 mg."""
    alpha, beta = (np.asarray(rate) for rate in rates(patient))
    ka, back = np.asarray(patient.ka), np.asarray(patient.q / patient.v2)
    close = (np.abs(ka - alpha) < _ASIDE * alpha) | (np.abs(ka - beta) < _ASIDE * beta)
    ka = np.where(close, ka * (1 + 3 * _ASIDE), ka)
    scale = ka / patient.v
    return [
        (alpha, scale * (back - alpha) / ((ka - alpha) * (beta - alpha))),
        (beta, scale * (back - beta) / ((ka - beta) * (alpha - beta))),
        (ka, scale * (back - ka) / ((alpha - ka) * (beta - ka))),
    ]


def _sum_of_powers(x: Floats, n: Floats) -> Floats:
    """``1 + exp(-x) + ... + exp(-(n - 1) x)``, which is ``n`` for ``x = 0``."""
    positive = np.asarray(x) > 0
    safe = np.where(positive, x, 1.0)
    return np.where(positive, np.expm1(-n * safe) / np.expm1(-safe), n)
