"""Carriers in blood and tumour: the differences of exponentials as they stand, with sixty digits."""

from __future__ import annotations

from mpmath import exp, log, mpf

from resistance.models import nanoparticle_delivery as model

from . import Pairs, closed_form, exactly, grid

RATES = [1e-9, 0.0144, 0.3, 0.3 * (1 + 1e-12), 7.0, 1e6]
TIMES = [1e-9, 0.01, 1.0, 3.0, 72.0]


def concentration(t, kin, kout, kel):
    if kout == kel:
        return kin * t * exp(-kel * t)
    return kin * (exp(-kel * t) - exp(-kout * t)) / (kout - kel)


def mean(t, kin, kout, kel):
    if kout == kel:
        return kin * (1 - exp(-kel * t) * (1 + kel * t)) / kel**2 / t
    return kin * ((1 - exp(-kel * t)) / kel - (1 - exp(-kout * t)) / kout) / (kout - kel) / t


@closed_form("nanoparticle_delivery.tumour_concentration")
def _() -> Pairs:
    for t, kin, kout, kel in grid(TIMES, [1e-6, 0.5], RATES, RATES):
        value = concentration(*map(exactly, (t, kin, kout, kel)))
        if value > 1e-250:
            yield model.tumour_concentration(t, kin, kout, kel), value, 1e3


@closed_form("nanoparticle_delivery.exposure_ratio")
def _() -> Pairs:
    for kin, kout in grid([0, *RATES], RATES):
        yield model.exposure_ratio(kin, kout), exactly(kin) / exactly(kout)


@closed_form("nanoparticle_delivery.peak_time")
def _() -> Pairs:
    for kout, kel in grid(RATES, RATES):
        a, b = exactly(kout), exactly(kel)
        yield model.peak_time(kout, kel), log(b / a) / (b - a) if a != b else 1 / a


@closed_form("nanoparticle_delivery.percent_of_dose")
def _() -> Pairs:
    for t, kout, kel in grid(TIMES, RATES, RATES):
        value = 100 * exactly(0.5) / exactly(1.7) * concentration(*map(exactly, (t, 0.5, kout, kel)))
        if value > 1e-250:
            yield model.percent_of_dose(t, 0.5, kout, kel, 0.5, 1.7), value, 1e3


@closed_form("nanoparticle_delivery.mean_percent_of_dose")
def _() -> Pairs:
    for t, kout, kel in grid(TIMES, RATES, RATES):
        value = mpf(100) * exactly(0.5) / exactly(1.7) * mean(*map(exactly, (t, 0.5, kout, kel)))
        yield model.mean_percent_of_dose(t, 0.5, kout, kel, 0.5, 1.7), value, 1e3
