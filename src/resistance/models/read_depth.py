"""What share of cells sequencing can see: reads that carry a mutation, out of the reads at its place (A1a).

Each of ``depth`` reads shows the mutation with the probability ``fraction``, the share of alleles that carry it, so the
number of mutated reads is binomial. A mutation is called if at least ``reads`` of them show it. The probability is
written with the regularised incomplete beta function, ``P(at least k of n) = I_f(k, n - k + 1)``, which can be turned
round. Errors of sequencing are the same with the rate of error in place of the fraction. That depth is chosen by the
binomial distribution: Petrackova et al., Front Oncol 2019;9:851 (abstract). Reads are taken to come from different
molecules: where a sample holds fewer copies of the genome than reads, its copies are the depth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv

from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    FRACTION,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    shown,
    whole,
)

# Deepest sequencing: beyond it the incomplete beta function loses digits.
MOST_READS = 1_000_000_000
_READS = Interval(f"a whole number from 1 to {MOST_READS}", low=1, high=MOST_READS)


@returns(PROBABILITY)
def allele_fraction(
    share: ArrayLike, purity: ArrayLike = 1.0, copies: ArrayLike = 2.0, mutated: ArrayLike = 1.0
) -> Floats:
    """Share of alleles that carry a mutation which a share of the cancer cells has.

    ``purity share mutated / (purity copies + 2 (1 - purity))``: half the share of cells in a pure diploid sample.

    Parameters
    ----------
    share : share of the cancer cells with the mutation, between 0 and 1
    purity : share of cancer cells in the sample, above 0 and at most 1; the others are diploid
    copies : copies of the place in a cancer cell, above 0
    mutated : copies that carry the mutation in a cell that has it, above 0 and at most ``copies``

    Raises
    ------
    ValueError
        If an argument leaves its range, ``mutated`` exceeds ``copies``, or the shapes do not fit.
    """
    share, purity, copies, mutated = arrays(
        share=(share, PROBABILITY), purity=(purity, FRACTION), copies=(copies, POSITIVE), mutated=(mutated, POSITIVE)
    )
    if np.any(mutated > copies):
        raise ValueError(f"mutated must be at most copies, got {shown(plain(mutated))} and {shown(plain(copies))}")
    # Of all copies, those in cancer cells; then of these, those that carry the mutation.
    return plain(share * (mutated / copies) / (1 + 2 * (1 - purity) / purity / copies))


@returns(PROBABILITY)
def detection(fraction: ArrayLike, depth: ArrayLike, reads: ArrayLike = 1) -> Floats:
    """Probability that at least ``reads`` of ``depth`` reads show a mutation.

    Parameters
    ----------
    fraction : share of alleles that carry it, between 0 and 1
    depth : reads at its place, a whole number from 1 to :data:`MOST_READS`
    reads : fewest mutated reads that are called, a whole number of at least 1; more than ``depth`` are never reached

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    fraction, depth, reads = arrays(fraction=(fraction, PROBABILITY), depth=(depth, _READS), reads=(reads, _READS))
    _whole(depth=depth, reads=reads)
    possible = reads <= depth
    rest = np.where(possible, depth - reads + 1, 1.0)
    return plain(np.where(possible, betainc(reads, rest, fraction), 0.0))


@returns(PROBABILITY)
def smallest_fraction(probability: ArrayLike, depth: ArrayLike, reads: ArrayLike = 1) -> Floats:
    """Share of alleles that is found with ``probability`` (between 0 and 1, ends excluded); others as in detection.

    Raises ``ValueError`` as :func:`detection` does, and if ``reads`` exceeds ``depth``.
    """
    p, depth, reads = arrays(probability=(probability, OPEN_PROBABILITY), depth=(depth, _READS), reads=(reads, _READS))
    _whole(depth=depth, reads=reads)
    if np.any(reads > depth):
        raise ValueError(f"reads must be at most depth, got {shown(plain(reads))} and {shown(plain(depth))}")
    return plain(betaincinv(reads, depth - reads + 1, p))


@returns(POSITIVE)
def depth_needed(fraction: float, reads: int, probability: float) -> int:
    """Smallest depth at which at least ``reads`` mutated reads are found with ``probability``.

    Parameters
    ----------
    fraction : share of alleles that carry the mutation, above 0 and at most 1
    reads : fewest mutated reads that are called, a whole number of at least 1
    probability : between 0 and 1, ends excluded

    Raises
    ------
    ValueError
        If an argument leaves its range, or more than :data:`MOST_READS` reads are needed.
    """
    fraction = number("fraction", fraction, FRACTION)
    low = whole("reads", reads, low=1, high=MOST_READS)
    p = number("probability", probability, OPEN_PROBABILITY)
    high = MOST_READS
    if not detection(fraction, high, reads) >= p:
        raise NoResult(f"a depth of at most {MOST_READS} reads")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if detection(fraction, middle, reads) >= p else (middle + 1, high)
    return low


def _whole(**named: Floats) -> None:
    for name, array in named.items():
        if np.any(array != np.floor(array)):
            raise ValueError(f"{name} must be {_READS.words}, got {shown(plain(array))}")
