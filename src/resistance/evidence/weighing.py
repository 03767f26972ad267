"""Whether a claim weighs what speaks against it: unweighed rows, counter-searches, words of absence, roles of rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from resistance.diagnostics import Finding
from resistance.evidence.cells import Row, split_list
from resistance.evidence.claims import SIDES, is_unread
from resistance.evidence.rules import RULES
from resistance.evidence.schema import TableSchema

# A cell that names several drugs or genes speaks of each of them.
_PARTS = re.compile(r"\s*(?:[;,/+]|\band\b|\bor\b|\bwith\b|\bthen\b)\s*")
# What says that something has not been shown; a sentence with one needs a record of who looked for it, and where.
_ABSENCE = re.compile(
    r"\b(?:no (?:\w+ ){0,3}?(?:trial|study|comparison|meta-analysis|data|evidence|report|result)s?\b(?! that)"
    r"|none (?:has|have|of (?:the|these) \w+ has)|(?:has|have|had) (?:not|never) been (?:\w+ )?"
    r"(?:tested|shown|studied|compared|reported|found|confirmed|measured|randomi[sz]ed)"
    r"|we (?:found|know of|saw) no(?:ne)?|(?:was|were) not found\b|no \w+(?: \w+){0,2} (?:was|were) found"
    r"|never been \w+|nobody has|is not known to\b)",
    re.IGNORECASE,
)
_COMPARES = ("treatment effect", "interaction")  # roles that can show sensitivity or resistance in patients
_SPEAKS_OF_DRUG = ("sensitivity", "resistance")
NEEDS_SEARCH = ("A", "B")  # levels of claims that somebody must have tried to refute


def absence(text: str) -> str | None:
    """The words of ``text`` that say that something has not been shown; None where there are none.

    >>> absence("No randomised trial has tested the marker.")
    'No randomised trial'
    """
    match = _ABSENCE.search(text)
    return match.group(0) if match else None


def subject(schema: TableSchema, row: Row) -> tuple[frozenset[str], ...]:
    """What a row speaks of: for each column of the schema's ``same_thing`` the things that its cell names."""
    return tuple(
        frozenset(part for part in _PARTS.split(str(row[column] or "").lower()) if part) for column in schema.same_thing
    )


def same_thing(first: tuple[frozenset[str], ...], second: tuple[frozenset[str], ...]) -> bool:
    """Whether two rows speak of the same thing: they share something in each column."""
    return bool(first) and all(a & b for a, b in zip(first, second, strict=True))


@dataclass(frozen=True)
class Weighed:
    """What is needed to judge whether claims weigh the rows: schemas, rows, claims, searches, waivers."""

    schemas: Mapping[str, TableSchema]
    rows: Mapping[str, Row]  # by table/id
    claims: Iterable[Row]
    searches: Iterable[Row]
    waived: Iterable[Row]
    unread: Collection[str] = ()  # rows (table/id) and tables that could not be read

    def findings(self) -> Iterator[Finding]:
        """Every fault, each at the row of the claim, search or waiver that has to change."""
        yield from self._unweighed()
        yield from self._searches()
        yield from self._waivers()
        for claim in self.claims:
            for ref in split_list(claim["needs"]) + split_list(claim["adds"]):
                if ref in self.rows and self.rows[ref]["role"] == "control arm":
                    yield _fault("CLM016", claim, f"claim {claim['id']!r} counts {ref!r}, which is a control arm")

    def _unweighed(self) -> Iterator[Finding]:
        by_table: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for ref, row in self.rows.items():
            by_table[ref.partition("/")[0]].append((ref, row))
        waived = {(row["claim"], ref) for row in self.waived for ref in split_list(row["row"])}
        subjects = {ref: subject(self.schemas[ref.partition("/")[0]], row) for ref, row in self.rows.items()}
        for claim in self.claims:
            named = {ref for side in SIDES for ref in split_list(claim[side])}
            needed = [ref for ref in split_list(claim["needs"]) if ref in self.rows]
            for table in sorted({ref.partition("/")[0] for ref in needed}):
                mine = [ref for ref in needed if ref.startswith(f"{table}/")]
                for ref, row in by_table[table]:
                    if ref in named or (claim["id"], ref) in waived or row["role"] == "control arm":
                        continue
                    alike = [other for other in mine if same_thing(subjects[ref], subjects[other])]
                    directions = {self.rows[other]["direction"] for other in alike}
                    if alike and row["direction"] not in directions:
                        message = (
                            f"claim {claim['id']!r} does not weigh {ref!r} ({row['direction']}), which speaks of the "
                            f"same thing as {alike[0]!r} ({self.rows[alike[0]]['direction']})"
                        )
                        yield _fault("CLM011", claim, message)

    def _searches(self) -> Iterator[Finding]:
        claims = {claim["id"]: claim for claim in self.claims}
        by_second: set[str] = set()
        searched: set[str] = set()
        for search in self.searches:
            for name in split_list(search["claims"]):
                searched.add(name)
                if search["reader"] == "second reader":
                    by_second.add(name)
                if name not in claims and not is_unread(f"claims/{name}", self.unread):
                    yield _fault(
                        "CLM013", search, f"search {search['id']!r} names the claim {name!r}, which is not there"
                    )
        for name, claim in claims.items():
            if claim["level"] in NEEDS_SEARCH and name not in by_second:
                yield _fault("CLM012", claim, f"claim {name!r} at level {claim['level']} has no counter-search")
            words = absence(claim["claim"])
            if words and name not in searched:
                yield _fault("CLM014", claim, f"claim {name!r} says {words!r} without a search")

    def _waivers(self) -> Iterator[Finding]:
        claims = {claim["id"]: claim for claim in self.claims}
        for waiver in self.waived:
            if is_unread(f"claims/{waiver['claim']}", self.unread):
                continue
            claim = claims.get(waiver["claim"])
            refs = split_list(waiver["row"])
            named = {ref for side in SIDES for ref in split_list(claim[side])} if claim else set()
            gone = ([] if claim else [waiver["claim"]]) + [
                ref for ref in refs if ref not in self.rows and not is_unread(ref, self.unread)
            ]
            for name in gone:
                yield _fault("CLM015", waiver, f"waiver {waiver['id']!r} names {name!r}, which is not there")
            for ref in sorted(named & set(refs)):
                message = f"waiver {waiver['id']!r} leaves out {ref!r}, which claim {waiver['claim']!r} names"
                yield _fault("CLM015", waiver, message)


def role_faults(row: Row) -> Iterator[tuple[str, str]]:
    """Faults between the role of an evidence row and what else it says."""
    effect = row.get("effect")
    if row["system"] == "patients" and effect in _SPEAKS_OF_DRUG and row["role"] not in _COMPARES:
        yield "EVI045", f"row {row['id']!r} speaks of {effect} in patients with the role {row['role']!r}"
    if row["role"] in _COMPARES and row["system"] == "in silico":
        yield "EVI045", f"row {row['id']!r} is in silico with the role {row['role']!r}"


def superseded_interims(rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """Rows of an interim analysis whose final analysis has a row of its own in the same table."""
    by_figure: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_figure[row["study"], re.sub(r"\W*\b(interim|final|primary)\b.*", "", row["measure"].lower())].append(row)
    for alike in by_figure.values():
        final = next((row for row in alike if "final analysis" in _words(row)), None)
        for row in alike:
            if final is not None and row is not final and "interim" in _words(row):
                yield row, f"row {row['id']!r} is an interim result of {row['study']}, and {final['id']!r} its final"


def _words(row: Row) -> str:
    return f"{row['measure']} {row['note'] or ''}".lower()


def _fault(code: str, row: Row, message: str) -> Finding:
    return Finding.of(RULES[code], row["_path"], row["_line"], message)
