"""First descriptions of pictures in full sentences, for readers who cannot see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from resistance.evidence.printed import format_number
from resistance.show.sliders import Slider
from resistance.show.sources import Source


def number_words(value: float) -> str:
    """A number as a reader says it: three significant digits, groups of three, powers of ten where it is far from one.

    >>> number_words(0.123456), number_words(12345678.0), number_words(0)
    ('0.123', '1.23 × 10⁷', '0')
    """
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        return format_number(value, ".2e")
    if size >= 1000:
        return format_number(float(f"{value:.3g}"), ",.0f")
    return format_number(value, ".3g")


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def course_words(source: Source, x: Mapping[str, Any], y: Mapping[str, Any]) -> str:
    """What a figure with sliders shows before they are moved."""
    values = source.from_model({c.name: c.start for c in source.controls})
    settings = listed([f"{c.label}: {_start(c)}" for c in source.controls])
    what = y.get("title") or "Values"
    numbers = {name: array for name, array in values.items() if array.dtype.kind not in "US"}
    if source.over is None:
        shown = listed(
            [f"{name} is {number_words(float(a[0]))}" for name, a in numbers.items() if np.isfinite(a[0])]
            or ["nothing"]
        )
        return f"{what} with sliders, before they are moved ({settings}): {shown}."
    name, points = source.over
    along = x.get("title") or name
    sentences = [s for s in (course(key, points, array, name) for key, array in numbers.items()) if s]
    head = f"Chart of {first_lower(what)} against {first_lower(along)}, before the sliders are moved ({settings})."
    return " ".join([head, *sentences])


def course(name: str, points: np.ndarray, values: np.ndarray, over: str) -> str:
    """Where a curve goes, in one sentence; empty if it has no finite value."""
    kept = np.isfinite(values)
    if not kept.any():
        return ""
    points, values = points[kept], values[kept]
    first, last = number_words(float(values[0])), number_words(float(values[-1]))
    if np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())):
        return f"{first_upper(name)} is {first} throughout."
    start, end = (number_words(float(points[i])) for i in (0, -1))
    along = "" if "_" in over else f"{over} "  # a name that is no word says nothing to who hears it
    text = f"{first_upper(name)} goes from {first} at {along}{start} to {last} at {end}"
    between = []
    for which, index in (("lowest", int(np.argmin(values))), ("highest", int(np.argmax(values)))):
        if 0 < index < len(values) - 1 and number_words(float(values[index])) not in (first, last):
            between.append(f"is {which}, {number_words(float(values[index]))}, at {number_words(float(points[index]))}")
    return f"{text}; it {listed(between)}." if between else f"{text}."


def _start(control: Any) -> str:
    return number_words(control.start) if isinstance(control, Slider) else str(control.start)


def first_lower(text: str) -> str:
    """The text with its first letter small, unless it begins with an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def first_upper(text: str) -> str:
    """The text with its first letter large, unless its first word is a name of its own way of writing.

    >>> first_upper("hazard ratio"), first_upper("miR-21"), first_upper("pO2"), first_upper("k")
    ('Hazard ratio', 'miR-21', 'pO2', 'k')
    """
    word = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if text[1:2].islower() and word[1:].islower() else text
