"""Section 1: build times and memory of the same book, plain Jupyter Book beside ours."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Measured, python, ratio, run
from benchmarks.project import SENTENCE, chapters_of, copy_project, environment, make_plain, with_sentence
from benchmarks.report import Cell, Section, Table

STEPS = ("cold", "unchanged", "one sentence changed")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Book:
    """A copy of the book, how it is built and where its pages are."""

    name: str
    folder: Path
    command: tuple[str, ...]

    @property
    def site(self) -> Path:
        """Folder of the built pages."""
        return self.folder / "_build" / "html"

    def build(self) -> Measured:
        """Build it once."""
        return run(self.command, self.folder, environment(self.folder))


def plain_book(scratch: Path) -> Book:
    """The copy with Jupyter Book's defaults; not made yet."""
    program = Path(sys.executable).with_name("jupyter-book")
    return Book("plain Jupyter Book", scratch / "plain", (str(program), "build", "."))


def our_book(scratch: Path) -> Book:
    """The copy as it is; not made yet."""
    return Book("this book", scratch / "ours", tuple(python("-m", "resistance", "site", "build")))


def make_copies(root: Path, scratch: Path) -> list[Book]:
    """Fresh copies of the book, nothing built."""
    plain, ours = plain_book(scratch), our_book(scratch)
    make_plain(root, plain.folder)
    copy_project(root, ours.folder)
    return [plain, ours]


def built_copies(root: Path, scratch: Path, say: Say) -> list[Book]:
    """Copies with their pages: those of the last run, or built now."""
    books = [plain_book(scratch), our_book(scratch)]
    if not all((book.site / "index.html").is_file() for book in books):
        books = make_copies(root, scratch)
        for book in books:
            say(f"building {book.name}")
            must_succeed(book.build(), book)
    return books


def must_succeed(measured: Measured, book: Book) -> None:
    """Raise ``RuntimeError`` with the end of the output if a build gave no pages.

    A build that wrote its pages and then ended with an error (our warnings are errors) was measured all the same; the
    report says so.
    """
    if not (book.site / "index.html").is_file():
        raise RuntimeError(f"{book.name} could not be built:\n{measured.output[-3000:]}")


def measure_builds(root: Path, scratch: Path, say: Say) -> Section:
    """Build both books cold, again without a change, and after one more sentence in a chapter."""
    plain, ours = make_copies(root, scratch)
    results: dict[str, dict[str, Measured]] = {}
    for book in (plain, ours):
        results[book.name] = {}
        for step in STEPS:
            if step == STEPS[2]:
                _change(book)
            say(f"builds: {book.name}, {step}")
            measured = book.build()
            must_succeed(measured, book)
            results[book.name][step] = measured
        if not _shows_change(book):
            raise RuntimeError(f"{book.name}: the changed sentence is not on its page")
    rows: dict[str, list[list[Cell]]] = {"seconds": [], "cpu_seconds": [], "peak_mb": []}
    for step in STEPS:
        for measure, lines in rows.items():
            first, second = (getattr(results[book.name][step], measure) for book in (plain, ours))
            lines.append([step, first, second, ratio(second, first)])
    header = ["build", plain.name, ours.name, "ours / plain"]
    return Section(
        f"Builds of the same book ({len(chapters_of(ours.folder))} chapters)",
        [
            Table("Wall time, seconds", header, rows["seconds"]),
            Table("Processor time of all processes, seconds", header, rows["cpu_seconds"]),
            Table("Peak memory of the process tree, MB", header, rows["peak_mb"]),
        ],
        [
            "Plain: a copy of the project with Jupyter Book's defaults for theme, MathJax, Thebe and (serial) "
            "execution; charts as Altair shows them, tables as pandas does, our roles as text.",
            "Memory is the sum of resident sets, so pages that parallel kernels share count more than once.",
            *(
                f"{name}, {step}: ended with status {m.status}: {m.last_line}"
                for name, steps in results.items()
                for step, m in steps.items()
                if m.status
            ),
        ],
        {
            name: {
                step: {"seconds": m.seconds, "cpu_seconds": m.cpu_seconds, "peak_mb": m.peak_mb}
                for step, m in steps.items()
            }
            for name, steps in results.items()
        },
    )


def _change(book: Book) -> None:
    page = book.folder / f"{chapters_of(book.folder)[0]}.md"
    page.write_text(with_sentence(page.read_text(encoding="utf-8")), encoding="utf-8")


def _shows_change(book: Book) -> bool:
    page = book.site / f"{chapters_of(book.folder)[0]}.html"
    return SENTENCE in page.read_text(encoding="utf-8")
