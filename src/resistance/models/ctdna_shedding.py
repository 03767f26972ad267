"""Tumour DNA in the blood: how much a tumour of a given size sheds, and the time that finding it smaller buys (B14).

``M`` tumour cells divide at the rate ``b`` and die at the rate ``d``; a dying cell sheds one mutant copy of its genome
into the blood with the probability ``q``, where it is eliminated at the rate ``eps = ln 2 / half-life``. The mutant
genomes in the circulation of a tumour that grows at the rate ``b - d`` number on average::

    G = M d q / (eps + b - d)

(Avanzini et al., Sci Adv 2020;6:eabc4308). What a blood test makes of them is in :mod:`resistance.models.ctdna_assay`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._numeric import log_ratio
from resistance.models._results import NoResult, returns
from resistance.models._validate import (
    FRACTION,
    NON_NEGATIVE,
    POSITIVE,
    Floats,
    arrays,
    number,
    plain,
    shown,
)

_MINUTES_A_DAY = 1440.0
_CELLS_PER_CUBIC_CENTIMETRE = 1e9


@dataclass(frozen=True)
class Shedding:
    """Rates of a tumour: birth and death per day, the share of dying cells that shed, the half-life of DNA in minutes.

    The defaults are those of early lung cancer. Raises ``ValueError`` for a number that leaves its range, or if
    elimination does not exceed a decline of the tumour, so that there is no steady amount of DNA.
    """

    birth: float = 0.14
    death: float = 0.136
    shed: float = 1.4e-4
    half_life: float = 30.0

    def __post_init__(self) -> None:
        ranges = {"birth": NON_NEGATIVE, "death": POSITIVE, "shed": FRACTION, "half_life": POSITIVE}
        for name, allowed in ranges.items():
            object.__setattr__(self, name, number(name, getattr(self, name), allowed))
        if not np.log(2) / self.half_life * _MINUTES_A_DAY + self.birth - self.death > 0:
            raise ValueError(
                f"death must be below birth and the elimination of DNA together, got {shown(self.death)}, birth "
                f"{shown(self.birth)}, half_life {shown(self.half_life)}"
            )


LUNG = Shedding()
RELAPSE = Shedding(death=0.13)


@returns(POSITIVE)
def elimination(half_life: ArrayLike) -> Floats:
    """Rate per day at which DNA leaves the blood, from its half-life in minutes (above 0).

    Raises ``ValueError`` if the half-life leaves its range.
    """
    (half_life,) = arrays(half_life=(half_life, POSITIVE))
    return plain(np.log(2) / half_life * _MINUTES_A_DAY)


@returns(NON_NEGATIVE)
def cells(diameter: ArrayLike) -> Floats:
    """Cells of a sphere of the given diameter (cm, at least 0), at 1e9 cells per cubic centimetre.

    Raises ``ValueError`` if the diameter leaves its range.
    """
    (diameter,) = arrays(diameter=(diameter, NON_NEGATIVE))
    return plain(np.pi / 6 * diameter**3 * _CELLS_PER_CUBIC_CENTIMETRE)


@returns(NON_NEGATIVE)
def diameter(cells: ArrayLike) -> Floats:
    """Diameter in cm of a sphere of so many cells (at least 0): the inverse of :func:`cells`.

    Raises ``ValueError`` if the number of cells leaves its range.
    """
    (number_of,) = arrays(cells=(cells, NON_NEGATIVE))
    return plain(np.cbrt(6 / np.pi * (number_of / _CELLS_PER_CUBIC_CENTIMETRE)))


@returns(NON_NEGATIVE)
def circulating(cells: ArrayLike, shedding: Shedding = LUNG) -> Floats:
    """Mean number of mutant haploid genomes in the circulation, ``M d q / (eps + b - d)``.

    Parameters
    ----------
    cells : cells of the tumour, at least 0
    shedding : rates of the tumour and of its DNA

    Raises
    ------
    ValueError
        If an argument leaves its range.
    """
    (number_of,) = arrays(cells=(cells, NON_NEGATIVE))
    return plain(number_of * _genomes_per_cell(shedding))


@returns(NON_NEGATIVE)
def lead_time(found: ArrayLike, later: ArrayLike, shedding: Shedding = LUNG) -> Floats:
    """Days in which a tumour grows from ``found`` to ``later`` cells: ``ln(later / found) / (b - d)``.

    Parameters
    ----------
    found : cells at the earlier of two detections, above 0
    later : cells at the later one, at least ``found``
    shedding : rates of the tumour, whose births must exceed its deaths

    Raises
    ------
    ValueError
        If an argument leaves its range, ``later`` is below ``found``, the tumour does not grow, or the shapes do not
        fit.
    """
    found, later = arrays(found=(found, POSITIVE), later=(later, POSITIVE))
    if np.any(later < found):
        raise ValueError(f"later must be at least found = {shown(plain(found))}, got {shown(plain(later))}")
    if not shedding.birth > shedding.death:
        raise NoResult("a tumour that grows")
    return plain(log_ratio(later, found) / (shedding.birth - shedding.death))


def _genomes_per_cell(shedding: Shedding) -> float:
    left = float(elimination(shedding.half_life)) + shedding.birth - shedding.death
    return shedding.death * shedding.shed / left
