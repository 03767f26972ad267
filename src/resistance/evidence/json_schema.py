"""Records of a table for other programs, and the JSON Schema (draft 2020-12) that describes them.

A record holds the cells that are filled: numbers as numbers, dates as ``2026-11-23``, a list cell as an array. A cell
that is empty in the table is left out, so what a schema requires is what the table requires.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from resistance.evidence.cells import Row, split_list
from resistance.evidence.schema import Field, TableSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {"string": "string", "number": "number", "integer": "integer", "boolean": "boolean", "date": "string"}


def record_of(schema: TableSchema, row: Row) -> dict[str, Any]:
    """The filled cells of a row in the order of the table."""
    return {f.name: _value(f, row[f.name]) for f in schema.fields if row[f.name] not in (None, "")}


def _value(field: Field, value: Any) -> Any:
    if field.list:
        return split_list(value)
    return value.isoformat() if isinstance(value, date) else value


def schema_of_records(schema: TableSchema) -> dict[str, Any]:
    """JSON Schema of the records of a table; columns that it does not describe are refused."""
    described: dict[str, Any] = {
        "type": "object",
        "title": schema.title,
        "description": schema.description,
        "properties": {f.name: _property(f) for f in schema.fields},
        "required": [f.name for f in schema.fields if f.required],
        "additionalProperties": False,
    }
    if schema.statement:
        described["directionRefersTo"] = schema.statement  # an annotation: validators pass over it
    return described


def _property(field: Field) -> dict[str, Any]:
    one: dict[str, Any] = {"type": _TYPES[field.type]}
    if field.type == "date":
        one["format"] = "date"
    elif field.address:
        one["format"] = "iri"
    if field.enum:
        one["enum"] = [int(v) for v in field.enum] if field.type == "integer" else list(field.enum)
    if field.pattern and not field.list:
        one["pattern"] = f"^(?:{field.pattern})$"
    for key in ("minimum", "maximum"):
        if getattr(field, key) is not None:
            one[key] = getattr(field, key)
    if field.list:
        one = {"type": "array", "items": one, "minItems": 1}
    described = {"title": field.title, "description": field.description, **one}
    return described | ({"unit": field.unit} if field.unit else {})
