"""Builds the site: execute what is out of date, let Jupyter Book render, publish the notebooks."""

from __future__ import annotations

import gc
import io
import os
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path

from resistance.diagnostics import Finding, report
from resistance.exclusive import exclusive
from resistance.paths import relative, root
from resistance.site.last_build import PREVIEW, LastBuild, doctrees, included_files, inputs_digest
from resistance.site.warnings import RULES, warnings_of
from resistance.storage import refusal_in

__all__ = ["PREVIEW", "build_site", "processes", "render"]


def build_site(to: Path | None = None) -> int:
    """Build the whole site into ``_build/html`` (or ``to``); returns an exit status.

    Pages that failed to execute are reported and the site is not rendered: a page without its results would be wrong.
    Of several builds in one checkout the later wait for the first.
    """
    with exclusive(root(), "resistance site build"):
        return _build(to or root() / "_build" / "html")


def _build(folder: Path) -> int:
    from resistance.execution.commands import execute_out_of_date

    started = time.perf_counter()
    execution = execute_out_of_date()
    if isinstance(execution, int):
        return execution
    if not execution.ok:
        report(execution.findings, {"notebooks": len(execution.executed) + len(execution.failed)})
        print(execution.summary)
        return 1
    print(execution.summary, flush=True)
    last = LastBuild.read(folder)
    inputs = inputs_digest(last.included)
    lost = last.lost(folder)
    if last.inputs == inputs and not lost:
        print(f"Nothing has changed since the site was built. Open {relative(folder / 'index.html')}.")
        return 0
    last.forget(folder)
    if lost:
        print(
            f"Built again: {lost[0]}{f' and {len(lost) - 1} more files are' if lost[1:] else ' is'} missing or changed."
        )
        for name in lost:  # what has been changed would otherwise stay as it is
            (folder / name).unlink(missing_ok=True)
    status = _render_and_publish(folder)
    if status == 0 and any(not (folder / name).exists() for name in lost if last.inputs == inputs):
        doctrees(folder, remove=True)  # what the pages brought along comes only when they are written
        status = _render_and_publish(folder)
    if status == 0:
        included = included_files(doctrees(folder))
        LastBuild.write(folder, inputs_digest(included), included)
        pages = sum(1 for _ in folder.rglob("*.html"))
        seconds = time.perf_counter() - started
        print(f"Built {pages} pages in {seconds:.1f} s. Open {relative(folder / 'index.html')}.")
    return status


def _render_and_publish(folder: Path) -> int:
    from resistance.execution.notebooks import publish_notebooks
    from resistance.site import data

    status = render(folder)
    if status == 0:
        publish_notebooks(root(), folder / "notebooks", lambda: (data.current().row_index, data.current().library))
    return status


def render(folder: Path) -> int:
    """Let Jupyter Book's Sphinx render the executed book; warnings are errors, all of them are shown."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    from jupyter_book.sphinx import build_sphinx

    from resistance.execution.cache import cache_path

    trees = doctrees(folder)
    # Documents are trees that point both ways; the collector walks all of them again and again, a third of the time.
    gc.disable()
    with redirect_stderr(io.StringIO()) as said:
        result = build_sphinx(
            root(),
            folder,
            noconfig=True,
            path_config=root() / "_config.yml",
            doctreedir=trees,
            # MyST-NB takes a relative path from the working directory; elsewhere it would execute everything itself.
            confoverrides={"latex_individualpages": False, "nb_execution_cache_path": str(cache_path(root()))},
            warningiserror=True,
            keep_going=True,
            jobs=processes(),
            quiet=True,
        )
    gc.enable()
    findings, rest = warnings_of(said.getvalue())
    if result == 0 and not findings:
        print(rest, end="", file=sys.stderr)
        return 0
    # Sphinx warns of a page when it reads it, and would not read it again: the next build would pass in silence.
    (trees / "environment.pickle").unlink(missing_ok=True)
    if line := refusal_in(f"{result}\n{said.getvalue()}"):  # all the rest follows from it
        print(line, file=sys.stderr)
        return 1
    print(rest, end="", file=sys.stderr)
    if not isinstance(result, int):
        findings.append(Finding.of(RULES["SIT002"], "_config.yml", 1, f"the site could not be rendered: {result}"))
    report(findings, {"pages": sum(1 for _ in (root() / "chapters").rglob("*.md"))})
    return 1


def processes() -> int:
    """How many processes read and write pages: as many as there are processors that this one may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
