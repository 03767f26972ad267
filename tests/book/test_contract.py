"""The contract of a chapter: each rule fires with its line, and the chapters of the book keep it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from resistance.book.contract import Known, check_contract
from resistance.book.rules import RULES
from resistance.check import check_all
from resistance.diagnostics import Finding, Severity

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
GOOD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
review:
  section: "9.9"
  question: "What is asked?"
  search: "words"
  searched: "2026-11-01"
  interval_days: 180
---
# Title

## In brief

```{in-brief}
claim-one
claim-two
claim-three
```

## The mechanism

It is {glue:text}`answer` per cent, {row}`a-row` of {count}`rows of things`.
Nobody has looked {looked}`a-search`.
WORDS

## Evidence

```{code-cell} ipython3
from resistance import evidence
from resistance.show import show_figure, show_number, show_table

frame = evidence.table("things")
chart = frame.chart
show_number("answer", 42, "d")
show_table("things", anchor="tbl-things", caption="Things that are counted.")
```

```{evidence-table} things
:anchor: tbl-more-things
:caption: Things again.
```

## Model

```{code-cell} ipython3
import altair as alt

slider = alt.param(name="k", value=1, bind=alt.binding_range(min=0, max=2))
show_figure(
    chart,
    anchor="fig-things",
    caption="Things over time.",
    alt="A line that rises from zero to forty-two and stays there for the rest.",
    data=frame,
)
```

## What the source review said

## Open questions

## References

```{bibliography}
:filter: docname in docnames
```
""".replace("WORDS", "One word more and another word. " * 150)
KNOWN = Known(
    tables=("things",),
    row=lambda text: "" if text == "a-row" else f"there is no row {text!r}",
    count=lambda text: "" if text == "rows of things" else f"nothing is counted as {text!r}",
    search=lambda text: "" if text == "a-search" else f"there is no search {text!r}",
    query=lambda block, page: "there is no column 'colour'" if "colour" in block.options.get("columns", "") else "",
    typed=lambda code: [(line, "0.1 is the rate") for name, line, node in code.calls if name == "rate"],
    unsearched=lambda line, claims, searches: "nobody" if "Nobody" in line and not searches else "",
)
LONG = "".join(f"number_{i} = {i}\n" for i in range(41))

# The change, and the text whose line the finding must have.
CASES = {
    "CHP010": ("## Open questions\n", "## Questions left\n", "## Questions left"),
    "CHP011": ('  search: "words"\n', "", "---"),
    "CHP012": ("claim-three\n", "", "```{in-brief}"),
    "CHP013": ('show_table("things"', 'show_table("thinks"', 'show_table("thinks"'),
    "CHP014": (
        '    alt="A line that rises from zero to forty-two and stays there for the rest.",\n',
        "",
        "show_figure(\n",
    ),
    "CHP015": ('anchor="fig-things"', 'anchor="tbl-things"', "show_figure(\n"),
    "CHP016": ("```{bibliography}", "```{dropdown} Code of `f`\n```\n\n```{bibliography}", "```{dropdown} Code of `f`"),
    "CHP017": ("bind=alt.binding_range(min=0, max=2)", "bind=None", "---"),
    "CHP018": ('searched: "2026-11-01"', 'searched: "2025-11-01"', "---"),
    "CHP019": ('show_number("answer", 42, "d")', 'show_number("answer", 42, "d"', 'show_number("answer"'),
    "CHP020": (":filter: docname in docnames\n", "", None),
    "CHP021": ("{glue:text}`answer`", "{glue:text}`question`", "It is {glue:text}`question`"),
    "CHP022": (
        'show_number("answer", 42, "d")\nshow_table("things", anchor="tbl-things", caption="Things that are counted.")',
        'show_table("things", anchor="tbl-things", caption="Things that are counted.")\nshow_number("answer", 42, "d")',
        "show_table(",
    ),
    "CHP023": ('show_number("answer"', 'show_number(frame.name, 7)\nshow_number("answer"', "show_number(frame"),
    "CHP024": ('frame = evidence.table("things")\n', f'{LONG}frame = evidence.table("things")\n', "```{code-cell}"),
    "CHP025": ('show_number("answer", 42, "d")', "show_number('answer', 42, 'd')", "```{code-cell}"),
    "CHP026": ("    data=frame,\n", "    data=fram,\n", "    data=fram,"),
    "CHP027": ("import evidence\n", "import evidence, paths\n", "from resistance import"),
    "CHP028": ("{row}`a-row`", "{row}`a-rwo`", "It is {glue"),
    "CHP029": (":caption: Things again.\n", ":caption: Things again.\n:columns: colour\n", "```{evidence-table}"),
    "CHP030": ("{looked}`a-search`", "{looked}`another-search`", "Nobody has looked"),
    "CHP032": ("Nobody has looked {looked}`a-search`.", "Nobody has looked.", "Nobody has looked."),
    "CHP033": ("Nobody has", "Where a<b and c>d nobody has", "Where a"),
    "CHP034": ("## Model\n", "<<<<<<< HEAD\n## Model\n", "<<<<<<< HEAD"),
    "CHP035": ("Nobody has", "At $\\unknownmacro{x}$ nobody has", "At $"),
    "CHP036": ("Nobody has", "As my-row-id says, nobody has", "As my-row-id"),
    "CHP037": ("## Model\n", "## Model\n\n```{include} nothing.md\n```\n", "```{include}"),
    "CHP038": ("Nobody has", "Nob\x00ody... Nobody has", "Nob\x00"),
    "CHP039": ("One word more and another word. " * 150, "One word more and another word. " * 148, "---"),
    "CHP040": (
        "import altair as alt\n",
        "import random\n\nimport altair as alt\n\nrandom.random()\n",
        "random.random()",
    ),
    "CHP041": ('  search: "words"\n', '  search: "words"\n  frozen: "2026-10-01"\n', "  frozen"),
    "CHP031": ("chart = frame.chart", "chart = rate(0.1)", "chart = rate(0.1)"),
}
# What stops these is found before the page is looked at, by its form or its execution; their tests are there.
ELSEWHERE = {code for code in RULES if code.startswith("TOC") or code < "CHP010"}
# The linter says of the same line that nobody uses the import, or knows the function.
FOLLOWS = {"CHP027": {"CHP026"}, "CHP031": {"CHP026"}}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A project with one chapter; the settings of the formatter are the book's."""
    (tmp_path / "chapters").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "_config.yml", tmp_path)
    return tmp_path


def findings_of(book: Path, text: str, known: Known = KNOWN) -> list[Finding]:
    (book / "chapters/page.md").write_text(text, encoding="utf-8")
    return check_contract(book, known, TODAY)[0]


def test_a_good_chapter_gives_no_finding(book: Path) -> None:
    assert findings_of(book, GOOD) == []
    assert check_contract(book, KNOWN, TODAY)[1] == {"chapters": 1}


@pytest.mark.parametrize("code", sorted(CASES))
def test_each_rule_fires_once_with_its_line(book: Path, code: str) -> None:
    old, new, at = CASES[code]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = findings_of(book, text)
    assert {f.code for f in found} - {code} <= FOLLOWS.get(code, set()), "\n".join(map(str, found))
    mine = [f for f in found if f.code == code]
    assert len(mine) == 1
    if at is not None:
        assert mine[0].line == text[: text.index(at)].count("\n") + 1


def test_every_rule_has_a_case() -> None:
    assert set(CASES) | ELSEWHERE == set(RULES)


def test_an_overdue_search_is_a_warning(book: Path) -> None:
    old, new, _ = CASES["CHP018"]
    (finding,) = findings_of(book, GOOD.replace(old, new))
    assert finding.severity is Severity.WARNING


def test_a_search_that_is_still_to_come_is_told_at_its_line(book: Path) -> None:
    text = GOOD.replace('searched: "2026-11-01"', 'searched: "2026-11-25"')
    line = text.split("\n").index('  searched: "2026-11-25"') + 1
    assert [(f.code, f.line) for f in findings_of(book, text)] == [("CHP011", line)]
    assert findings_of(book, text.replace("2026-11-25", "2026-11-24")) == []  # somewhere it is tomorrow already


def test_every_line_that_the_template_leaves_to_fill_in_is_told(book: Path) -> None:
    (book / "chapters/_template.md").write_text(
        "---\nreview:\n  question: What is asked?\n  interval_days: 180\n---\n# Title of all\n\n## In brief\n\n"
        "% Nobody sees a remark.\n\nA sentence to replace.\n\n```{table}\n:caption: Things again.\n:width: 3\n```\n"
    )
    text = GOOD.replace("# Title\n", "# Title of all\n").replace("## Evidence", "A sentence to replace.\n\n## Evidence")
    found = findings_of(book, text.replace("## Model", "% Nobody sees a remark.\n\n## Model"))
    assert {f.code for f in found} == {"CHP036"}
    said = [f.message.split("'")[1] for f in found]
    assert said == ["# Title of all", "A sentence to replace.", ":caption: Things again."]


def test_pages_without_a_review_block_need_only_sound_code(book: Path) -> None:
    assert findings_of(book, "# About\n\nText.\n") == []


def test_the_list_of_works_may_be_our_own_directive(book: Path) -> None:
    own = GOOD.replace("```{bibliography}\n:filter: docname in docnames\n```", "```{reference-list}\n```")
    assert own != GOOD
    assert findings_of(book, own) == []


@pytest.mark.parametrize(("sentences", "told"), [(298, []), (299, ["the running text has 1,805 words"])])
def test_prose_ends_at_its_longest(book: Path, sentences: int, told: list[str]) -> None:
    """GOOD has eleven words of its own."""
    text = GOOD.replace("One word more and another word. " * 150, "One word more and another word. " * sentences)
    assert [f.message for f in findings_of(book, text)] == told


def test_anchors_of_directives_and_cells_are_one_kind(book: Path) -> None:
    (finding,) = findings_of(book, GOOD.replace("tbl-more-things", "fig-things"))
    assert (finding.code, "fig-things" in finding.message) == ("CHP015", True)


def test_roles_in_captions_are_read(book: Path) -> None:
    text = GOOD.replace('caption="Things that are counted."', 'caption="Things, {row}`no-row`."')
    text = text.replace(":caption: Things again.", ":caption: Things, {row}`no-row-either`.")
    lines = text.split("\n")
    found = [(f.code, lines[f.line - 1].split("(")[0]) for f in findings_of(book, text)]
    assert sorted(found) == [("CHP028", "```{evidence-table} things"), ("CHP028", "show_table")]


def test_a_cell_that_is_not_python_is_told_once(book: Path) -> None:
    """What would be said of names, figures and format follows from it."""
    old, new, _ = CASES["CHP019"]
    assert [f.code for f in findings_of(book, GOOD.replace(old, new))] == ["CHP019"]


def test_names_from_other_cells_are_known_to_the_linter(book: Path) -> None:
    """``chart`` and ``frame`` come from an earlier cell; a name from nowhere does not."""
    (finding,) = findings_of(book, GOOD.replace("    data=frame,\n", "    data=fram,\n"))
    assert (finding.code, "F821" in finding.message) == ("CHP026", True)


def test_the_chapters_of_the_book_keep_the_contract() -> None:
    errors = [f for f in check_all()[0] if f.severity is Severity.ERROR and f.code[:3] in ("CHP", "TOC")]
    assert not errors, "\n".join(map(str, errors))


@pytest.mark.parametrize(("searched", "status"), [("2020-01-31", 1), (date.today().isoformat(), 0)])
def test_a_search_that_has_come_due_can_be_made_to_fail(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], searched: str, status: int
) -> None:
    from resistance.cli import main

    monkeypatch.setenv("RESISTANCE_ROOT", str(book))
    (book / "chapters/page.md").write_text(GOOD.replace("2026-11-01", searched), encoding="utf-8")
    assert main(["book", "due"]) == status
    assert ("chapters/page.md:1: CHP018 " in capsys.readouterr().out) == bool(status)
