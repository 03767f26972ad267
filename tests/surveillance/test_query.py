"""Searches written for PubMed in the words of Europe PMC: every chapter's can be read, and none asks for less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resistance.book.pages import every_page
from resistance.surveillance.query import QueryError, to_europe_pmc

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("KRAS[ti]", "(TITLE:KRAS)"),
        ("KRAS[tiab]", "(TITLE:KRAS OR ABSTRACT:KRAS OR KW:KRAS)"),
        ('"Drug Resistance, Neoplasm"[Mesh] NOT review[pt]', None),
        ("randomized controlled trial[pt]", '(PUB_TYPE:"randomized controlled trial")'),
        ('("persister* cells"[ti])', "(((TITLE:persister*) AND (TITLE:cells)))"),
        ("P-glycoprotein[ti] OR subclon*[ti]", '(TITLE:"P-glycoprotein") OR (TITLE:subclon*)'),
    ],
)
def test_terms(search: str, expected: str | None) -> None:
    found = to_europe_pmc(search)
    if expected is None:
        words = " OR ".join(f'{field}:"Drug Resistance, Neoplasm"' for field in ("TITLE", "ABSTRACT", "KW"))
        expected = f"({words}) NOT (PUB_TYPE:review)"
    assert found == expected


def test_words_side_by_side_are_joined_by_and() -> None:
    found = to_europe_pmc("(drug resistance) AND trial")
    assert found.count(" AND ") == 2
    assert "TITLE:drug OR ABSTRACT:drug OR KW:drug OR PUB_TYPE:drug" in found


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("", "is empty"),
        ("(a OR b", "leaves 1 parentheses open"),
        ("a)", "closes a parenthesis"),
        ('"a', "leaves a quotation mark open"),
        ("a[nonsense]", "the tag \\[nonsense\\] of the search is not one"),
        ("[tiab]", "stands behind no word"),
        ("AND a", "begins or ends with AND"),
        ("a OR", "begins or ends with OR"),
    ],
)
def test_what_cannot_be_read_is_refused(search: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        to_europe_pmc(search)


def test_the_search_of_every_chapter_can_be_asked_with_all_of_its_words() -> None:
    pages = [page for page in every_page(ROOT) if page.review is not None]
    assert len(pages) > 15
    for page in pages:
        search = str((page.review or {})["search"])
        found = to_europe_pmc(search)
        assert found.count("(") == found.count(")")
        plain = re.sub(r"\[[^\]]*\]", " ", search)
        for word in re.findall(r"\w+", plain):
            assert re.search(rf"\b{re.escape(word)}\b", found), (page.source, word)
        assert len(found) < 6_000, page.source
