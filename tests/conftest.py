"""Settings of all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

from .book_copy import Copy, copy_book

# The same examples on every machine and run, and no time limit for one: a slow runner is not a fault of the code.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shares something costly stays with one worker: the cells of a notebook, the tests of a file of code.

    Browser tests share nothing but the browser, which each worker has, and are handed out one by one.
    """
    for item in items:
        if item.get_closest_marker("browser") is None and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture
def book_copy(tmp_path: Path) -> Copy:
    """A copy of the book as it stands."""
    return copy_book(tmp_path / "book")
