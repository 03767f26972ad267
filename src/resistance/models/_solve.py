"""Integration and searches that say so when they fail: :class:`~resistance.models._results.NoResult`, never a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import exp, inf, isnan, log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, elementwise

from resistance.models._results import NoResult
from resistance.models._validate import Floats

# Evaluations of the rates in one integration, about a second of work.
MOST_EVALUATIONS = 20_000
# Shortest course: the solvers square it.
SHORTEST = 1e-150
# Factors of two that a root above 0 is sought away from the first guess.
MOST_DOUBLINGS = 1_100
# Relative error that an integral may have; what is asked of the rule is far better.
WORST_INTEGRAL = 1e-7
# Iterations of a search for many roots at once; bisection alone takes some 60 for a double.
MOST_ITERATIONS = 200
# Stands in for an infinite value in a search, which interpolates.
_HUGE = 1e100


def integrate(
    rates: Callable[[float, Floats], ArrayLike],
    span: tuple[float, float],
    start: ArrayLike,
    most: int = MOST_EVALUATIONS,
    **options: Any,
) -> Any:
    """SciPy's ``solve_ivp``, whose solution reaches the end of ``span`` with finite numbers.

    Raises ``NoResult`` if the solver stops early, a number is not finite, or ``most`` evaluations do not suffice.
    """
    if not abs(span[1] - span[0]) >= SHORTEST:
        raise NoResult(f"a course of at least {SHORTEST:g}, not {span[1] - span[0]:g}")
    left = most

    def counted(t: float, y: Floats) -> ArrayLike:
        nonlocal left
        left -= 1
        if left < 0:
            raise NoResult(f"a course whose integration takes fewer steps: it is given up at t = {t:g}")
        return rates(t, y)

    try:
        run = solve_ivp(counted, span, start, **options)
    except NoResult:
        raise
    except (ValueError, np.linalg.LinAlgError) as error:  # such as an interpolation through infinite numbers
        raise NoResult(f"a course that can be integrated ({error})") from None
    if run.status < 0:
        raise NoResult(f"a course that can be integrated ({run.message.rstrip('.')})")
    wanted = options.get("t_eval")
    if not np.all(np.isfinite(run.y)) or (wanted is not None and run.y.shape[1] != len(wanted)):
        raise NoResult("a course of finite numbers")
    return run


def roots(function: Callable[..., Floats], ends: tuple[Floats, Floats], args: tuple[Any, ...] = ()) -> Floats:
    """Element by element the root between two ends; ``NoResult`` where there is no change of sign between them."""
    found = elementwise.find_root(function, ends, args=args, maxiter=MOST_ITERATIONS)
    if not np.all(found.success):
        raise NoResult("functions that change their sign where a root is sought")
    return found.x


def root(function: Callable[[float], float], low: float, high: float, **options: Any) -> float:
    """The root between ``low`` and ``high``; ``NoResult`` if there is no change of sign or no convergence."""
    try:
        return float(brentq(lambda x: _finite(function(x)), low, high, **options))
    except NoResult:
        raise
    except (ValueError, RuntimeError) as error:
        raise NoResult(f"a search that finds its root ({error})") from None


def positive_root(
    falling: Callable[[float], float], start: float, tolerance: float = 1e-13, highest: float = inf
) -> float:
    """Root above 0 of a function that falls from above 0 to below 0, to the relative ``tolerance``.

    Raises ``NoResult`` if there is no change of sign within :data:`MOST_DOUBLINGS` halvings or doublings of ``start``,
    none of them above ``highest``, where the function is not defined.
    """
    start = min(start, highest)
    low, at_low = _beyond(falling, start, 0.5, lambda value: value >= 0, highest)
    high, at_high = _beyond(falling, start, 2.0, lambda value: value <= 0, highest)
    if at_low == 0 or at_high == 0:
        return low if at_low == 0 else high
    ends = np.nextafter(log(low), -inf), np.nextafter(log(high), inf)
    return exp(root(lambda x: falling(exp(x)), *ends, xtol=tolerance, rtol=1e-13))


def integral(function: Callable[[float], float], edges: Iterable[float], **options: Any) -> float:
    """SciPy's ``quad`` from edge to edge; ``NoResult`` for a relative error above :data:`WORST_INTEGRAL`."""
    parts = [quad(function, low, high, full_output=1, **options)[:2] for low, high in pairwise(edges) if high > low]
    value, error = (sum(part[i] for part in parts) for i in (0, 1))
    if not np.isfinite(value) or error > WORST_INTEGRAL * abs(value):
        raise NoResult(f"an integral that converges, not {value:g} with an error of {error:g}")
    return float(value)


def _beyond(
    falling: Callable[[float], float], start: float, factor: float, reached: Callable[[float], bool], highest: float
) -> tuple[float, float]:
    """The first of ``start``, ``start * factor``, … at which the function has the wanted sign, and its value."""
    here = start
    for _ in range(MOST_DOUBLINGS):
        value = falling(here)
        if reached(value):
            return here, value
        following = min(here * factor, highest)
        if isnan(value) or following == here or not 0 < following < inf:
            break
        here = following
    raise NoResult(f"a root above 0, which was sought from {start:g} to {here:g}")


def _finite(value: float) -> float:
    return float(np.clip(value, -_HUGE, _HUGE))
