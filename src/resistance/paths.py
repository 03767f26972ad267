"""Where the parts of the book are, relative to the project root."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

_MARKS = ("_config.yml", "data", "chapters")  # what the root of a checkout holds


def root() -> Path:
    """Project root: ``RESISTANCE_ROOT`` if set, else the checkout that the working directory is in.

    Outside any checkout it is the one that this package was installed from. So a copy of a checkout, with the
    environment of the original, is checked and built as what it is.

    Returns
    -------
    Path
        Absolute path of the folder that holds ``_config.yml``, ``data/`` and ``chapters/``.
    """
    override = os.environ.get("RESISTANCE_ROOT")
    return Path(override).resolve() if override else _checkout(Path.cwd()) or Path(__file__).resolve().parents[2]


@lru_cache(maxsize=8)
def _checkout(folder: Path) -> Path | None:
    """The nearest folder, from ``folder`` outwards, that is the root of a checkout."""
    for path in (folder, *folder.parents):
        if all((path / mark).exists() for mark in _MARKS):
            return path.resolve()
    return None


def relative(path: Path | str) -> str:
    """``path`` as it is written in messages: relative to the root where possible, with forward slashes."""
    candidate = Path(path)
    try:
        return candidate.resolve().relative_to(root()).as_posix()
    except ValueError:
        return candidate.as_posix()
