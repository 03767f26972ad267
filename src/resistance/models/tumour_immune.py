"""Tumour cells and the effector cells that kill them: held in check, or escaped (B7).

Effector cells ``E`` and tumour cells ``T`` (Kuznetsov et al., Bull Math Biol 1994;56:295-321, as deposited in
BioModels, BIOMD0000000762)::

    dE/dt = s + p E T / (g + T) - m E T - d E
    dT/dt = a T (1 - b T) - n E T

Effector cells enter at the rate ``s``, are recruited by the tumour at most at the rate ``p``, half of it at ``g``
tumour cells, are used up by it (``m``) and die (``d``). Tumour cells grow logistically and are killed (``n``). The same
rates can hold one tumour small and lose another: which of the two depends on the side of a line, the stable manifold of
a saddle, on which it starts. Cells are counts, times days.

Inside, with time in units of ``1 / a``, ``X = n E / a`` and ``Y = T / g``::

    X' = sigma + rho X Y / (1 + Y) - mu X Y - delta X,    Y' = Y (1 - kappa Y - X)

so that ``s`` and ``n`` enter the steady tumours only through their product.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import integrate, root
from resistance.models._validate import NON_NEGATIVE, POSITIVE, REAL, Floats, number, rising, whole

_ZERO_ALLOWED = ("s", "p", "m")
# Start on the dividing line beside the saddle, as a share of its effector cells; the line bends by the square of it.
_BESIDE = 1e-7
# Time in units of 1 / a within which the line must reach the effector cells that were asked for.
_LONGEST = 1e4
_TOLERANCE = {"method": "LSODA", "rtol": 1e-10, "atol": 1e-12}


@dataclass(frozen=True)
class Rates:
    """Rates of the model; the defaults are the estimates for a B-cell lymphoma (BCL1) in the spleen of mice.

    ``s`` cells per day, ``p``, ``d``, ``a`` per day, ``g`` cells, ``m`` and ``n`` per day and cell, ``b`` per cell. The
    first, ``p`` and ``m`` may be 0, the others are above 0. Raises ``ValueError`` for a rate that leaves its range.
    """

    s: float = 1.3e4
    p: float = 0.1245
    g: float = 2.019e7
    m: float = 3.422e-10
    d: float = 0.0412
    a: float = 0.18
    b: float = 2.0e-9
    n: float = 1.101e-7

    def __post_init__(self) -> None:
        for field in fields(self):
            allowed = NON_NEGATIVE if field.name in _ZERO_ALLOWED else POSITIVE
            object.__setattr__(self, field.name, number(field.name, getattr(self, field.name), allowed))


@dataclass(frozen=True)
class States:
    """Steady states, the one without tumour first, then by tumour cells: ``count`` of them.

    Effector cells, tumour cells, and the larger and the smaller real part of the eigenvalues there (per day), arrays of
    one length: a state is stable if both are below 0, a saddle if only the smaller is.
    """

    effectors: Floats
    tumour: Floats
    larger: Floats
    smaller: Floats
    count: int

    def __post_init__(self) -> None:
        amounts = dict.fromkeys(("effectors", "tumour"), NON_NEGATIVE)
        hold(self, ("smaller", "larger"), **amounts, larger=REAL, smaller=REAL)
        object.__setattr__(self, "count", whole("count", self.count))


@dataclass(frozen=True)
class Course:
    """Effector and tumour cells at the times ``time`` (days), arrays of one length."""

    time: Floats
    effectors: Floats
    tumour: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "effectors", "tumour"), NON_NEGATIVE))


BCL1 = Rates()


@returns()
def steady_states(rates: Rates = BCL1) -> States:
    """Where nothing changes: ``E = s / d`` without tumour, and every tumour with ``E = a (1 - b T) / n``.

    Those tumours are the roots, above 0 and below ``1 / b``, of a cubic that is searched between its turning points.
    Raises ``ValueError`` for rates of which a state is no finite number.
    """
    c = _scaled(rates)
    y = np.array([0.0, *_tumours(c)])
    x = np.array([c.sigma / c.delta, *(_effectors(c, tumour) for tumour in y[1:])])
    larger, smaller = _real_parts(c, x, y)
    return States(x * (rates.a / rates.n), y * rates.g, larger * rates.a, smaller * rates.a, y.size)


@returns()
def course(t: ArrayLike, effectors: float, tumour: float, rates: Rates = BCL1) -> Course:
    """Effector and tumour cells over time.

    Parameters
    ----------
    t : times, one-dimensional, at least 0 and rising (days)
    effectors, tumour : cells at time 0, at least 0
    rates : rates of the model

    Raises
    ------
    ValueError
        If an argument leaves its range, the times do not rise, or the course cannot be integrated.
    """
    times = rising("t", t, NON_NEGATIVE)
    e0, t0 = number("effectors", effectors, NON_NEGATIVE), number("tumour", tumour, NON_NEGATIVE)
    c = _scaled(rates)
    if times[-1] == 0:
        return Course(times, np.array([e0]), np.array([t0]))
    if t0 == 0:  # the equation of the effector cells is linear
        left = np.exp(-rates.d * times)
        return Course(times, e0 * left - rates.s / rates.d * np.expm1(-rates.d * times), np.zeros_like(times))
    start = [e0 * rates.n / rates.a, float(np.log(t0) - np.log(rates.g))]
    run = integrate(
        lambda _, state: _slopes(c, *state),
        (0, times[-1] * rates.a),
        start,
        t_eval=times * rates.a,
        **_TOLERANCE,
    )
    return Course(times, np.maximum(run.y[0], 0) * (rates.a / rates.n), np.exp(run.y[1]) * rates.g)


@returns(POSITIVE)
def tipping_tumour(effectors: float, rates: Rates = BCL1) -> float:
    """Tumour cells at the start above which a tumour that meets ``effectors`` cells escapes; below, it is held.

    The point of the stable manifold of the saddle between the held and the escaped tumour, followed backwards in time
    from the saddle to ``effectors`` cells.

    Parameters
    ----------
    effectors : effector cells at the start, at least 0
    rates : rates of the model; they must leave a tumour two ways to end

    Raises
    ------
    ValueError
        If an argument leaves its range, there are not two stable tumours with a saddle between them, or the line does
        not reach ``effectors`` without turning back.
    """
    e0 = number("effectors", effectors, NON_NEGATIVE)
    c = _scaled(rates)
    tumours = _tumours(c)
    if len(tumours) != 3:
        raise NoResult(f"a held and an escaped tumour with a saddle between them, not {len(tumours)} steady tumours")
    y = tumours[1]
    x, goal = _effectors(c, y), e0 * rates.n / rates.a
    if goal == x:
        return y * rates.g
    along = _stable_direction(c, x, y) * np.sign(goal - x) * min(_BESIDE, abs(goal - x) / 2)

    def reached(_: float, state: Floats) -> float:
        return float(state[0] - goal)

    def turned(_: float, state: Floats) -> float:
        return float(_slopes(c, *state)[0])

    reached.terminal = turned.terminal = True
    run = integrate(
        lambda _, state: [-slope for slope in _slopes(c, *state)],
        (0, _LONGEST),
        [x + along[0], np.log(y) + along[1]],
        events=[reached, turned],
        **_TOLERANCE,
    )
    if not run.t_events[0].size:
        raise NoResult("a dividing line that reaches these effector cells without turning back")
    return float(np.exp(run.y_events[0][0][1])) * rates.g


@returns(NON_NEGATIVE)
def factor_without_escape(rates: Rates = BCL1) -> float:
    """Factor by which the influx ``s``, or the killing ``n``, must rise for the escaped state to vanish.

    Steady tumours lie where ``sigma = s n / a**2`` is ``(1 - kappa Y)(delta + mu Y - rho Y / (1 + Y))``. Above the
    highest peak of that expression for ``Y`` below ``1 / kappa`` nothing is left but the held tumour, or none; the
    factor is this peak over ``sigma``, and below 1 if no tumour escapes already. Raises ``ValueError`` without influx,
    or if there is no peak, so that a tumour never has two ways to end.
    """
    c = _scaled(rates)
    if c.sigma == 0:
        raise NoResult("an influx above 0 that can be raised")
    edges = _edges(c)
    at = [_needed(c, y) for y in edges[:-1]] + [0.0]
    highest = [at[i] for i in range(1, len(at) - 1) if at[i - 1] < at[i] > at[i + 1]]
    if not highest:
        raise NoResult("two ways for a tumour to end at some influx")
    return float(max(highest) / c.sigma)


class _Scaled(NamedTuple):
    sigma: float
    rho: float
    mu: float
    delta: float
    kappa: float


def _scaled(r: Rates) -> _Scaled:
    found = _Scaled(r.s / r.a * r.n / r.a, r.p / r.a, r.m * r.g / r.a, r.d / r.a, r.b * r.g)
    if not np.all(np.isfinite(found)) or found.delta == 0 or found.kappa == 0 or (r.s > 0 and found.sigma == 0):
        raise NoResult("ratios that a double can hold")
    return found


def _slopes(c: _Scaled, x: float, log_y: float) -> list[float]:
    """Slopes of ``X`` and of ``ln Y``."""
    y = np.exp(min(log_y, 700.0))
    return [c.sigma + x * (c.rho * y / (1 + y) - c.mu * y - c.delta), 1 - c.kappa * y - x]


def _needed(c: _Scaled, y: float) -> float:
    """``sigma`` at which ``y`` is a steady tumour."""
    return (1 - c.kappa * y) * (c.delta + c.mu * y - c.rho * y / (1 + y))


def _turning_points(c: _Scaled) -> list[float]:
    """Real roots of the numerator of the derivative of :func:`_needed`, a cubic in ``y``."""
    k, m, r, d = c.kappa, c.mu, c.rho, c.delta
    cubic = [-2 * k * m, m - 4 * k * m - k * d + k * r, 2 * (m - k * m - k * d + k * r), m - r - k * d]
    if not np.all(np.isfinite(cubic)):
        raise NoResult("numbers that a double can hold")
    found = np.roots(np.trim_zeros(cubic, "f")) if any(cubic) else np.array([])
    return sorted(float(y.real) for y in found if abs(y.imag) <= 1e-7 * abs(y))


def _edges(c: _Scaled) -> list[float]:
    """Ends of the stretches between 0 and ``1 / kappa`` on which :func:`_needed` only rises or only falls."""
    return [0.0, *(y for y in _turning_points(c) if 0 < y < 1 / c.kappa), 1 / c.kappa]


def _tumours(c: _Scaled) -> list[float]:
    """Steady tumours in units of ``g``, rising."""
    edges = _edges(c)
    above = [_needed(c, y) > c.sigma for y in edges[:-1]] + [False]
    found = []
    for i, (low, high) in enumerate(pairwise(edges)):
        if c.sigma == 0 and i == len(edges) - 2:  # without influx nothing kills the tumour at its capacity
            found.append(high)
        elif above[i] != above[i + 1]:
            found.append(root(lambda y: _needed(c, y) - c.sigma, low, high, xtol=1e-290, rtol=1e-15, maxiter=3000))
    return found


def _effectors(c: _Scaled, y: float) -> float:
    """``X`` at a steady tumour, by the equation that keeps its digits."""
    own = c.delta + c.mu * y - c.rho * y / (1 + y)
    return 1 - c.kappa * y if c.kappa * y < 0.5 or own <= 0 else c.sigma / own


def _real_parts(c: _Scaled, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Larger and smaller real part of the eigenvalues, in units of ``a``."""
    own = c.rho * y / (1 + y) - c.mu * y - c.delta
    other = c.rho * x / (1 + y) ** 2 - c.mu * x
    grows = np.where(y > 0, -c.kappa * y, 1 - x)
    total, det = own + grows, own * grows + other * y
    far = (total + np.copysign(np.sqrt(np.maximum(total**2 - 4 * det, 0)), total)) / 2
    near = np.where(total**2 > 4 * det, det / np.where(far == 0, 1.0, far), far)
    return np.maximum(far, near), np.minimum(far, near)


def _stable_direction(c: _Scaled, x: float, y: float) -> Floats:
    """Eigenvector of the falling direction at a saddle in ``X`` and ``ln Y``, with 1 for ``X``."""
    falling = float(_real_parts(c, np.asarray(x), np.asarray(y))[1])
    return np.array([1.0, -1 / (falling + c.kappa * y)])
