"""Reads a list of retraction notices: the form in which Crossref publishes Retraction Watch's data, or DOI and nature.

The list itself is never kept: only what it says of the works of this book goes into the snapshot.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from resistance.csv_text import RecordError, records
from resistance.references.identifiers import normal_doi, normal_pmid
from resistance.references.record import CONCERN, CORRECTION, RETRACTION, notice_kind

REINSTATED = "reinstatement"
_SHORT = ("doi", "nature")
_LONG = (
    *("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDOI", "RetractionPubMedID"),
    *("RetractionNature", "RetractionDate", "Reason"),
)
_DAYS = ("%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%Y-%m-%d")  # Crossref prints month/day/year, with a time after it
_GRAVITY = {RETRACTION: 3, CONCERN: 2, CORRECTION: 1, REINSTATED: 0}


class ListError(ValueError):
    """A file that is no such list; ``line`` is where."""

    def __init__(self, line: int, message: str):
        self.line = line
        super().__init__(message)


@dataclass(frozen=True)
class Listed:
    """One notice: kind, day and reason where the list gives them, the work it is about, and the notice itself."""

    kind: str
    day: date | None = None
    reason: str = ""
    doi: str = ""
    pmid: str = ""
    notice_doi: str = ""
    notice_pmid: str = ""

    @property
    def shown(self) -> str:
        """``retraction of 2021-03-04`` as in messages."""
        return self.kind + (f" of {self.day.isoformat()}" if self.day else "")


@dataclass
class RetractionList:
    """Notices by the DOI and PMID of the work that they are about, and by those of the notice itself."""

    about: dict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    notices: dict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    entries: int = 0

    def of(self, *identifiers: str) -> list[Listed]:
        """Notices about the work with one of these identifiers, each once."""
        return list(dict.fromkeys(n for i in identifiers if i for n in self.about.get(i, ())))

    def themselves(self, *identifiers: str) -> list[Listed]:
        """Entries in which the work with one of these identifiers is the notice."""
        return list(dict.fromkeys(n for i in identifiers if i for n in self.notices.get(i, ())))


def standing(notices: list[Listed]) -> Listed | None:
    """The notice that decides how a work stands: the gravest, unless a later reinstatement takes it back."""
    back = max((n.day for n in notices if n.kind == REINSTATED and n.day), default=None)
    taken_back = any(n.kind == REINSTATED for n in notices)
    grave = [
        n
        for n in notices
        if n.kind != REINSTATED and not (taken_back and (n.day is None or back is None or n.day <= back))
    ]
    return max(grave, key=lambda n: (_GRAVITY[n.kind], n.day or date.min), default=None)


def read_list(path: Path) -> RetractionList:
    """Read a list, plain or gzipped.

    Raises
    ------
    ListError
        If the file cannot be read, has neither of the two headers, holds no entry, or a row of another length.
    """
    rows = _rows(path)
    _, header = next(rows, (1, []))
    long = set(_LONG) <= set(header)
    if not long and not set(_SHORT) <= set(header):
        wanted = f"{','.join(_SHORT)} or columns such as {', '.join(_LONG[:3])}"
        raise ListError(1, f"the header {','.join(header)[:80]!r} is neither {wanted}")
    found = RetractionList()
    for line, cells in rows:
        if len(cells) != len(header):
            raise ListError(line, f"the row has {len(cells)} cells, the header {len(header)}")
        record = dict(zip(header, cells, strict=True))
        found.entries += 1
        for notice in _long(record, line) if long else _short(record, line):
            for identifier in {notice.doi, notice.pmid} - {""}:
                found.about[identifier].append(notice)
            for identifier in {notice.notice_doi, notice.notice_pmid} - {"", notice.doi, notice.pmid}:
                found.notices[identifier].append(notice)
    if not found.entries:
        raise ListError(1, "the list is empty")
    return found


def day_of_list(path: Path) -> str:
    """Date in a list's file name, as a day or a month: ``2025-08``; empty where there is none."""
    match = re.search(r"(?<!\d)(20\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?)(?!\d)", path.name)
    return match.group(1) if match else ""


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins."""
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError) as error:
        raise ListError(1, f"the file cannot be read: {error}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # older copies; identifiers are ASCII in either
    try:
        yield from records(text)
    except RecordError as error:
        raise ListError(error.line, str(error)) from None


def _short(record: dict[str, str], line: int) -> Iterator[Listed]:
    for nature in record["nature"].split(";"):
        yield Listed(_kind(nature, line), doi=normal_doi(record["doi"]))


def _long(record: dict[str, str], line: int) -> Iterator[Listed]:
    yield Listed(
        _kind(record["RetractionNature"], line),
        _day(record["RetractionDate"], line),
        "; ".join(part.strip(" +") for part in record["Reason"].split(";") if part.strip(" +")),
        normal_doi(record["OriginalPaperDOI"]),
        normal_pmid(record["OriginalPaperPubMedID"]),
        normal_doi(record["RetractionDOI"]),
        normal_pmid(record["RetractionPubMedID"]),
    )


def _kind(nature: str, line: int) -> str:
    kind = REINSTATED if nature.strip().lower() == "reinstatement" else notice_kind(nature)
    if not kind:
        known = "Retraction, Expression of concern, Correction, Reinstatement"
        raise ListError(line, f"the nature {nature!r} is not known; known are {known}")
    return kind


def _day(text: str, line: int) -> date | None:
    day = text.split()[0] if text.strip() else ""
    if not day:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(day, form).date()
        except ValueError:
            continue
    raise ListError(line, f"{text!r} is not a date such as 3/14/2021")
