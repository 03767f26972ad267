"""On a Dask cluster the numbers are those of one process, and its faults are one line."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from resistance import cli
from resistance import cluster as cluster_module
from resistance.ensembles import EnsembleError, Progress, blocks, plan, run, schedulers

from . import models

distributed = pytest.importorskip("distributed")
PATIENTS = {"dose": 400.0, "cl": stats.lognorm(0.286, scale=1.31)}
EXPOSURE = "two_compartment.total_exposure"
SIZE, SEED = 330_000, 18


def cluster_of(workers: int) -> distributed.LocalCluster:
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=60
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    """Two worker processes."""
    with cluster_of(2) as made:
        yield made


@pytest.fixture(scope="module")
def small() -> Iterator[distributed.LocalCluster]:
    """One worker process."""
    with cluster_of(1) as made:
        yield made


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cluster_changes_no_bit(workers: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue("small" if workers == 1 else "cluster")
    alone = run(EXPOSURE, PATIENTS, SIZE, SEED, full=True)
    for chunk in (blocks.BLOCK, 10 * blocks.BLOCK):
        folder = tmp_path / str(chunk)
        found = run(EXPOSURE, PATIENTS, SIZE, SEED, made.scheduler_address, full=True, chunk=chunk, folder=folder)
        assert found.digest == alone.digest
        pd.testing.assert_frame_equal(found.frame(), alone.frame(), check_exact=True)


def test_a_worker_that_is_killed_costs_nothing_but_time(cluster: distributed.LocalCluster) -> None:
    given, killed = {"x": stats.norm(), "seconds": 0.05}, []

    def kill(state: Progress) -> None:
        counted.append(state.chunks)
        if state.chunks == 3:
            first = next(iter(cluster.workers.values()))
            killed.append(first.pid)
            os.kill(first.pid, signal.SIGKILL)

    counted: list[int] = []
    with distributed.Client(cluster) as client:
        found = run(models.slow, given, 330_000, 4, client, chunk=blocks.BLOCK, progress=kill)
    assert killed
    assert counted == list(range(1, 22))
    assert found.digest == run(models.slow, given | {"seconds": 0}, 330_000, 4).digest
    assert found.summary("slow").count == 330_000


def test_a_model_that_raises_ends_the_run_and_leaves_the_cluster_alone(
    cluster: distributed.LocalCluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--to", str(tmp_path / "run"), "--chunk", "16384", "--scheduler", cluster.scheduler_address]
    given = ["tests.ensembles.models:fussy", "x=norm()", "--patients", "600000", "--seed", "6"]
    assert cli.main(["ensemble", "run", *given, *where]) == 1
    captured = capsys.readouterr()
    (line,) = [line for line in captured.err.splitlines() if not line.startswith("[")]
    assert line.startswith("resistance: patient ")
    assert "raises x must be below 4, got 4." in line
    assert line.endswith("Finished chunks are kept; go on with --resume.")
    assert list((tmp_path / "run/chunks").glob("*.json"))
    assert run(EXPOSURE, PATIENTS, 1000, 1, cluster.scheduler_address).summary("total_exposure").count == 1000


def test_workers_of_another_version_take_no_part(cluster: distributed.LocalCluster, monkeypatch) -> None:
    found = plan.versions()
    monkeypatch.setattr(plan, "versions", lambda: found | {"numpy": "1.0"})
    with pytest.raises(EnsembleError) as caught:
        run(EXPOSURE, PATIENTS, 1000, 1, cluster.scheduler_address)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("the worker tcp://")
    assert str(caught.value).endswith(f"cannot take part: it has numpy {found['numpy']}, not 1.0")
    # One that joins later says so itself.
    monkeypatch.setattr(schedulers, "_same_everywhere", lambda client, tasks: None)
    with pytest.raises(EnsembleError, match="a worker cannot take part: it has numpy"):
        run(EXPOSURE, PATIENTS, 1000, 1, cluster.scheduler_address)


def test_a_source_that_differs_takes_no_part(cluster: distributed.LocalCluster, monkeypatch) -> None:
    monkeypatch.setattr(plan, "source_hash", lambda name: "0" * 64)
    with pytest.raises(EnsembleError, match=r"the source of resistance\.models\.two_compartment:.* is another there"):
        run(EXPOSURE, PATIENTS, 1000, 1, cluster.scheduler_address)


def test_a_scheduler_that_does_not_answer(monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER_SECONDS", 1)
    given = ["ensemble", "run", EXPOSURE, "dose=400", "cl=1", "--patients", "5", "--scheduler", "tcp://127.0.0.1:9"]
    assert cli.main(given) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("resistance: no Dask scheduler answers at tcp://127.0.0.1:9: ")
    assert captured.err.count("\n") == 1


def test_a_scheduler_without_workers(monkeypatch) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER_SECONDS", 1)
    with cluster_of(0) as empty, pytest.raises(EnsembleError, match=r"scheduler at tcp://.* has no workers"):
        run(EXPOSURE, PATIENTS, 5, 1, empty.scheduler_address)
