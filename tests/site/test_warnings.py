"""What the renderer says becomes lines of the one language: relative, without colours, each once, with a remedy."""

from __future__ import annotations

import re

import pytest

from resistance.paths import root
from resistance.site.warnings import warnings_of

RED, OFF = "\x1b[31m", "\x1b[39;49;00m"


def lines(said: str) -> list[str]:
    return [str(finding) for finding in warnings_of(said)[0]]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            f"{RED}{root()}/chapters/about/log.md:12: WARNING: unknown document: 'x' [myst.xref_missing]{OFF}\n",
            "chapters/about/log.md:12: SIT001 error: unknown document: 'x' [myst.xref_missing]. Correct",
        ),
        (f"{root()}/index.md: WARNING: no line is named\n", "index.md:1: SIT001 error: no line is named. Correct"),
        ("WARNING: nothing is named\n", "_config.yml:1: SIT001 error: nothing is named. Correct"),
        (
            f"{root()}/index.md:3: ERROR: over\n  two lines of {root()}/data/x.csv\n",
            "index.md:3: SIT001 error: over two lines of",
        ),
        (f"{root()}/index.md:<included>:3: SEVERE: taken in\n", "index.md:3: SIT001 error: taken in. Correct"),
    ],
)
def test_a_warning_is_a_line(said: str, line: str) -> None:
    (found,) = lines(said)
    assert found.startswith(line)
    assert re.fullmatch(r"\S+:\d+: SIT\d+ error: .+\. .+\.", found)


def test_each_is_told_once_and_the_rest_names_no_folder_of_this_machine() -> None:
    warning = f"{root()}/index.md:3: WARNING: once\n"
    said = f"{RED}{warning}{OFF}{warning}Look at {root()}/x.log\nbuild finished with problems, 2 warnings.\n"
    findings, rest = warnings_of(said)
    assert [finding.message for finding in findings] == ["once"]
    assert rest == "Look at x.log\n"


def test_nothing_gives_nothing() -> None:
    assert warnings_of("") == ([], "")
