"""Chapters that fail beside one that does not: what the command line says, and what it keeps."""

from __future__ import annotations

from pathlib import Path

from .book_copy import Copy

CHAPTER = """\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
---
# {name}

```{{code-cell}} ipython3
{source}
```
"""


def test_a_chapter_that_fails_is_told_with_its_cell_and_the_others_are_kept(tmp_path: Path) -> None:
    book = Copy(tmp_path)
    cells = {
        "good": "6 * 7",
        "raising": "def dose():\n    raise ValueError('no dose below 0')\n\ndose()",
        "endless": "import time\nwhile True: time.sleep(0.1)",
    }
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.md").write_text("# Home\n")
    entries = "".join(f"  - file: chapters/{name}\n" for name in cells)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{entries}")
    for name, source in cells.items():
        (tmp_path / f"chapters/{name}.md").write_text(CHAPTER.format(name=name, source=source))
    files = book.bytes()
    done = book.run("build", "execute", RESISTANCE_CELL_TIMEOUT="6")
    assert done.returncode == 1
    assert done.stderr == ""
    raising = (
        "chapters/raising.md:8: RUN001 error: code cell 1 raises ValueError: no dose below 0. "
        "Correct the cell, or what it calls."
    )
    endless = (
        "chapters/endless.md:8: RUN002 error: code cell 1 has not ended after 6 s. "
        "Make the cell faster; RESISTANCE_CELL_TIMEOUT sets the limit in seconds."
    )
    lines = done.stdout.splitlines()
    *_, first, second, examined, summary = lines
    assert [first, second] == [endless, raising]
    assert examined == "Examined 3 notebooks: 2 errors, 0 warnings."
    assert summary.startswith("Executed 1, unchanged 0, failed 2 notebooks in ")
    told = lines.index(raising)
    assert lines[told + 1 : told + 5] == [
        "    | def dose():",
        "    |     raise ValueError('no dose below 0')",
        "",
        "    | dose()",
    ]
    traceback = "\n".join(lines[told + 5 :])
    assert "Traceback" in traceback
    assert "----> 4 dose()" in traceback
    assert "    ValueError: no dose below 0" in traceback
    source = lines.index(endless)
    assert lines[source + 1 : source + 3] == ["    | import time", "    | while True: time.sleep(0.1)"]
    assert {name: data for name, data in book.bytes().items() if not name.startswith("_build")} == files
    again = book.run("build", "execute", RESISTANCE_CELL_TIMEOUT="6")
    assert "unchanged 1" in again.stdout.splitlines()[-1], "the good chapter's result was kept"
