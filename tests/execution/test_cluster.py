"""Pages that run on a Dask cluster leave the cache as pages that run here do."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from resistance import cluster as cluster_module
from resistance.cluster import ClusterError
from resistance.execution import cluster as pages
from resistance.execution.cluster import archive
from resistance.execution.execute import execute_pages

from .conftest import TinyBook
from .test_commands import run

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    """Two worker processes."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=60
    ) as made:
        yield made


def fill(book: TinyBook) -> None:
    """Three pages: one reads a table, one shows a number, one fails."""
    book.write("data/table.csv", "a,b\n1,2\n")
    book.write("_config.yml", "title: Tiny\n")
    book.page(
        "reads", "import pandas as pd", "pd.read_csv('../data/table.csv')", "import os\nsorted(os.listdir('../data'))"
    )
    book.page("counts", "import numpy as np", "float(np.random.default_rng(1).random(1000).sum())")
    book.page("fails", "value = 1", "value / 0")


def kept(root: Path) -> dict[str, object]:
    """What the cache holds of each page, but for how long it took."""
    found: dict[str, object] = {}
    for path in sorted((root / "_build/manifests").rglob("*.json")):
        found[path.name] = json.loads(path.read_text())["manifest"] | {"seconds": None}
    for path in sorted((root / "_build/.jupyter_cache").rglob("base.ipynb")):
        found[path.parent.name] = path.read_bytes()
    return found


def test_the_cache_is_that_of_a_build_here(book: TinyBook, cluster: distributed.LocalCluster) -> None:
    fill(book)
    here = book.execute()
    found = kept(book.root)
    assert {"reads.json", "counts.json"} <= set(found)
    assert "data/table.csv" in found["reads.json"]["files"]
    shutil.rmtree(book.root / "_build")
    there = book.execute(scheduler=cluster.scheduler_address)
    assert book.lines[0] == "Executing 3 notebooks, 2 at a time; 0 unchanged."
    assert kept(book.root) == found
    assert sorted(there.executed) == sorted(here.executed) == ["counts", "reads"]
    assert there.failed == here.failed == ["fails"]
    assert there.findings == here.findings
    assert "ZeroDivisionError" in (book.root / "_build/reports/fails.log").read_text()
    # What came from the cluster is good for a build here, and a changed table is not.
    assert sorted(book.execute().reused) == ["counts", "reads"]
    book.write("data/table.csv", "a,b\n3,4\n")
    changed = book.execute(scheduler=cluster.scheduler_address)
    assert (changed.executed, changed.reused) == (["reads"], ["counts"])
    assert b"<td>3</td>" in next(v for k, v in kept(book.root).items() if isinstance(v, bytes) and b"<td>" in v)


def test_a_page_whose_worker_dies_runs_again(book: TinyBook, cluster: distributed.LocalCluster, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    book.page(
        "deadly",
        f"import os, pathlib, signal, time\nmark = pathlib.Path({str(mark)!r})",
        # The worker starts the kernel itself, or has a server of its own fork it.
        "worker, stat = os.getppid(), pathlib.Path(f'/proc/{os.getppid()}')\n"
        "if (stat / 'cmdline').exists() and 'fork_server' in (stat / 'cmdline').read_text():\n"
        "    worker = int((stat / 'stat').read_text().rpartition(')')[2].split()[1])",
        f"if not mark.exists():\n    mark.touch()\n    os.kill(worker, {int(signal.SIGKILL)})\n    time.sleep(9)",
        "1 + 1",
    )
    book.page("calm", "2 + 2")
    report = book.execute(scheduler=cluster.scheduler_address)
    assert mark.exists()
    assert sorted(report.executed) == ["calm", "deadly"]
    assert report.ok


def test_a_worker_of_another_version_takes_no_part(
    book: TinyBook, cluster: distributed.LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.page("a", "1")
    real = pages.packages_there
    monkeypatch.setattr(pages, "_by_value", lambda function: real if function is not pages.run_there else function)
    monkeypatch.setattr(pages, "packages_there", lambda names: real(names) | {"pandas": "0.1"})
    with pytest.raises(ClusterError, match=r"the worker tcp://\S+ has pandas 3\S+, not 0\.1$"):
        execute_pages(book.root, scheduler=cluster.scheduler_address)
    assert not list((book.root / "_build").rglob("base.ipynb"))


def test_a_scheduler_that_does_not_answer(book: TinyBook, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RESISTANCE_ROOT", str(book.root))
    monkeypatch.setattr(cluster_module, "ANSWER_SECONDS", 1)
    book.page("a", "1")
    assert run("--scheduler", "tcp://127.0.0.1:9") == 1
    captured = capsys.readouterr()
    assert re.fullmatch(r"resistance: no Dask scheduler answers at tcp://127\.0\.0\.1:9: [^\n]+\.\n", captured.err)


def test_the_archive_holds_what_pages_read_and_nothing_built(book: TinyBook) -> None:
    import io
    import zipfile

    fill(book)
    before = archive(book.root)
    book.write("_build/html/index.html", "built")
    book.write(".git/config", "private")
    book.write("src/__pycache__/x.pyc", "")
    os.utime(book.root / "data/table.csv")
    assert archive(book.root) == before
    names = zipfile.ZipFile(io.BytesIO(before)).namelist()
    expected = {"_config.yml", "_toc.yml", "index.md", "data/table.csv", "chapters/reads.md", "chapters/counts.md"}
    assert set(names) == expected | {"chapters/fails.md"}
