"""What a dose of dexamethasone and the size of a carrier set in the model of delivery (B6).

Curves of Wang et al. 2022 (doi 10.1002/aic.17747), with the coefficients of the thesis and the code that belong to it
(github.com/PSORLab/CancerModel). The conductivities are ratios of polynomials with four coefficients, laid through fits
at three doses: between 3 and 30 mg/kg nothing was measured. At no dose the curve of the wall lies a third above the
fit to the untreated tumours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from resistance.models._results import returns
from resistance.models._validate import POSITIVE, Floats, Interval, arrays, plain

# Doses that were given (mg/kg).
_DOSE = Interval("between 0 and 30 mg/kg, the doses that were given", low=0, high=30)
_WALL = -7.519e-8, 3.355e-6, 6.944e-7, 0.6175
_TISSUE = -2.458e-8, 2.524e-6, 2.916e-7, 0.7816


@returns(POSITIVE)
def wall_conductivity(dose: ArrayLike) -> Floats:
    """Conductivity ``Lp`` of the vessel wall (cm/mmHg/s) after ``dose`` (0 to 30 mg/kg a day, for four days)."""
    return plain(_rational(dose, _WALL))


@returns(POSITIVE)
def tissue_conductivity(dose: ArrayLike) -> Floats:
    """Conductivity ``K`` of the tissue (cm2/mmHg/s) after ``dose`` (0 to 30 mg/kg a day, for four days)."""
    return plain(_rational(dose, _TISSUE))


@returns(POSITIVE)
def diffusion_in_tissue(diameter: ArrayLike) -> Floats:
    """Diffusion coefficient (cm2/s) of a particle of ``diameter`` (nm, above 0), ``1.981e-6 d^-1.157 + 2.221e-8``.

    At 13 and 32 nm, the widths of the two dextrans, it is 0.62 and 0.42 times what their fits use.
    """
    (diameter,) = arrays(diameter=(diameter, POSITIVE))
    return plain(1.981e-6 * diameter**-1.157 + 2.221e-8)


@returns(POSITIVE)
def circulation(diameter: ArrayLike) -> Floats:
    """Time constant (s) with which blood loses a particle of ``diameter`` (nm, above 0), a sum of two Gauss curves."""
    (diameter,) = arrays(diameter=(diameter, POSITIVE))
    near, far = (diameter + 16.63) / 84.82, (diameter - 65.61) / 996.6
    return plain(60 * (1081 * np.exp(-(near**2)) + 517.4 * np.exp(-(far**2))))


def _rational(dose: ArrayLike, coefficients: tuple[float, ...]) -> Floats:
    (dose,) = arrays(dose=(dose, _DOSE))
    square, slope, rest, half = coefficients
    return ((square * dose + slope) * dose + rest) / (dose + half)
