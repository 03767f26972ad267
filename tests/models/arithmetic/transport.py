"""Transport in tissue: drugs that diffuse and are taken up, fluid that filters and percolates."""

from __future__ import annotations

from mpmath import besseli, besselk, cosh, coth, exp, findroot, ln, mp, mpf, sinh, sqrt, tanh

from resistance.models import drug_penetration, fluid_pressure

from . import Pairs, closed_form, exactly, grid

ANY = [1e-150, 1e-12, 1.0, 37.0, 1e12, 1e150]
# Thiele moduli and ratios of filtration, with the places where a formula gives way to another.
MODULI = [1e-150, 1e-8, 0.1, 0.3, 0.999999, 1.0, 1.5, 2.9999, 3.0, 7.0, 36.8, 690.0, 1e6, 1e150]
DEPTHS = [0.0, 1e-300, 1e-15, 1e-6, 0.01, 0.1, 1 / 6, 0.1667, 0.3, 0.5, 0.9, 0.999, 1 - 1e-12, 1.0]


@closed_form("drug_penetration.penetration_length")
def _() -> Pairs:
    for diffusion, uptake in grid(ANY, ANY):
        yield drug_penetration.penetration_length(diffusion, uptake), sqrt(exactly(diffusion) / exactly(uptake))


@closed_form("drug_penetration.length_from_half_distance")
def _() -> Pairs:
    for half in [5e-324, *ANY, 1e300]:
        yield drug_penetration.length_from_half_distance(half), exactly(half) / ln(2)


@closed_form("drug_penetration.far_field")
def _() -> Pairs:
    for distance, lam in grid([0, *ANY], ANY):
        ratio = exactly(distance) / exactly(lam)
        yield drug_penetration.far_field(distance, lam), exp(-ratio), ratio


@closed_form("drug_penetration.slab")
def _() -> Pairs:
    for share, depth, lam in grid([0, 1e-9, 0.3, 0.75, 1.0], ANY, [1e-150, 1e-2, 1.0, 25.0, 1e13, 1e150]):
        distance = share * depth
        x, far = exactly(distance) / exactly(lam), exactly(depth) / exactly(lam)
        if far > 1e6:
            exact = exp(-x) + exp(x - 2 * far)
        else:
            exact = cosh((exactly(depth) - exactly(distance)) / exactly(lam)) / cosh(far)
        yield drug_penetration.slab(distance, depth, lam), exact, x


@closed_form("drug_penetration.slab_effectiveness")
def _() -> Pairs:
    for modulus in [5e-324, *MODULI]:
        yield drug_penetration.slab_effectiveness(modulus), tanh(exactly(modulus)) / exactly(modulus)


def sphere_mean(modulus):
    """Three times coth x - 1/x over x, with the digits that it loses in small x."""
    x = exactly(modulus)
    with mp.workdps(800 if x < 1e-3 else 60):
        return 3 * (coth(x) - 1 / x) / x


@closed_form("drug_penetration.sphere_effectiveness")
def _() -> Pairs:
    for modulus in MODULI:
        yield drug_penetration.sphere_effectiveness(modulus), sphere_mean(modulus)


CORDS = [
    (10.0, 90.0, 60.0),
    (10.0, 90.0, 1e9),
    (1e-6, 50.0, 40.0),
    (1e6, 90.0, 60.0),
    (5.0, 1e5, 30.0),
    (1e-3, 1e-6, 1),
]


def in_cord(distance, vessel, width, lam):
    """The profile from unscaled Bessel functions."""
    distance, vessel, width, lam = (exactly(v) for v in (distance, vessel, width, lam))
    b = (vessel + width) / lam

    def shape(x):
        return besseli(1, b) * besselk(0, x) + besselk(1, b) * besseli(0, x)

    return shape((vessel + distance) / lam) / shape(vessel / lam)


@closed_form("drug_penetration.cord")
def _() -> Pairs:
    for share, (vessel, width, lam) in grid([0, 1e-9, 0.3, 0.75, 1.0], CORDS):
        distance = share * width
        condition = 1 + distance / lam
        # The sum of vessel and distance is rounded, and so is the exponent that the scaled functions leave out.
        yield drug_penetration.cord(distance, vessel, width, lam), in_cord(distance, vessel, width, lam), condition


@closed_form("drug_penetration.cord_under", accuracy=1e-11)
def _() -> Pairs:
    for threshold, (vessel, width, lam) in grid([1e-6, 0.1, 0.37, 0.5, 0.9], CORDS):
        found = drug_penetration.cord_under(threshold, vessel, width, lam)
        v, w = exactly(vessel), exactly(width)
        if in_cord(width, vessel, width, lam) >= exactly(threshold):
            yield found, 0
            continue

        def beyond(x, threshold=threshold, vessel=vessel, width=width, lam=lam):
            return in_cord_at(x, vessel, width, lam) - exactly(threshold)

        whole = (v + w) ** 2 - v**2
        begun = sqrt((v + w) ** 2 - exactly(found) * whole) - v  # where the search begins, not where it ends
        at = findroot(beyond, (begun, begun * (1 + mpf(10) ** -9)))
        yield found, ((v + w) ** 2 - (v + at) ** 2) / whole


def in_cord_at(distance, vessel, width, lam):
    """As :func:`in_cord`, at a distance of sixty digits."""
    vessel, width, lam = exactly(vessel), exactly(width), exactly(lam)
    b = (vessel + width) / lam

    def shape(x):
        return besseli(1, b) * besselk(0, x) + besselk(1, b) * besseli(0, x)

    return shape((vessel + distance) / lam) / shape(vessel / lam)


@closed_form("fluid_pressure.effective_pressure")
def _() -> Pairs:
    for vessel, sigma, plasma, tissue in grid([-5.0, 15.6, 1e150], [0, 0.82, 1.0], [0, 20.0, 1e12], [0, 15.0, 1e-12]):
        pull = exactly(sigma) * (exactly(plasma) - exactly(tissue))
        exact = exactly(vessel) - pull
        condition = (abs(exactly(vessel)) + abs(pull)) / abs(exact) if exact else 1
        yield fluid_pressure.effective_pressure(vessel, sigma, plasma, tissue), exact, condition


@closed_form("fluid_pressure.filtration_ratio")
def _() -> Pairs:
    for radius, filtration, surface, conductivity in grid([1e-6, 1.0, 1e6], ANY, [1e-100, 200.0, 1e100], ANY):
        exact = exactly(radius) * sqrt(exactly(filtration) * exactly(surface) / exactly(conductivity))
        yield fluid_pressure.filtration_ratio(radius, filtration, surface, conductivity), exact


def profile(depth, alpha):
    """One minus sinh(alpha r) over r sinh(alpha), with the digits that it loses near the edge and for small alpha."""
    depth, a = mpf(depth), mpf(alpha)
    with mp.workdps(1000 if a < 1e-3 or 0 < depth < 1e-6 else 60):
        r = 1 - depth
        if a > 1e4:
            return 1 - (exp(-a * depth) - exp(-a * (1 + r))) / r if r else mpf(1)
        return 1 - (sinh(a * r) / r if r else a) / sinh(a)


@closed_form("fluid_pressure.pressure")
def _() -> Pairs:
    for depth, alpha in grid(DEPTHS, MODULI):
        # The depth is exact, the radius beside the centre is not, and does not show.
        yield fluid_pressure.pressure(depth, alpha), profile(exactly(depth), exactly(alpha)), 3


@closed_form("fluid_pressure.mean_pressure")
def _() -> Pairs:
    for alpha in MODULI:
        with mp.workdps(1000):
            exact = 1 - 3 * (coth(exactly(alpha)) - 1 / exactly(alpha)) / exactly(alpha)
        yield fluid_pressure.mean_pressure(alpha), exact


@closed_form("fluid_pressure.edge_velocity")
def _() -> Pairs:
    for radius, effective, alpha in grid([1e-3, 1.0, 1e3], [0, 11.5, 1e9], MODULI):
        a = exactly(alpha)
        with mp.workdps(1000):
            exact = exactly(4.13e-8) * exactly(effective) / exactly(radius) * (a * coth(a) - 1)
        yield fluid_pressure.edge_velocity(radius, 4.13e-8, effective, alpha), exact


@closed_form("fluid_pressure.flowing_rim", accuracy=1e-11)
def _() -> Pairs:
    for alpha, share in grid([1e-3, 0.5, 2.9, 3.1, 36.8, 1e6], [1e-6, 0.5, 0.9, 0.99]):
        goal = exactly(share) * profile(1, exactly(alpha))

        def beyond(depth, alpha=alpha, goal=goal):
            return profile(depth, exactly(alpha)) - goal

        found = fluid_pressure.flowing_rim(alpha, share)
        begun = exactly(found) * (1 - mpf(10) ** -9)  # where the search begins, not where it ends
        yield found, findroot(beyond, (begun, exactly(found)))
