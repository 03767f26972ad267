"""One canonical layout, which loses nothing: shown by our own reading and by another BibTeX reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData, parse_string

from resistance.references.format import FormatError, content, format_bib, format_file
from resistance.references.library import parse_library

AWKWARD = r"""% The head of the file,
% in two lines.

% Journals
@STRING{nrc = "Nature Reviews" # " Cancer"}
@string(jco = {Journal of Clinical Oncology})
@preamble{"\newcommand{\noopsort}[1]{}" # "x"}

@comment{kept: {braces} and all}

% goes with Zeta
@Article{Zeta2001,
  TITLE = "A {GPU} {\"U}ber {\"o} {"}quoted{"} title with {Nested {Braces {Deep}}}",
     author="M{\"u}ller, J{\o}rgen
        and {World Health Organization and Partners} and de la Cruz, Jr., Mar{\'\i}a and others"
  , journal = nrc, year=2001,
  month = jan # "~1", pages = "1--" # {2}, url = {https://example.org/a_b~c?d=e%20f&g={h}},
  note = {a, b = c # d; 50\% of \$5 and $\alpha_{1}$ -- ``so''}, abstract = {First paragraph

  second paragraph}, keywords = {} }
@inproceedings{alpha2002, crossref = {Proc2000}, title={Straße, naïve, Ωmega, 腫瘍 \& 50% é}, author={李, 明}}
@proceedings{Proc2000, title = {Proceedings}, year = 2000, editor = jco # { and others}}
@misc{Many2003, author = {AUTHORS}, title = {Many}, year = 2003}
A trailing remark

and another.
""".replace("AUTHORS", " and ".join(f"Author{i}, Ann {i}." for i in range(1500)))


def as_pybtex_reads(text: str, **options: object) -> BibliographyData:
    return parse_string(text, "bibtex", **options)


def meaning(text: str, **options: object) -> dict[str, object]:
    """Types, people and fields as pybtex reads them; white space in fields has no meaning."""
    read = as_pybtex_reads(text, **options)
    return {
        key: (
            entry.type,
            {role.lower(): [str(person) for person in people] for role, people in entry.persons.items()},
            {name.lower(): " ".join(value.split()) for name, value in entry.fields.items()},
        )
        for key, entry in read.entries.items()
    }


def test_awkward_entries_mean_the_same_to_another_reader() -> None:
    formatted = format_bib(AWKWARD)
    assert meaning(formatted) == meaning(AWKWARD)
    assert len(meaning(formatted)) == 4
    assert "".join(as_pybtex_reads(formatted).preamble.split()) == "".join(as_pybtex_reads(AWKWARD).preamble.split())


def test_awkward_entries_mean_the_same_to_us() -> None:
    formatted = format_bib(AWKWARD)
    assert content(formatted) == content(AWKWARD)
    before, after = parse_library(AWKWARD), parse_library(formatted)
    assert before.strings == after.strings
    for entry in before.entries:
        again = after.by_key[entry.key]
        assert {name: f.raw for name, f in entry.fields.items()} == {name: f.raw for name, f in again.fields.items()}


def test_formatting_twice_changes_nothing_more() -> None:
    assert format_bib(format_bib(AWKWARD)) == format_bib(AWKWARD)


def test_the_layout() -> None:
    assert format_bib(AWKWARD.replace("\n@misc{Many", "\n@comment{Many")) == (
        "% The head of the file,\n% in two lines.\n\n"
        "% Journals\n@string{nrc = {Nature Reviews} # { Cancer}}\n\n"
        "@string{jco = {Journal of Clinical Oncology}}\n\n"
        "@preamble{{\\newcommand{\\noopsort}[1]{}} # {x}}\n\n"
        "@inproceedings{alpha2002,\n"
        "  author = {李, 明},\n"
        "  title = {Straße, naïve, Ωmega, 腫瘍 \\& 50% é},\n"
        "  crossref = {Proc2000},\n"
        "}\n\n"
        "@comment{kept: {braces} and all}\n"
        "% goes with Zeta\n"
        "@article{Zeta2001,\n"
        '  author = {M{\\"u}ller, J{\\o}rgen and {World Health Organization and Partners} and '
        "de la Cruz, Jr., Mar{\\'\\i}a and others},\n"
        '  title = {A {GPU} {\\"U}ber {\\"o} {"}quoted{"} title with {Nested {Braces {Deep}}}},\n'
        "  journal = nrc,\n"
        "  year = {2001},\n"
        "  month = jan # {~1},\n"
        "  pages = {1--} # {2},\n"
        "  url = {https://example.org/a_b~c?d=e%20f&g={h}},\n"
        "  note = {a, b = c # d; 50\\% of \\$5 and $\\alpha_{1}$ -- ``so''},\n"
        "  abstract = {First paragraph\n\n  second paragraph},\n"
        "  keywords = {},\n"
        "}\n\n"
        "@proceedings{Proc2000,\n"
        "  editor = jco # { and others},\n"
        "  title = {Proceedings},\n"
        "  year = {2000},\n"
        "}\n\n" + "@comment{" + AWKWARD.partition("@misc{")[2].partition("}\nA trailing")[0] + "}\n\n"
        "A trailing remark\n\nand another.\n"
    )


WORD = st.sampled_from(
    [
        "a",
        "B2",
        "é",
        "Straße",
        r"{\'e}",
        r"{\"o}",
        "{X Y}",
        "{}",
        "--",
        "50%",
        r"\&",
        "=",
        ",",
        "#",
        '{"}',
        "@x",
        "~",
        "$x_1$",
        "\n",
        "\n  ",
    ]
)
BRACED = st.lists(WORD, max_size=6).map(lambda words: "{" + " ".join(words) + "}")
QUOTED = st.lists(WORD, max_size=6).map(lambda words: '"' + " ".join(words) + '"')
VALUE = st.one_of(
    BRACED, QUOTED, st.integers(0, 3000).map(str), st.sampled_from(["jan", "name", 'name # " x"', "{a } # name"])
)
FIELDS = st.dictionaries(st.sampled_from(["title", "Author", "YEAR", "zzz", "note", "doi"]), VALUE, max_size=4)
COMMENT = st.sampled_from(
    ["", "% a remark\n", "\n\nfree text, parted\n\n\n", "@comment{x {y} z}\n", "% one\n\n% two\n"]
)
ENTRY = st.tuples(COMMENT, st.sampled_from(["@article", "@MISC", "@book "]), FIELDS)


@given(st.lists(ENTRY, max_size=4), COMMENT)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_whatever_the_entries(entries: list[tuple[str, str, dict[str, str]]], tail: str) -> None:
    text = '@string{name = "A " # {Name}}\n'
    for number, (comment, kind, fields) in enumerate(entries):
        body = "".join(f" {name}  ={value}\n ," for name, value in fields.items())
        text += f"{comment}{kind}{{Key{9 - number},{body} }}\n"
    text += tail
    formatted = format_bib(text)
    assert format_bib(formatted) == formatted
    # Names are compared as text: most of these are none.
    assert meaning(formatted, person_fields=[]) == meaning(text, person_fields=[])
    for word in ("remark", "free text, parted", "{x {y} z}", "% two"):
        assert formatted.count(word) == text.count(word)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("@article{A2000,\n  title = {unclosed\n", "REF004", 1),
        ("@misc{A2000,\n  year = 1\n  note = {x},\n}\n", "REF004", 2),
        ("@misc{A2000,\n}\n@misc{A2000,\n}\n", "REF005", 3),
        ("@misc{A2000,\n  year = 1,\n  YEAR = 2,\n}\n", "REF007", 3),
        ("@misc{A2000,\n  year = 1},\n  note = {x},\n}\n", "REF004", 2),
    ],
)
def test_a_file_that_does_not_parse_is_refused_and_left_alone(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = tmp_path / "references.bib"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as error:
        format_bib(text)
    assert [(f.code, f.line) for f in error.value.findings] == [(code, line)]
    assert [(f.code, f.line) for f in format_file(path)] == [(code, line)]
    assert path.read_text(encoding="utf-8") == text


def test_a_result_that_would_not_read_the_same_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resistance.references.format.entry_source", lambda *_: "@misc{A2000,\n}")
    with pytest.raises(FormatError, match="would not read the same"):
        format_bib("@misc{A2000,\n  year = 1,\n}\n")


def test_bytes_that_are_not_utf_8_are_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_bytes(b"@misc{A2000,\n  title = {\xe9},\n}\n")
    assert [(f.code, f.line) for f in format_file(path)] == [("REF001", 2)]
    assert path.read_bytes().count(b"\xe9") == 1


@pytest.mark.parametrize("name", ["byte-order-mark", "line-ends"])
def test_a_byte_order_mark_and_crlf_are_layout(project: Callable[[str], Path], name: str) -> None:
    path = project(name) / "references.bib"
    assert [f.code for f in format_file(path, write=False)] == ["REF078"]
    assert format_file(path) == []
    assert path.read_bytes() == format_bib(path.read_text(encoding="utf-8")).encode()
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r" not in path.read_bytes()
    assert format_file(path, write=False) == []


def test_asked_only_to_look_it_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    text = "@misc{B2001,\n  year = {2001},\n}\n\n@misc{A2000,\n}\n"
    path.write_text(text, encoding="utf-8")
    assert [(f.code, f.line) for f in format_file(path, write=False)] == [("REF078", 1)]
    assert path.read_text(encoding="utf-8") == text


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert [f.code for f in format_file(tmp_path / "references.bib")] == ["REF008"]
