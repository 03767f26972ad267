"""The published Data Package: generated from the schemas, and valid for a program that knows nothing of them."""

from __future__ import annotations

import json

import pytest

from resistance.evidence.descriptor import build_descriptor, descriptor_path, write_descriptor
from resistance.evidence.schema import load_schema, table_names
from resistance.paths import root


@pytest.fixture
def own_root(monkeypatch):
    """The root of the book itself."""
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)
    return root()


def test_frictionless_validates_the_books_own_tables(own_root, monkeypatch):
    from frictionless import Package

    monkeypatch.chdir(own_root / "data")
    package = Package("datapackage.json")
    assert {resource.path for resource in package.resources} == {f"{name}.csv" for name in table_names()}
    report = package.validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])


def test_frictionless_finds_what_our_rules_find(project, monkeypatch):
    from frictionless import Package

    project.change("doses", 0, level="F")
    project.change("doses", 1, id="third", n="many", drug="")
    monkeypatch.chdir(project.root / "data")
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


def test_it_does_not_depend_on_the_order_of_the_schemas(project):
    schemas = [load_schema(name) for name in table_names()]
    assert build_descriptor(schemas) == build_descriptor(schemas[::-1])


def test_adding_a_row_leaves_it_unchanged(project):
    before = descriptor_path().read_bytes()
    project.add("doses", id="fourth")
    write_descriptor()
    assert descriptor_path().read_bytes() == before
    assert json.loads(before)["resources"]


def test_nothing_is_left_beside_it(project):
    write_descriptor()
    assert not list(descriptor_path().parent.glob("*.part"))
