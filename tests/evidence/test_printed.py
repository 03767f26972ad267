"""Numbers as they are printed: no digit lost, none added."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.evidence.printed import cell_text, is_number, n_text, printed, rounded, with_unit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.80", "0.80"), ("-0.5", "−0.5"), ("3012", "3012"), ("12500", "12,500"), ("1234567.50", "1,234,567.50"),
        ("1e-9", "1 × 10⁻⁹"), ("-2.50E+06", "−2.50 × 10⁶"), (".5", "0.5"), ("0", "0"), ("12 of 30", "12 of 30"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_number_keeps_its_digits(text, shown):
    assert printed(text) == shown
    assert is_number(text) == any(character.isdigit() for character in text) * (" " not in text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_what_is_printed_reads_back_as_the_same_number(value):
    text = format(value, "f")
    assert float(printed(text).replace("−", "-").replace(",", "")) == float(text)


@pytest.mark.parametrize("spec", ["", "s", ">9", "x", ".1", ".1f.2f", "0>30d", "999999999f", ".999f", ".1e"])
def test_a_format_that_is_none_is_refused(spec):
    with pytest.raises(ValueError, match="is not of the form"):
        rounded("2.25", spec)


@pytest.mark.parametrize(
    ("text", "spec", "shown"),
    [("2.25", ".1f", "2.2"), ("-0.04", ".1f", "0.0"), ("12500", ",d", "12,500"), ("0.0272", ".1%", "2.7%")],
)
def test_a_number_is_rounded(text, spec, shown):
    assert rounded(text, spec) == shown


def test_units_and_counts():
    assert [with_unit("5", unit) for unit in ("1", None, "%", "months")] == ["5", "5", "5%", "5 months"]
    assert n_text({"n": None, "n_scope": None}) == ""
    assert n_text({"n": 31, "n_scope": "group"}) == "n = 31"
    assert n_text({"n": 12500, "n_scope": "both arms"}) == "n = 12,500, both arms"
    assert n_text({"n": 7, "n_scope": "studies"}) == "n = 7 studies"


@pytest.mark.parametrize(
    ("record", "shown"), [({"a": True}, "yes"), ({"a": False}, "no"), ({"a": None}, ""), ({"a": "x"}, "x"), ({}, "")]
)
def test_other_cells(record, shown):
    assert cell_text(record, "a") == shown
