"""Tumour DNA in the blood: sums over terms and root searches of sixty digits instead of incomplete functions."""

from __future__ import annotations

from functools import cache

from mpmath import exp, findroot, floor, gamma, gammainc, log, mp, mpf, pi
from scipy.special import gammaincinv

from resistance.models import ctdna_assay, ctdna_shedding
from resistance.models.ctdna_assay import Assay
from resistance.models.ctdna_shedding import LUNG, RELAPSE, Shedding

from . import Pairs, closed_form, exactly, grid

RATES = [LUNG, RELAPSE, Shedding(0.0, 1.0, 1.0, 1e-3), Shedding(1e3, 1e-9, 1e-12, 1e9), Shedding(0.1, 0.5, 0.5, 2000.0)]
ASSAYS = [Assay(), Assay(panel=2000, efficiency=1), Assay(tube=1.0, error=1e-3, panel=50), Assay(error=0, panel=3)]


def _left(r: Shedding):
    return log(2) * 1440 / exactly(r.half_life) + exactly(r.birth) - exactly(r.death)


@closed_form("ctdna_shedding.elimination")
def _() -> Pairs:
    for half_life in [1e-300, 1e-3, 30.0, 1e300]:
        yield ctdna_shedding.elimination(half_life), log(2) * 1440 / exactly(half_life)


@closed_form("ctdna_shedding.cells")
def _() -> Pairs:
    for wide in [0, 1e-90, 1e-3, 1.0, 3.5, 1e90]:
        yield ctdna_shedding.cells(wide), 4 * pi / 3 * (exactly(wide) / 2) ** 3 * 10**9


@closed_form("ctdna_shedding.diameter")
def _() -> Pairs:
    for number in [0, 1e-300, 1.0, 1e9, 1e300]:
        yield ctdna_shedding.diameter(number), 2 * (exactly(number) / 10**9 * 3 / (4 * pi)) ** (mpf(1) / 3)


@closed_form("ctdna_shedding.circulating")
def _() -> Pairs:
    for rates, number in grid(RATES, [0, 1e-100, 1.0, 1e9, 1e100]):
        left = _left(rates)
        condition = (left + 2 * exactly(rates.death)) / left
        exact = exactly(number) * exactly(rates.death) * exactly(rates.shed) / left
        yield ctdna_shedding.circulating(number, rates), exact, condition


@closed_form("ctdna_shedding.lead_time")
def _() -> Pairs:
    for rates, found, factor in grid([LUNG, RELAPSE], [1e-100, 1.0, 1e9], [1.0, 1 + 1e-12, 1.01, 43.0, 1e150]):
        later = found * factor
        growth = exactly(rates.birth) - exactly(rates.death)
        exact = (log(exactly(later)) - log(exactly(found))) / growth
        yield ctdna_shedding.lead_time(found, later, rates), exact, 100


@closed_form("ctdna_assay.sampled")
def _() -> Pairs:
    for mean in [0, 1e-300, 1e-9, 0.5, 2.5, 40.0, 1e300]:
        exact = mpf(1) if mean > 1e4 else 1 - exp(-exactly(mean)) if mean > 1e-20 else exactly(mean)
        yield ctdna_assay.sampled(mean), exact


@cache
def _genomes(share: float, a: Assay):
    """Haploid genomes per ml of plasma at a quantile, by a search."""
    shape, wanted = exactly(a.shape), exactly(share) * gamma(exactly(a.shape))
    guess = mpf(max(gammaincinv(a.shape, share), 1e-300))  # where the search begins
    with mp.workdps(30):
        at = findroot(lambda x: log(gammainc(shape, 0, exp(x))) - log(wanted), log(guess))
    return exp(at) * exactly(a.scale) / exactly(a.genome)


def _whole(value):
    return floor(value + mpf("0.5"))


def _fraction(a: Assay):
    return exactly(a.tube) / 1000 / exactly(a.blood) * exactly(a.efficiency)


def _plasma(a: Assay):
    return 1000 * exactly(a.blood) * exactly(a.plasma)


@closed_form("ctdna_assay.copies_sequenced")
def _() -> Pairs:
    for share, assay in grid([1e-9, 0.01, 0.25, 0.5, 0.9, 0.999], ASSAYS):
        exact = _whole(2 * _genomes(share, assay) * _plasma(assay) * _fraction(assay))
        yield ctdna_assay.copies_sequenced(share, assay), exact


@cache
def _tail(k, n, p):
    """Probability of at least ``k`` of ``n``, term by term from ``k`` on if that is rare, up to ``k`` otherwise."""
    if k > n or p == 0:
        return mpf(0)
    rare = n * p < k
    first = k if rare else 0
    ratio = p / (1 - p)
    term = (1 - p) ** n
    for i in range(first):
        term *= (n - i) * ratio / (i + 1)
    total, i = mpf(0), first
    while i <= n if rare else i < k:
        total += term
        term *= (n - i) * ratio / (i + 1)
        i += 1
        if rare and term < total * mpf(10) ** -20:
            break
    return total if rare else 1 - total


@cache
def _least(n, threshold, p):
    """The fewest of ``n`` of which at least as many are rare enough, by adding how often there are fewer."""
    k, term = 1, (1 - p) ** n
    fewer = term
    while 1 - fewer > threshold * (1 + mpf(10) ** -15):  # a threshold may be such a share itself
        term *= (n - k + 1) * p / ((1 - p) * k)
        fewer, k = fewer + term, k + 1
    return k


@cache
def _people(number: int, a: Assay) -> tuple:
    return tuple(_whole(_genomes(float(i / (number + 1)), a) * _plasma(a) * 2) for i in range(1, number + 1))


def _wrong(threshold, a: Assay):
    """Rate of false positives, person by person."""
    p = _fraction(a) * exactly(a.error)
    seen = [_tail(_least(n, threshold, p), n, p) for n in _people(999, a)]
    return sum(1 - (1 - tail) ** a.panel for tail in seen) / 999


@closed_form("ctdna_assay.false_positives", accuracy=1e-11)
def _() -> Pairs:
    with mp.workdps(30):
        for threshold, assay in [(0.0375, ASSAYS[0]), (1e-6, ASSAYS[0]), (1e-4, ASSAYS[1]), (1.0, ASSAYS[0])]:
            yield ctdna_assay.false_positives(threshold, assay), _wrong(exactly(threshold), assay)
    yield ctdna_assay.false_positives(1e-3, ASSAYS[3]), 0


@closed_form("ctdna_assay.calling_threshold", accuracy=1e-10)
def _() -> Pairs:
    """Of all p-values the largest at which the rate is not above the wanted one, and the next one is."""
    with mp.workdps(25):
        for wanted, assay in [(0.01, ASSAYS[0]), (0.05, ASSAYS[0])]:
            p = _fraction(assay) * exactly(assay.error)
            found = ctdna_assay.calling_threshold(wanted, assay)
            values = sorted({_tail(k, n, p) for k in (1, 2, 3) for n in _people(999, assay)})
            at = min(range(len(values)), key=lambda i, found=found, values=values: abs(values[i] - found))
            best = _wrong(values[at], assay) <= exactly(wanted) < _wrong(values[at + 1], assay)
            yield found, values[at] if best else mpf(0)
    yield ctdna_assay.calling_threshold(0.01, ASSAYS[3]), 1


def _mutants(share, mean):
    """The smallest number that a Poisson variable does not exceed with probability ``share``, by adding terms."""
    k, term, total = 0, exp(-mean), exp(-mean)
    while total < share:
        k += 1
        term *= mean / k
        total += term
    return k


def _found(number, threshold, mutations, part, shed: Shedding, a: Assay):
    """The sensitivity, pair by pair of quantiles."""
    mean = exactly(number) * exactly(shed.death) * exactly(shed.shed) / _left(shed)
    normal = [_whole(_genomes(i / 100, a) * _plasma(a)) for i in range(1, 100)]
    p, f, e = _fraction(a) * exactly(a.error), _fraction(a), exactly(a.error)
    counts: dict[int, int] = {}
    for i in range(1, 100):
        h = _mutants(exactly(i / 100), mean)
        counts[h] = counts.get(h, 0) + 1
    total = mpf(0)
    for h, weight in counts.items():
        for n in normal:
            copies = 2 * (h + n)
            v = exactly(part) * h / copies
            tail = _tail(_least(copies, threshold, p), copies, f * ((1 - v) * e + v * (1 - e)))
            total += weight * (1 - (1 - tail) ** mutations)
    return total / 99**2


SEEN = [(2e8, 0.0375, 1, 0.25, 0), (0.0, 0.01, 1, 1.0, 0), (5e7, 2e-5, 20, 1.0, 1)]


@closed_form("ctdna_assay.sensitivity", accuracy=1e-9)
def _() -> Pairs:
    with mp.workdps(25):
        for number, threshold, mutations, part, which in SEEN:
            exact = _found(number, exactly(threshold), mutations, part, LUNG, ASSAYS[which])
            yield ctdna_assay.sensitivity(number, threshold, mutations, part, LUNG, ASSAYS[which]), exact


@closed_form("ctdna_assay.detectable_cells", accuracy=1e-6)
def _() -> Pairs:
    """The sensitivity passes the wanted probability within a millionth of the cells found."""
    with mp.workdps(25):
        found = ctdna_assay.detectable_cells(0.02, 0.0375)
        ends = [_found(found * (1 + side), exactly(0.0375), 1, 1.0, LUNG, ASSAYS[0]) for side in (-1e-5, 1e-5)]
        yield found, found if ends[0] <= exactly(0.02) <= ends[1] else mpf(0)
