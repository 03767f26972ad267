"""Long tables go on below their page, so that every page stays light however many rows its tables get.

A page is weighed as it is read. If it would be too heavy, the tables by which it gains most keep their first rows, and
the others stand on pages of their own beside it (``…/targeting-tbl-microenvironment-trials-2.html``), with the same
columns and tools. Nothing else changes: the rows stay in the document, links lead to where a row stands, the downloads
and the editions have them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from resistance.site import row_links, used
from resistance.site.entries import navigation
from resistance.site.nodes import evidence_row, evidence_table

ROOM = 475_000  # bytes of a page: what is weighed may be five per cent wrong, and 500,000 are too many
PART = 400_000  # bytes of the rows on a page of their own
STEP = 20  # rows: so many more or fewer stay, so that a changed word does not move a row to another address
LEAST = 8  # rows that always stay
_LOCAL = re.compile(r'href="#([^"]+)"')

# Bytes of HTML for each node besides its text and addresses, fitted to the book: within about 5% of each chapter.
_FRAME, _TEXT, _WORK, _CARD, _OTHER = 25_900, 0.62, 660, 1_500, 64
_BYTES = {
    "claim_badge": 381,
    "claim_card": 466,
    "drawn": 25,
    "evidence_cell": 9,
    "evidence_row": 188,
    "image": 1_800,
    "inline": 48,
    "math": 1_230,
    "paragraph": 127,
    "pending_xref": 35,
    "reference": 55,
    "row_link": 0,
    "section": 279,
    "strong": 101,
}
_ADDRESSES = {"refuri": 1.1, "ref": 1.1, "refid": 3.0}  # bytes for each of their letters


def weight(node: nodes.Node) -> float:
    """About how many bytes of HTML a node becomes, with what is in it."""
    return sum(
        _TEXT * len(part.encode()) if isinstance(part, nodes.Text) else _of_element(part) for part in node.findall()
    )


def _of_element(part: nodes.Element) -> float:
    addresses = sum(each * len(part.get(name) or "") for name, each in _ADDRESSES.items())
    return _BYTES.get(type(part).__name__, _OTHER) + addresses


def rows_kept(tables: Sequence[Sequence[float]], excess: float) -> list[int]:
    """How many of its first rows each table keeps, so that ``excess`` bytes go.

    Of the table that gains most by each row the last ones go, and so on. One that gains nothing, or is short, stays.
    The next step alone does not decide: the last rows may all be quoted and leave cards as heavy, those before not.

    Parameters
    ----------
    tables : bytes that the page loses with each row of each table, negative where it would grow
    excess : bytes that the page is too heavy by; nothing goes if it is not positive
    """
    kept = [len(rows) for rows in tables]
    while excess > 0:
        gains = [
            {less: sum(rows[less:n]) for less in _shorter(n)} if len(rows) > STEP else {}
            for rows, n in zip(tables, kept, strict=True)
        ]
        by_row = [
            (gain / (kept[table] - less), table, less) for table, of in enumerate(gains) for less, gain in of.items()
        ]
        best, table, less = max(by_row, default=(0.0, 0, 0))
        if best <= 0:
            break
        less = max((n for n, gain in gains[table].items() if gain >= excess), default=less)
        excess -= gains[table][less]
        kept[table] = less
    return kept


def _shorter(number: int) -> list[int]:
    """The lengths to which a table of ``number`` rows can be cut: by steps, and to the least."""
    return [n for n in (LEAST, *range(STEP, number, STEP)) if n < number]


def pieces(rows: Sequence[float], first: int) -> list[tuple[int, int]]:
    """Where the rows from ``first`` on are cut into pages: begin and end of each, as of a slice."""
    cuts, total = [first], 0.0
    for position in range(first, len(rows)):
        if total + rows[position] > PART and position > cuts[-1]:
            cuts.append(position)
            total = 0.0
        total += rows[position]
    return list(zip(cuts, [*cuts[1:], len(rows)], strict=True)) if first < len(rows) else []


class ContinueTablesTransform(SphinxTransform):
    """Marks which rows of each table stand on which page beside this one."""

    default_priority = 855  # the whole text is there; before the cards of rows, which depend on where a row stands

    def apply(self, **kwargs: Any) -> None:
        """Give each table its ``parts`` (page, begin, end) and note where their rows stand."""
        tables = [table for table in self.document.findall(evidence_table) if table["numbered"]]
        if sum(len(table) for table in tables) <= LEAST:
            return
        rows = [[row for row in table if isinstance(row, evidence_row)] for table in tables]
        weights = [[weight(row) for row in some] for some in rows]
        numbers = {link["ref"] for link in self.document.findall(row_links.row_link) if link["number"]}
        # A row that goes leaves its card behind if a number of the text comes from it.
        gains = [
            [heavy - _CARD * (row.get("ref") in numbers) for row, heavy in zip(some, of, strict=True)]
            for some, of in zip(rows, weights, strict=True)
        ]
        to_come = _CARD * len(numbers - row_links.shown_here(self.env)) + self._works()
        kept = rows_kept(gains, _FRAME + weight(self.document) + to_come - ROOM)
        for table, some, heavy, first in zip(tables, rows, weights, kept, strict=True):
            table["parts"] = []
            for number, (begin, end) in enumerate(pieces(heavy, first), start=2):
                page = f"{self.env.docname}-{table['anchor']}-{number}"
                table["parts"].append((page, begin, end))
                row_links.move(self.env, [row["ref"] for row in some[begin:end] if row.get("ref")], page)

    def _works(self) -> float:
        """Bytes of the list of works, which comes later."""
        listed = self.env.docname in self.env.get_domain("cite").lists
        return _WORK * len(used.keys(self.env, self.env.docname, "work")) if listed else 0


def names(env: Any) -> list[str]:
    """Names of the pages, without suffix, on which tables go on."""
    return sorted(page for name in env.found_docs for page in row_links.pages_below(env, name))


def write(translator: Any, page: str, node: evidence_table, title: str, shown: str) -> None:
    """Write the page on which a table goes on.

    Parameters
    ----------
    translator : that writes the page to which the table belongs
    page : name of the new page, in the same folder
    title : of the new page
    shown : the table with its rows as HTML, whose links are those of the page to which it belongs
    """
    builder = translator.builder
    home = builder.current_docname
    there = set(re.findall(r'\sid="([^"]+)"', shown))
    up = builder.get_relative_uri(page, home)

    def led(link: re.Match[str]) -> str:
        return link[0] if link[1] in there else f'href="{up}#{link[1]}"'

    chapter = escape(builder.env.titles[home].astext())
    trail = (
        f'<nav class="trail" aria-label="Breadcrumb"><ol><li><a href="{builder.get_relative_uri(page, "index")}">'
        f'Contents</a></li><li><a href="{up}#{node["anchor"]}">{chapter}</a></li>'
        f'<li aria-current="page">{escape(title)}</li></ol></nav>'
    )
    body = f"{trail}<h1>{chapter}: {escape(title)}</h1>\n{_LOCAL.sub(led, shown)}"
    context = {
        "title": f"{chapter}: {escape(title)}",
        "body": body,
        "generated": f"{builder.env.titles[home].astext()}: {title} of the evidence, with figures, grades and sources.",
        "toctree": navigation(builder.app, page.count("/")),
    }
    builder.handle_page(page, context, "page.html")


def setup(app: Any) -> None:
    """Register the weighing of pages."""
    app.add_transform(ContinueTablesTransform)
