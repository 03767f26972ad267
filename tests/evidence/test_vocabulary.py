"""The vocabularies of the book: what readers look for leads to one entry, and every name in a table to its entry."""

from __future__ import annotations

import pytest

from resistance.evidence.cells import split_list
from resistance.evidence.check import read_tables
from resistance.evidence.vocabulary import KINDS, Vocabulary, read_vocabularies, vocabulary_faults


@pytest.fixture(scope="module")
def checked():
    return read_tables()[0]


@pytest.fixture(scope="module")
def books(checked) -> dict[str, Vocabulary]:
    return read_vocabularies(checked)


def small(*rows: dict[str, str], kind: str = "drugs") -> Vocabulary:
    return Vocabulary(kind, [{"synonyms": None, **row} for row in rows])


SMALL = small(
    {"name": "fluorouracil", "synonyms": "5-FU;Adrucil"},
    {"name": "trastuzumab"},
    {"name": "trastuzumab emtansine", "synonyms": "T-DM1"},
    {"name": "RAF, MEK and ERK inhibitors"},
)


@pytest.mark.parametrize(
    ("text", "entries", "unknown"),
    [
        ("fluorouracil", ["fluorouracil"], []),
        ("adrucil", ["fluorouracil"], []),
        ("5 FU", ["fluorouracil"], []),
        ("trastuzumab emtansine", ["trastuzumab emtansine"], []),
        ("trastuzumab, then T-DM1", ["trastuzumab", "trastuzumab emtansine"], []),
        ("RAF, MEK and ERK inhibitors together", ["RAF, MEK and ERK inhibitors"], []),
        ("trastuzumab + fluorouracl", ["trastuzumab"], ["fluorouracl"]),
        ("trastuzumabs", [], ["trastuzumabs"]),
        ("placebo + trastuzumab", ["trastuzumab"], []),
        ("", [], []),
        ("drugs other than trastuzumab", [], []),
    ],
)
def test_a_cell_is_split_into_its_entries(text, entries, unknown):
    found = SMALL.resolve(text, ["placebo", "drugs other than trastuzumab"])
    assert (list(found.entries), list(found.unknown)) == (entries, unknown)


def test_symbols_of_genes_keep_their_case():
    genes = small({"name": "MET"}, {"name": "KIT"}, kind="genes")
    assert genes.resolve("MET").entries == ("MET",)
    assert genes.resolve("met").unknown == ("met",)


def test_what_follows_the_cancer_is_free_and_the_cancer_is_not():
    cancers = small({"name": "breast cancer"}, {"name": "leukaemia", "synonyms": "ALL"}, kind="cancers")
    assert cancers.resolve("breast cancer, all stages, first line").entries == ("breast cancer",)
    assert cancers.resolve("brest cancer, first line").unknown == ("brest cancer",)


def test_names_that_are_nearly_right_are_offered_the_nearest_first(books):
    assert books["drugs"].nearest("gefitnib")[0] == "gefitinib"
    assert [name for _, name in books["drugs"].misspelt("gefitnib")] == ["gefitinib"]


@pytest.mark.parametrize(
    ("kind", "asked", "entry"),
    [
        ("drugs", "Taxol", "paclitaxel"),
        ("drugs", "5-FU", "fluorouracil"),
        ("drugs", "Tarceva", "erlotinib"),
        ("drugs", "leucovorin", "folinic acid"),
        ("drugs", "Herceptin", "trastuzumab"),
        ("drugs", "Gleevec", "imatinib"),
        ("drugs", "Glivec", "imatinib"),
        ("drugs", "Adriamycin", "doxorubicin"),
        ("drugs", "CPT-11", "irinotecan"),
        ("drugs", "AZD9291", "osimertinib"),
        ("drugs", "MK-3475", "pembrolizumab"),
        ("genes", "HER2", "ERBB2"),
        ("genes", "P-gp", "ABCB1"),
        ("genes", "p53", "TP53"),
        ("genes", "MDR1", "ABCB1"),
        ("genes", "BCRP", "ABCG2"),
        ("genes", "PD-1", "PDCD1"),
        ("genes", "PD-L1", "CD274"),
        ("genes", "BCL-2", "BCL2"),
        ("cancers", "acute myeloid leukemia", "acute myeloid leukaemia"),
        ("cancers", "small cell lung cancer", "small-cell lung cancer"),
    ],
)
def test_what_readers_look_for_leads_to_its_entry(books, kind, asked, entry):
    assert books[kind].find(asked) == entry


def test_every_name_in_every_table_has_one_entry(checked, books):
    assert set(books) == set(KINDS)
    columns = [(name, f.name) for name, table in checked.items() for f in table.schema.fields if f.names]
    assert len(columns) > 60
    assert list(vocabulary_faults(checked)) == []


def test_every_column_of_drugs_genes_and_cancers_goes_by_its_vocabulary(checked):
    expected = {"drug": "drugs", "agent": "drugs", "therapy": "drugs", "gene": "genes", "cancer": "cancers"}
    for name, table in checked.items():
        for field in table.schema.fields:
            if table.schema.evidence and field.name in expected:
                assert field.names == expected[field.name], (name, field.name)


def test_what_was_seen_says_where_and_when(books):
    for book in books.values():
        for name, row in book.entries.items():
            seen = [address for column, address in row.items() if column.endswith("seen_at") and address]
            assert bool(seen) == bool(row["seen_on"]), name
            identifier = row.get("hgnc_id") or row.get("oncotree")
            assert not identifier or row["seen_at"], name
            assert not split_list(row.get("synonyms")) or row["seen_at"] or row["kind"] != "drug", name


def test_every_identifier_and_code_of_a_drug_says_where_it_was_seen(books):
    for name, row in books["drugs"].entries.items():
        assert bool(row["chembl_id"]) == bool(row["chembl_seen_at"]), name
        assert bool(row["atc"]) == bool(row["atc_seen_at"]), name
        assert row["target"] or not row["target_seen_at"], name
        assert row["kind"] == "drug" or not (row["chembl_id"] or row["target"]), name


# Inhibitors of several receptors stand under "other protein kinase inhibitors", procarbazine under methylhydrazines;
# trifluridine alone has a code as an eye drop.
ELSEWHERE = {"lenvatinib", "procarbazine", "regorafenib", "sorafenib", "sunitinib", "trifluridine"}


def test_the_class_of_a_drug_is_that_of_its_code(books):
    entries = books["drugs"].entries
    apart = set()
    for name, row in entries.items():
        groups = tuple(split_list(entries[row["class"]]["atc"])) if row["class"] else ()
        codes = split_list(row["atc"])
        if groups and codes and not any(code.startswith(groups) for code in codes):
            apart.add(name)
    assert apart == ELSEWHERE
