"""A change of the surroundings: Kendall's generating function of the number alive, at what each of them then risks."""

from __future__ import annotations

from mpmath import exp, mpf

from resistance.models import moving_niche

from . import Pairs, closed_form, exactly

CASES = [
    (0.0, 1.0, 1.5, 0.37),
    (3.0, 1.0, 1.5, 0.1),
    (40.0, 1.0, 0.9, 1e-4),
    (9.0, 1.0, 1.0, 1.0),
    (1e9, 1.0, 1.0, 1e-12),
    (1e-12, 1.0, 3.0, 0.5),
    (7.0, 1.0, 1.0 + 1e-13, 0.3),
    (5e3, 1.0, 0.5, 1e-30),
    (200.0, 0.1, 0.6, 1.0),
    (2.0, 1e-3, 0.0, 0.2),
]


def _lost(wait, birth, death, later):
    """Chance that a line dies out: the generating function at the chance that one of the living does."""
    t, b, d, s = exactly(wait), exactly(birth), exactly(death), 1 - exactly(later)
    if b == d:
        return 1 - (1 - s) / (1 + b * t * (1 - s))
    fallen = (d - b * s) * exp(-(b - d) * t)
    return (d * (1 - s) - fallen) / (b * (1 - s) - fallen)


@closed_form("moving_niche.lasting", 1e-13)
def _() -> Pairs:
    for wait, birth, death, later in CASES:
        condition = 1 + abs(birth - death) * wait
        yield moving_niche.lasting(wait, birth, death, later), 1 - _lost(wait, birth, death, later), condition
    yield moving_niche.lasting(4.0, 1.0, 0.5, 0.0), mpf(0)


@closed_form("moving_niche.escape", 1e-13)
def _() -> Pairs:
    for wait, birth, death, later in CASES:
        condition = 1 + abs(birth - death) * wait
        for n in (0, 1, 90):
            yield (
                moving_niche.escape(n, wait, birth, death, later),
                1 - _lost(wait, birth, death, later) ** n,
                condition,
            )
