"""Weak acids and bases across a membrane, from the shares of the forms instead of their ratios."""

from __future__ import annotations

from functools import cache

from mpmath import exp, mpf, quad

from resistance.models import ph_partition

from . import Pairs, closed_form, exactly, grid

PKA = [-2.0, 3.7, 5.8, 8.3, 16.0]
PH = [-2.0, 5.0, 6.8, 7.2, 16.0]


def neutral(constant, ph):
    """Share of a base that is neutral: ``K / (K + H)``, with both as concentrations."""
    k, h = mpf(10) ** -exactly(constant), mpf(10) ** -exactly(ph)
    return k / (k + h)


@closed_form("ph_partition.base_ratio")
def _() -> Pairs:
    for pka, inside, outside in grid(PKA, PH, PH):
        yield ph_partition.base_ratio(pka, inside, outside), neutral(pka, outside) / neutral(pka, inside)


@closed_form("ph_partition.acid_ratio")
def _() -> Pairs:
    for pka, inside, outside in grid(PKA, PH, PH):
        yield ph_partition.acid_ratio(pka, inside, outside), (1 - neutral(pka, outside)) / (1 - neutral(pka, inside))


@closed_form("ph_partition.gain_of_acid_over_base")
def _() -> Pairs:
    for acid, base, before, after in grid(PKA, PKA, PH, PH):
        of_acid = (1 - neutral(acid, after)) / (1 - neutral(acid, before))
        of_base = neutral(base, after) / neutral(base, before)
        yield ph_partition.gain_of_acid_over_base(acid, base, before, after), of_acid / of_base


@cache
def crossing(drive):
    """Resistance of the constant field to an ion over that to a neutral molecule: the mean of exp(-u x) over it."""
    return quad(lambda x: exp(-drive * x), [0, 1])


@closed_form("ph_partition.leaky_base_ratio")
def _() -> Pairs:
    voltages = [0.0, -1e-6, -60.0, 90.0]
    for pka, inside, outside, leak, voltage in grid(PKA, PH, PH, [0.0, 1e-9, 0.02, 1.0, 1e9], voltages):
        u = exactly(voltage) * exactly(ph_partition.PER_MILLIVOLT)
        field = 1 / crossing(u)
        in_neutral, out_neutral = neutral(pka, inside), neutral(pka, outside)
        in_ion, out_ion = 1 - in_neutral, 1 - out_neutral
        # Outside holds 1 in all; the flux in, of both forms, over the flux out for 1 inside.
        enters = out_neutral + exactly(leak) * field * exp(-u) * out_ion
        leaves = in_neutral + exactly(leak) * field * in_ion
        yield ph_partition.leaky_base_ratio(pka, inside, outside, leak, voltage), enters / leaves
