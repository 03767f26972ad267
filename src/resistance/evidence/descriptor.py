"""The Frictionless Data Package descriptor, made from the schemas; ``package`` publishes it with the tables."""

from __future__ import annotations

from typing import Any

from resistance.evidence.schema import Field, TableSchema

NAME = "cancer-drug-resistance-living-review"
TITLE = "Evidence tables of the living review of drug resistance in cancer"
DESCRIPTION = (
    "Every figure was read in a copy of its source; each row says where and when. "
    "For education and research; not medical advice."
)
CREATOR = "The living review's contributors"
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def build_descriptor(schemas: list[TableSchema]) -> dict[str, Any]:
    """The descriptor as a mapping: one resource a table, every column documented and constrained.

    It holds nothing that changes with the rows (no hashes, no counts), so that adding a row changes one file only.
    """
    return {
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "licenses": [_LICENCE],
        "contributors": [{"title": CREATOR, "roles": ["author"]}],
        "resources": [_resource(schema) for schema in sorted(schemas, key=lambda s: s.name)],
    }


def _resource(schema: TableSchema) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": schema.name.replace("_", "-"),
        "type": "table",
        "title": schema.title,
        "description": schema.description,
        "path": f"{schema.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(f) for f in schema.fields], "missingValues": [""]},
    }
    if schema.evidence:
        resource["directionRefersTo"] = schema.statement
        resource["schema"]["primaryKey"] = ["id"]
    return resource


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    if field.unique:
        constraints["unique"] = True
    if field.enum:
        constraints["enum"] = [int(v) for v in field.enum] if field.type == "integer" else list(field.enum)
    if field.pattern:
        constraints["pattern"] = field.pattern
    for key in ("minimum", "maximum"):
        if getattr(field, key) is not None:
            constraints[key] = getattr(field, key)
    described = {"name": field.name, "title": field.title, "type": field.type, "description": field.description}
    if field.unit:
        described["unit"] = field.unit
    if constraints:
        described["constraints"] = constraints
    return described
