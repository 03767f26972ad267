"""Two sides of a claim, counted in studies."""

from __future__ import annotations

import pytest

from resistance.evidence.sides import sides

ROWS = {
    "t/a": {"study": "viale-a"}, "t/b": {"study": "viale-a"}, "t/c": {"study": "viale-c"}, "u/d": {"study": "kim-2017"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("needs", "adds", "against", "supporting", "opposing", "words"),
    [
        ("t/a", None, None, 1, 0, "1 study for, 0 against"),
        ("t/a;t/b", None, "", 1, 0, "1 study for, 0 against"),
        ("t/a", "t/b; t/c", "u/d", 2, 1, "2 studies for, 1 against"),
        ("t/a", None, "t/b", 1, 1, "1 study for, 1 against"),
        ("t/a;t/gone", None, "t/gone", 1, 0, "1 study for, 0 against"),
    ],
)
def test_a_study_is_one_voice(needs, adds, against, supporting, opposing, words):
    counted = sides({"needs": needs, "adds": adds, "against": against}, ROWS)
    assert (counted.supporting, counted.against) == (supporting, opposing)
    assert counted.balance == supporting - opposing
    assert str(counted) == words
