"""Two drugs together, cells that resist both, and what sequencing sees of a clone."""

from __future__ import annotations

from mpmath import binomial, exp, findroot, ln, mpf, quad

from resistance.models import double_resistance, dual_therapy, read_depth

from . import Pairs, closed_form, exactly, grid

# Cells, mutation rate, mutations against drug 1, drug 2 and both, rates before and under treatment.
LESIONS = [
    (1e9, 1e-9, 50, 50, 1, 0.14, 0.13, 0.14, 0.17),
    (9.8e10, 1e-9, 50, 50, 0, 0.14, 0.13, 0.14, 0.17),
    (1e11, 1e-9, 50, 50, 0, 1.0, 0.99, 1.0, 1.03),
    (1e6, 1e-12, 3, 70, 2.5, 2.0, 0.0, 1e-9, 5.0),
    (1e20, 1e-14, 1, 0, 4, 1e-6, 5e-7, 1e6, 1.1e6),
    (30.0, 1e-30, 1e3, 1e5, 1, 1.0, 0.5, 1.0, 1e12),
    (1e15, 1e-9, 0, 0, 50, 0.14, 0.13, 0.14, 0.17),
    (1e8, 0.0, 50, 50, 1, 0.14, 0.13, 0.14, 0.17),
]


def _integral(low, high):
    """The integral of 1/x, from one power of ten to the next."""
    edges, edge = [low], low
    while edge < high:
        edge = min(edge * 10, high)
        edges.append(edge)
    return quad(lambda v: 1 / v, edges)


def _parts(m, u, n1, n2, n12, b, d, tb, td):
    """The four exponents of the source, with the logarithm as an integral of 1/x."""
    m, u, n1, n2, n12, b, d, tb, td = map(exactly, (m, u, n1, n2, n12, b, d, tb, td))
    s, treated = 1 - d / b, 1 - td / tb
    weight = (treated - s) / (s * treated)

    def logarithm(n):
        return _integral(1 / (s * m) + u * n * weight, mpf(1))

    first = sum(a * c * logarithm(c) for a, c in ((n1, n2 + n12), (n2, n1 + n12)) if a * c)
    last = (2 * n1 * n2 + n12 * (n1 + n2)) * s / treated**2
    return m * u * n12, -m * u * n12 * s / treated, m * u**2 * weight * first, m * u**2 * last


@closed_form("dual_therapy.lines")
def _() -> Pairs:
    for lesion in LESIONS:
        parts = dual_therapy.lines(*lesion)
        given = (parts.one_before, parts.one_during, parts.two_before, parts.two_during)
        yield from zip(given, _parts(*lesion), strict=True)


@closed_form("dual_therapy.failure")
def _() -> Pairs:
    for lesion in LESIONS:
        yield dual_therapy.failure(*lesion), 1 - exp(-sum(_parts(*lesion)))


@closed_form("dual_therapy.refined_failure")
def _() -> Pairs:
    for lesion in LESIONS:
        m, u, n1, n2, n12, b, d = map(exactly, lesion[:7])
        less = m * u**2 * (2 * n1 * n2 + n12 * (n1 + n2)) / (1 - d / b)
        yield dual_therapy.refined_failure(*lesion), 1 - exp(less - sum(_parts(*lesion)))


@closed_form("dual_therapy.eradication")
def _() -> Pairs:
    for lesion in LESIONS:
        total = sum(_parts(*lesion))
        if total < 700:
            yield dual_therapy.eradication(*lesion), exp(-total), total


@closed_form("dual_therapy.single_failure")
def _() -> Pairs:
    for m, n in grid([1.0, 1e7, 1e12], [0, 1, 50]):
        s, treated = 1 - exactly(0.13) / exactly(0.14), 1 - exactly(0.17) / exactly(0.14)
        exact = 1 - exp(-exactly(m) * exactly(1e-9) * n * (1 - s / treated))
        yield dual_therapy.single_failure(m, 1e-9, n, 0.14, 0.13, 0.14, 0.17), exact


@closed_form("dual_therapy.patient_failure")
def _() -> Pairs:
    for rest in (LESIONS[0][1:], LESIONS[1][1:]):
        cells = [1e7, 63e6, 1e9, 2.5e10]
        kept = mpf(1)
        for m in cells:
            kept *= exp(-sum(_parts(m, *rest)))
        yield dual_therapy.patient_failure(cells, *rest), 1 - kept


@closed_form("dual_therapy.burden", accuracy=1e-12)
def _() -> Pairs:
    for p, rest in grid([1e-3, 0.5, 0.999], (LESIONS[0][1:], LESIONS[1][1:], LESIONS[6][1:])):
        found = dual_therapy.burden(p, *rest)
        wanted = -ln(1 - exactly(p))
        exact = findroot(lambda v, rest=rest, wanted=wanted: sum(_parts_of(v, rest)) - wanted, mpf(found), tol=1e-40)
        yield found, exact


def _parts_of(m, rest):
    """The exponents for a size that is no double."""
    u, n1, n2, n12, b, d, tb, td = map(exactly, rest)
    s, treated = 1 - d / b, 1 - td / tb
    weight = (treated - s) / (s * treated)
    first = sum(-a * c * ln(1 / (s * m) + u * c * weight) for a, c in ((n1, n2 + n12), (n2, n1 + n12)) if a * c)
    yield m * u * n12 * (1 - s / treated) + m * u**2 * weight * first
    yield m * u**2 * (2 * n1 * n2 + n12 * (n1 + n2)) * s / treated**2


BEFORE = [lesion[:7] for lesion in LESIONS[:3]] + [(1e12, 1e-13, 3, 70, 2.5, 2.0, 0.0), (1e8, 0.0, 50, 50, 1, 1.0, 0.5)]


def _mu(m, u, b, d):
    s = 1 - exactly(d) / exactly(b)
    return exactly(u) / s * _integral(mpf(1), exactly(m) * s), s


@closed_form("double_resistance.expected")
def _() -> Pairs:
    for m, u, n1, n2, n12, b, d in BEFORE:
        mu, _s = _mu(m, u, b, d)
        one, two, shared = map(exactly, (n1, n2, n12))
        exact = exactly(m) * mu * (shared + mu * one * two + mu * shared * (one + two - shared) / 2)
        yield double_resistance.expected(m, u, n1, n2, n12, b, d), exact


@closed_form("double_resistance.present")
def _() -> Pairs:
    for m, u, n1, n2, n12, b, d in BEFORE:
        mu, s = _mu(m, u, b, d)
        factor = -ln(s) / (1 - s) if s < 1 else mpf(1)
        steps = 2 * exactly(n1) * n2 + exactly(n12) * (n1 + n2)
        exact = 1 - exp(-exactly(m) * exactly(u) * factor * (exactly(n12) + steps * mu))
        yield double_resistance.present(m, u, n1, n2, n12, b, d), exact


@closed_form("read_depth.allele_fraction")
def _() -> Pairs:
    for share, purity, copies in grid([0, 1e-200, 0.3, 1], [1e-12, 0.4, 1], [1.0, 2.0, 7.5]):
        p = exactly(purity)
        exact = p * exactly(share) / (p * exactly(copies) + 2 * (1 - p))
        yield read_depth.allele_fraction(share, purity, copies), exact


def _missed(f, n, k):
    """Probability of fewer than ``k`` of ``n``, term by term."""
    return sum(binomial(n, i) * f**i * (1 - f) ** (n - i) for i in range(k))


@closed_form("read_depth.detection", accuracy=1e-11)
def _() -> Pairs:
    for f, n, k in grid([0, 1e-9, 1e-4, 0.03, 0.5, 1], [1, 30, 1650, 100_000, 10**9], [1, 2, 30]):
        if k <= n:
            f = exactly(f)
            if n * f < k:  # term by term from the threshold on, where they fall fast
                found = sum(binomial(n, i) * f**i * (1 - f) ** (n - i) for i in range(k, min(n, k + 200) + 1))
            else:
                found = 1 - _missed(f, n, k)
            yield read_depth.detection(float(f), n, k), found
    yield read_depth.detection(0.5, 3, 4), 0


@closed_form("read_depth.smallest_fraction", accuracy=1e-10)
def _() -> Pairs:
    for p, n, k in grid([0.05, 0.5, 0.999], [30, 1650, 100_000], [1, 2, 30]):
        found = read_depth.smallest_fraction(p, n, k)
        exact = findroot(lambda f, p=p, n=n, k=k: 1 - _missed(f, n, k) - exactly(p), mpf(found), tol=1e-45)
        yield found, exact


@closed_form("read_depth.depth_needed")
def _() -> Pairs:
    for f, k, p in [(0.03, 30, 0.999), (0.5, 1, 0.95), (1e-3, 3, 0.5), (1.0, 7, 0.9)]:
        # How often 0, 1, … and k - 1 reads of n show the mutation, read by read.
        n, seen, share = 0, [mpf(1)] + [mpf(0)] * (k - 1), exactly(f)
        while n < k or sum(seen) > 1 - exactly(p):
            n += 1
            seen = [(1 - share) * seen[i] + (share * seen[i - 1] if i else 0) for i in range(k)]
        yield read_depth.depth_needed(f, k, p), n
