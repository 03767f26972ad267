"""All tables and claims in one run, from files that are wrong in many ways, and of the book itself."""

from __future__ import annotations

import argparse
import re
from datetime import date

import pytest

from resistance.diagnostics import Severity, report
from resistance.evidence import commands
from resistance.evidence.check import check
from resistance.paths import root
from resistance.references.library import read_library

from .conftest import EVIDENCE_ROW, KEYS, TODAY

LINE = re.compile(r"(?P<path>[\w./-]+):(?P<line>\d+): (?P<code>(EVI|CLM)\d{3}) .+\. .+\.")


@pytest.fixture
def broken(project):
    """Every bad input that a contributor has sent to a project like this, each in a table of its own or a row."""
    for name in ("missing", "extra", "latin", "marked", "windows", "empty", "rows"):
        project.schema(name)
        project.table(name, {**EVIDENCE_ROW, "id": f"{name}-row"})
    project.edit("data/missing.csv", ",locator,", ",")
    project.edit("data/extra.csv", ",note\n", ",note,opinion\n")
    project.edit_bytes("data/latin.csv", lambda b: b.replace(b"Table 2", b"r\xe9sum\xe9"))
    project.edit_bytes("data/marked.csv", lambda b: b"\xef\xbb\xbf" + b)
    project.edit_bytes("data/windows.csv", lambda b: b.replace(b"\n", b"\r\n"))
    project.write("data/empty.csv", "")
    changes = [
        {"dose": "eighty"},
        {"level": "F"},
        {"id": "row-1"},
        {"source": "Nobody1999"},
        {"ci_low": "", "ci_high": "", "ci_kind": ""},
        {"ci_low": "0.57", "ci_high": "0.37"},
        {"note": "one\ntwo"},
        {"note": "<img src=x onerror=alert(1)>"},
        {"note": "=cmd|' /C calc'!A0"},
    ]
    project.table("rows", *({**EVIDENCE_ROW, "id": f"row-{i}", **cells} for i, cells in enumerate(changes)))
    return project


EXPECTED = [
    ("data/empty.csv", 1, "EVI004"),
    ("data/extra.csv", 1, "EVI006"),
    ("data/latin.csv", 2, "EVI001"),
    ("data/marked.csv", 1, "EVI002"),
    ("data/missing.csv", 1, "EVI005"),
    ("data/rows.csv", 2, "EVI011"),
    ("data/rows.csv", 3, "EVI013"),
    ("data/rows.csv", 4, "EVI016"),
    ("data/rows.csv", 5, "EVI017"),
    ("data/rows.csv", 6, "EVI032"),
    ("data/rows.csv", 7, "EVI033"),
    ("data/rows.csv", 8, "EVI010"),
    ("data/rows.csv", 10, "EVI018"),  # the row before spreads over two lines
    ("data/rows.csv", 11, "EVI019"),
    ("data/windows.csv", 1, "EVI003"),
]


def test_all_bad_inputs_in_one_run(broken):
    # Row 1 keeps its own level fault; row 2 takes its id.
    assert sorted((f.path, f.line, f.code) for f in broken.check()) == EXPECTED


def test_each_fault_is_one_line_and_the_status_is_1(broken, capsys):
    before = {p: p.read_bytes() for p in broken.root.rglob("*") if p.is_file()}
    status = report(*check(KEYS, (), TODAY), annotations=False)
    *lines, last = capsys.readouterr().out.splitlines()
    assert status == 1
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches), lines
    assert [(m["path"], int(m["line"]), m["code"]) for m in matches] == EXPECTED
    assert last.endswith(": 15 errors, 0 warnings.")
    assert {p: p.read_bytes() for p in broken.root.rglob("*") if p.is_file()} == before


def test_counts_name_what_was_examined(project):
    findings, counts = check(KEYS, (), TODAY)
    assert findings == []
    assert counts == {"tables": 6, "evidence rows": 4, "claims": 1}


def test_rows_are_counted_though_another_table_is_unreadable(project):
    project.write("data/trials.csv", "")
    _, counts = check(KEYS, (), TODAY)
    assert counts["evidence rows"] == 3


def test_without_keys_sources_are_not_looked_up(project):
    project.change("doses", 0, source="Nobody1999")
    assert project.check(keys=None) == []


def test_a_broken_schema_leaves_the_other_tables_checked(project):
    project.write("data/schemas/trials.yaml", "name: [")
    project.change("doses", 0, level="F")
    found = {(f.path, f.code) for f in project.check()}
    assert {("data/schemas/trials.yaml", "EVI042"), ("data/doses.csv", "EVI013")} <= found


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    parsed = parser.parse_args(["data", *arguments])
    return parsed.run(parsed)


def test_command_line_check(project, capsys):
    assert run("check") == 0
    project.change("doses", 0, level="F")
    assert run("check") == 1
    out = capsys.readouterr().out
    assert (
        "data/doses.csv:2: EVI013 error: level: 'F' is not one of: A, B, C, D, E. Use one of the allowed values." in out
    )


def test_command_line_check_looks_sources_up(project, capsys):
    project.change("doses", 0, source="Nobody1999")
    assert run("check") == 1
    assert "data/doses.csv:2: EVI017 error: source: 'Nobody1999'" in capsys.readouterr().out


def test_command_line_check_knows_what_the_snapshot_calls_retracted(project, capsys):
    project.change("references", 2, status="retracted")
    assert run("check") == 1
    out = capsys.readouterr().out
    assert "data/doses.csv:2: EVI038" in out
    assert "data/claims/lung.csv:2: CLM008" in out


def test_a_search_says_of_a_retracted_work_so_in_what_it_found(project, capsys):
    project.change("references", 2, status="retracted")
    project.change("counter_searches", sources="Soria2018")
    assert run("check") == 1
    assert "data/counter_searches/lung.csv:2: EVI038" in capsys.readouterr().out
    project.change("counter_searches", found="A work cited as retracted.")
    assert run("check") == 1
    assert "data/counter_searches" not in capsys.readouterr().out


def test_command_line_package(project, tmp_path, capsys):
    folder = tmp_path / "published"
    assert run("package", str(folder)) == 0
    assert {path.name for path in folder.iterdir()} >= {"datapackage.json", "doses.csv", "doses.json", "claims.csv"}
    assert "datapackage.json" in capsys.readouterr().out


def test_command_line_package_with_a_broken_schema_gives_no_traceback(project, tmp_path, capsys):
    project.write("data/schemas/trials.yaml", "name: [")
    assert run("package", str(tmp_path / "published")) == 1
    assert "data/schemas/trials.yaml:" in capsys.readouterr().out
    assert not (tmp_path / "published").exists()


def test_the_books_own_tables_and_claims_have_no_error(monkeypatch):
    monkeypatch.delenv("RESISTANCE_ROOT", raising=False)
    keys = {entry.key for entry in read_library(root() / "references.bib").entries}
    findings, counts = check(keys, (), date.today())
    errors = [str(finding) for finding in findings if finding.severity is Severity.ERROR]
    assert errors == [], "\n".join(errors)
    assert min(counts.values()) > 0
