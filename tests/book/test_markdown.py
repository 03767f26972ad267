"""What stands on a page, with its line: the same as the renderer sees, whatever fences are around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.book.markdown import Parts, parse, roles_in
from resistance.book.pages import every_page

ROOT = Path(__file__).resolve().parents[2]


def read(text: str) -> Parts:
    return parse(text, ROOT)


def roles(text: str) -> list[tuple[int, str]]:
    return [(role.line, role.text) for role in read(text).roles]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One {row}`a` and\ntwo {row}`b`", [(1, "a"), (2, "b")]),
        ("- item\n  {row}`a`\n\n  1. deep {row}`b`", [(2, "a"), (4, "b")]),
        ("> quote\n> {row}`a`", [(2, "a")]),
        ("| x |\n| --- |\n| {row}`a` |\n| {row}`b` |", [(3, "a"), (4, "b")]),
        ("term\n: is {row}`a`\n  and {row}`b`", [(2, "a"), (3, "b")]),
        ("[a link with {row}`a`](there) and **bold {row}`b`**", [(1, "a"), (1, "b")]),
        ("Text[^1].\n\n[^1]: A note, {row}`a`", [(3, "a")]),
        ("## Heading {row}`a`", [(1, "a")]),
        ("{row}`a\nb` and {row}`c`", [(1, "a\nb"), (2, "c")]),
        ("{row}``a `tick` b``", [(1, "a `tick` b")]),
        ("$x$ {row}`a` $y_{row}`b`$", [(1, "a")]),
        ("`{row}` is a role, ``{row}`a` `` shows one", []),
        ("% a remark {row}`a`\n\n    indented {row}`b`", []),
        ("<!-- {row}`a` -->\n\n<div>{row}`b`</div>", []),
        ("```{note} Title {row}\n{row}`a`\n```", [(2, "a")]),
        (":::{note} Title {row}`t`\n:class: wide\n\n{row}`a`\n:::", [(1, "t"), (4, "a")]),
        ("```{evidence-table} t\n:anchor: tbl-t\n:caption: Rows, {row}`a`\n```", [(1, "a")]),
        ("```{figure} x.svg\n---\nname: x\n---\nA caption {row}`a`\n```", [(5, "a")]),
        ("````{note}\n```{tip}\n{row}`a`\n```\n````", [(3, "a")]),
    ],
)
def test_roles_with_their_lines(text: str, found: list[tuple[int, str]]) -> None:
    assert roles(text) == found


@pytest.mark.parametrize("name", ["code-cell", "code-block python", "literalinclude x", "math", "include x"])
def test_literal_blocks_hold_no_role(name: str) -> None:
    language, _, argument = name.partition(" ")
    assert roles(f"```{{{language}}} {argument}\n{{row}}`a`\n```\n{{row}}`b`") == [(4, "b")]


def test_a_directive_has_name_argument_options_and_content() -> None:
    text = "Text\n\n```{evidence-table} my_table\n:anchor: tbl-x\n:caption: What: it shows\n\nfirst\n  second\n```\n"
    (block,) = read(text).directives
    assert (block.line, block.name, block.argument) == (3, "evidence-table", "my_table")
    assert block.options == {"anchor": "tbl-x", "caption": "What: it shows"}
    assert list(block.lines()) == [(7, "first"), (8, "second")]


def test_options_may_stand_between_dashes() -> None:
    (block,) = read("```{figure} x.svg\n---\nname: fig-x\nwidth: 3\n---\ncaption\n```\n").directives
    assert block.options == {"name": "fig-x", "width": "3"}
    assert list(block.lines()) == [(6, "caption")]


@pytest.mark.parametrize("end", ["", "```", "```\n\nText"])
def test_a_directive_without_content(end: str) -> None:
    (block,) = read(f"```{{reference-list}}\n{end}").directives
    assert (block.options, list(block.lines())) == ({}, [])


def test_cells_are_those_at_the_top_of_a_page() -> None:
    text = "```{code-cell} ipython3\n:tags: [hide-input]\n\nx = 1\n```\n\n> ```{code-cell} ipython3\n> y = 2\n> ```\n"
    parts = read(text)
    assert [(cell.line, cell.first, cell.content) for cell in parts.cells] == [(1, 4, "x = 1")]
    assert parts.cells[0].options == {"tags": "[hide-input]"}


def test_headings_outside_blocks() -> None:
    text = "# One\n\n```\n# no\n```\n\n:::{note}\n## no\n:::\n\nTwo\n---\n\n### Three `code`\n\n> # no\n"
    found = [(h.line, h.level, h.title) for h in read(text).headings]
    assert found == [
        (1, 1, "One"),
        (11, 2, "Two"),
        (14, 3, "Three code"),
    ]


def test_a_fence_with_a_backtick_in_its_title_is_none() -> None:
    assert read("```{dropdown} Code of `f`\n").odd_fences == [(1, "```{dropdown} Code of `f`")]
    assert read("```python\n```\n").odd_fences == []


def test_a_text_on_one_line() -> None:
    assert [(role.line, role.name, role.text) for role in roles_in("A {row}`a`.", ROOT, 7)] == [(7, "row", "a")]


def test_cells_are_those_that_are_executed() -> None:
    """The same code at the same lines as MyST-NB's own reader, on every page of the book."""
    from resistance.execution.reading import cell_line, markdown_config, read_notebook

    config, seen = markdown_config(ROOT), 0
    for page in every_page(ROOT, templates=True):
        if not page.is_notebook:
            continue
        notebook = read_notebook(ROOT, page, config)
        theirs = [
            (cell_line(notebook, i), cell.source.strip("\n"))
            for i, cell in enumerate(notebook.cells)
            if cell.cell_type == "code"
        ]
        assert [(cell.line, cell.content.strip("\n")) for cell in page.parts.cells] == theirs, page.source
        seen += len(theirs)
    assert seen > 50


LINES = ("```", "````", ":::", "```{note}", ":::{tip}", "```{code-cell}", "~~~", "> q", "- i", "", "text", "{row}`x`")
MORE_LINES = ("    ", "%c", "| a |", "| - |", "# h", ": d", "$$", "---")


@given(st.lists(st.sampled_from(LINES + MORE_LINES), max_size=12))
def test_every_role_that_is_found_stands_on_its_line(lines: list[str]) -> None:
    for role in read("\n".join(lines)).roles:
        assert lines[role.line - 1] == "{row}`x`"


@given(st.text(alphabet="`:~{}row \n->|%$[]()!#*_\\x", max_size=80))
def test_no_text_raises(text: str) -> None:
    last = text.count("\n") + 1
    parts = read(text)
    assert all(1 <= thing.line <= last for thing in [*parts.roles, *parts.directives, *parts.cells, *parts.headings])
