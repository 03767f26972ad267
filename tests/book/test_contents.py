"""The contents: pages in order, and each fault with the line of its entry."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resistance.book.contents import read_contents, read_parts

TOC = """\
format: jb-book
root: index
parts:
  - caption: Mechanisms
    chapters:
      - file: chapters/a
        sections:
          - file: chapters/deep/b
      - url: https://example.org
        title: Elsewhere
  - caption: More
    chapters:
      - file: chapters/c
"""


def faults(book, toc: str) -> list[tuple[int, str]]:
    book.write("_toc.yml", toc)
    return [(finding.line, finding.code) for finding in read_contents(book.root)[1]]


def write_pages(book) -> None:
    for name in ("index", "chapters/a", "chapters/deep/b", "chapters/c"):
        book.write(f"{name}.md", "# Page\n")


def test_pages_come_in_order_with_their_lines(book):
    write_pages(book)
    book.write("_toc.yml", TOC)
    entries, findings = read_contents(book.root)
    assert findings == []
    assert [(entry.docname, entry.line) for entry in entries] == [
        ("index", 2),
        ("chapters/a", 6),
        ("chapters/deep/b", 8),
        ("chapters/c", 13),
    ]


def test_parts_have_their_pages_in_order(book):
    write_pages(book)
    book.write("_toc.yml", TOC)
    parts = [("Mechanisms", ["chapters/a", "chapters/deep/b"]), ("More", ["chapters/c"])]
    assert read_parts(book.root) == parts
    book.write("_toc.yml", "- a\n")
    assert read_parts(book.root) == []


def test_missing_file_is_found_where_it_is_named_and_others_are_kept(book):
    write_pages(book)
    (book.root / "chapters/deep/b.md").unlink()
    book.write("_toc.yml", TOC)
    entries, findings = read_contents(book.root)
    assert [str(finding) for finding in findings] == [
        "_toc.yml:8: TOC001 error: there is no file chapters/deep/b.md. "
        "Add the file, or remove the entry from _toc.yml."
    ]
    assert [entry.docname for entry in entries] == ["index", "chapters/a", "chapters/c"]


def test_no_contents(book):
    assert [finding.code for finding in read_contents(book.root)[1]] == ["TOC002"]


def test_yaml_error_has_its_line(book):
    assert faults(book, "format: jb-book\nroot: index\nparts:\n  - caption: a: b\n") == [(4, "TOC003")]


def test_latin_1_contents(book):
    (book.root / "_toc.yml").write_bytes("root: ÿndex".encode("latin-1"))
    assert [finding.code for finding in read_contents(book.root)[1]] == ["TOC003"]


def test_empty_contents(book):
    assert faults(book, "") == [(1, "TOC004")]


def test_entry_that_sphinx_would_refuse_has_its_line(book):
    write_pages(book)
    assert faults(book, TOC.replace("  - caption: More\n    chapters:", "  - caption: More\n    pages:")) == [
        (11, "TOC004")
    ]
    assert faults(book, TOC.replace("      - file: chapters/c", "      - fil: chapters/c")) == [(13, "TOC004")]
    assert (6, "TOC004") in faults(book, TOC.replace("        sections:", "        pages:"))


def test_page_listed_twice(book):
    write_pages(book)
    assert faults(book, TOC + "      - file: chapters/a\n") == [(14, "TOC005")]


def test_glob_lists_files(book):
    write_pages(book)
    book.write("_toc.yml", TOC.replace("file: chapters/c", "glob: chapters/[cd]*"))
    assert [entry.docname for entry in read_contents(book.root)[0]][-1] == "chapters/c"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="root:file \n-[]{}&*'\"#a1?|>", max_size=60) | st.text(max_size=30))
def test_no_contents_raise(book, toc):
    (book.root / "_toc.yml").write_text(toc, encoding="utf-8", errors="replace")
    entries, findings = read_contents(book.root)
    assert entries or findings
