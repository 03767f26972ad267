"""The one language of all checks: how a finding is printed, annotated, sorted and counted."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.diagnostics import Finding, Rule, Severity, report

RULE = Rule("EVI013", "not-allowed", "Use one of the allowed values")
WARNING = Rule("REF010", "never-cited", "Cite it, or remove it", Severity.WARNING)


def printed(findings, examined=None, **options) -> tuple[int, list[str]]:
    out = io.StringIO()
    status = report(findings, examined if examined is not None else {"rows": 3}, stream=out, **options)
    return status, out.getvalue().splitlines()


def test_a_finding_is_path_line_code_message_remedy():
    found = Finding.of(RULE, "data/x.csv", 4, "level: 'F' is not one of: A, B")
    assert str(found) == "data/x.csv:4: EVI013 error: level: 'F' is not one of: A, B. Use one of the allowed values."
    assert found.severity is Severity.ERROR


def test_a_more_exact_remedy_may_be_given():
    found = Finding.of(RULE, "data/x.csv", 4, "level", "Write A")
    assert str(found).endswith("level. Write A.")


@given(message=st.text(min_size=1), remedy=st.text(min_size=1))
def test_a_finding_is_always_one_line(message, remedy):
    found = Finding("a.csv", 1, "EVI001", message, remedy)
    assert len(str(found).splitlines()) == 1
    assert len(found.annotation().splitlines()) == 1
    assert str(found).endswith(".") and not str(found).endswith("..")


def test_status_is_1_for_an_error_and_0_for_a_warning():
    error, warning = Finding.of(RULE, "a.csv", 1, "x"), Finding.of(WARNING, "b.bib", 2, "y")
    assert printed([], annotations=False)[0] == 0
    assert printed([warning], annotations=False)[0] == 0
    assert printed([warning, error], annotations=False)[0] == 1


def test_findings_are_sorted_by_path_and_line_as_a_number():
    findings = [Finding.of(RULE, path, line, "x") for path, line in [("b", 1), ("a", 10), ("a", 9)]]
    _, lines = printed(findings, annotations=False)
    assert [line.split(" ")[0] for line in lines[:3]] == ["a:9:", "a:10:", "b:1:"]


def test_the_last_line_says_what_was_examined():
    findings = [Finding.of(RULE, "a.csv", 1, "x"), Finding.of(WARNING, "b.bib", 2, "y")]
    _, lines = printed(findings, {"references": 1234, "claims": 7}, annotations=False)
    assert lines[-1] == "Examined 1,234 references, 7 claims: 1 errors, 1 warnings."


def test_nothing_examined_is_said():
    assert printed([], {}, annotations=False)[1] == ["Examined nothing: 0 errors, 0 warnings."]


def test_findings_may_come_from_a_generator():
    status, lines = printed((Finding.of(RULE, "a", i, "x") for i in (2, 1)), annotations=False)
    assert status == 1
    assert len(lines) == 3


def test_an_annotation_stands_beside_its_line():
    found = Finding.of(RULE, "data/x.csv", 4, "100% wrong")
    assert found.annotation() == (
        "::error file=data/x.csv,line=4,title=EVI013::100%25 wrong. Use one of the allowed values."
    )
    assert Finding.of(WARNING, "b.bib", 2, "y").annotation().startswith("::warning file=b.bib,line=2,title=REF010::")


def test_an_annotations_path_cannot_add_properties():
    text = Finding.of(RULE, "data/a,line=1:b%.csv", 4, "x").annotation()
    assert text.startswith("::error file=data/a%2Cline=1%3Ab%25.csv,line=4,")


@pytest.mark.parametrize(("actions", "expected"), [("true", 3), ("", 2)])
def test_annotations_are_printed_in_github_actions_only(monkeypatch, actions, expected):
    monkeypatch.setenv("GITHUB_ACTIONS", actions)
    _, lines = printed([Finding.of(RULE, "a.csv", 1, "x")])
    assert len(lines) == expected
    assert any(line.startswith("::error ") for line in lines) == bool(actions)


def test_standard_output_is_the_default(capsys):
    assert report([], {"rows": 1}, annotations=False) == 0
    assert capsys.readouterr().out == "Examined 1 rows: 0 errors, 0 warnings.\n"


def test_errors_stand_last_and_warnings_are_counted_by_rule():
    many = [Finding.of(WARNING, "b.bib", line, "y") for line in range(1, 1201)]
    other = Finding.of(Rule("CHP018", "search-due", "Search again", Severity.WARNING), "z.md", 1, "due")
    error = Finding.of(RULE, "a.csv", 1, "x")
    _, lines = printed([error, *many, other], annotations=False, list_warnings=False)
    assert lines[0] == str(error)
    assert lines[1] == "Warnings by rule: 1 CHP018, 1,200 REF010; list them with --warnings."
    assert lines[2:] == ["Examined 3 rows: 1 errors, 1201 warnings."]
    _, lines = printed([error, *many, other], annotations=False)
    assert len(lines) == 1203
    assert lines[-2] == str(error)
    assert sum(" warning: " in line for line in lines) == 1201
