"""Every rule has a fixture in which it fires once, with its line, and nothing else does."""

from __future__ import annotations

import re

import pytest

from resistance.diagnostics import Finding, Severity
from resistance.references import check, collect_citations
from resistance.references.rules import BY_NAME, RULES

from .conftest import FIXTURES, TODAY

CASES = sorted(folder.name for folder in FIXTURES.iterdir() if folder.is_dir())
# These say what a command did, not what is wrong with the files: their tests are those of the commands.
OF_COMMANDS = {code for code in RULES if code >= "REF070"}


def found(name: str) -> list[Finding]:
    return check(FIXTURES / name, collect_citations(FIXTURES / name), TODAY)[0]


@pytest.mark.parametrize("name", CASES)
def test_the_fixture_gives_what_it_should_and_nothing_else(name: str) -> None:
    expected = (FIXTURES / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    findings = found(name)
    assert [f"{f.path}:{f.line}: {f.code}" for f in findings] == expected, "\n".join(map(str, findings))


@pytest.mark.parametrize("name", [case for case in CASES if not case.startswith(("clean", "bad-input"))])
def test_the_fixture_is_named_after_the_one_rule_that_fires(name: str) -> None:
    assert [f.code for f in found(name)] == [BY_NAME[name.partition("--")[0]].code]


def test_every_rule_of_the_check_has_a_fixture() -> None:
    covered = {BY_NAME[name.partition("--")[0]].code for name in CASES if name.partition("--")[0] in BY_NAME}
    assert covered | OF_COMMANDS == set(RULES)


def test_findings_carry_the_severity_and_remedy_of_their_rule() -> None:
    for name in CASES:
        for finding in found(name):
            rule = RULES[finding.code]
            assert finding.severity is rule.severity
            assert finding.remedy == rule.remedy
            assert re.fullmatch(r"[\w./-]+:\d+: REF\d{3} .+\. .+\.", str(finding))


def test_codes_and_names_are_unique_and_remedies_are_given() -> None:
    assert len(BY_NAME) == len(RULES)
    for code, rule in RULES.items():
        assert re.fullmatch(r"REF\d{3}", code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert rule.remedy[0].isupper()
        assert not rule.remedy.endswith(".")


def test_only_what_needs_a_person_to_judge_is_a_warning() -> None:
    warnings = {rule.name for rule in RULES.values() if rule.severity is Severity.WARNING and rule.code < "REF070"}
    assert warnings == {"field-not-seen", "title-case", "expression-of-concern"}
