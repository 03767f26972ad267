"""What other packages do not promise and this one relies on. A failure here names the dependency that has moved."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from resistance import private

ROOT = Path(__file__).resolve().parents[1]
HEADER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""


def small_site(folder: Path, pages: dict[str, str], doctrees: Path | None = None, prepare=None):
    """A site of reStructuredText pages, built by Sphinx as it is; returns the application."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    source = folder / "source"
    source.mkdir(exist_ok=True)
    for name, text in pages.items():
        path = source / f"{name}.rst"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    with docutils_namespace():
        app = Sphinx(
            source, None, folder / "html", doctrees or folder / "doctrees", "html", {"numfig": True}, None, None
        )
        if prepare:
            prepare(app)
        app.build()
    return app


FIGURES = {
    "index": "Home\n====\n\n.. toctree::\n\n   one\n   two\n",
    "one": "One\n===\n\nPart\n----\n\n.. _tbl-a:\n\n.. table:: A\n\n   = =\n   1 2\n   = =\n",
    "two": "Two\n===\n\n.. _tbl-b:\n\n.. table:: B\n\n   = =\n   1 2\n   = =\n\n.. code-block:: python\n"
    "   :caption: C\n   :name: code-c\n\n   1 + 1\n",
}


def test_sphinx_still_numbers_figures_from_doctrees_that_outlines_can_stand_for(tmp_path: Path) -> None:
    from sphinx.environment.collectors.toctree import TocTreeCollector

    app = small_site(tmp_path, FIGURES)
    numbers = app.env.toc_fignumbers
    assert {page: {kind: list(ids.values()) for kind, ids in found.items()} for page, found in numbers.items()} == {
        "one": {"table": [(1,)]},
        "two": {"table": [(2,)], "code-block": [(1,)]},
    }
    private.number_figures_from_outlines()
    for page in FIGURES:
        app.env.metadata[page][private.OUTLINE] = private.outline(app.env.get_doctree(page), app.env)
    app.env.toc_fignumbers = {}
    collector = TocTreeCollector()
    asked: list[str] = []
    type(app.env).get_doctree, kept = lambda self, name: asked.append(name), type(app.env).get_doctree
    try:
        collector.assign_figure_numbers(app.env)
    finally:
        type(app.env).get_doctree = kept
    assert asked == []
    assert app.env.toc_fignumbers == numbers


def in_pieces(pages: list[str]) -> list[list[str]]:
    """A list of pages as two processes take it, sorted by piece."""
    numbers = private.pieces(len(pages), 2)
    begins = [sum(numbers[:number]) for number in range(len(numbers))]
    return sorted(pages[begin : begin + length] for begin, length in zip(begins, numbers, strict=True))


def test_sphinx_still_reads_and_writes_pages_in_the_order_of_its_lists_in_pieces(tmp_path: Path) -> None:
    """Else pages that are dealt out (``resistance.site.shares``) would be taken as they come."""
    pages = {f"page{number}": f"Page {number}\n======\n" for number in range(11)}
    index = "Home\n====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in pages)
    to_read: list[str] = []
    to_write: list[str] = []
    read: list[list[str]] = []

    def prepare(app) -> None:
        def turn(app, env, docnames) -> None:
            docnames.reverse()
            to_read[:] = docnames

        def turned(docnames, processes) -> list[str]:
            to_write[:] = docnames[::-1]
            return docnames[::-1]

        app.parallel = 2
        app.connect("env-before-read-docs", turn)
        app.connect("env-merge-info", lambda app, env, docnames, other: read.append(list(docnames)))
        private.order_of_writing(app.builder, turned)

    app = small_site(tmp_path, {"index": index, **pages}, prepare=prepare)
    assert len(to_read) == 12 and len(in_pieces(to_read)) > 1
    # What a process has read comes back with the pages of its piece, which Sphinx may hand over in any order.
    assert sorted(map(sorted, read)) == sorted(map(sorted, in_pieces(to_read)))
    assert sorted(to_write) == sorted(to_read) and to_write != sorted(to_write)
    assert all((Path(app.outdir) / f"{page}.html").is_file() for page in to_write)


def test_multitoc_numbering_still_only_numbers_headings_and_says_nothing_of_parallel_reading() -> None:
    import sphinx_multitoc_numbering as extension
    from sphinx.extension import Extension

    defined = {
        name for name, value in vars(extension).items() if getattr(value, "__module__", "") == extension.__name__
    }
    assert defined == {"assign_section_numbers", "build_init_handler", "setup"}, "look whether it may read in parallel"

    class Application:
        extensions = {extension.__name__: Extension(extension.__name__, extension)}  # noqa: RUF012

    assert Application.extensions[extension.__name__].parallel_read_safe is None
    private.allow_parallel_reading(Application)
    assert Application.extensions[extension.__name__].parallel_read_safe is True


def test_sphinx_still_leaves_out_its_search_where_the_builder_has_none(tmp_path: Path) -> None:
    pages = {"index": "Home\n====\n\nwords\n"}
    for name, prepare, there in (("with", None, True), ("without", private.without_search_index, False)):
        (tmp_path / name).mkdir()
        out = Path(small_site(tmp_path / name, pages, prepare=prepare).outdir)
        assert [(out / file).exists() for file in ("index.html", "searchindex.js", "search.html")] == [
            True,
            there,
            there,
        ]


def test_myst_still_gives_roles_and_directives_its_renderer() -> None:
    from docutils.core import publish_doctree
    from docutils.parsers.rst import Directive, directives, roles
    from myst_parser.parsers.docutils_ import Parser

    seen = []

    class Ask(Directive):
        def run(self):
            seen.append(private.markdown_renderer(self.state))
            return []

    def ask(name, rawtext, text, lineno, inliner, options=None, content=()):
        seen.append(private.markdown_renderer(inliner))
        return [], []

    directives.register_directive("ask-directive", Ask)
    roles.register_local_role("ask-role", ask)
    publish_doctree("```{ask-directive}\n```\n\nText {ask-role}`x`.\n", parser=Parser())
    assert len(seen) == 2
    assert all(hasattr(r, "nested_render_text") and hasattr(r, "current_node_context") for r in seen)


def test_myst_nb_still_reads_a_page_into_cells_with_their_lines(tmp_path: Path) -> None:
    from myst_parser.config.main import MdParserConfig

    text = f"{HEADER}# Page\n\n```{{code-cell}} ipython3\n1 + 1\n```\n"
    notebook = private.page_notebook(text, MdParserConfig(), tmp_path / "page.md")
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code"]
    assert private.cell_line(notebook, 1) == text.split("\n").index("```{code-cell} ipython3") + 1


def test_myst_still_names_the_options_that_sphinx_sets() -> None:
    from myst_parser.config.main import MdParserConfig

    options = private.myst_options()
    assert {"enable_extensions", "heading_anchors"} <= set(options)
    assert all(hasattr(MdParserConfig(), name) for name in options)


def test_jupyter_cache_still_keeps_results_where_they_are_looked_for(tmp_path: Path) -> None:
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn
    from nbformat.v4 import new_code_cell, new_notebook

    cache = get_cache(str(tmp_path / "cache"))
    keys = [
        cache.cache_notebook_bundle(
            CacheBundleIn(new_notebook(cells=[new_code_cell(source)]), "page.md"), check_validity=False, overwrite=True
        ).hashkey
        for source in ("1", "2")
    ]
    assert sorted(private.cached_keys(tmp_path / "cache")) == sorted(keys)
    assert all(private.cached_notebook(tmp_path / "cache", key).is_file() for key in keys)
    assert {path.name for path in private.cached_results(tmp_path / "cache").iterdir()} == set(keys)
    private.drop_records(cache, keys[:1])
    assert private.cached_keys(tmp_path / "cache") == keys[:1]
    private.close_cache(cache)


def test_a_folder_without_a_cache_holds_nothing(tmp_path: Path) -> None:
    assert private.cached_keys(tmp_path) == []


@pytest.mark.parametrize(
    ("contents", "message", "place"),
    [
        (
            {"format": "jb-book", "root": "index", "parts": [{"chapters": [{"files": "a"}]}]},
            "does not contain one of",
            "/parts/0/chapters/0",
        ),
        ({"format": "jb-book", "root": "index", "chapters": [{"file": "a"}, {"file": "a"}]}, private.PAGE_TWICE, ""),
        ({"format": "jb-book", "root": "index", "chapters": 3}, "", ""),
    ],
)
def test_sphinx_external_toc_still_says_what_it_refuses_and_where(contents, message: str, place: str) -> None:
    fault = private.contents_fault(contents)
    assert fault is not None
    assert message in fault[0]
    assert place in fault[1].replace("'", "")


def test_sphinx_external_toc_takes_the_books_own_contents() -> None:
    import yaml

    assert private.contents_fault(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))) is None


def test_furo_still_has_its_style_sheet_and_its_name_for_the_contents() -> None:
    import furo

    assert "--color-background-primary" in private.theme_style_sheet()
    assert private.NAVIGATION in Path(furo.__file__).read_text(encoding="utf-8")


def of_itself(node: ast.Attribute) -> bool:
    documented = ast.unparse(node) == "os._exit"  # part of the standard library's documentation, for all its name
    return documented or (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))


def test_no_other_module_touches_a_private_part() -> None:
    """Attributes and modules with a leading underscore that are not the object's own, outside ``private.py``."""
    hits = []
    for path in sorted((ROOT / "src/resistance").rglob("*.py")):
        if path.name in ("private.py", "recorder.py"):  # the recorder runs alone in a kernel, with sys._getframe
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        own = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and of_itself(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
                if node.attr not in own:
                    hits.append(f"{path.relative_to(ROOT)}:{node.lineno}: .{node.attr}")
            elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("resistance"):
                names = [*(node.module or "").split("."), *(a.name for a in node.names)]
                if any(re.match(r"_[a-z]", name) for name in names):
                    hits.append(f"{path.relative_to(ROOT)}:{node.lineno}: from {node.module}")
    assert not hits, "\n".join(hits)
