"""``show_table``: what it puts on the page, and the errors that name what is not there."""

from __future__ import annotations

import pandas as pd
import pytest

from resistance import evidence
from resistance.paths import root
from resistance.show import show_table
from resistance.site.nodes import csv_text, json_text

FRAME = pd.DataFrame({"drug": ["a", "b", "c"], "dose": [1.0, 2.5, None]})
GOOD = {"anchor": "tbl-doses", "caption": "Doses of the drugs."}


@pytest.fixture
def own_table(monkeypatch) -> str:
    """Name of an evidence table of the book."""
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)
    assert root().is_dir()
    return next(name for name in evidence.table_names() if evidence.load_schema(name).evidence)


def test_a_data_frame_is_shown_as_it_is():
    payload = show_table(FRAME, **GOOD, units={"dose": "mg"}).payload
    assert [(c["name"], c["unit"]) for c in payload["columns"]] == [("drug", None), ("dose", "mg")]
    assert payload["rows"] == [["a", 1.0], ["b", 2.5], ["c", None]]
    assert payload["table"] is None and not payload["evidence"]


def test_a_named_table_brings_titles_units_and_statement(own_table):
    payload = show_table(own_table, **GOOD).payload
    schema = evidence.load_schema(own_table)
    frame = evidence.table(own_table)
    assert payload["evidence"] and payload["statement"] == schema.statement
    assert payload["fields"] == schema.columns
    assert len(payload["rows"]) == len(frame)
    shown = [c["name"] for c in payload["columns"]]
    assert {"value", "source", "level"} <= set(shown)
    assert shown[0] == "label"
    inside = {"ci_low", "ci_high", "seen_at", "id", "study", "role", "n_scope"}
    assert not inside & set(shown), "these are shown inside another cell"
    assert all(c["title"] == schema.by_name[c["name"]].title for c in payload["columns"])


def test_columns_are_chosen_and_ordered(own_table):
    payload = show_table(own_table, **GOOD, columns=["source", "value"]).payload
    shown = [c["name"] for c in payload["columns"]]
    assert shown[:3] == ["label", "source", "value"], "evidence begins with its study"
    assert set(shown[3:]) == {"measure", "n", "level", "confidence", "direction"}, "and is never without its grade"
    assert "seen_at" in payload["fields"], "what a cell is composed of goes along"


def test_the_slug_of_a_study_gives_way_to_its_name(own_table):
    shown = show_table(own_table, **GOOD, columns=["study", "value", "label", "source"]).payload["columns"]
    assert [c["name"] for c in shown][:3] == ["label", "value", "source"]


def test_rows_are_chosen():
    assert show_table(FRAME, **GOOD, where={"drug": "b"}).payload["rows"] == [["b", 2.5]]
    assert len(show_table(FRAME, **GOOD, where={"drug": ["a", "c"]}).payload["rows"]) == 2


BAD = {
    "anchor": ({"anchor": "doses"}, "anchor"),
    "figure anchor": ({"anchor": "fig-doses"}, "anchor"),
    "caption": ({"caption": ""}, "caption"),
    "column": ({"columns": ["drug", "price"]}, "price"),
    "where column": ({"where": {"price": 1}}, "price"),
    "no row left": ({"where": {"drug": "z"}}, "no row"),
}


@pytest.mark.parametrize(("changes", "said"), BAD.values(), ids=[k.replace(" ", "-") for k in BAD])
def test_what_is_not_there_is_named(changes, said):
    with pytest.raises(ValueError, match=said):
        show_table(FRAME, **(GOOD | changes))


def test_an_empty_frame_is_refused():
    with pytest.raises(ValueError, match="no rows"):
        show_table(FRAME.iloc[:0], **GOOD)


def test_a_unit_of_no_column_is_refused_as_in_a_figure():
    with pytest.raises(ValueError, match="doses"):
        show_table(FRAME, **GOOD, units={"doses": "mg"})


def test_a_table_that_does_not_exist_names_those_that_do(own_table):
    with pytest.raises(evidence.TableError, match=own_table):
        show_table("no_such_table", **GOOD)


def test_markup_is_escaped_in_the_notebook():
    frame = pd.DataFrame({"note": ["<script>alert(1)</script>"]})
    html = show_table(frame, **(GOOD | {"caption": "A <b>bold</b> caption."})).bundle["text/html"]
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "<b>" not in html


def test_the_same_call_gives_the_same_bytes(own_table):
    assert show_table(own_table, **GOOD).bundle == show_table(own_table, **GOOD).bundle


def test_csv_and_json_of_rows():
    assert csv_text(["a", "b"], [[1, None], ['say "x", y', "two\nlines"]]) == ('a,b\n1,\n"say ""x"", y","two\nlines"\n')
    assert json_text(["a"], [["β"], [None]]) == '[\n {\n  "a": "β"\n },\n {\n  "a": null\n }\n]\n'
