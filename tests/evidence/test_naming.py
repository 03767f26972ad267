"""What pages name in tables: the check says what is not there, and nothing of what could not be read."""

from __future__ import annotations

import pytest

from resistance.book.cells import Code
from resistance.book.pages import page_of
from resistance.evidence.check import read_tables
from resistance.evidence.naming import Names, read_names

from .conftest import KEYS, SEARCH_ROW, TODAY, Project


def names(project: Project) -> Names:
    return read_names(read_tables(KEYS, TODAY)[0])


def test_what_is_there(project: Project) -> None:
    found = names(project)
    assert [found.row(text) for text in ("second", "second.figure", "second.n", "second.value:.1f")] == [""] * 4
    assert [found.count(text) for text in ("claims", "rows of doses where level=B", "studies of doses")] == [""] * 3
    assert found.count("rows of references where status=current") == ""
    assert found.search(SEARCH_ROW["id"]) == ""
    assert found.query("doses", {"columns": "drug, n", "where": "level=B", "sort": "-n"}, "lung") == ""
    assert found.query("model_parameters", {"model": "A1"}, "lung") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sekond", "'second'"),
        ("second.weight", "'weight'"),
        ("second.drug:.1f", "second"),
        ("second.figure:.1f", "format"),
        ("Second Row", "form"),
        ("second.note", "empty"),
    ],
)
def test_a_row_or_column_that_is_not_there(project: Project, text: str, said: str) -> None:
    assert said in names(project).row(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chaptres", "'chaptres'"),
        ("rows of dosis", "'dosis'"),
        ("rows of doses where weight=1", "'weight'"),
        ("rows of doses where level=Z", "'Z'"),
        ("rows doses", "form"),
    ],
)
def test_a_count_of_what_is_not_there(project: Project, text: str, said: str) -> None:
    assert said in names(project).count(text)


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        ("doses", {"columns": "drug, colour"}, "'colour'"),
        ("doses", {"sort": "-colour"}, "'colour'"),
        ("doses", {"where": "colour=red"}, "'colour'"),
        ("doses", {"where": "level=A"}, "no row"),
        ("model_parameters", {"model": "Z9"}, "no row"),
        ("model_parameters", {"ids": "nothing-"}, "no row"),
    ],
)
def test_a_table_that_shows_what_is_not_there(project: Project, table: str, options: dict[str, str], said: str) -> None:
    assert said in names(project).query(table, options, "lung")


def test_parameters_are_those_of_the_page(project: Project) -> None:
    assert "no row" in names(project).query("model_parameters", {}, "breast")


def test_a_search_that_is_not_there(project: Project) -> None:
    assert "'nothing'" in names(project).search("nothing")


def test_nothing_is_said_of_what_could_not_be_read(project: Project) -> None:
    project.change("doses", 1, level="F")
    assert names(project).row("second") == ""
    assert names(project).count("rows of doses where level=F") == ""
    project.write("data/doses.csv", "")
    found = names(project)
    assert (found.row("third"), found.count("rows of doses"), found.query("doses", {}, "lung")) == ("", "", "")
    assert found.row("osimertinib-soria-2018.weight") != "", "of a row that is there all is known"


@pytest.mark.parametrize(
    ("value", "code", "lines"),
    [
        ("0.0347", "rate = 0.0347", [2]),
        ("0.0347", "x = 1\n\nrate = f(3.47e-2)", [4]),
        ("1749", "dose = 1749", [2]),
        ("0.0347", "rate = 0.0348", []),
        ("0.03", "opacity = 0.03", []),  # too few digits to be told from another number
        ("1000", "cells = 1000", []),
        ("0.5 to 0.75", "low = 0.5", []),
        ("0.0347", "name = '0.0347'", []),
    ],
)
def test_a_number_that_a_parameter_holds_is_typed_again(
    project: Project, value: str, code: str, lines: list[int]
) -> None:
    project.change("model_parameters", 0, value=value)
    page = page_of(project.root, "chapters/lung", f"```{{code-cell}} ipython3\n{code}\n```\n".encode())
    assert [line for line, _ in names(project).typed(Code.of(page))] == lines
    other = page_of(project.root, "chapters/breast", f"```{{code-cell}} ipython3\n{code}\n```\n".encode())
    assert list(names(project).typed(Code.of(other))) == []
