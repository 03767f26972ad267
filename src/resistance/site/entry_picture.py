"""The picture of an entry: its studies by mechanism, level and direction, as a table whose cells are marks.

A table is read by everybody: it has words for those who hear it, marks of three shapes for those who see no colours,
and lines that wrap on a phone. Shapes and colours are those of all charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import pi, sqrt

from resistance.evidence.index import Item
from resistance.evidence.sides import study_count
from resistance.evidence.strategies import MECHANISMS
from resistance.evidence.vocabulary import slug
from resistance.show.theme import DIRECTION_SHAPES, DIRECTIONS, MODES, direction_colours
from resistance.site.cells import LEVELS

_LARGEST, _SMALLEST = 18.0, 7.0  # px across: of the mark with the most studies, and of one that can still be seen
_DRAWN = {"circle": '<circle r="1"/>', "square": '<path d="M-.89-.89H.89V.89H-.89Z"/>'}
UNPLACED = "other"


def style() -> str:
    """Style of the marks in both modes; the dark one is for screens."""
    rules = [
        f".mark.{_kind(direction)} {{ fill: {colour}; }}"
        for direction, colour in zip(DIRECTIONS, direction_colours(MODES[0]), strict=True)
    ]
    pairs = list(zip(DIRECTIONS, direction_colours(MODES[1]), strict=True))
    dark = " ".join(f'body[data-theme="dark"] .mark.{_kind(name)} {{ fill: {colour}; }}' for name, colour in pairs)
    auto = " ".join(f'body[data-theme="auto"] .mark.{_kind(name)} {{ fill: {colour}; }}' for name, colour in pairs)
    rules.append(f"@media not print {{ {dark} @media (prefers-color-scheme: dark) {{ {auto} }} }}")
    return "\n".join(rules)


def _kind(direction: str) -> str:
    return direction.replace(" ", "-")


def mark(direction: str, size: float = 11) -> str:
    """The mark of a direction; words beside it say the same."""
    shape = DIRECTION_SHAPES[direction]
    drawn = _DRAWN.get(shape) or f'<path d="{shape}"/>'
    return (
        f'<svg class="mark {_kind(direction)}" width="{size:g}" height="{size:g}" viewBox="-1 -1 2 2" '
        f'aria-hidden="true">{drawn}</svg>'
    )


def by_mechanism(items: Sequence[Item]) -> dict[str, list[Item]]:
    """Rows by mechanism, in the order of the book."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.mechanism or UNPLACED, []).append(item)
    order = (*MECHANISMS, UNPLACED)
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)))


def studies(items: Sequence[Item]) -> set[str]:
    """Studies of rows; several rows of one study count once."""
    return {item.row["study"] for item in items}


def picture(items: Sequence[Item], name: str) -> str:
    """The table: a line a mechanism, a column a level, in each cell the studies of each direction.

    Parameters
    ----------
    items : rows of the entry
    name : of the entry, for the caption
    """
    groups = by_mechanism(items)
    levels = [level for level in LEVELS if any(item.row["level"] == level for item in items)]
    counts = {
        (mechanism, level, direction): len(
            {i.row["study"] for i in rows if (i.row["level"], i.row["direction"]) == (level, direction)}
        )
        for mechanism, rows in groups.items()
        for level in levels
        for direction in DIRECTIONS
    }
    most = max(counts.values(), default=1)
    head = "".join(f'<th scope="col">{level} <span>{LEVELS[level]}</span></th>' for level in levels)
    lines = []
    for mechanism, rows in groups.items():
        cells = "".join(f"<td>{_cell(counts, mechanism, level, most)}</td>" for level in levels)
        link = f'<a href="#{slug(mechanism)}">{escape(mechanism[:1].upper() + mechanism[1:])}</a>'
        words = study_count(len(studies(rows)))
        lines.append(f'<tr><th scope="row">{link} <span>{words}</span></th>{cells}</tr>')
    legend = " ".join(f"<span>{mark(direction)} {direction}</span>" for direction in DIRECTIONS)
    return (
        f'<figure class="entry-picture"><p id="picture-title">Studies on {escape(name)} by mechanism, level of '
        'evidence and direction. A larger mark stands for more studies.</p><div class="scroll">'
        f'<table aria-labelledby="picture-title"><thead><tr><th scope="col">Mechanism</th>{head}'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table></div><figcaption>{legend} — whether a figure speaks for "
        "the statement above its group of rows. A study with figures of two kinds counts in each.</figcaption></figure>"
    )


def _cell(counts: dict[tuple[str, str, str], int], mechanism: str, level: str, most: int) -> str:
    """Marks of a cell with their numbers; a dash that nobody hears where there is none."""
    found = [(direction, counts[mechanism, level, direction]) for direction in DIRECTIONS]
    tallies = "".join(
        f'<span class="tally">{mark(direction, _size(count, most))}<span class="visually-hidden">{direction}: </span>'
        f"{count}</span>"
        for direction, count in found
        if count
    )
    return tallies or '<span aria-hidden="true" class="empty">–</span>'


def _size(count: int, most: int) -> float:
    """Width of a mark whose area goes with the number of studies."""
    largest = pi * (_LARGEST / 2) ** 2
    return round(max(_SMALLEST, 2 * sqrt(largest * count / most / pi)), 1)
