"""The built pages as files: what they say to machines, what they link to, and what they must not hold."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from resistance.paths import root

from . import built

PAGES = built.pages()
BOOK = built.book_pages()
CHAPTERS = built.chapters()


@pytest.fixture(autouse=True)
def _built(site):
    """All of these look at the built site."""


def local_path(page: str, address: str) -> tuple[str, str] | None:
    """Path within the site and anchor of a link; ``None`` if it leads elsewhere."""
    parts = urlsplit(urljoin(built.base() + page, address))
    home = urlsplit(built.base())
    if parts.netloc != home.netloc or not parts.path.startswith(home.path):
        return None
    path = unquote(parts.path.removeprefix(home.path))
    return path or "index.html", unquote(parts.fragment)


# --- policy ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_names_every_inline_script_by_its_hash(name):
    soup = built.soup(name)
    policy = soup.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    inline = [s for s in soup.select("script:not([src])") if s.get("type") != "application/ld+json"]
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(s.string.encode()).digest()).decode()}'" for s in inline}
    assert hashes <= set(rules["script-src"])
    allowed = {source for sources in rules.values() for source in sources}
    assert not {s for s in allowed if "unsafe" in s or "*" in s or "http" in s}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_on_a_page_needs_an_exception_from_the_policy(name):
    soup = built.soup(name)
    assert not soup.select("[style], style"), soup.select("[style], style")[:2]
    handlers = [f"{e.name} {a}" for e in soup.find_all(True) for a in e.attrs if a.startswith("on")]
    assert handlers == []
    assert not soup.select("iframe, object, embed, base")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_another_host(name):
    loaded = [
        (e.name, e.get(attribute))
        for e in built.soup(name).find_all(["script", "link", "img", "source", "video", "audio", "use"])
        for attribute in ("src", "href", "srcset")
        if e.get(attribute) and not (e.name == "link" and e.get("rel", [""])[0] in ("canonical", "license"))
    ]
    assert [item for item in loaded if local_path(name, item[1].split()[0]) is None] == []


# --- head --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_language_title_and_description(name):
    soup = built.soup(name)
    assert soup.html["lang"].startswith("en")
    assert soup.title.string.strip()
    assert soup.select_one('meta[name="viewport"]')
    if name in BOOK:
        assert 30 <= len(soup.select_one('meta[name="description"]')["content"]) <= 170


def test_titles_and_descriptions_differ_from_page_to_page():
    titles = [built.soup(name).title.string for name in BOOK]
    assert len(set(titles)) == len(titles)
    descriptions = [built.soup(name).select_one('meta[name="description"]')["content"] for name in BOOK]
    assert len(set(descriptions)) == len(descriptions)


@pytest.mark.parametrize("name", BOOK)
def test_canonical_address_and_open_graph(name):
    soup = built.soup(name)
    address = built.base() + ("" if name == "index.html" else name)
    assert soup.select_one('link[rel="canonical"]')["href"] == address
    graph = {m["property"]: m["content"] for m in soup.select('meta[property^="og:"]')}
    assert graph["og:url"] == address
    assert all(graph[f"og:{key}"].strip() for key in ("title", "type", "description", "site_name", "image"))
    image = local_path(name, graph["og:image"])
    assert image and (built.folder() / image[0]).is_file(), f"{graph['og:image']} is not in the site"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_reference_manager_can_read_a_chapter(name):
    soup = built.soup(name)
    tags = {m["name"]: m["content"] for m in soup.select('meta[name^="citation_"]')}
    assert tags["citation_title"] == soup.h1.find(string=True).strip()
    assert tags["citation_author"] == "The living review's contributors"
    assert datetime.strptime(tags["citation_publication_date"], "%Y/%m/%d")
    assert tags["citation_public_url"] == built.base() + name


@pytest.mark.parametrize("name", BOOK)
def test_json_ld_describes_the_page(name):
    scripts = built.soup(name).select('script[type="application/ld+json"]')
    assert len(scripts) == 1
    data = json.loads(scripts[0].string)
    assert data["@context"] == "https://schema.org"
    assert data["name"] and data["url"].startswith(built.base())
    assert (data["@type"] == "ScholarlyArticle") == (name in CHAPTERS)
    for part in [*data.get("hasPart", ()), *data.get("dataset", ())]:
        assert part["@type"] == "Dataset"
        assert 50 <= len(part["description"]) <= 5000, "Google's limits for a data set"
        downloads = part["distribution"] if isinstance(part["distribution"], list) else [part["distribution"]]
        for download in downloads:
            path, _ = local_path(name, download["contentUrl"])
            assert (built.folder() / path).is_file()


# --- body --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(name):
    ids = [e["id"] for e in built.soup(name).select("[id]")]
    assert sorted({i for i in ids if ids.count(i) > 1}) == []


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files_and_anchors_that_are_there(name):
    broken = []
    for element in built.soup(name).select("a[href], link[href], script[src], img[src], source[srcset]"):
        address = element.get("href") or element.get("src") or element.get("srcset")
        if address.startswith(("mailto:", "data:")):
            continue
        place = local_path(name, address)
        if place is None or element.get("rel") == ["canonical"]:
            continue
        path, anchor = place
        path = f"{path}index.html" if path.endswith("/") else path
        there = (built.folder() / path).is_file()
        if not there or (anchor and path.endswith(".html") and anchor not in built.ids(path)):
            broken.append(address)
    assert sorted(set(broken)) == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_follow_each_other_without_a_gap(name):
    levels = [int(h.name[1]) for h in built.soup(name).select("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_a_description_and_a_size(name):
    for image in built.soup(name).select("img"):
        assert image.get("alt") is not None
        assert image.get("width") and image.get("height")
    for image in built.soup(name).select("figure.review-figure img"):
        assert len(image["alt"]) >= 40


@pytest.mark.parametrize("name", built.pages_with("figure.review-figure"))
def test_a_figure_has_caption_number_description_data_and_download(name):
    for figure in built.soup(name).select("figure.review-figure"):
        assert re.match(r"Fig(ure|\.) \d+", figure.select_one("figcaption .caption-number").get_text())
        more = figure.select_one("details.figure-more")
        assert more.find(id=f"{figure['id']}-alt").get_text() == figure.img["alt"]
        rows = more.select("tbody tr")
        assert rows and all(th["scope"] == "col" for th in more.select("thead th"))
        path, _ = local_path(name, more.select_one("a[download]")["href"])
        lines = (built.folder() / path).read_text(encoding="utf-8").splitlines()
        assert len(lines) - 1 >= len(rows)
        assert "make notebooks" in more.get_text()


def test_code_marks_only_what_has_a_colour_of_its_own():
    sheet = (built.folder() / "_static/review.css").read_text(encoding="utf-8")
    whole = re.findall(r"([^{}\n]*)\.highlight \{[^}]*[ ;]color: (#\w+)", sheet)
    assert len(whole) == 3
    for mode, colour in whole:
        for letters in "np":
            assert f"{mode}.highlight .{letters} {{ color: {colour} }}" in sheet
    for name in built.chapters():
        assert not built.found(name, ".highlight :is(.n, .p, .w)"), name


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_says_when_it_was_searched_what_it_holds_and_how_to_cite_it(name):
    soup = built.soup(name)
    header, footer = soup.select_one(".chapter-header"), soup.select_one(".chapter-footer")
    words = [dt.get_text() for dt in header.select("dt")]
    assert words == [
        "Section of the source review",
        "State of the search",
        "Last searched",
        "Next due",
        "Evidence rows",
        "Claims",
        "Model checks",
    ]
    searched, due = (t["datetime"] for t in header.select("time"))
    assert searched < due
    assert "not medical advice" in header.get_text()
    assert len(footer.select_one(".cite-as").get_text()) > 60
    labels = {a.get_text() for a in footer.select("a")}
    assert {"BibTeX", "RIS", "executed notebook", "Edit on GitHub", "Report an error"} <= labels


def test_every_page_with_code_offers_its_notebook_and_who_runs_it():
    with_code = []
    for path in sorted((built.folder() / "notebooks").rglob("*.ipynb")):
        page = path.relative_to(built.folder() / "notebooks").with_suffix("").as_posix()
        links = {
            a.get_text(): a["href"] for a in built.soup(f"chapters/{page}.html").select(".chapter-footer a, .run-it a")
        }
        assert (built.folder() / local_path(f"chapters/{page}.html", links["executed notebook"])[0]) == path
        assert quote(f"_build/notebooks/{page}.ipynb", safe="") in links["JupyterLab on Binder"]
        assert links["Colab"].endswith(f"/blob/notebooks/{page}.ipynb")
        assert links["dev container in Codespaces"].startswith("https://codespaces.new/")
        with_code.append(page)
    assert len(with_code) > 20
    assert built.soup("chapters/about/methods.html").select(".run-it") == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapters_record_for_reference_managers_can_be_read(name):
    import bibtexparser

    links = {a.get_text(): a["href"] for a in reversed(built.soup(name).select(".chapter-footer a[download]"))}
    bib = (built.folder() / local_path(name, links["BibTeX"])[0]).read_text(encoding="utf-8")
    library = bibtexparser.parse_string(bib)
    assert not library.failed_blocks and len(library.entries) == 1
    assert library.entries[0]["url"] == built.base() + name
    ris = (built.folder() / local_path(name, links["RIS"])[0]).read_text(encoding="utf-8").splitlines()
    assert ris[0].startswith("TY  - ") and ris[-1].strip() == "ER  -"


def test_scripts_do_not_block_the_page():
    for name in PAGES:
        for script in built.soup(name).select("head script[src]"):
            assert script.has_attr("defer") or script.has_attr("async"), f"{name}: {script['src']}"
        assert len(built.soup(name).select('link[rel="stylesheet"]')) == 1


# --- the site as a whole -----------------------------------------------------------------------------------------


def test_site_map_lists_the_pages_of_the_book():
    tree = ET.parse(built.folder() / "sitemap.xml").getroot()
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    places = [loc.text for loc in tree.findall("s:url/s:loc", space)]
    listed = [name for name in built.everything() if name not in built.SERVICE]
    expected = {built.base() + ("" if name == "index.html" else name) for name in listed}
    assert set(places) == expected and len(places) == len(expected)
    for stamp in tree.findall("s:url/s:lastmod", space):
        assert datetime.strptime(stamp.text, "%Y-%m-%d")


def test_robots_are_let_in_and_told_of_the_map():
    text = (built.folder() / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {built.base()}sitemap.xml" in text.splitlines()
    assert "Disallow: /" not in text


def test_the_feed_is_atom():
    feed = ET.parse(built.folder() / "feed.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == f"{atom}feed"
    assert all(feed.find(f"{atom}{name}") is not None for name in ("title", "id", "updated", "author"))
    entries = feed.findall(f"{atom}entry")
    assert entries, "nothing has ever changed"
    ids = [entry.find(f"{atom}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    stamps = [entry.find(f"{atom}updated").text for entry in entries]
    assert stamps == sorted(stamps, reverse=True)
    assert feed.find(f"{atom}updated").text == stamps[0]
    for entry in entries:
        path = local_path("feed.xml", entry.find(f"{atom}link").get("href"))[0]
        assert (built.folder() / path).is_file()


def test_every_page_names_the_feed():
    for name in BOOK:
        assert built.soup(name).select_one('link[type="application/atom+xml"]'), name


def test_the_lost_page_works_at_any_depth():
    soup = built.soup("404.html")
    addresses = [e.get("href") or e.get("src") for e in soup.select("[href], [src]")]
    assert addresses and all(address.startswith(built.prefix()) for address in addresses)
    assert soup.select_one('meta[name="robots"]')["content"] == "noindex"


def test_tables_and_their_descriptor_are_published_unchanged():
    package = json.loads((built.folder() / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        published = built.folder() / "data" / resource["path"]
        records = json.loads(published.with_suffix(".json").read_text(encoding="utf-8"))
        assert published.is_file() and isinstance(records, list)
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert all(list(record) == columns for record in records)
        source = root() / "data" / resource["path"]
        changed = f"{resource['path']} has changed since the site was built"
        if source.is_file():
            assert published.read_bytes() == source.read_bytes(), changed
            continue
        folder = source.with_suffix("")  # one file a chapter, which the path names
        parts = [(path.relative_to(folder).with_suffix("").as_posix(), path) for path in sorted(folder.rglob("*.csv"))]
        stand = [{"chapter": chapter, **row} for chapter, path in parts for row in read_rows(path)]
        assert parts and read_rows(published) == stand, changed


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_no_file_tells_where_it_was_built():
    here = str(root())
    for path in built.folder().rglob("*"):
        if path.suffix in (".html", ".js", ".css", ".json", ".csv", ".svg", ".xml", ".ipynb", ".bib", ".txt"):
            text = path.read_text(encoding="utf-8")
            assert here not in text, path
            assert "/home/" not in re.sub(r"https?://\S+", "", text) or path.name == "vega.js", path


def test_nothing_is_published_that_is_no_page_of_the_book():
    strange = [
        p.name for p in built.folder().iterdir() if p.name.startswith(".") and p.name not in (".buildinfo", ".nojekyll")
    ]
    assert strange == []
