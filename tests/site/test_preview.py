"""``resistance site serve``: a change to a page shows, open pages are told, and a failed build keeps the last site."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from ..book_copy import ROOT, Copy, copy_book

PAGE = "chapters/mechanisms/notes.md"


@pytest.fixture
def book(tmp_path: Path) -> Copy:
    """A book of two pages without code, one of them in a folder."""
    made = copy_book(tmp_path / "book")
    (made.root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n  - file: {PAGE}\n")
    (made.root / "index.md").write_text("# Home\n\nA small book.\n")
    (made.root / PAGE).write_text("# Notes\n\nThe first sentence.\n")
    return made


@pytest.fixture
def address(book: Copy, tmp_path: Path) -> Iterator[str]:
    """Address of the preview, on a port that was free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {"RESISTANCE_ROOT": str(book.root), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "resistance", "site", "serve", "--port", str(port)]
    with (tmp_path / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=book.root, env=environ, stdout=log, stderr=log)
        yield f"http://127.0.0.1:{port}/"
        server.terminate()
        server.wait(20)


def read(address: str) -> str:
    """A page of the preview; empty while nothing answers."""
    with suppress(URLError, ConnectionError), urlopen(address, timeout=10) as answer:
        return answer.read().decode("utf-8")
    return ""


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing came of it in time"
        time.sleep(0.2)


def test_a_changed_sentence_shows_and_a_failed_build_keeps_the_last_site(
    book: Copy, address: str, tmp_path: Path
) -> None:
    page = address + PAGE.replace(".md", ".html")
    wait_for(lambda: "The first sentence." in read(page))
    assert "livereload.js" in read(page), "open pages are told to load again"

    time.sleep(1)  # changes are seen by their time
    book.append(PAGE, "\nThe second sentence.\n")
    wait_for(lambda: "The second sentence." in read(page))

    log = tmp_path / "serve.log"
    book.append(PAGE, "\nNobody wrote this {cite}`Nobody1999`.\n")
    wait_for(lambda: "Nobody1999" in log.read_text(encoding="utf-8"))
    assert "The second sentence." in read(page)

    book.replace(PAGE, "{cite}`Nobody1999`", "yet")
    wait_for(lambda: "Nobody wrote this yet." in read(page))
    assert "Traceback" not in log.read_text(encoding="utf-8")
