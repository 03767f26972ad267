"""The index: every row once, under what its cells name and under what covers that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resistance.evidence.cells import split_list
from resistance.evidence.check import evidence_rows, read_tables
from resistance.evidence.index import Index
from resistance.evidence.schema import MapRule, load_schema
from resistance.evidence.vocabulary import KINDS, Vocabulary, read_vocabularies, slug, vocabulary_faults

DRUGS = [
    {"name": "olaparib", "class": "PARP inhibitor", "target": "PARP1", "synonyms": "Lynparza;AZD2281"},
    {"name": "niraparib", "class": "PARP inhibitor", "target": "PARP1"},
    {"name": "PARP inhibitor", "class": "targeted drug", "target": "PARP1"},
    {"name": "targeted drug"},
    {"name": "bevacizumab"},
    {"name": "FOLFIRI", "parts": "fluorouracil;irinotecan"},
    {"name": "fluorouracil", "synonyms": "5-FU"},
    {"name": "irinotecan", "class": "cytotoxic drug"},
    {"name": "cytotoxic drug"},
]
CANCERS = [
    {"name": "ovarian cancer", "broader": "solid tumours"},
    {"name": "serous carcinoma", "broader": "ovarian cancer"},
    {"name": "solid tumours"},
]
GENES = [{"name": "BRCA1"}, {"name": "PARP1"}, {"name": "TP53BP1", "synonyms": "53BP1"}]
RULE = MapRule("DNA repair", "another drug")


def row(identifier: str, **cells) -> dict:
    """A typed row of the table of repair genes, with the cells that the index looks at."""
    columns = dict.fromkeys(load_schema("dna_repair_alterations").columns)
    usual = {"study": "solo-1", "label": "Moore 2018", "drug": "olaparib", "cancer": "ovarian cancer", "gene": "BRCA1"}
    grade = {"level": "A", "confidence": 3, "direction": "supports", "role": "treatment effect", "source": "Moore2018"}
    figure = {"value": 0.3, "unit": "1", "ci_low": 0.23, "ci_high": 0.41, "ci_kind": "95% CI", "n": 391}
    scope = {"n_scope": "both arms", "system": "patients"}
    return {**columns, **usual, **grade, **figure, **scope, "id": identifier, "_text": {}, **cells}


def index(*rows: dict, claims=(), rules=(RULE,), years=None) -> Index:
    schema = replace(load_schema("dna_repair_alterations"), map=rules)
    kinds = {"drugs": DRUGS, "genes": GENES, "cancers": CANCERS}
    books = {kind: Vocabulary(kind, entries) for kind, entries in kinds.items()}
    return Index([(schema, list(rows))], books, claims, years)


def listed(found: Index, kind: str, name: str) -> list[str]:
    return [item.row["id"] for item in found.rows_of(found.entries[kind, name])]


@pytest.mark.parametrize(
    ("drug", "listed_by"),
    [
        ("olaparib", ["PARP inhibitor", "olaparib", "targeted drug"]),
        ("AZD2281 + bevacizumab", ["PARP inhibitor", "bevacizumab", "olaparib", "targeted drug"]),
        ("olaparib or niraparib", ["PARP inhibitor", "niraparib", "olaparib", "targeted drug"]),
        ("PARP inhibitor", ["PARP inhibitor", "targeted drug"]),
        ("FOLFIRI", ["FOLFIRI", "cytotoxic drug", "fluorouracil", "irinotecan"]),
        ("fluorouracil", ["fluorouracil"]),
        ("any", []),
    ],
)
def test_a_row_stands_under_what_its_cell_names_and_under_what_covers_that(drug, listed_by):
    found = index(row("one", drug=drug))
    assert [entry.name for entry in found.with_rows("drugs")] == sorted(listed_by, key=str.lower)
    for name in listed_by:
        assert listed(found, "drugs", name) == ["one"]


def test_a_broader_cancer_lists_the_rows_of_the_narrower_and_not_the_other_way():
    found = index(row("narrow", cancer="serous carcinoma, relapsed"), row("wide", cancer="solid tumours"))
    assert listed(found, "cancers", "serous carcinoma") == ["narrow"]
    assert listed(found, "cancers", "ovarian cancer") == ["narrow"]
    assert sorted(listed(found, "cancers", "solid tumours")) == ["narrow", "wide"]
    assert found.entries["cancers", "solid tumours"].covers == ("ovarian cancer", "serous carcinoma")
    assert found.entries["cancers", "serous carcinoma"].also_under == ("ovarian cancer", "solid tumours")


def test_a_circle_of_broader_terms_ends():
    books = {"cancers": Vocabulary("cancers", [{"name": "a", "broader": "b"}, {"name": "b", "broader": "a"}])}
    assert Index([], books).entries["cancers", "a"].also_under == ("b",)


def test_a_row_says_in_which_columns_it_names_an_entry():
    (item,) = index(row("one", gene="BRCA1/TP53BP1")).items
    assert item.named == {
        "genes": {"BRCA1": ("gene",), "TP53BP1": ("gene",)},
        "drugs": {"olaparib": ("drug",)},
        "cancers": {"ovarian cancer": ("cancer",)},
    }


def test_a_row_does_not_stand_under_what_the_comparison_group_received(whole):
    (item,) = [item for item in whole.items if item.ref == "nanomedicines/nab-breast-idfs-untch-2019"]
    assert "epirubicin" in item.row["comparator"]
    assert "epirubicin" not in item.named["drugs"]


def test_a_row_brings_what_is_known_of_it_elsewhere():
    claims = [
        {"id": "first", "needs": "dna_repair_alterations/one", "adds": None, "against": None},
        {"id": "second", "needs": "other/two", "adds": None, "against": "dna_repair_alterations/one"},
        {"id": "third", "needs": "other/two", "adds": None, "against": None},
    ]
    found = index(row("one"), claims=claims, years={"Moore2018": 2018})
    (item,) = found.items
    assert (item.ref, item.mechanism, item.strategy) == ("dna_repair_alterations/one", "DNA repair", "another drug")
    assert (item.chapter, item.year) == ("mechanisms/dna-repair", 2018)
    assert (item.figure, item.counted) == ("0.3 (95% CI 0.23 to 0.41)", "n = 391, both arms")
    assert item.claims == (("first", "needs"), ("second", "against"))
    assert found.claims_of(found.entries["drugs", "olaparib"]) == ["first", "second"]
    assert found.claims_of(found.entries["drugs", "niraparib"]) == []
    assert found.by_ref[item.ref] is item


def test_the_strongest_come_first_and_of_these_the_newest_whatever_they_say():
    years = {"Old": 2001, "New": 2024}
    rows = [
        row("d", level="D", confidence=5, source="New"),
        row("a-old", source="Old"),
        row("a-new-failed", source="New", direction="does not support"),
        row("a-few-stars", confidence=1, source="New"),
        row("b", level="B", confidence=5, source="New"),
    ]
    order = ["a-new-failed", "a-old", "a-few-stars", "b", "d"]
    assert listed(index(*rows, years=years), "drugs", "olaparib") == order


def test_a_row_is_listed_where_its_place_on_the_map_cannot_be_found():
    unreadable = index(row("one"), rules=(MapRule("DNA repair", "another drug", "gene=KRAS"),))
    untaken = index(row("one"), rules=())
    for found in (unreadable, untaken):
        assert [(item.mechanism, item.strategy) for item in found.items] == [("", "")]
        assert listed(found, "drugs", "olaparib") == ["one"]


def test_drugs_stand_under_the_genes_that_they_act_on():
    assert [entry.name for entry in index().against("PARP1")] == ["niraparib", "olaparib", "PARP inhibitor"]
    assert index().against("BRCA1") == []


@pytest.mark.parametrize(
    ("name", "part"),
    [("olaparib", "olaparib"), ("BCL-2 family", "bcl-2-family"), ("(α) Jürgen's  drug+", "jurgen-s-drug"), ("+", "")],
)
def test_an_address_has_small_letters_digits_and_single_hyphens(name, part):
    assert slug(name) == part


# --- The book --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked():
    return read_tables()[0]


@pytest.fixture(scope="module")
def whole(checked) -> Index:
    tables = [(table.schema, table.rows) for table in checked.values() if table.schema.evidence]
    return Index(tables, read_vocabularies(checked), checked["claims"].rows)


def test_every_row_of_every_table_is_in_the_index_once(checked, whole):
    assert sorted(item.ref for item in whole.items) == sorted(evidence_rows(checked))
    assert len(whole.items) > 1000 and all(item.mechanism for item in whole.items)


def test_what_every_cell_names_lists_its_row(checked, whole):
    """Joined anew from the cells, without the index."""
    books = read_vocabularies(checked)
    refs: dict[tuple[str, str], set[str]] = {}
    for name, table in checked.items():
        for field in table.schema.fields:
            if table.schema.evidence and field.names and not field.control:
                for row in table.rows:
                    for entry in books[field.names].resolve(row[field.name] or "", field.plain).entries:
                        refs.setdefault((field.names, entry), set()).add(f"{name}/{row['id']}")
    for kind in KINDS:
        assert len(whole.with_rows(kind)) > 50
        for entry in whole.entries.values():
            if entry.kind == kind:
                mine = [refs.get((kind, name), set()) for name in (entry.name, *entry.covers)]
                assert {item.ref for item in whole.rows_of(entry)} == set().union(*mine), entry.name


def test_every_entry_has_an_address_of_its_own_and_no_two_one(whole):
    assert len(whole.by_address) == len(whole.entries)
    wanted = ["drugs/olaparib.html", "genes/egfr.html", "cancers/breast-cancer.html"]
    assert [whole.by_address[address].name for address in wanted] == ["olaparib", "EGFR", "breast cancer"]


def test_every_part_and_class_of_a_drug_lists_its_rows(whole):
    for (kind, name), entry in whole.entries.items():
        if kind == "drugs":
            for wider in [*split_list(entry.row["class"]), *split_list(entry.row["parts"])]:
                rows = {item.ref for item in whole.rows_of(whole.entries[kind, wider])}
                assert {item.ref for item in whole.rows_of(entry)} <= rows, (name, wider)


def test_two_entries_with_one_address_are_a_finding(checked):
    empty = {"class": None, "parts": None, "target": None, "synonyms": None, "synonyms_not_seen": None}
    first = {**checked["drugs"].rows[0], **empty}
    table = replace(checked["drugs"], rows=[{**first, "name": name} for name in ("a 4/6 drug", "A 4:6 drug", "Index")])
    found = list(vocabulary_faults({"drugs": table}))
    assert {finding.code for finding in found} == {"EVI053"}
    assert [finding.message for finding in found] == [
        "the page of 'A 4:6 drug' would have the address of 'a 4/6 drug', drugs/a-4-6-drug.html",
        "the page of 'Index' would have the address of 'the list of all entries', drugs/index.html",
    ]
