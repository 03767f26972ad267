"""The open audit of the source review: every citation is in it, and what was not located is cited nowhere."""

from __future__ import annotations

import re

import pytest

from resistance.book.pages import read_page
from resistance.evidence.schema import load_schema
from resistance.evidence.tables import check_table
from resistance.paths import root
from resistance.references.identifiers import normal_doi
from resistance.references.latex import fold
from resistance.references.library import read_library

# Counted by hand in the source review: labels in its text, entries of its list, entries that the text never cites.
IN_TEXT, LISTED, LISTED_ONLY = 37, 16, {"Berger et al., 2011", "Miao et al., 2015"}
COLUMNS = (
    *("label", "sections", "listed", "stated", "verdict", "key", "doi"),
    *("supports", "cited_instead", "seen_at", "seen_on", "note"),
)
DOI = re.compile(r"\bdoi (10\.\S+)")
TITLE = re.compile(r"\(\d{4}\)\. (.+?)[.?] [A-Z]")


@pytest.fixture(autouse=True)
def _the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)


def rows() -> list[dict]:
    return check_table("citation_audit").rows


def test_every_distinct_citation_is_there_once() -> None:
    labels = [row["label"] for row in rows()]
    assert len(labels) == len(set(labels)) == IN_TEXT + len(LISTED_ONLY)
    assert {row["label"] for row in rows() if not row["sections"]} == LISTED_ONLY
    assert sum(row["listed"] == "yes" for row in rows()) == LISTED


def test_the_table_has_its_columns_and_says_how_both_readings_went() -> None:
    assert set(COLUMNS) < set(load_schema("citation_audit").columns)
    for row in rows():
        assert row["seen_at"] and row["seen_on"], row["label"]
        assert row["readings"], row["label"]


def test_a_work_with_a_verdict_has_its_record_or_none() -> None:
    for row in rows():
        located = row["verdict"] in ("verified", "corrected", "identified")
        assert bool(row["doi"]) == located, row["label"]
        if not located:
            assert not row["key"], row["label"]
            assert row["supports"] == "cannot be judged", row["label"]


def test_nothing_that_was_not_located_is_in_the_bibliography() -> None:
    entries = read_library(root() / "references.bib").entries
    identifiers = {normal_doi(entry.text("doi")) for entry in entries if entry.text("doi")}
    titles = {fold(entry.text("title")) for entry in entries}
    missing = [row for row in rows() if row["verdict"] == "not located"]
    assert len(missing) > 10
    for row in missing:
        stated = DOI.search(row["stated"])
        title = TITLE.search(row["stated"])
        assert bool(stated) == bool(title) == (row["listed"] == "yes"), row["label"]
        if stated and title:
            assert normal_doi(stated[1].rstrip(".")) not in identifiers, row["label"]
            assert fold(title[1]) not in titles, row["label"]


def test_the_titles_of_located_works_are_recognised() -> None:
    """What the test above looks for can be found: the works that were verified are in the bibliography by it."""
    titles = {fold(entry.text("title")) for entry in read_library(root() / "references.bib").entries}
    verified = [row for row in rows() if row["verdict"] == "verified"]
    assert verified
    for row in verified:
        assert fold(TITLE.search(row["stated"])[1]) in titles, row["label"]


def test_statements_are_many_and_each_problem_has_its_evidence() -> None:
    found = [row for row in check_table("statement_audit").rows if row["problem"] != "none"]
    assert len(found) > 30
    assert [row["id"] for row in found if not row["evidence_says"]] == []


def test_the_page_has_both_figures_and_where_the_readings_differed() -> None:
    page = read_page(root(), "chapters/about/citation-audit")
    for anchor in ("fig-audit-verdicts", "fig-audit-sections", "tbl-citation-audit", "tbl-audit-readings"):
        assert f'anchor="{anchor}"' in page.text


def test_the_statements_with_a_problem_are_on_pages_of_the_parts() -> None:
    """Each of them on exactly one, and those that the evidence contradicts together."""
    page = read_page(root(), "chapters/about/statement-audit")
    (table,) = [block for block in page.parts.directives if block.name == "evidence-table"]
    assert table.argument == "statement_audit"
    assert (table.options["anchor"], table.options["where"]) == ("tbl-statement-audit", "problem=wrong")
    assert "about/statement-audit" in read_page(root(), "chapters/about/citation-audit").text
    parts = []
    for name in ("mechanisms", "microenvironment", "challenges", "opportunities"):
        below = read_page(root(), f"chapters/about/statement-audit/{name}")
        (table,) = [block for block in below.parts.directives if block.name == "evidence-table"]
        assert (table.argument, table.options["where"]) == ("statement_audit", "problem!=none")
        assert f"{{page}}`about/statement-audit/{name}`" in page.text
        parts += table.options["parts"].split()
    folders = {row["chapter"].partition("/")[0] for row in check_table("statement_audit").rows}
    assert sorted(parts) == sorted(folders)
