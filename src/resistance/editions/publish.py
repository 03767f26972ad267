"""The site with its editions: a copy of the tested site in which each chapter, and the landing page, link to them."""

from __future__ import annotations

import shutil
from pathlib import Path

from resistance.editions.pdf import BOOK
from resistance.editions.site_pages import NotBuilt, Site, slug

__all__ = ["publish"]

FOLDER = "editions"
_FOOTER = '<ul class="links">\n'  # in the chapter's footer, beside its citations and its notebook
_LANDING = '<section id="chapters">\n'


def publish(site: Site, editions: Path, target: Path) -> int:
    """Write the site with its editions to ``target``, which is emptied first; returns how many pages link to them.

    The built site itself is left as it is: a site without editions has no link to them.

    Raises
    ------
    NotBuilt
        If an edition has not been made, or a page has no place for the links.
    """
    files = [f"{BOOK}.pdf", f"{BOOK}.epub", *(f"chapters/{slug(name)}.pdf" for name in site.chapters)]
    for name in files:
        if not (editions / name).is_file():
            raise NotBuilt(f"{editions / name} is not there; make it first: make pdf epub")
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(site.folder, target)
    for name in files:
        (target / FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(editions / name, target / FOLDER / name)
    book = f"{_link(editions, f'{BOOK}.pdf', 'PDF')} · {_link(editions, f'{BOOK}.epub', 'EPUB')}"
    for name in site.chapters:
        own = _link(editions, f"chapters/{slug(name)}.pdf", "this chapter as PDF")
        line = f"  <li>To carry: {own}; the whole book as {book}</li>\n"
        _insert(target / f"{name}.html", _FOOTER, line.replace("{up}", "../" * name.count("/")), after=True)
    line = f'<p class="editions">To carry: the whole book as {book}.</p>\n'.replace("{up}", "")
    _insert(target / "index.html", _LANDING, line, after=False)
    return len(site.chapters) + 1


def _link(editions: Path, name: str, words: str) -> str:
    size = (editions / name).stat().st_size
    said = f"{size / 1e6:.0f} MB" if size >= 1.5e6 else f"{size / 1e3:.0f} kB"
    return f'<a href="{{up}}{FOLDER}/{name}" download>{words}</a> ({said})'


def _insert(page: Path, place: str, line: str, *, after: bool) -> None:
    text = page.read_text(encoding="utf-8")
    if text.count(place) != 1:
        raise NotBuilt(f"{page} has no place for the links to the editions: {place.strip()}")
    page.write_text(text.replace(place, place + line if after else line + place), encoding="utf-8")
