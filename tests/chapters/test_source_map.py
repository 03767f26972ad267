"""Every numbered section and named sub-heading of the source review is treated somewhere, and the map says where."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from resistance.book.contents import read_contents
from resistance.evidence.tables import check_table
from resistance.paths import root

# Counted by hand in the source review: sections of each part, and named sub-headings of each section.
PARTS = {"1": 0, "2": 5, "3": 3, "4": 8, "5": 5, "6": 0, "7": 0}
SUB_HEADINGS = {
    **{"2.1": 2, "2.2": 4, "2.3": 2, "2.4": 2, "3.1": 5, "3.2": 4, "3.3": 3},
    **{"4.1": 1, "4.3": 3, "5.1": 3, "5.2": 3, "5.3": 3, "5.4": 3, "5.5": 2},
}
NUMBER = re.compile(r"(abstract|[1-7](?:\.[1-9])?)\b *(.*)")
# Pages that nobody has written yet; their links say so. Empty when the book covers the whole source.
PLANNED: set[str] = set()
UNAUDITED = {"7"}  # a list of works: its entries are in the audit of citations


@pytest.fixture(autouse=True)
def _the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)


def rows() -> list[dict]:
    return check_table("source_sections").rows


def pages_of(row: dict) -> list[str]:
    return [row["page"], *filter(None, (row["also"] or "").split(";"))]


def test_no_section_and_no_sub_heading_is_missing() -> None:
    sections = [part for part in PARTS] + [f"{part}.{n + 1}" for part, count in PARTS.items() for n in range(count)]
    expected = {section: 1 + SUB_HEADINGS.get(section, 0) for section in ["abstract", *sections]}
    assert Counter(row["section"] for row in rows()) == expected
    assert len({(row["section"], row["heading"]) for row in rows()}) == len(rows())


def test_they_stand_in_the_order_of_the_source() -> None:
    order = [row["section"] for row in rows()]
    assert order == sorted(order, key=lambda section: "" if section == "abstract" else section)


def test_each_page_is_in_the_contents() -> None:
    contents = {entry.docname for entry in read_contents(root())[0]}
    missing = {page for row in rows() for page in pages_of(row) if f"chapters/{page}" not in contents}
    assert missing == PLANNED


def test_each_page_of_parts_with_a_source_is_named() -> None:
    named = {page for row in rows() for page in pages_of(row)}
    chapters = {entry.docname.removeprefix("chapters/") for entry in read_contents(root())[0]}
    parts = ("mechanisms/", "microenvironment/", "challenges/", "opportunities/", "introduction", "conclusion")
    assert {page for page in chapters if page.startswith(parts)} <= named


def test_each_section_is_audited_on_the_page_that_treats_it() -> None:
    audited: dict[str, set[str]] = {}
    for statement in check_table("statement_audit").rows:
        number = NUMBER.match(statement["section"])
        assert number, statement["section"]
        audited.setdefault(number[1], set()).add(statement["chapter"])
    by_section: dict[str, set[str]] = {}
    for row in rows():
        by_section.setdefault(row["section"], set()).update(pages_of(row))
    assert set(by_section) - UNAUDITED - set(audited) == set()
    for section in set(by_section) - UNAUDITED:
        assert audited[section] & by_section[section], section


def test_each_section_that_the_audit_names_is_one_of_the_source() -> None:
    known = {(row["section"], row["heading"].partition(" (")[0]) for row in rows()}
    for statement in check_table("statement_audit").rows:
        number, words = NUMBER.match(statement["section"]).groups()
        heading = words.partition(" (")[0]
        assert (number, heading) in known or (not heading and number in {n for n, _ in known}), statement["section"]
