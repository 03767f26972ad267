"""Growth, regression and containment: gompertz, norton_simon, regrowth, gompertz_courses, goldie_coldman."""

from __future__ import annotations

from mpmath import exp, findroot, inf, ln, mpf, power

from resistance.models import goldie_coldman, gompertz, gompertz_courses, norton_simon, regrowth

from . import Pairs, closed_form, exactly, grid

NEAR = 1 - 1e-12
K = gompertz.CAPACITY


def brake(n, capacity):
    """ln(K/n), which decays exponentially under Gompertzian growth."""
    return ln(exactly(capacity) / exactly(n))


@closed_form("goldie_coldman.no_resistance")
def _() -> Pairs:
    for alpha, n in grid([0, 1e-300, 1e-9, 0.5, 3.0], [1, 1 + 1e-9, 1e3, 1e12]):
        # Nothing resistant: the limit of a product over divisions, d ln p / dn = -alpha.
        size = exactly(alpha) * (exactly(n) - 1)
        if size < 700:
            yield goldie_coldman.no_resistance(alpha, n), exp(-size), size


@closed_form("goldie_coldman.cells_at")
def _() -> Pairs:
    for p, alpha in grid([1e-300, 0.05, 0.5, NEAR], [1e-300, 1e-9, 0.1, 1e6]):
        lost = findroot(lambda x, p=p: exp(-x) - exactly(p), -ln(exactly(p)) + mpf("1e-25"))
        yield goldie_coldman.cells_at(p, alpha), 1 + lost / exactly(alpha)


def _decades(high, low):
    return ln(ln(exactly(low)) / ln(exactly(high))) / ln(mpf(10))


@closed_form("goldie_coldman.logs_between")
def _() -> Pairs:
    for high, low in [(0.95, 0.05), (NEAR, 1e-300), (0.5, 0.5 - 1e-9), (1e-200, 1e-201), (NEAR, 1 - 2e-12)]:
        yield goldie_coldman.logs_between(high, low), _decades(high, low)


@closed_form("goldie_coldman.doublings_between")
def _() -> Pairs:
    for high, low in [(0.95, 0.05), (NEAR, 1e-300), (0.5, 0.5 - 1e-9), (1e-200, 1e-201)]:
        yield goldie_coldman.doublings_between(high, low), _decades(high, low) * ln(mpf(10)) / ln(mpf(2))


SIZES = [(1e-9, 1.0), (1e10, 2e12), (2e12 * NEAR, 2e12), (1e-100, 1e100), (1.0, 1e15)]


@closed_form("gompertz.size")
def _() -> Pairs:
    for t, (n0, k), rho in grid([0, 1e-9, 30.0, 1e4], SIZES, [1e-12, 6e-3, 10.0]):
        left = brake(n0, k) * exp(-exactly(rho) * exactly(t))
        yield gompertz.size(t, n0, rho, k), exactly(k) * exp(-left), 1 + left * (1 + exactly(rho * t))


@closed_form("gompertz.growth_rate")
def _() -> Pairs:
    for (n, k), rho in grid(SIZES, [1e-12, 6e-3, 10.0]):
        yield gompertz.growth_rate(n, rho, k), exactly(rho) * brake(n, k)


def _time(start, end, rho=gompertz.RHO, k=K):
    return ln(brake(start, k) / brake(end, k)) / exactly(rho)


@closed_form("gompertz.growth_time")
def _() -> Pairs:
    for start, end in [(1.0, 1e12), (1e10, 1e10), (1e10, 1e10 * (1 + 1e-9)), (1e10, K * NEAR), (1e-300, 1e-299)]:
        yield gompertz.growth_time(start, end), _time(start, end)


@closed_form("gompertz.untreated_time")
def _() -> Pairs:
    for n0, to in [(1e10, 7e10), (1.0, 5e11), (1e10, 1e10 * (1 + 1e-9))]:
        yield gompertz.untreated_time(to, n0), _time(n0, to)


@closed_form("gompertz.ideal_mtd_time")
def _() -> Pairs:
    for r0, to in [(2.3e5, 7e10), (1e-9, 5e11), (1e10, 1e10 * (1 + 1e-9))]:
        yield gompertz.ideal_mtd_time(to, r0), _time(r0, to)


@closed_form("gompertz.containment_dose")
def _() -> Pairs:
    for resistant, level in [(0, 1e10), (1e-9, 1e10), (1e10 * NEAR, 1e10), (1e10, 1e10), (5e199, 1e200)]:
        # The dose that makes the loss of sensitive cells balance the growth of resistant ones.
        sensitive = exactly(level) - exactly(resistant)
        yield gompertz.containment_dose(resistant, level), 1 + exactly(resistant) / sensitive if sensitive else inf


def _phases(level, n0, r0, c_max):
    arriving = exactly(r0) * exactly(level) / exactly(n0)
    lost = exactly(level) if c_max == float("inf") else exactly(level) * (exactly(c_max) - 1) / exactly(c_max)
    lost = max(lost, arriving)
    return _time(n0, level), ln(lost / arriving) / (exactly(gompertz.RHO) * brake(level, K)), lost


PHASES = [
    (1e10, 1e10, 2.3e5, float("inf")),
    (7e10, 1e10, 2.3e5, 2.0),
    (K * 0.999, 1e10, 1e-6, 1e6),
    (7e10, 1e10, 1e10, 3.0),
    (7e10, 1e10, 9.99999999e9, float("inf")),
    (7e10, 1e10, 1.0, 1 + 1e-9),
]


@closed_form("gompertz.containment_phases")
def _() -> Pairs:
    for case in PHASES:
        yield from zip(gompertz.containment_phases(*case), _phases(*case), strict=True)


@closed_form("gompertz.containment_end")
def _() -> Pairs:
    for case in PHASES:
        yield gompertz.containment_end(*case), sum(_phases(*case)[:2])


@closed_form("gompertz.ideal_containment_time")
def _() -> Pairs:
    for to, level, n0, r0 in [(5e11, 7e10, 1e10, 2.3e5), (1e10, 1e10, 1e10, 1e-3), (K * 0.999, 1e11, 1e10, 1e10)]:
        exact = sum(_phases(level, n0, r0, float("inf"))[:2]) + _time(level, to)
        yield gompertz.ideal_containment_time(to, level, n0, r0), exact


@closed_form("gompertz.containment_gain")
def _() -> Pairs:
    for n0, r0 in [(1e10, 2.3e5), (1e10, 1e-6), (1e12, 1e3), (1e10, 1e10 * (1 - 1e-6))]:
        above, below = brake(r0, K), brake(n0, K)
        yield gompertz.containment_gain(n0=n0, r0=r0), ln(exactly(n0) / exactly(r0)) / (below * ln(above / below))


@closed_form("gompertz_courses.untreated")
def _() -> Pairs:
    for r0 in (0, 1.0, 2.3e5, 1e10):
        course = gompertz_courses.untreated([0.0, 10.0, 400.0], r0=r0)
        for time, total, resistant in zip(course.time, course.total, course.resistant, strict=True):
            exact = exactly(K) * exp(-brake(1e10, K) * exp(-exactly(gompertz.RHO) * exactly(time)))
            yield total, exact
            yield resistant, exact * exactly(r0) / exactly(1e10)


@closed_form("gompertz_courses.ideal_mtd")
def _() -> Pairs:
    for r0 in (1.0, 2.3e5, 1e10):
        course = gompertz_courses.ideal_mtd([0.0, 10.0, 400.0], r0=r0)
        for time, total in zip(course.time, course.total, strict=True):
            yield total, exactly(K) * exp(-brake(r0, K) * exp(-exactly(gompertz.RHO) * exactly(time))), 20


@closed_form("norton_simon.final_size")
def _() -> Pairs:
    for t, given in [(0, 0), (24, 12), (24, 24), (24, 400), (1e-9, 0), (500, 0)]:
        left = brake(1e10, norton_simon.PLATEAU) * exp(-exactly(0.055) * (exactly(t) - exactly(given)))
        if left < 700:
            exact = exactly(norton_simon.PLATEAU) * exp(-left)
            yield norton_simon.final_size(t, 1e10, 0.055, given), exact, 1 + left * (1 + abs(0.055 * (t - given)))


@closed_form("norton_simon.total_effect")
def _() -> Pairs:
    starts, durations, effects = [0.0, 1e-9, 2.0, 1e6], [1.0, 5.0, 0.0, 1e-6], [3.0, 1e-12, 7.0, 1e9]
    for t in (0, 1e-9, 0.3, 4.0, 1e7):
        pulses = zip(starts, durations, effects, strict=True)
        parts = (exactly(e) * min(max(exactly(t) - exactly(s), 0), exactly(d)) for s, d, e in pulses)
        yield norton_simon.total_effect(t, starts, durations, effects), sum(parts)


@closed_form("norton_simon.course")
def _() -> Pairs:
    pulses = ([0.0, 12.0], [1.0, 2.0], [6.0, 3.0])
    course = norton_simon.course([0.5, 12.5, 24.0], 1e9, 0.055, *pulses)
    for t, size, given in zip((0.5, 12.5, 24.0), course.size, (3.0, 7.5, 12.0), strict=True):
        exact = exp(-exactly(0.055) * (exactly(t) - exactly(given)))
        plateau = exactly(norton_simon.PLATEAU)
        yield size, plateau * exp(-brake(1e9, norton_simon.PLATEAU) * exact), 30


@closed_form("norton_simon.nadir")
def _() -> Pairs:
    # One pulse of effect 5 for two months, then growth: the smallest size is at its end.
    time, size = norton_simon.nadir(24.0, 1e10, 0.055, [1.0], [2.0], [5.0])
    left = brake(1e10, norton_simon.PLATEAU) * exp(-exactly(0.055) * (3 - mpf(10)))
    yield time, mpf(3)
    yield size, exactly(norton_simon.PLATEAU) * exp(-left), 30


def _median(n0, mean=norton_simon.MEAN_LOG_B):
    growth = ln(brake(n0, norton_simon.PLATEAU) / brake(norton_simon.LETHAL, norton_simon.PLATEAU))
    return growth / exp(exactly(mean))


@closed_form("norton_simon.median_survival")
def _() -> Pairs:
    for n0, mean in [(1e9, -2.9), (1.0, -20.0), (1e12 * (1 - 1e-9), 5.0), (1e12, -2.9)]:
        yield norton_simon.median_survival(n0, mean), _median(n0, mean)


@closed_form("norton_simon.survival")
def _() -> Pairs:
    from mpmath import ncdf

    for t in (1e-6, 1.0, 20.0, 500.0, 1e5):
        z = ln(_median(1e9) / exactly(t)) / exactly(norton_simon.SD_LOG_B)
        yield norton_simon.survival(t, 1e9), ncdf(z), 1 + z * z


RATES = [(0.02, 0.003), (1e-9, 1e-12), (30.0, 1e-3), (0.01, 0.01), (0.01, 0.01 * (1 - 1e-9)), (1e-3, 0.5), (0.02, 0)]


def _lowest(d, g, falling=1, rising=1):
    """Time at which death of one part and growth of the other balance."""
    down, up = exactly(d) * falling, exactly(g) * rising
    if down <= up:
        return mpf(0)
    return inf if up == 0 else ln(down / up) / (exactly(d) + exactly(g))


@closed_form("regrowth.two_rate")
def _() -> Pairs:
    for t, (d, g) in grid([0, 1e-12, 1.0, 100.0], RATES):
        fall, rise = exactly(d) * exactly(t), exactly(g) * exactly(t)
        yield regrowth.two_rate(t, d, g), exp(-fall) + exp(rise) - 1, 1 + fall + rise


@closed_form("regrowth.nadir_time")
def _() -> Pairs:
    for d, g in RATES:
        yield regrowth.nadir_time(d, g), _lowest(d, g)


@closed_form("regrowth.nadir_size")
def _() -> Pairs:
    for d, g in RATES:
        t = _lowest(d, g)
        yield regrowth.nadir_size(d, g), 0 if t == inf else exp(-exactly(d) * t) + exp(exactly(g) * t) - 1


def _returns(start, burden):
    """Root of ``burden`` after ``start``, where it is not positive, by bisection and then Newton."""
    if burden(start) >= 0:
        return start
    low, high = start, start + 1
    while burden(high) < 0:
        low, high = high, 2 * high
    for _ in range(220):
        middle = (low + high) / 2
        low, high = (middle, high) if burden(middle) < 0 else (low, middle)
    return high


def _two(d, g, level):
    return lambda t: exp(-exactly(d) * t) + exp(exactly(g) * t) - 1 - level


@closed_form("regrowth.return_time", accuracy=1e-12)
def _() -> Pairs:
    for (d, g), level in grid([(0.02, 0.003), (30.0, 1e-3), (1e-3, 0.5), (1e-9, 1e-12)], [1.0, 2.0, 1e6]):
        yield regrowth.return_time(d, g, level), _returns(_lowest(d, g), _two(d, g, exactly(level)))


@closed_form("regrowth.progression_time", accuracy=1e-12)
def _() -> Pairs:
    for (d, g), rise in grid([(0.02, 0.003), (30.0, 1e-3), (1e-3, 0.5)], [1e-3, 0.2, 5.0]):
        t = _lowest(d, g)
        level = (1 + exactly(rise)) * (exp(-exactly(d) * t) + exp(exactly(g) * t) - 1)
        yield regrowth.progression_time(d, g, rise), _returns(t, _two(d, g, level)), 1 / rise


SHARES = [0, 1e-12, 1e-3, 0.5, 1.0]


@closed_form("regrowth.split")
def _() -> Pairs:
    for t, phi, (d, g) in grid([0, 1.0, 100.0], SHARES, RATES):
        fall, rise = exactly(d) * exactly(t), exactly(g) * exactly(t)
        exact = 7 * ((1 - exactly(phi)) * exp(-fall) + exactly(phi) * exp(rise))
        yield regrowth.split(t, phi, d, g, 7.0), exact, 1 + fall + rise


@closed_form("regrowth.split_parts")
def _() -> Pairs:
    for t, phi, (d, g) in grid([0, 1.0, 100.0], SHARES, RATES):
        parts = regrowth.split_parts(t, phi, d, g)
        fall, rise = exactly(d) * exactly(t), exactly(g) * exactly(t)
        yield parts.sensitive, (1 - exactly(phi)) * exp(-fall), 1 + fall
        yield parts.resistant, exactly(phi) * exp(rise), 1 + rise


@closed_form("regrowth.split_nadir_time")
def _() -> Pairs:
    for phi, (d, g) in grid([0, 1e-300, 1e-12, 1e-3, 0.5, 1.0], RATES):
        yield regrowth.split_nadir_time(phi, d, g), _lowest(d, g, 1 - exactly(phi), exactly(phi))


@closed_form("regrowth.split_nadir_size")
def _() -> Pairs:
    for phi, (d, g) in grid([0, 1e-12, 1e-3, 0.5, 1.0], RATES):
        share, t = exactly(phi), _lowest(d, g, 1 - exactly(phi), exactly(phi))
        left = share if t == inf else (1 - share) * exp(-exactly(d) * t) + share * exp(exactly(g) * t)
        yield regrowth.split_nadir_size(phi, d, g), left, 30


@closed_form("regrowth.split_return_time", accuracy=1e-12)
def _() -> Pairs:
    for phi, (d, g), level in grid([1e-12, 1e-3, 0.5], [(0.02, 0.003), (30.0, 1e-3), (1e-3, 0.5)], [1.0, 1e6]):
        share, goal = exactly(phi), exactly(level)
        start = _lowest(d, g, 1 - share, share)
        burden = lambda t, s=share, d=d, g=g, b=goal: (1 - s) * exp(-exactly(d) * t) + s * exp(exactly(g) * t) - b  # noqa: E731
        yield regrowth.split_return_time(phi, d, g, level), _returns(start, burden)


@closed_form("regrowth.doubling_time")
def _() -> Pairs:
    for g in (1e-300, 1e-3, 1.0, 1e300):
        yield regrowth.doubling_time(g), findroot(lambda x: exp(x) - 2, mpf("0.7")) / exactly(g)


@closed_form("regrowth.halving_time")
def _() -> Pairs:
    for d in (1e-300, 1e-3, 1.0, 1e300):
        yield regrowth.halving_time(d), findroot(lambda x: exp(-x) - mpf(1) / 2, mpf("0.7")) / exactly(d)


@closed_form("regrowth.growth_rate")
def _() -> Pairs:
    for time in (1e-300, 83.0, 1e300):
        yield regrowth.growth_rate(time), findroot(lambda x: exp(x) - 2, mpf("0.7")) / exactly(time)


@closed_form("regrowth.rate_from_log10")
def _() -> Pairs:
    for value in (-300.0, -2.08, 0.0, 3.17, 300.0):
        yield regrowth.rate_from_log10(value), power(10, exactly(value)), 1 + abs(value)


@closed_form("regrowth.cycles")
def _() -> Pairs:
    for t, kill, phi in grid([0, 20.999, 21.0, 130.0], [0, 0.5, 1 - 1e-9, 1.0], [0, 1e-9, 1.0]):
        parts = regrowth.cycles(t, kill, 0.01, phi, 21.0, 4, 1e9, 0.1, 0.02)
        given = min(int(t // 21) + 1, 4)
        sensitive, resistant = 1 - exactly(phi), exactly(phi)
        for _ in range(given):
            sensitive, resistant = sensitive * (1 - exactly(kill)), resistant * (1 - exactly(0.1))
        yield parts.sensitive, exactly(1e9) * sensitive * exp(exactly(0.01) * exactly(t)), 5
        yield parts.resistant, exactly(1e9) * resistant * exp(exactly(0.02) * exactly(t)), 5
