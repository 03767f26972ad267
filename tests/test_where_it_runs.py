"""The same in every place: a path with spaces and umlauts in the plainest locale, a day that begins elsewhere first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .book_copy import Copy, copy_book

PLAIN = {"LC_ALL": "C", "LANG": "C", "LANGUAGE": "", "PYTHONCOERCECLOCALE": "0"}  # what a bare container gives


@pytest.fixture
def book(tmp_path: Path) -> Copy:
    """A copy of the book in a folder whose name is not ASCII."""
    return copy_book(tmp_path / "Büch mit Lücken, 本")


def test_check_and_format_in_the_plainest_locale(book: Copy) -> None:
    usual = book.run("check", "--warnings")
    plain = book.run("check", "--warnings", **PLAIN)
    assert (plain.returncode, plain.stderr) == (usual.returncode, "") == (0, "")
    assert len(plain.stdout.splitlines()) == len(usual.stdout.splitlines())
    before = book.bytes()
    assert book.run("references", "format", **PLAIN).returncode == 0
    assert book.run("book", "format", **PLAIN).returncode == 0
    assert book.bytes() == before
    line = book.append("chapters/introduction.md", "\nIt was said {cite}`Nobödy1999`.\n") + 1
    plain = book.run("check", **PLAIN)
    assert plain.returncode == 1
    assert "Traceback" not in plain.stderr
    (told,) = [
        text for text in plain.stdout.splitlines() if text.startswith(f"chapters/introduction.md:{line}: REF061")
    ]
    assert "Nobödy1999" in told


def test_a_build_in_the_plainest_locale(book: Copy) -> None:
    page = book.root / "chapters/page.md"
    (book.root / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: chapters/page\n")
    (book.root / "index.md").write_text("# Home\n\nA small book.\n")
    header = book.text("chapters/_template.md").split("review:")[0]
    page.write_text(f'{header}---\n# Größe\n\n```{{code-cell}} ipython3\nprint("β")\n```\n', encoding="utf-8")
    done = book.without_entries().run("site", "build", **PLAIN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "β" in (book.root / "_build/html/chapters/page.html").read_text(encoding="utf-8")
    assert "Nothing has changed" in book.run("site", "build", **PLAIN).stdout


def test_a_contributors_own_day_is_not_in_the_future(book: Copy) -> None:
    """A day begins on some islands fourteen hours before it does in UTC, and on others it is still yesterday."""
    first = datetime.now(UTC) + timedelta(hours=14)
    rows = book.table("chemotherapy_outcomes")
    for day, expected in ((first.date(), 0), (first.date() + timedelta(days=2), 1)):
        rows[0]["seen_on"] = day.isoformat()
        book.write_table("chemotherapy_outcomes", rows)
        assert book.run("check").stdout.count(" EVI022 ") == expected, day
