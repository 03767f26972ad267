"""``show_figure``: one call, the same bytes each time, and an error that names what is missing."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resistance.show import show_figure
from resistance.show.figures import MAX_ROWS, _stable_names, frame_rows
from resistance.show.theme import MODES, WIDTHS

DATA = pd.DataFrame({"dose": [0.0, 1.0, 2.0, 4.0], "survival": [1.0, 0.7, 0.5, 0.2]})
GOOD = {
    "anchor": "fig-dose-response",
    "caption": "Survival falls with the dose.",
    "alt": "A falling curve: survival is 1 without the drug and 0.2 at a dose of 4 nM.",
    "data": DATA,
    "units": {"dose": "nM"},
}


def chart(**binding) -> alt.Chart:
    binding = {"min": 0.5, "max": 3, "step": 0.5, "name": "Hill coefficient: "} | binding
    slope = alt.param(name="slope", value=1, bind=alt.binding_range(**binding))
    base = alt.Chart(DATA).transform_calculate(y="pow(datum.survival, slope)")
    return base.mark_line().encode(x="dose:Q", y="y:Q").add_params(slope)


@pytest.fixture(scope="module")
def payload() -> dict:
    return show_figure(chart(), **GOOD).payload


def test_the_same_call_gives_the_same_bytes(payload):
    for _ in range(2):
        alt.Chart(DATA).mark_point().encode(x="dose:Q").interactive().to_dict()  # moves Altair's counters on
    again = show_figure(chart(), **GOOD).payload
    assert json.dumps(again, sort_keys=True) == json.dumps(payload, sort_keys=True)


@pytest.mark.parametrize("field", ["y", "dose"])
def test_a_field_that_is_computed_anew_is_refused(field):
    """The second value would stay when a slider moves, and the picture would be wrong."""
    again = chart().transform_calculate(**{field: "2 * datum.survival"})
    for shown in (again, alt.layer(again, chart())):
        with pytest.raises(ValueError, match=f"compute {field} anew"):
            show_figure(shown, **GOOD)


def test_there_is_a_picture_for_every_mode_and_width(payload):
    assert set(payload["pictures"]) == {f"{mode}-{width}" for mode in MODES for width in WIDTHS}
    for key, svg in payload["pictures"].items():
        size = ET.fromstring(svg).get("viewBox").split()[2:]
        assert [float(v) for v in size] == payload["sizes"][key]
    assert payload["sizes"]["light-narrow"][0] <= 358, "the narrow picture fits a phone"


def test_pictures_ask_for_nothing_from_elsewhere(payload):
    for svg in payload["pictures"].values():
        found = set(re.findall(r"https?://[^\"' )]+", svg))
        assert found <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert "<script" not in svg


def test_the_notebook_shows_the_light_picture_and_the_description(payload):
    bundle = show_figure(chart(), **GOOD)._repr_mimebundle_()
    assert bundle["image/svg+xml"] == payload["pictures"]["light-wide"]
    assert GOOD["alt"] in bundle["text/plain"]


def test_controls_are_taken_out_of_the_chart_and_keep_their_values(payload):
    assert payload["controls"] == [
        {
            "signal": "slope",
            "label": "Hill coefficient",
            "input": "range",
            "value": 1,
            "min": 0.5,
            "max": 3.0,
            "step": 0.5,
        }
    ]
    assert payload["spec"]["params"] == [{"name": "slope", "value": 1}]
    assert "bind" not in json.dumps(payload["spec"])


def test_the_picture_is_drawn_at_the_values_of_the_controls():
    start = alt.param(name="slope", value=3, bind=alt.binding_range(min=0.5, max=3, step=0.5))
    base = alt.Chart(DATA).transform_calculate(y="pow(datum.survival, slope)").mark_line().encode(x="dose:Q", y="y:Q")
    moved = show_figure(base.add_params(start), **GOOD).payload
    fixed = alt.Chart(DATA).transform_calculate(y="pow(datum.survival, 3)").mark_line().encode(x="dose:Q", y="y:Q")
    assert paths(moved) == paths(show_figure(fixed, **GOOD).payload)
    assert paths(moved) != paths(show_figure(chart(), **GOOD).payload)


def paths(payload: dict) -> list[str]:
    return re.findall(r'aria-roledescription="line mark"[^>]* d="([^"]+)"', payload["pictures"]["light-wide"])


def test_other_inputs():
    box = alt.param(name="log", value=True, bind=alt.binding_checkbox(name="Logarithm"))
    drug = alt.param(
        name="drug", value="b", bind=alt.binding_select(options=["a", "b"], labels=["A", "B"], name="Drug")
    )
    plain = alt.Chart(DATA).mark_line().encode(x="dose:Q", y="survival:Q").add_params(box, drug)
    controls = {c["signal"]: c for c in show_figure(plain, **GOOD).payload["controls"]}
    assert controls["log"] == {"signal": "log", "label": "Logarithm", "input": "checkbox", "value": True}
    assert controls["drug"]["options"] == [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]


BAD = {
    "no prefix": ({"anchor": "dose"}, "anchor"),
    "capitals": ({"anchor": "fig-Dose"}, "anchor"),
    "table prefix": ({"anchor": "tbl-dose"}, "anchor"),
    "no caption": ({"caption": " "}, "caption"),
    "no description": ({"alt": ""}, "alt"),
    "short description": ({"alt": "A curve."}, "alt"),
    "description is no text": ({"alt": None}, "alt"),
    "no rows": ({"data": DATA.iloc[:0]}, "data"),
    "no data frame": ({"data": [1, 2]}, "data"),
    "too many rows": ({"data": pd.DataFrame({"x": range(MAX_ROWS + 1)}), "units": {}}, "2,001"),
    "unit of no column": ({"units": {"doses": "nM"}}, "doses"),
}


@pytest.mark.parametrize(("changes", "said"), BAD.values(), ids=[k.replace(" ", "-") for k in BAD])
def test_what_is_missing_is_named(changes, said):
    with pytest.raises(ValueError, match=said):
        show_figure(chart(), **(GOOD | changes))


@pytest.mark.parametrize("name", ["caption", "alt", "data", "anchor"])
def test_none_of_them_may_be_left_out(name):
    with pytest.raises(TypeError, match=name):
        show_figure(chart(), **{k: v for k, v in GOOD.items() if k != name})


def test_a_control_that_starts_outside_its_range():
    with pytest.raises(ValueError, match="Hill coefficient"):
        show_figure(chart(min=2), **GOOD)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6, unique=True))
def test_names_are_numbered_in_order_of_appearance(counters):
    spec = {
        "layer": [{"name": f"view_{n}", "params": [{"name": f"param_{n}", "views": [f"view_{n}"]}]} for n in counters]
    }
    expected = range(1, len(counters) + 1)
    assert [layer["name"] for layer in _stable_names(spec)["layer"]] == [f"view_{i}" for i in expected]
    assert [layer["params"][0]["name"] for layer in _stable_names(spec)["layer"]] == [f"param_{i}" for i in expected]
    assert [layer["params"][0]["views"] for layer in _stable_names(spec)["layer"]] == [[f"view_{i}"] for i in expected]


def test_names_inside_expressions_follow():
    spec = {"params": [{"name": "param_17", "value": 1}], "transform": [{"calculate": "datum.x * param_17", "as": "y"}]}
    assert _stable_names(spec)["transform"][0]["calculate"] == "datum.x * param_1"


def test_rows_are_json():
    frame = pd.DataFrame(
        {
            "text": pd.array(["a", None], dtype="string"),
            "count": pd.array([1, None], dtype="Int64"),
            "number": [np.float64(0.5), np.inf],
            "day": pd.to_datetime(["2026-11-23", None]),
            "flag": pd.array([True, None], dtype="boolean"),
        }
    )
    rows = frame_rows(frame)
    assert rows == [["a", 1, 0.5, "2026-11-23", True], [None, None, None, None, None]]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
