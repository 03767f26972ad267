"""What a formula may use gives the same numbers in NumPy and in Vega."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pytest

from resistance.show.compare import vega_values
from resistance.show.maths import NumPyMaths, VegaMaths, text_of
from resistance.show.sliders import slider
from resistance.show.sources import make_source

XS = np.array([-3.7, -1.0, -0.5, -1e-9, 0.0, 1e-12, 3e-7, 0.3, 0.5, 0.999, 1.0, 2.5, 17.0])
POSITIVE = XS[XS > 0]
UNIT = XS[np.abs(XS) <= 1]
FUNCTIONS = {
    "abs": (XS, lambda f, x: f.abs(x)),
    "acos": (UNIT, lambda f, x: f.acos(x)),
    "asin": (UNIT, lambda f, x: f.asin(x)),
    "atan": (XS, lambda f, x: f.atan(x)),
    "atan2": (XS, lambda f, x: f.atan2(x, 2 - x)),
    "ceil": (XS, lambda f, x: f.ceil(x)),
    "clip": (XS, lambda f, x: f.clip(x, -0.7, 2)),
    "cos": (XS, lambda f, x: f.cos(x)),
    "erf": (XS, lambda f, x: f.erf(x)),
    "exp": (XS, lambda f, x: f.exp(x)),
    "expm1": (XS, lambda f, x: f.expm1(x)),
    "floor": (XS, lambda f, x: f.floor(x)),
    "log": (POSITIVE, lambda f, x: f.log(x)),
    "log10": (POSITIVE, lambda f, x: f.log10(x)),
    "log1p": (XS[XS > -1], lambda f, x: f.log1p(x)),
    "maximum": (XS, lambda f, x: f.maximum(x, 0.2, -x)),
    "minimum": (XS, lambda f, x: f.minimum(x, 0.2, -x)),
    "mod": (XS, lambda f, x: f.mod(x, 0.7)),
    "nan": (XS, lambda f, x: f.where(x > 0, x, f.nan)),
    "pi": (XS, lambda f, x: f.sin(x * f.pi / 3)),
    "round": (XS, lambda f, x: f.round(x)),
    "sin": (XS, lambda f, x: f.sin(x)),
    "sqrt": (POSITIVE, lambda f, x: f.sqrt(x)),
    "step": (XS, lambda f, x: f.step("twice", 2 * x) + f.step("thrice", 3 * x)),
    "tan": (UNIT, lambda f, x: f.tan(x)),
    "where": (XS, lambda f, x: f.where((x > 0.4) & ~(x >= 2) | (x == 0), 1, f.where(x < -2, 3, 2))),
    "operators": (POSITIVE, lambda f, x: (2 - x) / (x + 1) ** 2 - 3**x + x**0.5 - (x > 1) * 2),
}


def computed(xs, formula):
    controls = [slider("k", "k", 0, 1, step=0.5, start=0.5)]
    source = make_source(
        lambda x, k: formula(NumPyMaths(), x), lambda f, x, k: formula(f, x), controls, {"x": xs}, None
    )
    setting = {"k": 0.5}
    return source.from_formula([setting])["model"][0], vega_values(source, setting, np.arange(len(xs)))["model"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_both_sides_agree(name):
    xs, formula = FUNCTIONS[name]
    numpy, vega = computed(xs, formula)
    np.testing.assert_allclose(vega, numpy, rtol=1e-11, atol=1e-15 if name != "erf" else 1e-14, equal_nan=True)


def test_every_function_is_tried():
    offered = {name for name in vars(NumPyMaths) if not name.startswith("_")}
    assert offered == set(FUNCTIONS) - {"operators"}
    vega = VegaMaths()
    assert all(hasattr(vega, name) for name in offered)


def test_texts_and_choices():
    from resistance.show.sliders import choice

    def formula(f, x, kind):
        return {"word": f.where(kind == "b", "it's b", "no"), "value": f.where(kind == "b", x, 2 * x)}

    controls = [choice("kind", "Kind", ["a", "b"])]
    source = make_source(
        lambda x, kind: formula(NumPyMaths(), x, np.array(kind)), formula, controls, {"x": [1, 2]}, None
    )
    for kind in "ab":
        found = vega_values(source, {"kind": kind}, np.arange(2))
        assert list(found["word"]) == (["it's b"] * 2 if kind == "b" else ["no"] * 2)
        assert list(found["value"]) == ([1, 2] if kind == "b" else [2, 4])


def test_constants_are_written_as_vega_reads_them():
    assert text_of(np.float64(0.1)) == "0.1"
    assert text_of(True) == "true"
    assert text_of("a") == "'a'"
    assert text_of(math.inf) == "toNumber('Infinity')"
    assert text_of(alt.param(name="k", value=1)) == "k"
    assert text_of(alt.datum["a b"]) == "datum['a b']"
    with pytest.raises(ValueError, match="not something that Vega can compute"):
        text_of([1, 2])


def test_a_step_has_one_meaning():
    maths = VegaMaths()
    maths.step("u", 1)
    with pytest.raises(ValueError, match="'u' is computed twice"):
        maths.step("u", 2)
