"""Where the parts of the book are, relative to the project root."""

from __future__ import annotations

import os
from pathlib import Path


def root() -> Path:
    """Project root: ``RESISTANCE_ROOT`` if set, else the checkout that this package was installed from.

    Returns
    -------
    Path
        Absolute path of the folder that holds ``_config.yml``, ``data/`` and ``chapters/``.
    """
    override = os.environ.get("RESISTANCE_ROOT")
    return Path(override).resolve() if override else Path(__file__).resolve().parents[2]


def relative(path: Path | str) -> str:
    """``path`` as it is written in messages: relative to the root where possible, with forward slashes."""
    candidate = Path(path)
    try:
        return candidate.resolve().relative_to(root()).as_posix()
    except ValueError:
        return candidate.as_posix()
