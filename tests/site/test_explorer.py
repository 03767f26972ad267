"""The explorer: the same rows and studies as pandas counts, an address that keeps the view, files that others read."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import bibtexparser
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from resistance.evidence.index import Index
from resistance.evidence.vocabulary import Vocabulary
from resistance.paths import root
from resistance.site import data, explorer_files

from . import built
from .browsing import visit
from .test_accessibility import violations

pytestmark = pytest.mark.browser

PAGE = "chapters/about/explorer.html"
SEED = 16
LIMIT = 100  # ms
MANY = 10_000  # rows
NAMED = {"drug": "drugs", "gene": "genes", "cancer": "cancers"}
PLAIN = explorer_files.PLAIN
FILTERS = (*NAMED, "mechanism", *PLAIN)
READY = "() => document.querySelector('.explorer-rows') && !document.querySelector('.explorer-rows[aria-busy]')"
COUNTS = """(title) => {
  const titled = (e) => e.querySelector("summary span").textContent === title;
  const box = [...document.querySelectorAll(".facet")].find(titled);
  box.open = true;
  return new Promise((resolve) => setTimeout(() => {
    const number = (line) => parseInt(line.querySelector(".number").textContent.replaceAll(",", ""));
    const all = [...box.querySelectorAll("li:not([hidden])")];
    const lines = all.map((line) => [line.querySelector("input").dataset.value, number(line)]);
    box.open = false;
    resolve(Object.fromEntries(lines));
  }));
}"""
TITLES = {"drug": "Drug", "gene": "Gene", "cancer": "Cancer", "mechanism": "Mechanism"} | {
    "evidence": "Kind of evidence", "level": "Level", "direction": "Direction", "role": "Role",
}  # fmt: skip


# --- what pandas says ---------------------------------------------------------------------------------------------


@cache
def frame() -> pd.DataFrame:
    """The tables' CSV files, one row an evidence row; names as the vocabulary resolves them, years by the source."""
    found = {item.ref: item for item in data.current().index.items}
    years = pd.read_csv(root() / "data" / "references.csv", dtype=str, keep_default_na=False).set_index("key")["year"]
    tables = []
    for name in sorted({item.table for item in found.values()}):
        table = pd.read_csv(root() / "data" / f"{name}.csv", dtype=str, keep_default_na=False)
        common = ["id", "study", "source", *(c for c in explorer_files.CELLS if c != "source")]
        tables.append(table[common].assign(table=name))
    rows = pd.concat(tables, ignore_index=True)
    refs = rows["table"] + "/" + rows["id"]
    assert set(refs) == set(found)
    rows["stars"] = rows["confidence"].astype(int)
    rows["year"] = rows["source"].map(years).fillna("0").astype(int)
    for name, column in PLAIN.items():
        rows[f"by {name}"] = [(value,) for value in rows[column]]
    rows["by mechanism"] = [(found[ref].mechanism,) for ref in refs]
    for name, kind in NAMED.items():
        rows[f"by {name}"] = [found[ref].listed.get(kind, ()) for ref in refs]
    return rows


Chosen = dict[str, Any]


def kept(chosen: Chosen, but: str = "") -> pd.DataFrame:
    """Rows that all filters take, but for one that is left aside."""
    rows = frame()
    for name in FILTERS:
        if name != but and (values := set(chosen.get(name, ()))):
            rows = rows[[bool(values & set(held)) for held in rows[f"by {name}"]]]
    rows = rows[rows["stars"] >= chosen.get("stars", 0)]
    if "from" in chosen:
        rows = rows[rows["year"] >= chosen["from"]]
    if "to" in chosen:
        rows = rows[(rows["year"] <= chosen["to"]) & (rows["year"] > 0)]
    return rows


def studies_by_value(rows: pd.DataFrame, name: str) -> dict[str, int]:
    """Studies under each value of a filter."""
    column = f"by {name}"
    return rows[[column, "study"]].explode(column).dropna().groupby(column)["study"].nunique().to_dict()


def combinations() -> list[Chosen]:
    """Filters at random, each with at least one row: their values are those of a row."""
    if not built.is_built():
        return [{}]
    chance = random.Random(SEED)
    found: list[Chosen] = [{}]
    rows = frame()
    while len(found) < 14:
        row = rows.iloc[chance.randrange(len(rows))]
        other = rows.iloc[chance.randrange(len(rows))]
        chosen: Chosen = {}
        for name in chance.sample(FILTERS, chance.randint(1, 3)):
            own, more = row[f"by {name}"], other[f"by {name}"]
            if own:
                also = [chance.choice(more)] if more and chance.random() < 0.4 else []
                chosen[name] = list(dict.fromkeys([chance.choice(own), *also]))
        if chance.random() < 0.4:
            chosen["stars"] = int(row["stars"])
        if chance.random() < 0.3:
            chosen["from"] = int(row["year"]) - 3
        if chance.random() < 0.3:
            chosen["to"] = int(row["year"]) + 2
        if chosen:
            found.append(chosen)
    return found


def words(number: int, whole: int, one: str, more: str) -> str:
    text = f"{whole:,} {one if whole == 1 else more}"
    return f"all {text}" if number == whole else f"{number:,} of {text}"


def said(rows: pd.DataFrame) -> str:
    """What the page says of a selection."""
    studies = words(rows["study"].nunique(), frame()["study"].nunique(), "study", "studies")
    return f"{studies}, {words(len(rows), len(frame()), 'row', 'rows')}"


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opened(contexts, disk) -> Iterator[Any]:
    """The explorer, opened from disk; every test asks it something else."""
    with visit(contexts(), disk, PAGE) as found:
        found.page.wait_for_function(READY)
        yield found
        assert found.faults == []


ASK = """(hash) => {
  document.querySelector(".explorer-state").textContent = "";
  const same = location.hash === hash;
  location.hash = hash;
  if (same) dispatchEvent(new HashChangeEvent("hashchange"));
}"""


def ask(page: Any, chosen: Chosen) -> None:
    """Go to a view by its address, and wait until its rows are there."""
    words = urlencode(chosen, doseq=True)
    page.evaluate(ASK, f"#{words}" if words else "")
    page.wait_for_function("() => document.querySelector('.explorer-state').textContent !== ''")
    page.wait_for_function(READY)


def state(page: Any) -> str:
    return page.locator(".explorer-state").inner_text().lower()


def shown(page: Any) -> list[str]:
    """The rows on the page, as ``table/id``."""
    return page.eval_on_selector_all(".explorer-rows li", "(lines) => lines.map((line) => line.dataset.row)")


@pytest.mark.parametrize("chosen", combinations(), ids=lambda chosen: urlencode(chosen, doseq=True)[:60] or "nothing")
def test_rows_and_studies_are_those_that_pandas_counts(opened, chosen):
    page = opened.page
    ask(page, chosen)
    rows = kept(chosen)
    assert state(page) == (said(rows) if len(rows) else "no row has all of this. take one choice back.")
    refs = set(rows["table"] + "/" + rows["id"])
    assert set(shown(page)) <= refs
    assert len(shown(page)) == min(50, len(refs))
    for name in FILTERS:
        counted = {value: n for value, n in page.evaluate(COUNTS, TITLES[name]).items() if n}
        assert counted == studies_by_value(kept(chosen, but=name), name), name
    stars = page.eval_on_selector_all("#explorer-stars option", "(all) => all.map((one) => one.textContent)")[1:]
    for number, text in enumerate(stars, start=1):
        least = kept({**chosen, "stars": number})["study"].nunique()
        assert text == f"{'★' * number} ({least:,} {'study' if least == 1 else 'studies'})"


def test_a_view_can_be_sent(opened, contexts, disk):
    """What a reader chose by hand stands in the address; another who opens it sees the same."""
    page = opened.page
    ask(page, {})
    page.locator(".facet summary").first.click()
    page.get_by_label("Find a drug").fill("Lynparza")
    page.locator(".facet[open] li:visible input").check()
    page.keyboard.press("Escape")
    page.locator("#explorer-from").fill("2015")
    page.locator("#explorer-sort").select_option("new")
    page.wait_for_function(READY)
    chosen: Chosen = {"drug": ["olaparib"], "from": 2015}
    assert page.url == f"{disk}{PAGE}#drug=olaparib&from=2015&sort=new"
    assert page.get_by_role("link", name="Link to this view").evaluate("(link) => link.href") == page.url
    assert state(page) == said(kept(chosen))
    years = [int(kept({}).set_index(frame()["table"] + "/" + frame()["id"]).loc[ref, "year"]) for ref in shown(page)]
    assert years == sorted(years, reverse=True) and len(years) > 5
    with visit(contexts(390, "dark"), disk, page.url.removeprefix(disk)) as other:
        other.page.wait_for_function(READY)
        assert (state(other.page), shown(other.page)) == (state(page), shown(page))
        assert other.page.locator("#explorer-from").input_value() == "2015"
        assert other.page.locator("#explorer-sort").input_value() == "new"
        assert other.page.locator(".explorer-chosen").inner_text().startswith("olaparib")
        assert other.overflow() == []
        assert other.faults == []


def test_an_address_of_the_past_says_what_is_gone(opened):
    page = opened.page
    ask(page, {"drug": ["snake oil"], "level": ["A"], "stars": "many", "page": 900})
    assert page.locator(".explorer-note").inner_text() == "The address names what no row has: snake oil."
    assert state(page) == said(kept({"level": ["A"]}))
    ask(page, {})
    assert not page.locator(".explorer-note").is_visible()


def test_pages_of_fifty_hold_every_row_once(opened):
    page = opened.page
    ask(page, {"level": ["A"], "page": 1})
    seen = shown(page)
    while page.get_by_role("button", name="Next").is_enabled():
        page.get_by_role("button", name="Next").click()
        page.wait_for_function(READY)
        seen += shown(page)
    rows = kept({"level": ["A"]})
    assert sorted(seen) == sorted(rows["table"] + "/" + rows["id"]) and len(seen) > 100
    assert f"page={-(-len(seen) // 50)}" in page.url


def test_choices_are_taken_back_one_by_one_or_all(opened):
    page = opened.page
    ask(page, {"level": ["A", "B"], "direction": ["mixed"], "stars": 3})
    page.get_by_role("button", name="Remove level: B clinical").click()
    assert state(page) == said(kept({"level": ["A"], "direction": ["mixed"], "stars": 3}))
    page.get_by_role("button", name="Clear all").click()
    assert (state(page), "#" in page.url) == (said(frame()), False)


def test_it_works_by_keyboard(opened):
    page = opened.page
    ask(page, {})
    page.locator(".facet summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("olapar")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert state(page) == said(kept({"drug": ["olaparib"]}))
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.facet:not([open]) summary')")
    assert page.locator(".explorer-state").get_attribute("role") == "status"


def test_axe_finds_nothing_in_use(opened, contexts, disk):
    """In the dark, with a panel open; at rest it is looked at with all other pages."""
    with visit(contexts(1280, "dark"), disk, f"{PAGE}#drug=olaparib") as other:
        other.page.wait_for_function(READY)
        other.page.locator(".facet summary").nth(2).click()
        other.page.wait_for_selector(".facet[open] li")
        assert violations(other.page) == ""


# --- files ---------------------------------------------------------------------------------------------------------


def save(page: Any, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return Path(download.value.path()).read_bytes()


@pytest.fixture(scope="module")
def saved(opened) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """A selection of rows with works of every kind, and its three files."""
    chosen = {"mechanism": ["DNA repair", "efflux pumps"], "level": ["A", "B", "D"]}
    ask(opened.page, chosen)
    names = ("Rows (CSV)", "Works (RIS)", "Works (BibTeX)")
    return kept(chosen), {name: save(opened.page, name) for name in names}


def test_csv_has_the_cells_of_the_tables(saved):
    rows, files = saved
    read = list(csv.DictReader(io.StringIO(files["Rows (CSV)"].decode("utf-8"), newline="")))
    wanted = {f"{row['table']}/{row['id']}": row for row in rows.to_dict("records")}
    assert sorted(f"{row['table']}/{row['id']}" for row in read) == sorted(wanted)
    for row in read:
        table = wanted[f"{row['table']}/{row['id']}"]
        assert {name: row[name] for name in explorer_files.CELLS} == {n: table[n] for n in explorer_files.CELLS}
        assert (int(row["year"] or 0), row["study"]) == (table["year"], table["study"])
        assert set(filter(None, row["drugs"].split(";"))) <= set(table["by drug"])
        assert row["address"].startswith(built.base() + "chapters/")


def test_ris_has_each_work_once(saved):
    rows, files = saved
    lines = files["Works (RIS)"].decode("utf-8").split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    records = [record for record in re.split(r"ER  - \r\n", files["Works (RIS)"].decode("utf-8")) if record]
    assert all(record.startswith("TY  - ") and "TI  - " in record for record in records)
    keys = [re.search(r"^ID  - (.*)\r$", record, re.MULTILINE)[1] for record in records]
    assert sorted(keys) == sorted(set(rows["source"])) and len(keys) > 50


def test_bibtex_has_each_work_once(saved):
    rows, files = saved
    library = bibtexparser.parse_string(files["Works (BibTeX)"].decode("utf-8"))
    assert library.failed_blocks == []
    assert sorted(entry.key for entry in library.entries) == sorted(set(rows["source"]))


# --- what the page loads, and what it leads to -----------------------------------------------------------------------


def scripts(site: Path) -> dict[str, Any]:
    """Content of every script of data by its name."""
    found = {}
    for path in (site / "_rows").glob("*.js"):
        stamp, name, content = json.loads(path.read_text(encoding="utf-8").removeprefix("reviewRows(")[:-3])
        found[name] = content
        found.setdefault("stamps", set()).add(stamp)
    return found


def test_every_row_leads_to_its_table_and_every_name_to_its_page(site):
    loaded = scripts(site)
    assert len(loaded["stamps"]) == 1
    rows = [row for name, part in loaded.items() if name.startswith("rows-") for row in part]
    assert len(rows) == len(frame())
    text = cache(lambda page: (site / page).read_text(encoding="utf-8"))
    for row in rows:
        page, _, anchor = row[-1].partition("#")
        assert f'id="{anchor}"' in text(page), row[-1]
    pages = [value[1] for name in NAMED for value in loaded["index"]["values"][name] if value[1]]
    assert [page for page in pages if not (site / page).is_file()] == []


def test_it_loads_in_parts_and_asks_no_other_host(fresh, home):
    """At first what filters and what is shown of the first rows; the rest when it is needed."""
    with visit(fresh(), home, PAGE) as opened:
        opened.page.wait_for_function(READY)
        opened.page.wait_for_load_state("networkidle")
        loaded = [re.sub(r".*/_rows/|\?.*", "", r.url) for r in opened.responses if "/_rows/" in r.url]
        assert loaded == ["index.js", "rows-1.js"]
        assert all(response.url.startswith(opened.home) for response in opened.responses)
        assert opened.faults == []


def test_no_other_page_loads_it(site):
    assert [page for page in built.pages() if "explorer.js" in (site / page).read_text(encoding="utf-8")] == [PAGE]


def test_without_a_script_it_is_lists(contexts, disk, site):
    soup = BeautifulSoup((site / PAGE).read_text(encoding="utf-8"), "html.parser")
    captions = [p.get_text() for p in soup.select("p.part-caption")]
    by_mechanism = studies_by_value(frame(), "mechanism")
    told = {re.sub(r" \(.*", "", c)[1:]: int(re.search(r"\((\d+)", c)[1]) for c in captions}
    assert told == {name[1:]: number for name, number in by_mechanism.items()}
    rows = [
        int(re.search(r"(\d+) rows?$", li.get_text())[1])
        for li in soup.select("article li, [role=main] li")
        if li.select("a.to-row")
    ]
    assert sum(rows) == len(frame())
    with visit(contexts(js=False), disk, PAGE) as opened:
        assert not opened.page.locator(".explorer").is_visible()
        assert opened.page.locator("a.to-row").first.is_visible()


def test_the_landing_page_and_the_contents_lead_to_it():
    for page in ("index.html", built.chapters()[0]):
        assert [
            a
            for a in built.soup(page).select("nav a, .sidebar-tree a, .sidebar-drawer a")
            if "about/explorer.html" in a["href"]
        ], page
    assert built.soup("index.html").select("[role=main] a[href$='about/explorer.html']")


# --- ten thousand rows ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(site, tmp_path_factory) -> Path:
    """The explorer of a book with as many rows: each real row several times, as a study of its own."""
    book = data.current()
    tables = [(book.schema(name), book.rows(name)) for name in book.evidence_tables]
    times = -(-MANY // sum(len(rows) for _, rows in tables))
    copies = [
        (
            schema,
            [{**row, "id": f"{row['id']}-{n}", "study": f"{row['study']}-{n}"} for n in range(times) for row in rows],
        )
        for schema, rows in tables
    ]
    vocabularies = {kind: Vocabulary(kind, book.rows(kind)) for kind in NAMED.values()}
    index = Index(copies, vocabularies, (), {key: row["year"] for key, row in book.snapshot.items()})
    assert len(index.items) >= MANY
    folder = tmp_path_factory.mktemp("many")
    for name in (PAGE, "_static/review.css", "_static/review.js", "_static/explorer.js", "_static/icon.svg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site / name, folder / name)
    (folder / "_rows").mkdir()
    made = explorer_files.scripts(index, book.library.by_key, lambda item: f"x.html#{item.row['id']}", lambda _: True)
    for name, text in made.items():
        (folder / "_rows" / name).write_text(text, encoding="utf-8")
    return folder


ANSWERS = """async (titles) => {
  const list = document.querySelector(".explorer-rows");
  const times = [];
  for (const title of titles) {
    const titled = (e) => e.querySelector("summary span").textContent === title;
    const box = [...document.querySelectorAll(".facet")].find(titled);
    box.open = true;
    await new Promise((resolve) => setTimeout(resolve, 30));
    const checks = [...box.querySelectorAll("li:not([hidden]) input")].slice(0, 3);
    for (const check of [...checks, ...checks]) {  // each is chosen, and taken back
      const begun = performance.now();
      check.click();
      while (list.hasAttribute("aria-busy")) await new Promise((resolve) => setTimeout(resolve));
      list.getBoundingClientRect();
      times.push(performance.now() - begun);
    }
    box.open = false;
  }
  return times;
}"""


def test_ten_thousand_rows_are_answered_at_once(contexts, many):
    with visit(contexts(), many.as_uri() + "/", PAGE, watch=False) as opened:
        page = opened.page
        page.wait_for_function(READY)
        assert int(re.search(r"([\d,]+) rows", state(page))[1].replace(",", "")) >= MANY
        page.evaluate(ANSWERS, ["Level"])  # a first choice, after which the parts come in
        times = page.evaluate(ANSWERS, list(TITLES.values()))
        assert len(times) > 30
        assert median(times) < LIMIT, times
        print(f"median {median(times):.0f} ms, slowest {max(times):.0f} ms")
