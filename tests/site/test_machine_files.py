"""What the site publishes for other programs, read by programs that know nothing of this project."""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rdflib import RDF, Graph, Namespace, URIRef

from resistance.evidence.index import Index
from resistance.evidence.machine_files import machine_files
from resistance.evidence.schema import load_schema
from resistance.evidence.tables import check_table

from . import built

# The library warns of a class that it uses itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
SCHEMA = Namespace("https://schema.org/")
CROISSANT = Namespace("http://mlcommons.org/croissant/")
FILES = ("rows", "claims", "vocabulary", "checks", "works")
# What schema.org's context says of the terms that the pages use; the context itself is on another host.
CONTEXT = {
    "@vocab": str(SCHEMA),
    "url": {"@type": "@id"},
    "contentUrl": {"@type": "@id"},
    "license": {"@type": "@id"},
}


@cache
def published(name: str) -> Any:
    """A JSON file of the site's data."""
    return json.loads((built.require() / "data" / name).read_text(encoding="utf-8"))


@cache
def validator_of(name: str) -> Draft202012Validator:
    """The validator of one of the site's files."""
    return validator(published(f"v1/{name}.schema.json"))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def in_site(address: str) -> Path:
    """File of the built site that a published address names."""
    assert address.startswith(built.base()), address
    return built.folder() / address.removeprefix(built.base()).partition("#")[0]


# --- JSON and its schemas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_validator_finds_no_fault(site, name):
    faults = [
        f"{fault.json_path}: {fault.message[:200]}"
        for fault in validator_of(name).iter_errors(published(f"v1/{name}.json"))
    ]
    assert faults == []


def faults_after(name: str, key: str, **cells: Any) -> list[str]:
    """What a validator says after cells of the first record were changed; those that are None are taken out."""
    whole = published(f"v1/{name}.json")
    record = {**whole[key][0], **cells}
    changed = {**whole, key: [{cell: value for cell, value in record.items() if value is not None}]}
    return [fault.message for fault in validator_of(name).iter_errors(changed)]


@pytest.mark.parametrize(
    ("name", "key", "cells", "said"),
    [
        ("rows", "rows", {"level": "F"}, "'F' is not one of"),
        ("rows", "rows", {"seen_on": "yesterday"}, "'yesterday' is not a 'date'"),
        ("rows", "rows", {"confidence": 6}, "6 is greater than the maximum of 5"),
        ("rows", "rows", {"table": "nowhere"}, "'nowhere' is not one of"),
        ("rows", "rows", {"value": None}, "'value' is a required property"),
        ("rows", "rows", {"odd": 1}, "Additional properties are not allowed ('odd' was unexpected)"),
        ("claims", "claims", {"needs": "one;two"}, "'one;two' is not of type 'array'"),
        ("claims", "claims", {"id": "Two Words"}, "'Two Words' does not match"),
        ("checks", "checks", {"tolerance": -1}, "-1 is less than the minimum of 0"),
        ("vocabulary", "drugs", {"kind": "thing"}, "'thing' is not one of"),
        ("works", "works", {"csl": {"id": "x", "type": "book"}}, "'title' is a required property"),
    ],
)
def test_a_validator_finds_what_is_wrong(site, name, key, cells, said):
    assert [message[: len(said)] for message in faults_after(name, key, **cells)] == [said]


def test_the_index_names_every_file_and_counts_its_records(site):
    index = published("v1/index.json")
    assert [file["name"] for file in index["files"]] == list(FILES)
    assert index["licence"] == {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    for file in index["files"]:
        content = json.loads(in_site(file["address"]).read_text(encoding="utf-8"))
        schema = json.loads(in_site(file["schema"]).read_text(encoding="utf-8"))
        assert schema["$id"] == content["$schema"] == file["schema"]
        assert (content["version"], content["date"], content["licence"]) == (
            index["version"], index["date"], index["licence"]["name"],
        )  # fmt: skip
        assert {key: len(content[key]) for key in file["counts"]} == file["counts"]
    named = {in_site(file[key]) for file in index["files"] for key in ("address", "schema")}
    assert set((built.folder() / "data" / "v1").iterdir()) == named | {built.folder() / "data" / "v1" / "index.json"}


def test_the_files_hold_what_the_tables_hold(site):
    """Read from the published CSV files by pandas: no row, claim, check, entry or work is missing or added."""
    import pandas as pd

    def ids(name: str, column: str = "id") -> list[str]:
        return pd.read_csv(built.folder() / "data" / f"{name}.csv", dtype=str, keep_default_na=False)[column].to_list()

    rows = published("v1/rows.json")["rows"]
    tables = list(dict.fromkeys(row["table"] for row in rows))
    assert not {"table", "found"} & {column for table in tables for column in load_schema(table).columns}
    package = published("datapackage.json")
    assert tables == [r["path"].removesuffix(".csv") for r in package["resources"] if "directionRefersTo" in r]
    for table in tables:
        assert [row["id"] for row in rows if row["table"] == table] == ids(table)
    assert [claim["id"] for claim in published("v1/claims.json")["claims"]] == ids("claims")
    assert [check["id"] for check in published("v1/checks.json")["checks"]] == ids("model_checks")
    for kind in ("drugs", "genes", "cancers"):
        assert [entry["name"] for entry in published("v1/vocabulary.json")[kind]] == ids(kind, "name")
    works = published("v1/works.json")["works"]
    assert [work["key"] for work in works] == [item["id"] for item in published("references.csl.json")]
    assert {work["key"] for work in works if "record" in work} <= set(ids("references", "key"))


def test_what_is_not_there_gives_empty_files(site):
    files = machine_files({}, Index([], {}), [], "https://example.org/data/")
    for name in FILES:
        content = json.loads(files[f"v1/{name}.json"])
        assert list(validator(json.loads(files[f"v1/{name}.schema.json"])).iter_errors(content)) == []
    assert json.loads(files["v1/index.json"])["date"] is None


def test_the_same_tables_give_the_same_bytes_in_whatever_order():
    names = ("combination_doses", "claims", "paused_treatment", "drugs")
    tables = {name: (load_schema(name), check_table(name).rows) for name in names}
    index = Index([tables[name] for name in names if tables[name][0].evidence], {})
    backwards = {name: tables[name] for name in reversed(names)}
    base = "https://example.org/"
    assert machine_files(tables, index, [], base) == machine_files(backwards, index, [], base)


# --- JSON-LD -----------------------------------------------------------------------------------------------------


def graph(described: dict[str, Any], context: Any = None) -> Graph:
    """The statements of a JSON-LD document as a library reads them."""
    if context is not None:
        assert described["@context"] == "https://schema.org"
    return Graph().parse(data=json.dumps({**described, "@context": context or described["@context"]}), format="json-ld")


@cache
def html(page: str) -> str:
    """A page as text: a script, ids and links are all that is looked for."""
    return (built.require() / page).read_text(encoding="utf-8")


def page_graph(page: str) -> Graph:
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', html(page))
    return graph(json.loads(script[1]), CONTEXT)


def test_a_page_describes_each_table_that_it_shows(site):
    """Which they are, the links in its footer say."""
    looked = 0
    pages = [page for page in built.pages() if 'class="chapter-footer"' in html(page)]
    for page in pages:
        found = page_graph(page)
        (article,) = found.subjects(RDF.type, SCHEMA.ScholarlyArticle)
        sets = set(found.objects(article, SCHEMA.hasPart))
        assert {str(found.value(each, SCHEMA.identifier)) for each in sets} == _tables_of(page), page
        for each in sets:
            looked += 1
            assert (each, RDF.type, SCHEMA.Dataset) in found
            assert found.value(each, SCHEMA.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
            assert found.value(found.value(each, SCHEMA.creator), SCHEMA.name)
            place = str(found.value(each, SCHEMA.url)).partition("#")
            assert in_site(place[0]) == built.folder() / page
            assert f'id="{place[2]}"' in html(page)
            downloads = list(found.objects(each, SCHEMA.distribution))
            kinds = {str(found.value(d, SCHEMA.encodingFormat)): found.value(d, SCHEMA.contentUrl) for d in downloads}
            assert set(kinds) == {"text/csv", "application/json"}
            assert all(in_site(str(address)).is_file() for address in kinds.values())
            assert list(found.objects(each, SCHEMA.variableMeasured))
    assert looked > 30


def _tables_of(page: str) -> set[str]:
    """Tables to whose CSV the footer of a chapter leads."""
    return set(re.findall(r'href="[^"]*/data/(\w+)\.csv"', html(page).partition('class="chapter-footer"')[2]))


def test_the_page_on_data_is_a_catalogue_of_all_tables(site):
    found = page_graph("chapters/about/data.html")
    (catalogue,) = found.subjects(RDF.type, SCHEMA.DataCatalog)
    files = {
        in_site(str(found.value(download, SCHEMA.contentUrl))).name
        for each in found.objects(catalogue, SCHEMA.dataset)
        for download in found.objects(each, SCHEMA.distribution)
    }
    tables = {resource["path"] for resource in published("datapackage.json")["resources"]}
    assert files == tables | {"index.json", "datapackage.json", "croissant.json"}


def test_croissant_names_every_table_with_its_columns(site):
    """Read as the statements that loaders read; the file itself was held against the specification's validator."""
    found = graph(published("croissant.json"))
    (whole,) = found.subjects(RDF.type, SCHEMA.Dataset)
    conforms = found.value(whole, URIRef("http://purl.org/dc/terms/conformsTo"))
    assert str(conforms) == "http://mlcommons.org/croissant/1.0"
    for needed in ("name", "description", "license", "url", "version", "datePublished", "creator", "distribution"):
        assert found.value(whole, SCHEMA[needed]), needed
    files = {str(found.value(file, SCHEMA.name)): file for file in found.subjects(RDF.type, CROISSANT.FileObject)}
    columns: dict[Any, set[str]] = {file: set() for file in files.values()}
    for field in found.subjects(RDF.type, CROISSANT.Field):
        source = found.value(field, CROISSANT.source)
        column = found.value(found.value(source, CROISSANT.extract), CROISSANT.column)
        columns[found.value(source, CROISSANT.fileObject)].add(str(column))
    resources = {resource["path"]: resource for resource in published("datapackage.json")["resources"]}
    assert set(files) == set(resources)
    for name, file in files.items():
        path = in_site(str(found.value(file, SCHEMA.contentUrl)))
        assert path == built.folder() / "data" / name
        assert str(found.value(file, SCHEMA.sha256)) == sha256(path.read_bytes()).hexdigest()
        assert columns[file] == {field["name"] for field in resources[name]["schema"]["fields"]}, name
