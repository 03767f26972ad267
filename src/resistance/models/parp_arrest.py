"""Cells under a PARP inhibitor that arrests them before it kills: model 5 of Strobl et al. 2024 (A6).

Cycling cells ``P`` divide at a rate that falls with confluence. The drug turns part of the divisions into arrest, and
arrested cells ``A``, which may divide further before they stop, leave only slowly::

    g = r [1 - ((P + A) / k)^v]         E = D^n / (ec50^n + D^n)
    dP/dt = g (1 - 2 alpha E) P         dA/dt = (1 + phi) alpha g E P - d_a A

Time in days, cells in percent of confluence, dose ``D`` in micromol/L of olaparib, held constant between two visits.
Source: Strobl et al., Cell Syst 2024;15:510-525; equations, fitted parameters and rules of treatment as in the
authors' released code (github.com/MathOnco/PARPi_Model), none of which is used here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._parp_cells import OVCAR3, Course, Parameters
from resistance.models._parp_cells import OVCAR4 as OVCAR4  # named by callers
from resistance.models._results import NoResult, returns
from resistance.models._solve import MOST_EVALUATIONS, integrate
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    POSITIVE_OR_INFINITE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    shown,
    vector,
    whole,
)

FULL_DOSE = 100.0
LADDER = (0.0, 12.5, 25.0, 50.0, 100.0)
START = (5.0, 0.0)
# Bounds of the cost: visits and times of one course.
MOST_VISITS = 500
MOST_SAMPLES = 100_000
_GROWTH = Interval("between -1 and 1", low=-1, high=1)


@returns(PROBABILITY)
def effect(dose: ArrayLike, parameters: Parameters = OVCAR3) -> Floats:
    """Hill effect ``E`` between 0 and 1 of ``dose`` (micromol/L, at least 0), in the shape of ``dose``."""
    (dose,) = arrays(dose=(dose, NON_NEGATIVE))
    with np.errstate(divide="ignore", over="ignore"):
        # A huge ratio overflows to infinity, which is the right limit: no effect.
        return plain(1 / (1 + (parameters.ec50 / dose) ** parameters.n))


@returns(_GROWTH)
def relative_growth(dose: ArrayLike, parameters: Parameters = OVCAR3) -> Floats:
    """Growth of cycling cells at a constant dose, relative to none: ``1 - 2 alpha E``; below 0 they decline."""
    return 1 - 2 * parameters.alpha * effect(dose, parameters)


@returns(POSITIVE_OR_INFINITE)
def stasis_dose(parameters: Parameters = OVCAR3) -> float:
    """Constant dose at which cycling cells neither grow nor decline, ``ec50 (2 alpha - 1)^(-1/n)``, in micromol/L.

    The authors call it D**. Infinite where not even the largest dose holds the cells (``alpha`` of 1/2 or less).
    """
    surplus = 2 * parameters.alpha - 1
    return float(parameters.ec50 * surplus ** (-1 / parameters.n)) if surplus > 0 else inf


@returns(POSITIVE_OR_INFINITE)
def skipping_limit(full_dose: float = FULL_DOSE, parameters: Parameters = OVCAR3) -> float:
    """Mean dose below which ``full_dose`` with breaks no longer holds cycling cells, in micromol/L (the authors' D*).

    ``full_dose / (2 alpha E(full_dose))``; above ``full_dose`` where the full dose without a break does not hold them.
    Raises ``ValueError`` unless ``full_dose`` is above 0.
    """
    full_dose = number("full_dose", full_dose, POSITIVE)
    held = 2 * parameters.alpha * float(effect(full_dose, parameters))
    return full_dose / held if held > 0 else inf


@returns()
def constant(
    dose: float = FULL_DOSE, t_end: float = 60.0, parameters: Parameters = OVCAR3, samples: int = 121
) -> Course:
    """Course at one dose for ``t_end`` days; arguments as in :func:`schedule`."""
    dose, t_end = number("dose", dose, NON_NEGATIVE), number("t_end", t_end, POSITIVE)
    return schedule([0.0], [dose], t_end, parameters, samples=samples)


@returns()
def breaks(
    reduction: float,
    n_breaks: int,
    t_end: float = 180.0,
    parameters: Parameters = OVCAR3,
    full_dose: float = FULL_DOSE,
    start: tuple[float, float] = START,
    samples: int = 121,
) -> Course:
    """Full dose with ``n_breaks`` equal breaks that take the fraction ``reduction`` of ``t_end`` days together.

    Without a break (``n_breaks=0``) the dose itself is lowered by ``reduction``. Raises ``ValueError`` for a reduction
    outside 0 to 1 and for arguments that :func:`schedule` rejects.
    """
    reduction = number("reduction", reduction, PROBABILITY)
    n_breaks = whole("n_breaks", n_breaks, high=MOST_VISITS // 2)
    full_dose = number("full_dose", full_dose, POSITIVE)
    t_end = number("t_end", t_end, POSITIVE)
    if n_breaks == 0 or reduction in (0, 1):
        return schedule([0.0], [full_dose * (1 - reduction)], t_end, parameters, start, samples)
    on = np.arange(n_breaks) * (t_end / n_breaks)
    visits = np.column_stack([on, on + (1 - reduction) * t_end / n_breaks]).ravel()
    if np.any(np.diff(visits) <= 0):
        raise NoResult("breaks and doses in between of a length that a double can hold")
    return schedule(visits, np.tile([full_dose, 0.0], n_breaks), t_end, parameters, start, samples)


@returns()
def schedule(
    visits: ArrayLike,
    doses: ArrayLike,
    t_end: float,
    parameters: Parameters = OVCAR3,
    start: tuple[float, float] = START,
    samples: int = 121,
) -> Course:
    """Course under given doses.

    Parameters
    ----------
    visits : times from which the doses hold (days), rising, the first 0 and the last at most ``t_end``
    doses : doses in micromol/L, as many
    t_end : end of the course, above 0
    parameters : of the cells and the drug
    start : cycling (above 0) and arrested cells at time 0 in percent of confluence, at most ``k`` together
    samples : number of equally spaced times from 0 to ``t_end`` at which the course is returned, at least 2

    Raises
    ------
    ValueError
        If an argument leaves its range, or visits and doses do not fit together.
    """
    visits = vector("visits", visits, NON_NEGATIVE, most=MOST_VISITS)
    doses = vector("doses", doses, NON_NEGATIVE)
    t_end = number("t_end", t_end, POSITIVE)
    if visits.size != doses.size:
        raise ValueError(f"doses must be as many as visits ({visits.size}), got {doses.size}")
    if visits[0] != 0 or np.any(np.diff(visits) <= 0) or visits[-1] > t_end:
        raise ValueError(f"visits must begin at 0 and rise to at most t_end = {t_end}, got {shown(visits)}")
    given = iter(doses)
    return _follow(visits, lambda sizes: next(given), t_end, parameters, start, samples)


@returns()
def modulate(
    interval: float = 3.0,
    t_end: float = 60.0,
    ladder: ArrayLike = LADDER,
    parameters: Parameters = OVCAR3,
    start: tuple[float, float] = START,
    samples: int = 121,
) -> Course:
    """Adaptive therapy that changes the dose (the authors' AT1).

    Treatment begins at the top of ``ladder`` (rising doses); at every visit, ``interval`` days apart, the dose goes one
    step down if the total has fallen since the last visit and one step up if it has risen. Raises ``ValueError`` for a
    ladder that does not rise, and as :func:`schedule`.
    """
    ladder = vector("ladder", ladder, NON_NEGATIVE)
    if np.any(np.diff(ladder) <= 0):
        raise ValueError(f"ladder must rise, got {shown(ladder)}")
    step = ladder.size - 1

    def rule(sizes: list[float]) -> float:
        nonlocal step
        if len(sizes) > 1:
            step = int(np.clip(step + np.sign(sizes[-1] - sizes[-2]), 0, ladder.size - 1))
        return float(ladder[step])

    return _follow(_visits(interval, t_end), rule, t_end, parameters, start, samples)


@returns()
def skip(
    interval: float = 3.0,
    t_end: float = 60.0,
    full_dose: float = FULL_DOSE,
    parameters: Parameters = OVCAR3,
    start: tuple[float, float] = START,
    samples: int = 121,
) -> Course:
    """Adaptive therapy that skips doses (the authors' AT2).

    The full dose is given from a visit on if the total is larger than two visits before (or than at the start, for the
    first two visits), and no drug otherwise. Raises ``ValueError`` as :func:`schedule`.
    """
    full_dose = number("full_dose", full_dose, NON_NEGATIVE)

    def rule(sizes: list[float]) -> float:
        return full_dose if len(sizes) == 1 or sizes[-1] > sizes[max(len(sizes) - 3, 0)] else 0.0

    return _follow(_visits(interval, t_end), rule, t_end, parameters, start, samples)


@returns(NON_NEGATIVE)
def mean_dose(course: Course, samples: int | None = None) -> float:
    """Mean dose over the course in micromol/L, weighted by time.

    With ``samples`` the plain mean over that many equally spaced times, both ends included, is returned instead: the
    authors report it so, with 100, and the dose chosen at the last visit then counts although it is hardly given.
    """
    end = course.time[-1]
    if samples is not None:
        times = np.linspace(0, end, whole("samples", samples, 2, MOST_SAMPLES))
        return float(_in_force(times, course.visits, course.visit_doses).mean())
    return float(np.diff(np.append(course.visits, end)) @ course.visit_doses / end)


def _visits(interval: float, t_end: float) -> Floats:
    """Times of the visits, the one at ``t_end`` included."""
    t_end, interval = number("t_end", t_end, POSITIVE), number("interval", interval, POSITIVE)
    count = t_end / interval
    if not count < MOST_VISITS:
        raise ValueError(f"interval must leave fewer than {MOST_VISITS} visits in t_end = {t_end}, got {interval}")
    return interval * np.arange(int(count * (1 + 1e-12)) + 1)


def _in_force(times: Floats, visits: Floats, doses: Floats) -> Floats:
    return doses[np.searchsorted(visits, times, side="right") - 1]


def _follow(
    visits: Floats,
    rule: Callable[[list[float]], float],
    t_end: float,
    parameters: Parameters,
    start: tuple[float, float],
    samples: int,
) -> Course:
    """Integrate from visit to visit; ``rule`` chooses the dose from the totals at this visit and all before."""
    time = np.linspace(0, number("t_end", t_end, POSITIVE), whole("samples", samples, 2, MOST_SAMPLES))
    left = MOST_EVALUATIONS
    state, states = _initial(start, parameters), np.empty((2, time.size))
    sizes: list[float] = []
    doses: list[float] = []
    for visit, following in zip(visits, np.append(visits[1:], t_end), strict=True):
        sizes.append(exp(state[0]) + state[1])
        doses.append(rule(sizes))
        if following <= visit:  # a visit at the very end changes the dose and nothing else
            continue
        inside = (time >= visit) & (time < following)
        wanted = np.append(time[inside], following)
        rates = _rates(parameters, doses[-1])
        # Steps of at most a day: the interpolation between longer ones is less exact than the steps themselves.
        options = {"t_eval": wanted, "rtol": 1e-9, "atol": 1e-12, "max_step": 1.0}
        run = integrate(rates, (visit, following), state, left, method="DOP853", **options)
        left -= run.nfev
        states[:, inside], state = run.y[:, :-1], run.y[:, -1]
    states[:, -1] = state
    # Arrested cells that tend to 0 miss it by less than the tolerance.
    cycling, arrested, given = np.exp(states[0]), np.maximum(states[1], 0), np.array(doses)
    return Course(time, cycling, arrested, cycling + arrested, _in_force(time, visits, given), visits, given)


def _initial(start: tuple[float, float], parameters: Parameters) -> Floats:
    """Logarithm of the cycling cells, which keeps them positive however deep the response, and arrested cells."""
    cells = vector("start", start, NON_NEGATIVE)
    if cells.size != 2 or cells[0] == 0 or cells.sum() > parameters.k:
        raise ValueError(
            f"start must hold cycling (above 0) and arrested cells, at most k together, got {shown(start)}"
        )
    return np.array([log(cells[0]), cells[1]])


def _rates(p: Parameters, dose: float) -> Callable[[float, Floats], tuple[float, float]]:
    e = float(effect(dose, p))

    def rates(_: float, state: Floats) -> tuple[float, float]:
        cycling, arrested = exp(state[0]), state[1]
        growth = p.r * (1 - (max(cycling + arrested, 0.0) / p.k) ** p.v)
        return growth * (1 - 2 * p.alpha * e), (1 + p.phi) * p.alpha * growth * e * cycling - p.d_a * arrested

    return rates
