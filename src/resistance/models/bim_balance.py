"""BIM between BCL-2 and MCL-1, with an inhibitor of each (A19).

BIM stands for the activators of BAX and BAK. One amount ``T`` of it is shared between free BIM ``x``, BCL-2 (``B``) and
MCL-1 (``M``), each of which binds either BIM or its own inhibitor (total ``D`` and ``S``) in the same groove:

    T = x + B (x/K_B) / (1 + x/K_B + d/K_i) + M (x/K_M) / (1 + x/K_M + s/K_s)
    D = d + B (d/K_i) / (1 + x/K_B + d/K_i)
    S = s + M (s/K_s) / (1 + x/K_M + s/K_s)

with ``d`` and ``s`` the inhibitors that stay free. For a given ``x`` each inhibitor is a titration
(:mod:`resistance.models.titration`), and what is left is one equation that rises with ``x``. The scheme is ours; what
it is held against is the finding that a BCL-2 inhibitor drives sequestered pro-apoptotic proteins to MCL-1 and the
reverse (Bhatt et al., Cancer Cell 2020, PMID 33217342). It is an equilibrium: amounts that change in answer to a drug,
other guardians and other activators are left out.

All amounts and constants are in nmol/L.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, returns
from resistance.models._solve import roots
from resistance.models._validate import NON_NEGATIVE, NON_NEGATIVE_OR_INFINITE, Floats, Interval, arrays, number, plain
from resistance.models.titration import titration

# One mole per litre is more than a cell can hold of anything here; within these ends nothing overflows.
AMOUNT = Interval("between 0 and 1e9", low=0, high=1e9)
LEVEL = Interval("above 0 and at most 1e9", low=0, high=1e9, low_open=True)
CONSTANT = Interval("between 1e-9 and 1e9", low=1e-9, high=1e9)
_APART = 1e-12


@dataclass(frozen=True)
class Affinity:
    """Dissociation constants in nmol/L, each between 1e-9 and 1e9 (``ValueError`` otherwise).

    Parameters
    ----------
    bcl2, mcl1 : of BIM from BCL-2 and from MCL-1
    drug : of the BCL-2 inhibitor from BCL-2
    mcl1_drug : of the MCL-1 inhibitor from MCL-1

    Notes
    -----
    The defaults are orders of magnitude chosen for illustration, not measurements.
    """

    bcl2: float = 1.0
    mcl1: float = 1.0
    drug: float = 0.1
    mcl1_drug: float = 0.1

    def __post_init__(self) -> None:
        for name in ("bcl2", "mcl1", "drug", "mcl1_drug"):
            object.__setattr__(self, name, number(name, getattr(self, name), CONSTANT))


USUAL = Affinity()


@returns(NON_NEGATIVE)
def free_bim(
    bim: ArrayLike,
    bcl2: ArrayLike,
    mcl1: ArrayLike,
    drug: ArrayLike = 0.0,
    mcl1_drug: ArrayLike = 0.0,
    affinity: Affinity = USUAL,
) -> Floats:
    """BIM that neither guardian holds.

    Parameters
    ----------
    bim, bcl2, mcl1 : total amounts of the proteins, between 0 and 1e9 (nmol/L)
    drug, mcl1_drug : total amounts of the inhibitors of BCL-2 and of MCL-1, between 0 and 1e9 (nmol/L)
    affinity : the four dissociation constants

    Returns
    -------
    float or ndarray
        Free BIM (nmol/L) of the broadcast shape, between 0 and ``bim``.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    Without drugs and MCL-1 it is ``titration(bim, affinity.bcl2, bcl2)``; with ever more ``drug`` it goes to
    ``titration(bim, affinity.mcl1, mcl1)``, which for tight binding is ``max(0, bim - mcl1)``.
    """
    return plain(_solved(bim, bcl2, mcl1, drug, mcl1_drug, affinity)[0])


@returns(NON_NEGATIVE)
def bim_on_bcl2(
    bim: ArrayLike,
    bcl2: ArrayLike,
    mcl1: ArrayLike,
    drug: ArrayLike = 0.0,
    mcl1_drug: ArrayLike = 0.0,
    affinity: Affinity = USUAL,
) -> Floats:
    """BIM bound to BCL-2 (nmol/L); arguments and errors as of :func:`free_bim`."""
    x, total, inhibitor = _solved(bim, bcl2, mcl1, drug, mcl1_drug, affinity)
    return plain(_held(x, total["bcl2"], inhibitor["drug"], affinity.bcl2, affinity.drug))


@returns(NON_NEGATIVE)
def bim_on_mcl1(
    bim: ArrayLike,
    bcl2: ArrayLike,
    mcl1: ArrayLike,
    drug: ArrayLike = 0.0,
    mcl1_drug: ArrayLike = 0.0,
    affinity: Affinity = USUAL,
) -> Floats:
    """BIM bound to MCL-1 (nmol/L); arguments and errors as of :func:`free_bim`."""
    x, total, inhibitor = _solved(bim, bcl2, mcl1, drug, mcl1_drug, affinity)
    return plain(_held(x, total["mcl1"], inhibitor["mcl1_drug"], affinity.mcl1, affinity.mcl1_drug))


@returns(NON_NEGATIVE_OR_INFINITE)
def drug_needed(
    free: ArrayLike,
    bim: ArrayLike,
    bcl2: ArrayLike,
    mcl1: ArrayLike,
    mcl1_drug: ArrayLike = 0.0,
    affinity: Affinity = USUAL,
) -> Floats:
    """Total amount of the BCL-2 inhibitor that leaves ``free`` nmol/L of BIM unbound.

    Parameters
    ----------
    free : wanted free BIM, above 0 and at most 1e9 (nmol/L)
    bim, bcl2, mcl1, mcl1_drug, affinity : as of :func:`free_bim`

    Returns
    -------
    float or ndarray
        Amount (nmol/L) of the broadcast shape; 0 where that much BIM is free without it, infinite where MCL-1 alone
        holds too much, so that no amount suffices.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    In closed form: BCL-2 may hold ``b = bim - free`` less what MCL-1 holds, which sets ``y = d / K_i`` by
    ``b = B (x/K_B) / (1 + x/K_B + y)``, and ``D = y (K_i + b K_B / x)``.
    """
    x, bim, bcl2, mcl1, mcl1_drug = arrays(
        free=(free, LEVEL), bim=(bim, AMOUNT), bcl2=(bcl2, AMOUNT), mcl1=(mcl1, AMOUNT), mcl1_drug=(mcl1_drug, AMOUNT)
    )
    beside = bim - x - _held(x, mcl1, mcl1_drug, affinity.mcl1, affinity.mcl1_drug)
    without = bcl2 * (x / (x + affinity.bcl2))
    allowed = np.where((beside > 0) & (beside < without), beside, 1.0)
    y = (x + affinity.bcl2) * ((without - allowed) / allowed) / affinity.bcl2
    amount = y * (affinity.drug + allowed * (affinity.bcl2 / x))
    return plain(np.where(beside >= without, np.where(beside < 0, np.inf, 0.0), np.where(beside > 0, amount, np.inf)))


@returns(NON_NEGATIVE)
def mcl1_limit(free: ArrayLike, bim: ArrayLike, mcl1_drug: ArrayLike = 0.0, affinity: Affinity = USUAL) -> Floats:
    """MCL-1 at and above which no amount of a BCL-2 inhibitor leaves ``free`` nmol/L of BIM unbound.

    Parameters
    ----------
    free : wanted free BIM, above 0 and at most 1e9 (nmol/L)
    bim, mcl1_drug : total BIM and total inhibitor of MCL-1, between 0 and 1e9 (nmol/L)
    affinity : the four dissociation constants, of which only those of MCL-1 count

    Returns
    -------
    float or ndarray
        Total MCL-1 (nmol/L) of the broadcast shape; 0 where there is less BIM than is wanted.

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.

    Notes
    -----
    With ``m = bim - free`` on MCL-1, ``g = m K_M / free`` of it is empty and ``S g / (K_s + g)`` is under the
    inhibitor; the limit is the sum of the three.
    """
    x, bim, drug = arrays(free=(free, LEVEL), bim=(bim, AMOUNT), mcl1_drug=(mcl1_drug, AMOUNT))
    held = np.maximum(bim - x, 0)
    empty = held * (affinity.mcl1 / x)
    return plain(held + empty + drug * _share(empty, affinity.mcl1_drug))


def _share(amount: Floats, half: float) -> Floats:
    """``amount / (half + amount)`` without overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(amount > half, 1 / (1 + half / np.where(amount > 0, amount, 1)), amount / (half + amount))


def _held(x: Floats, guardian: Floats, drug: Floats, k_bim: float, k_drug: float) -> Floats:
    """BIM on a guardian beside ``x`` free BIM and ``drug`` in all."""
    unbound = np.asarray(titration(drug, k_drug * (1 + x / k_bim), guardian))
    return guardian * (x / (x + k_bim * (1 + unbound / k_drug)))


def _solved(
    bim: ArrayLike, bcl2: ArrayLike, mcl1: ArrayLike, drug: ArrayLike, mcl1_drug: ArrayLike, affinity: Affinity
) -> tuple[Floats, dict[str, Floats], dict[str, Floats]]:
    """Free BIM, and the totals that went in."""
    bim, bcl2, mcl1, drug, mcl1_drug = arrays(
        bim=(bim, AMOUNT), bcl2=(bcl2, AMOUNT), mcl1=(mcl1, AMOUNT), drug=(drug, AMOUNT), mcl1_drug=(mcl1_drug, AMOUNT)
    )
    there = np.where(bim > 0, bim, 1.0)
    # The least that can be free is what stays without drugs far from saturation.
    least = np.log1p(bcl2 / affinity.bcl2 + mcl1 / affinity.mcl1)

    def excess(log_share: Floats, bim: Floats, bcl2: Floats, mcl1: Floats, drug: Floats, mcl1_drug: Floats) -> Floats:
        x = bim * np.exp(log_share)
        on_bcl2 = _held(x, bcl2, drug, affinity.bcl2, affinity.drug)
        on_mcl1 = _held(x, mcl1, mcl1_drug, affinity.mcl1, affinity.mcl1_drug)
        return (x - bim) + on_bcl2 + on_mcl1

    ends = -least - _APART, np.full(np.shape(least), _APART)
    share = np.exp(roots(excess, ends, (there, bcl2, mcl1, drug, mcl1_drug)))
    x = np.where(bim > 0, np.minimum(bim * share, bim), 0.0)
    if not np.all(np.isfinite(x)):
        raise NoResult("a free amount that a double can hold")
    return x, {"bcl2": bcl2, "mcl1": mcl1}, {"drug": drug, "mcl1_drug": mcl1_drug}
