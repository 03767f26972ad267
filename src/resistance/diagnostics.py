"""One language for every check: ``path:line: CODE message. Remedy.``"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

# What git leaves in a file whose two versions it could not join; a line of seven equals signs alone may underline.
CONFLICT_MARK = re.compile(r"(?m)^(?:<{7}|>{7}|\|{7})(?: .*)?$")


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

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {_sentence(self.message)} {_sentence(self.remedy)}"

    def annotation(self) -> str:
        """The finding as a GitHub workflow command, so that it appears beside the line in a pull request."""
        text = f"{_sentence(self.message)} {_sentence(self.remedy)}"
        escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        # Properties are separated by commas and colons, so these are escaped in a path.
        path = self.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        return f"::{self.severity} file={path},line={self.line},title={self.code}::{escaped}"

    @classmethod
    def of(cls, rule: Rule, path: str, line: int, message: str, remedy: str | None = None) -> Finding:
        """A finding under ``rule``, with the rule's remedy unless a more exact one is given."""
        return cls(path, line, rule.code, message, remedy or rule.remedy, rule.severity)


def _sentence(text: str) -> str:
    """``text`` on one line, ending in exactly one full stop."""
    return " ".join(text.split()).rstrip(".") + "."


def report(
    findings: Iterable[Finding],
    examined: Mapping[str, int],
    stream: TextIO | None = None,
    annotations: bool | None = None,
) -> int:
    """Print all findings, sorted, then how many items were examined.

    Parameters
    ----------
    findings : iterable of Finding
    examined : mapping of item name to count, for example ``{"references": 120}``
    stream : where to print, standard output by default
    annotations : also print GitHub annotations; by default when running in GitHub Actions

    Returns
    -------
    int
        Exit status: 1 if any finding is an error, else 0.
    """
    out = stream or sys.stdout
    if annotations is None:
        annotations = os.environ.get("GITHUB_ACTIONS") == "true"
    ordered = sorted(findings)
    for finding in ordered:
        print(finding, file=out)
        if annotations:
            print(finding.annotation(), file=out)
    errors = sum(f.severity is Severity.ERROR for f in ordered)
    warnings = len(ordered) - errors
    counted = ", ".join(f"{count:,} {name}" for name, count in examined.items())
    print(f"Examined {counted or 'nothing'}: {errors} errors, {warnings} warnings.", file=out)
    return 1 if errors else 0
