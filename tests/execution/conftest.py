"""Tiny books, written into a temporary folder, whose pages count their own executions."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from resistance.execution.execute import ExecutionReport, execute_pages

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""


@dataclass
class TinyBook:
    """A book below ``root``; ``log`` is outside it, so that writing to it is no business of the build's."""

    header: ClassVar[str] = HEADER
    root: Path
    log: Path
    lines: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def write(self, name: str, text: str) -> Path:
        """Write a file below the root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def page(self, name: str, *cells: str, prose: str = "Some prose.") -> Path:
        """Write ``chapters/<name>.md`` with code cells, and list it. The first cell counts the page's executions."""
        count = f"with open({str(self.log)!r}, 'a') as log:\n    print({name!r}, file=log)"
        fences = [f"```{{code-cell}} ipython3\n{textwrap.dedent(cell).strip()}\n```" for cell in (count, *cells)]
        if name not in self.pages:
            self.pages.append(name)
            self.contents()
        return self.write(f"chapters/{name}.md", f"{HEADER}\n# {name}\n\n{prose}\n\n" + "\n\n".join(fences) + "\n")

    def contents(self) -> None:
        """Write ``index.md`` and ``_toc.yml`` with all pages so far."""
        self.write("index.md", "# Home\n")
        entries = "".join(f"\n      - file: chapters/{name}" for name in self.pages)
        self.write("_toc.yml", f"format: jb-book\nroot: index\nparts:\n  - caption: All\n    chapters:{entries}\n")

    def execute(self, **options) -> ExecutionReport:
        """Execute what is out of date; the lines of progress are kept."""
        self.lines.clear()
        return execute_pages(self.root, say=self.lines.append, **options)

    def runs(self) -> Counter[str]:
        """Executions by page since this was last asked."""
        text = self.log.read_text() if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        return Counter(text.split())


@pytest.fixture
def book(tmp_path: Path) -> TinyBook:
    """An empty book."""
    root = tmp_path / "book"
    root.mkdir()
    return TinyBook(root, tmp_path / "runs.log")
