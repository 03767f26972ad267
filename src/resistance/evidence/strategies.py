"""Mechanism and strategy of every evidence row, by the rules under ``map`` in its table's schema.

The first rule whose condition a row meets gives it a mechanism. Where its figure is of a treatment, the rule gives it a
strategy as well; any other figure stands by its role: how often something is found, how it works, or as a marker. A
control arm is no finding of its own, so it stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from resistance.evidence.cells import Row
from resistance.evidence.schema import MapRule, TableSchema
from resistance.evidence.where import keep

MECHANISMS = (
    "changed target or pathway",
    "efflux pumps",
    "drug metabolism",
    "DNA repair",
    "refused cell death",
    "tumour suppressors",
    "chromatin and RNA",
    "hypoxia and acidity",
    "stroma, matrix and vessels",
    "immune escape",
    "mixed and changing cells",
    "no single mechanism",
)
STRATEGIES = ("block the cause", "another drug", "combine drugs", "dose, order, delivery", "choose by a marker")
OF_ROLE = {
    "frequency": "how often found",
    "mechanism": "how it works",
    "prognosis": "as a marker",
    "interaction": "as a marker",
}
COLUMNS = (*dict.fromkeys(OF_ROLE.values()), *STRATEGIES)
OF_TREATMENT = ("treatment effect", "outcome")
SUPPORTS = "supports"
_SHOWN = 3  # rows that a message names

Tables = Iterable[tuple[TableSchema, Sequence[Row]]]


@dataclass(frozen=True)
class Place:
    """What stands in one place of the map: its studies, and where most of it is told."""

    mechanism: str
    strategy: str
    level: str  # the best of its rows
    studies: frozenset[str]
    unfavourable: frozenset[
        str
    ]  # studies with a figure that does not support, or only in part; see :func:`unfavourable`
    rows: int
    page: str  # with most of its rows; below ``chapters/``


def places(tables: Tables) -> list[Place]:
    """Places of the map that hold a row, in the order of :data:`MECHANISMS` and :data:`COLUMNS`.

    Rows without a place are left out: :func:`unplaced` tells of them.
    """
    found: dict[tuple[str, str], list[tuple[TableSchema, Row, MapRule]]] = {}
    for schema, rows in tables:
        for row, rule in ruled(schema, rows):
            if rule and (strategy := strategy_of(row, rule)):
                found.setdefault((rule.mechanism, strategy), []).append((schema, row, rule))
    order = [(mechanism, strategy) for mechanism in MECHANISMS for strategy in COLUMNS]
    return [_place(*key, found[key]) for key in order if key in found]


def ruled(schema: TableSchema, rows: Sequence[Row]) -> Iterator[tuple[Row, MapRule | None]]:
    """Each row with the first rule that takes it, None where none does.

    Raises
    ------
    ValueError
        If a rule's condition cannot be read, or names a value that no row has.
    """
    rule_of: dict[str, MapRule] = {}
    for rule in schema.map:
        for row in keep(rows, schema, rule.where):
            rule_of.setdefault(row["id"], rule)
    for row in rows:
        yield row, rule_of.get(row["id"])


def strategy_of(row: Row, rule: MapRule) -> str:
    """Column of the map in which a row stands; empty for a control arm, or where the rule names no strategy."""
    return OF_ROLE.get(row["role"]) or (rule.strategy if row["role"] in OF_TREATMENT else "")


def unfavourable(row: Row, rule: MapRule) -> bool:
    """Whether a figure speaks against what stands in its column, or for it only in part.

    That of a treatment does only in a table whose statement is that treatments help (``benefit``): that a drug works
    against a changed target does not support the statement that the change goes with resistance, and is no failure.
    """
    return row["direction"] != SUPPORTS and (row["role"] not in OF_TREATMENT or rule.benefit)


def unplaced(schema: TableSchema, rows: Sequence[Row]) -> Iterator[str]:
    """What keeps rows of an evidence table off the map, a message each."""
    for rule in schema.map:
        if rule.mechanism not in MECHANISMS:
            yield f"map names the mechanism {rule.mechanism!r}; there are {', '.join(MECHANISMS)}"
        if rule.strategy and rule.strategy not in STRATEGIES:
            yield f"map names the strategy {rule.strategy!r}; there are {', '.join(STRATEGIES)}"
    try:
        found = list(ruled(schema, rows))
    except ValueError as error:
        yield f"map: {error}"
        return
    lost = [row["id"] for row, rule in found if rule is None]
    bare = [row["id"] for row, rule in found if rule and row["role"] in OF_TREATMENT and not rule.strategy]
    if lost:
        yield f"no rule under map takes {_some(lost)}"
    if bare:
        yield f"map names no strategy for treatments: {_some(bare)}"
    used = {id(rule) for _, rule in found}
    for number, rule in enumerate(schema.map, start=1):
        if rows and id(rule) not in used:
            yield f"map, rule {number}: rules before it take all of its rows"


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")


def _place(mechanism: str, strategy: str, of: Sequence[tuple[TableSchema, Row, MapRule]]) -> Place:
    pages: dict[str, int] = {}
    for schema, _, _ in of:
        for page in schema.chapters[:1]:
            pages[page] = pages.get(page, 0) + 1
    return Place(
        mechanism,
        strategy,
        level=min(row["level"] for _, row, _ in of),
        studies=frozenset(row["study"] for _, row, _ in of),
        unfavourable=frozenset(row["study"] for _, row, rule in of if unfavourable(row, rule)),
        rows=len(of),
        page=max(pages, key=lambda page: (pages[page], page), default=""),
    )
