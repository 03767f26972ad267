"""Manifests: what makes a result stale, and that they survive damage."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from resistance.execution import dependencies
from resistance.execution.dependencies import (
    Digests,
    Manifest,
    collect,
    first_change,
    manifest_path,
    python_version,
    read_manifest,
    write_manifest,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("data/t.csv", "src/resistance/models/m.py", "requirements.txt", ".venv/lib/x.py", "_build/y.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def recorded(root: Path, files=("data/t.csv", "src/resistance/models/m.py"), folders=("data",), programs=()) -> dict:
    record = {"files": [str(root / name) for name in files], "folders": [str(root / name) for name in folders]}
    return record | {"programs": list(programs), "hosts": []}


def manifest(root: Path, **record) -> Manifest:
    later = time.time_ns() + 10**12
    used = collect(recorded(root, **record), root, later)
    return Manifest("text", None, "code", "key", "result", python_version(), 1.5, **used)


def change(root: Path, made: Manifest) -> str | None:
    return first_change(made, Digests(root))


def test_nothing_changed(root):
    assert change(root, manifest(root)) is None


@pytest.mark.parametrize("name", ["data/t.csv", "src/resistance/models/m.py", "requirements.txt"])
def test_changed_file(root, name):
    made = manifest(root)
    (root / name).write_text("new")
    assert change(root, made) == f"{name} changed"
    (root / name).unlink()
    assert change(root, made) == f"{name} changed"
    (root / name).write_text(name)
    assert change(root, made) is None, "the same content again is the same, whatever its date"


def test_file_that_appears(root):
    made = manifest(root, files=["data/later.csv"])
    assert change(root, made) is None
    (root / "data/later.csv").write_text("x")
    assert change(root, replace(made, folders={})) == "data/later.csv changed"


def test_listing_counts_names_and_not_contents(root):
    made = manifest(root, files=[])
    (root / "data/t.csv").write_text("new")
    (root / "data/__pycache__").mkdir()
    assert change(root, made) is None
    (root / "data/u.csv").write_text("x")
    assert change(root, made) == "the files in data changed"


def test_python_version(root):
    assert change(root, replace(manifest(root), python="cpython 2.7.18")) == "the Python version changed"


def test_other_programs(root):
    assert "subprocess.Popen" in change(root, manifest(root, programs=["subprocess.Popen"]))


def test_what_is_built_or_installed_is_left_out(root):
    made = manifest(
        root, files=["_build/y.txt", ".venv/lib/x.py", "src/r.egg-info/entry_points.txt"], folders=["_build"]
    )
    assert set(made.files) == {"requirements.txt"}
    assert made.folders == {}


def test_file_written_while_the_page_ran_is_not_trusted(root):
    started = time.time_ns()
    os.utime(root / "data/t.csv", ns=(started + 10**9, started + 10**9))
    used = collect(recorded(root), root, started)
    made = Manifest("text", None, "code", "key", "result", python_version(), 1.5, **used)
    assert change(root, made) == "data/t.csv changed"


def test_names_are_relative_and_work_after_a_move(root, tmp_path_factory):
    made = manifest(root)
    assert set(made.files) == {"data/t.csv", "src/resistance/models/m.py", "requirements.txt"}
    moved = tmp_path_factory.mktemp("moved") / "book"
    root.rename(moved)
    assert change(moved, made) is None


def test_manifest_comes_back_as_it_was(root):
    made = manifest(root)
    write_manifest(root, "mechanisms/a", made)
    assert read_manifest(root, "mechanisms/a") == made
    assert [path.name for path in (root / "_build/manifests/mechanisms").iterdir()] == ["a.json"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": 1}', '{"format": 1, "manifest": {"x": 1}}'])
def test_damaged_manifest_counts_as_none(root, damage):
    write_manifest(root, "a", manifest(root))
    manifest_path(root, "a").write_text(damage)
    assert read_manifest(root, "a") is None


def test_manifest_of_another_format_counts_as_none(root, monkeypatch):
    write_manifest(root, "a", manifest(root))
    monkeypatch.setattr(dependencies, "FORMAT", dependencies.FORMAT + 1)
    assert read_manifest(root, "a") is None


def test_interrupted_writing_leaves_the_last_manifest(root, monkeypatch):
    made = manifest(root)
    write_manifest(root, "a", made)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_manifest(root, "a", replace(made, seconds=9.0))
    assert read_manifest(root, "a") == made
