"""Forked kernels: the same results as kernels from nothing, and the same ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from resistance.execution import fork_server, kernels
from resistance.execution.dependencies import read_manifest
from resistance.execution.forks import Forks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")

# What a page could see of the way in which its process was started.
SEEN = """import os, sys, signal, time, threading
print(os.getcwd(), sys.argv[1:2], __name__, sys.modules['__main__'].__dict__ is globals())
print(sorted(k for k in os.environ if k not in ('JPY_PARENT_PID', 'IPYTHONDIR', 'RESISTANCE_PAGE')))
print([p for p in sys.path], hash('a'), time.tzname, sys.flags.dev_mode)
print(signal.getsignal(signal.SIGCHLD), os.getsid(0) == os.getpid(), sys.stdin.read() if sys.stdin else None)
print(threading.active_count() > 0, os.times().children_user)"""


@pytest.fixture
def forks(book):
    environ = kernels.environment(book.root, book.root / "_build", "")
    forks = Forks(environ)
    yield forks
    forks.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def ended(pid: int) -> bool:
    end = time.monotonic() + 20
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


def test_a_forked_kernel_is_as_one_from_nothing(book, monkeypatch):
    for name in ("a", "b", "c"):
        book.page(name, SEEN + f"\nprint({name!r})")
    book.execute()
    first = {name: read_manifest(book.root, name).result for name in ("a", "b", "c")}
    monkeypatch.setattr(kernels, "_FORKS_PAY_FROM", 100)
    for name in ("a", "b", "c"):
        (book.root / f"_build/manifests/{name}.json").unlink()
    report = book.execute()
    assert sorted(report.executed) == ["a", "b", "c"]
    assert {name: read_manifest(book.root, name).result for name in first} == first


def test_kernels_are_forked_for_three_pages_and_not_for_two(book, monkeypatch):
    asked = []
    fork = Forks.fork
    monkeypatch.setattr(Forks, "fork", lambda self, **request: asked.append(request["cwd"]) or fork(self, **request))
    book.page("a", "1")
    book.page("b", "2")
    book.execute()
    assert asked == []
    for name in ("a", "b", "c"):
        book.page(name, f"'{name}'")
    assert book.execute().ok
    assert len(asked) == 3


def test_the_libraries_start_no_thread_and_nothing_of_ours_is_loaded(book, forks):
    pid = forks.fork(cwd=str(book.root), env={}, log=os.devnull, argv=["--help"])
    assert pid is not None, "with a second thread the server ends, and kernels start from nothing"
    assert not any(name.startswith("resistance") for name in fork_server.LIBRARIES)
    assert ended(pid)


def test_a_kernel_ends_with_the_server(book):
    environ = kernels.environment(book.root, book.root / "_build", "")
    forks = Forks(environ)
    connection = book.root / "kernel.json"
    request = {"cwd": str(book.root), "env": environ, "log": os.devnull, "argv": ["-f", str(connection)]}
    pid = forks.fork(**request)
    deadline = time.monotonic() + 20
    while not connection.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive(pid)
    forks.close()
    assert ended(pid)
    assert forks.fork(**request) is None


def test_without_the_server_kernels_start_from_nothing(book, monkeypatch):
    monkeypatch.setattr(Forks, "fork", lambda self, **request: None)
    for name in ("a", "b", "c"):
        book.page(name, f"'{name}'")
    assert sorted(book.execute().executed) == ["a", "b", "c"]


def test_the_server_ends_with_whoever_started_it(book):
    code = "import sys, os; from pathlib import Path; from resistance.execution import kernels\n"
    code += f"forks = kernels.start_forks(Path({str(book.root)!r})); print(forks._server.pid, flush=True); os._exit(0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended(int(done.stdout))
