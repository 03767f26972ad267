"""Settings of all tests."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from .book_copy import Copy, copy_book

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every machine and run, and no time limit for one: a slow runner is not a fault of the code.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


class ByFile(LoadScopeScheduling):
    """What shares something costly stays with one worker: the cells of a notebook, the tests of a file of code.

    Browser tests share nothing but the browser, which each worker has, and are handed out one by one. The groups of
    pytest-xdist 3.8 would say the same, but pytest 9.2 does not hand them on: its names of tests cannot be changed.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in browser_files() else file


@cache
def browser_files() -> frozenset[str]:
    """Files that say of all their tests that they need the browser, and nothing of what they share."""
    files = (ROOT / "tests/site").glob("test_*.py")
    return frozenset(
        path.relative_to(ROOT).as_posix()
        for path in files
        if "\npytestmark = pytest.mark.browser\n" in path.read_text(encoding="utf-8")
    )


# Files of few tests that take minutes: begun last, one worker would wait for the other.
LONGEST = (
    "tests/site/test_warm_equals_cold.py",
    "tests/site/test_builds.py",
    "tests/test_environment.py",
    "tests/site/test_preview.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; all others in their order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three workers for two cores (``-n auto``): a test that looks at a page waits for its browser half the time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, cores * 3 // 2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # by number of tests the longest would come last
    return ByFile(config, log)


@pytest.fixture
def book_copy(tmp_path: Path) -> Copy:
    """A copy of the book as it stands."""
    return copy_book(tmp_path / "book")
