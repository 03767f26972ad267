"""Publishes the executed notebook of every page: its Markdown and code with all outputs, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from resistance.book.pages import Page, read_book
from resistance.execution.cache import result_path
from resistance.execution.dependencies import Manifest, read_manifest
from resistance.execution.filled import Filler
from resistance.execution.reading import markdown_config, read_notebook
from resistance.yaml_text import parse_yaml

if TYPE_CHECKING:
    from nbformat import NotebookNode

FORMAT = 4
# Lines that may be a title, or say that a page is a chapter.
_TOLD = re.compile(r"^(?:#.*|review:.*|.*\n=+ *)$", re.MULTILINE)


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
    config, filler = None, None
    state, data = root / "_build" / "notebook-states.json", _data_digest(root)
    states = _states(state)
    same = states.get(str(folder)) == data
    published = []
    for page in read_book(root).notebooks:
        manifest = read_manifest(root, page.name)
        if manifest is None:
            continue
        path = folder / f"{page.name}.ipynb"
        origin = _origin(page, manifest)
        if not (same and _is_published(path, origin)):
            config = config or markdown_config(root)
            notebook = executed_notebook(root, page, read_notebook(root, page, config), manifest)
            filler = filler or Filler(root, _site_address(root))
            filler.fill(page, notebook)
            notebook.cells.insert(0, _first_cell(root, page, filler.site))
            _renew_ids(notebook)
            notebook.metadata["resistance"] = origin
            text = writes(notebook)
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
        published.append(path)
    state.parent.mkdir(exist_ok=True)
    state.write_text(json.dumps(states | {str(folder): data}), encoding="utf-8")
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


def _states(path: Path) -> dict[str, str]:
    """Digest of what the notebooks of each folder were filled with."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _origin(page: Page, manifest: Manifest) -> dict[str, str | int]:
    """What the published file was made from."""
    return {"format": FORMAT, "page": page.name, "text": page.digest, "result": manifest.result}


def _data_digest(root: Path) -> str:
    """Digest of everything that the text of a notebook may show: tables, works, titles of pages, models' code."""
    total = hashlib.sha256()
    folders = (("data", "*"), ("src/resistance/models", "*.py"), ("src/resistance/ensembles", "*.py"))
    files = [path for folder, pattern in folders for path in sorted((root / folder).rglob(pattern))]
    for path in sorted((root / "chapters").rglob("*.md")):
        # Of other pages a notebook shows titles and how many are chapters: a changed sentence changes none of them.
        told = _TOLD.findall(path.read_text(encoding="utf-8", errors="replace"))
        total.update(f"{path.relative_to(root).as_posix()}\0{told}\n".encode())
    for path in (*files, root / "references.bib", root / "_config.yml"):
        if path.is_file():
            total.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _site_address(root: Path) -> str:
    """Where the site is published, with a slash at its end; empty while nobody has said it."""
    path = root / "_config.yml"
    config = parse_yaml(path.read_text(encoding="utf-8")) if path.is_file() else {}
    address = ((config or {}).get("html") or {}).get("baseurl") or ""
    return f"{address.rstrip('/')}/" if address else ""


def _package(root: Path) -> str:
    """What pip is asked for: the package from the repository that ``_config.yml`` names."""
    path = root / "_config.yml"
    config = parse_yaml(path.read_text(encoding="utf-8")) if path.is_file() else {}
    address = ((config or {}).get("repository") or {}).get("url") or ""
    return f'"resistance @ git+{address}"' if address else "PATH-OF-A-CLONE"


def _first_cell(root: Path, page: Page, site: str) -> NotebookNode:
    """What to know and to install before the first cell of code runs, for a reader who has the notebook alone."""
    from nbformat.v4 import new_markdown_cell

    where = f" The page is {site}chapters/{page.name}.html." if site else ""
    package = _package(root)
    text = (
        f"*Notebook of a living review of drug resistance in cancer.{where} For education and research; not medical "
        "advice.*\n\nIts code needs Python 3.11 or newer and the package `resistance`, which has the review's tables"
        " inside. Where you have a command line it is installed by\n\n"
        f"```\npython -m pip install {package}\n```\n\n"
        "Where you have none, as on Colab, run this in a cell of its own, then restart the kernel:\n\n"
        f"```\n%pip install {package}\n```\n\n"
        "Binder has it already. In a clone of the repository `make site` makes the environment `.venv`, which has it. "
        "Without it the first import fails with `No module named 'resistance'`."
    )
    return new_markdown_cell(text, id="how-to-run")


def _renew_ids(notebook: NotebookNode) -> None:
    """Ids by what the cells say now."""
    seen: dict[str, int] = {}
    for cell in notebook.cells[1:]:
        cell["id"] = _cell_id(cell, seen)


def _is_published(path: Path, origin: dict[str, str | int]) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"]["resistance"] == origin
    except (OSError, ValueError, KeyError, TypeError):
        return False
