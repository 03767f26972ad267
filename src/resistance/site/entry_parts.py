"""What the pages of entries, those below them and their lists share: names, trail, rows under their statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from resistance.evidence.index import Entry, Item
from resistance.evidence.sides import study_count
from resistance.evidence.vocabulary import INDEX
from resistance.site.entry_picture import UNPLACED, studies
from resistance.site.entry_rows import Pieces, statement

PLURAL = {"drugs": "Drugs and other treatments", "genes": "Genes", "cancers": "Cancers"}
_KINDS = {
    ("drugs", "class"): "class",
    ("genes", "group"): "group of genes",
    ("cancers", "group"): "group of cancers",
}

_OWN = {"drugs": "drug", "genes": "gene", "cancers": "cancer"}


@dataclass(frozen=True)
class Page:
    """A page that no document has: its name, what its head says, and its text as HTML."""

    name: str  # below the site's root, without suffix
    title: str
    description: str
    body: str


def kind_of(entry: Entry) -> str:
    """What an entry is, in words: drug, class of treatment, regimen, gene, cancer …"""
    row_kind = str(entry.row.get("kind") or "")
    return _KINDS.get((entry.kind, row_kind)) or (row_kind if row_kind == "regimen" else _OWN[entry.kind])


def plural(count: int, word: str, words: str = "") -> str:
    """``1 row``, ``2 rows``; ``words`` where the plural is not made by an s."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def trail(pieces: Pieces, kind: str, words: str = "", entry: Entry | None = None) -> str:
    """Where the page stands: contents, kind, entry; without words of its own it is the list of the kind."""
    links = [pieces.link("index.html", "Contents")]
    links += [pieces.link(f"{kind}/{INDEX}.html", PLURAL[kind])] if words else []
    links += [pieces.link(entry.address, entry.name)] if entry else []
    words = words or PLURAL[kind]
    steps = "".join(f"<li>{link}</li>" for link in links)
    return (
        f'<nav class="trail" aria-label="Breadcrumb"><ol>{steps}<li aria-current="page">{escape(words)}</li></ol></nav>'
    )


def rows_under_statements(pieces: Pieces, entry: Entry, items: Sequence[Item]) -> str:
    """Rows under the statement that their direction refers to, the group with the strongest row first."""
    tables: dict[str, list[Item]] = {}
    for item in items:
        tables.setdefault(item.table, []).append(item)
    parts = []
    for rows in tables.values():
        listed = "".join(pieces.item(item, entry) for item in rows)
        chapter = rows[0].chapter and f" {pieces.page('chapters/' + rows[0].chapter)}"
        count = study_count(len(studies(rows)))
        parts.append(
            f'<p class="statement">Statement: <q>{escape(statement(rows[0].schema))}</q> '
            f'<span class="n">{count} ·{chapter}</span></p><ul class="entry-rows">{listed}</ul>'
        )
    return "".join(parts)


def capital(mechanism: str) -> str:
    words = "Not on the map" if mechanism == UNPLACED else mechanism
    return escape(words[:1].upper() + words[1:])
