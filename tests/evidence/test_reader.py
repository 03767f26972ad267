"""The reader gives back what the file holds, with the line of every record."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resistance.evidence.reader import read_raw

# All that a CSV file in UTF-8 with LF line ends can hold: no surrogate has bytes, CR is a line end, and control
# characters are refused.
CONTROLS = "".join(map(chr, [*range(9), *range(11, 32), 127]))
CELL = st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS), max_size=20)
RECORDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6)
)


def as_csv(records: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(records)
    return out.getvalue()


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("reader") / "table.csv"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS)
def test_any_text_comes_back(file, records):
    header = [f"column-{i}" for i in range(len(records[0]))]
    file.write_bytes(as_csv([header, *records]).encode())
    table = read_raw(file)
    assert table.findings == []
    assert table.header == header
    assert [record.cells for record in table.records] == records


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS)
def test_each_record_knows_the_line_on_which_it_begins(file, records):
    header = [f"column-{i}" for i in range(len(records[0]))]
    file.write_bytes(as_csv([header, *records]).encode())
    before = [as_csv([header, *records[:i]]) for i in range(len(records))]
    assert [record.line for record in read_raw(file).records] == [text.count("\n") + 1 for text in before]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_no_bytes_raise(file, data):
    file.write_bytes(data)
    table = read_raw(file)
    assert table.header or table.findings
    assert all(record.cells for record in table.records)


def test_lines_after_quoted_cells_and_blank_lines(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('a,b\n1,"two\nlines"\n\n2,"a ""quoted"" word"\n"three\n\nlines",3\n4,4\n', encoding="utf-8")
    table = read_raw(path)
    assert [(r.line, r.cells) for r in table.records] == [
        (2, ["1", "two\nlines"]),
        (5, ["2", 'a "quoted" word']),
        (6, ["three\n\nlines", "3"]),
        (9, ["4", "4"]),
    ]


def test_a_file_without_a_last_line_end_is_whole(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n1,2")
    assert [r.cells for r in read_raw(path).records] == [["1", "2"]]


def test_latin_1_names_line_and_byte(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("a,b\n1,2\n3,\u00c5ngström\n".encode("latin-1"))
    table = read_raw(path)
    assert table.records == []
    assert [(f.code, f.line) for f in table.findings] == [("EVI001", 3)]
    assert "0xc5" in table.findings[0].message


def test_mark_and_line_ends_are_reported_together_and_the_rest_is_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    table = read_raw(path)
    assert [f.code for f in table.findings] == ["EVI002", "EVI003"]
    assert table.header == ["a", "b"]
    assert [(r.line, r.cells) for r in table.records] == [(2, ["1", "2"])]


def test_an_open_quote_is_reported_where_its_record_begins(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('a,b\n1,2\n3,"four\n5,6\n7,8\n', encoding="utf-8")
    assert [(f.code, f.line) for f in read_raw(path).findings] == [("EVI009", 3)]


def test_nothing_is_written_to_the_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xef\xbb\xbfa\r\n1\r\n")
    before = path.read_bytes(), path.stat().st_mtime_ns
    read_raw(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
