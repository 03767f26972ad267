"""Blocked pumps and competition with ATP: balances solved for, and powers of sixty digits."""

from __future__ import annotations

from mpmath import mpf, power

from resistance.models import atp_competition, pump_inhibition

from . import Pairs, closed_form, exactly, grid

INHIBITORS = [0, 1e-12, 0.3, 9.0, 1e9]
CELLS = [(0.3, 1.5, 1.0), (1e-9, 1.5, 1.0), (1e6, 1.5, 2.0), (3.0, 1.5, 2.0), (0.1, 20.0, 3.5)]


def _rate(inner, km, hill, inhibitor, competitive):
    """What a pump of capacity 1 returns, from its rate law."""
    c, half, h, weaker = exactly(inner), exactly(km), exactly(hill), 1 + exactly(inhibitor)
    if competitive:
        return power(c, h) / (power(half * weaker, h) + power(c, h))
    return power(c, h) / (power(half, h) + power(c, h)) / weaker


@closed_form("pump_inhibition.ic50")
def _() -> Pairs:
    for (inner, km, hill), inhibitor, pumps, competitive in grid(CELLS, INHIBITORS, [0, 1.0, 1e6], [False, True]):
        pumped = exactly(pumps) * 3 * _rate(inner, km, hill, inhibitor, competitive)
        found = pump_inhibition.ic50(inner, pumps, 3.0, 0.5, km, inhibitor, hill, competitive)
        yield found, exactly(inner) + pumped / exactly(0.5)


@closed_form("pump_inhibition.given_back", accuracy=1e-12)
def _() -> Pairs:
    for (inner, km, hill), inhibitor, competitive in grid(CELLS, INHIBITORS, [False, True]):
        free = _rate(inner, km, hill, 0, competitive)
        exact = (free - _rate(inner, km, hill, inhibitor, competitive)) / free
        yield pump_inhibition.given_back(inhibitor, inner, km, hill, competitive), exact


@closed_form("pump_inhibition.fold_left")
def _() -> Pairs:
    for fold, inhibitor in grid([1, 1 + 1e-12, 1.5, 39.0, 1e9], INHIBITORS):
        pumping = (exactly(fold) - 1) / (1 + exactly(inhibitor))
        yield pump_inhibition.fold_left(fold, inhibitor), 1 + pumping


@closed_form("pump_inhibition.inhibitor_needed")
def _() -> Pairs:
    for fold, target in grid([1, 1.5, 39.0, 1e9], [1 + 1e-9, 1.2, 2.0, 50.0]):
        full = exactly(fold) - 1
        yield pump_inhibition.inhibitor_needed(fold, target), max(full / (exactly(target) - 1) - 1, mpf(0))


@closed_form("pump_inhibition.block_needed")
def _() -> Pairs:
    for fold, target in grid([1, 1.5, 39.0, 1e9], [1, 1 + 1e-9, 1.2, 2.0, 50.0]):
        full = exactly(fold) - 1
        exact = 1 - min((exactly(target) - 1) / full, mpf(1)) if full else mpf(0)
        yield pump_inhibition.block_needed(fold, target), exact


@closed_form("pump_inhibition.rate_ratio", accuracy=1e-12)
def _() -> Pairs:
    for (inner, km, hill), inhibitor, rho, competitive in grid(CELLS, INHIBITORS, [0, 3.0, 1e6], [False, True]):
        leak, strength = exactly(inner), exactly(rho) * exactly(km)
        before = leak + strength * _rate(inner, km, hill, 0, competitive)
        after = leak + strength * _rate(inner, km, hill, inhibitor, competitive)
        yield pump_inhibition.rate_ratio(inner, rho, km, inhibitor, hill, competitive), before / after


@closed_form("atp_competition.ic50")
def _() -> Pairs:
    for kd, atp, km in grid([1e-9, 2.4, 1e9], [0, 1e-9, 1000.0, 1e9], [1e-6, 8.4, 1e6]):
        free = exactly(km) / (exactly(km) + exactly(atp))  # share of pockets that ATP leaves empty
        yield atp_competition.ic50(kd, atp, km), exactly(kd) / free


@closed_form("atp_competition.fold_of_mutation")
def _() -> Pairs:
    for ratio, before, after, atp in grid([0.1, 1, 5.0], [1.0, 150.0], [1e-3, 8.0], [0, 1e-9, 1000.0, 1e9]):
        empty = [exactly(km) / (exactly(km) + exactly(atp)) for km in (before, after)]
        yield atp_competition.fold_of_mutation(ratio, before, after, atp), exactly(ratio) * empty[0] / empty[1]
