"""Begins a claim: a row of the chapter's file, with level, stars, direction and sources from the rows it needs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from resistance.csv_text import records
from resistance.evidence.check import evidence_rows, read_tables
from resistance.evidence.schema import load_schema, table_path
from resistance.new_chapter import CannotBegin
from resistance.paths import relative, root
from resistance.placeholders import FILL_IN
from resistance.references.files import write_atomically

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


def begin_claim(chapter: str, name: str, needs: Sequence[str]) -> Path:
    """Add the claim to the chapter's file and return the file.

    The level is that of the weakest row, the stars are those of the best, the direction is theirs if they agree.

    Parameters
    ----------
    chapter : ``mechanisms/hypoxia``
    name : id of the claim
    needs : ids of the rows that it needs, with or without their table

    Raises
    ------
    CannotBegin
        If there is no such chapter or row, or there is such a claim.
    """
    chapter = chapter.removeprefix("chapters/").removesuffix(".md")
    if not (root() / "chapters" / f"{chapter}.md").is_file():
        raise CannotBegin(f"there is no chapter {chapter!r}; name one as mechanisms/hypoxia")
    if not _ID.fullmatch(name):
        raise CannotBegin(f"{name!r} is no id of a claim; write it in lower case with hyphens, as my-first-claim")
    if not needs:
        raise CannotBegin(f"{name} needs at least one row; name rows by their ids behind it")
    checked, _ = read_tables()
    if any(row["id"] == name for row in checked["claims"].rows):
        raise CannotBegin(f"the claim {name!r} is there already; ids are never used again")
    known = evidence_rows(checked)
    by_id = {ref.partition("/")[2]: ref for ref in known}
    refs = [need if need in known else by_id.get(need, "") for need in needs]
    if "" in refs:
        raise CannotBegin(f"no evidence table has a row {needs[refs.index('')]!r}; add the row first")
    rows = [known[ref] for ref in refs]
    directions = {row["direction"] for row in rows}
    cells = {
        "id": name,
        "claim": f"{FILL_IN} one sentence in our own words with the figure that it rests on",
        "direction": directions.pop() if len(directions) == 1 else "mixed",
        "level": max(row["level"] for row in rows),
        "confidence": str(max(row["confidence"] for row in rows)),
        "sources": ";".join(dict.fromkeys(row["source"] for row in rows)),
        "needs": ";".join(refs),
    }
    path, columns = table_path("claims", chapter), load_schema("claims").file_columns
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if before and next(records(before))[1] != columns:
        raise CannotBegin(f"{relative(path)}:1: the header is not {','.join(columns)}; correct it first")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not before:
        writer.writerow(columns)
    writer.writerow([cells.get(column, "") for column in columns])
    write_atomically({path: before + ("" if not before or before.endswith("\n") else "\n") + out.getvalue()})
    return path
