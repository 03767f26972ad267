"""Pages of the book: which of them are notebooks, and what is wrong with them before anything is executed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from resistance.diagnostics import Finding
from resistance.execution.rules import RULES
from resistance.execution.toc import compose_yaml, read_contents

KERNEL = "python3"
_CODE_CELL = re.compile(r"^(?:`{3,}|~{3,})\s*\{code-cell\}")


@dataclass(frozen=True)
class Page:
    """One page of the book.

    ``docname`` is its file without suffix as Sphinx knows it (``chapters/mechanisms/drug-targets``), ``name`` what
    people and the tables call it (``mechanisms/drug-targets``), ``source`` its file relative to the root.
    """

    docname: str
    text: str
    metadata: dict[str, Any]
    executes: bool

    @property
    def name(self) -> str:
        """The page's name in messages, tables and published files."""
        return self.docname.removeprefix("chapters/")

    @property
    def source(self) -> str:
        """The page's file, relative to the root."""
        return f"{self.docname}.md"

    @property
    def digest(self) -> str:
        """SHA-256 of the page's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Book:
    """The pages that can be used, in order; the names of notebooks that cannot; and every fault found."""

    pages: list[Page]
    unusable: list[str]
    findings: list[Finding]

    @property
    def notebooks(self) -> list[Page]:
        """The pages that are executed."""
        return [page for page in self.pages if page.executes]


def read_book(root: Path) -> Book:
    """Read ``_toc.yml`` and the front matter of every page that it names."""
    entries, findings = read_contents(root)
    pages: list[Page] = []
    unusable: list[str] = []
    names: dict[str, str] = {}
    for entry in entries:
        page, faults = read_page(root, entry.docname)
        findings += faults
        if page is None or faults:
            unusable.append(entry.docname.removeprefix("chapters/"))
        elif page.name in names:
            message = f"{page.source} and {names[page.name]} would both be published as {page.name!r}"
            findings.append(Finding.of(RULES["TOC005"], "_toc.yml", entry.line, message, "Rename one of the files"))
        else:
            names[page.name] = page.source
            pages.append(page)
    return Book(pages, unusable, findings)


def check_chapters(root: Path) -> tuple[list[Finding], dict[str, int]]:
    """Every fault of the contents and of the pages' form, and how many pages were examined; executes nothing."""
    book = read_book(root)
    findings = book.findings + _config_faults(root)
    if book.pages or book.unusable:  # without contents every page would be reported
        findings += _unlisted(root)
    return findings, {"pages": len(book.pages) + len(book.unusable)}


def read_page(root: Path, docname: str) -> tuple[Page | None, list[Finding]]:
    """The page ``docname`` and what is wrong with its form; None if its text cannot be read at all."""
    source = f"{docname}.md"
    data = (root / source).read_bytes()
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Finding.of(RULES["CHP002"], source, line, f"byte 0x{data[error.start]:02x} is not UTF-8")]
    if text.startswith("\ufeff"):  # before the front matter it hides that there is one
        message, remedy = "the page begins with a byte order mark", "Save the page as UTF-8 without a byte order mark"
        return None, [Finding.of(RULES["CHP002"], source, 1, message, remedy)]
    metadata, findings = _front_matter(text, source)
    notebook = not findings and _is_notebook(metadata)
    if notebook:
        findings += _kernel_faults(metadata, text, source)
    elif not findings:
        findings += _stray_code(text, source)
    off = notebook and (metadata.get("mystnb") or {}).get("execution_mode") in ("off", False)
    return Page(docname, text, metadata, notebook and not off), findings


def _front_matter(text: str, source: str) -> tuple[dict[str, Any], list[Finding]]:
    """The mapping between the ``---`` lines at the top, empty if there is none."""

    def fault(line: int, message: str) -> tuple[dict[str, Any], list[Finding]]:
        return {}, [Finding.of(RULES["CHP001"], source, line, message)]

    lines = text.split("\n")
    if not lines[0].startswith("---"):
        return {}, []
    end = next((i for i, line in enumerate(lines[1:], 1) if line.startswith(("---", "..."))), None)
    if end is None:
        return fault(1, "the front matter is not closed by a line '---'")
    block = "\n".join(lines[1:end])
    _, faults = compose_yaml(block, source, first_line=2, code="CHP001")
    if faults:
        return {}, faults
    try:
        metadata = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError) as error:  # such as an impossible date
        return fault(2, f"the front matter cannot be read: {error}")
    if metadata is None:
        return {}, []
    if not isinstance(metadata, dict):
        return fault(2, "the front matter is not a list of 'name: value' lines")
    for path in (("jupytext",), ("jupytext", "text_representation"), ("kernelspec",), ("mystnb",)):
        value: Any = metadata
        for key in path:
            value = value.get(key, {}) if isinstance(value, dict) else value
        if not isinstance(value, dict):
            return fault(_line_of(lines[:end], path[-1]), f"{'.'.join(path)} has no 'name: value' lines below it")
    return metadata, []


def _is_notebook(metadata: dict[str, Any]) -> bool:
    """Whether MyST-NB reads the page as a notebook (its ``is_myst_markdown_notebook``, without importing it)."""
    representation = metadata.get("jupytext", {}).get("text_representation", {})
    return metadata.get("file_format") == "mystnb" or representation.get("format_name") == "myst"


def _kernel_faults(metadata: dict[str, Any], text: str, source: str) -> list[Finding]:
    name = metadata.get("kernelspec", {}).get("name")
    if name == KERNEL:
        return []
    message = f"the notebook asks for the kernel {name!r}" if name else "the notebook names no kernel"
    return [Finding.of(RULES["CHP004"], source, _line_of(text.split("\n"), "kernelspec"), message)]


def _stray_code(text: str, source: str) -> list[Finding]:
    """Code cells in a page that is not a notebook: Sphinx would drop them."""
    cell = next((i for i, line in enumerate(text.split("\n"), 1) if _CODE_CELL.match(line)), None)
    if cell is None:
        return []
    return [Finding.of(RULES["CHP003"], source, cell, "the page has a code cell but is not a notebook")]


def _line_of(lines: list[str], key: str) -> int:
    """Line of the first ``key:``, or 1."""
    return next((i for i, line in enumerate(lines, 1) if line.strip().startswith(f"{key}:")), 1)


def _config_faults(root: Path) -> list[Finding]:
    path = root / "_config.yml"
    if not path.is_file():
        return []
    data = path.read_bytes()
    try:
        return compose_yaml(data.decode("utf-8"), path.name)[1]
    except UnicodeDecodeError as error:
        line, message = data.count(b"\n", 0, error.start) + 1, f"byte 0x{data[error.start]:02x} is not UTF-8"
        return [Finding.of(RULES["TOC003"], path.name, line, message, "Save the file as UTF-8")]


def _unlisted(root: Path) -> list[Finding]:
    """Pages below ``chapters/`` that the contents leave out: they would silently not be published."""
    entries, _ = read_contents(root)
    listed = {entry.source for entry in entries}
    findings = []
    for path in sorted((root / "chapters").rglob("*.md")):
        source = path.relative_to(root)
        if source.as_posix() not in listed and not any(part.startswith(("_", ".")) for part in source.parts):
            message = "the page is not in _toc.yml, so it is not published"
            findings.append(Finding.of(RULES["TOC006"], source.as_posix(), 1, message))
    return findings
