"""What happens when a page fails, or the build is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resistance.execution.cache import recorded_results
from resistance.execution.dependencies import read_manifest
from resistance.execution.execute import SettingError, execute_pages
from resistance.execution.progress import report_path


def test_failing_pages_name_their_cells_and_leave_the_others_alone(book, monkeypatch):
    # The limit is for one endless cell; the cells beside it need far less of it, also on a machine under load.
    monkeypatch.setenv("RESISTANCE_CELL_TIMEOUT", "6")
    book.page("good", "1 + 1")
    raising = book.page(
        "mechanisms/raising", "fine = 1", "def inner():\n    raise ValueError('no such\\ndose')\ninner()"
    )
    endless = book.page("endless", "import time\nwhile True:\n    time.sleep(0.1)")
    dead = book.page("dead", "import os; os._exit(3)")
    warns = book.page("warns", "import warnings; warnings.warn('old name')", "'goes on'")
    report = book.execute()

    def line(path: Path, start: str) -> int:
        lines = path.read_text().split("\n")
        return lines.index(start) if start in lines else -1  # the fence is on the line before the source

    found = {(f.path, f.line, f.code) for f in report.findings}
    assert found == {
        ("chapters/mechanisms/raising.md", line(raising, "def inner():"), "RUN001"),
        ("chapters/endless.md", line(endless, "import time"), "RUN002"),
        ("chapters/dead.md", line(dead, "import os; os._exit(3)"), "RUN003"),
        ("chapters/warns.md", line(warns, "import warnings; warnings.warn('old name')"), "RUN004"),
    }
    assert report.executed == ["good"]
    assert sorted(report.failed) == ["dead", "endless", "mechanisms/raising", "warns"]
    assert not report.ok
    messages = {f.code: f.message for f in report.findings}
    assert messages["RUN001"] == "code cell 3 raises ValueError: no such"
    assert messages["RUN002"] == "code cell 2 has not ended after 6 s"
    assert "UserWarning: old name" in messages["RUN004"]

    said = "\n".join(book.lines)
    shown = said[said.index("RUN001") :]
    assert "    | def inner():\n    |     raise ValueError('no such\\ndose')" in shown
    assert "Cell In[3], line 3" in shown
    assert "\x1b" not in said
    kept = report_path(book.root, "mechanisms/raising").read_text()
    assert kept.startswith("chapters/mechanisms/raising.md:")
    assert "ValueError: no such\n    dose" in kept

    book.runs()
    raising.write_text(raising.read_text().replace("inner()\n```", "2\n```"))
    again = book.execute()
    assert again.reused == ["good"], "what had run is kept"
    assert again.executed == ["mechanisms/raising"]
    assert book.runs() == {"mechanisms/raising": 1, "endless": 1, "dead": 1, "warns": 1}
    assert not report_path(book.root, "mechanisms/raising").exists()
    assert report_path(book.root, "endless").exists()


def test_failed_page_is_not_served_from_its_last_result(book):
    book.write("data/a.csv", "1")
    book.page("a", "value = int(open('../data/a.csv').read())\nvalue")
    book.execute()
    book.write("data/a.csv", "one")
    assert book.execute().failed == ["a"]
    assert recorded_results(book.root) == {}
    book.write("data/a.csv", "1")
    assert book.execute().executed == ["a"]


def test_page_that_looks_for_the_network(book):
    path = book.page(
        "a", "import socket", "try:\n    socket.getaddrinfo('data.invalid', 80)\nexcept OSError:\n    pass"
    )
    report = book.execute()
    line = path.read_text().split("\n").index("try:")
    assert [(f.line, f.code) for f in report.findings] == [(line, "RUN005")]
    assert "data.invalid" in report.findings[0].message


def test_faults_of_form_come_in_the_same_run(book):
    book.page("good")
    book.page("broken").write_text("---\ntitle: a: b\n---\n")
    options = book.page("options", "1")
    options.write_text(options.read_text().replace("\n1\n", "\n:tags: [a\n\n1\n"))
    book.page("gone").unlink()
    report = book.execute()
    assert {(f.path, f.code) for f in report.findings} == {
        ("chapters/broken.md", "CHP001"),
        ("chapters/options.md", "CHP005"),
        ("_toc.yml", "TOC001"),
    }
    assert (report.executed, sorted(report.failed)) == (["good"], ["broken", "options"])


@pytest.mark.parametrize(
    ("config", "line", "code"),
    [
        ("title: x\nparse: [\n", 3, "TOC003"),
        ("- a list\n", 1, "TOC007"),
        ("sphinx:\n  config:\n    myst_heading_anchors: many\n", 1, "TOC007"),
    ],
)
def test_configuration_that_cannot_be_used(book, config, line, code):
    book.page("a", "1")
    book.write("_config.yml", config)
    report = book.execute()
    assert [(f.path, f.line, f.code) for f in report.findings] == [("_config.yml", line, code)]
    assert report.failed == ["a"]


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", ""])
def test_time_limit_that_is_none(book, monkeypatch, value):
    monkeypatch.setenv("RESISTANCE_CELL_TIMEOUT", value)
    with pytest.raises(SettingError, match="RESISTANCE_CELL_TIMEOUT must be a whole number"):
        execute_pages(book.root)


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal")
def test_interrupted_build_ends_its_kernels_and_keeps_what_had_finished(book):
    pids = book.log.with_name("pids")
    waits = f"import os, time\nwith open({str(pids)!r}, 'a') as f:\n    print(os.getpid(), file=f)\ntime.sleep(50)"
    book.page("quick", "1")
    book.page("wait-a", waits + " # a")
    book.page("wait-b", waits + " # b")
    # As at a terminal, also where the tests run in the background of a shell, which has its children ignore the signal.
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "import sys, argparse; from resistance.execution.commands import register; p = argparse.ArgumentParser()\n"
    code += "register(p.add_subparsers()); a = p.parse_args(['build', 'execute']); sys.exit(a.run(a))"
    environ = os.environ | {"RESISTANCE_ROOT": str(book.root)}
    build = subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not (
        pids.exists()
        and len(pids.read_text().split()) == min(2, cores() + WAITING)
        and read_manifest(book.root, "quick")
    ):
        assert time.monotonic() < end
        assert build.poll() is None
        time.sleep(0.1)
    build.send_signal(signal.SIGINT)
    out, err = build.communicate(timeout=60)
    assert build.returncode == 130
    assert b"Traceback" not in out + err
    assert b"FAILED" not in out
    assert b"Interrupted" in err
    for pid in map(int, pids.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    book.runs()
    for name in ("wait-a", "wait-b"):
        book.page(name, "1 # " + name)
    assert book.execute().reused == ["quick"]
    assert book.runs() == {"wait-a": 1, "wait-b": 1}
