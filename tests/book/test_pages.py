"""Pages: which are notebooks, and what is wrong with them before anything is executed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resistance.book.pages import check_form, every_page, read_book, read_page
from resistance.diagnostics import report

from ..execution.conftest import HEADER

CELL = "\n```{code-cell} ipython3\n1 + 1\n```\n"


def faults(book, text: str | bytes) -> list[tuple[int, str]]:
    path = book.write("page.md", "")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [(finding.line, finding.code) for finding in read_page(book.root, "page").findings]


def test_clean_book_has_no_findings(book, capsys):
    book.page("mechanisms/a")
    book.page("b")
    findings, counts = check_form(read_book(book.root))
    assert (findings, counts) == ([], {"pages": 3})
    assert report(findings, counts) == 0
    assert "Examined 3 pages" in capsys.readouterr().out


def test_notebooks_are_the_pages_with_a_kernel(book):
    book.page("mechanisms/a")
    found = read_book(book.root)
    assert [page.docname for page in found.pages] == ["index", "chapters/mechanisms/a"]
    assert [(page.name, page.source) for page in found.notebooks] == [("mechanisms/a", "chapters/mechanisms/a.md")]


def test_execution_can_be_turned_off_in_a_page(book):
    path = book.page("a")
    path.write_text(path.read_text().replace("kernelspec:", "mystnb:\n  execution_mode: 'off'\nkernelspec:"))
    found = read_book(book.root)
    assert found.findings == []
    assert found.notebooks == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: a: b\n---\n", [(2, "CHP001")]),
        ("---\nkernelspec:\n  name: python3\n\tdisplay_name: x\n---\n", [(4, "CHP001")]),
        ("---\ntitle: never closed\n", [(1, "CHP001")]),
        ("---\n- a\n- list\n---\n", [(2, "CHP001")]),
        ("---\ndate: 2026-13-45\n---\n", [(2, "CHP001")]),
        ("---\ntitle: x\njupytext: myst\n---\n", [(3, "CHP001")]),
        (HEADER.replace("python3", "ir") + CELL, [(6, "CHP004")]),
        (HEADER.replace("  name: python3\n", "") + CELL, [(6, "CHP004")]),
        ("# Title\n" + CELL, [(3, "CHP003")]),
        ("---\n---\n# Title\n", []),
        ("# Only prose\n", []),
        ("", []),
        ("Prose\n---\nnot: front: matter\n", []),
        (HEADER + CELL, []),
        (HEADER.replace("\n", "\r\n") + CELL, []),
        ("line one\ncaf\xe9\n".encode("latin-1"), [(2, "CHP002")]),
    ],
)
def test_form_of_a_page(book, text, expected):
    assert faults(book, text) == expected


def test_all_faults_come_in_one_run_and_good_pages_stay(book):
    book.page("good")
    book.page("bad").write_text("---\ntitle: a: b\n---\n")
    book.page("gone").unlink()
    book.write("chapters/forgotten.md", "# Not in the contents\n")
    book.write("chapters/_included.md", "Part of another page\n")
    book.write("_config.yml", "title: x\nparse: [\n")
    findings, _ = check_form(read_book(book.root))
    assert sorted((finding.path, finding.code) for finding in findings) == [
        ("_config.yml", "TOC003"),
        ("_toc.yml", "TOC001"),
        ("chapters/bad.md", "CHP001"),
        ("chapters/forgotten.md", "TOC006"),
    ]
    found = read_book(book.root)
    assert [page.name for page in found.notebooks] == ["good"]
    assert found.unusable == ["bad"]


def test_two_pages_that_would_be_published_under_one_name(book):
    book.page("index")
    assert [(f.line, f.code) for f in read_book(book.root).findings] == [(6, "TOC005")]


def test_a_page_is_read_once_and_again_when_it_changes(book):
    path = book.page("a")
    first = read_page(book.root, "chapters/a")
    assert read_page(book.root, "chapters/a") is first
    path.write_text(path.read_text() + "More.\n")
    assert read_page(book.root, "chapters/a").text.endswith("More.\n")


def test_every_page_is_read_listed_or_not_and_examples_on_request(book):
    book.page("a")
    book.write("chapters/deep/forgotten.md", "# Not listed\n")
    book.write("chapters/_example.md", "# To copy\n")
    (book.root / "chapters/folder.md").mkdir()
    names = ["index", "a", "deep/forgotten"]
    assert [page.name for page in every_page(book.root)] == names
    assert sorted(page.name for page in every_page(book.root, templates=True)) == sorted([*names, "_example"])


def test_what_a_chapter_says_of_its_search(book):
    page = book.write("page.md", "---\nreview:\n  searched: 2026-11-01\n  question: Why?\n---\n# Page\n")
    found = read_page(book.root, "page")
    assert (found.review["question"], str(found.searched)) == ("Why?", "2026-11-01")
    page.write_text("---\nreview:\n---\n# Page\n")
    assert (read_page(book.root, "page").review, read_page(book.root, "page").searched) == ({}, None)
    page.write_text("# Page\n")
    assert read_page(book.root, "page").review is None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40) | st.text(alphabet="-:\n \tabjupytext[]{}'\"&*!|>1.", max_size=60).map(str.encode))
def test_no_page_raises(book, content):
    (book.root / "page.md").write_bytes(b"---\n" + content + b"\n---\n")
    page = read_page(book.root, "page")
    assert page.parts is not None
    assert page.metadata or page.review is None
