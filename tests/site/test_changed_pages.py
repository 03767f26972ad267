"""Two small sites: every page that differs is named and pictured on both sides, and no other."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from ..changed_pages import Changed, changed_pages, picture, report

PAGE = (
    '<!doctype html><html><head><link rel="stylesheet" href="{up}_static/review.css?{stamp}"></head><body>'
    '<nav>{nav}</nav><article role="main"><h1>{name}</h1><p>{words}</p><img src="{up}_figures/{name}-{stamp}.svg">'
    "</article><footer>Version {stamp}</footer></body></html>"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><circle r="{r}" cx="25" cy="25"/></svg>'


def write(site: Path, stamp: str, pages: dict[str, tuple[str, int]], css: str = "p { margin: 0 }") -> Path:
    """A site whose navigation, footer and names of files differ with each build."""
    for name, (words, radius) in pages.items():
        up = "../" * name.count("/")
        stem = name.rpartition("/")[2]
        path = site / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(up=up, stamp=stamp, nav=len(pages), name=stem, words=words), encoding="utf-8")
        (site / "_figures").mkdir(exist_ok=True)
        (site / "_figures" / f"{stem}-{stamp}.svg").write_text(SVG.format(r=radius), encoding="utf-8")
    (site / "_static").mkdir(exist_ok=True)
    (site / "_static/review.css").write_text(css, encoding="utf-8")
    return site


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    old = {"index": ("Home", 9), "chapters/same": ("As it was", 9), "chapters/text": ("Old words", 9)}
    old |= {"chapters/figure": ("As it was", 9), "chapters/gone": ("Gone", 9)}
    new = {**old, "chapters/text": ("New words", 9), "chapters/figure": ("As it was", 20), "chapters/new": ("New", 9)}
    del new["chapters/gone"]
    return write(tmp_path / "before", "1", old), write(tmp_path / "after", "2", new)


def test_pages_are_compared_by_what_they_say_and_show(sites: tuple[Path, Path]) -> None:
    assert changed_pages(*sites) == [
        Changed("chapters/figure.html", "changed"),
        Changed("chapters/gone.html", "gone"),
        Changed("chapters/new.html", "new"),
        Changed("chapters/text.html", "changed", ("-Old words", "+New words")),
    ]
    assert changed_pages(sites[0], sites[0]) == []


def test_a_changed_style_is_shown_by_examples(sites: tuple[Path, Path], tmp_path: Path) -> None:
    pages = {f"page-{number}": ("Words", 9) for number in range(9)}
    before, after = (
        write(tmp_path / name, "1", pages, css) for name, css in (("a", "p {}"), ("b", "p { margin: 9px }"))
    )
    assert [(c.page, c.kind) for c in changed_pages(before, after)] == [
        (f"page-{number}.html", "style alone") for number in range(3)
    ]


@pytest.mark.browser
def test_every_page_that_differs_has_its_pictures_side_by_side(browser, sites, tmp_path, monkeypatch) -> None:
    from .. import changed_pages as module

    context = browser.new_context(viewport={"width": module.WIDTH, "height": 800}, java_script_enabled=False)
    found = changed_pages(*sites)
    for changed in found:
        for side, site in zip(("before", "after"), sites, strict=True):
            if (site / changed.page).is_file():
                module._take(context, site / changed.page, tmp_path / picture(changed.page, side))
    context.close()
    report(found, tmp_path)
    page = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "html.parser")
    sections = page.select("section")
    assert [[image["src"] for image in section.select("img")] for section in sections] == [
        [picture("chapters/figure.html", "before"), picture("chapters/figure.html", "after")],
        [picture("chapters/gone.html", "before")],
        [picture("chapters/new.html", "after")],
        [picture("chapters/text.html", "before"), picture("chapters/text.html", "after")],
    ]
    images = [(tmp_path / image["src"]).read_bytes() for image in page.select("img")]
    assert all(image.startswith(b"\xff\xd8") for image in images)
    assert images[0] != images[1], "the figure is in the picture"
    assert "-Old words\n+New words" in sections[3].select_one("pre").get_text()
    assert json.loads((tmp_path / "changed.json").read_text()) == {c.page: c.kind for c in found}
    assert struct.unpack(">H", images[0][-2:])[0] == 0xFFD9, "whole"
