"""``show.evidence_map``: how many studies each page rests on, by level and direction; each mark leads to its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from resistance.evidence.cells import Row
from resistance.evidence.schema import TableSchema
from resistance.evidence.sides import study_count
from resistance.evidence.tables import evidence_tables
from resistance.show.figures import compose
from resistance.show.output import Output, check_text
from resistance.show.row_picture import text_layers
from resistance.show.rows import lines
from resistance.show.theme import DIRECTIONS, direction_channels
from resistance.show.words import listed

LEVELS = {"A": "validated", "B": "clinical", "C": "case study", "D": "preclinical", "E": "inferential"}
PAGE = "#page-"  # a mark's address until the site knows the page's
_HEAD = 32.0  # px of a part's heading
_LARGEST = 330.0  # px² of the mark with the most studies

Text = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """Studies and rows of one page, level and direction."""

    page: str
    level: str
    direction: str
    names: frozenset[str]  # of the studies
    rows: int

    @property
    def studies(self) -> int:
        """How many studies."""
        return len(self.names)


@dataclass(frozen=True)
class _Layout:
    """Places in px; names stand beside the marks, or above them in a narrow window."""

    names: int  # width of the names' column
    column: int  # of one level
    row: int
    characters: int


_WIDE = _Layout(names=190, column=104, row=46, characters=26)
_NARROW = _Layout(names=0, column=66, row=62, characters=48)


def counted_cells(tables: Iterable[tuple[TableSchema, Sequence[Row]]], part: str = "mechanisms/") -> list[Cell]:
    """Studies by page, level and direction, of the evidence tables of one part of the book, or of all (``""``)."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for schema, rows in tables:
        for page in schema.chapters if schema.evidence else ():
            if page.startswith(part):
                for row in rows:
                    found.setdefault((page, row["level"], row["direction"]), []).append(row)
    return [
        Cell(*key, names=frozenset(row["study"] for row in rows), rows=len(rows)) for key, rows in sorted(found.items())
    ]


def evidence_map(
    *,
    anchor: str,
    finding: str,
    caption: str,
    cells: Sequence[Cell] | None = None,
    titles: Mapping[str, str] | None = None,
    parts: Mapping[str, str] | None = None,
    alt: str = "",
) -> Output:
    """Map of parts of the book: a row a page, a column a level, a mark a direction; area and number are studies.

    Parameters
    ----------
    anchor, finding, caption : as of ``show_figure``; the finding is required
    cells : from :func:`counted_cells`; by default of all tables of the mechanisms
    titles : titles of the pages, in the order of the picture; by default made from their names, the page with most
        studies first
    parts : heading under which each page stands, in the order of ``titles``; by default there are none
    alt : what is to be said beside the first description

    Raises
    ------
    TableError
        If a table has faults.
    ValueError
        If there is nothing to show.
    """
    check_text("finding", finding, 10)
    shown = list(counted_cells(evidence_tables()) if cells is None else cells)
    if not shown:
        raise ValueError("evidence_map: no table of this part has rows")
    named = {page: title for page, title in (titles or _titles(shown)).items() if any(c.page == page for c in shown)}
    shown = sorted(
        (cell for cell in shown if cell.page in named),
        key=lambda c: (list(named).index(c.page), c.level, DIRECTIONS.index(c.direction)),
    )
    heads = _heads(named, parts or {})
    return compose(
        _chart(shown, named, heads, _WIDE),
        narrow=_chart(shown, named, heads, _NARROW),
        anchor=anchor,
        finding=finding,
        caption=caption,
        alt=f"{_words(shown, named, heads)} {alt}",
        data=pd.DataFrame(
            [
                {"page": c.page, "level": c.level, "direction": c.direction, "studies": c.studies, "rows": c.rows}
                for c in shown
            ]
        ),
        more={"pages": list(named), "roles": {"page": "page"}},
    )


def _titles(cells: Sequence[Cell]) -> dict[str, str]:
    """Names of pages in words, those with most studies first."""
    order = sorted(
        {cell.page for cell in cells}, key=lambda page: (-_studies(c for c in cells if c.page == page), page)
    )
    return {page: page_title(page) for page in order}


def _heads(titles: Mapping[str, str], parts: Mapping[str, str]) -> dict[str, str]:
    """Heading above the first page of each part, by page; none where all pages are of one part."""
    first: dict[str, str] = {}
    for page in titles:
        if part := parts.get(page, ""):
            first.setdefault(part, page)
    return {page: part for part, page in first.items()} if len(first) > 1 else {}


def _studies(cells: Iterable[Cell]) -> int:
    """Studies of several cells, each counted once."""
    return len(frozenset().union(*(cell.names for cell in cells)))


def page_title(page: str) -> str:
    """A page's name in words: ``mechanisms/noncoding-rna`` is ``Non-coding RNA``."""
    words = page.rpartition("/")[2].replace("noncoding", "non-coding").split("-")
    words = ["DNA" if w == "dna" else "RNA" if w == "rna" else w for w in words]
    text = "-".join(words[:2]) + " " + " ".join(words[2:]) if words[:1] == ["non"] else " ".join(words)
    return text[:1].upper() + text[1:]


def _chart(cells: Sequence[Cell], titles: Mapping[str, str], heads: Mapping[str, str], layout: _Layout) -> Any:
    import altair as alt

    marks, texts, height = _placed(cells, titles, heads, layout)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    x = alt.X("at:Q", scale=None, axis=None)
    width = layout.names + layout.column * len(LEVELS)
    above = 12 if layout.names else 2
    tops = [{"at": 0, "end": width, "y": text["y"] - above} for text in texts if text.get("page")]
    between = alt.Chart(alt.Data(values=tops)).mark_rule(aria=False, opacity=0.25, strokeWidth=1)
    points = alt.Chart(alt.Data(values=marks)).mark_point(filled=True, opacity=1)
    layers = [
        between.encode(x=x, x2="end:Q", y=y),
        points.encode(
            x=x,
            y=y,
            size=alt.Size("area:Q", scale=None, legend=None),
            href="link:N",
            description="words:N",
            tooltip=[alt.Tooltip("words:N", title="Studies")],
            **direction_channels("The studies and their tables' statements"),
        ),
        *text_layers(texts, y),
    ]
    return alt.layer(*layers).properties(width=width, height=height).configure_view(stroke=None)


def _placed(
    cells: Sequence[Cell], titles: Mapping[str, str], heads: Mapping[str, str], layout: _Layout
) -> tuple[list[dict[str, Any]], list[Text], float]:
    """Marks and texts with their places, and the height of all."""
    texts: list[Text] = []
    for index, (letter, word) in enumerate(LEVELS.items()):
        at = layout.names + index * layout.column + layout.column / 2
        texts.append({"at": at, "y": 2, "text": letter, "style": "middle"})
        texts.append({"at": at, "y": 19, "text": word, "style": "small"})
    tops: dict[str, float] = {}
    height = 44.0
    for page, title in titles.items():
        if page in heads:
            texts.append({"at": 0, "y": height + 8, "text": heads[page], "style": "heading", "part": True})
            height += _HEAD
        tops[page] = height
        height += layout.row
        name = "|".join(lines(title, layout.characters))
        texts.append(
            {"at": 0, "y": tops[page] + (12 if layout.names else 2), "text": name, "style": "bold", "page": True}
        )
    most = max(cell.studies for cell in cells)
    marks = []
    for cell in cells:
        third = layout.column / 3
        at = (
            layout.names
            + list(LEVELS).index(cell.level) * layout.column
            + third * (DIRECTIONS.index(cell.direction) + 0.5)
        )
        top = tops[cell.page] + (6 if layout.names else 22)
        area = max(26.0, min(_LARGEST, (third - 4) ** 2) * cell.studies / most)
        studies = study_count(cell.studies)
        marks.append(
            {
                "at": at,
                "y": top + 9,
                "area": round(area, 1),
                "direction": cell.direction,
                "link": PAGE + cell.page,
                "words": f"{titles[cell.page]}, level {cell.level}, {cell.direction}: {studies}",
            }
        )
        texts.append({"at": at, "y": top + 21, "text": str(cell.studies), "style": "count"})
    return marks, texts, height


def _words(cells: Sequence[Cell], titles: Mapping[str, str], heads: Mapping[str, str]) -> str:
    """First description: what the map is, and for each page its levels and directions."""
    parts = []
    for page, title in titles.items():
        own = [cell for cell in cells if cell.page == page]
        levels = [f"{letter} {n}" for letter in LEVELS if (n := _studies(c for c in own if c.level == letter))]
        against = _studies(c for c in own if c.direction != "supports")
        head = f"{heads[page]}. " if page in heads else ""
        parts.append(
            f"{head}{title}: {listed(levels)}, and {against} with figures that do not support, or only in part"
        )
    return (
        f"Map of the studies behind {len(titles)} pages: a row a page, a column a level from A to E, a mark a "
        f"direction, larger for more studies. Studies by level. {'; '.join(parts)}."
    )
