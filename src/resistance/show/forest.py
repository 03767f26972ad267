"""``show.forest``: ratios with intervals as clinicians read them, the numbers beside the marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from resistance.show.figures import compose
from resistance.show.forest_picture import NARROW, WIDE, Asked, forest_chart
from resistance.show.output import Output, check_text
from resistance.show.rows import Ids, Record, What, chosen, figure_words, link, plain, said, studies

RATIOS = ("hazard ratio", "odds ratio", "risk ratio")


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
    group: str | None = None,
    sort: str | None = "value",
    size: str = "n",
    pooled: Mapping[str, Any] | None = None,
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
    group : column whose values become headings, in the order in which they come
    sort : column to sort by within a group where the rows come from ``where``; None keeps the table's order
    size : area of the marks: ``"n"``, or ``"weight"`` (the inverse of the squared standard error of the log ratio)
    pooled : ``value``, ``low``, ``high`` and ``label`` of a pooled ratio, drawn as a diamond below the rows
    domain : ends of the axis; by default what the intervals need, at least 0.5 to 2, at most 0.05 to 20
    alt : what is to be said beside the first description

    Raises
    ------
    ValueError
        If a row is not a ratio, has no interval at all, or the rows cannot be found.
    """
    check_text("finding", finding, 10)
    records = chosen(table, ids, where)
    wrong = [r["id"] for r in records if r["statistic"] not in RATIOS or (r["ci_low"] is None and r["ci_high"] is None)]
    if wrong:
        raise ValueError(f"forest: {', '.join(wrong)}: not a ratio with an interval")
    records = _ordered(records, group, None if ids is not None else sort)
    asked = Asked(table, records, favours, what, group, size, pooled, domain or _domain(records, pooled))
    return compose(
        forest_chart(asked, WIDE),
        narrow=forest_chart(asked, NARROW),
        anchor=anchor,
        finding=finding,
        caption=caption,
        alt=f"{_words(asked)} {alt}",
        data=_behind(asked),
        more={"links": [link(table, record) for record in records] + ([None] if pooled else [])},
    )


def _ordered(records: list[Record], group: str | None, sort: str | None) -> list[Record]:
    if sort:
        records = sorted(records, key=lambda r: (r[sort] is None, r[sort]))
    if not group:
        return records
    order = list(dict.fromkeys(r[group] for r in records))
    return sorted(records, key=lambda r: order.index(r[group]))


def _domain(records: Sequence[Record], pooled: Mapping[str, Any] | None) -> tuple[float, float]:
    bounds = [b for r in records for b in (r["ci_low"], r["ci_high"], r["value"]) if b]
    bounds += [pooled["low"], pooled["high"]] if pooled else []
    return max(min(0.5, *bounds) / 1.06, 0.05), min(max(2.0, *bounds) * 1.06, 20.0)


def _words(asked: Asked) -> str:
    """First description: how many, what the sides mean, which are clear of one, the ends."""
    records, count = asked.records, studies(asked.records)
    below = sum(r["ci_high"] is not None and r["ci_high"] < 1 for r in records)
    above = sum(r["ci_low"] is not None and r["ci_low"] > 1 for r in records)
    low, high = min(records, key=lambda r: r["value"]), max(records, key=lambda r: r["value"])
    ends = [f"{figure_words(r)} ({r['label']}, {said(r, asked.what)})" for r in (low, high)]
    text = (
        f"Forest plot of {len(records)} ratios from {count} {'study' if count == 1 else 'studies'} on a log axis; "
        f"below one means {asked.favours[0]}, above one {asked.favours[1]}. "
        f"Intervals wholly below one: {below}; wholly above: {above}; including it: {len(records) - below - above}. "
        f"The lowest ratio is {ends[0]}, the highest {ends[1]}."
    )
    pooled = asked.pooled
    if not pooled:
        return text
    return f"{text} {pooled['label']}: {plain(pooled['value'])} ({plain(pooled['low'])} to {plain(pooled['high'])})."


def _behind(asked: Asked) -> pd.DataFrame:
    """The rows of the picture."""
    rows = [
        {
            "study": r["label"],
            "row": r["id"],
            **({asked.group: r[asked.group]} if asked.group else {}),
            "what": said(r, asked.what),
            "statistic": r["statistic"],
            "value": r["value"],
            "low": r["ci_low"],
            "high": r["ci_high"],
            "interval": r["ci_kind"],
            "n": r["n"],
            "n counts": r["n_scope"],
            "direction": r["direction"],
        }
        for r in asked.records
    ]
    if asked.pooled:
        pooled = asked.pooled
        rows.append({"study": pooled["label"]} | {key: pooled[key] for key in ("value", "low", "high")})
    frame = pd.DataFrame(rows)
    frame["n"] = frame["n"].astype("Int64")
    return frame
