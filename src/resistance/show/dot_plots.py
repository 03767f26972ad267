"""``show.shares`` and ``show.measures``: a figure a row, with its n and interval, the numbers beside the marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from resistance.evidence.printed import cell_text
from resistance.evidence.sides import study_count
from resistance.show.figures import compose
from resistance.show.layers import axis_title
from resistance.show.output import Output, check_text
from resistance.show.row_picture import NARROW, WIDE, Plot, picture
from resistance.show.rows import (
    Ids,
    Record,
    What,
    by_n,
    chosen,
    figure_words,
    group_column,
    ordered,
    ref,
    said,
    studies,
)

SHARES = ("proportion", "survival probability", "count")


def shares(
    table: str,
    *,
    anchor: str,
    finding: str,
    caption: str,
    ids: Ids | None = None,
    where: Mapping[str, Any] | None = None,
    what: What | None = None,
    group: What | None = None,
    sort: str | None = "value",
    title: str = "Share (%)",
    computed: bool = False,
    by: str | None = "direction",
    by_title: str | None = "The row and its table's statement",
    line: float | None = None,
    alt: str = "",
) -> Output:
    """Shares of patients, tumours or cells from 0 to 100%, with their denominators.

    Parameters
    ----------
    table, ids, where, what, group, alt : as of :func:`~resistance.show.forest`
    anchor, finding, caption : as of ``show_figure``; the finding is required
    sort : column to sort by, highest first for ``value``; None keeps the table's order
    title : of the axis, with what it is a share of
    computed : where the source gives no interval, draw the 95% interval after Wilson, dashed and said to be ours; only
        for rows whose n is that of the group
    by, by_title : column that colour and shape stand for (None: none), and the title of its legend
    line : a reference line, in %

    Raises
    ------
    ValueError
        If a row is no proportion, survival probability or count with n, or the rows cannot be found.
    """
    check_text("finding", finding, 10)
    records = chosen(table, ids, where)
    wrong = [r["id"] for r in records if not _is_share(r)]
    if wrong:
        raise ValueError(f"shares: {', '.join(wrong)}: no share in %, and no count with its n")
    keep = None if ids is not None else sort
    if keep == "value":
        records = sorted(records, key=lambda r: -_percent(r))
        keep = None
    records = ordered(records, group, keep)
    plot = Plot(
        table,
        records,
        title=title,
        ends=(0.0, 100.0),
        ticks=(0, 20, 40, 60, 80, 100),
        heads=("n", "Share (95% CI)" if any(r["ci_low"] is not None for r in records) else "Share"),
        figure=_figure,
        value=_percent,
        low=lambda r: _bounds(r, computed)[0],
        high=lambda r: _bounds(r, computed)[1],
        areas=by_n(records),
        what=what,
        group=group,
        line=line,
        by=by,
        by_title=by_title,
        computed=lambda r: r["ci_low"] is None and r["ci_high"] is None,
    )
    ours = computed and any(plot.computed(r) and plot.low(r) is not None for r in records)
    note = "Dashed intervals are computed here (95%, Wilson) from the row's share and n; solid ones are the source's."
    return _composed(plot, anchor, finding, f"{caption} {note}" if ours else caption, alt, "shares", "%")


def measures(
    table: str,
    *,
    anchor: str,
    finding: str,
    caption: str,
    title: str,
    ids: Ids | None = None,
    where: Mapping[str, Any] | None = None,
    what: What | None = None,
    group: What | None = None,
    sort: str | None = "value",
    log: bool = False,
    domain: tuple[float, float] | None = None,
    ticks: Sequence[float] | None = None,
    reference: str | None = None,
    by: str | None = "direction",
    by_title: str | None = "The row and its table's statement",
    line: float | None = None,
    alt: str = "",
) -> Output:
    """Figures of one kind and unit, a row each, with n and the numbers beside the marks.

    Parameters
    ----------
    table, ids, where, what, group, sort, alt : as of :func:`~resistance.show.forest`
    anchor, finding, caption : as of ``show_figure``; the finding is required
    title : of the axis, with its unit
    log : logarithmic axis
    domain, ticks : of the axis; by default what the figures need
    reference : column with a second value in the same unit, drawn as an open mark that is joined to the first
    by, by_title : column that colour and shape stand for (None: none), and the title of its legend
    line : a reference line

    Raises
    ------
    ValueError
        If the rows have several units, a value of a logarithmic axis is not positive, or the rows cannot be found.
    """
    check_text("finding", finding, 10)
    records = ordered(chosen(table, ids, where), group, None if ids is not None else sort)
    units = sorted({r["unit"] for r in records})
    if len(units) > 1:
        raise ValueError(f"measures: the rows have the units {', '.join(units)}; a figure has one")
    second = (lambda r: r[reference]) if reference else (lambda r: None)
    shown = [v for r in records for v in (r["value"], r["ci_low"], r["ci_high"], second(r)) if v is not None]
    if log and min(shown) <= 0:
        raise ValueError("measures: a logarithmic axis needs values above zero")
    plot = Plot(
        table,
        records,
        title=axis_title(title, log),
        ends=domain or (_decades(shown) if log else (min(0.0, *shown), 1.05 * max(shown))),
        ticks=ticks if ticks is not None else _powers(shown) if log else None,
        heads=("n" if any(r["n"] is not None for r in records) else "", "Figure"),
        figure=lambda r: _pair(r, reference),
        value=lambda r: r["value"],
        low=lambda r: r["ci_low"],
        high=lambda r: r["ci_high"],
        areas=by_n(records),
        log=log,
        what=what,
        group=group,
        line=line,
        by=by,
        by_title=by_title,
        other=second,
    )
    unit = "" if units[0] == "1" else units[0]
    return _composed(plot, anchor, finding, caption, alt, "figures", unit, reference)


def potencies(table: str, *, title: str, reference: str | None = None, **options: Any) -> Output:
    """Potencies (IC50, Kd, Km, fold changes) on a logarithmic axis; ``reference`` names the column of the other form.

    All else is as of :func:`measures`.
    """
    return measures(table, title=title, reference=reference, **({"log": True} | options))


def _is_share(record: Record) -> bool:
    if record["statistic"] == "count":
        return record["n"] is not None and record["value"] <= record["n"]
    return record["statistic"] in SHARES and record["unit"] == "%"


def _percent(record: Record) -> float:
    return 100 * record["value"] / record["n"] if record["statistic"] == "count" else record["value"]


def _figure(record: Record) -> str:
    if record["statistic"] == "count":
        return f"{cell_text(record, 'value')} of {cell_text(record, 'n')} ({_percent(record):.0f}%)"
    return figure_words(record)


def _pair(record: Record, reference: str | None) -> str:
    if not reference or record[reference] is None:
        return figure_words(record)
    return f"{figure_words(record)}, from {cell_text(record, reference)}"


def _bounds(record: Record, computed: bool) -> tuple[float | None, float | None]:
    low, high = record["ci_low"], record["ci_high"]
    if low is not None or high is not None:
        return low, high
    if (
        not computed
        or record["n"] is None
        or record["n_scope"] != "group"
        or record["statistic"] == "survival probability"
    ):
        return None, None
    return wilson(_percent(record) / 100, int(record["n"]))


def wilson(share: float, n: int) -> tuple[float, float]:
    """95% interval of a proportion after Wilson (1927), in %.

    >>> [round(v, 1) for v in wilson(0.1, 10)]
    [1.8, 40.4]
    """
    from scipy.stats import norm

    z = float(norm.ppf(0.975))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


def _decades(values: Sequence[float]) -> tuple[float, float]:
    return min(values) / 1.3, max(values) * 1.3


def _powers(values: Sequence[float]) -> list[float]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    marks = [10.0**power for power in range(low, high + 1)]
    return [m for m in marks if min(values) / 1.3 <= m <= max(values) * 1.3] or marks


def _composed(
    plot: Plot, anchor: str, finding: str, caption: str, alt: str, noun: str, unit: str, reference: str | None = None
) -> Output:
    return compose(
        picture(plot, WIDE),
        narrow=picture(plot, NARROW),
        anchor=anchor,
        finding=finding,
        caption=caption,
        alt=f"{_words(plot, noun)} {alt}",
        data=_behind(plot, reference),
        units={
            name: unit for name in ("value", "low", "high", "reference") if unit and (name != "reference" or reference)
        },
        more={"links": [ref(plot.table, record) for record in plot.records]},
    )


def _words(plot: Plot, noun: str) -> str:
    """First description: how many, the ends, and what colour and shape tell apart."""
    records = plot.records
    low, high = min(records, key=plot.value), max(records, key=plot.value)
    said_of = [f"{plot.figure(r)} ({r['label']}, {said(r, plot.what)})" for r in (low, high)]
    rows = f"{len(records)} {noun} from {study_count(studies(records))}"
    text = f"Dot plot of {rows}; the lowest is {said_of[0]}, the highest {said_of[1]}."
    if plot.by is None:
        return text
    found: dict[str, int] = {}
    for record in records:
        found[str(record[plot.by])] = found.get(str(record[plot.by]), 0) + 1
    parts = "; ".join(f"{name}: {number}" for name, number in found.items())
    return f"{text} Rows by {plot.by}: {parts}."


def _behind(plot: Plot, reference: str | None) -> pd.DataFrame:
    """The rows of the picture."""
    frame = pd.DataFrame(
        [
            {
                "study": r["label"],
                **group_column(r, plot.group),
                "what": said(r, plot.what),
                "value": plot.value(r),
                **({"reference": r[reference]} if reference else {}),
                "low": plot.low(r),
                "high": plot.high(r),
                "interval": r["ci_kind"] or ("95%, computed here" if plot.low(r) is not None else None),
                "n": r["n"],
                "n counts": r["n_scope"],
                **({plot.by: r[plot.by]} if plot.by and plot.by != plot.group else {}),
                "row": r["id"],
            }
            for r in plot.records
        ]
    )
    frame["n"] = frame["n"].astype("Int64")
    return frame
