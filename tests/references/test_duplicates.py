"""Works that are one under two keys, and journals that are one under two spellings."""

from __future__ import annotations

import random

import pytest

from resistance.references import duplicates
from resistance.references.duplicates import check_duplicates, check_journals
from resistance.references.library import Entry, parse_library

LONG = "Clonal evolution in relapsed acute myeloid leukaemia revealed by whole-genome sequencing"


def entries(*works: dict[str, str]) -> list[Entry]:
    text = ""
    for number, work in enumerate(works):
        fields = {"author": "Ding, Li", "year": "2012", "doi": f"10.1234/{number}", **work}
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        text += f"@article{{Ding{2000 + number},\n{body}}}\n"
    library = parse_library(text)
    assert library.findings == []
    return library.entries


def codes(*works: dict[str, str]) -> list[str]:
    return [finding.code for finding in check_duplicates(entries(*works), "references.bib")]


@pytest.mark.parametrize(
    "other",
    [
        LONG.upper(),
        LONG.title(),
        LONG.replace("-", " "),
        LONG.replace(" in ", " {in} ") + "!",
        LONG.replace("leukaemia", "leuk{\\ae}mia"),
        LONG.replace("Clonal", "{\\'C}lonal"),
        LONG.replace("in relapsed", "in the relapsed"),
        LONG.replace("whole-genome sequencing", "sequencing whole-genome"),
        LONG.replace("leukaemia", "leukemia"),
        LONG.replace("relapsed", "relasped"),
    ],
)
def test_titles_that_differ_in_nothing_that_matters_are_one(other: str) -> None:
    assert codes({"title": LONG}, {"title": other}) == ["REF034"]


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("myeloid", "lymphoid"),
        LONG.replace("acute", "chronic"),
        LONG + " and beyond",
        "Correction: " + LONG,
        LONG.replace("relapsed", "treated"),
    ],
)
def test_titles_that_differ_in_a_word_are_two(other: str) -> None:
    assert codes({"title": LONG}, {"title": other}) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A trial of erlotinib in lung cancer, part I", "A trial of erlotinib in lung cancer, part II"),
        ("Five-year results of a phase 2 trial of ibrutinib", "Five-year results of a phase 3 trial of ibrutinib"),
        ("Cancer statistics, 2019", "Cancer statistics, 2020"),
    ],
)
def test_papers_of_a_series_are_two(one: str, other: str) -> None:
    assert codes({"title": one}, {"title": other}) == []


def test_a_short_title_is_one_work_only_with_its_author() -> None:
    short = {"title": "Cancer drug resistance"}
    assert codes(short, {**short, "author": "Holohan, Caitriona"}) == []
    assert codes(short, short) == ["REF034"]
    assert codes({"title": LONG}, {"title": LONG, "author": "Ley, Timothy"}) == ["REF034"]
    assert codes({"title": LONG}, {"title": LONG, "author": "Ley, Timothy", "year": "2015"}) == []


def test_a_pair_is_reported_once_by_what_tells_most() -> None:
    same = {"title": LONG, "doi": "10.1234/x", "pmid": "7", "pmcid": "PMC7"}
    assert codes(same, same) == ["REF030"]
    assert codes(same, same, same) == ["REF030", "REF030"]
    assert codes(same, {**same, "doi": "10.1234/y"}) == ["REF031"]


def test_identifiers_are_compared_whatever_their_form() -> None:
    assert codes({"title": "A", "doi": "10.1234/X"}, {"title": "B", "doi": "https://doi.org/10.1234/x"}) == ["REF030"]
    assert codes(
        {"title": "A", "eprint": "1706.03762v2", "archiveprefix": "arXiv"},
        {"title": "B", "doi": "10.48550/arxiv.1706.03762"},
    ) == ["REF033"]


def test_the_preprint_is_named_whichever_comes_first() -> None:
    preprint, article = {"title": LONG, "journal": "bioRxiv"}, {"title": LONG.replace("leukaemia", "leukemia")}
    for works, line in (((preprint, article), 1), ((article, preprint), 7)):
        findings = check_duplicates(entries(*works), "references.bib")
        assert [(f.code, f.line) for f in findings] == [("REF035", line)]


def test_a_chapter_is_not_its_book() -> None:
    text = (
        "@inbook{A2000,\n  author = {A, B},\n  title = {Drug resistance},\n  crossref = {B2000},\n}\n"
        "@book{B2000,\n  author = {A, B},\n  title = {Drug resistance},\n}\n"
    )
    assert check_duplicates(parse_library(text).entries, "references.bib") == []


def journals(*names: str) -> list[tuple[int, str]]:
    library = parse_library("".join(f"@article{{A{i},\n  journal = {{{name}}},\n}}\n" for i, name in enumerate(names)))
    return [(f.line, f.message.split("has ")[-1]) for f in check_journals(library.entries, "references.bib")]


@pytest.mark.parametrize(
    "other",
    [
        "J Clin Oncol",
        "J. Clin. Oncol.",
        "The Journal of Clinical Oncology",
        "Journal of clinical oncology",
    ],
)
def test_other_spellings_of_a_journal_are_found(other: str) -> None:
    full = "Journal of Clinical Oncology"
    assert journals(full, full, other) == [(8, repr(full))]


def test_the_full_name_is_asked_for_even_where_most_abbreviate() -> None:
    full = "Proceedings of the National Academy of Sciences of the United States of America"
    short = "Proc Natl Acad Sci U S A"
    assert journals(short, short, full) == [(2, repr(full)), (5, repr(full))]
    assert journals(r"Genes \& Development", "Genes and Development") == [(5, r"'Genes & Development'")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cancer", "Cancers"),
        ("Cell", "Cells"),
        ("Oncogene", "Oncogenesis"),
        ("Cancer Cell", "Cancer Cells"),
        ("Nature Cancer", "Nature Communications"),
        ("Cancer Research", "Clinical Research"),
        ("Molecular Cancer", "Molecular Cancer Research"),
        ("Nature", "Nature Reviews Cancer"),
        ("The Lancet", "The Lancet Oncology"),
        ("Cancer Letters", "Cancer Lines"),
    ],
)
def test_journals_that_are_two_stay_two(one: str, other: str) -> None:
    assert journals(one, other) == []


def test_titles_are_compared_with_a_bounded_number_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counting(one: object, other: object) -> bool:
        nonlocal compared
        compared += 1
        return False

    monkeypatch.setattr(duplicates, "differ_by_a_slip", counting)
    # Titles of the same few words share nearly all their signatures.
    words = ("drug", "resistance", "tumour", "cell", "kinase", "inhibitor", "mutation", "efflux", "therapy", "cancer")
    rng = random.Random(1)
    number = 800
    works = [{"title": " ".join(rng.sample(words, k=9)) + f" {i}"} for i in range(number)]
    assert check_duplicates(entries(*works), "references.bib") == []
    assert number < compared < number * 11 * 8 < number * (number - 1) / 2
