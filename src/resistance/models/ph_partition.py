"""Partition of weak acids and bases between a cell and its surroundings by pH (B2).

Only the neutral form crosses the membrane, so at equilibrium it has one concentration on both sides, and the charged
form follows each side's pH (Henderson-Hasselbalch):

    base:  Ci / Ce = (1 + 10**(pKa - pHi)) / (1 + 10**(pKa - pHe))
    acid:  Ci / Ce = (1 + 10**(pHi - pKa)) / (1 + 10**(pHe - pKa))

A base is drawn to the more acid side, an acid to the more alkaline. If the ion crosses too, driven by its own gradient
and the voltage across the membrane (constant-field flux of Goldman, Hodgkin and Katz), the steady state is flatter:
:func:`leaky_base_ratio`. The model leaves out binding (to DNA above all), pumps and a third compartment such as the
lysosome. Source of the equations' use for drugs and of the number that they must give: Mol Cancer Ther 2006;5:1275-9,
doi 10.1158/1535-7163.mct-06-0024. That the ion crosses: Swietach et al. 2012 on doxorubicin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import NON_NEGATIVE, POSITIVE, Floats, Interval, arrays, plain

# Beyond this range the share of the ion is no physical statement; within it no power of ten overflows.
PH = Interval("between -2 and 16", low=-2, high=16)
# A membrane breaks down well before this.
MILLIVOLTS = Interval("between -1000 and 1000", low=-1000, high=1000)
# Faraday constant over gas constant times 310.15 K, per millivolt.
PER_MILLIVOLT = 96485.33212 / (8.314462618 * 310.15) / 1000


@returns(POSITIVE)
def base_ratio(pka: ArrayLike, ph_inside: ArrayLike, ph_outside: ArrayLike) -> Floats:
    """Concentration of a weak base inside over outside, both forms together, at equilibrium.

    Parameters
    ----------
    pka : dissociation constant of the protonated base as -log10, between -2 and 16
    ph_inside, ph_outside : pH on the two sides, between -2 and 16

    Returns
    -------
    float or ndarray
        ``(1 + 10**(pka - ph_inside)) / (1 + 10**(pka - ph_outside))`` of the broadcast shape; 1 where both pH are equal

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    pka, inside, outside = arrays(pka=(pka, PH), ph_inside=(ph_inside, PH), ph_outside=(ph_outside, PH))
    return plain(_forms(pka - inside) / _forms(pka - outside))


@returns(POSITIVE)
def acid_ratio(pka: ArrayLike, ph_inside: ArrayLike, ph_outside: ArrayLike) -> Floats:
    """Concentration of a weak acid inside over outside, both forms together, at equilibrium.

    ``(1 + 10**(ph_inside - pka)) / (1 + 10**(ph_outside - pka))`` of the broadcast shape; arguments and errors as in
    :func:`base_ratio`, with ``pka`` that of the acid itself.
    """
    pka, inside, outside = arrays(pka=(pka, PH), ph_inside=(ph_inside, PH), ph_outside=(ph_outside, PH))
    return plain(_forms(inside - pka) / _forms(outside - pka))


@returns(POSITIVE)
def gain_of_acid_over_base(
    acid_pka: ArrayLike, base_pka: ArrayLike, ph_before: ArrayLike, ph_after: ArrayLike
) -> Floats:
    """How much more a change of the outer pH favours uptake of an acid than that of a base.

    The pH inside stays the same and cancels.

    Parameters
    ----------
    acid_pka, base_pka : dissociation constants as -log10, between -2 and 16
    ph_before, ph_after : pH outside before and after, between -2 and 16

    Returns
    -------
    float or ndarray
        (acid ratio after / before) / (base ratio after / before) of the broadcast shape; above 1 where the outside
        became more acid, and at most ``10**(2 (ph_before - ph_after))``

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    acid, base, before, after = arrays(
        acid_pka=(acid_pka, PH), base_pka=(base_pka, PH), ph_before=(ph_before, PH), ph_after=(ph_after, PH)
    )
    of_acid = _forms(before - acid) / _forms(after - acid)
    of_base = _forms(base - before) / _forms(base - after)
    return plain(of_acid / of_base)


@returns(POSITIVE)
def leaky_base_ratio(
    pka: ArrayLike, ph_inside: ArrayLike, ph_outside: ArrayLike, leak: ArrayLike, voltage: ArrayLike = 0.0
) -> Floats:
    """Concentration of a weak base inside over outside at steady state if its ion crosses the membrane too.

    Parameters
    ----------
    pka, ph_inside, ph_outside : as in :func:`base_ratio`
    leak : permeability of the protonated form over that of the neutral form, at least 0
    voltage : inside minus outside in millivolts, between -1000 and 1000; cells lie at tens of millivolts below 0

    Returns
    -------
    float or ndarray
        Of the broadcast shape; :func:`base_ratio` for ``leak = 0``. Without a voltage it moves towards 1 as ``leak``
        grows, and is 1 for ``leak = 1``, when both forms cross alike

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    With ``h = 10**(pka - pH)`` the ratio of ion to neutral form on each side and ``u`` the voltage times ``F/(R T)`` at
    37 °C, the neutral flux ``n_i - n_e`` and the constant-field flux of the ion ``leak u (n_i h_i - n_e h_e exp(-u)) /
    (1 - exp(-u))`` add up to nothing, and ``n_i (1 + h_i) / (n_e (1 + h_e))`` is the ratio.
    """
    pka, inside, outside, leak, voltage = arrays(
        pka=(pka, PH),
        ph_inside=(ph_inside, PH),
        ph_outside=(ph_outside, PH),
        leak=(leak, NON_NEGATIVE),
        voltage=(voltage, MILLIVOLTS),
    )
    drive = voltage * PER_MILLIVOLT
    # Both sides are divided by 1 + leak (or the result would overflow for a large one).
    neutral, ion = 1 / (1 + leak), leak / (1 + leak)
    enters = neutral + ion * _field(-drive) * 10.0 ** (pka - outside)
    leaves = neutral + ion * _field(drive) * 10.0 ** (pka - inside)
    return plain(_forms(pka - inside) / _forms(pka - outside) * (enters / leaves))


def _forms(exponent: Floats) -> Floats:
    """Both forms together, in units of the neutral one."""
    return 1 + 10.0**exponent


def _field(drive: Floats) -> Floats:
    """``u / (1 - exp(-u))``, which is 1 for ``u = 0``."""
    still = drive == 0
    return np.where(still, 1.0, drive / -np.expm1(-np.where(still, 1.0, drive)))
