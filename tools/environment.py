"""Makes the virtual environment of this checkout, with exactly the locked requirements; run by make before anything.

Uses the standard library alone and any Python that is recent enough. What it made is noted in ``.venv/.installed``:
folder, interpreter and digests. An environment that belongs to another folder (a copied or moved checkout), that was
left half made, or whose requirements have changed is made anew or brought up to date. Two runs wait for each other.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"
OLDEST = (3, 11)


def main() -> int:
    """Bring the environment up to date; returns an exit status."""
    if sys.version_info < OLDEST:
        version = ".".join(map(str, sys.version_info[:3]))
        print(f"Python 3.11 or later is needed; this is {version}. Call make with PYTHON=/path/to/python3.11.")
        return 1
    if _read() == _wanted():
        return 0
    with _alone():
        if _read() == _wanted():  # somebody else has made it meanwhile
            return 0
        return _make()


def _make() -> int:
    wanted, found = _wanted(), _read()
    if not _usable() or found.get("root", wanted["root"]) != wanted["root"]:
        if VENV.exists():
            print(f"{VENV.name} is not of this folder or was left half made; it is made anew.", flush=True)
            shutil.rmtree(VENV)
        venv.create(VENV, with_pip=True)
    print(f"Setting up {VENV.name} ...", flush=True)
    STAMP.unlink(missing_ok=True)
    # Modules are compiled when they are first imported: of most packages the book needs a few.
    pip = [str(_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    own = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    for arguments in (["--require-hashes", "--requirement", str(ROOT / "requirements.txt")], own):
        if status := subprocess.run([*pip, *arguments], cwd=ROOT, env=_in_utf_8(), check=False).returncode:
            print("The environment could not be set up; the lines above say why. Run the command again afterwards.")
            return status
    _point_from_here()
    # How git merges bibliography and tables, see .gitattributes; a folder that is no clone does without.
    for name, verb in (("references", "references merge"), ("union", "data merge")) if shutil.which("git") else ():
        driver = f'"{_python().with_name("resistance")}" {verb} %O %A %B %P'
        # A checkout from before the verb merges as git does by itself.
        driver += " || { test $? -eq 2 && git merge-file --union %A %O %B; }" if name == "union" else ""
        command = ["git", "config", f"merge.{name}.driver", driver]
        subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL)
    STAMP.write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    return 0


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _in_utf_8() -> dict[str, str]:
    """The environment for pip: in a locale of ASCII it cannot write the path of a folder that has another name."""
    return {**os.environ, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


def _point_from_here() -> None:
    """Name the sources relative to the file that names them.

    Before 3.13 Python reads that file in the locale's encoding, and in a locale of ASCII it would not even start.
    """
    for path in VENV.rglob("site-packages/__editable__.*.pth"):
        lines = path.read_text(encoding="utf-8").split("\n")
        inside = [os.path.relpath(line, path.parent) if Path(line).is_relative_to(ROOT) else line for line in lines]
        path.write_text("\n".join(inside), encoding="utf-8")


def _usable() -> bool:
    """Whether the environment has an interpreter of this version with a working pip, and its programs are its own."""
    if not _python().exists():
        return False
    code = "import sys, pip; print(sys.prefix); print(*sys.version_info[:2])"
    done = subprocess.run([str(_python()), "-c", code], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        return False
    prefix, version = done.stdout.split("\n")[:2]
    program = _python().with_name("pip")
    first = program.read_bytes()[:300].decode("utf-8", "replace").split("\n")[0:2] if program.is_file() else [""]
    return Path(prefix) == VENV and version == f"{OLDEST[0]} {sys.version_info[1]}" and str(VENV) in "".join(first)


def _wanted() -> dict[str, str]:
    """What the environment should be."""
    files = {
        name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in ("requirements.txt", "pyproject.toml")
    }
    return {"root": str(ROOT), "python": "{}.{}".format(*sys.version_info), **files}


def _read() -> dict[str, str]:
    """What the environment is, as it was noted; nothing if it was not."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until nobody else sets this checkout up: a folder can be made by one only; one left over is too old."""
    held = ROOT / ".venv-lock"
    told = False
    while True:
        try:
            held.mkdir()
            break
        except FileExistsError:
            if _is_dead(held):
                held.rmdir() if not any(held.iterdir()) else shutil.rmtree(held)
                continue
            if not told:
                print("Waiting: another command sets up the environment here.", flush=True)
                told = True
            time.sleep(0.5)
    (held / str(os.getpid())).touch()
    try:
        yield
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _is_dead(held: Path) -> bool:
    """Whether the process that holds the lock has ended without giving it back."""
    try:
        names = [path.name for path in held.iterdir()]
        if not names:
            return time.time() - held.stat().st_mtime > 10
        if os.name == "nt":
            return time.time() - held.stat().st_mtime > 1800
        os.kill(int(names[0]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False


if __name__ == "__main__":
    sys.exit(main())
