"""What every chapter must have (design of a chapter), checked without executing anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from resistance.diagnostics import Finding, Rule, Severity
from resistance.evidence.schema import table_names
from resistance.paths import relative, root
from resistance.show.output import SHORTEST_ALT
from resistance.site.pages import front_matter, searched_on

HEADINGS = (
    "In brief",
    "The mechanism",
    "Evidence",
    "Model",
    "What the source review said",
    "Open questions",
    "References",
)
REVIEW_KEYS = ("section", "question", "search", "searched", "interval_days")
LONGEST_INTERVAL = 1000  # days

_ALL = [
    Rule("CHP010", "headings", f"Use these headings of the second level, in this order: {'; '.join(HEADINGS)}"),
    Rule("CHP011", "review-block", f"Fill in {', '.join(REVIEW_KEYS)} under 'review' in the front matter"),
    Rule("CHP012", "in-brief", "Give 'In brief' an {in-brief} block with three to five claims"),
    Rule("CHP013", "unknown-table", "Name a table that has a schema in data/schemas"),
    Rule("CHP014", "figure-without-alt", f"Give alt, a description of at least {SHORTEST_ALT} characters"),
    Rule("CHP015", "anchor", "Give every figure and table an anchor of its own in the whole book"),
    Rule("CHP016", "fence-title", "Leave backticks out of the title of a fence; Markdown then takes it for text"),
    Rule("CHP017", "no-slider", "Give the page a figure with a control that a reader can move"),
    Rule("CHP018", "search-due", "Search again, then write the new date under 'searched'", Severity.WARNING),
    Rule("CHP019", "cell-syntax", "Correct the Python of the cell"),
    Rule("CHP020", "bibliography", "End the page with ```{bibliography} and :filter: docname in docnames"),
    Rule("CHP021", "glue-unknown", "Keep the number with show_number in a cell of the page, or correct the name"),
    Rule("CHP022", "output-lost", "Make it the last statement of its cell: a notebook shows nothing but the last"),
]
RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}

_FENCE = re.compile(r"^(`{3,}|~{3,}|:{3,})\s*(.*)$")
_GLUE = re.compile(r"\{glue:text\}`([^`]+)`")


def _is_interval(value: object) -> bool:
    """Whether a number of days can be added to a date and means something."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_INTERVAL


@dataclass(frozen=True)
class Block:
    """A fenced block: line of its fence, its directive or language with arguments, its content and first line."""

    line: int
    info: str
    lines: tuple[str, ...]


def blocks(text: str) -> Iterator[Block]:
    """Top-level fenced blocks of a page."""
    lines = text.splitlines()
    start, fence, info = 0, "", ""
    for number, line in enumerate(lines, start=1):
        mark = _FENCE.match(line)
        if not fence and mark:
            start, fence, info = number, mark.group(1), mark.group(2).strip()
        elif fence and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            yield Block(start, info, tuple(lines[start : number - 1]))
            fence = ""


def check_contract(today: date | None = None, templates: bool = False) -> tuple[list[Finding], dict[str, int]]:
    """Every breach of the chapters' contract, and how many chapters were examined.

    A chapter is a page below ``chapters/`` whose front matter has a ``review`` block. Pages whose name begins with an
    underscore are examples to copy: they are examined only with ``templates``.
    """
    findings: list[Finding] = []
    anchors: dict[str, str] = {}
    count = 0
    for page in sorted((root() / "chapters").rglob("*.md")):
        if not page.is_file() or (page.name.startswith("_") and not templates):
            continue
        text = page.read_text(encoding="utf-8", errors="replace")
        check = _PageCheck(page, text, anchors)
        findings += check.code_faults()
        if "review" in front_matter(page):
            count += 1
            findings += check.chapter_faults(today or date.today())
    return findings, {"chapters": count}


def _called(node: ast.expr) -> str:
    """Name of the function that a call calls, without its module; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


class _PageCheck:
    """Faults of one page; ``anchors`` is shared by all pages."""

    def __init__(self, page: Path, text: str, anchors: dict[str, str]):
        self.path = relative(page)
        self.page = page
        self.text = text
        self.blocks = list(blocks(text))
        self.anchors = anchors
        self.sliders = 0
        self.glued: set[str] = set()

    def fault(self, code: str, line: int, message: str) -> Finding:
        return Finding.of(RULES[code], self.path, line, message)

    def chapter_faults(self, today: date) -> Iterator[Finding]:
        """Front matter, headings, brief, slider, bibliography."""
        block = front_matter(self.page)["review"]
        missing = [key for key in REVIEW_KEYS if not isinstance(block, dict) or not block.get(key)]
        if missing:
            yield self.fault("CHP011", 1, f"the review block lacks {', '.join(missing)}")
        elif (searched := searched_on(block)) is None:
            yield self.fault("CHP011", 1, f"searched is {block['searched']!r}, not a date such as 2026-01-31")
        elif not _is_interval(block["interval_days"]):
            message = f"interval_days is {block['interval_days']!r}, not a number of days from 1 to {LONGEST_INTERVAL}"
            yield self.fault("CHP011", 1, message)
        elif searched + timedelta(days=block["interval_days"]) < today:
            yield self.fault("CHP018", 1, f"the search of {searched} was due again after {block['interval_days']} days")
        yield from self._heading_faults()
        briefs = [b for b in self.blocks if b.info == "{in-brief}"]
        claims = [line for b in briefs for line in b.lines if line.strip() and not line.startswith(":")]
        if len(briefs) != 1 or not 3 <= len(claims) <= 5:
            line = briefs[0].line if briefs else 1
            yield self.fault("CHP012", line, f"'In brief' has {len(claims)} claims in {len(briefs)} blocks")
        if not self.sliders:
            yield self.fault("CHP017", 1, "no figure of the page has a control")
        if not any(b.info == "{bibliography}" and ":filter: docname in docnames" in b.lines for b in self.blocks):
            yield self.fault("CHP020", len(self.text.splitlines()), "the page has no bibliography of its own")

    def _heading_faults(self) -> Iterator[Finding]:
        inside = {n for b in self.blocks for n in range(b.line, b.line + len(b.lines) + 2)}
        found = [
            (number, line[3:].strip())
            for number, line in enumerate(self.text.splitlines(), start=1)
            if line.startswith("## ") and number not in inside
        ]
        if [title for _, title in found] != list(HEADINGS):
            odd = next((n for (n, title), want in zip(found, HEADINGS, strict=False) if title != want), 1)
            yield self.fault("CHP010", odd, f"the headings are: {'; '.join(title for _, title in found)}")

    def code_faults(self) -> Iterator[Finding]:
        """Fence titles, and what the cells ask for."""
        for block in self.blocks:
            if block.info.startswith("{code-cell}"):
                yield from self._cell_faults(block)
        for number, line in enumerate(self.text.splitlines(), start=1):
            if line.startswith("```") and "`" in line.lstrip("`").rstrip():
                yield self.fault("CHP016", number, f"the fence {line.strip()[:40]!r} holds a backtick in its title")
            for match in _GLUE.finditer(line):
                name = match.group(1).split(":")[0]
                if name not in self.glued and not self._glues_by_variable:
                    yield self.fault("CHP021", number, f"no cell keeps a number named {name!r}")

    _glues_by_variable = False

    def _cell_faults(self, block: Block) -> Iterator[Finding]:
        source = "\n".join("" if line.startswith(":") and i < 5 else line for i, line in enumerate(block.lines))
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            yield self.fault("CHP019", block.line + (error.lineno or 1), f"the cell is not Python: {error.msg}")
            return
        for statement in tree.body[:-1]:
            if isinstance(statement, ast.Expr) and (name := _called(statement.value)) in ("show_figure", "show_table"):
                line = block.line + statement.lineno
                yield self.fault("CHP022", line, f"what {name} returns is not shown, for more follows in the cell")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = _called(node)
            line = block.line + node.lineno
            if name in ("binding_range", "binding_select", "binding_radio", "binding_checkbox"):
                self.sliders += 1
            elif name == "show_number" and node.args:
                self._note_number(node.args[0])
            elif name in ("show_figure", "show_table", "table"):
                yield from self._show_faults(name, node, line)

    def _note_number(self, argument: ast.expr) -> None:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            self.glued.add(argument.value)
        else:
            # A name that is made when the page runs can be known only then; the build reports a missing one.
            self._glues_by_variable = True

    def _show_faults(self, name: str, node: ast.Call, line: int) -> Iterator[Finding]:
        given = {k.arg: k.value for k in node.keywords}
        first = node.args[0] if node.args else None
        is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
        if name in ("show_table", "table") and is_text and first.value not in table_names():
            yield self.fault("CHP013", line, f"there is no table {first.value!r}")
        if name == "show_figure":
            alt = given.get("alt")
            text = alt.value if isinstance(alt, ast.Constant) else None
            if alt is None or (isinstance(text, str) and len(text.strip()) < SHORTEST_ALT):
                yield self.fault("CHP014", line, "the figure has no description, or one too short to replace it")
        if name in ("show_figure", "show_table"):
            anchor = given.get("anchor")
            value = anchor.value if isinstance(anchor, ast.Constant) else None
            if anchor is None:
                yield self.fault("CHP015", line, f"{name} has no anchor")
            elif isinstance(value, str):
                if value in self.anchors:
                    yield self.fault("CHP015", line, f"the anchor {value!r} stands already at {self.anchors[value]}")
                self.anchors.setdefault(value, f"{self.path}:{line}")
