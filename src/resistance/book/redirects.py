"""Pages that have moved: ``redirects.csv``, one line each with the old address, the new one and the day.

An address that has been published stays: where a page is renamed or joined with another, its old address leads on.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from resistance.csv_text import RecordError, records
from resistance.diagnostics import Finding, Rule

LIST = "redirects.csv"
HEADER = ["old", "new", "since"]
# An address below the site's root, with an anchor or without.
_ADDRESS = re.compile(r"(?:[\w-]+/)*[\w-]+\.html")
_OURS = ("index.html", "404.html", "search.html", "genindex.html", "versions.html")
RULES = {
    rule.code: rule
    for rule in (
        Rule("RED001", "redirect-unreadable", f"Write old, new and day below {','.join(HEADER)!r}: chapters/a.html,…"),
        Rule("RED002", "redirect-to-nowhere", "Lead to a page that the contents list; chains are not followed"),
        Rule("RED003", "redirect-hides-a-page", "Remove the line, or rename the page: an old address is not reused"),
    )
}


@dataclass(frozen=True)
class Redirect:
    """``old`` and ``new`` are addresses below the site's root; ``new`` may have an anchor."""

    old: str
    new: str
    line: int


def read_redirects(root: Path) -> tuple[list[Redirect], list[Finding]]:
    """Every redirect of the list that can be used, in its order, and what is wrong with the others."""
    path = root / LIST
    if not path.is_file():
        return [], []
    try:
        rows = list(records(path.read_text(encoding="utf-8")))
    except (RecordError, UnicodeDecodeError) as error:
        line = getattr(error, "line", 1)
        return [], [Finding.of(RULES["RED001"], LIST, line, f"the list cannot be read: {error}")]
    found: dict[str, Redirect] = {}
    faults = []
    for line, cells in rows:
        if line == 1 and cells == HEADER:
            continue
        if fault := _fault(cells, found):
            faults.append(Finding.of(RULES["RED001"], LIST, line, f"{','.join(cells)!r}: {fault}"))
        else:
            found[cells[0]] = Redirect(cells[0], cells[1], line)
    return list(found.values()), faults


def check_redirects(root: Path, docnames: Container[str]) -> list[Finding]:
    """Faults of the list: what cannot be read, leads to no page, or would hide one.

    Parameters
    ----------
    docnames : names of the pages that the contents list, without suffix
    """
    redirects, findings = read_redirects(root)
    for redirect in redirects:
        target = redirect.new.partition("#")[0].removesuffix(".html")
        if target not in docnames:
            message = f"{redirect.old} leads to {redirect.new}, which is no page"
            findings.append(Finding.of(RULES["RED002"], LIST, redirect.line, message))
        if redirect.old.removesuffix(".html") in docnames or redirect.old in _OURS:
            message = f"{redirect.old} is a page of the site"
            findings.append(Finding.of(RULES["RED003"], LIST, redirect.line, message))
    return findings


def _fault(cells: list[str], found: Container[str]) -> str:
    if len(cells) != len(HEADER):
        return f"{len(cells)} cells instead of {len(HEADER)}"
    old, new, since = cells
    for address in (old, new.partition("#")[0]):
        if not _ADDRESS.fullmatch(address):
            return f"{address!r} is no address such as chapters/mechanisms/hypoxia.html"
    if old in found:
        return f"{old} stands twice"
    try:
        date.fromisoformat(since)
    except ValueError:
        return f"{since!r} is no day such as 2026-11-28"
    return ""
