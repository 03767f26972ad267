"""A small book, built for real, that rests on a retracted work: every place where a reader meets it says so."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag

from ..book_copy import Copy, copy_book
from .small_book import CLAIMS_PAGE

CONCERN, RETRACTED = "Conroy2011", "Ganzel2018"
CONTENTS = """\
format: jb-book
root: index
chapters:
  - file: chapters/introduction
  - file: chapters/references
  - file: chapters/about/claims
"""
CHAPTER = """\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
review: {{section: "1", question: "What?", search: "words", searched: "2026-11-01", interval_days: 180}}
---
# A chapter

```{{in-brief}}
{claim}
```

Half of them relapse {{cite}}`{retracted}`, which others doubt {{cite}}`{concern}` {{claim}}`{claim}`.

```{{code-cell}} ipython3
import pandas as pd
from resistance.show import show_table

show_table("chemotherapy_outcomes", anchor="tbl-outcomes", caption="What chemotherapy reaches.")
```

```{{code-cell}} ipython3
cells = ["<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "=cmd|' /C calc'!A0", "{{cite}}`{retracted}`"]
show_table(pd.DataFrame({{"note": cells}}), anchor="tbl-cells", caption="Cells with markup in them.")
```

```{{protocol}}
```

## References

```{{bibliography}}
:filter: docname in docnames
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The built book; its pages are in ``_build/html``."""
    made = copy_book(tmp_path_factory.mktemp("standing") / "book").without_entries()
    claim = next(row for row in made.table("claims") if row["sources"].split(";")[0] == RETRACTED)
    claim["sources"] = RETRACTED  # works that agree or disagree may stand beside it in the book
    made.write_table("claims", [claim])
    searches = [row for row in made.table("counter_searches") if claim["id"] in row["claims"].split(";")]
    made.write_table("counter_searches", [row | {"claims": claim["id"], "sources": RETRACTED} for row in searches])
    rows = [row for row in made.table("chemotherapy_outcomes") if row["source"] in (RETRACTED, CONCERN)]
    made.write_table("chemotherapy_outcomes", rows)
    snapshot = made.table("references")
    for row in snapshot:
        row["status"] = {RETRACTED: "retracted", CONCERN: "expression of concern"}.get(row["key"], "current")
    made.write_table("references", snapshot)
    (made.root / "_toc.yml").write_text(CONTENTS)
    (made.root / "index.md").write_text("# Home\n\nA small book.\n")
    text = CHAPTER.format(claim=claim["id"], retracted=RETRACTED, concern=CONCERN)
    (made.root / "chapters/introduction.md").write_text(text)
    (made.root / "chapters/about/claims.md").write_text(CLAIMS_PAGE)
    done = made.run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def page(book: Copy, name: str) -> BeautifulSoup:
    return BeautifulSoup((book.root / "_build/html" / name).read_text(encoding="utf-8"), "html.parser")


def flagged(element: Tag) -> list[str]:
    """Notices inside an element, as they are read."""
    return [" ".join(flag.get_text().split()) for flag in element.select(".status")]


@pytest.mark.parametrize(("key", "status"), [(RETRACTED, "retracted"), (CONCERN, "expression of concern")])
def test_a_citation_a_row_and_the_reference_list_say_how_the_work_stands(book: Copy, key: str, status: str) -> None:
    soup = page(book, "chapters/introduction.html")
    author = key[:-4]
    prose = next(p for p in soup.select("section > p") if "Half of them" in p.get_text())
    cited = next(link for link in prose.select("a.cite") if author in link.get_text())
    assert flagged(cited) == [status]
    rows = [row for row in soup.select("#tbl-outcomes tbody tr") if row.select(f"td[data-sort='{key}']")]
    assert rows
    assert all(status in flagged(row) for row in rows)
    # The popover of a citation is a copy of its entry in the list.
    entry = soup.find(id=cited["href"].removeprefix("#"))
    assert "reference" in entry["class"]
    assert flagged(entry) == [status]
    listed = page(book, "chapters/references.html").find(id=f"work-{key.lower()}")
    assert status in flagged(listed)


def test_a_claim_and_each_row_behind_it_say_how_the_work_stands(book: Copy) -> None:
    soup = page(book, "chapters/introduction.html")
    badges = soup.select("button.claim")
    assert len(badges) == 2, "in brief, and in the prose"
    for badge in badges:
        assert flagged(badge) == ["retracted"]
        assert badge["aria-label"].endswith("; rests on a work that is retracted")
    card = soup.find(id=badges[0]["popovertarget"])
    assert f"{RETRACTED}, on which this claim rests, is retracted." in card.get_text()
    rows = card.select(".card-row")
    assert rows
    assert all(flagged(row) == ["retracted"] for row in rows)
    (listed,) = page(book, "chapters/about/claims.html").select("#tbl-claims tbody tr")
    assert "retracted" in flagged(listed)


def test_works_without_a_notice_are_not_flagged(book: Copy) -> None:
    other = next(row["key"] for row in book.table("references") if row["status"] == "current")
    index = page(book, "chapters/references.html").select("tr[id^=work-]")
    assert {row["id"] for row in index} == {f"work-{key.lower()}" for key in (RETRACTED, CONCERN)}
    assert other not in (RETRACTED, CONCERN)


def test_markup_and_formulas_in_cells_are_text_on_the_page(book: Copy) -> None:
    soup = page(book, "chapters/introduction.html")
    table = soup.find(id="tbl-cells")
    cells = [row.find(["th", "td"]).get_text() for row in table.select("tbody tr")]
    assert cells == [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "=cmd|’ /C calc’!A0",
        f"{{cite}}`{RETRACTED}`",
    ]
    assert not table.select("script, img, .citation")


def test_the_check_asks_that_the_rows_say_so(book: Copy) -> None:
    found, _ = book.check()
    assert {line.split(":")[0] for line in found if re.search(r"REF050|EVI038|CLM008", line)} == {
        "references.bib",
        "data/chemotherapy_outcomes.csv",
        "data/claims/introduction.csv",
        "data/counter_searches/introduction.csv",
    }
