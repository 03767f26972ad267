"""The environment belongs to the folder in which make is run: copied, moved, half made and old ones are made anew."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "tools" / "environment.py"


class Checkout:
    """A checkout with nothing but what the script needs; what pip would install is noted, not installed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.installed: list[str] = []

    def script(self) -> ModuleType:
        """The script of this checkout, as make runs it."""
        spec = importlib.util.spec_from_file_location("environment_script", self.root / "tools/environment.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def run(self, monkeypatch) -> int:
        """Run it."""
        module, real = self.script(), subprocess.run

        def noted(command, **options):
            if "pip" in command and "install" in command:
                self.installed.append(" ".join(command))
                self.locale = options["env"]["LC_ALL"]
                if "--editable" in command:
                    for packages in (self.root / ".venv").rglob("site-packages"):
                        path = packages / "__editable__.x-1.pth"
                        path.write_text(f"{self.root / 'src'}\n", encoding="utf-8")  # as setuptools does
                return subprocess.CompletedProcess(command, 0)
            return real(command, **options)

        monkeypatch.setattr(module.subprocess, "run", noted)
        status = module.main()
        monkeypatch.undo()
        return status


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Checkout:
    """A checkout in a folder with a space and an umlaut, whose environment has been made once."""
    root = tmp_path_factory.mktemp("checkouts") / "Büch mit Lücken"
    (root / "tools").mkdir(parents=True)
    shutil.copy(SOURCE, root / "tools")
    (root / "requirements.txt").write_text("# nothing\n")
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '1'\n")
    checkout = Checkout(root)
    with pytest.MonkeyPatch.context() as patch:
        assert checkout.run(patch) == 0
    return checkout


@pytest.fixture
def checkout(made: Checkout, tmp_path: Path) -> Checkout:
    """The same for one test, in its own place: a copy with links, as ``cp -a`` makes it."""
    root = tmp_path / "Büch mit Lücken"
    shutil.copytree(made.root, root, symlinks=True)
    return Checkout(root)


def python_says(root: Path) -> Path:
    """The environment that the checkout's interpreter takes itself for."""
    command = [str(root / ".venv/bin/python"), "-c", "import sys, pip; print(sys.prefix)"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def test_the_first_run_makes_it_and_the_second_does_nothing(made, monkeypatch, capsys):
    assert len(made.installed) == 2
    assert "--require-hashes" in made.installed[0]
    assert made.run(monkeypatch) == 0
    assert len(made.installed) == 2
    assert capsys.readouterr().out == ""
    assert python_says(made.root) == made.root / ".venv"


def test_it_starts_in_a_locale_that_cannot_read_the_path(checkout, monkeypatch):
    """The folder has an umlaut, and the sources are found all the same."""
    assert checkout.run(monkeypatch) == 0
    assert checkout.locale == "C.UTF-8"
    (checkout.root / "src").mkdir()
    (checkout.root / "src/found_there.py").write_text("print('found')\n")
    plain = {"LC_ALL": "C", "LANG": "C", "PATH": os.environ["PATH"]}
    command = [str(checkout.root / ".venv/bin/python"), "-c", "import found_there"]
    done = subprocess.run(command, env=plain, cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "found\n"), done.stderr
    (path,) = (checkout.root / ".venv").rglob("__editable__.x-1.pth")
    assert path.read_bytes().isascii()


def test_a_copy_gets_an_environment_of_its_own_and_leaves_the_original_alone(made, checkout, monkeypatch, capsys):
    before = {path: path.stat().st_mtime_ns for path in (made.root / ".venv").rglob("*")}
    assert checkout.run(monkeypatch) == 0
    assert "is not of this folder" in capsys.readouterr().out
    assert python_says(checkout.root) == checkout.root / ".venv"
    assert str(checkout.root) in (checkout.root / ".venv/bin/pip").read_text()
    assert len(checkout.installed) == 2
    assert {path: path.stat().st_mtime_ns for path in (made.root / ".venv").rglob("*")} == before


def test_a_moved_checkout_gets_a_new_one(checkout, monkeypatch, capsys):
    checkout.run(monkeypatch)
    moved = Checkout(checkout.root.with_name("moved"))
    checkout.root.rename(moved.root)
    capsys.readouterr()
    assert moved.run(monkeypatch) == 0
    assert "is not of this folder" in capsys.readouterr().out
    assert python_says(moved.root) == moved.root / ".venv"


def test_a_link_to_a_checkout_is_that_checkout(made, tmp_path, monkeypatch, capsys):
    link = tmp_path / "link"
    link.symlink_to(made.root)
    through = Checkout(link)
    assert through.run(monkeypatch) == 0
    assert through.installed == []
    assert capsys.readouterr().out == ""


def test_one_that_was_left_without_pip_is_made_anew(checkout, monkeypatch, capsys):
    checkout.run(monkeypatch)
    (checkout.root / ".venv/.installed").unlink()
    for path in (checkout.root / ".venv").rglob("site-packages/pip"):
        shutil.rmtree(path)
    capsys.readouterr()
    assert checkout.run(monkeypatch) == 0
    assert "left half made" in capsys.readouterr().out
    assert python_says(checkout.root) == checkout.root / ".venv"


def test_changed_requirements_are_installed_into_the_same_environment(checkout, monkeypatch, capsys):
    checkout.run(monkeypatch)
    kept = checkout.root / ".venv/kept"
    kept.touch()
    (checkout.root / "requirements.txt").write_text("# something else\n")
    checkout.installed.clear()
    assert checkout.run(monkeypatch) == 0
    assert len(checkout.installed) == 2
    assert kept.exists()


def test_an_installation_that_fails_is_tried_again_the_next_time(checkout, monkeypatch, capsys):
    module = checkout.script()
    failed = subprocess.CompletedProcess([], 3)
    real = subprocess.run
    monkeypatch.setattr(module.subprocess, "run", lambda c, **o: failed if "install" in c else real(c, **o))
    assert module.main() == 3
    assert "could not be set up" in capsys.readouterr().out
    monkeypatch.undo()
    assert checkout.run(monkeypatch) == 0
    assert len(checkout.installed) == 2


def test_two_at_once_wait_and_a_dead_one_is_not_waited_for(checkout, monkeypatch, capsys):
    held = checkout.root / ".venv-lock"
    held.mkdir()
    (held / str(os.getpid())).touch()
    releasing = threading.Timer(1.5, shutil.rmtree, [held])
    releasing.start()
    assert checkout.run(monkeypatch) == 0
    assert "Waiting: another command sets up the environment here." in capsys.readouterr().out
    held.mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (held / str(dead.pid)).touch()
    (checkout.root / ".venv/.installed").unlink()
    assert checkout.run(monkeypatch) == 0
    assert not held.exists()


def test_an_old_python_is_told(checkout, monkeypatch, capsys):
    module = checkout.script()
    monkeypatch.setattr(module.sys, "version_info", (3, 9, 1))
    assert module.main() == 1
    assert "Python 3.11 or later is needed; this is 3.9.1." in capsys.readouterr().out
