"""Every page in its variants: wide and narrow, light and dark, opened once in each, and once without JavaScript.

All that is looked at in a variant is looked at in that one visit, and without JavaScript one visit takes on all
variants; what is looked at stands in the modules on their subjects. Each look is a subtest, so that one that fails
hides no other. A visit begins with nothing stored or cached.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from . import built
from . import test_accessibility as accessibility
from . import test_figures_live as figures
from . import test_pages as pages
from . import test_reading as reading
from . import test_tables_live as tables
from . import test_weight as weight
from .browsing import Visit, visit

pytestmark = pytest.mark.browser

# Every page is opened wide and light with its scripts, and in all four variants without them. With its scripts it is
# opened in one of the other three, the pages of the folder in turn; those that are analysed in every variant in all.
# ``RESISTANCE_VARIANTS=all``, as the weekly run has it, opens every page in all.
OPENED = built.opened()
ALL_VARIANTS = os.environ.get("RESISTANCE_VARIANTS") == "all"


def in_turn(first: int, step: int) -> list[str]:
    """Pages that are opened in a variant: each ``step``-th from the ``first``."""
    chosen = set(OPENED if ALL_VARIANTS else OPENED[first::step])
    return [page for page in OPENED if page in chosen or accessibility.is_analysed_in_all(page)]


NARROW_AND_DARK, WIDE_AND_DARK, NARROW_AND_LIGHT = in_turn(0, 3), in_turn(1, 3), in_turn(2, 3)
BOOK = set(built.book_pages())
CHAPTERS = set(built.chapters())
FIGURES = set(figures.PAGES)
GRADED = set(built.pages_with(tables.GRADED))
CITED, CLAIMED = set(reading.CITED), set(reading.CLAIMED)
Open = Callable[..., Any]


@pytest.fixture
def look(subtests, again, home) -> Open:
    """Opens a page in a variant and gives a function that looks at one thing on it; nothing may go wrong meanwhile."""

    @contextmanager
    def opening(name: str, width: int, scheme: str, js: bool = True) -> Iterator[tuple[Visit, Callable[..., None]]]:
        words = f"{width}, {scheme}{'' if js else ', no JavaScript'}"
        script = figures.SHIFTS if js else None
        with visit(again(js), home, name, script=script, looks=(width, scheme), emptied=True) as opened:

            def at(check: Callable[..., None], *arguments: Any) -> None:
                with subtests.test(f"{words}: {check.__doc__.splitlines()[0]}"):
                    check(opened, *arguments)

            yield opened, at
            with subtests.test(f"{words}: nothing went wrong"):
                assert opened.faults == []

    return opening


@pytest.mark.parametrize("name", OPENED)
def test_wide_and_light(look, subtests, name):
    with look(name, 1280, "light") as (opened, at), look(name, 1280, "light", False) as (without, at_without):
        at(pages.loads_whole_and_fits, name)
        at_without(pages.loads_whole_and_fits, name)
        if name in BOOK:
            at(weight.is_light)
            with subtests.test(pages.nothing_is_missing.__doc__):
                pages.nothing_is_missing(opened, without)
        if accessibility.is_analysed(name, 1280, "light"):
            at(accessibility.at_rest)
        if name in GRADED:
            at(tables.figure_grade_and_source_are_seen_without_scrolling_sideways)
        if name in FIGURES:
            at(figures.figures_become_live_where_they_are, name)
            at(weight.library_is_fetched_once)
            at(figures.live_figures_begin_as_their_pictures, name, "light")
            at(figures.sliders_change_the_picture, name)
            at(figures.choices_change_the_picture, name)
            at(figures.figures_show_the_models_values, name)
            at_without(figures.picture_of_the_colour_mode_is_shown, name, "light")
        if name in CITED:
            at(reading.citation_shows_its_reference_on_hover)
            at(reading.citation_shows_its_reference_on_focus)
        if name in CLAIMED:
            at(reading.claim_opens_its_evidence)
            at_without(reading.claim_opens_its_evidence)
        if name in CHAPTERS:
            at(reading.print_is_the_text_on_white)
            at(reading.pages_come_out_of_the_printer)
            at(reading.nothing_is_cut_off_on_paper)
            if ALL_VARIANTS or name not in NARROW_AND_DARK:  # which are analysed there
                at(accessibility.in_use)
        without_javascript_in_the_other_variants(without, at_without, name)


def without_javascript_in_the_other_variants(opened, at, name):
    """A page without scripts is its style sheets alone, which follow the mode and the width while it is open."""
    page = opened.page
    page.emulate_media(color_scheme="dark")
    at(pages.loads_whole_and_fits, name)
    if name in FIGURES:
        at(figures.picture_of_the_colour_mode_is_shown, name, "dark")
    page.set_viewport_size({"width": 390, "height": 900})
    at(pages.loads_whole_and_fits, name)
    page.emulate_media(color_scheme="light")
    at(pages.loads_whole_and_fits, name)
    if name in FIGURES:
        at(figures.narrow_picture_is_shown, name)


@pytest.mark.parametrize("name", WIDE_AND_DARK)
def test_wide_and_dark(look, name):
    with look(name, 1280, "dark") as (_, at):
        at(pages.loads_whole_and_fits, name)
        if accessibility.is_analysed(name, 1280, "dark"):
            at(accessibility.at_rest)
        if name in CHAPTERS:
            at(reading.print_is_the_text_on_white)
        if name in FIGURES:
            at(figures.live_figures_begin_as_their_pictures, name, "dark")


@pytest.mark.parametrize("name", NARROW_AND_LIGHT)
def test_narrow_and_light(look, name):
    with look(name, 390, "light") as (_, at):
        at(pages.loads_whole_and_fits, name)
        if name in BOOK:
            at(weight.is_light)
        if accessibility.is_analysed(name, 390, "light"):
            at(accessibility.at_rest)
        if name in FIGURES:
            at(figures.figures_become_live_where_they_are, name)


@pytest.mark.parametrize("name", NARROW_AND_DARK)
def test_narrow_and_dark(look, name):
    with look(name, 390, "dark") as (_, at):
        at(pages.loads_whole_and_fits, name)
        if accessibility.is_analysed(name, 390, "dark"):
            at(accessibility.at_rest)
        if name in CHAPTERS:
            at(accessibility.in_use)
