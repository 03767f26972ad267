"""How fast a cell population loses both copies of a tumour suppressor gene (A18b).

``n`` cells replace each other at random (Moran process; one generation is ``n`` replacements). A division inactivates
the first copy with probability ``u0``, without effect on fitness, and the second copy with probability ``u1``. In a
population large against ``1 / sqrt(u1)`` a cell that lost both copies arises from a clone of single losses that need
not take over ("tunnelling"), at rate ``n u0 sqrt(u1)`` per generation. Sources: Iwasa, Michor & Nowak, Genetics
2004;166:1571-1579; Nowak et al., Proc Natl Acad Sci USA 2004;101:10635-10638; Schweinsberg, Electron J Probab
2008;13:1442-1478, theorem 2 (rate and conditions). Times in generations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.special import logsumexp

from resistance.models._results import returns
from resistance.models._validate import (
    FRACTION,
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    generator,
    number,
    plain,
    vector,
    whole,
)

_CELLS = Interval("finite and at least 1", low=1)


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
        # ln cosh x without overflow
        log_cosh = logsumexp([root * t, -root * t], axis=0) - np.log(2)
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
    first, second = u0, n * u1
    with np.errstate(divide="ignore", invalid="ignore"):
        unequal = 1 - (second * np.exp(-first * t) - first * np.exp(-second * t)) / (second - first)
    equal = 1 - (1 + first * t) * np.exp(-first * t)
    return plain(np.where(np.isclose(first, second, rtol=1e-9, atol=0), equal, unequal))


@returns(POSITIVE)
def tunnelling_ratio(n: ArrayLike, u1: ArrayLike) -> Floats:
    """``n sqrt(u1)``: well above 1 the large-population formula holds, well below 1 the small-population one."""
    n, u1 = arrays(n=(n, _CELLS), u1=(u1, FRACTION))
    return plain(n * np.sqrt(u1))


@returns(PROBABILITY)
def exact_probability(t: ArrayLike, n: int, u0: float, u1: float, copies: int = 2) -> Floats:
    """Probability that by time ``t`` some cell has lost the last copy, from the master equation of the Moran process.

    Exact for any ``n``: the number of cells with a single loss is a birth-death chain with a killing rate, integrated
    with LSODA and a banded Jacobian (a second for a few thousand cells). ``t`` is one-dimensional. Arguments otherwise
    as in :func:`loss_probability`.
    """
    t, n = vector("t", t, NON_NEGATIVE), whole("n", n, 1)
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
    solved = solve_ivp(
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
    rng, runs, n = generator("rng", rng), whole("runs", runs, 1), whole("n", n, 1)
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
    while alive.size:
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
    if copies not in (1, 2):
        raise ValueError(f"copies must be 1 or 2, got {copies!r}")
    return copies
