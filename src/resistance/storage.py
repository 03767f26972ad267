"""A disk that takes nothing more, whoever meets it: one line that says so, not a traceback of the one who did."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from resistance.paths import relative

_REFUSALS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT, errno.EFBIG)
_SQLITE = ("database or disk is full", "attempt to write a readonly database", "unable to open database file")
_REMEDY = "Make room or allow writing there, and run the command again; what was there before is as it was."


def refusal(error: BaseException) -> str | None:
    """The line to print if ``error`` comes from a disk that is full or read-only, else None.

    Errors that were raised from it, together with it or with its words count as well: SQLite, Sphinx' processes and
    groups of tasks each wrap it in their own way.
    """
    for one in _related(error):
        if isinstance(one, OSError) and one.errno in _REFUSALS:
            name = one.filename2 or one.filename
            return _line(relative(os.fsdecode(name)) if isinstance(name, (str, bytes, os.PathLike)) else "", one.errno)
    return next((line for one in _related(error) if (line := refusal_in(str(one)))), None)


def refusal_in(text: str) -> str | None:
    """The same for what somebody else has said of such an error."""
    for number in _REFUSALS:
        if f"[Errno {number}] {os.strerror(number)}" in text or f"OSError({number}, " in text:
            return _line("", number)
    if any(words in text for words in _SQLITE):
        return _line("", errno.ENOSPC if _SQLITE[0] in text else errno.EROFS)
    return None


def _line(name: str, number: int) -> str:
    return f"resistance: {name or 'a file'} cannot be written: {os.strerror(number)}. {_REMEDY}"


def _related(error: BaseException | None) -> Iterator[BaseException]:
    """The error, those of its group, and those that it was raised from."""
    if error is None:
        return
    yield error
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _related(part)
    yield from _related(error.__cause__ or error.__context__)
