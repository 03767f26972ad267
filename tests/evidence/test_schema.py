"""Schemas: the common columns around a table's own, and every way in which a schema file can be wrong."""

from __future__ import annotations

import pytest

from resistance.evidence import SchemaError, load_schema, table_names

from .conftest import REAL_SCHEMAS

DOSES = "data/schemas/doses.yaml"
COMMON = "data/schemas/_common.yaml"


def test_common_columns_stand_around_the_tables_own(project):
    schema = load_schema("doses")
    assert schema.evidence
    assert schema.own == ("drug", "dose", "crossover", "registry")
    assert schema.columns[:3] == ["id", "study", "label"]
    assert schema.columns[3:7] == list(schema.own)
    assert schema.columns[-4:] == ["locator", "seen_at", "seen_on", "note"]
    assert schema.by_name["dose"].unit == "mg"


def test_a_table_may_do_without_the_common_columns(project):
    schema = load_schema("claims")
    assert not schema.evidence
    assert "system" not in schema.columns


def test_names_are_those_of_the_files_without_the_common_one(project):
    assert table_names() == sorted({*REAL_SCHEMAS, "doses", "trials"} - {"_common"})


FAULTS = {
    "not YAML": (DOSES, "name: doses", "name: [doses", "YAML"),
    "no mapping": (DOSES, None, "- a\n- b\n", "mapping"),
    "empty": (DOSES, None, "", "mapping"),
    "no title": (DOSES, "title: Doses\n", "", "'title'"),
    "another name": (DOSES, "name: doses", "name: dose", "'dose'"),
    "no statement": (DOSES, 'statement: "the treatment delays progression"\n', "", "statement"),
    "unknown type": (DOSES, "type: boolean", "type: bool", "'bool'"),
    "unknown key": (DOSES, "maximum:", "maximal:", "maximal"),
    "column without description": (DOSES, ", description: Daily dose", "", "description"),
    "column twice": (DOSES, "name: registry", "name: drug", "'drug'"),
    "column of the common ones": (DOSES, "name: registry", "name: level", "'level'"),
    "column is a word": (DOSES, "fields:\n", "fields:\n  - drug\n", "mapping"),
    "fields is a number": (DOSES, None, "name: doses\ntitle: D\ndescription: D\nstatement: s\nfields: 3\n", "fields"),
    "pattern that is none": (DOSES, 'pattern: "NCT[0-9]{8}"', 'pattern: "NCT["', "NCT["),
    "minimum that is no number": (DOSES, "minimum: 0", "minimum: none", "minimum"),
    "values that are no list": (DOSES, "type: boolean", "type: string, enum: 3", "enum"),
    "common columns without an end": (COMMON, "trailing:", "trailers:", "trailing"),
}


@pytest.mark.parametrize(("name", "old", "new", "said"), FAULTS.values(), ids=[k.replace(" ", "-") for k in FAULTS])
def test_a_schema_that_cannot_be_used_says_why(project, name, old, new, said):
    if old is None:
        project.write(name, new)
    else:
        project.edit(name, old, new)
    with pytest.raises(SchemaError) as caught:
        load_schema("doses")
    assert {f.code for f in caught.value.findings} == {"EVI042"}
    assert said in str(caught.value)


def test_all_faults_of_a_schema_are_said_at_once(project):
    project.edit(DOSES, "title: Doses\n", "")
    project.edit(DOSES, "type: boolean", "type: bool")
    project.edit(DOSES, "maximum:", "maximal:")
    with pytest.raises(SchemaError) as caught:
        load_schema("doses")
    assert len(caught.value.findings) == 3


def test_yaml_faults_name_their_line(project):
    project.edit(DOSES, "description: What", "\tdescription: What")
    with pytest.raises(SchemaError) as caught:
        load_schema("doses")
    assert [(f.path, f.line) for f in caught.value.findings] == [(DOSES, 3)]


def test_a_schema_that_is_not_there(project):
    with pytest.raises(SchemaError, match="no such schema"):
        load_schema("nothing")


def test_a_schema_that_is_not_utf_8(project):
    project.edit_bytes(DOSES, lambda b: b.replace(b"Daily dose", b"t\xe4gliche Dosis"))
    with pytest.raises(SchemaError):
        load_schema("doses")
