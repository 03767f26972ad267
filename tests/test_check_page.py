"""``resistance check chapters/x.md`` says of one page what is wrong with it, and nothing of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from .book_copy import Copy, copy_book

PAGE = "chapters/mechanisms/hypoxia.md"


@pytest.fixture
def book(tmp_path: Path) -> Copy:
    return copy_book(tmp_path / "book")


def test_one_page_alone(book: Copy) -> None:
    book.append(PAGE, "\nIt cites {cite}`Nobody1900`.\n")
    book.append("chapters/mechanisms/apoptosis.md", "\nIt cites {cite}`Nobody1901`.\n")
    book.append("data/claims/mechanisms/hypoxia.csv", "a,b\n")
    done = book.run("check", PAGE)
    assert done.returncode == 1
    errors = [line for line in done.stdout.splitlines() if " error: " in line]
    places = {line.split(":")[0] for line in errors}
    assert places == {PAGE, "data/claims/mechanisms/hypoxia.csv"}
    assert any("Nobody1900" in line for line in errors)


def test_a_page_that_is_not_there_is_one_line(book: Copy) -> None:
    done = book.run("check", "chapters/nowhere.md")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no page 'chapters/nowhere.md'; name one as chapters/mechanisms/hypoxia.md." in done.stderr
