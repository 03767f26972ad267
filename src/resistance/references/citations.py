"""Where the book cites a work: roles in the chapters, ``nocite``, and the key columns of the data tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from resistance.book.cells import Code
from resistance.book.pages import Page, every_page

KEY_COLUMNS = ("source", "sources", "cited_instead", "key")
_SNAPSHOT = "references.csv"

_CITING = re.compile(r"(foot|full)?(no)?cite(:[a-z]+)?")
_AFFIX = re.compile(r"\{[^{}]*\}")  # {cite:p}`{see}Vasan2019{Fig. 2}`
_NOCITE_KEY = re.compile(r"@?([^\s,;\[\]'\"@|]+)")


@dataclass(frozen=True, order=True)
class Citation:
    """One key where it is cited: a page's line, or a table's row (``table`` is then true)."""

    path: str
    line: int
    key: str
    table: bool = False


def collect_citations(root: Path) -> list[Citation]:
    """Every citation in ``index.md``, ``chapters/`` and ``data/`` below ``root``; templates are no pages."""
    citations = [citation for page in every_page(root) for citation in page_citations(page)]
    for table in sorted((root / "data").rglob("*.csv")):
        if table.is_file() and table.name != _SNAPSHOT:
            citations += table_citations(_text(table), table.relative_to(root).as_posix())
    return citations


def _text(path: Path) -> str:
    """Text of a file whose encoding another check judges."""
    return path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def page_citations(page: Page) -> list[Citation]:
    """Citations of a page, with the line of each key: in its text, its front matter and the captions of its cells."""
    citations = [Citation(page.source, line, key) for line, key in _nocite(page.front)]
    for role in [*page.parts.roles, *Code.of(page).captions()]:
        if _CITING.fullmatch(role.name):
            citations += [
                Citation(page.source, role.line + role.text.count("\n", 0, at), key) for at, key in _keys(role.text)
            ]
    return citations


def _keys(body: str) -> Iterator[tuple[int, str]]:
    """Keys of a role's content and where each begins; text before and after a key stands in braces."""
    blanked = _AFFIX.sub(lambda m: " " * len(m[0]), body)
    for match in re.finditer(r"[^\s,]+", blanked):
        yield match.start(), match[0]


def _nocite(front: list[str]) -> Iterator[tuple[int, str]]:
    """Keys under ``nocite:`` in the front matter: on its line, in a list, or in a block below it."""
    inside = False
    for number, line in enumerate(front, start=1):
        match = re.match(r"nocite:\s*(.*)$", line)
        if match:
            inside, rest = True, match[1]
        elif inside and re.match(r"\s+\S|-\s", line):
            rest = line.strip().removeprefix("-")
        else:
            inside = False
            continue
        yield from ((number, key) for key in _NOCITE_KEY.findall(rest) if key not in (">", "-"))


def table_citations(text: str, path: str) -> list[Citation]:
    """Keys in the key columns of a CSV table, with the line on which the row begins; several are parted by ``;``."""
    reader = csv.reader(io.StringIO(text, newline=""))
    citations: list[Citation] = []
    try:
        header = next(reader, [])
        columns = [i for i, name in enumerate(header) if name.strip() in KEY_COLUMNS]
        line = reader.line_num + 1
        for cells in reader if columns else ():
            for cell in (cells[i] for i in columns if i < len(cells)):
                citations += [Citation(path, line, k, table=True) for k in map(str.strip, cell.split(";")) if k]
            line = reader.line_num + 1
    except csv.Error:
        pass  # the table's own check says what is wrong with it, and where
    return citations
