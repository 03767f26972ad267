"""What a scaffold left to fill in: a schema, a claim or a model that was begun and not finished."""

from __future__ import annotations

from pathlib import Path

from resistance.diagnostics import Finding, Rule
from resistance.paths import relative

FILL_IN = "Fill in:"
RULE = Rule("NEW001", "placeholder", "Write what it asks for in the place of the words from 'Fill in:' on")
_SEARCHED = (
    "data/schemas/*.yaml",
    "data/*.csv",
    "data/claims/**/*.csv",
    "src/resistance/models/*.py",
    "tests/models/*.py",
)


def check(root: Path) -> list[Finding]:
    """Every line that still says what is to be filled in."""
    paths = sorted({path for pattern in _SEARCHED for path in root.glob(pattern) if path.is_file()})
    return [
        Finding.of(RULE, relative(path), number, line[line.index(FILL_IN) :].strip(" \"'}"))
        for path in paths
        if FILL_IN in (text := path.read_text(encoding="utf-8", errors="replace"))
        for number, line in enumerate(text.split("\n"), start=1)
        if FILL_IN in line
    ]
