"""Whether a drug that changes vessels and matrix lets more of a nanocarrier into a tumour (B6).

Fluid leaks through pores of the vessels and drains to the edge of a sphere (B5, :mod:`.fluid_pressure`, with the plasma
and the tissue at one osmotic pressure), carrying a particle along; the pores hinder it (:mod:`.vessel_pores`)::

    dc/dt + div(u c) = D lap c + Lp S (pv - p) (1 - sigma) cv + P S (cv - c) Pe / (e^Pe - 1)
    Pe = Lp (pv - p) (1 - sigma) / P,  u = -K grad p,  cv = e^(-t / circulation),  c = 0 at the edge and at time 0

Concentrations are fractions of that in the vessels at time 0. Dexamethasone changed the conductivities of the vessel
wall, ``Lp`` (cm/mmHg/s), and of the tissue, ``K`` (cm2/mmHg/s), of a tumour in mice (Martin et al. 2019, ACS
Nano 13:6396-6408). They were fitted by the model of Wang et al. 2022 (doi 10.1002/aic.17747), whose released code
(github.com/PSORLab/CancerModel) solves the equation by a scheme that leaves out dilution and most of the drift. Its
numbers need that scheme, :func:`released_mean`; :func:`mean_concentration` solves the equation. Particles in nm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from resistance.models import _carrier_grid, fluid_pressure, vessel_pores
from resistance.models._results import NoResult, hold, returns
from resistance.models._solve import roots
from resistance.models._validate import (
    NON_NEGATIVE,
    OPEN_PROBABILITY,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    at_least,
    number,
    plain,
    rising,
    whole,
)
from resistance.models.vessel_pores import WALL, Wall

# Nodes of the released model, and the depth of the last but one below the edge, at which it reads the pressure.
NODES, EDGE = 100, 1 / 99
_MOST_NODES, _MOST_TIMES = 200, 50
# Times of the released fits (s).
_FIT_TIMES = np.linspace(0.0, 300.0, 21)
# Range of the logarithm of alpha in which a pressure is inverted, and of Lp in which it is fitted.
_LOG_ALPHA = -9.0, 12.0
_LOG_FILTRATION = np.log(1e-9), np.log(1e-4)
# Room between the bounds of the search, its closeness and its most steps.
_SLACK, _MOST_STEPS = 1e-12, 60
_CLOSE = {"xtol": 1e-9, "ftol": 1e-12, "gtol": 1e-12}


@dataclass(frozen=True)
class Tumour:
    """Sphere of ``radius`` (cm) with ``surface`` of vessels per volume (1/cm) at the pressure ``vessel`` (mmHg).

    Raises ``ValueError`` for a value that is not above 0.
    """

    radius: float = 1.0
    surface: float = 200.0
    vessel: float = 25.0

    def __post_init__(self) -> None:
        for name in ("radius", "surface", "vessel"):
            object.__setattr__(self, name, number(name, getattr(self, name), POSITIVE))


@dataclass(frozen=True)
class Carrier:
    """Particle of ``radius`` (nm) that diffuses in tissue (``diffusion``, cm2/s) and leaves the blood with the time
    constant ``circulation`` (s). The defaults are those of dextran of 70 kDa.

    Raises ``ValueError`` for a value that is not above 0.
    """

    radius: float = 6.5
    diffusion: float = 2e-7
    circulation: float = 88_800.0

    def __post_init__(self) -> None:
        for name in ("radius", "diffusion", "circulation"):
            object.__setattr__(self, name, number(name, getattr(self, name), POSITIVE))


@dataclass(frozen=True)
class Fit:
    """Conductivities of wall (``filtration``) and tissue (``conductivity``) that fit best, and the sum of squares."""

    filtration: float
    conductivity: float
    squares: float

    def __post_init__(self) -> None:
        hold(self, filtration=POSITIVE, conductivity=POSITIVE, squares=NON_NEGATIVE)


TUMOUR = Tumour()
DEXTRAN_70 = Carrier()
DEXTRAN_500 = Carrier(16.0, 1.375e-7, 76_680.0)


@returns(POSITIVE)
def tissue_over_wall(pressure: ArrayLike, depth: ArrayLike = EDGE, tumour: Tumour = TUMOUR) -> Floats:
    """Ratio ``K / Lp`` (cm) at which the fluid ``depth`` below the edge is at ``pressure``.

    Parameters
    ----------
    pressure : mmHg, above 0 and below that in the vessels
    depth : fraction of the radius, above 0 and below 1
    tumour : the tumour

    Raises
    ------
    ValueError
        If an argument leaves its range, the shapes do not fit, or no ratio gives the pressure.
    """
    pressure, depth = arrays(pressure=(pressure, POSITIVE), depth=(depth, OPEN_PROBABILITY))
    share = pressure / tumour.vessel
    if np.any(share >= 1):
        raise NoResult("a pressure below that in the vessels")
    ends = tuple(np.full(share.shape, end) for end in _LOG_ALPHA)
    found = roots(lambda x, d, wanted: fluid_pressure.pressure(d, np.exp(x)) - wanted, ends, (depth, share))
    return plain(tumour.radius**2 * tumour.surface * np.exp(-2 * found))


@returns(PROBABILITY)
def measured_mean(t: ArrayLike, effective: float, circulation: float, surface: float = 200.0) -> Floats:
    """Mean concentration that an effective permeability stands for, ``dc/dt = effective surface (cv - c)``.

    Parameters
    ----------
    t : times, s, at least 0
    effective : effective permeability, cm/s, above 0
    circulation : time constant with which the blood loses the particle, s, above 0
    surface : of vessels per volume, 1/cm, above 0

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    (times,) = arrays(t=(t, NON_NEGATIVE))
    rate = number("effective", effective, POSITIVE) * number("surface", surface, POSITIVE)
    lost = 1 / number("circulation", circulation, POSITIVE)
    gap = abs(rate - lost) * times
    rise = np.where(gap > 0, -np.expm1(-gap) / np.where(gap > 0, gap, 1.0), 1.0)
    return plain(rate * times * np.exp(-min(rate, lost) * times) * rise)


@returns(NON_NEGATIVE)
def mean_concentration(
    t: ArrayLike,
    filtration: float,
    conductivity: float,
    carrier: Carrier = DEXTRAN_70,
    tumour: Tumour = TUMOUR,
    nodes: int = NODES,
) -> Floats:
    """Mean concentration in the volume of the tumour, by shells that conserve the particle.

    Parameters
    ----------
    t : times, s, at least 0, rising, at most 50
    filtration : conductivity of the wall, cm/mmHg/s, above 0
    conductivity : of the tissue, cm2/mmHg/s, above 0
    carrier : the particle
    tumour : the tumour
    nodes : shells, 3 to 200

    Returns
    -------
    ndarray
        Of the concentration in the vessels at time 0

    Raises
    ------
    ValueError
        If an argument leaves its range, or the course is too long for its fastest exchange.
    """
    times, setting = _given(t, filtration, conductivity, carrier, tumour)
    return _carrier_grid.mean_course(
        _carrier_grid.conservative(setting, whole("nodes", nodes, 3, _MOST_NODES)), times, carrier.circulation
    )


@returns(NON_NEGATIVE)
def released_mean(
    t: ArrayLike,
    filtration: float,
    conductivity: float,
    carrier: Carrier = DEXTRAN_70,
    tumour: Tumour = TUMOUR,
    nodes: int = NODES,
) -> Floats:
    """Mean of the concentrations at equally spaced nodes, by the scheme of the released model.

    Arguments, result and errors as for :func:`mean_concentration`; ``nodes`` count the centre and the edge. The scheme
    takes the radius of the tumour as the unit of length, so that it is right for 1 cm alone. Raises ``ValueError``
    also where the scheme itself falls below 0.
    """
    times, setting = _given(t, filtration, conductivity, carrier, tumour)
    return _carrier_grid.mean_course(
        _carrier_grid.released(setting, whole("nodes", nodes, 3, _MOST_NODES)), times, carrier.circulation
    )


@returns()
def fitted(effective: float, low: float, high: float, carrier: Carrier = DEXTRAN_70, tumour: Tumour = TUMOUR) -> Fit:
    """Conductivities with which the released scheme comes nearest to a measured effective permeability.

    Least squares over 21 times from 0 to 300 s.

    Parameters
    ----------
    effective : effective permeability, cm/s, above 0
    low, high : bounds on the ratio of the two conductivities, cm, above 0, from :func:`tissue_over_wall`
    carrier : the particle
    tumour : the tumour

    Raises
    ------
    ValueError
        If an argument leaves its range, ``high`` is below ``low``, or the search does not converge.
    """
    effective = number("effective", effective, POSITIVE)
    low, high = number("low", low, POSITIVE), number("high", high, POSITIVE)
    at_least(low=np.asarray(low), high=np.asarray(high))
    goal = measured_mean(_FIT_TIMES, effective, carrier.circulation, tumour.surface)

    def missed(point: Floats) -> Floats:
        wall, ratio = np.exp(point)
        _, setting = _given(_FIT_TIMES, wall, ratio * wall, carrier, tumour)
        return (
            _carrier_grid.mean_course(_carrier_grid.released(setting, NODES), _FIT_TIMES, carrier.circulation)
            / goal[-1]
            - goal / goal[-1]
        )

    # Most fits end on a bound of the ratio, where this method does not slow down.
    bounds = [_LOG_FILTRATION[0], np.log(low)], [_LOG_FILTRATION[1], np.log(high) + _SLACK]
    start = np.clip(np.log(effective), -20.0, -10.0), np.log(low) / 2 + np.log(high) / 2 + _SLACK / 2
    found = least_squares(missed, start, bounds=bounds, method="dogbox", max_nfev=_MOST_STEPS, **_CLOSE)
    if not found.success:
        raise NoResult("a search that converges")
    wall, ratio = np.exp(found.x)
    return Fit(wall, ratio * wall, 2 * found.cost * goal[-1] ** 2)


def _given(
    t: ArrayLike, filtration: float, conductivity: float, carrier: Carrier, tumour: Tumour, wall: Wall = WALL
) -> tuple[Floats, _carrier_grid.Setting]:
    times = rising("t", t, NON_NEGATIVE)
    if times.size > _MOST_TIMES:
        raise NoResult(f"a course of at most {_MOST_TIMES} times")
    lp, k = number("filtration", filtration, POSITIVE), number("conductivity", conductivity, POSITIVE)
    pore = vessel_pores.pore_radius(lp, wall)
    return times, _carrier_grid.Setting(
        tumour.radius,
        tumour.surface,
        tumour.vessel,
        lp,
        k,
        carrier.diffusion,
        vessel_pores.permeability(carrier.radius, lp, wall),
        vessel_pores.convective_hindrance(carrier.radius, pore),
    )
