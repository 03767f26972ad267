"""What is on disk: everything that says how it came about, and enough to go on after any end."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import pytest
from scipy import stats

from resistance import __version__
from resistance.ensembles import Ensemble, EnsembleError, Progress, blocks, run
from resistance.ensembles.sources import source_hash

from ..test_hygiene import ROOT
from . import models

PATIENTS = {"dose": 400.0, "cl": stats.lognorm(0.286, scale=1.31)}
EXPOSURE = "two_compartment.total_exposure"
NAME = "resistance.models.two_compartment:total_exposure"


def ran(folder: Path, size: int = 100_000, **options) -> Ensemble:
    return run(EXPOSURE, PATIENTS, size, 7, full=True, chunk=blocks.BLOCK, folder=folder, **options)


class Stop(Exception):
    """Ends a run in the middle."""


def stopped_after(chunks: int):
    def progress(state: Progress) -> None:
        if state.chunks == chunks:
            raise Stop

    return progress


def test_parameters_seed_version_and_hash_stand_beside_the_results(tmp_path: Path) -> None:
    found = ran(tmp_path / "run")
    about = json.loads((tmp_path / "run/run.json").read_text())
    assert about == found.about
    assert (about["model"], about["seed"], about["patients"]) == (NAME, 7, 100_000)
    assert about["versions"]["resistance"] == __version__
    assert about["source"] == source_hash(NAME)
    assert about["parameters"]["dose"] == 400
    assert about["parameters"]["cl"] == {"distribution": "lognorm", "args": [0.286], "scale": 1.31}
    parts = sorted((tmp_path / "run/results").glob("*.parquet"))
    assert len(parts) == 7
    inside = pyarrow.parquet.read_schema(parts[3]).metadata[b"resistance"]
    assert json.loads(inside) == about
    assert json.loads((tmp_path / "run/summary.json").read_text())["digest"] == found.digest
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "run/results"), found.frame())


def test_a_run_that_ended_early_goes_on_with_what_it_lacks(tmp_path: Path) -> None:
    whole, folder = ran(tmp_path / "whole"), tmp_path / "run"
    with pytest.raises(Stop):
        ran(folder, progress=stopped_after(3))
    # Two more that do not count: one was cut short, of the other the results are gone.
    kept = sorted((folder / "chunks").iterdir())
    kept[0].write_bytes(kept[0].read_bytes()[:-20])
    next((folder / "results").glob("part-000000001.parquet")).unlink()
    told: list[Progress] = []
    found = run(EXPOSURE, PATIENTS, 100_000, 7, full=True, folder=folder, resume=True, progress=told.append)
    assert [state.chunks for state in told] == [2, 3, 4, 5, 6, 7]
    assert told[0].found == 1
    assert found.digest == whole.digest
    pd.testing.assert_frame_equal(found.frame(), whole.frame(), check_exact=True)
    told.clear()
    again = ran(folder, resume=True, progress=told.append)
    assert (told, again.digest) == ([], whole.digest)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"seed": 8}, "holds another run: its seed is 7"),
        ({"parameters": PATIENTS | {"dose": 200}}, "holds another run: its parameters is"),
        ({"replicates": 50}, "holds another run: its patients is 20000"),
        ({"resume": False}, "holds a run already; resume it, or name another folder"),
    ],
)
def test_a_folder_holds_one_run(tmp_path: Path, changed: dict, message: str) -> None:
    given = {"parameters": PATIENTS, "replicates": 20_000, "seed": 7, "folder": tmp_path / "run", "resume": True}
    run(EXPOSURE, **given)
    with pytest.raises(EnsembleError, match=message):
        run(EXPOSURE, **(given | changed))


def test_it_takes_no_folder_of_others_and_no_changed_source(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(EnsembleError, match="holds other files; name a new folder"):
        ran(tmp_path)
    folder = tmp_path / "run"
    ran(folder, 1000)
    about = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(about | {"source": "0" * 64}))
    with pytest.raises(EnsembleError, match='holds another run: its source is "0000'):
        ran(folder, 1000, resume=True)
    (folder / "run.json").write_text("{")
    with pytest.raises(EnsembleError, match=r"run\.json cannot be read"):
        ran(folder, 1000, resume=True)


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    def second(_: Progress) -> None:
        with pytest.raises(EnsembleError, match="another run is at work in"):
            ran(tmp_path / "run", resume=True)

    ran(tmp_path / "run", 1000, progress=second)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "resistance", "ensemble", "run", *arguments]


def test_a_killed_process_leaves_finished_chunks_and_no_workers(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    slow = command("tests.ensembles.models:slow", "x=norm()", "seconds=0.1", "--patients", "200000")
    process = subprocess.Popen(
        [*slow, "--seed", "3", "--full", "--to", str(folder), "--chunk", "16384", "--scheduler", "processes:1"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while len(list((folder / "chunks").glob("[0-9]*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = len(list((folder / "chunks").glob("[0-9]*.json")))
    assert 2 <= finished < 13
    while _alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(process.pid), "a worker outlives the run"
    told: list[Progress] = []
    given = {"x": stats.norm(), "seconds": 0}
    with pytest.raises(EnsembleError, match="its parameters is"):
        run(models.slow, given, 200_000, 3, full=True, folder=folder, resume=True)
    given["seconds"] = 0.1
    found = run(models.slow, given, 200_000, 3, full=True, folder=folder, resume=True, progress=told.append)
    assert len(told) == 13 - finished
    whole = run(models.slow, given | {"seconds": 0}, 200_000, 3, full=True)
    assert found.digest == whole.digest
    same = ["patient", "x", "slow"]
    pd.testing.assert_frame_equal(found.frame()[same], whole.frame()[same], check_exact=True)


def _alive(session: int) -> bool:
    """Whether any process of the session is left that has not ended."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            return True
    return False


def test_a_full_disk_is_one_line_and_finished_chunks_are_kept(tmp_path: Path) -> None:
    """Files have a limit: the zeros of the first chunk fit, the noise of the second does not."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    folder = tmp_path / "run"
    given = ["tests.ensembles.models:noise", "point=0,1", "--patients", "16384", "--seed", "3", "--full"]
    where = ["--to", str(folder), "--chunk", "16384", "--scheduler", "processes:1"]
    done = subprocess.run(
        command(*given, *where), cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=limit
    )
    lines = [line for line in done.stderr.splitlines() if not line.startswith("[")]
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = lines
    assert line.startswith("resistance: ")
    assert f"part-{1:09}.parquet cannot be written: {os.strerror(27)}" in line
    assert [path.name for path in (folder / "chunks").iterdir()] == [f"{0:09}.json"]
    assert not list(folder.rglob("*.part"))
    again = subprocess.run(command(*given, *where, "--resume"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "[2/2]" in again.stderr
    assert "[1/2]" not in again.stderr
