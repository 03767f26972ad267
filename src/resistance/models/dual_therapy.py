"""Whether two targeted drugs together can eradicate a lesion (A1).

A cell divides at rate ``birth`` and dies at rate ``death``. A division makes a cell that resists drug 1 alone with
probability ``u n1``, drug 2 alone with ``u n2``, and both at one stroke with ``u n12``: ``u`` is the point mutation
rate, ``n1``, ``n2`` and ``n12`` the number of mutations that do so. All cells grow alike until the lesion has ``m``
cells; then both drugs are given, and cells that are sensitive to at least one divide and die at rates of their own, so
that they decline. Source: Bozic et al., eLife 2013;2:e00747 (equation 1 and the four probabilities behind it).

With ``s = 1 - death / birth``, ``s' = 1 - treated_death / treated_birth`` (below 0) and ``k = 1 / s - 1 / s'``, the
number of resistant lines that arise and never die out is a Poisson variable, in four parts:

    one mutation,  before treatment   m u n12
    one mutation,  during treatment   m u n12 s / |s'|
    two mutations, the first before   m u**2 k [n1 (n2 + n12) ln 1/x2 + n2 (n1 + n12) ln 1/x1],
                                      xi = 1 / (s m) + u (ni + n12) k
    two mutations, both during        m u**2 [2 n1 n2 + n12 (n1 + n2)] s / s'**2

The logarithm takes every clone of ``y`` cells to have had ``y / s`` divisions, which is too many for clones that are
still young; :func:`refined_failure` takes ``k ln 1/x - 1/s`` instead, which follows from the generating functions and
agrees with the simulations of the source where its formula does not. The lesion is eradicated if there is no line. A
single drug with ``n`` mutations is ``n12 = n``, ``n1 = n2 = 0``. The formulas hold for many cells and rare mutations;
where an ``x`` that counts is above :data:`LARGEST_X` there is no result.

Rates in one unit of the caller's choice throughout, for example per day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import branching
from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import root
from resistance.models._two_drugs import checked, single
from resistance.models._validate import (
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    number,
    plain,
    shown,
    vector,
)

# Where the logarithm's argument is not small the lesion is no more than a few cells, or mutations are common.
LARGEST_X = 0.1
# Most lesions of one patient.
MOST_LESIONS = 10_000
_LOG_MOST = np.log(1e300)


@dataclass(frozen=True)
class Lines:
    """Expected resistant lines that never die out, by mutations needed and by when the first one happened.

    Numbers or arrays of one shape. ``two_before`` counts lines whose first mutation came before treatment, whenever the
    second came.
    """

    one_before: float | Floats
    one_during: float | Floats
    two_before: float | Floats
    two_during: float | Floats

    def __post_init__(self) -> None:
        kind = NON_NEGATIVE_OR_INFINITE
        hold(self, one_before=kind, one_during=kind, two_before=kind, two_during=kind)


@returns()
def lines(
    m: ArrayLike,
    u: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    n12: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    treated_birth: ArrayLike,
    treated_death: ArrayLike,
) -> Lines:
    """Expected resistant lines of a lesion, in the four parts of Bozic et al. 2013.

    Parameters
    ----------
    m : cells of the lesion when treatment begins, at least 1
    u : mutation rate per base pair and division, at least 0 and below 1
    n1, n2, n12 : mutations that make a cell resist drug 1 alone, drug 2 alone, and both; at least 0
    birth, death : rates of division and death before treatment, and of fully resistant cells always; birth the faster
    treated_birth, treated_death : rates under treatment of cells that one of the drugs acts on; death the faster

    Returns
    -------
    Lines
        Minus the logarithms of the four probabilities that the source multiplies.

    Raises
    ------
    ValueError
        If an argument leaves its range, the rates do not grow before or decline under treatment, the mutations together
        have a probability of 1 or more, the shapes do not fit, or the lesion is too small, or mutations too common,
        for the formulas (see the module).
    """
    m, u, n1, n2, n12, s, fall = checked(m, u, n1, n2, n12, birth, death, treated_birth, treated_death)
    both = 1 / s + 1 / fall
    two = m * u * u * both * (_by_way_of(n1, n2 + n12, m, u, s, both) + _by_way_of(n2, n1 + n12, m, u, s, both))
    steps = 2 * n1 * n2 + n12 * (n1 + n2)
    return Lines(m * u * n12, m * u * n12 * (s / fall), two, m * u * u * steps * (s / fall / fall))


@returns(PROBABILITY)
def failure(
    m: ArrayLike,
    u: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    n12: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    treated_birth: ArrayLike,
    treated_death: ArrayLike,
) -> Floats:
    """Probability that a lesion comes back, ``1 - p_erad`` of equation 1; arguments and errors of :func:`lines`."""
    parts = lines(m, u, n1, n2, n12, birth, death, treated_birth, treated_death)
    return plain(-np.expm1(-_total(parts)))


@returns(PROBABILITY)
def refined_failure(
    m: ArrayLike,
    u: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    n12: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    treated_birth: ArrayLike,
    treated_death: ArrayLike,
) -> Floats:
    """Probability that a lesion comes back, with the divisions of young clones counted as they are.

    Derived here: with ``h(t)`` the probability that a cell which resists drug 1, a time ``t`` before treatment, leads
    to a lasting line, ``h' = lambda p + lambda h - birth h**2`` with ``p = u (n2 + n12)`` and ``lambda = birth s`` the
    net growth. Near treatment ``h = (h(0) + p) exp(lambda t) - p``; the source leaves out the last ``p``. Arguments and
    errors of :func:`lines`.
    """
    m, u, n1, n2, n12, s, fall = checked(m, u, n1, n2, n12, birth, death, treated_birth, treated_death)
    both, steps = 1 / s + 1 / fall, 2 * n1 * n2 + n12 * (n1 + n2)
    two = both * (_by_way_of(n1, n2 + n12, m, u, s, both) + _by_way_of(n2, n1 + n12, m, u, s, both)) - steps / s
    return plain(-np.expm1(-m * u * (n12 * (1 + s / fall) + u * (two + steps * (s / fall / fall)))))


@returns(PROBABILITY)
def eradication(
    m: ArrayLike,
    u: ArrayLike,
    n1: ArrayLike,
    n2: ArrayLike,
    n12: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    treated_birth: ArrayLike,
    treated_death: ArrayLike,
) -> Floats:
    """Probability that two drugs eradicate a lesion (equation 1); arguments and errors of :func:`lines`."""
    parts = lines(m, u, n1, n2, n12, birth, death, treated_birth, treated_death)
    return plain(np.exp(-_total(parts)))


@returns(PROBABILITY)
def single_failure(
    m: ArrayLike,
    u: ArrayLike,
    n: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    treated_birth: ArrayLike,
    treated_death: ArrayLike,
) -> Floats:
    """Probability that a lesion comes back after one drug that ``n`` mutations resist; others of :func:`lines`."""
    rates = {"birth": birth, "death": death, "treated_birth": treated_birth, "treated_death": treated_death}
    named = {name: (rate, NON_NEGATIVE) for name, rate in rates.items()}
    _, mutation, ways, *_ = arrays(m=(m, branching.CELLS), u=(u, branching.MUTATION), n=(n, NON_NEGATIVE), **named)
    if np.any(mutation * ways >= 1):
        raise ValueError(f"u times n must be below 1, got {shown(u)} and {shown(n)}")
    return failure(m, u, 0.0, 0.0, n, **rates)


@returns(PROBABILITY)
def patient_failure(
    lesions: ArrayLike,
    u: float,
    n1: float,
    n2: float,
    n12: float,
    birth: float,
    death: float,
    treated_birth: float,
    treated_death: float,
) -> float:
    """Probability that at least one of a patient's lesions comes back.

    Parameters
    ----------
    lesions : cells of each lesion, one dimension, at most :data:`MOST_LESIONS` of them
    u, n1, n2, n12, birth, death, treated_birth, treated_death : single numbers, of :func:`lines`

    Raises
    ------
    ValueError
        As :func:`lines`, and if ``lesions`` has not one dimension.
    """
    cells = vector("lesions", lesions, branching.CELLS, most=MOST_LESIONS)
    given = single(u, n1, n2, n12, birth, death, treated_birth, treated_death)
    return float(-np.expm1(-np.sum(_total(lines(cells, **given)))))


@returns(POSITIVE)
def burden(
    probability: float,
    u: float,
    n1: float,
    n2: float,
    n12: float,
    birth: float,
    death: float,
    treated_birth: float,
    treated_death: float,
) -> float:
    """Cells of the lesion at which :func:`failure` reaches ``probability`` (between 0 and 1, ends excluded).

    Single numbers. Raises ``ValueError`` as :func:`lines` does, and if no lesion for which the formulas hold has that
    probability.
    """
    wanted = -np.log1p(-number("probability", probability, OPEN_PROBABILITY))
    given = single(u, n1, n2, n12, birth, death, treated_birth, treated_death)
    # The formulas hold from the size on at which the larger x falls to its limit.
    _, u, n1, n2, n12, s, fall = checked(1.0, *given.values())
    ways = [second for first, second in ((n1, n2 + n12), (n2, n1 + n12)) if first * second > 0]
    common = float(u * max(ways, default=0.0) * (1 / s + 1 / fall))
    if not common < LARGEST_X:
        raise NoResult(f"u (n + n12) k below {LARGEST_X:g}, not {common:.6g}")
    smallest = max(1.0, float(1 / (s * (LARGEST_X - common))) * (1 + 1e-9)) if ways else 1.0

    def missing(log_cells: float) -> float:
        return float(wanted - _total(lines(np.exp(log_cells), **given)))

    if missing(np.log(smallest)) < 0:
        raise NoResult(f"a lesion of at least {smallest:.6g} cells, the smallest for which the formulas hold")
    return float(np.exp(root(missing, np.log(smallest), _LOG_MOST, xtol=1e-14, rtol=1e-14)))


def _total(parts: Lines) -> Floats:
    return np.asarray(parts.one_before + parts.one_during + parts.two_before + parts.two_during)


def _by_way_of(first: Floats, second: Floats, m: Floats, u: Floats, s: Floats, both: Floats) -> Floats:
    """``first second ln 1/x``: ways over a cell that resists one drug, times the logarithm of their weight."""
    x = 1 / (s * m) + u * second * both
    ways = first * second
    if np.any((ways > 0) & ~(x <= LARGEST_X)):
        most = float(np.max(np.where(ways > 0, x, 0)))
        raise NoResult(f"1 / (s m) + u (n + n12) k of at most {LARGEST_X:g}, not {most:.6g}")
    return ways * -np.log(np.where(ways > 0, x, 1.0))
