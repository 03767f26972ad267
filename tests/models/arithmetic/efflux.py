"""Meta-analysis and the dose under a pump inhibitor: sums of sixty digits, and bisection where the models search."""

from __future__ import annotations

import numpy as np
from mpmath import betainc, erfc, gammainc, log, mpf, sqrt

from resistance.models import iso_exposure, meta_analysis, two_arms

from . import Pairs, closed_form, exactly, grid

TRIALS = [
    ([0.1, -0.4, 0.3, 0.05], [0.02, 0.09, 0.04, 0.3]),
    ([0.2, 0.21, 0.19], [1.0, 2.0, 0.5]),
    ([-1.0, 2.0], [0.01, 0.02]),
    ([1e-8, -3e-8, 2e-8, 5e-8, -1e-8], [1e-16, 4e-16, 1e-16, 9e-16, 2e-16]),
    ([1e5, -2e5, 3e5], [1e6, 1e8, 1e9]),
]
ARMS = [(85.0, 161.0, 70.0, 154.0), (1.0, 40.0, 3.0, 41.5), (44.07, 113.0, 37.29, 113.0), (9e8, 1e9, 7e8, 2e9)]


def _mean(effect, variance, tau2):
    """Weighted mean, its variance, and the weighted sum of squares."""
    weights = [1 / (exactly(v) + tau2) for v in variance]
    mean = sum(w * exactly(e) for w, e in zip(weights, effect, strict=True)) / sum(weights)
    squares = sum(w * (exactly(e) - mean) ** 2 for w, e in zip(weights, effect, strict=True))
    return mean, 1 / sum(weights), squares


def _between(effect, variance, moments):
    """Variance between trials: by moments, or where the weighted sum of squares equals its expectation."""
    df = len(effect) - 1
    q = _mean(effect, variance, mpf(0))[2]
    if moments:
        w = [1 / exactly(v) for v in variance]
        return max(mpf(0), (q - df) / (sum(w) - sum(x * x for x in w) / sum(w)))
    low, high = mpf(0), 10 * max(exactly(e) ** 2 for e in effect) + 10 * max(exactly(v) for v in variance)
    if q <= df:
        return low
    for _ in range(250):
        middle = (low + high) / 2
        low, high = (middle, high) if _mean(effect, variance, middle)[2] > df else (low, middle)
    return high


def _beyond(t, df):
    """Probability beyond ``t`` on both sides of Student's distribution."""
    return betainc(mpf(df) / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True)


def _quantile(df):
    """Where Student's distribution with ``df`` degrees of freedom (None: the normal) leaves 5% on both sides."""
    low, high = mpf(0), mpf(100)
    for _ in range(220):
        middle = (low + high) / 2
        outside = erfc(middle / sqrt(2)) if df is None else _beyond(middle, df)
        low, high = (middle, high) if outside > mpf(1) / 20 else (low, middle)
    return high


@closed_form("meta_analysis.pool", accuracy=1e-7)
def _() -> Pairs:
    for (effect, variance), moments in grid(TRIALS, [False, True]):
        found = meta_analysis.pool(effect, variance, moments)
        k, tau2 = len(effect), _between(effect, variance, moments)
        fixed, fixed_variance, q = _mean(effect, variance, mpf(0))
        mean, mean_variance, squares = _mean(effect, variance, tau2)
        z, t = _quantile(None), _quantile(k - 1)
        error = sqrt(mean_variance)
        wide = t * error * max(mpf(1), sqrt(squares / (k - 1)))
        yield found.fixed, fixed
        yield found.fixed_low, fixed - z * sqrt(fixed_variance)
        yield found.fixed_high, fixed + z * sqrt(fixed_variance)
        yield found.mean, mean
        yield found.low, mean - z * error
        yield found.high, mean + z * error
        yield found.careful_low, mean - wide
        yield found.careful_high, mean + wide
        yield found.tau2, tau2
        yield found.tau, sqrt(tau2)
        yield found.q, q
        yield found.q_p, gammainc(mpf(k - 1) / 2, q / 2, regularized=True)
        yield found.i2, max(mpf(0), 1 - (k - 1) / q)
        if k > 2:
            new = _quantile(k - 2) * sqrt(mean_variance + tau2)
            yield found.predicted_low, mean - new
            yield found.predicted_high, mean + new


@closed_form("meta_analysis.leave_one_out", accuracy=1e-7)
def _() -> Pairs:
    for effect, variance in TRIALS[:2]:
        rows = meta_analysis.leave_one_out(effect, variance)
        for place, row in enumerate(rows):
            kept = [[x for i, x in enumerate(values) if i != place] for values in (effect, variance)]
            tau2 = _between(*kept, False)
            mean, mean_variance, squares = _mean(*kept, tau2)
            df = len(kept[0]) - 1
            wide = _quantile(df) * sqrt(mean_variance) * max(mpf(1), sqrt(squares / df))
            yield from ((row[0], mean), (row[1], mean - wide), (row[2], mean + wide))


@closed_form("meta_analysis.small_study", accuracy=1e-9)
def _() -> Pairs:
    for effect, variance in [TRIALS[0], TRIALS[1], TRIALS[3]]:
        x = [exactly(v) for v in np.sqrt(variance)]
        w, y = [1 / exactly(v) for v in variance], [exactly(e) for e in effect]
        mid_x, mid_y = (sum(a * b for a, b in zip(w, c, strict=True)) / sum(w) for c in (x, y))
        about = sum(a * (b - mid_x) ** 2 for a, b in zip(w, x, strict=True))
        slope = sum(a * (b - mid_x) * (c - mid_y) for a, b, c in zip(w, x, y, strict=True)) / about
        limit = mid_y - slope * mid_x
        rest = sum(a * (c - limit - slope * b) ** 2 for a, b, c in zip(w, x, y, strict=True))
        df = len(y) - 2
        t = slope / sqrt(rest / df / about)
        found = meta_analysis.small_study(effect, variance, np.sqrt(variance))
        yield from ((found.slope, slope), (found.limit, limit), (found.t, t), (found.p, _beyond(abs(t), df)))


def _counts(a, n, c, m):
    return exactly(a), exactly(n), exactly(c), exactly(m)


@closed_form("two_arms.log_risk_ratio", accuracy=1e-12)
def _() -> Pairs:
    for arms in ARMS:
        a, n, c, m = _counts(*arms)
        found = two_arms.log_risk_ratio(*arms)
        yield found.effect, log(a * m / (c * n))
        yield found.variance, (n - a) / (a * n) + (m - c) / (c * m)


@closed_form("two_arms.log_odds_ratio", accuracy=1e-12)
def _() -> Pairs:
    for arms in ARMS:
        a, n, c, m = _counts(*arms)
        found = two_arms.log_odds_ratio(*arms)
        yield found.effect, log(a * (m - c) / (c * (n - a)))
        yield found.variance, 1 / a + 1 / (n - a) + 1 / c + 1 / (m - c)


@closed_form("two_arms.risk_difference", accuracy=1e-12)
def _() -> Pairs:
    for arms in [*ARMS, (0.0, 5.0, 2.0, 9.0)]:
        a, n, c, m = _counts(*arms)
        found = two_arms.risk_difference(*arms)
        effect, variance = a / n - c / m, a * (n - a) / n**3 + c * (m - c) / m**3
        yield found.effect, effect
        yield found.variance, variance
        yield found.low, effect - _quantile(None) * sqrt(variance)
        yield found.high, effect + _quantile(None) * sqrt(variance)


@closed_form("two_arms.proportion_test", accuracy=1e-10)
def _() -> Pairs:
    for arms, one_sided in grid(ARMS[:3], [False, True]):
        a, n, c, m = _counts(*arms)
        p = (a + c) / (n + m)
        z = abs(a / n - c / m) / sqrt(p * (1 - p) * (1 / n + 1 / m))
        yield two_arms.proportion_test(*arms, one_sided), erfc(z / sqrt(2)) / (2 if one_sided else 1)


LEVELS = [0, 1e-12, 0.3, 29.0, 1000.0, 1e12]
SHARES = [0, 1e-9, 0.37, 0.626, 0.99, 1 - 1e-12]


@closed_form("iso_exposure.inhibition")
def _() -> Pairs:
    for concentration, ki in grid(LEVELS, [1e-9, 29.0, 181.0, 1e9]):
        exact = exactly(concentration) / (exactly(ki) + exactly(concentration))
        yield iso_exposure.inhibition(concentration, ki), exact


@closed_form("iso_exposure.fraction_blocked")
def _() -> Pairs:
    for share in (1e-12, 0.374, 0.5, 1.0):
        yield iso_exposure.fraction_blocked(share), 1 - exactly(share)


@closed_form("iso_exposure.dose_fraction")
def _() -> Pairs:
    for fraction, blocked in grid(SHARES, [*SHARES, 1.0]):
        yield iso_exposure.dose_fraction(fraction, blocked), 1 - exactly(fraction) * exactly(blocked)


@closed_form("iso_exposure.exposure")
def _() -> Pairs:
    for dose, fraction, blocked in grid([0, 0.5, 1.0, 3.0], SHARES, [*SHARES, 1.0]):
        exact = exactly(dose) / (1 - exactly(fraction) * exactly(blocked))
        yield iso_exposure.exposure(dose, fraction, blocked), exact


def _gain(rho, blocked):
    rho, blocked = exactly(rho), exactly(blocked)
    return 1 + rho * blocked / (1 + rho - rho * blocked)


@closed_form("iso_exposure.tumour_gain")
def _() -> Pairs:
    for rho, blocked in grid([0, 1e-9, 1.0, 40.0, 1e9], [*SHARES, 1.0]):
        yield iso_exposure.tumour_gain(rho, blocked), _gain(rho, blocked)


@closed_form("iso_exposure.inside_gain")
def _() -> Pairs:
    for dose, fraction, rho, blocked in grid([0.4, 1.0], SHARES[2:4], [0, 1.0, 40.0], [0, 0.85, 1.0]):
        exact = exactly(dose) / (1 - exactly(fraction) * exactly(blocked)) * _gain(rho, blocked)
        yield iso_exposure.inside_gain(dose, fraction, rho, blocked), exact
