"""The virtual trial keeps to the models that it joins, where these say something by themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from resistance.ensembles import run
from resistance.ensembles.virtual_trial import ARMS, TERMS, established, outcomes, population
from resistance.models import ctdna_assay, ctdna_shedding, dual_therapy, regrowth

TYPICAL = {"cells": 1e9, "growth": 0.01, "clearance": 1.31}


def one_patient(rng: np.random.Generator, size: int, **changed: float) -> dict[str, np.ndarray]:
    """Outcomes of ``size`` patients who are all alike."""
    given = population() | TYPICAL | changed
    columns = {name: np.full(size, given.pop(name)) for name in TYPICAL}
    return outcomes(**columns, **given, rng=rng)


def test_cures_are_as_frequent_as_the_model_of_two_drugs_says() -> None:
    """At the typical exposure the rates are those of the source."""
    found = one_patient(np.random.default_rng(1), 300_000)
    for arm, (own, shared) in enumerate([(0, 51), (50, 1), (50, 0)]):
        expected = float(dual_therapy.eradication(1e9, 1e-9, own, own, shared, 0.14, 0.13, 0.14, 0.17))
        cured = found["cured"][found["arm"] == arm]
        error = math.sqrt(max(expected * (1 - expected), 1e-9) / cured.size)
        assert abs(cured.mean() - expected) < 4 * error + 1e-6, ARMS[arm]
    # Fig. 5 of the source prints 73.7% failures with one shared mutation.
    assert 1 - found["cured"][found["arm"] == 1].mean() == pytest.approx(0.737, abs=0.006)


def test_clones_have_the_distribution_of_clones_drawn_one_by_one() -> None:
    rng, lines, survival = np.random.default_rng(2), 40.0, 0.1
    found = established(np.full(100_000, lines), 0.0, survival, rng)
    direct = np.zeros(100_000)
    for patient, number in enumerate(rng.poisson(lines, direct.size)):
        direct[patient] = np.sum(rng.standard_exponential(number) / rng.random(number)) / survival
    shares = np.array([0.1, 0.25, 0.5, 0.75, 0.9, 0.97])
    assert lines > TERMS
    assert np.quantile(found, shares) == pytest.approx(np.quantile(direct, shares), rel=0.03)


def test_no_line_no_cell() -> None:
    rng = np.random.default_rng(3)
    assert not established(np.zeros(50), 0.0, 0.1, rng).any()
    few = established(np.full(200_000, 0.3), 0.2, 0.1, rng)
    assert np.mean(few == 0) == pytest.approx(math.exp(-0.5), abs=0.004)


def test_progression_is_seen_at_the_visit_after_the_return() -> None:
    found = one_patient(np.random.default_rng(4), 20_000)
    one = (found["arm"] == 0) & np.isfinite(found["time"])
    assert set(np.unique(found["time"][one] % 56)) == {0}
    # One shared mutation fewer by a factor of fifty delays the return by about ln(50) / growth days.
    typical = np.median(found["time"][one])
    seen = float(ctdna_shedding.cells(1.0)) / 1e9
    lines = 1e9 * 1e-9 * 51
    phi = lines * math.log(lines) / (0.01 / 0.14) / 1e9
    assert typical == pytest.approx(regrowth.split_return_time(phi, 0.03, 0.01, seen), abs=150)


def test_a_drug_that_is_cleared_too_fast_does_nothing() -> None:
    found = one_patient(np.random.default_rng(5), 1000, clearance=131.0)
    assert not found["response"].any()
    assert set(found["time"]) == {112.0}  # a volume of 1.2 cubed after 62 days, at a growth of 0.0088 a day


def test_dna_is_found_as_often_as_a_sample_holds_it() -> None:
    """Without resistance and visits before it the tumour is all sensitive at the last visit."""
    found = one_patient(np.random.default_rng(6), 60_000, cells=1e11, visits=1.0, mutation=1e-14)
    shedding = ctdna_shedding.Shedding(0.14, 0.17, 1.4e-4, 30)
    mean = float(ctdna_shedding.circulating(1e11 * math.exp(-0.03 * 56), shedding)) * 15 / 5000 * 0.5
    assert np.isinf(found["time"]).all()
    assert found["dna"].mean() == pytest.approx(float(ctdna_assay.sampled(mean)), abs=0.005)


def test_faults_name_the_argument() -> None:
    rng = np.random.default_rng(7)
    with pytest.raises(ValueError, match="growth must be finite and above 0"):
        one_patient(rng, 3, growth=-0.1)
    with pytest.raises(ValueError, match=r"death must be"):
        one_patient(rng, 3, growth=0.2)
    with pytest.raises(ValueError, match=r"rng must be a numpy\.random\.Generator"):
        outcomes(1e9, 0.01, 1.3, 5, **{k: v for k, v in population().items() if k not in TYPICAL})


def test_the_population_runs_and_its_arms_are_in_order() -> None:
    found = run(outcomes, population(), 60_000, 11, by="arm")
    free = [found.summary("time", arm).above(896) for arm in found.groups]
    assert free == sorted(free)
    assert found.summary("cured", 0).mean < 0.01 < found.summary("cured", 2).mean
