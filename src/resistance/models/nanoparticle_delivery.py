"""What a share of the injected dose means: a carrier in blood and in a tumour (B16).

A carrier leaves the blood at rate ``kel``, enters the tumour at ``kin`` times its concentration in blood and leaves the
tumour at ``kout``:

    Cb = C0 exp(-kel t)        dCt/dt = kin Cb - kout Ct,  Ct(0) = 0

so that ``Ct = C0 kin (exp(-kel t) - exp(-kout t)) / (kout - kel)``, with the limit ``C0 kin t exp(-kel t)`` where the
rates are equal. The areas under the two concentrations stand in the ratio ``kin / kout``, whatever the elimination from
blood, while the share of the dose in the tumour depends on its volume too. The tumour takes so little that the blood
does not notice. The two measures are compared by Price et al. 2020, doi 10.1126/sciadv.aay9249; the closed forms follow
from the equations above. Times are in hours, rates per hour, volumes in one unit of the reader's choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import NON_NEGATIVE, POSITIVE, Floats, arrays, plain

_TERMS = 24  # of the series for times within 1 / (larger rate): the last is below 1e-24 of the first


@returns(NON_NEGATIVE)
def tumour_concentration(t: ArrayLike, kin: ArrayLike, kout: ArrayLike, kel: ArrayLike) -> Floats:
    """Concentration in the tumour over the first concentration in blood, ``Ct / C0``.

    Parameters
    ----------
    t : time since the injection, at least 0 (h)
    kin : rate of entry, per unit of concentration in blood, at least 0 (1/h)
    kout : rate of loss from the tumour, above 0 (1/h)
    kel : rate of elimination from blood, above 0 (1/h)

    Returns
    -------
    float or ndarray
        Of the broadcast shape of the arguments, 1.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    t, kin, kout, kel = arrays(t=(t, NON_NEGATIVE), kin=(kin, NON_NEGATIVE), kout=(kout, POSITIVE), kel=(kel, POSITIVE))
    return plain(kin * (t * np.exp(-np.minimum(kout, kel) * t) * _mean_decay(np.abs(kout - kel) * t)))


@returns(NON_NEGATIVE)
def exposure_ratio(kin: ArrayLike, kout: ArrayLike) -> Floats:
    """Area under the concentration in the tumour over that in blood, to infinity: ``kin / kout``.

    ``kin`` is at least 0 and ``kout`` above 0 (1/h); raises ``ValueError`` otherwise.
    """
    kin, kout = arrays(kin=(kin, NON_NEGATIVE), kout=(kout, POSITIVE))
    return plain(kin / kout)


@returns(NON_NEGATIVE)
def peak_time(kout: ArrayLike, kel: ArrayLike) -> Floats:
    """Time of the highest concentration in the tumour (h), ``ln(kel / kout) / (kel - kout)``; ``1 / kel`` if equal.

    Both rates are above 0 (1/h); raises ``ValueError`` otherwise.
    """
    kout, kel = arrays(kout=(kout, POSITIVE), kel=(kel, POSITIVE))
    slow, gap = np.minimum(kout, kel), np.abs(kout - kel)
    x = gap / slow
    tiny = x < 1e-8
    return plain(np.where(tiny, (1 - x / 2) / slow, np.log1p(x) / np.where(tiny, 1, gap)))


@returns(NON_NEGATIVE)
def percent_of_dose(
    t: ArrayLike,
    kin: ArrayLike,
    kout: ArrayLike,
    kel: ArrayLike,
    tumour_volume: ArrayLike,
    blood_volume: ArrayLike,
) -> Floats:
    """Share of the injected dose that is in the tumour at time ``t`` (%), ``100 Vt Ct / (Vb C0)``.

    The volumes are above 0 and in one unit; the other arguments and the errors are those of
    :func:`tumour_concentration`. A tumour so large or so leaky that it would hold more than the dose is outside the
    model, which takes nothing from the blood; the number is returned as the formula gives it.
    """
    size, blood, _ = arrays(
        tumour_volume=(tumour_volume, POSITIVE), blood_volume=(blood_volume, POSITIVE), t=(t, NON_NEGATIVE)
    )
    return plain(100 * (size / blood) * np.asarray(tumour_concentration(t, kin, kout, kel)))


@returns(NON_NEGATIVE)
def mean_percent_of_dose(
    end: ArrayLike,
    kin: ArrayLike,
    kout: ArrayLike,
    kel: ArrayLike,
    tumour_volume: ArrayLike,
    blood_volume: ArrayLike,
) -> Floats:
    """Mean over the time from 0 to ``end`` of :func:`percent_of_dose` (%).

    ``end`` is above 0 (h); the other arguments and the errors are those of :func:`percent_of_dose`. The mean is what a
    study reports that averages over the times at which it measured, if these are spread evenly.
    """
    end, kin, kout, kel, size, blood = arrays(
        end=(end, POSITIVE),
        kin=(kin, NON_NEGATIVE),
        kout=(kout, POSITIVE),
        kel=(kel, POSITIVE),
        tumour_volume=(tumour_volume, POSITIVE),
        blood_volume=(blood_volume, POSITIVE),
    )
    slow, fast = np.minimum(kout, kel), np.maximum(kout, kel)
    early = fast * end <= 1
    a, b = np.where(early, slow * end, 0), np.where(early, fast * end, 0)
    whole, term, power, factorial = np.full_like(end, 0.5), np.ones_like(end), np.ones_like(end), 2.0
    for n in range(1, _TERMS):  # sums of the products of n factors out of a and b
        power = power * a
        term = b * term + power
        factorial *= n + 2
        whole = whole + (-1) ** n * term / factorial
    x = slow * end
    late = (-np.expm1(-x) - x * np.exp(-x) * _mean_decay((fast - slow) * end)) / x / (fast * end)
    return plain(100 * (size / blood) * kin * end * np.where(early, whole, late))


def _mean_decay(x: Floats) -> Floats:
    """``(1 - exp(-x)) / x``, 1 at 0."""
    small = x < 1e-8
    return np.where(small, 1 - x / 2, -np.expm1(-x) / np.where(small, 1, x))
