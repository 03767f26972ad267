"""Turns what ``show_figure`` and ``show_table`` returned into nodes of the page, when MyST-NB renders a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from docutils import nodes

from resistance.show.output import MIME
from resistance.site.drawing import Page


class ReviewMimePlugin:
    """MyST-NB renderer plugin for the site's own MIME type (entry point ``myst_nb.mime_renderers``)."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Nodes for one output, or ``None`` if it is not ours."""
        if data.mime_type != MIME or inline:
            return None
        payload = json.loads(data.content) if isinstance(data.content, str) else data.content
        page = Page(renderer.renderer, data.line or 0)
        return [page.figure(payload) if payload["kind"] == "figure" else page.table(payload)]
