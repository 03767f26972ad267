"""Cells are formatted and linted like the rest of the code: ruff reads all pages in one call, as notebooks.

As a notebook a page keeps one scope over its cells, so that a name of an earlier cell is known in a later one, and a
last expression is output, not a mistake. The settings are those of ``pyproject.toml``.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from resistance.book.pages import Page
from resistance.book.rules import RULES
from resistance.diagnostics import Finding

_SETTINGS = "pyproject.toml"
# Notebooks import where they need a thing; what a cell leaves as its last expression is what it shows.
_LINT = ("check", "--output-format", "json", "--extend-ignore", "E402,B018", "--exit-zero")


def style_faults(root: Path, pages: Sequence[Page]) -> list[Finding]:
    """Cells that are not as ruff formats them, and what it finds in them; nothing where ruff is not installed."""
    pages = [page for page in pages if page.parts.cells]
    with tempfile.TemporaryDirectory(prefix="resistance-") as name:
        files = _write(Path(name), pages)
        if not files or (linted := _ruff(root, *_LINT, name)) is None:
            return []
        findings = []
        for fault in json.loads(linted):
            page = files[Path(fault["filename"]).resolve()]
            line = page.parts.cells[fault["cell"] - 1].first - 1 + fault["location"]["row"]
            message = f"ruff {fault['code']}: {fault['message']}"
            findings.append(Finding.of(RULES["CHP026"], page.source, line, message))
        _ruff(root, "format", "--quiet", name)
        for path, page in files.items():
            for cell, new in zip(page.parts.cells, _read(path), strict=True):
                if new != cell.content.rstrip("\n"):
                    message = "the cell is not formatted as ruff does it"
                    findings.append(Finding.of(RULES["CHP025"], page.source, cell.line, message))
    return findings


def format_cells(root: Path, pages: Sequence[Page]) -> list[str]:
    """Format the cells of pages and mend what ruff can mend; returns the sources of the pages that changed."""
    pages = [page for page in pages if page.parts.cells]
    changed = []
    with tempfile.TemporaryDirectory(prefix="resistance-") as name:
        files = _write(Path(name), pages)
        _ruff(root, *_LINT, "--fix", name)
        _ruff(root, "format", "--quiet", name)
        for path, page in files.items():
            text = "\n".join(_with_cells(page, _read(path)))
            if text != page.text:
                (root / page.source).write_text(text, encoding="utf-8", newline="\n")
                changed.append(page.source)
    return changed


def _with_cells(page: Page, sources: list[str]) -> Iterator[str]:
    """Lines of the page with the code of its cells replaced."""
    lines = page.text.split("\n")
    done = 0
    for cell, source in zip(page.parts.cells, sources, strict=True):
        yield from lines[done : cell.first - 1]
        yield from source.split("\n")
        done = cell.first - 1 + len(cell.content.rstrip("\n").split("\n"))
    yield from lines[done:]


def _write(folder: Path, pages: Sequence[Page]) -> dict[Path, Page]:
    """Write each page's cells as a notebook; returns the pages by their file."""
    files = {}
    for number, page in enumerate(pages):
        cells = [
            {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "outputs": [], "execution_count": None,
             "source": cell.content.rstrip("\n")}
            for i, cell in enumerate(page.parts.cells)
        ]  # fmt: skip
        path = (folder / f"page_{number}.ipynb").resolve()
        metadata = {"language_info": {"name": "python"}}
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}))
        files[path] = page
    return files


def _read(path: Path) -> list[str]:
    """Sources of a notebook's cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]).rstrip("\n") for cell in cells]


def _ruff(root: Path, verb: str, *arguments: str) -> str | None:
    """What ruff prints; None where it is not installed or has no settings to follow."""
    try:
        from ruff.__main__ import find_ruff_bin

        program = find_ruff_bin()
    except (ImportError, FileNotFoundError):
        return None
    if not (root / _SETTINGS).is_file():
        return None
    command = [program, verb, "--no-cache", "--config", str(root / _SETTINGS), *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None
