"""Rates of exchange between the nodes of a tumour on which :mod:`resistance.models.carrier_delivery` solves (B6).

Both schemes give ``dc/dt = matrix c + source c_v`` for the concentrations ``c`` at the nodes, with ``c_v`` in the
vessels. ``released`` is the scheme of the authors' released model, with what it leaves out; ``conservative`` balances
shells. Lengths in cm, pressures in mmHg, times in s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from resistance.models import fluid_pressure
from resistance.models._results import NoResult
from resistance.models._spherical import langevin
from resistance.models._validate import Floats

# Longest course over the fastest exchange: the exponential of a matrix loses about that many roundings.
_STIFFEST = 1e7
# What of the largest concentration may come out below 0 before the scheme is said to have failed.
_BELOW = 1e-9
# Steps that differ by less than this share of the time count as one.
_SAME = 1e-14


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
    """``matrix`` and ``source`` (1/s) and the ``weights`` of the nodes in the mean."""

    matrix: Floats
    source: Floats
    weights: Floats


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
    matrix = np.zeros((nodes, nodes))
    inner = np.arange(1, nodes - 1)
    spread = s.diffusion / h**2
    outwards = (2 * s.diffusion / r[inner] + s.conductivity * (p[inner + 1] - p[inner - 1]) / (2 * h)) / h
    matrix[inner, inner - 1] = spread
    matrix[inner, inner + 1] = spread + outwards
    matrix[inner, inner] = -2 * spread - outwards - given[inner]
    matrix[0, :2] = -2 * spread - given[0], 2 * spread
    source = np.where(np.arange(nodes) < nodes - 1, taken, 0.0)
    return Grid(matrix, source, np.full(nodes, 1 / nodes))


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
    matrix = np.diag(-(out[1:] + np.append(0.0, back[1:-1])) / volume - given)
    k = np.arange(nodes - 1)
    matrix[k, k + 1] = back[1:-1] / volume[:-1]
    matrix[k + 1, k] = out[1:-1] / volume[1:]
    return Grid(matrix, taken, volume / volume.sum())


def mean_course(grid: Grid, times: Floats, circulation: float) -> Floats:
    """Mean concentration at rising times, from none at time 0, while that in the vessels falls exponentially."""
    n = len(grid.source)
    both = np.zeros((n + 1, n + 1))
    both[:n, :n], both[:n, n], both[n, n] = grid.matrix, grid.source, -1 / circulation
    if not np.abs(both).max() * times[-1] <= _STIFFEST:
        raise NoResult(f"a course of less than {_STIFFEST:g} times its fastest exchange")
    state, before, means, step = np.append(np.zeros(n), 1.0), 0.0, [], (0.0, np.eye(n + 1))
    for t in times:
        if abs(t - before - step[0]) > _SAME * t:
            step = t - before, expm(both * (t - before))
        state, before = step[1] @ state, t
        if np.min(state) < -_BELOW * np.max(state):
            raise NoResult("concentrations that a scheme keeps above 0")
        means.append(grid.weights @ state[:n])
    return np.maximum(np.array(means), 0.0)


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
