"""One language for every check: ``path:line: CODE error: message. Remedy.``, or ``warning``."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

# What git leaves in a file whose two versions it could not join; a line of seven equals signs alone may underline.
CONFLICT_MARK = re.compile(r"(?m)^(?:<{7}|>{7}|\|{7})(?: .*)?$")

# Characters that no editor shows and no page can hold, such as NUL.
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def conflict_fault(text: str) -> tuple[int, str] | None:
    """Line and message of the first mark of a merge in a text; None if there is none."""
    if match := CONFLICT_MARK.search(text):
        return text.count("\n", 0, match.start()) + 1, f"the line {match[0][:20]!r} is a mark of a merge"
    return None


def control_fault(text: str) -> tuple[int, str] | None:
    """Line and message of the first control character in a text; None if there is none."""
    if match := CONTROL_CHARACTER.search(text):
        return text.count("\n", 0, match.start()) + 1, f"the line holds the control character 0x{ord(match[0]):02x}"
    return None


class Severity(StrEnum):
    """``error`` fails the check; ``warning`` is printed and does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """A named rule: its code never changes meaning and is never reused."""

    code: str
    name: str
    remedy: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: where it is, what is wrong, and what to do about it."""

    path: str
    line: int
    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    item: str = ""  # what the fault is of, where that has a name of its own; not printed

    def __str__(self) -> str:
        said = f"{self.severity}: {_sentence(self.message)} {_sentence(self.remedy)}"
        return f"{self.path}:{self.line}: {self.code} {said}"

    def annotation(self) -> str:
        """The finding as a GitHub workflow command, so that it appears beside the line in a pull request."""
        text = f"{_sentence(self.message)} {_sentence(self.remedy)}"
        escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        # Properties are separated by commas and colons, so these are escaped in a path.
        path = self.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        return f"::{self.severity} file={path},line={self.line},title={self.code}::{escaped}"

    @classmethod
    def of(cls, rule: Rule, path: str, line: int, message: str, remedy: str | None = None, item: str = "") -> Finding:
        """A finding under ``rule``, with the rule's remedy unless a more exact one is given."""
        return cls(path, line, rule.code, message, remedy or rule.remedy, rule.severity, item)


def _sentence(text: str) -> str:
    """``text`` on one line, ending in exactly one full stop."""
    return " ".join(text.split()).rstrip(".") + "."


def report(
    findings: Iterable[Finding],
    examined: Mapping[str, int],
    stream: TextIO | None = None,
    annotations: bool | None = None,
    list_warnings: bool = True,
) -> int:
    """Print how many warnings there are, all errors, sorted, and how many items were examined.

    Errors stand last, before the line that counts, where they are seen.

    Parameters
    ----------
    findings : iterable of Finding
    examined : mapping of item name to count, for example ``{"references": 120}``
    stream : where to print, standard output by default
    annotations : also print GitHub annotations; by default when running in GitHub Actions
    list_warnings : print each warning, not only how many there are of each rule

    Returns
    -------
    int
        Exit status: 1 if any finding is an error, else 0.
    """
    out = stream or sys.stdout
    if annotations is None:
        annotations = os.environ.get("GITHUB_ACTIONS") == "true"
    ordered = sorted(findings)
    warnings = [finding for finding in ordered if finding.severity is Severity.WARNING]
    errors = [finding for finding in ordered if finding.severity is Severity.ERROR]
    for finding in [*(warnings if list_warnings else ()), *errors]:
        print(finding, file=out)
    if annotations:
        for finding in ordered:
            print(finding.annotation(), file=out)
    if warnings and not list_warnings:
        rules = Counter(finding.code for finding in warnings)
        told = ", ".join(f"{count:,} {code}" for code, count in sorted(rules.items()))
        print(f"Warnings by rule: {told}; list them with --warnings.", file=out)
    counted = ", ".join(f"{count:,} {name}" for name, count in examined.items())
    print(f"Examined {counted or 'nothing'}: {len(errors)} errors, {len(warnings)} warnings.", file=out)
    return 1 if errors else 0
