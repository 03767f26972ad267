"""The pages of the book, each read once: front matter, what stands on it, and what is wrong with its form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from resistance.book.contents import compose_yaml, read_contents
from resistance.book.front_matter import line_of, read_front_matter
from resistance.book.markdown import CELL, Parts, parse
from resistance.book.rules import RULES
from resistance.diagnostics import Finding

KERNEL = "python3"


@dataclass(frozen=True)
class Page:
    """One page of the book.

    ``docname`` is its file without suffix as Sphinx knows it (``chapters/mechanisms/drug-targets``), ``name`` what
    people and the tables call it (``mechanisms/drug-targets``), ``source`` its file relative to the root.
    ``findings`` are the faults of its form; a page that has one is not executed.
    """

    root: Path = field(repr=False)
    docname: str
    text: str = field(repr=False)
    metadata: dict[str, Any]
    body: int  # number of the line after the front matter
    findings: tuple[Finding, ...] = ()

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

    @property
    def is_notebook(self) -> bool:
        """Whether MyST-NB reads the page as a notebook (its ``is_myst_markdown_notebook``, without importing it)."""
        representation = self.metadata.get("jupytext", {}).get("text_representation", {})
        return self.metadata.get("file_format") == "mystnb" or representation.get("format_name") == "myst"

    @property
    def executes(self) -> bool:
        """Whether the page's cells are run when the book is built."""
        off = (self.metadata.get("mystnb") or {}).get("execution_mode") in ("off", False)
        return self.is_notebook and not off and not self.findings

    @property
    def review(self) -> dict[str, Any] | None:
        """The ``review`` block of a chapter; None on other pages."""
        block = self.metadata.get("review")
        return block if isinstance(block, dict) else {} if "review" in self.metadata else None

    @property
    def searched(self) -> date | None:
        """Date of the last search for a chapter; None where there is none (the check reports that)."""
        try:
            return date.fromisoformat(str((self.review or {})["searched"]))
        except (KeyError, ValueError):
            return None

    @cached_property
    def parts(self) -> Parts:
        """What stands on the page below its front matter, each thing with its line."""
        below = "\n".join(self.text.split("\n")[self.body - 1 :])
        return parse(below, self.root, self.body)

    @property
    def front(self) -> list[str]:
        """The lines of the front matter."""
        return self.text.split("\n")[: self.body - 1]


@dataclass(frozen=True)
class Book:
    """The book as read: ``pages`` that can be used, in the order of the contents, and every fault of contents and form.

    ``every`` holds those that cannot be used or are not listed as well, for what is checked on every page.
    """

    root: Path
    pages: list[Page]
    every: list[Page]
    unusable: list[str]
    findings: list[Finding]

    @property
    def notebooks(self) -> list[Page]:
        """The pages that are executed."""
        return [page for page in self.pages if page.executes]


def read_book(root: Path) -> Book:
    """Read ``_toc.yml``, every page that it names, and every page below ``chapters/`` that it leaves out."""
    entries, findings = read_contents(root)
    every = list(every_page(root))
    by_name = {page.docname: page for page in every}
    pages: list[Page] = []
    unusable: list[str] = []
    names: dict[str, str] = {}
    for entry in entries:
        page = by_name.get(entry.docname) or read_page(root, entry.docname)
        findings += page.findings
        if page.findings:
            unusable.append(page.name)
        elif page.name in names:
            message = f"{page.source} and {names[page.name]} would both be published as {page.name!r}"
            findings.append(Finding.of(RULES["TOC005"], "_toc.yml", entry.line, message, "Rename one of the files"))
        else:
            names[page.name] = page.source
            pages.append(page)
    return Book(root, pages, every, unusable, findings)


def every_page(root: Path, templates: bool = False) -> Iterator[Page]:
    """``index.md`` and the pages below ``chapters/``, listed or not; examples to copy (``_name.md``) on request."""
    files = [root / "index.md", *sorted((root / "chapters").rglob("*.md"))]
    for path in files:
        if path.is_file() and (templates or not path.name.startswith("_")):
            yield read_page(root, path.relative_to(root).with_suffix("").as_posix())


def read_page(root: Path, docname: str) -> Page:
    """The page ``docname`` with the faults of its form; a page that is no UTF-8 is read as far as it can be."""
    return page_of(root, docname, (root / f"{docname}.md").read_bytes())


@lru_cache(maxsize=512)
def page_of(root: Path, docname: str, data: bytes) -> Page:
    """The page with these bytes: read once in a process however many ask for it."""
    source, findings = f"{docname}.md", []
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.append(Finding.of(RULES["CHP002"], source, line, f"byte 0x{data[error.start]:02x} is not UTF-8"))
    if text.startswith("\ufeff"):  # before the front matter it hides that there is one
        text = text.removeprefix("\ufeff")
        message, remedy = "the page begins with a byte order mark", "Save the page as UTF-8 without a byte order mark"
        findings.append(Finding.of(RULES["CHP002"], source, 1, message, remedy))
    metadata, body, faults = read_front_matter(text, source)
    page = Page(root, docname, text, metadata, body, tuple(findings + faults))
    if page.findings:
        return page
    faults = _kernel_faults(page) if page.is_notebook else _stray_code(page)
    return Page(root, docname, text, metadata, body, tuple(faults)) if faults else page


def check_form(book: Book) -> tuple[list[Finding], dict[str, int]]:
    """Every fault of the contents, the configuration and the pages' form, and how many pages were examined."""
    findings = book.findings + _config_faults(book.root)
    if book.pages or book.unusable:  # without contents every page would be reported
        findings += _unlisted(book.root)
    return findings, {"pages": len(book.pages) + len(book.unusable)}


def _kernel_faults(page: Page) -> list[Finding]:
    name = page.metadata.get("kernelspec", {}).get("name")
    if name == KERNEL:
        return []
    message = f"the notebook asks for the kernel {name!r}" if name else "the notebook names no kernel"
    return [Finding.of(RULES["CHP004"], page.source, line_of(page.text.split("\n"), "kernelspec"), message)]


def _stray_code(page: Page) -> list[Finding]:
    """Code cells in a page that is not a notebook: Sphinx would drop them."""
    if f"{{{CELL}}}" not in page.text or not page.parts.cells:
        return []
    line = page.parts.cells[0].line
    return [Finding.of(RULES["CHP003"], page.source, line, "the page has a code cell but is not a notebook")]


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
