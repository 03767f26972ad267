"""Schemas of the tables in ``data/``: one YAML file a table, the common columns in ``_common.yaml``.

A table's file says only what is its own; :func:`load_schema` adds the columns that every evidence table shares, so
that no column is described twice. The published Data Package descriptor is generated from these (see ``descriptor``).

A table is one file, ``data/<table>.csv``, or, where every chapter adds to it (``per_chapter``), one file a chapter,
``data/<table>/<chapter>.csv``, so that two people who write two chapters never edit the same file. The path then says
the chapter: the column ``chapter`` is filled from it and stands in no file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from resistance.diagnostics import Finding
from resistance.evidence.rules import RULES
from resistance.paths import relative, with_tables
from resistance.yaml_text import parse_yaml

TYPES = ("string", "number", "integer", "boolean", "date")
LIST_SEPARATOR = ";"
_MAP_KEYS = {"mechanism", "strategy", "where", "benefit"}


@dataclass(frozen=True)
class Field:
    """One column: its type, what it means, and what it may hold."""

    name: str
    title: str
    type: str
    description: str
    required: bool = False
    unit: str | None = None
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    unique: bool = False
    reference: bool = False  # holds keys of references.bib
    address: bool = False  # holds an http(s) address
    role: str | None = None  # MyST role that shows the cell, for example page or claim
    list: bool = False  # holds several values, separated by LIST_SEPARATOR
    names: str | None = None  # vocabulary whose entries the cell names: drugs, genes or cancers
    plain: tuple[str, ...] = ()  # cells, or parts of cells, that name no entry
    control: bool = False  # what a comparison group received: names are checked, but the row is not about them
    from_path: bool = False  # filled from the file's path, and so in no file

    @cached_property
    def regex(self) -> re.Pattern[str] | None:
        """The compiled pattern, matched against the whole cell."""
        return re.compile(self.pattern) if self.pattern else None


@dataclass(frozen=True)
class MapRule:
    """Where rows of a table stand on the map of the book: what resists, and what treatments among them try."""

    mechanism: str
    strategy: str = ""
    where: str = ""  # condition on the rows; without one all that no rule before took
    benefit: bool = False  # whether a row's direction says that the strategy helped, rather than what the cause does


@dataclass(frozen=True)
class TableSchema:
    """A table: its columns in file order and what its ``direction`` column refers to."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    path: str
    evidence: bool
    statement: str | None = None
    chapters: tuple[str, ...] = ()
    own: tuple[str, ...] = field(default=())
    per_chapter: bool = False
    same_thing: tuple[str, ...] = ()  # columns in which two rows that speak of the same thing agree
    map: tuple[MapRule, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Columns by name."""
        return {f.name: f for f in self.fields}

    @property
    def columns(self) -> list[str]:
        """Column names in the order of the table."""
        return [f.name for f in self.fields]

    @property
    def file_columns(self) -> list[str]:
        """Columns of the table's files, in order."""
        return [f.name for f in self.fields if not f.from_path]


class SchemaError(ValueError):
    """A schema file that cannot be used; ``findings`` say why."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


def data_folder() -> Path:
    """The folder that holds the tables: that of the checkout, else the one that was packed with this package."""
    return with_tables() / "data"


def schema_path(name: str) -> Path:
    """Path of a table's schema file."""
    return data_folder() / "schemas" / f"{name}.yaml"


def table_path(name: str, chapter: str | None = None) -> Path:
    """Path of a table's CSV file, or of a chapter's part of it."""
    return data_folder() / (f"{name}/{chapter}.csv" if chapter else f"{name}.csv")


def table_files(schema: TableSchema) -> list[Path]:
    """The files that hold a table, in the order of their paths; those that exist."""
    if schema.per_chapter:
        return sorted(p for p in (data_folder() / schema.name).rglob("*.csv") if p.is_file())
    path = table_path(schema.name)
    return [path] if path.is_file() else []


def chapter_of(schema: TableSchema, path: Path) -> str | None:
    """Chapter whose part of the table a file is, for example ``mechanisms/hypoxia``."""
    if not schema.per_chapter:
        return None
    return path.relative_to(data_folder() / schema.name).with_suffix("").as_posix()


def table_names() -> list[str]:
    """Names of all tables that have a schema, sorted."""
    return sorted(p.stem for p in (data_folder() / "schemas").glob("*.yaml") if not p.stem.startswith("_"))


def load_schema(name: str) -> TableSchema:
    """Schema of table ``name``, the common columns included.

    Raises
    ------
    SchemaError
        With one finding per fault: no such file, YAML that does not parse, unknown or missing keys.
    """
    path = schema_path(name)
    raw = _read_yaml(path)
    faults: list[Finding] = []
    for key in ("name", "title", "description", "fields"):
        if key not in raw:
            faults.append(_fault(path, f"the schema lacks {key!r}"))
    if raw.get("name", name) != name:
        faults.append(_fault(path, f"the schema is named {raw['name']!r} but its file {path.name!r}"))
    evidence = bool(raw.get("common", True))
    if evidence and not raw.get("statement"):
        faults.append(_fault(path, "the schema of an evidence table lacks 'statement', which 'direction' refers to"))
    own = _fields(raw, "fields", path, faults)
    if faults:
        raise SchemaError(faults)
    fields = own
    if evidence:
        common_path = schema_path("_common")
        common = _read_yaml(common_path)
        leading = _fields(common, "leading", common_path, faults)
        fields = leading + own + _fields(common, "trailing", common_path, faults)
    names = [f.name for f in fields if f]
    faults += [_fault(path, f"column {n!r} is described twice") for n in {n for n in names if names.count(n) > 1}]
    for column in raw.get("same_thing") or ():
        if column not in names:
            faults.append(_fault(path, f"same_thing names {column!r}, which is not a column"))
    if evidence and not raw.get("same_thing"):
        faults.append(
            _fault(path, "the schema of an evidence table lacks 'same_thing', the columns of what a row is about")
        )
    map_rules = _map_rules(raw, path, faults)
    if faults:
        raise SchemaError(faults)
    return TableSchema(
        name=name,
        title=raw["title"],
        description=" ".join(str(raw["description"]).split()),
        fields=tuple(f for f in fields if f),
        path=relative(path),
        evidence=evidence,
        statement=raw.get("statement"),
        chapters=tuple(raw.get("chapters") or ()),
        own=tuple(f.name for f in own if f),
        per_chapter=bool(raw.get("per_chapter", False)),
        same_thing=tuple(raw.get("same_thing") or ()),
        map=map_rules,
    )


def _map_rules(raw: dict[str, Any], path: Path, faults: list[Finding]) -> tuple[MapRule, ...]:
    """The rules under ``map``; what they name is held against the map's own lists by ``strategies``."""
    found = []
    for number, entry in enumerate(raw.get("map") or (), start=1):
        if not isinstance(entry, dict) or "mechanism" not in entry or set(entry) - _MAP_KEYS:
            keys = ", ".join(sorted(_MAP_KEYS - {"mechanism"}))
            faults.append(_fault(path, f"map, rule {number}: a rule names mechanism, and may name {keys}"))
            continue
        words = {key: str(value) for key, value in entry.items() if key != "benefit"}
        found.append(MapRule(**words, benefit=entry.get("benefit") is True))
    return tuple(found)


# The common columns are read with every table, and every table more than once; nothing below changes what was read.
_parsed = lru_cache(maxsize=256)(parse_yaml)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SchemaError([_fault(path, "there is no such schema")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise SchemaError([_fault(path, f"not readable as YAML: {problem}", mark.line + 1 if mark else 1)]) from None
    if not isinstance(content, dict):
        raise SchemaError([_fault(path, "a schema is a mapping of keys to values")])
    return content


def _fields(raw: dict[str, Any], key: str, path: Path, faults: list[Finding]) -> list[Field | None]:
    """Columns from the list of mappings under ``key``."""
    entries = raw.get(key, [] if key == "fields" else None)  # that 'fields' is missing is said already
    if not isinstance(entries, list):
        faults.append(_fault(path, f"{key!r} is {entries!r}, not a list of columns"))
        return []
    return [_field(entry, path, faults) for entry in entries]


def _field(entry: Any, path: Path, faults: list[Finding]) -> Field | None:
    """One column from its YAML mapping; faults are appended, and None returned, where it cannot be used."""
    if not isinstance(entry, dict):
        faults.append(_fault(path, f"a column is a mapping, not {entry!r}"))
        return None
    label = entry.get("name", entry)
    unknown = set(entry) - set(Field.__dataclass_fields__)
    missing = {"name", "title", "type", "description"} - set(entry)
    if unknown or missing:
        faults.append(_fault(path, f"column {label!r}: unknown keys {sorted(unknown)}, missing keys {sorted(missing)}"))
        return None
    if entry["type"] not in TYPES:
        faults.append(_fault(path, f"column {label!r}: type {entry['type']!r} is not one of {', '.join(TYPES)}"))
        return None
    problem = _constraint_problem(entry)
    if problem:
        faults.append(_fault(path, f"column {label!r}: {problem}"))
        return None
    lists = {key: tuple(str(v) for v in entry.get(key) or ()) for key in ("enum", "plain")}
    return Field(**{**entry, **lists})


def _constraint_problem(entry: dict[str, Any]) -> str:
    """What is wrong with a column's constraints; empty if nothing is."""
    if not isinstance(entry.get("enum", []), (list, type(None))):
        return f"enum {entry['enum']!r} is not a list"
    if not isinstance(entry.get("plain", []), (list, type(None))):
        return f"plain {entry['plain']!r} is not a list"
    if entry.get("names", "drugs") not in ("drugs", "genes", "cancers"):
        return f"names {entry['names']!r} is none of drugs, genes, cancers"
    for key in ("minimum", "maximum"):
        if not isinstance(entry.get(key, 0), (int, float, type(None))):
            return f"{key} {entry[key]!r} is not a number"
    try:
        re.compile(str(entry.get("pattern") or ""))
    except re.error as error:
        return f"pattern {entry['pattern']!r} is not a regular expression: {error}"
    return ""


def _fault(path: Path, message: str, line: int = 1) -> Finding:
    return Finding.of(RULES["EVI042"], relative(path), line, message)
