"""Pages as MyST-NB will read them: code cells, their lines, and what identifies them."""

from __future__ import annotations

import pytest

from resistance.book.pages import read_page
from resistance.execution.reading import (
    UnreadableCell,
    cell_line,
    code_digest,
    loads_code,
    markdown_config,
    read_notebook,
)

BODY = """
# Title

Prose.

```{code-cell} ipython3
:tags: [remove-input]

a = 1
```

More prose.

```{code-cell} ipython3
a
```
"""


def notebook(book, body: str = BODY, header: str | None = None):
    book.write("page.md", "").write_text((header or book.header) + body)
    page = read_page(book.root, "page")
    assert page.findings == ()
    return read_notebook(book.root, page, markdown_config(book.root))


def test_cells_and_their_lines(book):
    read = notebook(book)
    assert [(cell.cell_type, cell_line(read, i)) for i, cell in enumerate(read.cells) if cell.cell_type == "code"] == [
        ("code", 16),
        ("code", 24),
    ]
    lines = (book.root / "page.md").read_text().split("\n")
    assert [i for i, line in enumerate(lines, 1) if line.startswith("```{code-cell}")] == [16, 24]
    assert read.cells[1].source == "a = 1"


def test_prose_and_other_front_matter_do_not_change_the_code(book):
    before = code_digest(notebook(book))
    assert code_digest(notebook(book, BODY.replace("Prose.", "Other prose."))) == before
    assert code_digest(notebook(book, header=book.header.replace("---\njup", "---\nreview: {days: 90}\njup"))) == before


@pytest.mark.parametrize(("old", "new"), [("a = 1", "a = 2"), ("remove-input", "hide-input"), ("```\n\nMore", "")])
def test_code_and_cell_metadata_change_the_code(book, old, new):
    assert code_digest(notebook(book, BODY.replace(old, new))) != code_digest(notebook(book))


def test_kernel_name_changes_the_code(book):
    other = book.header.replace("Python 3", "Python")
    assert code_digest(notebook(book, header=other)) != code_digest(notebook(book))


def test_extensions_of_the_book_decide_what_is_a_cell(book):
    body = ":::{note}\n\n```{code-cell} ipython3\n1\n```\n\n:::\n"
    book.write("_config.yml", "title: x\nparse:\n  myst_enable_extensions: [dollarmath]\n")
    assert sum(cell.cell_type == "code" for cell in notebook(book, body).cells) == 1
    book.write("_config.yml", "title: x\nparse:\n  myst_enable_extensions: [colon_fence]\n")
    assert sum(cell.cell_type == "code" for cell in notebook(book, body).cells) == 0


def test_options_under_sphinx_config_count_too(book):
    book.write("_config.yml", "title: x\nsphinx:\n  config:\n    myst_heading_anchors: 4\n")
    assert markdown_config(book.root).heading_anchors == 4


def test_code_from_another_file(book):
    book.write("code.py", "b = 2")
    body = "```{code-cell} ipython3\n:load: code.py\n```\n"
    read = notebook(book, body)
    assert read.cells[0].source == "b = 2"
    assert loads_code(read)
    assert not loads_code(notebook(book))


@pytest.mark.parametrize(
    "cell",
    ["```{code-cell} ipython3\n:tags: [a\n\n1\n```\n", "```{code-cell} ipython3\n---\ntags: [a\n---\n1\n```\n"],
)
def test_unreadable_options_have_their_line(book, cell):
    with pytest.raises(UnreadableCell) as caught:
        notebook(book, f"\nProse.\n\n{cell}")
    assert (caught.value.finding.line, caught.value.finding.code) == (14, "CHP005")


def test_missing_code_file_is_the_pages_fault(book):
    with pytest.raises(UnreadableCell, match=r"page\.md:1: CHP005 .*missing\.py"):
        notebook(book, "```{code-cell} ipython3\n:load: missing.py\n```\n")
