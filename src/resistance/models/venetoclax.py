"""Venetoclax beside voriconazole: the population model of Yang et al. 2025 (A5).

Two compartments, first-order absorption after a lag, clearance that falls with albumin, and log-normal variation
between patients (Drug Des Devel Ther 2025;19:3681-3690, Table 2, read in the nlmixr2lib vignette). All 30 patients took
voriconazole, a strong inhibitor of CYP3A, whose level had no further effect: the block counts as complete, and the
clearance of the model as the part that CYP3A does not carry. Concentrations are in mg/L (µg/mL), AUCs in mg h/L.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import enzyme_activity, population_pk
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    number,
    plain,
    whole,
)
from resistance.models.population_pk import Variances
from resistance.models.two_compartment import Disposition, accumulation, concentration, daily_exposure

TYPICAL = Disposition(cl=1.31, v=28.02, v2=87.26, q=5.29, ka=0.11, lag=3.36)
# Table 2 prints 0.82 for the clearance. Only 0.082 lies in the interval of the same row's bootstrap (0.01 to 0.21)
# and gives the standard deviation that the paper reports for its own simulation.
VARIANCES = Variances(cl=0.082, v=0.26, v2=2.35, ka=0.09, lag=0.09)
PRINTED_VARIANCES = Variances(cl=0.82, v=0.26, v2=2.35, ka=0.09, lag=0.09)
ALBUMIN = 38.4
ALBUMIN_EXPONENT = -1.49
# Median of six population models without regard to inhibitors, 446 L/day (Zhao et al. 2024), in L/h.
CL_UNINHIBITED = 446 / 24


@returns(POSITIVE)
def clearance(albumin: ArrayLike = ALBUMIN) -> Floats:
    """Typical apparent clearance beside voriconazole (L/h) at an albumin of ``albumin`` g/L, above 0."""
    (albumin,) = arrays(albumin=(albumin, POSITIVE))
    return plain(TYPICAL.cl * (albumin / ALBUMIN) ** ALBUMIN_EXPONENT)


@returns(PROBABILITY)
def fraction_cyp3a() -> float:
    """Share of the uninhibited apparent clearance that the block removes: ``1 - 1.31 / 18.6``."""
    return 1 - TYPICAL.cl / CL_UNINHIBITED


@returns()
def patient(albumin: float = ALBUMIN, activity: float = 0.0) -> Disposition:
    """The typical patient.

    Parameters
    ----------
    albumin : serum albumin, above 0 (g/L)
    activity : CYP3A activity relative to usual, at least 0; 0 is the fitted model, 1 a patient without inhibitor

    Raises
    ------
    ValueError
        If an argument leaves its range.

    Notes
    -----
    Any activity but 0 goes beyond the fitted model: only the clearance changes, by
    :func:`~resistance.models.enzyme_activity.clearance`; what an inhibitor does to absorption is left out.
    """
    albumin, activity = number("albumin", albumin, POSITIVE), number("activity", activity, NON_NEGATIVE)
    whole_clearance = enzyme_activity.clearance(CL_UNINHIBITED, fraction_cyp3a(), activity)
    cl = float(whole_clearance * clearance(albumin) / TYPICAL.cl)
    if not 0 < cl < inf:
        raise NoResult(f"a clearance that a double can hold, not {cl:g}")
    return replace(TYPICAL, cl=cl)


@returns(NON_NEGATIVE)
def typical_auc24(dose: float, day: int, albumin: float = ALBUMIN, activity: float = 0.0) -> float:
    """AUC of the typical patient over the 24 h of ``day`` under ``dose`` mg once a day (mg h/L)."""
    dose, day = number("dose", dose, NON_NEGATIVE), whole("day", day, 1)
    return float(daily_exposure(day, patient(albumin, activity), dose))


@returns(NON_NEGATIVE)
def mean_auc24(dose: float, day: int, albumin: float = ALBUMIN, activity: float = 0.0) -> float:
    """Population mean of the same AUC (mg h/L)."""
    return population_pk.mean_daily_exposure(patient(albumin, activity), VARIANCES, day, dose)


@returns(NON_NEGATIVE)
def sd_auc24(dose: float, day: int, albumin: float = ALBUMIN, printed_variances: bool = False) -> float:
    """Population standard deviation of the same AUC; with the variance of clearance as printed if asked (mg h/L)."""
    variances = PRINTED_VARIANCES if printed_variances else VARIANCES
    return population_pk.sd_daily_exposure(patient(albumin), variances, day, dose)


@returns(POSITIVE)
def median_accumulation(late: int = 14, early: int = 7, albumin: float = ALBUMIN) -> float:
    """Median over patients of the AUC of day ``late`` over that of day ``early``."""
    late, early = whole("late", late, 1), whole("early", early, 1)
    return float(np.median(accumulation(late, early, population_pk.quadrature(patient(albumin), VARIANCES))))


@returns(NON_NEGATIVE)
def median_trough(dose: float, day: int, albumin: float = ALBUMIN) -> float:
    """Median over patients of the concentration just before the dose of ``day`` (mg/L); ``day`` at least 2."""
    dose, day = number("dose", dose, NON_NEGATIVE), whole("day", day, 2)
    patients = population_pk.quadrature(patient(albumin), VARIANCES)
    return float(np.median(concentration(24.0 * (day - 1), patients, dose, 24.0, day - 1)))
