"""Published notebooks: whole, the same bytes every time, and right when executed again in a fresh kernel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from resistance.execution.notebooks import publish_notebooks

RICH = """
    class Figure:
        def _repr_mimebundle_(self, include=None, exclude=None):
            return {"application/vnd.resistance.figure+json": {"rows": [1, 2], "alt": "Two"}, "text/plain": "Figure"}

    print("one"); print("two")
    Figure()
"""


@pytest.fixture
def published(book):
    """A book with two executed pages, published to a folder."""
    book.write("data/a.csv", "7")
    book.page("mechanisms/rich", RICH, prose="Prose with {cite}`Key2001` and $x^2$.")
    book.page("reads", "import os, pathlib\nint(pathlib.Path(os.environ['RESISTANCE_ROOT'], 'data/a.csv').read_text())")
    assert book.execute().ok
    return publish_notebooks(book.root, book.root / "_build/notebooks")


def test_notebook_is_whole(book, published):
    assert [path.relative_to(book.root / "_build/notebooks").as_posix() for path in published] == [
        "mechanisms/rich.ipynb",
        "reads.ipynb",
    ]
    notebook = nbformat.read(published[0], as_version=4)
    nbformat.validate(notebook)
    first = notebook.cells[0]
    assert first.cell_type == "markdown", "a reader who has the notebook alone is told before anything runs"
    for words in (
        "and the package `resistance`",
        "python -m pip install",
        "\n%pip install",
        "make site",
        "`.venv`",
        "No module named 'resistance'",
    ):
        assert words in first.source
    assert notebook.cells[1].cell_type == "markdown"
    assert "Prose with Key2001 and $x^2$." in notebook.cells[1].source
    outputs = notebook.cells[3].outputs
    assert outputs[0].text == "one\ntwo\n"
    assert outputs[1].data["application/vnd.resistance.figure+json"] == {"rows": [1, 2], "alt": "Two"}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "resistance"}
    assert str(book.root) not in published[0].read_text().replace(json.dumps(str(book.log)), "")


def test_a_page_without_code_is_published_too(book):
    book.write("chapters/words.md", f"{book.header}\n# Words\n\nNothing to execute.\n")
    book.pages.append("words")
    book.contents()
    assert book.execute().ok
    (path,) = publish_notebooks(book.root, book.root / "_build/notebooks")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "markdown"]


def test_same_bytes_every_time(book, published):
    first = [path.read_bytes() for path in published]
    shutil.rmtree(book.root / "_build")
    assert sorted(book.execute().executed) == ["mechanisms/rich", "reads"]
    again = publish_notebooks(book.root, book.root / "_build/notebooks")
    assert [path.read_bytes() for path in again] == first


def test_only_what_is_new_is_written(book, published):
    for path in published:
        os.utime(path, ns=(0, 0))
    before = nbformat.read(published[1], as_version=4)
    book.write("data/a.csv", "8")
    book.execute()
    publish_notebooks(book.root, book.root / "_build/notebooks")
    assert [path.stat().st_mtime_ns == 0 for path in published] == [True, False]
    after = nbformat.read(published[1], as_version=4)
    assert after.cells[-1].outputs[0].data["text/plain"] == "8"
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]


def test_cell_ids_stay_when_a_cell_is_added(book, published):
    before = {cell.source: cell.id for cell in nbformat.read(published[1], as_version=4).cells}
    book.page("reads", "1", "1", list(before)[-1])
    book.execute()
    publish_notebooks(book.root, book.root / "_build/notebooks")
    cells = nbformat.read(published[1], as_version=4).cells
    assert {source: cell_id for source, cell_id in before.items()}.items() <= {c.source: c.id for c in cells}.items()
    assert len({cell.id for cell in cells}) == len(cells)


def test_pages_that_are_gone_or_fail_are_not_published(book, published, tmp_path):
    book.pages.remove("mechanisms/rich")
    book.page("reads", "1 / 0")
    book.contents()
    book.execute()
    assert publish_notebooks(book.root, book.root / "_build/notebooks") == []
    assert not any(path.exists() for path in published)
    (tmp_path / "mine.ipynb").write_text("{}")
    publish_notebooks(book.root, tmp_path)
    assert (tmp_path / "mine.ipynb").exists(), "nothing is removed outside _build"


def test_fresh_kernel_gives_the_same_outputs(book, published):
    def nbval(name: str) -> str:
        command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", name]
        environ = os.environ | {"RESISTANCE_ROOT": str(book.root)}
        folder = book.root / "_build/notebooks"
        return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True).stdout

    assert "4 passed" in (out := nbval(".")), out
    book.write("data/a.csv", "9")
    assert "1 failed, 1 passed" in (out := nbval("reads.ipynb")), out
