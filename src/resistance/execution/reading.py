"""Turns a page into the notebook that MyST-NB will look up in the cache, with MyST-NB's own reader.

The cache finds a result by its code cells, cell metadata and kernel, as that reader sees them under the book's Markdown
extensions (a code cell inside a ``:::`` fence is a cell only where that extension is off). So nothing is parsed here.
Imports are inside the functions: they take a second, which a build with nothing to do does not have to pay.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from resistance import private
from resistance.book.contents import compose_yaml
from resistance.book.front_matter import with_dates_as_text
from resistance.book.pages import Page
from resistance.book.rules import RULES
from resistance.diagnostics import Finding

if TYPE_CHECKING:
    from myst_parser.config.main import MdParserConfig
    from nbformat import NotebookNode


class Unreadable(ValueError):
    """What cannot be read; ``finding`` says where and why."""

    def __init__(self, finding: Finding):
        self.finding = finding
        super().__init__(str(finding))


class UnreadableConfig(Unreadable):
    """A ``_config.yml`` that Jupyter Book or MyST refuses."""


class UnreadableCell(Unreadable):
    """A page that MyST-NB cannot turn into a notebook."""


def markdown_config(root: Path) -> MdParserConfig:
    """The Markdown options that the book renders with: Jupyter Book's reading of ``_config.yml``.

    Raises
    ------
    UnreadableConfig
        If the file is not such a configuration.
    """
    from myst_parser.config.main import MdParserConfig

    path = root / "_config.yml"
    if not path.is_file():
        return MdParserConfig()
    from jupyter_book.config import get_final_config

    try:
        config, _ = get_final_config(user_yaml=path, cli_config={"latex_individualpages": False}, validate=False)
        options = {name: config[f"myst_{name}"] for name in private.myst_options() if f"myst_{name}" in config}
        return MdParserConfig(**options)
    except Exception as error:  # neither library says what it raises for a value of the wrong kind
        faults = compose_yaml(path.read_text(encoding="utf-8", errors="replace"), path.name)[1]
        message = f"the configuration cannot be used: {error}"
        raise UnreadableConfig(faults[0] if faults else Finding.of(RULES["TOC007"], path.name, 1, message)) from error


def read_notebook(root: Path, page: Page, config: MdParserConfig) -> NotebookNode:
    """The page as a notebook, all cells included; ``metadata.source_map`` gives the line of each cell.

    Raises
    ------
    UnreadableCell
        If a cell's options cannot be read.
    """
    try:
        return private.page_notebook(with_dates_as_text(page.text), config, root / page.source)
    except Exception as error:  # the reader documents one of its exceptions and raises several; all are the page's
        line = re.search(r"at line (\d+)", str(error))
        message = f"a cell cannot be read: {error}"
        finding = Finding.of(RULES["CHP005"], page.source, int(line[1]) if line else 1, message)
        raise UnreadableCell(finding) from error


def code_digest(notebook: NotebookNode) -> str:
    """Digest of all that jupyter-cache identifies a notebook by: kernel, and code cells with their metadata."""
    cells = [[cell.source, cell.metadata] for cell in notebook.cells if cell.cell_type == "code"]
    identity = json.dumps([notebook.metadata.get("kernelspec"), cells], sort_keys=True, default=str)
    return hashlib.sha256(identity.encode()).hexdigest()


def loads_code(notebook: NotebookNode) -> bool:
    """Whether a cell takes its source from another file (``:load:``), so that the page's text does not fix its code."""
    return any("load" in cell.metadata for cell in notebook.cells if cell.cell_type == "code")


def cell_line(notebook: NotebookNode, index: int) -> int:
    """Line of the page in which the code cell ``index`` (among all cells) begins with its fence."""
    return private.cell_line(notebook, index)
