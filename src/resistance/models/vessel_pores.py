"""What passes through the pores of a vessel wall: hindered diffusion and convection of a particle (B6).

The wall is a sheet of thickness ``thickness`` of which the fraction ``pores`` is cylindrical pores of one radius. Flow
through them after Poiseuille gives the hydraulic conductivity ``Lp = pores r² / (8 viscosity thickness)``, so that a
measured or fitted ``Lp`` is a pore radius. A particle is hindered after Bungay and Brenner, with the coefficients that
the authors' released model uses (github.com/PSORLab/CancerModel, ``soluteperm.jl``; Wang et al. 2022, doi
10.1002/aic.17747). Radii of particles and pores are in nanometres, all else in cm, mmHg and s.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import (
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    PROBABILITY,
    Floats,
    arrays,
    number,
    plain,
)

_BOLTZMANN = 1.380648e-23  # J/K, as the released model has it
_PASCAL = 133.322365  # Pa in a mmHg
_NM = 1e7  # nm in a cm
_HEAD = 9 / 4 * pi**2 * sqrt(2)
# Coefficients of the two resistances: of powers of 1 - ratio beside the head, then of powers of the ratio.
_A = (-73 / 60, 77293 / 50400), (-22.5083, -5.6117, -0.3363, -1.216, 1.647)
_B = (7 / 60, -2227 / 50400), (4.0180, -3.9788, -1.9215, 4.392, 5.006)


@dataclass(frozen=True)
class Wall:
    """Wall of a vessel: ``pores`` (fraction of its area, above 0 and at most 1), ``thickness`` (cm), ``viscosity`` of
    the fluid (mmHg s) and ``temperature`` (K), all above 0. Raises ``ValueError`` for a value that leaves its range."""

    pores: float = 1e-3
    thickness: float = 5e-4
    viscosity: float = 3e-5
    temperature: float = 310.15

    def __post_init__(self) -> None:
        object.__setattr__(self, "pores", number("pores", self.pores, FRACTION))
        for name in ("thickness", "viscosity", "temperature"):
            object.__setattr__(self, name, number(name, getattr(self, name), POSITIVE))


WALL = Wall()


@returns(POSITIVE)
def pore_radius(filtration: ArrayLike, wall: Wall = WALL) -> Floats:
    """Radius (nm) of the pores, ``sqrt(8 viscosity thickness filtration / pores)``.

    Parameters
    ----------
    filtration : hydraulic conductivity of the wall, cm/mmHg/s, above 0
    wall : the wall

    Raises
    ------
    ValueError
        If the conductivity leaves its range.
    """
    (filtration,) = arrays(filtration=(filtration, POSITIVE))
    return plain(_NM * _pore(filtration, wall))


@returns(NON_NEGATIVE)
def diffusion_in_water(solute: ArrayLike, wall: Wall = WALL) -> Floats:
    """Diffusion coefficient (cm2/s) of a sphere of radius ``solute`` (nm, above 0) in the fluid, by Stokes-Einstein."""
    (solute,) = arrays(solute=(solute, POSITIVE))
    return plain(_free(solute, wall))


@returns(PROBABILITY)
def diffusive_hindrance(solute: ArrayLike, pore: ArrayLike) -> Floats:
    """Diffusion in a pore over that in the fluid, ``H = 6 pi (1 - ratio)² / Kt``, with the ratio of the two radii.

    Parameters
    ----------
    solute : radius of the particle, nm, at least 0
    pore : radius of the pore, nm, above 0

    Returns
    -------
    float or ndarray
        1 for a particle that is small beside the pore (less a millionth, with the printed coefficients), 0 for one that
        is as wide as the pore or wider

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    solute, pore = arrays(solute=(solute, NON_NEGATIVE), pore=(pore, POSITIVE))
    return plain(_hindrances(solute, pore)[0])


@returns(PROBABILITY)
def convective_hindrance(solute: ArrayLike, pore: ArrayLike) -> Floats:
    """Speed of a particle in a pore over that of the fluid, ``W = (1 - ratio)² (2 - (1 - ratio)²) Ks / (2 Kt)``.

    Parameters
    ----------
    solute : radius of the particle, nm, at least 0
    pore : radius of the pore, nm, above 0

    Returns
    -------
    float or ndarray
        ``1 - W`` is the reflection coefficient; ends as for :func:`diffusive_hindrance`

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    solute, pore = arrays(solute=(solute, NON_NEGATIVE), pore=(pore, POSITIVE))
    return plain(_hindrances(solute, pore)[1])


@returns(NON_NEGATIVE)
def permeability(solute: ArrayLike, filtration: ArrayLike, wall: Wall = WALL) -> Floats:
    """Permeability (cm/s) of the wall to a particle, ``pores H D / thickness``.

    Parameters
    ----------
    solute : radius of the particle, nm, above 0
    filtration : hydraulic conductivity of the wall, cm/mmHg/s, above 0
    wall : the wall

    Raises
    ------
    ValueError
        If an argument leaves its range or the shapes do not fit.
    """
    solute, filtration = arrays(solute=(solute, POSITIVE), filtration=(filtration, POSITIVE))
    hindered = _hindrances(solute, _NM * _pore(filtration, wall))[0]
    return plain(wall.pores * hindered * _free(solute, wall) / wall.thickness)


def _pore(filtration: Floats, wall: Wall) -> Floats:
    return np.sqrt(8 * wall.viscosity * wall.thickness / wall.pores) * np.sqrt(filtration)


def _free(solute: Floats, wall: Wall) -> Floats:
    metres = solute * 1e-9
    return _BOLTZMANN * wall.temperature / (6 * pi * wall.viscosity * _PASCAL * metres) * 1e4


def _hindrances(solute: Floats, pore: Floats) -> tuple[Floats, Floats]:
    """``H`` and ``W``, both resistances multiplied by ``(1 - ratio)^2.5`` so that they stay finite in a tight pore."""
    ratio = np.minimum(solute / pore, 1.0)
    free = np.clip((pore - solute) / pore, 0.0, 1.0)
    shrunk = free**2.5
    kt, ks = (
        _HEAD * (1 + free * (head[0] + free * head[1])) + shrunk * np.polynomial.polynomial.polyval(ratio, tail)
        for head, tail in (_A, _B)
    )
    part = free**2
    return 6 * pi * part * shrunk / kt, part * (2 - part) * ks / (2 * kt)
