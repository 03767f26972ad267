"""Figures taller than a page are shown in several pictures, cut between two rows of what they show."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

__all__ = ["cuts"]

_SVG = "{http://www.w3.org/2000/svg}"
_MOVE = re.compile(r"translate\(\s*([-\d.]+)[ ,]+([-\d.]+)")
_ABOVE, _BELOW = 11, 4  # how far a line of text of the figures reaches above and below its base line
_MARK = 6  # half of a mark's height


@cache
def cuts(path: Path, longest: int) -> tuple[tuple[int, int], ...]:
    """Where to cut an SVG: top and bottom of each piece in its own units, none longer than ``longest``.

    A cut is in the last wide gap without text or marks in the last third of a piece; grid lines may be cut.
    """
    root = ElementTree.parse(path).getroot()
    height = round(float(root.get("height", "0")))
    if height <= longest:
        return ((0, height),)
    taken = [False] * (height + 1)
    _take(root, 0.0, taken)
    pieces, top = [], 0
    while height - top > longest:
        cut = _last_gap(taken, top + 2 * longest // 3, top + longest)
        pieces.append((top, cut))
        top = cut
    return (*pieces, (top, height))


def _take(element: ElementTree.Element, y: float, taken: list[bool]) -> None:
    """Note the heights at which there is text or a mark."""
    if found := _MOVE.search(element.get("transform", "")):
        y += float(found[2])
    if element.tag == f"{_SVG}text":
        lines = [float(span.get("dy", "0")) for span in element.iter(f"{_SVG}tspan")] or [0.0]
        _note(taken, y - _ABOVE, y + sum(lines) + _BELOW)
    elif element.tag == f"{_SVG}path" and "translate" in element.get("transform", ""):
        _note(taken, y - _MARK, y + _MARK)
    for child in element:
        _take(child, y, taken)


def _note(taken: list[bool], low: float, high: float) -> None:
    for height in range(max(0, round(low)), min(len(taken), round(high) + 1)):
        taken[height] = True


def _last_gap(taken: list[bool], first: int, last: int) -> int:
    """Middle of the last free run that is nearly as long as the longest; the last height if there is none."""
    runs, begin = [], None
    for height in range(first, last + 1):
        if taken[height] or height == last:
            if begin is not None:
                runs.append((begin, height))
            begin = None
        elif begin is None:
            begin = height
    longest = max((end - begin for begin, end in runs), default=0)
    wide = [(begin, end) for begin, end in runs if end - begin >= 0.75 * longest]
    return sum(wide[-1]) // 2 if wide else last
