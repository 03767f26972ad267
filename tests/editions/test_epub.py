"""EPUB: valid by EPUBCheck, the same figures, tables and links as the site, accessible, the same bytes."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from resistance.editions.checking import epub_faults, epubcheck_faults
from resistance.editions.epub import write_epub
from resistance.editions.site_pages import Site, slug

from . import on_the_site
from .conftest import CHAPTER, PAGES, Made


def test_figures_tables_and_links_are_those_of_the_site(pages: Site, packed: Made) -> None:
    articles = on_the_site.articles(pages.folder, PAGES)
    assert packed.held.pictures == sum(map(on_the_site.figures, articles.values())) >= 3
    assert packed.held.tables == sum(map(on_the_site.tables, articles.values())) >= 3
    wanted: Counter[str] = Counter()
    for name, article in articles.items():
        for address, count in on_the_site.links(name, article, with_rows=True).items():
            page, _, place = address.removeprefix(on_the_site.PREFIX).partition("#")
            inside = address.startswith(on_the_site.PREFIX) and page in PAGES
            wanted[f"{slug(page)}.xhtml{f'#{place}' if place else ''}" if inside else "outside"] += count
        for card in article.select(".card[id^=claim-]"):
            wanted[f"{slug(name)}.xhtml#said-{card['id'].removeprefix('claim-')}"] += 1
    found: Counter[str] = Counter()
    for address, count in packed.held.links.items():
        found["outside" if "://" in address else address] += count
    assert found == wanted
    assert packed.held.lost == []


def test_the_file_holds_what_was_put_into_it(packed: Made) -> None:
    assert epub_faults(packed.path, packed.held) == []


@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs Java, which is not on this machine")
def test_epubcheck_finds_no_fault_and_warns_of_nothing(packed: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    # For a few small pages half the time is spent on compiling the checker itself.
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    assert epubcheck_faults(packed.path) == []


def test_the_check_sees_what_is_wrong(packed: Made, tmp_path: Path) -> None:
    path = tmp_path / "broken.epub"
    with zipfile.ZipFile(packed.path) as old, zipfile.ZipFile(path, "w") as new:
        figures = [name for name in old.namelist() if name.startswith("EPUB/figures/")]
        for name in old.namelist():
            data = old.read(name)
            if name == f"EPUB/text/{slug(CHAPTER)}.xhtml":
                data = re.sub(rb' id="claim-[^"]+"', b"", data)
            if name != figures[0]:
                new.writestr(name, data)
    faults = "\n".join(epub_faults(path, replace(packed.held, tables=1)))
    assert "leads nowhere" in faults and figures[0] in faults and "instead of 1" in faults


def test_it_says_what_it_offers_to_readers(packed: Made) -> None:
    with zipfile.ZipFile(packed.path) as archive:
        opf = archive.read("EPUB/package.opf").decode()
        navigation = archive.read("EPUB/nav.xhtml").decode()
        text = archive.read(f"EPUB/text/{slug(CHAPTER)}.xhtml").decode()
    for words in ("accessMode", "accessibilityFeature", "accessibilityHazard", "accessibilitySummary", "en-GB"):
        assert words in opf
    assert re.search(rf'text/{slug(CHAPTER)}.xhtml" media-type="application/xhtml\+xml" properties="mathml"', opf)
    assert "<span>The challenges</span>" in navigation
    assert 'epub:type="noteref"' in text and 'epub:type="footnote"' in text
    assert "<script" not in text and "popover" not in text and "<button" not in text
    assert re.search(r'<math display="\w+" xmlns="http://www.w3.org/1998/Math/MathML">', text)


def test_every_table_is_whole_and_every_card_is_there(pages: Site, packed: Made) -> None:
    (article,) = on_the_site.articles(pages.folder, (CHAPTER,)).values()
    rows = [str(tag["id"]) for tag in article.select("tr[id]")]
    cards = [str(tag["id"]) for tag in article.select(".card[id^=claim-]")]
    with zipfile.ZipFile(packed.path) as archive:
        text = archive.read(f"EPUB/text/{slug(CHAPTER)}.xhtml").decode()
    assert len(rows) > 20 and all(f'id="{each}"' in text for each in [*rows, *cards])
    notes = [" ".join(tag.get_text().split()) for tag in article.select(".card[id^=claim-] .card-note")]
    said = " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())
    assert notes and all(note in said for note in notes)


def test_the_same_pages_give_the_same_bytes(pages: Site, packed: Made, tmp_path: Path) -> None:
    again = tmp_path / "again.epub"
    write_epub(pages, again, names=PAGES)
    assert again.read_bytes() == packed.path.read_bytes()


def test_the_day_can_be_set(pages: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path = tmp_path / "dated.epub"
    write_epub(pages, path, names=("chapters/about/methods",))
    with zipfile.ZipFile(path) as archive:
        assert "2023-11-14T22:13:20Z" in archive.read("EPUB/package.opf").decode()
        assert {info.date_time[:3] for info in archive.infolist()} == {(2023, 11, 14)}
