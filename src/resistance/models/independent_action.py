"""Two drugs that help different patients: independent action and additivity in trials (B12).

Independent action: every patient gains what the better of the two drugs would have given alone. If a share ``A`` of
patients responds to the first drug (or is free of progression at a time) and ``B`` to the second, the combination gives

    S = A + B - A B - rho min(A, B) (1 - max(A, B))      (Palmer and Sorger 2017, doi 10.1016/j.cell.2017.11.009)

where a share ``rho`` of patients responds to both drugs alike (ranks the same) and the rest to each independently, so
that Spearman's correlation of the responses is ``rho`` exactly. With 0 it is Bliss independence, with 1 the better
drug. :func:`gaussian_at_least_one` has the same correlation of ranks by a Gaussian copula instead, whose normal
variables correlate by ``2 sin(pi rho / 6)``.

Additivity (Hwangbo et al. 2023, doi 10.1038/s43018-023-00667-z; the rule as in the code of its authors): a patient's
time without progression is

    T = max(T1, T2, T1 + T2 - scan)

for the times under each drug alone and the time ``scan`` of the first scan, before which no time counts as gained.

For curves of whole groups the times under a drug are log-normal here, an assumption for illustration: a median and the
standard deviation ``spread`` of the natural logarithm, which is how much patients differ. Both drugs share the spread.

Neither rule is for overall survival, in which later treatment counts, and neither is to be fed with curves that were
rebuilt from a median. Times are in one unit of the caller's choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, owens_t

from resistance.models._results import returns
from resistance.models._solve import integral, root
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    arrays,
    number,
    plain,
)

# Below a thousandth patients do not differ; above ten a time and its median differ by more than a double can square.
SPREAD = Interval("between 0.001 and 10", low=1e-3, high=10)
# Times and medians whose sums and quotients stay doubles with all digits.
TIME = Interval("between 0 and 1e100", low=0, high=1e100)
MEDIAN = Interval("between 1e-100 and 1e100", low=1e-100, high=1e100)
# Standard deviations beyond which a normal density is below the smallest double.
_FURTHEST = 38.0


@returns(PROBABILITY)
def at_least_one(first: ArrayLike, second: ArrayLike, rho: ArrayLike = 0.0) -> Floats:
    """Share of patients helped by at least one of two drugs, ``A + B - A B - rho min(A, B) (1 - max(A, B))``.

    Parameters
    ----------
    first, second : shares helped by each drug alone (response rates, or fractions free of progression at one time),
        between 0 and 1
    rho : rank correlation of the responses to the two drugs, between 0 and 1

    Returns
    -------
    float or ndarray
        Share of the broadcast shape, at least the larger of the two; Palmer and Sorger 2017.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    first, second, rho = arrays(first=(first, PROBABILITY), second=(second, PROBABILITY), rho=(rho, PROBABILITY))
    return plain(_either(first, second, rho))


@returns(PROBABILITY)
def gaussian_at_least_one(first: ArrayLike, second: ArrayLike, rho: ArrayLike = 0.0) -> Floats:
    """Share helped by at least one drug if the responses are joined by a Gaussian copula of rank correlation ``rho``.

    ``A + B - Phi2(z(A), z(B); 2 sin(pi rho / 6))`` with the bivariate normal distribution ``Phi2``, by Owen's T
    function. Arguments and errors as in :func:`at_least_one`, with which it agrees at
    ``rho`` 0 and 1.
    """
    first, second, rho = arrays(first=(first, PROBABILITY), second=(second, PROBABILITY), rho=(rho, PROBABILITY))
    low, high = np.minimum(first, second), np.maximum(first, second)
    certain = (low == 0) | (high == 1) | (rho == 1)
    inner = np.where(certain, 0.5, first), np.where(certain, 0.5, second)
    both = np.clip(_both(*inner, np.where(certain, 0.0, rho)), 0.0, np.minimum(*inner))
    return plain(np.where(certain, high, np.minimum(high + (low - both), 1.0)))


@returns(REAL)
def explaining_correlation(first: ArrayLike, second: ArrayLike, both: ArrayLike) -> Floats:
    """Rank correlation at which independent action gives what a combination reached: :func:`at_least_one` inverted.

    Parameters
    ----------
    first, second : shares helped by each drug alone, between 0 and 1, ends excluded
    both : share helped by the combination, between 0 and 1

    Returns
    -------
    float or ndarray
        ``1 - (both - max(A, B)) / (min(A, B) (1 - max(A, B)))``; below 0 the combination did more than independent
        responses explain, above 1 less than its better drug.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    first, second, both = arrays(
        first=(first, OPEN_PROBABILITY), second=(second, OPEN_PROBABILITY), both=(both, PROBABILITY)
    )
    low, high = np.minimum(first, second), np.maximum(first, second)
    return plain((high + low * (1 - high) - both) / (low * (1 - high)))


@returns(NON_NEGATIVE)
def additive_time(first: ArrayLike, second: ArrayLike, scan: ArrayLike) -> Floats:
    """Time without progression of one patient under two additive drugs, ``max(T1, T2, T1 + T2 - scan)``.

    Parameters
    ----------
    first, second : times under each drug alone, between 0 and 1e100
    scan : time of the first scan, between 0 and 1e100, in the same unit

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    first, second, scan = arrays(first=(first, TIME), second=(second, TIME), scan=(scan, TIME))
    short, long = np.minimum(first, second), np.maximum(first, second)
    return plain(long + np.maximum(short - scan, 0.0))


@returns(PROBABILITY)
def fraction_free(t: ArrayLike, median: ArrayLike, spread: ArrayLike) -> Floats:
    """Fraction without progression at ``t`` under one drug whose times are log-normal.

    Parameters
    ----------
    t : time, between 0 and 1e100
    median : median time, between 1e-100 and 1e100, in the unit of ``t``
    spread : standard deviation of the natural logarithm of the time, between 0.001 and 10

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, median, spread = arrays(t=(t, TIME), median=(median, MEDIAN), spread=(spread, SPREAD))
    return plain(ndtr(-np.log(t / median) / spread))


@returns(PROBABILITY)
def independent_free(
    t: ArrayLike, first_median: ArrayLike, second_median: ArrayLike, spread: ArrayLike, rho: ArrayLike = 0.0
) -> Floats:
    """Fraction without progression at ``t`` under two drugs that act independently.

    :func:`at_least_one` of :func:`fraction_free` of the two; arguments and errors as there.
    """
    t, first, second, spread, rho = arrays(
        t=(t, TIME), first_median=(first_median, MEDIAN), second_median=(second_median, MEDIAN),
        spread=(spread, SPREAD), rho=(rho, PROBABILITY),
    )  # fmt: skip
    return plain(_independent(t, first, second, spread, rho))


@returns(PROBABILITY)
def additive_free(
    t: ArrayLike,
    first_median: ArrayLike,
    second_median: ArrayLike,
    spread: ArrayLike,
    scan: ArrayLike,
    rho: ArrayLike = 0.0,
) -> Floats:
    """Fraction without progression at ``t`` under two drugs that are additive in every patient.

    Parameters
    ----------
    t, first_median, second_median, spread, rho : as in :func:`independent_free`
    scan : as in :func:`additive_time`

    Returns
    -------
    float or ndarray
        Fraction of the broadcast shape, at least that of :func:`independent_free`: the share ``1 - rho`` of patients
        is integrated over the time under the first drug, the share ``rho`` has a closed form.

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or an integral does not converge.
    """
    given = arrays(
        t=(t, TIME), first_median=(first_median, MEDIAN), second_median=(second_median, MEDIAN),
        spread=(spread, SPREAD), scan=(scan, TIME), rho=(rho, PROBABILITY),
    )  # fmt: skip
    flat = zip(*(np.ravel(array) for array in given), strict=True)
    return plain(np.array([_additive(*map(float, one)) for one in flat]).reshape(given[0].shape))


@returns(POSITIVE)
def independent_median(first_median: float, second_median: float, spread: float, rho: float = 0.0) -> float:
    """Median time without progression under two drugs that act independently: where :func:`independent_free` is 1/2.

    Single numbers; medians between 1e-90 and 1e90, all else and errors as there.
    """
    first, second = _medians(first_median, second_median)
    spread, rho = number("spread", spread, SPREAD), number("rho", rho, PROBABILITY)

    def missing(log_t: float) -> float:
        return float(_independent(*map(np.asarray, (np.exp(log_t), first, second, spread, rho)))) - 0.5

    low = np.log(max(first, second))
    return float(np.exp(root(missing, low - 1e-9, low + spread, xtol=1e-14, rtol=1e-15)))


@returns(POSITIVE)
def additive_median(first_median: float, second_median: float, spread: float, scan: float, rho: float = 0.0) -> float:
    """Median time without progression under two additive drugs: where :func:`additive_free` is 1/2.

    Single numbers; medians between 1e-90 and 1e90, all else and errors as there.
    """
    first, second = _medians(first_median, second_median)
    spread, scan = number("spread", spread, SPREAD), number("scan", scan, TIME)
    rho = number("rho", rho, PROBABILITY)

    def missing(log_t: float) -> float:
        return _additive(float(np.exp(log_t)), first, second, spread, scan, rho) - 0.5

    # The sum is at most twice the longer time, and in half of the patients that is no more than a spread beyond it.
    low = np.log(max(first, second))
    return float(np.exp(root(missing, low - 1e-9, low + spread + 1, xtol=1e-13, rtol=1e-14)))


def _medians(first: float, second: float) -> tuple[float, float]:
    kind = Interval("between 1e-90 and 1e90", low=1e-90, high=1e90)
    return number("first_median", first, kind), number("second_median", second, kind)


def _either(first: Floats, second: Floats, rho: Floats) -> Floats:
    low, high = np.minimum(first, second), np.maximum(first, second)
    return np.minimum(high + (1 - rho) * low * (1 - high), 1.0)


def _independent(t: Floats, first: Floats, second: Floats, spread: Floats, rho: Floats) -> Floats:
    return _either(ndtr(-np.log(t / first) / spread), ndtr(-np.log(t / second) / spread), rho)


def _both(first: Floats, second: Floats, rho: Floats) -> Floats:
    """Share helped by both under a Gaussian copula: the bivariate normal distribution by Owen's T."""
    h, k = ndtri(first), ndtri(second)
    r = 2 * np.sin(np.pi * rho / 6)
    apart = 4 * np.cos(np.pi * (1 + rho) / 12) * np.sin(np.pi * (1 - rho) / 12)  # 1 - r, without cancellation
    wide = np.sqrt(apart * (1 + r))
    centre = (h == 0) & (k == 0)
    ends = owens_t(h, (k - h + apart * h) / (h * wide)) + owens_t(k, (h - k + apart * k) / (k * wide))
    other_sides = (h * k < 0) | ((h * k == 0) & (h + k < 0))
    found = (first + second) / 2 - ends - np.where(other_sides, 0.5, 0.0)
    return np.where(centre, 0.25 + np.arcsin(r) / (2 * np.pi), found)


def _additive(t: float, first: float, second: float, spread: float, scan: float, rho: float) -> float:
    """:func:`additive_free` of single numbers."""
    if t == 0:
        return 1.0
    # Alike: both times are their median times one factor, and the patient is free of progression above this factor.
    factor = min(t / max(first, second), t / (first + second) + scan / (first + second))
    alike = float(ndtr(-np.log(factor) / spread)) if rho > 0 else 0.0
    apart = _apart(t, first, second, spread, scan) if rho < 1 else 0.0
    return min(rho * alike + (1 - rho) * apart, 1.0)


def _apart(t: float, first: float, second: float, spread: float, scan: float) -> float:
    """Fraction free of progression at ``t`` if the times under the two drugs are independent."""
    start, end = float(np.log(min(scan, t) / first)) / spread, float(np.log(t / first)) / spread
    short = float(ndtr(start)) * float(ndtr(-np.log(t / second) / spread))

    def density(z: float) -> float:
        needed = max(t + scan - first * np.exp(spread * z), min(scan, t))
        return float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * ndtr(-np.log(needed / second) / spread))

    beyond = t + scan - second  # of the first drug, where the second drug's median is what is needed
    turn = float(np.log(beyond / first)) / spread if beyond > 0 else -np.inf
    low, high = max(start, -_FURTHEST), min(end, _FURTHEST)
    steps = {low, high, *(z for z in (-8.0, -3.0, 0.0, 3.0, 8.0, turn, turn - 1, turn + 1) if low < z < high)}
    rest = integral(density, sorted(steps), epsabs=0, epsrel=1e-12, limit=200) if high > low else 0.0
    return float(ndtr(-end)) + short + rest
