"""Known debt is a list that may only shrink."""

from __future__ import annotations

import pytest

from resistance.debt import LIST, hold_against_list
from resistance.diagnostics import Finding, Severity

OWED = Finding("references.bib", 7, "REF019", "the article Old2001 has no volume", "Look", Severity.WARNING, "Old2001")
NEW = Finding("references.bib", 9, "REF019", "the article New2026 has no volume", "Look", Severity.WARNING, "New2026")
DUE = Finding("chapters/a.md", 1, "CHP018", "the search is due", "Search", Severity.WARNING)


@pytest.fixture
def root(tmp_path):
    (tmp_path / LIST).write_text("code,item\nREF019,Old2001\n")
    return tmp_path


def test_what_the_list_holds_stays_a_warning(root):
    assert hold_against_list([OWED, DUE], root) == [OWED, DUE]


def test_new_debt_is_an_error_at_its_own_place(root):
    kept, new = hold_against_list([OWED, NEW], root)
    assert kept == OWED
    assert (new.path, new.line, new.code, new.severity) == ("references.bib", 9, "REF019", Severity.ERROR)
    assert new.message.startswith("new: ")


def test_a_debt_that_is_paid_must_leave_the_list(root):
    (paid,) = hold_against_list([], root)
    assert (paid.path, paid.line, paid.code, paid.severity) == (LIST, 2, "DBT002", Severity.ERROR)


@pytest.mark.parametrize("line", ["REF019", "REF999,Old2001", "REF019,Old2001", 'REF019,"Old'])
def test_a_line_that_is_none_is_told(root, line):
    (root / LIST).write_text(f"code,item\nREF019,Old2001\n{line}\n")
    faults = [f for f in hold_against_list([OWED], root) if f.code.startswith("DBT")]
    assert [(f.code, f.line) for f in faults] in ([("DBT003", 3)], [("DBT003", 3), ("DBT002", 2)])


def test_without_a_list_every_debt_is_new(tmp_path):
    (new,) = hold_against_list([OWED], tmp_path)
    assert new.severity is Severity.ERROR
