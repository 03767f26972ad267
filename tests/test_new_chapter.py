"""A chapter that has just been begun builds as it is, and the check names what is left to fill in and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .book_copy import Copy, copy_book

NAME = "mechanisms/my-mechanism"
PAGE = f"chapters/{NAME}.md"


@pytest.fixture
def book(tmp_path: Path) -> Copy:
    """A copy of the book."""
    return copy_book(tmp_path / "book")


def errors(book: Copy) -> set[str]:
    return {line for line in book.check()[0] if " error: " in line}


def is_to_fill(line: str) -> bool:
    """Whether an error tells of something that the template leaves to its user."""
    return bool(re.match(rf"{re.escape(PAGE)}:\d+: (CHP036|CHP039|CHP012|CHP011) ", line))


def test_the_command_writes_page_contents_and_headers_and_the_check_names_what_is_left(book: Copy) -> None:
    before = errors(book)
    done = book.run("new", NAME)
    assert done.returncode == 0, done.stderr
    *written, last = done.stdout.splitlines()
    tables = ("claims", "counter_searches", "model_parameters", "model_checks", "statement_audit")
    assert written == [PAGE, "_toc.yml", *(f"data/{table}/{NAME}.csv" for table in tables)]
    assert "make check" in last
    lines = book.lines("_toc.yml")
    at = lines.index(f"      - file: chapters/{NAME}")
    assert lines[at - 1].startswith("      - file: chapters/mechanisms/")
    assert "mechanisms" not in lines[at + 1]
    new = errors(book) - before
    assert [line for line in new if not is_to_fill(line)] == []
    template = book.lines(PAGE)
    for text in ("section:", "question:", "search:", "# Title", "What happens,", ":caption:", "caption=", "finding="):
        (number, *_) = [i for i, line in enumerate(template, 1) if line.strip().startswith(text)]
        assert any(line.startswith(f"{PAGE}:{number}: CHP036 ") for line in new), text
    searched = next(i for i, line in enumerate(template, 1) if line.startswith("  searched:"))
    assert any(line.startswith(f"{PAGE}:{searched}: CHP011 ") and "still to come" in line for line in new)


def test_a_copy_by_hand_builds(book: Copy) -> None:
    """The page alone, without the rest of the book, so that it takes seconds."""
    template = book.root / "chapters/_template.md"
    text = template.read_bytes()
    shutil.rmtree(book.root / "chapters")
    (book.root / PAGE).parent.mkdir(parents=True)
    for path in (template, book.root / PAGE):
        path.write_bytes(text)
    (book.root / "index.md").write_text("# Home\n\nA small book.\n")
    (book.root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n  - file: {PAGE}\n")
    done = book.without_entries().run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Built " in done.stdout
    shown = (book.root / "_build/html" / PAGE.replace(".md", ".html")).read_text(encoding="utf-8")
    assert "fig-my-model" in shown and "tbl-my-table" in shown
    assert "percent signs" not in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mechanisms/drug-targets", "chapters/mechanisms/drug-targets.md is there already."),
        ("Mechanisms/My page", "is no name of a chapter; write it in lower case, as mechanisms/my-mechanism."),
        ("../outside", "is no name of a chapter"),
        ("", "is no name of a chapter"),
        (
            "surgery/margins",
            "_toc.yml lists no page of chapters/surgery; add '- file: chapters/surgery/margins'",
        ),
    ],
)
def test_what_cannot_be_begun_is_one_line_and_nothing_is_written(book: Copy, name: str, said: str) -> None:
    before = book.bytes()
    done = book.run("new", name)
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert book.bytes() == before
