"""miR-200 and ZEB repress each other: the equations of a switch with three positions (A9b).

State: miR-200 ``mu``, ZEB messenger RNA ``m`` and ZEB protein ``z`` (molecules per cell); input SNAIL ``s``
(molecules); time in hours::

    dmu/dt = g_mu H(z; z_mu) H(s; s_mu) - m Y_mu(mu) - k_mu mu
    dm/dt  = g_m  H(z; z_m)  H(s; s_m)  - m Y_m(mu)  - k_m m
    dz/dt  = g_z m L(mu) - k_z z

``H(x; x0, n, f) = (1 + f (x/x0)^n) / (1 + (x/x0)^n)`` goes from 1 to the fold change ``f``. Of the ``n`` sites of the
message, ``i`` hold a microRNA with probability ``B_i = C(n,i) (mu/mu0)^i / (1 + mu/mu0)^n``; then translation is
``l_i`` of that of the free message, the message is lost at rate ``gamma_i`` and each bound microRNA at ``gamma'_i``:
``L = sum l_i B_i``, ``Y_m = sum gamma_i B_i``, ``Y_mu = sum i gamma'_i B_i``. SNAIL is an input, not a variable.

Source: Lu et al., Proc Natl Acad Sci USA 2013;110:18144-18149. The paper's own parameter tables were not seen; the
values of :data:`LU2013` are those of a public script of a later study (github.com/Divyoj-Singh/PAGE4-AR-EMT-NDJ), none
of whose code is used here. Steady states and folds are in :mod:`resistance.models.mir200_states`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import comb

from resistance.models._results import returns
from resistance.models._solve import integrate
from resistance.models._validate import (
    AT_LEAST_ONE,
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    Floats,
    Interval,
    arrays,
    number,
    plain,
    rising,
    shown,
    vector,
    whole,
)

_RANGES = {
    "z_mu_fold": FRACTION,
    "s_mu_fold": FRACTION,
    "z_m_fold": AT_LEAST_ONE,
    "s_m_fold": Interval("finite and above 1", low=1, low_open=True),
}
# Bound of the cost: what is known of a message grows with the sites on it.
MOST_SITES = 50
_LISTS = {"translation": -1, "mrna_loss": 1, "mirna_loss": 1}


@dataclass(frozen=True)
class Parameters:
    """Constants of the circuit; amounts in molecules, rates per hour (``g_mu``, ``g_m``: molecules per hour).

    ``z_mu``, ``s_mu``, ``z_m``, ``s_m``: thresholds of ZEB and SNAIL on miR-200 and on ZEB, with Hill coefficients
    ``..._n`` and fold changes ``..._fold``. ``sites`` counts the working miR-200 sites of the message. ``translation``,
    ``mrna_loss`` and ``mirna_loss`` hold ``l_i``, ``gamma_i`` and ``gamma'_i`` for 0, 1, 2, ... bound microRNAs (the
    first ``sites + 1`` are used). Raises ``ValueError`` for a value outside its range, too short a list, translation
    that does not begin with 1 or that rises, or losses that fall with the number bound.
    """

    g_mu: float = 2100.0
    g_m: float = 11.0
    g_z: float = 100.0
    k_mu: float = 0.05
    k_m: float = 0.5
    k_z: float = 0.1
    z_mu: float = 220e3
    z_mu_n: float = 3.0
    z_mu_fold: float = 0.1
    s_mu: float = 180e3
    s_mu_n: float = 2.0
    s_mu_fold: float = 0.1
    z_m: float = 25e3
    z_m_n: float = 2.0
    z_m_fold: float = 7.5
    s_m: float = 180e3
    s_m_n: float = 2.0
    s_m_fold: float = 10.0
    mu0: float = 1e4
    sites: int = 6
    translation: tuple[float, ...] = (1.0, 0.6, 0.3, 0.1, 0.05, 0.05, 0.05)
    mrna_loss: tuple[float, ...] = (0.0, 0.04, 0.2, 1.0, 1.0, 1.0, 1.0)
    mirna_loss: tuple[float, ...] = (0.0, 0.005, 0.05, 0.5, 0.5, 0.5, 0.5)

    def __post_init__(self) -> None:
        for item in fields(self):
            if item.name not in (*_LISTS, "sites"):
                value = number(item.name, getattr(self, item.name), _RANGES.get(item.name, POSITIVE))
                object.__setattr__(self, item.name, value)
        object.__setattr__(self, "sites", whole("sites", self.sites, high=MOST_SITES))
        for name, sign in _LISTS.items():
            values = vector(name, getattr(self, name), NON_NEGATIVE)
            if values.size <= self.sites or (sign < 0 and values[0] != 1) or np.any(sign * np.diff(values) < 0):
                words = "begin with 1 and not rise" if sign < 0 else "not fall"
                text = f"a value for each of 0 to {self.sites} bound microRNAs and {words}"
                raise ValueError(f"{name} must hold {text}, got {shown(getattr(self, name))}")
            object.__setattr__(self, name, tuple(map(float, values)))


LU2013 = Parameters()


@returns(NON_NEGATIVE)
def hill(x: ArrayLike, threshold: ArrayLike, n: ArrayLike, fold: ArrayLike) -> Floats:
    """Shifted Hill function, 1 at ``x = 0`` and ``fold`` for large ``x``; arguments at least 0, ``threshold`` above."""
    x, threshold, n, fold = arrays(
        x=(x, NON_NEGATIVE), threshold=(threshold, POSITIVE), n=(n, NON_NEGATIVE), fold=(fold, NON_NEGATIVE)
    )
    return plain(_hill(x, threshold, n, fold))


@returns(PROBABILITY)
def binding(mu: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """Probabilities ``B_i`` that 0, 1, ... ``sites`` microRNAs sit on a message, in a last axis that sums to 1.

    Returns
    -------
    ndarray of shape (*np.shape(mu), parameters.sites + 1)
    """
    (mu,) = arrays(mu=(mu, NON_NEGATIVE))
    return _binding(mu, parameters)


@returns(PROBABILITY)
def translation(mu: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """Translation ``L`` beside ``mu`` miR-200 (molecules, at least 0), as a fraction of that of the free message."""
    return plain(silencing(mu, parameters)[0])


@returns(NON_NEGATIVE)
def mrna_loss(mu: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """Loss ``Y_m`` of the message through bound miR-200, per hour, beside its own ``k_m``."""
    return plain(silencing(mu, parameters)[1])


@returns(NON_NEGATIVE)
def mirna_loss(mu: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """Loss ``Y_mu`` of miR-200 per message and hour: ``sum i gamma'_i B_i``, the factor ``i`` included."""
    return plain(silencing(mu, parameters)[2])


@returns(REAL)
def rates(mu: ArrayLike, mrna: ArrayLike, zeb: ArrayLike, snail: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """Time derivatives of ``mu``, ``mrna`` and ``zeb`` (molecules per hour) in a first axis of length 3.

    All amounts in molecules, at least 0; they broadcast. Raises ``ValueError`` otherwise.

    Returns
    -------
    ndarray of shape (3, *np.broadcast_shapes(np.shape(mu), np.shape(mrna), np.shape(zeb), np.shape(snail)))
    """
    mu, mrna, zeb, snail = arrays(
        mu=(mu, NON_NEGATIVE), mrna=(mrna, NON_NEGATIVE), zeb=(zeb, NON_NEGATIVE), snail=(snail, NON_NEGATIVE)
    )
    return _rates(mu, mrna, zeb, snail, parameters)


@returns(NON_NEGATIVE)
def made(zeb: ArrayLike, snail: ArrayLike, parameters: Parameters = LU2013) -> tuple[Floats, Floats]:
    """Production of miR-200 and of ZEB message (molecules per hour) beside ``zeb`` and ``snail`` molecules."""
    zeb, snail = arrays(zeb=(zeb, NON_NEGATIVE), snail=(snail, NON_NEGATIVE))
    p = parameters
    made_mu = p.g_mu * _hill(zeb, p.z_mu, p.z_mu_n, p.z_mu_fold) * _hill(snail, p.s_mu, p.s_mu_n, p.s_mu_fold)
    made_m = p.g_m * _hill(zeb, p.z_m, p.z_m_n, p.z_m_fold) * _hill(snail, p.s_m, p.s_m_n, p.s_m_fold)
    return made_mu, made_m


@returns(NON_NEGATIVE)
def course(t: ArrayLike, snail: float, start: ArrayLike, parameters: Parameters = LU2013) -> Floats:
    """``mu``, ``mrna`` and ``zeb`` over time at a constant SNAIL level.

    Parameters
    ----------
    t : times in hours, one-dimensional, at least 0 and rising
    snail : SNAIL, at least 0 (molecules)
    start : the three amounts at time 0, at least 0 (molecules)

    Returns
    -------
    ndarray of shape (3, len(t))

    Raises
    ------
    ValueError
        If an argument leaves its range, the times do not rise, or ``start`` does not hold three amounts.
    """
    t = rising("t", t, NON_NEGATIVE)
    snail, first = number("snail", snail, NON_NEGATIVE), vector("start", start, NON_NEGATIVE)
    if first.size != 3:
        raise ValueError(f"start must hold three amounts, got {shown(start)}")
    if t[-1] == 0:
        return first[:, None]

    def derivative(_: float, state: Floats) -> Floats:
        mu, mrna, zeb = np.maximum(state, 0)
        return _rates(mu, mrna, zeb, snail, parameters)

    run = integrate(derivative, (0, t[-1]), first, method="LSODA", t_eval=t, rtol=1e-9, atol=1e-6)
    # Amounts that tend to 0 miss it by less than the tolerance.
    return np.maximum(run.y, 0)


@returns(NON_NEGATIVE)
def silencing(mu: ArrayLike, parameters: Parameters = LU2013) -> tuple[Floats, Floats, Floats]:
    """``L``, ``Y_m`` and ``Y_mu`` at once, in the shape of ``mu`` (molecules, at least 0)."""
    (mu,) = arrays(mu=(mu, NON_NEGATIVE))
    sums = _binding(mu, parameters) @ _weights(parameters)
    return sums[..., 0], sums[..., 1], sums[..., 2]


@lru_cache(maxsize=32)
def _weights(parameters: Parameters) -> Floats:
    """``l_i``, ``gamma_i`` and ``i gamma'_i``, one row for each number of bound microRNAs; kept, never written to."""
    bound = np.arange(parameters.sites + 1)
    weights = np.stack(
        [
            parameters.translation[: bound.size],
            parameters.mrna_loss[: bound.size],
            bound * parameters.mirna_loss[: bound.size],
        ],
        axis=-1,
    )
    weights.flags.writeable = False
    return weights


def _hill(x: Floats, threshold: Floats | float, n: Floats | float, fold: Floats | float) -> Floats:
    """Written with the occupancy ``1 / (1 + (x0/x)^n)``, so that a large ``x`` does not overflow."""
    with np.errstate(divide="ignore", over="ignore"):
        occupied = 1 / (1 + (threshold / np.asarray(x, dtype=float)) ** n)
    return 1 + (fold - 1) * occupied


def _binding(mu: Floats, parameters: Parameters) -> Floats:
    bound = np.arange(parameters.sites + 1)
    ratio = np.asarray(mu, dtype=float)[..., None] / parameters.mu0
    with np.errstate(divide="ignore", over="ignore"):
        filled, free = 1 / (1 + 1 / ratio), 1 / (1 + ratio)  # probabilities that one site is filled, and that it is not
    return np.minimum(_ways(parameters.sites) * filled**bound * free ** (parameters.sites - bound), 1)


@lru_cache(maxsize=32)
def _ways(sites: int) -> Floats:
    """Ways to choose 0, 1, ... ``sites`` of the sites; kept, never written to."""
    ways = comb(sites, np.arange(sites + 1))
    ways.flags.writeable = False
    return ways


def _rates(mu: Floats, mrna: Floats, zeb: Floats, snail: Floats, p: Parameters) -> Floats:
    made_mu, made_m = made(zeb, snail, p)
    translated, lost_m, lost_mu = silencing(mu, p)
    return np.stack(
        [
            made_mu - mrna * lost_mu - p.k_mu * mu,
            made_m - mrna * (lost_m + p.k_m),
            p.g_z * mrna * translated - p.k_z * zeb,
        ]
    )
