"""What is read out of each registry's answers, and how several records become one entry."""

from __future__ import annotations

import pytest

from resistance.references import crossref, europepmc, pubmed
from resistance.references.compose import compose_entry, new_key
from resistance.references.http import Client
from resistance.references.inquiry import ask
from resistance.references.library import parse_library
from resistance.references.names import Name
from resistance.references.record import Notice, Record, expand_pages, merge, notice_kind, status_of
from resistance.references.state import State

from .registries import Fault, Registries, article, result, work

DOI, PMID = "10.1038/s41586-019-1730-1", "31723286"
TITLE = "A view on drug resistance in cancer"


@pytest.fixture
def client(registries: Registries) -> Client:
    return Client(registries.settings(attempts=1), State())


def test_crossref_gives_the_record(registries: Registries, client: Client) -> None:
    registries.works[DOI] = work(
        DOI.upper(),
        "A view on <i>drug</i> resistance &amp; more",
        [("de Reyniès", "Aurélien"), ("Vasan", "Neil")],
        2020,
        "Nature &amp; Co",
        **{
            "subtitle": ["a subtitle"],
            "published-print": {"date-parts": [[2019, 11]]},
            "volume": "575",
            "issue": "7782",
            "page": "299-309",
        },
    )
    record = crossref.record(client, DOI)
    assert record.doi == DOI
    assert record.title == "A view on drug resistance & more: a subtitle"
    assert record.authors == (Name("Reyniès", "Aurélien", "de"), Name("Vasan", "Neil"))
    assert (record.year, record.volume, record.number, record.pages) == ("2019", "575", "7782", "299-309")
    assert record.container == "Nature & Co"
    assert record.first_author == "de Reyniès"


def test_crossref_gives_groups_and_article_numbers(registries: Registries, client: Client) -> None:
    registries.works[DOI] = work(
        DOI, TITLE, [], 2019, "Nature", author=[{"name": "A Group"}], **{"article-number": "7"}
    )
    record = crossref.record(client, DOI)
    assert record.authors == (Name(literal="A Group"),)
    assert (record.pages, record.eid) == ("", "7")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("retraction", "retracted"),
        ("withdrawal", "retracted"),
        ("removal", "retracted"),
        ("expression_of_concern", "expression of concern"),
        ("correction", "corrected"),
        ("erratum", "corrected"),
        ("corrigendum", "corrected"),
        ("new_version", "current"),
    ],
)
def test_crossref_names_notices_on_the_work_and_on_the_notice(
    registries: Registries, client: Client, kind: str, status: str
) -> None:
    notice = {"DOI": "10.1038/notice", "type": kind, "label": kind.title(), "source": "publisher"}
    registries.works[DOI] = work(DOI, TITLE, [("Vasan", "Neil")], 2019, "Nature", **{"updated-by": [notice]})
    assert status_of(crossref.record(client, DOI).notices) == status
    about = {**notice, "DOI": DOI.upper()}
    registries.works[DOI] = work(DOI, TITLE, [("Vasan", "Neil")], 2019, "Nature")
    registries.works["10.1038/notice"] = work("10.1038/notice", "Notice", [], 2020, "Nature", **{"update-to": [about]})
    found = crossref.record(client, DOI)
    assert status_of(found.notices) == status
    own = crossref.record(client, "10.1038/notice").notices
    if status == "current":
        assert found.notices == own == ()
    else:
        assert found.notices == (Notice(found.notices[0].kind, doi="10.1038/notice"),)
        assert own == (Notice(own[0].kind, doi=DOI, about_this=False),)
        assert status_of(own) == "current"


def test_pubmed_gives_the_record(registries: Registries, client: Client) -> None:
    authors = [("de Thé", "Hugues"), ("Oxnard", "Geoffrey R")]
    title = "[<i>TP53</i> and IC<sub>50</sub> &amp; more.]."
    registries.articles[PMID] = article(PMID, DOI, title, authors, "2019", "Nature")
    record = pubmed.record(client, PMID)
    assert record.title == "TP53 and IC50 & more"
    assert record.authors == (Name("Thé", "Hugues", "de"), Name("Oxnard", "Geoffrey R."))
    assert (record.doi, record.pmid, record.year, record.volume) == (DOI, PMID, "2019", "575")
    assert pubmed.record(client, "1") is None


@pytest.mark.parametrize(
    ("reference", "status"),
    [
        ("RetractionIn", "retracted"),
        ("ExpressionOfConcernIn", "expression of concern"),
        ("ErratumIn", "corrected"),
        ("CorrectedandRepublishedIn", "corrected"),
        ("CommentIn", "current"),
        ("UpdateIn", "current"),
        ("Cites", "current"),
        ("RetractionOf", "current"),
    ],
)
def test_pubmed_names_notices(registries: Registries, client: Client, reference: str, status: str) -> None:
    comments = [("CommentIn", "5"), (reference, "32000000")]
    registries.articles[PMID] = article(PMID, DOI, TITLE, [("Vasan", "N")], "2019", "Nature", comments=comments)
    notices = pubmed.record(client, PMID).notices
    assert status_of(notices) == status
    if reference == "RetractionOf":
        assert notices == (Notice("retraction", pmid="32000000", about_this=False),)


def test_pubmed_may_only_say_that_a_publication_is_retracted(registries: Registries, client: Client) -> None:
    types = ("Journal Article", "Retracted Publication")
    registries.articles[PMID] = article(PMID, DOI, TITLE, [("Vasan", "N")], "2019", "Nature", types=types)
    assert status_of(pubmed.record(client, PMID).notices) == "retracted"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Retraction in", "retracted"),
        ("Expression of concern in", "expression of concern"),
        ("Erratum in", "corrected"),
        ("Comment in", "current"),
        ("Retraction of", "current"),
    ],
)
def test_europe_pmc_names_notices(registries: Registries, client: Client, kind: str, status: str) -> None:
    registries.results = [result(PMID, DOI, TITLE, "2019", [(kind, "32000000")])]
    for record in (europepmc.by_doi(client, DOI), europepmc.by_pmid(client, PMID)):
        assert (record.title, record.doi, record.pmid, record.year) == (TITLE, DOI, PMID, "2019")
        assert status_of(record.notices) == status
    assert europepmc.by_pmid(client, "1") is None


def test_the_gravest_notice_decides() -> None:
    kinds = ("correction", "retraction", "expression of concern")
    assert status_of(Notice(kind) for kind in kinds) == "retracted"
    assert status_of(Notice(kind) for kind in kinds if kind != "retraction") == "expression of concern"
    assert status_of([]) == "current"


def test_a_partial_retraction_is_a_correction_and_a_comment_is_nothing() -> None:
    assert notice_kind("partial_retraction") == "correction"
    assert notice_kind("Comment") == notice_kind("") == ""


def test_by_doi_pubmed_is_found_through_europe_pmc(registries: Registries, client: Client) -> None:
    registries.works[DOI] = work(DOI, TITLE.title(), [("Vasan", "Neil")], 2019, "Nature", page="299-309")
    registries.results = [result(PMID, DOI, TITLE, "2019")]
    registries.articles[PMID] = article(PMID, DOI, TITLE + ".", [("Vasan", "Neil")], "2019", "Nature", "299-309")
    answers = ask(client, DOI, "")
    assert [record.registry for record in answers.records] == ["Crossref", "Europe PMC", "PubMed"]
    assert answers.record().title == TITLE
    assert answers.record().address.startswith(f"{registries.address}/pubmed/efetch.fcgi?")


def test_europe_pmc_stands_in_for_pubmed(registries: Registries, client: Client) -> None:
    registries.works[DOI] = work(DOI, TITLE, [("Vasan", "Neil")], 2019, "Nature")
    registries.results = [result(PMID, DOI, TITLE, "2019", [("Retraction in", "32000000")])]
    registries.down["pubmed"] = Fault(503)
    answers = ask(client, DOI, PMID)
    assert status_of(answers.record().notices) == "retracted"
    assert list(answers.failures) == ["PubMed"]
    assert answers.gaps == {}


def test_a_service_that_nobody_stands_in_for_leaves_a_gap(registries: Registries, client: Client) -> None:
    registries.down["crossref"] = Fault(503)
    registries.articles[PMID] = article(PMID, DOI, TITLE, [("Vasan", "Neil")], "2019", "Nature")
    assert list(ask(client, DOI, PMID).gaps) == ["Crossref"]


def test_merging_keeps_the_first_record_and_fills_its_gaps() -> None:
    notice = Notice("correction", pmid="3")
    first = Record("PubMed", "a", title="T", pmid="1", notices=(notice,))
    second = Record("Crossref", "b", title="U", doi="10.1234/x", volume="2", notices=(notice, Notice("retraction")))
    merged = merge([first, second])
    assert (merged.registry, merged.title, merged.doi, merged.volume) == ("PubMed", "T", "10.1234/x", "2")
    assert merged.notices == (notice, Notice("retraction"))
    with pytest.raises(ValueError, match="records is empty"):
        merge([])


def test_a_record_survives_json() -> None:
    record = Record("PubMed", "a", authors=(Name("Thé", "Hugues", "de"),), notices=(Notice("retraction", pmid="3"),))
    assert Record.from_json(record.to_json()) == record


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("1616-22", "1616--1622"),
        ("299-309", "299--309"),
        ("S5-9", "S5--S9"),
        ("e12-e15", "e12--e15"),
        ("1108–1110", "1108--1110"),
        ("7", "7"),
        ("e1002", "e1002"),
        ("12, 14-15", "12, 14-15"),
        ("", ""),
    ],
)
def test_page_ranges_are_written_in_full(given: str, full: str) -> None:
    assert expand_pages(given) == full


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (Name("Vasan"), "Vasan2019"),
        (Name("Reyniès", particle="de"), "DeReynies2019"),
        (Name("Geva-Zatorsky"), "GevaZatorsky2019"),
        (Name("McCormick"), "McCormick2019"),
        (Name("O'Brien"), "OBrien2019"),
        (Name("Østergaard"), "Ostergaard2019"),
        (Name("Müller"), "Muller2019"),
        (Name(literal="European Organisation for Research"), "EOR2019"),
        (Name(literal="EBCTCG"), "EBCTCG2019"),
    ],
)
def test_a_new_key_is_made_of_author_and_year(name: Name, key: str) -> None:
    assert new_key(Record("PubMed", "a", authors=(name,), year="2019"), []) == key


def test_a_key_in_use_gets_a_letter_whatever_its_case() -> None:
    record = Record("PubMed", "a", authors=(Name("Vasan"),), year="2019")
    assert new_key(record, ["vasan2019", "Vasan2019a"]) == "Vasan2019b"
    with pytest.raises(ValueError, match="in use"):
        new_key(record, [f"Vasan2019{letter}" for letter in ["", *"abcdefghijklmnopqrstuvwxyz"]])
    with pytest.raises(ValueError, match="no author or no year"):
        new_key(Record("PubMed", "a"), [])


def composed(**fields: object):
    record = Record("PubMed", "a", **{"authors": (Name("Vasan", "Neil"),), "year": "2019", **fields})
    library = parse_library(compose_entry(record, "Vasan2019", record.container))
    assert library.findings == []
    return library.entries[0]


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("EGFR-mutant lung cancer and T790M", "{EGFR}-mutant lung cancer and {T790M}"),
        ("Loss of p53 in Taxol resistance", "Loss of p53 in {Taxol} resistance"),
        ("Why mTOR? A study", "Why {mTOR}? A study"),
        ("Drug Resistance Mechanisms Across Many Cancers with EGFR", None),
        ("50% of A_b & {c}", r"50\% of {A}\_b \& \{c\}"),
        ("RETRACTED: Loss of p53", "Loss of p53"),
    ],
)
def test_titles_keep_the_capitals_that_they_need(title: str, latex: str | None) -> None:
    expected = latex or "Drug Resistance Mechanisms Across Many Cancers with {EGFR}"
    assert composed(title=title).raw("title") == expected


def test_an_entry_is_written_as_its_type_needs() -> None:
    entry = composed(title="T", container="Nature", volume="1", pages="1616-22", eid="x", doi="10.1234/a_b")
    assert entry.type == "article"
    assert entry.text("journal") == "Nature"
    assert entry.raw("pages") == "1616--1622"
    assert not entry.raw("eid")
    assert entry.text("doi") == "10.1234/a_b"
    chapter = composed(title="T", type="incollection", container="A Book", publisher="Wiley", doi="10.1234/a")
    assert (chapter.text("booktitle"), chapter.text("publisher")) == ("A Book", "Wiley")
    assert composed(title="T", type="misc", container="bioRxiv", doi="10.1101/123456").text("howpublished") == "bioRxiv"
    assert composed(title="T", container="Nature", doi="10.1/x").text("note") == "online ahead of print"
    assert composed(title="T", container="Nature", volume="1", pages="e1002").text("eid") == "e1002"
    assert composed(title="T", volume="1").text("note") == "no DOI"
    assert composed(title="T", authors=(Name(literal="A & B"),)).raw("author") == r"{A \& B}"
