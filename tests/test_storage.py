"""A disk that takes nothing more is one line, whoever meets it, and nothing is lost by it."""

from __future__ import annotations

import errno
import os
import re
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from resistance.storage import refusal, refusal_in

from .book_copy import ROOT, Copy, copy_book

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/page.html")
LINE = re.compile(r"resistance: \S+( file)? cannot be written: [^.]+\. Make room .+ is as it was\.\n")


def raised_from(cause: Exception) -> Exception:
    error = RuntimeError("the renderer has ended")
    error.__cause__ = cause
    return error


def while_handling(first: Exception) -> Exception:
    error = ValueError("nothing to do with it")
    error.__context__ = first
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FULL, "/somewhere/page.html cannot be written: No space left on device."),
        (
            OSError(errno.EROFS, os.strerror(errno.EROFS), ROOT / "data/x.csv"),
            "data/x.csv cannot be written: Read-only",
        ),
        (OSError(errno.ENOSPC, "No space left", "/lib/a.css", None, str(ROOT / "_build/a.css")), "_build/a.css cannot"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "a file cannot be written: Permission denied."),
        (ExceptionGroup("tasks", [ValueError(), ExceptionGroup("more", [FULL])]), "/somewhere/page.html cannot"),
        (raised_from(FULL), "/somewhere/page.html cannot"),
        (while_handling(FULL), "/somewhere/page.html cannot"),
        (sqlite3.OperationalError("database or disk is full"), "a file cannot be written: No space left on device."),
        (RuntimeError(f"a process said: OSError: {FULL.args}, [Errno 28] No space left on device"), "No space left"),
    ],
)
def test_whoever_meets_it_says_so(error: Exception, said: str) -> None:
    line = refusal(error)
    assert line is not None
    assert said in line
    assert LINE.fullmatch(line + "\n")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no space"),
        FileNotFoundError(errno.ENOENT, "No such file", "x"),
        ExceptionGroup("g", [KeyError("x")]),
    ],
)
def test_other_errors_are_left_to_others(error: Exception) -> None:
    assert refusal(error) is None
    assert refusal_in(str(error)) is None


@pytest.fixture
def book(tmp_path: Path) -> Copy:
    """A book of two pages."""
    made = copy_book(tmp_path / "book")
    (made.root / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: chapters/page\n")
    (made.root / "index.md").write_text("# Home\n\nA small book.\n")
    (made.root / "chapters/page.md").write_text("# Page\n\nOne sentence.\n")
    return made


def run_with_room(book: Copy, kilobytes: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line where no file may grow beyond a size, as on a disk that is full."""
    environ = {**os.environ, "RESISTANCE_ROOT": str(book.root), "PYTHONPATH": str(ROOT / "src")}

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * kilobytes, 1024 * kilobytes))

    command = [sys.executable, "-m", "resistance", *arguments]
    return subprocess.run(
        command, cwd=book.root, env=environ, capture_output=True, text=True, check=False, preexec_fn=limit
    )


@pytest.mark.parametrize(
    "arguments", [["references", "format"], ["references", "export", "--to", "ris", "--output", "x.ris"]]
)
def test_the_bibliography_is_as_it_was(book: Copy, arguments: list[str]) -> None:
    text = book.text("references.bib").replace("@article{", "@ARTICLE{", 1)
    (book.root / "references.bib").write_text(text, encoding="utf-8")
    before = book.bytes()
    done = run_with_room(book, 100, *arguments)
    assert done.returncode == 1
    assert LINE.fullmatch(done.stderr), done.stderr
    assert book.bytes() == before


@pytest.mark.parametrize("kilobytes", [1, 200])
def test_a_build_that_finds_no_room_is_one_line(book: Copy, kilobytes: int) -> None:
    done = run_with_room(book.without_entries(), kilobytes, "site", "build")
    assert done.returncode == 1
    assert LINE.fullmatch(done.stderr), done.stderr
    assert "Traceback" not in done.stdout
    done = book.run("site", "build")
    assert re.search(r"^Built \d+ pages", done.stdout, re.MULTILINE), done.stdout + done.stderr
