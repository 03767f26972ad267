"""Numbers in a printed file by their order in it, so that two printings of one page are the same bytes.

The browser counts elements over all pages that it has shown since it was started, leaves gaps between the numbers of
what stands in the structure tree, and calls what a page draws with by the numbers of its objects.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["name_resources", "number_all", "number_elements", "number_parents", "round_places", "without_lost"]

_ELEMENT = re.compile(rb"node\d{8}")  # as the browser calls an element of the structure tree
# Literal strings are passed over whole, so that text that looks like a name stays text.
_STRING_OR_NAME = re.compile(rb"\((?:[^()\\]|\\.)*\)|/[A-Z]\d+\b", re.DOTALL)
_PARENT_KEYS = ("/StructParent", "/StructParents")
_PLACE_KEYS = ("/Rect", "/BBox", "/QuadPoints")


def without_lost(pdf: Any) -> Any:
    """The file anew with what something leads to alone; the caller closes it.

    The browser leaves links and elements behind that no page has, now more and now fewer of them, and they would count.
    """
    written = io.BytesIO()
    pdf.save(written)
    written.seek(0)
    return type(pdf).open(written)


def number_all(pdf: Any) -> None:
    """All numberings of this module, on an opened ``pikepdf.Pdf`` :func:`without_lost` objects, in place."""
    number_elements(pdf)
    number_parents(pdf)
    name_resources(pdf)
    round_places(pdf)


def number_elements(pdf: Any) -> None:
    """Number the elements of a tagged file from one, in their order."""
    from pikepdf import Array, String

    found = [
        (holder, key, bytes(holder[key]))
        for holder in _holders(pdf)
        for key in (range(len(holder)) if isinstance(holder, Array) else list(holder.keys()))
        if isinstance(holder[key], String) and _ELEMENT.fullmatch(bytes(holder[key]))
    ]
    numbers = {old: number for number, old in enumerate(sorted({old for _, _, old in found}), start=1)}
    for holder, key, old in found:
        holder[key] = String(b"node%08d" % numbers[old])


def number_parents(pdf: Any) -> None:
    """Number what the parent tree lists (pages, links, forms) from zero without gaps, in its order.

    Raises
    ------
    KeyError
        If the tree lists a number that nothing in the file has, or that lies outside of its limits.
    """
    from pikepdf import Array

    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None or "/ParentTree" not in tree:
        return
    holders = [(one, key) for one in _holders(pdf) if not isinstance(one, Array) for key in _PARENT_KEYS if key in one]
    numbers = {old: new for new, old in enumerate(sorted({int(one[key]) for one, key in holders}))}
    for one, key in holders:
        one[key] = numbers[int(one[key])]
    tree.ParentTreeNextKey = len(numbers)
    for leaf in _leaves(tree.ParentTree):
        for position in range(0, len(leaf.Nums), 2):
            leaf.Nums[position] = numbers[int(leaf.Nums[position])]
    _limit(tree.ParentTree, top=True)


def _leaves(node: Any) -> Iterator[Any]:
    if "/Nums" in node:
        yield node
    for child in node.get("/Kids", []):
        yield from _leaves(child)


def _limit(node: Any, *, top: bool = False) -> list[int]:
    """Write the smallest and the largest number under each node, which the root does not have."""
    from pikepdf import Array

    numbers = [int(number) for number in list(node.get("/Nums", []))[::2]]
    for child in node.get("/Kids", []):
        numbers += _limit(child)
    if not top and numbers:
        node.Limits = Array([min(numbers), max(numbers)])
    return [min(numbers), max(numbers)] if numbers else []


def name_resources(pdf: Any) -> None:
    """Number the fonts, graphics states, patterns and pictures of every page and form from one, by their first use.

    A name such as ``F871`` would also decide where its object comes to stand in the file.
    """
    from pikepdf import Dictionary, Stream

    drawn = [(page.obj, page.obj.Contents) for page in pdf.pages if "/Contents" in page.obj]
    drawn += [(one, one) for one in pdf.objects if isinstance(one, Stream) and "/Resources" in one]
    for holder, stream in drawn:
        resources = _own(holder, "/Resources")
        content = stream.read_bytes()
        order = {name: place for place, name in enumerate(dict.fromkeys(_STRING_OR_NAME.findall(content)))}
        new: dict[bytes, bytes] = {}
        for kind in list(resources.keys()):
            if not isinstance(resources[kind], Dictionary):
                continue
            named = _own(resources, kind)
            names = sorted(
                (name for name in list(named.keys()) if _STRING_OR_NAME.fullmatch(name.encode())),
                key=lambda name: (order.get(name.encode(), len(order)), len(name), name),
            )
            objects = [named[name] for name in names]
            for name in names:
                del named[name]
            for number, (name, one) in enumerate(zip(names, objects, strict=True), start=1):
                named[f"{name[:2]}{number}"] = one
                new[name.encode()] = f"{name[:2]}{number}".encode()
        stream.write(_STRING_OR_NAME.sub(lambda found, new=new: new.get(found[0], found[0]), content))


def round_places(pdf: Any) -> None:
    """Round where links and elements are to a hundredth of a point: the browser's last digits depend on the moment."""
    from pikepdf import Array

    for one in _holders(pdf):
        for key in _PLACE_KEYS if not isinstance(one, Array) else ():
            if key in one and isinstance(one[key], Array):
                one[key] = Array([round(float(number), 2) for number in one[key]])


def _own(holder: Any, key: str) -> Any:
    """The dictionary as this holder's own copy: one that two pages share would be renamed twice."""
    from pikepdf import Dictionary

    holder[key] = Dictionary(dict(holder[key].items()))
    return holder[key]


def _holders(pdf: Any) -> Iterator[Any]:
    """Every array and dictionary of the file, those within others too, and every stream."""
    from pikepdf import Array, Dictionary, Stream

    def within(value: Any) -> Iterator[Any]:
        yield value
        for inside in list(value) if isinstance(value, Array) else [value[key] for key in list(value.keys())]:
            if isinstance(inside, Array | Dictionary) and not inside.is_indirect:
                yield from within(inside)

    for one in pdf.objects:
        if isinstance(one, Array | Dictionary | Stream):
            yield from within(one)
