"""Numbers in the prose: a true minus sign, powers of ten written out, nothing that is not a number."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.show.numbers import format_number

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.46, "g", "0.46"),
        (-0.72, ".2f", "−0.72"),
        (1234567, ",d", "1,234,567"),
        (-1234.5, ",.0f", "−1,234"),
        (3e-9, ".1e", "3.0 × 10⁻⁹"),
        (2.5e12, ".1e", "2.5 × 10¹²"),
        (1e-7, "g", "1 × 10⁻⁷"),
        (0.0, "g", "0"),
        (99.5, ".0f", "100"),
        (np.float64(31.6), ".1f", "31.6"),
        (np.int64(556), "d", "556"),
    ],
)
def test_format(value, spec, text):
    assert format_number(value, spec) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="value"):
        format_number(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_can_be_read_back(value):
    text = format_number(value, ".17g")
    assert "-" not in text and "e" not in text
    mantissa, _, power = text.replace("−", "-").partition(" × 10")
    # The mantissa and the power are put together as text: multiplied they would round.
    assert float(f"{mantissa}e{power.translate(SUPERSCRIPTS) or 0}") == value


@given(st.integers(-(10**15), 10**15))
def test_integers_are_exact(value):
    text = format_number(value, ",d")
    assert int(text.replace(",", "").replace("−", "-")) == value
    assert all(len(group) == 3 for group in re.findall(r",(\d+)", text))


def test_a_fraction_is_not_cut_to_an_integer_in_silence():
    with pytest.raises(ValueError):
        format_number(2.7, "d")


def test_a_negative_that_rounds_to_zero_has_no_sign():
    assert format_number(-0.001, ".1f") == "0.0"
