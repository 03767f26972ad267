"""A microRNA that titrates its target: threshold-linear repression (A9a).

Target messenger RNA ``r`` is made at rate ``beta`` and lost at rate ``gamma_r``. It meets free microRNA ``m`` and forms
a complex ``c`` that falls apart again or is degraded, which frees the microRNA::

    dr/dt = beta - gamma_r r - k_on r m + k_off c
    dc/dt = k_on r m - (k_off + gamma_c) c            m + c = m_tot

With ``r0 = beta / gamma_r`` (target without microRNA), ``lambda = (k_off + gamma_c) / k_on`` (small: tight) and
``theta = m_tot gamma_c / gamma_r`` (target that the microRNA can clear) the steady state is the root that
:func:`resistance.models.titration.titration` computes. Source: Mukherji et al., Nat Genet 2011;43:854-859, in the
notation of J. Bois and M. Elowitz, Biological circuit design, chapter 12, which follows the paper's supplement.

Amounts in molecules per cell, rates per unit of time (the caller's choice); everything broadcasts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, returns
from resistance.models._solve import integrate
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    POSITIVE,
    Floats,
    arrays,
    number,
    plain,
    rising,
    shown,
    vector,
)
from resistance.models.titration import sensitivity as _sensitivity
from resistance.models.titration import titration


@returns(NON_NEGATIVE)
def unregulated(beta: ArrayLike, gamma_r: ArrayLike) -> Floats:
    """Target without microRNA, ``r0 = beta / gamma_r``; ``beta`` at least 0, ``gamma_r`` above 0."""
    beta, gamma_r = arrays(beta=(beta, NON_NEGATIVE), gamma_r=(gamma_r, POSITIVE))
    return plain(beta / gamma_r)


@returns(POSITIVE)
def tightness(k_on: ArrayLike, k_off: ArrayLike, gamma_c: ArrayLike) -> Floats:
    """Free target at which half the microRNA is occupied, ``lambda = (k_off + gamma_c) / k_on``, in molecules.

    ``k_on`` and ``gamma_c`` above 0, ``k_off`` at least 0.
    """
    k_on, k_off, gamma_c = arrays(k_on=(k_on, POSITIVE), k_off=(k_off, NON_NEGATIVE), gamma_c=(gamma_c, POSITIVE))
    return plain((k_off + gamma_c) / k_on)


@returns(NON_NEGATIVE)
def capacity(m_tot: ArrayLike, gamma_c: ArrayLike, gamma_r: ArrayLike) -> Floats:
    """Target that the microRNA can clear, ``theta = m_tot gamma_c / gamma_r``: the threshold of a tight microRNA.

    ``m_tot`` at least 0, the rates above 0.
    """
    m_tot, gamma_c, gamma_r = arrays(
        m_tot=(m_tot, NON_NEGATIVE), gamma_c=(gamma_c, POSITIVE), gamma_r=(gamma_r, POSITIVE)
    )
    return plain(m_tot * gamma_c / gamma_r)


@returns(NON_NEGATIVE)
def free_target(
    beta: ArrayLike, gamma_r: ArrayLike, k_on: ArrayLike, k_off: ArrayLike, gamma_c: ArrayLike, m_tot: ArrayLike
) -> Floats:
    """Free target at steady state, from the six constants of the two equations.

    Parameters
    ----------
    beta : production of target, at least 0 (molecules per time)
    gamma_r : loss of free target, above 0 (per time)
    k_on, k_off : association, above 0 (per molecule and time), and dissociation, at least 0 (per time)
    gamma_c : loss of target from the complex, above 0 (per time)
    m_tot : microRNA, free and bound, at least 0 (molecules)

    Returns
    -------
    float or ndarray
        Molecules, of the broadcast shape, and not more than ``beta / gamma_r``.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    beta, gamma_r, k_on, k_off, gamma_c, m_tot = arrays(
        beta=(beta, NON_NEGATIVE),
        gamma_r=(gamma_r, POSITIVE),
        k_on=(k_on, POSITIVE),
        k_off=(k_off, NON_NEGATIVE),
        gamma_c=(gamma_c, POSITIVE),
        m_tot=(m_tot, NON_NEGATIVE),
    )
    return titration(unregulated(beta, gamma_r), tightness(k_on, k_off, gamma_c), capacity(m_tot, gamma_c, gamma_r))


@returns(NON_NEGATIVE)
def complexes(target: ArrayLike, half_saturation: ArrayLike, m_tot: ArrayLike) -> Floats:
    """MicroRNA that is bound beside ``target`` free molecules, ``m_tot r / (lambda + r)``, in molecules.

    ``target`` and ``m_tot`` at least 0, ``half_saturation`` (lambda) above 0.
    """
    target, half_saturation, m_tot = arrays(
        target=(target, NON_NEGATIVE), half_saturation=(half_saturation, POSITIVE), m_tot=(m_tot, NON_NEGATIVE)
    )
    return plain(m_tot * target / (half_saturation + target))


@returns(AT_LEAST_ONE)
def repression(r0: ArrayLike, half_saturation: ArrayLike, capacity: ArrayLike) -> Floats:
    """Fold repression ``r0 / r``: ``1 + theta / lambda`` for little target, 1 for much.

    ``r0`` and ``half_saturation`` (lambda) above 0, ``capacity`` (theta) at least 0, in one unit. What a measurement on
    many cells reports as weak repression may be strong below the threshold and none above it.
    """
    r0, half_saturation, capacity = arrays(
        r0=(r0, POSITIVE), half_saturation=(half_saturation, POSITIVE), capacity=(capacity, NON_NEGATIVE)
    )
    return plain(r0 / titration(r0, half_saturation, capacity))


@returns(NON_NEGATIVE)
def response(r0: ArrayLike, half_saturation: ArrayLike, capacity: ArrayLike, fold: ArrayLike) -> Floats:
    """Fold change of the free target when the microRNA changes by ``fold``: ``r(theta fold) / r(theta)``.

    ``fold`` at least 0 (0 is complete knock-down, 0.5 half the microRNA); the others as in :func:`repression`. The same
    change of microRNA moves the target much below the threshold and hardly at all above it.
    """
    r0, half_saturation, capacity, fold = arrays(
        r0=(r0, POSITIVE),
        half_saturation=(half_saturation, POSITIVE),
        capacity=(capacity, NON_NEGATIVE),
        fold=(fold, NON_NEGATIVE),
    )
    if not np.all(np.isfinite(capacity * fold)):
        raise NoResult("a finite capacity")
    return plain(titration(r0, half_saturation, capacity * fold) / titration(r0, half_saturation, capacity))


@returns(NON_NEGATIVE)
def sensitivity(r0: ArrayLike, half_saturation: ArrayLike, capacity: ArrayLike) -> Floats:
    """Slope of the free target against ``r0`` on double logarithmic axes; above 1 near the threshold.

    ``r0`` and ``half_saturation`` above 0, ``capacity`` at least 0.
    """
    r0, half_saturation, capacity = arrays(
        r0=(r0, POSITIVE), half_saturation=(half_saturation, POSITIVE), capacity=(capacity, NON_NEGATIVE)
    )
    return _sensitivity(r0, half_saturation, capacity)


@returns(NON_NEGATIVE)
def course(
    t: ArrayLike,
    beta: float,
    gamma_r: float,
    k_on: float,
    k_off: float,
    gamma_c: float,
    m_tot: float,
    start: ArrayLike = (0.0, 0.0),
) -> Floats:
    """Free target and complex over time, by integration of the two equations.

    Parameters
    ----------
    t : times, one-dimensional, at least 0 and rising
    beta, gamma_r, k_on, k_off, gamma_c, m_tot : as in :func:`free_target`, single numbers
    start : free target and complex at time 0, at least 0; no more complex than ``m_tot``

    Returns
    -------
    ndarray of shape (2, len(t))

    Raises
    ------
    ValueError
        If an argument leaves its range, the times do not rise, or ``start`` does not hold two amounts.
    """
    t = rising("t", t, NON_NEGATIVE)
    beta, gamma_r = number("beta", beta, NON_NEGATIVE), number("gamma_r", gamma_r, POSITIVE)
    k_on, k_off = number("k_on", k_on, POSITIVE), number("k_off", k_off, NON_NEGATIVE)
    gamma_c, m_tot = number("gamma_c", gamma_c, POSITIVE), number("m_tot", m_tot, NON_NEGATIVE)
    first = vector("start", start, NON_NEGATIVE)
    if first.size != 2 or first[1] > m_tot:
        raise ValueError(f"start must hold the target and at most m_tot = {m_tot:g} complexes, got {shown(start)}")
    if t[-1] == 0:
        return first[:, None]

    def rates(_: float, state: Floats) -> tuple[float, float]:
        r, c = state
        binding = k_on * r * (m_tot - c) - k_off * c
        return beta - gamma_r * r - binding, binding - gamma_c * c

    scale = max(first.max(), beta / gamma_r, m_tot, np.finfo(float).tiny)
    run = integrate(rates, (0, t[-1]), first, method="LSODA", t_eval=t, rtol=1e-10, atol=1e-13 * scale)
    # Amounts that tend to 0, or to m_tot, miss it by less than the tolerance.
    return np.clip(run.y, 0, [[np.inf], [m_tot]])
