"""Regression and regrowth of a tumour under treatment (A11).

A burden that first shrinks and then returns is the sum of a part that dies at rate ``d`` and a part that grows at rate
``g``. Stein et al. (Oncologist 2008;13:1046-1054) write it relative to the burden at the start of treatment,
``f(t) = exp(-d t) + exp(g t) - 1``; the split form keeps the fraction ``phi`` that grows as a parameter of its own.
Rates are per unit of time, and times come back in that unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import _nadir
from resistance.models._numeric import log_ratio
from resistance.models._results import hold, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    number,
    plain,
    shown,
    whole,
)


@dataclass(frozen=True)
class Parts:
    """A burden and its two parts, arrays of one shape, in the unit of ``n0``."""

    sensitive: Floats
    resistant: Floats
    total: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("sensitive", "resistant", "total"), NON_NEGATIVE))


@dataclass(frozen=True)
class Rates:
    """Growth rate ``g`` and regression rate ``d`` of :func:`two_rate`, per day, each finite and at least 0."""

    g: float
    d: float

    def __post_init__(self) -> None:
        for name in ("g", "d"):
            object.__setattr__(self, name, number(name, getattr(self, name), NON_NEGATIVE))


# Medians of serum PSA in five trials in metastatic castration-resistant prostate cancer, under the names of the source:
# Stein et al., Clin Cancer Res 2011;17:907-917, Table 1, which prints decimal logarithms.
STEIN_2011 = {
    "Thal": Rates(g=10**-2.08, d=10**-1.52),
    "K + A": Rates(g=10**-2.66, d=10**-1.66),
    "T + D": Rates(g=10**-2.57, d=10**-1.74),
    "ATTP": Rates(g=10**-3.25, d=10**-1.52),
    "TRIC": Rates(g=10**-2.07, d=10**-1.57),
}


@returns(NON_NEGATIVE)
def two_rate(t: ArrayLike, d: ArrayLike, g: ArrayLike) -> Floats:
    """Burden relative to baseline, ``f(t) = exp(-d t) + exp(g t) - 1``.

    Parameters
    ----------
    t : time since the start of treatment, at least 0
    d, g : regression and growth rate per unit of time, at least 0

    Returns
    -------
    float or ndarray
        ``f``, of the broadcast shape; ``f(0) = 1``.

    Raises
    ------
    ValueError
        If an argument is negative, not finite or of the wrong shape.

    Notes
    -----
    Stein et al. 2008, equation 1. The "-1" makes it the burden relative to baseline; it is not the split form.
    """
    t, d, g = arrays(t=(t, NON_NEGATIVE), d=(d, NON_NEGATIVE), g=(g, NON_NEGATIVE))
    return plain(np.exp(-d * t) + np.expm1(g * t))


@returns(NON_NEGATIVE_OR_INFINITE)
def nadir_time(d: ArrayLike, g: ArrayLike) -> Floats:
    """Time of the lowest burden of :func:`two_rate`, ``ln(d/g) / (d + g)``.

    Returns 0 where the burden never falls (``d <= g``) and infinity where it never returns (``g = 0 < d``).
    Stein et al. 2008: the nadir is determined by ``d`` and ``g`` alone.
    """
    d, g = arrays(d=(d, NON_NEGATIVE), g=(g, NON_NEGATIVE))
    return plain(_nadir.time(d, g, d, g))


@returns(PROBABILITY)
def nadir_size(d: ArrayLike, g: ArrayLike) -> Floats:
    """Lowest burden of :func:`two_rate` relative to baseline; 1 where the burden never falls."""
    d, g = arrays(d=(d, NON_NEGATIVE), g=(g, NON_NEGATIVE))
    dying, growing = _nadir.exponents(d, g, d, g)
    return plain(np.clip(np.exp(dying) + np.expm1(growing), 0, 1))


@returns(NON_NEGATIVE)
def return_time(d: ArrayLike, g: ArrayLike, level: ArrayLike = 1.0) -> Floats:
    """Time after the nadir at which :func:`two_rate` has come back to ``level``.

    ``level`` is relative to baseline; 1 asks when the tumour is as large as at the start. Needs ``g > 0``.
    Raises ``ValueError`` if ``level`` lies below the nadir, where the burden never is.
    """
    d, g, level = arrays(d=(d, NON_NEGATIVE), g=(g, POSITIVE), level=(level, POSITIVE))
    return plain(_return_time(d, g, level))


def _return_time(d: Floats, g: Floats, level: Floats) -> Floats:
    _nadir.reachable(level, np.asarray(nadir_size(d, g)), d=d, g=g)
    earliest = np.asarray(nadir_time(d, g))
    latest = np.maximum(np.log1p(level) / g, earliest)
    return _nadir.crossing(_nadir.excess_two_rate, earliest, latest, (d, g, level))


@returns(NON_NEGATIVE)
def progression_time(d: ArrayLike, g: ArrayLike, rise: ArrayLike = 0.2) -> Floats:
    """Time at which :func:`two_rate` exceeds its nadir by the fraction ``rise`` (0.2 as in RECIST)."""
    d, g, rise = arrays(d=(d, NON_NEGATIVE), g=(g, POSITIVE), rise=(rise, POSITIVE))
    return plain(_return_time(d, g, (1 + rise) * nadir_size(d, g)))


@returns(NON_NEGATIVE)
def split(t: ArrayLike, phi: ArrayLike, d: ArrayLike, g: ArrayLike, n0: ArrayLike = 1.0) -> Floats:
    """Burden ``n0 [(1 - phi) exp(-d t) + phi exp(g t)]`` of which the fraction ``phi`` grows from the start."""
    return split_parts(t, phi, d, g, n0).total


@returns()
def split_parts(t: ArrayLike, phi: ArrayLike, d: ArrayLike, g: ArrayLike, n0: ArrayLike = 1.0) -> Parts:
    """The dying and the growing part of :func:`split` and their sum.

    Parameters
    ----------
    t : time, at least 0
    phi : fraction that grows under treatment at time 0, between 0 and 1
    d, g : rates per unit of time, at least 0
    n0 : burden at time 0, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, phi, d, g, n0 = arrays(
        t=(t, NON_NEGATIVE), phi=(phi, PROBABILITY), d=(d, NON_NEGATIVE), g=(g, NON_NEGATIVE), n0=(n0, POSITIVE)
    )
    sensitive, resistant = n0 * (1 - phi) * np.exp(-d * t), n0 * phi * np.exp(g * t)
    return Parts(plain(sensitive), plain(resistant), plain(sensitive + resistant))


@returns(NON_NEGATIVE_OR_INFINITE)
def split_nadir_time(phi: ArrayLike, d: ArrayLike, g: ArrayLike) -> Floats:
    """Time of the lowest burden of :func:`split`, ``ln[(1 - phi) d / (phi g)] / (d + g)``, at least 0."""
    phi, d, g = arrays(phi=(phi, PROBABILITY), d=(d, NON_NEGATIVE), g=(g, NON_NEGATIVE))
    return plain(_nadir.time((1 - phi) * d, phi * g, d, g))


@returns(NON_NEGATIVE)
def split_nadir_size(phi: ArrayLike, d: ArrayLike, g: ArrayLike, n0: ArrayLike = 1.0) -> Floats:
    """Lowest burden of :func:`split`, in the unit of ``n0``."""
    phi, d, g, n0 = arrays(phi=(phi, PROBABILITY), d=(d, NON_NEGATIVE), g=(g, NON_NEGATIVE), n0=(n0, POSITIVE))
    dying, growing = _nadir.exponents((1 - phi) * d, phi * g, d, g)
    # The growing factor is infinite where nothing grows (phi = 0), and contributes nothing there.
    return plain(n0 * ((1 - phi) * np.exp(dying) + np.where(phi > 0, phi * np.exp(np.where(phi > 0, growing, 0)), 0)))


@returns(NON_NEGATIVE)
def split_return_time(phi: ArrayLike, d: ArrayLike, g: ArrayLike, level: ArrayLike = 1.0) -> Floats:
    """Time after the nadir at which :func:`split` is ``level`` times the initial burden (``phi`` and ``g`` above 0)."""
    phi, d, g, level = arrays(phi=(phi, PROBABILITY), d=(d, NON_NEGATIVE), g=(g, POSITIVE), level=(level, POSITIVE))
    if np.any(phi == 0):
        raise ValueError(f"phi must be above 0 for the burden to return, got {shown(plain(phi))}")
    _nadir.reachable(level, np.asarray(split_nadir_size(phi, d, g)), phi=phi, d=d, g=g)
    earliest = np.asarray(split_nadir_time(phi, d, g))
    latest = np.maximum(log_ratio(level, phi) / g, earliest)
    return plain(_nadir.crossing(_nadir.excess_split, earliest, latest, (phi, d, g, level)))


@returns(POSITIVE)
def doubling_time(g: ArrayLike) -> Floats:
    """Time ``ln 2 / g`` in which a part that grows at rate ``g`` doubles."""
    (g,) = arrays(g=(g, POSITIVE))
    return plain(np.log(2) / g)


@returns(POSITIVE)
def halving_time(d: ArrayLike) -> Floats:
    """Time ``ln 2 / d`` in which a part that dies at rate ``d`` halves."""
    (d,) = arrays(d=(d, POSITIVE))
    return plain(np.log(2) / d)


@returns(POSITIVE)
def growth_rate(doubling_time: ArrayLike) -> Floats:
    """Rate ``ln 2 / doubling_time``, the inverse of :func:`doubling_time`."""
    (doubling_time,) = arrays(doubling_time=(doubling_time, POSITIVE))
    return plain(np.log(2) / doubling_time)


@returns(POSITIVE)
def rate_from_log10(log10_rate: ArrayLike) -> Floats:
    """Rate from its decimal logarithm, as Stein and co-workers print it (-2.08 means 0.0083 per day)."""
    (log10_rate,) = arrays(log10_rate=(log10_rate, REAL))
    return plain(10**log10_rate)


@returns()
def cycles(
    t: ArrayLike,
    kill: ArrayLike,
    g: ArrayLike,
    phi: ArrayLike,
    interval: ArrayLike,
    n_cycles: int,
    n0: ArrayLike = 1.0,
    resistant_kill: ArrayLike = 0.0,
    resistant_g: ArrayLike | None = None,
) -> Parts:
    """Burden over cycles of chemotherapy that each kill the same fraction (log-kill), with growth in between.

    Cycles are given at times 0, ``interval``, 2 ``interval``, …; there the value is the one just after treatment.

    Parameters
    ----------
    t : time, at least 0
    kill : fraction of the sensitive cells that a cycle kills, between 0 and 1
    g : growth rate of the sensitive cells per unit of time
    phi : resistant fraction before the first cycle, between 0 and 1
    interval : time between cycles, above 0
    n_cycles : number of cycles, at least 0
    n0 : burden before the first cycle, above 0
    resistant_kill : fraction of the resistant cells that a cycle kills
    resistant_g : growth rate of the resistant cells; that of the sensitive cells if left out

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, kill, g, phi, interval, n0, resistant_kill, resistant_g = arrays(
        t=(t, NON_NEGATIVE),
        kill=(kill, PROBABILITY),
        g=(g, NON_NEGATIVE),
        phi=(phi, PROBABILITY),
        interval=(interval, POSITIVE),
        n0=(n0, POSITIVE),
        resistant_kill=(resistant_kill, PROBABILITY),
        resistant_g=(g if resistant_g is None else resistant_g, NON_NEGATIVE),
    )
    # A time that is a whole number of intervals may miss it by rounding.
    begun = np.floor(t / interval * (1 + 1e-12)) + 1
    given = np.minimum(begun, whole("n_cycles", n_cycles))
    sensitive = n0 * (1 - phi) * (1 - kill) ** given * np.exp(g * t)
    resistant = n0 * phi * (1 - resistant_kill) ** given * np.exp(resistant_g * t)
    return Parts(plain(sensitive), plain(resistant), plain(sensitive + resistant))
