"""The published Data Package: made from schemas and tables, and valid for a program that knows nothing of them."""

from __future__ import annotations

import csv
import json

import pytest

from resistance.evidence.descriptor import build_descriptor
from resistance.evidence.package import table_text, write_package
from resistance.evidence.schema import SchemaError, load_schema, table_names
from resistance.paths import root

from .conftest import CLAIM_ROW


def test_frictionless_validates_the_package_of_the_books_own_tables(tmp_path, monkeypatch):
    from frictionless import Package

    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)
    assert root() != tmp_path
    monkeypatch.chdir(write_package(tmp_path / "package").parent)
    package = Package("datapackage.json")
    assert {resource.path for resource in package.resources} == {f"{name}.csv" for name in table_names()}
    report = package.validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])


def test_frictionless_finds_what_our_rules_find(project, monkeypatch):
    from frictionless import Package

    project.change("doses", 0, level="F")
    project.change("doses", 1, id="third", n="many", drug="")
    monkeypatch.chdir(write_package(project.root / "package").parent)
    errors = Package("datapackage.json").validate().flatten(["type"])
    assert sorted(kind for (kind,) in errors) == ["constraint-error", "constraint-error", "primary-key", "type-error"]


def test_every_column_is_described(project):
    descriptor = build_descriptor([load_schema(name) for name in table_names()])
    fields = [field for resource in descriptor["resources"] for field in resource["schema"]["fields"]]
    assert all(field["title"] and field["description"] and field["type"] for field in fields)
    dose = next(field for field in fields if field["name"] == "dose")
    assert dose["unit"] == "mg"
    assert dose["constraints"] == {"minimum": 0, "maximum": 1000}


def test_evidence_tables_say_what_their_direction_refers_to(project):
    resources = {r["name"]: r for r in build_descriptor([load_schema(n) for n in table_names()])["resources"]}
    assert resources["trials"]["directionRefersTo"] == "the treatment delays progression"
    assert resources["trials"]["schema"]["primaryKey"] == ["id"]
    assert "directionRefersTo" not in resources["claims"]


def test_the_descriptor_depends_neither_on_the_order_of_the_schemas_nor_on_rows(project):
    schemas = [load_schema(name) for name in table_names()]
    before = build_descriptor(schemas)
    assert build_descriptor(schemas[::-1]) == before
    project.add("doses", id="fourth")
    assert build_descriptor(schemas) == before


def test_parts_of_chapters_are_one_table_in_which_the_path_is_a_column(project):
    project.write(
        "data/claims/mechanisms/hypoxia.csv",
        project.path("data/claims/lung.csv").read_text(encoding="utf-8").replace(CLAIM_ROW["id"], "low-oxygen"),
    )
    rows = list(csv.DictReader(table_text(load_schema("claims")).splitlines()))
    assert [(row["id"], row["chapter"]) for row in rows] == [
        (CLAIM_ROW["id"], "lung"),
        ("low-oxygen", "mechanisms/hypoxia"),
    ]
    assert list(rows[0]) == load_schema("claims").columns


def test_csv_and_json_hold_the_same_rows(project):
    folder = write_package(project.root / "package").parent
    for name in table_names():
        records = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(records) == len(rows)
        for record, row in zip(records, rows, strict=True):
            assert record.keys() == row.keys()
            assert {k: v is None for k, v in record.items()} == {k: v == "" for k, v in row.items()}


def test_a_schema_that_cannot_be_used_leaves_nothing(project):
    project.write("data/schemas/trials.yaml", "name: [")
    with pytest.raises(SchemaError):
        write_package(project.root / "package")
    assert not (project.root / "package").exists()
