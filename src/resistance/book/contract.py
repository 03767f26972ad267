"""What every chapter must have (design of a chapter), and what its roles and directives name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from resistance.book.cells import Code, Fault, anchor_faults, figure_faults, tables_of
from resistance.book.freshness import frozen_on
from resistance.book.front_matter import line_of
from resistance.book.limits import LONGEST_PROSE, SHORTEST_PROSE
from resistance.book.markdown import Directive
from resistance.book.pages import Page, every_page
from resistance.book.prose import prose_words
from resistance.book.rules import HEADINGS, REVIEW_KEYS, RULES
from resistance.book.style import style_faults
from resistance.book.text import text_faults
from resistance.diagnostics import Finding

LONGEST_INTERVAL = 1000  # days
_OWN_LIST = ":filter: docname in docnames"


@dataclass(frozen=True)
class Known:
    """What pages may name, from the floors above: each function says what is wrong with a name, or nothing ("")."""

    tables: Collection[str] = ()
    row: Callable[[str], str] = lambda text: ""
    count: Callable[[str], str] = lambda text: ""
    search: Callable[[str], str] = lambda text: ""
    # Of a line of prose with the claims and searches that stand on it: what it says is absent without a search.
    unsearched: Callable[[str, Collection[str], Collection[str]], str] = lambda line, claims, searches: ""
    # Of a directive that shows a table: what its options name.
    query: Callable[[Directive, Page], str] = lambda directive, page: ""
    # Of a page's code: lines with a number that a row of the parameters holds already, and what to say of each.
    typed: Callable[[Code], Iterable[tuple[int, str]]] = field(default=lambda code: ())


def check_contract(
    root: Path, known: Known, today: date | None = None, templates: bool = False
) -> tuple[list[Finding], dict[str, int]]:
    """Every breach of the chapters' contract, and how many chapters were examined.

    A chapter is a page whose front matter has a ``review`` block. Pages whose form is at fault are left out, for what
    would be said of them follows from that. Examples to copy (``_name.md``) are examined only with ``templates``.
    """
    findings: list[Finding] = []
    anchors: dict[str, str] = {}
    codes: list[Code] = []
    count = 0
    for page in every_page(root, templates):
        if page.findings:
            continue
        count += page.review is not None
        codes.append(code := Code.of(page))
        findings += [
            Finding.of(RULES[c], page.source, line, text)
            for c, line, text in dict.fromkeys(_faults(code, known, anchors, today))  # a line may name a thing twice
        ]
    findings += style_faults(root, [code.page for code in codes if not code.faults])
    return findings, {"chapters": count}


def _faults(code: Code, known: Known, anchors: dict[str, str], today: date | None) -> Iterator[Fault]:
    page = code.page
    if page.parts.odd_fences:  # the rest of the page is not what it seems
        for line, text in page.parts.odd_fences:
            yield "CHP016", line, f"the fence {text.strip()[:40]!r} holds a backtick in its title"
        return
    yield from text_faults(page)
    yield from code.faults_of_cells
    yield from figure_faults(code, anchors)
    yield from _name_faults(code, known, anchors)
    if page.review is not None:
        yield from _chapter_faults(code, today or date.today())


def _name_faults(code: Code, known: Known, anchors: dict[str, str]) -> Iterator[Fault]:
    """Roles, directives and cells that name what is not there."""
    page = code.page
    for line, name in tables_of(code):
        if name not in known.tables:
            yield "CHP013", line, f"there is no table {name!r}"
    yield from (("CHP031", line, text) for line, text in known.typed(code))
    names, made = code.numbers
    yield from made
    for role in [*page.parts.roles, *code.captions()]:
        text = " ".join(role.text.split())
        if role.name == "glue:text" and text.split(":")[0] not in names and not made and not code.faults:
            yield "CHP021", role.line, f"no cell keeps a number named {text.split(':')[0]!r}"
        for name, rule, wrong in (("row", "CHP028", known.row), ("count", "CHP029", known.count)):
            if role.name == name and (message := wrong(text)):
                yield rule, role.line, message
        if role.name == "looked" and (message := known.search(text)):
            yield "CHP030", role.line, message
    yield from _absence_faults(page, known)
    for block in page.parts.directives:
        if anchor := block.options.get("anchor"):
            yield from anchor_faults(page, anchor, block.line, anchors)
        if block.name == "evidence-table" and block.argument not in known.tables:
            yield "CHP013", block.line, f"there is no table {block.argument!r}"
        elif block.name in ("evidence-table", "parameters") and (message := known.query(block, page)):
            yield "CHP029", block.line, message


def _absence_faults(page: Page, known: Known) -> Iterator[Fault]:
    """Sentences of a chapter that say that something has not been shown, and do not say who looked for it."""
    for line, text in page.parts.prose if page.review is not None else ():
        here = [role for role in page.parts.roles if role.line == line]
        claims = {role.text.strip() for role in here if role.name == "claim"}
        searches = {role.text.strip() for role in here if role.name == "looked"}
        if message := known.unsearched(text, claims, searches):
            yield "CHP032", line, message


def _is_interval(value: object) -> bool:
    """Whether a number of days can be added to a date and means something."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_INTERVAL


def search_faults(page: Page, today: date) -> Iterator[Fault]:
    """What a chapter says of its search: whether all of it is there, and whether the next has come due."""
    block = page.review or {}
    missing = [key for key in REVIEW_KEYS if not block.get(key)]
    if missing:
        yield "CHP011", 1, f"the review block lacks {', '.join(missing)}"
    elif page.searched is None:
        yield "CHP011", 1, f"searched is {block['searched']!r}, not a date such as 2026-01-31"
    elif page.searched > today + timedelta(days=1):  # somewhere it is tomorrow already
        yield "CHP011", line_of(page.front, "searched"), f"searched is {page.searched}, a day that is still to come"
    elif not _is_interval(block["interval_days"]):
        message = f"interval_days is {block['interval_days']!r}, not a number of days from 1 to {LONGEST_INTERVAL}"
        yield "CHP011", 1, message
    elif "frozen" in block:
        if not frozen_on(block) or not str(block.get("frozen_because") or "").strip():
            message = f"frozen is {block['frozen']!r} and frozen_because {block.get('frozen_because')!r}"
            yield "CHP041", line_of(page.front, "frozen"), message
    elif page.searched + timedelta(days=block["interval_days"]) < today:
        yield "CHP018", 1, f"the search of {page.searched} was due again after {block['interval_days']} days"


def _chapter_faults(code: Code, today: date) -> Iterator[Fault]:
    """Front matter, headings, brief, slider, list of works."""
    page = code.page
    yield from search_faults(page, today)
    yield from _heading_faults(page)
    briefs = [block for block in page.parts.directives if block.name == "in-brief"]
    claims = [line for brief in briefs for line in brief.lines()]
    if len(briefs) != 1 or not 3 <= len(claims) <= 5:
        line = briefs[0].line if briefs else 1
        yield "CHP012", line, f"'In brief' has {len(claims)} claims in {len(briefs)} blocks"
    if not code.has_control and not code.faults:
        yield "CHP017", 1, "no figure of the page has a control"
    if not any(map(_lists_works, page.parts.directives)):
        yield "CHP020", len(page.text.splitlines()), "the page has no list of its works"
    yield from _length_faults(page)


def _length_faults(page: Page) -> Iterator[Fault]:
    count = prose_words(page)
    if not SHORTEST_PROSE <= count <= LONGEST_PROSE and not Path(page.source).name.startswith("_"):  # to be filled in
        yield "CHP039", 1, f"the running text has {count:,} words"


def _lists_works(block: Directive) -> bool:
    """Whether a directive lists the works that its page cites."""
    filtered = block.name == "bibliography" and block.options.get("filter") == _OWN_LIST.rpartition(": ")[2]
    return block.name == "reference-list" or filtered


def _heading_faults(page: Page) -> Iterator[Fault]:
    found = [heading for heading in page.parts.headings if heading.level == 2]
    if [heading.title for heading in found] != list(HEADINGS):
        odd = next((h.line for h, want in zip(found, HEADINGS, strict=False) if h.title != want), 1)
        yield "CHP010", odd, f"the headings are: {'; '.join(heading.title for heading in found)}"
