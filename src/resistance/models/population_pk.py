"""A population of patients whose pharmacokinetic parameters are log-normal (A5).

Each parameter of a patient is the typical value times ``exp(eta)``, with ``eta`` normal with mean 0 and variance
``omega**2``, independent between parameters. Because the mean of a log-normal lies above its median, the typical
patient is not the mean patient. :func:`quadrature` covers the distribution with Sobol points, the same ones each
time, so that a mean needs no random number; :func:`draw` samples patients with a generator of the caller's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, qmc

from resistance.models._validate import NON_NEGATIVE, PROBABILITY, Floats, arrays, generator, number, plain, whole
from resistance.models.two_compartment import Disposition, concentration, daily_exposure

# 2**13 points: the means of the venetoclax model (A5) are within 0.05% of those of 2**17 points.
POINTS = 13


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
    rng, n = generator("rng", rng), whole("n", n, 1)
    return _spread(typical, variances, lambda columns: rng.standard_normal((n, columns)))


def quadrature(typical: Disposition, variances: Variances, log2_points: int = POINTS) -> Disposition:
    """``2**log2_points`` patients that cover the population evenly (Sobol points through the normal quantile)."""
    log2_points = whole("log2_points", log2_points, 1)

    def normal(columns: int) -> Floats:
        points = qmc.Sobol(columns, scramble=False).random_base2(log2_points)
        # Unscrambled points are multiples of 1/n, the first of them 0: half a step moves them into the open cube.
        return norm.ppf(points + 0.5 / len(points))

    return _spread(typical, variances, normal)


def mean_daily_exposure(typical: Disposition, variances: Variances, day: int, dose: float) -> float:
    """Population mean of the AUC over the 24 h of ``day`` under one dose (mg) a day (mg h/L)."""
    return float(np.mean(daily_exposure(day, quadrature(typical, variances), dose)))


def sd_daily_exposure(typical: Disposition, variances: Variances, day: int, dose: float) -> float:
    """Population standard deviation of the same AUC (mg h/L)."""
    return float(np.std(daily_exposure(day, quadrature(typical, variances), dose)))


def concentration_quantiles(
    t: ArrayLike,
    typical: Disposition,
    variances: Variances,
    dose: float,
    doses: int,
    probabilities: ArrayLike = (0.05, 0.5, 0.95),
    log2_points: int = 11,
) -> Floats:
    """Quantiles of the concentration between patients at each time under one dose a day.

    Returns an array of shape (probabilities, times) in mg/L. Arguments as in
    :func:`~resistance.models.two_compartment.concentration`; ``t`` one-dimensional (h).
    """
    (times,), (levels,) = arrays(t=(t, NON_NEGATIVE)), arrays(probabilities=(probabilities, PROBABILITY))
    patients = quadrature(typical, variances, log2_points)
    columns = Disposition(**{field.name: getattr(patients, field.name)[:, None] for field in fields(patients)})
    return plain(np.quantile(concentration(times, columns, dose, 24.0, doses), levels, axis=0))


def _spread(typical: Disposition, variances: Variances, normal: Callable[[int], Floats]) -> Disposition:
    """Typical values times ``exp(omega z)``; only the parameters that vary take a column of ``z``."""
    names = [field.name for field in fields(typical)]
    varying = [name for name in names if getattr(variances, name) > 0]
    z = normal(len(varying)) if varying else np.zeros((1, 0))
    values = {name: number(name, getattr(typical, name), NON_NEGATIVE) for name in names}
    spread = {
        name: values[name] * np.exp(np.sqrt(getattr(variances, name)) * z[:, column])
        for column, name in enumerate(varying)
    }
    return Disposition(**{name: spread.get(name, np.full(len(z), values[name])) for name in names})
