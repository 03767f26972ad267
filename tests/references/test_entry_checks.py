"""What the checks of single entries let pass: a rule that cries wolf is soon ignored."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from resistance.diagnostics import Finding
from resistance.references import export
from resistance.references.entry_checks import check_entry, is_preprint
from resistance.references.library import VERBATIM, parse_library
from resistance.references.types import SHOWN

from .conftest import TODAY

ENTRY = {
    "author": "Vasan, Neil and others",
    "title": "A view on drug resistance in cancer",
    "journal": "Nature",
    "year": "2019",
    "volume": "575",
    "pages": "299--309",
    "doi": "10.1038/s41586-019-1730-1",
}


def codes(*args: str, **changes: str | None) -> list[str]:
    return [finding.code for finding in findings(*args, **changes)]


def findings(key: str = "Vasan2019", entry_type: str = "article", **changes: str | None) -> list[Finding]:
    fields = {name: value for name, value in {**ENTRY, **changes}.items() if value is not None}
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    library = parse_library(f"@{entry_type}{{{key},\n{body}}}\n")
    assert library.findings == []
    return list(check_entry(library.entries[0], "references.bib", TODAY))


def test_the_entry_itself_is_clean() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    "title",
    [
        "HER2 and EGFR in NSCLC",
        "Is cancer a disease of the genome?",
        "Effects in the U.S.",
        "Aspergillus spp.",
        "A reply to Vogelstein et al.",
        "Kaplan Meier curves of the Cox model",
        "The Cancer Genome Atlas: Mutations in Lung Cancer of never smokers and what they mean for therapy",
        "{Multidrug Resistance in Cancer: Role of ATP-Dependent Transporters}",
        "p53",
    ],
)
def test_titles_in_usual_form_pass(title: str) -> None:
    assert codes(title=title) == []


@pytest.mark.parametrize(
    "author",
    [
        "Van Schaeybroeck, Sandra",
        "King, Jr., Martin Luther and Vasan, Neil",
        "{World Health Organization}",
        "{Cancer Genome Atlas Network} and Vasan, Neil",
        r"{\'O}. Briain, Se{\'a}n and {\O}stergaard, S{\o}ren",
        "O'Brien, Susan and deFazio, A. and d'Alessio, Marc",
        "Smith, {J. R.}",
    ],
)
def test_names_in_usual_form_pass(author: str) -> None:
    assert not {"REF020", "REF021"} & set(codes(author=author))


@pytest.mark.parametrize("author", ["Vasan", "Vasan,", ", Neil", "Vasan, Neil; Hyman, David", "Vasan N and Hyman, D."])
def test_names_in_other_forms_do_not(author: str) -> None:
    assert "REF020" in codes(author=author)


@pytest.mark.parametrize(
    ("key", "author"),
    [
        ("Vasan2019a", "Vasan, Neil"),
        ("Muller2019", r"M{\"u}ller, Jan"),
        ("Mueller2019", r"M{\"u}ller, Jan"),
        ("DeReynies2019", "de Reyniès, Aurélien"),
        ("Reynies2019", "de Reyniès, Aurélien"),
        ("GevaZatorsky2019", "Geva-Zatorsky, Naama"),
        ("Geva2019", "Geva-Zatorsky, Naama"),
        ("OBrien2019", "O'Brien, Susan"),
        ("EBCTCG2019", "{Early Breast Cancer Trialists' Collaborative Group}"),
        ("WHO2019", "{World Health Organization}"),
        ("Ostergaard2019", r"{\O}stergaard, S{\o}ren"),
    ],
)
def test_keys_in_usual_form_pass(key: str, author: str) -> None:
    assert codes(key, author=author) == []


def test_a_key_of_another_author_or_year_does_not() -> None:
    assert codes("Hyman2019") == codes("Vasan2018") == ["REF027"]


def test_an_article_that_is_not_in_a_volume_yet_says_so() -> None:
    assert codes(volume=None, pages=None) == ["REF010"]
    assert codes(volume=None, pages=None, note="in press") == []
    assert codes(volume=None, pages=None, note="Online ahead of print") == []
    assert codes(pages=None, eid="e1002") == []


def test_a_field_that_was_not_seen_is_a_warning_only_if_the_note_names_it() -> None:
    assert codes(volume=None, note="not seen: volume") == ["REF019"]
    assert codes(volume=None, pages=None, note="not seen: pages") == ["REF010", "REF019"]
    assert codes(doi=None, note="not seen: doi") == ["REF019"]
    assert codes(note="not seen: volume") == []
    assert codes(journal=None, note="not seen: journal") == ["REF010"]


def test_a_field_that_was_looked_for_in_vain_is_no_warning_for_a_year() -> None:
    def note(age: int, fields: str = "doi, volume") -> str:
        return f"looked for on {TODAY - timedelta(days=age)}, not found: {fields}"

    assert codes(doi=None, volume=None, note=note(0)) == []
    assert codes(doi=None, volume=None, note=note(365)) == []
    assert codes(doi=None, volume=None, note=note(366)) == ["REF019"]
    assert codes(doi=None, note=note(-1)) == ["REF019"]
    assert codes(doi=None, note="looked for on 2026-02-30, not found: doi") == ["REF019"]
    assert codes(doi=None, volume=None, note=note(0, "doi") + "; not seen: volume") == ["REF019"]
    assert codes(doi=None, volume=None, note=note(0, "doi")) == ["REF010"]
    assert codes(author="Vasan and others", note=note(0, "given names")) == []
    assert codes(author="Vasan and others", note=note(366, "given names")) == ["REF019"]
    assert codes(author="Vasan N and Hyman, David", note=note(0, "given names")) == ["REF020"]
    assert codes(journal=None, note=note(0, "journal")) == ["REF010"]


def test_given_names_that_were_not_seen_are_a_warning_only_if_the_note_says_so() -> None:
    note = "not seen: given names"
    assert codes(author="Vasan and others") == ["REF020"]
    assert codes(author="Vasan and others", note=note) == ["REF019"]
    assert codes("DeCastro2019", author="de Castro and others", note=note) == ["REF019"]
    assert codes(author="Vasan and others", volume=None, note="not seen: volume, given names") == ["REF019", "REF019"]
    assert codes(author="Vasan N and Hyman, David", note=note) == ["REF020"]
    assert codes(author="Vasan, N., Hyman, D., Baselga, J.", note=note) == ["REF020"]


def test_a_work_without_doi_says_so() -> None:
    assert codes(doi=None) == ["REF011"]
    assert codes(doi=None, note="no DOI") == []
    assert codes(doi=None, note="Printed twice; no doi.") == []
    assert codes(doi=None, eprint="1706.03762", archiveprefix="arXiv") == []
    book = {"entry_type": "book", "publisher": "Wiley", "doi": None}
    assert codes(**book) == ["REF011"]
    assert codes(**book, isbn="978-0-8153-4219-9") == []


def test_an_empty_field_is_a_missing_field() -> None:
    assert codes(volume="") == ["REF010"]
    assert codes(doi="") == ["REF011"]


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1002/(sici)1097-0142(19990101)85:1<1::aid-cncr1>3.0.co;2-#", []),
        (r"10.1093/nar\_x/gky1015", []),
        ("10.1038/NRC706", ["REF013"]),
        ("10.1038/", ["REF012"]),
        ("10.1/x", ["REF012"]),
        ("10.1038/nrc 706", ["REF012"]),
        ("10.1038/nrc706,", ["REF012"]),
        ("http://dx.doi.org/10.1038/nrc706", ["REF014"]),
        ("doi.org/10.1038/nrc706", ["REF014"]),
        ("https://www.nature.com/articles/nrc706", ["REF014"]),
    ],
)
def test_forms_of_a_doi(doi: str, expected: list[str]) -> None:
    assert codes(doi=doi) == expected


@pytest.mark.parametrize(
    ("fields", "preprint"),
    [
        ({"doi": "10.1101/2020.01.01.123456"}, True),
        ({"doi": "10.1101/gad.2032011"}, False),
        ({"doi": "10.48550/arxiv.1706.03762"}, True),
        ({"journal": "bioRxiv"}, True),
        ({"journal": "Nature"}, False),
        ({"howpublished": "medRxiv"}, True),
        ({"eprint": "1706.03762", "archiveprefix": "arXiv"}, False),
    ],
)
def test_preprints_are_told_from_articles(fields: dict[str, str], preprint: bool) -> None:
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    assert is_preprint(parse_library(f"@article{{X2000,\n{body}}}\n").entries[0]) is preprint
    if "eprint" in fields:
        assert is_preprint(parse_library(f"@misc{{X2000,\n{body}}}\n").entries[0])


def test_a_short_form_of_a_doi_is_called_what_it_is() -> None:
    (said,) = findings(doi="10/gg5tzm")
    assert said.code == "REF012"
    assert "'10/gg5tzm' is a short form that stands for a DOI" in said.message


def test_tex_that_nobody_is_shown_may_be_anything() -> None:
    assert codes(title=r"A \relaxing title of a work") == ["REF028"]
    assert codes(annotation=r"A \relaxing remark", keywords=r"\something") == []


def test_what_is_shown_is_what_pages_and_exports_ask_for() -> None:
    folder = Path(export.__file__).parent
    asked = {
        name
        for module in ("export.py", "printed.py")
        for name in re.findall(r"entry\.text\(\"(\w+)\"\)", (folder / module).read_text(encoding="utf-8"))
    }
    assert {"title", "abstract", "note"} <= asked
    assert asked - VERBATIM <= SHOWN
