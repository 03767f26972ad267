"""How fast a cell population loses both copies of a tumour suppressor gene (A18b).

``n`` cells replace each other at random (Moran process; one generation is ``n`` replacements). A division inactivates
the first copy with probability ``u0``, without effect on fitness, and the second copy with probability ``u1``. In a
population large against ``1 / sqrt(u1)`` a cell that lost both copies arises from a clone of single losses that need
not take over ("tunnelling"), at rate ``n u0 sqrt(u1)`` per generation. Sources: Iwasa, Michor & Nowak, Genetics
2004;166:1571-1579; Nowak et al., Proc Natl Acad Sci USA 2004;101:10635-10638; Schweinsberg, Electron J Probab
2008;13:1442-1478, theorem 2 (rate and conditions). Times in generations.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, returns
from resistance.models._solve import integrate
from resistance.models._validate import (
    AT_LEAST_ONE,
    FRACTION,
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    generator,
    number,
    plain,
    shown,
    vector,
    whole,
)

_CELLS = AT_LEAST_ONE
# Bounds of the cost: cells of the master equation and of a simulated population; populations side by side, events of
# one and of all.
MOST_CELLS = 10_000
MOST_SIMULATED_CELLS = 1_000_000
MOST_RUNS = 100_000
MOST_EVENTS = 20_000
MOST_EVENTS_IN_ALL = 10_000_000
# Terms of the series for short times, and up to which rate times time it is used.
_TERMS = 20
_SHORT = 0.5


@returns(PROBABILITY)
def loss_probability(
    t: ArrayLike, n: ArrayLike, u0: ArrayLike, u1: ArrayLike, copies: int = 2, lag: bool = False
) -> Floats:
    """Probability that by time ``t`` some cell has lost the last working copy, in a large population.

    Parameters
    ----------
    t : time in generations, at least 0
    n : number of cells, at least 1
    u0 : loss of the first of two copies per division, between 0 and 1 (without meaning for ``copies=1``)
    u1 : loss of the last copy per division, above 0
    copies : 2, or 1 where every cell has inherited one lost copy
    lag : with two copies, allow for the time that a clone of single losses needs to grow

    Returns
    -------
    float or ndarray
        ``1 - exp(-n u0 sqrt(u1) t)`` for two copies; with ``lag``, ``1 - exp(-n u0 ln cosh(sqrt(u1) t))``, which starts
        as ``t²`` and falls behind by ``ln 2 / sqrt(u1)`` generations; ``1 - exp(-n u1 t)`` for one copy.

    Raises
    ------
    ValueError
        If an argument leaves its range, ``copies`` is neither 1 nor 2, or the shapes do not fit.

    Notes
    -----
    The formula without lag holds for ``n >> 1/sqrt(u1)`` and ``t >> 1/sqrt(u1)``. The lag follows from the chance
    ``s(t)`` that a single loss has led to a double one within ``t`` generations, ``ds/dt = u1 - s²``.
    """
    t, n, u0, u1 = arrays(t=(t, NON_NEGATIVE), n=(n, _CELLS), u0=(u0, PROBABILITY), u1=(u1, FRACTION))
    if _copies(copies) == 1:
        return plain(-np.expm1(-n * u1 * t))
    root = np.sqrt(u1)
    if lag:
        x = root * t
        # ln cosh x without overflow, and for a small x without a difference of near numbers
        log_cosh = np.where(
            x < 1, np.log1p(2 * np.sinh(np.minimum(x, 1) / 2) ** 2), x + np.log1p(np.exp(-2 * x)) - np.log(2)
        )
        return plain(-np.expm1(-n * u0 * log_cosh))
    return plain(-np.expm1(-n * u0 * root * t))


@returns(NON_NEGATIVE)
def waiting_time(probability: ArrayLike, n: ArrayLike, u0: ArrayLike, u1: ArrayLike, copies: int = 2) -> Floats:
    """Generations until :func:`loss_probability` (without lag) reaches ``probability``, which is between 0 and 1."""
    probability, n, u0, u1 = arrays(
        probability=(probability, OPEN_PROBABILITY), n=(n, _CELLS), u0=(u0, FRACTION), u1=(u1, FRACTION)
    )
    rate = n * u1 if _copies(copies) == 1 else n * u0 * np.sqrt(u1)
    return plain(-np.log1p(-probability) / rate)


@returns(PROBABILITY)
def small_population_probability(t: ArrayLike, n: ArrayLike, u0: ArrayLike, u1: ArrayLike) -> Floats:
    """Probability that by time ``t`` both copies are lost, in a population small against ``1 / sqrt(u1)``.

    A single loss takes over first (rate ``u0``), then the second copy is lost somewhere (rate ``n u1``): the sum of two
    exponential waiting times. Nowak et al. 2004, two rate-limiting steps. Arguments and errors as in
    :func:`loss_probability`.
    """
    t, n, u0, u1 = arrays(t=(t, NON_NEGATIVE), n=(n, _CELLS), u0=(u0, FRACTION), u1=(u1, FRACTION))
    slow, fast = np.minimum(u0, n * u1), np.maximum(u0, n * u1)
    return plain(np.where(fast * t < _SHORT, _soon(t, slow, fast), _later(t, slow, fast)))


def _soon(t: Floats, slow: Floats, fast: Floats) -> Floats:
    """The sum of two exponential waiting times by its series in ``t``, where the closed form cancels."""
    x, y = slow * t, np.minimum(fast * t, _SHORT)
    power, mixed, total = np.ones_like(x), np.ones_like(x), np.zeros_like(x)
    for k in range(_TERMS):  # mixed: the sum of x^i y^(k-i) over i
        total = total + (-1) ** k * mixed / factorial(k + 2)
        power = power * x
        mixed = mixed * y + power
    return x * y * total


def _later(t: Floats, slow: Floats, fast: Floats) -> Floats:
    """``1 - exp(-a t) - a t exp(-a t) (1 - exp(-x)) / x`` with ``x = (b - a) t``, which holds for equal rates too."""
    x = (fast - slow) * t
    mean = np.where(x < 1e-8, 1 - x / 2, -np.expm1(-x) / np.where(x == 0, 1, x))
    late = np.where(slow * t < 700, slow * t * np.exp(-np.minimum(slow * t, 700)) * mean, 0)
    return np.clip(-np.expm1(-slow * t) - late, 0, 1)


@returns(POSITIVE)
def tunnelling_ratio(n: ArrayLike, u1: ArrayLike) -> Floats:
    """``n sqrt(u1)``: well above 1 the large-population formula holds, well below 1 the small-population one."""
    n, u1 = arrays(n=(n, _CELLS), u1=(u1, FRACTION))
    return plain(n * np.sqrt(u1))


@returns(PROBABILITY)
def exact_probability(t: ArrayLike, n: int, u0: float, u1: float, copies: int = 2) -> Floats:
    """Probability that by time ``t`` some cell has lost the last copy, from the master equation of the Moran process.

    For any ``n`` up to :data:`MOST_CELLS`: the number of cells with a single loss is a birth-death chain with a killing
    rate, integrated with LSODA and a banded Jacobian (a second for a few thousand cells) to an absolute error of about
    1e-7. ``t`` is one-dimensional. Arguments otherwise as in :func:`loss_probability`.

    Returns
    -------
    ndarray of shape (len(t),)
    """
    t, n = vector("t", t, NON_NEGATIVE), whole("n", n, 1, MOST_CELLS)
    u0, u1 = number("u0", u0, PROBABILITY), number("u1", u1, FRACTION)
    if _copies(copies) == 1:
        return np.asarray(loss_probability(t, n, u0, u1, 1))
    up, down, kill = _moran_rates(np.arange(n + 1.0), n, u0, u1)
    leave = up + down + kill

    def flow(_, p: Floats) -> Floats:
        change = -leave * p
        change[1:] += up[:-1] * p[:-1]
        change[:-1] += down[1:] * p[1:]
        return change

    start = np.zeros(n + 1)
    start[0] = 1.0
    times, back = np.unique(np.concatenate([[0.0], t]), return_inverse=True)
    if times.size == 1:
        return np.zeros_like(t)
    solved = integrate(
        flow, (0.0, times[-1]), start, method="LSODA", t_eval=times, lband=1, uband=1, rtol=1e-8, atol=1e-12
    )
    return np.clip(1 - solved.y.sum(axis=0), 0, 1)[back[1:]]


@returns(NON_NEGATIVE_OR_INFINITE)
def simulate(
    rng: np.random.Generator, runs: int, n: int, u0: float, u1: float, t_max: float, copies: int = 2
) -> Floats:
    """Waiting times, in generations, of simulated Moran populations until the last copy is lost in some cell.

    Every event is simulated (Gillespie), all runs side by side; a time beyond ``t_max`` comes back as infinity.

    Parameters
    ----------
    rng : numpy.random.Generator
    runs : number of populations, at least 1
    n, u0, u1, copies : as in :func:`loss_probability`
    t_max : generations to simulate, above 0

    Returns
    -------
    ndarray of shape (runs,)

    Raises
    ------
    ValueError
        If an argument leaves its range or ``rng`` is not a generator.
    """
    rng, runs, n = generator("rng", rng), whole("runs", runs, 1, MOST_RUNS), whole("n", n, 1, MOST_SIMULATED_CELLS)
    u0, u1, t_max = number("u0", u0, PROBABILITY), number("u1", u1, FRACTION), number("t_max", t_max, POSITIVE)
    if _copies(copies) == 1:
        waiting = rng.exponential(1 / (n * u1), runs)
        return np.where(waiting <= t_max, waiting, np.inf)
    table = np.array(_moran_rates(np.arange(n + 1.0), n, u0, u1))
    total = table.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_wait, p_up, p_move = 1 / total, table[0] / total, (table[0] + table[1]) / total
    result = np.full(runs, np.inf)
    alive, time, single = np.arange(runs), np.zeros(runs), np.zeros(runs, dtype=np.int64)
    events = events_in_all = 0
    while alive.size:
        events, events_in_all = events + 1, events_in_all + alive.size
        if events > MOST_EVENTS or events_in_all > MOST_EVENTS_IN_ALL:
            raise NoResult(f"an end within {MOST_EVENTS} events a population and {MOST_EVENTS_IN_ALL} in all")
        time = time + rng.exponential(size=alive.size) * mean_wait[single]
        draw = rng.random(alive.size)
        killed = draw >= p_move[single]
        late = time > t_max
        result[alive[killed & ~late]] = time[killed & ~late]
        going = ~(killed | late)
        single = np.where(draw < p_up[single], single + 1, single - 1)[going]
        alive, time = alive[going], time[going]
    return result


def _moran_rates(single: Floats, n: int, u0: float, u1: float) -> tuple[Floats, Floats, Floats]:
    """Rates per generation of one more, one fewer, and a double loss, with ``single`` cells that lost one copy."""
    intact = n - single
    up = (intact * u0 + single * (1 - u1)) * intact / n
    down = intact * (1 - u0) * single / n
    return up, down, single * u1


def _copies(copies: int) -> int:
    value = number("copies", copies, REAL)
    if value not in (1, 2):
        raise ValueError(f"copies must be 1 or 2, got {shown(copies)}")
    return int(value)
