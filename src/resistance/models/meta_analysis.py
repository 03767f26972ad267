"""Meta-analysis of trials with two arms: effects from counts, pooled with fixed and with random effects.

The pooling is that of statsmodels (``statsmodels.stats.meta_analysis``). What it leaves to the caller is done here:

* a method-of-moments (DerSimonian and Laird) variance between trials that comes out negative is 0, as usual (the library
  goes on with the negative number);
* a Paule-Mandel search that ended before its equation held is an error (the library returns where it stopped);
* the interval after Hartung, Knapp, Sidik and Jonkman uses Student's t with ``k - 1`` degrees of freedom and is never
  narrower than the usual variance makes it (the modified form of Röver, Knapp and Friede 2015);
* the prediction interval is that of Higgins, Thompson and Spiegelhalter (2009), with ``k - 2`` degrees of freedom.

Ratios are pooled as natural logarithms. Counts need not be whole: a source that prints a percentage and the size of an
arm gives ``percentage * size / 100``. Source of the equations: DerSimonian and Kacker (Contemp Clin Trials
2007;28:105-114) for both variances, Higgins et al. (J R Stat Soc A 2009;172:137-159) for the prediction interval.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions
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
    vector,
)

# Of the estimating equation of Paule and Mandel, in which the number of trials less one stands.
_SETTLED = 1e-9
_STEPS = 2000
_MOST_TRIALS = 10_000
_OR_NONE = Interval("finite, or NaN where two trials leave no degree of freedom", nan=True)


@dataclass(frozen=True)
class Effects:
    """Effects of trials and their variances; ratios and odds as natural logarithms."""

    effect: Floats
    variance: Floats

    def __post_init__(self) -> None:
        hold(self, effect=REAL, variance=POSITIVE)


@dataclass(frozen=True)
class Pooled:
    """What ``k`` effects give together, in their own unit (logarithms for ratios).

    ``fixed``, ``fixed_low`` and ``fixed_high`` are the fixed-effect mean and its 95% interval; ``mean``, ``low`` and
    ``high`` the random-effects mean with the usual normal interval; ``careful_low`` and ``careful_high`` the modified
    Hartung-Knapp interval; ``predicted_low`` and ``predicted_high`` the 95% prediction interval for a new trial (NaN
    for two trials). ``tau2`` is the variance between trials, ``q`` Cochran's statistic with its probability ``q_p``,
    ``i2`` the share of the variation that is between trials.
    """

    trials: float
    fixed: float
    fixed_low: float
    fixed_high: float
    mean: float
    low: float
    high: float
    careful_low: float
    careful_high: float
    predicted_low: float
    predicted_high: float
    tau2: float
    i2: float
    q: float
    q_p: float

    def __post_init__(self) -> None:
        bounds = ("fixed", "fixed_low", "fixed_high", "mean", "low", "high", "careful_low", "careful_high")
        hold(self, **dict.fromkeys(bounds, REAL))
        hold(self, trials=POSITIVE, tau2=NON_NEGATIVE, q=NON_NEGATIVE, i2=PROBABILITY, q_p=PROBABILITY)
        hold(self, predicted_low=_OR_NONE, predicted_high=_OR_NONE)
        hold(self, ("careful_low", "low", "mean", "high", "careful_high"))
        hold(self, ("fixed_low", "fixed", "fixed_high"))


@dataclass(frozen=True)
class Asymmetry:
    """Regression of the effects on a predictor of precision: ``slope``, its ``t`` and probability ``p``, and the
    effect of an infinitely large trial, ``limit``."""

    slope: float
    limit: float
    t: float
    p: float

    def __post_init__(self) -> None:
        hold(self, slope=REAL, limit=REAL, t=REAL, p=PROBABILITY)


@returns()
def log_risk_ratio(
    events: ArrayLike, total: ArrayLike, control_events: ArrayLike, control_total: ArrayLike
) -> Effects:
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
def log_odds_ratio(
    events: ArrayLike, total: ArrayLike, control_events: ArrayLike, control_total: ArrayLike
) -> Effects:
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


@returns()
def pool(effect: ArrayLike, variance: ArrayLike, moments: bool = False) -> Pooled:
    """Pool effects with fixed and with random effects.

    Parameters
    ----------
    effect : effects of the trials, one-dimensional, at least two
    variance : their variances, above 0, as many
    moments : whether the variance between trials is that of the method of moments (DerSimonian and Laird), instead of
        the iterated one of Paule and Mandel, in which the weighted sum of squares equals its expectation

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than two trials or more than ten thousand, or the search does not settle.
    """
    effect, variance = _trials(effect, variance, least=2)
    scale = float(np.exp(np.mean(np.log(variance)) / 2))
    found = _combined(effect / scale, variance / scale**2, moments)
    k, tau2 = effect.size, max(float(found.tau2), 0.0)
    error = float(found.sd_eff_w_re)
    wide = stats.t.isf(0.025, k - 1) * error * max(1.0, float(np.sqrt(found.scale_hksj_re)))
    new = stats.t.isf(0.025, k - 2) * np.hypot(error, np.sqrt(tau2)) if k > 2 else np.nan
    z = stats.norm.isf(0.025)
    q = max(float(found.q), 0.0)

    def around(middle: float, half: float) -> list[float]:
        return [scale * middle, scale * (middle - half), scale * (middle + half)]

    fixed = around(float(found.mean_effect_fe), z * float(found.sd_eff_w_fe))
    mean = around(float(found.mean_effect_re), z * error)
    careful, predicted = (around(float(found.mean_effect_re), half)[1:] for half in (wide, new))
    i2 = max(0.0, 1 - (k - 1) / q) if q else 0.0
    return Pooled(k, *fixed, *mean, *careful, *predicted, tau2 * scale**2, i2, q, float(stats.chi2.sf(q, k - 1)))


@returns(REAL)
def leave_one_out(effect: ArrayLike, variance: ArrayLike, moments: bool = False) -> Floats:
    """Random-effects mean and its modified Hartung-Knapp interval with each trial left out in turn.

    Returns
    -------
    ndarray of shape (len(effect), 3)
        Mean, lower and upper bound; the row of a trial is the result without it.

    Raises ``ValueError`` as :func:`pool` does; needs at least three trials and takes at most 10,000.
    """
    effect, variance = _trials(effect, variance, least=3, most=500)
    rows = []
    for place in range(effect.size):
        left = pool(np.delete(effect, place), np.delete(variance, place), moments)
        rows.append((left.mean, left.careful_low, left.careful_high))
    return np.array(rows)


@returns()
def small_study(effect: ArrayLike, variance: ArrayLike, predictor: ArrayLike) -> Asymmetry:
    """Regression of the effects on ``predictor``, weighted by the inverse of the variance: do small trials differ?

    With the standard error (the root of the variance) as predictor this is the test of Egger et al. (BMJ 1997;315:629),
    with the inverse of the number of patients or its root a variant that does not couple the effect with its variance.

    Parameters
    ----------
    effect, variance : as of :func:`pool`, at least three trials
    predictor : one number a trial, not all alike

    Raises
    ------
    ValueError
        If the lengths differ, the predictor does not vary, or the effects lie on a line exactly.
    """
    effect, variance = _trials(effect, variance, least=3)
    predictor = vector("predictor", predictor, REAL, size=effect.size)
    if np.ptp(predictor) == 0:
        raise NoResult("a predictor that varies")
    middle, spread = predictor.mean(), np.ptp(predictor)
    design = np.column_stack([np.ones(effect.size), (predictor - middle) / spread])
    weights = variance.min() / variance
    fitted = WLS(effect, design, weights=weights).fit()
    slope = float(fitted.params[1]) / spread
    return Asymmetry(slope, float(fitted.params[0]) - slope * middle, float(fitted.tvalues[1]), float(fitted.pvalues[1]))


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
    return Effects(plain(effect), plain(variance))


def _trials(effect: ArrayLike, variance: ArrayLike, least: int, most: int = _MOST_TRIALS) -> tuple[Floats, Floats]:
    effect = vector("effect", effect, REAL, most=most)
    variance = vector("variance", variance, POSITIVE, size=effect.size)
    if effect.size < least:
        raise ValueError(f"effect must hold at least {least} numbers, got {effect.size}")
    return effect, variance


def _combined(effect: Floats, variance: Floats, moments: bool) -> object:
    """The library's result, with a variance between trials that is not negative and solves its equation."""
    if moments:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # roots of what a negative variance makes negative
            found = combine_effects(effect, variance, method_re="dl")
        if found.tau2 >= 0:
            return found
        return combine_effects(effect, variance, method_re="pm", maxiter=0)  # no step: the variance stays at 0
    found = combine_effects(effect, variance, method_re="pm", atol=_SETTLED, maxiter=_STEPS)
    weights = 1 / (variance + found.tau2)
    excess = weights @ (effect - weights @ effect / weights.sum()) ** 2 - (effect.size - 1)
    if not (abs(excess) <= 10 * _SETTLED or (found.tau2 == 0 and excess <= 0)):
        raise NoResult("a variance between trials on which the search settles")
    return found
