"""A page that runs again gives the same result; the cell from which on it does not is told."""

from __future__ import annotations

from resistance.execution.again import run_again


def test_a_result_that_differs_is_one_line_at_its_cell(book):
    book.page("same", "import random; print(random.Random(1).random())")
    differs = book.page("differs", "print('the same')", "import os; x = os.urandom(9); print(x)", "print(x)")
    assert book.execute().ok
    cached = {path: path.read_bytes() for path in (book.root / "_build").rglob("*") if path.is_file()}
    findings, pages = run_again(book.root, say=lambda line: None)
    assert pages == 2
    (finding,) = findings
    line = differs.read_text().split("\n").index("import os; x = os.urandom(9); print(x)")
    assert (finding.path, finding.line, finding.code) == ("chapters/differs.md", line, "RUN009")
    assert finding.message == "code cell 3 gives another result when it runs again"
    assert {path: path.read_bytes() for path in (book.root / "_build").rglob("*") if path.is_file()} == cached


def test_a_page_that_fails_the_second_time_is_told_with_its_fault(book):
    book.page("once", f"import pathlib; p = pathlib.Path({str(book.log)!r}); assert p.read_text().count('once') < 2")
    assert book.execute().ok
    (finding,) = run_again(book.root, say=lambda line: None)[0]
    assert (finding.code, finding.message.split(":")[0]) == ("RUN001", "code cell 2 raises AssertionError")
