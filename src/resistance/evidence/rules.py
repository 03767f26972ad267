"""The named rules of the evidence tables and claims, one remedy each, and those that look at several cells of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from resistance.book.limits import LONGEST_BALANCE, LONGEST_CLAIM
from resistance.diagnostics import Rule

_ALL = [
    Rule("EVI001", "not-utf-8", "Save the file as UTF-8"),
    Rule("EVI002", "byte-order-mark", "Save the file as UTF-8 without a byte order mark"),
    Rule("EVI003", "line-ends", "Save the file with LF line ends"),
    Rule("EVI004", "empty-file", "Write the header row, or remove the file and its schema"),
    Rule("EVI005", "missing-column", "Add the column in the place that the schema gives it"),
    Rule("EVI006", "unknown-column", "Remove the column, or describe it in the table's schema"),
    Rule("EVI007", "column-order", "Put the columns in the order of the schema"),
    Rule("EVI008", "cell-count", "Give the row one cell per column; quote cells that hold a comma"),
    Rule("EVI009", "not-csv", "Close the quotation mark; double a quotation mark inside a quoted cell"),
    Rule("EVI010", "line-break-in-cell", "Write the cell on one line"),
    Rule("EVI011", "wrong-type", "Write a value of the column's type, or leave the cell empty"),
    Rule("EVI012", "required", "Fill in the cell; a row without it cannot be shown"),
    Rule("EVI013", "not-allowed", "Use one of the allowed values"),
    Rule("EVI014", "out-of-range", "Check the value against its source"),
    Rule("EVI015", "form", "Write the cell in the form that the schema gives"),
    Rule("EVI016", "duplicate-id", "Give each row an id of its own; ids are never reused"),
    Rule("EVI017", "unknown-source", "Add the work to references.bib, or correct the key"),
    Rule("EVI018", "html-in-cell", "Write plain text; the page would show the tag, not apply it"),
    Rule("EVI019", "formula-in-cell", "Remove the leading sign; spreadsheets would run the cell as a formula"),
    Rule("EVI020", "surrounding-space", "Remove the spaces around the value"),
    Rule("EVI021", "not-an-address", "Give the http or https address of the copy that was read"),
    Rule("EVI022", "date-in-future", "Give the date on which the source was read"),
    Rule("EVI023", "separator", "Separate the cells with commas; spreadsheets call it CSV with commas, in UTF-8"),
    Rule("EVI024", "conflict-mark", "Resolve the conflict of the merge and remove its marks"),
    Rule("EVI025", "control-character", "Remove the character; it was pasted or left by another program"),
    Rule("EVI030", "patients-need-n", "Fill in n, the number of patients behind the figure"),
    Rule("EVI031", "level-and-system", "Levels A, B and C are for patients; D and E for everything else"),
    Rule("EVI032", "ratio-needs-interval", "Fill in ci_low, ci_high and ci_kind as the source reports them"),
    Rule("EVI033", "bounds-reversed", "Put the lower bound in ci_low and the upper in ci_high"),
    Rule("EVI034", "value-outside-interval", "Check value and interval against the source"),
    Rule("EVI035", "half-an-interval", "Fill in ci_low, ci_high and ci_kind together, or none of them"),
    Rule("EVI036", "proportion", "Give proportions in %, between 0 and 100"),
    Rule("EVI037", "published-parameter", "A published parameter needs source, locator, seen_at and seen_on"),
    Rule(
        "EVI038",
        "retracted-source",
        "Remove the row, or say 'cited as retracted' in its note (a search: in what it found)",
    ),
    Rule("EVI040", "no-schema", "Write data/schemas/<table>.yaml, or remove the file"),
    Rule("EVI041", "no-table", "Add the file with its header, or remove the schema"),
    Rule("EVI042", "schema", "Correct the schema; 'Add a table' in CONTRIBUTING.md shows one"),
    Rule("EVI044", "n-needs-scope", "Say in n_scope what n counts; leave both empty where the source gives no number"),
    Rule("EVI045", "role", "Sensitivity and resistance of patients need a comparison of treatments or an interaction"),
    Rule("EVI046", "interim-superseded", "Keep the final analysis and remove the interim row"),
    Rule("EVI048", "not-on-the-map", "Name mechanism, and strategy for treatments, under map in the table's schema"),
    Rule("EVI047", "stars-and-copy", "Lower the stars, or read the paper itself and name the place in it as locator"),
    Rule("EVI050", "name-twice", "Let one entry have the name; make two entries for one thing one"),
    Rule("EVI051", "no-such-entry", "Name an entry of the vocabulary by its first name, or add the entry"),
    Rule("EVI052", "unknown-name", "Correct the name, or add the drug, gene or cancer to data/drugs.csv and the like"),
    Rule("EVI054", "other-comparison", "Let measure and the column of the comparison group name the same drug"),
    Rule("EVI053", "address-twice", "Give one of the entries another first name, and keep this one as its synonym"),
    Rule("CLM001", "claim-not-used", "Use it in its chapter with {claim} or {in-brief}, or remove the row"),
    Rule("CLM002", "claim-unknown", "Add the claim to data/claims/<chapter>.csv, or correct the id"),
    Rule("CLM003", "claim-row-unknown", "Name an existing row as table/id"),
    Rule("CLM004", "claim-chapter", "Use a claim in the chapter that its row names"),
    Rule("CLM005", "claim-level", "Give the claim the level of the weakest row that it needs"),
    Rule("CLM006", "claim-confidence", "Give the claim no more stars than the best row that it needs"),
    Rule("CLM007", "claim-source", "List the source of every row that the claim needs"),
    Rule("CLM009", "claim-sides", "Name each row once: under needs, adds or against"),
    Rule(
        "CLM010",
        "claim-balance",
        "Say under balance in one sentence why the claim stands all the same",
    ),
    Rule("CLM011", "unweighed-row", "Name the row under adds or against, or waive it with its reason in waived_rows"),
    Rule("CLM012", "no-counter-search", "Let a second reader look for what would refute it: a row in counter_searches"),
    Rule("CLM013", "search-claim", "Correct the claim's id, or leave the cell empty"),
    Rule("CLM014", "absence-without-search", "Record in counter_searches what was looked for, or rewrite the sentence"),
    Rule("CLM015", "waiver", "Correct the ids, or remove the waiver"),
    Rule("CLM016", "control-arm", "Move the row to the comparison of its trial; a control arm is no finding"),
    Rule(
        "CLM017",
        "claim-length",
        f"Say one finding in at most {LONGEST_CLAIM} words; give a second one a claim with rows of its own",
    ),
    Rule(
        "CLM018",
        "balance-length",
        f"Weigh the rows against in at most {LONGEST_BALANCE} words; what is not about this claim belongs elsewhere",
    ),
    Rule("CLM008", "claim-retracted", "Remove the work from the claim, or say 'cited as retracted' in its rows' notes"),
]

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}

_RATIOS = ("hazard ratio", "odds ratio", "risk ratio")
# What was read bounds how far a figure can be trusted: nobody can judge methods from an abstract, nor from a report.
_ANNOUNCED = re.compile(
    r"\b(?:congress|meeting abstract|poster|presentation|presented|talk|release|registry record"
    r"|news (?:of|page|article|item|report))\b",
    re.IGNORECASE,
)
_RETOLD = re.compile(
    r"^(?:title and )?abstract\b|^introduction\b|\b(?:key points|summar(?:y|ised)|report(?:s|ed)?|reprinted)\b",
    re.IGNORECASE,
)
_INTERVALS_ABOUT_THE_VALUE = (
    "95% CI",
    "90% CI",
    "97.5% CI",
    "98% CI",
    "98.5% CI",
    "99% CI",
    "credible interval",
    "range",
    "IQR",
)


def most_stars(locator: str) -> int:
    """The stars that a figure may have that was read in the place that ``locator`` names.

    Five, where the paper itself or its data was read; three, where it was an abstract or somebody's account of the
    paper; two, where it was announced: a congress, a release, the news, a registry.

    >>> most_stars("Table 2"), most_stars("abstract"), most_stars("report of the congress abstract")
    (5, 3, 2)
    """
    if _ANNOUNCED.search(locator):
        return 2
    return 3 if _RETOLD.search(locator) else 5


def row_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Rules that look at several cells of an evidence row."""
    name = row["id"]
    patients = row["system"] == "patients"
    if patients and row["n"] is None:
        yield "EVI030", f"row {name!r} is about patients and has no n"
    if (row["n"] is None) != (row["n_scope"] is None):
        yield "EVI044", f"row {name!r} has n {row['n']} and n_scope {row['n_scope']!r}"
    if patients != (row["level"] in "ABC"):
        yield "EVI031", f"row {name!r} has level {row['level']} with system {row['system']!r}"
    low, high, kind = row["ci_low"], row["ci_high"], row["ci_kind"]
    given = [part is not None for part in (low, high, kind)]
    if row["statistic"] in _RATIOS and not any(given):
        yield "EVI032", f"row {name!r} gives a {row['statistic']} without its interval"
    elif any(given) and not all(given):
        # An upper bound that was not reached is a real result; its note must say so.
        open_ended = low is not None and kind is not None and "not reached" in (row["note"] or "")
        if not open_ended:
            yield "EVI035", f"row {name!r} has part of an interval"
    if low is not None and high is not None:
        if low > high:
            yield "EVI033", f"row {name!r}: lower bound {low:g} is above upper bound {high:g}"
        elif kind in _INTERVALS_ABOUT_THE_VALUE and not low <= row["value"] <= high:
            yield "EVI034", f"row {name!r}: value {row['value']:g} is outside {low:g} to {high:g}"
    if row["confidence"] > (most := most_stars(row["locator"])):
        yield "EVI047", f"row {name!r} has {row['confidence']} stars and was read in {row['locator']!r}: at most {most}"
    if row["statistic"] == "proportion" and (row["unit"] != "%" or not 0 <= row["value"] <= 100):
        yield "EVI036", f"row {name!r} gives the proportion {row['value']:g} {row['unit']}"
