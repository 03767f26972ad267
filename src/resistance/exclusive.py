"""One build at a time in one checkout: the others wait and say for whom.

The lock is the operating system's on an open file, so it ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resistance.paths import relative

LOCK = Path("_build") / ".lock"


@contextmanager
def exclusive(root: Path, what: str) -> Iterator[None]:
    """Hold the checkout's lock while building; waits for another process that holds it, after saying so.

    Parameters
    ----------
    root : project root
    what : command that holds the lock, as another process will name it
    """
    from filelock import FileLock, Timeout

    path = root / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"Waiting: {_holder(path)}.", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        holder = {"process": os.getpid(), "command": what, "since": time.strftime("%H:%M:%S")}
        _told(path).write_text(json.dumps(holder), encoding="utf-8")
        yield
    finally:
        _told(path).unlink(missing_ok=True)
        lock.release()


def _told(path: Path) -> Path:
    """Where the holder says who it is: a lock file that is held cannot be read everywhere."""
    return path.with_name(".lock-holder")


def _holder(path: Path) -> str:
    """Who holds the lock, in words."""
    shown = relative(path)
    try:
        holder = json.loads(_told(path).read_text(encoding="utf-8"))
        who, since, process = holder["command"], holder["since"], holder["process"]
        return f"'{who}' has been at work here since {since}, process {process} ({shown})"
    except (OSError, ValueError, KeyError, TypeError):
        return f"another process is at work here ({shown})"
