"""The client: pace, patience, conditional requests, and what it says when a service fails."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from resistance.references import crossref, pubmed
from resistance.references.http import CROSSREF, Client, ServiceError
from resistance.references.state import State

from .registries import Fault, Registries, article, work

DOI = "10.1038/s41586-019-1730-1"


@pytest.fixture
def known(registries: Registries) -> Registries:
    registries.works[DOI] = work(DOI, "A view on drug resistance in cancer", [("Vasan", "Neil")], 2019, "Nature")
    return registries


def ask(registries: Registries, waits: list[float] | None = None, state: State | None = None, **settings: Any):
    """Crossref's record, every wait noted instead of slept."""
    sleep = time.sleep if waits is None else waits.append
    client = Client(registries.settings(**settings), state or State(), sleep=sleep)
    return crossref.record(client, DOI)


def reason(registries: Registries, waits: list[float] | None = None, **settings: Any) -> str:
    with pytest.raises(ServiceError) as error:
        ask(registries, waits, **settings)
    assert error.value.service == CROSSREF
    return error.value.reason


def test_it_says_who_asks(known: Registries) -> None:
    known.articles["31723286"] = article("31723286", DOI, "T", [("Vasan", "Neil")], "2019", "Nature")
    ask(known)
    pubmed.record(Client(known.settings(), State()), "31723286")
    assert known.asked[0].query["mailto"] == "editors@example.org"
    assert "mailto:editors@example.org" in known.asked[0].headers["user-agent"]
    assert known.asked[-1].query["tool"] == "resistance"
    assert known.asked[-1].query["email"] == "editors@example.org"


def test_without_a_contact_address_none_is_sent(known: Registries) -> None:
    ask(known, contact="")
    assert "mailto" not in known.asked[0].query
    assert "mailto" not in known.asked[0].headers["user-agent"]


def test_the_recorded_address_leaves_the_contact_out(known: Registries) -> None:
    assert ask(known).address == f"{known.address}/crossref/works/{DOI}"


def test_a_doi_with_characters_of_its_own_is_quoted(registries: Registries) -> None:
    doi = "10.1002/(sici)1097-0142(19990101)85:1<1::aid-cncr1>3.0.co;2-#"
    registries.works[doi] = work(doi, "Title", [("Vasan", "Neil")], 1999, "Cancer")
    assert crossref.record(Client(registries.settings(), State()), doi).doi == doi


def test_it_tries_again_with_growing_waits_and_then_succeeds(known: Registries) -> None:
    known.faults["crossref"] = [Fault(503), Fault(500)]
    waits: list[float] = []
    assert ask(known, waits, backoff=1.0).year == "2019"
    assert waits == [1.0, 2.0]


def test_it_waits_as_long_as_the_service_asks_for(known: Registries) -> None:
    known.faults["crossref"] = [Fault(429, {"Retry-After": "7"}), Fault(503)]
    waits: list[float] = []
    ask(known, waits, backoff=1.0)
    assert waits == [7.0, 2.0]


def test_retry_after_may_be_a_date(known: Registries) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    known.faults["crossref"] = [Fault(429, {"Retry-After": moment})]
    waits: list[float] = []
    ask(known, waits)
    assert 25 < waits[0] <= 30


def test_a_retry_after_that_cannot_be_read_is_ignored(known: Registries) -> None:
    known.faults["crossref"] = [Fault(429, {"Retry-After": "soon"})]
    waits: list[float] = []
    ask(known, waits, backoff=0.5)
    assert waits == [0.5]


def test_a_service_that_asks_for_too_long_a_wait_counts_as_down(known: Registries) -> None:
    known.faults["crossref"] = [Fault(429, {"Retry-After": "3600"})]
    assert reason(known, []) == "it answered with status 429 and asks to wait 3600 s"
    assert known.count("crossref") == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(503), "it answered with status 503"),
        (Fault(hang_up=True), "no connection"),
    ],
)
def test_after_all_attempts_it_says_what_happened(known: Registries, fault: Fault, said: str) -> None:
    known.down["crossref"] = fault
    assert reason(known, [], attempts=2).startswith(said)
    assert known.count("crossref") == 2


def test_a_service_that_keeps_silent_is_not_waited_for_longer_than_the_limit(known: Registries) -> None:
    known.down["crossref"] = Fault(silent=True)
    waits: list[float] = []
    assert reason(known, waits, attempts=2, timeout=0.1, backoff=3.0) == "no answer within 0.1 s"
    assert waits == [3.0]


def test_a_refusal_is_not_tried_again(known: Registries) -> None:
    known.down["crossref"] = Fault(403)
    assert reason(known, []) == "it answered with status 403"
    assert known.count("crossref") == 1


@pytest.mark.parametrize(
    "body", ["{", "[]", "null", '{"message": {}}', '{"message": {"DOI": "10.1/x", "author": [1]}}']
)
def test_an_answer_in_another_form_is_a_failure_of_the_service(known: Registries, body: str) -> None:
    known.down["crossref"] = Fault(200, body=body)
    assert reason(known, []).startswith("its answer cannot be read (")


@pytest.mark.parametrize("body", ["<html>", "", "<eSearchResult/>", "not XML"])
def test_pubmed_answering_otherwise_is_a_failure_too(known: Registries, body: str) -> None:
    known.down["pubmed"] = Fault(200, body=body)
    with pytest.raises(ServiceError, match="its answer cannot be read"):
        pubmed.record(Client(known.settings(), State()), "31723286")


def test_a_server_that_is_not_there_is_a_failure(known: Registries) -> None:
    assert reason(known, [], crossref="http://127.0.0.1:9", attempts=1).startswith("no connection")


def test_after_three_failures_in_a_row_a_service_is_left_alone(known: Registries) -> None:
    known.down["crossref"] = Fault(503)
    client = Client(known.settings(attempts=1), State())
    for _ in range(5):
        with pytest.raises(ServiceError, match="status 503"):
            crossref.record(client, DOI)
    assert known.count("crossref") == 3


def test_an_answer_in_between_starts_the_count_anew(known: Registries) -> None:
    client = Client(known.settings(attempts=1), State())
    for fault in (Fault(503), Fault(503), None, Fault(503), Fault(503)):
        known.faults["crossref"] = [fault] if fault else []
        if fault:
            with pytest.raises(ServiceError):
                crossref.record(client, DOI)
        else:
            crossref.record(client, DOI)
    assert crossref.record(client, DOI).year == "2019"


def test_an_unknown_work_is_no_failure(registries: Registries) -> None:
    assert ask(registries) is None


def test_a_second_request_is_conditional_and_an_unchanged_record_is_kept(known: Registries) -> None:
    state = State()
    first = ask(known, state=state)
    known.asked.clear()
    assert ask(known, state=state) == first
    assert "if-none-match" in known.asked[0].headers
    assert known.asked[0].headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"


def test_a_changed_record_is_read_anew(known: Registries) -> None:
    state = State()
    ask(known, state=state)
    known.works[DOI]["title"] = ["Another title"]
    assert ask(known, state=state).title == "Another title"


def test_without_validators_nothing_is_kept(known: Registries) -> None:
    known.validators = False
    state = State()
    ask(known, state=state)
    known.asked.clear()
    ask(known, state=state)
    assert "if-none-match" not in known.asked[0].headers


def test_requests_to_one_service_keep_their_distance(known: Registries) -> None:
    waits: list[float] = []
    ask(known, waits, interval=5.0)
    assert len(waits) == known.count("crossref") - 1 == 1
    assert 4.0 < waits[0] <= 5.0
