"""States and switches: chromatin, methylation, transition matrices, p53, caspases, miR-200 and ZEB."""

from __future__ import annotations

from itertools import product

import numpy as np
from mpmath import binomial, det, diff, eye, inf, ln, lu_solve, matrix, mpf, pi, power, sqrt

from resistance.models import (
    caspase_course,
    caspase_switch,
    chromatin_chain,
    chromatin_memory,
    maintenance_methylation,
    mir200_zeb,
    p53,
    p53_delay,
    state_transitions,
)
from resistance.models.maintenance_methylation import Dyads

from . import Pairs, closed_form, exactly, grid, roots

NEAR = 1 - 1e-12


@closed_form("chromatin_memory.feedback")
def _() -> Pairs:
    for alpha in (0, 1e-300, 0.5, NEAR):
        yield chromatin_memory.feedback(alpha), 1 / (1 / exactly(alpha) - 1) if alpha else 0


@closed_form("chromatin_memory.recruited")
def _() -> Pairs:
    for f in (0, 1e-300, 1.4, 1e12, 1e300):
        yield chromatin_memory.recruited(f), 1 / (1 + 1 / exactly(f)) if f else 0


@closed_form("chromatin_memory.rates")
def _() -> Pairs:
    for m, a, f, k in [
        (0.2, 0.3, 1.4, 0.7),
        (0, 0, 0, 1),
        (1, 0, 1e6, 0.5),
        (1 / 3, 1 / 3, 1.0, 1.0),
        (0.5, 0.25, 1e-9, 0),
    ]:
        m_, a_, f_, k_ = map(exactly, (m, a, f, k))
        u = 1 - m_ - a_
        # Recruited steps towards M and A, and noise one state either way; time in units of 3 / (1 - alpha) sweeps.
        silence, activate = 3 * f_ * k_ * m_, 3 * f_ * a_
        up = u * (silence + 1) - m_ * (activate + 1)
        down = u * (activate + 1) - a_ * (silence + 1)
        largest = 1 + 3 * f
        computed = chromatin_memory.rates(m, a, f, k)
        yield computed[0], up, largest / abs(up) if up else largest
        yield computed[1], down, largest / abs(down) if down else largest


def _ratios(f, k):
    found = roots(1, -3 * f * k, 3 * f, -1)
    return sorted(r.real for r in found if abs(r.imag) < mpf(10) ** -25 and r.real > 0)


@closed_form("chromatin_memory.steady_states", accuracy=1e-10)
def _() -> Pairs:
    for f, k in [(0, 1.0), (2.0, 1.0), (1.4, 1.0), (1e6, 1.0), (2.0, 0.95), (0.5, 0.2), (10.0, 0.6), (1e3, 0.1)]:
        found, exact = chromatin_memory.steady_states(f, k), _ratios(exactly(f), exactly(k))
        yield len(found), len(exact)
        for state, r in zip(found, exact, strict=False):
            u = r / (1 + r + r * r)
            yield state.silenced, r * u
            yield state.unmodified, u
            yield state.active, u / r


@closed_form("chromatin_memory.gap")
def _() -> Pairs:
    for f in (0, 0.5, 1.0, 1.0000001, 1.4, 2.0, 1e9):
        largest = max(_ratios(exactly(f), mpf(1))) if f > 1 else mpf(1)
        exact = (largest**2 - 1) / (largest**2 + 1)
        yield chromatin_memory.gap(f), exact, 1 / (f - 1) if f > 1 else 1


def _appears(k):
    """``F`` at which the silenced state appears for recruitment cut to ``k``: a double root of the cubic."""
    low, high = mpf(1), 4 / k
    for _ in range(230):
        r = (low + high) / 2
        low, high = (r, high) if k * (r**4 + 2 * r) < 2 * r**3 + 1 else (low, r)
    return (high**3 + 2) / (3 * high)


@closed_form("chromatin_memory.threshold", accuracy=1e-12)
def _() -> Pairs:
    for k in (1e-3, 0.1, 0.5, 0.9, 0.999, 1.0):
        yield chromatin_memory.threshold(k), _appears(exactly(k)) if k < 1 else 1, 1 / (1 - k) if k < 1 else 1


@closed_form("chromatin_memory.silencing_needed", accuracy=1e-12)
def _() -> Pairs:
    for f in (1 + 1e-6, 1.5, 10.0, 1e6):
        phi = 3 * exactly(f)
        r = max(x.real for x in roots(1, 0, -phi, 2))
        yield chromatin_memory.silencing_needed(f), r / phi + 1 / r - 1 / (phi * r * r)


@closed_form("chromatin_memory.branch")
def _() -> Pairs:
    for r, f in grid([1e-6, 0.5, 1.0, 3.0, 1e6], [1e-6, 1.4, 1e6]):
        r_, phi = exactly(r), 3 * exactly(f)
        exact = (r_**3 + phi * r_ - 1) / (phi * r_**2)  # r^3 - phi k r^2 + phi r - 1 = 0
        largest = max(r_ / phi, 1 / r_, 1 / (phi * r_ * r_))
        yield chromatin_memory.branch(r, f), exact, largest / abs(exact) if exact else largest


def _step_chances(feedback, k, n=2):
    """Transition matrix of one step over the states of single nucleosomes, straight from the rules."""
    alpha = exactly(feedback) / (1 + exactly(feedback))
    states = list(product((-1, 0, 1), repeat=n))
    chances = {s: dict.fromkeys(states, mpf(0)) for s in states}

    def moved(state, i, by):
        return (*state[:i], max(-1, min(1, state[i] + by)), *state[i + 1 :])

    for state, i in product(states, range(n)):
        for j in range(n):
            share = alpha / n / n
            if state[j] == 1:
                chances[state][moved(state, i, 1)] += share * exactly(k)
                chances[state][state] += share * (1 - exactly(k))
            else:
                chances[state][moved(state, i, state[j])] += share
        for by in (1, 0, -1):
            chances[state][moved(state, i, by)] += (1 - alpha) / 3 / n
    return states, chances


def _numbers(shares, states, n=2):
    """Probabilities of the numbers (silenced, active)."""
    p = matrix(n + 1, n + 1)
    for state, share in zip(states, shares, strict=True):
        p[state.count(1), state.count(-1)] += share
    return p


def _resting(feedback, k):
    states, chances = _step_chances(feedback, k)
    size = len(states)
    system = matrix(size, size)
    for i, j in product(range(size), repeat=2):
        system[i, j] = chances[states[j]][states[i]] - (1 if i == j else 0)
    for j in range(size):
        system[0, j] = 1
    right = matrix(size, 1)
    right[0] = 1
    return _numbers(lu_solve(system, right), states)


CHAINS = [(0.0, 1.0), (1.4, 1.0), (1.4, 0.5), (50.0, 1.0), (3.0, 0.0)]


@closed_form("chromatin_chain.stationary", accuracy=1e-11)
def _() -> Pairs:
    for feedback, k in CHAINS:
        p, exact = chromatin_chain.stationary(feedback, 2, k), _resting(feedback, k)
        for m, a in product(range(3), repeat=2):
            yield p[m, a], exact[m, a], 1 / exact[m, a] if exact[m, a] else 1


@closed_form("chromatin_chain.mean_gap", accuracy=1e-11)
def _() -> Pairs:
    for feedback in (0.0, 1.4, 50.0):
        p = _resting(feedback, 1.0)
        yield chromatin_chain.mean_gap(feedback, 2), p[1, 0] + p[2, 0] + p[0, 1] + p[0, 2]


@closed_form("chromatin_chain.evolve", accuracy=1e-11)
def _() -> Pairs:
    for (feedback, k), sweeps in grid(CHAINS, [0, 1, 7]):
        states, chances = _step_chances(feedback, k)
        shares = {s: mpf(1 if s == (1, 1) else 0) for s in states}
        for _ in range(2 * sweeps):
            shares = {s: sum(shares[r] * chances[r][s] for r in states) for s in states}
        exact = _numbers([shares[s] for s in states], states)
        p = chromatin_chain.evolve(chromatin_chain.all_silenced(2), sweeps, feedback, k)
        for m, a in product(range(3), repeat=2):
            yield p[m, a], exact[m, a]


SPREAD = np.array([[0.1, 0.05, 0.15, 0.02], [0.2, 0.03, 0.05, 0.0], [0.1, 0.2, 0.0, 0.0], [0.1, 0.0, 0.0, 0.0]])


@closed_form("chromatin_chain.silenced_numbers")
def _() -> Pairs:
    for m, computed in enumerate(chromatin_chain.silenced_numbers(SPREAD)):
        yield computed, sum(exactly(x) for x in SPREAD[m])


@closed_form("chromatin_chain.mostly_silenced")
def _() -> Pairs:
    more = sum(exactly(SPREAD[m, a]) for m, a in product(range(4), repeat=2) if m > a)
    yield chromatin_chain.mostly_silenced(SPREAD), more + sum(exactly(SPREAD[m, m]) for m in range(4)) / 2


@closed_form("chromatin_chain.all_silenced")
def _() -> Pairs:
    for n in (2, 60):
        p = chromatin_chain.all_silenced(n)
        yield p[n, 0], 1
        yield p.sum(), 1


@closed_form("chromatin_chain.divide", accuracy=1e-12)
def _() -> Pairs:
    p = chromatin_chain.divide(SPREAD)
    for m, a in product(range(4), repeat=2):
        kept = (
            exactly(SPREAD[i, j]) * binomial(i, m) * binomial(j, a) / mpf(2) ** (i + j)
            for i, j in product(range(m, 4), range(a, 4))
        )
        yield p[m, a], sum(kept)


COPIES = [(0.96, 0.17), (1.0, 1e-12), (NEAR, 0), (1e-12, 1e-12), (0.5, 0.5), (1.0, 1.0), (0, 0)]


@closed_form("maintenance_methylation.equilibrium")
def _() -> Pairs:
    for maintenance, new in COPIES:
        # As much is lost as is gained: (1 - E_m) m = E_d (1 - m).
        exact = exactly(new) / ((1 - exactly(maintenance)) + exactly(new))
        yield maintenance_methylation.equilibrium(maintenance, new), exact


@closed_form("maintenance_methylation.relaxation")
def _() -> Pairs:
    for maintenance, new in COPIES:
        yield maintenance_methylation.relaxation(maintenance, new), exactly(maintenance) - exactly(new)


@closed_form("maintenance_methylation.half_time")
def _() -> Pairs:
    for maintenance, new in [(0.96, 0.17), (NEAR, 0), (1.0, 1e-9), (0.5, 0.5), (1.0, 0), (0.5, 0.25)]:
        factor = exactly(maintenance) - exactly(new)
        exact = 0 if factor == 0 else inf if factor == 1 else ln(mpf(2)) / -ln(factor)
        yield maintenance_methylation.half_time(maintenance, new), exact


@closed_form("maintenance_methylation.course")
def _() -> Pairs:
    for start, divisions, (maintenance, new) in grid([0, 0.3, 1.0], [0, 1, 30], COPIES[:5]):
        share = exactly(start)
        for _ in range(divisions):
            share = exactly(maintenance) * share + exactly(new) * (1 - share)
        yield maintenance_methylation.course(start, divisions, maintenance, new), share, 1 / share if share else 1


@closed_form("maintenance_methylation.dyads_from_counts")
def _() -> Pairs:
    for methylated, unmethylated, all_ in [(93, 24, 110), (5, 5, 10), (5, 5, 5), (0, 3, 3)]:
        dyads = maintenance_methylation.dyads_from_counts(methylated, unmethylated, all_)
        yield dyads.total, all_
        yield dyads.both + dyads.one, methylated
        yield dyads.neither + dyads.one, unmethylated


@closed_form("maintenance_methylation.efficiencies")
def _() -> Pairs:
    for dyads, given in [
        (Dyads(86, 7, 17), None),
        (Dyads(86, 7, 17), 5),
        (Dyads(1e12, 1, 1e-9), 0),
        (Dyads(0, 4, 0), 1),
    ]:
        old = exactly(dyads.one) / 2 if given is None else exactly(given)
        found = maintenance_methylation.efficiencies(dyads, given)
        yield found.maintenance, 1 - old / (exactly(dyads.both) + old) if old else 1
        new = exactly(dyads.one) - old
        yield found.de_novo, new / (exactly(dyads.neither) + new)


@closed_form("maintenance_methylation.strand_share")
def _() -> Pairs:
    for dyads in (Dyads(86, 7, 17), Dyads(0, 1, 0), Dyads(1e12, 1e-3, 1)):
        both, one, none = map(exactly, (dyads.both, dyads.one, dyads.neither))
        yield maintenance_methylation.strand_share(dyads), (both + one / 2) / (both + one + none)


TRIPLE = [[0.9, 0.08, 0.02], [0.1, 0.85, 0.05], [0.01, 0.19, 0.8]]


def _rows(values):
    """The matrix with rows divided by their sums."""
    return matrix([[exactly(x) / sum(map(exactly, row)) for x in row] for row in values])


@closed_form("state_transitions.transition_matrix")
def _() -> Pairs:
    yield from zip(state_transitions.transition_matrix(TRIPLE).ravel(), _rows(TRIPLE), strict=True)


@closed_form("state_transitions.equilibrium", accuracy=1e-11)
def _() -> Pairs:
    for values in (TRIPLE, [[1 - 1e-9, 1e-9], [1e-6, 1 - 1e-6]], [[1, 0], [0.3, 0.7]]):
        system = _rows(values).T - eye(len(values))
        for j in range(len(values)):
            system[0, j] = 1
        right = matrix(len(values), 1)
        right[0] = 1
        exact = lu_solve(system, right)
        for computed, share in zip(state_transitions.equilibrium(values), exact, strict=True):
            # Rare transitions stand beside a diagonal near 1, which keeps seven of their digits.
            yield computed, share, 1e5 if values is not TRIPLE else 1


@closed_form("state_transitions.propagate", accuracy=1e-12)
def _() -> Pairs:
    row, step = matrix([[1, 0, 0]]), _rows(TRIPLE)
    for computed in state_transitions.propagate([1, 0, 0], TRIPLE, 50):
        yield from zip(computed, row, strict=True)
        row = row * step


@closed_form("state_transitions.nearest_probabilities")
def _() -> Pairs:
    for row in ([0.5, 0.6, -0.1], [0.2, 0.3, 0.5], [5.0, -3.0, 1e-12], [1e-12, 1e-12, 1e-12], [-5.0, -4.0]):
        low, high = mpf(-10), mpf(10)
        for _ in range(230):  # max(x - shift, 0) sums to 1
            shift = (low + high) / 2
            low, high = (shift, high) if sum(max(exactly(x) - shift, 0) for x in row) > 1 else (low, shift)
        for computed, x in zip(state_transitions.nearest_probabilities(row), row, strict=True):
            exact = max(exactly(x) - high, 0)
            yield computed, exact if exact > mpf(10) ** -40 else 0, 10


@closed_form("state_transitions.root", accuracy=1e-10)
def _() -> Pairs:
    step = _rows(TRIPLE)
    for steps in (2, 6, 13):
        whole = step**steps
        given = [[float(whole[i, j]) for j in range(3)] for i in range(3)]
        yield from zip(state_transitions.root(given, steps).ravel(), step, strict=True)
    # An eigenvalue met twice without two eigenvectors: the root exists all the same.
    defective = [[0.25, 0.5, 0.25], [0, 0.25, 0.75], [0, 0, 1]]
    found = state_transitions.root(defective, 2)
    yield from zip(found.ravel(), map(mpf, (0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 1)), strict=True)


@closed_form("state_transitions.estimate", accuracy=1e-10)
def _() -> Pairs:
    step = _rows(TRIPLE)
    given = {n: [[float((step**n)[i, j]) for j in range(3)] for i in range(3)] for n in (1, 2, 5)}
    yield from zip(state_transitions.estimate(given).ravel(), step, strict=True)


@closed_form("state_transitions.steps_to_equilibrium")
def _() -> Pairs:
    # Two states: the distance from equilibrium shrinks by 1 - a - b a step.
    for a, b, tolerance in [(0.1, 0.2, 0.01), (1e-3, 1e-3, 1e-4), (0.5, 0.5, 0.01)]:
        away = exactly(b) / (exactly(a) + exactly(b))
        left = 1 - exactly(a) - exactly(b)
        distance, steps = exactly(a) / (exactly(a) + exactly(b)), 0
        while distance >= exactly(tolerance):
            distance, steps = distance * left, steps + 1
        yield state_transitions.steps_to_equilibrium([1, 0], [[1 - a, a], [b, 1 - b]], tolerance), steps
        yield state_transitions.equilibrium([[1 - a, a], [b, 1 - b]])[0], away, 1e3


LOOPS = [p53.Parameters(), p53.Parameters(psi=3.0), p53.Parameters(k=0.5), p53.Parameters(beta_x=1e-6, alpha_k=30.0)]


def _loop(p):
    """The three rates of the loop as functions of the levels."""
    b, a, k, c, m, loss, s = (
        exactly(getattr(p, n)) for n in ("beta_x", "alpha_k", "k", "beta_y", "alpha_0", "alpha_y", "psi")
    )
    return (
        lambda x, y0, y: b * s - a * y * x / (x + k),
        lambda x, y0, y: c * s * x - m * y0,
        lambda x, y0, y: m * y0 - loss * y,
    )


def _levels(p):
    b, a, k, c, m, loss, s = (
        exactly(getattr(p, n)) for n in ("beta_x", "alpha_k", "k", "beta_y", "alpha_0", "alpha_y", "psi")
    )
    x = max(r.real for r in roots(a * c, -b * loss, -b * loss * k))
    return x, c * s * x / m, c * s * x / loss


def _slopes(p):
    """The Jacobian by differentiation of the rates."""
    at = _levels(p)
    order = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    return matrix([[diff(rate, at, n) for n in order] for rate in _loop(p)])


@closed_form("p53.steady_state")
def _() -> Pairs:
    for p in LOOPS:
        yield from zip(p53.steady_state(p), _levels(p), strict=True)


@closed_form("p53.jacobian")
def _() -> Pairs:
    for p in LOOPS:
        for computed, exact in zip(p53.jacobian(p).ravel(), _slopes(p), strict=True):
            yield computed, exact if abs(exact) > mpf(10) ** -15 else 0


def _margin(p):
    a = _slopes(p)
    # det(s - a) at three points gives the coefficients of s^3 + c2 s^2 + c1 s + c0.
    c0, plus, minus = det(-a), det(eye(3) - a), det(-eye(3) - a)
    c2, c1 = (plus + minus) / 2 - c0, (plus - minus) / 2 - 1
    return c0 - c2 * c1, c2 * c1


@closed_form("p53.hurwitz_margin")
def _() -> Pairs:
    for p in LOOPS:
        margin, largest = _margin(p)
        yield p53.hurwitz_margin(p), margin, 10 + largest / abs(margin)


@closed_form("p53.oscillates")
def _() -> Pairs:
    for p in LOOPS:
        yield p53.oscillates(p), int(_margin(p)[0] > 0)


@closed_form("p53.linear_period", accuracy=1e-11)
def _() -> Pairs:
    for p in LOOPS[:3]:
        a = _slopes(p)
        c0, plus, minus = det(-a), det(eye(3) - a), det(-eye(3) - a)
        found = roots(1, (plus + minus) / 2 - c0, (plus - minus) / 2 - 1, c0)
        yield p53.linear_period(p), 2 * pi / max(abs(r.imag) for r in found)


@closed_form("p53.critical_damage", accuracy=1e-10)
def _() -> Pairs:
    from dataclasses import replace

    for p in (p53.Parameters(), p53.Parameters(k=0.01)):
        low, high = 1e-3, 10.0
        for _ in range(56):
            middle = (low * high) ** 0.5
            low, high = (low, middle) if _margin(replace(p, psi=middle))[0] > 0 else (middle, high)
        yield p53.critical_damage(p), exactly(high)


@closed_form("p53_delay.steady_state")
def _() -> Pairs:
    for p in (p53_delay.Parameters(), p53_delay.Parameters(alpha_x=1e6), p53_delay.Parameters(alpha_xy=0, alpha_x=2.0)):
        b, a, c, d, loss, s = (
            exactly(getattr(p, n)) for n in ("beta_x", "alpha_x", "alpha_xy", "beta_y", "alpha_y", "psi")
        )
        pull = c * d * s / loss
        x = max(r.real for r in roots(pull, a, -b * s)) if pull else b * s / a
        yield from zip(p53_delay.steady_state(p), (x, d * s * x / loss), strict=True)


CELLS = [
    caspase_switch.Cell(),
    caspase_switch.Cell(sequestration=False),
    caspase_switch.Cell(cleavage=False),
    caspase_switch.Cell(xiap=0.0),
    caspase_switch.Cell(xiap=400.0, caspase9=1e-3),
]
MU, A_ON, A_OFF = (exactly(x) for x in (0.001, 0.002, 0.1))
X_ON, X_OFF, X3_ON, X3_OFF = (exactly(x) for x in (0.001, 0.001, 0.003, 0.001))


def _bound(total, half, sink):
    """Free part of ``total`` beside ``sink`` sites of half-saturation ``half``."""
    b = half + sink - total
    return (
        (-b + sqrt(b * b + 4 * half * total)) / 2 if b < 0 else 2 * half * total / (b + sqrt(b * b + 4 * half * total))
    )


@closed_form("caspase_switch.free_apaf")
def _() -> Pairs:
    for cell, apaf in grid(CELLS, [0, 1e-12, 3.0, 1e12]):
        yield caspase_switch.free_apaf(apaf, cell), _bound(exactly(apaf), (A_OFF + MU) / A_ON, exactly(cell.caspase9))


def _xiap(active, cell):
    """Free XIAP: with sequestration active caspase-3 holds a share of what caspase-9 leaves."""
    half9, half3 = (X_OFF + MU) / X_ON, (X3_OFF + MU) / X3_ON
    ratio = 1 + active / half3 if cell.sequestration else mpf(1)
    # X (1 + C3*/K3) + X C9 / (K9 + X) = total
    total, nine = exactly(cell.xiap), exactly(cell.caspase9)
    a, b, c = ratio, ratio * half9 + nine - total, -half9 * total
    return max(r.real for r in roots(a, b, c)) if total else mpf(0)


@closed_form("caspase_switch.free_xiap")
def _() -> Pairs:
    for cell, active in grid(CELLS, [0, 1e-6, 10.0, 1e6]):
        yield caspase_switch.free_xiap(active, cell), _xiap(exactly(active), cell)


def _forms(active, apaf, cell):
    """The eight forms of caspase-9 at rest: free, with Apaf-1, with XIAP, with both; whole and cleaved."""
    x, cut = _xiap(active, cell), exactly(0.0002) * active if cell.cleavage else mpf(0)
    a_on, x_on = A_ON * apaf, X_ON * x
    rows, right = matrix(8, 8), matrix(8, 1)
    right[0] = -MU * exactly(cell.caspase9)

    def flow(source, target, rate):
        rows[source, source] -= rate
        rows[target, source] += rate

    for base in (0, 4):  # C9, AC9, C9X, AC9X, then the same cleaved
        for free_, bound in ((0, 1), (2, 3)):
            flow(base + free_, base + bound, a_on)
            flow(base + bound, base + free_, A_OFF)
        for free_, bound in ((0, 2), (1, 3)):
            flow(base + free_, base + bound, x_on)
            flow(base + bound, base + free_, X_OFF)
    flow(0, 4, cut)
    flow(1, 5, cut)
    for i in range(8):
        rows[i, i] -= MU
    found = lu_solve(rows, right)
    return found[0], found[1], found[4], found[5]


@closed_form("caspase_switch.caspase9_forms", accuracy=1e-11)
def _() -> Pairs:
    for cell, active, apaf in grid(CELLS, [0, 1e-3, 20.0], [0, 1e-6, 10.0, 1e6]):
        exact = _forms(exactly(active), exactly(apaf), cell)
        yield from zip(caspase_switch.caspase9_forms(active, apaf, cell), exact, strict=True)


def _captured(active, cell):
    if cell.sequestration:
        return _xiap(active, cell) * active / ((X3_OFF + MU) / X3_ON)
    return exactly(cell.xiap) / (1 + (X3_OFF + MU) / X3_ON / active) if active else mpf(0)


@closed_form("caspase_switch.captured")
def _() -> Pairs:
    for cell, active in grid(CELLS, [0, 1e-9, 10.0, 1e6]):
        yield caspase_switch.captured(active, cell), _captured(exactly(active), cell)


def _balance(active, apaf, cell):
    apaf = _bound(exactly(apaf), (A_OFF + MU) / A_ON, exactly(cell.caspase9))
    speeds = (exactly(x) for x in (5e-6, 3.5e-4, 5e-5, 3.5e-3))
    rate = sum(v * form for v, form in zip(speeds, _forms(active, apaf, cell), strict=True))
    made = active + _captured(active, cell)
    return rate * (exactly(cell.caspase3) - made) - MU * made, MU * made


@closed_form("caspase_switch.balance", accuracy=1e-11)
def _() -> Pairs:
    for cell, active, apaf in grid(CELLS[:3], [0, 0.1, 50.0], [0, 3.0, 100.0]):
        exact, scale = _balance(exactly(active), apaf, cell)
        yield caspase_switch.balance(active, apaf, cell), exact, scale / abs(exact) if exact else 1


@closed_form("caspase_switch.apaf_for", accuracy=1e-9)
def _() -> Pairs:
    for cell, active in grid(CELLS[:3], [0.05, 1.0, 30.0]):
        apaf = caspase_switch.apaf_for(active, cell)
        if np.isfinite(apaf):
            low, high = exactly(apaf) * mpf("0.9"), exactly(apaf) * mpf("1.1")
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if _balance_at(exactly(active), middle, cell) < 0 else (low, middle)
            yield apaf, high


def _balance_at(active, apaf, cell):
    free = _bound(apaf, (A_OFF + MU) / A_ON, exactly(cell.caspase9))
    speeds = (exactly(x) for x in (5e-6, 3.5e-4, 5e-5, 3.5e-3))
    rate = sum(v * form for v, form in zip(speeds, _forms(active, free, cell), strict=True))
    made = active + _captured(active, cell)
    return rate * (exactly(cell.caspase3) - made) - MU * made


@closed_form("caspase_course.totals")
def _() -> Pairs:
    names = caspase_course.species()
    state = [10.0 ** (i - 6) for i in range(len(names))]
    for part, computed in zip(("A", "C9", "X", "C3"), caspase_course.totals(state), strict=True):
        yield computed, sum(exactly(x) for name, x in zip(names, state, strict=True) if part in name)


@closed_form("mir200_zeb.hill")
def _() -> Pairs:
    for x, threshold, n, fold in grid([0, 1e-9, 1.0, 220e3, 1e12], [1.0, 220e3], [0, 1.0, 3.0], [0, 0.1, 7.5]):
        ratio = power(exactly(x) / exactly(threshold), exactly(n)) if x or n else mpf(1)
        exact = (1 + exactly(fold) * ratio) / (1 + ratio)
        yield mir200_zeb.hill(x, threshold, n, fold), exact, 1 / exact if exact else 1


def _sites(mu):
    """Chances that 0 to 6 sites are filled: odds weighted by the ways to choose them."""
    odds = exactly(mu) / exactly(1e4)
    ways = [binomial(6, i) * odds**i for i in range(7)]
    return [w / sum(ways) for w in ways]


AMOUNTS = [0, 1e-6, 1e4, 5e4, 1e9]


@closed_form("mir200_zeb.binding")
def _() -> Pairs:
    for mu in AMOUNTS:
        for computed, exact in zip(mir200_zeb.binding(mu), _sites(mu), strict=True):
            yield computed, exact, 1e4 / 1e-6 * 10 if mu > 1e6 else 10


def _silencing(mu):
    p, chance = mir200_zeb.LU2013, _sites(mu)
    return (
        sum(exactly(part) * b for part, b in zip(p.translation, chance, strict=True)),
        sum(exactly(part) * b for part, b in zip(p.mrna_loss, chance, strict=True)),
        sum(i * exactly(part) * b for i, (part, b) in enumerate(zip(p.mirna_loss, chance, strict=True))),
    )


@closed_form("mir200_zeb.translation")
def _() -> Pairs:
    for mu in AMOUNTS:
        yield mir200_zeb.translation(mu), _silencing(mu)[0]


@closed_form("mir200_zeb.mrna_loss")
def _() -> Pairs:
    for mu in AMOUNTS:
        yield mir200_zeb.mrna_loss(mu), _silencing(mu)[1]


@closed_form("mir200_zeb.mirna_loss")
def _() -> Pairs:
    for mu in AMOUNTS:
        yield mir200_zeb.mirna_loss(mu), _silencing(mu)[2]


@closed_form("mir200_zeb.silencing")
def _() -> Pairs:
    for mu in AMOUNTS:
        yield from zip(mir200_zeb.silencing(np.asarray(float(mu)), mir200_zeb.LU2013), _silencing(mu), strict=True)


def _hill(x, threshold, n, fold):
    ratio = power(exactly(x) / exactly(threshold), exactly(n)) if x else mpf(0)
    return (1 + exactly(fold) * ratio) / (1 + ratio)


def _made(zeb, snail):
    return (
        2100 * _hill(zeb, 220e3, 3.0, 0.1) * _hill(snail, 180e3, 2.0, 0.1),
        11 * _hill(zeb, 25e3, 2.0, 7.5) * _hill(snail, 180e3, 2.0, 10.0),
    )


@closed_form("mir200_zeb.made")
def _() -> Pairs:
    for zeb, snail in grid([0, 1e3, 1e6], [0, 2e5, 1e9]):
        computed = mir200_zeb.made(np.asarray(float(zeb)), np.asarray(float(snail)), mir200_zeb.LU2013)
        yield from zip(computed, _made(zeb, snail), strict=True)


@closed_form("mir200_zeb.rates")
def _() -> Pairs:
    for mu, mrna, zeb, snail in [(0, 0, 0, 0), (1e4, 300.0, 5e4, 2e5), (1e9, 1e6, 1e9, 1e9), (1.0, 1e-6, 1e-3, 1.0)]:
        made_mu, made_m = _made(zeb, snail)
        translated, lost_m, lost_mu = _silencing(mu)
        parts = (
            (made_mu, -exactly(mrna) * lost_mu, -exactly(0.05) * exactly(mu)),
            (made_m, -exactly(mrna) * (lost_m + exactly(0.5))),
            (100 * exactly(mrna) * translated, -exactly(0.1) * exactly(zeb)),
        )
        for computed, terms in zip(mir200_zeb.rates(mu, mrna, zeb, snail), parts, strict=True):
            exact = sum(terms)
            yield computed, exact, max(map(abs, terms)) / abs(exact) if exact else 1
