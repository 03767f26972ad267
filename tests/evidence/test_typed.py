"""A published parameter that is typed by hand in a cell is found."""

from __future__ import annotations

import ast

import pytest

from resistance.evidence.typed import typed_numbers

ROWS = [
    {"id": "x-a1-km", "value": "4.81", "unit": "mg/L", "kind": "published"},
    {"id": "x-a1-pair", "value": "1749, 4.39", "unit": "mg/h, mg/L", "kind": "published"},
    {"id": "x-a1-power", "value": "2.3e5", "unit": "cells", "kind": "published"},
    {"id": "x-a1-half", "value": "0.5", "unit": "1", "kind": "published"},
    {"id": "x-a1-ours", "value": "0.45", "unit": "1", "kind": "chosen"},
]


def found(code: str) -> list[tuple[int, str]]:
    return list(typed_numbers([(10, ast.parse(code))], ROWS))


@pytest.mark.parametrize(
    ("code", "identifier"),
    [
        ("km = 4.81", "x-a1-km"),
        ("exposure(1749, km)", "x-a1-pair"),
        ("chart.transform_calculate(auc='datum.dose / 942 * (4.81 + datum.dose)')", "x-a1-km"),
        ("slider('r0', 'Cells', 0, 1e6, step=10, start=230000)", "x-a1-power"),
        ("model(-4.81)", "x-a1-km"),
    ],
)
def test_a_typed_parameter_is_found_with_its_row(code, identifier):
    assert [message.split(" is the value of ")[1].strip("'") for _, message in found(code)] == [identifier]
    assert found("\n\n" + code)[0][0] == 13


@pytest.mark.parametrize(
    "code",
    [
        "half = 0.5",  # one digit: any half
        "ours = 0.45",  # chosen, two digits
        "axis('Dose', 0, 4.81)",
        "np.linspace(0, 1749, 7)",
        "chart.properties(height=1749)",
        "slider('r0', 'Cells', 0, 1, step=4.81, start=0)",
        "text = '4.81 mg/L'",
        "km = p['km']",
        "on = True",
    ],
)
def test_what_is_no_parameter_is_left_alone(code):
    assert found(code) == []


def test_a_page_without_published_parameters_has_none_typed():
    assert list(typed_numbers([(0, ast.parse("4.81"))], [])) == []
