"""Parameters come typed, with units, and say what is wrong with a name or a value."""

from __future__ import annotations

import sys

import pytest

from resistance import evidence
from resistance.evidence.schema import data_folder

# The function of the same name hides the module.
module = sys.modules["resistance.evidence.parameters"]
HEADER = "id,model,symbol,meaning,value,unit,kind,source,locator,seen_at,seen_on,note\n"
VALUES = {
    "plain": "0.9",
    "power": "10^-2.08",
    "exponent": "2.3e5",
    "range": "0 to 1",
    "with": "0.96 (0.95 to 0.98)",
    "list": "1749, 4.39",
    "bound": "below 0.01",
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    (folder / "model_parameters" / "mechanisms").mkdir(parents=True)
    (folder / "schemas").mkdir()
    for name in ("_common", "model_parameters"):
        text = (data_folder() / "schemas" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / "schemas" / f"{name}.yaml").write_text(text, encoding="utf-8")
    rows = [f'x-a1-{name},A1,s,a thing,"{value}",mg/h,chosen,,,,,\n' for name, value in VALUES.items()]
    (folder / "model_parameters" / "mechanisms" / "page.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    other = "y-b2-one,B2,s,a thing,7,1,chosen,,,,,\n"
    (folder / "model_parameters" / "another.csv").write_text(HEADER + other, encoding="utf-8")
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "number"),
    [("plain", 0.9), ("power", 10**-2.08), ("exponent", 2.3e5), ("with", 0.96)],
)
def test_numbers_are_floats(book, name, number):
    found = evidence.parameters("x-a1")[name]
    assert type(found) is float
    assert found == number


def test_units_texts_ranges_and_lists(book):
    p = evidence.parameters("x-a1")
    assert p.unit("plain") == "mg/h"
    assert p.text("bound") == "below 0.01"
    assert p.range("range") == (0.0, 1.0)
    assert p.range("with") == (0.95, 0.98)
    assert p.list("list") == (1749.0, 4.39)
    assert list(p) == list(VALUES)
    assert len(p) == len(VALUES)


@pytest.mark.parametrize(("name", "instead"), [("range", "range"), ("list", "list"), ("bound", "text")])
def test_what_is_not_one_number_says_how_to_ask(book, name, instead):
    with pytest.raises(ValueError, match=rf"x-a1-{name}: .* is not one number; ask for \.{instead}\('{name}'\)"):
        evidence.parameters("x-a1")[name]


def test_ranges_and_lists_are_not_made_up(book):
    p = evidence.parameters("x-a1")
    with pytest.raises(ValueError, match=r"x-a1-plain: .* has no range"):
        p.range("plain")
    with pytest.raises(ValueError, match="is not a list of numbers"):
        p.list("plain")


def test_unknown_names_list_what_there_is(book):
    with pytest.raises(KeyError) as failed:
        evidence.parameters("x-a1")["plian"]
    assert str(failed.value) == f"no parameter 'plian' under 'x-a1'; there are {', '.join(VALUES)}"
    with pytest.raises(KeyError) as failed:
        evidence.parameters("x-a2")
    assert str(failed.value) == "no parameter's id begins with 'x-a2-'; ids begin with x-a1, y-b2"


def test_a_page_reads_its_own_file_first(book, monkeypatch):
    """What it reads decides when it runs again."""
    read = []
    monkeypatch.setattr(module, "read_raw", lambda path, real=module.read_raw: (read.append(path.name), real(path))[1])
    monkeypatch.setenv(module.PAGE, "mechanisms/page")
    evidence.parameters("x-a1")
    assert read == ["page.csv"]


def test_a_faulty_row_stops(book):
    path = book / "data" / "model_parameters" / "another.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("chosen", "guessed"), encoding="utf-8")
    with pytest.raises(evidence.TableError, match="EVI013"):
        evidence.parameters("y-b2")


def test_every_parameter_of_the_book_is_readable():
    from resistance.evidence.tables import check_table

    for row in check_table("model_parameters").rows:
        parameter = module.Parameter(row["id"], row["value"], row["unit"], row["kind"])
        forms = [parameter.number is not None, parameter.ends is not None, parameter.numbers is not None]
        assert any(forms) or not row["value"][0].isdigit(), f"{row['id']}: {row['value']}"
