"""The published site links to its editions; the built site does not, and nothing else of a page changes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from resistance.editions.publish import publish
from resistance.editions.site_pages import NotBuilt, Site, slug


@pytest.fixture(scope="module")
def folders(pages: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path, Path]:
    """The pages that get links, editions of some bytes, and the site with both."""
    folder = tmp_path_factory.mktemp("published")
    for name in ("index", *pages.chapters):
        (folder / "html" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pages.folder / f"{name}.html", folder / "html" / f"{name}.html")
    (folder / "editions/chapters").mkdir(parents=True)
    for name in ("drug-resistance-in-cancer.pdf", "drug-resistance-in-cancer.epub"):
        (folder / "editions" / name).write_bytes(b"x" * 2_400_000)
    for name in pages.chapters:
        (folder / f"editions/chapters/{slug(name)}.pdf").write_bytes(b"x" * 700_000)
    site = Site(folder / "html")
    assert publish(site, folder / "editions", folder / "site") == len(pages.chapters) + 1
    return site, folder / "editions", folder / "site"


def test_every_chapter_links_to_files_that_are_there(pages: Site, folders: tuple[Site, Path, Path]) -> None:
    _, _, target = folders
    for name in ("index", *pages.chapters):
        page = target / f"{name}.html"
        links = re.findall(r'href="([^"]*editions/[^"]+)" download>[^<]+</a> \((?:2 MB|700 kB)\)', page.read_text())
        assert len(links) == (2 if name == "index" else 3), name
        assert all((page.parent / link).is_file() for link in links)


def test_nothing_else_changes_and_the_built_site_has_no_link(pages: Site, folders: tuple[Site, Path, Path]) -> None:
    site, _, target = folders
    for name in ("index", *pages.chapters):
        before = (site.folder / f"{name}.html").read_text()
        after = (target / f"{name}.html").read_text()
        assert "editions/" not in before
        assert [line for line in after.splitlines() if "editions/" not in line] == before.splitlines()


def test_a_missing_edition_is_an_error(folders: tuple[Site, Path, Path], tmp_path: Path) -> None:
    site, editions, _ = folders
    shutil.copytree(editions, tmp_path / "editions")
    (tmp_path / "editions/drug-resistance-in-cancer.epub").unlink()
    with pytest.raises(NotBuilt, match=r"epub is not there; make it first: make pdf epub"):
        publish(site, tmp_path / "editions", tmp_path / "site")
    assert not (tmp_path / "site").exists()
