"""The root is the checkout in which the command is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from resistance import paths
from resistance.cli import main

OURS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)


def checkout(folder: Path) -> Path:
    for name in ("data", "chapters/deep"):
        (folder / name).mkdir(parents=True)
    (folder / "_config.yml").touch()
    return folder


def test_a_copy_is_a_copy_wherever_in_it_one_stands(tmp_path, monkeypatch):
    root = checkout(tmp_path / "Büch mit Lücken")
    for folder in (root, root / "chapters/deep"):
        monkeypatch.chdir(folder)
        assert paths.root() == root
    assert paths.relative(root / "data/x.csv") == "data/x.csv"


def test_a_link_leads_to_the_checkout(tmp_path, monkeypatch):
    root = checkout(tmp_path / "book")
    (tmp_path / "link").symlink_to(root)
    monkeypatch.chdir(tmp_path / "link")
    assert paths.root() == root


def test_outside_any_checkout_it_is_the_one_of_the_package(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert paths.root() == Path(paths.__file__).resolve().parents[2]


def test_the_setting_is_stronger(tmp_path, monkeypatch):
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    monkeypatch.chdir(checkout(tmp_path / "book"))
    assert paths.root() == tmp_path


def test_a_setting_that_is_no_folder_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path / "nothing"))
    with pytest.raises(paths.NoCheckout, match=r"RESISTANCE_ROOT is .*nothing', which is no folder"):
        paths.root()
    assert main(["check"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Where a wheel of the package was unpacked, as pip would do it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(OURS / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(OURS / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(source)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "RESISTANCE_ROOT"}
    environ["PYTHONPATH"] = str(installed)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)


COMMANDS = (
    ["check"],
    ["site", "build"],
    ["build", "notebooks"],
    ["references", "format", "--check"],
    ["book", "due"],
    ["new", "mechanisms/x"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_wheel_outside_a_clone_says_where_the_data_are(installed, tmp_path, command):
    done = run(installed, tmp_path, "-m", "resistance", *command)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("resistance: the pages and tables of the review are not here")
    assert "set RESISTANCE_ROOT to one" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_has_the_models_and_says_what_it_lacks(installed, tmp_path):
    code = "from resistance.models import goldie_coldman as g; print(round(float(g.no_resistance(1e-7, 1e6)), 3))"
    assert run(installed, tmp_path, "-c", code).stdout == "0.905\n"
    done = run(installed, tmp_path, "-c", "from resistance import evidence; evidence.table('claims')")
    assert "NoCheckout: the pages and tables of the review are not here" in done.stderr


def test_a_wheel_in_a_clone_reads_the_clone(installed):
    where = "from resistance.paths import root; import resistance; print(root()); print(resistance.__file__)"
    said = run(installed, OURS / "chapters", "-c", where).stdout.split("\n")
    assert said[0] == str(OURS)
    assert said[1].startswith(str(installed))
