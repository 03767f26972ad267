"""The recorder, run in a process of its own as a kernel would: what it sees, and what is none of its business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import resistance.execution.recorder

RECORDER = Path(resistance.execution.__file__).with_name("recorder.py")


def record(root: Path, code: str) -> dict:
    """What the recorder reports of ``code``, run in ``root``; file names are relative to it."""
    out = root.parent / "record.json"
    script = (
        f"exec(compile(open({str(RECORDER)!r}).read(), '<recorder>', 'exec'), {{}})\n{code}\n"
        f"__import__('sys').modules['_resistance_recorder'].write({str(out)!r}, {str(root)!r})\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True, env=os.environ | {"PYTHONPATH": str(root)})
    result = json.loads(out.read_text())
    for kind in ("files", "folders"):
        result[kind] = [os.path.relpath(name, root) for name in result[kind]]
    return result


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    for name in ("data/t.csv", "data/u.csv", "code/pack/__init__.py", "code/pack/inner.py", "code/other.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a,b\n1,2\n" if name.endswith("csv") else "x = 1\n")
    return folder


@pytest.mark.parametrize(
    "code",
    [
        "open('data/t.csv').read()",
        "import io; io.FileIO('data/t.csv').read()",
        "import os; os.close(os.open('data/t.csv', os.O_RDONLY))",
        "from pathlib import Path; Path('data/t.csv').read_bytes()",
        "open(b'data/t.csv', 'r+b')",
        "import os; os.chdir('data'); open('t.csv')",
        "import pandas; pandas.read_csv('data/t.csv', engine='c')",
        "import numpy; numpy.loadtxt('data/t.csv', delimiter=',', skiprows=1)",
    ],
)
def test_reading_is_seen(root, code):
    assert record(root, code)["files"] == ["data/t.csv"]


def test_other_access_is_not_reading(root):
    code = "import os\nopen('data/new.txt', 'w')\nopen('data/t.csv', 'a')\nos.path.exists('data/u.csv')"
    assert record(root, code) == {"files": [], "folders": [], "programs": [], "hosts": [], "written": []}


def test_file_that_is_not_there_is_seen(root):
    assert record(root, "try:\n    open('data/missing.csv')\nexcept OSError:\n    pass")["files"] == [
        "data/missing.csv"
    ]


def test_modules_are_seen_with_their_importers_as_sources(root):
    code = "import sys; sys.path.insert(0, 'code'); sys.dont_write_bytecode = False; import pack.inner"
    for _ in range(2):  # the second time they come from compiled files
        assert record(root, code)["files"] == ["code/pack/__init__.py", "code/pack/inner.py"]
    assert list(root.glob("code/pack/__pycache__/inner*.pyc"))


def test_package_outside_the_root_is_seen(root, tmp_path):
    found = record(root, "import resistance.paths")["files"]
    assert [name.partition("resistance/")[2] for name in found] == ["__init__.py", "paths.py"]


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.listdir('data')",
        "from pathlib import Path; list(Path('data').iterdir())",
        "from pathlib import Path; list(Path('.').resolve().joinpath('data').glob('*.csv'))",
        "import glob; glob.glob('data/*.csv')",
        "import os; os.chdir('data'); os.listdir()",
    ],
)
def test_listing_is_seen(root, code):
    assert record(root, code)["folders"] == ["data"]


def test_listing_by_the_import_system_is_not_seen(root):
    code = "import sys, importlib.metadata; sys.path.insert(0, ''); import code.other, this_does_not_exist"
    code = f"try:\n    {code}\nexcept ImportError:\n    pass\nlist(importlib.metadata.distributions())"
    assert record(root, code)["folders"] == []


def test_links_are_seen_by_both_names(root, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text("x\n")
    (root / "data/link.csv").symlink_to(outside)
    assert record(root, "open('data/link.csv')")["files"] == ["data/link.csv"]
    (tmp_path / "way").symlink_to(root)
    assert record(root, f"open({str(tmp_path / 'way/data/t.csv')!r})")["files"] == ["data/t.csv"]


@pytest.mark.parametrize(
    ("code", "programs"),
    [
        ("import subprocess, sys; subprocess.run([sys.executable, '-c', ''])", ["subprocess.Popen"]),
        ("import os; os.system('true')", ["os.system"]),
        ("import os; os.fork() or os._exit(0); os.wait()", ["os.fork"]),
    ],
)
def test_other_programs_are_seen(root, code, programs):
    assert record(root, code)["programs"] == programs


def test_hosts_are_seen_and_this_machine_is_none(root):
    code = """
import socket
for host in ("localhost", "127.0.0.1", "data.invalid"):
    try:
        socket.create_connection((host, 9), timeout=0.1)
    except OSError:
        pass
"""
    assert record(root, code)["hosts"] == [[0, "data.invalid"]]


def test_what_cannot_be_recorded_keeps_the_result_from_being_reused(root):
    code = "import sys; sys.audit('open', 'data/t.csv')"  # not the form that Python itself gives
    assert record(root, code)["programs"] == ["an unrecorded open"]
