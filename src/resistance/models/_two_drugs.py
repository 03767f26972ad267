"""Checks of the arguments of the models of two drugs, shared by :mod:`dual_therapy` and :mod:`double_resistance`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import branching
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    REAL,
    Floats,
    Interval,
    arrays,
    number,
    shown,
)


def single(*values: float) -> dict[str, float]:
    """The arguments of :func:`dual_therapy.lines` but the first, as single numbers; their ranges are checked there."""
    names = ("u", "n1", "n2", "n12", "birth", "death", "treated_birth", "treated_death")
    return {name: number(name, value, REAL) for name, value in zip(names, values, strict=True)}


def grown(
    m: ArrayLike,
    u: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    n12: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    **named: tuple[ArrayLike, Interval],
) -> list[Floats]:
    """What describes the lesion before treatment and what else is named, checked and broadcast."""
    given = arrays(
        m=(m, branching.CELLS),
        u=(u, branching.MUTATION),
        n1=(n1, NON_NEGATIVE),
        n2=(n2, NON_NEGATIVE),
        n12=(n12, NON_NEGATIVE),
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        **named,
    )
    if np.any(given[5] <= given[6]):
        raise ValueError(f"birth must be above death, got {shown(birth)} and {shown(death)}")
    if np.any(given[1] * (given[2] + given[3] + given[4]) >= 1):
        got = f"u = {shown(u)}, n1 = {shown(n1)}, n2 = {shown(n2)}, n12 = {shown(n12)}"
        raise ValueError(f"u times n1 + n2 + n12 must be below 1, got {got}")
    return given


def checked(
    m: ArrayLike,
    u: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    n12: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    treated_birth: ArrayLike,
    treated_death: ArrayLike,
) -> list[Floats]:
    """The first five, ``s`` and ``-s'``, checked and broadcast."""
    treated = {"treated_birth": (treated_birth, POSITIVE), "treated_death": (treated_death, POSITIVE)}
    m, u, n1, n2, n12, birth, death, b, d = grown(m, u, n1, n2, n12, birth, death, **treated)
    if np.any(d <= b):
        raise ValueError(
            f"treated_death must be above treated_birth, got {shown(treated_death)} and {shown(treated_birth)}"
        )
    return [m, u, n1, n2, n12, (birth - death) / birth, (d - b) / b]
