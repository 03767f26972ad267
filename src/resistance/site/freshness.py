"""How fresh each chapter is, and the flow of its surveillance: header, overview and protocol."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from resistance.book.contents import CONTENTS
from resistance.book.freshness import Freshness, State, freshness_of, today
from resistance.book.pages import read_page
from resistance.paths import root
from resistance.site import data, used
from resistance.site.contents import chapters_by_part
from resistance.surveillance.flow import Flow, flow
from resistance.surveillance.tables import CANDIDATES, RUNS

NO_RUN = "No surveillance run yet."


def day_text(day: date) -> str:
    """``23 November 2026``."""
    return f"{day.day} {day:%B %Y}"


def banner(fresh: Freshness) -> str:
    """What a chapter says of itself before all else; empty while its search is current or due."""
    if fresh.state is State.OVERDUE:
        return (
            f"The search of this chapter is overdue: it was last made on {day_text(fresh.searched)} "
            f"and was due again on {day_text(fresh.due)}. Newer studies may be missing."
        )
    if fresh.state is State.FROZEN and fresh.frozen:
        return (
            f"This chapter was frozen on {day_text(fresh.frozen)}: {fresh.because.rstrip('.')}. "
            f"It tells what was known on {day_text(fresh.searched)} and is not searched again."
        )
    return ""


def definitions(facts: list[tuple[str, nodes.Node]], kind: str = "protocol-facts") -> nodes.definition_list:
    """A list of terms, each with one thing that is said of it."""
    listed = nodes.definition_list(classes=[kind])
    for title, node in facts:
        body = nodes.definition("", nodes.paragraph("", "", node))
        listed += nodes.definition_list_item("", nodes.term("", title), body)
    return listed


def flow_of(env: Any, chapter: str) -> list[nodes.Node]:
    """The flow of a chapter's surveillance from top to bottom, or that there was no run; never a number without one."""
    counted = _counted(env, chapter)
    if counted is None:
        return [nodes.paragraph("", NO_RUN, classes=["flow-none"])]
    runs = "one run" if counted.runs == 1 else f"{counted.runs} runs"
    told = f"Surveillance, {runs} over the works entered from {counted.first} to {counted.last}:"
    # A list, which the style sheet draws as boxes with arrows: read aloud or printed plainly it says the same.
    boxes = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".", classes=["flow"])
    for box in counted.boxes():
        parts = "; ".join(f"{part}: {number:,}" for part, number in box.parts)
        words = [nodes.strong("", box.what), nodes.Text(f": {box.number:,}" + (f" ({parts})" if parts else ""))]
        boxes += nodes.list_item("", nodes.paragraph("", "", *words), classes=["aside" if box.aside else "step"])
    return [nodes.paragraph("", told), boxes]


def _counted(env: Any, chapter: str) -> Flow | None:
    for table in (CANDIDATES, RUNS):
        used.note(env, "chapter-rows", f"{table}:{chapter}")
    book = data.current()
    return flow(*(book.rows_by(table, "chapter").get(chapter, []) for table in (RUNS, CANDIDATES)))


class FreshnessDirective(SphinxDirective):
    """``{freshness}``: every chapter with the state of its search, by part."""

    def run(self) -> list[nodes.Node]:
        """How many chapters are in each state, then the chapters."""
        used.note(self.env, "file", CONTENTS)
        states: Counter[State] = Counter()
        parts: list[nodes.Node] = []
        for caption, chapters in chapters_by_part():
            listed = nodes.definition_list(classes=["freshness", "simple"])
            for docname, _ in chapters:
                used.note(self.env, "front", docname)
                used.note(self.env, "freshness", docname)
                page = read_page(root(), docname)
                fresh = freshness_of(page, today())
                if fresh is None:
                    continue
                states[fresh.state] += 1
                term = nodes.term("", "", _link(self.env.docname, docname), nodes.Text(f": {fresh.state}"))
                words = [nodes.paragraph("", _told(fresh, _counted(self.env, page.name)))]
                search = str((page.review or {}).get("search", ""))
                words.append(nodes.paragraph("", "", nodes.literal("", search)))
                listed += nodes.definition_list_item("", term, nodes.definition("", *words))
            if listed.children:
                parts += [nodes.paragraph("", "", nodes.strong("", caption), classes=["part-caption"]), listed]
        counted = ", ".join(f"{states[state]} {state}" for state in State)
        return [nodes.paragraph("", f"{sum(states.values())} chapters: {counted}."), *parts]


def _told(fresh: Freshness, counted: Flow | None) -> str:
    next_search = f"due {day_text(fresh.due)}"
    if fresh.frozen:
        next_search = f"frozen on {day_text(fresh.frozen)}: {fresh.because.rstrip('.')}"
    run = NO_RUN
    if counted:
        run = f"Surveillance to {counted.last}: {counted.new:,} new works, {counted.to_screen:,} not screened yet."
    return f"Last searched {day_text(fresh.searched)}, every {fresh.interval} days, {next_search}. {run}"


def _link(docname: str, to: str) -> Any:
    link = addnodes.pending_xref(
        "", refdoc=docname, refdomain="std", reftype="doc", reftarget=f"/{to}", refexplicit=False
    )
    link += nodes.inline("", to, classes=["std", "std-doc"])
    return link


def _state(docname: str) -> str:
    path = root() / f"{docname}.md"
    return str(freshness_of(read_page(root(), docname), today())) if path.is_file() else ""


used.register("freshness", _state)


def setup(app: Any) -> None:
    """Register the directive."""
    app.add_directive("freshness", FreshnessDirective)
