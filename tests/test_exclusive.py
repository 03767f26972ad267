"""One build at a time: the second says for whom it waits, and one that was killed is not waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .book_copy import ROOT

CODE = """
import sys, time
from pathlib import Path
from resistance.exclusive import exclusive
with exclusive(Path(sys.argv[1]), sys.argv[2]):
    print("begun", flush=True)
    time.sleep(float(sys.argv[3]))
print("ended", flush=True)
"""


@pytest.fixture
def start(tmp_path: Path):
    """Starts a process that holds the lock for some seconds; none is left behind."""
    started: list[subprocess.Popen[str]] = []

    def begin(what: str, seconds: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", CODE, str(tmp_path), what, str(seconds)]
        environ = {**os.environ, "RESISTANCE_ROOT": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, env=environ, text=True, **pipes))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_the_second_says_for_whom_it_waits(start, tmp_path):
    first = start("resistance site build", 3)
    assert first.stdout.readline() == "begun\n"
    out, err = start("resistance build notebooks", 0).communicate(timeout=60)
    assert first.communicate(timeout=60)[0] == "ended\n"
    assert out == "begun\nended\n"
    assert err.startswith("Waiting: 'resistance site build' has been at work here since ")
    assert err.rstrip().endswith(f"process {first.pid} (_build/.lock).")
    assert err.count("\n") == 1
    assert not (tmp_path / "_build/.lock-holder").exists()


def test_one_that_was_killed_is_not_waited_for(start, tmp_path):
    first = start("resistance site build", 600)
    assert first.stdout.readline() == "begun\n"
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert (tmp_path / "_build/.lock-holder").exists(), "it had no time to tidy up"
    began = time.monotonic()
    out, err = start("resistance site build", 0).communicate(timeout=60)
    assert (out, err) == ("begun\nended\n", "")
    assert time.monotonic() - began < 30
    assert not (tmp_path / "_build/.lock-holder").exists()
