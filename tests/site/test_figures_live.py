"""Figures: a picture first, live when they come near the view, in the same place, at the same values."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborNode

from . import built
from .browsing import visit

pytestmark = pytest.mark.browser

PAGES = built.pages_with("figure.review-figure")
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts.push(e.value); })
  .observe({ type: "layout-shift", buffered: true });"""
# Ids that Vega counts up from one drawing to the next are no part of the picture.
PICTURE = r"""(figure) => figure.querySelector(".live svg").outerHTML.replace(/(clip|gradient_|pattern_)\d+/g, "$1")"""
# Marks of the data: their geometry does not depend on the fonts of the machine, as axis labels and legends do.
MARKS = ".mark-line path, .mark-area path, .mark-rect path, .mark-rule line, .mark-symbol path, .mark-point path"


def figures_of(name: str) -> list[str]:
    return [figure.id for figure in built.found(name, "figure.review-figure")]


def figures_with(selector: str) -> list[tuple[str, str]]:
    """Page and anchor of every figure that holds an element."""
    if not built.is_built():
        return [(built.NOT_BUILT, "")]
    found = [(p, f.id) for p in PAGES for f in built.found(p, "figure.review-figure") if f.css_first(selector)]
    return found or [("(no figure has one)", "")]


def written(name: str, anchor: str) -> LexborNode:
    """A figure as its page has it."""
    (figure,) = built.found(name, f"[id='{anchor}']")
    return figure


def holds(name: str, anchor: str, selector: str) -> bool:
    """Whether a figure holds an element."""
    return written(name, anchor).css_first(selector) is not None


@cache
def script_of(name: str, anchor: str) -> dict[str, Any]:
    """What a figure's script hands to the page."""
    text = (
        (built.folder() / name)
        .parent.joinpath(written(name, anchor).attributes["data-script"])
        .read_text(encoding="utf-8")
    )
    return json.loads(re.fullmatch(r'window\.reviewFigures\["[^"]+"\] = (.*);\n', text, re.S)[1])


def hydrate(page, anchor: str):
    """Scroll a figure into view as a reader does, and wait until it is live."""
    figure = page.locator(f"#{anchor}")
    page.mouse.move(5, 5)
    figure.scroll_into_view_if_needed()
    page.mouse.move(6, 6)
    page.locator(f"#{anchor}[data-state=live]").wait_for()
    figure.evaluate("async (f) => { await f.reviewView.runAsync(); }")
    return figure


def figures_become_live_where_they_are(opened, name):
    """Each figure becomes live in the place of its picture, and nothing on the page moves."""
    page = opened.page
    # Lazy pictures reserve their place, so that even this jump shifts nothing.
    assert page.locator("figure.review-figure[data-state]").count() == 0, "a figure is live before anything moved"
    before = page.evaluate(BOXES)
    for anchor in figures_of(name):
        figure = hydrate(page, anchor)
        assert figure.locator(".live svg").is_visible()
        assert figure.locator(".live").count() == 1
        plot, drawn = figure.locator(".plot").bounding_box(), figure.locator(".live svg").bounding_box()
        # The drawing fills its place and does not run into the controls or the caption below it.
        assert drawn["width"] <= plot["width"] + 1
        assert drawn["height"] <= plot["height"] + 2, f"{anchor}: {drawn['height']} in {plot['height']}"
    page.wait_for_timeout(200)
    assert page.evaluate(BOXES) == before
    assert page.evaluate("window.shifts.reduce((a, b) => a + b, 0)") == 0
    assert opened.overflow() == []
    assert opened.faults == []


BOXES = """() => {
  const start = document.documentElement.getBoundingClientRect().top;
  return [...document.querySelectorAll("figure.review-figure, figure .plot, h2, h3, .site-footer")].map((e) => {
    const box = e.getBoundingClientRect();
    return [e.id || e.tagName, box.left, box.top - start, box.width, box.height]
      .map((v) => (typeof v === "number" ? v.toFixed(1) : v)).join(" ");
  });
}"""


def live_figures_begin_as_their_pictures(opened, name, scheme):
    """The controls start at the values of the picture: the same marks at the same places."""
    for anchor in figures_of(name):
        begins_as_its_picture(opened, name, anchor, scheme)


def begins_as_its_picture(opened, name, anchor, scheme):
    picture = written(name, anchor).css_first(f"picture.only-{scheme} img").attributes
    marks = marks_of((built.folder() / name).parent / picture["src"])
    figure = hydrate(opened.page, anchor)
    live = figure.evaluate(
        """(f, marks) => [...f.querySelectorAll(`.live svg :is(${marks})`)]
        .map((e) => e.getAttribute("d") || `${e.getAttribute("x2")} ${e.getAttribute("y2")}`)""",
        MARKS,
    )
    width = figure.evaluate("(f) => Number(f.querySelector('.live svg').getAttribute('viewBox').split(' ')[2])")
    assert sorted(map(rounded, live)) == sorted(map(rounded, marks))
    # The picture's frame may differ by the width of a label in another font, no more.
    assert width == pytest.approx(float(picture["width"]), rel=0.06)
    assert opened.faults == []


def marks_of(path: Path) -> list[str]:
    """Geometry of the data marks of an SVG file."""
    wanted = {"mark-line": "path", "mark-area": "path", "mark-rect": "path", "mark-rule": "line", "mark-symbol": "path"}
    wanted["mark-point"] = "path"
    found = []
    for group in ET.parse(path).iter("{http://www.w3.org/2000/svg}g"):
        for kind in set(group.get("class", "").split()) & set(wanted):
            for mark in group.iter(f"{{http://www.w3.org/2000/svg}}{wanted[kind]}"):
                found.append(mark.get("d") or f"{mark.get('x2', 'null')} {mark.get('y2', 'null')}")
    return found


def rounded(path: str) -> str:
    return re.sub(r"-?\d+(\.\d+)?", lambda m: f"{float(m[0]) + 0.0:.0f}".replace("-0", "0"), path)


@pytest.mark.parametrize(("name", "anchor"), figures_with("form.controls"))
def test_controls_start_at_the_values_of_the_picture(site, name, anchor):
    figure = written(name, anchor)
    controls = script_of(name, anchor)["controls"]
    fields = figure.css("[data-signal]")
    assert [f.attributes["data-signal"] for f in fields] == [c["signal"] for c in controls]
    params = {p["name"]: p for p in all_params(script_of(name, anchor)["spec"])}
    for field, control in zip(fields, controls, strict=True):
        assert figure.css_first(f'label[for="{field.id}"]').text(strip=True)
        assert params[control["signal"]]["value"] == control["value"]
        if control["input"] == "range":
            assert float(field.attributes["value"]) == pytest.approx(control["value"])
            steps = (control["value"] - control["min"]) / control["step"]
            # A browser moves a value that lies between two steps to one of them: not the picture's value any more.
            assert steps == pytest.approx(round(steps), abs=1e-6)
        elif control["input"] == "checkbox":
            assert ("checked" in field.attributes) == bool(control["value"])
        else:
            chosen = [o.attributes["value"] for o in field.css("option[selected]")]
            assert [json.loads(value) for value in chosen] == [control["value"]]


def all_params(spec: Any) -> list[dict[str, Any]]:
    if isinstance(spec, list):
        return [p for part in spec for p in all_params(part)]
    if not isinstance(spec, dict):
        return []
    inner = [p for key, part in spec.items() if key not in ("data", "datasets", "params") for p in all_params(part)]
    return [*spec.get("params", []), *inner]


def sliders_change_the_picture(opened, name):
    """Each slider changes the picture by keyboard, and the button brings it back."""
    for anchor in figures_of(name):
        if holds(name, anchor, "input[type=range]"):
            slides(opened, anchor)


def slides(opened, anchor):
    page = opened.page
    figure = hydrate(page, anchor)
    start = figure.evaluate(PICTURE)
    sliders = figure.locator("input[type=range]")
    for i in range(sliders.count()):
        slider = sliders.nth(i)
        shown = slider.locator("xpath=following-sibling::output")
        value, text = slider.input_value(), shown.inner_text()
        assert float(text) == pytest.approx(float(value), rel=1e-5)
        slider.focus()
        at_end = float(value) >= float(slider.get_attribute("max"))
        for _ in range(3):
            page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
        figure.evaluate("async (f) => { await f.reviewView.runAsync(); }")
        assert slider.input_value() != value
        assert shown.inner_text() != text
        assert figure.evaluate(PICTURE) != start, f"slider {i + 1} changes nothing"
        figure.get_by_role("button", name="Reset").focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(30)
        figure.evaluate("async (f) => { await f.reviewView.runAsync(); }")
        assert slider.input_value() == value
        assert shown.inner_text() == text
        assert figure.evaluate(PICTURE) == start
    assert opened.faults == []


def choices_change_the_picture(opened, name):
    """Each choice changes the picture by keyboard."""
    for anchor in figures_of(name):
        if holds(name, anchor, "select"):
            chooses(opened, anchor)


def chooses(opened, anchor):
    figure = hydrate(opened.page, anchor)
    for box in figure.locator("select").all():
        start = figure.evaluate(PICTURE)
        box.focus()
        last = box.evaluate("(s) => s.selectedIndex === s.options.length - 1")
        opened.page.keyboard.press("ArrowUp" if last else "ArrowDown")
        figure.evaluate("async (f) => { await f.reviewView.runAsync(); }")
        assert figure.evaluate(PICTURE) != start
    assert opened.faults == []


# Sets the controls as a reader does and gives, for each of some points, the fields that the figure then computes: from
# the first data set that has the point with all fields.
DRIVE = """async (figure, [setting, x, fields, points]) => {
  for (const [name, value] of Object.entries(setting)) {
    const control = figure.querySelector(`[data-signal="${name}"]`);
    if (control.type === "range") control.value = value;
    else control.selectedIndex = [...control.options].findIndex((o) => JSON.parse(o.value) === value);
    control.dispatchEvent(new Event("input", { bubbles: true }));
    const now = control.type === "range" ? Number(control.value) : JSON.parse(control.value);
    const same = typeof now === "number" ? Math.abs(now - value) <= 1e-9 * (1 + Math.abs(value)) : now === value;
    if (!same) throw new Error(`${name} cannot be set to ${value}: it is ${now}`);
  }
  await figure.reviewView.runAsync();
  const sets = figure.reviewData.map((name) => figure.reviewView.data(name));
  const whole = sets.filter((set) => set && set.length && [...fields, ...(x ? [x] : [])].every((f) => f in set[0]));
  const near = (a, b) => Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b));
  return points.map((point) => {
    for (const set of whole) {
      const row = x ? set.find((r) => near(r[x], point)) : set[0];
      if (row) return fields.map((f) => row[f]);
    }
    return null;
  });
}"""
LEAST_POSITIONS = 5


def figures_show_the_models_values(opened, name):
    """Set to random positions, a figure with sliders shows what the model gives there."""
    for anchor in figures_of(name):
        if not holds(name, anchor, "form.controls"):
            continue
        records = script_of(name, anchor).get("probes")
        assert records, f"{anchor} has controls and does not say what the model gives: draw it with explore"
        figure = hydrate(opened.page, anchor)
        for record in records:
            assert len(record["settings"]) >= LEAST_POSITIONS + 1
            for setting in record["settings"]:
                shows(figure, record, setting)
    assert opened.faults == []


def shows(figure, record, setting):
    points = [row[0] for row in setting["rows"]]
    found = figure.evaluate(DRIVE, [setting["set"], record["x"], record["fields"], points])
    compared = 0
    for point, values, (_, *expected) in zip(points, found, setting["rows"], strict=True):
        if values is None:  # Vega leaves out rows that it cannot place: gaps, and zero on a logarithmic axis
            assert any(v is None or (isinstance(v, int | float) and v <= 0) for v in expected), f"no row at {point}"
            continue
        for field, value, wanted in zip(record["fields"], values, expected, strict=True):
            at = f"{field} at {record['x']} = {point}, {setting['set']}"
            if isinstance(wanted, str):
                assert value == wanted, at
            elif wanted is None:
                assert value is None or value != value, at
            else:
                allowed = record["absolute"] + record["relative"] * abs(wanted) + 1e-11 * abs(wanted)
                assert value == pytest.approx(wanted, rel=0, abs=allowed), at
            compared += 1
    assert compared, f"nothing to compare at {setting['set']}"


@pytest.mark.parametrize("name", PAGES)
def test_marks_lead_to_what_is_there(site, name):
    """Addresses in a figure's script: rows and pages, on this page or another."""
    for anchor in figures_of(name):
        text = json.dumps(script_of(name, anchor))
        for address in sorted(set(re.findall(r'"link": "([^"]*)"', text))):
            page, _, mark = address.partition("#")
            target = (built.folder() / name).parent.joinpath(page).resolve() if page else built.folder() / name
            shown = target.relative_to(built.folder()).as_posix()
            assert mark, f"{anchor}: a mark leads to {address!r}"
            assert mark in built.ids(shown), f"{anchor}: there is no {address}"


def picture_of_the_colour_mode_is_shown(opened, name, scheme):
    """Without JavaScript each figure shows the picture of the colour mode, and no controls."""
    other = "dark" if scheme == "light" else "light"
    for anchor in figures_of(name):
        figure = opened.page.locator(f"#{anchor}")
        figure.scroll_into_view_if_needed()
        shown = figure.locator(f".only-{scheme} img")
        assert shown.is_visible()
        assert not figure.locator(f".only-{other} img").is_visible()
        assert shown.evaluate("async (i) => { await i.decode(); return i.naturalWidth; }") > 200
        assert f"-{scheme}-wide" in shown.evaluate("(i) => i.currentSrc")
    assert opened.page.locator("form.controls:visible").count() == 0
    assert opened.faults == []


def narrow_picture_is_shown(opened, name):
    """A narrow window gets the narrow picture."""
    for anchor in figures_of(name):
        image = opened.page.locator(f"#{anchor} .only-light img")
        image.scroll_into_view_if_needed()
        assert "-light-narrow" in image.evaluate("async (i) => { await i.decode(); return i.currentSrc; }")


def test_a_live_figure_follows_the_colour_mode(fresh, home):
    name, anchor = PAGES[0], figures_of(PAGES[0])[0]
    page = fresh().new_page()
    page.goto(home + name)
    figure = hydrate(page, anchor)
    fill = "(f) => getComputedStyle(f.querySelector('.live svg text')).fill"
    light = figure.evaluate(fill)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"([id, old]) => ({fill})(document.getElementById(id)) !== old", arg=[anchor, light])
    assert figure.locator(".live").count() == 1


def test_a_change_of_mode_keeps_what_the_reader_set(fresh, home):
    name, anchor = figures_with("input[type=range]")[0]
    page = fresh().new_page()
    page.goto(home + name)
    figure = hydrate(page, anchor)
    slider = figure.locator("input[type=range]").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    value = slider.input_value()
    view = figure.evaluate_handle("(f) => f.reviewView")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("([id, old]) => document.getElementById(id).reviewView !== old", arg=[anchor, view])
    assert slider.input_value() == value
    read = "(f) => f.reviewView.signal(f.querySelector('input[type=range]').dataset.signal)"
    assert figure.evaluate(read) == pytest.approx(float(value))


def test_a_control_that_is_used_before_the_figure_is_live_is_not_lost(fresh, home):
    name, anchor = figures_with("input[type=range]")[0]
    page = fresh().new_page()
    page.route("**/vega.js*", lambda route: (page.wait_for_timeout(400), route.continue_())[1])
    page.goto(home + name)
    slider = page.locator(f"#{anchor} input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator(f"#{anchor}[data-state=live]").wait_for()
    shown = page.locator(f"#{anchor} output").first.inner_text()
    assert float(shown) == pytest.approx(float(slider.input_value()), rel=1e-5)
    read = "(f) => f.reviewView.signal(f.querySelector('input[type=range]').dataset.signal)"
    assert page.locator(f"#{anchor}").evaluate(read) == pytest.approx(float(slider.input_value()))


def test_figures_hydrate_from_disk(contexts, disk):
    name, anchor = figures_with("input[type=range]")[0]
    with visit(contexts(), disk, name) as opened:
        assert hydrate(opened.page, anchor).locator(".live svg").is_visible()
        assert opened.faults == []


def test_the_picture_stays_where_the_script_does_not_come(fresh, home):
    name, anchor = PAGES[0], figures_of(PAGES[0])[0]
    page = fresh().new_page()
    page.route("**/vega.js*", lambda route: route.abort())
    page.goto(home + name)
    page.mouse.move(9, 9)
    page.locator(f"#{anchor}").scroll_into_view_if_needed()
    page.locator(f"#{anchor}[data-state=picture]").wait_for()
    image = page.locator(f"#{anchor} .only-light img")
    assert image.is_visible()
    assert image.evaluate("async (i) => { await i.decode(); return i.naturalWidth; }") > 200


@pytest.mark.parametrize("name", built.chapters())
def test_every_chapter_has_a_figure_to_explore(site, name):
    assert built.found(name, "figure.review-figure input[type=range], figure.review-figure select")
