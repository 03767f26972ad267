"""PDF: the same figures, tables and links as the site, tags, bookmarks, badges; nothing leads nowhere; same bytes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from resistance.cli import main
from resistance.editions import printing
from resistance.editions.artifacts import mark_artifacts
from resistance.editions.checking import pdf_faults
from resistance.editions.labels import label_of
from resistance.editions.site_pages import Site, slug

from . import on_the_site
from .conftest import CHAPTER, PAGES, Made

WITHOUT_CLAIM = {"UA-28-004"}  # the file does not declare PDF/UA: only a part of it can be checked without a person


def places(pages: Site, names: tuple[str, ...], *, with_rows: bool) -> Counter[str]:
    """Links of the site's pages, named as in a PDF of these pages."""
    found: Counter[str] = Counter()
    for name, article in on_the_site.articles(pages.folder, names).items():
        for address, count in on_the_site.links(name, article, with_rows=with_rows).items():
            page, _, place = address.removeprefix(on_the_site.PREFIX).partition("#")
            inside = address.startswith(on_the_site.PREFIX) and page in names
            found[f"#{slug(page)}--{place}" if inside else "outside"] += count
    return found


def test_figures_tables_and_links_are_those_of_the_site(pages: Site, printed: dict[str, Made]) -> None:
    held = printed["book"].held
    articles = on_the_site.articles(pages.folder, PAGES)
    assert held.pictures == sum(map(on_the_site.figures, articles.values())) >= 3
    assert held.tables == sum(map(on_the_site.tables, articles.values())) >= 3
    wanted = places(pages, PAGES, with_rows=True)
    wanted.update(["outside", *(f"#{slug(name)}--" for name in PAGES)])  # title page and list of contents
    cards = sum(len(article.select(".card[id^=claim-]")) for article in articles.values())
    back = {place: n for place, n in held.links.items() if "--said-" in place}
    assert cards >= 8 and sum(back.values()) >= cards
    found = Counter({place if place.startswith("#") else "outside": 0 for place in held.links})
    for place, count in held.links.items():
        found[place if place.startswith("#") else "outside"] += count
    wanted.update(
        {
            f"#{slug(name)}--said-{card['id'].removeprefix('claim-')}": 1
            for name, article in articles.items()
            for card in article.select(".card[id^=claim-]")
        }
    )  # from each card back to where it is said
    assert found == wanted
    assert held.lost == []


@pytest.mark.parametrize("key", ["book", "chapter", "small"])
def test_the_file_holds_what_was_put_into_it(printed: dict[str, Made], key: str) -> None:
    assert pdf_faults(printed[key].path, printed[key].held) == []


def test_the_check_sees_what_is_missing(printed: dict[str, Made]) -> None:
    made = printed["small"]
    more = replace(made.held, pictures=made.held.pictures + 1, headings=made.held.headings[1:])
    more.links = made.held.links + Counter({"#about-methods--nowhere": 1})
    faults = "\n".join(pdf_faults(made.path, more))
    assert "figures: 0 instead of 1" in faults and "bookmark " in faults and "nowhere: 0 instead of 1" in faults


def test_the_check_sees_a_link_that_leads_nowhere(printed: dict[str, Made], tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    with pikepdf.open(printed["chapter"].path) as pdf:
        first = next(iter(pdf.Root.Dests.keys()))
        del pdf.Root.Dests[first]
        del pdf.Root.Lang
        pdf.save(path)
    faults = "\n".join(pdf_faults(path, printed["chapter"].held))
    assert "which is nowhere" in faults and "no language" in faults


def test_another_reader_finds_title_bookmarks_and_page_numbers(printed: dict[str, Made]) -> None:
    reader = PdfReader(printed["book"].path)
    assert reader.metadata is not None and reader.metadata.title == "Drug resistance in cancer"
    titles = [item.title for item in _flat(reader.outline)]
    assert titles[:2] == ["Contents", "Drug resistance in cancer"] and "Evidence behind the claims" in titles
    assert [title for _, title in printed["book"].held.headings] == [" ".join(title.split()) for title in titles]
    text = {n: reader.pages[n - 1].extract_text() for n in (1, 2, 3, len(reader.pages))}
    assert not re.search(r"^\d+$", text.pop(1), re.MULTILINE), "the title page has no number"
    assert all(re.search(rf"^{n}$", page, re.MULTILINE) for n, page in text.items())
    # The number in the contents is that of the page on which the chapter begins.
    title = printed["book"].held.labels[f"{slug(CHAPTER)}--"]
    (number,) = re.findall(rf"{re.escape(title)}\s+(\d+)", text[2])
    begin = reader.pages[int(number) - 1].extract_text()
    assert title in begin and "In brief" in begin


def _flat(outline: list) -> list:
    return [each for item in outline for each in (_flat(item) if isinstance(item, list) else [item])]


def test_badges_can_be_read_without_colour(pages: Site, printed: dict[str, Made]) -> None:
    text = " ".join(page.extract_text() for page in PdfReader(printed["chapter"].path).pages)
    text = re.sub(r"\s+", "", text)
    (article,) = on_the_site.articles(pages.folder, (CHAPTER,)).values()
    badges = Counter("".join(badge.get_text().split()) for badge in article.select("button.claim"))
    assert len(badges) > 5
    for badge, count in badges.items():
        assert text.count(badge) >= count, badge


def test_what_a_screen_reader_needs(printed: dict[str, Made]) -> None:
    import pdfua

    report = pdfua.validate(str(printed["chapter"].path))
    assert {finding.rule_id for finding in report.findings} <= WITHOUT_CLAIM, report.findings
    with pikepdf.open(printed["chapter"].path) as pdf:
        from resistance.editions.tags import Node, read_tree

        waiting, kinds, alone = [read_tree(pdf)], Counter(), []
        while waiting:
            node = waiting.pop()
            kinds[node.kind] += 1
            waiting += [kid for kid in node.kids if isinstance(kid, Node)]
            if node.kind in ("Figure", "Formula") and not str(node.pdf.get("/Alt", "")):
                alone.append(node.kind)
            if node.kind == "LI":
                assert {kid.kind for kid in node.kids} <= {"Lbl", "LBody"}
            if node.kind in ("Table", "TR"):
                assert all(isinstance(kid, Node) and kid.kind in ("TR", "TH", "TD") for kid in node.kids)
    assert alone == []
    assert {"H1", "H2", "P", "Link", "L", "LI", "LBody", "Table", "TR", "TH", "TD", "Figure", "Formula"} <= set(kinds)
    assert not {"NonStruct", "Div"} & set(kinds)


def test_links_say_where_they_lead(printed: dict[str, Made]) -> None:
    with pikepdf.open(printed["chapter"].path) as pdf:
        said = {
            str(each.Dest).partition("--")[2]: str(each.Contents)
            for page in pdf.pages
            for each in page.obj.get("/Annots", [])
            if "/Dest" in each
        }
    kinds = {
        "ref-": "Work: ",
        "row-": "Row: ",
        "claim-": "Evidence for the claim: ",
        "said-": "Where the claim is said",
    }
    for begin, words in kinds.items():
        own = [text for place, text in said.items() if place.startswith(begin)]
        assert own and all(text.startswith(words) and len(text) > 8 for text in own), begin


def test_links_to_other_pages_of_a_chapter_lead_to_the_site(pages: Site, printed: dict[str, Made]) -> None:
    outside = [link for link in printed["chapter"].held.links if not link.startswith("#")]
    assert any(link.startswith(f"{pages.base}chapters/") for link in outside)
    assert all(re.match(r"https?://", link) for link in outside)
    # A number whose row is in another chapter leads to a short form of the row in the same file.
    assert any("--card-" in link for link in printed["chapter"].held.links)


def test_the_same_page_gives_the_same_bytes(printed: dict[str, Made]) -> None:
    assert printed["small"].path.read_bytes() == printed["again"].path.read_bytes()
    info = PdfReader(printed["small"].path).metadata
    assert info is not None and info.creation_date is not None
    assert info.creation_date.strftime("%H:%M:%S") == "00:00:00"


def test_nothing_is_left_beside_the_files(printed: dict[str, Made]) -> None:
    folder = printed["book"].path.parent
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        "book.pdf",
        "page.pdf",
        "wide.html",
        "wide.pdf",
    }


def test_figures_are_drawn_and_not_photographed(printed: dict[str, Made]) -> None:
    with pikepdf.open(printed["chapter"].path) as pdf:
        kinds = Counter(str(each.get("/Subtype")) for each in pdf.objects if isinstance(each, pikepdf.Stream))
    assert kinds["/Image"] == 0 and kinds["/Form"] > 0


def test_artifacts_are_everything_outside_marked_content() -> None:
    page = (
        b"q\nBT\n(1) Tj\nET\n/P <</MCID 0 >>BDC\nBT\n(a) Tj\nET\nEMC\n0 0 5 5 re\nf\n"
        b"/Table <</MCID 1 >>BDC\n1 1 2 2 re\nf\nEMC\nQ"
    )
    assert mark_artifacts(page, frozenset({1})).split(b"\n") == [
        b"q", b"/Artifact BMC", b"BT", b"(1) Tj", b"ET", b"EMC", b"/P <</MCID 0 >>BDC", b"BT", b"(a) Tj", b"ET", b"EMC",
        b"/Artifact BMC", b"0 0 5 5 re", b"f", b"EMC", b"/Artifact BMC", b"1 1 2 2 re", b"f", b"EMC", b"Q",
    ]  # fmt: skip


def test_something_wider_than_the_paper_is_named_with_its_place(printed: dict[str, Made]) -> None:
    said = printed["wide"].held.lost
    assert said and said[0].startswith("about-methods--")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pdf", "chapters/none.md"], "build the site first"),
        (["publish", "--editions", "none"], "make it first: make pdf epub"),
        (["epub"], "build the site first"),
    ],
)
def test_what_is_not_there_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["editions", *arguments, "--site", str(tmp_path / "site"), "--to", str(tmp_path / "to")]) == 1
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_a_missing_browser_says_how_to_get_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "find_browser", lambda playwright: None)
    assert main(["editions", "pdf", "--to", str(tmp_path)]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_labels_are_short() -> None:
    from bs4 import BeautifulSoup

    row = BeautifulSoup(f'<tr id="p--row-x"><th>{"word " * 60}</th></tr>', "html.parser").tr
    assert label_of(row).startswith("Row: word") and label_of(row).endswith(" …") and len(label_of(row)) < 110
