"""Therapy that is withdrawn and given again: Taylor series of the equations as they are printed."""

from __future__ import annotations

from math import inf

from mpmath import log, mp, mpf

from resistance.models import abiraterone, abiraterone_cycles, adaptive_therapy
from resistance.models.abiraterone import PRINTED, Rates

from . import Pairs, closed_form, exactly, grid

ORDER = 14


def _product(a, b, n):
    return sum(a[i] * b[n - i] for i in range(n + 1))


def _series(first, second, linear, losses, h, order=ORDER):
    """Two kinds of cells after ``h``: the rate of either is ``linear - losses . cells`` times itself."""
    x, y = [first], [second]
    for n in range(order):
        grown = []
        for own, rate, (a, b) in zip((x, y), linear, losses, strict=True):
            space = [(rate if i == 0 else 0) - a * x[i] - b * y[i] for i in range(n + 1)]
            grown.append(_product(space, own, n) / (n + 1))
        x.append(grown[0])
        y.append(grown[1])
    return tuple(sum(c * h**i for i, c in enumerate(part)) for part in (x, y))


# Size, resistant share, cost, turnover, withdrawal, growth, effect.
TUMOURS = [
    (0.25, 0.1, 0.0, 0.0, 0.5, 0.027, 1.5),
    (0.75, 0.1, 0.5, 0.25, 0.5, 0.027, 1.5),
    (0.5, 0.01, 0.3, 0.25, 0.0, 0.027, 1.5),
    (0.5, 0.3, 0.0, 0.1, 0.8, 0.3, 4.0),
    (0.1, 0.0, 0.0, 0.2, 0.5, 0.1, 0.5),
    (1e-9, 1.0, 0.9, 0.01, 0.5, 1.0, 1.0),
]


def _days(tumour, most):
    """States at the ends of days and the drug that follows, from the equations in S and R."""
    n0, f, c, tau, w, r, k = (exactly(value) for value in tumour)
    s, x, on = n0 * (1 - f), n0 * f, True
    yield s, x, on
    parts = 8 if r > 0.05 else 1
    for _ in range(most):
        a, b = r * (1 - k if on else 1), r * (1 - c)
        for _ in range(parts):
            s, x = _series(s, x, (a - tau * r, b - tau * r), ((a, a), (b, b)), mpf(1) / parts)
        total = s + x
        on = total > n0 or (on and not total < w * n0)
        yield s, x, on


def _ended(tumour, most=500):
    """Days, withdrawals and treated days until progression."""
    goal = exactly(adaptive_therapy.PROGRESSED) * exactly(tumour[0])
    withdrawals, treated, before = 0, 0, True
    for day, (s, x, on) in enumerate(_days(tumour, most)):
        if day:
            treated += before
            if s + x > goal:
                return day, withdrawals, treated
            withdrawals += before and not on
        before = on
    return inf, withdrawals, treated


@closed_form("adaptive_therapy.resistant_capacity", accuracy=1e-12)
def _() -> Pairs:
    for cost, turnover in grid([0, 1e-9, 0.4, 0.999], [0, 1e-12, 0.25, 0.5, 10.0]):
        left = 1 - exactly(cost) - exactly(turnover)
        condition = 1 + abs(1 / left) if left > 0 else 1
        yield adaptive_therapy.resistant_capacity(cost, turnover), max(left, 0) / (1 - exactly(cost)), condition


@closed_form("adaptive_therapy.course", accuracy=1e-6)
def _() -> Pairs:
    with mp.workdps(25):
        for tumour in TUMOURS:
            course = adaptive_therapy.course(60, *tumour)
            for day, (s, x, on) in enumerate(_days(tumour, 60)):
                if day % 7 == 4 or day < 2:
                    yield course.sensitive[day], s
                    yield course.resistant[day], x
                    yield course.drug[day], int(on)
                    yield course.time[day], day


@closed_form("adaptive_therapy.outcome")
def _() -> Pairs:
    with mp.workdps(20):
        for tumour in (TUMOURS[0], TUMOURS[3], (0.25, 0.01, 0.0, 0.0, 0.5, 0.027, 1.5)):
            found = adaptive_therapy.outcome(*tumour)
            yield from zip((found.days, found.withdrawals, found.treated), _ended(tumour), strict=True)


@closed_form("adaptive_therapy.progression")
def _() -> Pairs:
    with mp.workdps(20):
        for tumour in [*TUMOURS[:2], TUMOURS[3], (0.75, 0.01, 0.0, 0.0, 0.5, 0.027, 1.5)]:
            exact = _ended(tumour)[0]
            yield adaptive_therapy.progression(*tumour), mpf(exact) if exact < inf else mpf("inf")


RATES = [
    PRINTED,
    Rates(by_sensitive=0.8),
    Rates(by_resistant=0, by_sensitive=0),
    Rates(1e-3, 2.0, 0.5, 3.0, 2.0, 1e-3, 1e-5),
]


def _linear(drug, r: Rates):
    grow = exactly(r.scale) * exactly(r.sensitive), exactly(r.scale) * exactly(r.resistant)
    own = exactly(r.treated if drug else r.capacity)
    both = exactly(r.capacity)
    return grow, (
        (grow[0] / own, grow[0] * exactly(r.by_resistant) / own),
        (grow[1] * exactly(r.by_sensitive) / both, grow[1] / both),
    )


def _after(s, x, days, drug, r: Rates):
    """Cells after ``days``, in steps within which nothing changes by more than a third."""
    linear, losses = _linear(drug, r)
    left = mpf(days)
    while left > 0:
        fastest = max(linear) + sum(abs(a) * s + abs(b) * x for a, b in losses)
        h = min(left, mpf("0.3") / fastest)
        s, x = _series(s, x, linear, losses, h, order=20)
        left -= h
    return s, x


@closed_form("abiraterone.resistant_balance", accuracy=1e-12)
def _() -> Pairs:
    for rates, s in grid(RATES, [0, 1e-9, 1e-4, 1000.0, 1666.0, 1e9]):
        exact = exactly(rates.capacity) - exactly(rates.by_sensitive) * exactly(s)
        condition = 1 + abs(exactly(rates.capacity) / exact) if exact > 0 else 1
        yield abiraterone.resistant_balance(s, rates), max(exact, 0), condition


@closed_form("abiraterone.sensitive_balance", accuracy=1e-12)
def _() -> Pairs:
    for rates, x, drug in grid(RATES, [0, 1e-9, 1e-6, 500.0, 9999.0, 1e9], [True, False]):
        capacity = exactly(rates.treated if drug else rates.capacity)
        exact = capacity - exactly(rates.by_resistant) * exactly(x)
        condition = 1 + abs(capacity / exact) if exact > 0 else 1
        yield abiraterone.sensitive_balance(x, drug, rates), max(exact, 0), condition


STARTS = [(4500.0, 500.0), (20.41, 23.61), (1e-9, 9000.0)]


@closed_form("abiraterone.course", accuracy=1e-7)
def _() -> Pairs:
    with mp.workdps(25):
        for rates, (s, x), drug in grid(RATES[:3], STARTS, [True, False]):
            found = abiraterone.course([0, 3.0, 40.0], s, x, drug, rates)
            for i, t in enumerate((0, 3, 40)):
                exact = _after(exactly(s), exactly(x), t, drug, rates)
                yield found.sensitive[i], exact[0]
                yield found.resistant[i], exact[1]


@closed_form("abiraterone.until_sensitive", accuracy=1e-6)
def _() -> Pairs:
    with mp.workdps(25):
        for (s, x), goal, drug in [((253.07, 149.12), 3503.41, False), ((4500.0, 500.0), 2000.0, True)]:
            found = abiraterone.until_sensitive(goal, s, x, drug)
            near = _after(exactly(s), exactly(x), exactly(found.time), drug, PRINTED)
            linear, losses = _linear(drug, PRINTED)
            slope = linear[0] - losses[0][0] * near[0] - losses[0][1] * near[1]
            # One step of Newton's rule from the time that was found.
            at = exactly(found.time) - log(near[0] / exactly(goal)) / slope
            yield found.time, at
            yield found.resistant, _after(exactly(s), exactly(x), at, drug, PRINTED)[1]
            yield found.sensitive, exactly(goal)


def _switches(s, x, stop, restart, count):
    """Times and cells at the switches of the drug, by Newton's rule on PSA."""
    first, time, drug, kept = s + x, mpf(0), True, [(mpf(0), s, x, True)]
    for _ in range(count):
        goal = first * (stop if drug else restart)
        h = mpf(1)
        for _ in range(60):
            near = _after(s, x, h, drug, PRINTED)
            linear, losses = _linear(drug, PRINTED)
            slope = sum(near[i] * (linear[i] - losses[i][0] * near[0] - losses[i][1] * near[1]) for i in range(2))
            step = (near[0] + near[1] - goal) / slope
            h -= max(min(step, mpf(1)), -mpf(1))
            if abs(step) < mpf(10) ** -18:
                break
        s, x = _after(s, x, h, drug, PRINTED)
        time, drug = time + h, not drug
        kept.append((time, s, x, drug))
    return kept


@closed_form("abiraterone_cycles.adaptive_cycles", accuracy=1e-6)
def _() -> Pairs:
    with mp.workdps(25):
        for stop, restart in [(0.5, 1.0), (0.7, 1.1)]:
            found = abiraterone_cycles.adaptive_cycles(4500.0, 500.0, 2, stop, restart)
            exact = [k for k in _switches(mpf(4500), mpf(500), exactly(stop), exactly(restart), 4) if k[3]]
            for i, (time, s, x, _) in enumerate(exact):
                yield found.time[i], time
                yield found.sensitive[i], s
                yield found.resistant[i], x
            yield found.completed, 2


@closed_form("abiraterone_cycles.adaptive_course", accuracy=1e-6)
def _() -> Pairs:
    times = [0.0, 1.0, 5.0, 13.0, 14.0, 20.0]
    with mp.workdps(25):
        found = abiraterone_cycles.adaptive_course(times, 4500.0, 500.0)
        switches = _switches(mpf(4500), mpf(500), mpf("0.5"), mpf(1), 4)
        for i, t in enumerate(times):
            time, s, x, drug = max((k for k in switches if k[0] <= t), key=lambda k: k[0])
            exact = _after(s, x, t - time, drug, PRINTED)
            yield found.sensitive[i], exact[0]
            yield found.resistant[i], exact[1]
            yield found.drug[i], int(drug)
