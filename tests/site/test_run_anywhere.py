"""Where a notebook can be run: addresses that follow the repository, and the branch that Colab reads."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from resistance.site.run_anywhere import NOTEBOOKS, places

ROOT = Path(__file__).resolve().parents[2]


def test_every_place_opens_the_page_s_notebook() -> None:
    binder, colab, container = places("https://github.com/someone/a-review", "trunk", "mechanisms/hypoxia")
    assert urlsplit(binder["url"]).path == "/v2/gh/someone/a-review/trunk"
    assert parse_qs(urlsplit(binder["url"]).query) == {
        "urlpath": ["lab/tree/_build/notebooks/mechanisms/hypoxia.ipynb"]
    }
    assert urlsplit(colab["url"]).path == f"/github/someone/a-review/blob/{NOTEBOOKS}/mechanisms/hypoxia.ipynb"
    assert urlsplit(container["url"]).path == "/someone/a-review/tree/trunk"
    assert "resistance build notebooks" in (ROOT / ".binder/postBuild").read_text(encoding="utf-8")
    assert f"\nNOTEBOOKS_BRANCH := {NOTEBOOKS}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("repository", ["https://gitlab.com/someone/a-review", "https://github.com/someone", ""])
def test_nothing_is_promised_for_another_host(repository: str) -> None:
    assert places(repository, "main", "conclusion") == []


def test_the_branch_of_notebooks_is_one_commit_with_the_newest(tmp_path: Path) -> None:
    shared, clone, programs = tmp_path / "shared.git", tmp_path / "clone", tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text("#!/bin/sh\n", encoding="utf-8")  # would give git the token
    (programs / "gh").chmod(0o755)
    environ = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}

    def run(*command: str, cwd: Path = clone) -> str:
        done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("git", "init", "--quiet", "--bare", str(shared), cwd=tmp_path)
    run("git", "clone", "--quiet", str(shared), str(clone), cwd=tmp_path)
    shutil.copy(ROOT / "Makefile", clone)
    run("git", "add", "Makefile")
    run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "One")
    for text in ("first", "second"):
        notebook = clone / "_build/html/notebooks/mechanisms/hypoxia.ipynb"
        notebook.parent.mkdir(parents=True, exist_ok=True)
        notebook.write_text(text, encoding="utf-8")
        run("make", "share")
    assert run("git", "rev-list", "--count", NOTEBOOKS, cwd=shared).strip() == "1"
    assert run("git", "show", f"{NOTEBOOKS}:mechanisms/hypoxia.ipynb", cwd=shared) == "second"
