"""Neoantigens and escape: the sums over Poisson numbers the other way round."""

from __future__ import annotations

from mpmath import exp, log, mpf, sqrt

from resistance.models import immunoediting

from . import Pairs, closed_form, exactly, grid

# Logarithms, exponentials and incomplete gamma functions of large arguments: a few more roundings than elsewhere.
SUMS = 2e-12


def chances(n, far):
    """Poisson probabilities of 0 to ``far`` and their running sums."""
    chance, total, found = exp(-n), exp(-n), []
    found.append((chance, total))
    for k in range(1, far + 1):
        chance *= n / k
        total += chance
        found.append((chance, total))
    return found


def far(n, y):
    centre = max(n, y)
    return int(centre + 60 * sqrt(centre) + 90)


def more(n, y):
    """``P(N_n > N_y)``, by the number of neoantigens: gamma distributions of whole shape."""
    if n == 0:
        return mpf(0)
    limit = far(n, y)
    below = chances(y, limit)
    return sum(chance * below[k - 1][1] for k, (chance, _) in enumerate(chances(n, limit)) if k)


def surplus(n, y):
    """``E[max(0, N_y - N_n)] / y`` by Stein's identity, whose two terms cancel where the result is small."""
    limit = far(n, y)
    above, counts = chances(n, limit), chances(y, limit)
    at_least = sum(chance * above[k][1] for k, (chance, _) in enumerate(counts))
    by_two = sum(chance * above[k - 2][1] for k, (chance, _) in enumerate(counts) if k > 1)
    return at_least - n / y * by_two


def threshold(s, mean):
    return 1 / (-exactly(s) * exactly(mean))


LOADS = [(0, -0.8), (1e-9, -0.8), (10, -0.8), (100, -0.8), (327.0, -0.8), (1000, -0.8), (30, -1e3), (30, -0.05)]
ANTIGENIC, MEAN, RATE = (exactly(v) for v in (immunoediting.ANTIGENIC, immunoediting.MEAN, immunoediting.ESCAPE))


@closed_form("immunoediting.death_rate")
def _() -> Pairs:
    for a, s, d0 in grid([0, 1e-9, 0.5, 1e6], [0, -1e-9, -0.8, -1e3], [1e-12, 0.1, 1 - 1e-12]):
        exact = (1 + exactly(s) * exactly(a)) * (exactly(d0) - 1) + 1
        yield immunoediting.death_rate(a, s, d0), exact


@closed_form("immunoediting.establishment")
def _() -> Pairs:
    for a, s, d0 in grid([0, 1e-9, 0.5, 1.2, 1e6], [0, -1e-9, -0.8, -1e3], [1e-12, 0.1, 0.9]):
        growth = 1 + exactly(s) * exactly(a)
        yield (
            immunoediting.establishment(a, s, d0),
            max(mpf(0), growth * (1 - exactly(d0))),
            1 / max(growth, mpf("1e-3")),
        )


@closed_form("immunoediting.clone_frequency")
def _() -> Pairs:
    for f0, growth, a, s in grid([1e-9, 0.1, 1], [1, 1 + 1e-9, 1e3, 1e12], [0, 1e-9, 0.5, 5], [0, -1e-9, -0.8, -3]):
        power = exactly(s) * exactly(a)
        exact = exactly(f0) * exactly(growth) ** power
        yield immunoediting.clone_frequency(f0, growth, a, s), exact, 1 + abs(power * log(exactly(growth)))


@closed_form("immunoediting.exceedance", accuracy=SUMS)
def _() -> Pairs:
    for a, n in grid([0, 1e-9, 0.2, 1.25, 40.0], [0, 1e-12, 0.5, 7.5, 300.0]):
        yield immunoediting.exceedance(a, n), more(exactly(n), exactly(a) / MEAN)
    for a, n in [(2000.0, 2000.0), (2000.0, 1500.0), (1500.0, 2000.0), (3000.0, 100.0)]:
        yield immunoediting.exceedance(a, n, 1.0), more(exactly(n), exactly(a))


@closed_form("immunoediting.vulnerable", accuracy=SUMS)
def _() -> Pairs:
    for m, s in LOADS:
        yield immunoediting.vulnerable(m, s), more(exactly(m) * ANTIGENIC, threshold(s, MEAN))
    yield immunoediting.vulnerable(100, 0), 0


@closed_form("immunoediting.founding", accuracy=SUMS)
def _() -> Pairs:
    for m, s in LOADS:
        exact = (1 - exactly(0.25)) * surplus(exactly(m) * ANTIGENIC, threshold(s, MEAN))
        yield immunoediting.founding(m, s, 0.25), exact
    for m, s in [(5_000, -0.8), (12_000, -3.0)]:  # chances far below what one minus the others could show
        yield immunoediting.founding(m, s), (1 - exactly(0.1)) * surplus(exactly(m) * ANTIGENIC, threshold(s, MEAN))
    yield immunoediting.founding(100, 0), 1 - exactly(0.1)


def chance_of_escape(m, rate):
    return 1 - (1 - exactly(rate)) ** exactly(m)


@closed_form("immunoediting.escaped")
def _() -> Pairs:
    for m, rate in grid([0, 1e-9, 10, 1e6], [0, 1e-15, 1e-6, 0.5]):
        exact = chance_of_escape(m, rate)
        if exact == 0 or exact > mpf("1e-40"):
            yield immunoediting.escaped(m, rate), exact


def behind(m, s, rate):
    e = chance_of_escape(m, rate)
    return e / (e + (1 - e) * surplus(exactly(m) * ANTIGENIC, threshold(s, MEAN)))


@closed_form("immunoediting.sheltered", accuracy=SUMS)
def _() -> Pairs:
    for m, s in LOADS[2:]:
        for rate in (1e-12, 1e-6, 0.01):
            yield immunoediting.sheltered(m, s, rate), behind(m, s, rate)


@closed_form("immunoediting.shrinking", accuracy=SUMS)
def _() -> Pairs:
    for m, s in LOADS[2:]:
        for lost in (0, 0.25, 1):
            exact = behind(m, s, 1e-6) * (1 - exactly(lost)) * more(exactly(m) * ANTIGENIC, threshold(s, MEAN))
            yield immunoediting.shrinking(m, s, lost), exact
