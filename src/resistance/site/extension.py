"""The Sphinx extension of the book: figures, tables, claims, references, mathematics and page furniture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils.nodes import reference
from sphinx.application import Sphinx

from resistance import private
from resistance.book.front_matter import with_dates_as_text
from resistance.site import (
    bibliography,
    claims,
    contents,
    continued,
    entries,
    evidence_map,
    explorer,
    freshness,
    mathml,
    memory,
    nodes,
    outdated,
    pages,
    publish,
    reference_index,
    releases,
    roles,
    row_cards,
    row_links,
    search,
    searches,
    table_directives,
    tables_html,
    used,
    written,
)

HERE = Path(__file__).parent


def _read_dates_as_text(app: Sphinx, docname: str, content: list[str]) -> None:
    """A notebook is JSON, which has no dates (``source-read``)."""
    content[0] = with_dates_as_text(content[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; safe for parallel reading and writing."""
    app.add_enumerable_node(nodes.review_figure, "figure", nodes.title_of, html=(nodes.visit_review_figure, nodes.skip))
    tables_html.setup(app)
    app.add_node(reference, override=True, html=(nodes.visit_reference, nodes.depart_reference))
    app.add_node(nodes.drawn, html=(nodes.visit_drawn, nodes.depart_drawn))
    app.add_node(nodes.code_fold, html=(nodes.visit_code_fold, nodes.depart_code_fold))
    app.add_post_transform(nodes.FoldCodeTransform)
    app.add_post_transform(nodes.TidyWrappersTransform)
    claims.setup(app)
    searches.setup(app)
    freshness.setup(app)
    releases.setup(app)
    app.add_directive("chapter-list", contents.ChapterListDirective)
    app.add_role("count", roles.CountRole())
    evidence_map.setup(app)
    explorer.setup(app)
    entries.setup(app)
    row_links.setup(app)
    row_cards.setup(app)
    continued.setup(app)
    table_directives.setup(app)
    app.add_role("page", roles.PageRole())
    app.add_node(reference_index.reference_index)
    app.add_directive("reference-index", reference_index.ReferenceIndexDirective)
    app.add_role("download-link", roles.DownloadRole())
    app.add_post_transform(reference_index.ReferenceIndexTransform)
    bibliography.setup(app)
    mathml.setup(app)
    # Jupyter Book always sets this option of an extension that we do not load.
    app.add_config_value("comments_config", {}, "")
    app.config.templates_path.append(str(HERE / "templates"))
    app.connect("source-read", _read_dates_as_text)
    app.connect("builder-inited", outdated.start, priority=100)
    app.connect("builder-inited", outdated.deal_out_writing)
    app.connect("env-get-outdated", outdated.changed_pages)
    app.connect("env-before-read-docs", outdated.read_before_forking)
    app.connect("env-get-updated", outdated.remember, priority=900)  # after Sphinx has numbered the figures
    app.connect("doctree-read", outdated.note_links, priority=900)  # after the contents are in the landing page
    app.connect("env-purge-doc", used.forget_page)
    app.connect("env-merge-info", used.merge)
    app.connect("env-purge-doc", pages.forget)
    app.connect("html-page-context", pages.add_context, priority=900)
    app.connect("html-page-context", written.finish_page, priority=950)
    app.connect("builder-inited", private.without_search_index)
    private.number_figures_from_outlines()
    private.allow_parallel_reading(app)
    app.connect("doctree-read", memory.page_done, priority=999)
    app.connect("html-page-context", memory.page_done, priority=999)
    app.connect("html-collect-pages", search.collect, priority=900)  # after the pages of entries
    # After the theme has written its colours of code for both modes.
    app.connect("build-finished", publish.finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
