"""Mutation and escape: branching, resistant clones, fluctuation, spectra, sanctuaries, two hits, tolerance."""

from __future__ import annotations

from functools import cache

from mpmath import (
    erfinv,
    exp,
    expm1,
    factorial,
    findroot,
    gamma,
    gammainc,
    inf,
    ln,
    matrix,
    mpf,
    power,
    quad,
    sqrt,
    taylor,
)
from mpmath import expm as matrix_exponential

from resistance.models import (
    branching,
    fluctuation,
    fluctuation_methods,
    mutant_distribution,
    neutral_spectrum,
    resistant_clones,
    reversible_tolerance,
    sanctuary,
    two_hit,
)

from . import Pairs, closed_form, exactly, grid, roots

NEAR = 1 - 1e-12
RATES = [(0.14, 0.13), (1.0, 0.0), (1.0, 0.999999), (1.0, 1 - 1e-9), (1e-6, 5e-7), (1e6, 1.0)]


def alive(t, birth, death):
    """Kendall 1948: exp(growth) / (1 + birth times the integral of exp(growth))."""
    r = birth - death
    grown = expm1(r * t) / r if r else t
    return exp(r * t) / (1 + birth * grown)


@closed_form("branching.survival")
def _() -> Pairs:
    for birth, death in [*RATES, (1.0, NEAR), (1.0, 2.0)]:
        yield branching.survival(birth, death), max((exactly(birth) - exactly(death)) / exactly(birth), 0)


@closed_form("branching.alive")
def _() -> Pairs:
    for t, (birth, death) in grid([0, 1e-9, 1.0, 30.0, 1e4], [*RATES, (1.0, 1.0), (1.0, NEAR), (0.5, 1.0)]):
        growth = (exactly(birth) - exactly(death)) * exactly(t)
        if abs(growth) < 1e6:
            yield branching.alive(t, birth, death), alive(*map(exactly, (t, birth, death))), 1 + max(-growth, 0)


def factor(birth, death, a=None, b=None):
    """Expected clones per mutation, by quadrature over the age of a clone in units of the growth of the tumour."""
    birth, death = exactly(birth), exactly(death)
    a, b = (birth, death) if a is None else (exactly(a), exactly(b))
    scale = birth - death
    points = [0, *(mpf(10) ** k for k in range(-14, 3)), inf]
    return birth / scale * quad(lambda w: exp(-w) * alive(w / scale, a, b), points)


@closed_form("branching.resistance_factor")
def _() -> Pairs:
    for birth, death in RATES:
        s = (exactly(birth) - exactly(death)) / exactly(birth)
        # For neutral clones the integral is a logarithm.
        yield branching.resistance_factor(birth, death), -ln(s) / (1 - s) if s < 1 else 1
    for rates in [(0.14, 0.13, 0.14, 0.135), (1.0, 0.5, 2.0, 0.1), (1.0, 0.5, 0.5, 0.9), (1.0, 0.99, 5.0, 0.0)]:
        yield branching.resistance_factor(*rates), factor(*rates)


@closed_form("branching.resistance_probability")
def _() -> Pairs:
    for m, u, (birth, death) in grid([1, 1e6, 1e15], [0, 1e-12, 1e-7], RATES[:3]):
        s = (exactly(birth) - exactly(death)) / exactly(birth)
        mean = exactly(m) * exactly(u) * (-ln(s) / (1 - s) if s < 1 else 1)
        yield branching.resistance_probability(m, u, birth, death), -expm1(-mean)


@closed_form("branching.detection_size")
def _() -> Pairs:
    for p, u, (birth, death) in grid([1e-12, 0.5, NEAR], [1e-12, 1e-7], RATES[:3]):
        s = (exactly(birth) - exactly(death)) / exactly(birth)
        exact = -ln(1 - exactly(p)) / (exactly(u) * (-ln(s) / (1 - s) if s < 1 else 1))
        yield branching.detection_size(p, u, birth, death), exact


@closed_form("branching.relative_fitness")
def _() -> Pairs:
    for rates in [(0.14, 0.13, 0.14, 0.135), (1.0, NEAR, 1.0, 1 - 3e-12), (1.0, 0.5, 0.5, 0.9)]:
        birth, death, a, b = map(exactly, rates)
        yield branching.relative_fitness(*rates), (a - b) / (birth - death)


FITNESS = [(0.14, 0.13, 0.14, 0.13), (0.14, 0.13, 0.14, 0.135), (1.0, 0.5, 1.0, 0.5 - 1e-12), (1.0, 0.5, 1.5, 0.2)]


def _grown(m, birth, death, a, b):
    """Integral of exp((alpha - 1) v) over the growth of the tumour, by quadrature."""
    s, alpha = (birth - death) / birth, (a - b) / (birth - death)
    end = ln(m * s)
    return quad(lambda v: exp((alpha - 1) * v), [end * k / 20 for k in range(21)]), s, alpha


@closed_form("branching.mean_resistant")
def _() -> Pairs:
    for m, rates in grid([1e3, 1e9, 1e12], FITNESS):
        grown, s, alpha = _grown(exactly(m), *map(exactly, rates))
        exact = exactly(1e-7) * exactly(m) / s * grown
        yield branching.mean_resistant(m, 1e-7, *rates), exact, 1 + 30 * abs(alpha)


@closed_form("branching.mean_if_resistant", accuracy=1e-12)
def _() -> Pairs:
    for m, rates in grid([1e6, 1e12], FITNESS):
        birth, death, a, b = map(exactly, rates)
        grown, _, alpha = _grown(exactly(m), birth, death, a, b)
        if alpha - 1 > mpf("1e-6"):
            k = 1 / alpha
            size = power((a - b) / a * exactly(m), 1 - k)
            grown = size * gamma(1 + k) / ((1 - k) * (2 - k))
        elif alpha > 1:
            continue  # so little above neutral the leading term alone says nothing
        yield branching.mean_if_resistant(m, *rates), grown / (factor(*rates) * (birth - death) / birth)


LESIONS = [(1e9, 5e-8, 0.14, 0.13), (1.0, 1e-12, 1.0, 0.0), (1e15, 1e-3, 1.0, 0.999999), (1e9, 5e-8, 1.0, NEAR)]


def _scale(m, u, birth, death):
    birth, death = exactly(birth), exactly(death)
    return exactly(m) * exactly(u) * birth / (birth - death)


@closed_form("resistant_clones.scale")
def _() -> Pairs:
    for lesion in LESIONS:
        yield resistant_clones.scale(*lesion), _scale(*lesion)


@closed_form("resistant_clones.exceedance")
def _() -> Pairs:
    for lesion, cells, rank in grid(LESIONS[:3], [0, 1e-3, 1.0, 1e6], [1, 3, 100000]):
        exponent = exactly(rank) * ln(1 + exactly(cells) / _scale(*lesion))
        if exponent < 700:
            yield resistant_clones.exceedance(cells, rank, *lesion), exp(-exponent), exponent


def _quantile(p, rank, lesion):
    return _scale(*lesion) * expm1(-ln(1 - exactly(p)) / exactly(rank))


@closed_form("resistant_clones.quantile")
def _() -> Pairs:
    for lesion, p, rank in grid(LESIONS[:3], [1e-12, 0.5, NEAR], [1, 3, 100000]):
        yield resistant_clones.quantile(p, rank, *lesion), _quantile(p, rank, lesion), -ln(1 - exactly(p)) / rank


@closed_form("resistant_clones.median")
def _() -> Pairs:
    for lesion, rank in grid(LESIONS[:3], [1, 3, 100000]):
        yield resistant_clones.median(rank, *lesion), _scale(*lesion) * (power(2, mpf(1) / rank) - 1)


@closed_form("resistant_clones.median_ratio")
def _() -> Pairs:
    for rank, other in [(2, 1), (1, 1), (10**6, 1), (10**6, 10**6 - 1), (3, 10**12)]:
        exact = (power(2, mpf(1) / rank) - 1) / (power(2, mpf(1) / other) - 1)
        yield resistant_clones.median_ratio(rank, other), exact


@closed_form("resistant_clones.surviving")
def _() -> Pairs:
    for lesion in LESIONS:
        yield resistant_clones.surviving(*lesion), exactly(lesion[0]) * exactly(lesion[1])


def _present(m, u, birth, death):
    s = (exactly(birth) - exactly(death)) / exactly(birth)
    return exactly(m) * exactly(u) * (-ln(s) / (1 - s) if s < 1 else 1)


@closed_form("resistant_clones.present")
def _() -> Pairs:
    for lesion in LESIONS[:3]:
        yield resistant_clones.present(*lesion), _present(*lesion)


@closed_form("resistant_clones.at_least", accuracy=1e-12)
def _() -> Pairs:
    for count, m in grid([1, 2, 20], [1.0, 1e6, 1e9]):
        mean = _present(m, 5e-8, 0.14, 0.13)
        few = sum(exp(-mean) * mean**k / factorial(k) for k in range(count))
        yield resistant_clones.at_least(count, m, 5e-8, 0.14, 0.13), 1 - few, count


@closed_form("resistant_clones.above")
def _() -> Pairs:
    for lesion, cells in grid(LESIONS, [1e-6, 1000.0, 1e12]):
        yield resistant_clones.above(cells, *lesion), _scale(*lesion) / exactly(cells)


WINDOWS = [(0.12, 0.24), (1e-12, 1.0), (0.5, 0.5 * (1 + 1e-9)), (1e-200, 1e-199)]


def _between(low, high):
    """Integral of 1 / f^2."""
    low, high = exactly(low), exactly(high)
    return (high - low) / (low * high)


@closed_form("neutral_spectrum.mutations")
def _() -> Pairs:
    for low, high in WINDOWS:
        yield neutral_spectrum.mutations(low, 16, 0.5, high), 32 * _between(low, high)


@closed_form("neutral_spectrum.effective_rate")
def _() -> Pairs:
    for low, high in WINDOWS:
        yield neutral_spectrum.effective_rate(100, low, high), 100 / _between(low, high)


@closed_form("neutral_spectrum.normalised")
def _() -> Pairs:
    for f, low, high in [(0.16, 0.12, 0.24), (0.24 * NEAR, 0.12, 0.24), (0.12, 0.12, 0.24), (1e-6, 1e-12, 1.0)]:
        yield neutral_spectrum.normalised(f, low, high), _between(f, high) / _between(low, high)


@cache
def _shown(k, w, e, phi):
    """Chance that a mutation shows ``k`` mutants: a thinned geometric number, averaged over the age of the clone."""
    w, e, phi = exactly(w), exactly(e), exactly(phi)

    def chance(x):  # x: size of the culture at the mutation relative to its end
        p = power(x, w)
        if k == 0:
            return -e / (p + e * (1 - p)) if e < 1 else mpf(-1)
        return p * e**k * power(1 - p, k - 1) / power(p + e * (1 - p), k + 1)

    low = 1 - phi
    points = [
        low + (1 - low) * share for share in (0, mpf("1e-12"), mpf("1e-6"), mpf("1e-3"), mpf("0.1"), mpf("0.5"), 1)
    ]
    return quad(chance, points) / phi


PLATES = [(1.0, 1.0, 1.0), (0.75, 1.0, 1.0), (3.0, 1.0, 1.0), (1.0, 0.4, 1.0), (1.0, 1e-3, 1.0), (0.9, 0.1, 1.0)]
PLATES += [(1.0, 1.0, 0.9), (1.2, 1.0, 0.5), (2.0, 0.6, 1.0)]


@closed_form("mutant_distribution.clone_sizes", accuracy=1e-9)
def _() -> Pairs:
    for plate in PLATES:
        sizes = mutant_distribution.clone_sizes(40, *plate)
        for k in (0, 1, 2, 7, 40):
            yield sizes[k], _shown(k, *plate)


def _compound(m, b, n):
    """``p_n`` of exp(m sum b_k z^k): the sum over the number of clones with a mutant, of their convolution."""
    m = exactly(m)
    total, clones = mpf(0), [mpf(1)] + [mpf(0)] * n
    for number in range(n + 1):
        total += m**number / factorial(number) * clones[n]
        clones = [sum(clones[i] * b[j - i] for i in range(j)) for j in range(n + 1)]
    return exp(m * b[0]) * total


LEA_COULSON = [mpf(-1)] + [mpf(1) / (k * (k + 1)) for k in range(1, 41)]


@closed_form("mutant_distribution.compound_poisson", accuracy=1e-12)
def _() -> Pairs:
    b = [-0.5, 0.25, 0.125, 0.0625, 0.03125]
    for m in (0, 1e-12, 1.0, 50.0, 500.0):
        p = mutant_distribution.compound_poisson(m, b)
        for n in range(5):
            yield p[n], _compound(m, list(map(exactly, b)), n), m


@closed_form("mutant_distribution.pmf", accuracy=1e-12)
def _() -> Pairs:
    for m in (0, 1e-12, 1.0, 50.0, 600.0):
        for n in (0, 1, 5, 20):
            yield mutant_distribution.pmf(n, m)[n], _compound(m, LEA_COULSON, n), m
    for m, cv in grid([1.0, 5.0], [1e-9, 1e-5, 1e-3, 0.2, 3.0]):
        for n in (0, 1, 4):
            yield mutant_distribution.pmf(n, m, cv=cv)[n], _mixed(m, cv, n), m


def _mixed(m, cv, n):
    """``p_n`` of a gamma mixture: the Taylor coefficient of (1 - m cv^2 h(z))^(-1/cv^2)."""
    from mpmath import workdps

    m, cv = exactly(m), exactly(cv)
    with workdps(160):
        h = lambda z: sum(LEA_COULSON[k] * z**k for k in range(n + 1))  # noqa: E731
        return taylor(lambda z: exp(-ln(1 - m * cv**2 * h(z)) / cv**2), 0, n)[n]


@closed_form("mutant_distribution.ma_sandri_sarkar", accuracy=1e-12)
def _() -> Pairs:
    for m, n in grid([1e-9, 1.0, 50.0], [0, 3, 20]):
        yield mutant_distribution.ma_sandri_sarkar(n, m)[n], _compound(m, LEA_COULSON, n), m


@closed_form("mutant_distribution.tail", accuracy=1e-13)
def _() -> Pairs:
    for n, m in grid([0, 3, 20], [1e-6, 1.0, 20.0]):
        exact = 1 - sum(_compound(m, LEA_COULSON, k) for k in range(n + 1))
        # The complement of a sum near 1: the accuracy is absolute.
        yield mutant_distribution.tail(n, m), exact, 1 / exact


@closed_form("fluctuation.log_likelihood", accuracy=1e-12)
def _() -> Pairs:
    counts = [0, 0, 1, 3, 12]
    for m in (1e-6, 1.0, 30.0):
        yield fluctuation.log_likelihood(counts, m), sum(ln(_compound(m, LEA_COULSON, n)) for n in counts), m
    yield fluctuation.log_likelihood([0, 0], 3.0), -6


@closed_form("fluctuation.mutation_rate")
def _() -> Pairs:
    for m, final, initial in [(10.8, 1.9e8, 0), (1e-9, 1e12, 1e12 * NEAR), (0, 1.0, 0.5)]:
        yield fluctuation.mutation_rate(m, final, initial), exactly(m) / (exactly(final) - exactly(initial))


def _chi(level):
    return 2 * erfinv(exactly(level)) ** 2


@closed_form("fluctuation.likelihood_ratio_limit", accuracy=1e-12)
def _() -> Pairs:
    for level in (1e-9, 0.05, 0.84, 0.95, 1 - 1e-9):
        near = 1e-9 / (1 - level)
        yield fluctuation.likelihood_ratio_limit(level), _chi(level), 1 + near


@closed_form("fluctuation.mle", accuracy=1e-9)
def _() -> Pairs:
    # Without a mutant the likelihood is exp(-m) a culture.
    empty = fluctuation.mle([0, 0, 0, 0])
    yield empty.m, 0
    yield empty.high, _chi(0.95) / 8
    # One mutant in one of three cultures: exp(-3 m) m / 2 is greatest at 1/3.
    yield fluctuation.mle([0, 1, 0]).m, mpf(1) / 3
    best = fluctuation.mle([0, 2])
    peak = findroot(lambda m: -2 + (mpf(1) / 6 + m / 4) / (m / 6 + m**2 / 8), mpf("0.6"))
    yield best.m, peak
    yield best.log_likelihood, -2 * peak + ln(peak / 6 + peak**2 / 8)


@closed_form("fluctuation.lrt", accuracy=1e-9)
def _() -> Pairs:
    # m / 2 exp(-3 m) in the first, exp(-2 r m) in the second: everything is elementary.
    for ratio in (0.1, 1.0, 30.0):
        test = fluctuation.lrt([0, 1, 0], [0, 0], ratio)
        common = 1 / (3 + 2 * exactly(ratio))
        statistic = 2 * (ln(mpf(1) / 3) - 1 - ln(common) + 1)
        yield test.m_common, common
        yield test.statistic, statistic
        yield test.p_value, gammainc(mpf(1) / 2, statistic / 2) / gamma(mpf(1) / 2), 10


@closed_form("fluctuation_methods.p0_estimate", accuracy=1e-9)
def _() -> Pairs:
    for plate in [(1.0, 1.0), (1.0, 0.4), (0.75, 0.1), (3.0, 0.5)]:
        exact = ln(mpf(3) / 5) / _shown(0, *plate, 1.0)
        yield fluctuation_methods.p0_estimate([0, 0, 0, 4, 9], *plate), exact


@closed_form("fluctuation_methods.lea_coulson_median", accuracy=1e-12)
def _() -> Pairs:
    for median, e in [(1, 1.0), (30, 1.0), (10**6, 1.0), (30, 0.01)]:
        r = exactly(median) / exactly(e)
        exact = findroot(lambda m, r=r: r / m - ln(m) - exactly(1.24), (r / 3 / ln(r + 3) + mpf("0.3")))
        yield fluctuation_methods.lea_coulson_median([median] * 3, e), exact


@closed_form("fluctuation_methods.jones_median")
def _() -> Pairs:
    for median, e in [(1, 1.0), (30, 1.0), (10**6, 0.01)]:
        r, half = exactly(median) / exactly(e), ln(mpf(2))
        yield fluctuation_methods.jones_median([median] * 3, e), (r - half) / ln(r / half)


@closed_form("fluctuation_methods.luria_mean", accuracy=1e-12)
def _() -> Pairs:
    for counts in ([1, 2, 3, 30], [0, 0, 1], [10**6] * 10):
        r, c = mpf(sum(counts)) / len(counts), len(counts)
        low, high = mpf(1) / c, r + 1  # beyond its least, m ln(m C) rises
        for _ in range(230):
            middle = (low + high) / 2
            low, high = (low, middle) if middle * ln(middle * c) > r else (middle, high)
        yield fluctuation_methods.luria_mean(counts), high


@closed_form("fluctuation_methods.index_of_dispersion")
def _() -> Pairs:
    for counts in ([0, 1], [10**9, 10**9 + 2], [1, 2, 3, 30]):
        mean = mpf(sum(counts)) / len(counts)
        yield (
            fluctuation_methods.index_of_dispersion(counts),
            sum((x - mean) ** 2 for x in counts) / (len(counts) - 1) / mean,
        )


def _information(m, terms):
    """Sum of (dp_n/dm)^2 / p_n, the derivative by the difference of neighbouring terms of the convolution."""
    p = [_compound(m, LEA_COULSON, n) for n in range(terms + 1)]
    slopes = [sum(LEA_COULSON[j] * p[n - j] for j in range(n + 1)) for n in range(terms + 1)]
    return sum(s * s / q for s, q in zip(slopes, p, strict=True))


@closed_form("fluctuation_methods.fisher_information", accuracy=1e-11)
def _() -> Pairs:
    for m in (0.01, 1.0, 10.0):
        yield fluctuation_methods.fisher_information(m, terms=20), _information(m, 20)


@closed_form("fluctuation_methods.sample_size")
def _() -> Pairs:
    for m, precision in [(1.0, 0.25), (0.1, 0.1)]:
        exact = _chi(0.95) / ((exactly(precision) * exactly(m)) ** 2 * _information(m, 20))
        yield fluctuation_methods.sample_size(m, precision, terms=20), -int(-exact // 1)


PAIRS = [(0.1, -0.5), (1e-12, -1e-12), (1e-12, -1.0), (1.0, -1e-12), (5.0, -1e6)]


@closed_form("sanctuary.single_type")
def _() -> Pairs:
    for birth, death in [(1.0, 0.0), (1.0, NEAR), (1e-300, 1.0), (3.0, 1e-300)]:
        yield sanctuary.single_type(birth, death), min(1, exactly(death) / exactly(birth))


@closed_form("sanctuary.isolated")
def _() -> Pairs:
    for birth, death, u, q in [
        (1.0, 1.5, 1e-3, 0.9),
        (1.0, 0.9, 0.0, 1.0),
        (1.0, 1e-12, 1e-9, 0.0),
        (1.0, 3.0, 0.5, 0),
    ]:
        b, d, u_, q_ = map(exactly, (birth, death, u, q))
        found = roots((1 - u_) * b, b * u_ * q_ - b - d, d)
        yield sanctuary.isolated(birth, death, u, q), min(r.real for r in found)


@closed_form("sanctuary.growth_rate")
def _() -> Pairs:
    for (r_s, r_e), (m, back) in grid(PAIRS, [(0, 0), (1e-9, 1e-9), (0.3, 1.0), (1e6, 1.0)]):
        s, e, m_, b_ = map(exactly, (r_s, r_e, m, back))
        found = roots(1, -(s - m_ + e - b_), (s - m_) * (e - b_) - m_ * b_)
        exact = max(r.real for r in found)
        largest = max(abs(s), abs(e), m_, b_)
        yield sanctuary.growth_rate(r_s, r_e, m, back), exact, largest / abs(exact) if exact else largest


@closed_form("sanctuary.threshold")
def _() -> Pairs:
    for (r_s, r_e), ratio in grid([*PAIRS, (-0.1, -0.5), (0.1, 0.5)], [0, 1e-9, 1.0]):
        s, e, k = map(exactly, (r_s, r_e, ratio))
        # (s - m)(e - k m) = k m^2 where e < 0 and the exchange outweighs growth
        limit = 1 / (k / e + 1 / s) if s > 0 > e and k * s + e < 0 else inf
        exact = mpf(0) if s <= 0 else limit
        yield sanctuary.threshold(r_s, r_e, ratio), exact


@closed_form("sanctuary.egress_rate")
def _() -> Pairs:
    for share, loss in grid([0, 1e-12, 0.5, NEAR], [1e-9, 1.0, 1e9]):
        rate = exactly(loss) / (1 / exactly(share) - 1) if share else 0
        yield sanctuary.egress_rate(share, loss), rate


def _extinct(birth, d_s, d_e, m, back, u, q_s, q_e):
    """Extinct within ever more generations, from none: the limit is the smallest root."""
    x = y = mpf(0)
    for _ in range(6000):
        new_x = (d_s + m * y + birth * ((1 - u) * x * x + u * x * q_s)) / (birth + d_s + m)
        new_y = (d_e + back * x + birth * ((1 - u) * y * y + u * y * q_e)) / (birth + d_e + back)
        if new_x - x < mpf(10) ** -45 and new_y - y < mpf(10) ** -45:
            break
        x, y = new_x, new_y
    return tuple(mpf(1) if 1 - q < mpf(10) ** -40 else q for q in (x, y))


NICHES = [
    (0.3, 0.3, (0.5, 1.5), (0.5, 0.5), 1e-3),
    (0, 0, (0.5, 1.5), (0.2, 0.7), 0.0),
    (10.0, 0.1, (0.2, 3.0), (0.2, 0.9), 0.3),
]


def _lineages(m, back, sensitive, resistant, u):
    one = mpf(1)
    rates = [exactly(x) for x in (1.0, *resistant, m, back)]
    q = _extinct(*rates, mpf(0), one, one)
    rates = [exactly(x) for x in (1.0, *sensitive, m, back)]
    return (*_extinct(*rates, exactly(u), *q), *q)


@closed_form("sanctuary.lineages")
def _() -> Pairs:
    for m, back, sensitive, resistant, u in NICHES:
        found = sanctuary.lineages(m, back, 1.0, sensitive, resistant, u)
        computed = (found.sensitive_s, found.sensitive_e, found.resistant_s, found.resistant_e)
        yield from zip(computed, _lineages(m, back, sensitive, resistant, u), strict=True)


@closed_form("sanctuary.smallest_roots")
def _() -> Pairs:
    import numpy as np

    for m, back, (d_s, d_e), _, u in NICHES:
        given = [np.array([x]) for x in (1.0, d_s, d_e, m, back, u, 0.4, 0.6)]
        exact = _extinct(*(exactly(x) for x in (1.0, d_s, d_e, m, back, u, 0.4, 0.6)))
        yield from zip((root[0] for root in sanctuary.smallest_roots(*given)), exact, strict=True)


@closed_form("sanctuary.escape")
def _() -> Pairs:
    for n_s, n_e, (m, back, sensitive, resistant, u) in grid([0, 1, 1e3], [0, 1, 50], NICHES):
        q = _lineages(m, back, sensitive, resistant, u)
        exact = 1 - (power(q[0], exactly(n_s)) if n_s else 1) * (power(q[1], exactly(n_e)) if n_e else 1)
        yield sanctuary.escape(n_s, n_e, m, back, 1.0, sensitive, resistant, u), exact
    # A critical sanctuary dies out for sure, however many cells it holds.
    yield sanctuary.escape(1e8, 0, 0, sensitive=(1.0, 1.5), mutation=0), 0


@closed_form("sanctuary.mutant_ever")
def _() -> Pairs:
    for n_s, n_e, (m, back, sensitive, _, u) in grid([0, 1, 30], [0, 1, 50], [NICHES[0], NICHES[2]]):
        none = mpf(0)
        q = _extinct(*(exactly(x) for x in (1.0, *sensitive, m, back, u)), none, none)
        exact = 1 - power(q[0], n_s) * power(q[1], n_e)
        yield sanctuary.mutant_ever(n_s, n_e, m, back, 1.0, sensitive, u), exact


@closed_form("sanctuary.survive")
def _() -> Pairs:
    for n_s, n_e, q_s, q_e in grid([0, 1, 1e9], [0, 2], [NEAR, 0.5, 1.0], [1 - 1e-9, 0.9]):
        yield sanctuary.survive(n_s, n_e, q_s, q_e), 1 - exp(exactly(n_s) * ln(exactly(q_s)) + n_e * ln(exactly(q_e)))


@closed_form("two_hit.loss_probability")
def _() -> Pairs:
    from mpmath import cosh

    for t, n, u0, u1 in grid([0, 1e-9, 30.0, 1e5], [1, 1e6], [0, 1e-12, 1e-5], [1e-12, 1e-4, 1.0]):
        t_, n_, a, b = map(exactly, (t, n, u0, u1))
        yield two_hit.loss_probability(t, n, u0, u1, copies=1), -expm1(-n_ * b * t_)
        yield two_hit.loss_probability(t, n, u0, u1), -expm1(-n_ * a * sqrt(b) * t_)
        yield two_hit.loss_probability(t, n, u0, u1, lag=True), -expm1(-n_ * a * ln(cosh(sqrt(b) * t_)))


@closed_form("two_hit.waiting_time")
def _() -> Pairs:
    for p, n, u0, u1 in grid([1e-12, 0.5, NEAR], [1, 1e9], [1e-12, 1e-5], [1e-12, 1e-4]):
        needed = -ln(1 - exactly(p))
        yield two_hit.waiting_time(p, n, u0, u1), needed / (exactly(n) * exactly(u0) * sqrt(exactly(u1)))
        yield two_hit.waiting_time(p, n, u0, u1, copies=1), needed / (exactly(n) * exactly(u1))


def _two_steps(t, a, b):
    """Distribution of the sum of two exponential waiting times."""
    if a == b:
        return 1 - (1 + a * t) * exp(-a * t)
    return (b * -expm1(-a * t) + a * expm1(-b * t)) / (b - a)


@closed_form("two_hit.small_population_probability", accuracy=1e-11)
def _() -> Pairs:
    cases = [(0.1643, 100, 3.2e-06, 3.2e-08), (1e-6, 10, 1e-3, 1e-5), (1e4, 100, 1e-5, 1e-7), (1e5, 100, 1e-5, 1e-4)]
    for t, n, u0, u1 in [*cases, (50.0, 10, 1e-4, 1e-5 * (1 + 1e-7)), (0, 10, 1e-4, 1e-5), (1e9, 10, 1e-4, 1e-5)]:
        exact = _two_steps(exactly(t), exactly(u0), exactly(n) * exactly(u1))
        yield two_hit.small_population_probability(t, n, u0, u1), exact


@closed_form("two_hit.tunnelling_ratio")
def _() -> Pairs:
    for n, u1 in grid([1, 1e12], [1e-12, 1e-4, 1.0]):
        yield two_hit.tunnelling_ratio(n, u1), exp(ln(exactly(n)) + ln(exactly(u1)) / 2)


@closed_form("reversible_tolerance.tolerant_share")
def _() -> Pairs:
    for on, off in [(1e-12, 1.0), (1.0, 1e-12), (0, 1.0), (1.0, 0), (1e-200, 1e-200)]:
        yield reversible_tolerance.tolerant_share(on, off), 1 / (1 + exactly(off) / exactly(on)) if on else 0


@closed_form("reversible_tolerance.switching_rates")
def _() -> Pairs:
    for p, kappa in grid([0, 1e-12, NEAR, 1.0], [0, 1e-9, 1e9]):
        on, off = reversible_tolerance.switching_rates(p, kappa)
        yield on, exactly(p) * exactly(kappa)
        yield off, exactly(kappa) - exactly(p) * exactly(kappa)


@closed_form("reversible_tolerance.cv_squared", accuracy=1e-12)
def _() -> Pairs:
    half = 0.34657359027997264  # (ln 2) / 2, where twice the correlation is 1
    for p, kappa, g in grid([1e-9, 0.05, NEAR], [0, 1e-12, half, half * (1 + 1e-9), 1.0, 50.0, 400.0], [0, 1, 10, 60]):
        rho = exp(-2 * exactly(kappa))
        # A cell has 2**(j - 1) relatives whose last common ancestor lived j divisions ago.
        pairs = sum(mpf(2) ** (j - 1) * rho**j for j in range(1, g + 1))
        exact = (1 - exactly(p)) / exactly(p) * (1 + pairs) / mpf(2) ** g
        yield reversible_tolerance.cv_squared(p, kappa, g), exact
    yield reversible_tolerance.cv_squared(0.05, 400, 0), (1 - exactly(0.05)) / exactly(0.05)


def _colony(on, off, g, founder):
    """Mean and variance, division by division from the last: two daughters that switch on their own."""
    on, off = exactly(on), exactly(off)
    kappa = on + off
    turns = -expm1(-kappa)
    up, down = on / kappa * turns, off / kappa * turns
    first, second = [mpf(0), mpf(1)], [mpf(0), mpf(1)]
    for _ in range(g):
        means = [(1 - up) * first[0] + up * first[1], down * first[0] + (1 - down) * first[1]]
        squares = [(1 - up) * second[0] + up * second[1], down * second[0] + (1 - down) * second[1]]
        first, second = [2 * m for m in means], [2 * s + 2 * m * m for s, m in zip(squares, means, strict=True)]
    share = on / kappa if founder is None else exactly(founder)
    mean = (1 - share) * first[0] + share * first[1]
    return mean, (1 - share) * second[0] + share * second[1] - mean * mean


@closed_form("reversible_tolerance.moments", accuracy=1e-11)
def _() -> Pairs:
    for (on, off), g, founder in grid(
        [(0.002, 0), (0.01, 0.19), (1e-9, 1e-3), (5.0, 50.0)], [0, 1, 12], [0.0, 1.0, None]
    ):
        found, (mean, variance) = reversible_tolerance.moments(on, off, g, founder), _colony(on, off, g, founder)
        yield found.mean, mean
        # A difference of numbers of the size of the mean squared, or of the mean and the whole colony.
        scale = max(mean * mean, mpf(2) ** g * mean)
        yield (
            found.variance,
            variance if variance > mpf("1e-30") else 0,
            scale / variance if variance > 1e-30 else scale,
        )


@closed_form("reversible_tolerance.kappa_from_cv", accuracy=1e-9)
def _() -> Pairs:
    for observed, p, g in [(1.0, 0.05, 10), (0.02, 0.05, 10), (18.9, 0.05, 10), (1e-3, 0.5, 20)]:
        low, high = mpf(0), mpf(60)
        for _ in range(200):
            middle = (low + high) / 2
            rho = exp(-2 * middle)
            pairs = sum(mpf(2) ** (j - 1) * rho**j for j in range(1, g + 1))
            more = (1 - exactly(p)) / exactly(p) * (1 + pairs) / mpf(2) ** g > exactly(observed)
            low, high = (middle, high) if more else (low, middle)
        yield reversible_tolerance.kappa_from_cv(observed, p, g), high


@closed_form("reversible_tolerance.memory")
def _() -> Pairs:
    for kappa in (1e-300, 0.2, 1e300):
        yield reversible_tolerance.memory(kappa), findroot(lambda x: exp(-x) - mpf(1) / 2, 0.7) / exactly(kappa)


@closed_form("reversible_tolerance.treated", accuracy=1e-12)
def _() -> Pairs:
    for fast, slow, on, off in [
        (-0.5, 0.1, 0.01, 0.1),
        (0.2, 0.2, 0.0, 0.0),
        (-1.0, -1.0, 1e-12, 1.0),
        (0.3, -0.2, 2.0, 0),
    ]:
        flow = matrix([[exactly(fast) - exactly(on), exactly(off)], [exactly(on), exactly(slow) - exactly(off)]])
        course = reversible_tolerance.treated([0.0, 1.0, 40.0], 0.1, fast, slow, on, off, 1e6)
        for t, sensitive, tolerant in zip((0, 1, 40), course.sensitive, course.tolerant, strict=True):
            start = matrix([exactly(1e6) * (1 - exactly(0.1)), exactly(1e6) * exactly(0.1)])
            exact = matrix_exponential(flow * t, method="taylor") * start
            yield sensitive, exact[0], 1 + 100 * exact[1] / exact[0]
            yield tolerant, exact[1], 1 + 100 * exact[0] / exact[1]
