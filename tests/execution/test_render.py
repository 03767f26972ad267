"""A real Jupyter Book and a real Sphinx render from the cache: MyST-NB finds every result and executes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from resistance.execution.cache import cache_path, recorded_results

CONFIG = """\
title: A tiny book
only_build_toc_files: true
execute:
  execute_notebooks: cache
  cache: {cache}
  stderr_output: error
parse:
  myst_enable_extensions: [colon_fence, dollarmath, attrs_inline]
sphinx:
  config:
    nb_merge_streams: true
"""
# What could make MyST-NB see other code cells than we do: options, fences in fences, blocks, several languages.
TRICKY = """\

:::{note}
A fence in a fence is not a cell:

```{code-cell} ipython3
raise SystemExit
```
:::

+++ {"a": 1}

```{code-cell} ipython3
---
tags: [remove-input]
mystnb:
  image: {alt: "µ"}
---
print("Ångström µm −1")
```

~~~{code-cell}
:tags: [hide-input, a]

import sys; print("to", end=" "); print("stream")
'single'
~~~

```{raw-cell}
raw
```
"""

CONF = """\
from pathlib import Path
from resistance.execution.cache import cache_path
from resistance.execution.dependencies import manifest_path

root = Path(__file__).parent
extensions = ["myst_nb"]
exclude_patterns = ["_build"]
nb_execution_mode = "cache"
nb_execution_cache_path = str(cache_path(root))


def note_manifest(app, docname, source):
    manifest = manifest_path(root, docname.removeprefix("chapters/"))
    if manifest.exists():  # Sphinx takes what is not there for changed
        app.env.note_dependency(str(manifest))


def setup(app):
    app.connect("source-read", note_manifest)
"""


def run(*command: str, root: Path) -> str:
    """Output of a program that must succeed; it works outside the book, so that no path is right by chance."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"RESISTANCE_ROOT": str(root), "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, *command], cwd=root.parent, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def write_book(book) -> None:
    book.page("mechanisms/plain", "value = 6 * 7\nprint('computed', value)")
    book.page("glued", "from myst_nb import glue\nglue('answer', 43, display=False)", prose="It is {glue}`answer`.")
    path = book.page("tricky", "1")
    path.write_text(path.read_text() + TRICKY)
    book.page("words")
    book.write("chapters/words.md", "").write_text(book.header + "\n# No code at all\n")


def test_jupyter_book_executes_nothing(book):
    write_book(book)
    book.write("_config.yml", CONFIG.format(cache=cache_path(book.root)))
    assert book.execute().findings == []
    assert sum(book.runs().values()) == 3
    results = recorded_results(book.root)

    program = "from jupyter_book.cli.main import main; main()"
    log = run("-c", program, "build", str(book.root), root=book.root)
    assert book.runs() == {}
    assert log.count("Using cached notebook") == 4, log
    assert "Executing notebook" not in log
    assert recorded_results(book.root) == results
    pages = {name: (book.root / f"_build/html/chapters/{name}.html").read_text() for name in book.pages}
    assert "computed 42" in pages["mechanisms/plain"]
    assert "It is <" in pages["glued"]
    assert ">43<" in pages["glued"]
    assert "Ångström µm −1" in pages["tricky"]
    assert "to stream" in pages["tricky"]


def test_sphinx_shows_new_results_and_reads_no_other_page(book):
    """An extension notes the manifest of each page as what it depends on, as the book's own does."""
    book.write("data/a.csv", "first result")
    book.page("a", "print(open('../data/a.csv').read())")
    book.page("b", "print('b')")
    book.write("index.md", "# Home\n\n```{toctree}\nchapters/a\nchapters/b\n```\n")
    book.write("conf.py", CONF)
    shown = book.root / "_build/html/chapters/a.html"
    for text, read in (("first result", 3), ("second result", 1)):
        book.write("data/a.csv", text)
        assert "a" in book.execute().executed
        book.runs()
        log = run("-m", "sphinx", "-W", str(book.root), str(shown.parents[1]), root=book.root)
        assert book.runs() == {}
        assert log.count("reading sources...") == read, log
        assert text in shown.read_text()
