"""Moved pages, older versions and the files of a release, on a small book with a history of three releases."""

from __future__ import annotations

import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from resistance.book.redirects import check_redirects
from resistance.changes import history
from resistance.site import release
from resistance.site.release import NotReady, add_versions, archive, make_release, version_of

from ..book_copy import Copy, copy_book

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://example.github.io/cancer-drug-resistance/"
PAGES = {
    "index": "# Home\n\nA small book about releases.\n",
    "chapters/about/changes": "# Changes\n\nWhat is new.\n\n```{since-release}\n```\n",
    "chapters/new/name": "# The new name\n\nThis page was called otherwise once.\n\n## Part\n\nWords.\n",
}
REDIRECTS = (
    "old,new,since\n"
    "chapters/old.html,chapters/new/name.html,2026-11-28\n"
    "chapters/deep/er/old.html,chapters/new/name.html#part,2026-11-28\n"
)


def git(root: Path, *arguments: str, day: str = "2026-01-01") -> None:
    stamp = f"{day}T12:00:00Z"
    environ = os.environ | {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *arguments], cwd=root, env=environ, check=True, capture_output=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The book, built once."""
    copy = copy_book(tmp_path_factory.mktemp("releases") / "book").without_entries()
    for path in (copy.root / "chapters").rglob("*.md"):
        path.unlink()
    for name, text in PAGES.items():
        (copy.root / f"{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (copy.root / f"{name}.md").write_text(text, encoding="utf-8")
    listed = "".join(f"  - file: {name}\n" for name in PAGES if name != "index")
    (copy.root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{listed}", encoding="utf-8")
    (copy.root / "redirects.csv").write_text(REDIRECTS, encoding="utf-8")
    older = copy.root / "_build/html/v0.0.9"
    older.mkdir(parents=True)
    (older / "index.html").write_text("<p>An older version</p>", encoding="utf-8")
    (copy.root / "_build/html/chapters").mkdir()
    (copy.root / "_build/html/chapters/lost.html").write_text("<p>Of a page that is gone</p>", encoding="utf-8")
    three_releases(copy)
    done = copy.run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


def three_releases(copy: Copy) -> None:
    """0.1.0; 0.2.0, in which a claim loses stars, a row goes and a work is retracted; 0.10.0, which changes nothing."""
    git(copy.root, "init", "-q")

    def publish(tag: str, day: str) -> None:
        git(copy.root, "add", "data")
        git(copy.root, "commit", "-q", "--allow-empty", "-m", tag, day=day)
        git(copy.root, "tag", tag)

    publish("v0.1.0", "2026-11-23")
    claims, works, rows = copy.table("claims"), copy.table("references"), copy.table("chemotherapy_outcomes")
    claims[0]["confidence"] = "1" if claims[0]["confidence"] != "1" else "2"
    works[0]["status"] = "retracted"
    for name, changed in (("claims", claims), ("references", works), ("chemotherapy_outcomes", rows[1:])):
        copy.write_table(name, changed)
    publish("v0.2.0", "2026-12-24")
    publish("v0.10.0", "2027-01-31")
    git(copy.root, "tag", "draft")
    copy.write_table("chemotherapy_outcomes", [])
    CHANGED.update(claim=claims[0]["id"], work=works[0]["key"], row=f"chemotherapy_outcomes/{rows[0]['id']}")
    CHANGED["left"] = str(len(rows) - 1)


CHANGED: dict[str, str] = {}
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_page_of_changes_tells_what_each_release_changed_and_what_came_after(book: Copy) -> None:
    page = soup(book, "chapters/about/changes.html")
    said = " ".join(page.select_one("article").get_text().split())
    assert f"Since v0.10.0: {CHANGED['left']} rows withdrawn." in said
    older = [p for p in page.select("p[id^=release-]")]
    assert [p["id"] for p in older] == ["release-v0-10-0", "release-v0-2-0"]
    assert older[0].get_text() == "Version 0.10.0, 31 January 2027, since v0.2.0: nothing."
    assert older[1].get_text().startswith("Version 0.2.0, 24 December 2026, since v0.1.0: 1 claims whose level")
    names = [code.get_text() for code in page.select("details li code")]
    assert names == [CHANGED["claim"], CHANGED["work"], CHANGED["row"]]


def test_the_feed_tells_it_too_with_the_same_bytes_again(book: Copy) -> None:
    path = book.root / "_build/html/feed.xml"
    entries = ET.parse(path).getroot().findall(f"{ATOM}entry")
    days = [entry.find(f"{ATOM}updated").text for entry in entries]
    assert days == sorted(days, reverse=True)
    of_releases = [entry for entry in entries if "/changes/release-" in entry.find(f"{ATOM}id").text]
    assert [entry.find(f"{ATOM}updated").text[:10] for entry in of_releases] == ["2027-01-31", "2026-12-24"]
    told = of_releases[1].find(f"{ATOM}summary").text
    assert all(CHANGED[what] in told for what in ("claim", "work", "row"))
    assert "→ retracted" in told
    assert of_releases[1].find(f"{ATOM}link").get("href") == f"{BASE}chapters/about/changes.html#release-v0-2-0"
    kept = sorted((book.root / "_build/releases").glob("*.json"))
    assert len(kept) == 2
    assert history.steps(book.root) == history.steps(book.root)
    for each in kept:
        each.write_text("{}", encoding="utf-8")
    before = [(step.name, step.summary) for step in history.steps(book.root)]
    assert [name for name, _ in before] == ["v0.10.0", "v0.2.0"]


def soup(book: Copy, name: str) -> BeautifulSoup:
    return BeautifulSoup((book.root / "_build/html" / name).read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("chapters/old.html", "new/name.html"),
        ("chapters/deep/er/old.html", "../../new/name.html#part"),
    ],
)
def test_an_old_address_leads_on_without_a_script(book: Copy, old: str, new: str) -> None:
    page = soup(book, old)
    assert page.select_one('meta[http-equiv="refresh"]')["content"] == f"0; url={new}"
    assert page.select_one('link[rel="canonical"]')["href"] == f"{BASE}chapters/new/name.html"
    assert page.select_one("main a")["href"] == new
    assert not page.select("script")
    target = (book.root / "_build/html" / old).parent / new.partition("#")[0]
    assert target.resolve() == book.root / "_build/html/chapters/new/name.html"


def test_moved_pages_stay_and_are_in_no_site_map_and_lost_ones_go(book: Copy) -> None:
    site = book.root / "_build/html"
    assert not (site / "chapters/lost.html").exists()
    assert (site / "v0.0.9/index.html").exists()
    said = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert "chapters/new/name.html" in said
    assert "old.html" not in said
    assert "versions.html" not in said
    footer = soup(book, "chapters/new/name.html").select_one(".site-footer a")
    assert footer["href"] == "../../versions.html"
    assert "Nothing has changed" in book.run("site", "build").stdout


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("chapters/a.html,chapters/new/name.html,2026-11-28", None),
        ("chapters/a.html,chapters/nowhere.html,2026-11-28", "RED002"),
        ("chapters/a.html,chapters/old.html,2026-11-28", "RED002"),
        ("chapters/new/name.html,index.html,2026-11-28", "RED003"),
        ("versions.html,index.html,2026-11-28", "RED003"),
        ("chapters/a.html,index.html,soon", "RED001"),
        ("../a.html,index.html,2026-11-28", "RED001"),
        ("chapters/a,index.html,2026-11-28", "RED001"),
        ("chapters/a.html,index.html", "RED001"),
    ],
)
def test_the_check_names_a_redirect_that_would_not_work(tmp_path: Path, line: str, code: str | None) -> None:
    (tmp_path / "redirects.csv").write_text(f"old,new,since\nchapters/old.html,index.html,2026-11-01\n{line}\n")
    found = check_redirects(tmp_path, {"index", "chapters/new/name"})
    assert [(finding.code, finding.line) for finding in found] == ([(code, 3)] if code else [])


def test_an_archive_is_the_same_whenever_and_wherever_it_is_made(book: Copy, tmp_path: Path) -> None:
    site = book.root / "_build/html"
    archive(site, tmp_path / "one.zip")
    copied = tmp_path / "copy"
    shutil.copytree(site, copied)
    for path in copied.rglob("*"):
        os.utime(path, (1, 10**9))
    archive(copied, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    names = zipfile.ZipFile(tmp_path / "one.zip").namelist()
    assert {"index.html", "chapters/old.html", "feed.xml", "_static/review.css"} <= set(names)
    assert not [name for name in names if name.startswith("v0")]


def test_a_release_has_every_file_with_its_checksum(book: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    root, to = book.root, book.root / "_build/release"
    for name in ("pyproject.toml", "CITATION.cff"):
        shutil.copy(ROOT / name, root)
    monkeypatch.setattr(
        release, "_wheel", lambda root, folder: (folder / "resistance-py3-none-any.whl").write_text("w")
    )
    (root / "_build/html/notebooks").mkdir(exist_ok=True)
    (root / "_build/editions").mkdir()
    (root / "_build/editions/book.epub").write_text("an edition", encoding="utf-8")
    version = version_of(root)
    files = make_release(root, to, f"v{version}")
    kinds = {f"resistance-{version}-{kind}.zip" for kind in ("site", "data", "notebooks")}
    assert {path.name for path in files} == {
        *kinds, "resistance-py3-none-any.whl", "book.epub", "CITATION.cff", "SHA256SUMS"
    }  # fmt: skip
    sums = dict(reversed(line.split("  ")) for line in (to / "SHA256SUMS").read_text().splitlines())
    assert sums == {p.name: sha256(p.read_bytes()).hexdigest() for p in files if p.name != "SHA256SUMS"}
    assert "data/datapackage.json" in zipfile.ZipFile(to / f"resistance-{version}-site.zip").namelist()
    assert "datapackage.json" in zipfile.ZipFile(to / f"resistance-{version}-data.zip").namelist()
    assert (to / "NOTES.md").read_text().startswith(f"# Version {version}\n")
    with pytest.raises(NotReady, match=r"the tag v9\.9\.9 is not v"):
        make_release(root, to, "v9.9.9")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("CITATION.cff", "version: 0", "version: 7", "CITATION.cff has version 7"),
        ("CITATION.cff", "date-released: 20", "date-released: 19", "CHANGELOG.md has no part"),
        ("CHANGELOG.md", "## 0.1.0 ", "## 0.0.1 ", "CHANGELOG.md has no part"),
    ],
)
def test_a_version_that_the_files_do_not_share_is_no_release(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    for each in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / each, tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(NotReady, match=said):
        version_of(tmp_path)


def test_older_versions_stand_beside_the_newest_and_the_oldest_only_in_their_archives(tmp_path: Path) -> None:
    shutil.copy(ROOT / "_config.yml", tmp_path)
    site, archives = tmp_path / "html", tmp_path / "archives"
    site.mkdir()
    archives.mkdir()
    for number in (1, 2, 3, 8, 9, 10, 11):
        with zipfile.ZipFile(archives / f"resistance-0.{number}.0-site.zip", "w") as packed:
            packed.writestr("index.html", f"version {number}")
    kept = add_versions(tmp_path, archives, site)
    assert kept == ["v0.11.0", "v0.10.0", "v0.9.0", "v0.8.0", "v0.3.0", "v0.2.0"]
    assert (site / "v0.2.0/index.html").read_text() == "version 2"
    page = BeautifulSoup((site / "versions.html").read_text(encoding="utf-8"), "html.parser")
    assert [a["href"] for a in page.select("li a")] == [f"{name}/index.html" for name in kept]
    assert page.select("p a")[-1]["href"].endswith("/releases")
