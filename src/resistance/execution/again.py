"""Executes every page once more and holds the outputs against those in the cache: a result is the same every time."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from resistance.book.pages import Page, read_book
from resistance.diagnostics import Finding
from resistance.execution.cache import result_path
from resistance.execution.dependencies import read_manifest
from resistance.execution.execute import cell_timeout, cores
from resistance.execution.progress import Echo, Progress, echo
from resistance.execution.reading import cell_line, markdown_config, read_notebook
from resistance.execution.rules import RULES

if TYPE_CHECKING:
    from nbformat import NotebookNode


def run_again(root: Path, say: Echo = echo) -> tuple[list[Finding], int]:
    """Findings on pages that give another result in a fresh kernel, and how many pages ran; nothing is written.

    Parameters
    ----------
    root : project root, whose cache is up to date; a page without a result there is left out
    say : receives each line of progress
    """
    config = markdown_config(root)
    tasks = [
        (page, read_notebook(root, page, config), result_path(root, manifest.key))
        for page in read_book(root).notebooks
        if (manifest := read_manifest(root, page.name)) is not None
    ]
    count, jobs = len(tasks), min(cores(), len(tasks))
    findings: list[Finding] = []
    progress = Progress(count, 0, jobs, say)

    async def work() -> None:
        while tasks:
            findings.extend(await _again(root, *tasks.pop(0), progress))

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(jobs):
                group.create_task(work())

    asyncio.run(all_of_them())
    return sorted(findings), count


async def _again(root: Path, page: Page, notebook: NotebookNode, before: Path, progress: Progress) -> list[Finding]:
    from nbformat import read

    from resistance.execution.kernels import run_notebook

    with tempfile.TemporaryDirectory(prefix="resistance-", ignore_cleanup_errors=True) as scratch:
        folder = (root / page.source).parent
        # In a kernel from nothing: so it also shows that a forked one gave the same.
        run = await run_notebook(notebook, folder, root, Path(scratch), cell_timeout(), page.name)
    progress.finished(page.name, run.seconds, "again")
    found = [(RULES[fault.code], fault.cell, fault.message) for fault in run.faults]
    if not found and (cell := _first_difference(run.notebook, read(before, as_version=4))) is not None:
        found = [(RULES["RUN009"], cell, "gives another result when it runs again")]
    code = [index for index, cell in enumerate(run.notebook.cells) if cell.cell_type == "code"]
    return [
        Finding.of(rule, page.source, cell_line(run.notebook, cell), f"code cell {code.index(cell) + 1} {message}")
        for rule, cell, message in found
    ]


def _first_difference(now: NotebookNode, before: NotebookNode) -> int | None:
    """Position of the first code cell whose outputs differ; what comes after it follows from it."""
    code = [(index, cell) for index, cell in enumerate(now.cells) if cell.cell_type == "code"]
    for (index, cell), old in zip(code, before.cells, strict=True):
        if json.dumps(cell.outputs, sort_keys=True) != json.dumps(old.outputs, sort_keys=True):
            return index
    return None
