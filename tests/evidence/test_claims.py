"""Where chapters use claims, and the grades that rows allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.book.limits import LONGEST_BALANCE, LONGEST_CLAIM
from resistance.book.pages import every_page
from resistance.evidence.claims import ClaimUse, check_claims, claim_uses

LEVELS = "ABCDE"


def uses(project, text: str) -> list[tuple[int, str]]:
    project.write("chapters/lung.md", text)
    return [(use.line, use.claim) for use in claim_uses(every_page(project.root))]


def test_roles_and_in_brief_lines_with_their_lines(project):
    text = "# Lung\n\n```{in-brief}\n:class: wide\n\none\n  two\n```\n\nA {claim}`three` and {claim}`four`.\n"
    assert uses(project, text) == [(6, "one"), (7, "two"), (10, "three"), (10, "four")]


def test_a_use_knows_its_chapter(project):
    project.write("chapters/mechanisms/hypoxia.md", "{claim}`low-oxygen`\n")
    assert ClaimUse("mechanisms/hypoxia", "chapters/mechanisms/hypoxia.md", 1, "low-oxygen") in claim_uses(
        every_page(project.root)
    )


FENCED = {
    "code": "```python\n{claim}`one`\n```\n",
    "tildes": "~~~\n{claim}`one`\n~~~\n",
    "code cell": "```{code-cell} ipython3\nx = '{claim}`one`'\n```\n",
    "code with a longer fence": "````\n```\n{claim}`one`\n```\n````\n",
    "include": "```{literalinclude} x.py\n{claim}`one`\n```\n",
    "shorter fence inside": "````python\n```{in-brief}\none\n```\n````\n",
}


@pytest.mark.parametrize("text", FENCED.values(), ids=[k.replace(" ", "-") for k in FENCED])
def test_code_is_no_use(project, text):
    assert uses(project, f"{text}\n{{claim}}`two`\n") == [(text.count("\n") + 2, "two")]


OPEN = {
    "admonition": ":::{note}\n{claim}`one`\n:::\n",
    "admonition with backticks": "```{note}\n{claim}`one`\n```\n",
    "list": "- {claim}`one`\n",
    "table": "| a |\n| --- |\n| {claim}`one` |\n",
    "admonition in an admonition": "::::{note}\n:::{tip}\n{claim}`one`\n:::\n::::\n",
    "in-brief with colons": ":::{in-brief}\none\n:::\n",
    "in-brief with a longer fence": "````{in-brief}\none\n````\n",
    "in-brief inside another block": "::::{grid}\n:::{in-brief}\none\n:::\n::::\n",
    "closed by a longer fence": "```\ncode\n`````\n\n{claim}`one`\n",
    "closing fence with spaces": "```\ncode\n```   \n\n{claim}`one`\n",
}


@pytest.mark.parametrize("text", OPEN.values(), ids=[k.replace(" ", "-") for k in OPEN])
def test_other_blocks_are_looked_into(project, text):
    assert [claim for _, claim in uses(project, text)] == ["one"]


def test_code_inside_an_admonition_is_no_use(project):
    assert uses(project, "::::{note}\n```python\n{claim}`one`\n```\n::::\n") == []


def row(level="B", stars=3, source="A2000", note=None):
    return {"level": level, "confidence": stars, "source": source, "note": note}


def claim(level="B", stars=3, sources="A2000", needs="t/a", name="x", **more):
    return {
        "id": name,
        "chapter": "lung",
        "claim": "A finding in a sentence.",
        "level": level,
        "confidence": stars,
        "sources": sources,
        "needs": needs,
        "adds": None,
        "against": None,
        "balance": None,
        "_path": "data/claims/lung.csv",
        "_line": 2,
        **more,
    }


USED = [ClaimUse("lung", "chapters/lung.md", 5, "x")]


def codes(claims, rows, used=USED, retracted=(), unread=()):
    return [f.code for f in check_claims(claims, used, rows, retracted, unread)]


@given(level=st.sampled_from(LEVELS), rows=st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4))
def test_a_claim_is_never_better_than_the_weakest_row_that_it_needs(level, rows):
    evidence = {f"t/{i}": row(level=letter) for i, letter in enumerate(rows)}
    found = codes([claim(level=level, needs=";".join(evidence))], evidence)
    assert found == (["CLM005"] if level < max(rows) else [])


def test_rows_that_add_or_speak_against_do_not_grade_a_claim():
    evidence = {"t/a": row("B"), "t/weak": row("E", source="Weak2001"), "t/other": row("A", 5, source="Other2002")}
    balanced = claim("B", adds="t/weak", against="t/other", balance="The other study had no controls.")
    assert codes([balanced], evidence) == []
    # A strong row that only adds does not lift the claim either.
    assert codes([claim("A", 5, adds="t/other")], evidence) == ["CLM005", "CLM006"]


@given(stars=st.integers(1, 5), rows=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_a_claim_never_has_more_stars_than_its_best_row(stars, rows):
    evidence = {f"t/{i}": row(stars=count) for i, count in enumerate(rows)}
    found = codes([claim(stars=stars, needs=";".join(evidence))], evidence)
    assert found == (["CLM006"] if stars > max(rows) else [])


def test_both_directions_at_once():
    used = [*USED, ClaimUse("lung", "chapters/lung.md", 9, "nobody")]
    found = check_claims([claim(), claim(name="unused")], used, {"t/a": row()})
    assert sorted((f.code, f.path, f.line) for f in found) == [
        ("CLM001", "data/claims/lung.csv", 2),
        ("CLM002", "chapters/lung.md", 9),
    ]


def test_every_missing_row_and_source_is_named():
    found = check_claims([claim(needs="t/a;t/b;t/c;t/d")], USED, {"t/a": row(), "t/d": row(source="B2001")})
    assert [f.code for f in found] == ["CLM003", "CLM003", "CLM007"]
    assert ["t/b" in found[0].message, "t/c" in found[1].message, "B2001" in found[2].message] == [True] * 3


@pytest.mark.parametrize("side", ["adds", "against"])
def test_rows_of_the_other_sides_exist_as_well(side):
    assert codes([claim(**{side: "t/none", "balance": "One sentence."})], {"t/a": row()}) == ["CLM003"]


def test_a_row_stands_on_one_side_only():
    evidence = {"t/a": row(), "t/b": row()}
    assert codes([claim(needs="t/a;t/a")], evidence) == ["CLM009"]
    assert codes([claim(adds="t/b;t/a")], evidence) == ["CLM009"]
    assert codes([claim(adds="t/b", against="t/b", balance="One sentence.")], evidence) == ["CLM009"]


def test_rows_against_need_a_balance():
    evidence = {"t/a": row(), "t/b": row()}
    assert codes([claim(against="t/b")], evidence) == ["CLM010"]
    assert codes([claim(against="t/b", balance="One sentence.")], evidence) == []


@pytest.mark.parametrize(
    ("column", "longest", "code"), [("claim", LONGEST_CLAIM, "CLM017"), ("balance", LONGEST_BALANCE, "CLM018")]
)
def test_the_longest_claim_and_balance(column, longest, code):
    words = ["word"] * longest
    assert codes([claim(**{column: " ".join(words)})], {"t/a": row()}) == []
    words.append("more")
    assert codes([claim(**{column: " ".join(words)})], {"t/a": row()}) == [code]


def test_a_row_that_could_not_be_read_may_be_the_weakest():
    weak = {"t/a": row("B")}
    assert codes([claim("A", needs="t/a;t/hidden")], weak, unread=["t/hidden"]) == []
    assert codes([claim("A", needs="t/a;u/hidden")], weak, unread=["u"]) == []


def test_a_retracted_source_may_stay_if_its_row_says_so():
    told = {"t/a": row(note="cited as retracted: it shows the scale")}
    assert codes([claim()], told, retracted=["A2000"]) == []
    assert codes([claim()], {"t/a": row()}, retracted=["A2000"]) == ["CLM008"]


def test_a_row_may_be_named_with_spaces_around_the_separator():
    assert codes([claim(needs=" t/a ; t/b ;")], {"t/a": row(), "t/b": row()}) == []
