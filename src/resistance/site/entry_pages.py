"""The page of a drug, gene or cancer: what it is, its studies its claims and rows, and where the book tells of it.

A page with very many rows or claims keeps the strongest of each mechanism and has pages below it that hold all, so that
every page stays light however much is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from html import escape
from typing import Any

from resistance.evidence.cells import Row, split_list
from resistance.evidence.index import Entry, Item
from resistance.evidence.sides import study_count
from resistance.evidence.vocabulary import INDEX, slug
from resistance.site import data
from resistance.site.entry_parts import Page, capital, kind_of, plural, rows_under_statements, trail
from resistance.site.entry_picture import by_mechanism, picture, studies
from resistance.site.entry_rows import Pieces
from resistance.site.sentences import Said

ONE_PAGE = 150  # rows of an entry that stand on its page itself
STRONGEST = 10  # rows of a mechanism that stand there if there are more, and the others on a page of their own
PART = 300  # rows of such a page
CLAIMS_ON_PAGE, CLAIMS_FIRST, CLAIMS_PART = 60, 25, 200
SENTENCES = 25  # that a page quotes
NAMED = 12  # entries, or numbers of a model, that a line names before it counts
_WORD = re.compile(r"\w+")


class EntryPages:
    """Pages of one entry.

    Parameters
    ----------
    entry : with its rows
    pieces : by depth, 1 for the page itself and 2 for those below it
    said : sentences of the chapters that name it
    models : parameters and checks of models that name it, by chapter and code of the model
    """

    def __init__(
        self,
        entry: Entry,
        pieces: Callable[[int], Pieces],
        said: Sequence[Said],
        models: dict[tuple[str, str], list[tuple[str, Row]]],
    ):
        self.entry, self.said, self.models = entry, said, models
        self.near, self._pieces = pieces(1), pieces
        self.index = data.current().index
        self.items = self.index.rows_of(entry)
        self.groups = by_mechanism(self.items)
        self.claims = self._claims_in_order()
        self.name = entry.address.removesuffix(".html")

    def pages(self) -> Iterator[Page]:
        """The entry's own page, then those below it."""
        kind = kind_of(self.entry)
        counted = f"{plural(len(studies(self.items)), 'study', 'studies')} and {plural(len(self.items), 'row')}"
        sections = [
            self._head(),
            f'<section id="studies"><h2>Studies at a glance</h2>{picture(self._findings(), self.entry.name)}</section>',
            self._claims(),
            self._evidence(),
            self._chapters(),
            self._models(),
        ]
        description = (
            f"{self.entry.name}, {kind}: {counted} of graded evidence on drug resistance in cancer, for and against."
        )
        yield Page(self.name, f"{self.entry.name} ({kind})", description, "\n".join(filter(None, sections)))
        yield from self._parts()

    def _findings(self) -> list[Item]:
        """Rows but control arms, which are no findings of their own."""
        return [item for item in self.items if item.row["role"] != "control arm"] or self.items

    def _claims_in_order(self) -> list[str]:
        """Claims that name the entry first, then the strongest."""
        rows = data.current().claims
        names = [_words(name, self.entry.kind) for name in self.entry.names]

        def order(identifier: str) -> tuple[bool, str, int, str]:
            claim = rows[identifier]
            text = _words(claim["claim"], self.entry.kind)
            return not any(name in text for name in names), claim["level"], -claim["confidence"], identifier

        return sorted(self.index.claims_of(self.entry), key=order)

    # --- what it is ---

    def _head(self) -> str:
        years = [item.year for item in self.items if item.year]
        newest = f", the newest of {max(years)}" if years else ""
        lead = (
            f"{study_count(len(studies(self.items)))} with {plural(len(self.items), 'row')} of evidence"
            f"{newest}; {plural(len(self.claims), 'claim')}."
        )
        facts = "".join(f"<div><dt>{title}</dt><dd>{text}</dd></div>" for title, text in self._facts() if text)
        return (
            f"{trail(self.near, self.entry.kind, self.entry.name)}<h1>{escape(self.entry.name)}</h1>"
            f'<p class="entry-lead">{kind_of(self.entry).capitalize()}. {lead}</p>'
            f'<dl class="facts simple entry-facts">{facts}</dl>'
            '<p class="advice">For education and research; not medical advice.</p>'
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        row = self.entry.row
        yield "Also called", escape(", ".join(self.entry.names[1:]))
        yield "Full name", escape(row.get("full_name") or "")
        yield "Class", self._named("drugs", split_list(row.get("class")))
        yield "Drugs in it", self._named("drugs", split_list(row.get("parts")))
        yield "Targets", self._named("genes", split_list(row.get("target")))
        if self.entry.kind == "genes":
            against = [entry.name for entry in self.index.against(self.entry.name)]
            yield "Drugs that act on it", self._named("drugs", against)
        yield "Broader", self._named("cancers", split_list(row.get("broader")))
        covers = {"drugs": "Rows of these stand here too", "cancers": "Narrower, whose rows stand here too"}
        yield covers.get(self.entry.kind, ""), self._named(self.entry.kind, list(self.entry.covers))
        yield from self._identifier()

    def _identifier(self) -> Iterator[tuple[str, str]]:
        """Code in the public list of the kind, and the copy in which it, or a drug's name, was seen."""
        row = self.entry.row
        title = {"genes": "HGNC", "cancers": "OncoTree"}.get(self.entry.kind, "Name seen in")
        code = row.get("hgnc_id") or ": ".join(filter(None, (row.get("oncotree"), row.get("oncotree_name"))))
        if seen := row.get("seen_at"):
            words = f"{'copy' if code else 'a public list of drugs'} read on {row['seen_on']}"
            code = f'{escape(code)} <a href="{escape(seen, quote=True)}">{words}</a>'
        yield title, code

    def _named(self, kind: str, names: list[str]) -> str:
        """Entries as links, those with most studies first; of many the first."""
        entries = [self.index.entries[kind, name] for name in names if (kind, name) in self.index.entries]
        entries = sorted(
            (e for e in entries if self.index.rows_of(e) or kind == "genes"),
            key=lambda entry: (-len(studies(self.index.rows_of(entry))), entry.name),
        )
        links = [self.near.entry(entry) for entry in entries]
        if len(links) <= NAMED + 2:
            return ", ".join(links)
        return f'{", ".join(links[:NAMED])} and <a href="{INDEX}.html">{len(links) - NAMED} more</a>'

    # --- claims and rows ---

    def _claims(self) -> str:
        if not self.claims:
            return ""
        shown, rest = self.claims, ""
        if len(self.claims) > CLAIMS_ON_PAGE:
            shown = self.claims[:CLAIMS_FIRST]
            link = self.near.link(f"{self.name}/claims.html", f"All {len(self.claims)} claims")
            rest = f'<p class="all-of">{link}</p>'
        listed = "".join(map(self.near.claim, shown))
        return (
            f'<section id="claims"><h2>Claims</h2><p class="entry-note">Sentences of the chapters that rest on rows of '
            f"this page, or have them against them. A badge leads to the sentence and its evidence.</p>"
            f'<ul class="entry-claims">{listed}</ul>{rest}</section>'
        )

    def _evidence(self) -> str:
        whole = len(self.items) <= ONE_PAGE
        parts = []
        for mechanism, items in self.groups.items():
            shown = items if whole or len(items) <= STRONGEST else items[:STRONGEST]
            rest = ""
            if len(shown) < len(items):
                link = self.near.link(f"{self.name}/{slug(mechanism)}.html", f"All {len(items)} rows")
                rest = f'<p class="all-of">The {STRONGEST} strongest are shown. {link}</p>'
            parts.append(
                f'<section id="{slug(mechanism)}"><h3>{capital(mechanism)}</h3>'
                f"{rows_under_statements(self.near, self.entry, shown)}{rest}</section>"
            )
        return (
            '<section id="evidence"><h2>Evidence</h2><p class="entry-note">By mechanism; under each statement the '
            "strongest rows first, of these the newest. A mark says whether a figure supports the statement.</p>"
            f"{''.join(parts)}</section>"
        )

    def _parts(self) -> Iterator[Page]:
        """Pages below the entry's: all rows of a mechanism, all claims, so many on each."""
        far = self._pieces(2)
        if len(self.claims) > CLAIMS_ON_PAGE:
            yield from self._split("claims", "claims", self.claims, CLAIMS_PART, lambda some: (
                f'<ul class="entry-claims">{"".join(map(far.claim, some))}</ul>'
            ))  # fmt: skip
        if len(self.items) > ONE_PAGE:
            rows = partial(rows_under_statements, far, self.entry)
            for mechanism, items in self.groups.items():
                if len(items) > STRONGEST:
                    yield from self._split(slug(mechanism), mechanism, items, PART, rows)

    def _split(
        self, part: str, words: str, all_of: Sequence[Any], size: int, shown: Callable[[Any], str]
    ) -> Iterator[Page]:
        pieces = [all_of[at : at + size] for at in range(0, len(all_of), size)]
        names = [f"{self.name}/{part}{f'-{n}' if n > 1 else ''}" for n in range(1, len(pieces) + 1)]
        far = self._pieces(2)
        for number, (name, some) in enumerate(zip(names, pieces, strict=True)):
            first = number * size + 1
            range_ = f", {first} to {first + len(some) - 1} of {len(all_of)}" if len(pieces) > 1 else ""
            links = [
                f"<strong>{n + 1}</strong>" if n == number else far.link(f"{other}.html", str(n + 1))
                for n, other in enumerate(names)
            ]
            more = f'<p class="letters">Pages: {" ".join(links)}</p>' if len(pieces) > 1 else ""
            what = "claims" if part == "claims" else "rows"
            title = f"{self.entry.name}: {words}" + range_
            body = (
                f"{trail(far, self.entry.kind, words, self.entry)}<h1>{escape(self.entry.name)}: {escape(words)}</h1>"
                f'<p class="entry-lead">{plural(len(all_of), what.removesuffix("s"))}{range_}, the strongest first.</p>'
                f"{more}{shown(some)}{more}"
            )
            yield Page(name, title, f"{title}: all {what} of the living review, with figures and grades.", body)

    # --- where the book tells of it ---

    def _chapters(self) -> str:
        told = [each for each in self.said if not each.model]
        if not told:
            return ""
        return (
            '<section id="chapters"><h2>In the chapters</h2><p class="entry-note">Sentences that name '
            f"{escape(self.entry.name)}, under the section in which they stand.</p>"
            f"{self.near.said(told, SENTENCES)}</section>"
        )

    def _models(self) -> str:
        lines = []
        sections = dict.fromkeys((each.page, each.section, each.heading) for each in self.said if each.model)
        for page, anchor, heading in sections:
            lines.append(f"<li>{self.near.page(page, anchor, heading)} ({self.near.page(page)})</li>")
        for (chapter, model), rows in self.models.items():
            links = [
                self.near.row(f"{table}/{row['id']}", row.get("meaning") or row["quantity"])
                for table, row in rows[:NAMED]
            ]
            more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
            page = self.near.page(f"chapters/{chapter}")
            lines.append(f"<li>Numbers of model {escape(model)} ({page}): {'; '.join(links)}{more}</li>")
        if not lines:
            return ""
        return f'<section id="models"><h2>Models</h2><ul>{"".join(lines)}</ul></section>'


@cache
def _words(text: str, kind: str) -> str:
    """Words of a text between single spaces, to find names among them; symbols of genes keep their capitals."""
    return f" {' '.join(_WORD.findall(text if kind == 'genes' else text.lower()))} "
