"""Steady states of the caspase-9, caspase-3 and XIAP switch of Legewie et al. 2006 (A8), in closed form.

Apaf-1 that cytochrome c has activated (``A``) binds caspase-9 (``C9``); the complex cleaves caspase-3 (``C3``) to its
active form ``C3*``. XIAP (``X``) binds and blocks both caspases. Two feedbacks follow: ``C3*`` cleaves caspase-9 to the
more active ``C9*`` (*cleavage*), and ``C3*`` takes XIAP away from caspase-9 (*sequestration*). Everything is degraded
at one rate ``mu``, and whole proteins are made at ``mu`` times their total, so that at rest the totals hold.

Four facts make the 13 equations collapse. Apaf-1 is bound by every form of caspase-9 alike, so free Apaf-1 is the
:func:`~resistance.models.titration.titration` of its total by all caspase-9. XIAP is bound by every form of caspase-9
alike, so free XIAP at a given ``C3*`` is a titration too. Given both, each caspase-9 molecule runs through its states
independently of the others, and ages exponentially, which gives the four active forms as Laplace transforms. What is
left is one equation in ``C3*``: cleavage of caspase-3 against its loss. Its roots are the steady states.

Without sequestration (``sequestration=False``) caspase-3 and caspase-9 bind two different sites of XIAP and ternary
complexes form: the authors' non-competitive variant (BioModels BIOMD0000000103), of 17 species.

Source: Legewie, Blüthgen & Herzel, PLoS Comput Biol 2006;2:e120; reactions and rate constants from the curated files
BIOMD0000000102 and BIOMD0000000103. Concentrations in nM, times in s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import NoResult, returns
from resistance.models._solve import roots
from resistance.models._validate import (
    AT_LEAST_ONE,
    NON_NEGATIVE,
    POSITIVE,
    REAL,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    truth,
)
from resistance.models.titration import titration, total

# Binding: Apaf-1 to any caspase-9 (k1, k8, k13, k14), XIAP to any caspase-9 (k9 to k12), XIAP to C3* (k15).
APAF_ON, APAF_OFF = 0.002, 0.1
XIAP9_ON, XIAP9_OFF = 0.001, 0.001
XIAP3_ON, XIAP3_OFF = 0.003, 0.001
# Cleavage of caspase-3 by C9 (k2), A-C9 (k3), C9* (k6) and A-C9* (k7); of caspase-9 by C3* (k4, k5).
BY_C9, BY_AC9, BY_C9S, BY_AC9S = 5e-6, 3.5e-4, 5e-5, 3.5e-3
CLEAVAGE = 2e-4
TURNOVER = 1e-3

_K_APAF = (APAF_OFF + TURNOVER) / APAF_ON
_K_XIAP9 = (XIAP9_OFF + TURNOVER) / XIAP9_ON
_K_XIAP3 = (XIAP3_OFF + TURNOVER) / XIAP3_ON
_GRID = 1200
_APAF = Interval("at least 0, infinite or NaN", low=0, infinite=True, nan=True)
# Free Apaf-1 (nM) that saturates every caspase-9: its half-saturation is 50.5 nM.
_MOST = 1e9


@dataclass(frozen=True)
class Cell:
    """What differs between cells: totals in nM, and whether each of the two feedbacks exists.

    Defaults are the authors' reference cell. Raises ``ValueError`` for a total that is negative, or not above 0 for
    the caspases, and for a feedback that is neither true nor false.
    """

    xiap: float = 40.0
    caspase3: float = 200.0
    caspase9: float = 20.0
    sequestration: bool = True
    cleavage: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "xiap", number("xiap", self.xiap, NON_NEGATIVE))
        object.__setattr__(self, "caspase3", number("caspase3", self.caspase3, POSITIVE))
        object.__setattr__(self, "caspase9", number("caspase9", self.caspase9, POSITIVE))
        for name in ("sequestration", "cleavage"):
            object.__setattr__(self, name, truth(name, getattr(self, name)))


WILD_TYPE = Cell()


@returns(NON_NEGATIVE)
def free_apaf(apaf: ArrayLike, cell: Cell = WILD_TYPE) -> Floats:
    """Free Apaf-1 (nM) of a total ``apaf`` (nM, at least 0), the same whatever caspase-3 does."""
    (apaf,) = arrays(apaf=(apaf, NON_NEGATIVE))
    return titration(apaf, _K_APAF, cell.caspase9)


@returns(NON_NEGATIVE)
def free_xiap(active: ArrayLike, cell: Cell = WILD_TYPE) -> Floats:
    """XIAP (nM) that is free to bind caspase-9 while ``active`` nM of free active caspase-3 are there.

    With sequestration it falls as caspase-3 becomes active, which is the hidden feedback; without, it stays.
    """
    (active,) = arrays(active=(active, NON_NEGATIVE))
    taken = 1 + (active / _K_XIAP3 if cell.sequestration else 0 * active)
    return titration(cell.xiap / taken, _K_XIAP9, cell.caspase9 / taken)


@returns(NON_NEGATIVE)
def caspase9_forms(active: ArrayLike, apaf_free: ArrayLike, cell: Cell = WILD_TYPE) -> tuple[Floats, ...]:
    """The four forms that cleave caspase-3: ``C9``, ``A-C9``, ``C9*`` and ``A-C9*``, in nM.

    Parameters
    ----------
    active, apaf_free : free active caspase-3 and free Apaf-1, nM, at least 0

    Returns
    -------
    four arrays of the broadcast shape

    Notes
    -----
    Apaf-1 comes and goes independently of XIAP and of cleavage, so the bound share of molecules of age ``t`` is
    ``p (1 - exp(-k t))``. Averaged over the ages that turnover leaves, the bound part of a form is ``p`` times its
    amount less the amount that it would have if molecules were lost at ``mu + k`` instead of ``mu``.
    """
    active, apaf_free = arrays(active=(active, NON_NEGATIVE), apaf_free=(apaf_free, NON_NEGATIVE))
    exchange = APAF_ON * apaf_free + APAF_OFF
    share = APAF_ON * apaf_free / exchange
    whole, cleaved = _open_forms(active, TURNOVER, cell)
    young, young_cleaved = _open_forms(active, TURNOVER + exchange, cell)
    bound, bound_cleaved = share * (whole - young), share * (cleaved - young_cleaved)
    return whole - bound, bound, cleaved - bound_cleaved, bound_cleaved


@returns(REAL)
def balance(active: ArrayLike, apaf: ArrayLike, cell: Cell = WILD_TYPE) -> Floats:
    """Activation less loss of caspase-3 (nM/s) at ``active`` nM, all else at rest; 0 at a steady state."""
    active, apaf = arrays(active=(active, NON_NEGATIVE), apaf=(apaf, NON_NEGATIVE))
    inactive = cell.caspase3 - active - captured(active, cell)
    return plain(_rate(active, free_apaf(apaf, cell), cell) * inactive - TURNOVER * (cell.caspase3 - inactive))


@returns(NON_NEGATIVE)
def captured(active: ArrayLike, cell: Cell = WILD_TYPE) -> Floats:
    """Active caspase-3 that is bound to XIAP (nM), beside ``active`` nM that is free."""
    (active,) = arrays(active=(active, NON_NEGATIVE))
    if cell.sequestration:
        return plain(free_xiap(active, cell) * active / _K_XIAP3)
    return plain(cell.xiap * active / (_K_XIAP3 + active))


@returns(_APAF)
def apaf_for(active: ArrayLike, cell: Cell = WILD_TYPE) -> Floats:
    """Total Apaf-1 (nM) at which ``active`` nM (above 0) of free active caspase-3 is a steady state.

    The whole bifurcation diagram as one function: where it falls with ``active`` the state is unstable. NaN where even
    no Apaf-1 is too much for so little active caspase-3, infinite where no amount is enough.
    """
    (active,) = arrays(active=(active, POSITIVE))
    inactive = cell.caspase3 - active - np.asarray(captured(active, cell))
    lowest = _rate(active, np.zeros_like(active), cell)
    highest = _rate(active, np.full_like(active, _MOST), cell)
    with np.errstate(divide="ignore"):
        needed = np.where(inactive > 0, TURNOVER * (cell.caspase3 - inactive) / inactive, np.inf)
    possible = (lowest <= needed) & (needed <= highest)

    # Searched on a log scale of free Apaf-1; where there is no root, one that there is stands in.
    def excess(log_apaf: Floats, active: Floats, needed: Floats) -> Floats:
        return _rate(active, np.expm1(log_apaf), cell) - needed

    ends = np.zeros_like(active), np.full_like(active, np.log1p(_MOST))
    wanted = np.where(possible, needed, (lowest + highest) / 2)
    free = np.expm1(roots(excess, ends, (active, wanted)))
    found = total(np.where(possible, free, 0), _K_APAF, cell.caspase9)
    return plain(np.where(possible, found, np.where(needed < lowest, nan, inf)))


@returns(NON_NEGATIVE)
def steady_states(apaf: float, cell: Cell = WILD_TYPE) -> Floats:
    """Free active caspase-3 (nM) at every steady state for a total of ``apaf`` nM Apaf-1, rising.

    One state, or three of which the middle one is unstable and separates the cells that die from those that survive.
    Sought between 1e-9 times ``caspase3`` and all of it; raises ``ValueError`` if there is none.
    """
    apaf = number("apaf", apaf, NON_NEGATIVE)
    levels = _levels(cell)
    values = balance(levels, apaf, cell)
    before = np.nonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)[0]
    found = roots(lambda s: balance(s, apaf, cell), (levels[before], levels[before + 1])) if before.size else []
    states = np.sort(np.concatenate([found, levels[values == 0]]))
    if states.size % 2 == 0:  # activation exceeds loss at the lowest level and is below it at the highest
        raise NoResult(f"an odd number of states between {levels[0]:g} and {levels[-1]:g} nM, not {states.size}")
    return states


@returns(AT_LEAST_ONE)
def stable_states(apaf: float, cell: Cell = WILD_TYPE) -> int:
    """Number of stable steady states: 1, or 2 where a cell can be off or on at the same Apaf-1."""
    return (len(steady_states(apaf, cell)) + 1) // 2


@returns(AT_LEAST_ONE)
def most_stable_states(cell: Cell = WILD_TYPE) -> int:
    """Largest number of stable states at any Apaf-1: 2 if activation is all-or-none, 1 if it is gradual or absent."""
    return 1 if np.isnan(_folds(cell)[0]) else 2


@returns(_APAF)
def switch_on(cell: Cell = WILD_TYPE) -> float:
    """Total Apaf-1 (nM) above which no inactive state is left.

    NaN if there is one state at every Apaf-1, infinite if no amount of Apaf-1 removes the inactive state.
    """
    return _folds(cell)[0]


@returns(_APAF)
def switch_off(cell: Cell = WILD_TYPE) -> float:
    """Total Apaf-1 (nM) below which no active state is left.

    NaN if there is one state at every Apaf-1, 0 if activation is irreversible: the active state needs no Apaf-1.
    """
    return _folds(cell)[1]


def _rate(active: Floats, apaf_free: Floats, cell: Cell) -> Floats:
    """Rate (per s) at which one molecule of caspase-3 is cleaved."""
    free, bound, cleaved, bound_cleaved = caspase9_forms(active, apaf_free, cell)
    return BY_C9 * free + BY_AC9 * bound + BY_C9S * cleaved + BY_AC9S * bound_cleaved


def _open_forms(active: Floats, loss: Floats | float, cell: Cell) -> tuple[Floats, Floats]:
    """Caspase-9 without XIAP, whole and cleaved (nM), if made at its rate and lost at ``loss`` per s."""
    to_xiap = XIAP9_ON * np.asarray(free_xiap(active, cell))
    leave = loss + to_xiap * loss / (XIAP9_OFF + loss)
    cut = (CLEAVAGE if cell.cleavage else 0.0) * active
    whole = TURNOVER * cell.caspase9 / (cut + leave)
    return whole, cut * whole / leave


def _levels(cell: Cell) -> Floats:
    """Levels of free active caspase-3, dense on a log scale and near the total, between which roots are looked for."""
    top = cell.caspase3 * (1 - np.geomspace(1e-9, 0.5, _GRID // 4))
    low = np.geomspace(1e-9 * cell.caspase3, 0.5 * cell.caspase3, _GRID)
    return np.unique(np.concatenate([low, top]))


@lru_cache(maxsize=512)
def _folds(cell: Cell) -> tuple[float, float]:
    """Apaf-1 at the upper and the lower fold: local maximum and minimum of :func:`apaf_for`, refined three times."""
    levels = _levels(cell)
    apaf = np.asarray(apaf_for(levels, cell))
    apaf[: np.argmax(np.isfinite(apaf))] = -1.0  # below the inactive state, so that the way up begins here
    falls = np.nonzero(np.diff(np.nan_to_num(apaf, nan=-1.0, posinf=_MOST)) < 0)[0]
    if len(falls) == 0:
        return nan, nan
    peak, trough = falls[0], falls[-1] + 1
    upper = inf if np.isinf(apaf[peak]) else _extreme(levels, peak, 1, cell)
    return upper, 0.0 if np.isnan(apaf[trough]) else _extreme(levels, trough, -1, cell)


def _extreme(levels: Floats, peak: int, sign: int, cell: Cell) -> float:
    for _ in range(3):
        levels = np.linspace(levels[max(peak - 1, 0)], levels[min(peak + 1, len(levels) - 1)], 41)
        apaf = np.asarray(apaf_for(levels, cell))
        peak = int(np.nanargmax(sign * apaf))
    return float(apaf[peak])
