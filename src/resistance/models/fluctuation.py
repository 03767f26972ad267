"""Estimating mutation rates from a fluctuation experiment (A3).

Were resistant cells there before the drug, and how often do they arise? The numbers of mutants in parallel cultures
answer both: their distribution (:mod:`resistance.models.mutant_distribution`) is heavy-tailed if mutations came before
exposure, and its parameter ``m``, the expected mutations per culture, divided by the cells per culture is the
mutation rate. Estimates are by maximum likelihood with likelihood-ratio intervals. Sources: Zheng, G3 2017;7:3849-3856;
Zheng, Genetica 2016;144:351-359 (two-sample test); Zheng, Math Biosci 2021;335:108572 (fold change).

Arguments in common: ``counts``, a one-dimensional array of mutants per culture; ``w`` relative fitness of mutants,
``e`` plating efficiency, ``phi = 1 - N0/Nt`` and ``cv`` as in :func:`resistance.models.mutant_distribution.pmf`;
``level`` the confidence level. Each function raises ``ValueError`` for counts that are empty, negative or not whole and
for parameters out of range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, erfinv

from resistance.models._estimates import Estimate, FoldChange, LikelihoodRatioTest
from resistance.models._likelihood import MOST_IN_A_CULTURE, Likelihood
from resistance.models._results import NoResult, returns
from resistance.models._solve import positive_root
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    Interval,
    number,
    shown,
)
from resistance.models.fluctuation_data import (
    CAIRNS_FOSTER,
    CRANE_1,
    CRANE_2,
    DEMEREC,
    DEMEREC_CELLS,
    KRASOVEC_1,
    KRASOVEC_2,
    KRASOVEC_CELLS,
    KRASOVEC_FITNESS,
    LURIA_16,
    LURIA_16_CELLS,
    LURIA_16_PLATED,
    NEWCOMBE_F,
    NEWCOMBE_H,
    NINE_CULTURES,
    WERNGREN_1,
    WERNGREN_2,
    WERNGREN_3,
    WERNGREN_5,
    WERNGREN_CELLS,
    WERNGREN_PLATED,
)

__all__ = [
    "CAIRNS_FOSTER",
    "CRANE_1",
    "CRANE_2",
    "DEMEREC",
    "DEMEREC_CELLS",
    "KRASOVEC_1",
    "KRASOVEC_2",
    "KRASOVEC_CELLS",
    "KRASOVEC_FITNESS",
    "LURIA_16",
    "LURIA_16_CELLS",
    "LURIA_16_PLATED",
    "NEWCOMBE_F",
    "NEWCOMBE_H",
    "NINE_CULTURES",
    "WERNGREN_1",
    "WERNGREN_2",
    "WERNGREN_3",
    "WERNGREN_5",
    "WERNGREN_CELLS",
    "WERNGREN_PLATED",
    "Estimate",
    "FoldChange",
    "LikelihoodRatioTest",
    "fold_change",
    "log_likelihood",
    "lrt",
    "mle",
    "mutation_rate",
    "overlapping_intervals",
]


_LOG_PROBABILITY = Interval("at most 0 or minus infinity", high=0, infinite=True)
# Largest count for a fold change, whose interval takes a search within a search.
MOST_FOR_FOLD_CHANGE = 3_000


@returns(POSITIVE)
def likelihood_ratio_limit(level: float) -> float:
    """Quantile of chi-squared with one degree of freedom at the confidence ``level``: 3.841459 at 95 %."""
    return float(2 * erfinv(number("level", level, OPEN_PROBABILITY)) ** 2)


@returns(_LOG_PROBABILITY)
def log_likelihood(
    mutants: ArrayLike, m: float, w: float = 1.0, e: float = 1.0, phi: float = 1.0, cv: float = 0.0
) -> float:
    """Log-likelihood of ``m`` for the counts ``mutants``; minus infinity at ``m = 0`` if there is a mutant.

    Raises ``ValueError`` for an ``m`` above 0 at which a probability is below every double.
    """
    likelihood, m = Likelihood(mutants, w, e, phi, cv), number("m", m, NON_NEGATIVE)
    found = likelihood(m)
    if m > 0 and not np.isfinite(found):
        raise NoResult("a likelihood that a double can hold")
    return found


@returns()
def mle(
    mutants: ArrayLike,
    w: float = 1.0,
    e: float = 1.0,
    phi: float = 1.0,
    cv: float = 0.0,
    level: float = 0.95,
) -> Estimate:
    """Maximum-likelihood estimate of ``m`` with its likelihood-ratio interval.

    The interval holds every ``m`` whose log-likelihood is less than half a chi-squared quantile (3.841459 / 2 at 95 %)
    below the maximum. Without any mutant the estimate and the lower limit are 0.

    Returns
    -------
    Estimate
    """
    likelihood = Likelihood(mutants, w, e, phi, cv)
    best = likelihood.maximum()
    top = likelihood(best)
    floor = top - likelihood_ratio_limit(level) / 2
    most = likelihood.highest
    high = positive_root(
        lambda m: likelihood(m) - floor if m > best else 1.0, max(best, likelihood.start) * 1.5, highest=most
    )
    low = 0.0
    if best > 0:
        low = positive_root(lambda m: floor - likelihood(m) if m < best else -1.0, best / 1.5)
        if not likelihood.smooth(low):
            raise NoResult("a likelihood that a double can hold at the lower limit")
    return Estimate(best, low, high, level, top)


@returns(NON_NEGATIVE)
def mutation_rate(m: float, final_cells: float, initial_cells: float = 0.0) -> float:
    """Mutations per cell division, ``m / (Nt - N0)`` (Zheng 2017, equation 1)."""
    m, final_cells = number("m", m, NON_NEGATIVE), number("final_cells", final_cells, POSITIVE)
    initial_cells = number("initial_cells", initial_cells, NON_NEGATIVE)
    if initial_cells >= final_cells:
        raise ValueError(f"initial_cells must be below final_cells = {final_cells}, got {initial_cells}")
    return m / (final_cells - initial_cells)


@returns()
def lrt(
    first: ArrayLike,
    second: ArrayLike,
    ratio: float = 1.0,
    w1: float = 1.0,
    w2: float = 1.0,
    e1: float = 1.0,
    e2: float = 1.0,
) -> LikelihoodRatioTest:
    """Likelihood-ratio test that two experiments have one mutation rate.

    Parameters
    ----------
    first, second : counts of the two experiments
    ratio : cells per culture in the second over those in the first, ``R = N2/N1``, above 0
    w1, w2, e1, e2 : relative fitness and plating efficiency in each

    Returns
    -------
    LikelihoodRatioTest
        ``m_common`` is that of the first experiment under the hypothesis; the second then has ``ratio * m_common``.
    """
    one, two = _two(first, second, w1, w2, e1, e2)
    return _compare(one, two, number("ratio", ratio, POSITIVE), one.maximum(), two.maximum())


@returns()
def fold_change(
    first: ArrayLike,
    second: ArrayLike,
    cells_first: float,
    cells_second: float,
    w1: float = 1.0,
    w2: float = 1.0,
    e1: float = 1.0,
    e2: float = 1.0,
    level: float = 0.95,
) -> FoldChange:
    """Mutation rate in the second experiment over that in the first.

    The interval holds every ratio that the likelihood-ratio test does not reject. ``cells_first`` and ``cells_second``
    are the cells per whole culture; both experiments must have at least one mutant.
    """
    one, two = _two(first, second, w1, w2, e1, e2, MOST_FOR_FOLD_CHANGE)
    ratio = number("cells_second", cells_second, POSITIVE) / number("cells_first", cells_first, POSITIVE)
    m_first, m_second = one.maximum(), two.maximum()
    for name, value, m in (("first", first, m_first), ("second", second, m_second)):
        if m == 0:
            raise ValueError(f"{name} must hold at least one mutant for a fold change, got {shown(value)}")
    limit = likelihood_ratio_limit(level)
    best = m_second / (m_first * ratio)

    def excess(fold: float) -> float:
        return limit - _compare(one, two, ratio * fold, m_first, m_second).statistic

    high = positive_root(lambda fold: excess(fold) if fold > best else 1.0, best * 1.5)
    low = positive_root(lambda fold: -excess(fold) if fold < best else -1.0, best / 1.5)
    return FoldChange(best, low, high, level)


@returns()
def overlapping_intervals(
    first: ArrayLike,
    second: ArrayLike,
    cells_first: float,
    cells_second: float,
    e1: float = 1.0,
    e2: float = 1.0,
    level: float = 0.84,
) -> bool:
    """Whether the intervals of the two mutation rates overlap; 84 % intervals that do not differ at about 5 %."""
    _two(first, second, 1.0, 1.0, e1, e2)  # checks the arguments by their own names
    one, two = mle(first, e=e1, level=level), mle(second, e=e2, level=level)
    cells_first, cells_second = (
        number("cells_first", cells_first, POSITIVE),
        number("cells_second", cells_second, POSITIVE),
    )
    low_1, high_1 = mutation_rate(one.low, cells_first), mutation_rate(one.high, cells_first)
    low_2, high_2 = mutation_rate(two.low, cells_second), mutation_rate(two.high, cells_second)
    return low_1 <= high_2 and low_2 <= high_1


def _two(
    first: ArrayLike, second: ArrayLike, w1: float, w2: float, e1: float, e2: float, most: int = MOST_IN_A_CULTURE
) -> tuple[Likelihood, Likelihood]:
    one = Likelihood(first, w1, e1, names={"mutants": "first", "w": "w1", "e": "e1"}, most=most)
    return one, Likelihood(second, w2, e2, names={"mutants": "second", "w": "w2", "e": "e2"}, most=most)


def _compare(one: Likelihood, two: Likelihood, ratio: float, m_first: float, m_second: float) -> LikelihoodRatioTest:
    together = 0.0
    if m_first > 0 or m_second > 0:
        # Where both series are doubles; the first guess may lie beyond.
        highest = min(one.highest, two.highest / ratio)
        start = max(m_first, m_second / ratio)
        together = positive_root(lambda m: one.score(m) + ratio * two.score(ratio * m), start, highest=highest)
    gain = one(m_first) + two(m_second) - one(together) - two(ratio * together)
    statistic = max(0.0, 2 * gain)
    return LikelihoodRatioTest(statistic, float(chdtrc(1, statistic)), m_first, m_second, together)
