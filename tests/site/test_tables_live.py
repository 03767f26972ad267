"""Tables: opened, sorted, filtered and cut by keyboard; what is saved is what is shown; downloads hold all."""

from __future__ import annotations

import csv
import io
import json

import pytest

from resistance.site.tables_html import FIRST_ROWS, WHOLE

from . import built
from .browsing import visit

pytestmark = pytest.mark.browser

ENOUGH = 4  # smaller tables have no tools
ROWS = """(box) => [...box.querySelectorAll("tbody tr")].filter((r) => r.checkVisibility())
  .map((r) => [...r.cells].filter((c) => !c.hidden).map((c) => {
    const copy = c.cloneNode(true);
    copy.querySelectorAll("[aria-hidden], details:not([open])").forEach((e) => e.remove());
    return copy.textContent.replace(/\\s+/g, " ").trim();
  }))"""
KEYS = """([box, index]) => [...box.querySelectorAll("tbody tr")].filter((r) => !r.hidden)
  .map((r) => r.cells[index].dataset.sort ?? r.cells[index].textContent.replace(/\\s+/g, " ").trim().toLowerCase())"""

# Words in the order of the reader's language; gaps last. Numbers are looked at by another test.
IN_ORDER = """(box, values) => values.every((v, i) => {
  const last = values[i - 1];
  if (i === 0 || v === "") return true;
  return last !== "" && (typeof v !== "string" || typeof last !== "string" || last.localeCompare(v) <= 0);
})"""


def tables() -> list[tuple[str, str]]:
    """Page and anchor of every table that has tools."""
    if not built.is_built():
        return [(built.NOT_BUILT, "")]
    found = [
        (len(box.css("tbody tr")), page, box.id)
        for page in built.book_pages()
        for box in built.found(page, ".evidence-table[id]")
    ]
    long = sorted((entry for entry in found if entry[0] >= ENOUGH), reverse=True)
    return [(page, anchor) for _, page, anchor in long] or [("(no page has a table)", "")]


ALL = tables()
# Keyboard work is the same code for all: the two longest tables stand for them, downloads are tested for each. Those
# of claims and works are shown whole, for a reader of their pages came for all of them.
NOT_ONE = ("tbl-references", "tbl-columns", *(anchor for _, anchor in ALL if anchor.startswith("tbl-claims")))
SOME = [(page, anchor) for page, anchor in ALL if anchor not in NOT_ONE][:2]


def keys_of(box, index: int) -> list[float | str]:
    raw = box.evaluate("(b, i) => (" + KEYS + ")([b, i])", index)
    return [number(text) for text in raw]


def number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def rows_of(box) -> int:
    return box.locator("tbody tr").count()


def open_whole(box) -> None:
    """Show all rows of a table that shows its first."""
    if box.locator(".all-rows").count():
        box.locator(".all-rows").click()


def in_order(values: list[float | str], descending: bool) -> bool:
    """Numbers in order, gaps last either way."""
    filled = [v for v in values if v != ""]
    return values[: len(filled)] == sorted(filled, reverse=descending)


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_sorting_by_keyboard(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        page, box = opened.page, opened.page.locator(f"#{anchor}")
        heads = box.locator("thead th")
        before = box.evaluate(ROWS)
        for i in range(heads.count()):
            button = heads.nth(i).get_by_role("button")
            button.focus()
            page.keyboard.press("Enter")
            assert heads.nth(i).get_attribute("aria-sort") == "ascending"
            assert box.locator("th[aria-sort]").count() == 1
            values = keys_of(box, i)
            if all(isinstance(v, float) or v == "" for v in values):
                assert in_order(values, descending=False), values
            page.keyboard.press("Space")
            assert heads.nth(i).get_attribute("aria-sort") == "descending"
            values = keys_of(box, i)
            if all(isinstance(v, float) or v == "" for v in values):
                assert in_order(values, descending=True), values
            assert page.evaluate("document.activeElement.closest('th').cellIndex") == i, "focus was lost"
            page.keyboard.press("Enter")
            assert box.evaluate(ROWS) == before, "the third press brings the first order back"
        assert opened.faults == []


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_text_columns_sort_as_a_reader_expects(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        box = opened.page.locator(f"#{anchor}")
        heads = box.locator("thead th")
        for i in range(heads.count()):
            heads.nth(i).get_by_role("button").click()
            values = keys_of(box, i)
            order = box.evaluate(IN_ORDER, values)
            assert order, values


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_filtering_by_keyboard_and_what_it_says(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        page, box = opened.page, opened.page.locator(f"#{anchor}")
        rows, total = box.evaluate(ROWS), rows_of(box)
        status = box.get_by_role("status")
        assert status.inner_text() == f"{len(rows)} of {total} rows"
        word = next(w for row in rows for w in row[0].split() if len(w) > 4)
        box.get_by_role("searchbox").focus()
        page.keyboard.type(word.upper())
        shown = box.evaluate(ROWS)
        text = box.evaluate("(b) => [...b.querySelectorAll('tbody tr')].map((r) => r.textContent.toLowerCase())")
        assert 0 < len(shown) == sum(word.lower() in row for row in text)
        assert status.inner_text() == f"{len(shown)} of {total} rows"
        page.keyboard.type(" zzyzx")
        assert status.inner_text() == f"0 of {total} rows"
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        assert box.evaluate(ROWS) == rows
        assert opened.faults == []


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_columns_are_hidden_by_keyboard(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        page, box = opened.page, opened.page.locator(f"#{anchor}")
        columns = box.locator("thead th").count()
        box.locator(".table-tools summary").focus()
        page.keyboard.press("Enter")
        box.locator(".table-tools fieldset").wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "checkbox"
        label = page.evaluate("document.activeElement.parentElement.textContent.trim()")
        page.keyboard.press("Space")
        hidden = box.locator("thead th[hidden]")
        assert hidden.count() == 1
        assert hidden.text_content().strip() == label
        index = hidden.evaluate("(th) => th.cellIndex")
        assert all(len(row) == columns - 1 for row in box.evaluate(ROWS))
        assert not box.locator("tbody tr").first.locator("> *").nth(index).is_visible()
        page.keyboard.press("Space")
        assert box.locator("[hidden]").count() == 0


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_the_column_list_fits_the_window_of_a_phone(contexts, home, name, anchor):
    with visit(contexts(390), home, name) as opened:
        box = opened.page.locator(f"#{anchor}")
        box.locator(".table-tools summary").click()
        place = box.locator(".table-tools fieldset").bounding_box()
        assert place["x"] >= 0 and place["x"] + place["width"] <= 390
        assert opened.overflow() == []


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_what_is_saved_is_what_is_shown(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        page, box = opened.page, opened.page.locator(f"#{anchor}")
        heads = box.locator("thead th")
        heads.nth(1).get_by_role("button").click()
        heads.nth(1).get_by_role("button").click()
        word = next(w for row in box.evaluate(ROWS) for w in row[0].split() if len(w) > 4)
        box.get_by_role("searchbox").fill(word)
        box.locator(".table-tools summary").click()
        box.locator(".table-tools fieldset input").last.uncheck()
        shown = box.evaluate(ROWS)
        titles = [h.text_content().strip() for h in heads.all() if h.is_visible()]
        save = box.get_by_role("button", name="Save rows shown")
        save.focus()
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        text = download.value.path().read_text(encoding="utf-8")
        assert download.value.suggested_filename == f"{anchor}-shown.csv"
        head, *rows = csv.reader(io.StringIO(text, newline=""))
        assert head == titles
        assert rows == shown
        assert opened.faults == []


@pytest.mark.parametrize(("name", "anchor"), ALL)
def test_downloads_hold_all_rows(site, name, anchor):
    (box,) = built.found(name, f"[id='{anchor}']")
    links = {a.text(): a.attributes["href"] for a in box.css(".downloads a[download]")}
    assert set(links) == {"CSV", "JSON"}
    folder = (site / name).parent
    with (folder / links["CSV"]).open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    records = json.loads((folder / links["JSON"]).read_text(encoding="utf-8"))
    shown = [built.found(page, f"[id='{anchor}'] tbody tr") for page in built.with_parts(built.owner(name))]
    assert len(rows) == len(records) == sum(map(len, shown))
    assert all(list(record) == head for record in records)
    for row, record in zip(rows, records, strict=True):
        assert [text == ("" if v is None else str(v)) for text, v in zip(row, record.values(), strict=True)].count(
            False
        ) == 0


@pytest.mark.parametrize(("name", "anchor"), ALL)
def test_a_table_can_be_read_by_a_screen_reader(site, name, anchor):
    (box,) = built.found(name, f"[id='{anchor}']")
    table = box.css_first("table")
    (caption,) = box.css(f"[id='{table.attributes['aria-labelledby']}']")
    assert len(caption.text(separator=" ", strip=True)) > 15
    columns = table.css("thead th")
    assert all(th.attributes["scope"] == "col" and th.text(strip=True) for th in columns)
    for row in table.css("tbody tr"):
        assert [cell.attributes["scope"] for cell in row.css("th")] == ["row"]
        assert len(row.css("th, td")) == len(columns)
    assert box.css_first(".table-scroll").attributes["tabindex"] == "0"


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_the_head_stays_while_the_rows_scroll(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        open_whole(opened.page.locator(f"#{anchor}"))
        scroll = opened.page.locator(f"#{anchor} .table-scroll")
        scroll.scroll_into_view_if_needed()
        # A long table is laid out when it comes near, a frame later.
        opened.page.wait_for_function("(s) => s.scrollHeight > s.clientHeight + 40", arg=scroll.element_handle())
        scroll.focus()
        opened.page.keyboard.press("End")
        opened.page.wait_for_function("(s) => s.scrollTop > 0", arg=scroll.element_handle())
        head, frame = scroll.locator("thead th").first.bounding_box(), scroll.bounding_box()
        assert abs(head["y"] - frame["y"]) <= 2


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_a_table_shows_its_first_rows_and_opens_to_all_and_back(contexts, home, name, anchor):
    with visit(contexts(), home, name) as opened:
        page, box = opened.page, opened.page.locator(f"#{anchor}")
        total, button = rows_of(box), box.locator(".all-rows")
        assert total > WHOLE
        first = box.evaluate(ROWS)
        assert len(first) == FIRST_ROWS
        assert button.get_attribute("aria-expanded") == "false"
        assert button.inner_text() == f"Show all {total} rows"
        button.focus()
        page.keyboard.press("Enter")
        assert len(box.evaluate(ROWS)) == total
        assert button.get_attribute("aria-expanded") == "true"
        assert box.get_by_role("status").inner_text() == f"{total} of {total} rows"
        page.keyboard.press("Space")
        assert box.evaluate(ROWS) == first
        assert opened.faults == []


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_a_link_to_a_row_that_is_not_shown_opens_its_table(contexts, home, name, anchor):
    row = built.found(name, f"[id='{anchor}'] tbody tr")[-1].id
    with visit(contexts(), home, f"{name}#{row}") as opened:
        last = opened.page.locator(f"#{row}")
        opened.page.wait_for_function("(r) => r.checkVisibility()", arg=last.element_handle())
        opened.page.wait_for_function(
            "(r) => { const b = r.getBoundingClientRect(); return b.top < innerHeight && b.bottom > 0; }",
            arg=last.element_handle(),
        )


@pytest.mark.parametrize(("name", "anchor"), SOME)
def test_without_javascript_and_on_paper_all_rows_are_there(contexts, home, name, anchor):
    with visit(contexts(js=False), home, name) as opened:
        box = opened.page.locator(f"#{anchor}")
        assert len(box.evaluate(ROWS)) == rows_of(box)
        assert not box.locator(".all-rows").is_visible()
    with visit(contexts(), home, name) as opened:
        opened.page.emulate_media(media="print")
        box = opened.page.locator(f"#{anchor}")
        assert len(box.evaluate(ROWS)) == rows_of(box)
        assert not box.locator(".all-rows").is_visible()


GRADED = ".evidence-table.graded"


def figure_grade_and_source_are_seen_without_scrolling_sideways(opened):
    """In a wide window no table of graded rows is wider than its place."""
    wide = opened.page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].filter((box) => {
          const scroll = box.querySelector(".table-scroll");
          return scroll.scrollWidth > scroll.clientWidth + 1;
        }).map((box) => `${box.id}: ${box.querySelector("table").offsetWidth}`)""",
        GRADED,
    )
    assert wide == []
