"""The tables as a Croissant data set (MLCommons, format 1.0): what loaders of data for machine learning read.

The context is the one that the specification prints; programs compare with it, so it stands here whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from resistance.evidence.descriptor import CREATOR, DESCRIPTION, NAME, TITLE
from resistance.evidence.machine_files import LICENCE
from resistance.evidence.schema import Field, TableSchema

FILE = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_TYPES = {
    "string": "sc:Text",
    "number": "sc:Float",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in ("citeAs", "column")},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            *("extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes", "isLiveDataset"),
            *("jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated"),
            *("replace", "samplingRate", "separator", "source", "subField", "transform"),
        )
    },
    "sc": "https://schema.org/",
}


def croissant(
    schemas: Iterable[TableSchema], texts: Mapping[str, str], base: str, version: str, on: date | None, home: str
) -> dict[str, Any]:
    """The description as a mapping: a file and a set of records for each table.

    Parameters
    ----------
    schemas : of the published tables
    texts : published CSV of each table, by its name
    base : address of the published folder ``data/``, with a slash at its end
    version : of the book
    on : newest date in the data
    home : address of the book
    """
    known = sorted(schemas, key=lambda schema: schema.name)
    described: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": NAME,
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "license": LICENCE["url"],
        "url": home,
        "version": version,
        "creator": {"@type": "sc:Organization", "name": CREATOR, "url": home},
        "citeAs": f"{CREATOR}. {TITLE}, version {version}. {home}",
        "distribution": [_file(schema, texts[schema.name], base) for schema in known],
        "recordSet": [_records(schema) for schema in known],
    }
    return described | ({"datePublished": on.isoformat()} if on else {})


def _file(schema: TableSchema, text: str, base: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{schema.name}.csv",
        "name": f"{schema.name}.csv",
        "description": schema.description,
        "contentUrl": f"{base}{schema.name}.csv",
        "encodingFormat": "text/csv",
        "sha256": sha256(text.encode("utf-8")).hexdigest(),
    }


def _records(schema: TableSchema) -> dict[str, Any]:
    keys = [
        {"@id": f"{schema.name}/{f.name}"} for f in schema.fields if f.unique or (schema.evidence and f.name == "id")
    ]
    described: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": schema.name,
        "name": schema.name,
        "description": schema.description,
        "field": [_field(schema, field) for field in schema.fields],
    }
    return described | ({"key": keys[0]} if keys else {})


def _field(schema: TableSchema, field: Field) -> dict[str, Any]:
    unit = f" Unit: {field.unit}." if field.unit else ""
    return {
        "@type": "cr:Field",
        "@id": f"{schema.name}/{field.name}",
        "name": field.name,
        "description": field.description.rstrip(".") + "." + unit,
        "dataType": _TYPES[field.type],
        "source": {"fileObject": {"@id": f"{schema.name}.csv"}, "extract": {"column": field.name}},
    }
