"""The numbers are the same wherever an ensemble is computed, and whoever computes it says in one line what is wrong."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from resistance.ensembles import Ensemble, EnsembleError, Interrupted, Points, Progress, blocks, grid, run, sources
from resistance.ensembles.sources import name_of, source_hash
from resistance.models import branching, dual_therapy, two_compartment

from . import models

PATIENTS = {"dose": 400.0, "cl": stats.lognorm(0.286, scale=1.31)}
EXPOSURE = "two_compartment.total_exposure"
SIZE, SEED = 330_000, 18  # twenty-one blocks, the last of them not full


@pytest.fixture(scope="module")
def alone() -> Ensemble:
    """The run that all others must equal: one process, the default chunks, everything kept."""
    return run(EXPOSURE, PATIENTS, SIZE, SEED, full=True)


def test_patients_are_those_of_the_streams_that_spawn_gives(alone: Ensemble) -> None:
    second = np.random.SeedSequence(SEED).spawn(2)[1]
    drawn = [
        stats.lognorm(0.286, scale=1.31).rvs(size=blocks.BLOCK, random_state=np.random.default_rng(child))
        for child in second.spawn(21)
    ]
    clearance = np.concatenate(drawn)[:-1]
    frame = alone.frame()
    assert frame["patient"].tolist() == list(range(SIZE))
    # The last block is drawn for its own patients alone.
    full = 20 * blocks.BLOCK
    assert np.array_equal(frame["cl"][:full], clearance[:full])
    assert np.array_equal(frame["total_exposure"], two_compartment.total_exposure(400.0, frame["cl"]))
    summary = alone.summary("total_exposure")
    assert summary.count == SIZE
    assert summary.mean == pytest.approx(frame["total_exposure"].mean(), rel=1e-13)
    assert summary.mean == pytest.approx(400 / 1.31 * np.exp(0.286**2 / 2), rel=3e-3)


@pytest.mark.parametrize("scheduler", [None, "processes:2"])
@pytest.mark.parametrize("chunk", [blocks.BLOCK, 10 * blocks.BLOCK])
def test_neither_processes_nor_chunks_change_a_bit(alone: Ensemble, scheduler, chunk: int, tmp_path: Path) -> None:
    if scheduler and chunk > blocks.BLOCK:
        scheduler = "processes:1"
    found = run(EXPOSURE, PATIENTS, SIZE, SEED, scheduler, full=True, chunk=chunk, folder=tmp_path / "run")
    assert found.digest == alone.digest
    pd.testing.assert_frame_equal(found.frame(), alone.frame(), check_exact=True)


def test_another_seed_is_another_sample(alone: Ensemble) -> None:
    assert run(EXPOSURE, PATIENTS, SIZE, SEED + 1).digest != alone.digest


def test_the_digest_notices_one_patient(alone: Ensemble) -> None:
    other = run(EXPOSURE, PATIENTS, SIZE - 1, SEED)
    assert other.digest != alone.digest


def test_points_are_summarised_apart() -> None:
    points = grid({"death": [0.10, 0.13], "birth": [0.14, 0.2, 0.3]})
    found = run(branching.survival, points, by="point", full=True)
    assert found.groups == list(range(6))
    expected = branching.survival(points.columns["birth"], points.columns["death"])
    assert [found.summary("survival", g).mean for g in found.groups] == expected.tolist()
    assert found.frame()["survival"].tolist() == expected.tolist()
    with pytest.raises(KeyError, match=r"no output 'x' of group 9; outputs survival, groups \[0, 1"):
        found.summary("x", 9)


def test_replicates_of_a_point_share_it_across_chunks() -> None:
    points = Points({"point": [0.0, 1.0, 2.0]})
    found = run(models.noise, points, 10_000, 5, full=True, block=1000, chunk=3000, by="point")
    frame = found.frame()
    assert frame["point"].tolist() == [0.0] * 10_000 + [1.0] * 10_000 + [2.0] * 10_000
    assert found.summary("first", 0).greatest == 0
    assert found.summary("first", 2).mean == pytest.approx(0.5, abs=0.02)
    # No block repeats another's numbers.
    assert frame["first"][10_000:].nunique() == 20_000


def test_dataclasses_and_single_numbers() -> None:
    given = {"m": 1e9, "u": 1e-9, "n1": 50, "n2": 50, "n12": 1, "birth": 0.14, "death": 0.13, "treated_birth": 0.14}
    found = run(dual_therapy.lines, given | {"treated_death": stats.uniform(0.16, 0.02)}, 50)
    assert {name for _, name in found.summaries} == {"one_before", "one_during", "two_before", "two_during"}
    assert found.summary("one_before").least == 1e9 * 1e-9
    single = {"n12": 0, "probability": 0.5, "treated_death": stats.uniform(0.16, 0.02)}
    without_size = {name: value for name, value in given.items() if name != "m"} | single
    burdens = run("dual_therapy.burden", without_size, 5, each=True, full=True).frame()
    expected = [dual_therapy.burden(**(without_size | {"treated_death": d})) for d in burdens["treated_death"]]
    assert burdens["burden"].tolist() == expected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run("dual_therapy.nothing", {}), "there is no model 'resistance.models.dual_therapy:nothing'"),
        (lambda: run("nowhere.at_all", {}), "there is no model 'resistance.models.nowhere:at_all'"),
        (lambda: run(lambda x: x, {"x": 1}), "the model must be a function of a module that can be imported"),
        (lambda: run("dual_therapy._total", {}), "is not a public function"),
        (lambda: run(EXPOSURE, {"dose": 1.0}), "does not take these parameters ('dose'): missing a required argument"),
        (lambda: run(EXPOSURE, PATIENTS, 0), "replicates must be a whole number of at least 1, got 0"),
        (lambda: run(EXPOSURE, PATIENTS, 5, -1), "seed must be a whole number of at least 0, got -1"),
        (lambda: run(EXPOSURE, PATIENTS, 5, by="point"), "by='point' needs points"),
        (lambda: run(EXPOSURE, PATIENTS, 5, by="dose"), "by must name an output of"),
        (lambda: run(EXPOSURE, PATIENTS, 5, scheduler="threads"), "the scheduler must be an address like"),
        (
            lambda: run(EXPOSURE, PATIENTS, 5, scheduler="processes:0"),
            "the scheduler must be 'processes:' and a number",
        ),
        (
            lambda: run(models.without_number, {"x": stats.norm()}, 9),
            "patient 5: the model gives no number for without_number",
        ),
        (lambda: run(models.of_another_shape, {"x": stats.norm()}, 9), "is not one number a patient, but an array"),
        (lambda: run(EXPOSURE, PATIENTS, 10**9, full=True), "full results of more than 20,000,000 patients"),
        (lambda: run(EXPOSURE, PATIENTS, 5).frame(), "the run kept summaries only"),
    ],
)
def test_what_cannot_be_run_is_one_line(call, message: str) -> None:
    with pytest.raises(EnsembleError) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize("each", [False, True])
def test_a_model_that_raises_for_one_patient_names_it(each: bool) -> None:
    given = {"x": stats.norm()}
    model = models.fussy_number if each else models.fussy
    values = run(models.slow, given | {"seconds": 0}, 60_000, 3, full=True).frame()["x"]
    first = int(np.argmax(values >= 4))
    assert values[first] >= 4
    with pytest.raises(EnsembleError) as caught:
        run(model, given, 60_000, 3, each=each)
    value = values[first]
    assert str(caught.value).startswith(f"patient {first} (x = {value:.6g}): ")
    assert str(caught.value).endswith(f"raises x must be below 4, got {value:.3f}")


def test_progress_counts_and_estimates() -> None:
    told: list[Progress] = []
    run(EXPOSURE, PATIENTS, 100_000, SEED, chunk=blocks.BLOCK, progress=told.append)
    assert [state.chunks for state in told] == list(range(1, 8))
    assert (told[-1].patients, told[-1].of_patients, told[-1].left) == (100_000, 100_000, 0)
    assert told[0].left == pytest.approx(6 * told[0].seconds)
    half = Progress(60, 100, 6_000_000, 10_000_000, 110.0, found=5)
    assert str(half) == "[60/100] 6,000,000 of 10,000,000 patients, 1 min 50 s, about 1 min 20 s left"
    assert str(replace(half, chunks=5, seconds=0.0)) == "[5/100] 6,000,000 of 10,000,000 patients, 0.0 s"


def test_cancel_ends_before_the_next_chunk() -> None:
    cancel, told = threading.Event(), []

    def progress(state: Progress) -> None:
        told.append(state)
        if state.chunks == 2:
            cancel.set()

    with pytest.raises(Interrupted, match="cancelled with 2 of 7 chunks done"):
        run(EXPOSURE, PATIENTS, 100_000, SEED, chunk=blocks.BLOCK, progress=progress, cancel=cancel)
    assert len(told) == 2


def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path: Path) -> None:
    given = {"x": stats.norm(), "mark": str(tmp_path / "killed"), "deaths": 2}
    for number in range(2):  # nobody is killed while this process computes
        (tmp_path / f"killed-{number}").touch()
    whole = run(models.deadly, given, 200_000, 4)
    for number in range(2):
        (tmp_path / f"killed-{number}").unlink()
    told: list[Progress] = []
    found = run(models.deadly, given, 200_000, 4, "processes:2", chunk=blocks.BLOCK, progress=told.append)
    assert len(list(tmp_path.glob("killed-*"))) == 2
    assert found.digest == whole.digest
    assert [state.chunks for state in told] == list(range(1, 14))


def test_workers_that_die_again_and_again_end_the_run(tmp_path: Path) -> None:
    given = {"x": stats.norm(), "mark": str(tmp_path / "killed"), "deaths": 9}
    with pytest.raises(EnsembleError, match="workers have died 4 times; there may be too little memory"):
        run(models.deadly, given, 20_000, 4, "processes:1")


def test_the_hash_is_of_all_that_the_model_imports(tmp_path: Path, monkeypatch) -> None:
    name = name_of("dual_therapy.failure")
    assert name == name_of(dual_therapy.failure) == "resistance.models.dual_therapy:failure"
    real, before = sources._path, source_hash(name)
    for module, matters in (("_two_drugs", True), ("_validate", True), ("oxygen", False)):
        changed = tmp_path / f"{module}.py"
        changed.write_bytes(real(f"resistance.models.{module}").read_bytes() + b"# another line\n")
        monkeypatch.setattr(sources, "_path", lambda n, m=module, c=changed: c if n.endswith(f".{m}") else real(n))
        source_hash.cache_clear()
        assert (source_hash(name) != before) is matters
    monkeypatch.undo()
    source_hash.cache_clear()
    assert source_hash(name) == before
