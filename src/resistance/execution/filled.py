"""Text of the published notebooks: what the site's roles and directives show, as plain Markdown.

A notebook is read where nothing knows ``{row}`` or ``{cite}``: numbers, citations, claims and tables stand in its text
as words. Links lead to the published site.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resistance.book.markdown import Directive, parse
from resistance.book.pages import Page, read_page
from resistance.evidence.cells import Row, split_list
from resistance.evidence.counts import count, is_query, named_counts
from resistance.evidence.printed import cell_text
from resistance.evidence.rows import Rows, read_rows
from resistance.evidence.where import keep
from resistance.references.library import Library, read_library
from resistance.references.printed import Printed, printed

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ROLE = re.compile(r"\{(?P<name>[a-z][a-z:-]*)\}(?P<ticks>`+)(?P<text>.+?)(?P=ticks)", re.DOTALL)
_LOOKED = re.compile(r"\s*\{looked\}`[^`]+`")
_LABEL = re.compile(r"(?m)^\([\w-]+\)=\n")
_DIRECTION = {"supports": "+", "does not support": "−", "mixed": "±"}
_SHOWN_ROWS = 20
_PARAMETERS = ("symbol", "meaning", "value", "unit", "source")
_STATEMENTS = ("statement", "verdict", "evidence_says", "sources")


class Filler:
    """Fills the text of notebooks from the book's files, which are read once, or not at all where they are given."""

    def __init__(self, root: Path, site: str, rows: Rows | None = None, library: Library | None = None) -> None:
        self.root, self.site = root, site
        self.rows: Rows = rows or read_rows()
        self.library: Library = library or read_library(root / "references.bib")
        self._works: dict[str, Printed] = {}

    def fill(self, page: Page, notebook: NotebookNode) -> None:
        """Replace roles and directives in the text cells of a page's notebook."""
        glued = dict(_glued(notebook))
        cited: list[str] = []
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                text = self._directives(page, cell.source, cited)
                cell.source = _LABEL.sub("", self._roles(text, glued, cited))
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and _WORKS in cell.source:
                cell.source = cell.source.replace(_WORKS, self._list_of(cited))

    # --- roles -------------------------------------------------------------------------------------------------------

    def _roles(self, text: str, glued: dict[str, str], cited: list[str]) -> str:
        def shown(match: re.Match[str]) -> str:
            words = " ".join(match["text"].split())
            try:
                return self._role(match["name"], words, glued, cited)
            except (ValueError, KeyError):  # the check reports what a role names in vain
                return words

        # Code keeps what it says: only every second part of the text is outside a fence.
        parts = re.split(r"(?ms)^(```.*?^```\s*?$)", text)
        return "".join(part if part.startswith("```") else _ROLE.sub(shown, _LOOKED.sub("", part)) for part in parts)

    def _role(self, name: str, text: str, glued: dict[str, str], cited: list[str]) -> str:
        if name == "row":
            return self.rows.find(text).text
        if name == "count":
            return f"{count(text, self.rows) if is_query(text) else named_counts(self.root, self.rows)[text]:,}"
        if name in ("glue:text", "glue"):
            return glued[text.split(":")[0]]
        if name.startswith("cite"):
            return self._citation([key.strip() for key in text.split(",")], name, cited)
        if name == "claim":
            return f"[{self._grade(self._claim(text))}]({self.site}chapters/about/claims.html)"
        words, _, target = text.rpartition("<")
        target = target.rstrip(">").strip()
        if name == "page":
            return self._page(words.strip(), target)
        if name == "download-link":
            return f"[{words.strip()}]({self.site}{target})"
        if name == "sub":
            return f"<sub>{text}</sub>"
        if name == "sup":
            return f"<sup>{text}</sup>"
        return words.strip() or target.split("/")[-1]

    def _page(self, words: str, name: str) -> str:
        path = self.root / f"chapters/{name}.md"
        if not path.is_file():
            return words or name.rsplit("/", 1)[-1].replace("-", " ")
        page = read_page(self.root, f"chapters/{name}")
        title = next((heading.title for heading in page.parts.headings if heading.level == 1), name)
        return f"[{words or title}]({self.site}chapters/{name}.html)"

    def _citation(self, keys: list[str], role: str, cited: list[str]) -> str:
        shown = []
        for key in keys:
            work = self._work(key)
            names = f"{work.names} et al." if work.et_al else work.names
            shown.append(f"{names} ({work.year})" if role == "cite:t" else f"{names} {work.year}")
            if key not in cited:
                cited.append(key)
        joined = "; ".join(shown)
        return joined if role == "cite:t" else f"({joined})"

    def _work(self, key: str) -> Printed:
        if key not in self._works:
            self._works[key] = printed(self.library.by_key[key])
        return self._works[key]

    def _claim(self, identifier: str) -> Row:
        table, row = self.rows.places[identifier]
        if table != "claims":
            raise KeyError(identifier)
        return row

    @staticmethod
    def _grade(claim: Row) -> str:
        sign = _DIRECTION[claim["direction"]]
        return f"{claim['level']} {claim['confidence']}/5 {sign}"

    # --- directives --------------------------------------------------------------------------------------------------

    def _directives(self, page: Page, text: str, cited: list[str]) -> str:
        """The text with each directive replaced by what it shows, the last first so that lines keep their numbers."""
        lines = text.split("\n")
        for block in sorted(_outermost(parse(text, self.root).directives), key=lambda found: found.line, reverse=True):
            shown = _SHOWN.get(block.name)
            if shown is None:
                continue
            start, end = block.line - 1, _end(lines, block.line - 1)
            lines[start : end + 1] = shown(self, page, block, cited).split("\n")
        return "\n".join(lines)

    def _brief(self, _: Page, block: Directive, __: list[str]) -> str:
        claims = [self._claim(text) for _, text in block.lines()]
        return "\n".join(f"- {claim['claim']} [{self._grade(claim)}]" for claim in claims)

    def _table(self, page: Page, block: Directive, _: list[str]) -> str:
        name, asked = block.argument, block.options.get("columns", "")
        names = [column.strip() for column in asked.split(",") if column.strip()]
        if block.name == "evidence-table":
            schema, rows = self.rows.table(name)
            rows = keep(rows, schema, block.options.get("where", ""))
            columns = [*("label",)[: "label" in schema.by_name], *names, *("figure",)[: "value" in schema.by_name]]
            columns += [c for c in ("n", "level", "source") if c in schema.by_name and c not in columns]
        else:
            name = "model_parameters" if block.name == "parameters" else "statement_audit"
            rows = [row for row in self.rows.table(name)[1] if row["chapter"] == page.name]
            columns = list(names or (_PARAMETERS if block.name == "parameters" else _STATEMENTS))
        more = len(rows) - _SHOWN_ROWS
        head = [
            f"**{block.options.get('caption', name)}**",
            "",
            f"| {' | '.join(c.replace('_', ' ') for c in columns)} |",
        ]
        head.append(f"|{' --- |' * len(columns)}")
        body = [f"| {' | '.join(self._cell(row, column) for column in columns)} |" for row in rows[:_SHOWN_ROWS]]
        tail = ["", f"{more} more rows: [{name}.csv]({self.site}data/{name}.csv)"] if more > 0 else []
        return "\n".join([*head, *body, *tail])

    def _cell(self, row: Row, column: str) -> str:
        if column == "figure":
            text = self.rows.find(row["id"]).text
        elif column in ("source", "sources") and row.get(column):
            keys = split_list(str(row[column]))
            works = [self._work(key) for key in keys if key in self.library.by_key]
            text = "; ".join(f"{work.names}{' et al.' if work.et_al else ''} {work.year}" for work in works)
        else:
            text = cell_text(row, column) if row.get(column) not in (None, "") else ""
        return text.replace("|", "\\|").replace("\n", " ")

    def _code(self, page: Page, block: Directive, _: list[str]) -> str:
        path = (self.root / page.source).parent / block.argument
        source = path.read_text(encoding="utf-8")
        if name := block.options.get("pyobject"):
            tree = ast.parse(source)
            found = next(n for n in tree.body if getattr(n, "name", None) == name)
            first = min([found.lineno, *(d.lineno for d in getattr(found, "decorator_list", []))])
            source = "\n".join(source.split("\n")[first - 1 : found.end_lineno])
        return f"```python\n{source.strip()}\n```"

    def _opened(self, page: Page, block: Directive, cited: list[str]) -> str:
        """A fold or a box: its title and what is in it."""
        inside = self._directives(page, block.content, cited)
        return f"**{block.argument}**\n\n{inside}" if block.argument else inside

    def _protocol(self, page: Page, _: Directive, __: list[str]) -> str:
        review = page.review or {}
        said = f"Question: {review.get('question')}\n\nSearch of {page.searched}: {review.get('search')}"
        return f"{said}\n\n[Searches for what would refute the claims]({self.site}chapters/{page.name}.html)"

    def _list_of_works(self, _: Page, __: Directive, ___: list[str]) -> str:
        return _WORKS

    def _list_of(self, cited: list[str]) -> str:
        works = sorted((self._work(key) for key in cited), key=lambda work: work.order)
        return "\n".join(f"- {work.text}" for work in works)

    def _elsewhere(self, page: Page, block: Directive, _: list[str]) -> str:
        return f"[{block.name.replace('-', ' ').capitalize()}]({self.site}chapters/{page.name}.html)"


_WORKS = "<!-- works -->"
_Shown = Callable[[Filler, Page, Directive, list[str]], str]
_SHOWN: dict[str, _Shown] = {
    **{"in-brief": Filler._brief, "evidence-table": Filler._table, "parameters": Filler._table},
    **{"source-statements": Filler._table, "literalinclude": Filler._code, "dropdown": Filler._opened},
    **{
        "admonition": Filler._opened,
        "list-table": Filler._opened,
        "note": Filler._opened,
        "protocol": Filler._protocol,
    },
    **{
        "reference-list": Filler._list_of_works,
        "evidence-map": Filler._elsewhere,
        "strategy-map": Filler._elsewhere,
        "claims-table": Filler._elsewhere,
        "freshness": Filler._elsewhere,
        "since-release": Filler._elsewhere,
    },
    **{"reference-index": Filler._elsewhere, "chapter-list": Filler._elsewhere, "include": Filler._elsewhere},
}


def _glued(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Name and text of each number that a cell has kept."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            scrapbook: dict[str, Any] = output.get("metadata", {}).get("scrapbook", {})
            name = str(scrapbook.get("name", ""))
            data = output.get("data", {})
            text = next((str(value) for kind, value in data.items() if kind.endswith("text/plain")), "")
            if name:
                yield name.removeprefix("application/papermill.record/"), text.strip().strip("'\"")


def _outermost(blocks: list[Directive]) -> Iterator[Directive]:
    """Directives that stand in no other."""
    end = 0
    for block in blocks:
        if block.line > end:
            yield block
            end = block.first + block.content.count("\n")


def _end(lines: list[str], start: int) -> int:
    """Index of the line that closes the fence which opens at ``start``."""
    mark = re.match(r"\s*(`{3,}|:{3,})", lines[start])
    fence = mark[1] if mark else "```"
    closing = re.compile(rf"\s*{re.escape(fence[0])}{{{len(fence)},}}\s*")
    return next((i for i in range(start + 1, len(lines)) if closing.fullmatch(lines[i])), len(lines) - 1)
