"""Meta-analysis: effects of trials (:mod:`resistance.models.two_arms`) pooled with fixed and with random effects.

The pooling is that of statsmodels (``statsmodels.stats.meta_analysis``). What it leaves to the caller is done here:

* a method-of-moments (DerSimonian and Laird) variance between trials that comes out negative is 0, as usual (the
  library goes on with the negative number);
* the variance of Paule and Mandel is found by bracketing (the library's search by Newton's method can end at 0 by a
  rounding error of its last step, without a word);
* the interval after Hartung, Knapp, Sidik and Jonkman uses Student's t with ``k - 1`` degrees of freedom and is never
  narrower than the usual variance makes it (the modified form of Röver, Knapp and Friede 2015);
* the prediction interval is that of Higgins, Thompson and Spiegelhalter (2009), with ``k - 2`` degrees of freedom.

Ratios are pooled as natural logarithms. Source of the equations: DerSimonian and Kacker (Contemp Clin Trials
2007;28:105-114) for both variances, Higgins et al. (J R Stat Soc A 2009;172:137-159) for the prediction interval.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import CombineResults, combine_effects

from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import root
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    vector,
)

_MOST_TRIALS = 10_000
_OR_NONE = Interval("finite, or NaN where two trials leave no degree of freedom", nan=True)


@dataclass(frozen=True)
class Pooled:
    """What ``k`` effects give together, in their own unit (logarithms for ratios).

    ``fixed``, ``fixed_low`` and ``fixed_high`` are the fixed-effect mean and its 95% interval; ``mean``, ``low`` and
    ``high`` the random-effects mean with the usual normal interval; ``careful_low`` and ``careful_high`` the modified
    Hartung-Knapp interval; ``predicted_low`` and ``predicted_high`` the 95% prediction interval for a new trial (NaN
    for two trials). ``tau2`` is the variance between trials and ``tau`` its root, ``q`` Cochran's statistic with its
    probability ``q_p``, ``i2`` the share of the variation that is between trials.
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
    tau: float
    i2: float
    q: float
    q_p: float

    def __post_init__(self) -> None:
        bounds = ("fixed", "fixed_low", "fixed_high", "mean", "low", "high", "careful_low", "careful_high")
        hold(self, **dict.fromkeys(bounds, REAL))
        hold(
            self, trials=POSITIVE, tau2=NON_NEGATIVE, tau=NON_NEGATIVE, q=NON_NEGATIVE, i2=PROBABILITY, q_p=PROBABILITY
        )
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
    effect, variance = effect / scale, variance / scale**2
    k, tau2 = effect.size, _between(effect, variance, moments)
    fixed, found = _weighted(effect, variance), _weighted(effect, variance + tau2)
    error = float(found.sd_eff_w_fe)
    wide = stats.t.isf(0.025, k - 1) * error * max(1.0, float(np.sqrt(found.scale_hksj_fe)))
    new = stats.t.isf(0.025, k - 2) * np.hypot(error, np.sqrt(tau2)) if k > 2 else np.nan
    q = max(float(fixed.q), 0.0)
    z = stats.norm.isf(0.025)

    def around(middle: float, half: float) -> list[float]:
        return [scale * middle, scale * (middle - half), scale * (middle + half)]

    alike = around(float(fixed.mean_effect_fe), z * float(fixed.sd_eff_w_fe))
    mean = float(found.mean_effect_fe)
    careful, predicted = (around(mean, half)[1:] for half in (wide, new))
    i2 = max(0.0, 1 - (k - 1) / q) if q else 0.0
    q_p = float(stats.chi2.sf(q, k - 1))
    return Pooled(
        k, *alike, *around(mean, z * error), *careful, *predicted, tau2 * scale**2, np.sqrt(tau2) * scale, i2, q, q_p
    )


@returns(REAL)
def leave_one_out(effect: ArrayLike, variance: ArrayLike, moments: bool = False) -> Floats:
    """Random-effects mean and its modified Hartung-Knapp interval with each trial left out in turn.

    Returns
    -------
    ndarray of shape (len(effect), 3)
        Mean, lower and upper bound; the row of a trial is the result without it.

    Raises ``ValueError`` as :func:`pool` does; needs at least three trials and takes at most 500.
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
    predictor = vector("predictor", predictor, REAL)
    _as_many(effect, predictor=predictor)
    if np.ptp(predictor) == 0:
        raise NoResult("a predictor that varies")
    middle, spread = predictor.mean(), np.ptp(predictor)
    design = np.column_stack([np.ones(effect.size), (predictor - middle) / spread])
    weights = variance.min() / variance
    fitted = WLS(effect, design, weights=weights).fit()
    slope = float(fitted.params[1]) / spread
    return Asymmetry(
        slope, float(fitted.params[0]) - slope * middle, float(fitted.tvalues[1]), float(fitted.pvalues[1])
    )


def _trials(effect: ArrayLike, variance: ArrayLike, least: int, most: int = _MOST_TRIALS) -> tuple[Floats, Floats]:
    effect = vector("effect", effect, REAL, most=most)
    variance = vector("variance", variance, POSITIVE, most=most)
    _as_many(effect, variance=variance)
    if effect.size < least:
        raise ValueError(f"effect must hold at least {least} numbers, got {effect.size}")
    return effect, variance


def _as_many(effect: Floats, **other: Floats) -> None:
    ((name, values),) = other.items()
    if values.size != effect.size:
        raise ValueError(f"effect and {name} must hold equally many numbers, got {effect.size} and {values.size}")


def _between(effect: Floats, variance: Floats, moments: bool) -> float:
    """Variance between trials; not negative."""
    if moments:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # roots of what a negative variance makes negative
            return max(0.0, float(combine_effects(effect, variance, method_re="dl").tau2))
    highest = float(np.var(effect, ddof=1))  # there the weighted squares are at most their expectation

    def excess(tau2: float) -> float:
        return float(_weighted(effect, variance + tau2).q) - (effect.size - 1)

    if highest == 0 or excess(0.0) <= 0:
        return 0.0
    return root(excess, 0.0, 1.001 * highest)


def _weighted(effect: Floats, variance: Floats) -> CombineResults:
    """The library's fixed-effect result; with the variance between trials added, it is the random-effects one."""
    return combine_effects(effect, variance, method_re="pm", maxiter=0)
