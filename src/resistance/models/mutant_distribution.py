"""Numbers of mutants in parallel cultures: the Luria-Delbrück distribution and its relatives (A3).

Mutations happen at random while a culture grows; each founds a clone, and a culture holds all its clones. With ``m``
expected mutations per culture the probability generating function is ``exp(m [b_0 + sum b_k z^k])``, where ``b_k`` is
the probability that a clone shows ``k`` mutants and ``b_0`` that of showing none, less 1. One sequence covers

``w``    growth rate of mutants relative to other cells (Mandelbrot-Koch; 1 is Lea-Coulson);
``e``    plating efficiency, the chance that a mutant is counted;
``phi``  ``1 - N0/Nt``, below 1 where a culture starts from many cells;

and ``cv``, the coefficient of variation of the final number of cells, mixes ``m`` over a gamma distribution (B0).
Sources: Ma, Sandri & Sarkar, J Appl Probab 1992;29:255-267 (recursion); Zheng, G3 2017;7:3849-3856, equations 2 to 6.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from resistance.models._results import NoResult, returns
from resistance.models._series import expand
from resistance.models._solve import integral
from resistance.models._validate import (
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    generator,
    number,
    shown,
    vector,
    whole,
)

# exp(-m) must stay a normal double; cultures with so many mutations cannot be counted anyway.
LARGEST_EXPONENT = 700.0
# Bounds of the cost: mutants of which probabilities are given, and mutations of one simulation.
MOST_MUTANTS = 20_000
MOST_MUTATIONS = 5_000_000
_LARGEST_CLONE = 1e15
_ROUNDING = 1e-9
# A coefficient of variation below this does not move a random count.
_VISIBLE_SPREAD = 1e-9
_COEFFICIENTS = Interval("between -1 and 1", low=-1, high=1)


@returns(_COEFFICIENTS)
def clone_sizes(n_max: int, w: float = 1.0, e: float = 1.0, phi: float = 1.0) -> Floats:
    """Coefficients ``b_0 … b_n_max``: the distribution of the mutants that one mutation leaves on the plate, less 1.

    Parameters
    ----------
    n_max : largest number of mutants, at least 0
    w : relative fitness of mutants, above 0
    e : plating efficiency, above 0 and at most 1
    phi : ``1 - N0/Nt``, above 0 and at most 1

    Returns
    -------
    ndarray of shape (n_max + 1,)
        ``b_0`` is -1 for ``e = 1``; ``b_k = 1/[k (k + 1)]`` for the Lea-Coulson case. The limit of the sum is 0.

    Raises
    ------
    ValueError
        If an argument leaves its range, or for ``e < 1`` with ``phi < 1``, which has no closed form here.

    Notes
    -----
    A clone of age ``a`` (exponential, in generations of the other cells) has a geometric size with ``p = exp(-w a)``,
    thinned by ``e``. Integrating over ``a`` gives a beta function for ``e = 1``, an incomplete one for ``phi < 1``, and
    for ``e < 1`` the integral that :func:`_thinned` evaluates, which also covers ``w`` other than 1.
    """
    n_max, w = whole("n_max", n_max, high=MOST_MUTANTS), number("w", w, POSITIVE)
    e, phi = number("e", e, FRACTION), number("phi", phi, FRACTION)
    if e < 1 and phi < 1:
        raise ValueError(f"phi must be 1 where the plating efficiency e = {e} is below 1, got {phi}")
    k, inverse = np.arange(1.0, n_max + 1), 1 / w
    if e < 1:
        return np.concatenate([[-_seen(inverse, e)], _thinned(k, inverse, e)])
    sizes = np.exp(special.betaln(1 + inverse, k)) * inverse
    if phi < 1:
        # Only clones younger than the culture.
        sizes = sizes * special.betainc(k, 1 + inverse, -np.expm1(w * np.log1p(-phi))) / phi
    return np.concatenate([[-1.0], sizes])


def _seen(a: float, e: float) -> float:
    """Chance that a clone shows on the plate: the integral of ``a u^(a-1) e / (e + [1 - e] u)`` over u from 0 to 1."""
    if a < 1:  # fast mutants: u = t^(1/a) takes the singularity at 0 away
        return _integral(lambda t: e / (e + (1 - e) * t ** (1 / a)), 1.0)
    return a * e / (1 - e) * _integral(lambda y: (e * np.expm1(y) / (1 - e)) ** (a - 1), -np.log(e))


def _thinned(k: Floats, a: float, e: float) -> Floats:
    """``a e^a I_k`` for ``k = 1, 2, …`` with ``I_k`` the integral of ``v^(k-1) (1 - v)^a (e + f v)^-a``, ``f = 1 - e``.

    Integration by parts links three neighbours: ``f (k+2) I_(k+2) = k e I_k + [k (f-e) + (1-a) f - (1+a) e] I_(k+1)``.
    An error in it changes by ``-e/f`` a step, so for small ``e`` it is run forward, from where both terms are positive;
    otherwise the integral is a hypergeometric series in ``f`` with positive terms, which converges fast.
    """
    f = 1 - e
    if f <= 0.75:
        return a * e**a * np.exp(special.betaln(1 + a, k)) * special.hyp2f1(a, 1 + a, k + 1 + a, f)

    def direct(power: int) -> float:
        # With e + f v = e exp(y) the integrand is smooth however small e is.
        def integrand(y: float) -> float:
            v = e * np.expm1(y) / f
            return v**power * max(1 - v, 0.0) ** a * np.exp((1 - a) * y)

        return _integral(integrand, -np.log(e)) * e ** (1 - a) / f

    safe = max(2, int(np.ceil(((a - 1) * f + (1 + a) * e) / (f - e))) + 1)
    values = [direct(power) for power in range(min(safe, k.size))]
    for n in range(len(values) - 1, k.size - 1):
        middle = n * (f - e) + (1 - a) * f - (1 + a) * e
        values.append((n * e * values[-2] + middle * values[-1]) / (f * (n + 2)))
    return a * e**a * np.array(values)


def _integral(function: Callable[[float], float], end: float) -> float:
    """Integral from 0 to ``end`` of a function that may change fast near either end."""
    edges = end * np.array([0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 1.0])
    return integral(function, edges, epsabs=0, epsrel=1e-11, limit=200)


@returns(PROBABILITY)
def compound_poisson(m: float, b: Floats) -> Floats:
    """Probabilities ``p_0 … p_n`` with generating function ``exp(m sum b_k z^k)`` for coefficients ``b_0 … b_n``.

    ``p_0 = exp(m b_0)`` and ``p_n = (m/n) sum_j j b_j p_(n-j)``, in O(n²) operations. ``m`` is at least 0. Raises
    ``ValueError`` for a negative ``m``, for coefficients that are not those of a distribution (``b_0`` above 0, another
    below 0, a sum above 0), or for ``m`` so large that ``p_0`` is not a double.

    Returns
    -------
    ndarray of shape np.shape(b)
    """
    b = vector("b", b, REAL, most=MOST_MUTANTS + 1)
    if b[0] > 0:
        raise ValueError(f"b must start with a number of at most 0, got {shown(b)}")
    if np.any(b[1:] < 0) or b[1:].sum() > -b[0] * (1 + _ROUNDING):
        raise ValueError(
            f"b must hold numbers of at least 0 after the first, which sum to at most {-b[0]}, got {shown(b)}"
        )
    m = number("m", m, NON_NEGATIVE)
    if not -b[0] * m <= LARGEST_EXPONENT:
        raise NoResult(f"a probability of no mutant that is a double, its logarithm at least {-LARGEST_EXPONENT:g}")
    return np.minimum(expand(b, m, 0.0), 1)


@returns(PROBABILITY)
def pmf(n_max: int, m: float, w: float = 1.0, e: float = 1.0, phi: float = 1.0, cv: float = 0.0) -> Floats:
    """Probabilities of 0, 1, …, ``n_max`` mutants in a culture.

    Parameters
    ----------
    n_max : largest number of mutants, at least 0
    m : expected mutations per culture, at least 0
    w, e, phi : as in :func:`clone_sizes`
    cv : coefficient of variation of the final number of cells, at least 0

    Returns
    -------
    ndarray of shape (n_max + 1,)

    Raises
    ------
    ValueError
        If an argument leaves its range, or ``m`` is so large that the probability of no mutant is not a double.
    """
    cv = number("cv", cv, NON_NEGATIVE)
    b = clone_sizes(n_max, w, e, phi)
    highest = LARGEST_EXPONENT / max(-b[0], 1e-300)
    few = Interval(f"at most {highest:.6g}, finite and at least 0", low=0, high=highest)
    return np.minimum(expand(b, number("m", m, few), cv), 1)


@returns(PROBABILITY)
def ma_sandri_sarkar(n_max: int, m: float) -> Floats:
    """Luria-Delbrück probabilities by ``p_0 = exp(-m)``, ``p_n = (m/n) sum_(i<n) p_i / (n - i + 1)``.

    The recursion of Ma, Sandri & Sarkar 1992; equal to ``pmf(n_max, m)``.

    Returns
    -------
    ndarray of shape (n_max + 1,)
    """
    return pmf(n_max, m)


@returns(PROBABILITY)
def tail(n: int, m: float, w: float = 1.0, e: float = 1.0, phi: float = 1.0, cv: float = 0.0) -> float:
    """Probability of more than ``n`` mutants; with ``n = 500`` the h500 index of Zheng 2017, equation 7.

    The absolute error is about 1e-13, because the probability is what the others leave of 1.
    """
    n = whole("n", n, high=MOST_MUTANTS)
    return float(max(0.0, 1 - pmf(n, m, w, e, phi, cv).sum()))


@returns(NON_NEGATIVE)
def simulate(
    rng: np.random.Generator,
    n_cultures: int,
    m: float,
    w: float = 1.0,
    e: float = 1.0,
    phi: float = 1.0,
    cv: float = 0.0,
) -> NDArray[np.int64]:
    """Mutants counted in simulated cultures: Poisson mutations at random times, geometric clones, binomial plating.

    Parameters
    ----------
    rng : numpy.random.Generator
    n_cultures : number of cultures, at least 1
    m, w, e, phi, cv : as in :func:`pmf`; here ``e`` and ``phi`` may both be below 1

    Returns
    -------
    int ndarray of shape (n_cultures,)

    Raises
    ------
    ValueError
        If an argument leaves its range or ``rng`` is not a generator.
    """
    rng, n_cultures = generator("rng", rng), whole("n_cultures", n_cultures, 1, MOST_MUTATIONS)
    m, w = number("m", m, NON_NEGATIVE), number("w", w, POSITIVE)
    e, phi, cv = number("e", e, FRACTION), number("phi", phi, FRACTION), number("cv", cv, NON_NEGATIVE)
    expected = np.full(n_cultures, m)
    if cv > _VISIBLE_SPREAD:
        expected = rng.gamma(1 / cv**2, m * cv**2, n_cultures)
    if not expected.sum() <= MOST_MUTATIONS:
        raise NoResult(f"at most {MOST_MUTATIONS} mutations in all, not {expected.sum():g}")
    mutations = rng.poisson(expected)
    culture = np.repeat(np.arange(n_cultures), mutations)
    # Size of the culture at the mutation relative to its end; no clone may outgrow what an integer can hold.
    chance = (1 - phi * rng.random(culture.size)) ** w
    if np.any(chance < 1 / _LARGEST_CLONE):
        raise NoResult(f"clones of at most {_LARGEST_CLONE:g} cells")
    clones = rng.geometric(chance)
    total = np.zeros(n_cultures, dtype=np.int64)
    np.add.at(total, culture, clones)
    return total if e == 1 else rng.binomial(total, e)
