"""The evidence for other programs: versioned JSON under addresses that stay, a JSON Schema beside each file.

``v1/rows.json``, ``v1/claims.json``, ``v1/vocabulary.json``, ``v1/checks.json`` and ``v1/works.json``, each with
``v1/<name>.schema.json``, and ``v1/index.json``, which names them. Within a version nothing is renamed or removed and
no meaning changes; what is new may be added. A change that breaks a reader gets a folder of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from resistance.evidence.cells import Row
from resistance.evidence.index import Index, Item
from resistance.evidence.json_schema import DRAFT, record_of, schema_of_records
from resistance.evidence.schema import TableSchema
from resistance.evidence.vocabulary import KINDS
from resistance.references.export import csl_item
from resistance.references.library import Entry

VERSION = "1"
FOLDER = f"v{VERSION}"
LICENCE = {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
Tables = Mapping[str, tuple[TableSchema, list[Row]]]

_TEXTS = {
    "rows": "Every row of every evidence table, under the name of its table; columns that a table does not have are "
    "not in its rows. What is known of a row from elsewhere stands under found.",
    "claims": "Every conclusion of the book in one sentence, with the rows that it needs, that add to it and that "
    "speak against it.",
    "vocabulary": "Drugs, genes and cancers under the one name by which the tables call each, with synonyms.",
    "checks": "Published numbers and exact relations that the models reproduce.",
    "works": "Every work of the bibliography as CSL-JSON, with what its registry record said.",
}
_NAME = {"type": "string", "minLength": 1}
_PERSON = {
    "type": "object",
    "properties": {name: _NAME for name in ("family", "given", "literal", "suffix", "non-dropping-particle")},
    "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
_NAMES = {"type": "array", "items": _NAME, "uniqueItems": True}
_REF = {"$ref": "#/$defs/found"}
_FOUND = {
    "type": "object",
    "title": "What is known of the row from elsewhere",
    "properties": {
        **{
            kind: {**_NAMES, "description": f"Entries of the vocabulary of {kind} that its cells name"}
            for kind in KINDS
        },
        "mechanism": {**_NAME, "description": "Mechanism of resistance under which the book has the row"},
        "strategy": {
            **_NAME,
            "description": "What is tried against it, or what kind of finding it is; none for controls",
        },
        "year": {"type": "integer", "description": "Year of the source"},
        "figure": {**_NAME, "description": "The figure with unit and interval as the pages print it"},
        "claims": {**_NAMES, "description": "Claims that need the row, to which it adds or against which it speaks"},
    },
    "required": [*KINDS, "figure", "claims"],
    "additionalProperties": False,
}
_PEOPLE = {"type": "array", "items": _PERSON, "minItems": 1}
_PARTS = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
_DATE = {
    "type": "object",
    "properties": {"date-parts": {"type": "array", "items": _PARTS, "minItems": 1, "maxItems": 1}},
    "required": ["date-parts"],
    "additionalProperties": False,
}
_CSL = {
    "type": "object",
    "title": "The work as an item of CSL-JSON",
    "properties": {
        "id": _NAME,
        "type": _NAME,
        "title": _NAME,
        "author": _PEOPLE,
        "editor": _PEOPLE,
        "issued": _DATE,
    },
    "required": ["id", "type", "title"],
    "additionalProperties": {"type": "string"},  # volume, page, DOI and what else CSL-JSON has
}


@dataclass(frozen=True)
class _File:
    """One file: what it holds under which key, and the schema of each key."""

    name: str
    content: dict[str, list[dict[str, Any]]]
    schemas: dict[str, dict[str, Any]]
    definitions: dict[str, Any]


def machine_files(tables: Tables, index: Index, entries: Iterable[Entry], base: str) -> dict[str, str]:
    """Text of every file by its name below ``data/``.

    Parameters
    ----------
    tables : schema and typed rows by table; what has no table yet gives an empty file
    index : what the evidence rows speak of
    entries : of the bibliography
    base : address of the folder ``data/`` of the published site, with a slash at its end
    """
    made = [_rows(tables, index), _of_table("claims", "claims", tables), _vocabulary(tables)]
    made += [_of_table("checks", "model_checks", tables), _works(tables, list(entries))]
    on = newest_date(tables)
    files: dict[str, str] = {}
    for file in made:
        files[f"{FOLDER}/{file.name}.json"] = _text(file, base, on)
        files[f"{FOLDER}/{file.name}.schema.json"] = _plain(_schema(file, base))
    return files | {f"{FOLDER}/index.json": _plain(_index(made, base, on))}


def newest_date(tables: Tables) -> date | None:
    """The newest date in any cell: when the data last changed, as they say themselves."""
    return max(
        (
            row[field.name]
            for schema, rows in tables.values()
            for field in schema.fields
            if field.type == "date"
            for row in rows
            if row[field.name]
        ),
        default=None,
    )


def _rows(tables: Tables, index: Index) -> _File:
    evidence = {name: pair for name, pair in sorted(tables.items()) if pair[0].evidence}
    named = {name: {"properties": {"table": {"const": name}}} for name in evidence}
    definitions = {}
    for name, (schema, _) in evidence.items():
        described = schema_of_records(schema)
        described["properties"] = {"table": {"const": name, "title": "Table"}, **described["properties"], "found": _REF}
        described["required"] = ["table", *described["required"], "found"]
        definitions[name] = described
    # The table of a row says by which schema it is read, so that a fault names a column and not all tables.
    choose = [{"if": named[name], "then": {"$ref": f"#/$defs/{name}"}} for name in evidence]
    item = {
        "type": "object",
        "properties": {"table": {"type": "string", "enum": list(evidence)}},
        "required": ["table"],
    } | ({"allOf": choose} if choose else {})
    records = [
        {"table": name, **record_of(schema, row), "found": _found(index.by_ref[f"{name}/{row['id']}"])}
        for name, (schema, rows) in evidence.items()
        for row in rows
    ]
    return _File("rows", {"rows": records}, {"rows": item}, definitions | {"found": _FOUND})


def _found(item: Item) -> dict[str, Any]:
    """What the cells name in the words of the vocabulary, where the row stands on the map, and its figure in print."""
    places = {"mechanism": item.mechanism, "strategy": item.strategy, "year": item.year, "figure": item.figure}
    claims = [claim for claim, _ in item.claims]
    return {
        **{kind: list(item.named.get(kind, ())) for kind in KINDS},
        **{name: value for name, value in places.items() if value},
        "claims": list(dict.fromkeys(claims)),
    }


def _of_table(name: str, table: str, tables: Tables) -> _File:
    if table not in tables:
        return _File(name, {name: []}, {name: {"type": "object"}}, {})
    schema, rows = tables[table]
    return _File(name, {name: [record_of(schema, row) for row in rows]}, {name: schema_of_records(schema)}, {})


def _vocabulary(tables: Tables) -> _File:
    parts = [_of_table(kind, kind, tables) for kind in KINDS]
    content = {kind: part.content[kind] for kind, part in zip(KINDS, parts, strict=True)}
    schemas = {kind: part.schemas[kind] for kind, part in zip(KINDS, parts, strict=True)}
    return _File("vocabulary", content, schemas, {})


def _works(tables: Tables, entries: list[Entry]) -> _File:
    """The bibliography with the record of each work; a work whose record was not looked up has none."""
    records: dict[str, dict[str, Any]] = {}
    described: dict[str, Any] = {"type": "object"}
    if "references" in tables:
        schema, rows = tables["references"]
        records = {row["key"]: record_of(schema, row) for row in rows}
        described = schema_of_records(schema)
    works = []
    for entry in entries:
        work = {"key": entry.key, "csl": csl_item(entry)}
        works.append(work | ({"record": records[entry.key]} if entry.key in records else {}))
    item = {
        "type": "object",
        "properties": {"key": {**_NAME, "title": "Key", "description": "Key in references.bib"}, "csl": _CSL,
                       "record": described},
        "required": ["key", "csl"],
        "additionalProperties": False,
    }  # fmt: skip
    return _File("works", {"works": works}, {"works": item}, {})


def _schema(file: _File, base: str) -> dict[str, Any]:
    lists = {key: {"type": "array", "items": item} for key, item in file.schemas.items()}
    head = {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": VERSION, "description": "Version of the form; the folder has its name"},
        "date": {"type": ["string", "null"], "format": "date", "description": "Newest date in the data"},
        "licence": {"const": LICENCE["name"]},
    }
    return {
        "$schema": DRAFT,
        "$id": f"{base}{FOLDER}/{file.name}.schema.json",
        "title": file.name.capitalize(),
        "description": _TEXTS[file.name],
        "type": "object",
        "properties": head | lists,
        "required": [*head, *lists],
        "additionalProperties": False,
    } | ({"$defs": file.definitions} if file.definitions else {})


def _text(file: _File, base: str, on: date | None) -> str:
    """The file with one record a line, so that a change of one row is a change of one line."""
    head = {
        "$schema": f"{base}{FOLDER}/{file.name}.schema.json",
        "version": VERSION,
        "date": on.isoformat() if on else None,
        "licence": LICENCE["name"],
    }
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for key, records in file.content.items():
        lines = ",\n".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records)
        parts.append(f"{json.dumps(key)}: [\n{lines}\n]" if records else f"{json.dumps(key)}: []")
    return "{" + ",\n".join(parts) + "}\n"


def _index(made: list[_File], base: str, on: date | None) -> dict[str, Any]:
    described = [
        {
            "name": file.name,
            "description": _TEXTS[file.name],
            "address": f"{base}{FOLDER}/{file.name}.json",
            "schema": f"{base}{FOLDER}/{file.name}.schema.json",
            "counts": {key: len(records) for key, records in file.content.items()},
        }
        for file in made
    ]
    return {"version": VERSION, "date": on.isoformat() if on else None, "licence": LICENCE, "files": described}


def _plain(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
