"""A list of retraction notices changes what the snapshot says of our works, and of nothing else."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from resistance.references.retraction_list import Listed, ListError, day_of_list, read_list, standing
from resistance.references.retractions import look_up
from resistance.references.snapshot import Row, read_snapshot

from .test_commands import run

GOTTESMAN, VASAN = "10.1038/nrc706", "10.1038/s41586-019-1730-1"
HEADER = [
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS"),
    *("ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate"),
    *("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes"),
]


def published(*records: dict[str, str]) -> str:
    """Records in the form in which Crossref publishes them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def retraction(doi: str = "", pmid: str = "", **more: str) -> dict[str, str]:
    about = {"OriginalPaperDOI": doi, "OriginalPaperPubMedID": pmid}
    notice = {"RetractionNature": "Retraction", "RetractionDate": "3/4/2021 0:00", "Reason": "+Error in Data;"}
    return {"RetractionDOI": "10.1038/notice", "RetractionPubMedID": "99999999", **about, **notice, **more}


@pytest.fixture
def root(project: Callable[[str], Path]) -> Path:
    return project("clean")


def write(root: Path, text: str, name: str = "list-2025-08.csv") -> Path:
    path = root / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(root: Path) -> dict[str, Row]:
    return read_snapshot(root / "data/references.csv").rows


@pytest.mark.parametrize(
    "text",
    [
        f"doi,nature\n{GOTTESMAN.upper()},Retraction\n10.1234/x,Correction\n",
        published(retraction(f"https://doi.org/{GOTTESMAN}"), retraction("10.1234/x")),
        published(retraction("unavailable", "11902585")),
    ],
    ids=["doi and nature", "Crossref's form, by DOI", "Crossref's form, by PMID"],
)
def test_a_listed_work_takes_status_nature_and_date_of_the_list(root: Path, text: str) -> None:
    result = look_up(root, read_list(write(root, text)), "2025-08")
    row = rows(root)["Gottesman2002"]
    assert (row.status, row.notice, row.listed_on) == ("retracted", "retraction", "2025-08")
    assert row.notice_on == ("" if text.startswith("doi") else "2021-03-04")
    assert result.listed == ["Gottesman2002"]
    (finding,) = result.findings
    assert "Gottesman2002 has a retraction" in finding.message
    assert ("Error in Data" in finding.message) is not text.startswith("doi")


def test_a_work_that_is_not_on_the_list_is_less_than_current(root: Path) -> None:
    snapshot = root / "data/references.csv"
    text = snapshot.read_text(encoding="utf-8")
    first, second = list(rows(root))[:2]
    line = next(line for line in text.split("\n") if line.startswith(first))
    snapshot.write_text(text.replace(line, line.replace(",current,", ",not checked,")), encoding="utf-8")
    look_up(root, read_list(write(root, "doi,nature\n10.1234/x,Retraction\n")), "2025-08")
    after = rows(root)
    assert (after[first].status, after[first].listed_on) == ("not listed", "2025-08")
    assert (after[second].status, after[second].listed_on) == ("current", "2025-08")


def test_nothing_is_written_a_second_time(root: Path) -> None:
    notices = read_list(write(root, f"doi,nature\n{VASAN},Correction\n"))
    assert look_up(root, notices, "2025-08").changed
    before = (root / "data/references.csv").read_bytes()
    again = look_up(root, notices, "2025-08")
    assert (again.changed, again.findings) == ([], [])
    assert (root / "data/references.csv").read_bytes() == before


def test_a_graver_status_that_a_person_recorded_stays(root: Path) -> None:
    look_up(root, read_list(write(root, f"doi,nature\n{VASAN},Retraction\n")), "2025-08")
    look_up(root, read_list(write(root, f"doi,nature\n{VASAN},Correction\n")), "2025-09")
    assert rows(root)["Vasan2019"].status == "retracted"


def test_a_work_that_is_itself_the_notice_is_told(root: Path) -> None:
    record = retraction("10.1234/paper", RetractionDOI=VASAN, RetractionPubMedID="0")
    result = look_up(root, read_list(write(root, published(record))), "2025-08")
    (finding,) = result.findings
    assert finding.message == "Vasan2019 is itself a retraction of 2021-03-04, about 10.1234/paper"
    assert rows(root)["Vasan2019"].status == "current"


def test_works_that_cannot_be_looked_up_are_counted(root: Path) -> None:
    bib = root / "references.bib"
    text = bib.read_text(encoding="utf-8")
    bib.write_text("\n".join(line for line in text.split("\n") if " doi =" not in line and " pmid =" not in line))
    snapshot = root / "data/references.csv"
    lines = snapshot.read_text(encoding="utf-8").replace(f",{VASAN},31723286,", ",,,")
    snapshot.write_text(lines, encoding="utf-8")
    result = look_up(root, read_list(write(root, "doi,nature\n10.1234/x,Retraction\n")), "2025-08")
    assert "Vasan2019" in result.without_identifier
    assert rows(root)["Vasan2019"].listed_on == ""


def notice(kind: str, day: str | None = None) -> Listed:
    return Listed(kind, date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        ([], None),
        ([notice("correction"), notice("retraction")], "retraction"),
        ([notice("expression of concern", "2020-01-01"), notice("correction", "2021-01-01")], "expression of concern"),
        ([notice("retraction", "2020-01-01"), notice("reinstatement", "2021-01-01")], None),
        ([notice("reinstatement", "2020-01-01"), notice("retraction", "2021-01-01")], "retraction"),
        ([notice("reinstatement")], None),
    ],
)
def test_the_gravest_notice_that_stands_decides(notices: list[Listed], expected: str | None) -> None:
    found = standing(notices)
    assert (found.kind if found else None) == expected


def test_a_gzipped_list_is_read(root: Path) -> None:
    path = root / "list.csv.gz"
    path.write_bytes(gzip.compress(b"doi,nature\n10.1234/x,Retraction;Correction\n"))
    listed = read_list(path)
    assert listed.entries == 1
    assert [n.kind for n in listed.of("10.1234/x")] == ["retraction", "correction"]


FAULTS = {
    "another file": ("key,value\na,b\n", 1, "the header"),
    "no entry": ("doi,nature\n", 1, "empty"),
    "nature": ("doi,nature\n10.1234/x,Retraction\n10.1234/y,Praise\n", 3, "'Praise' is not known"),
    "cells": ("doi,nature\n10.1234/x\n", 2, "1 cells, the header 2"),
    "quotation mark": ('doi,nature\n"10.1234/x,Retraction\n', 2, "cannot be read"),
    "date": (published(retraction("10.1234/x", RetractionDate="soon")), 2, "'soon' is not a date"),
}


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=[name.replace(" ", "-") for name in FAULTS])
def test_a_file_that_is_no_list_is_one_line_and_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, words: str
) -> None:
    before = (root / "data/references.csv").read_bytes()
    path = write(root, text)
    with pytest.raises(ListError):
        read_list(path)
    assert run("retractions", str(path)) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"list-2025-08.csv:{line}: REF080 ")
    assert words in first
    assert last == "Examined 1 lists: 1 errors, 0 warnings."
    assert (root / "data/references.csv").read_bytes() == before


def test_the_command_needs_a_date_and_takes_it_from_the_name(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"doi,nature\n{GOTTESMAN},Expression of concern\n"
    assert run("retractions", str(write(root, text, "list.csv"))) == 1
    assert "--dated" in capsys.readouterr().out
    assert run("retractions", str(write(root, text, "list.csv")), "--dated", "2025-08-14") == 0
    assert rows(root)["Gottesman2002"].listed_on == "2025-08-14"
    assert run("retractions", str(write(root, text))) == 0
    assert rows(root)["Gottesman2002"].listed_on == "2025-08"
    assert "REF076" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "day"),
    [("rw-2025-08.csv.gz", "2025-08"), ("retraction_watch_2025-08-14.csv", "2025-08-14"), ("list.csv", "")],
)
def test_the_date_in_a_name(name: str, day: str) -> None:
    assert day_of_list(Path(name)) == day
