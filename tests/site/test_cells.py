"""Cells of tables: what they show, and what they sort by."""

from __future__ import annotations

import pytest
from docutils import nodes

from resistance.evidence.printed import figure_text, number_text
from resistance.site.cells import cell_nodes, linked, role_to_tell
from resistance.site.columns import joined
from resistance.site.nodes import drawn

EVIDENCE = {
    "value": 0.46,
    "qualifier": None,
    "ci_low": 0.37,
    "ci_high": 0.57,
    "ci_kind": "95% CI",
    "unit": "1",
    "source": "Soria2018",
    "locator": "abstract",
    "seen_at": "https://doi.org/10.1056/NEJMoa1713137",
    "seen_on": "2026-11-01",
}


def inline(text: str) -> list[nodes.Node]:
    return [nodes.literal("", text)]


def cell(column: dict, record: dict) -> tuple[str, object]:
    content, sort = cell_nodes(column, record, inline)
    assert all(isinstance(node, nodes.Node) for node in content)
    return "".join(node.astext() for node in content), sort


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "0.46 (95% CI 0.37 to 0.57)"),
        ({"ci_low": None, "ci_high": None, "ci_kind": None}, "0.46"),
        ({"ci_high": None}, "0.46 (95% CI 0.37 to not reached)"),
        ({"value": 31, "unit": "months"}, "31 months (95% CI 0.37 to 0.57)"),
        ({"value": 31.6, "unit": "%", "ci_low": None}, "31.6%"),
        ({"value": 5, "qualifier": ">", "unit": "nM", "ci_low": None}, ">5 nM"),
        ({"value": -2.5, "unit": "mm", "ci_low": -3.0, "ci_high": -2}, "−2.5 mm (95% CI −3 to −2)"),
        ({"ci_low": 0.0, "ci_high": 1}, "0.46 (95% CI 0 to 1)"),
    ],
)
def test_a_figure_with_bound_unit_and_interval(changes, text):
    assert figure_text(EVIDENCE | changes) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (3012, "3012"), (10_000, "10,000"), (-12345.0, "−12,345"), (0.1 + 0.2, "0.3"), (2e-9, "2 × 10⁻⁹")],
)
def test_a_number_without_needless_digits(value, text):
    assert number_text(value) == text


def test_a_value_brings_its_interval_and_sorts_as_a_number():
    assert cell({"name": "value", "type": "number"}, EVIDENCE) == ("0.46 (95% CI 0.37 to 0.57)", 0.46)


def test_level_stars_and_direction_are_words_beside_their_signs():
    assert cell({"name": "level", "type": "string"}, {"level": "B"}) == ("B clinical", "B")
    text, sort = cell({"name": "confidence", "type": "integer"}, {"confidence": 4})
    assert "★★★★☆" in text and "4 of 5 stars" in text
    assert sort == 4
    text, sort = cell({"name": "direction", "type": "string"}, {"direction": "does not support"})
    assert text.endswith("does not support") and sort == "does not support"


def columns_of(*names: str) -> list[dict]:
    return [{"name": name, "title": name, "type": "string", "unit": None} for name in names]


def test_columns_that_are_read_together_share_one_at_the_place_of_the_first():
    names = [c["name"] for c in joined(columns_of("gene", "measure", "value", "n", "level", "confidence", "source"))]
    assert names == ["gene", "figure", "grade", "source"]
    alone = columns_of("value", "gene", "level", "drug")
    assert joined(alone) == alone


def test_a_joined_grade_sorts_by_level_and_then_by_stars():
    column = joined(columns_of("level", "confidence", "direction"))[0]

    def grade(level: str, stars: int) -> tuple[str, float]:
        return cell(column, {"level": level, "confidence": stars, "direction": "mixed"})

    text, first = grade("B", 4)
    assert text == "B clinical ★★★★☆4 of 5 stars ± mixed "
    assert grade("A", 1)[1] < first < grade("B", 3)[1] < grade("C", 5)[1]


def test_a_joined_figure_is_the_value_its_denominator_and_what_it_is():
    column = joined(columns_of("measure", "value", "n", "n_scope"))[0]
    record = EVIDENCE | {"measure": "progression or death", "n": 556, "n_scope": "whole study"}
    column = column | {"parts": [part for part in column["parts"] if part != "comparison"]}
    assert cell(column, record) == ("0.46 (95% CI 0.37 to 0.57) n = 556, whole study progression or death", 0.46)
    assert cell(column, record | {"n_scope": "group"})[0] == "0.46 (95% CI 0.37 to 0.57) n = 556 progression or death"
    assert cell(column, record | {"value": None, "n": None}) == ("– progression or death", "")


def test_signs_are_silent_and_words_are_spoken():
    content, _ = cell_nodes({"name": "confidence", "type": "integer"}, {"confidence": 2}, inline)
    assert isinstance(content[0], drawn) and not content[0].get("spoken")
    assert not isinstance(content[1], drawn)


@pytest.mark.parametrize("value", [None, ""])
def test_a_gap_is_a_dash_that_sorts_last(value):
    content, sort = cell_nodes({"name": "landmark", "type": "number"}, {"landmark": value}, inline)
    assert content[0].astext() == "–" and content[0]["spoken"] == "not given"
    assert sort == ""


def test_zero_and_false_are_no_gaps():
    assert cell({"name": "dose", "type": "number"}, {"dose": 0}) == ("0", 0)
    assert cell({"name": "crossover", "type": "boolean"}, {"crossover": False})[0] == "no"


def test_a_source_is_a_citation_with_its_place_and_the_copy_that_was_read():
    content, sort = cell_nodes({"name": "source", "type": "string", "reference": True}, EVIDENCE, inline)
    assert content[0].astext() == "{cite:p}`Soria2018`"
    link = next(node for node in content if isinstance(node, nodes.reference))
    assert link["refuri"] == EVIDENCE["seen_at"] and "2026-11-01" in link["reftitle"]
    assert sort == "Soria2018"


def test_a_list_of_sources_is_one_citation():
    column = {"name": "sources", "type": "string", "reference": True, "list": True}
    assert cell(column, {"sources": "A2000; B2001"})[0] == "{cite:p}`A2000,B2001`"


def test_an_address_is_a_link():
    content, _ = cell_nodes({"name": "record", "type": "string"}, {"record": "https://example.org/a"}, inline)
    assert content[0]["refuri"] == "https://example.org/a"


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("group", "n = 62"),
        ("both arms", "n = 62, both arms"),
        ("whole study", "n = 62, whole study"),
        ("cell lines", "n = 62 cell lines"),
        (None, "n = 62"),
    ],
)
def test_n_says_what_it_counts(scope, text):
    column = joined(columns_of("value", "n"))[0]
    assert text in cell(column, EVIDENCE | {"n": 62, "n_scope": scope})[0].removeprefix("0.46 (95% CI 0.37 to 0.57) ")


def test_digits_of_the_file_are_kept():
    record = EVIDENCE | {"value": 0.4, "_text": {"value": "0.40", "ci_low": "0.370", "ci_high": "0.57"}}
    assert cell({"name": "value", "type": "number"}, record) == ("0.40 (95% CI 0.370 to 0.57)", 0.4)
    assert cell({"name": "dose", "type": "number"}, {"dose": 12500.0, "_text": {"dose": "12500.0"}})[0] == "12,500.0"


def test_the_comparison_stands_with_the_figure_it_belongs_to():
    columns = [c | {"type": "number"} if c["name"] == "comparison" else c for c in columns_of("value", "comparison")]
    (column,) = joined(columns)
    assert cell(column, EVIDENCE | {"comparison": 10.7})[0] == "0.46 (95% CI 0.37 to 0.57) comparison group: 10.7"
    assert "comparison" not in cell(column, EVIDENCE | {"comparison": None})[0]


@pytest.mark.parametrize(
    ("system", "role", "told"),
    [
        ("patients", "treatment effect", None),
        ("patients", "prognosis", "prognosis"),
        ("cell line", "mechanism", None),
        ("patients", "control arm", "control arm"),
        ("cell line", "treatment effect", "treatment effect"),
    ],
)
def test_a_role_is_told_where_it_is_not_the_obvious_one(system, role, told):
    record = {"level": "B", "confidence": 3, "direction": "mixed", "system": system, "role": role}
    assert role_to_tell(record) == told
    text, _ = cell(joined(columns_of("level", "confidence", "direction"))[0], record)
    assert text.endswith(told or "mixed ")


def test_numbers_as_text_sort_as_numbers():
    assert cell({"name": "value", "type": "string"}, {"value": "0.50"}) == ("0.50", 0.5)
    assert cell({"name": "value", "type": "string"}, {"value": "-2e-7"}) == ("−2 × 10⁻⁷", -2e-7)
    assert cell({"name": "value", "type": "string"}, {"value": "Alpha"}) == ("Alpha", "alpha")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<b>x</b>", "=cmd|' /C calc'!A0", "{cite}`x`", "$x$"])
def test_markup_in_a_cell_stays_text(text):
    content, _ = cell_nodes({"name": "note", "type": "string"}, {"note": text}, inline)
    assert [type(node) for node in content] == [nodes.Text]
    assert content[0].astext() == text


@pytest.mark.parametrize(
    ("text", "shown", "addresses"),
    [
        ("none", "none", []),
        ("as seen (https://example.org/a/b).", "as seen (example.org).", ["https://example.org/a/b"]),
        ("https://www.example.org; then", "example.org; then", ["https://www.example.org"]),
        ("at http://1.2.3.4:80/x, not here", "at 1.2.3.4:80, not here", ["http://1.2.3.4:80/x"]),
        ("(https://example.org/S0140(20)3/full)", "(example.org)", ["https://example.org/S0140(20)3/full"]),
        (
            "https://a.org/?q=1&r=2. Also https://b.org/.",
            "a.org. Also b.org.",
            ["https://a.org/?q=1&r=2", "https://b.org/"],
        ),
    ],
)
def test_addresses_within_a_sentence_show_their_hosts_and_lead_on(text, shown, addresses):
    content = linked(text)
    assert "".join(node.astext() for node in content) == shown
    assert [node["refuri"] for node in content if isinstance(node, nodes.reference)] == addresses
