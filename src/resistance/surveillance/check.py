"""What a decision on a candidate must say: by whom and when, why it was left out, as which work it was taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resistance.diagnostics import Finding, Rule
from resistance.evidence.cells import Row
from resistance.surveillance.tables import EXCLUDED, INCLUDED, TO_SCREEN

_ALL = [
    Rule("SUR001", "decision-unsigned", "Fill in decided_by and decided_on, or set the decision to 'to screen'"),
    Rule("SUR002", "exclusion-without-reason", "Say in 'reason' why the work was left out"),
    Rule("SUR003", "inclusion-without-work", "Add the work to references.bib and write its key under 'work'"),
    Rule("SUR004", "run-does-not-add-up", "Let 'resistance surveil' write the row: found = doubles + known + new"),
]
RULES = {rule.code: rule for rule in _ALL}


def check(candidates: Iterable[Row], runs: Iterable[Row]) -> tuple[list[Finding], dict[str, int]]:
    """Faults of the two tables of surveillance, and how many candidates were examined."""
    rows = list(candidates)
    findings = [finding for row in rows for finding in _faults(row)]
    for run in runs:
        if run["found"] != run["doubles"] + run["known"] + run["new"]:
            message = f"{run['id']}: of {run['found']} works {run['doubles']} + {run['known']} + {run['new']} are told"
            findings.append(Finding.of(RULES["SUR004"], run["_path"], run["_line"], message))
    return findings, {"candidates": len(rows)} if rows else {}


def _faults(row: Row) -> Iterator[Finding]:
    decision = row["decision"]

    def fault(code: str, message: str) -> Finding:
        return Finding.of(RULES[code], row["_path"], row["_line"], f"{row['id']}: {message}")

    if decision != TO_SCREEN and not (row["decided_by"] and row["decided_on"]):
        yield fault("SUR001", f"{decision!r} does not say by whom or when")
    if decision == EXCLUDED and not row["reason"]:
        yield fault("SUR002", "the work is excluded without a reason")
    if decision == INCLUDED and not row["work"]:
        yield fault("SUR003", "the work is included, and no key says as which")
