"""Publishes the executed notebook of every page: its Markdown and code with all outputs, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from resistance.book.pages import Page, read_book
from resistance.execution.cache import result_path
from resistance.execution.dependencies import Manifest, read_manifest
from resistance.execution.reading import markdown_config, read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

FORMAT = 1


def publish_notebooks(root: Path, folder: Path) -> list[Path]:
    """Write every executed notebook to ``folder`` as ``<page>.ipynb``; what is there and unchanged is left alone.

    Parameters
    ----------
    root : project root; its cache has been filled by :func:`resistance.execution.execute.execute_pages`
    folder : where to write; below ``_build`` notebooks of pages that are gone are removed

    Returns
    -------
    list of Path
        One file for every page whose result is in the cache, in the order of the book.
    """
    from nbformat import writes

    root = root.absolute()
    config = None
    published = []
    for page in read_book(root).notebooks:
        manifest = read_manifest(root, page.name)
        if manifest is None:
            continue
        path = folder / f"{page.name}.ipynb"
        origin = _origin(page, manifest)
        if not _is_published(path, origin):
            config = config or markdown_config(root)
            notebook = executed_notebook(root, page, read_notebook(root, page, config), manifest)
            notebook.metadata["resistance"] = origin
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(writes(notebook), encoding="utf-8", newline="\n")
        published.append(path)
    if folder.resolve().is_relative_to((root / "_build").resolve()):
        for path in set(folder.rglob("*.ipynb")) - set(published):
            path.unlink()
    return published


def executed_notebook(root: Path, page: Page, notebook: NotebookNode, manifest: Manifest) -> NotebookNode:
    """The page's notebook with the outputs that the cache holds for it.

    Metadata are reduced to the kernel and the language without its patch version, and cell ids are derived from what
    the cells say: nothing in the file tells when or where it was executed.
    """
    from nbformat import from_dict, reads, validate

    cached = reads(result_path(root, manifest.key).read_text(encoding="utf-8"), as_version=4)
    outputs = iter(cached.cells)
    cells, seen = [], {}
    for cell in notebook.cells:
        new = {"cell_type": cell.cell_type, "id": _cell_id(cell, seen), "source": cell.source}
        new["metadata"] = dict(sorted(cell.metadata.items()))
        if cell.cell_type == "code":
            result = next(outputs)
            new |= {"execution_count": result.execution_count, "outputs": result.outputs}
        cells.append(new)
    language = {k: v for k, v in cached.metadata.get("language_info", {}).items() if k != "version"}
    metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    if language:  # no kernel has said it of a page without code
        metadata["language_info"] = language
    published = from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})
    validate(published)
    return published


def _cell_id(cell: NotebookNode, seen: dict[str, int]) -> str:
    """An id that stays with the cell when others are added: a digest of its source, numbered if it occurs again."""
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    seen[digest] = seen.get(digest, 0) + 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _origin(page: Page, manifest: Manifest) -> dict[str, str | int]:
    """What the published file was made from."""
    return {"format": FORMAT, "page": page.name, "text": page.digest, "result": manifest.result}


def _is_published(path: Path, origin: dict[str, str | int]) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"]["resistance"] == origin
    except (OSError, ValueError, KeyError, TypeError):
        return False
