"""Claims: one sentence each, tied to evidence rows; where chapters use them, and whether both ends hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from resistance.book.limits import LONGEST_BALANCE, LONGEST_CLAIM
from resistance.book.pages import Page
from resistance.diagnostics import Finding
from resistance.evidence.cells import Row, split_list
from resistance.evidence.rules import RULES

SIDES = ("needs", "adds", "against")  # columns of a claim that name evidence rows


@dataclass(frozen=True)
class ClaimUse:
    """A place in a chapter that uses a claim."""

    chapter: str
    path: str
    line: int
    claim: str


def claim_uses(pages: Iterable[Page]) -> list[ClaimUse]:
    """Every ``{claim}`` role and every line of an ``{in-brief}`` block of pages."""
    return sorted((use for page in pages for use in _uses_in(page)), key=lambda use: (use.path, use.line))


def _uses_in(page: Page) -> Iterator[ClaimUse]:
    for role in page.parts.roles:
        if role.name == "claim":
            yield ClaimUse(page.name, page.source, role.line, role.text.strip())
    for block in page.parts.directives:
        if block.name == "in-brief":
            for line, text in block.lines():
                yield ClaimUse(page.name, page.source, line, text)


def check_claims(
    claims: Iterable[Row],
    uses: Iterable[ClaimUse],
    rows: Mapping[str, Row],
    retracted: Collection[str] = (),
    unread: Collection[str] = (),
) -> list[Finding]:
    """Both directions: every claim is used and rests on rows, every use names a claim.

    Parameters
    ----------
    claims : typed rows of the table of claims
    uses : where chapters use claims
    rows : evidence rows of all tables by ``table/id``
    retracted : keys of retracted works
    unread : rows (``table/id``) and tables that could not be read; nothing is said of what rests on them
    """
    findings: list[Finding] = []
    by_id: dict[str, Row] = {}
    for claim in claims:
        by_id.setdefault(claim["id"], claim)  # an id that stands twice is reported with its table
    used: dict[str, set[str]] = defaultdict(set)
    for use in uses:
        used[use.claim].add(use.chapter)
        claim = by_id.get(use.claim)
        if claim is None:
            if is_unread(f"claims/{use.claim}", unread):
                continue
            findings.append(Finding.of(RULES["CLM002"], use.path, use.line, f"there is no claim {use.claim!r}"))
        elif claim["chapter"] != use.chapter and use.chapter != "index" and not use.chapter.startswith("about/"):
            message = f"claim {use.claim!r} belongs to {claim['chapter']}"
            findings.append(Finding.of(RULES["CLM004"], use.path, use.line, message))
    for claim in by_id.values():
        if claim["chapter"] not in used[claim["id"]]:
            message = f"claim {claim['id']!r} is not used in chapters/{claim['chapter']}.md"
            findings.append(Finding.of(RULES["CLM001"], claim["_path"], claim["_line"], message))
        findings += [
            Finding.of(RULES[code], claim["_path"], claim["_line"], message)
            for code, message in _support_faults(claim, rows, retracted, unread)
        ]
    return findings


def is_unread(ref: str, unread: Collection[str]) -> bool:
    """Whether ``table/id`` may well be there, but its row or its whole table could not be read."""
    return ref in unread or ref.partition("/")[0] in unread


def _support_faults(
    claim: Row, rows: Mapping[str, Row], retracted: Collection[str], unread: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong between a claim and the rows that it names."""
    name = claim["id"]
    sides = {side: split_list(claim[side]) for side in SIDES}
    named = [ref for refs in sides.values() for ref in refs]
    hidden = {ref for ref in named if ref not in rows and is_unread(ref, unread)}
    for ref in named:
        if ref not in rows and ref not in hidden:
            yield "CLM003", f"claim {name!r} names {ref!r}, which is not a row"
    for ref in sorted({ref for ref in named if named.count(ref) > 1}):
        yield "CLM009", f"claim {name!r} names {ref!r} more than once"
    if sides["against"] and not claim["balance"]:
        yield "CLM010", f"claim {name!r} has rows against it and no balance"
    if (words := len(claim["claim"].split())) > LONGEST_CLAIM:
        yield "CLM017", f"claim {name!r} has {words} words"
    if (words := len((claim["balance"] or "").split())) > LONGEST_BALANCE:
        yield "CLM018", f"the balance of claim {name!r} has {words} words"
    support = [rows[ref] for ref in sides["needs"] if ref in rows]
    if not support or hidden:  # what cannot be read may be the weakest of them
        return
    weakest = max(row["level"] for row in support)
    if claim["level"] < weakest:
        yield "CLM005", f"claim {name!r} has level {claim['level']}, the weakest row that it needs {weakest}"
    best_stars = max(row["confidence"] for row in support)
    if claim["confidence"] > best_stars:
        yield "CLM006", f"claim {name!r} has {claim['confidence']} stars, the best row that it needs {best_stars}"
    sources = split_list(claim["sources"])
    for key in sorted({row["source"] for row in support} - set(sources)):
        yield "CLM007", f"claim {name!r} does not list {key}, the source of a row that it needs"
    told = {row["source"] for row in support if "cited as retracted" in (row["note"] or "")}
    for key in sources:
        if key in retracted and key not in told:
            yield "CLM008", f"claim {name!r} rests on {key}, which is retracted"
