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
from scipy.integrate import solve_ivp

from resistance.models._validate import FRACTION, NON_NEGATIVE, POSITIVE, Floats, generator, number, whole
from resistance.models.sanctuary import BIRTH, MUTATION, SENSITIVE, mutant_ever, smallest_roots


@dataclass(frozen=True)
class FirstMutant:
    """Probabilities that the first mutant arises in the sanctuary, exposed, or never.

    ``share`` is the probability of the sanctuary given that a mutant arises; NaN if none can.
    """

    sanctuary: float
    exposed: float
    never: float
    share: float


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

    none = [np.array([rate]) for rate in (b, d_s, d_e, out, back, u, 0.0, 0.0)]
    end_s, end_e = (float(root[0]) for root in smallest_roots(*none))
    slow_s, slow_e = 2 * straight * end_s - leave_s, 2 * straight * end_e - leave_e
    decay = -((slow_s + slow_e) / 2 + np.sqrt(((slow_s - slow_e) / 2) ** 2 + out * back))
    start = [1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    # Early terms may grow for a while before mutation stops them, so the end is set by the slowest decay, generously.
    run = solve_ivp(change, (0.0, 60 / decay), start, "LSODA", rtol=1e-10, atol=1e-13)
    in_s, in_e = float(run.y[6, -1]), float(run.y[7, -1])
    never = float(1 - mutant_ever(n_s, n_e, out, back, b, (d_s, d_e), u))
    return FirstMutant(in_s, in_e, never, in_s / (in_s + in_e) if in_s + in_e > 0 else nan)


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
    work grows as ``1 / mutation`` where the sanctuary grows. Raises ``ValueError`` as there.
    """
    rng, runs = generator("rng", rng), whole("runs", runs, 1)
    n_s, n_e, rates = _checked(n_s, n_e, m, back, birth, sensitive, mutation)
    out, back, b, d_s, d_e, u = rates
    s, e = np.full(runs, n_s), np.full(runs, n_e)
    in_s = in_e = 0
    # Where division, death and departure end on the scale of one cell's total rate, in either compartment.
    per_s, per_e = np.cumsum([b, d_s, out]), np.cumsum([b, d_e, back])
    while s.size:
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
    try:
        d_s, d_e = sensitive
    except (TypeError, ValueError):
        raise ValueError(
            f"sensitive must hold two death rates, in the sanctuary and exposed, got {sensitive!r}"
        ) from None
    out = number("m", m, NON_NEGATIVE)
    mutation = number("mutation", mutation, FRACTION)
    if mutation == 1:
        raise ValueError(f"mutation must be above 0 and below 1, got {mutation!r}")
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
