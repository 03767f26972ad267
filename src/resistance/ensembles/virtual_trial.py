"""A virtual trial that joins models of several chapters, to illustrate how they act together; it predicts nothing.

A patient's tumour has ``cells`` cells and grows by ``growth`` a day. Cells that resist were there before treatment, or
arise under it (A1, with clones as in A3). The drug kills sensitive cells faster the higher a patient's exposure, which
is the dose over the clearance (A5). The sensitive part falls and the resistant part grows (A11) until a visit sees
progression, and a blood sample at the visit before may have found tumour DNA (B14).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resistance.models import ctdna_assay, ctdna_shedding, dual_therapy, regrowth, two_compartment
from resistance.models._validate import NON_NEGATIVE, POSITIVE, Floats, arrays, generator, number

ARMS = ("one drug", "two drugs, a shared mutation", "two drugs, none shared")
# Clones that are drawn one by one; the smaller ones of a tumour that has more enter by their mean.
TERMS = 12
# Least decline a day for which the formulas of resistance hold with these mutation rates; slower is no decline.
SLOWEST = 1e-4


def outcomes(
    cells: ArrayLike,
    growth: ArrayLike,
    clearance: ArrayLike,
    rng: np.random.Generator,
    *,
    mutation: float,
    single: float,
    shared: float,
    birth: float,
    kill: float,
    half: float,
    typical_growth: float,
    typical_clearance: float,
    dose: float,
    visible: float,
    response: float,
    progression: float,
    visit: float,
    visits: float,
    shed: float,
    half_life: float,
    tube: float,
    blood: float,
    efficiency: float,
) -> dict[str, NDArray[Any]]:
    """What becomes of virtual patients who are assigned by lot to one of three arms.

    Parameters
    ----------
    cells, growth, clearance : of each patient: cells when treatment begins, net growth (1/d) and apparent clearance
        (L/h), arrays of one shape, above 0
    rng : numpy.random.Generator
    mutation : rate per base pair and division; ``single`` mutations resist one drug, ``shared`` both
    birth : divisions (1/d); ``kill`` is the further death (1/d) at the typical exposure, ``half`` the exposure relative
        to it at which half of the greatest kill is reached
    typical_growth, typical_clearance, dose : 1/d, L/h and mg
    visible : diameter (cm) below which a tumour is not seen
    response, progression : relative fall and rise of the diameter
    visit, visits : days between visits, and their number
    shed, half_life, tube, blood, efficiency : of :class:`~resistance.models.ctdna_shedding.Shedding` and
        :class:`~resistance.models.ctdna_assay.Assay`

    Returns
    -------
    dict of ndarray
        ``arm`` (0 to 2, see :data:`ARMS`), ``time`` to progression as seen (d; infinite if not by the last visit),
        ``response``, ``dna`` found one visit before progression is seen, or at the last visit if it is not, and
        ``cured`` (no resistant line that lasts), each 0 or 1.

    Raises
    ------
    ValueError
        If an argument leaves its range or a formula does not hold for a patient.
    """
    rng = generator("rng", rng)
    cells, growth, clearance = arrays(
        cells=(cells, POSITIVE), growth=(growth, POSITIVE), clearance=(clearance, POSITIVE)
    )
    arm = rng.integers(len(ARMS), size=cells.shape)
    exposure = two_compartment.total_exposure(dose, clearance) / two_compartment.total_exposure(dose, typical_clearance)
    death = birth - growth
    treated = death + kill * (1 + half) * exposure / (exposure + half)
    before, later = _lines(arm, cells, mutation, single, shared, birth, death, treated)
    resistant = np.minimum(established(before, later, growth / birth, rng), cells)
    fall = treated - birth
    time, least = _course(cells, resistant, fall, growth, visible, progression)
    seen = np.ceil(time / visit) * visit
    last = visits * visit
    day = np.minimum(seen - visit, last)
    parts = (cells - resistant) * np.exp(-fall * day), resistant * np.exp(growth * day)
    usual = birth - typical_growth
    found = _tumour_dna(parts, birth, (usual + kill, usual), shed, half_life)
    sample = tube / (1000 * blood) * efficiency
    return {
        "arm": arm,
        "time": np.where(seen <= last, seen, np.inf),
        "response": (least <= (1 - response) ** 3).astype(np.int64),
        "dna": (rng.random(cells.shape) < ctdna_assay.sampled(sample * found)).astype(np.int64),
        "cured": (resistant == 0).astype(np.int64),
    }


def _lines(
    arm: NDArray[Any],
    m: Floats,
    u: float,
    single: float,
    shared: float,
    birth: float,
    death: Floats,
    treated: Floats,
) -> tuple[Floats, Floats]:
    """Expected resistant lines that last: from one mutation before treatment, and all others."""
    declining = np.maximum(treated, birth + SLOWEST)
    own = np.where(arm == 0, 0.0, single)
    both = np.choose(arm, [single + shared, shared, 0.0])
    found = dual_therapy.lines(m, u, own, own, both, birth, death, birth, declining)
    return np.asarray(found.one_before), np.asarray(found.one_during + found.two_before + found.two_during)


def established(before: ArrayLike, later: ArrayLike, survival: ArrayLike, rng: np.random.Generator) -> Floats:
    """Resistant cells that will last, as if all were there when treatment begins.

    Parameters
    ----------
    before : expected lines from mutations during growth, at least 0: a line that arose when the tumour was a share
        ``v`` of its present size, ``v`` even between 0 and 1, has an exponential number of cells with mean
        ``1 / (survival v)``
    later : expected lines that begin with one cell that lasts, at least 0, counted at the start of treatment
    survival : probability that a line of one cell lasts, above 0
    rng : numpy.random.Generator

    Returns
    -------
    ndarray
        0 with probability ``exp(-before - later)``.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    The points ``before v`` of all lines are a Poisson process of rate 1 up to ``before``. Its first :data:`TERMS`
    points, the largest clones, are drawn; those beyond enter by their mean, ``before ln(before / last) / survival``.
    """
    before, later, survival = arrays(
        before=(before, NON_NEGATIVE), later=(later, NON_NEGATIVE), survival=(survival, POSITIVE)
    )
    rng = generator("rng", rng)
    total, point = np.zeros(before.shape), np.zeros(before.shape)
    for _ in range(TERMS):
        point = point + rng.standard_exponential(before.shape)
        total += np.where(point <= before, rng.standard_exponential(before.shape) / point, 0.0)
    total += np.log(np.maximum(before / point, 1))
    lines = rng.poisson(later)
    return (before * total + rng.standard_gamma(lines)) / survival


def _course(
    cells: Floats, resistant: Floats, fall: Floats, growth: Floats, visible: float, progression: float
) -> tuple[Floats, Floats]:
    """Time of progression (d, infinite if it never comes) and least burden relative to the first one."""
    rise = (1 + number("progression", progression, POSITIVE)) ** 3
    seen = ctdna_shedding.cells(visible) / cells
    time, least = np.full(cells.shape, np.inf), np.zeros(cells.shape)
    returning = (fall > 0) & (resistant > 0)
    if returning.any():
        phi, d, g = (resistant / cells)[returning], fall[returning], growth[returning]
        least[returning] = regrowth.split_nadir_size(phi, d, g)
        level = np.maximum(rise * least[returning], seen[returning])
        time[returning] = regrowth.split_return_time(phi, d, g, level)
    growing = fall <= 0
    with np.errstate(divide="ignore"):
        level = np.log(np.maximum(rise, seen))
        rate = np.where(resistant == cells, growth, -fall)
        time = np.where(growing, level / rate, time)
    return time, np.where(growing, 1.0, least)


def _tumour_dna(
    parts: tuple[Floats, Floats], birth: float, deaths: tuple[float, float], shed: float, half_life: float
) -> Floats:
    """Mean mutant genomes in the circulation from the sensitive and the resistant part, with typical death rates."""
    rates = [ctdna_shedding.Shedding(birth, death, shed, half_life) for death in deaths]
    genomes = [np.asarray(ctdna_shedding.circulating(part, rate)) for part, rate in zip(parts, rates, strict=True)]
    return genomes[0] + genomes[1]


def population() -> dict[str, Any]:
    """Parameters of :func:`outcomes` from the book's tables: numbers, and the distributions of the patients.

    The burdens are log-normal, fitted to the patients of the table of tumour burdens; net growth is log-normal with a
    chosen spread; the clearance has the variance between patients of the pharmacokinetic model.

    Raises
    ------
    TableError, KeyError
        If a table has faults or a parameter is not there.
    """
    from scipy import stats

    from resistance import evidence

    burdens = evidence.table("tumour_burdens")["value"].to_numpy(float)
    logarithms = np.log(burdens)
    a1, a5 = evidence.parameters("clonal-a1"), evidence.parameters("metabolism-a5")
    b14, c1 = evidence.parameters("precision-b14"), evidence.parameters("trial-c1")
    variance = a5.list("omega")[3]
    return {
        "cells": stats.lognorm(logarithms.std(ddof=1), scale=np.exp(logarithms.mean())),
        "growth": stats.lognorm(c1["spread"], scale=a1["b"] - a1["d"]),
        "clearance": stats.lognorm(variance**0.5, scale=a5["cl"]),
        "mutation": a1["u"],
        "single": a1["n"],
        "shared": a1["shared"],
        "birth": a1["b"],
        "kill": a1["d-treated"] - a1["d"],
        "half": c1["half"],
        "typical_growth": a1["b"] - a1["d"],
        "typical_clearance": a5["cl"],
        "dose": a5["dose"],
        "visible": c1["visible"],
        "response": c1["response"],
        "progression": c1["progression"],
        "visit": c1["visit"],
        "visits": c1["visits"],
        "shed": b14["q"],
        "half_life": b14["half-life"],
        "tube": b14["tube"],
        "blood": b14["blood"],
        "efficiency": b14["efficiency"],
    }
