"""Tumour cells against effector cells: steady states, courses, the dividing line, the fold."""

from __future__ import annotations

from dataclasses import astuple, replace

from mpmath import findroot, log, mpf, sqrt

from resistance.models import tumour_immune
from resistance.models.tumour_immune import BCL1, Rates

from . import Pairs, closed_form, exactly, roots

RATES = [
    BCL1,
    replace(BCL1, n=BCL1.n * 0.6),
    replace(BCL1, n=BCL1.n * 5),
    replace(BCL1, s=1e-9),
    replace(BCL1, s=0),
    replace(BCL1, b=1e-20),
    replace(BCL1, p=0, m=0),
    replace(BCL1, s=1e-3, n=1e-12, g=1e12),
]
# Order and step of the Taylor series of a course, in units of a million cells and 1 / (n million) days.
ORDER, STEP, CELLS = 24, mpf("0.15"), 10**6


def _paper(rates: Rates):
    """sigma, rho, eta, mu, delta, alpha, beta of the paper, for cells in millions."""
    s, p, g, m, d, a, b, n = (exactly(value) for value in astuple(rates))
    unit = n * CELLS
    return s / (unit * CELLS), p / unit, g / CELLS, m / n, d / unit, a / unit, b * CELLS


def _steady(rates: Rates):
    """Effector and tumour cells of the steady states, from the cubic that the paper prints, with a condition."""
    sigma, rho, eta, mu, delta, alpha, beta = _paper(rates)
    cubic = [
        eta * (sigma / alpha - delta),
        sigma / alpha + rho + beta * eta * delta - delta - mu * eta,
        beta * (mu * eta + delta - rho) - mu,
        mu * beta,
    ]
    while cubic[-1] == 0:
        cubic.pop()
    found = [(sigma / delta * CELLS, mpf(0), 1)]
    for y in sorted((y for y in roots(*reversed(cubic)) if abs(y.imag) < 1e-40 * abs(y)), key=lambda y: y.real):
        y = y.real
        x = alpha * (1 - beta * y)
        if y > 0 and x > -1e-40:
            slope = sum(k * c * y**k for k, c in enumerate(cubic))
            condition = sum(abs(c) * y**k for k, c in enumerate(cubic)) / abs(slope)
            found.append((max(x, 0) * CELLS, y * CELLS, condition))
    return found


@closed_form("tumour_immune.steady_states")
def _() -> Pairs:
    for rates in RATES:
        states, exact = tumour_immune.steady_states(rates), _steady(rates)
        yield states.count, len(exact)
        for i, (x, y, condition) in enumerate(exact):
            yield states.tumour[i], y, condition
            bend = 1 + exactly(rates.b) * y * exactly(rates.a) / exactly(rates.n) / x if x else 1
            yield states.effectors[i], x, 10 * condition * min(bend, 1e3)
    for state in (1, 2):  # eigenvalues of the held tumour and of the saddle
        x, y, _ = _steady(BCL1)[state]
        _, p, g, m, d, a, b, n = (exactly(value) for value in astuple(BCL1))
        own, other = p * y / (g + y) - m * y - d, p * x * g / (g + y) ** 2 - m * x
        grows, lost = a - 2 * a * b * y - n * x, -n * y
        half, inside = (own + grows) / 2, ((own - grows) / 2) ** 2 + other * lost
        parts = (half, half) if inside < 0 else (half + sqrt(inside), half - sqrt(inside))
        states = tumour_immune.steady_states()
        yield states.larger[state], parts[0], 1e3
        yield states.smaller[state], parts[1], 1e3


def _taylor(rates: Rates, x, y, until, backwards=False):
    """Effector and tumour cells (millions) after ``until`` of the paper's time, by Taylor series of high order."""
    sigma, rho, eta, mu, delta, alpha, beta = _paper(rates)
    sign, done = (-1 if backwards else 1), mpf(0)
    while done < until:
        step = min(STEP, until - done)
        xs, ys, recruited = [x], [y], []
        for k in range(ORDER):
            kill = sum(xs[i] * ys[k - i] for i in range(k + 1))
            square = sum(ys[i] * ys[k - i] for i in range(k + 1))
            # recruited (eta + y) = x y
            known = sum(recruited[i] * ys[k - i] for i in range(k))
            recruited.append((kill - known) / (eta + ys[0]))
            slope = (sigma if k == 0 else 0) + rho * recruited[k] - mu * kill - delta * xs[k]
            xs.append(sign * slope / (k + 1))
            ys.append(sign * (alpha * (ys[k] - beta * square) - kill) / (k + 1))
        x, y = (sum(c * step**k for k, c in enumerate(series)) for series in (xs, ys))
        done += step
    return x, y


@closed_form("tumour_immune.course", accuracy=1e-7)
def _() -> Pairs:
    for effectors, tumour, days in [(3.2e5, 5e5, 60.0), (3.2e5, 3e8, 40.0), (0.0, 1.0, 20.0)]:
        course = tumour_immune.course([days], effectors, tumour)
        x, y = (exactly(value) / CELLS for value in (effectors, tumour))
        x, y = _taylor(BCL1, x, y, exactly(days) * exactly(BCL1.n) * CELLS)
        yield course.effectors[0], x * CELLS
        yield course.tumour[0], y * CELLS


@closed_form("tumour_immune.tipping_tumour", accuracy=1e-8)
def _() -> Pairs:
    """Backwards from a point beside the saddle that is so near that the line is straight there to twenty digits."""
    for rates in (BCL1, replace(BCL1, n=BCL1.n * 1.25)):
        _, rho, eta, mu, delta, alpha, beta = _paper(rates)
        x, y = (value / CELLS for value in _steady(rates)[2][:2])
        own, other = rho * y / (eta + y) - mu * y - delta, rho * x * eta / (eta + y) ** 2 - mu * x
        grows, lost = alpha - 2 * alpha * beta * y - x, -y
        falling = (own + grows) / 2 - sqrt(((own - grows) / 2) ** 2 + other * lost)
        for sign in (-1, 1):
            beside = (x * (1 + sign * mpf(10) ** -12), y + sign * x * mpf(10) ** -12 * (falling - own) / other)
            far = _taylor(rates, *beside, log(mpf("4e11")) / -falling, backwards=True)
            yield tumour_immune.tipping_tumour(float(far[0] * CELLS), rates), far[1] * CELLS


@closed_form("tumour_immune.factor_without_escape")
def _() -> Pairs:
    """The influx at which the saddle and the escaped tumour meet: the cubic has a double root."""
    for rates in (BCL1, replace(BCL1, s=1.0), replace(BCL1, p=0.2)):
        _, rho, eta, mu, delta, alpha, beta = _paper(rates)

        def needed(y, rho=rho, eta=eta, mu=mu, delta=delta, alpha=alpha, beta=beta):
            return alpha * (1 - beta * y) * (delta + mu * y - rho * y / (eta + y))

        def slope(y, needed=needed):
            return (needed(y * (1 + mpf(10) ** -25)) - needed(y * (1 - mpf(10) ** -25))) / (2 * y * mpf(10) ** -25)

        start = max((exactly(0.5) / beta * k / 40 for k in range(10, 79)), key=needed)
        yield tumour_immune.factor_without_escape(rates), needed(findroot(slope, start)) / _paper(rates)[0]
