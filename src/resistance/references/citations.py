"""Where the book cites a work: roles in the chapters, ``nocite``, and the key columns of the data tables."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEY_COLUMNS = ("source", "sources", "cited_instead", "key")
_SNAPSHOT = "references.csv"

# A role with its content, or a code span: whichever comes first owns the backticks.
_SPAN = re.compile(r"(?P<role>\{[\w:-]+\})?(?P<ticks>(?<!`)`+(?!`))(?P<body>.+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL)
_CITING = re.compile(r"\{(foot|full)?(no)?cite(:[a-z]+)?\}")
_AFFIX = re.compile(r"\{[^{}]*\}")  # {cite:p}`{see}Vasan2019{Fig. 2}`
_FENCE = re.compile(
    r"^(?P<indent>\s*(?:[-*+>]\s+|\d+[.)]\s+)*)(?P<mark>`{3,}|~{3,}|:{3,})\s*(?P<info>\{[^}\s]+\}|[^`\s]*)"
)
_NOCITE_KEY = re.compile(r"@?([^\s,;\[\]'\"@|]+)")
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Directives whose content MyST does not read as prose. A fence with a bare language is code as well.
_LITERAL = frozenset(
    f"{{{name}}}"
    for name in (
        *("code-cell", "code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "doctest", "testcode"),
        *("math", "raw", "raw-cell", "eval-rst", "mermaid", "graphviz", "include", "csv-table", "toctree"),
        *("bibliography", "footbibliography", "tableofcontents", "in-brief"),
    )
)


@dataclass(frozen=True, order=True)
class Citation:
    """One key where it is cited: a page's line, or a table's row (``table`` is then true)."""

    path: str
    line: int
    key: str
    table: bool = False


def collect_citations(root: Path) -> list[Citation]:
    """Every citation in ``index.md``, ``chapters/`` and ``data/`` below ``root``; templates are no pages."""
    chapters = [page for page in sorted((root / "chapters").rglob("*.md")) if not page.name.startswith("_")]
    pages = [root / "index.md", *chapters]
    citations: list[Citation] = []
    for page in pages:
        if page.is_file():
            citations += page_citations(_text(page), page.relative_to(root).as_posix())
    for table in sorted((root / "data").rglob("*.csv")):
        if table.is_file() and table.name != _SNAPSHOT:
            citations += table_citations(_text(table), table.relative_to(root).as_posix())
    return citations


def _text(path: Path) -> str:
    """Text of a file whose encoding another check judges."""
    return path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def page_citations(text: str, path: str) -> list[Citation]:
    """Citations in a MyST page, with the line of each key; code, comments and literal blocks are left out.

    Parameters
    ----------
    text : the page, with LF line ends
    path : how the page is named in findings
    """
    front, prose = _prose(text)
    citations = [Citation(path, line, key) for line, key in _nocite(front)]
    starts = [0]
    for line in prose:
        starts.append(starts[-1] + len(line) + 1)
    body = _HTML_COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), "\n".join(prose))
    for begin, paragraph in _paragraphs(body):
        for span in _SPAN.finditer(paragraph):
            if span["role"] and _CITING.fullmatch(span["role"]):
                offset = begin + span.start("body")
                citations += [Citation(path, bisect_right(starts, offset + at), key) for at, key in _keys(span["body"])]
    return citations


def _keys(body: str) -> Iterator[tuple[int, str]]:
    """Keys of a role's content and where each begins; text before and after a key stands in braces."""
    blanked = _AFFIX.sub(lambda m: " " * len(m[0]), body)
    for match in re.finditer(r"[^\s,]+", blanked):
        yield match.start(), match[0]


def _paragraphs(body: str) -> Iterator[tuple[int, str]]:
    """Paragraphs with their offsets: a code span or role never reaches over a blank line."""
    begin = 0
    for gap in re.finditer(r"\n[ \t]*(?=\n)", body):
        yield begin, body[begin : gap.start()]
        begin = gap.end()
    yield begin, body[begin:]


def _prose(text: str) -> tuple[list[str], list[str]]:
    """Front matter's lines, and all lines of the page with those that are not prose made empty."""
    lines = text.split("\n")
    front: list[str] = []
    prose: list[str] = []
    if lines and lines[0].rstrip() == "---":
        end = next((i for i, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "...")), None)
        if end is not None:
            front = lines[: end + 1]
            prose = [""] * (end + 1)
    open_fences: list[tuple[str, bool]] = []
    for line in lines[len(prose) :]:
        literal = bool(open_fences) and open_fences[-1][1]
        match = _FENCE.match(line)
        if match and _closes(match, line, open_fences):
            open_fences.pop()
        elif match and not literal and not ("`" in line[match.end() :] and match["mark"][0] == "`"):
            info = match["info"]
            bare = not info.startswith("{") and match["mark"][0] != ":"
            open_fences.append((match["mark"], bare or info in _LITERAL))
        elif not literal and not line.lstrip().startswith("%"):
            prose.append(line)
            continue
        prose.append("")
    return front, prose


def _closes(match: re.Match[str], line: str, open_fences: list[tuple[str, bool]]) -> bool:
    if not open_fences or match["info"] or line.strip() != match["mark"]:
        return False
    mark = open_fences[-1][0]
    return match["mark"][0] == mark[0] and len(match["mark"]) >= len(mark)


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
