"""The counter-searches of every chapter stand on one page, to which its protocol and its cards lead."""

from __future__ import annotations

from collections import Counter

import pytest

from resistance.book.contents import read_parts
from resistance.book.pages import read_page
from resistance.evidence.tables import check_table
from resistance.paths import root
from resistance.site.searches import SEARCHES
from resistance.site.table_directives import of_parts


@pytest.fixture(autouse=True)
def _the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)


def test_each_chapter_with_searches_is_on_one_page_of_them() -> None:
    pages = [name for _, names in read_parts(root()) for name in names if name.startswith(SEARCHES)]
    parts = [b.argument for p in pages for b in read_page(root(), p).parts.directives if b.name == "searches"]
    assert len(parts) == len(pages) > 1
    chapters = {row["chapter"] for row in check_table("counter_searches").rows}
    found = Counter({chapter: sum(of_parts({"chapter": chapter}, part) for part in parts) for chapter in chapters})
    assert set(found.values()) == {1}, found
    index = read_page(root(), SEARCHES.rstrip("/")).text
    assert all(f"{{page}}`{page.removeprefix('chapters/')}`" in index for page in pages)
