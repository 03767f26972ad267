"""Formatting the cells of pages: what ruff changes is written back, and nothing else of the page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from resistance.book.pages import read_page
from resistance.book.style import format_cells, style_faults

ROOT = Path(__file__).resolve().parents[2]
PAGE = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# Page

```{code-cell} ipython3
:tags: [hide-input]

import pandas as pd
import math
x = math.pi
x
```

Text  with   spaces.

```{code-cell} ipython3
y = pd.DataFrame({'a': [x]})
y
```
"""
FORMATTED = (
    PAGE.replace("import pandas as pd\nimport math\nx", "import math\n\nimport pandas as pd\n\nx").replace("'a'", '"a"')
).replace("]\n\nimport math", "]\n\nimport math")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_cells_are_formatted_in_place(book: Path) -> None:
    assert [f.code for f in style_faults(book, [read_page(book, "page")])] == ["CHP026", "CHP025", "CHP025"]
    assert format_cells(book, [read_page(book, "page")]) == ["page.md"]
    assert (book / "page.md").read_text(encoding="utf-8") == FORMATTED
    assert style_faults(book, [read_page(book, "page")]) == []
    assert format_cells(book, [read_page(book, "page")]) == []


def test_what_ruff_cannot_mend_stays_and_is_told(book: Path) -> None:
    text = FORMATTED.replace("y\n```", "unknown\n```")
    (book / "page.md").write_text(text, encoding="utf-8")
    assert format_cells(book, [read_page(book, "page")]) == []
    (finding,) = style_faults(book, [read_page(book, "page")])
    assert (finding.code, finding.line) == ("CHP026", text.split("\n").index("unknown") + 1)
    assert "F821" in finding.message


def test_without_settings_nothing_is_said(book: Path) -> None:
    (book / "pyproject.toml").unlink()
    assert style_faults(book, [read_page(book, "page")]) == []
