"""What a cell shows is bounded, joined as nbclient joins it, and neither runs nor fetches anything."""

from __future__ import annotations

import random
import re
import time

import nbformat.v4 as v4
import pytest

from resistance.execution.limits import LONGEST_LINE, MOST_CHARACTERS, MOST_DATA, MOST_LINES
from resistance.execution.outputs import cut, output_faults, tidy


def notebook(*outputs):
    return v4.new_notebook(cells=[v4.new_markdown_cell("words"), v4.new_code_cell("1", outputs=list(outputs))])


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def html(text):
    return v4.new_output("display_data", data={"text/html": text})


def test_text_within_the_limits_stays_as_it_is():
    text = "\n".join(["x" * LONGEST_LINE] * 40) + "\n"
    assert cut(text) == text
    assert cut("") == ""


def test_a_long_line_is_cut_with_the_number_of_characters_that_are_missing():
    assert cut("A" * (LONGEST_LINE + 1234)) == "A" * LONGEST_LINE + " [1,234 more characters were left out]"


def test_many_lines_are_cut_with_their_number():
    shown = cut("\n".join(map(str, range(MOST_LINES + 70)))).split("\n")
    assert shown[-2:] == [str(MOST_LINES - 1), "[70 more lines were left out]"]


def test_the_whole_is_cut_too():
    shown = cut("\n".join(["y" * 1999] * 400))
    assert len(shown) < MOST_CHARACTERS + 200
    assert shown.endswith("more lines were left out]")


def test_a_million_characters_take_no_time():
    started = time.process_time()
    shown = notebook(stream("ACGT" * 250_000), stream("ACGT\r" * 250_000))
    tidy(shown)
    assert len(shown.cells[1].outputs) == 1
    assert time.process_time() - started < 2


@pytest.mark.parametrize("seed", range(60))
def test_what_is_overwritten_is_what_the_usual_pattern_removes(seed):
    draw = random.Random(seed)
    text = "".join(draw.choice(["a", "b", " ", "\n", "\r", "\r\n", "50%\r", "éx"]) for _ in range(40))
    pieces = [text[i : i + 7] for i in range(0, len(text), 7)]
    shown = notebook(*map(stream, pieces))
    tidy(shown)
    assert [output.text for output in shown.cells[1].outputs] == [re.sub(r".*\r(?=[^\n])", "", text)]


def test_streams_are_joined_across_pictures_with_standard_output_first():
    picture = html("<b>x</b>")
    shown = notebook(stream("e1", "stderr"), stream("a"), picture, stream("e2", "stderr"), stream("b"))
    tidy(shown)
    found = [(o.get("name"), o.get("text")) for o in shown.cells[1].outputs]
    assert found == [("stdout", "ab"), ("stderr", "e1e2"), (None, None)]


def test_backspaces_take_back_what_stands_before_them():
    shown = notebook(stream("abc\b\bX\n\b\bd"))
    tidy(shown)
    assert shown.cells[1].outputs[0].text == "aX\nd"


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<p>x</p><script>alert(1)</script>", "an element <script>"),
        ("<IFRAME src='page.html'></IFRAME>", "an element <IFRAME>"),
        ('<img alt="x" onerror="alert(1)">', "a handler onerror"),
        ('<img src="https://tracker.example/x.png">', "//tracker.example/x.png"),
        ("<img src=//tracker.example/x.png>", "//tracker.example/x.png"),
    ],
)
def test_what_runs_or_fetches_is_a_fault(markup, what):
    assert list(output_faults(notebook(html(markup)))) == [("RUN007", 1, f"shows {what}")]


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://doi.org/10.1/x">a link is followed by choice</a>',
        '<img src="data:image/png;base64,AAAA">',
        "<table><tr><td>on = 3, script</td></tr></table>",
        "<p>&lt;script&gt; as text</p>",
    ],
)
def test_what_only_shows_is_none(markup):
    assert list(output_faults(notebook(html(markup)))) == []


def test_data_without_end_is_a_fault():
    big = v4.new_output("display_data", data={"image/svg+xml": "x" * (MOST_DATA + 1)})
    assert [fault[:2] for fault in output_faults(notebook(big))] == [("RUN006", 1)]


def test_a_page_that_writes_into_the_sources_is_told_and_one_that_writes_elsewhere_is_not(book):
    writes = book.page("writes", "open('left.csv', 'w').write('x')", "import os; os.mkdir('folder')")
    book.page("reads", "import tempfile; open(tempfile.mkstemp()[1], 'w').write('x')")
    report = book.execute()
    assert report.executed == ["reads"]
    places = writes.read_text().split("\n")
    assert [(f.path, f.line, f.code, f.message) for f in report.findings] == [
        (
            "chapters/writes.md",
            places.index("open('left.csv', 'w').write('x')"),
            "RUN008",
            "code cell 2 writes chapters/left.csv",
        ),
        (
            "chapters/writes.md",
            places.index("import os; os.mkdir('folder')"),
            "RUN008",
            "code cell 3 writes chapters/folder",
        ),
    ]


def test_a_page_with_a_chart_of_its_own_is_refused_in_one_line(book):
    book.page("bare", "from IPython.display import HTML; HTML('<script>draw()</script>')")
    (finding,) = book.execute().findings
    assert (finding.path, finding.code) == ("chapters/bare.md", "RUN007")
