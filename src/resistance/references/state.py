"""What a refresh remembers between runs: validators for conditional requests, and how far it came."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from resistance.references.files import write_atomically
from resistance.references.record import Record

STATE_PATH = "_build/references-state.json"
_VERSION = 1
# An interrupted run is taken up again only while its first answers are fresh.
_FRESH_DAYS = 7


@dataclass
class State:
    """The state file. Losing it costs a few requests and nothing else, so a broken one is simply begun anew."""

    path: Path | None = None
    validators: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: str = ""
    done: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, root: Path) -> State:
        """The state kept below ``root``."""
        path = root / STATE_PATH
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            if value["version"] != _VERSION:
                return cls(path)
            date.fromisoformat(value["started"] or "2000-01-01")
            return cls(path, dict(value["validators"]), value["started"], list(value["done"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    def save(self) -> None:
        """Write the file, whole or not at all."""
        if self.path is not None:
            value = {
                "version": _VERSION,
                "started": self.started,
                "done": self.done,
                "validators": self.validators,
            }
            write_atomically({self.path: json.dumps(value, ensure_ascii=False, indent=1) + "\n"})

    def begin(self, today: date) -> None:
        """Take up the unfinished run, or begin a new one if there is none or it is old."""
        if not self.started or (today - date.fromisoformat(self.started)).days > _FRESH_DAYS:
            self.started, self.done = today.isoformat(), []

    def finish(self) -> None:
        """Close the run: the next one asks about every work again."""
        self.started, self.done = "", []

    def headers(self, address: str) -> dict[str, str]:
        """Headers that make a request conditional on the record's having changed."""
        kept = self.validators.get(address, {})
        names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
        return {header: kept[name] for name, header in names.items() if kept.get(name)}

    def kept_record(self, address: str) -> Record | None:
        """The record that the validators of ``address`` belong to."""
        try:
            return Record.from_json(self.validators[address]["record"])
        except (KeyError, TypeError):
            return None

    def keep(self, address: str, etag: str, last_modified: str, record: Record) -> None:
        """Remember a record with its validators; without any, nothing is remembered."""
        if etag or last_modified:
            self.validators[address] = {"etag": etag, "last_modified": last_modified, "record": record.to_json()}
        else:
            self.validators.pop(address, None)
