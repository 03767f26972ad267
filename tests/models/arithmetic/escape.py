"""Two routes out of one drug: matrix exponentials and linear equations instead of eigenvalues and closed forms."""

from __future__ import annotations

from mpmath import exp, expm, eye, findroot, inf, ln, lu_solve, matrix, mpf, sqrt

from resistance.models import escape_routes as er
from resistance.models.escape_routes import Drugged, Mutation

from . import Pairs, closed_form, exactly

TUMOURS = [
    er.LESION,
    er.TOLERANT_LESION,
    Drugged(1e9, 1e-3, 0.03, 0.0081, 1e-4, 1e-3),
    Drugged(1e11, 1e-9, 0.2, 0.05, 1e-6, 0.0),
    Drugged(1.0, 0.5, 1e-6, 1e-7, 1e-9, 0.0),
    Drugged(1e7, 0.9, 0.1, 0.02, 0.3, 0.01),
    Drugged(1e9, 0.01, 0.03, -0.01, 0.5, 0.5),
    Drugged(1e9, 0.01, 0.03, -0.03, 0.0, 0.0),
    Drugged(1e9, 0.0, 0.03, 0.02, 0.0, 0.0),
]
MUTATIONS = [er.POINT_MUTATION, Mutation(5e-8, 0.14, 0.01, 0.02, 7.0), Mutation(1e-12, 1.0, 1.0), Mutation(0.0, 1, 1)]
DAYS = [0.0, 1e-12, 1e-3, 1.0, 37.0, 365.0, 2000.0]


def _b(d):
    on, off = exactly(d.on), exactly(d.off)
    return matrix([[-exactly(d.decline) - on, off], [on, exactly(d.growth) - off]])


def _start(d):
    p = exactly(d.tolerant)
    return matrix([(1 - p) * exactly(d.cells), p * exactly(d.cells)])


def _lived(d, t):
    """Cell-days from the exponential of the rates with the identity beside them."""
    big = matrix(4, 4)
    big[:2, :2], big[:2, 2:] = _b(d), eye(2)
    return expm(big * exactly(t), method="taylor")[:2, 2:] * _start(d) if t else matrix([0, 0])


def _size(d, t):
    x = expm(_b(d) * t, method="taylor") * _start(d)
    return (x[0] + x[1]) / exactly(d.cells)


def _effort(d, t=1.0):
    return 10 * (1 + max(d.decline + d.on, abs(d.growth - d.off), d.off) * t)


def _upper(d):
    b = _b(d)
    trace, determinant = b[0, 0] + b[1, 1], b[0, 0] * b[1, 1] - b[0, 1] * b[1, 0]
    return trace / 2 + sqrt(trace * trace / 4 - determinant)


def _tolerant(d):
    return d.tolerant > 0 or d.on > 0


@closed_form("escape_routes.long_run_growth")
def _() -> Pairs:
    for d in TUMOURS:
        exact = _upper(d) if _tolerant(d) else -exactly(d.decline)
        yield er.long_run_growth(d), exact, _effort(d) / abs(float(exact))


@closed_form("escape_routes.cell_days")
def _() -> Pairs:
    for d in TUMOURS:
        found = er.cell_days(DAYS, d)
        for i, t in enumerate(DAYS):
            exact = _lived(d, t)
            yield found.sensitive[i], exact[0], _effort(d, t)
            yield found.tolerant[i], exact[1], _effort(d, t)


def _return(d):
    if exactly(d.tolerant) * exactly(d.growth) >= (1 - exactly(d.tolerant)) * exactly(d.decline):
        return mpf(0)
    if not _tolerant(d) or _upper(d) <= 0:
        return inf
    near = er.return_day(d)
    return findroot(lambda t: ln(_size(d, t)), (mpf(near) * (1 - mpf(10) ** -9), mpf(near) * (1 + mpf(10) ** -9)))


@closed_form("escape_routes.return_day", accuracy=1e-11)
def _() -> Pairs:
    for d in [*TUMOURS, Drugged(1e9, 0.99, 0.01, 0.02)]:
        exact = _return(d)
        yield er.return_day(d), exact
        if 0 < exact < inf:  # back, and after the lowest point
            assert abs(_size(d, exact) - 1) < mpf(10) ** -30 and _size(d, exact * (1 - mpf(10) ** -6)) < 1


def _mean(d, m, t):
    rate, cells, net = exactly(m.rate), exactly(d.cells), exactly(m.net)
    if t <= 0:
        return rate * cells * exp(net * exactly(t))
    s, r = _lived(d, t)
    divisions = exactly(m.birth) * s + exactly(m.fold) * exactly(m.tolerant_birth) * r
    return rate * cells + rate * divisions * net / exactly(m.birth)


@closed_form("escape_routes.lineages")
def _() -> Pairs:
    for d in TUMOURS:
        for m in MUTATIONS:
            for t in [-3000.0, -1.0, *DAYS]:
                yield er.lineages([t], d, m)[0], _mean(d, m, t), _effort(d, abs(t)) + m.net * abs(t)


@closed_form("escape_routes.escape")
def _() -> Pairs:
    dying = [*TUMOURS, Drugged(1e6, 1e-4, 0.03, 0.001, 1e-3, 0.01), Drugged(1e9, 1.0, 0.5, -1e-6)]
    for d in dying:
        for m in MUTATIONS:
            if _tolerant(d) and _upper(d) > 0:
                yield er.escape(d, m), 1
                continue
            lived = -lu_solve(_b(d), _start(d)) if _tolerant(d) else [exactly(d.cells) / exactly(d.decline), mpf(0)]
            divisions = exactly(m.birth) * lived[0] + exactly(m.fold) * exactly(m.tolerant_birth) * lived[1]
            mean = exactly(m.rate) * (exactly(d.cells) + divisions * exactly(m.net) / exactly(m.birth))
            yield er.escape(d, m), 1 - exp(-mean), _effort(d) / max(d.off - d.growth, 1e-6)


@closed_form("escape_routes.latest_birth")
def _() -> Pairs:
    for d in TUMOURS:
        for m in MUTATIONS:
            for day, limit in [(0.0, 1.0), (600.0, 0.01), (1e4, 1e-6), (1.0, 1e-300)]:
                needed = ln(exactly(limit) * exactly(d.cells) * exactly(m.net) / exactly(m.birth))
                exact = exactly(day) - max(needed, 0) / exactly(m.net)
                scale = day + 1000 / m.net
                yield er.latest_birth(day, limit, d, m), exact, scale / max(abs(float(exact)), 1e-300)


@closed_form("escape_routes.unexplained", accuracy=1e-9)
def _() -> Pairs:
    for d in TUMOURS:
        day = _return(d)
        for m in MUTATIONS:
            for limit in (1.0, 0.05, 0.001):
                if day == inf:
                    continue
                needed = ln(exactly(limit) * exactly(d.cells) * exactly(m.net) / exactly(m.birth))
                mean = _mean(d, m, day - max(needed, 0) / exactly(m.net))
                yield er.unexplained(limit, d, m), exp(-mean), 1 + float(mean)
