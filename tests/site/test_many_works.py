"""A book with more works than its page of references can list: a line for each letter, and all that leads to it."""

from __future__ import annotations

import csv
import json

import pytest
from bs4 import BeautifulSoup

from ..book_copy import Copy
from .small_book import SmallBook

MORE = 1_800
ENTRY = """
@article{{{key},
  author = {{{name}, Ada}},
  title = {{What became of {number} cells}},
  journal = {{Journal of Cells}},
  year = {{{year}}},
  doi = {{10.1000/cells.{number}}},
}}
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, list[str]]:
    """The small book with 1,800 works more by authors with A or Q, all cited on one page; their keys."""
    book = SmallBook(tmp_path_factory.mktemp("works") / "book", seed=5)
    names = [("Quaas" if number % 3 else "Abel", number) for number in range(MORE)]
    keys = [f"{name}{1900 + number % 120}x{number}" for name, number in names]
    text = "".join(
        ENTRY.format(key=key, name=name, number=number, year=1900 + number % 120)
        for key, (name, number) in zip(keys, names, strict=True)
    )
    book.copy.append("references.bib", text)
    snapshot = book.root / "data/references.csv"
    with snapshot.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with snapshot.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n", restval="")
        writer.writerows({"key": key, "status": "not checked"} for key in keys)
    cited = "\n\n".join(f"{{cite}}`{','.join(keys[begin : begin + 60])}`" for begin in range(0, MORE, 60))
    book.copy.append("chapters/glossary.md", f"\n{cited}\n")
    done = book.copy.run("site", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return book.copy, keys


def page(book: Copy, name: str) -> BeautifulSoup:
    return BeautifulSoup((book.root / "_build/html" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def test_each_letter_has_a_line_with_its_number_and_its_ends(grown: tuple[Copy, list[str]]) -> None:
    book, keys = grown
    rows = page(book, "chapters/references").select("#tbl-references tbody tr")
    said = {row["id"]: [cell.get_text().strip() for cell in row.find_all(["th", "td"])] for row in rows}
    number = sum(key.startswith("Quaas") for key in keys)
    assert said["letter-q"] == ["Q", str(number), "Quaas, 1901", "Quaas, 2019"]
    assert int(said["letter-a"][1]) >= MORE - number
    listed = {name: len(page(book, f"chapters/references/{name}").select("tr[id^=work-]")) for name in ("a", "q")}
    assert {name: int(said[f"letter-{name}"][1]) for name in listed} == listed
    assert all((book.root / "_build/html/chapters" / row.find("a")["href"]).is_file() for row in rows)


def test_the_page_stays_light_and_its_downloads_whole(grown: tuple[Copy, list[str]]) -> None:
    book, keys = grown
    address = book.root / "_build/html/chapters/references.html"
    assert address.stat().st_size < 60_000
    works = json.loads((book.root / "_build/html/data/references.csl.json").read_text(encoding="utf-8"))
    assert {item["id"] for item in works} >= set(keys)


def test_a_citation_leads_to_the_letter(grown: tuple[Copy, list[str]]) -> None:
    book, keys = grown
    links = {str(link["href"]) for link in page(book, "chapters/glossary").select("a.cite")}
    targets = {link.rpartition("/")[2] for link in links}
    assert f"q.html#work-{keys[1].lower()}" in targets or f"#ref-{keys[1]}" in targets
