"""A pump inhibitor that also blocks the clearance of the drug (A15): what dose keeps the exposure, and what is won.

An inhibitor at concentration ``C`` blocks the pump by ``I = C / (Ki + C)``. The share ``f`` of the drug's clearance
runs through what it blocks (the pump in liver, gut and kidney, and enzymes such as CYP3A that the same compound
inhibits), so that

    clearance = CL0 (1 - f I),    dose for the usual AUC = usual dose * (1 - f I)

A tumour cell with the pump ratio ``rho = Vmax / (k Km)`` (:mod:`resistance.models.pump_leak`) holds, far from
saturation, ``1 / (1 + rho)`` of the free drug outside without and ``1 / (1 + rho (1 - I))`` with the inhibitor. Given
the dose that keeps the exposure, the inside therefore gains ``G = (1 + rho) / (1 + rho (1 - I))``: nothing where the
cell has no pump, at most ``1 + rho``. Given another dose it gains or loses what the exposure does.

The clearance and the dose are those of :mod:`resistance.models.enzyme_activity`, with the blocked routes in the place
of the enzyme. ``f I`` is inferred from doses or clearances with and without the inhibitor, not measured by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import enzyme_activity
from resistance.models._results import returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    plain,
)


@returns(PROBABILITY)
def inhibition(concentration: ArrayLike, ki: ArrayLike) -> Floats:
    """Share of the pump that is blocked, ``C / (Ki + C)``.

    Parameters
    ----------
    concentration : concentration of the inhibitor, at least 0
    ki : concentration that blocks half of the pump, above 0, in the same unit

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    concentration, ki = arrays(concentration=(concentration, NON_NEGATIVE), ki=(ki, POSITIVE))
    there = np.where(concentration > 0, concentration, 1.0)
    return plain(np.where(concentration > 0, 1 / (1 + ki / there), 0.0))


@returns(FRACTION)
def dose_fraction(fraction: ArrayLike, blocked: ArrayLike) -> Floats:
    """Share of the usual dose that gives the usual AUC, ``1 - f I``.

    Parameters
    ----------
    fraction : share ``f`` of the clearance that the inhibitor can block, at least 0 and below 1
    blocked : share ``I`` of it that is blocked, between 0 and 1 (:func:`inhibition`)

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    fraction, blocked = arrays(fraction=(fraction, BELOW_ONE), blocked=(blocked, PROBABILITY))
    return plain(enzyme_activity.dose_fraction(fraction, 1 - blocked))


@returns(PROBABILITY)
def fraction_blocked(share: ArrayLike) -> Floats:
    """Product ``f I`` that a clearance of ``share`` times the usual one (above 0, at most 1) implies: ``1 - share``.

    ``share`` may also be the dose with the inhibitor that gives the AUC of the usual dose, over that dose.
    """
    (share,) = arrays(share=(share, FRACTION))
    return plain(1 - share)


@returns(NON_NEGATIVE)
def exposure(dose: ArrayLike, fraction: ArrayLike, blocked: ArrayLike) -> Floats:
    """AUC over the usual AUC, ``d / (1 - f I)``, when ``dose`` times the usual dose (at least 0) is given.

    ``fraction`` and ``blocked`` as of :func:`dose_fraction`. Above 1 the patient gets more than the usual exposure, and
    with it the toxicity of plasma; below 1 less.
    """
    dose, fraction, blocked = arrays(
        dose=(dose, NON_NEGATIVE), fraction=(fraction, BELOW_ONE), blocked=(blocked, PROBABILITY)
    )
    return plain(dose / np.asarray(dose_fraction(fraction, blocked)))


@returns(AT_LEAST_ONE)
def tumour_gain(rho: ArrayLike, blocked: ArrayLike) -> Floats:
    """Drug inside a cell with the pump over that without inhibitor, at the same exposure: ``(1+rho)/(1+rho(1-I))``.

    Parameters
    ----------
    rho : pump ratio, at least 0
    blocked : share of the pump that is blocked, between 0 and 1

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    rho, blocked = arrays(rho=(rho, NON_NEGATIVE), blocked=(blocked, PROBABILITY))
    return plain((1 + rho) / (1 + rho * (1 - blocked)))


@returns(NON_NEGATIVE)
def inside_gain(dose: ArrayLike, fraction: ArrayLike, rho: ArrayLike, blocked: ArrayLike) -> Floats:
    """Drug inside a tumour cell over that under the usual dose without inhibitor: exposure times tumour gain.

    ``dose``, ``fraction`` and ``blocked`` as of :func:`exposure`, ``rho`` as of :func:`tumour_gain`. A cell without
    pump (``rho = 0``) gets what the plasma gets.
    """
    dose, fraction, rho, blocked = arrays(
        dose=(dose, NON_NEGATIVE),
        fraction=(fraction, BELOW_ONE),
        rho=(rho, NON_NEGATIVE),
        blocked=(blocked, PROBABILITY),
    )
    return plain(np.asarray(exposure(dose, fraction, blocked)) * np.asarray(tumour_gain(rho, blocked)))
