"""The two tables of surveillance, as rows of text: candidates, and the runs that found them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from resistance.csv_text import RecordError, records
from resistance.evidence.schema import load_schema, table_path
from resistance.paths import relative

CANDIDATES, RUNS = "surveillance", "surveillance_runs"
TO_SCREEN, FULL_TEXT, INCLUDED, EXCLUDED = "to screen", "full text wanted", "included", "excluded"
Cells = dict[str, str]


class CannotKeep(ValueError):
    """A table of surveillance that cannot be read, so that nothing may be added to it."""


@dataclass
class Kept:
    """What surveillance has written down for one chapter."""

    chapter: str
    candidates: list[Cells]
    runs: list[Cells]

    def since(self, service: str, searched: date) -> date:
        """First day of entry that the next run has to cover.

        The last day of the run before is covered again, for it had not ended; what it gave is known by now.
        """
        days = [date.fromisoformat(run["until"]) for run in self.runs if run["service"] == service]
        return max(days, default=searched)


def read(chapter: str) -> Kept:
    """Candidates and runs of a chapter; empty where there was no run yet.

    Raises
    ------
    CannotKeep
        If a file cannot be read as the table that it should be.
    """
    return Kept(chapter, *(_read(table_path(table, chapter), table) for table in (CANDIDATES, RUNS)))


def texts(kept: Kept) -> dict[Path, str]:
    """Text of each file of a chapter, by its path."""
    return {
        table_path(CANDIDATES, kept.chapter): _text(CANDIDATES, kept.candidates),
        table_path(RUNS, kept.chapter): _text(RUNS, kept.runs),
    }


def _read(path: Path, table: str) -> list[Cells]:
    if not path.is_file():
        return []
    columns = load_schema(table).file_columns
    rows: list[Cells] = []
    try:
        for line, cells in records(path.read_text(encoding="utf-8")):
            if not rows and cells == columns:
                continue
            if len(cells) != len(columns):
                message = f"{relative(path)}:{line}: the row has {len(cells)} cells, the table {len(columns)} columns"
                raise CannotKeep(f"{message}; correct the row, then run the command again")
            rows.append(dict(zip(columns, cells, strict=True)))
    except (RecordError, UnicodeDecodeError) as error:
        line = getattr(error, "line", 1)
        raise CannotKeep(f"{relative(path)}:{line}: {error}; correct the file, then run the command again") from None
    return rows


def _text(table: str, rows: list[Cells]) -> str:
    columns = load_schema(table).file_columns
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
