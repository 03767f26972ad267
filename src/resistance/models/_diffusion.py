"""Roots of the diffusion equations of :mod:`resistance.models.oxygen` that keep their digits beside the limits (B1)."""

from __future__ import annotations

from math import factorial

import numpy as np
from scipy.special import lambertw

from resistance.models._validate import Floats

# Terms of the series in small arguments, up to where that for a wide vessel is used, and Newton steps on it.
_TERMS = 18
_WIDE = 0.05
_NEWTON_STEPS = 8


def core(ro: Floats, limit: Floats) -> Floats:
    """Core of a spheroid: its living rim with an arc cosine, which keeps the digits of a small core."""
    beyond = np.maximum((ro - limit) / ro, 0)
    v = 2 * np.arctan2(np.sqrt(beyond), np.sqrt(1 + limit / ro)) / 3
    return np.where(limit < ro, ro * (2 * np.sin(v) * np.sin(v + np.pi / 3)), 0.0)


def sphere_radius(pressure: Floats, ro: Floats, p0: Floats, demand: Floats) -> Floats:
    """Radius inside which the tension is below ``pressure``."""
    limit = np.sqrt(6 * p0 / demand)
    rn = core(ro, limit)
    depth = 6 * pressure / demand
    b = np.where(rn > 0, 3 * rn**2, (ro - limit) * (ro + limit)) + depth
    positive = np.where(b > 0, b, 1.0)
    # With delta = depth / (3 rn²) the cosine is -(1 + delta)^-1.5; the sine beside it keeps the digits near rn.
    grown = np.where(rn > 0, 3 * np.log1p(depth / np.where(rn > 0, 3 * rn**2, 1.0)), np.inf)
    angle = np.arctan2(np.sqrt(-np.expm1(-grown)), -np.exp(-grown / 2)) / 3
    root = np.where(b > 0, 2 * np.sqrt(positive / 3) * np.cos(angle), 0.0)
    return np.clip(root, rn, ro)


def cord(rv: Floats, pv: Floats, demand: Floats) -> Floats:
    """Twice ln(cord radius / vessel radius), ``w = 1 + W((c - 1)/e)``, the root of ``w e^w - (e^w - 1) = c``."""
    c = 4 * pv / demand / rv / rv
    narrow = 1 + lambertw((c - 1) / np.e).real
    # For a wide vessel the argument is next to the branch point of W: Newton's method on the series keeps the digits.
    w = np.sqrt(2 * np.minimum(c, _WIDE))
    for _ in range(_NEWTON_STEPS):
        series = sum((k - 1) / factorial(k) * w**k for k in range(2, _TERMS))
        w = np.where(w > 0, w - (series - np.minimum(c, _WIDE)) / np.where(w > 0, w * np.exp(w), 1), 0.0)
    return np.where(c < _WIDE, w, narrow)


def beyond_linear(x: Floats) -> Floats:
    """``exp(x) - 1 - x``."""
    series = sum(x**k / factorial(k) for k in range(2, _TERMS))
    return np.where(np.abs(x) < 0.5, series, np.expm1(x) - x)
