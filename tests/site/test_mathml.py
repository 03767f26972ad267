"""Formulas become MathML when the book is built, and keep their LaTeX."""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.site.mathml import to_mathml

M = "{http://www.w3.org/1998/Math/MathML}"
FORMULAS = [
    r"x",
    r"\frac{dN}{dt} = r N \left(1 - \frac{N}{K}\right)",
    r"f(t) = e^{-dt} + e^{gt} - 1",
    r"P = \exp\left(-u N\right)",
    r"\dot{x} = \beta_x - \alpha_{xy} \frac{x}{x + k} y",
    r"\sum_{i=0}^{n} \binom{n}{i} p^i (1-p)^{n-i}",
    r"a < b \& c > d",
    r"\begin{aligned} x &= 1 \\ y &= 2 \end{aligned}",
    r"\mathrm{IC}_{50} = 12\,\text{nM}",
]


@pytest.mark.parametrize("display", [True, False])
@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_is_well_formed_and_keeps_its_latex(latex, display):
    tree = ET.fromstring(to_mathml(latex, display))
    assert tree.tag == f"{M}math"
    assert tree.get("display") == ("block" if display else "inline")
    semantics = tree.find(f"{M}semantics")
    assert len(semantics) == 2, "one presentation, one annotation"
    annotation = semantics.find(f"{M}annotation")
    assert annotation.get("encoding") == "application/x-tex"
    assert annotation.text == latex.strip()


def test_no_command_is_left_unread():
    for latex in FORMULAS:
        tree = ET.fromstring(to_mathml(latex, True))
        shown = "".join(tree.find(f"{M}semantics")[0].itertext())
        assert "\\" not in shown, f"{latex}: {shown}"


def test_a_dot_over_a_letter_is_an_accent():
    tree = ET.fromstring(to_mathml(r"\dot{x}", False))
    assert next(tree.iter(f"{M}mover")).get("accent") == "true"


def test_a_fraction_is_a_fraction():
    tree = ET.fromstring(to_mathml(r"\frac{a}{b}", False))
    assert ["".join(part.itertext()) for part in next(tree.iter(f"{M}mfrac"))] == ["a", "b"]


def test_a_formula_that_cannot_be_read_is_a_warning_and_shows_as_code(caplog):
    with caplog.at_level(logging.WARNING, logger="sphinx"):
        out = to_mathml(r"\frac{<b>}{", False)
    assert out.startswith("<code>") and "<b>" not in out
    assert "cannot be rendered" in caplog.text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20))
def test_no_text_breaks_the_page(latex):
    out = to_mathml(latex, False)
    assert "<script" not in out
    ET.fromstring(out)
