"""A niche that opens or closes during treatment: the first phase before :mod:`resistance.models.sanctuary` (B17).

Until the time ``wait`` every cell divides at rate ``birth`` and dies at rate ``death``, in one place. Then the
surroundings change, and from there on the line of each living cell escapes extinction with probability ``later``, for
example one of :func:`resistance.models.sanctuary.lineages`. Lines are independent, so the generating function of the
birth-death process gives the chance for one cell at the start,

    p = later exp(x) / (1 + birth later wait (exp(x) - 1) / x),    x = (birth - death) wait.

These are standard results on the birth-death process; the setting of a protected place is that of Fu, Nowak and
Bonhoeffer (arXiv:1411.6684), who keep it constant. No cell moves or mutates before the change. Rates and time are in
one unit of the caller's choice. All arguments broadcast against each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import _two_types
from resistance.models._results import returns
from resistance.models._validate import NON_NEGATIVE, POSITIVE, PROBABILITY, Floats, arrays, plain


@returns(PROBABILITY)
def lasting(wait: ArrayLike, birth: ArrayLike, death: ArrayLike, later: ArrayLike) -> Floats:
    """Probability that the line of one cell never dies out, if its surroundings change after ``wait``.

    Parameters
    ----------
    wait : time until the change, at least 0
    birth, death : rates until then, above 0 and at least 0
    later : chance that the line of a cell alive at the change never dies out, 0 to 1

    Returns
    -------
    float or ndarray
        ``later`` for ``wait = 0``; with ``later = 1`` the chance that a line is alive at the change.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    wait, birth, death, later = arrays(
        wait=(wait, NON_NEGATIVE), birth=(birth, POSITIVE), death=(death, NON_NEGATIVE), later=(later, PROBABILITY)
    )
    return plain(_lasting(wait, birth, death, later))


@returns(PROBABILITY)
def escape(n: ArrayLike, wait: ArrayLike, birth: ArrayLike, death: ArrayLike, later: ArrayLike) -> Floats:
    """Probability that the lines of ``n`` cells (at least 0) do not all die out; other arguments as in :func:`lasting`.

    ``1 - (1 - p)^n``, which keeps the digits of small chances of many cells. Raises ``ValueError`` as there.
    """
    n, wait, birth, death, later = arrays(
        n=(n, NON_NEGATIVE),
        wait=(wait, NON_NEGATIVE),
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        later=(later, PROBABILITY),
    )
    none = np.zeros(n.shape)
    return plain(_two_types.any_of(n, none, _lasting(wait, birth, death, later), none))


def _lasting(wait: Floats, birth: Floats, death: Floats, later: Floats) -> Floats:
    """``p`` of the module, divided by ``exp(x)`` where cells grow so that nothing overflows."""
    growth = birth - death
    with np.errstate(all="ignore"):
        x = growth * wait
        flat = np.abs(x) < 1e-8
        # (1 - exp(-|x|)) / |growth|, by its series where the two rates nearly balance.
        spent = np.where(flat, wait * (1 - np.abs(x) / 2), -np.expm1(-np.abs(x)) / np.abs(growth))
        met = birth * (later * spent)
        p = np.where(x > 0, later / (np.exp(-x) + met), later * np.exp(x) / (1 + met))
    return np.where(later > 0, np.minimum(p, 1.0), 0.0)
