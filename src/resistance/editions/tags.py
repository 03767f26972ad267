"""The structure tree that the browser wrote, made what PDF/UA asks for.

The browser tags every run of text and every box, most of them as NonStruct. Here a box gives way to what is in it, text
that stands in no paragraph gets one, an item of a list has a body, a formula is a formula, the annotations of one link
on one line become one, and each says where it leads. What is drawn and not read, such as the lines of a table, is left
out of the tree; ``artifacts`` marks it in the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

from resistance.editions.for_paper import FORMULA

__all__ = ["Content", "Node", "read_tree", "retag"]

# Elements that stand in a line of text, and those that hold other elements alone.
_INLINE = {"Link", "Em", "Strong", "Code", "Span", "Formula", "Quote", "Reference"}
_ONLY_ELEMENTS = {"L", "Table", "TR", "THead", "TBody", "TFoot"}  # text of theirs is lines and grounds of the whole


@dataclass(frozen=True)
class Content:
    """Marked content of a page."""

    page: tuple[int, int]
    mcid: int


@dataclass
class Node:
    """An element of the tree; kids are elements, marked content, and annotations (PDF dictionaries)."""

    kind: str
    pdf: Object | None
    page: tuple[int, int] | None
    kids: list[Any] = field(default_factory=list)


def read_tree(pdf: Pdf) -> Node:
    """The tree as the file has it, from its root element."""
    top = pdf.Root.StructTreeRoot.K
    return _read(top[0] if isinstance(top, Array) else top, None)


def _read(element: Object, page: tuple[int, int] | None) -> Node:
    own = element.get("/Pg")
    page = own.objgen if own is not None else page
    node = Node(str(element.S)[1:], element, page)
    kids = element.get("/K")
    for kid in kids if isinstance(kids, Array) else [] if kids is None else [kids]:
        if not isinstance(kid, Dictionary):
            node.kids.append(Content(page, int(kid)))  # type: ignore[arg-type]
        elif "/MCID" in kid:
            node.kids.append(Content(kid.Pg.objgen if "/Pg" in kid else page, int(kid.MCID)))  # type: ignore[arg-type]
        elif "/Obj" in kid:
            node.kids.append(kid.Obj)
        else:
            node.kids.append(_read(kid, page))
    return node


def retag(pdf: Pdf, describe: Callable[[Object], str]) -> set[Content]:
    """Rewrite the tree; returns the content that is no longer in it.

    Parameters
    ----------
    pdf : file that the browser printed, tagged
    describe : words for an annotation of a link: what it leads to
    """
    dropped: set[Content] = set()
    root = read_tree(pdf)
    root.kids = _kept(root, dropped, describe)
    _write(pdf, root, pdf.Root.StructTreeRoot)
    _write_parents(pdf, root)
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(Em=Name.Span, Strong=Name.Span)
    return dropped


def _kept(node: Node, dropped: set[Content], describe: Callable[[Object], str]) -> list[Any]:
    """Kids of a node without the boxes that say nothing."""
    kids: list[Any] = []
    for kid in node.kids:
        if not isinstance(kid, Node):
            kids.append(kid)
            continue
        _rename(kid)
        below = _kept(kid, dropped, describe)
        if kid.kind == "NonStruct":
            kids += below
        else:
            kid.kids = below
            kids.append(kid)
    if node.kind in _ONLY_ELEMENTS:
        dropped.update(kid for kid in kids if isinstance(kid, Content))
        kids = [kid for kid in kids if not isinstance(kid, Content)]
    if node.kind == "LI":
        label = [kid for kid in kids if isinstance(kid, Node) and kid.kind == "Lbl"]
        rest = [kid for kid in kids if not any(kid is each for each in label)]
        return [*label, Node("LBody", None, None, rest)] if rest else label
    if node.kind in ("Document", "Sect", "Div"):
        return list(_in_paragraphs(kids))
    if node.kind == "Link":
        return _joined(kids, describe)
    return kids


def _rename(node: Node) -> None:
    if node.kind == "Figure" and str(node.pdf.get("/Alt", "")).startswith(FORMULA):  # type: ignore[union-attr]
        node.kind = "Formula"


def _is_inline(kid: Any) -> bool:
    return not isinstance(kid, Node) or kid.kind in _INLINE


def _in_paragraphs(kids: list[Any]) -> Iterator[Node]:
    """Text that stands among blocks gets a paragraph of its own."""
    run: list[Any] = []
    for kid in kids:
        if _is_inline(kid):
            run.append(kid)
            continue
        if run:
            yield Node("P", None, None, run)
            run = []
        yield kid
    if run:
        yield Node("P", None, None, run)


def _joined(kids: list[Any], describe: Callable[[Object], str]) -> list[Any]:
    """One annotation for the pieces of a link that stand on one line, with a description."""
    result: list[Any] = []
    lines: list[tuple[Object, list[float]]] = []
    for kid in kids:
        if isinstance(kid, (Node, Content)):
            result.append(kid)
            continue
        left, low, right, high = (float(each) for each in kid.Rect)
        for first, box in lines:
            if min(high, box[3]) - max(low, box[1]) > 0.5 * min(high - low, box[3] - box[1]) and (
                left - box[2] < 3 and box[0] - right < 3
            ):
                box[:] = [min(left, box[0]), min(low, box[1]), max(right, box[2]), max(high, box[3])]
                first.Rect = Array([round(each, 2) for each in box])
                kid["/Joined"] = True
                break
        else:
            kid.Contents = describe(kid)
            lines.append((kid, [left, low, right, high]))
            result.append(kid)
    return result


def _write(pdf: Pdf, node: Node, parent: Object) -> Object:
    """The element of a node and all below it."""
    element = node.pdf
    if element is None:
        element = pdf.make_indirect(Dictionary(Type=Name.StructElem))
    element.S, element.P = Name(f"/{node.kind}"), parent
    _shorten(element)
    pages = [kid.page for kid in node.kids if isinstance(kid, Content)]
    own = pages[0] if pages else None
    if own is not None:
        element.Pg = pdf.get_object(own)
    elif "/Pg" in element:
        del element["/Pg"]
    kids: list[Any] = []
    for kid in node.kids:
        if isinstance(kid, Node):
            kids.append(_write(pdf, kid, element))
        elif isinstance(kid, Content):
            mark = Dictionary(Type=Name.MCR, Pg=pdf.get_object(kid.page), MCID=kid.mcid)
            kids.append(kid.mcid if kid.page == own else mark)
        else:
            kids.append(Dictionary(Type=Name.OBJR, Obj=kid))
    node.pdf = element
    if kids:
        element.K = kids[0] if len(kids) == 1 else Array(kids)
    elif "/K" in element:
        del element["/K"]
    return element


def _shorten(element: Object) -> None:
    """Attributes that say what holds anyway, a cell of one row and one column, are left out."""
    attributes = element.get("/A")
    if isinstance(attributes, Array):
        kept = [each for each in attributes if each.get("/RowSpan", 0) != 1 and each.get("/ColSpan", 0) != 1]
        if kept:
            element.A = kept[0] if len(kept) == 1 else Array(kept)
        else:
            del element["/A"]


def _write_parents(pdf: Pdf, root: Node) -> None:
    """From each page's content and each annotation to its element; annotations that were joined to another go."""
    owners: dict[tuple[int, int], dict[int, Object]] = {}
    numbers: dict[int, Object] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for kid in node.kids:
            if isinstance(kid, Node):
                waiting.append(kid)
            elif isinstance(kid, Content):
                owners.setdefault(kid.page, {})[kid.mcid] = node.pdf  # type: ignore[assignment]
            else:
                numbers[int(kid.StructParent)] = node.pdf  # type: ignore[assignment]
    for page in pdf.pages:
        own = owners.get(page.obj.objgen, {})
        if "/StructParents" in page.obj:
            found = [own.get(mcid) for mcid in range(max(own, default=-1) + 1)]
            numbers[int(page.obj.StructParents)] = pdf.make_indirect(Array(found))
        if "/Annots" in page.obj:
            page.obj.Annots = Array([each for each in page.obj.Annots if "/Joined" not in each])
    tree = pdf.Root.StructTreeRoot
    tree.ParentTree = pdf.make_indirect(
        Dictionary(Nums=Array([each for number in sorted(numbers) for each in (number, numbers[number])]))
    )
