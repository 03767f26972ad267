"""``show.forest``: ratios with intervals as clinicians read them, the numbers beside the marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from resistance.evidence.printed import format_number, number_text
from resistance.evidence.sides import study_count
from resistance.show.figures import compose
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
from resistance.show.words import first_upper, listed

RATIOS = ("hazard ratio", "odds ratio", "risk ratio")
_OURS = "Dashed intervals belong to ratios that are computed here from what the rows hold; solid ones are the source's."
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def forest(
    table: str,
    *,
    anchor: str,
    finding: str,
    caption: str,
    favours: tuple[str, str],
    ids: Ids | None = None,
    where: Mapping[str, Any] | None = None,
    what: What | None = None,
    group: What | None = None,
    sort: str | None = "value",
    size: str = "n",
    pooled: Mapping[str, Any] | None = None,
    computed: Mapping[str, tuple[float, float, float]] | None = None,
    computed_as: str = "risk ratio",
    domain: tuple[float, float] | None = None,
    alt: str = "",
) -> Output:
    """Ratios with their intervals on a logarithmic axis, a line at one, and the numbers and n beside them.

    Parameters
    ----------
    table : evidence table
    anchor, finding, caption : as of ``show_figure``; the finding is required
    favours : words at the left (ratio below one) and at the right (above one), for example
        ``("belzutifan better", "everolimus better")``
    ids : rows in the order of the figure, or a mapping of ids to what the figure says below the study's name
    where : instead of ids: column and value, or a list of values
    what : what each row is, below the study's name: a column, a template such as ``"{gene}, {therapy}"`` or a function
        of the row; the column ``measure`` by default
    group : column whose values become headings, in the order in which they come, or a function of the row
    sort : column to sort by within a group where the rows come from ``where``; None keeps the table's order
    size : area of the marks: ``"n"``, or ``"weight"`` (the inverse of the squared standard error of the log ratio)
    pooled : ``value``, ``low``, ``high`` and ``label`` of a pooled ratio, drawn as a diamond below the rows
    computed : ratios that are worked out from what rows hold otherwise, such as counts of both arms: id, and value with
        its 95% interval; drawn dashed and said to be computed here. Without ids and where, these rows are the figure's
    computed_as : what kind of ratio these are
    domain : ends of the axis; by default what the intervals need, at least 0.5 to 2, at most 0.05 to 20
    alt : what is to be said beside the first description

    Raises
    ------
    ValueError
        If a row is not a ratio, has no interval at all, or the rows cannot be found.
    """
    check_text("finding", finding, 10)
    own = computed or {}
    ids = list(own) if own and ids is None and where is None else ids
    records = [_worked_out(r, own[r["id"]], computed_as) if r["id"] in own else r for r in chosen(table, ids, where)]
    wrong = [r["id"] for r in records if r["statistic"] not in RATIOS or (r["ci_low"] is None and r["ci_high"] is None)]
    if wrong:
        raise ValueError(f"forest: {', '.join(wrong)}: not a ratio with an interval")
    if pooled:
        pooled = dict(pooled) | {"text": _pooled_text(pooled)}
    records = ordered(records, group, None if ids is not None else sort)
    ends = domain or _domain(records, pooled)
    kinds = first_upper(listed(list(dict.fromkeys(r["statistic"] for r in records))))
    plot = Plot(
        table,
        records,
        title=f"{kinds} (log scale)",
        ends=ends,
        ticks=[tick for tick in _TICKS if ends[0] <= tick <= ends[1]],
        heads=("n", f"{kinds if ' and ' not in kinds else 'Ratio'} (95% CI)"),
        figure=figure_words,
        value=lambda r: r["value"],
        low=lambda r: r["ci_low"],
        high=lambda r: r["ci_high"],
        areas=by_n(records) if size == "n" else _by_weight(records),
        log=True,
        what=what,
        group=group,
        line=1.0,
        sides=favours,
        computed=lambda r: r["id"] in own,
        pooled=pooled,
    )
    return compose(
        picture(plot, WIDE),
        narrow=picture(plot, NARROW),
        anchor=anchor,
        finding=finding,
        caption=f"{caption} {_OURS}" if any(r["id"] in own for r in records) else caption,
        alt=f"{_words(plot)} {alt}",
        data=_behind(plot),
        more={"links": [ref(table, record) for record in records] + ([None] if pooled else [])},
    )


def _worked_out(record: Record, ratio: tuple[float, float, float], statistic: str) -> Record:
    """The row with a ratio that is ours in the place of its figure."""
    value, low, high = (float(number) for number in ratio)  # of NumPy, they would not go into the page
    figure = {"value": value, "ci_low": low, "ci_high": high}
    texts = {name: format_number(number, ".2f") for name, number in figure.items()}
    rest = {"statistic": statistic, "ci_kind": "95% CI", "qualifier": None, "unit": "1"}
    return record | figure | rest | {"_text": (record.get("_text") or {}) | texts}


def _domain(records: Sequence[Record], pooled: Mapping[str, Any] | None) -> tuple[float, float]:
    bounds = [b for r in records for b in (r["ci_low"], r["ci_high"], r["value"]) if b]
    bounds += [float(pooled["low"]), float(pooled["high"])] if pooled else []
    return max(min(0.5, *bounds) / 1.06, 0.05), min(max(2.0, *bounds) * 1.06, 20.0)


def _by_weight(records: Sequence[Record]) -> list[float]:
    """Area in proportion to the inverse of the squared standard error of the log ratio; all alike if one has none."""
    weights = [_weight(record) for record in records]
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        return [90.0] * len(records)
    return [max(45.0, 180.0 * weight / max(known)) for weight in known]


def _weight(record: Record) -> float | None:
    low, high = record["ci_low"], record["ci_high"]
    if low is None or high is None or record["ci_kind"] != "95% CI":
        return None
    return (3.92 / math.log(high / low)) ** 2


def _pooled_text(pooled: Mapping[str, Any]) -> str:
    given = (pooled[key] for key in ("value", "low", "high"))
    value, low, high = (part if isinstance(part, str) else number_text(part) for part in given)
    return f"{value} ({low} to {high})"


def _words(plot: Plot) -> str:
    """First description: how many, what the sides mean, which are clear of one, the ends."""
    records, sides = plot.records, plot.sides or ("", "")
    below = sum(r["ci_high"] is not None and r["ci_high"] < 1 for r in records)
    above = sum(r["ci_low"] is not None and r["ci_low"] > 1 for r in records)
    low, high = min(records, key=lambda r: r["value"]), max(records, key=lambda r: r["value"])
    ends = [f"{figure_words(r)} ({r['label']}, {said(r, plot.what)})" for r in (low, high)]
    text = (
        f"Forest plot of {len(records)} ratios from {study_count(studies(records))} on a log axis; "
        f"below one means {sides[0]}, above one {sides[1]}. "
        f"Intervals wholly below one: {below}; wholly above: {above}; including it: {len(records) - below - above}. "
        f"The lowest ratio is {ends[0]}, the highest {ends[1]}."
    )
    return f"{text} {plot.pooled['label']}: {plot.pooled['text']}." if plot.pooled else text


def _behind(plot: Plot) -> pd.DataFrame:
    """The rows of the picture."""
    rows: list[dict[str, Any]] = [
        {
            "study": r["label"],
            **group_column(r, plot.group),
            "what": said(r, plot.what),
            "statistic": r["statistic"],
            "value": r["value"],
            "low": r["ci_low"],
            "high": r["ci_high"],
            "interval": "95%, computed here" if plot.computed(r) else r["ci_kind"],
            "n": r["n"],
            "n counts": r["n_scope"],
            "direction": r["direction"],
            "row": r["id"],
        }
        for r in plot.records
    ]
    if plot.pooled:
        pooled = {key: float(plot.pooled[key]) for key in ("value", "low", "high")}
        rows.append({"study": plot.pooled["label"]} | pooled)
    frame = pd.DataFrame(rows)
    frame["n"] = frame["n"].astype("Int64")
    return frame
