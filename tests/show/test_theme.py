"""The colours of charts keep the contrast of WCAG 2.1 in both modes, and can be told apart."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from resistance import private
from resistance.show.theme import (
    BACKGROUND,
    DASHES,
    DIRECTION_SHAPES,
    DIRECTIONS,
    GRID,
    INK,
    MODES,
    MUTED,
    PALETTE,
    SHAPES,
    config,
    direction_colours,
    ramp,
    themed,
)
from resistance.site import publish

MARK, TEXT = 3.0, 4.5


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.1."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_published_values():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("mode", "color"), [(m, c) for m in MODES for c in PALETTE[m]])
def test_every_colour_of_the_palette_stands_out(mode, color):
    assert contrast(color, BACKGROUND[mode]) >= MARK


@pytest.mark.parametrize(("mode", "color"), [(m, c) for m in MODES for c in ramp(m)])
def test_every_colour_of_the_ramp_stands_out(mode, color):
    assert contrast(color, BACKGROUND[mode]) >= MARK


@pytest.mark.parametrize("mode", MODES)
def test_a_ramp_goes_one_way(mode):
    steps = [contrast(color, BACKGROUND[mode]) for color in ramp(mode)]
    assert steps == sorted(steps)


@pytest.mark.parametrize("mode", MODES)
def test_text_can_be_read_and_the_grid_stays_behind(mode):
    assert contrast(INK[mode], BACKGROUND[mode]) >= TEXT
    assert contrast(MUTED[mode], BACKGROUND[mode]) >= TEXT
    assert contrast(GRID[mode], BACKGROUND[mode]) < MARK


def seen_by(color: str, matrix: list[list[float]]) -> list[float]:
    """Colour as it appears with a missing cone type (Machado, Oliveira and Fernandes 2009, severity 1.0), 0 to 255."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    mixed = [min(1.0, max(0.0, sum(w * c for w, c in zip(row, linear, strict=True)))) for row in matrix]
    return [255 * (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055) for c in mixed]


VISION = {
    "full": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", MODES)
def test_the_first_four_colours_differ_for_every_kind_of_colour_vision(mode, vision):
    for one, other in combinations(PALETTE[mode][:4], 2):
        a, b = (seen_by(color, VISION[vision]) for color in (one, other))
        distance = sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
        assert distance > 25, f"{one} and {other} look alike: {distance:.0f}"


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", MODES)
def test_directions_differ_in_colour_for_every_kind_of_colour_vision_and_in_shape(mode, vision):
    for one, other in combinations(direction_colours(mode), 2):
        a, b = (seen_by(color, VISION[vision]) for color in (one, other))
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 25, f"{one} and {other} look alike"
    assert len(set(DIRECTION_SHAPES.values())) == len(DIRECTIONS) == 3
    assert config(mode)["range"]["ordinal"] == direction_colours(mode)


def test_series_differ_by_more_than_colour():
    assert len(set(SHAPES)) == len(SHAPES) >= 6
    assert len({tuple(dash) for dash in DASHES}) == len(DASHES) >= 6
    assert config("light")["range"]["symbol"] == SHAPES


def test_both_modes_have_as_many_colours():
    assert len(PALETTE["light"]) == len(PALETTE["dark"]) == len(set(PALETTE["dark"])) == len(set(PALETTE["light"]))


def test_the_dark_ground_is_that_of_the_page():
    """The theme's dark ground, on which the pictures must not show as boxes."""
    style = private.theme_style_sheet()
    own = (publish.STATIC / "review.css").read_text(encoding="utf-8")
    grounds = re.findall(r"--color-background-primary:\s*(#[0-9a-f]{3,6}|\w+)", own) or re.findall(
        r"--color-background-primary:\s*(#[0-9a-f]{3,6}|\w+)", style
    )
    assert BACKGROUND["dark"] in grounds
    assert {"#fff", "#ffffff", "white"} & set(grounds) and BACKGROUND["light"] == "#ffffff"


def test_a_charts_own_settings_win_and_the_chart_is_left_alone():
    spec = {"mark": "line", "config": {"axis": {"labelFontSize": 20}}}
    out = themed(spec, "dark")
    assert out["config"]["axis"]["labelFontSize"] == 20
    assert out["config"]["axis"]["labelColor"] == INK["dark"]
    assert spec == {"mark": "line", "config": {"axis": {"labelFontSize": 20}}}
