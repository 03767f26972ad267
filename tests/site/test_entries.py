"""The pages of drugs, genes and cancers say what the tables say: all of them, read as text, for they are hundreds.

What should be there is read from the files by the standard library (see ``test_whole_site``); which rows an entry lists
is the index's, which is held against the cells in ``tests/evidence/test_index.py``.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from itertools import pairwise
from urllib.parse import unquote

import pytest

from resistance.evidence.check import read_tables
from resistance.evidence.index import Entry, Index, Item
from resistance.evidence.vocabulary import KINDS, read_vocabularies

from . import built
from .test_whole_site import LEVELS, SIGNS, by_key, evidence, figure, number, plain, split, studies, told

pytestmark = pytest.mark.usefixtures("site")

ROW = re.compile(r'<li id="row-([a-z0-9-]+)">(.*?)</li>', re.DOTALL)
BADGE = re.compile(r'<a class="claim" href="[^"]*#said-([a-z0-9-]+)"[^>]*>(.*?)</a>', re.DOTALL)
ATTRIBUTE = re.compile(r'\s(id|href|src)="([^"]*)"')
LINE = re.compile(r'<tr><th scope="row"><a href="#([a-z-]+)">.*?</th>(.*?)</tr>', re.DOTALL)


def words(html: str) -> str:
    """Text of a piece of HTML."""
    return plain(unescape(re.sub(r"<[^>]+>", " ", html))).replace(" ,", ",").replace(" :", ":")


@cache
def text(page: str) -> str:
    """HTML of a page."""
    return (built.folder() / page).read_text(encoding="utf-8")


@cache
def ids(page: str) -> frozenset[str]:
    """Anchors of a page."""
    return frozenset(value for name, value in ATTRIBUTE.findall(text(page)) if name == "id")


@cache
def index() -> Index:
    checked = read_tables()[0]
    tables = [(table.schema, table.rows) for table in checked.values() if table.schema.evidence]
    return Index(tables, read_vocabularies(checked), checked["claims"].rows)


@cache
def with_rows() -> list[Entry]:
    return [entry for kind in KINDS for entry in index().with_rows(kind)]


@cache
def rows_by_anchor() -> dict[str, str]:
    """Ids of all rows of evidence by what stands in their anchors."""
    return {f"{table}-{row}".replace("_", "-"): row for row, (table, _) in evidence().items()}


def below(entry: Entry) -> list[str]:
    """Pages below that of an entry."""
    return [page for page in built.entries() if page.startswith(entry.address.removesuffix(".html") + "/")]


def own_pages() -> list[str]:
    return [page for page in built.entries() if page.count("/") == 1 and not page.endswith("/index.html")]


def test_every_entry_with_evidence_has_its_page_and_nothing_else_has() -> None:
    assert len(with_rows()) > 300
    assert sorted(own_pages()) == sorted(entry.address for entry in with_rows())
    assert {page.partition("/")[0] for page in built.entries() if page.endswith("/index.html")} == set(KINDS)
    stray = {page for page in built.entries() if page.count("/") > 1} - {p for e in with_rows() for p in below(e)}
    assert stray == set()


def test_an_entry_lists_its_rows_each_as_its_table_has_it() -> None:
    faults = []
    for entry in with_rows():
        listed = {item.row["id"] for item in index().rows_of(entry)}
        found = ROW.findall(text(entry.address))
        on_page = [rows_by_anchor()[anchor] for anchor, _ in found]
        if len(set(on_page)) != len(on_page) or not set(on_page) <= listed or not on_page:
            faults.append(f"{entry.address}: rows {sorted(set(on_page) - listed)[:5]}, {len(on_page)} lines")
        for page in below(entry):
            more = ROW.findall(text(page))
            found += more
            on_page += [rows_by_anchor()[anchor] for anchor, _ in more]
        if set(on_page) != listed:
            faults.append(f"{entry.address}: lacks {sorted(listed - set(on_page))[:5]}")
        for anchor, html in found:
            faults += [f"{entry.address}#{anchor}: lacks {fault!r}" for fault in row_faults(anchor, html)]
    told(faults)


@cache
def row_faults(anchor: str, html: str) -> list[str]:
    """What a line on a page lacks of its row."""
    table, row = evidence()[rows_by_anchor()[anchor]]
    line = words(html)
    wanted = [f"{row['label']}", f"{row['measure']}: {figure(row)}"]
    wanted += [f"n = {number(row['n'])}"] if row["n"] else []
    wanted += [row["n_scope"]] if row["n_scope"] not in ("", "group") else []
    wanted += [f"{row['level']} {LEVELS[row['level']]}", f"{row['confidence']} of 5 stars", row["system"]]
    wanted += [f"{SIGNS[row['direction']]} {row['direction']}"]
    faults = [want for want in map(plain, wanted) if want not in line]
    if f"#work-{row['source'].lower()}" not in html:
        faults.append(f"link to {row['source']}")
    if f"#row-{anchor}" not in html:
        faults.append(f"link to the row in {table}")
    return faults


def test_a_line_with_one_wrong_digit_is_told_apart() -> None:
    anchor, html = ROW.findall(text("drugs/olaparib.html"))[0]
    row = evidence()[rows_by_anchor()[anchor]][1]
    assert row_faults(anchor, html) == []
    assert row_faults(anchor, html.replace(figure(row), figure(row).replace(row["value"], row["value"] + "1")))
    assert row_faults(anchor, re.sub(r"n = \d", "n = 9", html)) or row["n"].startswith("9")


def test_head_and_picture_count_the_studies_of_the_rows() -> None:
    faults = []
    for entry in with_rows():
        items = index().rows_of(entry)
        own = [evidence()[item.row["id"]][1] for item in items]
        number_of = len({row["study"] for row in own})
        lead = words(re.search(r'<p class="entry-lead">(.*?)</p>', text(entry.address))[1])
        counts = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) (?:stud|row|claim)", lead)]
        claims = sum(any_named(claim, items) for claim in by_key("claims", "id").values())
        if counts != [number_of, len(own), claims]:
            faults.append(f"{entry.address}: says {lead!r}, not {number_of}, {len(own)}, {claims}")
        faults += [f"{entry.address}: {fault}" for fault in picture_faults(entry)]
    told(faults)


def any_named(claim: dict[str, str], items: list[Item]) -> bool:
    """Whether a claim names one of the rows."""
    return not refs_of(claim["id"]).isdisjoint(item.ref for item in items)


@cache
def refs_of(claim: str) -> frozenset[str]:
    row = by_key("claims", "id")[claim]
    return frozenset(ref for side in ("needs", "adds", "against") for ref in split(row[side]))


def picture_faults(entry: Entry) -> list[str]:
    items = index().rows_of(entry)
    items = [item for item in items if item.row["role"] != "control arm"] or items
    wanted: dict[tuple[str, str, str], set[str]] = {}
    for item in items:
        row = evidence()[item.row["id"]][1]
        place = (item.mechanism.lower().replace(",", "").replace(" ", "-"), row["level"], row["direction"])
        wanted.setdefault(place, set()).add(row["study"])
    html = re.search(r'<figure class="entry-picture">(.*?)</figure>', text(entry.address), re.DOTALL)[1]
    levels = re.findall(r'<th scope="col">([A-E])\b', html)
    shown = {
        (mechanism, level, direction): int(count)
        for mechanism, cells in LINE.findall(html)
        for level, cell in zip(levels, cells.split("</td>"), strict=False)
        for direction, count in re.findall(r'hidden">([a-z ]+): </span>(\d+)', cell)
    }
    counts = {place: len(names) for place, names in wanted.items()}
    return [] if shown == counts else [f"picture {dict(shown.items() ^ counts.items())}"]


def test_claims_stand_with_both_sides() -> None:
    claims, faults = by_key("claims", "id"), []
    for entry in with_rows():
        pages = [entry.address, *below(entry)]
        items = index().rows_of(entry)
        wanted = {name for name, claim in claims.items() if any_named(claim, items)}
        found = {}
        for page in pages:
            found |= dict(BADGE.findall(text(page)))
        if set(found) != wanted:
            faults.append(f"{entry.address}: claims {sorted(set(found) ^ wanted)[:5]}")
        for name, html in found.items():
            claim = claims[name]
            support, against = studies(split(claim["needs"]) + split(claim["adds"])), studies(split(claim["against"]))
            counts = f"{len(support)}:{len(against)}"
            badge = f"{claim['level']} {'★' * int(claim['confidence'])} {SIGNS[claim['direction']]} {counts}"
            if badge not in words(html):
                faults.append(f"{entry.address}: {name} {words(html)!r}, not {badge!r}")
            if plain(claim["claim"]) not in words_of_pages(tuple(pages)):
                faults.append(f"{entry.address}: {name} lacks its sentence")
    told(faults)


@cache
def words_of_pages(pages: tuple[str, ...]) -> str:
    return " ".join(words(part) for page in pages for part in re.findall(r"<li><p>(.*?)<a class=.claim", text(page)))


def test_links_lead_to_files_and_anchors_that_are_there() -> None:
    broken = set()
    for page in built.entries():
        folder = page.rpartition("/")[0].split("/")
        for name, address in ATTRIBUTE.findall(text(page)):
            if name == "id" or address.startswith(("http", "data:")):
                continue
            path, _, anchor = unquote(unescape(address)).partition("#")
            path = path.partition("?")[0]
            up = path.count("../")
            place = "/".join([*folder[: len(folder) - up], path[3 * up :]]) if path else page
            if not (built.folder() / place).is_file() or (anchor and anchor not in ids(place)):
                broken.add((page, address))
    assert sorted(broken)[:20] == []


def test_every_page_has_a_head_of_its_own_and_says_what_it_is_for() -> None:
    seen: dict[str, str] = {}
    faults = []
    for page in built.entries():
        html = text(page)
        title = re.search(r"<title>(.*?)</title>", html)[1]
        about = unescape(re.search(r'<meta name="description" content="(.*?)">', html)[1])
        for value in (title, about):
            faults += [f"{page} and {seen[value]}: {value}"] if value in seen else []
            seen[value] = page
        faults += [] if 30 <= len(about) <= 170 else [f"{page}: description of {len(about)} characters"]
        faults += [] if f'<link rel="canonical" href="{built.base()}{page}">' in html else [f"{page}: canonical"]
        faults += [] if "not medical advice" in html else [f"{page}: no word on medical advice"]
        found = [value for name, value in ATTRIBUTE.findall(html) if name == "id"]
        faults += [f"{page}: anchor {name} twice" for name in {n for n in found if found.count(n) > 1}]
        levels = [int(n) for n in re.findall(r"<h([1-6])\b", html)]
        if levels.count(1) != 1 or any(after > before + 1 for before, after in pairwise(levels)):
            faults.append(f"{page}: headings {levels}")
        faults += [f"{page}: {fault}" for fault in re.findall(r"<[^>]+\sstyle=", html)[:1]]
    told(faults)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Taxol", "drugs/paclitaxel.html"),
        ("5-FU", "drugs/fluorouracil.html"),
        ("Tarceva", "drugs/erlotinib.html"),
        ("HER2", "genes/erbb2.html"),
        ("P-gp", "genes/abcb1.html"),
        ("Lynparza", "drugs/olaparib.html"),
    ],
)
def test_what_readers_call_it_stands_in_the_list_and_leads_to_its_page(name: str, address: str) -> None:
    html = text(f"{address.partition('/')[0]}/index.html")
    assert f'<li>{name}: see <a href="../{address}">' in html


def test_the_lists_have_every_name_once_and_no_entry_twice() -> None:
    faults = []
    for kind in KINDS:
        html = text(f"{kind}/index.html").partition('id="by-letter"')[2].partition('id="grouped"')[0]
        own = re.findall(r'<li><a href="\.\./([^"]+)">([^<]+)</a>', html)
        other = re.findall(r'<li>([^<]+): see <a href="\.\./([^"]+)">', html)
        entries = index().with_rows(kind)
        wanted = sorted((entry.address, entry.name) for entry in entries)
        if sorted((address, unescape(name)) for address, name in own) != wanted:
            faults.append(f"{kind}: {set(own) ^ set(wanted)}")
        names = sorted((unescape(name), address) for name, address in other)
        if names != sorted((name, entry.address) for entry in entries for name in entry.names[1:]):
            faults.append(f"{kind}: other names")
        grouped = text(f"{kind}/index.html").partition('id="grouped"')[2].partition('id="without"')[0]
        links = re.findall(r'<a href="\.\./([^"]+)">', "".join(re.findall(r"<dd>(.*?)</dd>", grouped)))
        if sorted(links) != sorted(entry.address for entry in entries):
            faults.append(f"{kind}: groups")
    told(faults)


def test_the_landing_page_and_every_page_lead_to_the_lists() -> None:
    for kind in KINDS:
        assert f'href="{kind}/index.html"' in text("index.html").partition('role="main"')[2]
    for page in [*built.book_pages(), *built.entries()]:
        up = "../" * page.count("/")
        lists = [f"{up}{kind}/index.html" for kind in KINDS if page != f"{kind}/index.html"]
        assert all(f'href="{address}"' in text(page) for address in lists), page
