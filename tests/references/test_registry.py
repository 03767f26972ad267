"""``add``: entry and row written together, nothing ever overwritten, and clear words where it cannot be done."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from resistance.references import check, collect_citations
from resistance.references.format import format_bib
from resistance.references.registry import Added, add
from resistance.references.snapshot import read_snapshot

from .conftest import TODAY
from .registries import Fault, Registries, article, result, work

DOI, PMID = "10.1038/nrc3599", "24060863"
TITLE = "Cancer drug resistance: an evolving paradigm"
AUTHORS = [("Holohan", "Caitriona"), ("Van Schaeybroeck", "Sandra"), ("Longley", "Daniel B")]


@pytest.fixture
def root(project: Callable[[str], Path]) -> Path:
    return project("clean")


@pytest.fixture
def known(registries: Registries) -> Registries:
    more = {"volume": "13", "issue": "10", "page": "714-726"}
    registries.works[DOI] = work(DOI, TITLE, AUTHORS, 2013, "Nature Reviews Cancer", **more)
    registries.articles[PMID] = article(PMID, DOI, f"{TITLE}.", AUTHORS, "2013", "Nature reviews. Cancer", "714-26")
    registries.articles[PMID] = registries.articles[PMID].replace("575", "13").replace("7782", "10")
    registries.results = [result(PMID, DOI, TITLE, "2013")]
    return registries


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.*") if "_build" not in path.parts
    }


def run(root: Path, known: Registries, identifier: str = DOI, **settings: object) -> Added:
    return add(root, identifier, TODAY, known.settings(**settings))


@pytest.mark.parametrize("identifier", [DOI, f"https://doi.org/{DOI.upper()}", f"doi:{DOI}", PMID, f"PMID: {PMID}"])
def test_a_work_is_added_with_entry_and_row(root: Path, known: Registries, identifier: str) -> None:
    added = run(root, known, identifier)
    assert (added.key, added.findings) == ("Holohan2013", [])
    assert added.entry == (
        "@article{Holohan2013,\n"
        "  author = {Holohan, Caitriona and Van Schaeybroeck, Sandra and Longley, Daniel B.},\n"
        "  title = {Cancer drug resistance: an evolving paradigm},\n"
        "  journal = {Nature Reviews Cancer},\n"
        "  year = {2013},\n"
        "  volume = {13},\n"
        "  number = {10},\n"
        "  pages = {714--726},\n"
        "  doi = {10.1038/nrc3599},\n"
        "  pmid = {24060863},\n"
        "}"
    )
    row = read_snapshot(root / "data/references.csv").rows["Holohan2013"]
    assert (row.doi, row.pmid, row.title, row.first_author, row.year) == (DOI, PMID, TITLE, "Holohan", "2013")
    assert (row.container, row.status, row.seen_on) == ("Nature reviews. Cancer", "current", "2026-11-23")
    assert row.seen_at == f"{known.address}/pubmed/efetch.fcgi?db=pubmed&id={PMID}&retmode=xml"


def test_what_was_added_passes_the_check_once_it_is_cited(root: Path, known: Registries) -> None:
    run(root, known)
    page = root / "chapters/page.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nMore {cite:p}`Holohan2013`.\n", encoding="utf-8")
    findings, counts = check(root, collect_citations(root), TODAY)
    assert findings == []
    assert counts["verified"] == 3


def test_nothing_else_in_the_files_is_touched(root: Path, known: Registries) -> None:
    before = files(root)
    run(root, known)
    after = files(root)
    assert {path for path in after if after[path] != before.get(path)} == {"references.bib", "data/references.csv"}
    assert after["references.bib"].startswith(before["references.bib"])
    rows = before["data/references.csv"].splitlines()
    assert [line for line in after["data/references.csv"].splitlines() if b"Holohan2013" not in line] == rows


def test_in_a_file_in_the_canonical_layout_the_entry_takes_its_place(root: Path, known: Registries) -> None:
    path = root / "references.bib"
    path.write_text(format_bib(path.read_text(encoding="utf-8")), encoding="utf-8")
    run(root, known)
    text = path.read_text(encoding="utf-8")
    assert text == format_bib(text)
    assert text.index("@article{Gottesman2002") < text.index("@article{Holohan2013") < text.index("@article{Vasan2019")


def test_adding_it_again_changes_nothing_and_says_where_it_is(root: Path, known: Registries) -> None:
    run(root, known)
    before, asked = files(root), len(known.asked)
    for identifier in (DOI, PMID):
        added = run(root, known, identifier)
        assert [(f.code, f.line) for f in added.findings] == [("REF071", 25)]
        assert "Holohan2013" in added.findings[0].message
    assert files(root) == before
    assert len(known.asked) == asked


def test_a_work_known_by_another_identifier_is_recognised_from_its_record(root: Path, known: Registries) -> None:
    path = root / "references.bib"
    text = path.read_text(encoding="utf-8").replace("  pmid = {11902585},\n", "")
    path.write_text(text, encoding="utf-8")
    csv = root / "data/references.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace("11902585", ""), encoding="utf-8")
    known.articles["11902585"] = article("11902585", "10.1038/nrc706", "Multidrug", [("G", "M")], "2002", "Nature")
    before = files(root)
    assert [f.code for f in run(root, known, "11902585").findings] == ["REF071"]
    assert files(root) == before


def test_a_work_with_the_title_of_one_that_is_there_is_not_added(root: Path, known: Registries) -> None:
    known.works["10.1038/other"] = work(
        "10.1038/other", "A View on Drug Resistance in Cancer", [("Vasan", "N.")], 2019, "Nature"
    )
    before = files(root)
    added = run(root, known, "10.1038/other")
    assert [f.code for f in added.findings] == ["REF071"]
    assert "Vasan2019" in added.findings[0].message
    assert files(root) == before


def test_a_second_work_of_one_author_and_year_gets_a_letter(root: Path, known: Registries) -> None:
    known.works["10.1038/other"] = work("10.1038/other", "Something else", [("Vasan", "Neil")], 2019, "Nature")
    assert run(root, known, "10.1038/other").key == "Vasan2019a"


def test_the_journal_is_spelt_as_in_the_other_entries(root: Path, known: Registries) -> None:
    known.works["10.1038/other"] = work("10.1038/other", "Something", [("Bell", "A.")], 2019, "NATURE REVIEWS CANCER")
    assert "journal = {Nature Reviews Cancer}" in run(root, known, "10.1038/other").entry


def test_notices_are_recorded_and_said(root: Path, known: Registries) -> None:
    notice = {"DOI": "10.1038/notice", "type": "retraction", "source": "retraction-watch"}
    known.works[DOI]["updated-by"] = [notice]
    added = run(root, known)
    assert read_snapshot(root / "data/references.csv").rows["Holohan2013"].status == "retracted"
    assert [(f.code, f.line) for f in added.findings] == [("REF076", 25)]
    assert "10.1038/notice" in added.findings[0].message


@pytest.mark.parametrize("identifier", ["", "Holohan2013", "10.1038", "https://www.nature.com/articles/nrc3599"])
def test_what_is_no_identifier_is_refused_without_asking(root: Path, known: Registries, identifier: str) -> None:
    assert [f.code for f in run(root, known, identifier).findings] == ["REF070"]
    assert known.asked == []


def test_an_unknown_identifier_is_said_to_be_unknown(root: Path, known: Registries) -> None:
    before = files(root)
    added = run(root, known, "10.1038/nothing")
    assert (added.key, [f.code for f in added.findings]) == ("", ["REF072"])
    assert files(root) == before


def test_when_no_service_answers_it_says_which_and_why(root: Path, known: Registries) -> None:
    before = files(root)
    known.down = {"crossref": Fault(503), "europepmc": Fault(hang_up=True)}
    added = run(root, known, attempts=1)
    assert [f.code for f in added.findings] == ["REF073", "REF073"]
    assert "Crossref could not be asked" in added.findings[0].message
    assert "status 503" in added.findings[0].message
    assert files(root) == before


def test_with_some_services_the_work_is_added_and_the_others_named(root: Path, known: Registries) -> None:
    known.down = {"europepmc": Fault(503)}
    added = run(root, known, attempts=1)
    assert added.key == "Holohan2013"
    assert [f.code for f in added.findings] == ["REF073"]


def test_a_record_without_what_an_entry_needs_is_not_written(root: Path, known: Registries) -> None:
    known.works["10.1038/other"] = work("10.1038/other", "", [("Vasan", "Neil")], 2019, "Nature")
    before = files(root)
    assert [f.code for f in run(root, known, "10.1038/other").findings] == ["REF074"]
    assert files(root) == before


def test_what_the_entry_still_lacks_is_said(root: Path, known: Registries) -> None:
    known.works["10.1038/other"] = work("10.1038/other", "Something", [("Bell", "A.")], 2019, "Nature", volume="3")
    added = run(root, known, "10.1038/other")
    assert added.key == "Bell2019"
    assert [f.code for f in added.findings] == ["REF010"]


def test_a_preprint_and_its_article(root: Path, known: Registries) -> None:
    known.works["10.1101/2018.05.01.123456"] = work(
        "10.1101/2018.05.01.123456",
        TITLE,
        AUTHORS,
        2012,
        "bioRxiv",
        type="posted-content",
    )
    assert run(root, known, "10.1101/2018.05.01.123456").key == "Holohan2012"
    assert run(root, known).key == "Holohan2013"


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("references.bib", b"@article{Vasan2019,\n  title = {unclosed\n", "REF004"),
        ("references.bib", b"@misc{A2019,\n  title = {\xe9},\n}\n", "REF001"),
        ("data/references.csv", b"key,doi\n", "REF040"),
    ],
)
def test_files_with_faults_are_left_alone(root: Path, known: Registries, path: str, content: bytes, code: str) -> None:
    (root / path).write_bytes(content)
    before = files(root)
    assert [f.code for f in run(root, known).findings] == [code]
    assert files(root) == before
    assert known.asked == []


def test_if_the_second_file_cannot_be_written_the_first_is_put_back(
    root: Path, known: Registries, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(root)
    replace = os.replace

    def failing(source: Path, target: Path) -> None:
        if Path(target).name == "references.csv":
            raise OSError("no space left")
        replace(source, target)

    monkeypatch.setattr("resistance.references.files.os.replace", failing)
    with pytest.raises(OSError, match="no space left"):
        run(root, known)
    assert files(root) == before


def test_without_a_contact_address_it_says_so(root: Path, known: Registries) -> None:
    assert [f.code for f in run(root, known, contact="").findings] == ["REF075"]
