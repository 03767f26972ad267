"""Settings of all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

from .book_copy import Copy, copy_book

# The same examples on every machine and run, and no time limit for one: a slow runner is not a fault of the code.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture
def book_copy(tmp_path: Path) -> Copy:
    """A copy of the book as it stands."""
    return copy_book(tmp_path / "book")
