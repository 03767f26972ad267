"""Two drugs together: curves by powers, steady states by elimination, with sixty digits."""

from __future__ import annotations

from mpmath import lu_solve, matrix, mpf

from resistance.models import drug_synergy

from . import Pairs, closed_form, exactly, grid

CURVES = [(1.0, 0.2, 3.0, 2.0), (1.0, 0.0, 1e-200, 0.5), (2.0, 0.9, 1e200, 1.0), (0.1, 5.0, 1.0, 4.0)]
SURFACES = [
    (1.0, 1.0, 1.0, 1.0, 0.8, 1.4, 0.5, 2.0, 1.0, 1.0),
    (1e-3, 1e3, 2.0, 0.1, 3.0, 0.3, 1e-3, 1e3, 0.5, 2.0),
    (1e-100, 1e100, 1e-99, 1e101, 1.0, 2.0, 10.0, 0.0, 1.0, 3.0),
    (0.0, 5.0, 1.0, 1.0, 2.0, 2.0, 7.0, 7.0, 1.0, 1.0),
    (1e9, 1e-9, 1.0, 1.0, 1.0, 1.0, 1e-6, 1e6, 1.0, 1.0),
]
# Logarithms up to some hundreds are multiplied by the steepness before they are raised again.
LOGARITHMS = 1e3


def effect(dose, e0, emax, half, steepness):
    power = (exactly(dose) / exactly(half)) ** exactly(steepness)
    return (exactly(e0) + exactly(emax) * power) / (1 + power)


@closed_form("drug_synergy.hill")
def _() -> Pairs:
    for (e0, emax, half, steepness), fold in grid(CURVES, [0, 1e-9, 0.3, 1.0, 7.0, 1e9]):
        dose = half * fold
        yield drug_synergy.hill(dose, e0, emax, half, steepness), effect(dose, e0, emax, half, steepness), LOGARITHMS


def dose(level, e0, emax, half, steepness):
    done, left = exactly(e0) - exactly(level), exactly(level) - exactly(emax)
    return exactly(half) * (done / left) ** (1 / exactly(steepness))


@closed_form("drug_synergy.dose_alone")
def _() -> Pairs:
    for (e0, emax, half, steepness), share in grid(CURVES, [1e-3, 0.25, 0.5, 0.999]):
        level = e0 + (emax - e0) * share
        found = drug_synergy.dose_alone(level, e0, emax, half, steepness)
        # A level near an end of the curve is a small difference of two doubles, and exact as one.
        yield found, dose(level, e0, emax, half, steepness), LOGARITHMS


@closed_form("drug_synergy.highest_single_agent_excess")
def _() -> Pairs:
    for first, second, both in grid([0, 0.3, 1], [0, 0.7, 1], [0, 0.21, 1]):
        exact = min(exactly(first), exactly(second)) - exactly(both)
        yield drug_synergy.highest_single_agent_excess(first, second, both), exact


@closed_form("drug_synergy.bliss_excess")
def _() -> Pairs:
    for first, second, both in grid([0, 0.3, 1], [0, 0.7, 1], [0, 0.2, 1]):
        exact = exactly(first) * exactly(second) - exactly(both)
        yield drug_synergy.bliss_excess(first, second, both), exact, 100


@closed_form("drug_synergy.loewe_index")
def _() -> Pairs:
    for d1, d2, level in grid([0, 1e-6, 2.0], [1e-6, 30.0], [0.95, 0.6, 0.41]):
        exact = exactly(d1) / dose(level, 1, 0.4, 2, 1.5) + exactly(d2) / dose(level, 1, 0.1, 9, 0.7)
        yield drug_synergy.loewe_index(d1, d2, level, 1, 0.4, 0.1, 2, 9, 1.5, 0.7), exact, LOGARITHMS


def shares(*surface):
    """Steady state of the four rate equations, the first replaced by the sum of the fractions."""
    d1, d2, c1, c2, h1, h2, a12, a21, g12, g21 = (exactly(value) for value in surface)
    ways = {(0, 1): (d1 / c1) ** h1, (0, 2): (d2 / c2) ** h2}
    ways |= {(2, 3): (a21 * d1 / c1) ** (h1 * g21), (1, 3): (a12 * d2 / c2) ** (h2 * g12)}
    change = matrix(4, 4)
    for (start, end), rate in ways.items():
        for source, target, speed in ((start, end, rate), (end, start, mpf(1))):
            change[target, source] += speed
            change[source, source] -= speed
    for state in range(4):
        change[0, state] = 1
    return lu_solve(change, matrix([1, 0, 0, 0]))


@closed_form("drug_synergy.states")
def _() -> Pairs:
    for surface in SURFACES:
        yield from (
            (found, exact, LOGARITHMS)
            for found, exact in zip(drug_synergy.states(*surface), shares(*surface), strict=True)
        )


@closed_form("drug_synergy.musyc")
def _() -> Pairs:
    for (d1, d2, *rest), effects in grid(SURFACES, [(1.0, 0.5, 0.3, 0.0), (100.0, 30.0, 60.0, 1.0)]):
        exact = sum(exactly(e) * share for e, share in zip(effects, shares(d1, d2, *rest), strict=True))
        yield drug_synergy.musyc(d1, d2, *effects, *rest), exact, LOGARITHMS


@closed_form("drug_synergy.efficacy_synergy")
def _() -> Pairs:
    for e0, e1, e2, e3 in [(1, 0.5, 0.3, 0), (1, 0.2, 0.3, 0.9), (1e9, 0, 1e-9, -1e9), (0.5, 0.25, 0.4, 0.25)]:
        stronger = min(exactly(e1), exactly(e2))
        yield drug_synergy.efficacy_synergy(e0, e1, e2, e3), (stronger - exactly(e3)) / (exactly(e0) - stronger), 10
