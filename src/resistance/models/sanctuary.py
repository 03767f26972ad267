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

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._validate import NON_NEGATIVE, POSITIVE, PROBABILITY, REAL, Floats, Interval, arrays, plain

BIRTH = 1.0
SENSITIVE = (0.9, 1.5)
RESISTANT = (0.9, 0.9)
MUTATION = 1e-3
_BELOW_ONE = Interval("at least 0 and below 1", low=0, high=1, high_open=True)


@dataclass(frozen=True)
class Lineages:
    """Probabilities that the descendants of one cell die out, by type and compartment; floats or arrays."""

    sensitive_s: Floats
    sensitive_e: Floats
    resistant_s: Floats
    resistant_e: Floats


def single_type(birth: ArrayLike, death: ArrayLike) -> Floats:
    """Extinction probability of one cell's descendants without mutation or migration: ``min(1, death / birth)``.

    ``birth`` above 0 and ``death`` at least 0, in the same unit. Raises ``ValueError`` otherwise.
    """
    birth, death = arrays(birth=(birth, POSITIVE), death=(death, NON_NEGATIVE))
    return plain(np.minimum(1.0, death / birth))


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
        mutation=(mutation, _BELOW_ONE),
        mutant=(mutant, PROBABILITY),
    )
    half = (birth + death - birth * mutation * mutant) / 2
    root = np.sqrt(np.maximum(half**2 - (1 - mutation) * birth * death, 0.0))
    # Written with the sum in the denominator, the smaller root does not lose digits to cancellation.
    return plain(death / (half + root))


def growth_rate(r_s: ArrayLike, r_e: ArrayLike, m: ArrayLike, back: ArrayLike | None = None) -> Floats:
    """Growth rate of the two compartments together: the larger eigenvalue of their mean matrix.

    Parameters
    ----------
    r_s, r_e : birth less death in the sanctuary and exposed
    m : rate of leaving the sanctuary, at least 0
    back : rate of return, at least 0; ``m`` if not given

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    back = m if back is None else back
    r_s, r_e, m, back = arrays(r_s=(r_s, REAL), r_e=(r_e, REAL), m=(m, NON_NEGATIVE), back=(back, NON_NEGATIVE))
    s, e = r_s - m, r_e - back
    return plain((s + e) / 2 + np.sqrt(((s - e) / 2) ** 2 + m * back))


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

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    r_s, r_e, back_ratio = arrays(r_s=(r_s, REAL), r_e=(r_e, REAL), back_ratio=(back_ratio, NON_NEGATIVE))
    total = back_ratio * r_s + r_e
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = np.where((r_e < 0) & (total < 0), r_s * r_e / total, np.inf)
    return plain(np.where((r_s <= 0) & (r_e < 0), 0.0, limit))


def egress_rate(share: ArrayLike, loss: ArrayLike) -> Floats:
    """Rate at which cells leave a tissue if the fraction ``share`` of them leaves and the rest is lost there.

    With constant rates and no return ``share = m / (m + loss)``, so ``m = loss share / (1 - share)``.

    ``share`` at least 0 and below 1; ``loss`` the net rate of death in the tissue, above 0; the result is in its unit.
    Raises ``ValueError`` otherwise.
    """
    share, loss = arrays(share=(share, _BELOW_ONE), loss=(loss, POSITIVE))
    return plain(loss * share / (1 - share))


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
    back = m if back is None else back
    s0, e0 = _pair("sensitive", sensitive)
    s1, e1 = _pair("resistant", resistant)
    m, back, birth, s0, e0, s1, e1, mutation = arrays(
        m=(m, NON_NEGATIVE),
        back=(back, NON_NEGATIVE),
        birth=(birth, POSITIVE),
        sensitive_s=(s0, NON_NEGATIVE),
        sensitive_e=(e0, NON_NEGATIVE),
        resistant_s=(s1, NON_NEGATIVE),
        resistant_e=(e1, NON_NEGATIVE),
        mutation=(mutation, _BELOW_ONE),
    )
    q1_s, q1_e = smallest_roots(birth, s1, e1, m, back, np.zeros(m.shape), np.ones(m.shape), np.ones(m.shape))
    q0_s, q0_e = smallest_roots(birth, s0, e0, m, back, mutation, q1_s, q1_e)
    return Lineages(plain(q0_s), plain(q0_e), plain(q1_s), plain(q1_e))


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

    ``1 - q0_S^n_s q0_E^n_e``. In a sanctuary that grows (birth above death) this counts the growth of sensitive cells
    there; with ``mutation = 0`` it is that part alone. ``n_s`` and ``n_e`` at least 0, the other arguments as in
    :func:`lineages`. Raises ``ValueError`` as there.
    """
    one = lineages(m, back, birth, sensitive, resistant, mutation)
    return survive(n_s, n_e, one.sensitive_s, one.sensitive_e)


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
    back = m if back is None else back
    s0, e0 = _pair("sensitive", sensitive)
    m, back, birth, s0, e0, mutation = arrays(
        m=(m, NON_NEGATIVE),
        back=(back, NON_NEGATIVE),
        birth=(birth, POSITIVE),
        sensitive_s=(s0, NON_NEGATIVE),
        sensitive_e=(e0, NON_NEGATIVE),
        mutation=(mutation, _BELOW_ONE),
    )
    none_s, none_e = smallest_roots(birth, s0, e0, m, back, mutation, np.zeros(m.shape), np.zeros(m.shape))
    # Without mutation the root is below 1 where the sanctuary grows, but no mutant arises there either.
    return plain(np.where(mutation > 0, survive(n_s, n_e, none_s, none_e), 0.0))


def survive(n_s: ArrayLike, n_e: ArrayLike, q_s: ArrayLike, q_e: ArrayLike) -> Floats:
    """``1 - q_s^n_s q_e^n_e``: probability that not all of ``n_s + n_e`` independent lineages die out.

    Numbers of cells at least 0, extinction probabilities between 0 and 1. Raises ``ValueError`` otherwise.
    """
    n_s, n_e, q_s, q_e = arrays(
        n_s=(n_s, NON_NEGATIVE), n_e=(n_e, NON_NEGATIVE), q_s=(q_s, PROBABILITY), q_e=(q_e, PROBABILITY)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        # No cells leave the other compartment's probability as it is, also where a single cell cannot die out.
        exponent = np.where(n_s > 0, n_s * np.log(q_s), 0.0) + np.where(n_e > 0, n_e * np.log(q_e), 0.0)
    return plain(-np.expm1(exponent) + 0.0)


def smallest_roots(
    birth: Floats, d_s: Floats, d_e: Floats, m: Floats, back: Floats, mutation: Floats, q1_s: Floats, q1_e: Floats
) -> tuple[Floats, Floats]:
    """Smallest root of the pair of equations above, for checked arrays of one shape.

    Newton's method from 0 climbs to it monotonically; iteration of the equations would stall where growth and death
    nearly balance.
    """
    leave_s, leave_e, straight = birth + d_s + m, birth + d_e + back, birth * (1 - mutation)
    lose_s, lose_e = birth * mutation * q1_s, birth * mutation * q1_e
    x, y = np.zeros(birth.shape), np.zeros(birth.shape)
    for _ in range(200):
        f = d_s + m * y + (straight * x + lose_s - leave_s) * x
        g = d_e + back * x + (straight * y + lose_e - leave_e) * y
        a, d = 2 * straight * x + lose_s - leave_s, 2 * straight * y + lose_e - leave_e
        determinant = a * d - m * back
        with np.errstate(divide="ignore", invalid="ignore"):
            dx, dy = (m * g - d * f) / determinant, (back * f - a * g) / determinant
        # At criticality the determinant reaches 0 together with the residuals: the root is found.
        dx, dy = (np.where(np.isfinite(step) & (step > 0), step, 0.0) for step in (dx, dy))
        x, y = np.minimum(x + dx, 1.0), np.minimum(y + dy, 1.0)
        if max(dx.max(), dy.max()) < 1e-16:
            break
    return x, y


def _pair(name: str, value: tuple[ArrayLike, ArrayLike]) -> tuple[ArrayLike, ArrayLike]:
    try:
        s, e = value
    except (TypeError, ValueError):
        raise ValueError(f"{name} must hold two death rates, in the sanctuary and exposed, got {value!r}") from None
    return s, e
