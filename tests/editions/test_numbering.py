"""Two printings of one page are the same bytes, whatever the browser had shown and counted before."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from resistance.editions.numbering import name_resources, number_all, number_parents, without_lost


def made(pdf: Pdf) -> bytes:
    number_all(pdf)
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def printed(first: int, gap: int, noise: float = 0.0) -> Pdf:
    """A page with two fonts, a picture and two links, numbered as by a browser that had counted to ``first``."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 100)).obj
    ids = [f"node{number:08d}" for number in (first, first + gap, first + gap + 2)]
    fonts = [pdf.make_indirect(Dictionary(Type=Name.Font, BaseFont=Name(f"/{name}"))) for name in ("Serif", "Sans")]
    body, head = f"F{first}", f"F{first + gap}"
    form = pdf.make_stream(b"/G%d gs\n" % first)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 283.17 - noise, 10])
    form.Resources = Dictionary(ExtGState={f"/G{first}": Dictionary(ca=0.5)})
    form.StructParents = first + 3 * gap
    page.Resources = Dictionary(Font={f"/{body}": fonts[0], f"/{head}": fonts[1]}, XObject={f"/X{first}": form})
    page.Contents = pdf.make_stream(
        f"BT\n/{head} 12 Tf\n(not a name: /F7 \\( /F41) Tj\n/{body} 9 Tf\nET\n/X{first} Do\n".encode()
    )
    page.StructParents = 0
    page.Annots = Array(
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 283.17 - noise, 9], StructParent=number)
        for number in (gap, 2 * gap)
    )
    cell = pdf.make_indirect(Dictionary(Type=Name.StructElem, ID=ids[0], A=Dictionary(Headers=[ids[1]]), Title="node7"))
    numbers = [0, cell, gap, cell, 2 * gap, cell, first + 3 * gap, cell]
    kid = pdf.make_indirect(Dictionary(Nums=Array(numbers), Limits=[0, first + 3 * gap]))
    tree = Dictionary(
        ParentTree=Dictionary(Kids=[kid]), ParentTreeNextKey=first + 4 * gap, K=cell, Limits=[ids[0], ids[2]]
    )
    pdf.Root.StructTreeRoot = pdf.make_indirect(tree)
    return pdf


def test_two_printings_are_the_same_bytes() -> None:
    assert made(printed(41, 5)) == made(printed(90_017, 7, noise=1e-5))


def test_what_nothing_leads_to_does_not_count() -> None:
    """Links and elements that the browser made and left behind."""
    one, two = printed(41, 5), printed(41, 5)
    two.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], StructParent=7))
    two.make_indirect(Dictionary(Type=Name.StructElem, ID="node00000043"))
    with without_lost(one) as first, without_lost(two) as second:
        assert made(first) == made(second)


def test_what_differs_on_the_page_still_differs() -> None:
    """The names are changed, not what they stand for: head and body swapped is another page."""
    swapped = printed(41, 5)
    fonts = swapped.pages[0].obj.Resources.Font
    fonts["/F41"], fonts["/F46"] = fonts["/F46"], fonts["/F41"]
    assert made(printed(41, 5)) != made(swapped)


def test_elements_links_and_names_are_numbered_in_their_order() -> None:
    pdf = printed(90_017, 7)
    number_all(pdf)
    page, root = pdf.pages[0].obj, pdf.Root.StructTreeRoot
    assert str(root.K.ID) == "node00000001" and str(root.K.A.Headers[0]) == "node00000002"
    assert str(root.Limits[1]) == "node00000003" and str(root.K.Title) == "node7"
    leaf = root.ParentTree.Kids[0]
    assert [int(number) for number in list(leaf.Nums)[::2]] == [0, 1, 2, 3]
    assert [int(number) for number in leaf.Limits] == [0, 3] and int(root.ParentTreeNextKey) == 4
    assert [int(link.StructParent) for link in page.Annots] == [1, 2]
    assert int(page.Resources.XObject.X1.StructParents) == 3
    assert [str(page.Resources.Font[name].BaseFont) for name in ("/F1", "/F2")] == ["/Sans", "/Serif"]
    assert page.Contents.read_bytes() == (b"BT\n/F1 12 Tf\n(not a name: /F7 \\( /F41) Tj\n/F2 9 Tf\nET\n/X1 Do\n")
    assert page.Resources.XObject.X1.read_bytes() == b"/G1 gs\n"


def test_shared_fonts_of_two_pages_are_named_for_each() -> None:
    pdf = printed(41, 5)
    shared = pdf.make_indirect(pdf.pages[0].obj.Resources)
    pdf.pages[0].obj.Resources = shared
    second = pdf.add_blank_page(page_size=(200, 100)).obj
    second.Resources, second.Contents = shared, pdf.make_stream(b"/F41 9 Tf\n")
    name_resources(pdf)
    assert second.Contents.read_bytes() == b"/F1 9 Tf\n" and str(second.Resources.Font.F1.BaseFont) == "/Serif"
    assert str(pdf.pages[0].obj.Resources.Font.F1.BaseFont) == "/Sans"


def test_a_number_that_nothing_has_is_an_error() -> None:
    pdf = printed(41, 5)
    pdf.Root.StructTreeRoot.ParentTree.Kids[0].Nums[2] = 4
    with pytest.raises(KeyError, match="4"):
        number_parents(pdf)
