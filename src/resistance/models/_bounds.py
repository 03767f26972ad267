"""Bounds on the time and the memory of a piece of work whose cost nobody has looked at.

Time is bounded by a timer of the process's own processor time, so that a busy machine does not shorten it; the timer is
heard between two steps of Python, in the main thread only. Memory is bounded by the limit of the address space, which
Linux keeps.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MOST_SECONDS = 20.0
MOST_MEMORY = 2**30
_STATM = Path("/proc/self/statm")


class _TimeIsUp(BaseException):
    """No ``Exception``, so that nothing between here and the caller takes it for a fault of its own."""


@contextmanager
def bounded(seconds: float = MOST_SECONDS, memory: int = MOST_MEMORY) -> Iterator[None]:
    """Run the block with at most ``seconds`` of processor time and ``memory`` bytes beside what the process holds.

    Raises ``ValueError`` if the block takes more.
    """
    try:
        with _memory(memory), _time(seconds):
            yield
    except _TimeIsUp:
        raise ValueError(f"more than {seconds:g} s of processor time are needed") from None
    except MemoryError:
        raise ValueError(f"more than {memory / 2**20:g} MiB of memory are needed") from None


@contextmanager
def _time(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def up(*_: Any) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGPROF, up)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _memory(memory: int) -> Iterator[None]:
    if resource is None or not _STATM.exists():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = int(_STATM.read_text().split()[0]) * resource.getpagesize() + memory
    allowed = [bound for bound in before if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([limit, *allowed]), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
