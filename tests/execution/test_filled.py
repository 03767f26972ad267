"""Published notebooks say in words what the site's roles and directives show."""

from __future__ import annotations

import re

import nbformat.v4 as v4
import pytest

from resistance.book.pages import page_of, read_book
from resistance.evidence.rows import read_rows
from resistance.execution.filled import Filler
from resistance.execution.reading import markdown_config, read_notebook
from resistance.paths import root

SITE = "https://example.org/book/"
HEADER = "---\nreview: {question: What?, search: words, searched: '2026-11-01'}\n---\n"


@pytest.fixture(scope="module")
def filler() -> Filler:
    return Filler(root(), SITE)


def filled(filler: Filler, text: str, *outputs) -> str:
    page = page_of(root(), "chapters/mechanisms/efflux-pumps", (HEADER + text).encode())
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(text), v4.new_code_cell("1", outputs=list(outputs))])
    filler.fill(page, notebook)
    return notebook.cells[0].source


def test_numbers_citations_and_claims_stand_in_the_text(filler):
    rows = read_rows()
    identifier = "abcb1-paclitaxel-chen-2018"
    text = filled(
        filler,
        f"It is {{row}}`{identifier}` {{cite}}`Chen2018,Gottesman2002` {{claim}}`efflux-fold-depends-on-drug`, as "
        f"{{cite:t}}`Chen2018` says of {{row}}`{identifier}.drug` {{looked}}`efflux-search-aml`.",
    )
    assert text == (
        f"It is {rows.find(identifier).text} (Chen et al. 2018; Gottesman et al. 2002) "
        f"[D 2/5 +]({SITE}chapters/about/claims.html), as Chen et al. (2018) says of paclitaxel."
    )


def test_counts_and_glued_numbers(filler):
    data = {"application/papermill.record/text/plain": "'41.4'"}
    glued = v4.new_output("display_data", data=data, metadata={"scrapbook": {"name": "application/papermill.record/x"}})
    expected = len(read_rows().table("claims")[1])
    assert filled(filler, "{count}`claims` claims, {glue:text}`x` days", glued) == f"{expected:,} claims, 41.4 days"


def test_pages_are_links_to_the_site_or_words(filler):
    text = filled(filler, "{page}`words <mechanisms/hypoxia>`, {page}`mechanisms/hypoxia`, {page}`nobody/wrote-it`")
    assert text == (
        f"[words]({SITE}chapters/mechanisms/hypoxia.html), [Hypoxia]({SITE}chapters/mechanisms/hypoxia.html), wrote it"
    )


def test_a_table_has_its_caption_its_rows_and_where_the_rest_is(filler):
    text = filled(
        filler, "```{evidence-table} efflux_substrates\n:anchor: tbl-x\n:caption: What.\n:columns: drug\n```\n"
    )
    lines = text.strip().split("\n")
    assert lines[:4] == ["**What.**", "", "| label | drug | figure | n | level | source |", "|" + " --- |" * 6]
    count = len(read_rows().table("efflux_substrates")[1])
    assert lines[-1] == f"{count - 20} more rows: [efflux_substrates.csv]({SITE}data/efflux_substrates.csv)"
    assert len(lines) == 4 + 20 + 2


def test_code_keeps_what_it_says(filler):
    code = "```python\nprint('{row}`x`')\n```"
    assert filled(filler, f"Text.\n\n{code}\n") == f"Text.\n\n{code}\n"


def test_what_is_unknown_stays_as_its_words(filler):
    assert filled(filler, "{row}`nobody-has-it` and {cite}`Nobody1999`") == "nobody-has-it and Nobody1999"


def test_every_notebook_of_the_book_is_filled_whole(filler):
    """Nothing of ours is left, and each cited work is in the list at the end."""
    config = markdown_config(root())
    for page in read_book(root()).notebooks:
        notebook = read_notebook(root(), page, config)
        cited = {key.strip() for role in page.parts.roles if role.name == "cite" for key in role.text.split(",")}
        filler.fill(page, notebook)
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        outside = re.sub(r"(?ms)^```.*?^```\s*?$", "", text)
        left = [role for role in re.findall(r"\{[a-z:-]+\}`[^`]*`", outside) if not role.startswith("{glue")]
        assert left == [], page.name
        assert re.findall(r"(?m)^(?:```+|:::+)\{.*", text) == [], page.name
        if any(block.name == "reference-list" for block in page.parts.directives):
            listed = text.split("## References", 1)[1]
            assert all(filler._work(key).text in listed for key in cited), page.name
