"""The code cells of a page held against the rules of chapters, without executing anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from resistance.book.limits import LONGEST_CELL, SHORTEST_ALT
from resistance.book.literals import UNKNOWN, Values, called, calls, constant_text
from resistance.book.markdown import Directive, Role, roles_in
from resistance.book.pages import Page
from resistance.book.varying import varying

OURS = ("ensembles", "evidence", "models", "show")  # what a chapter may import of this package
_CONTROLS = ("binding_range", "binding_select", "binding_radio", "binding_checkbox", "explore")
_SHOWN = ("show_figure", "show_table")
Fault = tuple[str, int, str]  # code, line, message


@dataclass(frozen=True)
class Code:
    """The cells of a page as Python: ``trees`` of those that can be parsed, each with the line before its first."""

    page: Page
    trees: list[tuple[Directive, ast.Module]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> Code:
        """Parse the cells of a page, once for all who ask; a cell that is not Python is a fault."""
        if code := page.__dict__.get("_code"):
            return code
        code = page.__dict__["_code"] = cls(page)
        for cell in page.parts.cells:
            try:
                code.trees.append((cell, ast.parse(cell.content)))
            except (SyntaxError, ValueError) as error:
                line = cell.first - 1 + (getattr(error, "lineno", None) or 1)
                message = f"the cell is not Python: {getattr(error, 'msg', error)}"
                code.faults.append(("CHP019", line, message))
        return code

    @cached_property
    def calls(self) -> list[tuple[str, int, ast.Call]]:
        """Every call with the name of what it calls and its line."""
        return [(name, cell.first - 1 + node.lineno, node) for cell, tree in self.trees for name, node in calls(tree)]

    @cached_property
    def faults_of_cells(self) -> list[Fault]:
        """What :func:`cell_faults` says, which follows from the page alone."""
        return list(cell_faults(self))

    @cached_property
    def has_control(self) -> bool:
        """Whether a figure of the page has something that a reader can move."""
        return any(name in _CONTROLS for name, _, _ in self.calls)

    @cached_property
    def numbers(self) -> tuple[set[str], list[Fault]]:
        """Names under which ``show_number`` keeps numbers, and the calls whose name cannot be read from the code."""
        names: set[str] = set()
        faults: list[Fault] = []
        offset = 0

        def seen(line: int, value: object) -> None:
            if isinstance(value, str):
                names.add(value)
            elif value is UNKNOWN and (fault := ("CHP023", offset + line, _MADE)) not in faults:
                faults.append(fault)

        values = Values("show_number", seen)
        for cell, tree in self.trees:
            offset = cell.first - 1
            values.run(tree.body)
        return names, faults

    def captions(self) -> Iterator[Role]:
        """Roles in the captions that the cells write out: they are parsed as the page's own text is."""
        for _, line, node in self.calls:
            for keyword in node.keywords:
                text = constant_text(keyword.value) if keyword.arg == "caption" else None
                if text and "{" in text:
                    start = line - node.lineno + keyword.value.lineno
                    yield from roles_in(text, self.page.root, start)


_MADE = "the name of this number is made when the page runs"


def cell_faults(code: Code) -> Iterator[Fault]:
    """Syntax, length, imports, lost output and chance results of every cell."""
    yield from code.faults
    for cell in code.page.parts.cells:
        count = len(cell.content.strip("\n").split("\n"))
        if count > LONGEST_CELL:
            yield "CHP024", cell.line, f"the cell has {count} lines, more than {LONGEST_CELL}"
    for cell, tree in code.trees:
        for line, name in _imports(tree):
            parts = name.split(".")
            if parts[0] == "resistance" and (len(parts) < 2 or parts[1] not in OURS):
                yield "CHP027", cell.first - 1 + line, f"the cell imports {name}"
        for statement in tree.body[:-1]:
            if isinstance(statement, ast.Expr) and _draws(statement.value):
                message = f"what {called(statement.value)} returns is not shown, for more follows in the cell"
                yield "CHP022", cell.first - 1 + statement.lineno, message
    first = {id(tree): cell.first for cell, tree in code.trees}
    for tree, line, name in varying(tree for _, tree in code.trees):
        yield "CHP040", first[id(tree)] - 1 + line, f"{name} gives something else each time the page runs"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a cell imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _draws(node: ast.expr) -> bool:
    """Whether a call makes a figure or table: it has an anchor."""
    return called(node) in _SHOWN or (isinstance(node, ast.Call) and any(k.arg == "anchor" for k in node.keywords))


def figure_faults(code: Code, anchors: dict[str, str]) -> Iterator[Fault]:
    """Descriptions and anchors of what cells draw; ``anchors`` are those of the pages before, this one's are added."""
    for name, line, node in code.calls:
        given = {k.arg: k.value for k in node.keywords}
        if name == "show_figure":
            alt = constant_text(given.get("alt"))
            if "alt" not in given or (alt is not None and len(alt.strip()) < SHORTEST_ALT):
                yield "CHP014", line, "the figure has no description, or one too short to replace it"
        if name in _SHOWN and "anchor" not in given:
            yield "CHP015", line, f"{name} has no anchor"
        if isinstance(anchor := given.get("anchor"), ast.Constant) and isinstance(anchor.value, str):
            yield from anchor_faults(code.page, anchor.value, line, anchors)


def anchor_faults(page: Page, anchor: str, line: int, anchors: dict[str, str]) -> Iterator[Fault]:
    """An anchor that stands already elsewhere; otherwise it is added to ``anchors`` with its place."""
    if anchor in anchors:
        yield "CHP015", line, f"the anchor {anchor!r} stands already at {anchors[anchor]}"
    anchors.setdefault(anchor, f"{page.source}:{line}")


def tables_of(code: Code) -> Iterator[tuple[int, str]]:
    """Line and name of every table that a cell asks for by name."""
    for name, line, node in code.calls:
        first = node.args[0] if node.args else None
        if name in ("show_table", "table") and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield line, first.value
