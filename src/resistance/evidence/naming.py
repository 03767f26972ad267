"""What is wrong with the rows, counts, searches and columns that pages name, in words; nothing ("") where all is there.

The same functions as at rendering look them up. Where a table or row could not be read, its own fault is reported
already, and nothing is said of what names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from resistance.book.cells import Code
from resistance.evidence.cells import Row, split_list
from resistance.evidence.counts import NAMES, count, is_query
from resistance.evidence.rows import Rows
from resistance.evidence.schema import SchemaError, TableSchema, table_names
from resistance.evidence.tables import CheckedTable, check_table
from resistance.evidence.typed import typed_numbers
from resistance.evidence.weighing import absence
from resistance.evidence.where import keep

_ROLE = re.compile(r"\{[^}]+\}`[^`]*`")
PARAMETERS, SEARCHES = "model_parameters", "counter_searches"


class Names:
    """Looks up what pages name.

    Parameters
    ----------
    checked : the tables as read by their names
    """

    def __init__(self, checked: Mapping[str, CheckedTable]):
        self.checked = dict(checked)
        self.rows = Rows(self.checked, self._read)
        unread = {name for name in table_names() if name not in self.checked}  # their schema is at fault
        self.hidden = {name for name, table in self.checked.items() if not table.whole} | unread
        self.faulty = {row for table in self.checked.values() for row in table.faulty}

    def _read(self, name: str) -> tuple[TableSchema, list[Row]]:
        table = self.checked[name]
        return table.schema, table.rows

    def row(self, text: str) -> str:
        """What is wrong with the text of a ``{row}``."""
        name = text.strip().partition(".")[0].partition(":")[0]
        if name in self.faulty or (self.hidden and name not in self.rows.places):
            return ""  # said before it is looked for: what is near to a row that is not there takes long to find
        try:
            self.rows.find(text)
        except ValueError as error:
            return str(error)
        return ""

    def count(self, text: str) -> str:
        """What is wrong with the text of a ``{count}``."""
        text = text.strip()
        if not is_query(text):
            return "" if text in NAMES else f"{text!r} is not counted; counted are {', '.join(NAMES)}"
        words = text.split()
        if len(words) > 2 and self._unreadable(words[2]):
            return ""
        try:
            count(text, self.rows)
        except ValueError as error:
            return str(error)
        return ""

    def search(self, text: str) -> str:
        """What is wrong with the text of a ``{looked}``."""
        if SEARCHES not in self.checked or self._unreadable(SEARCHES):
            return ""
        known = {row["id"] for row in self.checked[SEARCHES].rows}
        return "" if text.strip() in known else f"there is no search {text.strip()!r}"

    def unsearched(self, line: str, claims: Collection[str], searches: Collection[str]) -> str:
        """What a line of prose says is absent, though no search stands on it, nor a claim that has one."""
        words = absence(_ROLE.sub(" ", line))
        if not words or searches or SEARCHES not in self.checked or self._unreadable(SEARCHES):
            return ""
        searched = {name for row in self.checked[SEARCHES].rows for name in split_list(row["claims"])}
        return "" if searched & set(claims) else f"{words!r} stands without a search"

    def query(self, table: str, options: Mapping[str, str], chapter: str) -> str:
        """What is wrong with the options of a directive that shows rows of a table on a page."""
        if table not in self.checked or self._unreadable(table):
            return ""
        schema, rows = self.rows.table(table)
        if table == PARAMETERS:
            models = options.get("model", "").replace(",", " ").split()
            prefixes = tuple(options.get("ids", "").replace(",", " ").split())
            rows = [row for row in rows if row["chapter"] == chapter and (not models or row["model"] in models)]
            rows = [row for row in rows if not prefixes or row["id"].startswith(prefixes)]
        try:
            rows = keep(rows, schema, options.get("where", "").strip("\"'"))
        except ValueError as error:
            return str(error)
        asked = [name.strip() for name in options.get("columns", "").strip("\"'").split(",")]
        asked.append(options.get("sort", "").strip("\"'").removeprefix("-"))
        unknown = [name for name in asked if name and name not in schema.by_name]
        if unknown:
            return f"{table} has no column {unknown[0]!r}; it has {', '.join(schema.columns)}"
        return "" if rows else f"no row of {table} is left"

    def typed(self, code: Code) -> Iterator[tuple[int, str]]:
        """Lines of a page's cells with a number that a row of its parameters holds already, and what to say of each."""
        rows = self.checked[PARAMETERS].rows if PARAMETERS in self.checked else []
        own = [row for row in rows if row["chapter"] == code.page.name]
        return typed_numbers([(cell.first - 1, tree) for cell, tree in code.trees], own)

    def _unreadable(self, table: str) -> bool:
        """Whether rows of a table are hidden by a fault of their own."""
        return table in self.hidden or (table in self.checked and bool(self.checked[table].faulty))


def read_names(checked: Mapping[str, CheckedTable], more: tuple[str, ...] = ("references",)) -> Names:
    """Names over tables that were checked, and others that are read now."""
    found = dict(checked)
    for name in more:
        with suppress(SchemaError):
            found.setdefault(name, check_table(name))
    return Names(found)
