"""Tests and treatment decisions: predictive values, net benefit, enrichment, exact intervals."""

from __future__ import annotations

from mpmath import binomial, mpf

from resistance.models import predictive_value as pv

from . import Pairs, closed_form, exactly, grid

# Chances of all sizes, both ends among them.
CHANCES = [1e-300, 1e-12, 0.1, 0.4533, 0.8735, 1 - 1e-12]
THRESHOLDS = [0.0, 1e-12, 0.05, 0.2, 0.9, 1 - 1e-9]


def table(se, sp, pi):
    """True positives, false positives, false negatives and true negatives, by the doubles that the test is given."""
    se, sp, pi = exactly(se), exactly(sp), exactly(pi)
    return se * pi, (1 - sp) * (1 - pi), (1 - se) * pi, sp * (1 - pi)


def tests():
    for se, sp, pi in grid([0, *CHANCES, 1], [0, *CHANCES, 1], CHANCES):
        yield (se, sp, pi), table(se, sp, pi)


@closed_form("predictive_value.positive_predictive_value")
def _() -> Pairs:
    for given, (tp, fp, _, _) in tests():
        if tp + fp:
            yield pv.positive_predictive_value(*given), tp / (tp + fp)


@closed_form("predictive_value.negative_predictive_value")
def _() -> Pairs:
    for given, (_, _, fn, tn) in tests():
        if tn + fn:
            yield pv.negative_predictive_value(*given), tn / (tn + fn)


@closed_form("predictive_value.risk_after_negative")
def _() -> Pairs:
    for given, (_, _, fn, tn) in tests():
        if tn + fn:
            yield pv.risk_after_negative(*given), fn / (tn + fn)


@closed_form("predictive_value.positive_share")
def _() -> Pairs:
    for given, (tp, fp, _, _) in tests():
        yield pv.positive_share(*given), tp + fp


@closed_form("predictive_value.likelihood_ratio_positive")
def _() -> Pairs:
    for se, sp in grid([0, *CHANCES, 1], [0, *CHANCES]):
        yield pv.likelihood_ratio_positive(se, sp), exactly(se) / (1 - exactly(sp))


@closed_form("predictive_value.likelihood_ratio_negative")
def _() -> Pairs:
    for se, sp in grid([0, *CHANCES, 1], [*CHANCES, 1]):
        yield pv.likelihood_ratio_negative(se, sp), (1 - exactly(se)) / exactly(sp)


@closed_form("predictive_value.net_benefit")
def _() -> Pairs:
    for (given, (tp, fp, _, _)), pt in grid(tests(), THRESHOLDS):
        harm = fp * exactly(pt) / (1 - exactly(pt))
        condition = (tp + harm) / abs(tp - harm) if tp != harm else 1
        yield pv.net_benefit(*given, pt), tp - harm, condition


@closed_form("predictive_value.net_benefit_all")
def _() -> Pairs:
    for pi, pt in grid([0, *CHANCES, 1], THRESHOLDS):
        yield pv.net_benefit_all(pi, pt), exactly(pi) - (1 - exactly(pi)) * exactly(pt) / (1 - exactly(pt))


def designs():
    for g, d1, d0, se, sp in grid([1e-12, 0.25, 1.0], [1e-150, 2.0, 1e200], [0, 1.0, 1e100], [0.3, 1], [0.2, 1]):
        tp, fp, _, _ = table(se, sp, g)
        d1_, d0_, g_ = exactly(d1), exactly(d0), exactly(g)
        everybody = g_ * d1_ + (1 - g_) * d0_
        ratio = ((tp * d1_ + fp * d0_) / (tp + fp) / everybody) ** 2
        yield (g, d1, d0, se, sp), ratio, tp + fp


@closed_form("predictive_value.randomised_ratio")
def _() -> Pairs:
    for given, ratio, _ in designs():
        yield pv.randomised_ratio(*given), ratio


@closed_form("predictive_value.screened_ratio")
def _() -> Pairs:
    for given, ratio, share in designs():
        yield pv.screened_ratio(*given), ratio * share


def upper_tail(p, k, n):
    """Chance of ``k`` events or more of ``n``, term by term."""
    return sum(binomial(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


@closed_form("predictive_value.exact_interval", 1e-11)
def _() -> Pairs:
    """The tails at the ends, which define the interval, instead of the ends."""
    for k, n, level in ((34, 120, 0.95), (41, 635, 0.95), (1, 7, 0.5), (0, 12, 0.99), (9, 9, 0.9), (250, 600, 1e-3)):
        low, high = pv.exact_interval(k, n, level)
        tail = (1 - exactly(level)) / 2
        yield (float(upper_tail(exactly(low), k, n)), tail) if k else (low, mpf(0))
        yield (float(1 - upper_tail(exactly(high), k + 1, n)), tail) if k < n else (high, mpf(1))
