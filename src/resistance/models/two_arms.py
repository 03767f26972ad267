"""Effects of trials with two arms, from the counts of both: ratios, differences, and a test.

The effects and their variances are those of statsmodels (``effectsize_2proportions``, ``proportions_ztest``). Counts
need not be whole: a source that prints a percentage and the size of an arm gives ``percentage * size / 100``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm
from statsmodels.stats.meta_analysis import effectsize_2proportions
from statsmodels.stats.proportion import proportions_ztest

from resistance.models._results import NoResult, hold, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    arrays,
    at_least,
    number,
    plain,
)


@dataclass(frozen=True)
class Effects:
    """Effects of trials, their variances and 95% intervals; ratios of risks and odds as natural logarithms."""

    effect: Floats
    variance: Floats
    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        hold(self, ("low", "effect", "high"), effect=REAL, variance=POSITIVE, low=REAL, high=REAL)


@returns()
def log_risk_ratio(events: ArrayLike, total: ArrayLike, control_events: ArrayLike, control_total: ArrayLike) -> Effects:
    """Logarithm of the risk ratio of each trial, ``ln (a / n) - ln (c / m)``, with variance ``1/a - 1/n + 1/c - 1/m``.

    Parameters
    ----------
    events, control_events : patients with the event in the treated and in the control arm, above 0
    total, control_total : patients in these arms, at least the events

    Returns
    -------
    Effects

    Raises
    ------
    ValueError
        If a count leaves its range, the shapes do not fit, or every patient of both arms has the event (no variance).
    """
    return _two_arms("risk-ratio", POSITIVE, events, total, control_events, control_total)


@returns()
def log_odds_ratio(events: ArrayLike, total: ArrayLike, control_events: ArrayLike, control_total: ArrayLike) -> Effects:
    """Logarithm of the odds ratio of each trial; its variance is the sum of the inverses of the four counts.

    Arguments and errors as of :func:`log_risk_ratio`; an arm in which every patient has the event is an error, because
    its odds are infinite.
    """
    return _two_arms("odds-ratio", POSITIVE, events, total, control_events, control_total)


@returns()
def risk_difference(
    events: ArrayLike, total: ArrayLike, control_events: ArrayLike, control_total: ArrayLike
) -> Effects:
    """Difference of the two risks of each trial, ``a / n - c / m``, with the sum of their binomial variances.

    Arguments and errors as of :func:`log_risk_ratio`, but counts of 0 are allowed in one of the arms.
    """
    return _two_arms("diff", NON_NEGATIVE, events, total, control_events, control_total)


@returns(PROBABILITY)
def proportion_test(
    events: float, total: float, control_events: float, control_total: float, one_sided: bool = False
) -> float:
    """Probability of as large a difference of two proportions by chance: normal test with the pooled variance.

    ``one_sided`` asks for differences in the direction that was observed only, which halves the probability. Arguments
    as of :func:`log_risk_ratio`, each a single number. Raises ``ValueError`` for counts outside their range, and where
    no or every patient has the event.
    """
    counts = [number("events", events, NON_NEGATIVE), number("control_events", control_events, NON_NEGATIVE)]
    totals = [number("total", total, POSITIVE), number("control_total", control_total, POSITIVE)]
    at_least(events=np.asarray(counts[0]), total=np.asarray(totals[0]))
    at_least(control_events=np.asarray(counts[1]), control_total=np.asarray(totals[1]))
    if sum(counts) in (0, sum(totals)):
        raise NoResult("some patients with the event and some without")
    p = float(proportions_ztest(counts, totals)[1])
    return p / 2 if one_sided else p


def _two_arms(measure: str, least: Interval, *given: ArrayLike) -> Effects:
    events, total, control_events, control_total = arrays(
        events=(given[0], least),
        total=(given[1], POSITIVE),
        control_events=(given[2], least),
        control_total=(given[3], POSITIVE),
    )
    at_least(events=events, total=total)
    at_least(control_events=control_events, control_total=control_total)
    effect, variance = effectsize_2proportions(events, total, control_events, control_total, statistic=measure)
    half = norm.isf(0.025) * np.sqrt(variance)
    return Effects(plain(effect), plain(variance), plain(effect - half), plain(effect + half))
