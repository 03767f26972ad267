"""What README and CONTRIBUTING show is true: their examples run, and taking one away breaks the check."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from resistance.check import check_all

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(name: str) -> list[tuple[str, str, str]]:
    """Language, title and content of every fenced block of a document."""
    return FENCE.findall((ROOT / name).read_text(encoding="utf-8"))


EXAMPLES = {title: body for _, title, body in fences("CONTRIBUTING.md") if title}


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the book's sources that a test may change."""
    for name in ("chapters", "data", "src"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("references.bib", "_toc.yml", "_config.yml", "index.md", "requirements.txt", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    return tmp_path


@cache
def errors_of_the_book() -> list[str]:
    """Those of the copy before anything is changed: found once, by the first test that asks."""
    return errors()


def errors() -> list[str]:
    return sorted(str(f) for f in check_all()[0] if f.severity == "error")


@pytest.mark.parametrize("name", [title for title in EXAMPLES if title.startswith(("data/", "references"))])
def test_an_example_is_part_of_the_book_and_needed_by_it(copy: Path, name: str) -> None:
    text = (copy / name).read_text(encoding="utf-8")
    example = EXAMPLES[name].rstrip("\n")
    assert example in text, f"CONTRIBUTING.md shows a part of {name} that is not in it any more"
    before = errors_of_the_book()
    (copy / name).write_text(text.replace(example + "\n", ""), encoding="utf-8")
    assert len(errors()) > len(before), "the book does not miss the example"
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write(("\n" if name.endswith(".bib") else "") + example + "\n")
    now = errors()
    after = [e for e in now if e not in before]
    # Line numbers of what was already there may move; nothing new may be wrong.
    assert len(after) <= len(before) and len(now) == len(before), "\n".join(after)


def test_the_example_of_a_new_table_passes_the_check_and_can_be_read(copy: Path) -> None:
    from resistance import evidence

    before = errors_of_the_book()
    for name in ("data/schemas/adherence.yaml", "data/adherence.csv"):
        (copy / name).write_text(EXAMPLES[f"new {name}"], encoding="utf-8")
    assert errors() == before
    assert list(evidence.table("adherence").columns)[:4] == ["id", "study", "label", "drug"]
    (copy / "data/adherence.csv").unlink()
    assert any(": EVI041 " in line for line in errors()), "the schema was not read"


# A newcomer's question: words to look for in README's list of folders, and what the answer holds.
QUESTIONS = {
    "the rule that a hazard ratio needs its interval": ("hazard ratio", r"_RATIOS = .*hazard ratio"),
    "how a badge is drawn": ("badge", r'class="claim"'),
    "where a figure becomes SVG": ("SVG", r"vegalite_to_svg"),
    "what decides that a chapter runs again": ("run again", r"def first_change\("),
    "the pump-leak model": ("pump_leak", r"pump.leak"),
    "the colours": ("colours", r"PALETTE: "),
    "how to add a table": ("add a table", r"per_chapter"),
}


@pytest.mark.parametrize(("words", "answer"), QUESTIONS.values(), ids=[q.replace(" ", "-") for q in QUESTIONS])
def test_the_first_place_that_readme_suggests_has_the_answer(words: str, answer: str) -> None:
    table = re.findall(r"^\| `([^`]+)` \| (.+) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    folder = next(folder for folder, text in table if words in text)
    files = [*(ROOT / folder).glob("*.py"), *(ROOT / folder).glob("schemas/*.yaml")]
    assert [path.name for path in files if re.search(answer, path.read_text(encoding="utf-8"))], folder


def test_the_model_example_passes_its_test(copy: Path) -> None:
    for name in ("src/resistance/models/washout.py", "tests/models/test_washout.py"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(EXAMPLES[name], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/models/test_washout.py"],
        cwd=copy,
        env={"PYTHONPATH": str(copy / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_the_template_keeps_the_contract() -> None:
    from resistance.book.contract import Known, check_contract

    known = Known(tables=("drug_target_mutations",))
    findings = [f for f in check_contract(ROOT, known, templates=True)[0] if f.path.endswith("_template.md")]
    # Its user will write the claims and the day of the search.
    assert {f.code for f in findings} == {"CHP011", "CHP012"}


def test_readme_python_prints_what_it_says() -> None:
    (code,) = [body for language, _, body in fences("README.md") if language == "python"]
    expected = re.findall(r"\)\s*# ([\d.]+)", code)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    assert out.getvalue().split() == expected
    assert expected


def test_readme_names_real_make_targets_and_files() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert link.startswith("http") or (ROOT / link).exists(), link


def test_versions_agree() -> None:
    import tomllib

    from resistance import __version__
    from resistance.site.release import version_of

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert version_of(ROOT) == __version__, "CITATION.cff and CHANGELOG.md have the version and the same day"
    assert f"version {__version__}." in (ROOT / "index.md").read_text(encoding="utf-8")
