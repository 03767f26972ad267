"""What a page's result came from, and whether all of it is still the same.

After a page has run, its kernel reports the files that it read and the modules that it imported (see ``recorder``).
They are written with the digests of their contents to a manifest, ``_build/manifests/<page>.json``. A result is reused
only while every digest agrees. Questions such as ``Path.exists()`` leave no trace; reading or listing does.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
_CLOCKS_DIFFER = 2_000_000_000  # ns by which a file system's clock may be ahead of this machine's
LOCK_FILE = "requirements.txt"
_CHANGED_WHILE_RUNNING = "changed while the page ran"
# Built, installed or kept by tools; the versions of what is installed are in the lock file.
_IGNORED = {"_build", "__pycache__", "node_modules", ".venv", ".git", ".ipynb_checkpoints", ".jupyter_cache"}
_IGNORED |= {".ruff_cache", ".pytest_cache", ".hypothesis"}


@dataclass(frozen=True)
class Manifest:
    """What one execution of a page came from, and which record of the cache holds its result.

    ``text`` and ``config`` are digests of the page and of ``_config.yml``: while both are the same, so is ``code``, the
    digest of the code cells, and the page need not be parsed (``text`` is None where that does not hold). ``key`` is
    the record's key in jupyter-cache and ``result`` the digest of its contents. ``files`` and ``folders`` map names to
    digests, None where there was nothing. ``programs`` are what kept the reading from being seen. ``seconds`` is how
    long the page ran.
    """

    text: str | None
    config: str | None
    code: str
    key: str
    result: str
    python: str
    seconds: float
    files: dict[str, str | None] = field(default_factory=dict)
    folders: dict[str, str | None] = field(default_factory=dict)
    programs: list[str] = field(default_factory=list)


class Digests:
    """Digests of files and folders below one root; each is read once, so use one object for one build.

    Names are relative to the root where they are below it, else absolute.
    """

    def __init__(self, root: Path):
        self.root = root
        self._files: dict[str, str | None] = {}
        self._folders: dict[str, str | None] = {}

    def file(self, name: str) -> str | None:
        """SHA-256 of the file's bytes; None if there is no such file."""
        if name not in self._files:
            self._files[name] = file_digest(self.root / name)
        return self._files[name]

    def folder(self, name: str) -> str | None:
        """SHA-256 of the names in the folder (not of what is in them); None if there is no such folder."""
        if name not in self._folders:
            self._folders[name] = self._listing(self.root / name)
        return self._folders[name]

    def _listing(self, path: Path) -> str | None:
        try:
            entries = sorted(
                entry.name + "/" * entry.is_dir() for entry in os.scandir(path) if not _is_ignored(entry.name)
            )
        except OSError:
            return None
        return hashlib.sha256("\n".join(entries).encode()).hexdigest()


def file_digest(path: Path) -> str | None:
    """SHA-256 of the file's bytes; None if it cannot be read as a file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def python_version() -> str:
    """The interpreter and machine that results depend on."""
    version = platform.python_version()
    return f"{sys.implementation.name} {version} {sys.platform} {platform.machine()}"


def collect(record: dict[str, Any], root: Path, started_ns: int) -> dict[str, Any]:
    """``files``, ``folders`` and ``programs`` of a manifest from what a kernel recorded.

    A file written after ``started_ns`` may have been read before or after that, so its digest is made one that agrees
    with nothing: the page runs again next time. A date in the future says nothing of when the file was written.
    """
    digests, now = Digests(root), time.time_ns()
    files = {LOCK_FILE: digests.file(LOCK_FILE)}
    for name in _names(record["files"], root):
        try:
            touched = started_ns <= (root / name).stat().st_mtime_ns <= now + _CLOCKS_DIFFER
        except OSError:
            touched = False
        files[name] = _CHANGED_WHILE_RUNNING if touched else digests.file(name)
    folders = {name: digests.folder(name) for name in _names(record["folders"], root)}
    return {"files": files, "folders": folders, "programs": list(record["programs"])}


def first_change(manifest: Manifest, digests: Digests) -> str | None:
    """The first thing that is not as it was, in words; None if the result is still good."""
    if manifest.programs:
        return f"uses {manifest.programs[0]}, so what it reads is not known"
    if manifest.python != python_version():
        return "the Python version changed"
    for name, digest in manifest.files.items():
        if digests.file(name) != digest:
            return f"{name} changed"
    for name, digest in manifest.folders.items():
        if digests.folder(name) != digest:
            return f"the files in {name} changed"
    return None


def manifest_path(root: Path, name: str) -> Path:
    """Where the manifest of the page ``name`` is; it is rewritten when the page or its result is new, else not."""
    return root / "_build" / "manifests" / f"{name}.json"


def read_manifest(root: Path, name: str) -> Manifest | None:
    """The manifest of a page; None if there is none or it cannot be used."""
    try:
        content = json.loads(manifest_path(root, name).read_text(encoding="utf-8"))
        return Manifest(**content["manifest"]) if content["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_manifest(root: Path, name: str, manifest: Manifest) -> None:
    """Write a manifest whole or not at all, so that an interrupted build leaves the last one."""
    path = manifest_path(root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"format": FORMAT, "manifest": asdict(manifest)}, indent=1, sort_keys=True))
    part.replace(path)


def _names(paths: Iterable[str], root: Path) -> list[str]:
    """Names for ``paths`` as :class:`Digests` takes them, without what is built or installed below the root."""
    names = set()
    for path in map(Path, paths):
        for base in (root, root.resolve()):
            if path.is_relative_to(base):
                name = path.relative_to(base)
                if not any(map(_is_ignored, name.parts)) and not _is_installed(path):
                    names.add(name.as_posix())
                break
        else:
            names.add(path.as_posix())
    return sorted(names)


def _is_ignored(name: str) -> bool:
    return name in _IGNORED or name.endswith((".pyc", ".egg-info", ".dist-info"))


def _is_installed(path: Path) -> bool:
    return sys.prefix != sys.base_prefix and path.is_relative_to(sys.prefix)
