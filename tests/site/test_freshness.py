"""With the clock set forward, pages, overview and the issue say which searches are due, overdue or frozen."""

from __future__ import annotations

import csv
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from resistance.book.contract import search_faults
from resistance.book.freshness import State, freshness_of, issue
from resistance.book.pages import page_of
from resistance.evidence.schema import load_schema

from ..book_copy import Copy, copy_book

PAGE = """\
---
review:
  section: "{n}"
  question: "What of {n}?"
  search: 'KRAS[tiab]'
  searched: "{searched}"
  interval_days: 180
{more}---
# Page {n}

Words about {n} that nobody has written before, and enough of them to make a page.

```{{protocol}}
```
"""
# Searched on the first of a month each; 180 days later, and 30 days beyond.
DATES = {"one": "2026-11-01", "two": "2026-06-01", "three": "2026-01-01", "four": "2026-01-01"}
DAY = date(2026, 12, 10)
FROZEN = '  frozen: "2026-10-01"\n  frozen_because: "Two searches changed nothing"\n'
OVERVIEW = "# Freshness\n\nThe states of all chapters.\n\n```{freshness}\n```\n\n```{since-release}\n```\n"


def text(n: str) -> str:
    return PAGE.format(n=n, searched=DATES[n], more=FROZEN if n == "four" else "")


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-11-01", State.CURRENT),
        ("2027-04-30", State.CURRENT),
        ("2027-05-01", State.DUE),
        ("2027-05-30", State.DUE),
        ("2027-05-31", State.OVERDUE),
    ],
)
def test_states_by_day(tmp_path: Path, day: str, state: State) -> None:
    fresh = freshness_of(page_of(tmp_path, "chapters/one", text("one").encode()), date.fromisoformat(day))
    assert fresh is not None
    assert (fresh.state, fresh.due) == (state, date(2027, 4, 30))
    frozen = freshness_of(page_of(tmp_path, "chapters/four", text("four").encode()), date.fromisoformat(day))
    assert frozen is not None
    assert frozen.state is State.FROZEN


def test_one_issue_names_every_chapter_that_is_overdue_and_nothing_opens_none(tmp_path: Path) -> None:
    pages = [page_of(tmp_path, f"chapters/{n}", text(n).encode()) for n in DATES]
    said = issue(pages, date(2026, 12, 10))
    title, blank, *_ = said.split("\n")
    assert (title, blank) == ("Chapters whose search is overdue", "")
    assert "- [ ] `chapters/three.md`: searched 2026-01-01, due 2026-06-30, 163 days late\n" in said
    assert "Due, and not yet overdue: `chapters/two.md`." in said
    assert "chapters/four.md" not in said
    assert "chapters/one.md" not in said
    assert issue(pages, date(2026, 6, 30)) == ""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A book of four chapters and the overview; one chapter has been surveilled."""
    copy = copy_book(tmp_path_factory.mktemp("fresh") / "book").without_entries()
    for path in (copy.root / "chapters").rglob("*.md"):
        path.unlink()
    folder = copy.root / "chapters/about"
    folder.mkdir(exist_ok=True)
    (folder / "freshness.md").write_text(OVERVIEW, encoding="utf-8")
    for n in DATES:
        (copy.root / f"chapters/{n}.md").write_text(text(n), encoding="utf-8")
    (copy.root / "index.md").write_text("# Home\n\nA small book about four things.\n", encoding="utf-8")
    names = [*(f"chapters/{n}" for n in DATES), "chapters/about/freshness"]
    listed = "".join(f"      - file: {name}\n" for name in names)
    contents = f"format: jb-book\nroot: index\nparts:\n  - caption: All\n    chapters:\n{listed}"
    (copy.root / "_toc.yml").write_text(contents, encoding="utf-8")
    surveilled(copy)
    return copy


def surveilled(copy: Copy) -> None:
    """Twelve works listed for page one: three known, two excluded, one included, six waiting."""
    run = "one-europe-pmc-2026-11-20,Europe PMC,2026-11-20,2026-11-01,2026-11-20,12,0,3,9,KRAS"
    header = "id,service,run_on,since,until,found,doubles,known,new,query"
    path = copy.root / "data/surveillance_runs/one.csv"
    path.parent.mkdir()
    path.write_text(f"{header}\n{run}\n", encoding="utf-8")
    columns = load_schema("surveillance").file_columns
    decisions = 2 * [("excluded", "no patients", "AB", "2026-11-21")] + [("included", "", "AB", "2026-11-21")]
    path = copy.root / "data/surveillance/one.csv"
    path.parent.mkdir()
    key = copy.table("references")[0]["key"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for number, decision in enumerate(decisions + 6 * [("to screen", "", "", "")]):
            work = key if decision[0] == "included" else ""
            found = (f"one-pmid-{number}", "2026-11-20", "Europe PMC", "", number + 1, f"Work {number}", "", 2026, "J")
            writer.writerow([*found, *decision, work, ""])


def built(book: Copy, day: str) -> dict[str, BeautifulSoup]:
    done = book.run("site", "build", "--today", day)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = book.root / "_build/html/chapters"
    names = [*DATES, "about/freshness"]
    return {n: BeautifulSoup((folder / f"{n}.html").read_text(encoding="utf-8"), "html.parser") for n in names}


def states(pages: dict[str, BeautifulSoup]) -> list[str]:
    return [pages[n].select_one("dd.state").get_text() for n in DATES]


def test_the_site_shows_what_is_due_and_overdue_on_the_day_that_is_given(book: Copy) -> None:
    pages = built(book, "2026-12-10")
    assert states(pages) == ["current", "due", "overdue", "frozen"]
    banners = [pages[n].select_one(".banner") for n in DATES]
    assert banners[0] is banners[1] is None
    assert "last made on 1 January 2026 and was due again on 30 June 2026" in banners[2].get_text()
    assert "frozen on 1 October 2026: Two searches changed nothing." in banners[3].get_text()
    overview = pages["about/freshness"].get_text(" ", strip=True)
    assert "4 chapters: 1 current, 1 due, 1 overdue, 1 frozen." in overview
    assert overview.count("No surveillance run yet.") == 3
    assert "9 new works, 6 not screened yet" in overview
    assert "This copy was built without the history of its files" in overview
    flow = [item.get_text() for item in pages["one"].select(".protocol ol li")]
    assert [line.strip() for line in flow] == [
        "Listed by the services: 12 (Europe PMC: 12)",
        "Removed before screening: 3 (found twice: 0; known: 3)",
        "To be screened: 9",
        "Not screened yet: 6",
        "Screened: 3",
        "Excluded: 2 (no patients: 2)",
        "Not excluded: 1",
        "Full text wanted: 0",
        "Included: 1",
    ]
    drawn = [item["class"] for item in pages["one"].select(".protocol ol.flow > li")]
    assert drawn == [["step"], ["aside"]] * 4 + [["step"]]
    assert "No surveillance run yet." in pages["two"].select_one(".protocol").get_text()
    # The same files on a later day: nothing is patched, and the site that is there is brought up to date.
    assert states(built(book, "2027-07-01")) == ["overdue", "overdue", "overdue", "frozen"]
    assert "Nothing has changed" in book.run("site", "build", "--today", "2027-07-02").stdout


PLACES = """() => [...document.querySelectorAll("ol.flow > li")].map((box) => {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return { left, right, top, bottom, step: box.className === "step", colour: getComputedStyle(box).borderTopColor };
})"""


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme", "js"), [(1280, "light", True), (375, "dark", True), (375, "light", False)])
def test_the_flow_is_drawn_as_boxes_wide_and_narrow_in_both_modes(book: Copy, contexts, width, scheme, js) -> None:
    page = contexts(width, scheme, js).new_page()
    page.goto((book.root / "_build/html/chapters/one.html").as_uri())
    page.locator(".protocol > summary").click()
    boxes = page.evaluate(PLACES)
    steps, asides = boxes[::2], boxes[1::2]
    assert [box["step"] for box in boxes] == [True, False] * 4 + [True]
    assert all(one["bottom"] < other["top"] for one, other in pairwise(steps))
    assert all(0 <= box["left"] < box["right"] <= width for box in boxes)
    for step, aside in zip(steps, asides, strict=False):
        if width > 640:  # beside the step that they leave
            assert aside["left"] > step["right"] and aside["top"] < step["bottom"]
        else:
            assert aside["top"] > step["bottom"] and aside["left"] > step["left"]
    ink = [int(part) for part in re.findall(r"\d+", boxes[0]["colour"])[:3]]
    assert min(ink) > 128 if scheme == "dark" else max(ink) < 128
    page.close()


def test_the_check_names_a_freeze_without_day_or_reason(tmp_path: Path) -> None:
    def faults(page: str) -> list[tuple[str, int]]:
        return [(code, line) for code, line, _ in search_faults(page_of(tmp_path, "chapters/four", page.encode()), DAY)]

    whole = text("four")
    line = whole.split("\n").index('  frozen: "2026-10-01"') + 1
    assert faults(whole) == []
    assert faults(whole.replace('  frozen_because: "Two searches changed nothing"\n', "")) == [("CHP041", line)]
    assert faults(whole.replace('"2026-10-01"', "yes")) == [("CHP041", line)]
    assert faults(whole.replace(FROZEN, "")) == [("CHP018", 1)]
