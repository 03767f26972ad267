"""``refresh``: the snapshot follows the registries, notices are found both ways, and no failure loses anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resistance.references.refresh import Outcome, refresh
from resistance.references.snapshot import Row, read_snapshot
from resistance.references.state import STATE_PATH

from .conftest import TODAY
from .registries import Fault, Registries, article, result, work

VASAN, GOTTESMAN = "10.1038/s41586-019-1730-1", "10.1038/nrc706"
VASAN_PMID, GOTTESMAN_PMID = "31723286", "11902585"
TITLES = {
    "Vasan2019": "A view on drug resistance in cancer",
    "Gottesman2002": "Multidrug resistance in cancer: role of ATP-dependent transporters",
}


@pytest.fixture
def root(project: Callable[[str], Path]) -> Path:
    return project("clean")


@pytest.fixture
def known(registries: Registries) -> Registries:
    for doi, pmid, key, family, year in (
        (VASAN, VASAN_PMID, "Vasan2019", "Vasan", 2019),
        (GOTTESMAN, GOTTESMAN_PMID, "Gottesman2002", "Gottesman", 2002),
    ):
        registries.works[doi] = work(doi, TITLES[key], [(family, "N.")], year, "Nature")
        registries.articles[pmid] = article(pmid, doi, TITLES[key], [(family, "N")], str(year), "Nature")
        registries.results.append(result(pmid, doi, TITLES[key], str(year)))
    return registries


def run(root: Path, known: Registries, keys: list[str] | None = None, **settings: Any) -> Outcome:
    return refresh(root, TODAY, keys, known.settings(**{"attempts": 1, **settings}))


def rows(root: Path) -> dict[str, Row]:
    return read_snapshot(root / "data/references.csv").rows


def set_status(root: Path, key: str, status: str) -> None:
    path = root / "data/references.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line.replace(",current,", f",{status},") if line.startswith(key) else line for line in lines),
        encoding="utf-8",
    )


def test_every_row_is_seen_anew(root: Path, known: Registries) -> None:
    outcome = run(root, known)
    assert outcome.checked == ["Vasan2019", "Gottesman2002"]
    assert outcome.unchecked == {}
    assert outcome.findings == []
    assert not outcome.nothing_checked
    for key, row in rows(root).items():
        assert (row.title, row.status, row.seen_on) == (TITLES[key], "current", "2026-11-23")
        assert row.seen_at.startswith(f"{known.address}/pubmed/")


def test_a_second_refresh_asks_conditionally_and_changes_nothing(root: Path, known: Registries) -> None:
    run(root, known)
    before = (root / "data/references.csv").read_bytes()
    known.asked.clear()
    outcome = run(root, known)
    assert outcome.changed == []
    assert (root / "data/references.csv").read_bytes() == before
    records = [asked for asked in known.asked if "filter" not in asked.query]
    assert len(records) == 4
    assert all("if-none-match" in asked.headers for asked in records)


@pytest.mark.parametrize("service", ["crossref", "crossref-notice", "pubmed", "europepmc"])
def test_a_retraction_is_found_wherever_it_is_announced(root: Path, known: Registries, service: str) -> None:
    notice = {"DOI": "10.1038/notice", "type": "retraction"}
    if service == "crossref":
        known.works[VASAN]["updated-by"] = [notice]
    elif service == "crossref-notice":
        about = [{"DOI": VASAN, "type": "retraction"}]
        known.works["10.1038/notice"] = work("10.1038/notice", "Notice", [], 2026, "Nature", **{"update-to": about})
    elif service == "pubmed":
        comments = [("RetractionIn", "40000000")]
        known.articles[VASAN_PMID] = article(
            VASAN_PMID, VASAN, TITLES["Vasan2019"], [("Vasan", "N")], "2019", "Nature", comments=comments
        )
    else:
        known.results[0] = result(VASAN_PMID, VASAN, TITLES["Vasan2019"], "2019", [("Retraction in", "40000000")])
        known.down["pubmed"] = Fault(503)
    outcome = run(root, known)
    assert rows(root)["Vasan2019"].status == "retracted"
    assert rows(root)["Gottesman2002"].status == "current"
    told = [f for f in outcome.findings if f.code == "REF076"]
    assert [(f.path, f.line) for f in told] == [("references.bib", 1)]
    assert told[0].message.startswith("Vasan2019 is now retracted (retraction ")


@pytest.mark.parametrize(
    ("kind", "status"), [("expression_of_concern", "expression of concern"), ("corrigendum", "corrected")]
)
def test_milder_notices_are_found_too(root: Path, known: Registries, kind: str, status: str) -> None:
    known.works[VASAN]["updated-by"] = [{"DOI": "10.1038/notice", "type": kind}]
    run(root, known)
    assert rows(root)["Vasan2019"].status == status


@pytest.mark.parametrize("by", ["doi", "pmid"])
def test_a_notice_that_is_itself_cited_marks_the_work_that_it_is_about(root: Path, known: Registries, by: str) -> None:
    if by == "doi":
        known.works[GOTTESMAN]["update-to"] = [{"DOI": VASAN, "type": "retraction"}]
    else:
        comments = [("RetractionOf", VASAN_PMID)]
        known.articles[GOTTESMAN_PMID] = article(
            GOTTESMAN_PMID, GOTTESMAN, TITLES["Gottesman2002"], [("G", "M")], "2002", "Nature", comments=comments
        )
    outcome = run(root, known, keys=["Gottesman2002"])
    assert rows(root)["Vasan2019"].status == "retracted"
    assert rows(root)["Gottesman2002"].status == "current"
    assert [f.line for f in outcome.findings if f.code == "REF076"] == [13, 1]


def test_a_grave_status_is_never_made_milder(root: Path, known: Registries) -> None:
    set_status(root, "Vasan2019", "retracted")
    outcome = run(root, known)
    assert rows(root)["Vasan2019"].status == "retracted"
    assert [(f.code, f.line) for f in outcome.findings] == [("REF077", 1)]


def test_a_work_not_checked_before_is_checked_now(root: Path, known: Registries) -> None:
    set_status(root, "Vasan2019", "not checked")
    run(root, known)
    assert rows(root)["Vasan2019"].status == "current"


def test_a_missing_row_is_written_in_its_place(root: Path, known: Registries) -> None:
    path = root / "data/references.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "Gottesman" not in line), encoding="utf-8"
    )
    outcome = run(root, known)
    assert list(rows(root)) == ["Gottesman2002", "Vasan2019"]
    assert "Gottesman2002" in outcome.changed


def test_the_pmid_is_learnt_from_the_doi(root: Path, known: Registries) -> None:
    for path in (root / "references.bib", root / "data/references.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace(VASAN_PMID, ""), encoding="utf-8")
    run(root, known)
    assert rows(root)["Vasan2019"].pmid == VASAN_PMID


def test_named_works_alone_are_asked_about(root: Path, known: Registries) -> None:
    outcome = run(root, known, keys=["Vasan2019", "Nobody1999"])
    assert outcome.checked == ["Vasan2019"]
    assert [f.code for f in outcome.findings] == ["REF061"]
    assert rows(root)["Gottesman2002"].seen_on == "2026-11-20"


def test_when_no_service_answers_nothing_is_changed_and_it_says_so(root: Path, known: Registries) -> None:
    before = (root / "data/references.csv").read_bytes()
    known.down = {"crossref": Fault(503), "pubmed": Fault(hang_up=True), "europepmc": Fault(200, body="{")}
    outcome = run(root, known)
    assert outcome.nothing_checked
    assert set(outcome.unchecked) == {"Vasan2019", "Gottesman2002"}
    assert (root / "data/references.csv").read_bytes() == before
    messages = sorted(f.message for f in outcome.findings if f.code == "REF073")
    assert [message.partition(":")[0] for message in messages] == ["Crossref", "Europe PMC", "PubMed"]
    assert all(message.endswith("not checked there: Vasan2019, Gottesman2002") for message in messages)
    assert "status 503" in messages[0]
    assert "its answer cannot be read" in messages[1]
    assert "no connection" in messages[2]


def test_when_one_service_fails_the_rows_stay_and_the_next_run_goes_on(root: Path, known: Registries) -> None:
    before = rows(root)
    known.down["crossref"] = Fault(503)
    outcome = run(root, known)
    assert not outcome.checked
    assert list(outcome.unchecked) == ["Vasan2019", "Gottesman2002"]
    assert rows(root) == before
    known.down.clear()
    assert run(root, known).checked == ["Vasan2019", "Gottesman2002"]


def test_a_notice_is_recorded_even_where_another_service_fails(root: Path, known: Registries) -> None:
    known.works[VASAN]["updated-by"] = [{"DOI": "10.1038/notice", "type": "retraction"}]
    known.down = {"pubmed": Fault(503), "europepmc": Fault(503)}
    run(root, known)
    row = rows(root)["Vasan2019"]
    assert (row.status, row.seen_on) == ("retracted", "2026-11-23")
    assert row.title == "A view on drug resistance in cancer"


def test_an_interrupted_run_loses_nothing_and_the_next_goes_on(root: Path, known: Registries) -> None:
    class PowerCut(Exception):
        pass

    def cut(line: str) -> None:
        if "Gottesman2002" in line:
            raise PowerCut

    with pytest.raises(PowerCut):
        refresh(root, TODAY, settings=known.settings(), progress=cut)
    assert rows(root)["Vasan2019"].seen_on == "2026-11-23"
    known.asked.clear()
    outcome = run(root, known)
    assert (outcome.earlier, outcome.checked) == (["Vasan2019"], ["Gottesman2002"])
    assert not any(VASAN in asked.path for asked in known.asked)
    assert outcome.counts()["checked before the interruption"] == 1
    # That run is finished: the next one asks about everything again.
    assert run(root, known).earlier == []


def test_an_old_interruption_is_not_taken_up(root: Path, known: Registries) -> None:
    known.down["crossref"] = Fault(503)
    refresh(root, TODAY.replace(month=10), settings=known.settings(attempts=1))
    known.faults["crossref"].clear()
    known.down.clear()
    assert run(root, known).earlier == []


def test_a_broken_state_file_is_begun_anew(root: Path, known: Registries) -> None:
    (root / STATE_PATH).parent.mkdir()
    (root / STATE_PATH).write_bytes(b"not a database, and long enough to be taken for one" * 100)
    assert run(root, known).checked == ["Vasan2019", "Gottesman2002"]


def test_a_work_without_identifiers_is_not_checked_and_does_not_hold_up_the_run(root: Path, known: Registries) -> None:
    for path in (root / "references.bib", root / "data/references.csv"):
        text = path.read_text(encoding="utf-8").replace(VASAN_PMID, "").replace(VASAN, "")
        path.write_text(text, encoding="utf-8")
    outcome = run(root, known)
    assert outcome.unchecked == {"Vasan2019": "it has neither DOI nor PMID"}
    assert run(root, known).earlier == []


def test_a_doi_that_no_registry_knows_is_said(root: Path, known: Registries) -> None:
    del known.works[VASAN], known.articles[VASAN_PMID]
    outcome = run(root, known)
    assert [(f.code, f.line) for f in outcome.findings] == [("REF072", 1), ("REF072", 1)]
    assert outcome.unchecked == {"Vasan2019": "no registry has a record of it"}


def test_an_unreadable_snapshot_is_never_written_over(root: Path, known: Registries) -> None:
    path = root / "data/references.csv"
    path.write_text("key,doi\nVasan2019,10.1/x\n", encoding="utf-8")
    outcome = run(root, known)
    assert [f.code for f in outcome.findings] == ["REF040"]
    assert path.read_text(encoding="utf-8") == "key,doi\nVasan2019,10.1/x\n"
    assert known.asked == []


def test_it_is_polite_to_a_busy_service(root: Path, known: Registries) -> None:
    known.faults["crossref"] = [Fault(429, {"Retry-After": "0"})]
    assert run(root, known, attempts=2).checked == ["Vasan2019", "Gottesman2002"]
