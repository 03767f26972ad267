"""The command line: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from resistance.references.commands import register
from resistance.references.settings import Settings, load_settings

from .registries import Fault, Registries, article, work


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="resistance")
    register(parser.add_subparsers(required=True))
    namespace = parser.parse_args(["references", *arguments])
    return namespace.run(namespace)


@pytest.fixture
def online(registries: Registries, monkeypatch: pytest.MonkeyPatch) -> Registries:
    settings = registries.settings()
    monkeypatch.setenv("RESISTANCE_CONTACT", settings.contact)
    monkeypatch.setenv("RESISTANCE_CROSSREF_URL", settings.crossref + "/")
    monkeypatch.setenv("RESISTANCE_PUBMED_URL", settings.pubmed)
    monkeypatch.setenv("RESISTANCE_EUROPE_PMC_URL", settings.europe_pmc)
    monkeypatch.setenv("RESISTANCE_REQUEST_INTERVAL", "0")
    monkeypatch.setenv("RESISTANCE_REQUEST_BACKOFF", "0.001")
    return registries


def test_a_clean_bibliography_passes(project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    project("clean--cited-as-retracted")
    assert run("check") == 0
    assert capsys.readouterr().out.startswith("Examined 2 references, 1 verified, 0 not checked, 2 snapshot rows, ")


def test_every_fault_of_a_bad_one_is_a_line_of_one_run(
    project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = project("bad-input")
    before = {path: path.read_bytes() for path in root.rglob("*.*")}
    assert run("check") == 1
    lines = capsys.readouterr().out.splitlines()
    expected = (root / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=False)] == expected
    assert lines[len(expected)].endswith(": 8 errors, 0 warnings.")
    assert {path: path.read_bytes() for path in root.rglob("*.*")} == before


def test_a_warning_alone_does_not_fail(project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    project("expression-of-concern")
    assert run("check") == 0
    assert "REF051" in capsys.readouterr().out


def test_format_writes_and_then_agrees(project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = project("clean") / "references.bib"
    before = path.read_bytes()
    assert run("format", "--check") == 1
    assert path.read_bytes() == before
    assert run("format") == 0
    assert run("format", "--check") == 0
    assert path.read_text(encoding="utf-8").startswith("@article{Gottesman2002,")
    assert "REF078" in capsys.readouterr().out


def test_format_refuses_what_it_cannot_read(project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = project("parse-error--unclosed-value") / "references.bib"
    before = path.read_bytes()
    assert run("format") == 1
    assert path.read_bytes() == before
    assert "references.bib:1: REF004" in capsys.readouterr().out


def test_add_writes_and_prints_the_entry(
    project: Callable[[str], Path], online: Registries, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project("clean")
    more = {"volume": "13", "page": "714-726"}
    online.works["10.1038/nrc3599"] = work("10.1038/nrc3599", "Title", [("Holohan", "C.")], 2013, "Nature", **more)
    assert run("add", "10.1038/nrc3599", "10.1038/nrc706") == 1
    out = capsys.readouterr().out
    assert "@article{Holohan2013," in out
    assert "references.bib:13: REF071 error: the work is there as Gottesman2002." in out
    assert "Examined 2 identifiers, 1 works added" in out
    assert "Holohan2013" in (root / "data/references.csv").read_text(encoding="utf-8")
    assert run("add", "10.1038/nrc3599") == 1


def test_add_without_a_network_fails_and_says_so(
    project: Callable[[str], Path],
    online: Registries,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = project("clean")
    before = (root / "references.bib").read_bytes(), (root / "data/references.csv").read_bytes()
    monkeypatch.setenv("RESISTANCE_REQUEST_ATTEMPTS", "1")
    online.down = {"crossref": Fault(503), "pubmed": Fault(503), "europepmc": Fault(503)}
    assert run("add", "10.1038/nrc3599") == 1
    said = capsys.readouterr().out
    assert "REF073" in said
    assert "Examined 1 identifiers, 0 works added" in said
    assert ((root / "references.bib").read_bytes(), (root / "data/references.csv").read_bytes()) == before


def test_refresh_fails_only_if_nothing_could_be_checked(
    project: Callable[[str], Path],
    online: Registries,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project("clean")
    monkeypatch.setenv("RESISTANCE_REQUEST_ATTEMPTS", "1")
    online.down = {"crossref": Fault(503), "pubmed": Fault(503), "europepmc": Fault(503)}
    assert run("refresh") == 1
    captured = capsys.readouterr()
    assert "Examined 2 references, 0 checked, 0 checked before the interruption, 2 not checked" in captured.out
    assert "Crossref: it answered with status 503; not checked there: Vasan2019, Gottesman2002." in captured.out
    assert captured.err.startswith("[1/2] Vasan2019: not checked (Crossref: it answered with status 503; ")
    online.down.clear()
    doi = "10.1038/nrc706"
    online.works[doi] = work(doi, "T", [("Gottesman", "M.")], 2002, "N")
    online.articles["11902585"] = article("11902585", doi, "T", [("Gottesman", "M")], "2002", "N")
    assert run("refresh") == 0
    assert "1 checked, 0 checked before the interruption, 1 not checked" in capsys.readouterr().out
    assert run("refresh", "Gottesman2002") == 0


@pytest.mark.parametrize(
    ("form", "begins"), [("bibtex", "@article{Vasan2019,"), ("ris", "TY  - JOUR"), ("csl-json", "[")]
)
def test_export_prints_or_writes(
    project: Callable[[str], Path], capsys: pytest.CaptureFixture[str], form: str, begins: str
) -> None:
    root = project("clean")
    assert run("export", "--to", form) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(begins)
    assert run("export", "--to", form, "--output", str(root / "out")) == 0
    assert (root / "out").read_bytes().decode() == printed
    assert capsys.readouterr().out == ""


def test_export_of_some_works(project: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    project("clean")
    assert run("export", "--to", "csl-json", "Gottesman2002") == 0
    assert [item["id"] for item in json.loads(capsys.readouterr().out)] == ["Gottesman2002"]
    assert run("export", "Gottesmann2002") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "REF061" in captured.err


@pytest.mark.parametrize("arguments", [("refresh",), ("add", "10.1038/nrc706")])
def test_a_malformed_setting_is_a_line_and_no_traceback(
    project: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    project("clean")
    monkeypatch.setenv("RESISTANCE_REQUEST_TIMEOUT", "soon")
    assert run(*arguments) == 1
    assert capsys.readouterr().out.startswith("environment:1: REF079 error: RESISTANCE_REQUEST_TIMEOUT is 'soon'")


def test_settings_come_from_the_environment_and_the_contact_from_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESISTANCE_CONTACT", raising=False)
    assert load_settings(tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text('[tool.resistance]\ncontact = "a@example.org"\n', encoding="utf-8")
    assert load_settings(tmp_path).contact == "a@example.org"
    monkeypatch.setenv("RESISTANCE_CONTACT", "b@example.org")
    assert load_settings(tmp_path).contact == "b@example.org"
    (tmp_path / "pyproject.toml").write_text("not toml [", encoding="utf-8")
    monkeypatch.setenv("RESISTANCE_REQUEST_TIMEOUT", "3.5")
    assert load_settings(tmp_path).timeout == 3.5
    for wrong in ("soon", "-1", "nan", "inf"):
        monkeypatch.setenv("RESISTANCE_REQUEST_TIMEOUT", wrong)
        with pytest.raises(ValueError, match="RESISTANCE_REQUEST_TIMEOUT is"):
            load_settings(tmp_path)
