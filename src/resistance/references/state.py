"""What a refresh remembers between runs: validators for conditional requests, and how far it came.

An SQLite file, as each work adds one small, atomic change to it.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path

from resistance.references.record import Record

STATE_PATH = "_build/references-state.sqlite"
# An interrupted run is taken up again only while its first answers are fresh.
_FRESH_DAYS = 7
_SCHEMA = """
create table if not exists answers (address text primary key, etag text, last_modified text, record text);
create table if not exists done (key text primary key);
create table if not exists run (started text);
pragma user_version = 1;
"""


class State:
    """The state file, or one in memory. Losing it costs a few requests and nothing else: a broken one is begun anew."""

    def __init__(self, path: Path | None = None):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = self._open(path)
        except sqlite3.DatabaseError:
            if path is None:
                raise
            path.unlink(missing_ok=True)
            self._database = self._open(path)

    @classmethod
    def load(cls, root: Path) -> State:
        """The state kept below ``root``."""
        return cls(root / STATE_PATH)

    @staticmethod
    def _open(path: Path | None) -> sqlite3.Connection:
        database = sqlite3.connect(path or ":memory:", isolation_level=None)
        try:
            (version,) = database.execute("pragma user_version").fetchone()
            if version not in (0, 1):
                raise sqlite3.DatabaseError(f"version {version}")
            # No waiting for the disk: what a power cut could spoil here costs a few requests.
            database.execute("pragma synchronous = off")
            database.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def begin(self, today: date) -> set[str]:
        """Take up the unfinished run, or begin a new one if there is none or it is old; the works that are done."""
        row = self._database.execute("select started from run").fetchone()
        if row is None or (today - date.fromisoformat(row[0])).days > _FRESH_DAYS:
            self.finish()
            self._database.execute("insert into run values (?)", (today.isoformat(),))
        return {key for (key,) in self._database.execute("select key from done")}

    def mark_done(self, key: str) -> None:
        """Remember that a work was checked in this run."""
        self._database.execute("insert or ignore into done values (?)", (key,))

    def finish(self) -> None:
        """Close the run: the next one asks about every work again."""
        self._database.executescript("delete from run; delete from done;")

    def kept(self, address: str) -> tuple[Record, dict[str, str]] | None:
        """The record last seen at an address, and the headers that make a request conditional on its change."""
        query = "select etag, last_modified, record from answers where address = ?"
        row = self._database.execute(query, (address,)).fetchone()
        if row is None:
            return None
        try:
            record = Record.from_json(json.loads(row[2]))
        except (ValueError, KeyError, TypeError):
            return None  # written by another version of this package
        headers = {"If-None-Match": row[0], "If-Modified-Since": row[1]}
        return record, {name: value for name, value in headers.items() if value}

    def keep(self, address: str, etag: str, last_modified: str, record: Record) -> None:
        """Remember a record with its validators; without any, nothing is remembered."""
        self._database.execute("delete from answers where address = ?", (address,))
        if etag or last_modified:
            values = (address, etag, last_modified, json.dumps(record.to_json(), ensure_ascii=False))
            self._database.execute("insert into answers values (?, ?, ?, ?)", values)
