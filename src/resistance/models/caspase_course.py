"""The caspase-9, caspase-3 and XIAP switch of Legewie et al. 2006 over time (A8): all species, by mass action.

The same cell as :mod:`~resistance.models.caspase_switch`, without its short cuts, so that each checks the other: 13
species with sequestration, 17 (with the ternary complexes of XIAP) without. Names: ``A`` Apaf-1, ``C9`` and ``C3``
caspases, ``s`` for cleaved (the authors' star), ``X`` XIAP; ``AC9sX`` is cleaved caspase-9 with both. Concentrations in
nM, times in s. Source: Legewie, Blüthgen & Herzel, PLoS Comput Biol 2006;2:e120, and BioModels BIOMD0000000102 and
BIOMD0000000103. The second file takes one ternary complex away twice and another never (its reaction v30); here each
is degraded once, like everything else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models import caspase_switch as switch
from resistance.models._results import returns
from resistance.models._solve import integrate
from resistance.models._validate import (
    NON_NEGATIVE,
    Floats,
    arrays,
    number,
    plain,
    rising,
    shown,
    vector,
)
from resistance.models.caspase_switch import WILD_TYPE, Cell

_BINARY = ("A", "C9", "C9X", "X", "AC9X", "AC9", "C3", "C3s", "C3sX", "C9sX", "C9s", "AC9s", "AC9sX")
_TERNARY = ("C9XC3s", "AC9XC3s", "C9sXC3s", "AC9sXC3s")
_Reaction = tuple[tuple[str, ...], tuple[str, ...], float]


@returns()
def species(cell: Cell = WILD_TYPE) -> tuple[str, ...]:
    """Names of the species, in the order of the columns of :func:`course`."""
    return _BINARY if cell.sequestration else _BINARY + _TERNARY


@returns(NON_NEGATIVE)
def course(t: ArrayLike, apaf: float, cell: Cell = WILD_TYPE, start: ArrayLike | None = None) -> Floats:
    """Concentrations (nM) at the times ``t``.

    Parameters
    ----------
    t : times in s, one-dimensional, at least 0 and rising
    apaf : total Apaf-1 that cytochrome c has activated, nM, at least 0: made at ``TURNOVER * apaf`` from time 0 on
    cell : totals of the other proteins and the feedbacks
    start : concentrations at time 0 in the order of :func:`species`; without it the authors' start, all proteins
        inactive, whole and unbound

    Returns
    -------
    ndarray of shape (len(t), len(caspase_course.species(cell)))

    Raises
    ------
    ValueError
        If the times do not rise, an argument leaves its range, or ``start`` has not one number a species.
    """
    t, apaf, names = rising("t", t, NON_NEGATIVE), number("apaf", apaf, NON_NEGATIVE), species(cell)
    made = dict.fromkeys(names, 0.0) | {"A": apaf, "C9": cell.caspase9, "X": cell.xiap, "C3": cell.caspase3}
    whole = np.array([made[name] for name in names])
    y = whole if start is None else vector("start", start, NON_NEGATIVE, size=len(names))
    if t[-1] == 0:
        return y[np.newaxis]
    change, first, second, constant = _network(cell)
    n = len(names)

    def slope(_: float, y: Floats) -> Floats:
        other = np.append(y, 1.0)
        return change @ (constant * y[first] * other[second]) + switch.TURNOVER * (whole - y)

    def jacobian(_: float, y: Floats) -> Floats:
        other = np.append(y, 1.0)
        rate = np.zeros((len(constant), n + 1))
        rate[np.arange(len(constant)), first] += constant * other[second]
        rate[np.arange(len(constant)), second] += constant * y[first]
        return change @ rate[:, :n] - switch.TURNOVER * np.eye(n)

    solved = integrate(slope, (0, t[-1]), y, method="BDF", jac=jacobian, t_eval=t, rtol=1e-8, atol=1e-10)
    # Concentrations that tend to 0 miss it by less than the tolerance.
    return np.maximum(solved.y.T, 0)


@returns(NON_NEGATIVE)
def active_caspase3(t: ArrayLike, apaf: float, cell: Cell = WILD_TYPE) -> Floats:
    """Free active caspase-3 (nM) at the times ``t`` (s) after ``apaf`` nM of Apaf-1 has become active.

    Returns
    -------
    ndarray of shape (len(t),)
    """
    return course(t, apaf, cell)[:, species(cell).index("C3s")]


@returns(NON_NEGATIVE)
def totals(state: ArrayLike, cell: Cell = WILD_TYPE) -> Floats:
    """Total Apaf-1, caspase-9, XIAP and caspase-3 (nM) of a state or of each row of a course.

    Returns
    -------
    ndarray of shape (*np.shape(state)[:-1], 4)
    """
    (state,), names = arrays(state=(state, NON_NEGATIVE)), species(cell)
    if state.shape[-1:] != (len(names),):
        raise ValueError(f"state must hold {len(names)} concentrations a row, got {shown(plain(state))}")
    return plain(state @ np.array([[part in name for part in ("A", "C9", "X", "C3")] for name in names], dtype=float))


def _reactions(cell: Cell) -> list[_Reaction]:
    found: list[_Reaction] = []

    def bind(one: str, other: str, both: str, on: float, off: float) -> None:
        found.extend([((one, other), (both,), on), ((both,), (one, other), off)])

    for form in ("C9", "C9s"):
        bind(form, "A", f"A{form}", switch.APAF_ON, switch.APAF_OFF)
        bind(f"{form}X", "A", f"A{form}X", switch.APAF_ON, switch.APAF_OFF)
        for bound in (form, f"A{form}"):
            bind(bound, "X", f"{bound}X", switch.XIAP9_ON, switch.XIAP9_OFF)
    bind("C3s", "X", "C3sX", switch.XIAP3_ON, switch.XIAP3_OFF)
    if not cell.sequestration:
        for form in ("C9", "C9s"):
            bind(f"{form}XC3s", "A", f"A{form}XC3s", switch.APAF_ON, switch.APAF_OFF)
            for bound in (form, f"A{form}"):
                bind(f"{bound}X", "C3s", f"{bound}XC3s", switch.XIAP3_ON, switch.XIAP3_OFF)
                bind(bound, "C3sX", f"{bound}XC3s", switch.XIAP9_ON, switch.XIAP9_OFF)
    cleavers = {"C9": switch.BY_C9, "AC9": switch.BY_AC9, "C9s": switch.BY_C9S, "AC9s": switch.BY_AC9S}
    found += [(("C3", enzyme), ("C3s", enzyme), constant) for enzyme, constant in cleavers.items()]
    if cell.cleavage:
        found += [((form, "C3s"), (f"{form}s", "C3s"), switch.CLEAVAGE) for form in ("C9", "AC9")]
    return found


def _network(cell: Cell) -> tuple[Floats, Floats, Floats, Floats]:
    """Stoichiometry (species by reactions), the two substrates of each reaction (the second may be none) and rates."""
    names, reactions = species(cell), _reactions(cell)
    index = {name: i for i, name in enumerate(names)}
    change = np.zeros((len(names), len(reactions)))
    for j, (substrates, products, _) in enumerate(reactions):
        for name in substrates:
            change[index[name], j] -= 1
        for name in products:
            change[index[name], j] += 1
    first = np.array([index[substrates[0]] for substrates, _, _ in reactions])
    second = np.array([index[s[1]] if len(s) > 1 else len(names) for s, _, _ in reactions])
    return change, first, second, np.array([constant for _, _, constant in reactions])
