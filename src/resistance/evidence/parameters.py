"""A model's parameters as numbers with units, straight from ``data/model_parameters/``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from resistance.evidence.cells import Row, check_header, check_records
from resistance.evidence.reader import read_raw
from resistance.evidence.schema import load_schema, table_files, table_path

TABLE = "model_parameters"
PAGE = "RESISTANCE_PAGE"  # name of the page that runs, for example mechanisms/hypoxia; its file is asked first
_NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?"
_POWER = re.compile(rf"({_NUMBER})\^({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER}) to ({_NUMBER})")
_WITH_RANGE = re.compile(rf"({_NUMBER}) \(({_NUMBER}) to ({_NUMBER})\)")
_MODEL = re.compile(r"[a-z0-9-]*?[a-z]\d+[a-z]?(?=-)")  # an id up to the code of its model
_LIST = re.compile(rf"{_NUMBER}(?:, {_NUMBER})+")


@dataclass(frozen=True)
class Parameter:
    """One row: its id, the text of its value as it stands in the file, and its unit."""

    id: str
    text: str
    unit: str
    kind: str

    @property
    def number(self) -> float | None:
        """The value; of ``0.96 (0.95 to 0.98)`` the number before the interval; None if it is not one number."""
        text = self.text
        if match := _POWER.fullmatch(text):
            return float(match[1]) ** float(match[2])
        if match := _WITH_RANGE.fullmatch(text):
            return float(match[1])
        return float(text) if re.fullmatch(_NUMBER, text) else None

    @property
    def ends(self) -> tuple[float, float] | None:
        """Both ends of a range or interval; None if the value has none."""
        match = _RANGE.fullmatch(self.text)
        if match:
            return float(match[1]), float(match[2])
        match = _WITH_RANGE.fullmatch(self.text)
        return (float(match[2]), float(match[3])) if match else None

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The values of a list such as ``1749, 4.39``; None if the value is no list."""
        if not _LIST.fullmatch(self.text):
            return None
        return tuple(float(part) for part in self.text.split(", "))


class Parameters(Mapping[str, float]):
    """Parameters whose ids begin alike, by the rest of their ids; see :func:`parameters`."""

    def __init__(self, prefix: str, rows: Mapping[str, Parameter]):
        self.prefix = prefix
        self._rows = dict(rows)

    def __getitem__(self, name: str) -> float:
        number = self.parameter(name).number
        if number is None:
            raise ValueError(f"{self._id(name)}: {self._rows[name].text!r} is not one number; {self._instead(name)}")
        return number

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def parameter(self, name: str) -> Parameter:
        """The whole row.

        Raises
        ------
        KeyError
            If there is none of this name; the message lists those that there are.
        """
        if name not in self._rows:
            raise _NoSuchParameter(f"no parameter {name!r} under {self.prefix!r}; there are {', '.join(self._rows)}")
        return self._rows[name]

    def unit(self, name: str) -> str:
        """Unit as it stands in the table; ``1`` where there is none."""
        return self.parameter(name).unit

    def range(self, name: str) -> tuple[float, float]:
        """Both ends of a range (``0 to 1``) or of an interval (``0.96 (0.95 to 0.98)``).

        Raises
        ------
        ValueError
            If the value has no range.
        """
        ends = self.parameter(name).ends
        if ends is None:
            raise ValueError(f"{self._id(name)}: {self._rows[name].text!r} has no range")
        return ends

    def list(self, name: str) -> tuple[float, ...]:
        """The numbers of a value that lists several, for example ``1749, 4.39``.

        Raises
        ------
        ValueError
            If the value is not a list of numbers.
        """
        numbers = self.parameter(name).numbers
        if numbers is None:
            raise ValueError(f"{self._id(name)}: {self._rows[name].text!r} is not a list of numbers")
        return numbers

    def text(self, name: str) -> str:
        """The value as it stands in the table."""
        return self.parameter(name).text

    def _id(self, name: str) -> str:
        return self._rows[name].id

    def _instead(self, name: str) -> str:
        row = self._rows[name]
        if row.ends:
            return f"ask for .range({name!r})"
        return f"ask for .list({name!r})" if row.numbers else f"ask for .text({name!r})"


class _NoSuchParameter(KeyError):
    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError shows its message in quotes, which hides the names


def parameters(prefix: str) -> Parameters:
    """The parameters whose ids begin with ``prefix``, typed, with their units.

    Parameters
    ----------
    prefix : str
        Beginning of the ids, up to a hyphen and without it, for example ``"apoptosis-a8"``.

    Returns
    -------
    Parameters
        ``p["xiap"]`` is a float (powers such as ``10^-2.08`` are worked out), ``p.unit("xiap")`` its unit,
        ``p.range(name)`` both ends of a range, ``p.list(name)`` the numbers of a list, ``p.text(name)`` the text.

    Raises
    ------
    KeyError
        If no id begins so; the message lists the beginnings that there are.
    TableError
        If the file with the parameters has faults.
    """
    schema, seen = load_schema(TABLE), []
    start = f"{prefix}-"
    for path in _files_in_order():
        raw = read_raw(path)
        ids = [record.cells[raw.header.index("id")] for record in raw.records if "id" in raw.header]
        if not any(name.startswith(start) for name in ids):
            seen += ids
            continue
        faults = [*raw.findings, *check_header(raw, schema)]
        if not faults:
            rows, faults = check_records(raw, schema, None, date.today(), {"chapter": path.stem})
        if faults:
            from resistance.evidence.tables import TableError

            raise TableError(sorted(faults))
        return Parameters(
            prefix, {r["id"].removeprefix(start): _parameter(r) for r in rows if r["id"].startswith(start)}
        )
    beginnings = sorted({match[0] if (match := _MODEL.match(name)) else name for name in seen})
    raise _NoSuchParameter(f"no parameter's id begins with {start!r}; ids begin with {', '.join(beginnings)}")


def _files_in_order() -> list[Path]:
    """The page's own file first: what a page reads decides when it runs again."""
    files = table_files(load_schema(TABLE))
    page = os.environ.get(PAGE)
    own = table_path(TABLE, page) if page else None
    return [own, *(f for f in files if f != own)] if own in files else files


def _parameter(row: Row) -> Parameter:
    return Parameter(row["id"], row["value"], row["unit"], row["kind"])
