"""Functions without a closed form: simulations, integrated equations, searches. Each in a case that has one."""

from __future__ import annotations

import numpy as np
from mpmath import beta, diff, exp, findroot, ln, mpf, power, quad, sqrt

from resistance.models import (
    branching,
    caspase_course,
    caspase_switch,
    chromatin_chain,
    first_mutant,
    fluctuation,
    fluctuation_methods,
    gompertz,
    gompertz_courses,
    mir200_states,
    mir200_zeb,
    mirna_threshold,
    mutant_distribution,
    p53,
    p53_delay,
    parp_arrest,
    population_pk,
    pump_leak,
    resistant_clones,
    reversible_tolerance,
    two_compartment,
    two_hit,
    venetoclax,
)

from . import Pairs, closed_form, exactly, roots
from .growth import K, brake
from .mutations import _chi, _colony, _present, _two_steps, alive
from .switches import _made, _silencing, _step_chances

# The accuracy is here that of the integration, of the search, or of the number of draws.
limit = closed_form
TYPICAL = venetoclax.TYPICAL
SAME = population_pk.Variances()


@limit("branching.clone_sizes", 0.02)
def _() -> Pairs:
    sizes = branching.clone_sizes(np.full(200_000, 3.0), 1.0, 0.6, np.random.default_rng(1))
    yield np.mean(sizes > 0), alive(mpf(3), mpf(1), exactly(0.6))
    yield np.mean(sizes), exp((1 - exactly(0.6)) * 3)


@limit("caspase_course.species", 0)
def _() -> Pairs:
    yield len(caspase_course.species()), 13
    yield len(caspase_course.species(caspase_switch.Cell(sequestration=False))), 17


LONE = caspase_switch.Cell(xiap=0, cleavage=False)


def _lone(t):
    """Active caspase-3 without XIAP, feedback and Apaf-1: cleaved by free caspase-9 alone, against turnover."""
    cut, loss = exactly(5e-6) * 20, exactly(1e-3)
    return 200 * cut / (cut + loss) * (1 - exp(-(cut + loss) * t))


@limit("caspase_course.course", 1e-6)
def _() -> Pairs:
    course = caspase_course.course([0, 300, 5000], 0, LONE)
    for t, row in zip((0, 300, 5000), course, strict=True):
        yield row[caspase_course.species(LONE).index("C3s")], _lone(t)


@limit("caspase_course.active_caspase3", 1e-6)
def _() -> Pairs:
    for t, computed in zip((0, 300, 5000), caspase_course.active_caspase3([0, 300, 5000], 0, LONE), strict=True):
        yield computed, _lone(t)


@limit("caspase_switch.steady_states", 1e-9)
def _() -> Pairs:
    found = caspase_switch.steady_states(0, LONE)
    yield found.size, 1
    yield found[0], 200 * exactly(1e-4) / (exactly(1e-4) + exactly(1e-3))


@limit("caspase_switch.stable_states", 0)
def _() -> Pairs:
    yield caspase_switch.stable_states(0, LONE), 1
    yield caspase_switch.stable_states(1e4), 1


@limit("caspase_switch.most_stable_states", 0)
def _() -> Pairs:
    yield caspase_switch.most_stable_states(caspase_switch.Cell(sequestration=False, cleavage=False)), 1
    yield caspase_switch.most_stable_states(LONE), 1


@limit("caspase_switch.switch_on", 0)
def _() -> Pairs:
    on = caspase_switch.switch_on()
    yield len(caspase_switch.steady_states(on * (1 - 1e-4))), 3
    yield len(caspase_switch.steady_states(on * (1 + 1e-4))), 1


@limit("caspase_switch.switch_off", 0)
def _() -> Pairs:
    cell = caspase_switch.Cell(cleavage=False)
    off = caspase_switch.switch_off(cell)
    yield len(caspase_switch.steady_states(off * (1 + 1e-5), cell)), 3
    yield len(caspase_switch.steady_states(off * (1 - 1e-5), cell)), 1
    yield caspase_switch.switch_off(), 0


@limit("chromatin_chain.memory", 1e-11)
def _() -> Pairs:
    states, chances = _step_chances(1.4, 0.8)
    shares = {s: mpf(1 if s == (1, 1) else 0) for s in states}
    weight = {s: mpf(sign(s.count(1) - s.count(-1)) + 1) / 2 for s in states}
    for computed in chromatin_chain.memory(1.4, 3, 2, 2, 0.8):
        yield computed, sum(weight[s] * p for s, p in shares.items())
        divided = dict.fromkeys(states, mpf(0))
        for (one, other), p in shares.items():
            for kept in ((one, other), (one, 0), (0, other), (0, 0)):
                divided[kept] += p / 4
        shares = divided
        for _ in range(4):
            shares = {s: sum(shares[r] * chances[r][s] for r in states) for s in states}


def sign(value):
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)


@limit("chromatin_chain.simulate", 0.03)
def _() -> Pairs:
    history = chromatin_chain.simulate(0.0, 50, np.random.default_rng(2), n=4, loci=5000)
    for state in (-1, 0, 1):  # noise alone visits the three states alike
        yield np.mean(history[-1] == state), mpf(1) / 3


def _no_mutant(n, death, u):
    """Chance that ``n`` cells which divide at rate 1 never make a mutant."""
    d, u = exactly(death), exactly(u)
    found = roots(1 - u, -1 - d, d)
    return power(min(r.real for r in found), n)


@limit("first_mutant.first_mutant", 1e-7)
def _() -> Pairs:
    for n_s, n_e, death in [(50, 0, 0.9), (0, 50, 1.5)]:
        found, never = first_mutant.first_mutant(n_s, n_e, 0.0), _no_mutant(50, death, 1e-3)
        yield found.never, never, 1e-3 / never
        yield found.sanctuary, 1 - never if n_s else 0
        yield found.exposed, 1 - never if n_e else 0


@limit("first_mutant.simulate", 0.05)
def _() -> Pairs:
    in_s, in_e = first_mutant.simulate(np.random.default_rng(3), 4000, 0, 50, 0.0, mutation=0.01)
    yield in_s, 0
    yield in_e / 4000, 1 - _no_mutant(50, 1.5, 0.01)


@limit("fluctuation.fold_change", 1e-9)
def _() -> Pairs:
    # exp(-3 m) m / 2 in both: the statistic of the fold f is 2 ln[(1 + f)^2 / (4 f)].
    found = fluctuation.fold_change([0, 1, 0], [0, 1, 0], 1e8, 1e8)
    a = 2 * exp(_chi(0.95) / 2) - 1
    yield found.ratio, 1
    yield found.high, a + sqrt(a * a - 1)
    yield found.low, a - sqrt(a * a - 1)


@limit("fluctuation.overlapping_intervals", 0)
def _() -> Pairs:
    def drop(m):  # ln m - 3 m falls by half the quantile at the two ends
        return ln(3 * m) - 3 * m + 1 + _chi(0.84) / 2

    low, high = findroot(drop, mpf("0.05")), findroot(drop, mpf("1.2"))
    for factor, overlap in [(1 - 1e-6, 1), (1 + 1e-6, 0)]:
        cells = float(high / low) * factor
        yield fluctuation.overlapping_intervals([0, 1, 0], [0, 1, 0], cells * 1e8, 1e8), overlap


COUNTS = [0, 0, 1, 1, 2, 4, 9, 20]


def _likelihood(m, w):
    """Log-likelihood of the counts, by the sizes of clones as beta functions and the recursion."""
    b = [mpf(-1)] + [beta(1 + 1 / w, k) / w for k in range(1, max(COUNTS) + 1)]
    p = [exp(-m)]
    for n in range(1, max(COUNTS) + 1):
        p.append(m / n * sum(j * b[j] * p[n - j] for j in range(1, n + 1)))
    return sum(ln(p[n]) for n in COUNTS)


def _highest(function, start):
    """Where the logarithm of a positive argument makes ``function`` greatest, near ``start``, by Newton's method."""
    x = ln(start)
    for _ in range(30):
        above, here, below = (function(exp(x + step)) for step in (mpf("1e-9"), 0, mpf("-1e-9")))
        step = (above - below) / 2 / (above - 2 * here + below) * mpf("1e-9")
        x -= max(min(step, mpf("0.3")), mpf("-0.3"))
        if abs(step) < mpf("1e-15"):
            break
    return exp(x)


@limit("fluctuation_methods.joint_mle", 1e-6)
def _() -> Pairs:
    found = fluctuation_methods.joint_mle(COUNTS)
    m, w = exactly(found.m), exactly(found.w)
    yield found.log_likelihood, _likelihood(m, w)
    # No slope in either direction, against the number of cultures.
    yield float(diff(lambda x: _likelihood(x, w), m) * m), 0
    yield float(diff(lambda x: _likelihood(m, x), w) * w), 0


@limit("fluctuation_methods.profile_m", 1e-5)
def _() -> Pairs:
    best, found = fluctuation_methods.joint_mle(COUNTS), fluctuation_methods.profile_m(COUNTS)
    top = _likelihood(exactly(best.m), exactly(best.w))
    for end in (found.low, found.high):
        m = exactly(end)
        w = _highest(lambda x, m=m: _likelihood(m, x), exactly(best.w))
        yield float(top - _likelihood(m, w)), _chi(0.95) / 2


@limit("fluctuation_methods.profile_w", 1e-5)
def _() -> Pairs:
    best, found = fluctuation_methods.joint_mle(COUNTS), fluctuation_methods.profile_w(COUNTS)
    top = _likelihood(exactly(best.m), exactly(best.w))
    for end in (found.low, found.high):
        w = exactly(end)
        m = _highest(lambda x, w=w: _likelihood(x, w), exactly(best.m))
        yield float(top - _likelihood(m, w)), _chi(0.95) / 2


def _resistant(t, r0=1e10):
    return exactly(K) * exp(-brake(r0, K) * exp(-exactly(gompertz.RHO) * t))


@limit("gompertz_courses.constant_dose", 1e-8)
def _() -> Pairs:
    for dose, r0 in [(0.0, 2.3e5), (5.0, 1e10), (1e3, 1e10)]:
        course = gompertz_courses.constant_dose([0.0, 50.0, 400.0], dose, r0=r0)
        for t, total in zip((0, 50, 400), course.total, strict=True):
            yield total, _resistant(t)


@limit("gompertz_courses.constant_dose_time", 1e-9)
def _() -> Pairs:
    alone = ln(brake(1e10, K) / brake(7e10, K)) / exactly(gompertz.RHO)
    yield gompertz_courses.constant_dose_time(7e10, 3.0, r0=1e10), alone
    # Half a dose on sensitive cells alone takes growth twice the time.
    yield gompertz_courses.constant_dose_time(7e10, 0.5, r0=0.0), 2 * alone


@limit("gompertz_courses.constant_dose_nadir", 1e-9)
def _() -> Pairs:
    s0, r0 = exactly(1e10) - exactly(2.3e5), exactly(2.3e5)
    theta = ln(s0 / r0) / 2  # at dose 2 the number is s0 exp(-theta) + r0 exp(theta)
    rate = lambda x: exactly(gompertz.RHO) * ln(exactly(K) / (s0 * exp(-x) + r0 * exp(x)))  # noqa: E731
    time, size = gompertz_courses.constant_dose_nadir(2.0)
    yield time, quad(lambda x: 1 / rate(x), [theta * k / 8 for k in range(9)])
    yield size, 2 * sqrt(s0 * r0)


@limit("gompertz_courses.containment", 1e-9)
def _() -> Pairs:
    course = gompertz_courses.containment([0.0, 10.0, 100.0])
    for t, total, resistant in zip((0, 10, 100), course.total, course.resistant, strict=True):
        yield total, exactly(1e10)
        yield resistant, exactly(2.3e5) * exp(exactly(gompertz.RHO) * brake(1e10, K) * t)


@limit("gompertz_courses.containment_time", 1e-9)
def _() -> Pairs:
    stay = ln(exactly(1e10) / exactly(2.3e5)) / (exactly(gompertz.RHO) * brake(1e10, K))
    yield gompertz_courses.containment_time(1e10), stay
    alone = ln(brake(1e10, K) / brake(7e10, K)) / exactly(gompertz.RHO)
    yield gompertz_courses.containment_time(7e10, c_max=3.0, r0=1e10), alone


def _rest(mu, mrna, zeb, snail):
    """Changes of the three amounts, each over what is made of it."""
    made_mu, made_m = _made(zeb, snail)
    translated, lost_m, lost_mu = _silencing(mu)
    made_z = 100 * exactly(mrna) * translated
    yield float((made_mu - exactly(mrna) * lost_mu - exactly(0.05) * exactly(mu)) / made_mu), 0
    yield float((made_m - exactly(mrna) * (lost_m + exactly(0.5))) / made_m), 0
    yield float((made_z - exactly(0.1) * exactly(zeb)) / made_z), 0


def _all_rest(states, snail):
    for mu, mrna, zeb in zip(states.mu, states.mrna, states.zeb, strict=True):
        yield from _rest(mu, mrna, zeb, snail)


@limit("mir200_states.snail_that_keeps", 1e-8)
def _() -> Pairs:
    for zeb in mir200_states.steady_states(2e5).zeb:
        yield mir200_states.snail_that_keeps(zeb), 2e5


@limit("mir200_states.curve", 1e-8)
def _() -> Pairs:
    curve = mir200_states.curve([3e4, 5e4, 3e5])
    yield np.isfinite(curve.snail).sum(), 3
    for mu, mrna, zeb, snail in zip(curve.mu, curve.mrna, curve.zeb, curve.snail, strict=True):
        yield from _rest(mu, mrna, zeb, snail)


@limit("mir200_states.steady_states", 1e-8)
def _() -> Pairs:
    for snail in (1e5, 2e5, 3e5):
        yield from _all_rest(mir200_states.steady_states(snail), snail)


@limit("mir200_states.stable_states", 1e-8)
def _() -> Pairs:
    found = mir200_states.stable_states(2e5)
    yield from _all_rest(found, 2e5)
    # Stable and unstable states alternate along the curve.
    yield 2 * found.count - 1, mir200_states.steady_states(2e5).count


@limit("mir200_states.stable_states_at", 1e-8)
def _() -> Pairs:
    levels = (1e5, 2e5, 3e5)
    for snail, found in zip(levels, mir200_states.stable_states_at(levels), strict=True):
        yield from _all_rest(found, snail)
        yield 2 * found.count - 1, mir200_states.steady_states(snail).count


@limit("mir200_states.ordering", 0)
def _() -> Pairs:
    yield mir200_states.ordering(2e5), -1
    yield np.isnan(mir200_states.ordering(1e3)), 1


@limit("mir200_states.folds", 0)
def _() -> Pairs:
    for snail in mir200_states.folds()[0]:
        counts = [mir200_states.steady_states(snail * side).count for side in (1 - 1e-4, 1 + 1e-4)]
        yield abs(counts[0] - counts[1]), 2


@limit("mir200_states.most_stable_states", 0)
def _() -> Pairs:
    for parameters in (mir200_zeb.LU2013, mir200_zeb.Parameters(sites=0)):
        found = mir200_states.stable_states_at(np.geomspace(1.5e5, 3e5, 40), parameters)
        yield mir200_states.most_stable_states(parameters), max(states.count for states in found)


@limit("mir200_states.tristable_range", 0)
def _() -> Pairs:
    low, high = mir200_states.tristable_range()
    for snail, three in [(low * (1 - 1e-4), 0), (low * (1 + 1e-4), 1), (high * (1 - 1e-4), 1), (high * (1 + 1e-4), 0)]:
        yield mir200_states.stable_states(snail).count == 3, three


@limit("mir200_states.hybrid_range", 0)
def _() -> Pairs:
    (low, high), levels = mir200_states.hybrid_range(), mir200_states.folds()[1]
    for snail, there in [(low * (1 - 1e-4), 0), (low * (1 + 1e-4), 1), (high * (1 - 1e-4), 1), (high * (1 + 1e-4), 0)]:
        zeb = mir200_states.stable_states(snail).zeb
        yield bool(np.any((zeb > levels[1]) & (zeb < levels[2]))), there


@limit("mir200_zeb.course", 1e-6)
def _() -> Pairs:
    free = mir200_zeb.Parameters(sites=0, z_m_fold=1.0, z_mu_fold=1.0, s_mu_fold=1.0)
    t = [0.0, 1.0, 20.0]
    mu, mrna, zeb = mir200_zeb.course(t, 0.0, [0.0, 0.0, 0.0], free)
    a, b, c = mpf(1) / 2, exactly(0.1), exactly(0.05)  # losses of message, protein and microRNA
    for i, x in enumerate(map(exactly, t)):
        yield mu[i], 2100 / c * (1 - exp(-c * x))
        yield mrna[i], 22 * (1 - exp(-a * x))
        yield zeb[i], 2200 * ((1 - exp(-b * x)) / b - (exp(-b * x) - exp(-a * x)) / (a - b))


@limit("mirna_threshold.course", 1e-8)
def _() -> Pairs:
    target, bound = mirna_threshold.course([0.0, 1.0, 50.0], 7, 0.05, 1, 0.1, 0.5, 0)
    for i, t in enumerate((0, 1, 50)):
        yield target[i], 7 / exactly(0.05) * (1 - exp(-exactly(0.05) * t))
        yield bound[i], 0
    try:  # so stiff that a solver may give up, which must show
        stiff = mirna_threshold.course([0, 1, 10], 7, 0.05, 1e12, 0.1, 0.5, 10)
    except ValueError:
        return
    yield np.size(stiff), 6


@limit("mutant_distribution.simulate", 0.03)
def _() -> Pairs:
    counts = mutant_distribution.simulate(np.random.default_rng(4), 40_000, 1.0)
    yield np.mean(counts == 0), exp(mpf(-1))
    yield np.mean(counts == 1), exp(mpf(-1)) / 2


@limit("p53.simulate", 1e-7)
def _() -> Pairs:
    t = [0.0, 1.0, 10.0]
    traces = p53.simulate(t, p53.Parameters(psi=0), (0.0, 0.1, 0.8))
    for i, time in enumerate(t):  # what is left of Mdm2 matures and is lost, both at 0.8 per hour
        x = exactly(0.8) * exactly(time)
        yield traces.p53[i], 0
        yield traces.mdm2_precursor[i], exactly(0.1) * exp(-x)
        yield traces.mdm2[i], (exactly(0.8) + exactly(0.1) * x) * exp(-x)


@limit("p53.limit_cycle", 1e-4)
def _() -> Pairs:
    for psi in (1.0, 3.0):
        cycle = p53.limit_cycle(p53.Parameters(psi=psi))
        # Averaged over a period every linear rate is 0.
        yield cycle.mdm2_mean, exactly(1.1) * exactly(psi) * exactly(cycle.p53_mean) / exactly(0.8)
    # Just beyond the Hopf point the pulse is small and settles slowly.
    edge = p53.limit_cycle(p53.Parameters(psi=1.0005 * p53.critical_damage()))
    yield edge.p53_peak, mpf("0.628"), 10


@limit("p53.period", 1e-3)
def _() -> Pairs:
    edge = p53.Parameters(psi=1.01 * p53.critical_damage())
    yield p53.period(edge), p53.linear_period(edge), 30
    yield p53.period(), p53.limit_cycle().period


@limit("p53.peaks", 0)
def _() -> Pairs:
    yield p53.peaks(72), int(72 / p53.period() + 0.5)
    yield p53.peaks(72, p53.Parameters(psi=0)), 0


@limit("p53_delay.simulate", 1e-6)
def _() -> Pairs:
    t = [0.0, 0.1, 3.0]
    traces = p53_delay.simulate(t)
    lost = exactly(120.0) * exactly(0.02)
    rest = exactly(2.3) / lost
    for i, time in enumerate(t):  # until the delay has passed Mdm2 is made from the constant past
        yield traces.mdm2[i], exactly(0.02)
        yield traces.p53[i], rest + (exactly(0.02) - rest) * exp(-lost * exactly(time))


@limit("p53_delay.peaks", 1e-12)
def _() -> Pairs:
    times, heights = p53_delay.peaks(40.0)
    whole = p53_delay.simulate(times)
    yield from zip(heights, whole.p53, strict=True)
    before, after = p53_delay.simulate(times - 0.2).p53, p53_delay.simulate(times + 0.2).p53
    yield np.sum((before < heights) & (after < heights)), times.size


@limit("p53_delay.period", 1e-12)
def _() -> Pairs:
    times, _ = p53_delay.peaks(72.0)
    yield p53_delay.period(72.0), (exactly(times[-1]) - exactly(times[0])) / (len(times) - 1)


PASSIVE = parp_arrest.Parameters(r=0.5, k=100.0, v=2.0, alpha=0.0, phi=1.0, d_a=0.1, ec50=10.0, n=2.0)


def _follows(course):
    """Growth that no drug touches is generalised logistic, whatever the schedule."""
    for i in (0, 40, 120):
        t = exactly(course.time[i])
        yield course.cycling[i], 100 / sqrt(1 + (power(exactly(20.0), 2) - 1) * exp(-2 * exactly(0.5) * t))
        yield course.arrested[i], 0


@limit("parp_arrest.constant", 1e-7)
def _() -> Pairs:
    yield from _follows(parp_arrest.constant(100.0, 30.0, PASSIVE))


@limit("parp_arrest.breaks", 1e-7)
def _() -> Pairs:
    yield from _follows(parp_arrest.breaks(0.3, 5, 30.0, PASSIVE))


@limit("parp_arrest.schedule", 1e-7)
def _() -> Pairs:
    yield from _follows(parp_arrest.schedule([0.0, 3.0], [100.0, 0.0], 30.0, PASSIVE))


@limit("parp_arrest.modulate", 1e-7)
def _() -> Pairs:
    yield from _follows(parp_arrest.modulate(3.0, 30.0, parameters=PASSIVE))


@limit("parp_arrest.skip", 1e-7)
def _() -> Pairs:
    yield from _follows(parp_arrest.skip(3.0, 30.0, parameters=PASSIVE))


@limit("population_pk.draw", 0.02)
def _() -> Pairs:
    patients = population_pk.draw(TYPICAL, population_pk.Variances(cl=0.3), 50_000, np.random.default_rng(5))
    yield np.mean(patients.cl), exactly(1.31) * exp(exactly(0.3) / 2)
    yield np.median(patients.cl), exactly(1.31)
    yield patients.v[0], exactly(28.02)


@limit("population_pk.quadrature", 1e-3)
def _() -> Pairs:
    patients = population_pk.quadrature(TYPICAL, population_pk.Variances(cl=0.3, v=0.1))
    yield np.mean(patients.cl), exactly(1.31) * exp(exactly(0.3) / 2)
    yield np.mean(patients.cl * patients.v), exactly(1.31) * exactly(28.02) * exp(exactly(0.4) / 2)


@limit("population_pk.mean_daily_exposure", 1e-3)
def _() -> Pairs:
    yield population_pk.mean_daily_exposure(TYPICAL, SAME, 7, 100.0), two_compartment.daily_exposure(7, TYPICAL, 100.0)
    # Late exposure is dose over clearance, which is log-normal.
    late = population_pk.mean_daily_exposure(TYPICAL, population_pk.Variances(cl=0.04), 400, 100.0)
    yield late, 100 / exactly(1.31) * exp(exactly(0.04) / 2)


@limit("population_pk.sd_daily_exposure", 1e-3)
def _() -> Pairs:
    yield population_pk.sd_daily_exposure(TYPICAL, SAME, 7, 100.0), 0
    late = population_pk.sd_daily_exposure(TYPICAL, population_pk.Variances(cl=0.04), 400, 100.0)
    yield late, 100 / exactly(1.31) * exp(exactly(0.04) / 2) * sqrt(exp(exactly(0.04)) - 1)


@limit("population_pk.concentration_quantiles", 1e-12)
def _() -> Pairs:
    quantiles = population_pk.concentration_quantiles([5.0, 30.0], TYPICAL, SAME, 100.0, 2)
    for i, t in enumerate((5.0, 30.0)):
        for level in quantiles[:, i]:
            yield level, two_compartment.concentration(t, TYPICAL, 100.0, 24.0, 2)


# The model is linear in the dose; the published numbers are in the table of model checks.
@limit("venetoclax.mean_auc24", 1e-11)
def _() -> Pairs:
    yield venetoclax.mean_auc24(250.0, 7), 5 * mpf(venetoclax.mean_auc24(50.0, 7))


@limit("venetoclax.sd_auc24", 1e-11)
def _() -> Pairs:
    yield venetoclax.sd_auc24(250.0, 7), 5 * mpf(venetoclax.sd_auc24(50.0, 7))


@limit("venetoclax.median_accumulation", 1e-12)
def _() -> Pairs:
    yield venetoclax.median_accumulation(7, 7), 1


@limit("venetoclax.median_trough", 1e-11)
def _() -> Pairs:
    yield venetoclax.median_trough(250.0, 7), 5 * mpf(venetoclax.median_trough(50.0, 7))


@limit("pump_leak.course", 1e-7)
def _() -> Pairs:
    t = [0.0, 0.5, 10.0]
    for i, inner in enumerate(pump_leak.course(t, 3.0, 0.0, 1.5, 0.7, start=1.0)):
        yield inner, 3 - 2 * exp(-exactly(0.7) * exactly(t[i]))


@limit("resistant_clones.simulate", 0.03)
def _() -> Pairs:
    sizes = resistant_clones.simulate(1e6, 1e-6, 0.14, 0.07, np.random.default_rng(6), 20_000, 3)
    yield np.mean(sizes[:, 0] == 0), exp(-_present(1e6, 1e-6, 0.14, 0.07))


@limit("reversible_tolerance.colonies", 0.05)
def _() -> Pairs:
    counts = reversible_tolerance.colonies(0.02, 0.2, 8, 40_000, np.random.default_rng(7))
    mean, variance = _colony(0.02, 0.2, 8, 0.0)
    yield np.mean(counts), mean
    yield np.var(counts), variance


@limit("two_hit.exact_probability", 1e-6)
def _() -> Pairs:
    t = [0.0, 10.0, 1e3, 1e5]
    for i, computed in enumerate(two_hit.exact_probability(t, 1, 1e-3, 2e-3)):
        # In a single cell the two losses are two waits.
        yield computed, _two_steps(exactly(t[i]), exactly(1e-3), exactly(2e-3))


@limit("two_hit.simulate", 0.03)
def _() -> Pairs:
    times = two_hit.simulate(np.random.default_rng(8), 20_000, 10, 1e-3, 1e-3, 1e9, copies=1)
    yield np.mean(times), 1 / (10 * exactly(1e-3))
