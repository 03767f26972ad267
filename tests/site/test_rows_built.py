"""A small book, built for real: numbers by row, tables by directive, both sides of a claim, searches."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag

from ..book_copy import Copy, copy_book
from .small_book import CLAIMS_PAGE

CHAPTER, TABLE = "mechanisms/stromal-interactions", "stromal_protection"
ROW, OTHER = "hgf-chemotherapy-pfs-tsuji-2017", "il6-siltuximab-vgpr-sanmiguel-2014"
CLAIM = "stroma-hgf-blood-is-prognosis"
CONTENTS = f"""\
format: jb-book
root: index
chapters:
  - file: chapters/{CHAPTER}
  - file: chapters/introduction
  - file: chapters/references
  - file: chapters/about/claims
"""
PAGE = f"""\
---
review:
  {{section: "2.4", question: "Does it protect?", search: "(a OR b) AND c", searched: "2026-11-01", interval_days: 180}}
---
# A chapter

It was {{row}}`{ROW}`, that is {{row}}`{ROW}.value` ({{row}}`{ROW}.interval`) or {{row}}`{ROW}.value:.1f`,
in {{row}}`{ROW}.n`.
The unit comes along: {{row}}`{OTHER}.figure`, {{row}}`stroma-b17-tissue-loss`.

Of {{count}}`rows of {TABLE}` rows
{{count}}`studies of {TABLE} where level=B and direction!=supports` studies {{claim}}`{CLAIM}`.
Again {{claim}}`{CLAIM}`.

No trial has shown it {{looked}}`search-hgf`, nobody {{looked}}`search-hgf`.

```{{evidence-table}} {TABLE}
:anchor: tbl-all
:caption: What stroma did, "quoted", 50% of it.
```

```{{evidence-table}} {TABLE}
:anchor: tbl-some
:caption: Those that support, the greatest first.
:columns: drug, source
:where: direction=supports and level!=D
:sort: -n
```

```{{parameters}}
:anchor: tbl-parameters
:caption: Parameters of the model.
```

```{{parameters}}
:anchor: tbl-few
:caption: Those of one kind only.
:model: B17
:ids: stroma-b17-tissue stroma-b17-egress
```

```{{source-statements}}
:anchor: tbl-statements
:caption: What the source said.
```

## How this page was searched

```{{protocol}}
```

```{{reference-list}}
```
"""
ELSEWHERE = f"""\
# Another page

There it is {{row}}`{ROW}.figure`, {{row}}`{ROW}.n`, {{row}}`{OTHER}.n`, {{row}}`stroma-b17-tissue-loss`.

```{{reference-list}}
```
"""
SEARCH = {
    "id": "search-hgf", "claims": CLAIM, "looked_for": "A trial of HGF as a marker", "where": "stored pages, with HGF",
    "searched_on": "2026-11-20", "reader": "second reader", "outcome": "nothing found", "found": "None was there",
    "sources": "Lu2018",
}  # fmt: skip
WAIVER = {
    "id": "waive-tsuji",
    "claim": CLAIM,
    "row": f"{TABLE}/{ROW}",
    "reason": "Another cancer, so it does not bear.",
}


def write_part(book: Copy, table: str, row: dict[str, str]) -> None:
    """A chapter's part of a table with one row."""
    path = book.root / "data" / table / f"{CHAPTER}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = ['"' + cell.replace('"', '""') + '"' for cell in row.values()]
    path.write_text(f"{','.join(row)}\n{','.join(cells)}\n", encoding="utf-8")


def made(folder) -> Copy:
    book = copy_book(folder).without_entries()
    claims = book.table("claims")
    for claim in claims:
        if claim["id"] == CLAIM:
            claim["adds"], claim["against"] = f"{TABLE}/{ROW}", f"{TABLE}/{OTHER}"
            claim["balance"] = "The trials were larger."
    book.write_table("claims", [c for c in claims if c["id"] == CLAIM])
    write_part(book, "counter_searches", SEARCH)
    write_part(book, "waived_rows", WAIVER)
    (book.root / "_toc.yml").write_text(CONTENTS)
    (book.root / "index.md").write_text("# Home\n\nA small book.\n")
    (book.root / f"chapters/{CHAPTER}.md").write_text(PAGE, encoding="utf-8")
    (book.root / "chapters/introduction.md").write_text(ELSEWHERE)
    (book.root / "chapters/about/claims.md").write_text(CLAIMS_PAGE)
    return book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The built book."""
    book = made(tmp_path_factory.mktemp("rows") / "book")
    done = book.run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return book


def page(book: Copy, name: str = f"chapters/{CHAPTER}") -> BeautifulSoup:
    return BeautifulSoup((book.root / f"_build/html/{name}.html").read_text(encoding="utf-8"), "html.parser")


def text_of(element: Tag) -> str:
    return " ".join(element.get_text().split())


def cells(book: Copy, identifier: str, table: str = TABLE) -> dict[str, str]:
    return next(row for row in book.table(table) if row["id"] == identifier)


def test_a_number_is_the_text_of_its_cell_and_a_link_to_its_row(book: Copy) -> None:
    soup, row = page(book), cells(book, ROW)
    interval = f"{row['ci_low']} to {row['ci_high']}"
    links = soup.select("p a.row-link")
    assert [text_of(link) for link in links[:5]] == [
        f"{row['value']} ({row['ci_kind']} {interval})", row["value"], interval, f"{float(row['value']):.1f}", row["n"],
    ]  # fmt: skip
    assert text_of(links[5]) == f"{cells(book, OTHER)['value']}%"
    assert text_of(links[6]) == "0.027 per day"
    for link, identifier in zip(links, [ROW] * 5 + [OTHER], strict=False):
        assert link["href"] == f"#row-stromal-protection-{identifier}"
        assert soup.find(id=link["href"][1:]).name == "tr"
        assert text_of(soup.find(id=link["aria-describedby"])).startswith("Number from a table")
    assert links[6]["href"] == "#row-model-parameters-stroma-b17-tissue-loss"
    assert soup.find(id="row-model-parameters-stroma-b17-tissue-loss").name == "tr"


def test_a_number_on_another_page_leads_to_the_page_of_its_row(book: Copy) -> None:
    soup = page(book, "chapters/introduction")
    link = soup.select_one("p > a.row-link")
    assert link["href"] == f"{CHAPTER}.html#row-stromal-protection-{ROW}"
    card = soup.find(id=f"card-stromal-protection-{ROW}")
    assert card.select_one(".to-table a")["href"] == link["href"]


def test_one_card_a_row_says_what_was_measured_in_whom_and_where_it_was_read(book: Copy) -> None:
    """Of rows that another page shows; a row on the page is its own card."""
    soup, row = page(book, "chapters/introduction"), cells(book, ROW)
    assert page(book).select(".row-card") == []
    cards = soup.select(".row-card")
    assert [card["id"] for card in cards] == [
        f"card-stromal-protection-{ROW}", f"card-stromal-protection-{OTHER}",
        "card-model-parameters-stroma-b17-tissue-loss",
    ]  # fmt: skip
    said = text_of(cards[0])
    for part in (
        row["label"],
        row["measure"],
        f"n = {row['n']}",
        row["drug"],
        row["cancer"],
        "B clinical",
        row["locator"],
    ):
        assert part in said, part
    assert f"{row['confidence']} of 5 stars" in said and row["direction"] in said
    assert cards[0].select_one("a.cite")["href"] == f"#ref-{row['source']}"
    assert cards[0].select_one("a.seen")["href"] == row["seen_at"]
    assert all(card["popover"] == "manual" for card in cards)
    parameter = cells(book, "stroma-b17-tissue-loss", "model_parameters")
    assert parameter["meaning"] in text_of(cards[2]) and "0.027 per day, published" in text_of(cards[2])


def test_counts_count_rows_and_studies(book: Copy) -> None:
    rows = book.table(TABLE)
    studies = {r["study"] for r in rows if r["level"] == "B" and r["direction"] != "supports"}
    assert f"Of {len(rows)} rows {len(studies)} studies" in text_of(page(book))
    assert 1 < len(studies) < len(rows)


def test_a_table_shows_its_rows_in_the_order_of_a_reader(book: Copy) -> None:
    box = page(book).find(id="tbl-all")
    rows = book.table(TABLE)
    heads = [text_of(head) for head in box.select("thead th")]
    assert heads[0] == "Study" and heads[-3:] == ["Figure", "Grade", "Source"] and len(heads) <= 8
    shown = box.select("tbody tr")
    assert [tr["id"] for tr in shown] == [f"row-stromal-protection-{row['id']}" for row in rows]
    for tr, row in zip(shown, rows, strict=True):
        said = text_of(tr)
        assert said.startswith(row["label"])
        for column in ("drug", "measure", "note", "locator", "direction"):
            assert row[column] in said.replace("’", "'"), (row["id"], column)
        assert tr.select_one("td a.cite")["href"] == f"#ref-{row['source']}"
    assert "short" in box["class"]
    assert text_of(box.select_one(".all-rows")) == f"Show all {len(rows)} rows"
    assert text_of(box.select_one("[role=status]")) == f"6 of {len(rows)} rows"
    assert text_of(box.select_one(".downloads")).startswith(f"{len(rows)} rows")


def test_rows_are_chosen_and_sorted(book: Copy) -> None:
    soup = page(book)
    wanted = [r for r in book.table(TABLE) if r["direction"] == "supports" and r["level"] != "D"]
    wanted = sorted([r for r in wanted if r["n"]], key=lambda r: -int(r["n"])) + [r for r in wanted if not r["n"]]
    shown = soup.find(id="tbl-some").select("tbody tr")
    assert [text_of(tr.select_one("th")) for tr in shown] == [r["label"] for r in wanted]
    assert not any(tr.get("id") for tr in shown), "the first table of the page has the anchors"
    assert not soup.find(id="tbl-some").select(".all-rows")
    assert [text_of(h) for h in soup.find(id="tbl-some").select("thead th")] == [
        *("Study", "Drug", "Figure", "Grade", "Source"),
    ], "no row of evidence without figure and grade"


def test_standing_blocks_are_those_of_the_page(book: Copy) -> None:
    soup = page(book)
    files = {t: f"data/{t}/{CHAPTER}.csv" for t in ("model_parameters", "statement_audit")}
    own = {t: [r for r in book.table(t) if r["_file"] == f] for t, f in files.items()}
    assert [text_of(tr.select("td")[0]) for tr in soup.select("#tbl-parameters tbody tr")] == [
        row["meaning"] for row in own["model_parameters"]
    ]
    assert len(soup.select("#tbl-few tbody tr")) == 2
    assert len(soup.select("#tbl-statements tbody tr")) == len(own["statement_audit"]) > 1


def test_a_badge_and_its_card_show_both_sides(book: Copy) -> None:
    soup = page(book)
    badges = soup.select("button.claim:not(.looked)")
    assert [text_of(badge.select_one(".sides")) for badge in badges] == ["2:1", "2:1"], (
        "two rows of one study count once"
    )
    assert all(badge["aria-label"].endswith("2 studies for, 1 against") for badge in badges)
    assert [badge.get("id") for badge in badges] == [f"said-{CLAIM}", None]
    (card,) = soup.select(f"#claim-{CLAIM}")
    said = text_of(card)
    claim = cells(book, CLAIM, "claims")
    sides = [text_of(side) for side in card.select(".card-side")]
    assert sides == ["Rests on", "Adds to it", "Speaks against it"]
    refs = [ref.partition("/")[2] for side in ("needs", "adds", "against") for ref in claim[side].split(";")]
    rows = card.select(".card-row")
    assert len(rows) == len(refs)
    for shown, identifier in zip(rows, refs, strict=True):
        row = cells(book, identifier)
        assert shown.a["href"] == f"#row-stromal-protection-{identifier}" and shown.a.get_text() == row["label"]
        unit = {"1": "", "%": "%"}.get(row["unit"], f" {row['unit']}")
        assert f"{row['value']}{unit}" in text_of(shown) and f"n = {row['n']}" in text_of(shown)
    assert "2 studies for, 1 against" in said and "Balance: The trials were larger." in said
    assert "Left out: Tsuji 2017. Another cancer, so it does not bear." in said
    assert (
        "Looked for to refute it: A trial of HGF as a marker. 20 November 2026, second reader: nothing found. "
        "Where, and what came of it" in said
    )
    (whole,) = soup.select(card.select(".card-note a.to-row")[-1]["href"])
    assert "Where: stored pages, with HGF." in text_of(whole) and "None was there." in text_of(whole)


def test_a_search_opens_behind_its_badge_and_stands_in_the_protocol(book: Copy) -> None:
    soup = page(book)
    badges = soup.select("button.looked")
    assert [badge["popovertarget"] for badge in badges] == ["search-search-hgf"] * 2
    (card,) = soup.select("#search-search-hgf")
    block = soup.select_one("details.protocol")
    for said in (text_of(card), text_of(block)):
        assert "Looked for: A trial of HGF as a marker." in said and "Where: stored pages, with HGF." in said
        assert "When: 20 November 2026, by the second reader." in said and "Nothing found. None was there." in said
    assert card.select_one("a.cite")["href"] == "#ref-Lu2018"
    said = text_of(block)
    assert "Does it protect?" in said and "(a OR b) AND c" in said
    assert "1 November 2026" in said and "due again 30 April 2027" in said


def test_all_claims_are_links_to_their_sentences(book: Copy) -> None:
    (row,) = page(book, "chapters/about/claims").select("#tbl-claims tbody tr")
    badge = row.select_one("a.claim")
    assert badge["href"] == f"../{CHAPTER}.html#said-{CLAIM}"
    values = [text_of(cell) for cell in row.select("td")]
    assert values[2:4] == ["2", "1"]


# --- faults: each is one line that names the place --------------------------------------------------------------------


def table_block(anchor: str, *options: str, table: str = TABLE) -> str:
    """An ``{evidence-table}`` with a caption and further options."""
    lines = [f"```{{evidence-table}} {table}", f":anchor: {anchor}", ":caption: A caption of words.", *options, "```"]
    return "\n".join(lines)


FAULTS = {
    "{row}`hgf-nowhere.n`": "no table has a row 'hgf-nowhere'",
    f"{{row}}`{ROW}.dose`": f"{TABLE} has no column 'dose'",
    f"{{row}}`{ROW}.value:zz`": "the format 'zz' is not of the form",
    f"{{count}}`rows of {TABLE} where level=Z`": f"no row of {TABLE} has 'Z' in level",
    "{count}`patience`": "'patience' is not counted; counted are 'rows of …'",
    "{looked}`search-nowhere`": "there is no counter-search 'search-nowhere'",
    "{claim}`nowhere`": "there is no claim 'nowhere'",
    "{row}`apoptosis-a8-xiap`": "model_parameters/apoptosis-a8-xiap is shown on no page",
    table_block("tbl-a", table="nothing"): "there is no table 'nothing'",
    table_block("fig-a"): "anchor: 'fig-a' is not of",
    f"```{{evidence-table}} {TABLE}\n:anchor: tbl-b\n```": "caption: '' is missing",
    table_block("tbl-c", ":columns: dose"): "columns: dose not in",
    table_block("tbl-d", ":where: dose=1"): "no column 'dose'",
    table_block("tbl-e", ":sort: dose"): "'dose' to sort by",
    table_block("tbl-f", ":where: level=E"): "no row of stromal_protection",
    "```{parameters}\n:anchor: tbl-g\n:caption: A caption of words.\n:model: Z9\n```": (
        "no row of model_parameters is left"
    ),
    "```{protocol}\n```": "the page has no review block with a date",
}


def test_every_fault_is_told_at_its_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    book = made(tmp_path_factory.mktemp("faults") / "book")
    name = "chapters/introduction.md"
    (book.root / name).write_text("# Faults\n\n" + "\n\n".join(FAULTS) + "\n", encoding="utf-8")
    done = book.run("site", "build")
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    assert done.returncode != 0
    lines = (book.root / name).read_text(encoding="utf-8").split("\n")
    for source, message in FAULTS.items():
        line = (
            lines.index(source.split("\n")[0]) + 1
            if "\n" not in source or lines.count(source.split("\n")[0]) == 1
            else None
        )
        told = [text for text in said.splitlines() if message in text and "chapters/introduction" in text]
        assert told, f"{message!r} is not told:\n{said[-3000:]}"
        if line and "shown on no page" not in message:
            assert any(f"introduction.md:{line}:" in text for text in told), (line, told)
