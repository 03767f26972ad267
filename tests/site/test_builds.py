"""Builds keep out of each other's way, and what is missing, changed or dated in the future is seen."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..book_copy import ROOT
from .small_book import SmallBook
from .test_warm_equals_cold import contents, differences

NEWS = "NEWS.md"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> SmallBook:
    """A small book, one page of which takes in a file from outside the pages; built once."""
    small = SmallBook(tmp_path_factory.mktemp("builds") / "book", 11)
    (small.root / NEWS).write_text("The first news.\n")
    small.copy.append("chapters/glossary.md", f"\n```{{include}} ../{NEWS}\n```\n")
    assert build(small).returncode == 0
    return small


def command(small: SmallBook) -> tuple[list[str], dict[str, str]]:
    """The command line's build of the book, and its environment."""
    environ = {**os.environ, "RESISTANCE_ROOT": str(small.root), "PYTHONPATH": str(ROOT / "src")}
    return [sys.executable, "-m", "resistance", "site", "build"], environ


def build(small: SmallBook) -> subprocess.CompletedProcess[str]:
    arguments, environ = command(small)
    return subprocess.run(arguments, cwd=small.root, env=environ, capture_output=True, text=True, check=False)


def site(small: SmallBook) -> Path:
    return small.root / "_build" / "html"


def test_nothing_to_do_is_said_at_once(book):
    done = build(book)
    assert "Nothing has changed since the site was built." in done.stdout
    assert done.stderr == ""


def test_what_is_missing_or_was_changed_is_built_again(book):
    before = contents(site(book))
    page = f"{book.pages[0]}.html"
    lost = ["_static/review.css", "data/references.ris", "index.html", "_static/search/rows.js", page]
    lost.append(next(name for name in before if name.startswith("cite/")))
    lost.append(next(name for name in before if name.startswith("_tables/")))
    for name in lost[:-1]:
        (site(book) / name).unlink()
    (site(book) / lost[-1]).write_text("somebody has written here")
    done = build(book)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"and {len(lost) - 1} more files are missing or changed." in done.stdout
    assert differences(contents(site(book)), before) == []


def test_a_copied_site_is_as_good_as_the_first(book, tmp_path):
    before = contents(site(book))
    copied = SmallBook.__new__(SmallBook)
    copied.root = tmp_path / "copy"
    shutil.copytree(book.root, copied.root, symlinks=True, copy_function=shutil.copyfile)  # every file is new
    index = site(copied) / "index.html"
    assert index.stat().st_mtime_ns != (site(book) / "index.html").stat().st_mtime_ns
    done = build(copied)
    assert "Nothing has changed since the site was built." in done.stdout, done.stdout + done.stderr
    text = index.read_bytes()
    index.write_bytes(text[:-1] + b"!")  # as long as before
    done = build(copied)
    assert "Built again: index.html is missing or changed." in done.stdout
    assert differences(contents(site(copied)), before) == []


def test_a_file_that_a_page_takes_in_is_followed(book):
    assert "The first news." in (site(book) / "chapters/glossary.html").read_text()
    (book.root / NEWS).write_text("The second news.\n")
    assert build(book).returncode == 0
    shown = (site(book) / "chapters/glossary.html").read_text()
    assert "The second news." in shown
    assert "The first news." not in shown


def test_a_date_in_the_future_does_not_build_for_ever(book):
    later = time.time() + 400 * 86_400
    touched = [book.root / f"{book.pages[1]}.md", book.root / "chapters/rows.md"]
    touched += [*(book.root / "data").glob("*.csv"), book.root / NEWS]
    for path in touched:
        os.utime(path, (later, later))
    book.copy.append(f"{book.pages[1]}.md", "\nOne sentence more.\n")
    os.utime(touched[0], (later, later))
    assert "Built" in build(book).stdout
    again = build(book)
    assert "Executed 0," in again.stdout
    assert "Nothing has changed since the site was built." in again.stdout


def test_three_at_once_wait_for_each_other_and_give_what_one_gives(book):
    book.copy.append(f"{book.pages[2]}.md", "\nA sentence for three.\n")
    arguments, environ = command(book)
    running = [
        subprocess.Popen(
            arguments, cwd=book.root, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert not any("Traceback" in out + err for out, err in said)
    assert sum("Built" in out for out, _ in said) == 1
    assert sum("Nothing has changed" in out for out, _ in said) == 2
    assert any("Waiting: 'resistance site build' has been at work here since " in err for _, err in said)
    together = contents(site(book))
    assert b"A sentence for three." in together[f"{book.pages[2]}.html"]
    assert not (book.root / "_build/.lock-holder").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_takes_nothing_is_one_line(book):
    book.copy.append(f"{book.pages[2]}.md", "\nA sentence that is not written.\n")
    folder = book.root / "_build"
    mode = folder.stat().st_mode
    folder.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        done = build(book)
    finally:
        folder.chmod(mode)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
