"""BibTeX, RIS and CSL-JSON of any set of entries."""

from __future__ import annotations

import json

import pytest
from pybtex.database import parse_string

from resistance.references import to_bibtex, to_csl_json, to_ris
from resistance.references.library import Entry, parse_library

TEXT = r"""
@string{nrc = "Nature Reviews" # { Cancer}}
@article{DeReynies2007,
  author = {de Reyni{\`e}s, Aur{\'e}lien and King, Jr., Martin and {World Health Organization} and
    {\O}stergaard, S{\o}ren and others},
  title = {Role of {ATP} \& $\beta$-catenin in 50\% of {TP53}-mutant tumours},
  journal = nrc, year = {2007}, month = mar, volume = {2}, number = {1}, pages = {48--58},
  doi = {10.1038/nrc706}, pmid = {11902585}, pmcid = {PMC123}, status = {cited as retracted},
}
@article{Bertheau2007, author = {Bertheau, Philippe}, title = {A title}, journal = {PLoS Medicine},
  year = {2007}, eid = {e90}}
@incollection{Hanahan2017, author = {Hanahan, Douglas}, title = {Hallmarks}, pages = {7}, crossref = {Bast2017}}
@book{Bast2017, editor = {Bast, Robert C.}, title = {Holland-Frei Cancer Medicine}, publisher = {Wiley},
  address = {Hoboken}, year = {2017}, edition = {9}, isbn = {978-1-118-93469-2}}
@online{NCI2021, author = {{National Cancer Institute}}, title = {What is cancer?}, year = {2021},
  url = {https://www.cancer.gov/a_b}}
@phdthesis{Franklin1945, author = {Franklin, Rosalind E.}, title = {Solid organic colloids},
  school = {University of Cambridge}, year = {1945}}
"""


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    library = parse_library(TEXT)
    assert library.findings == []
    return library.by_key


def ris(entry: Entry) -> list[tuple[str, str]]:
    lines = to_ris([entry]).split("\r\n")
    assert lines.pop() == ""
    assert all(line[2:6] == "  - " for line in lines)
    return [(line[:2], line[6:]) for line in lines]


def csl(entry: Entry) -> dict[str, object]:
    return json.loads(to_csl_json([entry]))[0]


def test_ris_of_an_article(entries: dict[str, Entry]) -> None:
    assert ris(entries["DeReynies2007"]) == [
        ("TY", "JOUR"),
        ("ID", "DeReynies2007"),
        ("AU", "de Reyniès, Aurélien"),
        ("AU", "King, Martin, Jr."),
        ("AU", "World Health Organization"),
        ("AU", "Østergaard, Søren"),
        ("TI", "Role of ATP & β-catenin in 50% of TP53-mutant tumours"),
        ("T2", "Nature Reviews Cancer"),
        ("PY", "2007"),
        ("DA", "2007/03"),
        ("VL", "2"),
        ("IS", "1"),
        ("SP", "48"),
        ("EP", "58"),
        ("DO", "10.1038/nrc706"),
        ("AN", "PMID:11902585"),
        ("C2", "PMC123"),
        ("UR", "https://doi.org/10.1038/nrc706"),
        ("ER", ""),
    ]


def test_csl_json_of_an_article(entries: dict[str, Entry]) -> None:
    assert csl(entries["DeReynies2007"]) == {
        "id": "DeReynies2007",
        "type": "article-journal",
        "title": "Role of ATP & β-catenin in 50% of TP53-mutant tumours",
        "author": [
            {"family": "Reyniès", "given": "Aurélien", "non-dropping-particle": "de"},
            {"family": "King", "given": "Martin", "suffix": "Jr."},
            {"literal": "World Health Organization"},
            {"family": "Østergaard", "given": "Søren"},
        ],
        "container-title": "Nature Reviews Cancer",
        "issued": {"date-parts": [[2007, 3]]},
        "volume": "2",
        "issue": "1",
        "page": "48-58",
        "DOI": "10.1038/nrc706",
        "PMID": "11902585",
        "PMCID": "PMC123",
        "URL": "https://doi.org/10.1038/nrc706",
    }


def test_unicode_is_written_as_it_is(entries: dict[str, Entry]) -> None:
    assert "Reyniès" in to_csl_json([entries["DeReynies2007"]])
    assert "\\u" not in to_csl_json(entries.values())


def test_an_article_number_stands_for_the_pages(entries: dict[str, Entry]) -> None:
    assert ("SP", "e90") in ris(entries["Bertheau2007"])
    assert not any(tag == "EP" for tag, _ in ris(entries["Bertheau2007"]))
    assert csl(entries["Bertheau2007"])["page"] == "e90"


def test_a_chapter_takes_from_its_book(entries: dict[str, Entry]) -> None:
    item = csl(entries["Hanahan2017"])
    assert (item["type"], item["container-title"], item["publisher"]) == (
        "chapter",
        "Holland-Frei Cancer Medicine",
        "Wiley",
    )
    assert item["editor"] == [{"family": "Bast", "given": "Robert C."}]
    assert item["page"] == "7"
    tags = dict(ris(entries["Hanahan2017"]))
    assert (tags["TY"], tags["T2"], tags["PB"], tags["ED"]) == (
        "CHAP",
        item["container-title"],
        "Wiley",
        "Bast, Robert C.",
    )


def test_books_pages_and_theses(entries: dict[str, Entry]) -> None:
    book = dict(ris(entries["Bast2017"]))
    assert (book["TY"], book["CY"], book["ET"], book["SN"]) == ("BOOK", "Hoboken", "9", "978-1-118-93469-2")
    page = csl(entries["NCI2021"])
    assert (page["type"], page["URL"]) == ("webpage", "https://www.cancer.gov/a_b")
    assert page["author"] == [{"literal": "National Cancer Institute"}]
    thesis = dict(ris(entries["Franklin1945"]))
    assert (thesis["TY"], thesis["PB"]) == ("THES", "University of Cambridge")


def test_bibtex_stands_alone(entries: dict[str, Entry]) -> None:
    text = to_bibtex([entries["DeReynies2007"], entries["Hanahan2017"]])
    read = parse_string(text, "bibtex").entries
    assert read["DeReynies2007"].fields["journal"] == "Nature Reviews Cancer"
    assert read["DeReynies2007"].fields["month"] == "March"
    assert "status" not in read["DeReynies2007"].fields
    assert [str(person) for person in read["DeReynies2007"].persons["author"]][-1] == "others"
    chapter = read["Hanahan2017"].fields
    assert (chapter["booktitle"], chapter["publisher"], chapter["year"]) == (
        "Holland-Frei Cancer Medicine",
        "Wiley",
        "2017",
    )
    assert "crossref" not in chapter
    assert chapter["title"] == "Hallmarks"


def test_what_is_exported_reads_the_same(entries: dict[str, Entry]) -> None:
    again = parse_library(to_bibtex(entries.values()))
    assert again.findings == []
    for key, entry in entries.items():
        for name in ("author", "title", "journal", "booktitle", "year", "pages", "doi", "publisher"):
            assert again.by_key[key].text(name) == entry.text(name)
        assert again.by_key[key].authors == entry.authors


@pytest.mark.parametrize(
    ("pages", "page"),
    [
        ("48--58", "48-58"),
        ("48-58", "48-58"),
        ("48–58", "48-58"),
        ("S5--S9", "S5-S9"),
        ("7", "7"),
        ("2006.0033", "2006.0033"),
        ("e-102", "e-102"),
        ("12, 14--15", "12, 14–15"),
    ],
)
def test_only_ranges_of_pages_are_parted(pages: str, page: str) -> None:
    entry = parse_library(f"@article{{A2000,\n  pages = {{{pages}}},\n}}\n").entries[0]
    assert csl(entry)["page"] == page


def test_nothing_gives_nothing() -> None:
    assert to_bibtex([]) == to_ris([]) == ""
    assert json.loads(to_csl_json([])) == []
