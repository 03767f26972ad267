"""Memory of a build: the collector of cycles is off while pages are made (``build.render``) and called from here."""

from __future__ import annotations

import gc
import os
from typing import Any

PAGES = 20  # between two collections; one page leaves some five megabytes
_since = 0


def page_done(*_: Any) -> None:
    """Collect after so many pages; handler of ``doctree-read`` and ``html-page-context``."""
    global _since
    _since += 1
    if _since >= PAGES:
        _since = 0
        gc.collect()
        gc.freeze()  # what is still there stays: the next collection looks at new things alone


def _before_fork() -> None:
    """What there is now is the parent's: a process for some pages looks at what these leave alone."""
    if not gc.isenabled():  # while pages are made
        gc.freeze()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)
