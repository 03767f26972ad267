"""Pages of entries by themselves: what stands on which page when there is very much of it, and in what order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from resistance.evidence.index import Index, Item
from resistance.show.theme import DIRECTIONS, MODES, direction_colours
from resistance.site import data
from resistance.site.entry_pages import ONE_PAGE, STRONGEST, EntryPages
from resistance.site.entry_parts import Page
from resistance.site.entry_picture import mark, picture, style
from resistance.site.entry_rows import Pieces
from resistance.site.sentences import Said

LIMIT = 450_000  # bytes of a page's text: its frame takes the rest of what a page may have
TIMES = 10


@pytest.fixture(scope="module")
def app() -> SimpleNamespace:
    """An application that knows no page: links to rows and works are then plain words."""
    titles = {page: SimpleNamespace(astext=lambda page=page: page) for page in data.current().contents}
    env = SimpleNamespace(titles=titles, found_docs=set(titles))
    builder = SimpleNamespace(env=env, resistance_places={}, get_relative_uri=lambda page, target: f"../{target}.html")
    return SimpleNamespace(builder=builder, env=env)


@pytest.fixture
def many() -> Iterator[Index]:
    """Ten times the rows of the book, each of a study of its own."""
    book = data.current()
    index = book.index
    items = [
        replace(item, row={**item.row, "id": f"{item.row['id']}-{n}", "study": f"{item.row['study']}-{n}"})
        for item in index.items
        for n in range(TIMES)
    ]
    grown = Index([], index.vocabularies, book.rows("claims"))
    grown.items = items
    book.__dict__["index"] = grown
    yield grown
    book.__dict__["index"] = index


def pages_of(app: SimpleNamespace, kind: str, name: str, said: tuple[Said, ...] = ()) -> list[Page]:
    pieces = {depth: Pieces(app, depth) for depth in (1, 2)}
    return list(EntryPages(data.current().index.entries[kind, name], pieces.__getitem__, said, {}).pages())


def rows_on(page: Page) -> list[str]:
    return re.findall(r'<li id="row-([a-z0-9-]+)"', page.body)


@pytest.mark.parametrize(("kind", "name"), [("cancers", "breast cancer"), ("genes", "EGFR"), ("drugs", "platinum")])
def test_with_ten_times_the_rows_every_page_is_light_and_no_row_is_lost(app, many, kind, name):
    said = tuple(
        Said("chapters/introduction", f"Sentence {n} of many words.", f"s-{n}", "H", False) for n in range(900)
    )
    pages = pages_of(app, kind, name, said)
    items = many.rows_of(many.entries[kind, name])
    assert len(items) > ONE_PAGE and len(pages) > 1
    sizes = {page.name: len(page.body.encode()) for page in pages}
    assert {name: size for name, size in sizes.items() if size > LIMIT} == {}
    below = [row for page in pages[1:] for row in rows_on(page)]
    assert len(below) == len(set(below))
    anchors = {f"{item.table}-{item.row['id']}".replace("_", "-") for item in items}
    assert set(rows_on(pages[0])) | set(below) == anchors
    for mechanism in {item.mechanism for item in items}:
        first = [item for item in items if item.mechanism == mechanism][:STRONGEST]
        assert {f"{i.table}-{i.row['id']}".replace("_", "-") for i in first} <= set(rows_on(pages[0]))
    assert len({page.title for page in pages}) == len({page.description for page in pages}) == len(pages)


def test_a_page_with_few_rows_has_them_all_and_none_below(app):
    (page,) = pages_of(app, "drugs", "olaparib")
    assert page.name == "drugs/olaparib"
    assert len(rows_on(page)) == len(data.current().index.rows_of(data.current().index.entries["drugs", "olaparib"]))


def test_rows_stand_by_mechanism_the_strongest_first_under_the_statement_of_their_table(app):
    (page,) = pages_of(app, "drugs", "olaparib")
    by_anchor = {f"{i.table}-{i.row['id']}".replace("_", "-"): i for i in data.current().index.items}
    groups = re.findall(
        r'<p class="statement">Statement: <q>(.*?)</q>.*?</p><ul class="entry-rows">(.*?)</ul>', page.body
    )
    assert len(groups) > 1
    for statement, html in groups:
        items = [by_anchor[anchor] for anchor in re.findall(r'<li id="row-([a-z0-9-]+)"', html)]
        assert items == sorted(items, key=lambda item: item.order)
        assert {item.schema.statement.lower() for item in items} == {statement.lower()}
    assert any({i.row["direction"] for i in items_of(html, by_anchor)} > {"supports"} for _, html in groups)


def items_of(html: str, by_anchor: dict[str, Item]) -> list[Item]:
    return [by_anchor[anchor] for anchor in re.findall(r'<li id="row-([a-z0-9-]+)"', html)]


def test_claims_that_name_the_entry_come_first(app):
    (page,) = pages_of(app, "drugs", "olaparib")
    named = ["olaparib" in text.lower() for text in re.findall(r"<li><p>(.*?)<a class=\"claim\"", page.body)]
    assert named == sorted(named, reverse=True) and named[0]


def test_a_treatment_of_both_arms_says_so(app):
    by_ref = data.current().index.by_ref
    beside = [ref for ref, item in by_ref.items() if item.named.get("drugs", {}).get("carboplatin") == ("backbone",)]
    assert beside
    html = "".join(page.body for page in pages_of(app, "drugs", "carboplatin"))
    for ref in beside:
        line = re.search(rf'<li id="row-{ref.replace("/", "-").replace("_", "-")}".*?</li>', html, re.DOTALL)[0]
        assert "given in both arms" in line
    assert html.count("given in both arms") < html.count('<li id="row-')


def test_words_of_an_entry_are_text_and_no_markup(app):
    index = data.current().index
    entry = replace(index.entries["drugs", "olaparib"], name="a <b> & c", names=("a <b> & c", "<i>"))
    index._listed[entry.key] = index.rows_of(index.entries["drugs", "olaparib"])
    pieces = {depth: Pieces(app, depth) for depth in (1, 2)}
    said = [Said("chapters/introduction", "Less < more.", "s", "H", False)]
    page = next(EntryPages(entry, pieces.__getitem__, said, {}).pages())
    del index._listed[entry.key]
    assert "<b>" not in page.body and "<i>" not in page.body
    assert "a &lt;b&gt; &amp; c" in page.body


def test_the_picture_has_a_mark_and_a_colour_of_its_own_for_each_direction():
    marks = [re.sub(r'class="[^"]*"', "", mark(direction)) for direction in DIRECTIONS]
    assert len(set(marks)) == len(DIRECTIONS)
    assert all(colour in style() for mode in MODES for colour in direction_colours(mode))
    index = data.current().index
    html = picture(index.rows_of(index.entries["drugs", "olaparib"]), "olaparib")
    assert html.count("visually-hidden") == html.count('class="tally"') > 2
    sizes = {(int(n), float(s)) for s, n in re.findall(r'width="([\d.]+)"[^>]*>.*?</span>(\d+)</span>', html)}
    assert [s for _, s in sorted(sizes)] == sorted(s for _, s in sizes), "more studies, a larger mark"
