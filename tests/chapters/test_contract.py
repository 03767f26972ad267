"""The contract of a chapter: each rule fires with its line, and the chapters of the book keep it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from resistance.diagnostics import Severity
from resistance.site.contract import RULES, check_contract

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

It is {glue:text}`answer` per cent.

## Evidence

```{code-cell} ipython3
import altair as alt
from resistance.show import show_figure, show_number, show_table

show_number("answer", 42, "d")
show_table("things", anchor="tbl-things", caption="Things that are counted.")
```

## Model

```{code-cell} ipython3
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
"""

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
    "CHP019": ('show_number("answer", 42, "d")', 'show_number("answer", 42, "d"', None),
    "CHP020": (":filter: docname in docnames\n", "", None),
    "CHP022": (
        'show_number("answer", 42, "d")\nshow_table("things", anchor="tbl-things", caption="Things that are counted.")',
        'show_table("things", anchor="tbl-things", caption="Things that are counted.")\nshow_number("answer", 42, "d")',
        "show_table(",
    ),
    "CHP021": ("{glue:text}`answer`", "{glue:text}`question`", "It is {glue:text}`question`"),
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one chapter and one table."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "data/schemas").mkdir(parents=True)
    (tmp_path / "data/schemas/things.yaml").write_text("name: things\n")
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    return tmp_path


def findings_of(book: Path, text: str) -> list:
    (book / "chapters/page.md").write_text(text, encoding="utf-8")
    return check_contract(TODAY)[0]


def test_a_good_chapter_gives_no_finding(book: Path) -> None:
    assert findings_of(book, GOOD) == []
    assert check_contract(TODAY)[1] == {"chapters": 1}


@pytest.mark.parametrize("code", sorted(CASES))
def test_each_rule_fires_once_with_its_line(book: Path, code: str) -> None:
    old, new, at = CASES[code]
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = findings_of(book, text)
    assert {f.code for f in found} - {code} <= ({"CHP021"} if code == "CHP019" else set()), found
    mine = [f for f in found if f.code == code]
    assert len(mine) == 1
    if at is not None:
        assert mine[0].line == text[: text.index(at)].count("\n") + 1


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(RULES)


def test_an_overdue_search_is_a_warning(book: Path) -> None:
    old, new, _ = CASES["CHP018"]
    (finding,) = findings_of(book, GOOD.replace(old, new))
    assert finding.severity is Severity.WARNING


def test_pages_without_a_review_block_need_only_sound_code(book: Path) -> None:
    assert findings_of(book, "# About\n\nText.\n") == []


def test_the_chapters_of_the_book_keep_the_contract() -> None:
    errors = [f for f in check_contract()[0] if f.severity is Severity.ERROR]
    assert not errors, "\n".join(map(str, errors))
