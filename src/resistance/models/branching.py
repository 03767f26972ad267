"""Sensitive and resistant cells as two birth-death processes, and resistance at detection (A13).

A cell divides at rate ``birth`` and dies at rate ``death``; a division of a sensitive cell makes one resistant daughter
with probability ``u``, summed over all mutations that give resistance. Resistant cells divide and die at rates of their
own, equal to those of sensitive cells unless given ("neutral"). The tumour starts from one sensitive cell, the line
survives, and it is looked at when it holds ``m`` sensitive cells. Sources: Iwasa, Nowak & Michor, Genetics
2006;172:2557 (the question, and how numbers scale with ``m``; the formulas here are derived, because only its abstract
was read); Bozic et al., eLife 2013;2:e00747 (neutral formulas). ``u`` is taken to be small.

With ``lambda = birth - death`` the sensitive line makes mutants at the rate ``birth u / lambda`` for each cell by which
it grows, so the number of cells ``x`` at which a mutant appears is uniform between 0 and ``m``. Its line has then had
the time ``ln(m / x) / lambda`` to die out or to grow when the tumour is detected.

Rates in one unit of the caller's choice throughout, for example per day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma

from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    Floats,
    Interval,
    arrays,
    generator,
    plain,
)

CELLS = Interval("finite and at least 1", low=1)
MUTATION = Interval("at least 0 and below 1", low=0, high=1, high_open=True)

# Nodes of the trapezoidal rule in z = ln w for integrals of exp(-w) h(w): the integrand falls off at both ends faster
# than any power of the step, so the rule is exact to rounding.
_STEP = 0.05
_W = np.exp(np.arange(-40.0, 5.0, _STEP))
_WEIGHT = _STEP * _W * np.exp(-_W)


def survival(birth: ArrayLike, death: ArrayLike) -> Floats:
    """Probability that the line of one cell never dies out: ``1 - death / birth``, 0 if death is not the slower.

    Parameters
    ----------
    birth : rate of division, above 0 (per time)
    death : rate of death, at least 0 (per time)

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    birth, death = arrays(birth=(birth, POSITIVE), death=(death, NON_NEGATIVE))
    return plain(np.maximum(1 - death / birth, 0))


def alive(t: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Probability that the line of one cell is not extinct after the time ``t`` (at least 0), for any two rates.

    ``(birth - death) / (birth - death exp(-(birth - death) t))``, and ``1 / (1 + birth t)`` where the rates are equal.
    Raises ``ValueError`` for an argument that leaves its range.
    """
    t, birth, death = arrays(t=(t, NON_NEGATIVE), birth=(birth, POSITIVE), death=(death, NON_NEGATIVE))
    return plain(_alive(t, birth, death))


def clone_sizes(t: ArrayLike, birth: ArrayLike, death: ArrayLike, rng: np.random.Generator) -> np.ndarray:
    """Random sizes of clones founded by one cell a time ``t`` ago; 0 for a clone that has died out.

    Exact: a clone that is alive has a geometric number of cells with mean ``exp((birth - death) t) / alive(t)``.

    Parameters
    ----------
    t, birth, death : as in :func:`alive`, broadcast against each other
    rng : random generator

    Returns
    -------
    ndarray of int
        Cells, of the broadcast shape.

    Raises
    ------
    ValueError
        If an argument leaves its range or ``rng`` is not a generator.
    """
    t, birth, death = arrays(t=(t, NON_NEGATIVE), birth=(birth, POSITIVE), death=(death, NON_NEGATIVE))
    rng = generator("rng", rng)
    there = _alive(t, birth, death)
    lives = rng.random(there.shape) < there
    # A line about to die out has one cell: its mean given life is at least 1, whatever rounding says.
    chance = np.clip(there * np.exp(-(birth - death) * t), np.finfo(float).tiny, 1)
    return np.where(lives, rng.geometric(chance), 0)


def resistance_factor(
    birth: ArrayLike,
    death: ArrayLike,
    resistant_birth: ArrayLike | None = None,
    resistant_death: ArrayLike | None = None,
) -> Floats:
    """Expected resistant clones alive at detection for each mutation per cell, ``F``: clones = ``m u F``.

    Parameters
    ----------
    birth, death : rates of sensitive cells, ``birth`` above ``death``
    resistant_birth, resistant_death : rates of resistant cells before treatment; those of sensitive cells if not given

    Returns
    -------
    float or ndarray
        ``F = birth / (birth - death)`` times the mean, over ``y`` uniform between 0 and 1, of the probability that a
        clone of age ``-ln(y) / (birth - death)`` is alive. Neutral: ``-ln(s) / (1 - s)`` with ``s = 1 - death/birth``.

    Raises
    ------
    ValueError
        If an argument leaves its range, ``birth`` is not above ``death``, or the shapes do not fit.
    """
    birth, death, a, b = _rates(birth, death, resistant_birth, resistant_death)
    return plain(birth / (birth - death) * _mean_alive(birth - death, a, b))


def resistance_probability(
    m: ArrayLike,
    u: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    resistant_birth: ArrayLike | None = None,
    resistant_death: ArrayLike | None = None,
) -> Floats:
    """Probability that a tumour of ``m`` sensitive cells (at least 1) holds at least one resistant cell.

    ``1 - exp(-m u F)`` with ``F`` of :func:`resistance_factor`; ``u`` is the mutation rate to resistance per division,
    at least 0 and below 1. Raises ``ValueError`` as that function does.
    """
    factor = resistance_factor(birth, death, resistant_birth, resistant_death)
    m, u, factor = arrays(m=(m, CELLS), u=(u, MUTATION), factor=(factor, NON_NEGATIVE))
    return plain(-np.expm1(-m * u * factor))


def detection_size(
    probability: ArrayLike,
    u: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    resistant_birth: ArrayLike | None = None,
    resistant_death: ArrayLike | None = None,
) -> Floats:
    """Number of sensitive cells at which :func:`resistance_probability` reaches ``probability`` (between 0 and 1).

    ``u`` must be above 0. Raises ``ValueError`` as that function does.
    """
    factor = resistance_factor(birth, death, resistant_birth, resistant_death)
    p, u, factor = arrays(
        probability=(probability, OPEN_PROBABILITY), u=(u, OPEN_PROBABILITY), factor=(factor, NON_NEGATIVE)
    )
    return plain(-np.log1p(-p) / (u * factor))


def relative_fitness(
    birth: ArrayLike, death: ArrayLike, resistant_birth: ArrayLike, resistant_death: ArrayLike
) -> Floats:
    """Net growth rate of resistant over that of sensitive cells before treatment: 1 neutral, below 1 a cost."""
    birth, death, a, b = _rates(birth, death, resistant_birth, resistant_death)
    return plain((a - b) / (birth - death))


def mean_resistant(
    m: ArrayLike,
    u: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    resistant_birth: ArrayLike | None = None,
    resistant_death: ArrayLike | None = None,
) -> Floats:
    """Expected resistant cells in a tumour of ``m`` sensitive cells.

    ``(u m / s) (1 - (m s)**(alpha - 1)) / (1 - alpha)`` with ``s`` the survival of sensitive cells and ``alpha`` the
    relative fitness; neutral ``(u m / s) ln(m s)``, as Bozic et al. 2013 print it. The time is counted from the moment
    at which a surviving line of one cell would have ``1 / s`` cells, so ``m s`` must be at least 1. Few tumours with an
    early mutant carry most of this mean; the median is far lower, and for ``alpha > 1`` the mean says little.
    Raises ``ValueError`` as :func:`resistance_factor` does, and if ``m s`` is below 1.
    """
    birth, death, a, b = _rates(birth, death, resistant_birth, resistant_death)
    m, u, birth, death, a, b = arrays(
        m=(m, CELLS),
        u=(u, MUTATION),
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        resistant_birth=(a, POSITIVE),
        resistant_death=(b, NON_NEGATIVE),
    )
    s = 1 - death / birth
    if np.any(m * s < 1):
        raise ValueError(f"m must be at least 1 / (1 - death / birth), got {m!r}")
    return plain(u * m / s * _growth(np.log(m * s), (a - b) / (birth - death)))


def mean_if_resistant(
    m: ArrayLike,
    birth: ArrayLike,
    death: ArrayLike,
    resistant_birth: ArrayLike | None = None,
    resistant_death: ArrayLike | None = None,
) -> Floats:
    """Mean resistant cells of the tumours that hold any, if resistance is rare (``m u`` far below 1).

    The tumour is detected when it holds ``m`` cells, sensitive and resistant together. With relative fitness ``alpha``
    up to 1 it tends to a limit (``alpha < 1``) or grows as ``ln m`` (neutral). Above 1 an early mutant may have taken
    over the tumour, and the leading term for large ``m`` is given,

        (s_r m)**(1 - 1/alpha) Gamma(1 + 1/alpha) / ((1 - 1/alpha)(2 - 1/alpha) I),

    with ``s_r`` the survival of resistant cells and ``I`` the mean probability of being alive in
    :func:`resistance_factor`; it needs ``(s_r m)**(1 - 1/alpha)`` far above 1. The three growth laws are those of Iwasa
    et al. 2006 (abstract). Raises ``ValueError`` as :func:`mean_resistant` does.
    """
    birth, death, a, b = _rates(birth, death, resistant_birth, resistant_death)
    m, birth, death, a, b = arrays(
        m=(m, CELLS),
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        resistant_birth=(a, POSITIVE),
        resistant_death=(b, NON_NEGATIVE),
    )
    s = 1 - death / birth
    if np.any(m * s < 1):
        raise ValueError(f"m must be at least 1 / (1 - death / birth), got {m!r}")
    alpha = (a - b) / (birth - death)
    fitter = alpha > 1
    kappa = 1 / np.where(fitter, alpha, 2.0)
    taken = np.maximum((1 - b / a) * m, 1) ** (1 - kappa) * gamma(1 + kappa) / ((1 - kappa) * (2 - kappa))
    grown = _growth(np.log(m * s), np.minimum(alpha, 1.0))
    return plain(np.where(fitter, taken, grown) / _mean_alive(birth - death, a, b))


def _rates(
    birth: ArrayLike, death: ArrayLike, resistant_birth: ArrayLike | None, resistant_death: ArrayLike | None
) -> list[Floats]:
    """The four rates, checked and broadcast; the resistant ones default to the sensitive ones."""
    rates = arrays(
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        resistant_birth=(birth if resistant_birth is None else resistant_birth, POSITIVE),
        resistant_death=(death if resistant_death is None else resistant_death, NON_NEGATIVE),
    )
    if np.any(rates[0] <= rates[1]):
        raise ValueError(f"birth must be above death, got {birth!r} and {death!r}")
    return rates


def _alive(t: Floats, birth: Floats, death: Floats) -> Floats:
    """:func:`alive` as ``1 / (1 + death t phi(x))``, ``phi = (1 - exp(-x)) / x``, which needs no case for ``x = 0``."""
    x = (birth - death) * t
    with np.errstate(over="ignore", invalid="ignore"):
        phi = np.where(np.abs(x) < 1e-8, 1 - x / 2, -np.expm1(-x) / np.where(x == 0, 1, x))
        return 1 / (1 + death * t * phi)


def _mean_alive(growth: Floats, birth: Floats, death: Floats) -> Floats:
    """Mean of :func:`alive` over ages that are exponential with rate ``growth``."""
    age = _W / growth[..., None]
    return _alive(age, birth[..., None], death[..., None]) @ _WEIGHT


def _growth(log_size: Floats, alpha: Floats) -> Floats:
    """Integral of ``exp((alpha - 1) v)`` from 0 to ``log_size``."""
    x = (alpha - 1) * log_size
    return log_size * np.where(np.abs(x) < 1e-8, 1 + x / 2, np.expm1(x) / np.where(x == 0, 1, x))
