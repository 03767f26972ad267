"""How tables are written as HTML: first rows and the button that opens the others, tools, downloads."""

from __future__ import annotations

import posixpath
from html import escape
from typing import Any

from docutils import nodes

from resistance.site import continued, row_links
from resistance.site.nodes import (
    TABLES,
    csv_text,
    evidence_cell,
    evidence_row,
    evidence_table,
    json_text,
    row_details,
    skip,
    title_of,
    visit_caption_number,
    write_file,
)

FULL_BOX = 24  # rows
SORTABLE = 4  # rows; a smaller table is seen at a glance
FIRST_ROWS = 6  # shown until the reader opens the table; the style sheet names the same number
WHOLE = 8  # rows; so many are not worth a button
# A column is as wide as its longest cell needs: least number of characters, and class in the style sheet.
WIDTHS_OF_CELLS = ((140, "text"), (70, "words"), (36, "phrase"))


def visit_evidence_table(translator: Any, node: evidence_table) -> None:
    """Write the table up to its first row; what goes on elsewhere is written there."""
    if node["numbered"]:
        for number in range(len(node.get("parts", ()))):
            _write_part(translator, node, number)
        for _, begin, end in reversed(node.get("parts", ())):
            del node[1 + begin : 1 + end]
    _open(translator, node, (0, sum(isinstance(child, evidence_row) for child in node.children)), FIRST_ROWS)
    if node["numbered"]:
        # The caption was written above, where it stays in view while the table scrolls sideways.
        node.remove(node.children[0])


def _open(translator: Any, node: evidence_table, shown: tuple[int, int], folded_to: int) -> None:
    """Caption, tools and head of the rows that are shown, from the first to before the last.

    Of a long table ``folded_to`` rows are seen before it is opened; none is folded away if it is zero.
    """
    body, numbered, anchor = translator.body, node["numbered"], node.get("anchor", "")
    label = f'aria-labelledby="{anchor}-caption"' if numbered else f'aria-label="{escape(node["label"], quote=True)}"'
    rows = shown[1] - shown[0]
    short = folded_to and _is(node, "short", rows)
    if numbered:
        kinds = " short" * bool(short) + " graded" * _is(node, "graded", rows) + " part" * (not folded_to)
        body.append(f'<div class="evidence-table{kinds}" id="{anchor}" data-table="{anchor}">\n')
        body.append(f'<p class="table-caption" id="{anchor}-caption">')
        visit_caption_number(translator, node)
        for child in node.children[0].children:
            child.walkabout(translator)
        body.append(f"{_range(node, shown)}</p>\n")
        if rows >= SORTABLE:
            body.append(_tools_html(anchor, folded_to if short else rows, rows))
    # So many rows fill the box to its greatest height, which the style sheet can then reserve.
    long = " long" if numbered and rows >= FULL_BOX else ""
    body.append(f'<div class="table-scroll{long}" role="region" tabindex="0" {label}>\n<table {label}>\n')
    sortable = numbered and rows >= SORTABLE
    heads = "".join(_head_html(column, sortable) for column in node["columns"])
    body.append(f"<thead><tr>{heads}</tr></thead>\n<tbody>\n")


def _range(node: evidence_table, shown: tuple[int, int]) -> str:
    """Which rows of a table that goes on elsewhere these are, behind its caption."""
    return (
        f' <span class="shown-rows">Rows {shown[0] + 1} to {shown[1]} of {len(node["rows"])}.</span>'
        if node.get("parts")
        else ""
    )


def _write_part(translator: Any, node: evidence_table, number: int) -> None:
    """Write the page on which a table goes on, with the rows of its ``number``th part."""
    page, begin, end = node["parts"][number]
    whole, translator.body = translator.body, []
    _open(translator, node, (begin, end), 0)
    for row in node.children[1 + begin : 1 + end]:
        row.walkabout(translator)
    translator.body.append("</tbody>\n</table>\n</div>\n")
    _close(translator, node, number + 1)
    shown, translator.body = "".join(translator.body), whole
    continued.write(translator, page, node, f"rows {begin + 1} to {end} of {len(node['rows'])}", shown)


def _is(node: evidence_table, kind: str, rows: int) -> bool:
    return rows > WHOLE and not node.get("whole") if kind == "short" else bool(node.get("evidence"))


def _tools_html(anchor: str, shown: int, rows: int) -> str:
    """What filters and saves the rows: in the page from the start, so that nothing moves when the script wakes it."""
    return (
        f'<div class="table-tools needs-js"><label for="{anchor}-filter">Filter </label>'
        f'<input type="search" id="{anchor}-filter"><details><summary>Columns</summary></details>'
        f'<button type="button">Save rows shown (CSV)</button><span role="status">{shown} of {rows} rows</span></div>\n'
    )


def _head_html(column: dict[str, Any], sortable: bool) -> str:
    unit = f' <span class="unit">({escape(column["unit"])})</span>' if column.get("unit") else ""
    hint = f' title="{escape(column["description"], quote=True)}"' if column.get("description") else ""
    words = escape(column["title"]) + unit
    # The script turns it into a button of the same look.
    words = f'<span class="sort">{words}</span>' if sortable else words
    return f'<th scope="col"{hint}>{words}</th>'


def depart_evidence_table(translator: Any, node: evidence_table) -> None:
    """Write the table's end: the button for all rows, what its direction refers to, and its downloads."""
    body = translator.body
    body.append("</tbody>\n</table>\n</div>\n")
    if not node["numbered"]:
        return
    rows = len(node.children)
    if _is(node, "short", rows):
        body.append(
            '<button type="button" class="quiet needs-js all-rows" aria-expanded="false">'
            f"Show {'these' if node.get('parts') else 'all'} {rows} rows</button>\n"
        )
    _close(translator, node, 0)


def _close(translator: Any, node: evidence_table, piece: int) -> None:
    """What stands below the rows of a table, or of the part of it that is the ``piece``th."""
    body, rows = translator.body, len(node["rows"])
    if node.get("parts"):
        body.append(_elsewhere(translator, node, piece))
    if node.get("statement"):
        body.append(f'<p class="table-note">Direction refers to the statement: {escape(node["statement"])}.</p>\n')
    links = [
        (write_file(translator, TABLES, f"{node['anchor']}.csv", csv_text(node["fields"], node["rows"])), "CSV"),
        (write_file(translator, TABLES, f"{node['anchor']}.json", json_text(node["fields"], node["rows"])), "JSON"),
    ]
    shown = " · ".join(f'<a href="{href}" download>{kind}</a>' for href, kind in links)
    body.append(f'<p class="table-note downloads">{rows} rows: {shown}</p>\n</div>\n')


def _elsewhere(translator: Any, node: evidence_table, piece: int) -> str:
    """Links to the other rows of a table that goes on beside its page; the one to the next rows is marked."""
    home = translator.builder.current_docname
    first = node["parts"][0][1]
    links = []
    for number, (page, begin, end) in enumerate([(home, 0, first), *node["parts"]]):
        if number != piece:
            address = translator.builder.get_relative_uri(home, page) or f"{posixpath.basename(home)}.html"
            place = f"{address}#{node['anchor']}"
            # An address of a row that stood on this page before is led on by the script.
            rows = row_links.anchor(node["table"] or "", "")
            following = f' rel="next" data-rows="{rows}"' if number == piece + 1 else ""
            links.append(f'<a{following} href="{place}">rows {begin + 1} to {end}</a>')
    return f'<p class="table-note continued">The table goes on elsewhere: {", ".join(links)}.</p>\n'


def visit_evidence_row(translator: Any, node: evidence_row) -> None:
    """Open a row."""
    row_id = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(f"<tr{row_id}>")


def depart_evidence_row(translator: Any, node: evidence_row) -> None:
    """Close a row."""
    translator.body.append("</tr>\n")


def visit_evidence_cell(translator: Any, node: evidence_cell) -> None:
    """Open a cell; the first of a row is its header."""
    # What a cell sorts by is said where its text does not say it, and the table can be sorted.
    alike = not node.parent.parent["numbered"] or str(node["sort"]) == " ".join(node.astext().split()).lower()
    sort = "" if alike else f' data-sort="{escape(str(node["sort"]), quote=True)}"'
    # What opens on demand, such as the rows behind a claim, takes no room in the cell.
    folded = sum(len(part.astext()) for part in node.findall(nodes.Element) if part.get("folded"))
    length = len(node.astext()) - folded
    kinds = [name for least, name in WIDTHS_OF_CELLS if length > least][:1] + ["numeric"] * node["numeric"]
    kind = f' class="{" ".join(kinds)}"' if kinds else ""
    translator.body.append(f'<th scope="row"{sort}{kind}>' if node["header"] else f"<td{sort}{kind}>")


def depart_evidence_cell(translator: Any, node: evidence_cell) -> None:
    """Close a cell."""
    translator.body.append("</th>" if node["header"] else "</td>")


def visit_row_details(translator: Any, node: row_details) -> None:
    """What a row says beside its columns: folded, title and text in turns."""
    translator.body.append('<details class="row-more"><summary>More</summary><dl>')
    for title, part in zip(node["titles"], node.children, strict=True):
        translator.body.append(f"<dt>{escape(title)}</dt><dd>")
        for child in part.children:
            child.walkabout(translator)
        translator.body.append("</dd>")
    translator.body.append("</dl></details>")
    raise nodes.SkipNode


def setup(app: Any) -> None:
    """Register the nodes of tables."""
    app.add_enumerable_node(evidence_table, "table", title_of, html=(visit_evidence_table, depart_evidence_table))
    app.add_node(evidence_row, html=(visit_evidence_row, depart_evidence_row))
    app.add_node(evidence_cell, html=(visit_evidence_cell, depart_evidence_cell))
    app.add_node(row_details, html=(visit_row_details, skip))
