"""Neoantigens, immune escape, and what a checkpoint inhibitor reveals (B8).

Cells divide at rate 1. A cell whose neoantigens have the summed antigenicity ``A`` dies at rate

    d = (1 + s A) (d0 - 1) + 1,   s <= 0,

so that it grows at ``(1 + s A) (1 - d0)`` and shrinks where ``A > 1 / |s|``. Each of its ``M`` mutations is antigenic
with probability ``p``, with an antigenicity drawn from an exponential distribution, and gives escape with probability
``rate``: an escaped cell dies at ``d0`` whatever its antigens, until a checkpoint inhibitor takes the shield away.
Source of equation, defaults and rule of escape: Lakatos et al. 2020, doi 10.1038/s41588-020-0687-1, read in the README
and the code of its authors' repository CloneGrowthSimulation.

What follows from it is derived here. The number of antigenic mutations is Poisson with mean ``n = p M``, so ``A`` is a
compound Poisson sum. With ``y = 1 / (|s| mean)``, the threshold in mean antigenicities, and independent Poisson numbers
``N_n`` and ``N_y``,

    P(A > 1/|s|) = P(N_n > N_y),   E[max(0, 1 + s A)] = E[max(0, N_y - N_n)] / y,

both sums of positive terms. A line is taken to keep the antigens of its first cell; those that it adds as it grows are
left out. The shares of tumours (:func:`sheltered`, :func:`shrinking`) compare cells that found a tumour unseen with
cells that found one behind a shield; they are ours, not the paper's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import _poisson_pairs
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    AT_LEAST_ONE,
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    Interval,
    arrays,
    plain,
)

DEATH = 0.1
ANTIGENIC = 0.075
MEAN = 0.2
ESCAPE = 1e-6

_NOT_POSITIVE = Interval("finite and at most 0", high=0)


@returns(POSITIVE)
def death_rate(antigenicity: ArrayLike, selection: ArrayLike, death: ArrayLike = DEATH) -> Floats:
    """Death rate of a cell that the immune system sees, ``(1 + s A) (d0 - 1) + 1``, in units of the birth rate.

    Parameters
    ----------
    antigenicity : summed antigenicity ``A`` of the cell's neoantigens, at least 0
    selection : ``s``, at most 0: by how much antigenicity 1 lowers growth, as a share of it
    death : death rate ``d0`` of a cell without antigens, above 0 and below 1

    Returns
    -------
    float or ndarray
        May exceed 1, the birth rate; the cell's line then shrinks.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    a, s, d0 = arrays(
        antigenicity=(antigenicity, NON_NEGATIVE), selection=(selection, _NOT_POSITIVE), death=(death, OPEN_PROBABILITY)
    )
    return plain(d0 - s * a * (1 - d0))


@returns(PROBABILITY)
def establishment(antigenicity: ArrayLike, selection: ArrayLike, death: ArrayLike = DEATH) -> Floats:
    """Probability that one cell's line does not die out: ``max(0, (1 + s A) (1 - d0))``.

    The line is taken to keep the antigenicity of its first cell; arguments and errors as in :func:`death_rate`.
    """
    a, s, d0 = arrays(
        antigenicity=(antigenicity, NON_NEGATIVE), selection=(selection, _NOT_POSITIVE), death=(death, OPEN_PROBABILITY)
    )
    return plain(np.maximum(1 + s * a, 0) * (1 - d0))


@returns(PROBABILITY)
def clone_frequency(frequency: ArrayLike, growth: ArrayLike, antigenicity: ArrayLike, selection: ArrayLike) -> Floats:
    """Frequency of a small clone with a neoantigen after the tumour has grown: ``f0 (N / N0)**(s A)``.

    Parameters
    ----------
    frequency : ``f0`` when the tumour had ``N0`` cells, above 0 and at most 1
    growth : ``N / N0``, at least 1
    antigenicity, selection : of the neoantigen, as in :func:`death_rate`

    Returns
    -------
    float or ndarray
        ``f0`` for a mutation without effect; the others fall, the faster the larger their antigenicity.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    f0, n, a, s = arrays(
        frequency=(frequency, FRACTION),
        growth=(growth, AT_LEAST_ONE),
        antigenicity=(antigenicity, NON_NEGATIVE),
        selection=(selection, _NOT_POSITIVE),
    )
    return plain(f0 * np.exp(s * a * np.log(n)))


@returns(PROBABILITY)
def exceedance(antigenicity: ArrayLike, antigens: ArrayLike, mean: ArrayLike = MEAN) -> Floats:
    """Probability that the antigenicities of a Poisson number of neoantigens sum to more than ``antigenicity``.

    Parameters
    ----------
    antigenicity : at least 0, and at most 100,000 times ``mean``
    antigens : mean number of neoantigens, at least 0 and at most 100,000
    mean : mean antigenicity of one, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit or there are too many combinations.
    """
    a, n, mean = arrays(
        antigenicity=(antigenicity, NON_NEGATIVE), antigens=(antigens, NON_NEGATIVE), mean=(mean, POSITIVE)
    )
    return plain(_poisson_pairs.more(n, a / mean))


@returns(PROBABILITY)
def vulnerable(
    mutations: ArrayLike, selection: ArrayLike, antigenic: ArrayLike = ANTIGENIC, mean: ArrayLike = MEAN
) -> Floats:
    """Probability that a cell with so many mutations shrinks once the immune system sees it, ``P(A > 1/|s|)``.

    The same number says how often such a cell could not have grown without a shield.

    Parameters
    ----------
    mutations : mutations of the cell, at least 0
    selection : ``s``, at most 0
    antigenic : probability that a mutation is a neoantigen
    mean : mean antigenicity of a neoantigen, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, there are too many combinations, or more than
        100,000 neoantigens are expected or needed.
    """
    n, y = _scaled(mutations, selection, antigenic, mean)
    return plain(_poisson_pairs.more(n, y))


@returns(PROBABILITY)
def founding(
    mutations: ArrayLike,
    selection: ArrayLike,
    death: ArrayLike = DEATH,
    antigenic: ArrayLike = ANTIGENIC,
    mean: ArrayLike = MEAN,
) -> Floats:
    """Probability that a cell with so many mutations founds a growing line in sight of the immune system.

    The mean of :func:`establishment` over the antigenicities that its mutations may have; arguments and errors as in
    :func:`vulnerable`, ``death`` as in :func:`death_rate`.
    """
    n, y, d0 = _scaled(mutations, selection, antigenic, mean, death=(death, OPEN_PROBABILITY))
    return plain((1 - d0) * _poisson_pairs.surplus(n, y))


@returns(PROBABILITY)
def escaped(mutations: ArrayLike, rate: ArrayLike = ESCAPE) -> Floats:
    """Probability that at least one of the mutations gives escape, ``1 - (1 - rate)**M``.

    ``mutations`` at least 0, ``rate`` at least 0 and below 1. Raises ``ValueError`` otherwise.
    """
    m, rate = arrays(mutations=(mutations, NON_NEGATIVE), rate=(rate, BELOW_ONE))
    return plain(-np.expm1(m * np.log1p(-rate)))


@returns(PROBABILITY)
def sheltered(
    mutations: ArrayLike,
    selection: ArrayLike,
    rate: ArrayLike = ESCAPE,
    antigenic: ArrayLike = ANTIGENIC,
    mean: ArrayLike = MEAN,
) -> Floats:
    """Share of tumours with so many founding mutations whose founder had escaped.

    ``e / (e + (1 - e) g)`` with ``e`` of :func:`escaped` and ``g`` the chance of founding a tumour in sight relative to
    that behind a shield; the basal death rate cancels. Arguments and errors as in :func:`vulnerable`; ``rate`` as in
    :func:`escaped`; also an error where no such tumour can arise.
    """
    n, y, m, rate = _scaled(
        mutations, selection, antigenic, mean, again=(mutations, NON_NEGATIVE), rate=(rate, BELOW_ONE)
    )
    return plain(_sheltered(n, y, m, rate))


@returns(PROBABILITY)
def shrinking(
    mutations: ArrayLike,
    selection: ArrayLike,
    lost: ArrayLike = 0.0,
    rate: ArrayLike = ESCAPE,
    antigenic: ArrayLike = ANTIGENIC,
    mean: ArrayLike = MEAN,
) -> Floats:
    """Share of tumours with so many founding mutations that shrink when the shield is taken away.

    ``sheltered (1 - lost) vulnerable``. ``lost`` is the share of escapes that removed the antigens themselves, as loss
    of antigen presentation does, so that there is nothing to reveal. Arguments and errors as in :func:`sheltered`.
    """
    n, y, m, rate, lost = _scaled(
        mutations,
        selection,
        antigenic,
        mean,
        again=(mutations, NON_NEGATIVE),
        rate=(rate, BELOW_ONE),
        lost=(lost, PROBABILITY),
    )
    seen = _poisson_pairs.more(n, y)
    return plain(_sheltered(n, y, m, rate) * (1 - lost) * seen)


def _scaled(
    mutations: ArrayLike,
    selection: ArrayLike,
    antigenic: ArrayLike,
    mean: ArrayLike,
    **named: tuple[ArrayLike, Interval],
) -> list[Floats]:
    """Mean number of neoantigens, threshold in mean antigenicities (infinite without selection), and what is named."""
    m, s, p, mean, *rest = arrays(
        mutations=(mutations, NON_NEGATIVE),
        selection=(selection, _NOT_POSITIVE),
        antigenic=(antigenic, PROBABILITY),
        mean=(mean, POSITIVE),
        **named,
    )
    return [m * p, np.where(s < 0, 1 / (np.where(s < 0, -s, 1) * mean), np.inf), *rest]


def _sheltered(n: Floats, y: Floats, m: Floats, rate: Floats) -> Floats:
    e = -np.expm1(m * np.log1p(-rate))
    unseen = np.exp(m * np.log1p(-rate)) * _poisson_pairs.surplus(n, y)
    if np.any(e + unseen == 0):
        raise NoResult("a tumour that can arise, in sight of the immune system or behind a shield")
    return e / (e + unseen)
