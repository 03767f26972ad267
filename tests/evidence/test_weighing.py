"""Claims weigh what speaks against them: each rule with what breaks it and what mends it."""

from __future__ import annotations

import pytest

from resistance.evidence.check import read_tables
from resistance.evidence.naming import read_names
from resistance.evidence.schema import load_schema
from resistance.evidence.weighing import absence, same_thing, subject

from .conftest import CLAIM_ROW, EVIDENCE_ROW, SEARCH_ROW, Project

CONTRARY = {**EVIDENCE_ROW, "id": "osimertinib-other-2020", "study": "other", "direction": "does not support"}
CLAIM, OTHER = CLAIM_ROW["id"], f"trials/{CONTRARY['id']}"
WAIVER = {"id": "other-population", "claim": CLAIM, "row": OTHER, "reason": "Another population."}


def codes(project: Project) -> list[tuple[str, str, int]]:
    return sorted((f.code, f.path, f.line) for f in project.check())


def test_a_row_that_disagrees_must_be_named(project: Project) -> None:
    project.table("trials", EVIDENCE_ROW, CONTRARY)
    (finding,) = project.check()
    assert (finding.code, finding.path, finding.line) == ("CLM011", "data/claims/lung.csv", 2)
    assert CLAIM in finding.message
    assert OTHER in finding.message
    assert "waived_rows" in finding.remedy


@pytest.mark.parametrize("side", ["against", "adds"])
def test_naming_it_on_either_side_is_enough(project: Project, side: str) -> None:
    project.table("trials", EVIDENCE_ROW, CONTRARY)
    project.change("claims", **{side: OTHER}, balance="The other trial was small.")
    assert codes(project) == []


def test_a_waiver_with_its_reason_is_enough(project: Project) -> None:
    project.table("trials", EVIDENCE_ROW, CONTRARY)
    project.table("waived_rows", WAIVER)
    assert codes(project) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"direction": "supports"},
        {"drug": "gefitinib"},
        {"role": "control arm"},
    ],
    ids=["same direction", "another drug", "control arm"],
)
def test_rows_that_need_not_be_named(project: Project, changes: dict[str, str]) -> None:
    project.table("trials", EVIDENCE_ROW, {**CONTRARY, **changes})
    assert codes(project) == []


def test_a_claim_that_needs_both_directions_weighs_both(project: Project) -> None:
    project.table("trials", EVIDENCE_ROW, CONTRARY, {**CONTRARY, "id": "a-third-trial"})
    project.change("claims", needs=f"{CLAIM_ROW['needs']};{OTHER}", direction="mixed")
    assert codes(project) == []


@pytest.mark.parametrize(
    ("row", "other", "alike"),
    [
        ("osimertinib + chemotherapy", "osimertinib", True),
        ("gefitinib or erlotinib", "Erlotinib", True),
        ("gefitinib", "erlotinib", False),
        ("", "erlotinib", False),
    ],
)
def test_cells_that_name_several_things_speak_of_each(project: Project, row: str, other: str, alike: bool) -> None:
    schema = load_schema("trials")
    assert same_thing(subject(schema, {"drug": row}), subject(schema, {"drug": other})) is alike


@pytest.mark.parametrize(
    ("level", "reader", "fault"),
    [("A", "second reader", False), ("B", "second reader", False), ("B", "author", True)],
)
def test_claims_at_levels_a_and_b_need_a_second_readers_search(
    project: Project, level: str, reader: str, fault: bool
) -> None:
    project.change("trials", level=level)
    project.change("claims", level=level)
    project.change("counter_searches", reader=reader)
    assert codes(project) == ([("CLM012", "data/claims/lung.csv", 2)] if fault else [])


def test_a_claim_at_level_c_needs_none(project: Project) -> None:
    project.change("trials", level="C")
    project.change("claims", level="C")
    project.change("counter_searches", claims="")
    assert codes(project) == []


def test_a_claim_of_absence_needs_a_search_at_any_level(project: Project) -> None:
    project.change("trials", level="C")
    project.change("claims", level="C", claim="No randomised trial has tested osimertinib.")
    assert codes(project) == []
    project.change("counter_searches", claims="")
    assert codes(project) == [("CLM014", "data/claims/lung.csv", 2)]


def test_a_search_for_a_claim_that_is_not_there(project: Project) -> None:
    project.table("counter_searches", SEARCH_ROW, {**SEARCH_ROW, "id": "second-search", "claims": "nobody-claims-this"})
    assert codes(project) == [("CLM013", "data/counter_searches/lung.csv", 3)]


@pytest.mark.parametrize(
    "changes",
    [{"claim": "nobody-claims-this"}, {"row": "trials/none"}, {"row": CLAIM_ROW["needs"]}],
    ids=["no such claim", "no such row", "a row that the claim names"],
)
def test_a_waiver_that_names_what_is_not_there(project: Project, changes: dict[str, str]) -> None:
    project.table("waived_rows", {**WAIVER, "row": "doses/second", **changes})
    assert codes(project) == [("CLM015", "data/waived_rows/lung.csv", 2)]


@pytest.mark.parametrize("side", ["needs", "adds"])
def test_a_control_arm_is_no_finding(project: Project, side: str) -> None:
    project.table("trials", EVIDENCE_ROW, {**EVIDENCE_ROW, "id": "control", "role": "control arm"})
    refs = f"{CLAIM_ROW['needs']};trials/control" if side == "needs" else "trials/control"
    project.change("claims", **{side: refs})
    assert codes(project) == [("CLM016", "data/claims/lung.csv", 2)]


def test_sensitivity_of_patients_needs_a_comparison(project: Project) -> None:
    schema = project.path("data/schemas/trials.yaml")
    own = "  - {name: effect, title: Effect, type: string, description: What changed}\n"
    schema.write_text(schema.read_text(encoding="utf-8") + own, encoding="utf-8")
    project.columns.pop("trials")
    for role, fault in [("prognosis", True), ("frequency", True), ("treatment effect", False), ("interaction", False)]:
        project.table("trials", {**EVIDENCE_ROW, "effect": "resistance", "role": role})
        assert codes(project) == ([("EVI045", "data/trials.csv", 2)] if fault else []), role
    project.table("trials", {**EVIDENCE_ROW, "effect": "worse outcome", "role": "prognosis"})
    assert codes(project) == []


def test_an_interim_result_gives_way_to_the_final(project: Project) -> None:
    interim = {**EVIDENCE_ROW, "id": "interim", "note": "Interim analysis of 2017"}
    final = {**EVIDENCE_ROW, "note": "Final analysis"}
    project.table("trials", final, interim)
    assert codes(project) == [("EVI046", "data/trials.csv", 3)]
    project.table("trials", final, {**interim, "measure": "overall survival"})
    assert codes(project) == []


@pytest.mark.parametrize(
    "text",
    [
        "No randomised trial has tested it.",
        "It has not been tested in patients.",
        "None has shown a benefit.",
        "We found no comparison.",
        "A trial was not found.",
        "No readable result was found of a phase 3 trial.",
        "The combination has never been compared with surgery.",
    ],
)
def test_words_of_absence(text: str) -> None:
    assert absence(text)


@pytest.mark.parametrize(
    "text",
    [
        "The drug did not prolong survival.",
        "No difference was seen between arms.",
        "Nobody doubts it; 12 trials agree.",
    ],
)
def test_words_that_are_results(text: str) -> None:
    assert absence(text) is None


@pytest.mark.parametrize(
    ("line", "claims", "searches", "fault"),
    [
        ("No trial has tested it.", (), (), True),
        ("No trial has tested it {looked}`osimertinib-against`.", (), ("osimertinib-against",), False),
        ("No trial has tested it {claim}`osimertinib-delays-progression`.", (CLAIM,), (), False),
        ("No trial has tested it {claim}`another`.", ("another",), (), True),
        ("A trial tested it {cite}`NoTrial2020`.", (), (), False),
    ],
)
def test_a_sentence_of_absence_needs_a_search_or_a_claim_that_has_one(
    project: Project, line: str, claims: tuple[str, ...], searches: tuple[str, ...], fault: bool
) -> None:
    names = read_names(read_tables()[0])
    assert bool(names.unsearched(line, claims, searches)) is fault
