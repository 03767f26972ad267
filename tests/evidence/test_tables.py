"""Tables as data frames: nullable dtypes where all is well, every fault at once where it is not."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resistance.evidence import TableError, check_table, table

from .conftest import EVIDENCE_ROW, TODAY

EMPTY = {"dose": "", "crossover": "", "n": "", "n_scope": "", "value": "3", "ci_low": "", "ci_high": "", "ci_kind": ""}


@pytest.fixture
def frame(project) -> pd.DataFrame:
    sparse = {**EVIDENCE_ROW, **EMPTY, "id": "sparse", "statistic": "ic50", "system": "cell line", "level": "D"}
    project.table("doses", EVIDENCE_ROW, sparse)
    return table("doses")


def test_dtypes_are_nullable(frame):
    assert {name: str(dtype) for name, dtype in frame.dtypes.items() if name in EMPTY or name in ("id", "seen_on")} == {
        "id": "string",
        "dose": "Float64",
        "crossover": "boolean",
        "n": "Int64",
        "n_scope": "string",
        "value": "Float64",
        "ci_low": "Float64",
        "ci_high": "Float64",
        "ci_kind": "string",
        "seen_on": "datetime64[s]",
    }


def test_values_and_gaps(frame):
    full, sparse = frame.iloc[0], frame.iloc[1]
    assert (full["dose"], full["crossover"], full["n"], full["value"]) == (80.0, True, 556, 0.46)
    assert full["seen_on"] == pd.Timestamp("2026-11-01")
    assert all(sparse[name] is pd.NA for name in ("dose", "crossover", "n", "ci_low", "ci_kind"))
    assert frame.attrs["table"] == "doses"


def test_columns_are_in_the_order_of_the_schema(frame, project):
    assert list(frame.columns) == project.columns["doses"]


def test_a_table_with_a_header_only_is_empty_and_typed(project):
    project.table("doses")
    frame = table("doses")
    assert len(frame) == 0
    assert str(frame["n"].dtype) == "Int64"


def test_table_error_lists_every_fault_of_the_table_by_line(project):
    project.change("doses", 0, level="F", dose="eighty", seen_on="tomorrow")
    project.change("doses", 1, id="third", n="", n_scope="")
    project.edit_bytes("data/doses.csv", lambda b: b"\xef\xbb\xbf" + b)
    with pytest.raises(TableError) as caught:
        table("doses")
    found = [(f.line, f.code) for f in caught.value.findings]
    assert found == [(1, "EVI002"), (2, "EVI011"), (2, "EVI011"), (2, "EVI013"), (3, "EVI030"), (4, "EVI016")]
    lines = str(caught.value).splitlines()
    assert len(lines) == len(found)
    assert all(line.startswith("data/doses.csv:") for line in lines)


def test_a_table_that_is_not_there_names_those_that_are(project):
    with pytest.raises(
        TableError, match="claims, counter_searches, doses, model_parameters, references, trials, waived_rows"
    ):
        table("dose")


def test_a_table_name_cannot_leave_the_folder(project):
    project.write("outside.csv", "id\n1\n")
    with pytest.raises(TableError):
        table("../outside")


def test_the_loader_does_not_need_the_bibliography(project):
    project.change("doses", 0, source="Nobody1999")
    assert len(table("doses")) == 3
    assert [f.code for f in check_table("doses", ["Hata2016"], TODAY).findings] == ["EVI017"] * 3


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(codec="utf-8"), max_size=30)
    | st.from_regex(r"[-+=@]?[0-9]{0,25}[.,/e-]?[0-9]{0,4}", fullmatch=True),
    column=st.sampled_from(["id", "dose", "crossover", "n", "value", "ci_low", "seen_on", "level", "source", "note"]),
)
def test_no_cell_raises_anything_but_table_error(project, text, column):
    project.change("doses", 1, **{column: text})
    try:
        frame = table("doses")
    except TableError as error:
        assert error.findings
    else:
        assert len(frame) == 3
    finally:
        project.change("doses", 1, **{**dict.fromkeys([column], ""), **EVIDENCE_ROW, "id": "second"})


@pytest.mark.parametrize("column", ["n", "value"])
@pytest.mark.parametrize("text", ["9" * 25, "9" * 4_400, "-" + "9" * 4_400], ids=["25", "4400", "minus"])
def test_a_number_that_no_column_can_hold_is_a_fault(project, column, text):
    project.change("doses", 1, **{column: text, "ci_low": "", "ci_high": "", "ci_kind": "", "statistic": "mean"})
    try:
        frame = table("doses")
    except TableError as error:
        assert all(len(str(finding)) < 500 for finding in error.findings)
    else:
        assert column == "value" and frame["value"][1] == float(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=40))
def test_a_note_without_a_finding_reaches_the_frame_unchanged(project, text):
    project.change("doses", 1, note=text)
    checked = check_table("doses", None, TODAY)
    if not checked.findings:
        assert table("doses")["note"][1] == text


def test_ten_thousand_rows_take_seconds_and_ten_times_as_many_no_more_than_that_each(project):
    def seconds(rows: int) -> float:
        project.table("doses", *({**EVIDENCE_ROW, "id": f"row-{i}"} for i in range(rows)))
        start = time.perf_counter()
        checked = check_table("doses", ["Soria2018"], TODAY)
        took = time.perf_counter() - start
        assert len(checked.rows) == rows and not checked.findings
        return took

    small, large = seconds(1_000), seconds(10_000)
    assert large < 5
    # Linear is ten times; quadratic would be a hundred. The rest is for a busy machine.
    assert large < 30 * max(small, 0.02)
