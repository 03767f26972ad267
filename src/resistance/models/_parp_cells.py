"""Cells and courses of :mod:`resistance.models.parp_arrest`."""

from __future__ import annotations

from dataclasses import dataclass, fields

from resistance.models._results import hold
from resistance.models._validate import NON_NEGATIVE, POSITIVE, PROBABILITY, Floats, number

_RANGES = {"alpha": PROBABILITY, "phi": NON_NEGATIVE, "d_a": NON_NEGATIVE}


@dataclass(frozen=True)
class Parameters:
    """Rates per day, ``k`` in percent of confluence, ``ec50`` in micromol/L; the others have no unit.

    ``r`` growth rate, ``k`` capacity, ``v`` shape of the brake on growth, ``alpha`` largest fraction of divisions that
    end in arrest, ``phi`` further divisions of arrested cells, ``d_a`` loss of arrested cells, ``ec50`` and ``n`` dose
    of half effect and Hill coefficient. Raises ``ValueError`` for a parameter outside its range.
    """

    r: float
    k: float
    v: float
    alpha: float
    phi: float
    d_a: float
    ec50: float
    n: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = number(field.name, getattr(self, field.name), _RANGES.get(field.name, POSITIVE))
            object.__setattr__(self, field.name, value)


# Fitted by the authors to two ovarian cancer cell lines (their files of fitted parameters, rounded to eight digits).
OVCAR3 = Parameters(
    r=0.46889076, k=98.755814, v=2.603333, alpha=0.69616255, phi=1.42233097, d_a=0.1091648, ec50=12.335342, n=2.3546108
)
OVCAR4 = Parameters(
    r=0.73016761, k=100.0, v=1.0013233, alpha=0.94132769, phi=1.37654424, d_a=0.05138117, ec50=8.2274342, n=1.2089954
)


@dataclass(frozen=True)
class Course:
    """Cells at the times ``time`` (arrays of one length), and the doses given from the times ``visits`` on.

    ``dose`` is the dose in force at each time; at a visit it is already the new one.
    """

    time: Floats
    cycling: Floats
    arrested: Floats
    total: Floats
    dose: Floats
    visits: Floats
    visit_doses: Floats

    def __post_init__(self) -> None:
        hold(self, **dict.fromkeys(("time", "cycling", "arrested", "total", "dose"), NON_NEGATIVE))
        hold(self, visits=NON_NEGATIVE, visit_doses=NON_NEGATIVE)
