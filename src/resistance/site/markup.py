"""Parses a MyST text into inline nodes, wherever a renderer is at hand."""

from __future__ import annotations

from typing import Any

from docutils import nodes


def inline_nodes(renderer: Any, text: str, line: int) -> list[nodes.Node]:
    """Inline nodes of ``text``, with roles such as ``{cite}`` run; ``renderer`` is MyST's docutils renderer."""
    holder = nodes.Element()
    with renderer.current_node_context(holder):
        renderer.nested_render_text(text, line, inline=True)
    return list(holder.children)
