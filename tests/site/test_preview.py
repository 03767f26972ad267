"""``resistance site serve``: a change to a page shows, open pages are told, and a failed build keeps the last site."""

from __future__ import annotations

import os
import re
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

from resistance.site.serve import move

from ..book_copy import ROOT, Copy, copy_book

PAGE = "chapters/mechanisms/notes.md"


@pytest.fixture
def book(tmp_path: Path) -> Copy:
    """A book of two pages without code, one of them in a folder."""
    made = copy_book(tmp_path / "book").without_entries()
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
    wait_for(lambda: read(address) != "", 30)
    assert "Building" in read(address), "without a site a page says to wait"
    wait_for(lambda: "A small book." in read(address))
    page = address + PAGE.replace(".md", ".html")
    wait_for(lambda: "The first sentence." in read(page))
    assert "livereload.js" in read(page), "open pages are told to load again"

    time.sleep(1)  # changes are seen by their time
    book.append(PAGE, "\nThe second sentence.\n")
    wait_for(lambda: "The second sentence." in read(page))

    log = tmp_path / "serve.log"
    book.append(PAGE, "\nNobody wrote this {cite}`Nobody1999`.\n")
    wait_for(lambda: "Nobody1999" in log.read_text(encoding="utf-8"))
    wait_for(lambda: "The last good pages stay in place" in log.read_text(encoding="utf-8"))
    assert "The second sentence." in read(page)
    assert "Nobody wrote this" not in read(page)

    book.replace(PAGE, "{cite}`Nobody1999`", "yet")
    wait_for(lambda: "Nobody wrote this yet." in read(page))
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_the_built_site_is_shown_at_once_and_while_it_is_built_again(
    book: Copy, request: pytest.FixtureRequest
) -> None:
    site = book.root / "_build/html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("<title>Home</title><p>The page that was built before.")
    address = request.getfixturevalue("address")
    wait_for(lambda: read(address) != "", 30)
    assert "The page that was built before." in read(address)
    wait_for(lambda: "A small book." in read(address))
    assert "The page that was built before." not in read(address)


def test_a_port_that_is_taken_is_told_in_one_line_with_one_that_is_free(book: Copy) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = book.run("site", "serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"Port {port} is in use by another program\. Try: make serve PORT=\d+\n", done.stderr)


def test_what_is_shown_becomes_what_was_built_and_nothing_else_is_touched(tmp_path: Path) -> None:
    built, shown = tmp_path / "next", tmp_path / "html"
    for folder, files in (
        (built, {"a.html": "1", "b/c.css": "2"}),
        (shown, {"a.html": "1", "b/d.css": "3", "e.js": "4"}),
    ):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    before = (shown / "a.html").stat().st_mtime_ns
    assert move(built, shown) == 3
    assert {p.relative_to(shown).as_posix(): p.read_text() for p in shown.rglob("*") if p.is_file()} == {
        "a.html": "1",
        "b/c.css": "2",
    }
    assert (shown / "a.html").stat().st_mtime_ns == before
    assert move(built, shown) == 0
