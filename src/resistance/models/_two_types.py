"""Survival of a branching process with two types in two compartments, the equations of the sanctuary (B17).

Used by :mod:`resistance.models.sanctuary`, which states them for extinction. Nothing here checks its arguments, except
:func:`rates`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult
from resistance.models._validate import BELOW_ONE, NON_NEGATIVE, POSITIVE, Floats, arrays, shown

# Newton steps: from 1 the distance to a root near 0 halves at each, down to where it counts as 0.
MOST_STEPS = 1_200
_NOTHING = 1e-300
_SETTLED = 1e-14


def survival(
    birth: Floats, d_s: Floats, d_e: Floats, m: Floats, back: Floats, mutation: Floats, p1_s: Floats, p1_e: Floats
) -> tuple[Floats, Floats]:
    """Probabilities of survival ``p = 1 - q``: the largest root of

        birth (1 - mutation) p_S^2 = [birth (1 - mutation) - d_S - m - c_S] p_S + m p_E + c_S,  c = birth mutation p1

    and of the same equation for ``E``. Newton's method from 1 falls to it monotonically and keeps the digits of small
    chances, which ``1 - q`` would lose. Where nothing feeds in (``c = 0``) and the mean does not grow, the root is 0.
    """
    # A power of 2, so that dividing by it rounds nothing: the difference of birth and death may be small.
    unit = np.exp2(np.ceil(np.log2(np.maximum.reduce([birth, d_s, d_e, m, back]))))
    straight, m, back = birth / unit * (1 - mutation), m / unit, back / unit
    feed_s, feed_e = birth / unit * mutation * p1_s, birth / unit * mutation * p1_e
    net_s, net_e = straight - d_s / unit - m - feed_s, straight - d_e / unit - back - feed_e
    dies_out = (feed_s == 0) & (feed_e == 0) & (net_s <= 0) & (net_e <= 0) & (net_s * net_e >= m * back)
    x, y = (np.where(dies_out, 0.0, 1.0) for _ in range(2))
    settled = dies_out
    for _ in range(MOST_STEPS):
        f = (straight * x - net_s) * x - m * y - feed_s
        g = (straight * y - net_e) * y - back * x - feed_e
        a, d = 2 * straight * x - net_s, 2 * straight * y - net_e
        determinant = a * d - m * back
        dx, dy = (d * f + m * g) / determinant, (back * f + a * g) / determinant
        dx, dy = (np.where(settled | ~(step > 0), 0.0, step) for step in (dx, dy))
        x, y = np.maximum(x - dx, 0.0), np.maximum(y - dy, 0.0)
        x, y = np.where(x < _NOTHING, 0.0, x), np.where(y < _NOTHING, 0.0, y)
        settled = (dx <= _SETTLED * x) & (dy <= _SETTLED * y)
        if np.all(settled):
            return x, y
    raise NoResult(f"probabilities that Newton's method finds in {MOST_STEPS} steps")


def lineages(
    birth: Floats, mutation: Floats, m: Floats, back: Floats, s0: Floats, e0: Floats, s1: Floats, e1: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Survival of one sensitive and of one resistant cell, each in the sanctuary and exposed."""
    none = np.zeros(m.shape)
    resistant = survival(birth, s1, e1, m, back, none, none, none)
    return survival(birth, s0, e0, m, back, mutation, *resistant), resistant


def any_of(n_s: Floats, n_e: Floats, p_s: Floats, p_e: Floats) -> Floats:
    """``1 - (1 - p_s)^n_s (1 - p_e)^n_e``; no cells leave the other compartment's probability as it is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(n_s > 0, n_s * np.log1p(-p_s), 0.0) + np.where(n_e > 0, n_e * np.log1p(-p_e), 0.0)
    return -np.expm1(exponent) + 0.0


def rates(
    m: ArrayLike,
    back: ArrayLike | None,
    birth: ArrayLike,
    mutation: ArrayLike,
    sensitive: tuple[ArrayLike, ArrayLike],
    resistant: tuple[ArrayLike, ArrayLike] | None = None,
    **cells: ArrayLike,
) -> list[Floats]:
    """Birth, mutation, leaving and return, the pairs of death rates and the numbers of cells, checked and broadcast."""
    pairs = {"sensitive": sensitive} if resistant is None else {"sensitive": sensitive, "resistant": resistant}
    deaths = {}
    for name, pair in pairs.items():
        for place, rate in enumerate(two_rates(name, pair)):
            deaths[f"{name}[{place}]"] = (rate, NON_NEGATIVE)
    return arrays(
        birth=(birth, POSITIVE),
        mutation=(mutation, BELOW_ONE),
        m=(m, NON_NEGATIVE),
        back=(m if back is None else back, NON_NEGATIVE),
        **deaths,
        **{name: (value, NON_NEGATIVE) for name, value in cells.items()},
    )


def two_rates(name: str, value: tuple[ArrayLike, ArrayLike]) -> tuple[Floats, Floats]:
    """A checked pair of death rates, each a number or an array."""
    words = "two death rates, in the sanctuary and exposed, finite and at least 0"
    if not (isinstance(value, (tuple, list)) or getattr(value, "ndim", 0) == 1) or len(value) != 2:
        raise ValueError(f"{name} must hold {words}, got {shown(value)}")
    try:
        first, second = (arrays(rate=(rate, NON_NEGATIVE))[0] for rate in value)
    except ValueError:
        raise ValueError(f"{name} must hold {words}, got {shown(value)}") from None
    return first, second
