"""Begins a chapter: a copy of the template, its line of the contents, the headers of the files to which it adds."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from resistance.book.contents import CONTENTS
from resistance.book.text import TEMPLATE
from resistance.evidence.schema import load_schema, table_path
from resistance.paths import root

# What a chapter of the usual form adds to; rows that it waives or changes are written when there are some.
_TABLES = ("claims", "counter_searches", "model_parameters", "model_checks", "statement_audit")
_NAME = re.compile(r"[a-z][a-z0-9-]*(?:/[a-z][a-z0-9-]*)*", re.ASCII)


class CannotBegin(ValueError):
    """Why a chapter of this name cannot be begun."""


def begin(name: str) -> list[Path]:
    """Write what a new chapter needs and return the files that were written or changed; nothing is written over.

    Parameters
    ----------
    name : folder and name without suffix, ``mechanisms/my-mechanism``

    Raises
    ------
    CannotBegin
        If the name cannot be one, the page is there already or the contents have no page of its folder.
    """
    name = name.removeprefix("chapters/").removesuffix(".md")
    if not _NAME.fullmatch(name):
        raise CannotBegin(f"{name!r} is no name of a chapter; write it in lower case, as mechanisms/my-mechanism")
    page, contents = root() / "chapters" / f"{name}.md", root() / CONTENTS
    if page.exists():
        raise CannotBegin(f"chapters/{name}.md is there already")
    listed = _with_line(contents.read_text(encoding="utf-8"), name)
    text = (root() / f"{TEMPLATE}.md").read_text(encoding="utf-8")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8", newline="\n")
    contents.write_text(listed, encoding="utf-8", newline="\n")
    return [page, contents, *_headers(name)]


def _with_line(text: str, name: str) -> str:
    """The contents with the page behind the last of its folder."""
    lines = text.split("\n")
    folder = f"chapters/{name}".rpartition("/")[0]
    beside = [i for i, line in enumerate(lines) if re.fullmatch(rf"\s*- file: {re.escape(folder)}/[\w-]+", line)]
    if not beside:
        raise CannotBegin(f"{CONTENTS} lists no page of {folder}; add '- file: chapters/{name}' by hand, and the page")
    indent = lines[beside[-1]].partition("-")[0]
    lines.insert(beside[-1] + 1, f"{indent}- file: chapters/{name}")
    return "\n".join(lines)


def _headers(name: str) -> list[Path]:
    written = []
    for table in _TABLES:
        path = table_path(table, name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow(load_schema(table).file_columns)
            written.append(path)
    return written
