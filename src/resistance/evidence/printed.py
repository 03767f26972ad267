"""How numbers of a table are printed: as the source reports them, with a true minus sign and grouped digits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

MINUS = "−"
_NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>\d*)(?P<part>\.\d+)?(?:[eE](?P<power>[+-]?\d+))?")
_POWER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPEC = re.compile(r",?(\.\d{1,2})?[fg%]|,?d")
# What n counts, as it stands behind the number; "group" needs no word: these are those whom the row describes.
_COUNTED = {"group": "", "both arms": ", both arms", "whole study": ", whole study"}
FIGURES = ("value", "published")  # columns that hold a row's figure


def is_number(text: str) -> bool:
    """Whether a cell's text is one number."""
    match = _NUMBER.fullmatch(text)
    return bool(match and (match["whole"] or match["part"]))


def printed(text: str) -> str:
    """A number's text as it is printed: nothing is rounded, no digit is lost.

    >>> printed("-0.50"), printed("12500"), printed("1.5e-9")
    ('−0.50', '12,500', '1.5 × 10⁻⁹')
    """
    match = _NUMBER.fullmatch(text)
    if match is None or not is_number(text):
        return text
    whole = match["whole"] or "0"
    grouped = f"{int(whole):,}" if len(whole) > 4 else whole
    power = f" × 10{str(int(match['power'])).translate(_POWER)}" if match["power"] else ""
    return f"{MINUS if match['sign'] else ''}{grouped}{match['part'] or ''}{power}"


def format_number(value: float, spec: str = "g") -> str:
    """``value`` in format ``spec`` with a true minus sign and powers of ten written out.

    >>> format_number(-1234.5, ",.0f")
    '−1,234'
    >>> format_number(3e-9, ".1e")
    '3.0 × 10⁻⁹'

    Raises
    ------
    ValueError
        If the value is not a finite number.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"value: {value!r} is not a finite number")
    if spec.endswith("d") and not number.is_integer():
        raise ValueError(f"value: {value!r} is not a whole number, which the format {spec!r} needs")
    text = format(int(number) if spec.endswith("d") else number, spec)
    if not any(digit in text for digit in "123456789"):
        text = text.replace("-", "")  # what rounds to zero has no sign
    mantissa, mark, exponent = text.partition("e")
    if mark:
        text = f"{mantissa} × 10{str(int(exponent)).translate(_POWER)}"
    return text.replace("-", MINUS)


def number_text(value: float) -> str:
    """A number without needless zeros, digits in groups of three from 10,000 upwards."""
    if isinstance(value, int) or float(value).is_integer():
        return format_number(value, ",d" if abs(value) >= 10_000 else "d")
    return format_number(value, ".10g")


def rounded(text: str, spec: str) -> str:
    """A number's text in a Python format such as ``.1f``, ``,d`` or ``.0%``.

    Raises
    ------
    ValueError
        If the text is no number, or the format is none of these.
    """
    if not is_number(text):
        raise ValueError(f"{text!r} is not a number, so it has no format")
    if not spec or not _SPEC.fullmatch(spec):
        raise ValueError(f"the format {spec!r} is not of the form .1f, .3g, ,d or .0%")
    return format_number(float(text), spec)


def cell_text(record: Mapping[str, Any], column: str) -> str:
    """A cell's text as it is printed, empty where the cell is: numbers as the source reports them.

    The text is that of the file where the record holds it (``_text``), else made from the typed value.
    """
    value = record.get(column)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = (record.get("_text") or {}).get(column)
    if isinstance(value, int | float):
        return number_text(value) if text is None else printed(text)
    return printed(str(value)) if column in FIGURES else str(value)


def with_unit(text: str, unit: str | None) -> str:
    """A number and its unit; a ratio has none."""
    if not unit or unit == "1":
        return text
    return text + (unit if unit == "%" else f" {unit}")


def point_text(record: Mapping[str, Any]) -> str:
    """The figure of a row without its interval: bound, value, unit."""
    column = next(name for name in FIGURES if name in record)
    return with_unit((record.get("qualifier") or "") + cell_text(record, column), record.get("unit"))


def interval_text(record: Mapping[str, Any]) -> str:
    """The bounds of a row's interval, ``0.61 to 0.98``; empty where it has none."""
    low, high = cell_text(record, "ci_low"), cell_text(record, "ci_high")
    return f"{low} to {high or 'not reached'}" if low else ""


def figure_text(record: Mapping[str, Any]) -> str:
    """The figure of a row as tables show it: bound, value, unit and interval."""
    interval = interval_text(record)
    return point_text(record) + (f" ({record['ci_kind']} {interval})" if interval else "")


def n_text(record: Mapping[str, Any]) -> str:
    """``n = 62, both arms``: the number behind a figure and what it counts; empty where there is none."""
    n, scope = cell_text(record, "n"), record.get("n_scope")
    if not n:
        return ""
    return f"n = {n}{_COUNTED.get(scope, f' {scope}') if scope else ''}"
