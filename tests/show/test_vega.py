"""Drawing without a browser: the fonts are vl-convert's own, whatever the machine has."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from resistance.show import vega

LABELS = 400
SPEC = {
    "mark": "bar",
    "data": {"values": [{"a": f"label number {i}", "b": i} for i in range(LABELS)]},
    "encoding": {
        "y": {"field": "a", "type": "nominal", "axis": {"labelOverlap": False}},
        "x": {"field": "b", "type": "quantitative"},
    },
}


def test_the_variable_of_the_fonts_is_given_back():
    code = "import os; from resistance.show import vega; vega.svg({'mark': 'bar'}); "
    code += "print(os.environ.get('FONTCONFIG_FILE'))"
    for value in (None, "of-the-reader.conf"):
        environ = {name: text for name, text in os.environ.items() if name != "FONTCONFIG_FILE"}
        environ |= {"FONTCONFIG_FILE": value} if value else {}
        done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == str(value)


def test_measuring_a_text_opens_no_file():
    """A font of the machine is opened anew for every text: a second of the system's time for these labels."""
    vega.svg({"mark": "bar"})
    before = os.times().system
    drawn = vega.svg(SPEC)
    assert os.times().system - before < 0.3
    assert len(re.findall("label number", drawn)) >= LABELS


def test_the_folder_of_the_fonts_holds_none():
    assert [path.name for path in vega._CONFIG.parent.iterdir()] == ["fonts.conf"]
