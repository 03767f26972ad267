"""Rates of exchange between the nodes of a tumour on which :mod:`resistance.models.carrier_delivery` solves (B6).

Both schemes give ``dc/dt = matrix c + source c_v`` for the concentrations ``c`` at the nodes, with ``c_v`` in the
vessels and a ``matrix`` that joins neighbours only. ``released`` is the scheme of the authors' released model, with
what it leaves out; ``conservative`` balances shells. Lengths in cm, pressures in mmHg, times in s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resistance.models import fluid_pressure
from resistance.models._results import NoResult
from resistance.models._spherical import langevin
from resistance.models._validate import Floats

# Longest course over the fastest exchange, about half a second of work, and longest step of it, which has its digits
# after the terms. A scheme with rates of both signs loses at most e^8 roundings in a step, one without loses none.
_STIFFEST, _STEP, _TERMS = 1e4, 4.0, 60
# What of the largest concentration may come out below 0 before the scheme is said to have failed.
_BELOW = 1e-9


@dataclass(frozen=True)
class Setting:
    """What the grid needs: tumour, particle and wall, as plain numbers; ``slowed`` is 1 less the reflection."""

    radius: float
    surface: float
    vessel: float
    filtration: float
    conductivity: float
    diffusion: float
    permeability: float
    slowed: float


@dataclass(frozen=True)
class Grid:
    """Rates (1/s) from the node ``below``, from the ``middle``, the node itself, and from the one ``above``.

    The rates into a node stand at its place: ``below[0]`` and the last of ``above`` are 0. ``source`` is what it takes
    from the vessels, ``weights`` are those of the nodes in the mean.
    """

    below: Floats
    middle: Floats
    above: Floats
    source: Floats
    weights: Floats

    @property
    def matrix(self) -> Floats:
        """The rates as a square matrix."""
        return np.diag(self.middle) + np.diag(self.below[1:], -1) + np.diag(self.above[:-1], 1)


def released(s: Setting, nodes: int) -> Grid:
    """Equally spaced nodes from the centre to the edge, of equal weight, as in the released model.

    First differences are taken outwards, the drift is that of the pressure over the vessels' (not multiplied by the
    latter), there is no dilution by the fluid that enters, and the outermost node stays at its start, 0.
    """
    r = np.linspace(0.0, 1.0, nodes)
    h = 1.0 / (nodes - 1)
    alpha = fluid_pressure.filtration_ratio(s.radius, s.filtration, s.surface, s.conductivity)
    p = fluid_pressure.pressure(1 - r, alpha)
    taken, given = _exchange(s, s.filtration * s.surface * s.vessel * (1 - p))
    spread = s.diffusion / h**2
    slope = np.zeros(nodes)
    slope[1:-1] = (2 * s.diffusion / r[1:-1] + s.conductivity * (p[2:] - p[:-2]) / (2 * h)) / h
    inside, edge = np.arange(nodes) > 0, np.arange(nodes) == nodes - 1
    below = np.where(inside, spread, 0.0)
    above = np.where(inside, spread + slope, 2 * spread)
    rates = (np.where(edge, 0.0, rate) for rate in (below, -below - above - given, above, taken))
    return Grid(*rates, np.full(nodes, 1 / nodes))


def conservative(s: Setting, nodes: int) -> Grid:
    """Shells of equal thickness, weighted by their volume: what leaves one enters the next, or the outside.

    The flux between two shells is that of steady drift and diffusion between their middles (Scharfetter and Gummel),
    with the exact speed of the fluid there, and the fluid that enters a shell is what its two faces let out.
    """
    faces = np.linspace(0.0, 1.0, nodes + 1)
    h = s.radius / nodes
    volume, area = s.radius**3 * np.diff(faces**3) / 3, (s.radius * faces) ** 2
    alpha = fluid_pressure.filtration_ratio(s.radius, s.filtration, s.surface, s.conductivity)
    steep = langevin(np.maximum(alpha * faces, np.finfo(float).tiny)) * (1 - fluid_pressure.pressure(1 - faces, alpha))
    speed = s.conductivity * s.vessel / s.radius * alpha * np.where(faces > 0, steep, 0.0)
    taken, given = _exchange(s, np.diff(area * speed) / volume)
    gap = np.append(np.full(nodes, h), h / 2)  # the outside is half a shell away
    drift = speed * gap / s.diffusion
    out, back = (area * s.diffusion / gap * _bernoulli(x) for x in (-drift, drift))
    below = np.append(0.0, out[1:-1]) / volume
    above = np.append(back[1:-1], 0.0) / volume
    middle = -(out[1:] + np.append(0.0, back[1:-1])) / volume - given
    return Grid(below, middle, above, taken, volume / volume.sum())


def mean_course(grid: Grid, times: Floats, circulation: float) -> Floats:
    """Mean concentration at rising times, from none at time 0, while that in the vessels falls exponentially."""
    fastest = max(np.max(-grid.middle), np.max(np.abs(grid.below) + np.abs(grid.above)), 1 / circulation)
    if not fastest * times[-1] <= _STIFFEST:
        raise NoResult(f"a course of less than {_STIFFEST:g} times its fastest exchange")
    c, vessels, before, means = np.zeros(len(grid.source)), 1.0, 0.0, []
    for t in times:
        parts = max(1, int(np.ceil(fastest * (t - before) / _STEP)))
        for _ in range(parts):
            c, vessels = _advanced(grid, c, vessels, fastest, fastest * (t - before) / parts, circulation)
        before = t
        if np.min(c) < -_BELOW * np.max(c):
            raise NoResult("concentrations that a scheme keeps above 0")
        means.append(grid.weights @ c)
    return np.maximum(np.array(means), 0.0)


def _advanced(
    grid: Grid, c: Floats, vessels: float, fastest: float, step: float, circulation: float
) -> tuple[Floats, float]:
    """Concentrations after ``step`` (in units of the fastest exchange), by uniformisation.

    The exponential of a matrix of rates is a Poisson mixture of the powers of ``1 + rates / fastest``, each at most
    three times the one before. Where no rate but those in the middle is negative, nothing is subtracted.
    """
    below, middle, above, source = (x / fastest for x in (grid.below, grid.middle + fastest, grid.above, grid.source))
    kept = 1 - 1 / (circulation * fastest)
    weight = np.exp(-step)
    total, in_vessels = weight * c, weight * vessels
    for k in range(1, _TERMS):
        following = middle * c + source * vessels
        following[1:] += below[1:] * c[:-1]
        following[:-1] += above[:-1] * c[1:]
        c, vessels = following, kept * vessels
        weight *= step / k
        total += weight * c
        in_vessels += weight * vessels
    return total, in_vessels


def _exchange(s: Setting, fluid: Floats) -> tuple[Floats, Floats]:
    """Rates (1/s) at which a volume takes from the vessels and gives back, with ``fluid`` (1/s) entering it."""
    convection, exchange = fluid * s.slowed, s.permeability * s.surface
    if exchange == 0:  # a particle as wide as the pores
        return convection, np.zeros_like(convection)
    peclet = convection / exchange
    return exchange * _bernoulli(-peclet), exchange * _bernoulli(peclet)


def _bernoulli(x: Floats) -> Floats:
    """``x / (e^x - 1)``, 1 at 0."""
    return np.where(x == 0, 1.0, x / np.expm1(np.where(x == 0, 1.0, x)))
