"""The book's files as one build reads them: each table, schema and bibliography once, on first use.

A build is one process (and the processes that Sphinx forks from it), so what was read is kept in one object that
:func:`forget` drops when a build begins. Nothing else in this package keeps what it read from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from resistance.book.contents import read_contents
from resistance.evidence.cells import Row, split_list
from resistance.evidence.index import Index
from resistance.evidence.rows import Rows
from resistance.evidence.schema import SchemaError, TableSchema, load_schema, table_names
from resistance.evidence.tables import check_table
from resistance.evidence.vocabulary import KINDS, Vocabulary
from resistance.paths import root
from resistance.references.library import Entry, Library, read_library
from resistance.references.printed import Printed, printed
from resistance.yaml_text import parse_yaml


class Data:
    """What the files say, read when first asked for."""

    def __init__(self) -> None:
        self._schemas: dict[str, TableSchema] = {}
        self._schema_texts: dict[str, str | None] = {}
        self._rows: dict[str, list[Row]] = {}
        self._once: dict[str, Any] = {}
        self._printed: dict[str, Printed] = {}
        self._by: dict[tuple[str, str, bool], dict[str, list[Row]]] = {}

    @cached_property
    def tables(self) -> frozenset[str]:
        """Names of all tables that have a schema."""
        return frozenset(table_names())

    def schema(self, table: str) -> TableSchema:
        """Schema of a table; ``SchemaError`` if it cannot be used."""
        if table not in self._schemas:
            self._schemas[table] = load_schema(table)
        return self._schemas[table]

    def schema_text(self, table: str) -> str | None:
        """All that a schema says, to compare it; None if there is none that can be used."""
        if table not in self._schema_texts:
            try:
                self._schema_texts[table] = repr(self.schema(table)) if table in self.tables else None
            except SchemaError:
                self._schema_texts[table] = None
        return self._schema_texts[table]

    def rows(self, table: str) -> list[Row]:
        """Typed rows of a table; empty while there is no such table, or its schema cannot be used (a finding)."""
        if table not in self._rows:
            try:
                self._rows[table] = check_table(table).rows if table in self.tables else []
            except SchemaError:
                self._rows[table] = []
        return self._rows[table]

    def rows_by(self, table: str, column: str, is_list: bool = False) -> dict[str, list[Row]]:
        """Rows of a table by what a column holds; with ``is_list`` under each of its values."""
        found = self._by.get((table, column, is_list))
        if found is None:
            found = self._by[table, column, is_list] = {}
            for row in self.rows(table):
                value = row.get(column)
                for name in split_list(value) if is_list else [value]:
                    found.setdefault(str(name), []).append(row)
        return found

    @cached_property
    def evidence_tables(self) -> list[str]:
        """Names of the evidence tables, sorted; those whose schema cannot be used are left out."""
        return [name for name in sorted(self.tables) if self._is_evidence(name)]

    def _is_evidence(self, name: str) -> bool:
        try:
            return self.schema(name).evidence
        except SchemaError:
            return False

    @cached_property
    def evidence_rows(self) -> dict[str, Row]:
        """Rows of all evidence tables by ``table/id``."""
        return {f"{name}/{row['id']}": row for name in self.evidence_tables for row in self.rows(name)}

    @cached_property
    def row_places(self) -> dict[str, tuple[str, Row]]:
        """Table and row by the row's id, of evidence tables first, then of every table that has ids."""
        places: dict[str, tuple[str, Row]] = {}
        for name in [*self.evidence_tables, *sorted(self.tables - set(self.evidence_tables))]:
            for row in self.rows(name):
                if row.get("id"):
                    places.setdefault(row["id"], (name, row))
        return places

    @cached_property
    def row_index(self) -> Rows:
        """Rows by id, and the cells that pages name."""
        usable = [name for name in self.tables if self.schema_text(name) is not None]
        return Rows(usable, lambda name: (self.schema(name), self.rows(name)))

    @cached_property
    def index(self) -> Index:
        """Every evidence row under the drugs, genes and cancers that it speaks of."""
        return Index(
            [(self.schema(name), self.rows(name)) for name in self.evidence_tables],
            {kind: Vocabulary(kind, self.rows(kind)) for kind in KINDS if self.rows(kind)},
            self.rows("claims"),
            {key: row["year"] for key, row in self.snapshot.items()},
        )

    @cached_property
    def claims(self) -> dict[str, Row]:
        """Claims by id."""
        return {row["id"]: row for row in self.rows("claims")}

    @cached_property
    def snapshot(self) -> dict[str, Row]:
        """What the registries said of each work (``data/references.csv``), by key."""
        return {row["key"]: row for row in self.rows("references")}

    @cached_property
    def library(self) -> Library:
        """``references.bib``."""
        return read_library(root() / "references.bib")

    def printed(self, key: str) -> Printed | None:
        """How a work is shown; formatted once. None if there is no such key."""
        if key not in self._printed:
            entry = self.library.by_key.get(key)
            if entry is None:
                return None
            self._printed[key] = printed(entry)
        return self._printed[key]

    def entries(self, keys: Iterable[str]) -> list[Entry]:
        """Entries with these keys, in the order of the file."""
        wanted = set(keys)
        return [entry for entry in self.library.entries if entry.key in wanted]

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made when first asked for: for what other modules count or join."""
        if name not in self._once:
            self._once[name] = make()
        return self._once[name]

    @cached_property
    def contents(self) -> list[str]:
        """Document names of the book's pages in their order."""
        return [entry.docname for entry in read_contents(root())[0]]

    def read_all(self) -> None:
        """Read what most pages ask for, before the processes that read pages are forked."""
        for _ in (self.row_places, self.evidence_rows, self.claims, self.snapshot, self.library, self.contents):
            pass
        for key in self.library.by_key:
            self.printed(key)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """``_config.yml``."""
        return parse_yaml((root() / "_config.yml").read_text(encoding="utf-8"))


_current = Data()


def current() -> Data:
    """What this build has read."""
    return _current


def forget(*_: Any) -> None:
    """Read everything again; called when a build begins."""
    global _current
    _current = Data()
