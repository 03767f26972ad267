"""Where the first resistant cell arises, in the sanctuary or exposed to the drug (B17).

The process is that of :mod:`resistance.models.sanctuary`, stopped at the first mutant. Its generating functions give
the answer without simulation: with ``phi_c(t)`` the probability that one cell of compartment ``c`` has led to no mutant
by time ``t``, and ``N_cj(t)`` the expected number of its descendants in ``j`` counted only where none has arisen,

    phi_c' = d_c + m_c phi_o + b (1 - u) phi_c^2 - (b + d_c + m_c) phi_c
    N_cj'  = m_c N_oj + [2 b (1 - u) phi_c - (b + d_c + m_c)] N_cj

where ``o`` is the other compartment. The first mutant arises in ``j`` at the rate ``u b`` times the expected number of
cells there, summed over the founders. :func:`simulate` draws the same from many runs at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import integrate
from resistance.models._two_types import two_rates
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    generator,
    number,
    whole,
)
from resistance.models.sanctuary import BIRTH, MUTATION, SENSITIVE, smallest_roots

_MUTATION = Interval("above 0 and below 1", low=0, high=1, low_open=True, high_open=True)
_SHARE = Interval("between 0 and 1, or NaN", low=0, high=1, nan=True)
# Bounds of the cost of a simulation: tumours side by side, events of one, events of all.
MOST_RUNS = 100_000
MOST_EVENTS = 20_000
MOST_EVENTS_IN_ALL = 20_000_000
# Where three probabilities that must sum to 1 do not by more than this, the integration has failed.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class FirstMutant:
    """Probabilities that the first mutant arises in the sanctuary, exposed, or never.

    ``share`` is the probability of the sanctuary given that a mutant arises; NaN if none can.
    """

    sanctuary: float
    exposed: float
    never: float
    share: float

    def __post_init__(self) -> None:
        hold(self, sanctuary=PROBABILITY, exposed=PROBABILITY, never=PROBABILITY, share=_SHARE)


@returns()
def first_mutant(
    n_s: int,
    n_e: int,
    m: float,
    back: float | None = None,
    birth: float = BIRTH,
    sensitive: tuple[float, float] = SENSITIVE,
    mutation: float = MUTATION,
) -> FirstMutant:
    """Where the first mutant of ``n_s`` sanctuary cells and ``n_e`` exposed cells arises.

    Parameters
    ----------
    n_s, n_e : sensitive cells at the start, whole numbers of at least 0
    m : rate of leaving the sanctuary, at least 0
    back : rate of return, at least 0; ``m`` if not given
    birth : birth rate, above 0
    sensitive : death rates of sensitive cells in the sanctuary and exposed, at least 0
    mutation : probability of a resistant daughter at a division, above 0 and below 1

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    n_s, n_e, rates = _checked(n_s, n_e, m, back, birth, sensitive, mutation)
    out, back, b, d_s, d_e, u = rates
    straight, leave_s, leave_e = b * (1 - u), b + d_s + out, b + d_e + back

    def change(_: float, z: Floats) -> list[float]:
        s, e, ss, se, es, ee = z[:6]
        grow_s, grow_e = 2 * straight * s - leave_s, 2 * straight * e - leave_e
        founders_s = n_s * s ** (n_s - 1) * e**n_e if n_s else 0.0
        founders_e = n_e * s**n_s * e ** (n_e - 1) if n_e else 0.0
        return [
            d_s + out * e + (straight * s - leave_s) * s,
            d_e + back * s + (straight * e - leave_e) * e,
            out * es + grow_s * ss,
            out * ee + grow_s * se,
            back * ss + grow_e * es,
            back * se + grow_e * ee,
            u * b * (founders_s * ss + founders_e * es),
            u * b * (founders_s * se + founders_e * ee),
        ]

    end_s, end_e = (float(root) for root in smallest_roots(b, d_s, d_e, out, back, u, 0.0, 0.0))
    slow_s, slow_e = 2 * straight * end_s - leave_s, 2 * straight * end_e - leave_e
    decay = -((slow_s + slow_e) / 2 + np.sqrt(((slow_s - slow_e) / 2) ** 2 + out * back))
    start = [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    # Early terms may grow for a while before mutation stops them, so the end is set by the slowest decay, generously.
    if not 0 < decay < np.inf:
        raise NoResult(f"a first mutant within a finite time, not a rate of decay of {decay:g}")
    run = integrate(change, (0.0, 60 / decay), start, method="LSODA", rtol=1e-10, atol=1e-13)
    in_s, in_e = (float(np.clip(p, 0, 1)) for p in run.y[6:, -1])
    never = end_s**n_s * end_e**n_e
    if abs(in_s + in_e + never - 1) > _TOLERANCE:
        raise NoResult(f"three probabilities that sum to 1, not to {in_s + in_e + never:.9g}")
    return FirstMutant(in_s, in_e, never, in_s / (in_s + in_e) if in_s + in_e > 0 else nan)


@returns(NON_NEGATIVE)
def simulate(
    rng: np.random.Generator,
    runs: int,
    n_s: int,
    n_e: int,
    m: float,
    back: float | None = None,
    birth: float = BIRTH,
    sensitive: tuple[float, float] = SENSITIVE,
    mutation: float = MUTATION,
) -> tuple[int, int]:
    """Numbers of ``runs`` simulated tumours whose first mutant arises in the sanctuary and exposed.

    All runs advance together, one event each at a time, until each has a mutant or no cells; what is wanted does not
    depend on the times between events. Arguments as in :func:`first_mutant`, with ``rng`` the source of randomness; the
    work grows as ``1 / mutation`` where the sanctuary grows. Raises ``ValueError`` as there, and for runs that take
    more than :data:`MOST_EVENTS` events each or :data:`MOST_EVENTS_IN_ALL` together.
    """
    rng, runs = generator("rng", rng), whole("runs", runs, 1, MOST_RUNS)
    n_s, n_e, rates = _checked(n_s, n_e, m, back, birth, sensitive, mutation)
    out, back, b, d_s, d_e, u = rates
    s, e = np.full(runs, n_s), np.full(runs, n_e)
    in_s = in_e = 0
    # Where division, death and departure end on the scale of one cell's total rate, in either compartment.
    per_s, per_e = np.cumsum([b, d_s, out]), np.cumsum([b, d_e, back])
    events = events_in_all = 0
    while s.size:
        events, events_in_all = events + 1, events_in_all + s.size
        if events > MOST_EVENTS or events_in_all > MOST_EVENTS_IN_ALL:
            raise NoResult(f"an end within {MOST_EVENTS} events a run and {MOST_EVENTS_IN_ALL} in all")
        rate_s = per_s[2] * s
        draw = rng.random(s.size) * (rate_s + per_e[2] * e)
        here = draw < rate_s
        place = np.where(here, draw / np.maximum(s, 1), (draw - rate_s) / np.maximum(e, 1))
        division = place < np.where(here, per_s[0], per_e[0])
        death = ~division & (place < np.where(here, per_s[1], per_e[1]))
        departure = ~division & ~death
        mutant = division & (rng.random(s.size) < u)
        in_s, in_e = in_s + int(np.sum(mutant & here)), in_e + int(np.sum(mutant & ~here))
        s = s + here * (division * 1 - death - departure) + ~here * departure
        e = e + ~here * (division * 1 - death - departure) + here * departure
        going = ~mutant & (s + e > 0)
        s, e = s[going], e[going]
    return in_s, in_e


def _checked(
    n_s: int, n_e: int, m: float, back: float | None, birth: float, sensitive: tuple[float, float], mutation: float
) -> tuple[int, int, tuple[float, float, float, float, float, float]]:
    """The arguments as plain numbers."""
    d_s, d_e = two_rates("sensitive", sensitive)
    out = number("m", m, NON_NEGATIVE)
    mutation = number("mutation", mutation, _MUTATION)
    return (
        whole("n_s", n_s),
        whole("n_e", n_e),
        (
            out,
            out if back is None else number("back", back, NON_NEGATIVE),
            number("birth", birth, POSITIVE),
            number("sensitive", d_s, NON_NEGATIVE),
            number("sensitive", d_e, NON_NEGATIVE),
            mutation,
        ),
    )
