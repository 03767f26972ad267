"""Names of numbers that a cell makes, as far as they are written out."""

from __future__ import annotations

import ast

import pytest

from resistance.book.literals import UNKNOWN, Values, constant_text

FOUND = {
    "plain": ('show_number("a", 1)', ["a"]),
    "of a module": ('show.show_number("a", 1)', ["a"]),
    "variable": ('name = "a"\nshow_number(name, 1)', ["a"]),
    "loop": ('for name in ["a", "b"]:\n    show_number(name, 1)', ["a", "b"]),
    "loop over tuples": ('for name, value in [("a", x), ("b", y)]:\n    show_number(name, value)', ["a", "b"]),
    "made from parts": ('for n in ("x", "y"):\n    show_number(f"a-{n}-b", 1)', ["a-x-b", "a-y-b"]),
    "numbers": ("for n in range(2):\n    show_number(f'a{n:02d}', 1)", ["a00", "a01"]),
    "mapping": ('for n, v in {"a": f(1)}.items():\n    show_number(n, v)', ["a"]),
    "pairs": ('for i, n in enumerate(["a", "b"]):\n    show_number(n + str(i), 1)', ["a0", "b1"]),
    "method": ('for v in ["not located"]:\n    show_number(f"n_{v.replace(chr, chr)}", 1)', [UNKNOWN]),
    "known method": (
        "for v in [\"not located\"]:\n    show_number(f\"n_{v.replace(' ', '_')}\", 1)",
        ["n_not_located"],
    ),
    "loop in a loop": ('for a in "xy":\n    for b in ["1"]:\n        show_number(a + b, 1)', ["x1", "y1"]),
    "list of a variable": ('names = ["a", "b"]\nfor n in names:\n    show_number(n, 1)', ["a", "b"]),
    "in a condition": ('if x:\n    show_number("a", 1)\nelse:\n    show_number("b", 1)', ["a", "b"]),
    "from a table": ("for n in frame.index:\n    show_number(n, 1)", [UNKNOWN]),
    "of a function": ("def f(n):\n    show_number(n, 1)\n", [UNKNOWN]),
    "variable that changes": ('n = "a"\nn += g()\nshow_number(n, 1)', [UNKNOWN]),
    "nothing": ("show_numbers('a')\nprint('b')", []),
}


@pytest.mark.parametrize(("code", "found"), FOUND.values(), ids=[name.replace(" ", "-") for name in FOUND])
def test_names_that_a_cell_makes(code: str, found: list) -> None:
    seen = []
    Values("show_number", lambda line, value: seen.append(value)).run(ast.parse(code).body)
    assert seen == found


def test_endless_loops_end() -> None:
    code = "for a in range(10**6):\n    for b in range(10**6):\n        show_number(f'{a}{b}', 1)"
    seen = []
    Values("show_number", lambda line, value: seen.append(value)).run(ast.parse(code).body)
    assert 0 < len(seen) <= 10_000


def test_texts_that_are_written_out() -> None:
    def text(code: str) -> str | None:
        return constant_text(ast.parse(code, mode="eval").body)

    assert text('"a" "b"') == "ab"
    assert text('"a" + f"b{x}"') == "ab0"
    assert text("a") is None
