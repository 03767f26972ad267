"""Where citations are found in pages and tables, with the line of each, and where none is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resistance.book.pages import page_of
from resistance.references import Citation, collect_citations
from resistance.references.citations import page_citations, table_citations

BOOK = Path(__file__).resolve().parents[2]  # its configuration says which extensions of Markdown are read


def cited(text: str) -> list[tuple[int, str]]:
    return [(citation.line, citation.key) for citation in page_citations(page_of(BOOK, "page", text.encode()))]


@pytest.mark.parametrize(
    "role",
    ["cite", "cite:p", "cite:t", "cite:ps", "cite:ts", "cite:year", "cite:author", "nocite", "footcite", "footcite:t"],
)
def test_every_citing_role_cites(role: str) -> None:
    assert cited(f"One {{{role}}}`Vasan2019` and two.") == [(1, "Vasan2019")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{cite}`A2000,B2001, C2002`", [(1, "A2000"), (1, "B2001"), (1, "C2002")]),
        ("{cite:p}`{see}A2000{Fig. 2, left},B2001`", [(1, "A2000"), (1, "B2001")]),
        ("{cite}`A2000,\nB2001` and\n{cite}`C2002`", [(1, "A2000"), (2, "B2001"), (3, "C2002")]),
        ("{cite}``A2000``", [(1, "A2000")]),
        (
            "- item {cite}`A2000`\n> quote {cite}`B2001`\n| cell {cite}`C2002` |",
            [(1, "A2000"), (2, "B2001"), (3, "C2002")],
        ),
        ("## Heading {cite}`A2000`", [(1, "A2000")]),
        ("text with `code` and {cite}`A2000` and `more`", [(1, "A2000")]),
        ("{claim}`not-a-key` {ref}`A2000` {doc}`B2001`", []),
        ("`{cite}` is a role, and ``{cite}`A2000` `` shows it", []),
        ("an odd ` tick\n\n{cite}`A2000`", [(3, "A2000")]),
        # Markdown takes the whole of a comment's last line for HTML; within a sentence a comment is only itself.
        ("<!-- {cite}`A2000`\n{cite}`B2001` -->{cite}`C2002`\n\n{cite}`D2003`", [(4, "D2003")]),
        ("Text <!-- {cite}`A2000`\n{cite}`B2001` -->{cite}`C2002`", [(2, "C2002")]),
        ("% {cite}`A2000`\n50 % {cite}`B2001`", [(2, "B2001")]),
    ],
)
def test_prose(text: str, found: list[tuple[int, str]]) -> None:
    assert cited(text) == found


@pytest.mark.parametrize(
    "fence",
    [
        "```python",
        "```",
        "~~~",
        "```{code-cell} ipython3",
        "```{code-block} md",
        "```{literalinclude} x.py",
        "```{math}",
        "```{bibliography}",
        "   ```python",
        "````{code-cell}",
    ],
)
def test_literal_blocks_cite_nothing_and_end_where_they_end(fence: str) -> None:
    mark = fence.strip()[:4] if fence.startswith("````") else fence.strip()[:3]
    text = f"{fence}\n{{cite}}`A2000`\n```python\n{mark}\n{{cite}}`B2001`"
    if fence.strip() == "```python" or mark == "```":
        text = f"{fence}\n{{cite}}`A2000`\n{mark}\n\n{{cite}}`B2001`"
    assert cited(text) == [(5, "B2001")]


@pytest.mark.parametrize(
    "fence", ["```{note}", ":::{admonition} Title", "::::{grid}", "```{figure} x.svg", ":::", "```{epigraph}"]
)
def test_directives_with_prose_cite(fence: str) -> None:
    mark = fence[: len(fence) - len(fence.lstrip("`:"))]
    assert cited(f"{fence}\n{{cite}}`A2000`\n{mark}\n{{cite}}`B2001`") == [(2, "A2000"), (4, "B2001")]


def test_fences_nest() -> None:
    text = (
        "::::{note}\n{cite}`A2000`\n:::{tip}\n{cite}`B2001`\n```python\n{cite}`X`\n```\n:::\n{cite}`C2002`\n::::\n"
        "````{note}\n```{code-cell}\n{cite}`X`\n```\n{cite}`D2003`\n````\n{cite}`E2004`\n"
    )
    assert cited(text) == [(2, "A2000"), (4, "B2001"), (9, "C2002"), (15, "D2003"), (17, "E2004")]


@pytest.mark.parametrize(
    ("front", "found"),
    [
        ("nocite: A2000, B2001", [(2, "A2000"), (2, "B2001")]),
        ("nocite: [A2000, '@B2001']", [(2, "A2000"), (2, "B2001")]),
        ("nocite:\n  - A2000\n  - B2001\ntitle: C2002", [(3, "A2000"), (4, "B2001")]),
        ("nocite: |\n  @A2000, @B2001", [(3, "A2000"), (3, "B2001")]),
        ("title: '{cite}`A2000`'", []),
    ],
)
def test_front_matter_may_cite_without_showing(front: str, found: list[tuple[int, str]]) -> None:
    text = f"---\n{front}\n---\n"
    assert cited(text) == found
    line = text.count("\n") + 1
    assert cited(text + "{cite}`Z2009`") == [*found, (line, "Z2009")]


def test_tables_cite_in_their_key_columns() -> None:
    text = (
        "id,source,note,sources,cited_instead,key\n"
        'a,A2000,"two\nlines, X9999",B2001; C2002,,D2003\n'
        "b,,,,E2004;F2005,\n"
        "short\n"
    )
    found = table_citations(text, "data/t.csv")
    assert [(c.line, c.key) for c in found] == [
        *((2, "A2000"), (2, "B2001"), (2, "C2002"), (2, "D2003")),
        *((4, "E2004"), (4, "F2005")),
    ]
    assert all(citation.table and citation.path == "data/t.csv" for citation in found)


def test_a_table_that_is_no_csv_is_left_to_its_own_check() -> None:
    assert table_citations("", "t.csv") == table_citations("id,x\na,A2000\n", "t.csv") == []
    assert [c.key for c in table_citations('source\nA2000\n"B2001', "t.csv")] == ["A2000", "B2001"]


def test_the_whole_book_is_searched(project: Callable[[str], Path]) -> None:
    root = project("clean")
    (root / "index.md").write_text("{cite}`A2000`\n", encoding="utf-8")
    (root / "chapters/part").mkdir()
    (root / "chapters/part/deep.md").write_bytes(b"\xff\r\n{cite}`B2001`\r\n")
    (root / "README.md").write_text("{cite}`Never2000`\n", encoding="utf-8")
    (root / "data/rows.csv").write_text("source\nC2002\n", encoding="utf-8")
    found = collect_citations(root)
    assert Citation("index.md", 1, "A2000") in found
    assert Citation("chapters/part/deep.md", 2, "B2001") in found
    assert Citation("data/rows.csv", 2, "C2002", table=True) in found
    # The snapshot's own key column is no citation: every row would cite itself.
    assert {c.path for c in found} == {"index.md", "chapters/page.md", "chapters/part/deep.md", "data/rows.csv"}
