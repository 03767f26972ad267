"""``resistance build …``: exit status and what is printed."""

from __future__ import annotations

import argparse

import pytest

from resistance.diagnostics import Severity
from resistance.execution import commands, execute
from resistance.execution.rules import RULES


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    namespace = parser.parse_args(["build", *arguments])
    return namespace.run(namespace)


@pytest.fixture(autouse=True)
def project(book, monkeypatch):
    monkeypatch.setenv("RESISTANCE_ROOT", str(book.root))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def test_good_book(book, capsys, tmp_path):
    book.page("a", "1 + 1")
    assert run("notebooks") == 0
    out = capsys.readouterr().out.split("\n")
    assert out[0] == "Executing 1 notebook, 1 at a time; 0 unchanged."
    assert out[1].startswith("[1/1] a ")
    assert out[2] == "Examined 1 notebooks: 0 errors, 0 warnings."
    assert out[3].startswith("Executed 1, unchanged 0, failed 0 notebooks in ")
    assert out[4] == "1 notebooks with outputs are in _build/notebooks."
    assert run("notebooks", "--to", str(tmp_path / "site")) == 0
    assert (tmp_path / "site/a.ipynb").exists()
    assert "unchanged 1" in capsys.readouterr().out


def test_failing_book(book, capsys):
    line = book.page("a", "1 / 0").read_text().split("\n").index("1 / 0")
    book.page("b", "1")
    assert run("execute") == 1
    out = capsys.readouterr().out
    finding = (
        f"chapters/a.md:{line}: RUN001 error: code cell 2 raises ZeroDivisionError: division by zero. Correct the cell"
    )
    assert out.count(finding) == 2, "once with its traceback when it happens, once among all findings"
    assert "Examined 2 notebooks: 1 errors" in out
    assert run("notebooks") == 1
    assert (book.root / "_build/notebooks/b.ipynb").exists()


def test_setting_that_cannot_be_used(book, capsys, monkeypatch):
    monkeypatch.setenv("RESISTANCE_CELL_TIMEOUT", "soon")
    assert run("execute") == 2
    assert capsys.readouterr().err == (
        "resistance: RESISTANCE_CELL_TIMEOUT must be a whole number of seconds above 0, not 'soon'.\n"
    )


def test_interrupt(book, capsys, monkeypatch):
    def interrupt(_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(execute, "execute_pages", interrupt)
    assert run("notebooks") == commands.INTERRUPTED
    assert "Interrupted" in capsys.readouterr().err


def test_rules_are_complete():
    for code, rule in RULES.items():
        assert code == rule.code
        assert code[:3] in ("TOC", "CHP", "RUN")
        assert rule.remedy
        assert rule.severity in Severity
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
