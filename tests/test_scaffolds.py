"""What ``resistance new`` begins passes at once but for what it leaves to fill in, which the check names by line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resistance import evidence
from resistance.check import check_all
from resistance.cli import main

ROOT = Path(__file__).resolve().parents[1]
CHAPTER, TABLE, CLAIM, MODEL = "mechanisms/hypoxia", "drug_adherence", "hypoxia-new-claim", "drug_washout"
ROWS = ("hn-median-nordsmark-2005", "tumour_oxygenation/prostate-median-milosevic-2012")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book with its code and the models' tests."""
    root = tmp_path_factory.mktemp("scaffolds") / "book"
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("chapters", "data", "src", "tests/models"):
        shutil.copytree(ROOT / name, root / name, ignore=unwanted)
    files = ("references.bib", "_toc.yml", "_config.yml", "index.md", "requirements.txt", "debt.csv", "pyproject.toml")
    for name in (*files, "CONTRIBUTING.md", "CHANGELOG.md", "tests/__init__.py"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture(autouse=True)
def _in_the_copy(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESISTANCE_ROOT", str(book))


def errors() -> set[str]:
    return {str(finding) for finding in check_all()[0] if finding.severity == "error"}


def test_everything_that_is_begun_says_what_is_left_and_nothing_else_is_wrong(book: Path, capsys) -> None:
    before = errors()
    assert main(["new", "table", TABLE]) == 0
    assert main(["new", "claim", CHAPTER, CLAIM, *ROWS]) == 0
    assert main(["new", "model", MODEL]) == 0
    said = capsys.readouterr().out.splitlines()
    written = [line for line in said if re.fullmatch(r"\S+\.(yaml|csv|py)", line)]
    assert written == [
        f"data/schemas/{TABLE}.yaml",
        f"data/{TABLE}.csv",
        f"data/claims/{CHAPTER}.csv",
        f"src/resistance/models/{MODEL}.py",
        f"tests/models/test_{MODEL}.py",
        f"tests/models/arithmetic/{MODEL}.py",
    ]
    page = book / f"chapters/{CHAPTER}.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("\n## Evidence", f"\nA sentence {{claim}}`{CLAIM}`.\n\n## Evidence", 1), encoding="utf-8"
    )
    # A page may be as long as it may be already: its author knows which sentence goes.
    left = {line for line in errors() - before if " CHP039 " not in line}
    # What a claim does not weigh, and that nobody tried to refute it, is for its author to write.
    asked = {line for line in left if " CLM011 " in line or " CLM012 " in line}
    assert {line.split(":")[0] for line in asked} == {f"data/claims/{CHAPTER}.csv"}
    left -= asked
    assert {line.split(" ")[1] for line in left} == {"NEW001"}, left
    assert {line.split(":")[0] for line in left} == {written[0], written[2], written[3], written[4]}
    assert any(
        line.startswith(f"data/schemas/{TABLE}.yaml:2: NEW001 error: Fill in: what the rows are") for line in left
    )
    assert len(left) == 8
    # Level, stars, direction and sources of the claim are those of the rows.
    claim = evidence.table("claims").set_index("id").loc[CLAIM]
    rows = evidence.table("tumour_oxygenation").set_index("id").loc[[name.rpartition("/")[2] for name in ROWS]]
    assert claim["level"] == max(rows["level"])
    assert claim["confidence"] == max(rows["confidence"])
    assert set(claim["sources"].split(";")) == set(rows["source"])
    assert len(evidence.table(TABLE)) == 0
    for name in (written[0], written[2], written[3], written[4]):
        path = book / name
        path.write_text(path.read_text(encoding="utf-8").replace("Fill in:", "Here stands"), encoding="utf-8")
    assert {line for line in errors() - before if " CHP039 " not in line} == asked


def test_the_model_that_is_begun_passes_every_test_of_models(book: Path) -> None:
    if not (book / f"src/resistance/models/{MODEL}.py").exists():
        assert main(["new", "model", MODEL]) == 0
    tests = [
        f"tests/models/test_{MODEL}.py",
        "tests/models/test_independent_arithmetic.py",
        "tests/models/test_public_functions.py",
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", f"{MODEL} or test_half"]
    environ = os.environ | {"PYTHONPATH": str(book / "src"), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=book, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b(?:[5-9]|\d\d) passed", done.stdout), done.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["table", "Doses"], 1, "'Doses' is no name of a table"),
        (["table", "tumour_oxygenation"], 1, "tumour_oxygenation.yaml is there already"),
        (["table"], 2, "new table NAME is the form"),
        (["claim", CHAPTER, "my-claim"], 1, "my-claim needs at least one row"),
        (["claim", CHAPTER, "my-claim", "no-such-row"], 1, "no evidence table has a row 'no-such-row'"),
        (["claim", "mechanisms/none", "my-claim", "x"], 1, "there is no chapter 'mechanisms/none'"),
        (["claim", CHAPTER, "hypoxia-common-uneven", ROWS[0]], 1, "the claim 'hypoxia-common-uneven' is there already"),
        (["model", "p53"], 1, "p53.py is there already"),
        (["model", "my-model"], 1, "'my-model' is no name of a module"),
        (["chapter", CHAPTER], 1, "chapters/mechanisms/hypoxia.md is there already"),
        (["reference"], 2, "new reference DOI|PMID … is the form"),
    ],
)
def test_what_cannot_be_begun_is_one_line(words: list[str], status: int, said: str, capsys) -> None:
    assert main(["new", *words]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1
