"""What the last build of a site was made from and what it wrote, so that what is missing or changed is built again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from resistance.book.freshness import freshness_of, today
from resistance.book.pages import every_page
from resistance.changes.version import has_history, releases
from resistance.paths import root

PREVIEW = "RESISTANCE_PREVIEW"  # set while the live preview builds
INCLUDED = "included.json"  # beside the doctrees: files that pages take in, by {include} and the like
_SINGLE_INPUTS = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "references.bib",
    "requirements.txt",
    "CONTRIBUTING.md",
    "redirects.csv",
)


@dataclass(frozen=True)
class LastBuild:
    """Digest of the inputs, files that pages took in from elsewhere; size, time and digest of every file written."""

    inputs: str = ""
    included: tuple[str, ...] = ()
    outputs: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> LastBuild:
        """What is known of the last build into ``folder``; nothing if there was none or its record cannot be used."""
        try:
            content = json.loads(_record(folder).read_text(encoding="utf-8"))
            outputs = {name: (size, at, digest) for name, (size, at, digest) in content["outputs"].items()}
            return cls(content["inputs"], tuple(content["included"]), outputs)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    @classmethod
    def write(cls, folder: Path, inputs: str, included: Iterable[str]) -> None:
        """Record a build that has succeeded."""
        outputs = {name: (*state, _digest(folder / name)) for name, state in _files(folder).items()}
        last = cls(inputs, tuple(included), outputs)
        _record(folder).write_text(json.dumps(asdict(last), sort_keys=True), encoding="utf-8")

    @staticmethod
    def forget(folder: Path) -> None:
        """A build begins: until it has succeeded nothing is known."""
        _record(folder).unlink(missing_ok=True)

    def lost(self, folder: Path) -> list[str]:
        """Files of the last build that are missing, or that somebody has changed since.

        A file of another time is read: in a copied folder every file is new and none is changed.
        """
        now = _files(folder)
        return sorted(
            name
            for name, (size, at, digest) in self.outputs.items()
            if now.get(name) != (size, at)
            and (name not in now or now[name][0] != size or _digest(folder / name) != digest)
        )


def _record(folder: Path) -> Path:
    return folder.parent / f".{folder.name}-built.json"


def doctrees(folder: Path, remove: bool = False) -> Path:
    """Where Sphinx keeps what it has read for the site in ``folder``; ``remove`` makes the next build a cold one."""
    path = folder.parent / f".doctrees-{folder.name}"
    if remove:
        shutil.rmtree(path, ignore_errors=True)
    return path


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file below a folder."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            state = path.stat()
            found[path.relative_to(folder).as_posix()] = (state.st_size, state.st_mtime_ns)
    return found


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def included_files(trees: Path) -> list[str]:
    """Files that pages took in when they were last read."""
    path = trees / INCLUDED
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def inputs_digest(included: Iterable[str]) -> str:
    """Digest of every file that the site is made from, and of the settings that change it.

    Parameters
    ----------
    included : files that pages take in from outside the folders of the book
    """
    # With the day a chapter may have come due, and with a release what has changed since.
    states = [str(freshness_of(page, today())) for page in every_page(root())]
    total = sha256(
        "\n".join([os.environ.get(PREVIEW, ""), *states, *releases(root()), str(has_history(root()))]).encode()
    )
    single = [root() / name for name in (*_SINGLE_INPUTS, *included)]
    folders = [
        p for name in ("chapters", "data", "src") for p in (root() / name).rglob("*") if "__pycache__" not in p.parts
    ]
    for path in sorted({*single, *folders}):
        content = sha256(path.read_bytes()).digest() if path.is_file() else b""
        if content or path in single:
            # Not what a link leads to: a copy of the folder has the same inputs.
            total.update(path.relative_to(root()).as_posix().encode() + b"\0" + content)
    return total.hexdigest()
