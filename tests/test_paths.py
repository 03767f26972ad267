"""The root is the checkout in which the command is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from resistance import paths

OURS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)


def checkout(folder: Path) -> Path:
    for name in ("data", "chapters/deep"):
        (folder / name).mkdir(parents=True)
    (folder / "_config.yml").touch()
    return folder


def test_a_copy_is_a_copy_wherever_in_it_one_stands(tmp_path, monkeypatch):
    root = checkout(tmp_path / "Büch mit Lücken")
    for folder in (root, root / "chapters/deep"):
        monkeypatch.chdir(folder)
        assert paths.root() == root
    assert paths.relative(root / "data/x.csv") == "data/x.csv"


def test_a_link_leads_to_the_checkout(tmp_path, monkeypatch):
    root = checkout(tmp_path / "book")
    (tmp_path / "link").symlink_to(root)
    monkeypatch.chdir(tmp_path / "link")
    assert paths.root() == root


def test_outside_any_checkout_it_is_the_one_of_the_package(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert paths.root() == Path(paths.__file__).resolve().parents[2]


def test_the_setting_is_stronger(tmp_path, monkeypatch):
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    monkeypatch.chdir(checkout(tmp_path / "book"))
    assert paths.root() == tmp_path
