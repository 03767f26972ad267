"""Section 4a: how the time to build grows with the number of chapters."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

from benchmarks.builds import Book, Say, must_succeed
from benchmarks.measure import Measured, growth_exponent, python
from benchmarks.project import copy_project, largest_evidence_table
from benchmarks.report import Cell, Section, Table

SIZES = (10, 40, 120)
TEMPLATE = Path(__file__).resolve().parent / "growth_chapter.md"
CLAIMS_EACH = 3
_INDEX = "# Generated book\n\nIt cites {count}`references` references and draws {count}`claims` claims.\n"


def chapter(template: str, number: int, claims: Sequence[dict[str, str]], table: str) -> str:
    """Text of one generated chapter: its claims in brief, a sentence with citation and badge for each, table, figure.

    Raises
    ------
    ValueError
        If there are no claims.
    """
    if not claims:
        raise ValueError("claims: a chapter needs at least one")
    sentences = [f"{c['claim']} {{cite}}`{c['sources'].replace(';', ',')}` {{claim}}`{c['id']}`" for c in claims]
    filled = {
        "NUMBER": str(number),
        "CLAIM_LINES": "\n".join(c["id"] for c in claims),
        "SENTENCES": "\n".join(sentences),
        "TABLE": table,
    }
    for name, value in filled.items():
        template = template.replace(f"@@{name}@@", value)
    return template


def make_book(root: Path, folder: Path, size: int) -> Path:
    """A copy of the project whose contents are ``size`` generated chapters on its own data and package."""
    copy_project(root, folder)
    for page in (folder / "chapters").rglob("*.md"):
        page.unlink()
    with (folder / "data" / "claims.csv").open(encoding="utf-8", newline="") as stream:
        claims = cycle([row for row in csv.DictReader(stream) if row["sources"]])
    template = TEMPLATE.read_text(encoding="utf-8")
    table = largest_evidence_table(folder / "data").stem
    names = [f"chapters/generated/chapter-{number:03d}" for number in range(1, size + 1)]
    (folder / "chapters" / "generated").mkdir(parents=True)
    for number, name in enumerate(names, start=1):
        text = chapter(template, number, list(islice(claims, CLAIMS_EACH)), table)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "index.md").write_text(_INDEX, encoding="utf-8")
    contents = {"format": "jb-book", "root": "index", "parts": [{"caption": "Generated", "chapters": []}]}
    contents["parts"] = [{"caption": "Generated", "chapters": [{"file": name} for name in names]}]
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")
    return folder


def measure_growth(root: Path, scratch: Path, say: Say, sizes: Sequence[int] = SIZES) -> Section:
    """Build books of several sizes cold, and again without a change."""
    rows: list[list[Cell]] = []
    steps: dict[str, list[Measured]] = {"cold": [], "unchanged": []}
    notes = ["Generated chapters: three claims, a table of 20 rows, a figure with a slider, a formula, a bibliography."]
    for size in sizes:
        folder = make_book(root, scratch / f"growth-{size}", size)
        book = Book(f"{size} chapters", folder, tuple(python("-m", "resistance", "site", "build")))
        for step, runs in steps.items():
            say(f"growth: {size} chapters, {step}")
            measured = book.build()
            must_succeed(measured, book)
            if measured.status:
                notes.append(f"{size} chapters, {step}: ended with status {measured.status}: {measured.last_line}")
            runs.append(measured)
        cold, again = steps["cold"][-1], steps["unchanged"][-1]
        times = [cold.seconds, cold.cpu_seconds, cold.cpu_seconds / size, again.seconds, again.cpu_seconds]
        rows.append([size, *times, round(cold.peak_mb)])
    header = ["chapters", "cold s", "cold CPU s", "cold CPU s a chapter", "unchanged s", "unchanged CPU s", "peak MB"]
    for step, runs in steps.items():
        exponent = growth_exponent(sizes, [run.cpu_seconds for run in runs])
        if exponent is not None:
            notes.append(
                f"CPU time, {step}, grows as the number of chapters to the power {exponent:.2f} (1 is linear)."
            )
    figures = ("seconds", "cpu_seconds", "peak_mb")
    data: dict[str, Any] = {
        step: [{f: getattr(run, f) for f in figures} for run in runs] for step, runs in steps.items()
    }
    data["sizes"] = list(sizes)
    return Section("Growth with the number of chapters", [Table("Build of this book", header, rows)], notes, data)
