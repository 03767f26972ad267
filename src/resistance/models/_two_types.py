"""Arguments and sums of the branching process of :mod:`resistance.models.sanctuary` (B17)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import hold
from resistance.models._validate import (
    BELOW_ONE,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    shown,
)


@dataclass(frozen=True)
class Lineages:
    """Probabilities that the descendants of one cell die out, by type and compartment; floats or arrays."""

    sensitive_s: Floats
    sensitive_e: Floats
    resistant_s: Floats
    resistant_e: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("sensitive_s", "sensitive_e", "resistant_s", "resistant_e"), PROBABILITY))


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
    words = "two death rates, in the sanctuary and exposed, finite and at least 0, not masked"
    masked = isinstance(value, np.ma.MaskedArray)
    if masked or not (isinstance(value, (tuple, list)) or getattr(value, "ndim", 0) == 1) or len(value) != 2:
        raise ValueError(f"{name} must hold {words}, got {shown(value)}")
    try:
        first, second = (arrays(rate=(rate, NON_NEGATIVE))[0] for rate in value)
    except ValueError:
        raise ValueError(f"{name} must hold {words}, got {shown(value)}") from None
    return first, second
