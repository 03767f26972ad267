"""Cells by the id of their row: what is printed, and what is said of a text that names none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resistance.evidence.counts import NAMES, count, is_query
from resistance.evidence.rows import Found, Rows, find, read_rows
from resistance.evidence.schema import TableSchema, load_schema
from resistance.evidence.tables import check_table
from resistance.evidence.where import conditions, keep
from resistance.paths import root

TABLE = "stromal_protection"


def row(identifier: str, **cells: str) -> dict:
    """A row as the loader gives it: typed values, and the text of the file."""
    text = {
        "id": identifier, "study": "lu-2018", "label": "Lu 2018", "drug": "vemurafenib", "value": "0.80",
        "qualifier": "",
        "ci_low": "0.610", "ci_high": "1.05", "ci_kind": "95% CI", "unit": "1", "n": "12500", "n_scope": "both arms",
        "level": "B", "direction": "mixed", "note": "",
    } | cells  # fmt: skip
    numbers = {"value": float, "ci_low": float, "ci_high": float, "n": int}
    typed = {name: (numbers.get(name, str)(cell) if cell else None) for name, cell in text.items()}
    return {name: None for name in load_schema(TABLE).columns} | typed | {"_text": text}


@pytest.fixture
def rows() -> Rows:
    """One table of evidence with four rows of three studies."""
    made = [
        row("hgf-os-lu-2018"),
        row("hgf-pfs-lu-2018", value="11.9", unit="months", ci_low="", ci_high="", ci_kind="", level="A"),
        row(
            "cxcr4-roboz-2018",
            study="roboz-2018",
            value="52",
            unit="%",
            qualifier=">",
            ci_high="",
            direction="supports",
        ),
        row("il6-chen-2025", study="chen-2025", drug="tocilizumab and gemcitabine", value="-2.5e-9", unit="mol/l"),
    ]
    return Rows([TABLE], lambda name: (load_schema(name), made))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("hgf-os-lu-2018", "0.80 (95% CI 0.610 to 1.05)"),
        ("hgf-os-lu-2018.figure", "0.80"),
        ("hgf-os-lu-2018.interval", "0.610 to 1.05"),
        ("hgf-os-lu-2018.n", "12,500"),
        ("hgf-os-lu-2018.value", "0.80"),
        ("hgf-os-lu-2018.ci_low:.2f", "0.61"),
        ("hgf-os-lu-2018.value:.0%", "80%"),
        ("hgf-os-lu-2018.n:,d", "12,500"),
        ("hgf-os-lu-2018.drug", "vemurafenib"),
        (" hgf-os-lu-2018.label ", "Lu 2018"),
        ("hgf-pfs-lu-2018", "11.9 months"),
        ("cxcr4-roboz-2018", ">52% (95% CI 0.610 to not reached)"),
        ("cxcr4-roboz-2018.figure", ">52%"),
        ("cxcr4-roboz-2018.value", "52"),
        ("il6-chen-2025.figure", "−2.5 × 10⁻⁹ mol/l"),
    ],
)
def test_a_cell_is_printed_as_its_file_has_it(rows, text, printed):
    found = rows.find(text)
    assert isinstance(found, Found)
    assert found.text == printed
    assert found.table == TABLE and found.row["id"] == text.strip().split(".")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hgf-os-lu-2019", "no table has a row 'hgf-os-lu-2019'; there is 'hgf-os-lu-2018'"),
        ("zzz", "no table has a row 'zzz'$"),
        ("hgf-os-lu-2018.valeu", "has no column 'valeu'; it has figure, interval, id"),
        ("hgf-pfs-lu-2018.interval", "has no interval"),
        ("hgf-os-lu-2018.note", "note of row 'hgf-os-lu-2018' is empty"),
        ("hgf-os-lu-2018.value:x", "the format 'x' is not of the form"),
        ("hgf-os-lu-2018.value:>30", "the format '>30' is not of the form"),
        ("hgf-os-lu-2018.value:d", "not a whole number"),
        ("hgf-os-lu-2018.drug:.1f", "'vemurafenib' is not a number"),
        ("hgf-os-lu-2018:.1f", "name a column, as in hgf-os-lu-2018.value"),
        ("hgf-os-lu-2018.interval:.1f", "name a column"),
        ("hgf-os-lu-2018.value:", "is not of the form ID"),
        ("HGF os", "is not of the form ID, ID.COLUMN or ID.COLUMN:FORMAT"),
        ("", "is not of the form ID"),
    ],
)
def test_what_names_no_cell_is_told(rows, text, said):
    with pytest.raises(ValueError, match=said):
        rows.find(text)


@pytest.fixture
def own(monkeypatch) -> Iterator[Rows]:
    """The rows of the book."""
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)
    assert root().is_dir()
    yield read_rows()


def test_every_row_of_evidence_prints_its_figure_and_keeps_its_digits(own):
    seen = 0
    for name in own.names:
        schema, rows = own.table(name)
        for each in rows if schema.evidence else ():
            assert (
                own.find(f"{each['id']}.value").text.replace(",", "").replace("−", "-").split(" × ")[0]
                == (each["_text"]["value"].lower().split("e")[0])
            )
            assert own.find(each["id"]).text.startswith(own.find(f"{each['id']}.figure").text)
            seen += 1
    assert seen > 500


def test_parameters_and_model_checks_have_figures_too(own):
    parameter = next(r for r in own.table("model_parameters")[1] if r["unit"] == "per day")
    assert own.find(parameter["id"]).text.endswith(" per day")
    names = {r["id"] for r in own.table("model_parameters")[1]}
    check = next(r for r in own.table("model_checks")[1] if r["unit"] == "1" and r["id"] not in names)
    assert own.find(check["id"]).text == own.find(f"{check['id']}.published").text
    statement = own.table("statement_audit")[1][0]["id"]
    with pytest.raises(ValueError, match="rows of statement_audit have no figure; name a column"):
        own.find(statement)
    assert own.find(f"{statement}.verdict").text


def test_one_lookup_reads_the_tables_itself(own):
    name = own.table(TABLE)[1][0]["id"]
    assert find(name).text == find(name, own).text


def test_a_frame_is_what_it_was():
    from resistance.evidence.tables import to_frame

    assert list(to_frame(check_table(TABLE)).columns) == load_schema(TABLE).columns


# --- conditions and counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"rows of {TABLE}", 4),
        (f"studies of {TABLE}", 3),
        (f"rows of {TABLE} where direction=mixed", 3),
        (f"studies of {TABLE} where direction=mixed", 2),
        (f"studies of  {TABLE}  where direction=mixed and level!=A", 2),
        (f"rows of {TABLE} where level=A|B and study=roboz-2018|chen-2025", 2),
        (f"rows of {TABLE} where drug=tocilizumab and gemcitabine", 1),
        (f"rows of {TABLE} where drug=tocilizumab and gemcitabine and level=A", 0),
        (f"rows of {TABLE} where ci_kind=", 1),
        (f"rows of {TABLE} where ci_kind!=", 3),
        (f"rows of {TABLE} where value=0.80", 1),
        (f"rows of {TABLE} where level=C", 0),
    ],
)
def test_rows_and_studies_are_counted(rows, text, number):
    assert count(text, rows) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rows", "is not of the form 'rows of TABLE"),
        ("patients of stromal_protection", "is not of the form"),
        ("rows of hgf", "there is no table 'hgf'; the tables are"),
        (f"rows of {TABLE} where", "is not of the form"),
        (f"rows of {TABLE} where level", "'level' is not of the form column=value"),
        (f"rows of {TABLE} where level>2", "'level>2' is not of the form column=value"),
        (f"rows of {TABLE} where grade=A", "has no column 'grade'; it has id, study"),
        (
            f"rows of {TABLE} where drug=vemurafinib",
            "no row of stromal_protection has 'vemurafinib' in drug; there are",
        ),
        (f"rows of {TABLE} where value=0.8", "no row of stromal_protection has '0.8' in value"),
    ],
)
def test_what_counts_nothing_is_told(rows, text, said):
    with pytest.raises(ValueError, match=said):
        count(text, rows)


def test_studies_need_a_column_of_studies(own):
    with pytest.raises(ValueError, match="claims has no column 'study'"):
        count("studies of claims", own)


def test_a_list_cell_holds_each_of_its_values(own):
    claims = own.table("claims")[1]
    key = next(c["sources"] for c in claims if ";" in c["sources"]).split(";")[1].strip()
    wanted = sum(key in [part.strip() for part in c["sources"].split(";")] for c in claims)
    assert count(f"rows of claims where sources={key}", own) == wanted > 0


@pytest.mark.parametrize(
    ("text", "query"), [("rows of x", True), ("studies of x", True), ("references", False), ("", False)]
)
def test_a_query_is_told_from_a_name(text, query):
    assert is_query(text) is query


def test_the_names_are_those_that_the_site_counts(own):
    from resistance.site.facts import counts

    assert set(NAMES) == set(counts())


def test_no_condition_keeps_all():
    assert conditions(" ") == []
    schema: TableSchema = load_schema(TABLE)
    every = check_table(TABLE).rows
    assert keep(every, schema, "") == every
