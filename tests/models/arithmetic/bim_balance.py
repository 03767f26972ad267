"""BIM, two guardians and their inhibitors: from the free guardians, by bisection in sixty digits."""

from __future__ import annotations

from functools import cache

from mpmath import inf, mp, mpf, sqrt

from resistance.models import bim_balance

from . import Pairs, closed_form, exactly, grid

AFFINITIES = [
    bim_balance.Affinity(),
    bim_balance.Affinity(1e-3, 50.0, 1e-6, 20.0),
    bim_balance.Affinity(1e6, 1e-8, 1e3, 1e-9),
]
AMOUNTS = list(
    grid([1e-200, 0.5, 100.0, 1e9], [0.0, 200.0, 1e7], [0.0, 50.0, 1e9], [0.0, 199.0, 1e9], [0.0, 30.0], AFFINITIES)
)[::29]


def constants(affinity):
    return [exactly(v) for v in (affinity.bcl2, affinity.mcl1, affinity.drug, affinity.mcl1_drug)]


def empty(x, guardian, drug, k, ki):
    """Guardian that binds nothing: ``f (1 + x/K) + f D / (K_i + f) = guardian``, a quadratic in f."""
    a, b, c = 1 + x / k, ki * (1 + x / k) + drug - guardian, -guardian * ki
    # The root above 0, written so that it does not cancel.
    return (-b + sqrt(b * b - 4 * a * c)) / (2 * a) if b <= 0 else -2 * c / (b + sqrt(b * b - 4 * a * c))


@cache
def solve(t, b, m, d, s, kb, km, ki, ks):
    """Free BIM, and BIM on BCL-2 and on MCL-1."""

    def parts(x):
        return x, x * empty(x, b, d, kb, ki) / kb, x * empty(x, m, s, km, ks) / km

    low, high = t / (1 + b / kb + m / km), t
    for _ in range(260):
        middle = sqrt(low * high)
        low, high = (middle, high) if sum(parts(middle)) < t else (low, middle)
        if high / low - 1 < mpf(10) ** -50:
            break
    return parts(low)


def conditioned(which, function) -> Pairs:
    """The value, and how much more it changes than the arguments do."""
    for t, b, m, d, s, affinity in AMOUNTS:
        given = [exactly(v) for v in (t, b, m, d, s)] + constants(affinity)
        exact = solve(*given)[which]
        condition = mpf(1)
        step = mpf(10) ** -20
        for place, value in enumerate(given):
            if value and exact:
                moved = solve(*given[:place], value * (1 + step), *given[place + 1 :])[which]
                condition += abs(moved / exact - 1) / step
        yield function(t, b, m, d, s, affinity), exact, condition


@closed_form("bim_balance.free_bim")
def _() -> Pairs:
    yield bim_balance.free_bim(0, 1, 1), 0
    yield from conditioned(0, bim_balance.free_bim)


@closed_form("bim_balance.bim_on_bcl2")
def _() -> Pairs:
    yield from conditioned(1, bim_balance.bim_on_bcl2)


@closed_form("bim_balance.bim_on_mcl1")
def _() -> Pairs:
    yield from conditioned(2, bim_balance.bim_on_mcl1)


def needed(x, t, b, m, s, kb, km, ki, ks):
    """The total drug, from the empty BCL-2 that holds what BIM is left."""
    rest = t - x - x * empty(x, m, s, km, ks) / km
    if rest <= 0:
        return inf
    free = rest * kb / x
    covered = b - rest - free
    return mpf(0) if covered <= 0 else covered * (1 + ki / free)


@closed_form("bim_balance.drug_needed")
def _() -> Pairs:
    cases = grid(
        [1e-3, 40.0, 99.0, 1e5], [0.0, 100.0, 1e8], [0.0, 200.0, 1e7], [0.0, 50.0, 61.0], [0.0, 30.0], AFFINITIES
    )
    for x, t, b, m, s, affinity in cases:
        given = [exactly(v) for v in (x, t, b, m, s)] + constants(affinity)
        exact = needed(*given)
        condition, step = mpf(1), mpf(10) ** -20
        for place, value in enumerate(given):
            if value and exact and not mp.isinf(exact):
                moved = needed(*given[:place], value * (1 + step), *given[place + 1 :])
                condition += abs(moved / exact - 1) / step
        yield bim_balance.drug_needed(x, t, b, m, s, affinity), exact, condition


@closed_form("bim_balance.mcl1_limit")
def _() -> Pairs:
    for x, t, s, affinity in grid([1e-6, 1.0, 40.0, 99.0], [0.0, 50.0, 100.0, 1e9], [0.0, 30.0, 1e9], AFFINITIES):
        _, km, _, ks = constants(affinity)
        held = max(exactly(t) - exactly(x), mpf(0))
        if not held:
            yield bim_balance.mcl1_limit(x, t, s, affinity), 0
            continue
        # The MCL-1 beside which x free BIM leaves just held on it, by secant steps on the amount itself.
        low, high = held, (held + exactly(s)) * (2 + 2 * km / exactly(x))
        for _ in range(220):
            middle = (low + high) / 2
            on_it = exactly(x) * empty(exactly(x), middle, exactly(s), km, ks) / km
            low, high = (middle, high) if on_it < held else (low, middle)
        yield bim_balance.mcl1_limit(x, t, s, affinity), low, exactly(t) / held
