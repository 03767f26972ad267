"""``explore``: formula and model agree, or the chapter stops with one line that says where."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy.integrate import quad

from resistance.show import axis, choice, explore, grid, slider
from resistance.show.compare import PROBES
from resistance.show.figures import show_figure

TEXTS = {"anchor": "fig-decay", "finding": "The dose decays.", "caption": "Dose over time, and a second one."}
TIMES = np.arange(0, 10.5, 0.5)


def sliders():
    return [
        slider("rate", "Rate (per day)", 0.1, 2, step=0.1, start=0.5),
        slider("dose", "Dose (mg)", 10, 100, step=10, start=50),
    ]


def model(day, rate, dose):
    if not 0 < rate < 1.95 + dose:
        raise ValueError("rate: must be positive")
    return {"left": dose * np.exp(-rate * day), "gone": dose * -np.expm1(-rate * day)}


def formula(f, day, rate, dose):
    left = f.step("kept", dose * f.exp(-rate * day))
    return {"left": left, "gone": dose - left}


def shown(model=model, formula=formula, **other):
    arguments = {"over": {"day": TIMES}, "sliders": sliders(), "x": axis("Time (days)"), "y": axis("Dose (mg)")} | TEXTS
    return explore(model, formula, **(arguments | other))


@pytest.fixture(scope="module")
def payload():
    return shown().payload


def test_the_spec_holds_the_formula_and_the_controls(payload):
    spec = json.dumps(payload["spec"])
    assert "exp(((-rate) * datum['day']))" in spec
    assert [c["signal"] for c in payload["controls"]] == ["rate", "dose"]
    assert payload["controls"][0] | {"value": 0.5} == payload["controls"][0]
    assert payload["finding"] == TEXTS["finding"]


def test_the_same_call_gives_the_same_bytes(payload):
    assert json.dumps(shown().payload, sort_keys=True) == json.dumps(payload, sort_keys=True)


def test_settings_for_the_browser_are_the_models(payload):
    (record,) = payload["probes"]
    assert record["x"] == "day"
    assert record["fields"] == ["left", "gone"]
    assert len(record["settings"]) == PROBES + 1
    assert len({json.dumps(s["set"]) for s in record["settings"]}) > PROBES / 2
    for setting in record["settings"]:
        for day, left, gone in setting["rows"]:
            expected = model(np.array([day]), **setting["set"])
            assert left == pytest.approx(expected["left"][0], rel=1e-10)
            assert gone == pytest.approx(expected["gone"][0], rel=1e-10, abs=1e-10)


def test_data_and_first_description_come_from_the_model(payload):
    assert [c["name"] for c in payload["columns"]] == ["day", "left", "gone"]
    assert payload["rows"][2] == [1.0, pytest.approx(50 * math.exp(-0.5), rel=1e-5), pytest.approx(19.6735, rel=1e-5)]
    assert "dose (mg) against time (days)" in payload["alt"]
    assert "Left goes from 50 at day 0 to 0.337 at 10." in payload["alt"]
    assert shown(alt="More is said here.").payload["alt"].endswith("More is said here.")


def test_a_wrong_formula_stops_with_the_sliders_and_both_results():
    def wrong(f, day, rate, dose):
        return {
            "left": dose * f.exp(-rate * day) + f.where(rate > 1.5, 0.01, 0),
            "gone": dose - dose * f.exp(-rate * day),
        }

    with pytest.raises(
        ValueError, match=r"^explore: at rate = 2, dose = \d+, day = \S+ the formula gives left = "
    ) as failed:
        shown(formula=wrong)
    assert "the model" in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_formula_that_is_wrong_in_the_middle_alone_is_found():
    def wrong(f, day, rate, dose):
        off = f.where((rate > 0.9) & (rate < 1.1) & (dose == 60), 1e-3, 0)
        return {"left": dose * f.exp(-rate * day) * (1 + off), "gone": dose - dose * f.exp(-rate * day)}

    with pytest.raises(ValueError, match="at rate = 1, dose = 60"):
        shown(formula=wrong, positions=1000)


def test_a_slider_outside_the_models_range_is_named():
    wide = [slider("rate", "Rate", -0.1, 2, step=0.1, start=0.5), sliders()[1]]
    with pytest.raises(ValueError, match=r"^rate = -0\.1: the model says: rate: must be positive$"):
        shown(sliders=wide)


def test_python_that_does_not_reach_the_browser_is_refused():
    def branching(f, day, rate, dose):
        return {"left": dose if rate > 1 else day, "gone": dose}

    with pytest.raises(ValueError, match=r"use f\.where"):
        shown(formula=branching)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"formula": lambda f, day, rate, dose: {"left": dose}}, "the model gives left, gone; the formula left"),
        ({"model": lambda day, rate, dose: {"left": day[:3], "gone": day}}, "gives left the shape"),
        ({"formula": lambda f, day, rate, dose: {"a.b": day}}, "a.b: a name holds no dots"),
        ({"formula": lambda f, day, rate, dose: {"day": day}}, "day names two fields"),
        ({"sliders": []}, "without sliders"),
        ({"over": {"day": [1, 1]}}, "rising"),
        ({"over": {"day": [1, 2], "x": [1, 2]}}, "one name"),
        ({"formula": None}, "give a formula, or a grid"),
        ({"model": None}, "give the model"),
        ({"finding": ""}, "finding"),
    ],
)
def test_what_is_wrong_is_named(other, said):
    if ("formula" in other and other["formula"] and "day" in said) or "a.b" in said:
        other = other | {"model": lambda day, rate, dose: {"a.b" if "a.b" in said else "day": day}}
    with pytest.raises(ValueError, match=said):
        shown(**other)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"start": 0.55}, "the nearest are 0.5 and 0.6"),
        ({"start": 3}, "no position between 0.1 and 2"),
        ({"step": 0.3}, "not a whole number of steps"),
        ({"high": 0.1}, "is not a range"),
        ({"name": "datum"}, "'datum' cannot be its name"),
        ({"name": "lambda"}, "'lambda' cannot be its name"),
        ({"name": "param_3"}, "cannot be its name"),
    ],
)
def test_sliders_that_cannot_be(arguments, said):
    given = {"name": "rate", "label": "Rate", "low": 0.1, "high": 2, "step": 0.1, "start": 0.5} | arguments
    with pytest.raises(ValueError, match=said):
        slider(**given)


def test_choices_that_cannot_be():
    with pytest.raises(ValueError, match="two or more different options"):
        choice("drug", "Drug", ["a"])
    with pytest.raises(ValueError, match="start 'c' is none of a, b"):
        choice("drug", "Drug", ["a", "b"], start="c")


# --- grids ---------------------------------------------------------------------------------------------------------


def integral(day, rate):
    """No closed form in Vega: an integral."""
    return {"area": np.array([quad(lambda t: math.exp(-rate * t) * math.sin(t) ** 2, 0, d)[0] for d in day])}


DAYS = np.linspace(0, 4, 9)


def gridded(points, **other):
    arguments = TEXTS | {"over": {"day": DAYS}, "sliders": [sliders()[0]], "grid": grid(integral, rate=points)}
    return explore(None, None, **(arguments | {"positions": 40} | other))


def test_a_grid_over_every_position_is_exact():
    payload = gridded(np.round(np.arange(0.1, 2.05, 0.1), 1)).payload
    assert payload["checked"][0]["largest"] < 1e-5
    assert "round(" in json.dumps(payload["spec"])


def test_straight_lines_between_points_need_a_bound_and_keep_it():
    points = np.linspace(0.1, 2, 11)
    with pytest.raises(ValueError, match="need a bound"):
        gridded(points)
    payload = gridded(points, absolute=0.02).payload
    assert 1e-4 < payload["checked"][0]["largest"] < 0.05
    with pytest.raises(ValueError, match=r"at rate = .* the formula gives area = .*allowed: "):
        gridded(points, absolute=0.0001)


def test_a_grid_feeds_a_formula_and_two_sliders_are_bilinear():
    def wave(day, rate, dose):
        return {"seen": np.sin(rate) * dose * day}

    def full(day, rate, dose):
        return {"shown": np.sin(rate) * dose * day / 2}

    arguments = TEXTS | {"over": {"day": DAYS}, "sliders": sliders()}
    made = grid(wave, rate=np.linspace(0.1, 2, 12), dose=[10, 40, 70, 100])
    payload = explore(
        full, lambda f, day, rate, dose, seen: {"shown": seen / 2}, grid=made, absolute=2, **arguments
    ).payload
    assert payload["checked"][0]["largest"] < 0.01
    spec = json.dumps(payload["spec"])
    assert "rate share" in spec
    assert "dose share" in spec


def test_choices_and_texts_are_read_from_a_grid():
    def named(day, kind, rate):
        return {
            "level": day * (2 if kind == "b" else 1) * rate,
            "word": np.where(day > 2, f"{kind} late", f"{kind} early"),
        }

    kinds = choice("kind", "Kind", ["a", "b"], start="b")
    rates = slider("rate", "Rate", 1, 3, step=1, start=2)
    payload = explore(
        None, sliders=[kinds, rates], over={"day": DAYS}, grid=grid(named, kind=["a", "b"], rate=[1, 2, 3]),
        draw=lambda d: d.lines("level"), **TEXTS,
    ).payload  # fmt: skip
    assert payload["probes"][0]["settings"][0]["rows"][-1] == [4.0, 16.0, "b late"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: grid(integral), "name the sliders"),
        (lambda: grid(integral, rate=[1]), "two points"),
        (lambda: grid(integral, rate=[2, 1]), "do not rise"),
        (lambda: gridded([0.1, 0.2, 0.7, 2]), "neither evenly spaced nor by equal factors"),
        (lambda: gridded([0.5, 1, 1.5, 2]), "the slider rate goes from 0.1 to 2, its points from 0.5 to 2"),
        (lambda: gridded([1, 2], grid=grid(integral, speed=[1, 2])), "there is no slider speed"),
    ],
)
def test_grids_that_cannot_be(made, said):
    with pytest.raises(ValueError, match=said):
        made()


def test_a_grid_by_equal_factors():
    def power(rate):
        return {"log": np.log(rate)}

    rates = slider("rate", "Rate", 1, 100, step=1, start=10)
    payload = explore(
        None, sliders=[rates], grid=grid(power, rate=np.geomspace(1, 100, 5)), absolute=1e-4,
        draw=lambda d: d.rows.mark_point().encode(x=d.along_x("log"), y=d.along_y("log")), **TEXTS,
    ).payload  # fmt: skip
    assert payload["checked"][0]["largest"] < 1e-5


def test_a_grid_with_gaps_needs_every_position():
    def gappy(day, rate):
        return {"area": np.where(day > rate, np.nan, day)}

    with pytest.raises(ValueError, match="area has gaps"):
        gridded(np.linspace(0.1, 2, 5), grid=grid(gappy, rate=np.linspace(0.1, 2, 5)), absolute=1)


def test_a_grid_that_is_too_heavy():
    def heavy(day, rate):
        return {f"v{i}": np.random.default_rng(i).random(len(day)) for i in range(20)}

    with pytest.raises(ValueError, match="numbers; at most"):
        gridded(
            [1, 2], grid=grid(heavy, rate=np.round(np.linspace(0.1, 2, 20), 1)), over={"day": np.linspace(0, 1, 200)}
        )


# --- drawing -------------------------------------------------------------------------------------------------------


def test_what_recurs_can_be_drawn():
    def draw(d):
        both = (
            d.lines("left", "gone", key="Part")
            + d.rule(y=20)
            + d.rule(x="half")
            + d.words("half at {half:.1f}|days", x=5, y=np.float64(40))
        )
        return both & d.rows.mark_point().encode(x=d.along_x(), y=d.along_y("left"))

    def with_half(day, rate, dose):
        return model(day, rate, dose) | {"half": np.log(2) / rate}

    def its_formula(f, day, rate, dose):
        return formula(f, day, rate, dose) | {"half": f.log(2) / rate}

    payload = shown(with_half, its_formula, draw=draw).payload
    text = payload["pictures"]["light-wide"]
    assert "half at 1.4" in text
    assert 'aria-roledescription="rule mark"' in text
    assert len(payload["spec"]["vconcat"]) == 2


def test_curves_along_a_parameter():
    def draw(d):
        names = ["one", "two"]
        return d.line("left", x="gone", named="one", among=names) + d.line("gone", x="left", named="two", among=names)

    text = shown(draw=draw).payload["pictures"]["light-wide"]
    assert text.count('aria-roledescription="line mark"') == 2


def test_further_models_of_the_same_sliders():
    more = {
        "half": {
            "model": lambda rate, dose: {"half": np.log(2) / rate},
            "formula": lambda f, rate, dose: {"half": f.log(2) / rate},
        }
    }
    payload = shown(more=more, draw=lambda d, half: d.lines("left") + half.rule(x="half")).payload
    assert [p["x"] for p in payload["probes"]] == ["day", None]
    assert len(payload["checked"]) == 2


def test_figures_without_sliders_need_no_finding_of_their_own():
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame({"x": [1, 2]})
    chart = alt.Chart(frame).mark_point().encode(x="x:Q")
    words = "Two points beside one another, at one and two, drawn for a test."
    payload = show_figure(chart, anchor="fig-points", caption="Two points.", alt=words, data=frame).payload
    assert payload["finding"] is None
    assert (
        show_figure(
            chart, anchor="fig-points", caption="Two points.", alt=words, data=frame, finding="There are two."
        ).payload["finding"]
        == "There are two."
    )
