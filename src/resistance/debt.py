"""Known debt: warnings that the book has accepted, a list (``debt.csv``) that may only shrink.

A warning of these rules that the list does not hold is an error, and so is a line of the list that is paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from resistance.csv_text import RecordError, records
from resistance.diagnostics import Finding, Rule, Severity

LIST = "debt.csv"
HEADER = ["code", "item"]
# What is due at some time or for somebody else to judge (a search, a notice) is no debt.
OWED = frozenset({"REF019"})
_UNREADABLE = frozenset({"REF001", "REF004", "REF005", "REF007", "REF008", "REF029", "REF037"})
RULES = {
    rule.code: rule
    for rule in (
        Rule("DBT001", "new-debt", "Mend it as the line says; known debt is a list that may only shrink"),
        Rule("DBT002", "debt-paid", f"Remove the line from {LIST}"),
        Rule(
            "DBT003",
            "debt-list",
            f"Write a code and an item on each line below {chr(39)}{chr(44).join(HEADER)}{chr(39)}",
        ),
    )
}


def hold_against_list(findings: Iterable[Finding], root: Path) -> list[Finding]:
    """The findings with new debt as errors, and errors for lines of the list that are paid or cannot be read."""
    known, faults = _read(root / LIST)
    found, kept = set(), []
    findings = list(findings)
    for finding in findings:
        if finding.code not in OWED:
            kept.append(finding)
            continue
        item = (finding.code, finding.item)
        found.add(item)
        new = f"new: {finding.message}"
        kept.append(finding if item in known else replace(finding, message=new, severity=Severity.ERROR))
    # A file that cannot be read shows no debt, which is not to say that it is paid.
    unread = any(finding.code in _UNREADABLE for finding in findings)
    paid = [
        Finding.of(RULES["DBT002"], LIST, line, f"{code} of {item} is not found any more")
        for (code, item), line in known.items()
        if (code, item) not in found and not unread
    ]
    return [*kept, *faults, *paid]


def _read(path: Path) -> tuple[dict[tuple[str, str], int], list[Finding]]:
    """Line of each debt, and what is wrong with the list."""
    if not path.is_file():
        return {}, []
    known: dict[tuple[str, str], int] = {}
    faults = []
    try:
        rows = list(records(path.read_text(encoding="utf-8")))
    except (RecordError, UnicodeDecodeError) as error:
        return {}, [Finding.of(RULES["DBT003"], LIST, getattr(error, "line", 1), f"the list cannot be read: {error}")]
    for line, cells in rows:
        if line == 1 and cells == HEADER:
            continue
        if len(cells) != 2 or cells[0] not in OWED or tuple(cells) in known:
            faults.append(Finding.of(RULES["DBT003"], LIST, line, f"{', '.join(cells)!r} is no debt, or stands twice"))
        else:
            known[cells[0], cells[1]] = line
    return known, faults
