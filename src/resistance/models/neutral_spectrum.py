"""How many mutations a neutrally growing tumour holds at each frequency (A7b).

While a tumour grows exponentially and no mutation changes growth, a mutation that appears at the tumour's size ``x``
stays at the frequency ``1 / x``, and mutations appear in proportion to growth. Between the frequencies ``f`` and
``f_max`` there are therefore

    M(f) = (mu / beta) (1 / f - 1 / f_max)

mutations, ``mu`` being the mutation rate per division and ``beta`` the share of divisions that leave two surviving
daughters, ``1 - death / birth`` in a birth-death process. Source: Williams et al., Nat Genet 2016;48:238-244, with the
formula of the vignette of its authors' package neutralitytestr. A straight line of ``M`` against ``1 / f`` does not
prove neutrality (Tarabichi et al., Nat Genet 2018).

Frequencies are shares of cells, or of alleles: one convention throughout.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import (
    FRACTION,
    NON_NEGATIVE,
    PROBABILITY,
    Floats,
    arrays,
    plain,
    shown,
)


@returns(NON_NEGATIVE)
def mutations(f: ArrayLike, mu: ArrayLike, beta: ArrayLike = 1.0, f_max: ArrayLike = 1.0) -> Floats:
    """Expected number of mutations between the frequencies ``f`` and ``f_max``.

    Parameters
    ----------
    f : frequency, above 0 and at most ``f_max``
    mu : mutations per division, at least 0, over the part of the genome that is counted
    beta : share of divisions with two surviving daughters, above 0 and at most 1
    f_max : highest frequency counted, above 0 and at most 1

    Raises
    ------
    ValueError
        If an argument leaves its range, ``f`` is above ``f_max``, or the shapes do not fit.
    """
    f, mu, beta, f_max = arrays(f=(f, FRACTION), mu=(mu, NON_NEGATIVE), beta=(beta, FRACTION), f_max=(f_max, FRACTION))
    _ordered(f, f_max)
    return plain(mu / beta * ((f_max - f) / f_max / f))


@returns(NON_NEGATIVE)
def effective_rate(count: ArrayLike, f_min: ArrayLike, f_max: ArrayLike) -> Floats:
    """``mu / beta`` from the ``count`` (at least 0) of mutations between ``f_min`` and ``f_max``, if all are neutral.

    Only the ratio can be read off; cell loss and mutation rate cannot be told apart.
    """
    count, f_min, f_max = arrays(count=(count, NON_NEGATIVE), f_min=(f_min, FRACTION), f_max=(f_max, FRACTION))
    _apart(f_min, f_max)
    return plain(count / ((f_max - f_min) / f_max / f_min))


@returns(PROBABILITY)
def normalised(f: ArrayLike, f_min: ArrayLike, f_max: ArrayLike) -> Floats:
    """``M(f) / M(f_min)``: 1 at ``f_min``, 0 at ``f_max``, free of both rates."""
    f, f_min, f_max = arrays(f=(f, FRACTION), f_min=(f_min, FRACTION), f_max=(f_max, FRACTION))
    _apart(f_min, f_max)
    _ordered(f, f_max)
    if np.any(f < f_min):
        raise ValueError(f"f must be at least f_min, got {shown(plain(f))} and {shown(plain(f_min))}")
    return plain(np.minimum((f_max - f) / (f_max - f_min) * (f_min / f), 1))


def _ordered(f: Floats, f_max: Floats) -> None:
    if np.any(f > f_max):
        raise ValueError(f"f must be at most f_max, got {shown(plain(f))} and {shown(plain(f_max))}")


def _apart(f_min: Floats, f_max: Floats) -> None:
    if np.any(f_min >= f_max):
        raise ValueError(f"f_min must be below f_max, got {shown(plain(f_min))} and {shown(plain(f_max))}")
