"""A population of patients whose pharmacokinetic parameters are log-normal (A5).

Each parameter of a patient is the typical value times ``exp(eta)``, with ``eta`` normal with mean 0 and variance
``omega**2``, independent between parameters. Because the mean of a log-normal lies above its median, the typical
patient is not the mean patient. :func:`quadrature` covers the distribution with evenly spread points, the same ones
each time, so that a mean needs no random number; :func:`draw` samples patients with a generator of the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    PROBABILITY,
    Floats,
    generator,
    number,
    plain,
    vector,
    whole,
)
from resistance.models.two_compartment import Disposition, concentration, daily_exposure

# With 32,768 points the mean exposures of the venetoclax model (A5) are within 0.02% of those with 131,072.
POINTS = 32_768
# Bounds of the cost: patients drawn or spread, and concentrations of patients by times.
MOST_PATIENTS = 200_000
MOST_CONCENTRATIONS = 1_000_000


@dataclass(frozen=True)
class Variances:
    """Variances ``omega**2`` of the logarithms of the parameters between patients, each at least 0.

    The names are those of :class:`~resistance.models.two_compartment.Disposition`.
    """

    cl: float = 0.0
    v: float = 0.0
    v2: float = 0.0
    q: float = 0.0
    ka: float = 0.0
    lag: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, number(field.name, getattr(self, field.name), NON_NEGATIVE))


@returns()
def draw(typical: Disposition, variances: Variances, n: int, rng: np.random.Generator) -> Disposition:
    """Parameters of ``n`` random patients.

    Parameters
    ----------
    typical : parameters of the typical patient (single numbers)
    variances : of the logarithms between patients
    n : number of patients, at least 1
    rng : numpy.random.Generator

    Returns
    -------
    Disposition
        With arrays of length ``n``.

    Raises
    ------
    ValueError
        If an argument leaves its range or ``rng`` is not a generator.
    """
    rng, n = generator("rng", rng), whole("n", n, 1, MOST_PATIENTS)
    return _spread(typical, variances, lambda columns: rng.standard_normal((n, columns)))


@returns()
def quadrature(typical: Disposition, variances: Variances, points: int = POINTS) -> Disposition:
    """``points`` patients that cover the population evenly, for means and quantiles without random numbers.

    The points are those of the additive recurrence ``frac(1/2 + n alpha)`` with the powers of the inverse of the
    generalised golden ratio as ``alpha``, taken through the normal quantile.
    """
    points = whole("points", points, 2, MOST_PATIENTS)

    def normal(columns: int) -> Floats:
        ratio = 2.0
        for _ in range(60):  # the fixed point of x = (1 + x)**(1 / (d + 1)) is the generalised golden ratio
            ratio = (1 + ratio) ** (1 / (columns + 1))
        steps = np.arange(1, points + 1)[:, None] * ratio ** -np.arange(1.0, columns + 1)
        return ndtri((0.5 + steps) % 1)

    return _spread(typical, variances, normal)


@returns(NON_NEGATIVE)
def mean_daily_exposure(typical: Disposition, variances: Variances, day: int, dose: float) -> float:
    """Population mean of the AUC over the 24 h of ``day`` under one dose (mg) a day (mg h/L)."""
    day, dose = whole("day", day, 1), number("dose", dose, NON_NEGATIVE)
    return float(np.mean(daily_exposure(day, quadrature(typical, variances), dose)))


@returns(NON_NEGATIVE)
def sd_daily_exposure(typical: Disposition, variances: Variances, day: int, dose: float) -> float:
    """Population standard deviation of the same AUC (mg h/L)."""
    day, dose = whole("day", day, 1), number("dose", dose, NON_NEGATIVE)
    return float(np.std(daily_exposure(day, quadrature(typical, variances), dose)))


@returns(NON_NEGATIVE)
def concentration_quantiles(
    t: ArrayLike,
    typical: Disposition,
    variances: Variances,
    dose: float,
    doses: int,
    probabilities: ArrayLike = (0.05, 0.5, 0.95),
    points: int = 2048,
) -> Floats:
    """Quantiles of the concentration between patients at each time under one dose a day.

    Arguments as in :func:`~resistance.models.two_compartment.concentration`; ``t`` and ``probabilities`` have one
    dimension.

    Returns
    -------
    ndarray of shape (len(probabilities), len(t))
        mg/L.
    """
    times, levels = vector("t", t, NON_NEGATIVE), vector("probabilities", probabilities, PROBABILITY)
    dose, points = number("dose", dose, NON_NEGATIVE), whole("points", points, 2, MOST_PATIENTS)
    if points * times.size > MOST_CONCENTRATIONS:
        raise NoResult(f"at most {MOST_CONCENTRATIONS} pairs of patients and times")
    patients = quadrature(typical, variances, points)
    columns = Disposition(**{field.name: getattr(patients, field.name)[:, None] for field in fields(patients)})
    return plain(np.quantile(concentration(times, columns, dose, 24.0, doses), levels, axis=0))


def _spread(typical: Disposition, variances: Variances, normal: Callable[[int], Floats]) -> Disposition:
    """Typical values times ``exp(omega z)``; only the parameters that vary take a column of ``z``."""
    names = [field.name for field in fields(typical)]
    varying = [name for name in names if getattr(variances, name) > 0]
    z = normal(len(varying)) if varying else np.zeros((1, 0))
    values = {name: number(f"typical.{name}", getattr(typical, name), NON_NEGATIVE) for name in names}
    spread = {
        name: values[name] * np.exp(np.sqrt(getattr(variances, name)) * z[:, column])
        for column, name in enumerate(varying)
    }
    found = {name: spread.get(name, np.full(len(z), values[name])) for name in names}
    for name, array in found.items():
        if not np.all(np.isfinite(array)) or (name != "lag" and values[name] > 0 and np.any(array <= 0)):
            raise NoResult(f"patients whose {name} a double can hold")
    return Disposition(**found)
