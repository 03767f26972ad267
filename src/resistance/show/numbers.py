"""``show_number``: a number that a table or a model produced, for the prose."""

from __future__ import annotations

import math

_MINUS = "−"


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
        power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        text = f"{mantissa} × 10{power}"
    return text.replace("-", _MINUS)


def show_number(name: str, value: float | str, spec: str = "g") -> None:
    """Keep a number under ``name``; the prose inserts it with ``{glue:text}`name```.

    Parameters
    ----------
    name : str
        Unique on the page.
    value : number, or text such as ``"3 of 12"``
    spec : str
        Python format specification, for example ``".1f"`` or ``",d"``.
    """
    from myst_nb import glue

    text = value if isinstance(value, str) else format_number(value, spec)
    glue(name, text, display=False)
