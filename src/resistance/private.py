"""Every touch of a part that another package does not promise to keep: one function each, and nothing else does it.

When a dependency moves, ``tests/test_private.py`` says which of these no longer holds and what it was for. Nothing is
imported before it is needed, so that a command that renders nothing does not pay for Sphinx.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_cache.cache.main import JupyterCacheBase
    from myst_parser.config.main import MdParserConfig
    from nbformat import NotebookNode

# --- Sphinx ----------------------------------------------------------------------------------------------------------

OUTLINE = "resistance_outline"  # in a page's metadata


def outline(doctree: Any, env: Any) -> Any:
    """What Sphinx needs of a page to number its figures: sections, contents and numbered nodes without their insides.

    Sphinx looks for them in the doctrees of all pages, which it loads for that after every change: a second for every
    twenty pages. :func:`number_figures_from_outlines` lets it look here.
    """
    from docutils import nodes
    from sphinx import addnodes

    def reduced(node: Any) -> list[Any]:
        inside = [part for child in node.children if isinstance(child, nodes.Element) for part in reduced(child)]
        if isinstance(node, addnodes.toctree):
            return [addnodes.toctree(entries=node["entries"])]
        kept = isinstance(node, nodes.section)
        if not kept and node.get("ids"):
            kept = any(domain.get_enumerable_node_type(node) for domain in env.domains.values())
        if not kept:
            return inside
        copy = type(node)("", ids=node["ids"], literal_block=node.get("literal_block"))
        titles = [type(t)("", t.astext()) for t in node.children if isinstance(t, nodes.caption | nodes.title)]
        blocks = [nodes.literal_block() for child in node.children if isinstance(child, nodes.literal_block)]
        copy += [*titles, *blocks, *inside]
        return [copy]

    whole = nodes.Element()
    whole += reduced(doctree)
    return whole


def pieces(pages: int, processes: int) -> list[int]:
    """How many pages stand in each of the pieces into which Sphinx cuts a list of pages for its processes."""
    from sphinx.util.parallel import make_chunks

    return [len(piece) for piece in make_chunks([""] * pages, processes)]


def order_of_writing(builder: Any, order: Callable[[list[str], int], list[str]]) -> None:
    """Let ``order`` say in which order several processes write the pages; Sphinx sorts them by name."""
    original = builder._write_parallel

    def write(docnames: Sequence[str], nproc: int) -> None:
        original(order(list(docnames), nproc), nproc)

    builder._write_parallel = write


def number_figures_from_outlines() -> None:
    """Let Sphinx number figures from the outlines in the pages' metadata instead of from all doctrees."""
    from sphinx.environment.collectors.toctree import TocTreeCollector

    original = TocTreeCollector.assign_figure_numbers
    if hasattr(original, "looks_at_outlines"):
        return

    def assign(self: Any, env: Any) -> list[str]:
        whole = env.get_doctree

        def reduced(docname: str) -> Any:
            found = env.metadata.get(docname, {}).get(OUTLINE)
            return whole(docname) if found is None else found

        env.get_doctree = reduced
        try:
            return original(self, env)
        finally:
            del env.get_doctree

    assign.looks_at_outlines = True  # type: ignore[attr-defined]
    TocTreeCollector.assign_figure_numbers = assign  # type: ignore[method-assign]


def allow_parallel_reading(app: Any) -> None:
    """Let Sphinx read pages in parallel although one extension does not say that it may.

    Sphinx-External-ToC loads sphinx-multitoc-numbering, which replaces one function that numbers headings after all
    pages have been read, and so has no part in their reading.
    """
    extension = app.extensions.get("sphinx_multitoc_numbering")
    if extension is not None and extension.parallel_read_safe is None:
        extension.parallel_read_safe = True


def without_search_index(app: Any) -> None:
    """Let Sphinx make no search index and no page of search: the book has its own (``builder-inited``)."""
    app.builder.search = False


# --- MyST and MyST-NB ------------------------------------------------------------------------------------------------


def markdown_renderer(part: Any) -> Any:
    """MyST's renderer behind the inliner of a role or the state of a directive, to parse MyST text there."""
    return part._renderer


def page_notebook(text: str, config: MdParserConfig, path: Path) -> NotebookNode:
    """A page's text as the notebook that MyST-NB renders, with the line of each cell for :func:`cell_line`."""
    from myst_nb.core.read import read_myst_markdown_notebook

    return read_myst_markdown_notebook(text, config=config, add_source_map=True, path=path)


def cell_line(notebook: NotebookNode, index: int) -> int:
    """Line of the page in which the cell ``index`` (among all cells) begins with its fence."""
    return notebook.metadata["source_map"][index]


def myst_options() -> list[str]:
    """Names of the options that MyST's parser takes and Sphinx sets, each as ``myst_<name>``."""
    from myst_parser.config.main import MdParserConfig

    return [n for n, _, field in MdParserConfig().as_triple() if "sphinx" not in field.metadata.get("omit", [])]


# --- jupyter-cache ---------------------------------------------------------------------------------------------------


def cached_keys(cache: Path) -> list[str]:
    """Keys of all records of a jupyter-cache folder, without importing jupyter-cache (two seconds).

    Raises
    ------
    sqlite3.DatabaseError
        If its database cannot be read.
    """
    database = cache / "global.db"
    if not database.is_file():
        return []
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return [key for (key,) in connection.execute("SELECT hashkey FROM nbcache")]


def cached_results(cache: Path) -> Path:
    """Folder of a jupyter-cache folder that holds one folder a record, named by its key."""
    return cache / "executed"


def cached_notebook(cache: Path, key: str) -> Path:
    """The executed notebook of a record."""
    return cached_results(cache) / key / "base.ipynb"


def drop_records(cache: JupyterCacheBase, kept: Collection[str]) -> None:
    """Remove the records of all keys but ``kept``; ``cache.remove_cache`` refuses those whose folder is gone."""
    from jupyter_cache.cache.db import NbCacheRecord

    stale = [record.pk for record in cache.list_cache_records() if record.hashkey not in kept]
    NbCacheRecord.remove_records(stale, cache.db)


def close_cache(cache: JupyterCacheBase) -> None:
    """Close the database of an opened cache."""
    cache.db.dispose()


# --- Sphinx-External-ToC ---------------------------------------------------------------------------------------------


def contents_fault(contents: Any) -> tuple[str, str] | None:
    """What Sphinx-External-ToC refuses in parsed contents, and where, as a path such as ``/parts/1/chapters/0``."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        parse_toc_data(contents)
    except MalformedError as error:
        message, _, place = str(error).partition(" @ ")
        return message, place.partition(":")[0]
    except (TypeError, AttributeError, KeyError):  # its own checks do not cover every type
        return "an entry has the wrong type", ""
    return None


PAGE_TWICE = "used multiple times"  # in its message when a page is listed again


# --- furo ------------------------------------------------------------------------------------------------------------

NAVIGATION = "furo_navigation_tree"  # in a page's template context: the contents as HTML


def theme_style_sheet() -> str:
    """The theme's style sheet, to be put into ours."""
    import furo

    path = Path(furo.__file__).parent / "theme" / "furo" / "static" / "styles" / "furo.css"
    return path.read_text(encoding="utf-8").split("/*# sourceMappingURL")[0]
