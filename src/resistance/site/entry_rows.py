"""A row, a claim and a sentence as the pages of entries show them: HTML, made once for all pages of a depth.

The pages are made from the data alone, without Sphinx's documents, so that hundreds of them cost a build little.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from resistance.evidence.cells import Row, split_list
from resistance.evidence.index import Entry, Item
from resistance.evidence.schema import TableSchema
from resistance.evidence.sides import study_count
from resistance.site import claim_cards, claims, data, letters, row_links
from resistance.site.cells import DIRECTIONS, LEVELS, role_to_tell
from resistance.site.citations import FLAGGED, index_anchor, status_classes, status_of
from resistance.site.entry_picture import mark
from resistance.site.row_cards import about
from resistance.site.sentences import Said

# Columns in which a drug stands that both sides of a comparison received: the figure is not of it.
_BESIDE = frozenset({"backbone", "partner"})
SECTIONS = 60  # of chapters that a page names
_SIDES = {"For": ("needs", "adds"), "Against": ("against",)}


class Pieces:
    """Links and pieces of pages that stand ``depth`` folders below the site's root.

    Parameters
    ----------
    app : Sphinx application, for where rows and claims stand
    depth : of the pages
    """

    def __init__(self, app: Any, depth: int):
        self.builder, self.env = app.builder, app.env
        self.up = "../" * depth
        self._here = "x/" * depth + "x"  # any page of this depth
        self._rows: dict[str, str] = {}
        self._claims: dict[str, str] = {}

    # --- links ---

    def link(self, address: str, words: str, kind: str = "") -> str:
        """A link to an address below the site's root."""
        classes = f' class="{kind}"' if kind else ""
        return f'<a{classes} href="{escape(self.up + address, quote=True)}">{escape(words)}</a>'

    def entry(self, entry: Entry, words: str = "") -> str:
        """A link to the page of an entry; plain words where it lists no row and so has none."""
        if not data.current().index.rows_of(entry):
            return escape(words or entry.name)
        return self.link(entry.address, words or entry.name)

    def page(self, docname: str, anchor: str = "", words: str = "") -> str:
        """A link to a page of the book, by its title unless there are other words."""
        title = self.env.titles[docname].astext() if docname in self.env.titles else docname
        return self.link(f"{docname}.html{'#' if anchor else ''}{anchor}", words or title)

    def row(self, ref: str, words: str) -> str:
        """A link to a row where it stands in a table; plain words where no page shows it."""
        address = row_links.address(self.builder, self._here, ref)
        return f'<a href="{escape(address, quote=True)}">{escape(words)}</a>' if address else escape(words)

    def work(self, row: Row) -> str:
        """The study's short name as a link to the work that was read, with its status if it is under a notice."""
        key, status = row["source"], status_of(row["source"])
        page = letters.page_of(key) if data.current().printed(key) else ""
        link = self.link(f"{page}.html#{index_anchor(key)}", row["label"]) if page in self.env.found_docs else ""
        flag = f' <span class="{" ".join(status_classes(status))}">{status}</span>' if status in FLAGGED else ""
        return (link or escape(row["label"])) + flag

    # --- pieces ---

    def item(self, item: Item, entry: Entry) -> str:
        """A row: study, what was measured, figure, n and what n counts, in whom, its grade, and a link to its table."""
        if item.ref not in self._rows:
            self._rows[item.ref] = self._item(item)
        columns = [c for name in (entry.name, *entry.covers) for c in item.named.get(entry.kind, {}).get(name, ())]
        beside = columns and _BESIDE.issuperset(columns)
        return self._rows[item.ref].replace("\0", " · given in both arms" if beside else "")

    def _item(self, item: Item) -> str:
        row = item.row
        counted = f' <span class="n">{escape(item.counted)}</span>' if item.counted else ""
        role = f" · {role_to_tell(row)}" if role_to_tell(row) else ""
        words = escape(about(item.schema, row))
        return (
            f'<li id="{row_links.anchor(item.table, row["id"])}"><div class="grade">{grade(row)}</div>'
            f"<p>{self.work(row)}: {escape(row['measure'])}: <strong>{escape(item.figure)}</strong>{counted}</p>"
            f'<p class="about">{words}{role}\0 · {self.row(item.ref, "row in its table")}</p></li>'
        )

    def claim(self, identifier: str) -> str:
        """A claim: its sentence, its badge, the studies on both sides, and why the balance falls so."""
        if identifier not in self._claims:
            self._claims[identifier] = self._claim(data.current().claims[identifier])
        return self._claims[identifier]

    def _claim(self, claim: Row) -> str:
        address = row_links.address(self.builder, self._here, f"{row_links.SAID}/{claim['id']}")
        badge = claims.badge_link(claim, address or f"{self.up}chapters/{claim['chapter']}.html")
        counted = claim_cards.sides_of(claim)
        sides = []
        for words, columns in _SIDES.items():
            named = self._studies(ref for column in columns for ref in split_list(claim[column]))
            number = counted.supporting if words == "For" else counted.against
            sides.append(f"<dt>{words}</dt><dd>{study_count(number)}{': ' if named else ''}{', '.join(named)}</dd>")
        balance = f"<dt>Balance</dt><dd>{escape(claim['balance'])}</dd>" if claim["balance"] else ""
        chapter = self.page(f"chapters/{claim['chapter']}")
        return (
            f'<li><p>{escape(claim["claim"])} {badge}</p><dl class="sides-of simple">{"".join(sides)}{balance}'
            f"<dt>Told in</dt><dd>{chapter}</dd></dl></li>"
        )

    def _studies(self, refs: Iterable[str]) -> list[str]:
        """Studies of rows, each once, as links to the first of their rows."""
        rows = data.current().evidence_rows
        first: dict[str, str] = {}
        for ref in refs:
            if ref in rows:
                first.setdefault(rows[ref]["study"], ref)
        return [self.row(ref, rows[ref]["label"]) for ref in first.values()]

    def said(self, sentences: list[Said], limit: int) -> str:
        """Sentences under a link to the section in which each stands; beyond a limit the sections alone."""
        sections: dict[tuple[str, str, str], list[str]] = {}
        for each in sentences:
            sections.setdefault((each.page, each.section, each.heading), []).append(each.text)
        lines, shown = [], 0
        for (page, anchor, heading), texts in list(sections.items())[:SECTIONS]:
            link = self.page(page, anchor, f"{self.env.titles[page].astext()}: {heading}")
            kept = texts[: max(0, limit - shown)]
            shown += len(kept)
            more = len(texts) - len(kept)
            rest = (
                f'<span class="more">{more} {"more " if kept else ""}sentence{"s" * (more > 1)}</span>' if more else ""
            )
            quoted = "".join(f"<p>{escape(text)}</p>" for text in kept)
            lines.append(f'<li><p class="from">{link} {rest}</p>{quoted}</li>')
        left = len(sections) - SECTIONS
        rest = f'<li><p class="from">and {left} more sections</p></li>' if left > 0 else ""
        return f'<ul class="said">{"".join(lines)}{rest}</ul>'


def grade(row: Row) -> str:
    """Mark and words of a direction, level and stars."""
    level, count = row["level"], row["confidence"]
    return (
        f"{mark(row['direction'])}<span>{DIRECTIONS[row['direction']]} {row['direction']}</span> "
        f'<span><span class="level level-{level.lower()}">{level}</span> {LEVELS[level]}</span> '
        f'<span class="stars" aria-hidden="true">{"★" * count}{"☆" * (5 - count)}</span>'
        f'<span class="visually-hidden">{count} of 5 stars</span>'
    )


def statement(schema: TableSchema) -> str:
    """What the direction of a table's rows refers to."""
    text = schema.statement or ""
    return text[:1].upper() + text[1:]
