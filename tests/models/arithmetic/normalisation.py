"""Pores, carriers and doses of B6: hindrances in plain form, and both schemes by Taylor series of their equations."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from mpmath import diff, exp, findroot, mp, mpf, pi, sinh, sqrt

from resistance.models import carrier_delivery, normalising_dose, vessel_pores
from resistance.models.carrier_delivery import DEXTRAN_70, DEXTRAN_500, TUMOUR, Carrier, Tumour
from resistance.models.vessel_pores import WALL, Wall

from . import Pairs, closed_form, exactly, grid

WALLS = WALL, Wall(0.3, 1e-6, 7e-6, 293.0)


def resistance(ratio, first, rest):
    q = 1 - ratio
    head = mpf(9) / 4 * pi**2 * sqrt(2) * q ** (-mpf(5) / 2) * (1 + sum(a * q ** (k + 1) for k, a in enumerate(first)))
    return head + sum(exactly(a) * ratio**k for k, a in enumerate(rest))


def hindrances(solute, pore):
    """H and W as printed, from the ratio of the two radii."""
    ratio = solute / pore
    if ratio >= 1:
        return mpf(0), mpf(0)
    kt = resistance(ratio, (-mpf(73) / 60, mpf(77293) / 50400), (-22.5083, -5.6117, -0.3363, -1.216, 1.647))
    ks = resistance(ratio, (mpf(7) / 60, -mpf(2227) / 50400), (4.0180, -3.9788, -1.9215, 4.392, 5.006))
    phi = (1 - ratio) ** 2
    return 6 * pi * phi / kt, phi * (2 - phi) * ks / (2 * kt)


def pore(filtration, wall):
    viscosity, thickness, pores = exactly(wall.viscosity), exactly(wall.thickness), exactly(wall.pores)
    return sqrt(8 * viscosity * thickness * exactly(filtration) / pores) * 10**7


def free(solute, wall):
    joule = mpf("1.380648e-23") * exactly(wall.temperature)
    pascal = exactly(wall.viscosity) * mpf("133.322365")
    return 10**4 * joule / (6 * pi * pascal * exactly(solute) / 10**9)


RATIOS = [0.0, 1e-300, 1e-9, 0.01, 0.2, 0.5, 0.9, 0.999, 1 - 1e-9, 1.0, 3.0]


@closed_form("vessel_pores.pore_radius")
def _() -> Pairs:
    for filtration, wall in grid([1e-150, 8.51e-7, 1e150], WALLS):
        yield vessel_pores.pore_radius(filtration, wall), pore(filtration, wall)


@closed_form("vessel_pores.diffusion_in_water")
def _() -> Pairs:
    for solute, wall in grid([1e-100, 6.5, 1e100], WALLS):
        yield vessel_pores.diffusion_in_water(solute, wall), free(solute, wall)


@closed_form("vessel_pores.diffusive_hindrance")
def _() -> Pairs:
    for ratio, width in grid(RATIOS, [1.0, 101.0, 1e100]):
        solute = ratio * width
        yield vessel_pores.diffusive_hindrance(solute, width), hindrances(exactly(solute), exactly(width))[0]


@closed_form("vessel_pores.convective_hindrance")
def _() -> Pairs:
    for ratio, width in grid(RATIOS, [1.0, 101.0, 1e100]):
        solute = ratio * width
        yield vessel_pores.convective_hindrance(solute, width), hindrances(exactly(solute), exactly(width))[1]


@closed_form("vessel_pores.permeability")
def _() -> Pairs:
    for solute, filtration, wall in grid([1e-6, 6.5, 16.0, 90.0], [8.51e-7, 2.8e-6, 1.0], WALLS):
        wide = pore(filtration, wall)
        exact = exactly(wall.pores) * hindrances(exactly(solute), wide)[0] * free(solute, wall)
        # A tight pore: the hindrance goes with the power 4.5 of what is left of it.
        left = 1 - exactly(solute) / wide
        yield vessel_pores.permeability(solute, filtration, wall), exact / exactly(wall.thickness), 10 / max(left, 0.01)


@closed_form("normalising_dose.wall_conductivity")
def _() -> Pairs:
    for dose in (0.0, 1e-9, 1.0, 3.0, 12.5, 30.0):
        x = exactly(dose)
        top = exactly(-7.519e-8) * x**2 + exactly(3.355e-6) * x + exactly(6.944e-7)
        yield normalising_dose.wall_conductivity(dose), top / (x + exactly(0.6175))


@closed_form("normalising_dose.tissue_conductivity")
def _() -> Pairs:
    for dose in (0.0, 1e-9, 1.0, 3.0, 12.5, 30.0):
        x = exactly(dose)
        top = exactly(-2.458e-8) * x**2 + exactly(2.524e-6) * x + exactly(2.916e-7)
        yield normalising_dose.tissue_conductivity(dose), top / (x + exactly(0.7816))


@closed_form("normalising_dose.diffusion_in_tissue")
def _() -> Pairs:
    for diameter in (1e-9, 1.0, 13.0, 32.0, 1e9):
        fall = exactly(diameter) ** -exactly(1.157)
        yield normalising_dose.diffusion_in_tissue(diameter), exactly(1.981e-6) * fall + exactly(2.221e-8), 30


@closed_form("normalising_dose.circulation")
def _() -> Pairs:
    for diameter in (1e-9, 1.0, 13.0, 32.0, 500.0, 3000.0):
        d = exactly(diameter)
        near, far = (d + exactly(16.63)) / exactly(84.82), (d - exactly(65.61)) / exactly(996.6)
        yield (
            normalising_dose.circulation(diameter),
            60 * (1081 * exp(-(near**2)) + exactly(517.4) * exp(-(far**2))),
            30,
        )


def share(depth, alpha):
    r = 1 - depth
    return 1 - sinh(alpha * r) / (r * sinh(alpha))


@closed_form("carrier_delivery.tissue_over_wall", accuracy=1e-11)
def _() -> Pairs:
    for pressure, depth, tumour in grid([1e-3, 5.0, 24.9], [1e-3, 1 / 99, 0.5], [TUMOUR, Tumour(0.2, 70.0, 25.0)]):
        found = carrier_delivery.tissue_over_wall(pressure, depth, tumour)
        area = exactly(tumour.radius) ** 2 * exactly(tumour.surface)
        with mp.workdps(200):
            goal = exactly(pressure) / exactly(tumour.vessel)

            def beyond(log_alpha, depth=depth, goal=goal):
                return share(exactly(depth), exp(log_alpha)) - goal

            begun = mp.log(sqrt(area / exactly(found)))
            alpha = exp(findroot(beyond, (begun, begun + mpf(10) ** -9)))
        yield found, area / alpha**2


@closed_form("carrier_delivery.measured_mean")
def _() -> Pairs:
    for t, effective, kept in grid([0.0, 1e-9, 300.0, 1e6], [1e-12, 9.6e-7, 1e-3], [1.0, 88_800.0, 1e9]):
        rate, lost, time = exactly(effective) * 200, 1 / exactly(kept), exactly(t)
        with mp.workdps(200):
            exact = rate / (rate - lost) * (exp(-lost * time) - exp(-rate * time))
        yield carrier_delivery.measured_mean(t, effective, kept), exact, 1 + time * min(rate, lost)
    for t in (0.0, 5.0, 1e3):  # as fast in as out
        yield carrier_delivery.measured_mean(t, 5e-4, 10.0), exactly(t) / 10 * exp(-exactly(t) / 10), 1 + t / 10


def given(filtration, carrier: Carrier):
    """Permeability and 1 less the reflection."""
    wide, solute = pore(filtration, WALL), exactly(carrier.radius)
    diffusive, convective = hindrances(solute, wide)
    through = exactly(WALL.pores) * diffusive * free(carrier.radius, WALL) / exactly(WALL.thickness)
    return through, convective


def passed(fluid, through, slowed, surface):
    """What a volume takes from the vessels and gives back, from the printed source term."""
    if through == 0:
        return fluid * slowed, mpf(0)
    peclet = fluid * slowed / (through * surface)
    given_back = through * surface * peclet / (exp(peclet) - 1)
    return fluid * slowed + given_back, given_back


def series(slope, time, circulation, size):
    """Concentrations after ``time`` from 0, by the Taylor series of dc/dt = slope(c, cv), in steps."""
    c, cv, steps = [mpf(0)] * size, mpf(1), 40
    h = exactly(time) / steps
    for _ in range(steps):
        term, decay, total, left = c, cv, list(c), cv
        for k in range(1, 45):
            term, decay = [x * h / k for x in slope(term, decay)], -decay * h / k / circulation
            total = [a + b for a, b in zip(total, term, strict=True)]
            left += decay
        c, cv = total, left
    return c


CASES = [(8.51e-7, 3.35e-7, DEXTRAN_70), (2.8e-6, 2.03e-6, DEXTRAN_70), (7.5e-7, 1.21e-6, DEXTRAN_500)]
BLOCKED = (8.51e-9, 3.35e-7, replace(DEXTRAN_500, circulation=500.0))


@closed_form("carrier_delivery.released_mean", accuracy=1e-10)
def _() -> Pairs:
    for (filtration, conductivity, carrier), nodes in grid([*CASES, BLOCKED], [3, 6]):
        lp, k, d = exactly(filtration), exactly(conductivity), exactly(carrier.diffusion)
        through, slowed = given(filtration, carrier)
        h, alpha = mpf(1) / (nodes - 1), sqrt(lp * 200 / k)
        r = [j * h for j in range(nodes)]
        p = [1 - alpha / sinh(alpha), *(share(1 - x, alpha) for x in r[1:])]
        source = [passed(lp * 200 * 25 * (1 - x), through, slowed, 200) for x in p]

        def slope(c, cv, nodes=nodes, r=r, p=p, h=h, d=d, k=k, source=source):
            out = [2 * d * (c[1] - c[0]) / h**2]
            for j in range(1, nodes - 1):
                ahead, curved = (c[j + 1] - c[j]) / h, (c[j + 1] - 2 * c[j] + c[j - 1]) / h**2
                out.append(2 * d / r[j] * ahead + d * curved + k * (p[j + 1] - p[j - 1]) / (2 * h) * ahead)
            out = [x + a * cv - b * y for x, (a, b), y in zip(out, source, c, strict=False)]
            return [*out, mpf(0)]

        c = series(slope, 300.0, exactly(carrier.circulation), nodes)
        found = carrier_delivery.released_mean([300.0], filtration, conductivity, carrier, nodes=nodes)[0]
        yield found, sum(c) / nodes


@closed_form("carrier_delivery.mean_concentration", accuracy=1e-9)
def _() -> Pairs:
    for (filtration, conductivity, carrier), nodes in grid([*CASES, BLOCKED], [3, 5]):
        lp, k, d = exactly(filtration), exactly(conductivity), exactly(carrier.diffusion)
        through, slowed = given(filtration, carrier)
        h, alpha = mpf(1) / nodes, sqrt(lp * 200 / k)
        faces = [j * h for j in range(nodes + 1)]
        volume = [(b**3 - a**3) / 3 for a, b in pairwise(faces)]
        with mp.workdps(40):  # Darcy's law, with the slope of the pressure taken numerically
            speed = [mpf(0), *(-25 * k * diff(lambda x, a=alpha: share(1 - x, a), x) for x in faces[1:])]
        flow = [x**2 * u for x, u in zip(faces, speed, strict=True)]
        fluid = [(b - a) / v for a, b, v in zip(flow, flow[1:], volume, strict=False)]
        source = [passed(x, through, slowed, 200) for x in fluid]

        carried = [exp(u * (h if j < nodes else h / 2) / d) for j, u in enumerate(speed)]

        def slope(c, cv, flow=flow, carried=carried, volume=volume, source=source, nodes=nodes):
            flux = [mpf(0)]
            for j in range(1, nodes + 1):
                beyond = c[j] if j < nodes else mpf(0)
                flux.append(flow[j] * (c[j - 1] * carried[j] - beyond) / (carried[j] - 1))
            balance = [(a - b) / v for a, b, v in zip(flux, flux[1:], volume, strict=False)]
            return [x + a * cv - b * y for x, (a, b), y in zip(balance, source, c, strict=True)]

        c = series(slope, 300.0, exactly(carrier.circulation), nodes)
        found = carrier_delivery.mean_concentration([300.0], filtration, conductivity, carrier, nodes=nodes)[0]
        yield found, 3 * sum(x * v for x, v in zip(c, volume, strict=True))


@closed_form("carrier_delivery.fitted", accuracy=1e-6)
def _() -> Pairs:
    """A permeability that the scheme gives exactly at one point cannot be had, so the fit must be no worse anywhere."""
    fit = carrier_delivery.fitted(9.59873e-7, 0.2855, 0.3967)
    times = [15.0 * k for k in range(21)]
    goal = carrier_delivery.measured_mean(times, 9.59873e-7, DEXTRAN_70.circulation)

    def squares(log_filtration):
        wall = exp(log_filtration)
        found = carrier_delivery.released_mean(times, float(wall), float(wall * mpf("0.3967")))
        return sum((exactly(a) - exactly(b)) ** 2 for a, b in zip(found, goal, strict=True))

    # The ratio ends on its bound; along it the minimum of a parabola through three points.
    at, step = mp.log(exactly(fit.filtration)), mpf("1e-3")
    low, here, high = (squares(at + k * step) for k in (-1, 0, 1))
    best = exp(at + step * (low - high) / (low - 2 * here + high) / 2)
    yield fit.filtration, best
    yield fit.conductivity, best * mpf("0.3967")
    yield fit.squares, here
