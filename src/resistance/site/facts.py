"""What is in the book, counted from its files."""

from __future__ import annotations

from resistance.evidence.cells import Row
from resistance.evidence.counts import count as count_rows
from resistance.evidence.counts import is_query, named_counts
from resistance.evidence.schema import TableSchema
from resistance.paths import root
from resistance.site import data, used


def rows(table: str) -> list[Row]:
    """Typed rows of a table; empty while the table does not exist."""
    return data.current().rows(table)


def schema(table: str) -> TableSchema:
    """Schema of a table."""
    return data.current().schema(table)


def counts() -> dict[str, int]:
    """Numbers that the landing page and others show, by name."""
    return data.current().once("counts", lambda: named_counts(root(), data.current().row_index))


def count(text: str) -> int:
    """What ``{count}`` prints: one of :func:`counts`, or rows or studies of a table; else ``ValueError``."""
    if is_query(text):
        return count_rows(text, data.current().row_index)
    numbers = counts()
    if text not in numbers:
        raise ValueError(
            f"{text!r} is not counted; counted are 'rows of …', 'studies of …', {', '.join(sorted(numbers))}"
        )
    return numbers[text]


def _count_or_none(text: str) -> int | None:
    try:
        return count(text)
    except ValueError:
        return None


used.register("count", _count_or_none)
