"""Where the parts of the book are, relative to the project root."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

_MARKS = ("_config.yml", "data", "chapters")  # what the root of a checkout holds


class NoCheckout(RuntimeError):
    """There is no checkout of the review whose pages and tables could be read."""


def root() -> Path:
    """Project root: ``RESISTANCE_ROOT`` if set, else the checkout that the working directory is in.

    Outside any checkout it is the one that this package was installed from. So a copy of a checkout, with the
    environment of the original, is checked and built as what it is.

    Returns
    -------
    Path
        Absolute path of the folder that holds ``_config.yml``, ``data/`` and ``chapters/``.

    Raises
    ------
    NoCheckout
        If the package was installed on its own (from a wheel) and the working directory is in no checkout, or if
        ``RESISTANCE_ROOT`` is no folder.
    """
    if override := os.environ.get("RESISTANCE_ROOT"):
        if not Path(override).is_dir():
            raise NoCheckout(f"RESISTANCE_ROOT is {override!r}, which is no folder; set it to a clone of the review")
        return Path(override).resolve()
    if found := _checkout(Path.cwd()) or _checkout(Path(__file__).parent):
        return found
    raise NoCheckout(
        "the pages and tables of the review are not here, and this package was installed without them; "
        "run the command in a clone of the review's repository, or set RESISTANCE_ROOT to one"
    )


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
