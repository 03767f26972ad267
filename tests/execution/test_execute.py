"""What is executed and what is not, counted by the pages themselves."""

from __future__ import annotations

import re
import sys

from resistance.execution.cache import cache_path, recorded_results
from resistance.execution.dependencies import manifest_path

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


def test_page_that_starts_another_program_is_never_reused(book):
    book.page("a", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'pass'], check=True);")
    for _ in range(2):
        assert book.execute().executed == ["a"]
    assert re.search(r"\(uses (subprocess\.Popen|os\.posix_spawn), so what it reads is not known\)", book.lines[1])


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


def test_a_kernel_knows_the_page_that_it_runs(book):
    book.page(
        "mechanisms/named", f"print(__import__('os').environ['RESISTANCE_PAGE'], file=open({str(book.log)!r}, 'a'))"
    )
    assert book.execute().ok
    assert book.runs() == {"mechanisms/named": 2}, "counted once, written once"
