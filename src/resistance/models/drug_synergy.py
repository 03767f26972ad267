"""Two drugs together: highest single agent, Bliss, Loewe and the four-state surface of MuSyC (B11).

An effect is what is left, such as the fraction of cells that survive, so lower is stronger. One drug follows a Hill
curve from ``e0`` without drug to ``emax`` at the highest dose:

    E(d) = E0 + (Emax - E0) d**h / (C**h + d**h)

MuSyC (Meyer et al., Cell Syst 2019;8:97-108; Wooten et al., Nat Commun 2021;12, doi 10.1038/s41467-021-24789-z)
lets a cell be in one of four states: without effect (0), under the effect of drug 1 (1), of drug 2 (2) or of both (3).
With all ways back at rate 1 the ways there are

    0 to 1: (d1 / C1)**h1                 2 to 3: (a21 d1 / C1)**(h1 g21)
    0 to 2: (d2 / C2)**h2                 1 to 3: (a12 d2 / C2)**(h2 g12)

``a21`` multiplies the dose of drug 1 where drug 2 has taken effect, ``a12`` that of drug 2 where drug 1 has; ``g21``
and ``g12`` change the steepness likewise. The measured effect is ``U0 E0 + U1 E1 + U2 E2 + U3 E3`` with the steady
fractions ``U`` of the states. The states form a ring of four, so the fractions are sums over its spanning trees, all
of whose terms are positive and lose no digits to cancellation.

The three older references ask what to expect of two drugs that do not interact: the stronger of the two effects
(highest single agent), the product of the two surviving fractions (Bliss), or one drug being a dilution of the other
(Loewe, for whom ``d1 / D1 + d2 / D2 = 1`` where ``D`` are the doses that have the effect alone).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from resistance.models._results import returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    arrays,
    plain,
    shown,
)

_DOSE = Interval(
    "at least 0, or infinite, or NaN where the drug alone never has the effect", 0, infinite=True, nan=True
)
_INDEX = Interval(
    "at least 0, or infinite, or NaN where one drug alone never has the effect", 0, infinite=True, nan=True
)
_EXCESS = Interval("between -1 and 1", low=-1, high=1)


@returns(REAL)
def hill(dose: ArrayLike, e0: ArrayLike, emax: ArrayLike, half: ArrayLike, steepness: ArrayLike = 1.0) -> Floats:
    """Effect of one drug, ``E0 + (Emax - E0) d**h / (C**h + d**h)``.

    Parameters
    ----------
    dose : dose d, at least 0
    e0 : effect E0 without drug, finite
    emax : effect Emax at the highest dose, finite, in the unit of ``e0``
    half : dose C that has half of the effect, above 0, in the unit of ``dose``
    steepness : Hill coefficient h, above 0

    Returns
    -------
    float or ndarray
        Effect in the unit of ``e0``, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    dose, e0, emax, half, steepness = arrays(
        dose=(dose, NON_NEGATIVE), e0=(e0, REAL), emax=(emax, REAL), half=(half, POSITIVE),
        steepness=(steepness, POSITIVE),
    )  # fmt: skip
    power = _log_rate(dose, half, steepness)
    return plain(e0 * expit(-power) + emax * expit(power))


@returns(_DOSE)
def dose_alone(
    effect: ArrayLike, e0: ArrayLike, emax: ArrayLike, half: ArrayLike, steepness: ArrayLike = 1.0
) -> Floats:
    """Dose at which one drug has the effect: the inverse of :func:`hill`, ``C ((E0 - E) / (E - Emax))**(1/h)``.

    Parameters as for :func:`hill`; ``effect`` is finite. NaN where ``effect`` does not lie between ``e0`` and ``emax``,
    ends excluded. Raises ``ValueError`` for an argument that leaves its range.
    """
    effect, e0, emax, half, steepness = arrays(
        effect=(effect, REAL), e0=(e0, REAL), emax=(emax, REAL), half=(half, POSITIVE), steepness=(steepness, POSITIVE)
    )
    power = _log_dose(effect, e0, emax, steepness)
    return plain(np.exp(np.log(half) + power))


@returns(_EXCESS)
def highest_single_agent_excess(first: ArrayLike, second: ArrayLike, both: ArrayLike) -> Floats:
    """How far the combination goes beyond the stronger drug, ``min(E_A, E_B) - E_AB``; above 0 is called synergy.

    Parameters
    ----------
    first, second, both : surviving fractions under drug A, drug B and the two together, between 0 and 1

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    first, second, both = _fractions(first, second, both)
    return plain(np.minimum(first, second) - both)


@returns(_EXCESS)
def bliss_excess(first: ArrayLike, second: ArrayLike, both: ArrayLike) -> Floats:
    """How far the combination goes beyond independent killing of cells, ``E_A E_B - E_AB``; above 0 is called synergy.

    Parameters
    ----------
    first, second, both : surviving fractions under drug A, drug B and the two together, between 0 and 1, relative to
        cells without drug

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    first, second, both = _fractions(first, second, both)
    return plain(first * second - both)


@returns(_INDEX)
def loewe_index(
    d1: ArrayLike, d2: ArrayLike, effect: ArrayLike, e0: ArrayLike, e1: ArrayLike, e2: ArrayLike,
    c1: ArrayLike, c2: ArrayLike, h1: ArrayLike = 1.0, h2: ArrayLike = 1.0,
) -> Floats:  # fmt: skip
    """Combination index of Loewe, ``d1 / D1(E) + d2 / D2(E)``; below 1 is called synergy, above 1 antagonism.

    Parameters
    ----------
    d1, d2 : doses given together, at least 0
    effect : effect E that they have together, finite
    e0, e1, e2 : effects without drug and at the highest dose of drug 1 and of drug 2, finite
    c1, c2 : doses that have half of the effect, above 0, in the unit of ``d1`` and of ``d2``
    h1, h2 : Hill coefficients, above 0

    Returns
    -------
    float or ndarray
        Index without unit, of the broadcast shape; NaN where one of the drugs alone never has the effect, as beyond
        the highest effect of the weaker drug.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    d1, d2, effect, e0, e1, e2, c1, c2, h1, h2 = arrays(
        d1=(d1, NON_NEGATIVE), d2=(d2, NON_NEGATIVE), effect=(effect, REAL), e0=(e0, REAL), e1=(e1, REAL),
        e2=(e2, REAL), c1=(c1, POSITIVE), c2=(c2, POSITIVE), h1=(h1, POSITIVE), h2=(h2, POSITIVE),
    )  # fmt: skip
    first = np.exp(np.log(d1) - np.log(c1) - _log_dose(effect, e0, e1, h1))
    second = np.exp(np.log(d2) - np.log(c2) - _log_dose(effect, e0, e2, h2))
    return plain(first + second)


@returns(PROBABILITY)
def states(
    d1: ArrayLike, d2: ArrayLike, c1: ArrayLike, c2: ArrayLike, h1: ArrayLike = 1.0, h2: ArrayLike = 1.0,
    a12: ArrayLike = 1.0, a21: ArrayLike = 1.0, g12: ArrayLike = 1.0, g21: ArrayLike = 1.0,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    """Steady fractions of cells without effect, under drug 1, under drug 2 and under both.

    Parameters
    ----------
    d1, d2 : doses, at least 0
    c1, c2 : doses that have half of the effect alone, above 0, in the unit of ``d1`` and of ``d2``
    h1, h2 : Hill coefficients, above 0
    a12, a21 : factor on the dose of drug 2 where drug 1 has taken effect, and on that of drug 1 where drug 2 has, at
        least 0; above 1 is synergy of potency
    g12, g21 : the same for the Hill coefficients, above 0

    Returns
    -------
    tuple of four floats or ndarrays
        Fractions that sum to 1, each of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    d1, d2, c1, c2, h1, h2, a12, a21, g12, g21 = arrays(
        d1=(d1, NON_NEGATIVE), d2=(d2, NON_NEGATIVE), c1=(c1, POSITIVE), c2=(c2, POSITIVE), h1=(h1, POSITIVE),
        h2=(h2, POSITIVE), a12=(a12, NON_NEGATIVE), a21=(a21, NON_NEGATIVE), g12=(g12, POSITIVE), g21=(g21, POSITIVE),
    )  # fmt: skip
    return tuple(plain(part) for part in _states(d1, d2, c1, c2, h1, h2, a12, a21, g12, g21))


@returns(REAL)
def musyc(
    d1: ArrayLike, d2: ArrayLike, e0: ArrayLike, e1: ArrayLike, e2: ArrayLike, e3: ArrayLike,
    c1: ArrayLike, c2: ArrayLike, h1: ArrayLike = 1.0, h2: ArrayLike = 1.0,
    a12: ArrayLike = 1.0, a21: ArrayLike = 1.0, g12: ArrayLike = 1.0, g21: ArrayLike = 1.0,
) -> Floats:  # fmt: skip
    """Effect of two drugs together by the four-state model of Meyer et al. 2019 and Wooten et al. 2021.

    Parameters
    ----------
    d1, d2 : doses, at least 0
    e0, e1, e2, e3 : effects of the four states (no drug, drug 1, drug 2, both), finite
    c1, c2, h1, h2, a12, a21, g12, g21 : as in :func:`states`

    Returns
    -------
    float or ndarray
        Effect in the unit of ``e0``, of the broadcast shape. With one dose 0 it is :func:`hill` of the other drug;
        with all of ``a`` and ``g`` 1 and ``e3 = e1 e2 / e0`` it is the product of the two curves over ``e0`` (Bliss).

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    d1, d2, e0, e1, e2, e3, c1, c2, h1, h2, a12, a21, g12, g21 = arrays(
        d1=(d1, NON_NEGATIVE), d2=(d2, NON_NEGATIVE), e0=(e0, REAL), e1=(e1, REAL), e2=(e2, REAL), e3=(e3, REAL),
        c1=(c1, POSITIVE), c2=(c2, POSITIVE), h1=(h1, POSITIVE), h2=(h2, POSITIVE), a12=(a12, NON_NEGATIVE),
        a21=(a21, NON_NEGATIVE), g12=(g12, POSITIVE), g21=(g21, POSITIVE),
    )  # fmt: skip
    none, first, second, both = _states(d1, d2, c1, c2, h1, h2, a12, a21, g12, g21)
    return plain(none * e0 + first * e1 + second * e2 + both * e3)


@returns(REAL)
def efficacy_synergy(e0: ArrayLike, e1: ArrayLike, e2: ArrayLike, e3: ArrayLike) -> Floats:
    """Synergy of efficacy, ``beta = (min(E1, E2) - E3) / (E0 - min(E1, E2))``: what the two reach beyond the stronger.

    Parameters
    ----------
    e0, e1, e2, e3 : effects of the four states, finite; ``e0`` above the smaller of ``e1`` and ``e2``

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or neither drug has an effect.
    """
    given = f"{shown(e0)}, {shown(e1)} and {shown(e2)}"
    e0, e1, e2, e3 = arrays(e0=(e0, REAL), e1=(e1, REAL), e2=(e2, REAL), e3=(e3, REAL))
    stronger = np.minimum(e1, e2)
    if np.any(e0 <= stronger):
        raise ValueError(f"e0 must be above the smaller of e1 and e2, got {given}")
    return plain((stronger - e3) / (e0 - stronger))


def _fractions(first: ArrayLike, second: ArrayLike, both: ArrayLike) -> list[Floats]:
    return arrays(first=(first, PROBABILITY), second=(second, PROBABILITY), both=(both, PROBABILITY))


def _log_rate(dose: Floats, half: Floats, steepness: Floats) -> Floats:
    """``h ln(d / C)``, by two logarithms, because the quotient of two doses may not be a double."""
    return steepness * (np.log(dose) - np.log(half))


def _log_dose(effect: Floats, e0: Floats, emax: Floats, steepness: Floats) -> Floats:
    """``ln(D / C)`` of the dose that has the effect alone; NaN where none has."""
    done, left = e0 - effect, effect - emax
    there = np.sign(done) * np.sign(left) > 0
    ratio = np.log(np.abs(np.where(there, done, 1))) - np.log(np.abs(np.where(there, left, 1)))
    return np.where(there, ratio / steepness, np.nan)


def _states(
    d1: Floats, d2: Floats, c1: Floats, c2: Floats, h1: Floats, h2: Floats,
    a12: Floats, a21: Floats, g12: Floats, g21: Floats,
) -> list[Floats]:  # fmt: skip
    """Fractions of the four states, from the logarithms of the sums over spanning trees."""
    a, b = _log_rate(d1, c1, h1), _log_rate(d2, c2, h2)
    p = h1 * g21 * (np.log(a21) + np.log(d1) - np.log(c1))  # from 2 to 3
    q = h2 * g12 * (np.log(a12) + np.log(d2) - np.log(c2))  # from 1 to 3
    two = np.log(2.0)
    trees = np.array(
        [
            _sum(np.broadcast_to(two, a.shape), p, q),
            _sum(two + a, a + p, b + p),
            _sum(two + b, b + q, a + q),
            _sum(a + p + q, b + p + q, a + q, b + p),
        ]
    )
    share = np.exp(trees - np.max(trees, axis=0))
    return list(share / np.sum(share, axis=0))


def _sum(*terms: Floats) -> Floats:
    """Logarithm of a sum from the logarithms of its terms."""
    return np.logaddexp.reduce(np.array(terms), axis=0)
