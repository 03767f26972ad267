"""How long a page reads: what is a word of its running text and what is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from resistance.book.limits import LONGEST_PROSE, SHORTEST_PROSE
from resistance.book.pages import every_page, read_page
from resistance.book.prose import prose_words, words

ROOT = Path(__file__).resolve().parents[2]
PAGE = """\
---
review: {question: Many words that nobody counts}
---
# Title of three words

## In brief

```{in-brief}
a-claim
```

One two three {cite}`Key2020`.
Four {row}`a-row` six.

- Seven eight $n = 9$.

| Head | of a table |
| --- | --- |
| not | counted |

```{list-table} Caption
* - Not
  - counted
```

```{evidence-table} things
:caption: Not counted
```

$$
x = 1
$$ (eq-not-counted)

````{dropdown} Not counted
```{literalinclude} page.md
```
````

Ten, eleven – and twelve.
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Plain words, and a number: 12.5%.", 6),
        ("Claims {claim}`one-two` and searches {looked}`three` {cite}`Four2020,Five2021` add nothing.", 5),
        ("From {row}`a-row.ci_low` to {row}`a-row.ci_high:.1f`, {count}`rows of things where a=b and c=d`.", 5),
        ("{glue:text}`name`-fold", 1),
        ("See {page}`another page <mechanisms/hypoxia>`.", 3),
        ("At $F k_M > 1$ a drug – or none – works", 7),
        ("Words {cite:t}`Key2020` cites by name", 5),
    ],
)
def test_words_are_what_a_reader_meets(text: str, count: int) -> None:
    assert words(text) == count


def test_only_running_text_counts(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    assert prose_words(read_page(tmp_path, "page")) == 13, "whether or not the configuration turns formulas on"
    shutil.copy(ROOT / "_config.yml", tmp_path)
    assert prose_words(read_page(tmp_path, "page")) == 13


def test_every_chapter_keeps_its_length() -> None:
    counts = {page.name: prose_words(page) for page in every_page(ROOT) if page.review is not None}
    assert len(counts) > 20
    assert {name: n for name, n in counts.items() if not SHORTEST_PROSE <= n <= LONGEST_PROSE} == {}
