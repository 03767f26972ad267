"""Small inputs that once went wrong, each checked as a page of a book or a row of a table."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from resistance.book.contract import Known, check_contract
from resistance.book.pages import check_form, read_book

from .book_copy import ROOT, copy_book

NOTEBOOK = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# P

"""
CELL = '```{code-cell} ipython3\nprint("ok")\n```\n'
PAGE = "chapters/mechanisms/case"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of one page, which each test writes, with the settings of the real one."""
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / PAGE).parent.mkdir(parents=True)
    (tmp_path / "index.md").write_text("# Home\n")
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n  - file: {PAGE}\n")
    return tmp_path


def said_of(root: Path, text: str) -> list[tuple[int, str, str]]:
    """Line, code and message of what the check says of the page."""
    (root / f"{PAGE}.md").write_text(text, encoding="utf-8")
    findings = check_form(read_book(root))[0] + check_contract(root, Known())[0]
    assert {finding.path for finding in findings} <= {f"{PAGE}.md"}
    return sorted((finding.line, finding.code, finding.message) for finding in findings)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no code", NOTEBOOK + "Only prose.\n"),
        ("a date", NOTEBOOK.replace("---\njup", "---\ndate: 2026-11-01\njup", 1) + CELL),
        ("dates deeper", NOTEBOOK.replace("---\njup", "---\nseen: [2026-11-01, {on: 2026-11-02}]\njup", 1) + CELL),
        (
            "options as YAML",
            NOTEBOOK + "```{code-cell} ipython3\n---\ntags: [hide-input]\nlabel: x\n---\nprint(1)\n```\n",
        ),
        (
            "formulas",
            NOTEBOOK + "$$\nf = \\begin{cases} 1 & x > 0 \\\\ 0 & \\text{else} \\end{cases}\n$$ (eq-f)\n\n$\\bm{x}$\n",
        ),
        ("prices", NOTEBOOK + "It costs 5\\$ and 6\\$.\n"),
        ("less than", NOTEBOOK + "P < 0.05, IC50 <5 nM, &lt; &beta; <b>bold</b> H<sub>2</sub>O a \\<b> c\n"),
    ],
)
def test_what_is_right_raises_no_alarm(book, name, text):
    assert said_of(book, text) == []


@pytest.mark.parametrize(
    ("name", "text", "line", "code", "part"),
    [
        ("bytes", NOTEBOOK.replace("---\njup", "---\nx: !!binary aGk=\njup", 1) + CELL, 2, "CHP001", "binary"),
        ("set", NOTEBOOK.replace("---\njup", "---\nx: !!set {a, b}\njup", 1) + CELL, 2, "CHP001", "set"),
        (
            "merge",
            NOTEBOOK + CELL + "\n<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> branch\n",
            12,
            "CHP034",
            "<<<<<<< HEAD",
        ),
        ("script", NOTEBOOK + CELL + "\n<script>alert(4)</script>\n", 12, "CHP033", "<script>"),
        ("frame", NOTEBOOK + CELL + '\n<iframe src="https://x.org"></iframe>\n', 12, "CHP033", "<iframe"),
        ("picture", NOTEBOOK + 'A <img src="https://x.example/x.png"> b\n', 8, "CHP033", "<img"),
        ("handler", NOTEBOOK + 'A\nword <b onclick="f()">b</b>\n', 9, "CHP033", "onclick"),
        ("a tag by chance", NOTEBOOK + "One.\nif a<b and c>d then\n", 9, "CHP033", "<b and c>"),
        ("a gene by chance", NOTEBOOK + "One.\nTP53<TP73> end\n", 9, "CHP033", "<TP73>"),
        ("macro", NOTEBOOK + "Words $\\unknownmacro{x}$\n", 8, "CHP035", "\\unknownmacro"),
        ("unit", NOTEBOOK + "Words\nand $\\SI{5}{mg}$\n", 9, "CHP035", "\\SI"),
        (
            "label",
            NOTEBOOK + "\\begin{align}\na &= b \\label{eq:a}\\\\\nc &= d\n\\end{align}\n",
            8,
            "CHP035",
            "\\label",
        ),
        ("braces", NOTEBOOK + "$$\n\\frac{1}{2\n$$\n", 8, "CHP035", "formula"),
        ("left over", NOTEBOOK + "It was said {cite}`Key2020`.\n", 8, "CHP036", "Key2020"),
        ("included", NOTEBOOK + "```{include} ../../NOTHERE.md\n```\n", 8, "CHP037", "NOTHERE.md"),
    ],
)
def test_what_is_wrong_is_one_line_at_its_place(book, name, text, line, code, part):
    found = [fault for fault in said_of(book, text) if fault[1] != "REF061"]
    assert len(found) == 1, found
    assert found[0][:2] == (line, code)
    assert part in found[0][2]


def test_each_piece_of_foreign_html_is_told(book):
    text = NOTEBOOK + "<script>a</script>\n\n<iframe src='x'></iframe>\n\n<img src='y' onerror='z'>\n"
    assert [(line, code) for line, code, _ in said_of(book, text)] == [(8, "CHP033"), (10, "CHP033"), (12, "CHP033")]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("regrowth.nadir_time(", "regrowth.nadir_tme("), "nadir_tme"),
        (("regrowth.nadir_time(", "regrowth.nadir_time(1, "), "argument"),
    ],
)
def test_a_model_check_that_cannot_be_computed_is_told_at_its_row(tmp_path, change, part):
    copy = copy_book(tmp_path / "book")
    name = next(name for name in copy.files("model_checks") if change[0] in copy.text(name))
    line = copy.replace(name, *change)
    findings, _ = copy.check()
    (said,) = [text for text in findings if text.startswith(f"{name}:{line}: MCK")]
    assert part in said
    assert Path(name).name in said
