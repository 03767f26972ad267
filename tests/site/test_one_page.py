"""``resistance build chapters/x.md`` executes and draws one page, whatever is wrong with the others."""

from __future__ import annotations

from pathlib import Path

from ..book_copy import copy_book

NOTEBOOK = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# One

It links to {page}`two`, to {ref}`a table there <tbl-two>`, and computes:

```{code-cell} ipython3
print(6 * 7)
```
"""


def test_one_page_alone(tmp_path: Path) -> None:
    book = copy_book(tmp_path / "book")
    for path in (book.root / "chapters").rglob("*.md"):
        path.unlink()
    (book.root / "chapters/one.md").write_text(NOTEBOOK, encoding="utf-8")
    (book.root / "chapters/two.md").write_text(NOTEBOOK.replace("6 * 7", "1 / 0"), encoding="utf-8")
    listed = "chapters:\n  - file: chapters/one\n  - file: chapters/two\n"
    (book.root / "_toc.yml").write_text(f"format: jb-book\nroot: index\n{listed}", encoding="utf-8")
    done = book.run("build", "chapters/one.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Built chapters/one.md alone in " in done.stdout
    folder = book.root / "_build/page/chapters"
    assert ">42\n" in (folder / "one.html").read_text(encoding="utf-8")
    assert not (folder / "two.html").exists()
    failed = book.run("build", "two")
    assert failed.returncode == 2, "build has verbs, and pages end in .md"
    failed = book.run("build", "chapters/two.md")
    assert failed.returncode == 1
    assert "chapters/two.md:" in failed.stdout and "ZeroDivisionError" in failed.stdout
    (book.root / "chapters/one.md").write_text(
        NOTEBOOK.replace("It links", "{cite}`Nobody1900` It links"), encoding="utf-8"
    )
    failed = book.run("build", "chapters/one.md")
    assert failed.returncode == 1
    assert "SIT001 error: there is no work 'Nobody1900'" in failed.stdout
    assert "there is no page 'x.md'" in book.run("build", "x.md").stderr
