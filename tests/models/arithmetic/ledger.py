"""Folds of the ledger: each from the formula of its mechanism, not from the chapter's function."""

from __future__ import annotations

from mpmath import mp, power, sinh

from resistance.models import resistance_ledger

from . import Pairs, closed_form, exactly, grid


@closed_form("resistance_ledger.radiation")
def _() -> Pairs:
    for pressure, m, k in grid([0, 1e-12, 2.5, 40.0, 1e12], [1, 1.5, 3.0], [1e-3, 3.0]):
        p, most, half = exactly(pressure), exactly(m), exactly(k)
        yield resistance_ledger.radiation(pressure, m, k), most * (p + half) / (most * p + half)


@closed_form("resistance_ledger.acid")
def _() -> Pairs:
    for pka, inside, tumour in grid([1.0, 8.3, 13.0], [6.5, 7.2], [6.0, 6.8, 7.4, 8.0]):
        strong, normal, acid = exactly(pka), exactly(7.4), exactly(tumour)
        exact = (1 + power(10, strong - acid)) / (1 + power(10, strong - normal))
        yield resistance_ledger.acid(pka, inside, 7.4, tumour), exact, 30  # ten to a difference of numbers near ten


@closed_form("resistance_ledger.distance")
def _() -> Pairs:
    for distance, half in grid([0, 1e-9, 100.0, 3e4], [40.0, 45.0]):
        turns = exactly(distance) / exactly(half)
        yield resistance_ledger.distance(distance, half), power(2, turns), max(1, float(turns))


@closed_form("resistance_ledger.entry")
def _() -> Pairs:
    for depth, alpha in grid([0, 1e-9, 0.05, 0.5, 0.95, 1], [1e-6, 0.5, 3.0, 36.8, 600.0]):
        with mp.workdps(400):
            radius, a = 1 - exactly(depth), exactly(alpha)
            exact = sinh(a) / (a if radius == 0 else sinh(a * radius) / radius)
        yield resistance_ledger.entry(depth, alpha), exact, max(1.0, alpha)


@closed_form("resistance_ledger.left")
def _() -> Pairs:
    for fold, share in grid([1e-9, 1.0, 11.0, 1e20], [0, 1e-12, 0.5, 1 - 1e-12, 1]):
        yield resistance_ledger.left(fold, share), 1 + (exactly(fold) - 1) * (1 - exactly(share))
