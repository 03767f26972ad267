"""``evidence.opportunities``: for each strategy against each mechanism, how its controlled trials came out."""

from __future__ import annotations

import pandas as pd

from resistance.evidence.strategies import Tables, ruled
from resistance.evidence.tables import evidence_tables

LEVELS = ("A", "B")  # of the trials that are counted: randomised, or controlled in patients
ROLE = "treatment effect"
_WAYS = {"supports": "support", "mixed": "mixed", "does not support": "do not support"}


def opportunities(tables: Tables | None = None) -> pd.DataFrame:
    """Strategies against mechanisms, with the controlled studies that support them and those that do not.

    Tables count whose statement is that the strategy helps (``benefit`` under ``map`` in the schema). A study counts
    once in each line: as *mixed* if its figures point different ways, such as progression one way and survival another.

    Parameters
    ----------
    tables : schema and typed rows of evidence tables; by default all of the book

    Returns
    -------
    pandas.DataFrame
        Columns ``mechanism``, ``strategy``, ``studies``, ``support``, ``mixed``, ``do not support`` (counts of studies)
        and ``page``; those that most studies support first, then those with fewest that do not.

    Raises
    ------
    TableError
        If a table has faults.
    """
    ways: dict[tuple[str, str], dict[str, set[str]]] = {}
    pages: dict[tuple[str, str], list[str]] = {}
    for schema, rows in evidence_tables() if tables is None else tables:
        for row, rule in ruled(schema, rows):
            if rule and rule.strategy and rule.benefit and row["role"] == ROLE and row["level"] in LEVELS:
                key = (rule.mechanism, rule.strategy)
                ways.setdefault(key, {}).setdefault(row["study"], set()).add(row["direction"])
                pages.setdefault(key, []).extend(schema.chapters[:1])
    lines = []
    for key, studies in ways.items():
        came_out = [next(iter(found)) if len(found) == 1 else "mixed" for found in studies.values()]
        counts = {word: came_out.count(way) for way, word in _WAYS.items()}
        page = max(sorted(set(pages[key])), key=pages[key].count, default="")
        lines.append({"mechanism": key[0], "strategy": key[1], "studies": len(studies), **counts, "page": page})
    columns = ["mechanism", "strategy", "studies", *_WAYS.values(), "page"]
    frame = pd.DataFrame(lines, columns=columns)
    order = ["support", "do not support", "mechanism", "strategy"]
    return frame.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
