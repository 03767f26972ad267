"""What the tests of the bibliography share: projects made of fixtures, and the day on which they are checked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from .registries import Registries

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 11, 23)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a copy of a fixture, and the project root of it."""

    def make(name: str) -> Path:
        root = tmp_path / name
        shutil.copytree(FIXTURES / name, root)
        monkeypatch.setenv("RESISTANCE_ROOT", str(root))
        return root

    return make


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registries]:
    """The three services, knowing nothing yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # whatever stands between this machine and the world
    with Registries() as running:
        yield running
