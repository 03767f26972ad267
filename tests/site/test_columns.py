"""Columns of a table: their order, what shares one, and what folds into the row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resistance.evidence.schema import load_schema, table_names
from resistance.show.payload import describe_field, shown_columns
from resistance.site.columns import ABOUT, JOINED, joined, laid_out

NAMES = [
    "label", "gene", "drug", "cancer", "effect", "site", "measure", "value", "n", "comparison", "level", "confidence",
    "direction", "role", "source", "note", "method",
]  # fmt: skip


def columns_of(*names: str) -> list[dict]:
    return [{"name": name, "title": name, "type": "string", "unit": None} for name in names]


def names_of(columns: list[dict]) -> list[str]:
    return [column["name"] for column in columns]


def test_study_figure_grade_and_source_stand_where_a_reader_looks():
    shown, folded = laid_out(columns_of("source", "level", "gene", "value", "confidence", "measure", "label", "drug"))
    assert names_of(shown) == ["label", "gene", "drug", "figure", "grade", "source"]
    assert folded == []
    assert shown[3]["parts"] == ["value", "measure"]


def test_what_a_row_is_about_is_folded_last_and_a_note_always():
    wide = columns_of("label", "effect", "site", "method", "gene", "note", "drug", "cancer", "value", "n", "source")
    shown, folded = laid_out(wide, about=("gene", "drug", "cancer"))
    assert names_of(shown) == ["label", "effect", "gene", "drug", "cancer", "figure", "source"]
    assert names_of(folded) == ["site", "method", "note"]
    assert names_of(laid_out(columns_of("label", "note", "value"))[1]) == ["note"]
    alone = laid_out(columns_of("source", "direction", "value", "drug", "label"))[0]
    assert names_of(alone) == ["label", "drug", "value", "direction", "source"]


@given(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
def test_no_column_is_lost(names):
    shown, folded = laid_out(columns_of(*names), about=("gene", "drug"))
    held = [part for column in [*shown, *folded] for part in column.get("parts", [column["name"]])]
    assert sorted(held) == sorted(names)
    plain = {"label", "source", *JOINED, *(part for _, _, parts in JOINED.values() for part in parts)} - {"comparison"}
    assert len([name for name in names_of(shown) if name not in plain]) <= ABOUT


def test_words_of_comparison_stay_a_column():
    words = columns_of("value", "comparison")
    assert names_of(joined(words)) == ["value", "comparison"]
    numbers = [column | {"type": "number"} for column in words]
    assert names_of(joined(numbers)) == ["figure"]


def test_every_table_of_evidence_fits_by_default():
    for name in table_names():
        schema = load_schema(name)
        if not schema.evidence:
            continue
        columns = [describe_field(schema.by_name[c]) for c in shown_columns(schema.columns, schema, None)]
        shown, _ = laid_out(columns, schema.same_thing)
        assert names_of(shown)[0] == "label" and names_of(shown)[-3:] == ["figure", "grade", "source"]
        assert len(shown) <= ABOUT + 4
