"""The page of references and the downloads: every work, where it is cited, how it stands, for reference managers."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from functools import cache
from typing import Any

import pytest
from bs4 import Tag

from resistance.paths import root
from resistance.references.library import parse_library, read_library
from resistance.references.snapshot import Row, read_snapshot

from . import built

PAGE = "chapters/references.html"
CHAPTERS = built.chapters()


@pytest.fixture(autouse=True)
def _built(site):
    """All of these look at the built site."""


def keys() -> list[str]:
    return [entry.key for entry in read_library(root() / "references.bib").entries]


@cache
def snapshot() -> dict[str, Row]:
    return read_snapshot(root() / "data/references.csv").rows


def published(address: str, page: str = "index.html") -> str:
    """Text of a file that a page links to."""
    return ((built.folder() / page).parent / address).resolve().read_text(encoding="utf-8")


def counts(links: dict[str, str], page: str) -> dict[str, int]:
    """How many works each download holds; each is read in its own form."""
    bib = parse_library(published(links["BibTeX"], page))
    assert bib.findings == []
    ris = published(links["RIS"], page)
    assert len(re.findall(r"^TY  - ", ris, re.MULTILINE)) == len(re.findall(r"^ER  -", ris, re.MULTILINE))
    csl = json.loads(published(links["CSL-JSON"], page))
    assert all(item["id"] and item["title"] for item in csl)
    return {"BibTeX": len(bib.entries), "RIS": ris.count("TY  - "), "CSL-JSON": len(csl)}


def letter(author: str) -> str:
    """Name of the page of a first author, worked out from the letter's Unicode name: Ø is O WITH STROKE."""
    name = re.match(r"LATIN (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) ([A-Z])", unicodedata.name(author[0]))
    return name[1].lower() if name else "other"


def full_page(key: str) -> str:
    """The page on which a work stands in full."""
    return f"chapters/references/{letter(library()[key].authors[0].full_family)}.html"


@cache
def library() -> dict[str, Any]:
    return read_library(root() / "references.bib").by_key


def full_rows() -> dict[str, tuple[str, Tag]]:
    """Page and row of every full entry, by its anchor; none stands twice."""
    rows = [
        (row["id"], (page, row))
        for page in built.book_pages()
        if page.startswith("chapters/references/")
        for row in built.soup(page).select("[id^=tbl-references-] tbody tr")
    ]
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def test_every_work_stands_on_the_page_of_its_letter_with_year_status_record_and_the_pages_that_cite_it():
    rows = full_rows()
    assert set(rows) == {f"work-{key.lower()}" for key in keys()}
    for key, record in snapshot().items():
        page, row = rows[f"work-{key.lower()}"]
        assert page == full_page(key)
        work, year, status, seen, cited = row.find_all(["th", "td"])
        assert words(library()[key].text("title")).rstrip(".") in words(work.get_text())
        assert (year.get_text(), status.get_text()) == (record.year, record.status)
        assert (seen.a["href"], seen.a.get_text()) == (record.seen_at, f"seen {record.seen_on}")
        pages = [link["href"] for link in cited.select("a")]
        assert pages, f"no page cites {key}"
        assert all((built.folder() / page).parent.joinpath(other).is_file() for other in pages)


ROOM = 1_800  # works of the longest list of short lines; of more works each letter has a line


@pytest.mark.skipif(len(keys()) > ROOM, reason="each letter has a line, not each work")
def test_every_work_has_a_short_line_under_its_old_address_that_leads_to_its_full_entry():
    rows = {row["id"]: row for row in built.soup(PAGE).select("#tbl-references tbody tr")}
    assert set(rows) == {f"work-{key.lower()}" for key in keys()}
    for key, entry in library().items():
        row = rows[f"work-{key.lower()}"]
        names, year, title = row.find_all(["th", "td"])
        assert words(entry.authors[0].full_family) in names.get_text()
        assert year.get_text() == entry.text("year")
        begun = title.a.get_text().removesuffix(" …")
        assert len(begun) >= 20 or begun == words(entry.text("title")), key
        assert words(entry.text("title")).startswith(begun)
        assert title.a["href"] == full_page(key).removeprefix("chapters/") + f"#{row['id']}"
        status = snapshot()[key].status
        assert [flag.get_text() for flag in title.select(".status")] == (
            [status] if status in ("retracted", "expression of concern") else []
        )


PAGES = [f"chapters/references/{name}.html" for name in (*string.ascii_lowercase, "other")]


@pytest.mark.parametrize("name", [PAGE, *PAGES])
def test_every_letter_can_be_reached_from_every_other(name):
    """An address stays when works come and go, so a letter without works has its page too, and says so."""
    soup = built.soup(name)
    here = (built.folder() / name).parent
    links = [(here / link["href"]).resolve() for link in soup.select("p.letters a")]
    assert links == [built.folder() / page for page in PAGES if page != name]
    rows = soup.select("tr:is([id^=work-], [id^=letter-])")
    assert bool(rows) != ("The book cites no such work." in soup.get_text())


LISTED = built.pages_with("li.reference")
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", LISTED)
def test_each_entry_of_a_list_carries_its_own_record(name):
    """Its title, year, address, PubMed number, status and day: all from the rows of the key that its anchor names."""
    bib, records = library(), snapshot()
    entries = built.soup(name).select("li.reference")
    assert len({entry["id"] for entry in entries}) == len(entries)
    for entry in entries:
        key = entry["id"].removeprefix("ref-")
        work, record, shown = bib[key], records[key], words(entry.get_text())
        assert words(work.text("title")).rstrip(".") in shown, key
        assert work.text("year") in shown, key
        assert words(work.authors[0].full_family) in shown.partition(work.text("title"))[0], key
        links = {link.get_text(): link["href"] for link in entry.select(".standing a")}
        assert links["record seen"] == record.seen_at, key
        assert links.get("PubMed") == (f"{PUBMED}{record.pmid}/" if record.pmid else None), key
        status = record.status
        if status == "not checked":
            status = "status not checked"
        if status == "not listed":
            status = f"not listed in the retraction notices of {record.listed_on}"
        if record.notice:
            day = f" of {record.notice_on}" if record.notice_on else ""
            status += f" ({record.notice}{day}, in the list of notices of {record.listed_on})"
        assert shown.endswith(f"record seen {record.seen_on} · {status}"), key
        doi = [link["href"] for link in entry.select("p > a[href^='https://doi.org/']")]
        assert doi == ([f"https://doi.org/{work.text('doi')}"] if work.text("doi") else []), key


@pytest.mark.parametrize("name", built.pages_with("a.cite"))
def test_each_citation_leads_to_the_work_that_it_names_and_tells_its_notice(name):
    bib, records = library(), snapshot()
    # A table may go on beside its page, whose list of works is that of its rows as well.
    whole = built.with_parts(built.owner(name))
    listed = {entry["id"].removeprefix("ref-") for entry in built.soup(whole[0]).select("li.reference")}
    cited, by_lower = set(), {key.lower(): key for key in bib}
    for page, link in [(part, link) for part in whole for link in built.soup(part).select("a.cite")]:
        if listed and page != whole[0]:
            assert link["href"].startswith(f"{whole[0].rpartition('/')[2]}#ref-"), page
        if not listed:  # a page without a list leads to the full entry among all references
            target, _, place = link["href"].partition("#work-")
            key = by_lower[place]
            assert (built.folder() / page).parent.joinpath(target).resolve() == built.folder() / full_page(key)
            assert f"work-{place}" in built.ids(full_page(key))
        else:
            key = link["href"].partition("#ref-")[2]
            cited.add(key)
        work = bib[key]
        flags = [words(flag.get_text()) for flag in link.select(".status")]
        told = [records[key].status] if records[key].status in ("retracted", "expression of concern") else []
        assert flags == told, key
        # Names stand before the link where the sentence names the authors.
        around = link.get_text() if "," in link.get_text() else link.parent.get_text()
        assert work.text("year") in link.get_text() and work.authors[0].full_family in around, key
    assert not listed or cited == listed, "the list of a page has what the page cites, and nothing else"


@pytest.mark.parametrize(
    ("page", "columns"),
    [
        *([(PAGE, ["Authors", "Year", "Title"])] if len(keys()) <= ROOM else []),
        (PAGES[0], ["Work", "Year", "Status", "Record", "Cited in"]),
    ],
)
def test_the_tables_sort_by_every_column(page, columns):
    table = built.soup(page).select_one("[id^=tbl-references]")
    assert [head.get_text().strip() for head in table.select("thead th")] == columns
    for row in table.select("tbody tr"):
        year = row.find_all("td")[0]
        assert year.get("data-sort", year.get_text()).isdecimal(), "years sort as numbers"


def test_the_whole_list_in_three_forms():
    links = {link.get_text(): link["href"] for link in built.soup(PAGE).select("[role=main] p a")}
    assert counts(links, PAGE) == dict.fromkeys(("BibTeX", "RIS", "CSL-JSON"), len(keys()))


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_list_of_one_chapter_in_three_forms(name):
    soup = built.soup(name)
    item = next(li for li in soup.select(".chapter-footer li") if "references:" in li.get_text())
    number = int(re.search(r"Its (\d+) references", item.get_text())[1])
    assert counts({a.get_text(): a["href"] for a in item.select("a")}, name) == dict.fromkeys(
        ("BibTeX", "RIS", "CSL-JSON"), number
    )
    assert number == len(soup.select("li.reference")), "those that the page lists"
