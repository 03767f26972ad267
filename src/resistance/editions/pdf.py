"""The book, and each chapter, as PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from resistance import __version__
from resistance.editions.dates import date_of
from resistance.editions.paper import Paper, contents, paper
from resistance.editions.pdf_file import finish, pages_of_places
from resistance.editions.printing import Cannot, Printer
from resistance.editions.site_pages import Site
from resistance.site.freshness import day_text

__all__ = ["BOOK", "write_book", "write_pages"]

BOOK = "drug-resistance-in-cancer"
_LIST = "<!-- list of contents -->"
_PASSES = 3  # the numbers of the contents have a place of fixed width, so that the second printing has the same pages


def write_pages(site: Site, name: str, target: Path, browser: Printer) -> Paper:
    """One page as a PDF of its own; links to other pages lead to the published site.

    Parameters
    ----------
    site : built site
    name : document name of the page
    target : file to write
    browser : running browser

    Returns
    -------
    Paper
        What the file must hold.

    Raises
    ------
    NotBuilt
        If the page has not been built.
    Cannot
        If something on it is wider than the paper.
    """
    made = paper(site, [name], site.title, _beside(target))
    made.title = f"{made.labels[next(iter(made.labels))]} – {site.title}"
    _print(site, made, target, browser)
    return made


def write_book(
    site: Site, target: Path, browser: Printer, *, names: Sequence[str] = (), say: Callable[[str], None] = print
) -> Paper:
    """The whole book, or the pages ``names`` of it, with a title page and a list of contents.

    It is printed until the numbers in the list are those of the pages, which is twice.
    """
    pages = site.in_order(names)
    made = paper(site, pages, site.title, _beside(target), front=_front(site))
    made.headings.insert(0, (1, "Contents"))
    unnumbered, numbers = made.html, dict[str, int]()
    for _ in range(_PASSES):
        made.html = unnumbered.replace(_LIST, contents(site, pages, made, numbers))
        printed = _printed(made, target, browser)
        found = pages_of_places(printed, [place for place in made.labels if place.endswith("--")])
        if found == numbers:
            break
        say("Printed; once more with the numbers of the pages in the contents.")
        numbers = found
    else:
        raise Cannot("the pages moved each time their numbers were printed in the contents")
    made.links.update([site.base, *(f"#{place}" for place in found)])
    _finish(site, made, printed, target)
    return made


def _front(site: Site) -> str:
    day = day_text(date_of(site))
    return (
        '<div class="front">\n'
        f'<p class="title">{escape(site.title)}</p>\n<p class="subtitle">An executable, living review</p>\n'
        f"<p>{escape(site.author)}</p>\n<p>Version {escape(__version__)}, with what was known to it on {day}</p>\n"
        f'<p><a href="{escape(site.base)}">{escape(site.base)}</a>: the same text with its data, figures that can be '
        "changed, and the code that makes them</p>\n"
        "<p>For education and research; not medical advice. Decisions about treatment belong to patients and their "
        "clinicians.</p>\n<p>Text, figures and data: CC BY 4.0. Code: MIT.</p>\n</div>\n"
        f'<div class="contents">\n<h1>Contents</h1>\n{_LIST}\n</div>\n'
    )


def _beside(target: Path) -> Path:
    folder = target.parent / ".printing"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _printed(made: Paper, target: Path, browser: Printer) -> Path:
    document = _beside(target) / f"{target.stem}.html"
    document.write_text(made.html, encoding="utf-8")
    printed = document.with_suffix(".pdf")
    if wide := browser.print(document, printed):
        raise Cannot(f"wider than the paper, so that the browser would print everything smaller: {'; '.join(wide)}")
    return printed


def _finish(site: Site, made: Paper, printed: Path, target: Path) -> None:
    finish(
        printed,
        target,
        title=made.title,
        author=site.author,
        when=date_of(site),
        labels=made.labels,
        headings=[text for _, text in made.headings],
    )
    printed.unlink()
    printed.with_suffix(".html").unlink()
    if not any(printed.parent.iterdir()):
        printed.parent.rmdir()


def _print(site: Site, made: Paper, target: Path, browser: Printer) -> None:
    _finish(site, made, _printed(made, target, browser), target)
