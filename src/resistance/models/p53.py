"""Pulses of p53 after DNA damage: the p53-Mdm2 loop with an Mdm2 precursor (A18a).

p53 (``x``) drives the precursor of Mdm2 (``y0``), Mdm2 (``y``) degrades p53::

    dx/dt  = beta_x psi - alpha_k y x / (x + k)
    dy0/dt = beta_y psi x - alpha_0 y0
    dy/dt  = alpha_0 y0 - alpha_y y

Damage ``psi`` enters twice. Source: model IV of Geva-Zatorsky et al., Mol Syst Biol 2006;2:2006.0033 (doi
10.1038/msb4100068), as deposited in BioModels (BIOMD0000000157). Times in hours, levels in the source's arbitrary unit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._numeric import way_left
from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import integrate, root
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    REAL,
    Floats,
    number,
    shown,
    vector,
    whole,
)

_NAMES_ZERO_ALLOWED = ("beta_x", "beta_y", "psi")
_LOG_DAMAGE = np.log(np.geomspace(1e-6, 1e6, 61))
_STRETCH = 3.2  # periods integrated at a time until the levels repeat
_MOST_STRETCHES = 60
_REPEATS = 1e-6
# A share of the levels within which the way that is left to the cycle is guessed from its last two steps.
_NEAR = 0.3
# Times of one count of peaks.
MOST_SAMPLES = 500_000
MOST_EVALUATIONS = 100_000


@dataclass(frozen=True)
class Parameters:
    """Parameters of the loop; the defaults are those of the source.

    Rates per hour: ``beta_x`` production of p53, ``beta_y`` of Mdm2 precursor per p53, ``alpha_k`` greatest degradation
    of p53 per Mdm2, ``alpha_0`` maturation and ``alpha_y`` loss of Mdm2. ``k`` is the p53 level of half the greatest
    degradation, ``psi`` the damage (1 in the source). A lower ``alpha_k`` stands for an Mdm2 inhibitor, ``beta_x = 0``
    for loss of p53.
    """

    beta_x: float = 0.9
    alpha_k: float = 1.7
    k: float = 1e-4
    beta_y: float = 1.1
    alpha_0: float = 0.8
    alpha_y: float = 0.8
    psi: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            allowed = NON_NEGATIVE if field.name in _NAMES_ZERO_ALLOWED else POSITIVE
            object.__setattr__(self, field.name, number(field.name, getattr(self, field.name), allowed))


@dataclass(frozen=True)
class Traces:
    """Levels at the times ``time`` (hours), arrays of one length."""

    time: Floats
    p53: Floats
    mdm2_precursor: Floats
    mdm2: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "p53", "mdm2_precursor", "mdm2"), NON_NEGATIVE))


@dataclass(frozen=True)
class Cycle:
    """A limit cycle: its period in hours, and peak, trough and mean of p53 and Mdm2 over one period."""

    period: float
    p53_peak: float
    p53_trough: float
    p53_mean: float
    mdm2_peak: float
    mdm2_trough: float
    mdm2_mean: float

    def __post_init__(self) -> None:
        hold(self, ("p53_trough", "p53_mean", "p53_peak"), **{field.name: NON_NEGATIVE for field in fields(self)})


GEVA_ZATORSKY_IV = Parameters()
# p53, Mdm2 precursor and Mdm2 at time 0 in the source.
START = (0.0, 0.1, 0.8)


@returns()
def simulate(
    t: ArrayLike, parameters: Parameters = GEVA_ZATORSKY_IV, start: tuple[float, float, float] = START
) -> Traces:
    """Levels at the times ``t`` from the levels ``start`` = (p53, Mdm2 precursor, Mdm2) at time 0.

    Integrated with LSODA, because the small ``k`` makes the equations stiff. Raises ``ValueError`` for a negative time
    or level, or a ``start`` that does not hold three numbers.
    """
    t = vector("t", t, NON_NEGATIVE)
    levels = _levels(start)
    times, back = np.unique(np.concatenate([[0.0], t]), return_inverse=True)
    if times.size == 1:
        values = np.repeat(levels[:, None], t.size, axis=1)
    else:
        values = _integrate(parameters, levels, times[-1], t_eval=times).y[:, back[1:]]
    # Levels that tend to 0 miss it by less than the tolerance.
    return Traces(t, *np.maximum(values, 0))


@returns(NON_NEGATIVE)
def steady_state(parameters: Parameters = GEVA_ZATORSKY_IV) -> tuple[float, float, float]:
    """Levels (p53, Mdm2 precursor, Mdm2) at which nothing changes.

    p53 is the positive root of ``alpha_k beta_y x² = beta_x alpha_y (x + k)``: damage cancels, so that in this model it
    moves the pulses but not the steady level. Raises ``ValueError`` without Mdm2 production or damage, where p53 grows
    without bound or has no rate at all.
    """
    p = parameters
    if p.beta_y == 0 or p.psi == 0:
        raise ValueError(f"beta_y and psi must be above 0 for a steady state, got {p.beta_y} and {p.psi}")
    c = p.beta_x * p.alpha_y / (p.alpha_k * p.beta_y)
    x = (c + np.sqrt(c**2 + 4 * c * p.k)) / 2
    precursor = p.beta_y * p.psi * x / p.alpha_0
    return float(x), float(precursor), float(p.alpha_0 * precursor / p.alpha_y)


@returns(REAL)
def jacobian(parameters: Parameters = GEVA_ZATORSKY_IV) -> Floats:
    """Jacobian at the steady state, 3 by 3, in the order p53, Mdm2 precursor, Mdm2; per hour."""
    x, _, y = steady_state(parameters)
    p = parameters
    return np.array(
        [
            [-p.alpha_k * y * p.k / (x + p.k) ** 2, 0.0, -p.alpha_k * x / (x + p.k)],
            [p.beta_y * p.psi, -p.alpha_0, 0.0],
            [0.0, p.alpha_0, -p.alpha_y],
        ]
    )


@returns(REAL)
def hurwitz_margin(parameters: Parameters = GEVA_ZATORSKY_IV) -> float:
    """``c_0 - c_2 c_1`` for the characteristic polynomial ``s³ + c_2 s² + c_1 s + c_0`` at the steady state.

    Above 0 the steady state is unstable (Routh-Hurwitz) and the loop pulses. For ``k`` much below p53 the condition is
    ``alpha_k beta_y psi > alpha_y (alpha_0 + alpha_y)``.
    """
    a = jacobian(parameters)
    c_2 = -np.trace(a)
    c_1 = a[0, 0] * a[1, 1] + a[0, 0] * a[2, 2] + a[1, 1] * a[2, 2]
    return float(-np.linalg.det(a) - c_2 * c_1)


@returns()
def oscillates(parameters: Parameters = GEVA_ZATORSKY_IV) -> bool:
    """Whether the steady state is unstable, so that p53 pulses without damping."""
    if parameters.beta_x == 0 or parameters.beta_y == 0 or parameters.psi == 0:
        return False
    return hurwitz_margin(parameters) > 0


@returns(POSITIVE)
def linear_period(parameters: Parameters = GEVA_ZATORSKY_IV) -> float:
    """Period ``2 pi / |Im|`` of the complex pair of eigenvalues at the steady state, in hours.

    Raises ``ValueError`` if all eigenvalues are real: deviations then return without turning.
    """
    imaginary = float(np.abs(np.linalg.eigvals(jacobian(parameters)).imag).max())
    if imaginary == 0:
        raise ValueError(f"parameters must give complex eigenvalues for a period, got {shown(parameters)}")
    return 2 * np.pi / imaginary


@returns(POSITIVE)
def critical_damage(parameters: Parameters = GEVA_ZATORSKY_IV) -> float:
    """Lowest damage ``psi`` above which p53 pulses (Hopf point), all else as in ``parameters``.

    With a large ``k`` the pulses may end again at a higher damage. Raises ``ValueError`` if they begin at no damage
    between 1e-6 and 1e6.
    """

    def margin(log_psi: float) -> float:
        return hurwitz_margin(replace(parameters, psi=float(np.exp(log_psi))))

    if parameters.beta_x > 0 and parameters.beta_y > 0:
        for low, high in pairwise(_LOG_DAMAGE):
            if margin(low) < 0 < margin(high):
                return float(np.exp(root(margin, low, high)))
    raise ValueError(f"parameters must have a damage at which pulses begin, got none for {shown(parameters)}")


@returns()
def limit_cycle(parameters: Parameters = GEVA_ZATORSKY_IV, start: tuple[float, float, float] = START) -> Cycle:
    """The cycle that p53 and Mdm2 settle to, measured between upward crossings of the mean p53 level.

    Raises ``ValueError`` if the steady state is stable (:func:`oscillates`), or if the levels do not come to repeat to
    1e-6, as where pulses have only just begun to be sustained.
    """
    levels = _levels(start)
    if not oscillates(parameters):
        raise ValueError(f"parameters must give undamped pulses, got a stable steady state for {shown(parameters)}")
    run, crossings = _settled(parameters, levels)
    period = float(crossings[-1] - crossings[-2])
    x, _, y = run.sol(np.linspace(crossings[-2], crossings[-1], 4001))
    # The mean of an even grid over whole periods leaves out the repeated last point.
    ends = [float(v) for z in (x, y) for v in (z.max(), z.min(), z[:-1].mean())]
    return Cycle(period, *ends)


@returns(POSITIVE)
def period(parameters: Parameters = GEVA_ZATORSKY_IV) -> float:
    """Period of the limit cycle in hours."""
    return limit_cycle(parameters).period


@returns(NON_NEGATIVE)
def peaks(hours: float, parameters: Parameters = GEVA_ZATORSKY_IV, samples_per_hour: int = 100) -> int:
    """Number of p53 peaks in the first ``hours`` after damage, starting from ``START``."""
    hours, samples = number("hours", hours, POSITIVE), whole("samples_per_hour", samples_per_hour, 1)
    if samples * np.ceil(hours) > MOST_SAMPLES:
        raise NoResult(f"at most {MOST_SAMPLES} samples")
    t = np.linspace(0, hours, samples * int(np.ceil(hours)) + 1)
    p53 = simulate(t, parameters).p53
    return int(np.sum((p53[1:-1] > p53[:-2]) & (p53[1:-1] >= p53[2:])))


def _rates(state: Floats, p: Parameters) -> list[float]:
    x, y0, y = state
    return [
        p.beta_x * p.psi - p.alpha_k * y * x / (x + p.k),
        p.beta_y * p.psi * x - p.alpha_0 * y0,
        p.alpha_0 * y0 - p.alpha_y * y,
    ]


def _settled(p: Parameters, state: Floats) -> tuple[Any, Floats]:
    """A stretch of the solution that repeats itself, and the times at which p53 rises through its steady level."""
    level, guess = steady_state(p)[0], linear_period(p)

    def rising(_: float, state: Floats) -> float:
        return state[0] - level

    rising.direction = 1  # type: ignore[attr-defined]
    for _ in range(_MOST_STRETCHES):
        run = _integrate(p, state, _STRETCH * guess, events=rising, dense_output=True)
        crossings, passing, state = run.t_events[0], run.y_events[0], run.y[:, -1]
        if len(passing) < 2:
            guess *= 2
            continue
        guess = crossings[-1] - crossings[-2]
        if len(passing) < 3:
            continue
        left, here = way_left(*passing[-3:]), passing[-1]
        if np.all(np.abs(left) <= _REPEATS * here):
            return run, crossings
        if np.all(np.abs(left) <= _NEAR * here):
            state = here + left
    raise NoResult(
        f"levels that repeat to {_REPEATS:g}, which {_MOST_STRETCHES} stretches of {_STRETCH} periods do not"
    )


def _levels(start: tuple[float, float, float]) -> Floats:
    levels = vector("start", start, NON_NEGATIVE)
    if levels.size != 3:
        raise ValueError(f"start must hold three levels (p53, Mdm2 precursor, Mdm2), got {shown(start)}")
    return levels


def _integrate(p: Parameters, start: Floats, end: float, **options: Any) -> Any:
    return integrate(
        lambda _, state: _rates(state, p),
        (0.0, end),
        start,
        MOST_EVALUATIONS,
        method="LSODA",
        rtol=1e-9,
        atol=1e-12,
        **options,
    )
