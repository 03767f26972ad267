"""Mathematics as MathML, made when the book is built: no script, no font from elsewhere, readable by screen readers."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from resistance.book.formulas import FormulaError, mathml, set_in_lines

logger = logging.getLogger(__name__)


def to_mathml(latex: str, display: bool, node: nodes.Node | None = None) -> str:
    """MathML of a LaTeX formula, with the LaTeX kept as its annotation; a formula that fails is a warning."""
    source = latex.strip()
    try:
        markup = mathml(source, display)
    except FormulaError as error:
        logger.warning("%s (%s)", error, source, location=node, type="math")
        return f"<code>{escape(source)}</code>"
    # Without the attribute a browser sets a dot or bar as a small superscript, which may not be seen.
    markup = markup.replace("<mover><", '<mover accent="true"><')
    start = markup.index(">") + 1
    inner = markup[start : markup.rindex("</math>")]
    note = f'<annotation encoding="application/x-tex">{escape(source)}</annotation>'
    return f"{markup[:start]}<semantics>{inner}{note}</semantics></math>"


def visit_math(translator: Any, node: nodes.math) -> None:
    """Inline formula."""
    translator.body.append(to_mathml(node.astext(), False, node))
    raise nodes.SkipNode


def visit_math_block(translator: Any, node: nodes.math_block) -> None:
    """Display formula, numbered where it has a label; wide ones scroll by keyboard, too."""
    # A labelled equation stands behind a target of the same name, which carries the id.
    targeted = isinstance(_before(node), nodes.target)
    ids = f' id="{node["ids"][0]}"' if node.get("ids") and not targeted else ""
    number = f'<span class="equation-number">({node["number"]})</span>' if node.get("number") else ""
    latex = set_in_lines(node.astext())
    translator.body.append(f'<div class="equation" tabindex="0" role="group" aria-label="Equation"{ids}>')
    translator.body.append(to_mathml(latex, True, node))
    translator.body.append(f"{number}</div>\n")
    raise nodes.SkipNode


def _before(node: nodes.Node) -> nodes.Node | None:
    """The node in front of this one, looking out of the containers that the theme puts around formulas."""
    while node.parent is not None and node.parent.index(node) == 0 and isinstance(node.parent, nodes.container):
        node = node.parent
    position = node.parent.index(node) if node.parent is not None else 0
    return node.parent[position - 1] if position else None


def _nothing(translator: Any, node: nodes.Node) -> None:
    """Everything is written on the way in."""


def setup(app: Sphinx) -> None:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (visit_math, _nothing), (visit_math_block, _nothing))
