"""Every row of the table of model checks, whether it would notice a wrong model, and what the table must hold."""

from __future__ import annotations

import ast
import re
from math import inf, nan, nextafter
from types import SimpleNamespace

import pytest

from resistance import model_checks, paths
from resistance.evidence.tables import check_table
from resistance.models.checks import evaluate, modules, outermost
from tests.book_copy import FINDING, copy_book

ROWS = check_table(model_checks.TABLE).rows
KNOWN: dict[str, float] = {}  # what models gave: each number is computed once, and then moved
each_row = pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
# Data of published experiments, read through the module that estimates from them.
WITHOUT_FUNCTIONS = {"fluctuation_data"}


@each_row
def test_model_gives_what_the_row_accepts(row):
    value, (low, high) = evaluate(row["call"], known=KNOWN), model_checks.accepted(row)
    assert model_checks.passes(row, value), f"computed {value!r}, accepted {low!r} to {high!r}"


@each_row
def test_row_notices_a_result_that_is_off_by_a_few_tolerances(row):
    assert model_checks.unnoticed(row, known=KNOWN) == ()


def test_no_row_has_a_fault_that_shows_without_a_model():
    assert model_checks.check() == ([], {"model checks": len(ROWS)})


def test_no_two_rows_say_one_thing():
    """Two rows that agree with one number of a model, by one function of the same arguments, are one check."""
    said: dict[str, str] = {}
    for row in ROWS:
        parts = outermost(row["call"])
        if row["agreement"] == "agrees" and len(parts) == 1:
            number = canonical(parts[0])
            assert number not in said, f"{row['id']} and {said[number]} both rest on {number}"
            said[number] = row["id"]


def canonical(text: str) -> str:
    """The text of a call with the values of constants in the place of their names."""

    class Values(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            node.args = [self.visit(argument) for argument in node.args]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
            return node

        def constant(self, node: ast.expr) -> ast.AST:
            root = node
            while isinstance(root, (ast.Attribute, ast.Subscript)):
                root = root.value
            if isinstance(root, ast.Call):
                return self.generic_visit(node)
            module = __import__("resistance.models", fromlist=["x"])
            __import__(f"resistance.models.{root.id}")
            return ast.Name(repr(eval(ast.unparse(node), {root.id: getattr(module, root.id)})))

        visit_Attribute = visit_Subscript = constant

    return ast.unparse(Values().visit(ast.parse(text, mode="eval")))


def test_the_texts_of_constants_give_way_to_their_values():
    same = {canonical(f"regrowth.halving_time(regrowth.STEIN_2011['{trial}'].d)") for trial in ("Thal", "ATTP")}
    assert same == {f"regrowth.halving_time({10**-1.52!r})"}
    assert canonical("p53.limit_cycle(p53.Parameters(psi=2)).period") == "p53.limit_cycle(p53.Parameters(psi=2)).period"


class TestPages:
    IMPORTED = re.compile(r"^from resistance\.models import ([\w, ]+)$|^from resistance\.models\.(\w+) import", re.M)
    SHOWN = re.compile(r"^```\{literalinclude\} \S*src/resistance/models/(\w+)\.py$", re.M)

    @classmethod
    def used(cls) -> list[tuple[str, str]]:
        """Pairs of a page and a module of models that it imports."""
        folder = paths.root() / "chapters"
        found = []
        for page in sorted(folder.rglob("[!_]*.md")):  # the template names a model that is not there yet
            text, name = page.read_text(encoding="utf-8"), page.relative_to(folder).with_suffix("").as_posix()
            for several, one in cls.IMPORTED.findall(text):
                found += [(name, module.split()[0]) for module in (several or one).split(",")]
        return sorted({pair for pair in found if pair[1] != "checks"})

    def test_every_model_of_every_page_has_rows_of_that_page(self):
        with_rows = {(row["chapter"], row["module"]) for row in ROWS}
        assert len(self.used()) > 20
        assert not set(self.used()) - with_rows

    def test_every_model_whose_code_a_page_shows_has_rows(self):
        text = "".join(page.read_text(encoding="utf-8") for page in (paths.root() / "chapters").rglob("*.md"))
        # A module with an underscore is a part of others, whose rows hold it.
        shown = {name for name in self.SHOWN.findall(text) if not name.startswith("_")}
        assert len(shown) > 15
        assert not shown - {row["module"] for row in ROWS}

    def test_every_model_has_rows(self):
        assert set(modules()) - {row["module"] for row in ROWS} == WITHOUT_FUNCTIONS


def row_of(**cells):
    """A row that agrees with a doubling time of 69.3, with other cells."""
    base = {
        "id": "w1-doubling",
        "model": "W1",
        "module": "regrowth",
        "call": "regrowth.doubling_time(0.01)",
        "published": 69.3,
        "qualifier": None,
        "tolerance": 0.05,
        "tolerance_kind": "absolute",
        "agreement": "agrees",
        "differs_low": None,
        "differs_high": None,
        "chapter": "introduction",
        "note": None,
    }
    return base | cells


class TestWhatARowAccepts:
    @pytest.mark.parametrize(
        ("cells", "accepted"),
        [
            ({"published": 4.0, "tolerance": 0.5}, (3.5, 4.5)),
            ({"published": -4.0, "tolerance": 0.25, "tolerance_kind": "relative"}, (-5.0, -3.0)),
            ({"published": 10.0, "tolerance": 0.0, "qualifier": ">"}, (nextafter(10.0, inf), inf)),
            ({"published": 10.0, "tolerance": 0.0, "qualifier": "≥"}, (10.0, inf)),
            ({"published": 10.0, "tolerance": 0.0, "qualifier": "<"}, (-inf, nextafter(10.0, -inf))),
            ({"published": 10.0, "tolerance": 0.0, "qualifier": "≤"}, (-inf, 10.0)),
            ({"agreement": "differs", "differs_low": 1.0, "differs_high": 2.0}, (1.0, 2.0)),
        ],
    )
    def test_interval(self, cells, accepted):
        assert model_checks.accepted(row_of(**cells)) == accepted

    def test_verdicts(self):
        assert model_checks.verdict(row_of(), 69.33) == "agrees"
        assert model_checks.verdict(row_of(), 69.36) == "wrong"
        differs = row_of(agreement="differs", differs_low=80.0, differs_high=81.0)
        assert model_checks.verdict(differs, 80.5) == "differs"
        assert model_checks.verdict(differs, 69.3) == "wrong"

    @pytest.mark.parametrize("value", [nan, inf, -inf])
    def test_nothing_but_numbers_passes(self, value):
        assert not model_checks.passes(row_of(qualifier=">", tolerance=0.0), value)


class TestWhatARowNotices:
    @pytest.mark.parametrize(
        "cells",
        [
            {},
            {
                "published": 2.0,
                "call": "regrowth.doubling_time(0.01) / regrowth.doubling_time(0.02)",
                "tolerance": 1e-9,
            },
            {"published": 69.0, "qualifier": ">", "tolerance": 0.0},
            {"published": 70.0, "qualifier": "≤", "tolerance": 0.0},
            {"published": 5.0, "agreement": "differs", "differs_low": 69.2, "differs_high": 69.4},
            {"published": 31, "call": "fluctuation_methods.sample_size(4, 0.25, w=0.75)", "tolerance": 0.0},
            {"published": 1, "call": "p53.oscillates()", "tolerance": 0.0},
        ],
    )
    def test_it_notices(self, cells):
        assert model_checks.unnoticed(row_of(**cells)) == ()

    def test_a_sign_notices_nothing(self):
        slope = "mirna_threshold.sensitivity(100, 0.6, 100)"
        call = f"({slope} - 1) / (({slope} - 1) ** 2) ** 0.5"
        assert model_checks.unnoticed(row_of(call=call, published=1.0, tolerance=1e-12)) == (slope,)

    def test_a_small_part_of_a_sum_is_not_noticed(self):
        large, small = "regrowth.doubling_time(0.01)", "regrowth.doubling_time(100)"
        row = row_of(call=f"{large} + {small}", published=69.32, tolerance=0.05, tolerance_kind="relative")
        assert model_checks.unnoticed(row) == (small,)


class TestTexts:
    @pytest.mark.parametrize(
        ("cells", "printed", "expected"),
        [
            ({}, "69.3", "± 0.05"),
            ({"published": 320.0, "tolerance": 0.017, "tolerance_kind": "relative"}, "320", "± 1.7 %"),
            ({"published": 10.0, "tolerance": 0.0, "qualifier": ">"}, "> 10", "> 10"),
            ({"agreement": "differs", "differs_low": 80.4, "differs_high": 82.0}, "69.3", "80.4 to 82"),
            ({"published": 2.7310734581090395, "tolerance": 1e-9}, "2.7310734581090395", "± 1e-09"),
        ],
    )
    def test_what_the_page_shows(self, cells, printed, expected):
        assert model_checks.printed(row_of(**cells)) == printed
        assert model_checks.expected(row_of(**cells)) == expected

    def test_empty_cells_of_a_data_frame(self):
        import pandas as pd

        row = row_of(qualifier=pd.NA, differs_low=pd.NA, differs_high=pd.NA)
        assert model_checks.printed(row) == "69.3"
        assert model_checks.passes(row, 69.31)


class TestEvaluated:
    def test_values_in_order(self):
        assert model_checks.evaluated([row_of(), row_of()]) == [evaluate(row_of()["call"])] * 2

    def test_all_faults_at_once_each_with_its_row(self):
        rows = [row_of(), row_of(id="w1-off", published=82.5), row_of(id="w1-typo", call="regrowth.nadir_tme(1, 2)")]
        with pytest.raises(
            ValueError, match=r"w1-off: 69\.3.* is not between 82\.45 and 82\.55\nw1-typo: .*nadir_time"
        ):
            model_checks.evaluated(rows)

    def test_a_wrong_number_is_told_at_its_row(self, tmp_path, monkeypatch):
        book = copy_book(tmp_path / "book")
        monkeypatch.setenv("RESISTANCE_ROOT", str(book.root))
        (name,) = {row["_file"] for row in book.table("model_checks") if row["id"] == "a11-nadir-time"}
        (row,) = [row for row in book.table("model_checks") if row["id"] == "a11-nadir-time"]
        line = next(i for i, text in enumerate(book.lines(name), 1) if text.startswith("a11-nadir-time,"))
        book.replace(name, f",{row['published']},", f",{float(row['published']) + 50},")
        wrong = next(r for r in model_checks.check_table("model_checks").rows if r["id"] == "a11-nadir-time")
        with pytest.raises(ValueError, match=rf"^{re.escape(name)}:{line}: a11-nadir-time: .* is not between "):
            model_checks.evaluated([wrong])


class TestFaultsOfRows:
    @pytest.mark.parametrize(
        ("cells", "code", "words"),
        [
            ({"call": "regrowth.doubling_tme(0.01)"}, "MCK001", "perhaps 'doubling_time' is meant"),
            ({"call": "0 * regrowth.doubling_time(0.01) + 69.3"}, "MCK001", "does not depend on"),
            ({"call": "69.3", "module": "regrowth"}, "MCK001", "depends on no function of a model"),
            ({"call": "regrowth.doubling_time(0.01, 2)"}, "MCK001", "too many positional arguments"),
            ({"module": "regrwth"}, "MCK002", "not a module"),
            ({"module": "gompertz"}, "MCK002", "does not use 'gompertz'"),
            ({"chapter": "mechanisms/drug-targts"}, "MCK003", "no chapter 'mechanisms/drug-targts'"),
            ({"agreement": "differs", "note": "why"}, "MCK004", "has no band"),
            ({"differs_low": 1.0}, "MCK004", "agrees and has a band"),
            ({"agreement": "differs", "note": "why", "differs_low": 2.0, "differs_high": 1.0}, "MCK004", "is empty"),
            (
                {"agreement": "differs", "note": "why", "differs_low": 60.0, "differs_high": 69.25},
                "MCK004",
                "holds values that agree",
            ),
            ({"agreement": "differs", "differs_low": 1.0, "differs_high": 2.0}, "MCK006", "has no note"),
            ({"qualifier": ">"}, "MCK005", "has the tolerance 0.05"),
            ({"id": "doubling"}, "MCK007", "does not begin with 'w1-'"),
        ],
    )
    def test_one_fault_one_line(self, cells, code, words, monkeypatch):
        rows = [row_of() | {"_path": "a.csv", "_line": 2}, row_of(**cells) | {"_path": "a.csv", "_line": 7}]
        monkeypatch.setattr(model_checks, "check_table", lambda name: SimpleNamespace(rows=rows))
        (finding,), counted = model_checks.check()
        assert (finding.path, finding.line, finding.code) == ("a.csv", 7, code)
        assert words in finding.message
        assert "\n" not in str(finding)
        assert counted == {"model checks": 2}


def test_the_table_with_what_the_models_give():
    from resistance.show import checked_models

    frame = checked_models()
    assert frame.attrs["table"] == model_checks.TABLE
    assert frame["id"].tolist() == [row["id"] for row in ROWS]
    assert frame["result"].tolist() == [row["agreement"] for row in ROWS]
    peaks = frame.set_index("id").loc["a18a-peaks"]
    assert (peaks["printed"], peaks["accepted"], peaks["computed"]) == ("> 10", "> 10", 11.0)


def test_faults_of_a_copy_of_the_book_are_one_line_each_at_their_row(tmp_path):
    book = copy_book(tmp_path / "book")
    rows = book.table("model_checks")
    good = next(row for row in rows if row["id"] == "a11-nadir-time")
    stray = "data/model_checks/mechanisms/drug-targts.csv"
    (book.root / stray).write_text(",".join(k for k in good if k != "_file") + "\n", encoding="utf-8", newline="\n")
    faults = {
        "MCK001": good | {"id": "a11-typo", "call": "regrowth.nadir_tme(0.02, 0.003)"},
        "EVI011": good | {"id": "a11-word", "published": "eighty"},
        "MCK003": good | {"id": "a11-stray", "_file": stray},
    }
    lines = book.write_table("model_checks", [*rows, *faults.values()])
    expected = {
        (row["_file"], line, code) for line, (code, row) in zip(lines[len(rows) :], faults.items(), strict=True)
    }
    found = {FINDING.fullmatch(line) for line in book.check()[0]}
    places = {(match["path"], int(match["line"]), match["code"]) for match in found}
    assert {place for place in places if "model_checks" in place[0]} == expected
