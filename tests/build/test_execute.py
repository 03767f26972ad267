"""What is executed and what is not, counted by the pages themselves, and what happens when a page fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resistance.build.cache import cache_path, recorded_results
from resistance.build.dependencies import manifest_path, read_manifest
from resistance.build.execute import SettingError, _cores, execute_pages
from resistance.build.progress import report_path

READ_A = "open('../data/a.csv').read()"
READ_B = "import os; sorted(os.listdir('../data')), open(os.environ['RESISTANCE_ROOT'] + '/data/b.csv').read()"


def test_only_what_changed_is_executed(book):
    """The one test that follows a book through all kinds of change; each step counts executions by page."""
    book.write("data/a.csv", "x\n1\n")
    book.write("data/b.csv", "x\n1\n")
    book.write("requirements.txt", "altair==1\n")
    book.write("src/resistance/__init__.py", "")
    book.write("src/resistance/models/__init__.py", "")
    book.write("src/resistance/models/growth.py", "rate = 1\n")
    book.write("src/resistance/models/therapy.py", "from resistance.models import growth\n\ndose = 2 * growth.rate\n")
    book.page("table-a", READ_A)
    book.page("table-b", READ_B)
    book.page("model", "from resistance.models.growth import rate\nrate")
    book.page("mechanisms/importer", "from resistance.models import therapy\ntherapy.dose")
    everything = {"table-a": 1, "table-b": 1, "model": 1, "mechanisms/importer": 1}

    cold = book.execute()
    assert book.runs() == everything
    assert (sorted(cold.executed), cold.reused, cold.failed) == (sorted(everything), [], [])
    assert cold.findings == []
    assert cold.ok

    warm = book.execute()
    assert book.runs() == {}
    assert (warm.executed, sorted(warm.reused)) == ([], sorted(everything))
    assert book.lines == []

    book.page("model", "from resistance.models.growth import rate\nrate", prose="A changed sentence.")
    assert sorted(book.execute().reused) == sorted(everything)
    assert book.runs() == {}

    book.write("data/a.csv", "x\n2\n")
    assert book.execute().executed == ["table-a"]
    assert book.runs() == {"table-a": 1}
    assert book.lines[0] == "Executing 1 notebook, 1 at a time; 3 unchanged."
    assert book.lines[1].startswith("[1/1] table-a ")
    assert book.lines[1].endswith(" s (data/a.csv changed)")

    book.write("data/c.csv", "x\n1\n")  # only table-b shows which tables there are
    book.execute()
    assert book.runs() == {"table-b": 1}

    book.write("src/resistance/models/therapy.py", "from resistance.models import growth\n\ndose = 3 * growth.rate\n")
    book.execute()
    assert book.runs() == {"mechanisms/importer": 1}

    book.write("src/resistance/models/growth.py", "rate = 2\n")  # imported by therapy, which the importer imports
    book.execute()
    assert book.runs() == {"model": 1, "mechanisms/importer": 1}

    book.write("src/resistance/models/new.py", "")
    book.execute()
    assert book.runs() == {}, "a module that nobody imports changes nothing"

    book.write("requirements.txt", "altair==2\n")
    book.execute()
    assert book.runs() == everything

    book.page("table-a", READ_A + "\n# new code")
    book.execute()
    assert book.runs() == {"table-a": 1}
    assert len(recorded_results(book.root)) == 4, "results of old code are not kept"

    book.write("_config.yml", "title: Another title\n")
    book.execute()
    assert book.runs() == {}


def test_result_that_somebody_else_put_into_the_cache_is_not_trusted(book):
    book.page("a", "1")
    book.execute()
    manifest_path(book.root, "a").unlink()
    assert book.execute().executed == ["a"]
    result = next(cache_path(book.root).rglob("base.ipynb"))
    result.write_text(result.read_text().replace('"1"', '"2"'))
    assert book.execute().executed == ["a"]
    assert "its result is not in the cache" in book.lines[1]
    assert book.runs() == {"a": 3}


def test_failing_pages_name_their_cells_and_leave_the_others_alone(book, monkeypatch):
    monkeypatch.setenv("RESISTANCE_CELL_TIMEOUT", "2")
    book.page("good", "1 + 1")
    raising = book.page(
        "mechanisms/raising", "fine = 1", "def inner():\n    raise ValueError('no such\\ndose')\ninner()"
    )
    endless = book.page("endless", "while True:\n    pass")
    dead = book.page("dead", "import os; os._exit(3)")
    warns = book.page("warns", "import warnings; warnings.warn('old name')", "'goes on'")
    report = book.execute()

    def line(path: Path, start: str) -> int:
        lines = path.read_text().split("\n")
        return lines.index(start) if start in lines else -1  # the fence is on the line before the source

    found = {(f.path, f.line, f.code) for f in report.findings}
    assert found == {
        ("chapters/mechanisms/raising.md", line(raising, "def inner():"), "RUN001"),
        ("chapters/endless.md", line(endless, "while True:"), "RUN002"),
        ("chapters/dead.md", line(dead, "import os; os._exit(3)"), "RUN003"),
        ("chapters/warns.md", line(warns, "import warnings; warnings.warn('old name')"), "RUN004"),
    }
    assert report.executed == ["good"]
    assert sorted(report.failed) == ["dead", "endless", "mechanisms/raising", "warns"]
    assert not report.ok
    messages = {f.code: f.message for f in report.findings}
    assert messages["RUN001"] == "code cell 3 raises ValueError: no such"
    assert messages["RUN002"] == "code cell 2 has not ended after 2 s"
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


def test_page_that_starts_another_program_is_never_reused(book):
    book.page("a", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'pass'], check=True);")
    for _ in range(2):
        assert book.execute().executed == ["a"]
    assert "subprocess.Popen" in book.lines[1]


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


def test_kernel_is_this_interpreter_in_a_fixed_environment(book, monkeypatch, tmp_path):
    impostor = tmp_path / "jupyter/kernels/python3"
    impostor.mkdir(parents=True)
    (impostor / "kernel.json").write_text('{"argv": ["false"], "display_name": "x", "language": "python"}')
    startup = tmp_path / "ipython/profile_default/startup/x.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("raise SystemExit('a user’s startup file')")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    cell = f"""
        import os, sys, time
        expected = dict(PYTHONHASHSEED="0", TZ="UTC", MPLBACKEND="Agg", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        assert {{k: os.environ[k] for k in expected}} == expected, dict(os.environ)
        assert os.environ["RESISTANCE_ROOT"] == {str(book.root)!r}
        assert os.getcwd() == {str(book.root / "chapters/deep")!r}
        assert sys.executable == {sys.executable!r}
        assert time.tzname[0] == "UTC"
        names = [name for name in globals() if "record" in name]
        assert names == [], names
        import warnings; warnings.simplefilter("error"); __name__
    """
    book.page("deep/a", cell)
    report = book.execute()
    assert report.findings == [], book.lines


def test_pages_without_code_need_no_kernel(book):
    for name in ("a", "b"):
        book.page(name)
        book.write(f"chapters/{name}.md", "").write_text(book.header + f"\n# {name}\n")
    report = book.execute()
    assert sorted(report.executed) == ["a", "b"]
    assert report.seconds < 10
    assert sorted(book.execute().reused) == ["a", "b"]


def test_same_code_in_two_pages(book):
    book.write("chapters/x/value.txt", "1")
    book.write("chapters/y/value.txt", "1")
    for name in ("x/page", "y/page"):
        book.page(name)
        body = f"{book.header}\n# {name}\n\n```{{code-cell}} ipython3\nopen('value.txt').read()\n```\n"
        book.write(f"chapters/{name}.md", "").write_text(body)
    assert sorted(book.execute().executed) == ["x/page", "y/page"]
    assert sorted(book.execute().reused) == ["x/page", "y/page"]

    book.write("chapters/y/value.txt", "2")  # the cache can hold one of the two results only
    report = book.execute()
    assert [f.code for f in report.findings] == ["CHP006"]
    assert not report.ok
    assert book.execute().failed, "and none of them is taken for the other later"
    book.write("chapters/y/value.txt", "1")
    assert book.execute().ok


def test_longest_page_first_and_new_pages_before_all(book):
    for name, seconds in {"quick": 0.0, "slow": 0.6}.items():
        book.page(name, f"import time; time.sleep({seconds})", "open('../data/a.csv')")
    book.write("data/a.csv", "1").with_name("a.csv")
    book.execute()
    book.write("data/a.csv", "2")
    book.page("new", "1")
    assert book.execute(jobs=1).executed == ["new", "slow", "quick"]


def test_pages_run_at_the_same_time(book):
    """Two pages that wait for each other: one after the other they would never end."""
    meet = "import time, pathlib\npathlib.Path({mine!r}).touch()\n"
    meet += "while not pathlib.Path({other!r}).exists():\n    time.sleep(0.02)"
    here, there = str(book.log.with_name("here")), str(book.log.with_name("there"))
    book.page("a", meet.format(mine=here, other=there))
    book.page("b", meet.format(mine=there, other=here))
    assert sorted(book.execute(jobs=2).executed) == ["a", "b"]


def test_pages_that_are_gone_leave_nothing(book):
    book.page("a", "1")
    book.page("b", "1 / 0")
    book.execute()
    book.pages.clear()
    book.contents()
    book.write("_toc.yml", "format: jb-book\nroot: index\n")
    book.execute()
    assert recorded_results(book.root) == {}
    assert [path for path in (book.root / "_build").rglob("*") if path.suffix in (".log", ".json", ".ipynb")] == []


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
    code = "import sys, argparse; from resistance.build.commands import register; p = argparse.ArgumentParser()\n"
    code += "register(p.add_subparsers()); a = p.parse_args(['build', 'execute']); sys.exit(a.run(a))"
    environ = os.environ | {"RESISTANCE_ROOT": str(book.root)}
    build = subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not (
        pids.exists() and len(pids.read_text().split()) == min(2, _cores()) and read_manifest(book.root, "quick")
    ):
        assert time.monotonic() < end
        assert build.poll() is None
        time.sleep(0.1)
    build.send_signal(signal.SIGINT)
    out, err = build.communicate(timeout=20)
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
