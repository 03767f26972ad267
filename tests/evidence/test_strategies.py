"""Where rows stand on the map of the book, and what a strategy's trials came to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resistance.evidence.opportunities import opportunities
from resistance.evidence.schema import MapRule, load_schema
from resistance.evidence.strategies import COLUMNS, MECHANISMS, STRATEGIES, places, unplaced
from resistance.evidence.tables import evidence_tables

from .conftest import EVIDENCE_ROW, Project

PUMPS = "efflux pumps"
BLOCK, OTHER = "block the cause", "another drug"


def row(**changes: str) -> dict[str, str]:
    return {**EVIDENCE_ROW, "_text": {}, **changes}


@pytest.fixture
def schema(project: Project):
    return load_schema("trials")


def mapped(schema, *rules: MapRule):
    return replace(schema, map=rules)


def test_a_treatment_stands_under_its_strategy_and_other_figures_by_their_role(schema):
    rules = mapped(schema, MapRule(PUMPS, BLOCK, benefit=True))
    roles = ("treatment effect", "outcome", "frequency", "mechanism", "prognosis", "interaction", "control arm")
    rows = [row(id=f"row-{n}", role=role) for n, role in enumerate(roles)]
    found = {place.strategy: place.rows for place in places([(rules, rows)])}
    assert found == {BLOCK: 2, "how often found": 1, "how it works": 1, "as a marker": 2}


def test_the_first_rule_that_takes_a_row_holds(schema):
    rules = mapped(schema, MapRule(PUMPS, BLOCK, "drug=gefitinib"), MapRule("DNA repair", OTHER))
    found = places([(rules, [row(), row(id="second", drug="gefitinib")])])
    assert [(place.mechanism, place.strategy, place.rows) for place in found] == [
        (PUMPS, BLOCK, 1),
        ("DNA repair", OTHER, 1),
    ]


def test_a_place_counts_studies_and_takes_the_best_level(schema):
    rules = mapped(schema, MapRule(PUMPS, BLOCK, benefit=True))
    rows = [row(), row(id="later", level="A", direction="mixed"), row(id="other", study="other")]
    (place,) = places([(rules, rows)])
    assert (place.level, place.studies, place.rows, place.page) == ("A", {"flaura", "other"}, 3, "lung")
    assert place.unfavourable == {"flaura"}


@pytest.mark.parametrize(("benefit", "unfavourable"), [(True, {"flaura"}), (False, set())])
def test_a_treatment_speaks_against_itself_only_where_the_statement_is_that_it_helps(schema, benefit, unfavourable):
    rules = mapped(schema, MapRule(PUMPS, BLOCK, benefit=benefit))
    (place,) = places([(rules, [row(direction="does not support")])])
    assert place.unfavourable == unfavourable


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([], "no rule under map takes osimertinib-soria-2018"),
        ([MapRule(PUMPS)], "map names no strategy for treatments: osimertinib-soria-2018"),
        ([MapRule("pumps", BLOCK)], "map names the mechanism 'pumps'"),
        ([MapRule(PUMPS, "block")], "map names the strategy 'block'"),
        ([MapRule(PUMPS, BLOCK, "drug=erlotinib")], "no row of trials has 'erlotinib' in drug"),
        ([MapRule(PUMPS, BLOCK, "agent=x")], "trials has no column 'agent'"),
        ([MapRule(PUMPS, BLOCK), MapRule(PUMPS, OTHER)], "map, rule 2: rules before it take all of its rows"),
    ],
)
def test_what_keeps_rows_off_the_map_is_told(schema, rules, message):
    assert any(message in text for text in unplaced(mapped(schema, *rules), [row()]))


def test_a_table_whose_rows_all_have_a_place_says_nothing(schema):
    assert list(unplaced(mapped(schema, MapRule(PUMPS, BLOCK)), [row(), row(id="arm", role="control arm")])) == []


def test_the_check_names_the_schema(project: Project):
    path = project.root / "data/schemas/trials.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("strategy: another drug, ", ""), encoding="utf-8")
    (finding,) = project.check()
    assert (finding.code, finding.path) == ("EVI048", "data/schemas/trials.yaml")
    assert "strategy" in finding.message


def test_a_rule_with_an_unknown_key_is_a_fault_of_the_schema(project: Project):
    path = project.root / "data/schemas/trials.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("strategy:", "stratgy:"), encoding="utf-8")
    (finding,) = project.check()
    assert finding.code == "EVI042"
    assert "map, rule 1" in finding.message


def test_trials_of_a_strategy_count_once_each_and_as_mixed_if_their_figures_disagree(schema):
    rules = mapped(schema, MapRule(PUMPS, BLOCK, benefit=True))
    rows = [
        row(),
        row(id="survival", direction="does not support"),
        row(id="a", study="a"),
        row(id="b", study="b", direction="does not support"),
        row(id="c", study="c", level="D"),
        row(id="d", study="d", role="outcome"),
    ]
    (line,) = opportunities([(rules, rows)]).to_dict("records")
    assert line == {
        "mechanism": PUMPS,
        "strategy": BLOCK,
        "studies": 3,
        "support": 1,
        "mixed": 1,
        "do not support": 1,
        "page": "lung",
    }


def test_a_table_that_does_not_say_that_treatments_help_is_left_out(schema):
    assert opportunities([(mapped(schema, MapRule(PUMPS, BLOCK)), [row()])]).empty


def test_every_row_of_the_book_has_its_place(monkeypatch):
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)
    tables = evidence_tables()
    rows = [r for _, all_rows in tables for r in all_rows if r["role"] != "control arm"]
    found = places(tables)
    assert sum(place.rows for place in found) == len(rows)
    assert {place.mechanism for place in found} == set(MECHANISMS)
    assert {place.strategy for place in found} == set(COLUMNS) > set(STRATEGIES)
    assert frozenset().union(*(place.studies for place in found)) == {r["study"] for r in rows}
