"""What the text of a page may not hold: HTML that does more than mark a word, TeX that cannot be shown, left-overs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from resistance.book.formulas import FormulaError, mathml, set_in_lines
from resistance.book.pages import Page, read_page
from resistance.diagnostics import conflict_fault, control_fault

Fault = tuple[str, int, str]  # code, line, message
# Elements that mark text and nothing else; everything that loads, runs, places or asks is for directives and figures.
_MARKS = frozenset(
    [
        *("abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
        *("samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr"),
    ]
)
_ATTRIBUTES = frozenset(("class", "id", "title", "lang", "dir"))
# Ids that stand for those of a new page, wherever they come from.
_LEFT = re.compile(r"\bKey2020\b|\bmy-search\b|\bmy-first-claim\b|\bmy_table\b|\bmy-row-id\b|\bmy-a1\b")
TEMPLATE = "chapters/_template"
# Lines of the template that are to be filled in: texts of the front matter, captions and the like, title, sentences.
_TO_FILL = re.compile(r"  (?:section|question|search): |\s+(?:finding|caption)=|:caption:|# ")


def text_faults(page: Page) -> Iterator[Fault]:
    """HTML, formulas, included files, marks of a merge and placeholders of a page."""
    if mark := conflict_fault(page.text):
        yield "CHP034", *mark
        return  # both versions stand on the page
    if control := control_fault(page.text):
        yield "CHP038", *control
    for line, markup in page.parts.html:
        for offset, message in _Elements.of(markup).faults:
            yield "CHP033", line + offset, message
    for line, latex, display in page.parts.formulas:
        try:
            mathml(set_in_lines(latex) if display else latex, display)
        except FormulaError as error:
            yield "CHP035", line, str(error)
    for line, name in page.parts.included:
        path = page.root / name.lstrip("/") if name.startswith("/") else (page.root / page.source).parent / name
        if not path.is_file():
            yield "CHP037", line, f"there is no file {name}"
    if not Path(page.source).name.startswith("_"):  # the template itself
        yield from _left_over(page)


def _left_over(page: Page) -> Iterator[Fault]:
    """What was to be filled in; the template's remarks (``% ...``) are not published and may stay."""
    to_fill = _lines_to_fill(page.root)
    for number, line in enumerate(page.text.split("\n"), start=1):
        if line.startswith("%"):
            continue
        if line.strip() in to_fill:
            yield "CHP036", number, f"the line {line.strip()[:60]!r} is left from the template"
        elif match := _LEFT.search(line):
            yield "CHP036", number, f"{match[0]!r} is left from the template"


def _lines_to_fill(root: Path) -> frozenset[str]:
    """Lines of the template that every page has to replace; none in a book without one."""
    if not (root / f"{TEMPLATE}.md").is_file():
        return frozenset()
    template = read_page(root, TEMPLATE)
    lines = [line for line in template.text.split("\n") if _TO_FILL.match(line)]
    return frozenset(line.strip() for line in [*lines, *(text for _, text in template.parts.prose)] if line.strip())


class _Elements(HTMLParser):
    """Elements and attributes of a piece of HTML that a page may not have, each with the lines before it."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[int, str]] = []

    @classmethod
    def of(cls, markup: str) -> _Elements:
        """Read a piece of HTML."""
        parser = cls()
        parser.feed(markup)
        parser.close()
        return parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element, or what Markdown takes for one."""
        written = " ".join((self.get_starttag_text() or f"<{tag}>").split())
        odd = [name for name, _ in attrs if name not in _ATTRIBUTES]
        if tag not in _MARKS or odd:
            self._fault(f"{written[:60]} is read as HTML that a page may not have")

    def handle_endtag(self, tag: str) -> None:
        """The end of an element that should not be there either."""
        if tag not in _MARKS and not self.faults:
            self._fault(f"</{tag}> is read as HTML that a page may not have")

    def handle_decl(self, decl: str) -> None:
        """A declaration such as DOCTYPE."""
        self._fault(f"<!{decl[:40]}> is read as HTML that a page may not have")

    def _fault(self, message: str) -> None:
        self.faults.append((self.getpos()[0] - 1, message))
