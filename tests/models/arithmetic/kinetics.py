"""Drugs and their targets: titration, pumps, enzymes, pharmacokinetics, oxygen, dose and effect."""

from __future__ import annotations

from functools import cache

from mpmath import exp, findroot, inf, ln, matrix, mpf, power, quad, sqrt
from mpmath import expm as matrix_exponential

from resistance.models import (
    enzyme_activity,
    mirna_threshold,
    oxygen,
    parp_arrest,
    pump_leak,
    saturable_elimination,
    titration,
    two_compartment,
    venetoclax,
)

from . import Pairs, closed_form, exactly, grid, roots

ANY = [1e-150, 1e-12, 1.0, 37.0, 1e12, 1e150]
NEAR = 1 - 1e-12


def free(x0, half, capacity):
    """What a sink leaves free: the root, of at least 0, of x^2 + (half + capacity - x0) x - half x0 = 0."""
    x0, half, capacity = exactly(x0), exactly(half), exactly(capacity)
    b = half + capacity - x0
    d = sqrt(b * b + 4 * half * x0)
    return (-b + d) / 2 if b < 0 else (2 * half * x0 / (b + d) if b + d else mpf(0))


@closed_form("titration.titration")
def _() -> Pairs:
    for x0, half, capacity in grid([0, *ANY], [0, *ANY], [0, *ANY]):
        x = free(x0, half, capacity)
        if x > 1e-300:
            yield titration.titration(x0, half, capacity), x
    for half in (0, 1e-12, 1e-6):  # at the threshold of a tight sink
        yield titration.titration(100.0, half, 100.0), free(100.0, half, 100.0)
        yield titration.titration(100.0, half, 100.0 * NEAR), free(100.0, half, 100.0 * NEAR), 1e3


@closed_form("titration.total")
def _() -> Pairs:
    for x, half, capacity in grid([0, *ANY], ANY, [0, *ANY]):
        taken = exactly(capacity) / (1 + exactly(half) / exactly(x)) if x else 0
        yield titration.total(x, half, capacity), exactly(x) + taken


def slope(x0, half, capacity):
    """d ln x / d ln x0, by the derivative of the inverse, which is ``total``."""
    x, half, capacity = free(x0, half, capacity), exactly(half), exactly(capacity)
    return exactly(x0) / x / (1 + capacity / (half + x) - capacity * x / (half + x) ** 2)


SINKS = [(100.0, 0.6, 100.0), (1e-9, 0.5, 100.0), (1e9, 0.5, 100.0), (140.0, 1e-12, 100.0), (1.0, 1e6, 1e-6), (5, 2, 0)]


@closed_form("titration.sensitivity")
def _() -> Pairs:
    for sink in SINKS:
        yield titration.sensitivity(*sink), slope(*sink)


@closed_form("mirna_threshold.sensitivity")
def _() -> Pairs:
    for sink in SINKS:
        yield mirna_threshold.sensitivity(*sink), slope(*sink)


@closed_form("mirna_threshold.unregulated")
def _() -> Pairs:
    for beta, gamma in grid([0, 1e-200, 7.0, 1e100], [1e-100, 0.05, 1e200]):
        yield mirna_threshold.unregulated(beta, gamma), exactly(beta) / exactly(gamma)


@closed_form("mirna_threshold.tightness")
def _() -> Pairs:
    for on, off, gamma in grid([1e-12, 1.0, 1e12], [0, 1e-9, 1e9], [1e-9, 0.5, 1e9]):
        # Free target at which association balances both ways out of the complex when half the microRNA is bound.
        yield mirna_threshold.tightness(on, off, gamma), exactly(off) / exactly(on) + exactly(gamma) / exactly(on)


@closed_form("mirna_threshold.capacity")
def _() -> Pairs:
    for total, gamma_c, gamma_r in grid([0, 1e-9, 1e12], [1e-9, 0.5, 1e9], [1e-9, 0.05, 1e9]):
        exact = exactly(gamma_c) / exactly(gamma_r) * exactly(total)
        yield mirna_threshold.capacity(total, gamma_c, gamma_r), exact


CONSTANTS = [
    (7, 0.05, 1, 0.1, 0.5, 10),
    (7, 0.05, 1e12, 0.1, 0.5, 10),
    (4, 0.05, 1e12, 0.1, 0.5, 10),
    (1e-9, 3.0, 1e-6, 0, 1e3, 1e6),
    (1e6, 1e-3, 1.0, 1e3, 1e-6, 0),
]


@closed_form("mirna_threshold.free_target", accuracy=1e-12)
def _() -> Pairs:
    for beta, gamma_r, on, off, gamma_c, total in CONSTANTS:
        b, g, k, o, c, m = (exactly(v) for v in (beta, gamma_r, on, off, gamma_c, total))
        # Both rates of change are 0: all target made is lost free or from the complex.
        half, sink = (o + c) / k, m * c / g
        x0 = b / g
        root = (x0 - half - sink + sqrt((x0 - half - sink) ** 2 + 4 * half * x0)) / 2
        yield mirna_threshold.free_target(beta, gamma_r, on, off, gamma_c, total), root


@closed_form("mirna_threshold.complexes")
def _() -> Pairs:
    for target, half, total in grid([0, *ANY], ANY, [0, 10.0]):
        exact = exactly(total) - exactly(total) * exactly(half) / (exactly(half) + exactly(target))
        yield mirna_threshold.complexes(target, half, total), exact


@closed_form("mirna_threshold.repression")
def _() -> Pairs:
    for sink in SINKS:
        yield mirna_threshold.repression(*sink), exactly(sink[0]) / free(*sink)


@closed_form("mirna_threshold.response")
def _() -> Pairs:
    for (x0, half, capacity), fold in grid(SINKS, [0, 0.5, 1, 1e3]):
        exact = free(x0, half, exactly(capacity) * fold) if fold in (0, 0.5, 1) else free(x0, half, capacity * fold)
        yield mirna_threshold.response(x0, half, capacity, fold), exact / free(x0, half, capacity)


@closed_form("pump_leak.pump_ratio")
def _() -> Pairs:
    for vmax, k, km in grid([0, 1e-12, 6.0, 1e12], [1e-9, 0.4, 1e9], [1e-9, 1.5, 1e9]):
        yield pump_leak.pump_ratio(vmax, k, km), exactly(vmax) / exactly(k) / exactly(km)


@closed_form("pump_leak.inhibited")
def _() -> Pairs:
    for rho, inhibitor in grid([0, 1e-12, 10.0], [0, 1e-12, 1.0, 1e12]):
        yield pump_leak.inhibited(rho, inhibitor), exactly(rho) / (1 + exactly(inhibitor))


def _pumped(x, hill):
    """Share of the pump's capacity at ``x`` times its half-saturation."""
    return 1 - 1 / (1 + power(x, hill)) if x else mpf(0)


PUMPS = [
    (0.3, 2.0, 1.5, 1.0),
    (1e-9, 1e6, 1.5, 1.0),
    (1e7, 5.0, 1.5, 1.0),
    (3.0, 4.0, 1.5, 2.0),
    (1e-3, 10.0, 1.5, 4.0),
]
PUMPS += [(1e9, 10.0, 1e-6, 3.0), (2.0, 0.0, 1.0, 2.0), (0.0, 5.0, 1.0, 2.0)]


@closed_form("pump_leak.outside")
def _() -> Pairs:
    for inner, rho, km, hill in PUMPS:
        x = exactly(inner) / exactly(km)
        exact = exactly(km) * (x + exactly(rho) * _pumped(x, exactly(hill)))
        yield pump_leak.outside(inner, rho, km, hill), exact


@closed_form("pump_leak.inside", accuracy=1e-12)
def _() -> Pairs:
    for outer, rho, km, hill in PUMPS:
        goal = exactly(outer) / exactly(km)
        low, high = mpf(0), goal
        for _ in range(230):  # the right side rises with what is inside
            middle = (low + high) / 2
            over = middle + exactly(rho) * _pumped(middle, exactly(hill)) > goal
            low, high = (low, middle) if over else (middle, high)
        yield pump_leak.inside(outer, rho, km, hill), high * exactly(km)


@closed_form("pump_leak.fold_resistance")
def _() -> Pairs:
    for inner, rho, km, hill in PUMPS[:-1]:
        x = exactly(inner) / exactly(km)
        yield pump_leak.fold_resistance(inner, rho, km, hill), 1 + exactly(rho) * _pumped(x, exactly(hill)) / x


@closed_form("pump_leak.rho_from_fold")
def _() -> Pairs:
    for fold, inner, km in grid([1, 1 + 1e-12, 6.0, 1e9], [0, 1e-9, 1e9], [1e-6, 1.5]):
        exact = (exactly(fold) - 1) / (1 - _pumped(exactly(inner) / exactly(km), 1))
        yield pump_leak.rho_from_fold(fold, inner, km), exact


@closed_form("pump_leak.best_inside")
def _() -> Pairs:
    for km, hill in grid([1e-9, 1.5, 1e9], [1.0, 1 + 1e-9, 1.5, 2.0, 10.0, 1e3]):
        # The derivative of x**(h-1) / (1 + x**h) vanishes where x**h = h - 1.
        exact = exp(ln(exactly(hill) - 1) / exactly(hill)) if hill > 1 else mpf(0)
        yield pump_leak.best_inside(km, hill), exactly(km) * exact


@closed_form("pump_leak.highest_fold")
def _() -> Pairs:
    for rho, hill in grid([0, 1e-9, 5.0, 1e9], [1.0, 1 + 1e-9, 1.5, 2.0, 10.0, 1e3]):
        h = exactly(hill)
        best = exp(ln(h - 1) / h) if hill > 1 else mpf(0)
        gain = power(best, h - 1) / (1 + power(best, h)) if hill > 1 else mpf(1)
        yield pump_leak.highest_fold(rho, hill), 1 + exactly(rho) * gain


@closed_form("pump_leak.efflux_ratio")
def _() -> Pairs:
    for pump, apical in grid([0, 1e-12, 3.0, 1e12], [1e-9, 1.0, 1e9]):
        yield pump_leak.efflux_ratio(pump, apical), (exactly(pump) + exactly(apical)) / exactly(apical)


@closed_form("enzyme_activity.activity_left")
def _() -> Pairs:
    for inhibitor in (0, 1e-300, 1e-12, 1.0, 1e300, float("inf")):
        yield enzyme_activity.activity_left(inhibitor), 1 / (1 + exactly(inhibitor))


def _cleared(fraction, activity):
    """The other routes, and what the enzyme still does."""
    return (1 - exactly(fraction)) + exactly(fraction) * exactly(activity)


FRACTIONS = [*grid([0, 1e-12, 0.5, NEAR, 1.0], [1e-9, 0.1, 1.0, 50.0]), (NEAR, 0), (0.93, 0)]


@closed_form("enzyme_activity.clearance")
def _() -> Pairs:
    for (fraction, activity), cl in grid(FRACTIONS, [1e-12, 18.6, 1e12]):
        yield enzyme_activity.clearance(cl, fraction, activity), exactly(cl) * _cleared(fraction, activity)


@closed_form("enzyme_activity.exposure_ratio")
def _() -> Pairs:
    for case in FRACTIONS:
        yield enzyme_activity.exposure_ratio(*case), 1 / _cleared(*case)


@closed_form("enzyme_activity.highest_exposure_ratio")
def _() -> Pairs:
    for fraction in (0, 1e-12, 0.5, NEAR):
        yield enzyme_activity.highest_exposure_ratio(fraction), 1 / (1 - exactly(fraction))


@closed_form("enzyme_activity.fraction_from_ratio")
def _() -> Pairs:
    for ratio in (1, 1 + 1e-12, 6.4, 1e12):
        yield enzyme_activity.fraction_from_ratio(ratio), (exactly(ratio) - 1) / exactly(ratio)


@closed_form("enzyme_activity.dose_fraction")
def _() -> Pairs:
    for case in FRACTIONS:
        yield enzyme_activity.dose_fraction(*case), _cleared(*case)


DOSES = [(1e-9, 1749.0, 4.39, 17.95), (540.0, 1749.0, 4.39, 17.95), (1e9, 942.0, 4.81, 1.0), (1.0, 1e-6, 1e6, 1e-6)]


def _area(dose, vmax, km, volume):
    """AUC: the integral of C dt with dt = -V (Km + C) / (Vmax C) dC, from the highest level to none."""
    d, m, k, v = (exactly(x) for x in (dose, vmax, km, volume))
    return quad(lambda c: v * (k + c) / m, [0, d / v])


@closed_form("saturable_elimination.bolus_exposure")
def _() -> Pairs:
    for case in DOSES:
        yield saturable_elimination.bolus_exposure(*case), _area(*case)


@closed_form("saturable_elimination.bolus_dose")
def _() -> Pairs:
    for area, vmax, km, volume in [(6.0, 1749.0, 4.39, 17.95), (1e-12, 1e3, 5.0, 20.0), (1e12, 1e3, 5.0, 20.0)]:
        a, m, k, v = (exactly(x) for x in (area, vmax, km, volume))
        yield saturable_elimination.bolus_dose(area, vmax, km, volume), v * (sqrt(k * k + 2 * a * m / v) - k)


@closed_form("saturable_elimination.volume_from_exposure")
def _() -> Pairs:
    for area, dose, vmax, km in [(6.0, 540.0, 1749.0, 4.39), (1e6, 540.0, 1749.0, 4.39), (1e-3, 1e-3, 1e3, 1.0)]:
        a, d, m, k = (exactly(x) for x in (area, dose, vmax, km))
        computed = saturable_elimination.volume_from_exposure(area, dose, vmax, km)
        yield computed, d / 2 / (a * m / d - k), a * m / (a * m - d * k)


@closed_form("saturable_elimination.bolus_course", accuracy=1e-12)
def _() -> Pairs:
    for t, (dose, vmax, km, volume) in grid([0, 0.1, 1.0, 3.0], [*DOSES[:2], (1e4, 1e3, 1e-2, 10.0)]):
        c0, m, k, v = exactly(dose) / exactly(volume), exactly(vmax), exactly(km), exactly(volume)
        low, high = ln(c0) - m * exactly(t) / (v * k) - 1, ln(c0)
        goal = c0 + k * ln(c0) - m * exactly(t) / v
        for _ in range(230):  # the implicit solution rises with ln C
            middle = (low + high) / 2
            low, high = (low, middle) if exp(middle) + k * middle > goal else (middle, high)
        yield saturable_elimination.bolus_course(t, dose, vmax, km, volume), exp(high), 1 + abs(goal / k)


@closed_form("saturable_elimination.half_life")
def _() -> Pairs:
    for vmax, km, volume in grid([1e-6, 1749.0, 1e9], [1e-6, 4.39, 1e6], [1e-3, 17.95]):
        rate = exactly(vmax) / exactly(km) / exactly(volume)
        yield saturable_elimination.half_life(vmax, km, volume), findroot(lambda x: exp(-x) - mpf(1) / 2, 0.7) / rate


INFUSIONS = [(0, 942.0, 4.81), (1e-9, 942.0, 4.81), (471.0, 942.0, 4.81), (942.0 * NEAR, 942.0, 4.81)]


@closed_form("saturable_elimination.infusion_level")
def _() -> Pairs:
    for rate, vmax, km in INFUSIONS:
        used = exactly(rate) / exactly(vmax)
        yield saturable_elimination.infusion_level(rate, vmax, km), exactly(km) * used / (1 - used)


@closed_form("saturable_elimination.infusion_rate")
def _() -> Pairs:
    for level, vmax, km in grid([0, 1e-12, 4.81, 1e12], [1e-6, 942.0], [1e-6, 4.81]):
        exact = exactly(vmax) - exactly(vmax) * exactly(km) / (exactly(km) + exactly(level))
        yield saturable_elimination.infusion_rate(level, vmax, km), exact


@closed_form("saturable_elimination.infusion_dose_fraction")
def _() -> Pairs:
    for rate, vmax, km in INFUSIONS[1:]:
        used = exactly(rate) / exactly(vmax)
        level = exactly(km) * used / (1 - used)
        exact = exactly(500.0) * level / (exactly(3.0) + level) / exactly(rate)
        yield saturable_elimination.infusion_dose_fraction(rate, 500.0, 3.0, vmax, km), exact


@closed_form("saturable_elimination.bolus_dose_fraction")
def _() -> Pairs:
    for dose in (1e-9, 540.0, 1e9):
        area, volume = _area(dose, 1749.0, 4.39, 17.95), exactly(17.95)
        exact = volume * (sqrt(exactly(4.81) ** 2 + 2 * area * 942 / volume) - exactly(4.81)) / exactly(dose)
        yield saturable_elimination.bolus_dose_fraction(dose, 942.0, 4.81, 1749.0, 4.39, 17.95), exact


PATIENTS = [
    two_compartment.Disposition(1.31, 28.02, 87.26, 5.29, 0.11, 3.36),
    two_compartment.Disposition(1e-6, 1.0, 1e6, 1e-6, 2.0),
    two_compartment.Disposition(50.0, 1.0, 1.0, 1e-9, 1e-3),
    two_compartment.Disposition(1.0, 10.0, 20.0, 0.0, 0.5),
    two_compartment.Disposition(1.0, 1.0, 1.0, 1e9, 1.0),
]


def _flows(patient):
    """Rate constants of the way out, to the periphery and back, and of absorption."""
    cl, v, v2, q, ka = (exactly(getattr(patient, name)) for name in ("cl", "v", "v2", "q", "ka"))
    return cl / v, q / v, q / v2, ka, v


def _eigenvalues(patient):
    out, there, back, _, _ = _flows(patient)
    found = roots(1, -(out + there + back), out * back)
    return max(found, key=lambda r: r.real).real, out * back / max(found, key=lambda r: r.real).real


@closed_form("two_compartment.rates")
def _() -> Pairs:
    for patient in PATIENTS:
        yield from zip(two_compartment.rates(patient), _eigenvalues(patient), strict=True)


@closed_form("two_compartment.half_lives")
def _() -> Pairs:
    for patient in PATIENTS:
        for computed, rate in zip(two_compartment.half_lives(patient), _eigenvalues(patient), strict=True):
            yield computed, ln(mpf(2)) / rate if rate else inf


def _amounts(patient, t, dose, interval, doses):
    """Depot, central and peripheral amount and the area so far, dose by dose, by the exponential of the matrix."""
    out, there, back, ka, v = _flows(patient)
    state, now, lag = matrix([0, 0, 0, 0]), mpf(0), exactly(patient.lag)
    flow = matrix([[-ka, 0, 0, 0], [ka, -out - there, back, 0], [0, there, -back, 0], [0, 1 / v, 0, 0]])
    for number in range(doses):
        begins = lag + number * exactly(interval)
        if begins > exactly(t):
            break
        state = matrix_exponential(flow * (begins - now), method="taylor") * state
        state[0] += exactly(dose)
        now = begins
    return matrix_exponential(flow * (exactly(t) - now), method="taylor") * state, v


@closed_form("two_compartment.concentration", accuracy=1e-11)
def _() -> Pairs:
    for patient, (t, doses) in grid([PATIENTS[0], PATIENTS[3]], [(0.5, 1), (24.0, 1), (100.0, 5), (300.0, 7)]):
        state, v = _amounts(patient, t, 100.0, 24.0, doses)
        yield two_compartment.concentration(t, patient, 100.0, 24.0, doses), state[1] / v


@closed_form("two_compartment.exposure", accuracy=1e-11)
def _() -> Pairs:
    for start, stop, doses in [(0.0, 24.0, 1), (144.0, 168.0, 7), (10.0, 500.0, 3)]:
        area = [_amounts(PATIENTS[0], t, 100.0, 24.0, doses)[0][3] for t in (start, stop)]
        yield two_compartment.exposure(start, stop, PATIENTS[0], 100.0, 24.0, doses), area[1] - area[0]


def _day(day, patient=PATIENTS[0], dose=100.0):
    return _amounts(patient, 24 * day, dose, 24.0, day)[0][3] - _amounts(patient, 24 * (day - 1), dose, 24.0, day)[0][3]


@closed_form("two_compartment.daily_exposure", accuracy=1e-11)
def _() -> Pairs:
    for day in (1, 7, 14):
        yield two_compartment.daily_exposure(day, PATIENTS[0], 100.0), _day(day)


@closed_form("two_compartment.accumulation", accuracy=1e-11)
def _() -> Pairs:
    for late, early in [(14, 7), (2, 1), (7, 7)]:
        yield two_compartment.accumulation(late, early, PATIENTS[0]), _day(late) / _day(early)


@closed_form("two_compartment.total_exposure")
def _() -> Pairs:
    for dose, cl in grid([0, 1e-9, 100.0, 1e12], [1e-9, 1.31, 1e9]):
        yield two_compartment.total_exposure(dose, cl), exactly(dose) / exactly(cl)


@closed_form("venetoclax.clearance")
def _() -> Pairs:
    for albumin in (1e-6, 32.5, 38.4, 1e6):
        exact = exactly(1.31) / exp(exactly(1.49) * ln(exactly(albumin) / exactly(38.4)))
        yield venetoclax.clearance(albumin), exact, 30


@closed_form("venetoclax.fraction_cyp3a")
def _() -> Pairs:
    yield venetoclax.fraction_cyp3a(), (mpf(446) - 24 * exactly(1.31)) / 446


@closed_form("venetoclax.patient")
def _() -> Pairs:
    for albumin, activity in grid([20.0, 38.4], [0, 0.1, 1.0, 20.0]):
        lost = mpf(446) / 24 - exactly(1.31)
        scale = exp(-exactly(1.49) * ln(exactly(albumin) / exactly(38.4)))
        yield venetoclax.patient(albumin, activity).cl, (exactly(1.31) + lost * exactly(activity)) * scale


@closed_form("venetoclax.typical_auc24", accuracy=1e-11)
def _() -> Pairs:
    for dose, day in [(100.0, 7), (50.0, 14)]:
        yield venetoclax.typical_auc24(dose, day), _day(day, dose=dose)


@closed_form("parp_arrest.effect")
def _() -> Pairs:
    for dose in (0, 1e-12, 12.335342, 100.0, 1e12):
        e, n = exactly(parp_arrest.OVCAR3.ec50), exactly(parp_arrest.OVCAR3.n)
        exact = power(exactly(dose), n) / (power(e, n) + power(exactly(dose), n)) if dose else 0
        yield parp_arrest.effect(dose), exact, 60


@closed_form("parp_arrest.relative_growth")
def _() -> Pairs:
    for dose in (0, 1e-6, 18.0, 100.0, 1e12):
        p = parp_arrest.OVCAR3
        part = 1 / (1 + power(exactly(p.ec50) / exactly(dose), exactly(p.n))) if dose else 0
        yield parp_arrest.relative_growth(dose), 1 - 2 * exactly(p.alpha) * part, 100


@closed_form("parp_arrest.stasis_dose")
def _() -> Pairs:
    for p in (parp_arrest.OVCAR3, parp_arrest.OVCAR4):
        # The dose of effect 1 / (2 alpha): odds to the power 1/n.
        half = 1 / (2 * exactly(p.alpha))
        yield parp_arrest.stasis_dose(p), exactly(p.ec50) * power(half / (1 - half), 1 / exactly(p.n))


@closed_form("parp_arrest.skipping_limit")
def _() -> Pairs:
    for p, dose in grid([parp_arrest.OVCAR3, parp_arrest.OVCAR4], [1e-3, 100.0, 1e6]):
        odds = power(exactly(dose) / exactly(p.ec50), exactly(p.n))
        yield parp_arrest.skipping_limit(dose, p), exactly(dose) * (1 + odds) / (2 * exactly(p.alpha) * odds), 20


@closed_form("parp_arrest.mean_dose")
def _() -> Pairs:
    course = parp_arrest.schedule([0.0, 1.0, 4.0], [100.0, 0.0, 25.0], 10.0)
    yield parp_arrest.mean_dose(course), mpf(1 * 100 + 3 * 0 + 6 * 25) / 10
    yield parp_arrest.mean_dose(course, samples=11), mpf(100 + 0 * 3 + 25 * 7) / 11


@closed_form("oxygen.demand")
def _() -> Pairs:
    for a, d, omega in grid([1e-12, 7.29e-7, 1.0], [1e-12, 2e-9], [1.0, 3.0318e7, 1e12]):
        yield oxygen.demand(a, d, omega), exactly(a) / exactly(d) * exactly(omega) / mpf(10) ** 12


SPHERES = [(1e-9, 1e-12), (100.0, 0.011), (1e9, 1e-6), (40.0, 1e9)]


@closed_form("oxygen.diffusion_limit")
def _() -> Pairs:
    for p0, demand in SPHERES:
        # p = p0 - demand/6 (ro^2 - r^2) is 0 at the centre.
        yield oxygen.diffusion_limit(p0, demand), exp(ln(6 * exactly(p0) / exactly(demand)) / 2)


@closed_form("oxygen.slab_limit")
def _() -> Pairs:
    for p0, demand in SPHERES:
        yield oxygen.slab_limit(p0, demand), exp(ln(2 * exactly(p0) / exactly(demand)) / 2)


@cache
def _core(ro, limit):
    """Anoxic radius: the root of limit^2 = ro^2 - 3 rn^2 + 2 rn^3 / ro between 0 and ro."""
    ro, limit = exactly(ro), exactly(limit)
    if limit >= ro:
        return mpf(0)
    low, high = mpf(0), ro
    for _ in range(250):
        middle = (low + high) / 2
        inside = ro**2 - 3 * middle**2 + 2 * middle**3 / ro > limit**2
        low, high = (middle, high) if inside else (low, middle)
    return low


RIMS = [(50.0, 232.0), (232.0 * (1 + 1e-9), 232.0), (300.0, 232.0), (1e6, 232.0), (1e15, 232.0), (233.0, 232.0)]


@closed_form("oxygen.living_rim")
def _() -> Pairs:
    for ro, limit in RIMS:
        exact = exactly(ro) - _core(ro, limit)
        near = sqrt(exactly(ro) / (exactly(ro) - exactly(limit))) if ro > limit else 1
        yield oxygen.living_rim(ro, limit), exact, near


@closed_form("oxygen.anoxic_radius")
def _() -> Pairs:
    for ro, limit in RIMS:
        yield oxygen.anoxic_radius(ro, limit), _core(ro, limit), ro / max(ro - limit, 1e-300) if ro > limit else 1


def _tension(r, ro, p0, demand):
    """Tension at ``r``, 0 in the core: consumption between the core and ``r`` flows in through the sphere at ``r``."""
    ro, p0, demand, r = exactly(ro), exactly(p0), exactly(demand), mpf(r)
    if 6 * p0 / demand >= ro * ro:
        return p0 - demand / 6 * (ro * ro - r * r)
    rn = _core(ro, sqrt(6 * p0 / demand))
    # The integral of demand/3 (x - rn^3 / x^2) from the core, where the tension is 0, outwards.
    return demand / 6 * (r - rn) ** 2 * (1 + 2 * rn / r) if r > rn else mpf(0)


TISSUES = [(500.0, 100.0, 0.011), (100.0, 100.0, 0.011), (1e4, 40.0, 0.01), (250.0, 100.0, 0.011)]


@closed_form("oxygen.sphere_pressure", accuracy=1e-10)
def _() -> Pairs:
    for (ro, p0, demand), share in grid(TISSUES, [0.2, 0.9, 0.999, 1.0]):
        exact = _tension(share * ro, ro, p0, demand)
        yield oxygen.sphere_pressure(share * ro, ro, p0, demand), exact, float(p0 / exact) if exact else 1


def _radius(pressure, ro, p0, demand):
    """The core, and the radius at which the tension is ``pressure``, by bisection."""
    limit = sqrt(6 * exactly(p0) / exactly(demand))
    core = low = _core(ro, limit)
    high = exactly(ro)
    if not core and _tension(mpf(0), ro, p0, demand) >= exactly(pressure):
        return core, mpf(0)
    if not pressure:
        return core, core
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if _tension(middle, ro, p0, demand) < exactly(pressure) else (low, middle)
    return core, high


@closed_form("oxygen.sphere_radius", accuracy=1e-12)
def _() -> Pairs:
    for tissue, share in grid(TISSUES, [0, 1e-6, 0.3, 0.7, 1.0]):
        yield oxygen.sphere_radius(share * tissue[1], *tissue), _radius(share * tissue[1], *tissue)[1]


@closed_form("oxygen.hypoxic_fraction", accuracy=1e-10)
def _() -> Pairs:
    for tissue, pressure in grid(TISSUES, [0, 1e-3, 10.0]):
        core, inside = _radius(pressure, *tissue)
        yield oxygen.hypoxic_fraction(pressure, *tissue), (inside**3 - core**3) / (exactly(tissue[0]) ** 3 - core**3)


def _outer(rv, pv, demand):
    """Edge of a cord: where the tension and its slope vanish together."""
    rv, pv, demand = exactly(rv), exactly(pv), exactly(demand)
    low, high = mpf(0), mpf(1)

    def left(log_ratio):
        square = exp(2 * log_ratio)
        return pv + demand / 4 * rv**2 * (square - 1 - 2 * square * log_ratio)

    while left(high) > 0:
        high *= 2
    for _ in range(230):
        middle = (low + high) / 2
        low, high = (middle, high) if left(middle) > 0 else (low, middle)
    return rv * exp(high)


CORDS = [(10.0, 40.0, 0.01), (1e6, 40.0, 0.01), (1e-3, 40.0, 0.01), (10.0, 1e-9, 0.01), (100.0, 1e6, 1e-6)]


@closed_form("oxygen.cord_radius")
def _() -> Pairs:
    for cord in CORDS:
        exact = _outer(*cord)
        yield oxygen.cord_radius(*cord), exact


@closed_form("oxygen.cord_pressure", accuracy=1e-9)
def _() -> Pairs:
    for (rv, pv, demand), share in grid([CORDS[0], CORDS[2], CORDS[4]], [0.0, 0.2, 0.8, 1.5]):
        outer, first = _outer(rv, pv, demand), exactly(rv)
        r = float(first + exactly(share) * (outer - first))
        inner = exactly(r) if r < outer else outer
        fall = quad(lambda x, d=demand, o=outer: exactly(d) / 2 * (o**2 / x - x), [first, inner])
        exact = exactly(pv) - fall if r < outer else mpf(0)
        yield oxygen.cord_pressure(r, rv, pv, demand), exact, float(pv / exact) if exact else 1


@closed_form("oxygen.oer")
def _() -> Pairs:
    for p, m, k in grid([0, 1e-12, 3.0, 1e12], [1.0, 3.0], [1e-6, 3.0]):
        yield oxygen.oer(p, m, k), 1 + (exactly(m) - 1) * exactly(p) / (exactly(p) + exactly(k))


@closed_form("oxygen.surviving_fraction")
def _() -> Pairs:
    for dose, p, n in grid([0, 1e-9, 2.0, 10.0], [0, 3.0, 1e6], [1, 30]):
        d = exactly(dose) / 3 * (1 + 2 * exactly(p) / (exactly(p) + 3))
        kill = exactly(n) * (exactly(0.3) * d + exactly(0.03) * d * d)
        yield oxygen.surviving_fraction(dose, p, 0.3, 0.03, n), exp(-kill), kill


@closed_form("oxygen.rim_survival", accuracy=1e-6)
def _() -> Pairs:
    for ro, p0, demand in (TISSUES[0], TISSUES[1]):
        core = _core(ro, sqrt(6 * exactly(p0) / exactly(demand)))

        def living(r, ro=ro, p0=p0, demand=demand, core=core):
            fall = exactly(demand) / 6 * (exactly(ro) ** 2 - r**2)
            fall -= exactly(demand) / 3 * core**3 * (1 / r - 1 / exactly(ro)) if core else 0
            p = exactly(p0) - fall
            d = 2 * (1 + 2 * p / (p + 3)) / 3
            return exp(-(exactly(0.3) * d + exactly(0.03) * d * d)) * r * r

        low = core if core else mpf("1e-30")
        mean = quad(living, [low + (exactly(ro) - low) * x / 8 for x in range(9)])
        yield oxygen.rim_survival(2.0, ro, p0, demand, 0.3, 0.03), 3 * mean / (exactly(ro) ** 3 - core**3)
