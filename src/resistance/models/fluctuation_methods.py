"""Further estimators for a fluctuation experiment, and how many cultures it needs (A3).

Joint estimation of the expected mutations ``m`` and the relative fitness ``w``; the classical quick methods (cultures
without mutants, median, mean), which show how much the likelihood gains; and the Fisher information. Arguments in
common and errors are those of :mod:`resistance.models.fluctuation`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from resistance.models import mutant_distribution
from resistance.models._likelihood import Likelihood
from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import positive_root, root
from resistance.models._validate import (
    AT_LEAST_ONE,
    FRACTION,
    LARGEST_WHOLE,
    NON_NEGATIVE,
    POSITIVE,
    REAL,
    counts,
    number,
    shown,
    whole,
)
from resistance.models.fluctuation import likelihood_ratio_limit

# Lea & Coulson, J Genet 1949;49:264-285: median / m - ln m = 1.24.
LEA_COULSON_MEDIAN = 1.24
# Relative fitness is sought between these bounds (natural logarithm): a factor of 20 either way.
_LOG_W = (-3.0, 3.0)
# Bounds of the cost: the largest count for a search within a search, and the terms of the information.
MOST_FOR_PROFILES = 3_000
MOST_TERMS = 10_000


@dataclass(frozen=True)
class JointEstimate:
    """Maximum-likelihood expected mutations ``m`` and relative fitness ``w``."""

    m: float
    w: float
    log_likelihood: float

    def __post_init__(self) -> None:
        hold(self, m=NON_NEGATIVE, w=POSITIVE, log_likelihood=REAL)


@dataclass(frozen=True)
class Interval:
    """Profile-likelihood interval."""

    low: float
    high: float

    def __post_init__(self) -> None:
        hold(self, ("low", "high"), low=NON_NEGATIVE, high=NON_NEGATIVE)


@returns()
def joint_mle(mutants: ArrayLike, e: float = 1.0) -> JointEstimate:
    """Joint estimate of ``m`` and ``w`` (Zheng 2017).

    Raises ``ValueError`` also where the likelihood has no maximum in ``w`` between 0.05 and 20: fitness is then not
    identifiable from these counts, as without any mutant.
    """
    if Likelihood(mutants, e=e, most=MOST_FOR_PROFILES).values[-1] == 0:
        raise ValueError(f"mutants must hold a mutant to determine the relative fitness w, got {shown(mutants)}")

    latest: float | None = None  # the best m for one w is a good first guess for the next

    def slope(log_w: float) -> float:
        nonlocal latest
        # At the best m for a given w the profile's slope is the likelihood's own (envelope theorem).
        latest, h = Likelihood(mutants, np.exp(log_w), e).maximum(latest), 1e-4
        above, below = (Likelihood(mutants, np.exp(log_w + step), e)(latest) for step in (h, -h))
        return (above - below) / (2 * h)

    bracket = _bracket_fitness(slope)
    if bracket is None:
        raise ValueError(
            "mutants must determine the relative fitness w, whose likelihood has no maximum in 0.05 to 20, "
            f"got {shown(mutants)}"
        )
    w = float(np.exp(root(slope, *bracket, xtol=1e-9)))
    likelihood = Likelihood(mutants, w, e)
    m = likelihood.maximum()
    return JointEstimate(m, w, likelihood(m))


@returns()
def profile_m(mutants: ArrayLike, e: float = 1.0, level: float = 0.95) -> Interval:
    """Profile-likelihood interval of ``m`` when the relative fitness is estimated too.

    Raises ``ValueError`` also if the fitness at an end is none between 0.05 and 20: such an end is that of the search.
    """
    best = joint_mle(mutants, e)
    floor = best.log_likelihood - likelihood_ratio_limit(level) / 2

    def at(m: float) -> tuple[float, float]:
        """Logarithm of the fitness of greatest likelihood, and how far that is above the floor."""
        found = minimize_scalar(
            lambda log_w: -Likelihood(mutants, np.exp(log_w), e)(m),
            bounds=_LOG_W,
            method="bounded",
            options={"xatol": 1e-4},  # the maximum is flat: this moves the likelihood by less than 1e-6,
        )
        if not found.success:
            raise NoResult(f"a fitness of greatest likelihood at m = {m:g}")
        return float(found.x), -found.fun - floor

    def excess(m: float) -> float:
        return at(m)[1]

    highest = Likelihood(mutants, np.exp(_LOG_W[1]), e).highest
    high = positive_root(lambda m: excess(m) if m > best.m else 1.0, best.m * 1.5, 1e-9, highest)
    low = positive_root(lambda m: -excess(m) if m < best.m else -1.0, best.m / 1.5, 1e-9)
    for end in (low, high):
        if not _LOG_W[0] + 1e-3 < at(end)[0] < _LOG_W[1] - 1e-3:
            raise NoResult(f"an interval whose ends have a fitness between 0.05 and 20: it has none at m = {end:g}")
    return Interval(low, high)


@returns()
def profile_w(mutants: ArrayLike, e: float = 1.0, level: float = 0.95) -> Interval:
    """Profile-likelihood interval of the relative fitness when ``m`` is estimated too."""
    best = joint_mle(mutants, e)
    floor = best.log_likelihood - likelihood_ratio_limit(level) / 2

    def excess(w: float) -> float:
        likelihood = Likelihood(mutants, w, e)
        return likelihood(likelihood.maximum(best.m)) - floor

    high = positive_root(lambda w: excess(w) if w > best.w else 1.0, best.w * 1.5, 1e-9)
    low = positive_root(lambda w: -excess(w) if w < best.w else -1.0, best.w / 1.5, 1e-9)
    return Interval(low, high)


@returns(NON_NEGATIVE)
def p0_estimate(mutants: ArrayLike, w: float = 1.0, e: float = 1.0) -> float:
    """Estimate of ``m`` from the share of cultures without a mutant, ``ln p_0 / b_0``.

    For ``w = 1`` this is ``(1 - e) ln p_0 / (e ln e)`` (Luria & Delbrück 1943; with plating Stewart 1991, Jones 1993).
    Raises ``ValueError`` if every culture has a mutant.
    """
    share = float(np.mean(counts("mutants", mutants) == 0))
    if share == 0:
        raise ValueError(f"mutants must hold at least one culture without a mutant, got {shown(mutants)}")
    return abs(log(share) / float(mutant_distribution.clone_sizes(0, w, e)[0]))


@returns(NON_NEGATIVE)
def lea_coulson_median(mutants: ArrayLike, e: float = 1.0) -> float:
    """Estimate of ``m`` from the median ``r`` (divided by ``e``): the root of ``r/m - ln m = 1.24``.

    Lea & Coulson 1949. 0 if the median is 0.
    """
    median = float(np.median(counts("mutants", mutants))) / number("e", e, FRACTION)
    if median == 0:
        return 0.0
    return positive_root(lambda m: median / m - log(m) - LEA_COULSON_MEDIAN, max(median / 3, 0.05))


@returns(POSITIVE)
def jones_median(mutants: ArrayLike, e: float = 1.0) -> float:
    """Estimate of ``m`` from the median ``r``: ``(r/e - ln 2) / [ln(r/e) - ln ln 2]``.

    Jones, Thomas & Rogers, Genetics 1994;136:1209-1216. Raises ``ValueError`` unless ``r/e`` exceeds ln 2.
    """
    median = float(np.median(counts("mutants", mutants))) / number("e", e, FRACTION)
    if median <= log(2):
        raise ValueError(f"mutants must have a median above e ln 2 for the Jones estimator, got {shown(mutants)}")
    return (median - log(2)) / (log(median) - log(log(2)))


@returns(NON_NEGATIVE)
def luria_mean(mutants: ArrayLike) -> float:
    """Estimate of ``m`` from the mean ``r`` over ``C`` cultures: the root of ``r = m ln(m C)``.

    Luria & Delbrück 1943, equation 8 ("likely average"). One culture with many mutants sways it: kept for comparison.
    0 if the mean is 0.
    """
    mutants = counts("mutants", mutants)
    mean = float(mutants.mean())
    if mean == 0:
        return 0.0
    return positive_root(lambda m: mean - m * log(m * mutants.size), max(mean, 1.0))


@returns(NON_NEGATIVE)
def index_of_dispersion(mutants: ArrayLike) -> float:
    """Variance over mean: about 1 if cells became resistant on contact with the drug, far above 1 if before.

    Raises ``ValueError`` for fewer than two cultures or a mean of 0.
    """
    mutants = counts("mutants", mutants)
    if mutants.size < 2 or mutants.sum() == 0:
        raise ValueError(f"mutants must hold two cultures or more and a mutant, got {shown(mutants.tolist())}")
    return float(mutants.var(ddof=1) / mutants.mean())


@returns(POSITIVE)
def fisher_information(m: float, w: float = 1.0, e: float = 1.0, terms: int = 3000) -> float:
    """Expected Fisher information about ``m`` in one culture, summed over 0 to ``terms`` mutants."""
    m, terms = number("m", m, POSITIVE), whole("terms", terms, 1, MOST_TERMS)
    b = mutant_distribution.clone_sizes(terms, w, e)
    p = mutant_distribution.compound_poisson(m, b)
    slopes = np.convolve(b, p)[: terms + 1]
    return float(np.sum(slopes**2 / p))


@returns(AT_LEAST_ONE)
def sample_size(
    m: float, precision: float = 0.25, w: float = 1.0, e: float = 1.0, level: float = 0.95, terms: int = 3000
) -> int:
    """Cultures needed for an interval of half-width ``precision * m`` (Zheng 2017, equation 8)."""
    width = number("precision", precision, POSITIVE) * number("m", m, POSITIVE)
    cultures = np.divide(likelihood_ratio_limit(level), width * width * fisher_information(m, w, e, terms))
    if not cultures <= LARGEST_WHOLE:
        raise NoResult(f"at most {LARGEST_WHOLE} cultures, not {cultures:g}")
    return max(ceil(cultures), 1)


def _bracket_fitness(slope: Callable[[float], float]) -> tuple[float, float] | None:
    """Neighbouring points, in ln w, between which the slope falls through 0, sought outwards from w = 1, or None."""
    step = 0.25
    here, value = 0.0, slope(0.0)
    direction = step if value > 0 else -step
    while _LOG_W[0] <= here + direction <= _LOG_W[1]:
        there = here + direction
        if slope(there) * value <= 0:
            return min(here, there), max(here, there)
        here = there
    return None
