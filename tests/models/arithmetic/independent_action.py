"""Independent and additive drugs, from distributions of times and of normal variables instead of closed forms."""

from __future__ import annotations

from mpmath import asin, diff, erfc, exp, log, mp, mpf, ncdf, pi, quad, sin, sqrt

from resistance.models import independent_action as ia

from . import Pairs, closed_form, exactly, grid

SHARES = [0.0, 1e-9, 0.07, 0.19, 0.5, 0.76, 1 - 1e-9, 1.0]
RHO = [0.0, 0.1, 0.5, 1.0]


def neither(first, second, rho):
    """Share helped by neither: a share rho responds alike, the rest independently."""
    a, b = exactly(first), exactly(second)
    return exactly(rho) * min(1 - a, 1 - b) + (1 - exactly(rho)) * (1 - a) * (1 - b)


@closed_form("independent_action.at_least_one")
def _() -> Pairs:
    for first, second, rho in grid(SHARES, SHARES, RHO):
        yield ia.at_least_one(first, second, rho), 1 - neither(first, second, rho)


@closed_form("independent_action.explaining_correlation")
def _() -> Pairs:
    for first, second, both in grid([0.07, 0.437, 0.9], [0.01, 0.19, 0.576], [0.0, 0.1, 0.576, 1.0]):
        a, b = exactly(first), exactly(second)
        apart, alike = a + b - a * b, max(a, b)
        exact = (apart - exactly(both)) / (apart - alike)
        condition = (apart + exactly(both)) / abs(apart - exactly(both))
        yield ia.explaining_correlation(first, second, both), exact, condition


def quantile(share):
    """Normal quantile of a share, by Newton's steps from the double."""
    from scipy.special import ndtri

    z = mpf(float(ndtri(float(share))))
    for _ in range(6):
        z -= (ncdf(z) - share) * sqrt(2 * pi) * exp(z * z / 2)
    return z


@closed_form("independent_action.gaussian_at_least_one", accuracy=1e-12)
def _() -> Pairs:
    for first, second, rho in grid([1e-6, 0.07, 0.5, 0.9], [1e-3, 0.437, 0.5, 0.999], [0.0, 0.3, 0.9]):
        h, k = quantile(exactly(first)), quantile(exactly(second))
        r = 2 * sin(pi * exactly(rho) / 6)

        # Plackett: the derivative of the distribution by the correlation is the density.
        def density(angle, h=h, k=k):
            c = 1 - sin(angle) ** 2
            return exp(-(h * h + k * k - 2 * h * k * sin(angle)) / (2 * c)) / (2 * pi)

        both = exactly(first) * exactly(second) + (quad(density, [0, asin(r) / 2, asin(r)]) if r else 0)
        yield ia.gaussian_at_least_one(first, second, rho), exactly(first) + exactly(second) - both


@closed_form("independent_action.additive_time")
def _() -> Pairs:
    for first, second, scan in grid([0.0, 1.0, 6.0, 1e9], [0.0, 1.5, 7.3], [0.0, 1.0, 2.0, 10.0]):
        a, b, s = exactly(first), exactly(second), exactly(scan)
        # As the source states it: from the first scan on a drug's time is gained, and the other's is added.
        yield ia.additive_time(first, second, scan), max(max(a - s, mpf(0)) + b, a)


def free(t, median, spread):
    """Log-normal survival by the complementary error function."""
    return erfc(log(exactly(t) / exactly(median)) / exactly(spread) / sqrt(2)) / 2


TIMES = [0.5, 5.0, 6.0, 20.0]


@closed_form("independent_action.fraction_free")
def _() -> Pairs:
    for t, median, spread in grid([*TIMES, 1e-90, 1e90], [4.0, 6.0], [0.001, 0.3, 1.0, 10.0]):
        z = log(exactly(t) / exactly(median)) / exactly(spread)
        yield ia.fraction_free(t, median, spread), free(t, median, spread), 1 + z * z + 1 / exactly(spread)
    yield ia.fraction_free(0.0, 4.0, 1.0), mpf(1)


@closed_form("independent_action.independent_free")
def _() -> Pairs:
    for t, first, second, spread, rho in grid(TIMES, [4.0, 6.0], [1.0, 6.0], [0.3, 1.0, 3.0], RHO):
        a, b = free(t, first, spread), free(t, second, spread)
        exact = exactly(rho) * max(a, b) + (1 - exactly(rho)) * (1 - (1 - a) * (1 - b))
        z = max(abs(log(exactly(t) / exactly(m))) for m in (first, second)) / exactly(spread)
        yield ia.independent_free(t, first, second, spread, rho), exact, 1 + z * z


def additive(t, first, second, spread, scan, rho):
    """Additive survival by integration over the time under the second drug."""
    t, scan, spread, rho = mpf(t), exactly(scan), exactly(spread), exactly(rho)
    first, second = exactly(first), exactly(second)

    def by(median, time):
        return ncdf(log(time / median) / spread) if time > 0 else mpf(0)

    def density(time):
        z = log(time / second) / spread
        return exp(-z * z / 2) / (sqrt(2 * pi) * spread * time)

    start = min(scan, t)
    ended = by(second, start) * by(first, t)
    if t > scan:
        edges = sorted({start, t, *(x for x in (second, t + scan - first, (start + t) / 2) if start < x < t)})
        with mp.workdps(25):
            ended += quad(lambda x: density(x) * by(first, t + scan - x) if x > 0 else mpf(0), edges)
    # Alike: bisect the common factor of both medians at which the additive time is t.
    low, high = mpf(0), t / max(first, second)
    for _ in range(220):
        middle = (low + high) / 2
        short, long = sorted((first * middle, second * middle))
        low, high = (middle, high) if long + max(short - scan, 0) < t else (low, middle)
    return rho * (1 - ncdf(log(high) / spread)) + (1 - rho) * (1 - ended)


@closed_form("independent_action.additive_free", accuracy=1e-10)
def _() -> Pairs:
    for t, spread, scan, rho in grid([1.0, 6.0, 15.0], [0.3, 1.5], [0.0, 2.0], [0.0, 0.4, 1.0]):
        yield ia.additive_free(t, 6.0, 4.0, spread, scan, rho), additive(t, 6.0, 4.0, spread, scan, rho)
    yield ia.additive_free(0.0, 6.0, 4.0, 1.0, 2.0), mpf(1)


def step(survival, found):
    """One step of Newton's towards the time at which the survival is 1/2."""
    at = exactly(found)
    return at - (survival(at) - mpf(1) / 2) / diff(survival, at, h=mpf(10) ** -8)


@closed_form("independent_action.independent_median", accuracy=1e-12)
def _() -> Pairs:
    for first, second, spread, rho in grid([6.0], [1.0, 6.0], [0.3, 2.0], RHO):

        def survival(t, first=first, second=second, spread=spread, rho=rho):
            a, b = (erfc(log(t / exactly(m)) / exactly(spread) / sqrt(2)) / 2 for m in (first, second))
            return exactly(rho) * max(a, b) + (1 - exactly(rho)) * (1 - (1 - a) * (1 - b))

        found = ia.independent_median(first, second, spread, rho)
        yield found, step(survival, found)


@closed_form("independent_action.additive_median", accuracy=1e-9)
def _() -> Pairs:
    for second, spread, scan, rho in grid([4.0], [0.3, 1.5], [0.0, 2.0], [0.0, 0.3]):
        found = ia.additive_median(6.0, second, spread, scan, rho)
        slope = (
            additive(exactly(found) * (1 + mpf(10) ** -6), 6.0, second, spread, scan, rho)
            - additive(exactly(found) * (1 - mpf(10) ** -6), 6.0, second, spread, scan, rho)
        ) / (2 * exactly(found) * mpf(10) ** -6)
        yield found, exactly(found) - (additive(exactly(found), 6.0, second, spread, scan, rho) - mpf(1) / 2) / slope
