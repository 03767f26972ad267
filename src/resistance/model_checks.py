"""The table of model checks: what a row accepts, whether it would notice a fault of its model, what is wrong with it.

It joins what :mod:`resistance.evidence` knows of tables with what :mod:`resistance.models.checks` knows of calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, isfinite, nextafter, ulp
from typing import Any

import numpy as np
import pandas as pd

from resistance.diagnostics import Finding, Rule
from resistance.evidence.schema import SchemaError, table_names
from resistance.evidence.tables import check_table, table
from resistance.models.checks import evaluate, modules, outermost, resolve
from resistance.paths import root

TABLE = "model_checks"
# A result of a model that is off by this many tolerances must be noticed.
MOVED = 3.0
RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("MCK001", "model-call", "Correct the call: public names of resistance.models, literals and arithmetic"),
        Rule("MCK002", "model-module", "Name the module of resistance.models that the call uses first"),
        Rule("MCK003", "model-chapter", "Give the file the path of its page: data/model_checks/<chapter>.csv"),
        Rule(
            "MCK004", "model-band", "Give a row marked 'differs' the band in which its value is expected, no other row"
        ),
        Rule("MCK005", "model-bound", "Give a bound the tolerance 0, or leave the qualifier empty"),
        Rule("MCK006", "model-note", "Say in the note what is known about the difference"),
        Rule("MCK007", "model-id", "Begin the id with the model's code in lower case and a hyphen"),
    )
}
Row = Mapping[str, Any]


def accepted(row: Row) -> tuple[float, float]:
    """Lowest and highest value that the row accepts from its model, ends included.

    Parameters
    ----------
    row : typed cells by column

    Returns
    -------
    (low, high)
        The published number with its tolerance; beyond it without an end where the source gives a bound; the band of a
        row marked ``differs``.
    """
    if row["agreement"] == "differs":
        return float(row["differs_low"]), float(row["differs_high"])
    return agreeing(row)


def agreeing(row: Row) -> tuple[float, float]:
    """Lowest and highest value that agrees with the published number, whatever the row is marked as."""
    published, tolerance = float(row["published"]), float(row["tolerance"])
    match _given(row["qualifier"]):
        case ">":
            return nextafter(published, inf), inf
        case "≥":
            return published, inf
        case "<":
            return -inf, nextafter(published, -inf)
        case "≤":
            return -inf, published
    width = tolerance * abs(published) if row["tolerance_kind"] == "relative" else tolerance
    return published - width, published + width


def passes(row: Row, value: float) -> bool:
    """Whether the row accepts ``value``; NaN and infinity never pass."""
    low, high = accepted(row)
    return isfinite(value) and low <= value <= high


def verdict(row: Row, value: float) -> str:
    """``agrees``, ``differs``, or ``wrong``: neither as the row is marked nor in its band."""
    return str(row["agreement"]) if passes(row, value) else "wrong"


def printed(row: Row) -> str:
    """The number of the source as text, with the sign of a bound: ``10.96``, ``> 10``."""
    sign, number = _given(row["qualifier"]), repr(float(row["published"])).removesuffix(".0")
    return f"{sign} {number}" if sign else number


def expected(row: Row) -> str:
    """What the row accepts as text: ``± 0.005``, ``± 3 %``, ``> 10``, or the band of a row that differs."""
    if row["agreement"] == "differs":
        return f"{row['differs_low']:g} to {row['differs_high']:g}"
    if _given(row["qualifier"]):
        return printed(row)
    return f"± {100 * row['tolerance']:g} %" if row["tolerance_kind"] == "relative" else f"± {row['tolerance']:g}"


def unnoticed(row: Row, times: float = MOVED, known: dict[str, float] | None = None) -> tuple[str, ...]:
    """The numbers of models in the row's call, each as its text, that could be wrong without the row's noticing.

    Each number by itself is moved up and down by the fraction of itself that ``times`` half-widths of what the row
    accepts are of its middle (by ``times`` half-widths where the middle is 0); a whole number by at least 1. A bound
    has one side, so there the number is moved by a little more than the distance of the value from it, and one of the
    two directions must fail. Each model is asked once: ``known`` is as of :func:`evaluate`.
    """
    known = {} if known is None else known
    value = evaluate(row["call"], known=known)
    low, high = accepted(row)
    found = []
    for part in outermost(row["call"]):
        failures = []
        for sign in (1, -1):

            def change(text: str, number: float, part: str = part, sign: int = sign) -> float:
                return number + sign * _step(number, value, low, high, times) if text == part else number

            try:
                failures.append(not passes(row, evaluate(row["call"], change, known)))
            except ValueError:  # a number that the arithmetic rejects is noticed
                failures.append(True)
        noticed = all(failures) if isfinite(low) and isfinite(high) else any(failures)
        if not noticed:
            found.append(part)
    return tuple(found)


def evaluated(rows: Iterable[Row]) -> list[float]:
    """Values of the rows' calls.

    Raises
    ------
    ValueError
        With one line for each row that cannot be evaluated or does not give what it is marked to give.
    """
    values, faults = [], []
    for row in rows:
        try:
            values.append(evaluate(row["call"]))
            if not passes(row, values[-1]):
                low, high = accepted(row)
                faults.append(f"{_place(row)}{row['id']}: {values[-1]!r} is not between {low!r} and {high!r}")
        except ValueError as error:
            faults.append(f"{_place(row)}{row['id']}: {error}")
    if faults:  # the build's own line shows the first
        raise ValueError("\n".join(faults))
    return values


def _place(row: Row) -> str:
    """File and line of a row that was read from one: the page that shows it is not where it is wrong."""
    return f"{row['_path']}:{row['_line']}: " if "_path" in row else ""


def checked_models(*parts: str, agreement: str | None = None) -> pd.DataFrame:
    """The table of model checks with what the models give: columns ``printed``, ``computed``, ``accepted``, ``result``.

    ``computed`` has seven digits, so that two machines show the same page.

    Parameters
    ----------
    parts : chapters or folders of chapters whose rows are wanted; all where none is named
    agreement : ``agrees`` or ``differs``, where only such rows are wanted

    Raises
    ------
    TableError
        If the table has any fault.
    ValueError
        As :func:`evaluated` does: no row of what comes back is wrong. If no row is left.
    """
    frame = table(TABLE)
    if parts:
        frame = frame[frame["chapter"].isin(parts) | frame["chapter"].str.partition("/")[0].isin(parts)]
    if agreement is not None:
        frame = frame[frame["agreement"] == agreement]
    if frame.empty:
        raise ValueError(f"no model check is of the parts {parts} with agreement {agreement!r}")
    rows = frame.to_dict("records")
    values = evaluated(rows)
    return frame.assign(
        printed=[printed(row) for row in rows],
        computed=[float(f"{value:.7g}") for value in values],
        accepted=[expected(row) for row in rows],
        result=[verdict(row, value) for row, value in zip(rows, values, strict=True)],
    )


def check() -> tuple[list[Finding], dict[str, int]]:
    """Every fault of the rows that shows without calling a model, and how many rows were examined.

    Cells that do not fit their column are found with all other tables; a row that has one is not looked at here.
    """
    findings: list[Finding] = []
    try:
        rows = check_table(TABLE).rows if TABLE in table_names() else []
    except SchemaError:  # found with all other tables
        rows = []
    for row in rows:
        for code, message in _faults(row):
            findings.append(Finding.of(RULES[code], row["_path"], row["_line"], f"row {row['id']!r}: {message}"))
    return findings, {"model checks": len(rows)}


def _step(number: float, value: float, low: float, high: float, times: float) -> float:
    if isfinite(low) and isfinite(high):
        half, middle = times * (high - low) / 2, abs(low + high) / 2
    else:
        half, middle = 1.01 * abs(value - (low if isfinite(low) else high)), abs(value)
    step = max(half / middle * abs(number) if middle > 0 else half, 4 * ulp(number))
    return max(step, 1) if isinstance(number, (int, np.integer)) else step


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    if row["module"] not in modules():
        yield "MCK002", f"{row['module']!r} is not a module of resistance.models"
    try:
        resolve(row["call"])
        if row["module"] in modules() and f"{row['module']}." not in row["call"]:
            yield "MCK002", f"the call does not use {row['module']!r}"
    except ValueError as error:
        yield "MCK001", str(error)
    if not (root() / "chapters" / f"{row['chapter']}.md").is_file():
        yield "MCK003", f"there is no chapter {row['chapter']!r}"
    if not row["id"].startswith(f"{row['model'].lower()}-"):
        yield "MCK007", f"the id does not begin with {row['model'].lower() + '-'!r}"
    if _given(row["qualifier"]) and row["tolerance"] != 0:
        yield "MCK005", f"a bound ({row['qualifier']}) has the tolerance {row['tolerance']:g}"
    band = _given(row["differs_low"]), _given(row["differs_high"])
    if row["agreement"] == "agrees":
        if band != (None, None):
            yield "MCK004", "it agrees and has a band"
        return
    if not _given(row["note"]):
        yield "MCK006", "it differs and has no note"
    if None in band:
        yield "MCK004", "it differs and has no band"
    elif not band[0] < band[1]:
        yield "MCK004", f"the band from {band[0]:g} to {band[1]:g} is empty"
    else:
        low, high = agreeing(row)
        if band[0] <= high and low <= band[1]:
            yield (
                "MCK004",
                f"the band from {band[0]:g} to {band[1]:g} holds values that agree with the published number",
            )


def _given(cell: Any) -> Any:
    """The cell, or None where it is empty."""
    return None if cell is None or pd.isna(cell) else cell
