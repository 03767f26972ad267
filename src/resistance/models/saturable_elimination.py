"""A drug in one compartment whose elimination saturates, such as 5-fluorouracil and its enzyme DPD (A16).

    V dC/dt = R - Vmax C / (Km + C)

``C`` is the concentration (mg/L), ``V`` the volume of distribution (L), ``R`` the rate of infusion (mg/h), ``Vmax`` the
capacity of elimination (mg/h) and ``Km`` the concentration at half of it (mg/L). Everything is closed form: exposure
after a bolus grows faster than the dose, and an infusion holds a steady level only below ``Vmax``. With half the enzyme
(half ``Vmax``) exposure therefore more than doubles.

The parameters of the page come from a study that fitted two compartments (van Kuilenburg et al., 2011), so the volume
of this model is calibrated on one group and the other groups are a test of consistency.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import wrightomega

from resistance.models._results import returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    Floats,
    arrays,
    plain,
    shown,
)


@returns(NON_NEGATIVE)
def bolus_exposure(dose: ArrayLike, vmax: ArrayLike, km: ArrayLike, volume: ArrayLike) -> Floats:
    """AUC to infinity after a bolus, ``(D / Vmax)(Km + D / (2 V))``.

    Parameters
    ----------
    dose : amount injected, at least 0 (mg)
    vmax : capacity of elimination, above 0 (mg/h)
    km : half-saturation, above 0 (mg/L)
    volume : volume of distribution, above 0 (L)

    Returns
    -------
    float or ndarray
        AUC (mg h/L) of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    dose, vmax, km, volume = arrays(
        dose=(dose, NON_NEGATIVE), vmax=(vmax, POSITIVE), km=(km, POSITIVE), volume=(volume, POSITIVE)
    )
    return plain(dose / vmax * (km + dose / (2 * volume)))


@returns(NON_NEGATIVE)
def bolus_dose(exposure: ArrayLike, vmax: ArrayLike, km: ArrayLike, volume: ArrayLike) -> Floats:
    """Bolus (mg) that gives the AUC ``exposure`` (mg h/L): the inverse of :func:`bolus_exposure`."""
    exposure, vmax, km, volume = arrays(
        exposure=(exposure, NON_NEGATIVE), vmax=(vmax, POSITIVE), km=(km, POSITIVE), volume=(volume, POSITIVE)
    )
    area = exposure * vmax
    # The positive root of D**2 / (2 V) + Km D = AUC Vmax, written without a difference of near numbers.
    return plain(2 * (area / (km + np.hypot(km, np.sqrt(2 * area / volume)))))


@returns(POSITIVE)
def volume_from_exposure(exposure: ArrayLike, dose: ArrayLike, vmax: ArrayLike, km: ArrayLike) -> Floats:
    """Volume (L) with which a bolus of ``dose`` mg gives the AUC ``exposure`` (mg h/L).

    It is ``D**2 / (2 (AUC Vmax - D Km))``. Raises ``ValueError`` if the exposure is not above ``D Km / Vmax``, that
    of an unsaturated enzyme.
    """
    exposure, dose, vmax, km = arrays(
        exposure=(exposure, POSITIVE), dose=(dose, POSITIVE), vmax=(vmax, POSITIVE), km=(km, POSITIVE)
    )
    excess = exposure * vmax - dose * km
    if np.any(excess <= 0):
        given = f"{shown(plain(dose))} * {shown(plain(km))} / {shown(plain(vmax))}"
        raise ValueError(f"exposure must be above dose * km / vmax, got {shown(plain(exposure))} and {given}")
    return plain(dose / excess * dose / 2)


@returns(NON_NEGATIVE)
def bolus_course(t: ArrayLike, dose: ArrayLike, vmax: ArrayLike, km: ArrayLike, volume: ArrayLike) -> Floats:
    """Concentration (mg/L) at time ``t`` (h, at least 0) after a bolus; ``dose`` above 0, the others as above.

    The implicit solution ``C + Km ln C = C0 + Km ln C0 - Vmax t / V`` solved by the Wright omega function.
    """
    t, dose, vmax, km, volume = arrays(
        t=(t, NON_NEGATIVE), dose=(dose, POSITIVE), vmax=(vmax, POSITIVE), km=(km, POSITIVE), volume=(volume, POSITIVE)
    )
    start = dose / volume
    return plain(np.minimum(km * wrightomega(np.log(start / km) + start / km - vmax / volume / km * t), start))


@returns(POSITIVE)
def half_life(vmax: ArrayLike, km: ArrayLike, volume: ArrayLike) -> Floats:
    """Half-life (h) far below saturation, ``ln 2 V Km / Vmax``: the shortest that the model has."""
    vmax, km, volume = arrays(vmax=(vmax, POSITIVE), km=(km, POSITIVE), volume=(volume, POSITIVE))
    return plain(np.log(2) * volume * km / vmax)


@returns(NON_NEGATIVE)
def infusion_level(rate: ArrayLike, vmax: ArrayLike, km: ArrayLike) -> Floats:
    """Steady concentration (mg/L) under an infusion of ``rate`` mg/h, ``Km R / (Vmax - R)``.

    Raises ``ValueError`` if an argument leaves its range, or the rate is not below ``vmax``: then no steady level
    exists and the concentration rises as long as the infusion runs.
    """
    rate, vmax, km = arrays(rate=(rate, NON_NEGATIVE), vmax=(vmax, POSITIVE), km=(km, POSITIVE))
    _not_saturated(rate, vmax=vmax)
    return plain(km * (rate / (vmax - rate)))


@returns(NON_NEGATIVE)
def infusion_rate(level: ArrayLike, vmax: ArrayLike, km: ArrayLike) -> Floats:
    """Infusion (mg/h) that holds the concentration ``level`` (mg/L): the inverse of :func:`infusion_level`."""
    level, vmax, km = arrays(level=(level, NON_NEGATIVE), vmax=(vmax, POSITIVE), km=(km, POSITIVE))
    return plain(vmax * (level / (km + level)))


@returns(NON_NEGATIVE)
def infusion_dose_fraction(
    rate: ArrayLike, vmax: ArrayLike, km: ArrayLike, vmax_reference: ArrayLike, km_reference: ArrayLike
) -> Floats:
    """Share of the infusion ``rate`` that gives a patient the level of the reference patient at the full rate."""
    rate, vmax, km, vmax_reference, km_reference = arrays(
        rate=(rate, POSITIVE),
        vmax=(vmax, POSITIVE),
        km=(km, POSITIVE),
        vmax_reference=(vmax_reference, POSITIVE),
        km_reference=(km_reference, POSITIVE),
    )
    _not_saturated(rate, vmax_reference=vmax_reference)
    level = infusion_level(rate, vmax_reference, km_reference)
    return plain(np.asarray(infusion_rate(level, vmax, km)) / rate)


@returns(NON_NEGATIVE)
def bolus_dose_fraction(
    dose: ArrayLike,
    vmax: ArrayLike,
    km: ArrayLike,
    vmax_reference: ArrayLike,
    km_reference: ArrayLike,
    volume: ArrayLike,
) -> Floats:
    """Share of the bolus ``dose`` that gives a patient the AUC of the reference patient at the full dose."""
    dose, vmax, km, vmax_reference, km_reference, volume = arrays(
        dose=(dose, POSITIVE),
        vmax=(vmax, POSITIVE),
        km=(km, POSITIVE),
        vmax_reference=(vmax_reference, POSITIVE),
        km_reference=(km_reference, POSITIVE),
        volume=(volume, POSITIVE),
    )
    exposure = bolus_exposure(dose, vmax_reference, km_reference, volume)
    return plain(np.asarray(bolus_dose(exposure, vmax, km, volume)) / dose)


def _not_saturated(rate: Floats, **capacity: Floats) -> None:
    ((name, vmax),) = capacity.items()
    if np.any(rate >= vmax):
        raise ValueError(f"rate must be below {name}, got {shown(plain(rate))} and {shown(plain(vmax))}")
