"""A protected niche and mutation: two compartments, two types, one branching process (B17).

Cells live in a sanctuary ``S``, where stroma or poor drug supply protects them, or exposed to the drug ``E``. A cell of
either type divides at rate ``birth``, dies at the rate of its type and compartment, and moves at rate ``m`` from ``S``
to ``E`` and at rate ``back`` from ``E`` to ``S``. At a division of a sensitive cell one daughter is resistant with
probability ``mutation``. The probability that all descendants of one cell die out is the smallest non-negative root of

    (birth + d_S + m) q_S = d_S + m q_E + birth [(1 - mutation) q_S^2 + mutation q_S q1_S]

and of the same equation for ``E`` with ``back`` and ``S`` and ``E`` exchanged; ``q1`` is the probability for resistant
cells, which solve it with ``mutation = 0``. These are the standard equations of a multitype branching process. The
setting is that of Fu, Nowak and Bonhoeffer (arXiv:1411.6684), of which only the abstract was read: the default rates
are ours.

Rates are in one unit of the caller's choice (with the default ``birth = 1`` in units of the birth rate). All arguments
broadcast against each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import _two_types
from resistance.models._results import NoResult, returns
from resistance.models._two_types import Lineages
from resistance.models._validate import (
    BELOW_ONE,
    NON_NEGATIVE,
    NON_NEGATIVE_OR_INFINITE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    arrays,
    plain,
)

BIRTH = 1.0
SENSITIVE = (0.9, 1.5)
RESISTANT = (0.9, 0.9)
MUTATION = 1e-3
# Newton steps of one root, and of all together: from 1 the distance to a root near 0 halves at each, until it is 0.
MOST_STEPS, MOST_WORK = 1_200, 50_000_000
_NOTHING, _SETTLED = 1e-300, 1e-14


@returns(PROBABILITY)
def single_type(birth: ArrayLike, death: ArrayLike) -> Floats:
    """Extinction probability of one cell's descendants without mutation or migration: ``min(1, death / birth)``.

    ``birth`` above 0 and ``death`` at least 0, in the same unit. Raises ``ValueError`` otherwise.
    """
    birth, death = arrays(birth=(birth, POSITIVE), death=(death, NON_NEGATIVE))
    return plain(np.minimum(1.0, death / birth))


@returns(PROBABILITY)
def isolated(birth: ArrayLike, death: ArrayLike, mutation: ArrayLike, mutant: ArrayLike) -> Floats:
    """Extinction probability of a mutating cell's descendants in one isolated compartment (``m = 0``).

    The smaller root of ``(1 - mutation) birth q^2 + (birth mutation mutant - birth - death) q + death = 0``.

    Parameters
    ----------
    birth, death : rates, above 0 and at least 0
    mutation : probability of a resistant daughter at a division, at least 0 and below 1
    mutant : extinction probability of a resistant cell's descendants, 0 to 1; 0 asks that no mutant ever arises

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    birth, death, mutation, mutant = arrays(
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        mutation=(mutation, BELOW_ONE),
        mutant=(mutant, PROBABILITY),
    )
    straight, lost = birth * (1 - mutation), birth * mutation * (1 - mutant)
    # The discriminant as a sum of squares, and the smaller root with a sum in the denominator: no digits cancel.
    root = np.hypot(straight - death, np.sqrt(lost) * np.sqrt(2 * (straight + death) + lost))
    return plain(np.minimum(2 * death / (straight + death + lost + root), 1))


@returns(REAL)
def growth_rate(r_s: ArrayLike, r_e: ArrayLike, m: ArrayLike, back: ArrayLike | None = None) -> Floats:
    """Growth rate of the two compartments together: the larger eigenvalue of their mean matrix.

    Parameters
    ----------
    r_s, r_e : birth less death in the sanctuary and exposed
    m : rate of leaving the sanctuary, at least 0
    back : rate of return, at least 0; ``m`` if not given

    Raises ``ValueError`` for an argument that leaves its range, or shapes that do not fit.
    """
    back = m if back is None else back
    r_s, r_e, m, back = arrays(r_s=(r_s, REAL), r_e=(r_e, REAL), m=(m, NON_NEGATIVE), back=(back, NON_NEGATIVE))
    s, e = r_s - m, r_e - back
    root = np.hypot((s - e) / 2, np.sqrt(m) * np.sqrt(back))
    smaller = np.minimum((s + e) / 2 - root, 0)
    # Where the sum is negative its two terms cancel; the product of the eigenvalues then gives the larger one.
    divisor = np.where(smaller < 0, smaller, 1)
    return plain(np.where(s + e < 0, s * (e / divisor) - m * (back / divisor), (s + e) / 2 + root))


@returns(NON_NEGATIVE_OR_INFINITE)
def threshold(r_s: ArrayLike, r_e: ArrayLike, back_ratio: ArrayLike = 1.0) -> Floats:
    """Rate of leaving above which a growing sanctuary no longer sustains the cells.

    ``r_s r_e / (back_ratio r_s + r_e)``, from the determinant of the mean matrix.

    Parameters
    ----------
    r_s, r_e : birth less death in the sanctuary and exposed
    back_ratio : rate of return over that of leaving, at least 0; 1 for equal exchange, 0 for cells that never return

    Returns
    -------
    float or ndarray
        0 where the sanctuary does not grow either; infinite where no migration suffices, because exposed cells do not
        decline or return too often.

    Raises ``ValueError`` as :func:`growth_rate`.
    """
    r_s, r_e, back_ratio = arrays(r_s=(r_s, REAL), r_e=(r_e, REAL), back_ratio=(back_ratio, NON_NEGATIVE))
    total = back_ratio * r_s + r_e
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = np.where((r_e < 0) & (total < 0), r_s * (r_e / total), np.inf)
    return plain(np.where((r_s <= 0) & (r_e < 0), 0.0, limit))


@returns(NON_NEGATIVE)
def egress_rate(share: ArrayLike, loss: ArrayLike) -> Floats:
    """Rate at which cells leave a tissue if the fraction ``share`` of them leaves and the rest is lost there.

    With constant rates and no return ``share = m / (m + loss)``, so ``m = loss share / (1 - share)``.

    ``share`` at least 0 and below 1; ``loss`` the net rate of death in the tissue, above 0; the result is in its unit.
    Raises ``ValueError`` otherwise.
    """
    share, loss = arrays(share=(share, BELOW_ONE), loss=(loss, POSITIVE))
    return plain(loss * share / (1 - share))


@returns()
def lineages(
    m: ArrayLike,
    back: ArrayLike | None = None,
    birth: ArrayLike = BIRTH,
    sensitive: tuple[ArrayLike, ArrayLike] = SENSITIVE,
    resistant: tuple[ArrayLike, ArrayLike] = RESISTANT,
    mutation: ArrayLike = MUTATION,
) -> Lineages:
    """Extinction probabilities of single cells of both types in both compartments.

    Parameters
    ----------
    m : rate of leaving the sanctuary, at least 0
    back : rate of return, at least 0; ``m`` if not given
    birth : birth rate, above 0
    sensitive, resistant : death rates in the sanctuary and exposed, at least 0
    mutation : probability of a resistant daughter at a division, at least 0 and below 1

    Raises
    ------
    ValueError
        If an argument leaves its range, a pair of death rates is no pair, or the shapes do not fit.
    """
    rates = _two_types.rates(m, back, birth, mutation, sensitive=sensitive, resistant=resistant)
    first, second = _pairs(*rates)
    return Lineages(*(plain(1 - p) for p in (*first, *second)))


@returns(PROBABILITY)
def escape(
    n_s: ArrayLike,
    n_e: ArrayLike,
    m: ArrayLike,
    back: ArrayLike | None = None,
    birth: ArrayLike = BIRTH,
    sensitive: tuple[ArrayLike, ArrayLike] = SENSITIVE,
    resistant: tuple[ArrayLike, ArrayLike] = RESISTANT,
    mutation: ArrayLike = MUTATION,
) -> Floats:
    """Probability that ``n_s`` sensitive cells in the sanctuary and ``n_e`` exposed ones are not eradicated.

    ``1 - q0_S^n_s q0_E^n_e``, computed from ``1 - q``, so that many cells of small chances count. In a sanctuary that
    grows (birth above death) this counts the growth of sensitive cells there; with ``mutation = 0`` it is that part
    alone. ``n_s`` and ``n_e`` at least 0, the other arguments as in :func:`lineages`. Raises ``ValueError`` as there.
    """
    rates = _two_types.rates(m, back, birth, mutation, sensitive=sensitive, resistant=resistant, n_s=n_s, n_e=n_e)
    (p_s, p_e), _ = _pairs(*rates[:-2])
    return plain(_two_types.any_of(*rates[-2:], p_s, p_e))


@returns(PROBABILITY)
def mutant_ever(
    n_s: ArrayLike,
    n_e: ArrayLike,
    m: ArrayLike,
    back: ArrayLike | None = None,
    birth: ArrayLike = BIRTH,
    sensitive: tuple[ArrayLike, ArrayLike] = SENSITIVE,
    mutation: ArrayLike = MUTATION,
) -> Floats:
    """Probability that a resistant cell ever arises, whether or not its descendants survive; arguments as above.

    The equations are those of :func:`lineages` with ``q1 = 0``, so that a mutant counts as no extinction.
    """
    rates = _two_types.rates(m, back, birth, mutation, sensitive=sensitive, n_s=n_s, n_e=n_e)
    birth, mutation, m, back, s0, e0, n_s, n_e = rates
    p_s, p_e = _survival(birth, s0, e0, m, back, mutation, np.ones(m.shape), np.ones(m.shape))
    # Without mutation the sanctuary may grow, but no mutant arises there either.
    return plain(np.where(mutation > 0, _two_types.any_of(n_s, n_e, p_s, p_e), 0.0))


@returns(PROBABILITY)
def survive(n_s: ArrayLike, n_e: ArrayLike, q_s: ArrayLike, q_e: ArrayLike) -> Floats:
    """``1 - q_s^n_s q_e^n_e``: probability that not all of ``n_s + n_e`` independent lineages die out.

    Numbers of cells at least 0, extinction probabilities between 0 and 1. Raises ``ValueError`` otherwise.
    """
    n_s, n_e, q_s, q_e = arrays(
        n_s=(n_s, NON_NEGATIVE), n_e=(n_e, NON_NEGATIVE), q_s=(q_s, PROBABILITY), q_e=(q_e, PROBABILITY)
    )
    return plain(_two_types.any_of(n_s, n_e, 1 - q_s, 1 - q_e))


@returns(PROBABILITY)
def smallest_roots(
    birth: ArrayLike,
    d_s: ArrayLike,
    d_e: ArrayLike,
    m: ArrayLike,
    back: ArrayLike,
    mutation: ArrayLike,
    q1_s: ArrayLike,
    q1_e: ArrayLike,
) -> tuple[Floats, Floats]:
    """Smallest root ``(q_S, q_E)`` of the pair of equations above; ``mutation`` below 1, ``q1`` between 0 and 1."""
    birth, d_s, d_e, m, back, mutation, q1_s, q1_e = arrays(
        birth=(birth, POSITIVE),
        d_s=(d_s, NON_NEGATIVE),
        d_e=(d_e, NON_NEGATIVE),
        m=(m, NON_NEGATIVE),
        back=(back, NON_NEGATIVE),
        mutation=(mutation, BELOW_ONE),
        q1_s=(q1_s, PROBABILITY),
        q1_e=(q1_e, PROBABILITY),
    )
    p_s, p_e = _survival(birth, d_s, d_e, m, back, mutation, 1 - q1_s, 1 - q1_e)
    return plain(1 - p_s), plain(1 - p_e)


def _survival(
    birth: Floats, d_s: Floats, d_e: Floats, m: Floats, back: Floats, mutation: Floats, p1_s: Floats, p1_e: Floats
) -> tuple[Floats, Floats]:
    """Probabilities of survival ``p = 1 - q``: the largest root of

        birth (1 - mutation) p_S^2 = [birth (1 - mutation) - d_S - m - c_S] p_S + m p_E + c_S,  c = birth mutation p1

    and of the same equation for ``E``. Newton's method from 1 falls to it monotonically and keeps the digits of small
    chances, which ``1 - q`` would lose. Where nothing feeds in (``c = 0``) and the mean does not grow, the root is 0.
    """
    # A power of 2, so that dividing by it rounds nothing: the difference of birth and death may be small. Of the
    # largest rate, and not above it: the next one up need not be a double.
    unit = np.exp2(np.floor(np.log2(np.maximum.reduce([birth, d_s, d_e, m, back]))))
    straight, m, back = birth / unit * (1 - mutation), m / unit, back / unit
    feed_s, feed_e = birth / unit * mutation * p1_s, birth / unit * mutation * p1_e
    net_s, net_e = straight - d_s / unit - m - feed_s, straight - d_e / unit - back - feed_e
    dies_out = (feed_s == 0) & (feed_e == 0) & (net_s <= 0) & (net_e <= 0) & (net_s * net_e >= m * back)
    x, y = (np.where(dies_out, 0.0, 1.0) for _ in range(2))
    settled = dies_out
    for _ in range(min(MOST_STEPS, MOST_WORK // x.size)):
        f = (straight * x - net_s) * x - m * y - feed_s
        g = (straight * y - net_e) * y - back * x - feed_e
        a, d = 2 * straight * x - net_s, 2 * straight * y - net_e
        determinant = a * d - m * back
        dx, dy = (d * f + m * g) / determinant, (back * f + a * g) / determinant
        dx, dy = (np.where(settled | ~(step > 0), 0.0, step) for step in (dx, dy))
        x, y = np.maximum(x - dx, 0.0), np.maximum(y - dy, 0.0)
        x, y = np.where(x < _NOTHING, 0.0, x), np.where(y < _NOTHING, 0.0, y)
        settled = (dx <= _SETTLED * x) & (dy <= _SETTLED * y)
        if np.all(settled):
            return x, y
    raise NoResult(f"probabilities that Newton's method finds in {MOST_STEPS} steps each, {MOST_WORK} in all")


def _pairs(
    birth: Floats, mutation: Floats, m: Floats, back: Floats, s0: Floats, e0: Floats, s1: Floats, e1: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Survival of one sensitive and of one resistant cell, each in the sanctuary and exposed."""
    none = np.zeros(m.shape)
    resistant = _survival(birth, s1, e1, m, back, none, none, none)
    return _survival(birth, s0, e0, m, back, mutation, *resistant), resistant
