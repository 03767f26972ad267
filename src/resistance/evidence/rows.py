"""Rows by their id, and their cells as they are printed: what ``{row}`` shows, and what the check looks up.

Ids are unique over all tables, so that a page names a row by its id alone: ``ID`` is the row's figure with its
interval, ``ID.figure`` the same without, ``ID.interval`` the bounds, ``ID.COLUMN`` any cell, ``ID.COLUMN:FORMAT`` a
number rounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from resistance.evidence.cells import Row
from resistance.evidence.printed import FIGURES, cell_text, figure_text, interval_text, point_text, rounded
from resistance.evidence.schema import SchemaError, TableSchema, load_schema, table_names
from resistance.evidence.where import text_of

_FORM = re.compile(r"(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<column>[a-z][a-z0-9_]*))?(?::(?P<spec>.+))?")


@dataclass(frozen=True)
class Found:
    """A cell that a page names: its table, row and column (or ``figure``, ``interval``), and its text."""

    table: str
    row: Row
    column: str
    text: str


class Rows:
    """The rows of all tables, each table read when first asked for.

    Parameters
    ----------
    names : names of the tables
    read : gives a table's schema and typed rows by its name
    """

    def __init__(self, names: Iterable[str], read: Callable[[str], tuple[TableSchema, list[Row]]]):
        self.names = sorted(names)
        self._read = read
        self._tables: dict[str, tuple[TableSchema, list[Row]]] = {}

    def table(self, name: str) -> tuple[TableSchema, list[Row]]:
        """Schema and rows of a table; ``ValueError`` if there is none."""
        if name not in self.names:
            raise ValueError(f"there is no table {name!r}; the tables are {', '.join(self.names)}")
        if name not in self._tables:
            self._tables[name] = self._read(name)
        return self._tables[name]

    @cached_property
    def places(self) -> dict[str, tuple[str, Row]]:
        """Table and row by id, evidence tables first."""
        found: dict[str, tuple[str, Row]] = {}
        tables = [(name, *self.table(name)) for name in self.names]
        for name, _, rows in sorted(tables, key=lambda entry: not entry[1].evidence):
            for row in rows:
                if row.get("id"):
                    found.setdefault(row["id"], (name, row))
        return found

    def find(self, text: str) -> Found:
        """The cell that ``text`` names, and how it is printed.

        Raises
        ------
        ValueError
            If the text has another form, there is no such row or column, the cell is empty, or the format is none.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not of the form ID, ID.COLUMN or ID.COLUMN:FORMAT")
        identifier, column, spec = match["id"], match["column"], match["spec"]
        place = self.places.get(identifier)
        if place is None:
            near = get_close_matches(identifier, self.places, 1, 0.7)
            raise ValueError(f"no table has a row {identifier!r}" + (f"; there is {near[0]!r}" if near else ""))
        table, row = place
        if spec is not None:
            if column is None or column in ("figure", "interval"):
                raise ValueError(
                    f"{text!r} gives a format to more than one number; name a column, as in {identifier}.value"
                )
            return Found(table, row, column, self._rounded(table, row, column, spec))
        return Found(table, row, column or "figure", self._printed(table, row, column))

    def _printed(self, table: str, row: Row, column: str | None) -> str:
        """A cell, or what is made of several."""
        names = self.table(table)[0].by_name
        if column in (None, "figure") and "figure" not in names:
            if "unit" not in names or not any(name in names for name in FIGURES):
                raise ValueError(f"rows of {table} have no figure; name a column: {', '.join(names)}")
            return figure_text(row) if column is None else point_text(row)
        if column == "interval" and column not in names:
            if not (interval := interval_text(row)):
                raise ValueError(f"row {row['id']!r} has no interval")
            return interval
        return self._cell(table, row, str(column))

    def _cell(self, table: str, row: Row, column: str) -> str:
        names = self.table(table)[0].by_name
        if column not in names:
            raise ValueError(f"{table} has no column {column!r}; it has figure, interval, {', '.join(names)}")
        if not (text := cell_text(row, column)):
            raise ValueError(f"{column} of row {row['id']!r} is empty")
        return text

    def _rounded(self, table: str, row: Row, column: str, spec: str) -> str:
        self._cell(table, row, column)
        try:
            return rounded(text_of(row, column), spec)
        except ValueError as error:
            raise ValueError(f"{column} of row {row['id']!r}: {error}") from None


def read_rows() -> Rows:
    """The rows of the book's tables as its files have them now; a table with a faulty schema is left out."""
    from resistance.evidence.tables import check_table

    schemas: dict[str, TableSchema] = {}
    for name in table_names():
        try:
            schemas[name] = load_schema(name)
        except SchemaError:  # a finding of its own
            continue
    return Rows(schemas, lambda name: (schemas[name], check_table(name).rows))


def find(text: str, rows: Rows | None = None) -> Found:
    """The cell that ``text`` names (see :meth:`Rows.find`); pass ``rows`` to look up many."""
    return (rows or read_rows()).find(text)
