"""Small entries that once lost letters: page, RIS, CSL-JSON and BibTeX show the same names, titles and identifiers."""

from __future__ import annotations

import json
import re

import pytest
from bibtexparser.middlewares.names import split_multiple_persons_names

from resistance.references import to_bibtex, to_csl_json, to_ris
from resistance.references.check import check
from resistance.references.library import Entry, parse_library
from resistance.references.printed import printed

from .conftest import TODAY

CASES = {
    "accents outside braces": (
        r"""author = {Alpha, Anna and \'Alvarez, Ana and \v{S}afa\v{r}, Jan and \O{}ster, Ole and \L{}ukasz, Piotr},
        title = {Letters that are lost}, doi = {10.1000/x.21}""",
        ["Alpha, Anna", "Álvarez, Ana", "Šafař, Jan", "Øster, Ole", "Łukasz, Piotr"],
        "Letters that are lost",
        "10.1000/x.21",
    ),
    "a macro begins the first name": (
        r"author = {\'Alvarez, Ana and \O{}ster, Ole}, title = {One more}, doi = {10.1000/x.20}",
        ["Álvarez, Ana", "Øster, Ole"],
        "One more",
        "10.1000/x.20",
    ),
    "TeX in title, names and DOI": (
        r"""author = {Garc\'{\i}a, Jos\'e and Nov\'{a}k, Ji\v{r}\'{\i}},
        title = {Na\"{\i}ve cells of \emph{Mytilus} in {$e=mc^2$}, H\textsubscript{2}O and $\gamma\delta$ work},
        doi = {10.1007/123-456\_5}""",
        ["García, José", "Novák, Jiří"],
        "Naïve cells of Mytilus in e=mc², H₂O and γδ work",
        "10.1007/123-456_5",
    ),
    "acronyms without braces": (
        "author = {Garcia, Ana}, title = {Loss of TP53 and BRCA1 in NSCLC with high PD-L1 by the FDA}, "
        "doi = {10.1000/x.22}",
        ["Garcia, Ana"],
        "Loss of TP53 and BRCA1 in NSCLC with high PD-L1 by the FDA",
        "10.1000/x.22",
    ),
    "what a reference manager writes": (
        r"""author = {Mend, El}, title = {Uptake of {\textless}sup{\textgreater}18{\textless}/sup{\textgreater}F,
        {\textalpha}-synuclein and \mbox{PD-1} where p {\textless} 0.05}, doi = {10.1000/x.23}""",
        ["Mend, El"],
        "Uptake of ¹⁸F, α-synuclein and PD-1 where p < 0.05",
        "10.1000/x.23",
    ),
}


def entry_of(fields: str) -> Entry:
    library = parse_library(
        f"@article{{Key2021, {fields}, journal = {{Cancer Cell}}, year = {{2021}}, volume = {{1}}}}"
    )
    assert library.findings == []
    return library.entries[0]


@pytest.mark.parametrize(("fields", "names", "title", "doi"), CASES.values(), ids=CASES)
def test_page_and_exports_show_every_letter(fields: str, names: list[str], title: str, doi: str) -> None:
    entry = entry_of(fields)
    page = "".join(span.text for span in printed(entry).spans)
    assert all(name.split(",")[0] in page for name in names)
    assert f" {title}." in page
    assert doi in page
    ris = to_ris([entry]).split("\r\n")
    assert [line[6:] for line in ris if line.startswith("AU")] == names
    assert f"TI  - {title}" in ris
    assert f"DO  - {doi}" in ris
    (item,) = json.loads(to_csl_json([entry]))
    assert [f"{name['family']}, {name['given']}" for name in item["author"]] == names
    assert (item["title"], item["DOI"]) == (title, doi)
    again = parse_library(to_bibtex([entry])).entries[0]
    assert [name.inverted for name in again.authors] == names
    assert (again.text("title"), again.text("doi")) == (title, doi)


def test_what_a_chapter_inherits_is_on_the_page_and_in_the_exports() -> None:
    child, _ = parse_library(
        "@incollection{Child2015, author = {Child, Chi}, title = {A chapter}, crossref = {Parent2015}}\n"
        "@book{Parent2015, editor = {Parent, Pat}, title = {A collection}, booktitle = {A collection}, "
        "publisher = {House}, year = {2015}}"
    ).entries
    page = "".join(span.text for span in printed(child).spans)
    assert all(part in page for part in ("Child", "A chapter", "A collection", "House", "2015"))
    (item,) = json.loads(to_csl_json([child]))
    assert item["issued"] == {"date-parts": [[2015]]}
    assert item["editor"] == [{"family": "Parent", "given": "Pat"}]
    assert {"PY  - 2015", "T2  - A collection", "PB  - House", "ED  - Parent, Pat"} <= set(
        to_ris([child]).split("\r\n")
    )


@pytest.mark.parametrize(
    ("text", "lines", "code"),
    [
        ("@ article{Gap2010, title = {T}}\n@article\n{Gap2012, title = {T}}\n", [1, 2], "REF037"),
        ("<<<<<<< HEAD\n@misc{One2020, title = {T}}\n=======\n@misc{Two2020}\n>>>>>>> branch\n", [1], "REF029"),
    ],
)
def test_what_would_be_passed_over_is_a_line(tmp_path, text: str, lines: list[int], code: str) -> None:
    (tmp_path / "references.bib").write_text(text, encoding="utf-8")
    found = [finding for finding in check(tmp_path, [], TODAY)[0] if finding.code == code]
    assert [(finding.path, finding.line) for finding in found] == [("references.bib", line) for line in lines]
    assert all(re.fullmatch(r"references\.bib:\d: REF\d+ error: .+\. .+\.", str(finding)) for finding in found)


def test_bibtexparser_still_loses_the_macro_with_which_a_name_begins() -> None:
    """When this fails, the fault is gone upstream and the guard in ``names.split_people`` can go."""
    names = r"Alpha, Anna and \'Alvarez, Ana"
    assert split_multiple_persons_names(names) != ["Alpha, Anna", r"\'Alvarez, Ana"]
