"""Live preview: shows the last good site at once, builds it again when a source changes, and tells the open pages."""

from __future__ import annotations

import filecmp
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from livereload import Server

from resistance.paths import relative, root
from resistance.site.last_build import PREVIEW, doctrees

_WATCHED = ("index.md", "_toc.yml", "_config.yml", "references.bib", "CHANGELOG.md", "chapters", "data", "src")
_HOST = "127.0.0.1"
MOVED = "moved"  # beside the pages: when they last changed
_WAIT = "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=2><title>Building</title><p>Building …"


def serve(port: int) -> int:
    """Serve ``_build/preview/html`` on this machine until interrupted; returns an exit status.

    Pages are built in a folder beside it and moved there when the whole build has succeeded: until then, and after a
    build that failed, the last good ones are shown.
    """
    if not _is_free(port):
        other = next((p for p in range(port + 1, port + 100) if _is_free(p)), 0)
        print(f"Port {port} is in use by another program. Try: make serve PORT={other}", file=sys.stderr)
        return 1
    folder = root() / "_build" / "preview" / "html"
    _begin_with(folder)
    builds = _Builds(folder)
    server = Server()
    for name in _WATCHED:
        server.watch(str(root() / name), builds.ask, delay=1)
    server.watch(str(folder.parent / MOVED), delay=0.5)  # open pages are told when new ones are there
    print(f"Open http://{_HOST}:{port}/ ; Ctrl-C ends.", flush=True)
    builds.ask()
    server.serve(port=port, host=_HOST, root=str(folder))
    return 0


class _Builds:
    """Builds in a thread of their own, one after the other; what changes during one asks for one more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._asked = threading.Event()
        threading.Thread(target=self._work, daemon=True).start()

    def ask(self) -> None:
        """Something has changed."""
        self._asked.set()

    def _work(self) -> None:
        # A process of its own: changed modules are imported afresh, and a failed build leaves the last site in place.
        built = self.folder.with_name("next")
        command = [sys.executable, "-m", "resistance", "site", "build", "--to", str(built)]
        environ = {**os.environ, PREVIEW: "1", "RESISTANCE_ROOT": str(root())}
        while True:
            self._asked.wait()
            self._asked.clear()
            done = subprocess.run(command, cwd=root(), env=environ, check=False)
            if done.returncode:
                print("The last good pages stay in place; they are built again at the next change.", flush=True)
            elif move(built, self.folder):
                (self.folder.parent / MOVED).write_text(str(time.time()), encoding="utf-8")


def move(built: Path, shown: Path) -> int:
    """Make ``shown`` what ``built`` is, touching only what differs; returns how many files were touched."""
    names = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
    lost = [path for path in shown.rglob("*") if path.is_file() and path.relative_to(shown) not in names]
    for path in lost:
        path.unlink()
    touched = len(lost)
    for name in sorted(names):
        source, target = built / name, shown / name
        if target.is_file() and filecmp.cmp(source, target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, part)
        os.replace(part, target)  # a reader gets one or the other, never half of it
        touched += 1
    return touched


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _begin_with(folder: Path) -> None:
    """Something to show at once: the last preview, else a copy of the built site, else a page that says to wait."""
    site, built = root() / "_build" / "html", folder.with_name("next")
    # Without what was read of its pages a site is shown, but cannot be built upon.
    if not (built / "index.html").is_file() and (site / "index.html").is_file() and doctrees(site).is_dir():
        shutil.copytree(site, built, dirs_exist_ok=True)
        shutil.copytree(doctrees(site), doctrees(built), dirs_exist_ok=True)
    if (folder / "index.html").is_file():
        return
    if (site / "index.html").is_file():
        print(f"Beginning with the site in {relative(site)}.", flush=True)
        shutil.copytree(site, folder, dirs_exist_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(_WAIT, encoding="utf-8")
