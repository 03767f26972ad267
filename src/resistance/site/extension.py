"""The Sphinx extension of the book: figures, tables, claims, references, mathematics and page furniture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from resistance import private
from resistance.site import (
    bibliography,
    claims,
    contents,
    mathml,
    nodes,
    outdated,
    pages,
    publish,
    reference_index,
    roles,
)

HERE = Path(__file__).parent


def _skip(translator: Any, node: Any) -> None:
    """Written elsewhere, or not in this builder."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; safe for parallel reading and writing."""
    import pybtex.plugin

    private.remember_pybtex_plugins()  # sphinxcontrib-bibtex asks for the same one at every citation
    pybtex.plugin.register_plugin("pybtex.style.formatting", "living", bibliography.LivingStyle)
    app.add_enumerable_node(nodes.review_figure, "figure", nodes.title_of, html=(nodes.visit_review_figure, _skip))
    app.add_enumerable_node(
        nodes.evidence_table, "table", nodes.title_of, html=(nodes.visit_evidence_table, nodes.depart_evidence_table)
    )
    app.add_node(nodes.evidence_row, html=(nodes.visit_evidence_row, nodes.depart_evidence_row))
    app.add_node(nodes.evidence_cell, html=(nodes.visit_evidence_cell, nodes.depart_evidence_cell))
    app.add_node(nodes.code_fold, html=(nodes.visit_code_fold, nodes.depart_code_fold))
    app.add_post_transform(nodes.FoldCodeTransform)
    app.add_post_transform(nodes.TidyWrappersTransform)
    app.add_node(claims.claim_badge, html=(claims.visit_claim_badge, _skip))
    app.add_node(claims.claim_card, html=(claims.visit_claim_card, claims.depart_claim_card))
    app.add_role("claim", claims.ClaimRole())
    app.add_directive("in-brief", claims.InBriefDirective)
    app.add_directive("chapter-list", contents.ChapterListDirective)
    app.add_role("count", roles.CountRole())
    app.add_role("page", roles.PageRole())
    app.add_node(reference_index.reference_index)
    app.add_directive("reference-index", reference_index.ReferenceIndexDirective)
    app.add_role("download-link", roles.DownloadRole())
    app.add_post_transform(reference_index.ReferenceIndexTransform)
    app.add_post_transform(bibliography.ReferenceListTransform)
    app.add_post_transform(bibliography.FlagCitationsTransform)
    mathml.setup(app)
    # Jupyter Book always sets this option of an extension that we do not load.
    app.add_config_value("comments_config", {}, "")
    app.config.templates_path.append(str(HERE / "templates"))
    app.connect("builder-inited", bibliography.cut_lists_as_et_al, priority=900)
    app.connect("env-get-outdated", outdated.changed_pages)
    app.connect("env-purge-doc", pages.forget)
    app.connect("html-page-context", pages.add_context, priority=900)
    # After the theme has written its colours of code for both modes.
    app.connect("build-finished", publish.finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
