"""Reading a .bib file: values as BibTeX means them, Unicode for comparison, exact lines, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.references.library import find_entries, keys, parse_library, read_library

ENTRY = """@article{{Key2001,
  author = {{Author, Ann}},
  {field},
  year = {{2001}},
}}
"""


def value(field: str, name: str = "title", head: str = "") -> str:
    library = parse_library(head + ENTRY.format(field=f"{name} = {field}"))
    assert library.findings == []
    return library.entries[0].raw(name)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{plain}", "plain"),
        ('"quoted"', "quoted"),
        ("1999", "1999"),
        ("{a {b {c}} d}", "a {b {c}} d"),
        ('"a {"} b"', 'a {"} b'),
        (r'"M{\"u}ller"', r"M{\"u}ller"),
        ('"one" # "two"', "onetwo"),
        ('{one } # nrc # " two" # 3', "one Nature Reviews two3"),
        ("jan", "January"),
        ("NRC", "Nature Reviews"),
        ("{a\n     long\n  line}", "a long line"),
        ("{a, b = c}", "a, b = c"),
        ("{an @ sign and a @misc{x} in it}", "an @ sign and a @misc{x} in it"),
        (r"{escaped \{ braces \}}", r"escaped \{ braces \}"),
        ("{}", ""),
    ],
)
def test_values_are_read_as_bibtex_means_them(written: str, read: str) -> None:
    assert value(written, head='@string{nrc = "Nature Reviews"}\n') == read


@pytest.mark.parametrize("written", [r'"M\"{u}ller"', r"{one \{ brace}", r"{one \} brace}", "{a} {b}", '"a" #', "{a}b"])
def test_values_that_bibtex_itself_cannot_read_are_faults(written: str) -> None:
    library = parse_library(ENTRY.format(field=f"title = {written}"))
    assert [(f.code, f.line) for f in library.findings] == [("REF004", 3)]


@pytest.mark.parametrize(
    ("latex", "unicode"),
    [
        (r"{\'E}mile M{\"u}ller and Fran{\c c}ois", "Émile Müller and François"),
        (r"\o{}re, stra{\ss}e, \L{}od\'z, {\aa}r", "øre, straße, Łodź, år"),
        (r"IC$_{50}$ of 10$^{-6}$ and $\beta$-catenin", "IC₅₀ of 10⁻⁶ and β-catenin"),
        (r"\textit{TP53} in H\textsubscript{2}O", "TP53 in H₂O"),
        (r"R\&D, 50\%, a\_b, pages 1--2", "R&D, 50%, a_b, pages 1–2"),
        ("50% of A & B", "50% of A & B"),
        ("``quoted'' {Braced} text", "“quoted” Braced text"),
        ("a lone $ sign", "a lone $ sign"),
        (
            r"the \texttt{deSolve} package of \textsf{R}, set in {\LaTeX} by \TeX{}",
            "the deSolve package of R, set in LaTeX by TeX",
        ),
        (r"\enquote{Quoted} and\slash or at 37\degree{} \mkbibquote{again}", "“Quoted” and/or at 37° “again”"),
        (r"A break\allowbreak{} here and {\boldmath $x$}", "A break here and x"),
        ("naïve Straße, 腫瘍", "naïve Straße, 腫瘍"),
    ],
)
def test_text_is_unicode(latex: str, unicode: str) -> None:
    assert parse_library(ENTRY.format(field=f"title = {{{latex}}}")).entries[0].text("title") == unicode


def test_identifiers_are_taken_as_they_stand() -> None:
    doi = "10.1002/(sici)1097-0142(19990101)85:1<1::aid-cncr1>3.0.co;2-a--b"
    entry = parse_library(ENTRY.format(field=f"doi = {{{doi}}}, url = {{https://example.org/a\\_b~c%20d}}")).entries[0]
    assert entry.text("doi") == doi
    assert entry.text("url") == "https://example.org/a_b~c%20d"


def test_lines_are_exact() -> None:
    text = (
        "% remark\n\n@string{a = {A\nB}}\n@comment{x\ny}\n"
        "@article{One2001,\n  title = {over\n    three\n    lines},\n  year = {2001}, doi = {10.1234/x},\n"
        "  note\n    = {below},\n}\n"
        "remark\n@book(Two2002,\n  title = {A back-slash \\\n at a line's end},\n  year = 2002)\n"
        "@misc{Three2003,\n  year = {2003},\n}\n"
    )
    one, two, three = parse_library(text).entries
    assert [entry.line for entry in (one, two, three)] == [7, 16, 20]
    assert {name: field.line for name, field in one.fields.items()} == {"title": 8, "year": 11, "doi": 11, "note": 13}
    assert two.fields["title"].line == 17
    assert two.fields["year"].line == 19
    assert three.line_of("year") == 21
    assert three.line_of("doi", "pmid") == 20


def test_type_and_field_names_have_no_case_and_keys_do() -> None:
    entry = parse_library("@ARTICLE{KeyX2001,\n  TITLE = {T},\n}").entries[0]
    assert (entry.type, entry.key, entry.text("title")) == ("article", "KeyX2001", "T")


def test_crossref_gives_what_the_entry_lacks() -> None:
    text = (
        "@incollection{Child2001,\n  author = {A, B},\n  title = {Child},\n  pages = {1--2},\n"
        "  crossref = {parent2000},\n}\n"
        "@book{Parent2000,\n  editor = {Editor, Ed},\n  title = {Parent},\n  publisher = {Wiley},\n  year = {2000},\n"
        "  doi = {10.1234/parent},\n}\n"
    )
    library = parse_library(text)
    child = library.by_key["Child2001"]
    assert library.findings == []
    assert (child.text("title"), child.text("booktitle"), child.text("publisher")) == ("Child", "Parent", "Wiley")
    assert child.text("year") == "2000"
    assert child.text("doi") == ""
    assert child.field_names == ["author", "title", "pages", "crossref", "editor", "publisher", "year", "booktitle"]


@pytest.mark.parametrize("target", ["Key2001", "Nobody2000"])
def test_crossref_to_itself_or_to_nobody_is_a_fault(target: str) -> None:
    library = parse_library(ENTRY.format(field=f"crossref = {{{target}}}"))
    assert [(f.code, f.line) for f in library.findings] == [("REF018", 3)]
    assert library.entries[0].text("publisher") == ""


def test_a_key_that_cannot_be_read_is_still_known() -> None:
    text = "@article{Broken2001,\n  title = {unclosed\n\n@article{Fine2002,\n  title = {T},\n}\n"
    library = parse_library(text)
    assert [entry.key for entry in library.entries] == ["Fine2002"]
    assert library.broken == {"Broken2001"}


def test_keys_and_entries_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text("@misc{B2001,\n}\n@misc{A2000,\n}\n@misc{Broken2002,\n  title = {\n", encoding="utf-8")
    assert keys(path) == {"A2000", "B2001", "Broken2002"}
    library = read_library(path)
    assert [entry.key for entry in find_entries(library, ["A2000", "B2001", "Nobody"])] == ["B2001", "A2000"]


def test_an_empty_file_has_no_entries_and_no_faults() -> None:
    library = parse_library("")
    assert library.entries == library.findings == []


@given(st.text(alphabet='@{}(),="#%\\ \nabc1é', max_size=60))
def test_whatever_is_in_the_file_it_is_read_without_a_traceback(text: str) -> None:
    library = parse_library(text)
    lines = text.count("\n") + 1
    assert all(1 <= finding.line <= lines for finding in library.findings)
    assert all(1 <= field.line <= lines for entry in library.entries for field in entry.fields.values())


@given(st.binary(max_size=80))
def test_whatever_the_bytes_the_file_is_read_without_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bib"
    path.write_bytes(data)
    read_library(path)
