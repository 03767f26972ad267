"""Nodes of figures and tables, and how they are written as HTML."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from html import escape
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from resistance.site import row_links, written

FIGURES = "_figures"  # folder of the site with pictures, specifications and data of all figures
TABLES = "_tables"


class review_figure(nodes.General, nodes.Element):
    """A figure with its pictures, controls, caption and data."""


class evidence_table(nodes.General, nodes.Element):
    """A table whose cells hold ordinary inline nodes."""


class evidence_row(nodes.General, nodes.Element):
    """A row of an evidence table."""


class evidence_cell(nodes.General, nodes.TextElement):
    """A cell of an evidence table; ``header`` marks the cell that names its row."""


class row_details(nodes.General, nodes.Element):
    """What a row says beside its columns; ``titles`` name its children."""


class drawn(nodes.inline):
    """What is drawn for the eye: silent for a screen reader, or heard as ``spoken``."""


class code_fold(nodes.General, nodes.Element):
    """The source of a notebook cell, folded."""


class FoldCodeTransform(SphinxPostTransform):
    """Folds the input of every notebook cell."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap each ``cell_input`` container."""
        for cell in list(self.document.findall(nodes.container)):
            if "cell_input" in cell["classes"]:
                fold = code_fold()
                cell.replace_self(fold)
                fold += cell


class TidyWrappersTransform(SphinxPostTransform):
    """The theme wraps tables and formulas in containers and gives these the same ids: once is enough."""

    default_priority = 600  # after the theme's own (500)
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Take the ids from each wrapper whose content has them."""
        for wrapper in self.document.findall(nodes.container):
            if {"table-wrapper", "math-wrapper"} & set(wrapper["classes"]):
                wrapper["ids"] = [i for i in wrapper["ids"] if i not in wrapper.children[0].get("ids", [])]


def csv_text(fields: list[str], rows: list[list[Any]]) -> str:
    """Rows as CSV: UTF-8, LF, missing values empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([["" if v is None else v for v in row] for row in rows])
    return out.getvalue()


def json_text(fields: list[str], rows: list[list[Any]]) -> str:
    """Rows as a JSON array of objects."""
    return json.dumps([dict(zip(fields, row, strict=True)) for row in rows], ensure_ascii=False, indent=1) + "\n"


def write_file(translator: Any, folder: str, name: str, text: str) -> str:
    """Write a file of the page into the site; returns its address relative to the page."""
    builder = translator.builder
    written.write(builder, builder.current_docname, f"{folder}/{name}", text)
    depth = builder.current_docname.count("/")
    return "../" * depth + f"{folder}/{name}"


def visit_caption_number(translator: Any, node: nodes.Element) -> None:
    """Write ``Fig. 3`` or ``Table 2`` in front of a caption."""
    translator.body.append('<span class="caption-number">')
    translator.add_fignumber(node)
    translator.body.append("</span>")


def visit_drawn(translator: Any, node: drawn) -> None:
    """Open it; words for those who do not see it stand beside it, or in its label."""
    heard = (
        f'role="img" aria-label="{escape(node["spoken"], quote=True)}"' if node.get("spoken") else 'aria-hidden="true"'
    )
    translator.body.append(f'<span class="{" ".join(node["classes"])}" {heard}>')


def depart_drawn(translator: Any, node: drawn) -> None:
    """Close it."""
    translator.body.append("</span>")


# --- figures -----------------------------------------------------------------------------------------------------


def visit_review_figure(translator: Any, node: review_figure) -> None:
    """Write the whole figure; its children are written here, in the page's order."""
    anchor, body = node["anchor"], translator.body
    # The name carries the content: a browser that cached an older picture asks for the new one.
    content = _script_content(translator, node)
    digest = sha256(json.dumps([node["pictures"], content], sort_keys=True).encode()).hexdigest()[:10]
    stem = f"{anchor}-{digest}"
    pictures = {k: write_file(translator, FIGURES, f"{stem}-{k}.svg", svg) for k, svg in node["pictures"].items()}
    spec = json.dumps(content, ensure_ascii=False, sort_keys=True)
    script = write_file(translator, FIGURES, f"{stem}.js", f'window.reviewFigures["{anchor}"] = {spec};\n')
    data = write_file(translator, FIGURES, f"{anchor}.csv", csv_text(node["fields"], node["rows"]))
    body.append(f'<figure class="review-figure" id="{anchor}" data-figure="{anchor}" data-script="{script}">\n')
    caption, table = node.children
    finding, rest = _parts_of(caption)
    if finding is not None:
        body.append('<p class="finding">')
        for child in finding.children:
            child.walkabout(translator)
        body.append("</p>\n")
    body.append(_plot_html(node, pictures))
    body.append(_controls_html(anchor, node["controls"]))
    body.append("<figcaption>")
    visit_caption_number(translator, node)
    for child in rest:
        child.walkabout(translator)
    body.append("</figcaption>\n")
    body.append(
        '<details class="figure-more"><summary>Description and data</summary>\n'
        f'<p id="{anchor}-alt">{escape(node["alt"])}</p>\n'
    )
    table["download"] = data
    table.walkabout(translator)
    if table["every"] > 1:
        body.append(f"<p>The table shows one row in {table['every']} of {len(node['rows']):,}; the CSV has all.</p>\n")
    body.append(_reproduce_html(translator, data))
    body.append("</details>\n</figure>\n")
    raise nodes.SkipNode


def skip(translator: Any, node: Any) -> None:
    """Nothing: all was written on opening the node, or it is not for this builder."""


def _script_content(translator: Any, node: review_figure) -> dict[str, Any]:
    """What the page's script needs; marks that lead to rows or pages get their addresses as seen from this page."""
    content = {key: node[key] for key in ("spec", "narrow", "controls", "probes") if node.get(key) is not None}
    text, builder = json.dumps(content), translator.builder
    here = builder.current_docname
    marked = {f"#{row_links.anchor(*ref.split('/'))}": ref for ref in filter(None, node.get("links") or ())}
    found = {mark: row_links.address(builder, here, ref) or "" for mark, ref in marked.items()}
    for page in node.get("pages") or ():
        found[f"#page-{page}"] = f"{builder.get_relative_uri(here, f'chapters/{page}')}#evidence"
    for mark, to in found.items():
        text = text.replace(json.dumps(mark), json.dumps(to))
    return json.loads(text)


def _parts_of(caption: nodes.Element) -> tuple[nodes.Element | None, list[nodes.Node]]:
    """The finding, which stands above the picture, and the rest of the caption."""
    first = caption.children[0]
    if isinstance(first, nodes.Element) and "finding" in first["classes"]:
        return first, caption.children[2:]  # without the space that parts them in lists of figures
    return None, caption.children


def _plot_html(node: review_figure, pictures: dict[str, str]) -> str:
    """Pictures for light and dark, wide and narrow; each reserves its place before it has loaded."""
    parts = []
    for mode in ("light", "dark"):
        wide, narrow = node["sizes"][f"{mode}-wide"], node["sizes"][f"{mode}-narrow"]
        parts.append(
            f'<picture class="only-{mode}">'
            f'<source media="(max-width: 640px)" srcset="{pictures[f"{mode}-narrow"]}" '
            f'width="{narrow[0]:g}" height="{narrow[1]:g}">'
            f'<img src="{pictures[f"{mode}-wide"]}" alt="{escape(node["alt"], quote=True)}" '
            f'width="{wide[0]:g}" height="{wide[1]:g}" loading="lazy" decoding="async"></picture>'
        )
    return f'<div class="plot">{"".join(parts)}</div>\n'


def _controls_html(anchor: str, controls: list[dict[str, Any]]) -> str:
    """Controls, shown where there is JavaScript; they start at the values of the picture."""
    if not controls:
        return ""
    rows = "".join(_control_html(anchor, i, control) for i, control in enumerate(controls))
    return (
        f'<form class="controls needs-js" aria-label="Controls of this figure">{rows}'
        '<button type="reset" class="quiet">Reset</button></form>\n'
    )


def _control_html(anchor: str, index: int, control: dict[str, Any]) -> str:
    name, label = f"{anchor}-{index}", escape(control["label"])
    signal = f'data-signal="{escape(control["signal"], quote=True)}"'
    value = control["value"]
    match control["input"]:
        case "range":
            field = (
                f'<input type="range" id="{name}" {signal} min="{control["min"]:g}" max="{control["max"]:g}" '
                f'step="{control["step"]:g}" value="{value:g}"><output for="{name}">{value:g}</output>'
            )
        case "checkbox":
            field = f'<input type="checkbox" id="{name}" {signal}{" checked" if value else ""}>'
        case _:
            options = "".join(
                f'<option value="{escape(json.dumps(o["value"]), quote=True)}"'
                f"{' selected' if o['value'] == value else ''}>{escape(o['label'])}</option>"
                for o in control["options"]
            )
            field = f'<select id="{name}" {signal}>{options}</select>'
    return f'<div class="control"><label for="{name}">{label}</label>{field}</div>'


def visit_reference(translator: Any, node: nodes.reference) -> None:
    """A link; a citation and the copy of a source say by a class of their own what they are.

    The two that every link gets are a thirtieth of a page with large tables, and nothing asks for them there.
    """
    HTML5Translator.visit_reference(translator, node)
    if {"cite", "seen"} & set(node["classes"]):
        opened = translator.body[-1]
        translator.body[-1] = opened.replace(" reference internal", "", 1).replace(" reference external", "", 1)


def depart_reference(translator: Any, node: nodes.reference) -> None:
    """Close the link."""
    HTML5Translator.depart_reference(translator, node)


def visit_code_fold(translator: Any, node: code_fold) -> None:
    """Code is there for those who want it, and folded for those who read."""
    translator.body.append('<details class="code-fold"><summary>Code</summary>\n')


def depart_code_fold(translator: Any, node: code_fold) -> None:
    """Close the fold."""
    translator.body.append("</details>\n")


def _reproduce_html(translator: Any, data: str) -> str:
    page = escape(translator.builder.current_docname)
    return (
        f'<p><a href="{data}" download>Data of this figure (CSV)</a>. '
        f"Made by <code>{page}.md</code>; <code>make notebooks</code> runs it again.</p>\n"
    )


def title_of(node: nodes.Element) -> str | None:
    """Caption of a numbered node, for references to it."""
    caption = next(iter(node.findall(nodes.caption)), None)
    return caption.astext() if caption is not None else None


def page_link(here: str, page: str, words: str = "") -> nodes.Node:
    """A link to a page, with its title or other words."""
    attributes = {"refdoc": here, "refdomain": "std", "reftype": "doc", "reftarget": f"/{page}"}
    link = addnodes.pending_xref("", **attributes, refexplicit=bool(words), refwarn=True)
    link += nodes.inline("", words or page.removeprefix("chapters/"))
    return link
