"""Cells that resist both of two drugs before treatment begins (A1).

The lesion and the symbols are those of :mod:`resistance.models.dual_therapy`; cells divide and die alike until it is
seen. Source: Bozic et al., eLife 2013;2:e00747 (the expressions for ``X``, ``p1`` and ``p2``). With
``mu = (u / s) ln(m s)`` the share of cells that carry one given mutation, both are expansions in small ``mu``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import branching
from resistance.models._results import NoResult, returns
from resistance.models._two_drugs import grown
from resistance.models._validate import NON_NEGATIVE, PROBABILITY, Floats, plain, shown

# Where resistance to one drug is common, the expansion for cells that resist both does not hold.
LARGEST_MU = 0.1


@returns(NON_NEGATIVE)
def expected(
    m: ArrayLike, u: ArrayLike, n1: ArrayLike, n2: ArrayLike, n12: ArrayLike, birth: ArrayLike, death: ArrayLike
) -> Floats:
    """Expected cells that resist both drugs when treatment begins, ``X`` of the source.

    ``m [n12 mu + (n1 n2 + n12 (n1 + n2 - n12) / 2) mu**2]`` with ``mu = (u / s) ln(m s)``, the first two terms in small
    ``mu``. Few lesions with an early mutant carry most of this mean. Arguments as in
    :func:`~resistance.models.dual_therapy.lines`. Raises ``ValueError`` as that function does, if
    ``m s`` is below 1, and where ``mu (n1 + n2 + n12)`` is so large (above :data:`LARGEST_MU`) that more terms count.
    """
    m, u, n1, n2, n12, birth, death, mu = _before(m, u, n1, n2, n12, birth, death)
    return plain(m * (n12 * mu + (n1 * n2 + n12 * (n1 + n2 - n12) / 2) * mu * mu))


@returns(PROBABILITY)
def present(
    m: ArrayLike, u: ArrayLike, n1: ArrayLike, n2: ArrayLike, n12: ArrayLike, birth: ArrayLike, death: ArrayLike
) -> Floats:
    """Probability that a lesion of ``m`` cells holds a cell that resists both drugs, ``p_res`` of the source.

    ``1 - p1 p2`` with ``-ln p1 = m u n12 F``, ``-ln p2 = m u [2 n1 n2 + n12 (n1 + n2)] F mu`` and ``F`` the neutral
    :func:`~resistance.models.branching.resistance_factor`. It is not the probability of failure: such cells can die
    out, and others can arise during treatment. Raises ``ValueError`` as :func:`expected` does.
    """
    m, u, n1, n2, n12, birth, death, mu = _before(m, u, n1, n2, n12, birth, death)
    steps = 2 * n1 * n2 + n12 * (n1 + n2)
    factor = np.asarray(branching.resistance_factor(birth, death))
    return plain(-np.expm1(-m * u * factor * (n12 + steps * mu)))


def _before(
    m: ArrayLike, u: ArrayLike, n1: ArrayLike, n2: ArrayLike, n12: ArrayLike, birth: ArrayLike, death: ArrayLike
) -> list[Floats]:
    """What describes the lesion, with ``mu``, where an expansion in small ``mu`` holds."""
    m, u, n1, n2, n12, birth, death = grown(m, u, n1, n2, n12, birth, death)
    s = (birth - death) / birth
    if np.any(m * s < 1):
        raise ValueError(f"m must be at least 1 / (1 - death / birth), got {shown(plain(m))}")
    mu = u / s * np.log(m * s)
    most = float(np.max(mu * (n1 + n2 + n12)))
    if not most <= LARGEST_MU:
        raise NoResult(f"(u / s) ln(m s) (n1 + n2 + n12) of at most {LARGEST_MU:g}, not {most:.6g}")
    return [m, u, n1, n2, n12, birth, death, mu]
