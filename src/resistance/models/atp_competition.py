"""An inhibitor that competes with ATP, and a mutation that binds ATP more tightly (B13).

The inhibitor binds the empty pocket of the kinase with the dissociation constant ``Kd``; in a cell ATP is there too, at
a concentration well above its ``Km``, so that half of the activity is lost at

    IC50 = Kd (1 + [ATP] / Km)

A mutation that lowers ``Km`` raises the IC50 although the inhibitor binds as tightly as before, by at most the ratio of
the two ``Km``. Yun et al. (PNAS 2008;105:2070-2075) find this for EGFR T790M: low-nanomolar affinity for gefitinib, and
an affinity for ATP raised by more than an order of magnitude. Concentrations are in one unit of the caller's choice.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import NON_NEGATIVE, POSITIVE, Floats, arrays, plain


@returns(POSITIVE)
def ic50(kd: ArrayLike, atp: ArrayLike, km: ArrayLike) -> Floats:
    """Concentration of an ATP-competitive inhibitor that halves the activity, ``Kd (1 + [ATP] / Km)``.

    Parameters
    ----------
    kd : dissociation constant of the inhibitor, above 0
    atp : concentration of ATP, at least 0, in the unit of ``km``
    km : Michaelis constant of ATP, above 0

    Returns
    -------
    float or ndarray
        Concentration in the unit of ``kd``, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    kd, atp, km = arrays(kd=(kd, POSITIVE), atp=(atp, NON_NEGATIVE), km=(km, POSITIVE))
    return plain(kd * (1 + atp / km))


@returns(POSITIVE)
def fold_of_mutation(kd_ratio: ArrayLike, km_before: ArrayLike, km_after: ArrayLike, atp: ArrayLike) -> Floats:
    """IC50 of the mutant kinase over that of the kinase before the mutation.

    Parameters
    ----------
    kd_ratio : ``Kd`` of the inhibitor after over before the mutation, above 0; 1 where binding is unchanged
    km_before, km_after : Michaelis constants of ATP, above 0
    atp : concentration of ATP, at least 0, in the unit of the constants

    Returns
    -------
    float or ndarray
        Fold, of the broadcast shape: ``kd_ratio`` without ATP, ``kd_ratio * km_before / km_after`` with plenty.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    kd_ratio, km_before, km_after, atp = arrays(
        kd_ratio=(kd_ratio, POSITIVE),
        km_before=(km_before, POSITIVE),
        km_after=(km_after, POSITIVE),
        atp=(atp, NON_NEGATIVE),
    )
    return plain(kd_ratio * (1 + atp / km_after) / (1 + atp / km_before))
