"""When a silenced stretch of chromatin stays silenced: nucleosomes that recruit their own modification (A10a, B15).

Each of ``n`` nucleosomes is silenced (M), unmodified (U) or active (A). At each step one nucleosome is picked. With
probability ``alpha`` a second one is picked, and if that is M or A, the first moves one state towards it (A - U - M).
Otherwise, with probability ``1 - alpha``, noise moves the first by one state in either direction with probability 1/3.
``F = alpha / (1 - alpha)`` is recruitment over noise. A drug lets recruitment towards M succeed with the share ``k_m``
only. Source: Dodd et al., Cell 2007;129:813-822 (Dodd2007); ``k_m`` and the closed forms are ours.

With shares ``m``, ``u``, ``a`` and time in units of ``3 / (1 - alpha)`` sweeps, the mean field is

    dm/dt = 3F m (k_m u - a) + u - m        da/dt = 3F a (u - k_m m) + u - a        u = 1 - m - a

At a steady state ``u**2 = m a``, and ``r = m / u`` solves ``r**3 - 3F k_m r**2 + 3F r - 1 = 0``.
:mod:`resistance.models.chromatin_chain` has the same model for a finite number of nucleosomes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import root
from resistance.models._validate import (
    AT_LEAST_ONE,
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    shown,
    truth,
)

_ABOVE_ONE = Interval("finite and above 1", low=1, low_open=True)
_SAME_ROOT = 1e-7


@dataclass(frozen=True)
class State:
    """A steady state of the mean field: shares that sum to 1, and whether small disturbances die out."""

    silenced: float
    unmodified: float
    active: float
    stable: bool

    def __post_init__(self) -> None:
        hold(self, silenced=PROBABILITY, unmodified=PROBABILITY, active=PROBABILITY)
        object.__setattr__(self, "stable", truth("stable", self.stable))


@returns(NON_NEGATIVE)
def feedback(alpha: ArrayLike) -> Floats:
    """Recruitment over noise, ``F = alpha / (1 - alpha)``, from the probability ``alpha`` of a recruited step."""
    (alpha,) = arrays(alpha=(alpha, BELOW_ONE))
    return plain(alpha / (1 - alpha))


@returns(PROBABILITY)
def recruited(feedback: ArrayLike) -> Floats:
    """Probability of a recruited step, ``alpha = F / (1 + F)``: the inverse of :func:`feedback`."""
    (feedback,) = arrays(feedback=(feedback, NON_NEGATIVE))
    return plain(feedback / (1 + feedback))


@returns(REAL)
def rates(silenced: ArrayLike, active: ArrayLike, feedback: ArrayLike, k_m: ArrayLike = 1.0) -> tuple[Floats, Floats]:
    """Rates of change ``(dm/dt, da/dt)`` of the mean field.

    Parameters
    ----------
    silenced, active : shares ``m`` and ``a``, together at most 1
    feedback : ``F``, at least 0
    k_m : share of the recruitment towards M that a drug leaves, 0 to 1

    Raises
    ------
    ValueError
        If an argument leaves its range, or the shares sum to more than 1.
    """
    m, a, f, k = arrays(
        silenced=(silenced, PROBABILITY),
        active=(active, PROBABILITY),
        feedback=(feedback, NON_NEGATIVE),
        k_m=(k_m, PROBABILITY),
    )
    u = 1 - m - a
    if np.any(u < -1e-12):
        raise ValueError(f"silenced must leave room for active, got {shown(silenced)} and {shown(active)}")
    return plain(3 * f * m * (k * u - a) + u - m), plain(3 * f * a * (u - k * m) + u - a)


@returns()
def steady_states(feedback: float, k_m: float = 1.0) -> tuple[State, ...]:
    """Steady states of the mean field, the most active first: one, or three of which the middle one is unstable.

    At ``k_m = 1`` the closed form is used: ``m = u = a = 1/3``, and for ``F > 1`` also ``u = 1/(3F)`` with
    ``m a = 1/(9F**2)`` and ``m + a = 1 - 1/(3F)``.
    """
    f, k = number("feedback", feedback, NON_NEGATIVE), number("k_m", k_m, PROBABILITY)
    phi = 3 * f
    if k == 1:
        ratios = [1.0]
        if phi > 3:
            larger = float(phi - 1 + np.sqrt(phi - 3) * np.sqrt(phi + 1)) / 2
            ratios = [1 / larger, 1.0, larger]
    else:
        roots = np.roots([1, -phi * k, phi, -1])
        ratios = sorted(float(np.real(r)) for r in roots if abs(np.imag(r)) < _SAME_ROOT * abs(r) and np.real(r) > 0)
    if len(ratios) not in (1, 3):
        raise NoResult(f"one or three steady states, not {len(ratios)}")
    states = []
    for r in ratios:
        u = 1 / (1 / r + 1 + r)
        # Along the branch of steady states k_m rises with r where they are stable.
        states.append(State(r * u, u, u / r, bool(r**3 - phi * r + 2 > 0 or len(ratios) == 1)))
    return tuple(states)


@returns(PROBABILITY)
def gap(feedback: ArrayLike) -> Floats:
    """Asymmetry ``G = |m - a| / (m + a)`` of the stable mean-field state at ``k_m = 1``.

    0 up to the threshold ``F = 1``, above it ``sqrt(1 - 4 / (3F - 1)**2)``.
    """
    (f,) = arrays(feedback=(feedback, NON_NEGATIVE))
    above = 3 * np.maximum(f - 1, 0)  # with x = 2 + above, 1 - 4 / x**2 is free of a difference of near numbers
    return plain(np.sqrt(above / (2 + above)) * np.sqrt((4 + above) / (2 + above)))


@returns(AT_LEAST_ONE)
def threshold(k_m: float = 1.0) -> float:
    """Recruitment over noise ``F`` above which the silenced state exists when recruitment to M is cut to ``k_m``.

    ``F = 1`` without a drug. Where the silenced state appears, ``F = (r**3 + 2) / (3 r)`` and
    ``k_m = (2 r**3 + 1) / (r**4 + 2 r)`` for some ``r`` of at least 1. ``k_m`` must be above 0 and at most 1.
    """
    k = number("k_m", k_m, FRACTION)
    if k == 1:
        return 1.0
    r = root(lambda x: k * (x + 2 / x / x) - 2 - 1 / x / x / x, 1.0, 4 / k, xtol=1e-13)
    return max(float(r * r / 3 + 2 / (3 * r)), 1.0)


@returns(PROBABILITY)
def silencing_needed(feedback: ArrayLike) -> Floats:
    """Least ``k_m`` at which the silenced state still exists; below it a silenced gene opens.

    With ``k_m(r) = r/phi + 1/r - 1/(phi r**2)`` and ``phi = 3F``, the minimum is at the larger positive root of
    ``r**3 - phi r + 2 = 0``. Needs ``F > 1``: at and below the threshold there is no separate silenced state, and the
    answer changes without a jump.
    """
    (f,) = arrays(feedback=(feedback, _ABOVE_ONE))
    phi = 3 * f
    r = 2 * np.sqrt(phi / 3) * np.cos(np.arccos(-((3 / phi) ** 1.5)) / 3)
    return plain(np.minimum(_branch(r, f), 1))


@returns(REAL)
def branch(ratio: ArrayLike, feedback: ArrayLike) -> Floats:
    """The ``k_m`` at which ``r = m / u`` is a steady state: ``r/(3F) + 1/r - 1/(3F r**2)``; may leave 0 to 1.

    ``feedback`` must be above 0. The share of silenced nucleosomes there is ``r**2 / (1 + r + r**2)``.
    """
    r, f = arrays(ratio=(ratio, POSITIVE), feedback=(feedback, POSITIVE))
    return plain(_branch(r, f))


def _branch(r: Floats, f: Floats) -> Floats:
    return r / (3 * f) + 1 / r - 1 / (3 * f * r * r)
