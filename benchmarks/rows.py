"""Section 4c: how building grows with the rows of evidence: the pages of drugs, genes and cancers, explorer, search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.builds import Book, Say, must_succeed
from benchmarks.growth import make_book
from benchmarks.measure import Measured, growth_exponent, python
from benchmarks.project import evidence_tables, repeated_rows
from benchmarks.report import Section, Table

TIMES = (1, 3, 10)  # as many rows as the book has
CHAPTERS = 3  # generated, of text alone
LARGEST = 500_000  # bytes of a page


@dataclass(frozen=True)
class Grown:
    """A book with ``rows`` rows of evidence: its builds, and what they wrote of pages of entries."""

    rows: int
    pages: int  # of drugs, genes and cancers
    largest: int  # bytes of the largest page of the site
    cold: Measured
    sentence: Measured
    rewritten: int  # pages of entries that the changed sentence wrote anew, which name nothing in it
    lists: int  # bytes of what explorer and search load at most


def measure_rows(root: Path, scratch: Path, say: Say, times: Sequence[int] = TIMES) -> Section:
    """Build books with several times the rows cold, and after one more sentence in a chapter."""
    return section([_grown(root, scratch, say, factor) for factor in times])


def section(books: Sequence[Grown]) -> Section:
    """The table and what it says about growth."""
    rows = [
        [b.rows, b.pages, round(b.largest / 1000), round(b.lists / 1000), b.cold.seconds, b.cold.cpu_seconds,
         b.sentence.cpu_seconds, b.rewritten, round(b.cold.peak_mb)]
        for b in books
    ]  # fmt: skip
    header = ["rows", "pages of entries", "largest kB", "lists kB", "cold s", "cold CPU s", "one sentence CPU s"]
    header += ["pages rewritten", "peak MB"]
    notes = ["Copies of the book's own rows with ids and studies of their own, in a book of a few generated chapters."]
    exponent = growth_exponent([b.rows for b in books], [b.cold.cpu_seconds for b in books])
    if exponent is not None:
        notes.append(f"CPU time, cold, grows as the number of rows to the power {exponent:.2f} (1 is linear).")
    notes += [
        f"With {b.rows:,} rows a page has {b.largest:,} bytes, over {LARGEST:,}." for b in books if b.largest > LARGEST
    ]
    return Section(
        "Growth with the rows of evidence",
        [Table("Books with several times the rows", header, rows)],
        notes,
        {"books": [asdict(b) for b in books]},
    )


def multiply_rows(folder: Path, factor: int) -> int:
    """Give every evidence table of a project ``factor`` times its rows; returns how many there are then."""
    total = 0
    for table, count in evidence_tables(folder / "data").items():
        path, name = folder / "data" / f"{table}.csv", f"generated-{table.replace('_', '-')}"
        text = repeated_rows(path.read_text(encoding="utf-8"), (factor - 1) * count, name)
        path.write_text(text, encoding="utf-8")
        total += factor * count
    return total


def _grown(root: Path, scratch: Path, say: Say, factor: int) -> Grown:
    folder = make_book(root, scratch / f"rows-{factor}", CHAPTERS)
    rows = multiply_rows(folder, factor)
    book = Book(f"{rows:,} rows", folder, tuple(python("-m", "resistance", "site", "build")))
    say(f"rows: {book.name}, cold")
    cold = _built(book)
    before = _entries(book)
    say(f"rows: {book.name}, one sentence")
    page = folder / "chapters/generated/chapter-001.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nOne sentence more.\n", encoding="utf-8")
    sentence = _built(book)
    after = _entries(book)
    rewritten = sum(1 for path, (_, when) in after.items() if before.get(path, (0, 0))[1] != when)
    lists = [*(book.site / "_rows").glob("*.js"), *(book.site / "_static/search").glob("*.js")]
    sizes = [path.stat().st_size for path in book.site.rglob("*.html")]
    return Grown(rows, len(after), max(sizes), cold, sentence, rewritten, sum(p.stat().st_size for p in lists))


def _built(book: Book) -> Measured:
    measured = book.build()
    must_succeed(measured, book)
    if measured.status:
        raise RuntimeError(f"{book.name}: ended with an error:\n{measured.output[-3000:]}")
    return measured


def _entries(book: Book) -> dict[str, tuple[int, int]]:
    """Size and time of each page of an entry."""
    pages = [path for kind in ("drugs", "genes", "cancers") for path in (book.site / kind).rglob("*.html")]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in pages}
