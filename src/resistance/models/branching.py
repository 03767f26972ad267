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

from resistance.models import _birth_death
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    arrays,
    generator,
    plain,
    shown,
)

CELLS = Interval("finite and at least 1", low=1)
MUTATION = Interval("at least 0 and below 1", low=0, high=1, high_open=True)

# Nodes of the trapezoidal rule in z = ln w for integrals of exp(-w) h(w): the integrand falls off at both ends faster
# than any power of the step. The lower end is far enough for rates up to _LARGEST_RATIO times the net growth rate.
_STEP = 0.05
_W = np.exp(np.arange(-90.0, 5.0, _STEP))
_WEIGHT = _STEP * _W * np.exp(-_W)
_LARGEST_RATIO = 1e18
# Most combinations of arguments of which the mean over ages is taken, and of how many together, which is memory.
MOST_MEANS, _TOGETHER = 20_000, 250
# Largest mean of a clone, in cells, of which random sizes fit an integer.
LARGEST_CLONE = 1e17
# The leading term for fitter mutants is given where it exceeds the terms that are left out by this factor.
_LEADING = 10.0


@returns(PROBABILITY)
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
    return plain(np.maximum((birth - death) / birth, 0))


@returns(PROBABILITY)
def alive(t: ArrayLike, birth: ArrayLike, death: ArrayLike) -> Floats:
    """Probability that the line of one cell is not extinct after the time ``t`` (at least 0), for any two rates.

    ``(birth - death) / (birth - death exp(-(birth - death) t))``, and ``1 / (1 + birth t)`` where the rates are equal.
    Raises ``ValueError`` for an argument that leaves its range.
    """
    t, birth, death = arrays(t=(t, NON_NEGATIVE), birth=(birth, POSITIVE), death=(death, NON_NEGATIVE))
    return plain(_birth_death.alive(t, birth, death))


@returns(NON_NEGATIVE)
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
    mean = _birth_death.mean_of_living(t, birth, death)
    if not np.all(mean <= LARGEST_CLONE):
        raise NoResult(f"living clones of at most {LARGEST_CLONE:g} cells on average, not {mean.max():g}")
    lives = rng.random(t.shape) < _birth_death.alive(t, birth, death)
    return np.where(lives, rng.geometric(1 / np.maximum(mean, 1)), 0)


@returns(POSITIVE)
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
        The relative error is that of ``birth - death``, which two nearly equal rates carry, and about 1e-14 beside it.

    Raises
    ------
    ValueError
        If an argument leaves its range, ``birth`` is not above ``death``, the shapes do not fit, or a rate exceeds
        ``birth - death`` so far (1e18 times) that the mean is out of reach.
    """
    birth, death, a, b = _rates(birth, death, resistant_birth, resistant_death)
    return plain(birth / (birth - death) * _mean_alive(birth - death, a, b))


@returns(PROBABILITY)
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
    rates = _rates(birth, death, resistant_birth, resistant_death, m=(m, CELLS), u=(u, MUTATION))
    m, u = rates[4:]
    return plain(-np.expm1(-m * u * resistance_factor(*rates[:4])))


@returns(POSITIVE)
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
    named = {"probability": (probability, OPEN_PROBABILITY), "u": (u, OPEN_PROBABILITY)}
    rates = _rates(birth, death, resistant_birth, resistant_death, **named)
    p, u = rates[4:]
    return plain(-np.log1p(-p) / (u * resistance_factor(*rates[:4])))


@returns(REAL)
def relative_fitness(
    birth: ArrayLike, death: ArrayLike, resistant_birth: ArrayLike, resistant_death: ArrayLike
) -> Floats:
    """Net growth rate of resistant over that of sensitive cells before treatment: 1 neutral, below 1 a cost."""
    birth, death, a, b = _rates(birth, death, resistant_birth, resistant_death)
    return plain((a - b) / (birth - death))


@returns(NON_NEGATIVE)
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
    named = {"m": (m, CELLS), "u": (u, MUTATION)}
    birth, death, a, b, m, u = _rates(birth, death, resistant_birth, resistant_death, **named)
    s = _established(m, birth, death)
    return plain(u * m / s * _birth_death.grown(np.log(m * s), (a - b) / (birth - death)))


@returns(NON_NEGATIVE)
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
    :func:`resistance_factor`. The three growth laws are those of Iwasa et al. 2006 (abstract). Raises ``ValueError`` as
    :func:`mean_resistant` does, and for ``alpha > 1`` unless ``(s_r m)**(1 - 1/alpha)``, by which the leading term
    exceeds the others, is above 10.
    """
    birth, death, a, b, m = _rates(birth, death, resistant_birth, resistant_death, m=(m, CELLS))
    s = _established(m, birth, death)
    alpha = (a - b) / (birth - death)
    fitter = alpha > 1
    kappa = 1 / np.where(fitter, alpha, 2.0)
    power = np.maximum((a - b) / a * m, 1) ** (1 - kappa)
    if np.any(fitter & ~(power > _LEADING)):
        least = plain(power[fitter].min())
        raise NoResult(f"(s_r m)**(1 - 1/alpha) above {_LEADING:g} where alpha exceeds 1, not {least:.6g}")
    taken = power * gamma(1 + kappa) / ((1 - kappa) * (2 - kappa))
    grown = _birth_death.grown(np.log(m * s), np.minimum(alpha, 1.0))
    return plain(np.where(fitter, taken, grown) / _mean_alive(birth - death, a, b))


def _rates(
    birth: ArrayLike,
    death: ArrayLike,
    resistant_birth: ArrayLike | None,
    resistant_death: ArrayLike | None,
    **named: tuple[ArrayLike, Interval],
) -> list[Floats]:
    """The four rates and what else is named, checked and broadcast; resistant rates default to sensitive ones."""
    rates = arrays(
        birth=(birth, POSITIVE),
        death=(death, NON_NEGATIVE),
        resistant_birth=(birth if resistant_birth is None else resistant_birth, POSITIVE),
        resistant_death=(death if resistant_death is None else resistant_death, NON_NEGATIVE),
        **named,
    )
    if np.any(rates[0] <= rates[1]):
        raise ValueError(f"birth must be above death, got {shown(birth)} and {shown(death)}")
    return rates


def _established(m: Floats, birth: Floats, death: Floats) -> Floats:
    """The survival of sensitive cells, if a tumour of ``m`` cells is old enough to count time from 1 / survival."""
    s = (birth - death) / birth
    if np.any(m * s < 1):
        raise ValueError(f"m must be at least 1 / (1 - death / birth), got {shown(plain(m))}")
    return s


def _mean_alive(growth: Floats, birth: Floats, death: Floats) -> Floats:
    """Mean of :func:`alive` over ages that are exponential with rate ``growth``."""
    if growth.size > MOST_MEANS:
        raise NoResult(f"at most {MOST_MEANS} combinations, not {growth.size}")
    if not np.all(np.maximum(birth, death) <= _LARGEST_RATIO * growth):
        raise NoResult(f"rates of at most {_LARGEST_RATIO:g} times birth - death")
    parts = []
    for start in range(0, growth.size, _TOGETHER):
        net, b, d = (np.ravel(rate)[start : start + _TOGETHER, None] for rate in (growth, birth, death))
        parts.append(_birth_death.alive(_W / net, b, d) @ _WEIGHT)
    return np.concatenate(parts).reshape(growth.shape)
