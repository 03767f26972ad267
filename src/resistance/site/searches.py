"""``{looked}`` and ``{protocol}``: what was looked for to refute a sentence, and how a page was searched."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from resistance.book.freshness import freshness_of, today
from resistance.book.pages import read_page
from resistance.evidence.cells import Row, split_list
from resistance.paths import root
from resistance.site import data, row_links, used
from resistance.site.cells import linked
from resistance.site.citations import citation
from resistance.site.freshness import day_text, definitions, flow_of
from resistance.site.nodes import page_link, skip
from resistance.site.table_directives import of_parts

TABLE = "counter_searches"
SEARCHES = "chapters/about/searches/"
"""Pages that list the searches of some chapters; a book that has none prints them in each chapter's protocol."""


class search_badge(nodes.General, nodes.Inline, nodes.Element):
    """Button that opens the record of a search; it needs no script."""


class search_card(nodes.General, nodes.Inline, nodes.Element):
    """The record of a search, in a popover."""


class fold(nodes.General, nodes.Element):
    """A block that opens under its ``title``."""


def in_short(env: Any, search: Row) -> list[nodes.Node]:
    """What was looked for, when, by whom and the outcome in a word; the whole record stands in the page's protocol.

    A search serves several claims, and a page that printed it whole on each of their cards would mostly be searches.
    """
    words = f"{_stop(search['looked_for'])} {_day(search)}, {search['reader']}: {search['outcome']}. "
    return [nodes.Text(words), row_links.link(env, f"{TABLE}/{search['id']}", nodes.Text("Where, and what came of it"))]


def only_linked(env: Any, searches: list[Row]) -> list[nodes.Node]:
    """A date and a reader for each search, as a link to its record; those of one day and reader are numbered."""
    words: list[nodes.Node] = []
    before: Counter[str] = Counter()
    for search in searches:
        said = f"{_day(search)}, {search['reader']}"
        before[said] += 1
        said += f" ({before[said]})" if before[said] > 1 else ""
        words += [nodes.Text("; " if words else ""), row_links.link(env, f"{TABLE}/{search['id']}", nodes.Text(said))]
    return words


def _day(search: Row) -> str:
    return day_text(search["searched_on"])


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _lines(env: Any, search: Row) -> list[nodes.inline]:
    """What the card and the protocol say of a search."""
    found = linked(f"{search['outcome'].capitalize()}. {_stop(search['found'])}")
    if keys := split_list(search["sources"]):
        found += [nodes.Text(" "), citation(env, keys)[0]]
    return [
        nodes.inline("", f"Looked for: {_stop(search['looked_for'])}", classes=["card-claim"]),
        nodes.inline("", f"Where: {_stop(search['where'])}"),
        nodes.inline("", f"When: {_day(search)}, by the {search['reader'].removesuffix(' of the sentence')}."),
        nodes.inline("", "", *found),
    ]


class LookedRole(SphinxRole):
    """``{looked}`search-id```: after a sentence that says that something has not been shown."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Badge, and the card the first time that a page uses it; a warning if there is no such search."""
        identifier = self.text.strip()
        search = {row["id"]: row for row in data.current().rows(TABLE)}.get(identifier)
        if search is None:
            message = self.inliner.reporter.warning(f"there is no counter-search {identifier!r}", line=self.lineno)
            return [nodes.Text(self.text)], [message]
        used.note(self.env, "cells", identifier)
        badge = search_badge("", search=identifier, day=_day(search))
        shown = self.env.temp_data.setdefault("resistance_searches", [])
        if identifier in shown:
            return [badge], []
        shown.append(identifier)
        card = search_card("", search=identifier, folded=True)
        card += _lines(self.env, search)
        return [badge, card], []


class ProtocolDirective(SphinxDirective):
    """``{protocol}``: question, search string, dates and counter-searches of this page, folded."""

    def run(self) -> list[nodes.Node]:
        """The block, or a warning if the page has no ``review`` block."""
        used.note(self.env, "front", self.env.docname)
        page = read_page(root(), self.env.docname)
        review, searched = page.review or {}, page.searched
        if searched is None:
            message = "the page has no review block with a date, so its protocol cannot be printed"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        fresh = freshness_of(page, today())
        state = f"{fresh.state}; due again {day_text(fresh.due)}" if fresh else ""
        facts = [
            ("Question", nodes.Text(str(review.get("question", "")))),
            ("Search, written for PubMed", nodes.literal("", str(review.get("search", "")))),
            ("Last searched", nodes.Text(f"{day_text(searched)}; {state}")),
        ]
        block = fold("", title="Question, search string, dates and counter-searches", classes=["protocol"])
        block += definitions(facts)
        block += flow_of(self.env, page.name)
        block += self._searches()
        return [block]

    def _searches(self) -> list[nodes.Node]:
        chapter = self.env.docname.removeprefix("chapters/")
        used.note(self.env, "chapter-rows", f"{TABLE}:{chapter}")
        used.note(self.env, "pages of searches", "")
        found = data.current().rows_by(TABLE, "chapter").get(chapter, [])
        if not found:
            return []
        aim = "What was looked for to refute the claims and sentences of this page"
        elsewhere = [page for page, parts in pages_of_searches().items() if of_parts({"chapter": chapter}, parts)]
        if not elsewhere:
            return [nodes.paragraph("", f"{aim}:"), _listed(self.env, found)]
        words = f"{aim}, where, and what came of it, stands on a page of its own, {len(found)} searches: "
        return [nodes.paragraph("", words, page_link(self.env.docname, elsewhere[0]), nodes.Text("."))]


class SearchesDirective(SphinxDirective):
    """``{searches} PARTS``: the counter-searches of chapters, or folders of chapters, which then only lead here.

    With all searches in its protocol a long chapter weighs more than a page may.
    """

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A list for each chapter; a warning if none has a search."""
        used.note(self.env, "table", TABLE)
        result: list[nodes.Node] = []
        by_chapter = data.current().rows_by(TABLE, "chapter")
        for part in self.arguments[0].split():
            for chapter in sorted(name for name in by_chapter if of_parts({"chapter": name}, part)):
                link = page_link(self.env.docname, f"chapters/{chapter}")
                result += [nodes.paragraph("", "", nodes.strong("", "", link)), _listed(self.env, by_chapter[chapter])]
        if not result:
            message = f"no counter-search is of {self.arguments[0]!r}: name chapters, or their folders"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        return result


def pages_of_searches() -> dict[str, str]:
    """Pages of the book that list counter-searches, and the parts that each names."""

    def read() -> dict[str, str]:
        return {
            name: block.argument
            for name in data.current().contents
            if name.startswith(SEARCHES)
            for block in read_page(root(), name).parts.directives
            if block.name == "searches"
        }

    return data.current().once("pages of searches", read)


used.register("pages of searches", lambda _: sorted(pages_of_searches().items()))


def _listed(env: Any, found: list[Row]) -> nodes.bullet_list:
    """The whole records, each at its anchor."""
    items = nodes.bullet_list(bullet="-", classes=["searches"])
    for search in found:
        item = nodes.list_item("", nodes.paragraph("", "", *_spaced(_lines(env, search))))
        item["ids"] = [row_links.anchor(TABLE, search["id"])]
        row_links.note_shown(env, TABLE, search["id"])
        items += item
    return items


def _spaced(lines: list[nodes.inline]) -> list[nodes.Node]:
    return [node for line in lines for node in (line, nodes.Text(" "))][:-1]


def visit_search_badge(translator: Any, node: search_badge) -> None:
    """A button; the popover attribute opens the card without any script."""
    identifier = escape(node["search"], quote=True)
    translator.body.append(
        f'<button type="button" class="claim looked" popovertarget="search-{identifier}" '
        f'aria-label="How this was looked for, {node["day"]}">looked for</button>'
    )
    raise nodes.SkipNode


def visit_search_card(translator: Any, node: search_card) -> None:
    """Open the card."""
    identifier = escape(node["search"], quote=True)
    translator.body.append(
        f'<span popover class="card" id="search-{identifier}" role="dialog" aria-label="How this was looked for">'
    )


def depart_search_card(translator: Any, node: search_card) -> None:
    """Close the card."""
    translator.body.append("</span>")


def visit_fold(translator: Any, node: fold) -> None:
    """Open the block."""
    kind = escape(" ".join(["fold", *node["classes"]]), quote=True)
    translator.body.append(f'<details class="{kind}"><summary>{escape(node["title"])}</summary>\n')


def depart_fold(translator: Any, node: fold) -> None:
    """Close the block."""
    translator.body.append("</details>\n")


def setup(app: Any) -> None:
    """Register role, directive and their nodes."""
    app.add_node(search_badge, html=(visit_search_badge, skip))
    app.add_node(search_card, html=(visit_search_card, depart_search_card))
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_role("looked", LookedRole())
    app.add_directive("protocol", ProtocolDirective)
    app.add_directive("searches", SearchesDirective)
