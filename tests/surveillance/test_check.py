"""Decisions that do not say enough are findings at their line."""

from __future__ import annotations

import pytest

from resistance.surveillance.check import check

ROW = {
    "id": "one-pmid-1", "decision": "to screen", "reason": "", "decided_by": "", "decided_on": None, "work": "",
    "_path": "data/surveillance/one.csv", "_line": 2,
}  # fmt: skip
SIGNED = {"decided_by": "AB", "decided_on": "2026-12-01"}
RUN = {
    "id": "r",
    "found": 10,
    "doubles": 1,
    "known": 2,
    "new": 7,
    "_path": "data/surveillance_runs/one.csv",
    "_line": 3,
}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"decision": "excluded", "reason": "no patients", **SIGNED}, []),
        ({"decision": "included", "work": "One2020", **SIGNED}, []),
        ({"decision": "full text wanted"}, ["SUR001"]),
        ({"decision": "excluded", **SIGNED}, ["SUR002"]),
        ({"decision": "included", "decided_by": "AB"}, ["SUR001", "SUR003"]),
    ],
)
def test_decisions(changes: dict, codes: list[str]) -> None:
    findings, examined = check([ROW | changes], [])
    assert [finding.code for finding in findings] == codes
    assert all((finding.path, finding.line) == ("data/surveillance/one.csv", 2) for finding in findings)
    assert examined == {"candidates": 1}


def test_the_counts_of_a_run_add_up() -> None:
    assert check([], [RUN]) == ([], {})
    (finding,) = check([], [RUN | {"new": 8}])[0]
    assert (finding.code, finding.line) == ("SUR004", 3)
