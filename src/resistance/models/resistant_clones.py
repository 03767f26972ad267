"""Sizes of the resistant clones that a tumour holds before treatment (A7).

Neutral resistance: sensitive and resistant cells divide at rate ``birth`` and die at rate ``death``. A division makes a
resistant cell with probability ``u``, summed over all mutations that give resistance, and the tumour is looked at when
it has ``m`` cells. Clones are numbered by the time at which they appeared, the oldest first. Source: Bozic & Nowak,
Proc Natl Acad Sci USA 2014;111:15964-15968 (clones in order of appearance, the ratio of their medians); the
distribution of the clone of any rank is derived here and gives the published ratio.

Why it is simple: surviving mutants appear at a steady rate as the tumour grows, so it has ``Gamma_k / (m u)`` of its
final size when the ``k``-th appears, with ``Gamma_k`` a sum of ``k`` exponentials. From then on clone and tumour
grow alike, up to a factor ``V`` (exponential) for chance in the clone's first divisions:

    Y_k = (m u / s) V / Gamma_k,   s = 1 - death / birth,   P(Y_k > y) = (1 + y / scale)**(-k),   scale = m u / s.

It holds for clones that are old enough to be many cells; medians are of use, the mean of the oldest clone is infinite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import pdtrc

from resistance.models import branching
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    generator,
    number,
    plain,
    shown,
    whole,
)

# Bound of the cost: clones of one simulation.
MOST_CLONES = 4_000_000
_RANK = Interval("a whole number of at least 1", low=1)


@returns(NON_NEGATIVE)
def scale(m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Median size of the oldest resistant clone, ``m u / s`` cells with ``s = 1 - death / birth``.

    Parameters
    ----------
    m : cells of the tumour, at least 1
    u : mutation rate to resistance per division, at least 0 and below 1
    birth, death : rates of division and death before treatment, ``birth`` above ``death``

    Raises
    ------
    ValueError
        If an argument leaves its range, ``birth`` is not above ``death``, or the shapes do not fit.
    """
    (c,) = _scaled(m, u, birth, death)
    return plain(c)


@returns(PROBABILITY)
def exceedance(
    cells: ArrayLike, rank: ArrayLike, m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike
) -> Floats:
    """Probability that the ``rank``-th oldest clone has more than ``cells`` cells, ``(1 + cells / scale)**(-rank)``.

    ``cells`` is at least 0, ``rank`` a whole number of at least 1; the others as in :func:`scale`, ``u`` above 0.
    """
    c, cells, k = _scaled(m, u, birth, death, cells=(cells, NON_NEGATIVE), rank=(rank, _RANK))
    return plain(np.exp(-k * np.log1p(cells / _above_zero(u, c))))


@returns(NON_NEGATIVE)
def quantile(
    probability: ArrayLike, rank: ArrayLike, m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike
) -> Floats:
    """Size below which the ``rank``-th oldest clone lies with ``probability`` (between 0 and 1, ends excluded)."""
    c, p, k = _scaled(m, u, birth, death, probability=(probability, OPEN_PROBABILITY), rank=(rank, _RANK))
    return plain(_above_zero(u, c) * np.expm1(-np.log1p(-p) / k))


@returns(NON_NEGATIVE)
def median(rank: ArrayLike, m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Median size of the ``rank``-th oldest clone, ``scale (2**(1/rank) - 1)``."""
    return quantile(0.5, rank, m, u, birth, death)


@returns(POSITIVE)
def median_ratio(rank: ArrayLike, other: ArrayLike = 1) -> Floats:
    """Median of the clone of one rank over that of ``other``: free of every parameter; ``sqrt(2) - 1`` for 2 and 1."""
    first, second = arrays(rank=(rank, _RANK), other=(other, _RANK))
    _whole("rank", first)
    _whole("other", second)
    return plain(np.expm1(np.log(2) / first) / np.expm1(np.log(2) / second))


@returns(NON_NEGATIVE)
def surviving(m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Expected clones that appeared before detection and would never die out by chance: ``m u``."""
    _, m, u = _scaled(m, u, birth, death, cells=(m, branching.CELLS), rate=(u, branching.MUTATION))
    return plain(m * u)


@returns(NON_NEGATIVE)
def present(m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Expected clones alive at detection, ``m u (-ln s) / (1 - s)``; their number is Poisson.

    More than :func:`surviving`: many are of few cells and would be lost by chance.
    """
    c, birth, death = _scaled(m, u, birth, death, births=(birth, POSITIVE), deaths=(death, NON_NEGATIVE))
    # m u is the scale times the survival of sensitive cells.
    return plain(c * branching.survival(birth, death) * branching.resistance_factor(birth, death))


@returns(PROBABILITY)
def at_least(count: int, m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Probability that at least ``count`` (whole, at least 1) resistant clones are alive at detection."""
    count = whole("count", count, low=1)
    return plain(pdtrc(count - 1, np.asarray(present(m, u, birth, death))))


@returns(NON_NEGATIVE)
def above(cells: ArrayLike, m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Expected number of clones with more than ``cells`` (above 0) cells: ``scale / cells``.

    The sum of :func:`exceedance` over all ranks. It is the neutral law of :mod:`resistance.models.neutral_spectrum`,
    counted in cells: what holds for mutations without effect holds for resistance before the drug.
    """
    c, cells = _scaled(m, u, birth, death, cells=(cells, POSITIVE))
    return plain(c / cells)


@returns(NON_NEGATIVE)
def simulate(
    m: float, u: float, birth: float, death: float, rng: np.random.Generator, lesions: int = 1, ranks: int = 10
) -> np.ndarray:
    """Clone sizes in random tumours, the oldest clone first.

    Mutants appear as a Poisson process while the sensitive line grows steadily to ``m`` cells; the fate of each clone
    is an exact birth-death process. Clones that have died out are left out.

    Parameters
    ----------
    m, u, birth, death : as in :func:`scale`, single numbers
    rng : random generator
    lesions : number of tumours
    ranks : clones kept of each tumour

    Returns
    -------
    ndarray of int, shape (lesions, ranks)
        Cells; 0 where a tumour has fewer clones.

    Raises
    ------
    ValueError
        If an argument leaves its range or ``rng`` is not a generator.
    """
    m, u = number("m", m, branching.CELLS), number("u", u, branching.MUTATION)
    birth, death = number("birth", birth, POSITIVE), number("death", death, NON_NEGATIVE)
    mutants, rng = float(scale(m, u, birth, death)), generator("rng", rng)
    lesions = whole("lesions", lesions, 1, MOST_CLONES)
    ranks = whole("ranks", ranks, 1, MOST_CLONES // lesions)
    if not mutants * lesions <= MOST_CLONES:
        raise NoResult(f"at most {MOST_CLONES} clones in all, not {mutants * lesions:g}")
    lesion = np.repeat(np.arange(lesions), rng.poisson(mutants, lesions))
    share = 1 - rng.random(lesion.size)  # of the final size, when the mutant appears; never 0
    result = np.zeros((lesions, ranks), dtype=np.int64)
    if not lesion.size:
        return result
    cells = branching.clone_sizes(-np.log(share) / (birth - death), birth, death, rng)
    kept = cells > 0
    lesion, share, cells = lesion[kept], share[kept], cells[kept]
    order = np.lexsort((share, lesion))
    lesion, cells = lesion[order], cells[order]
    rank = np.arange(lesion.size) - np.searchsorted(lesion, lesion)
    early = rank < ranks
    result[lesion[early], rank[early]] = cells[early]
    return result


def _scaled(
    m: ArrayLike, u: ArrayLike, birth: ArrayLike, death: ArrayLike, **named: tuple[ArrayLike, Interval]
) -> list[Floats]:
    """The scale and what else is named, checked and broadcast."""
    m, u, birth, death, *rest = arrays(
        m=(m, branching.CELLS),
        u=(u, branching.MUTATION),
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        **named,
    )
    if np.any(birth <= death):
        raise ValueError(f"birth must be above death, got {shown(plain(birth))} and {shown(plain(death))}")
    for (name, (_, interval)), array in zip(named.items(), rest, strict=True):
        if interval is _RANK:
            _whole(name, array)
    return [m * u * (birth / (birth - death)), *rest]


def _above_zero(u: ArrayLike, c: Floats) -> Floats:
    if np.any(c == 0):
        raise ValueError(f"u must be above 0, got {shown(u)}")
    return c


def _whole(name: str, array: Floats) -> None:
    if np.any(array != np.floor(array)):
        raise ValueError(f"{name} must be a whole number of at least 1, got {shown(plain(array))}")
