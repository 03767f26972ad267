"""Section 4a: how the time to build grows with the number of chapters, each with works and claims of its own."""

from __future__ import annotations

import csv
import random
import string
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

from benchmarks.builds import Book, Say, must_succeed
from benchmarks.measure import Measured, growth_exponent, python
from benchmarks.project import copy_project, evidence_tables, largest_evidence_table, with_sentence
from benchmarks.references import works
from benchmarks.report import Cell, Section, Table
from resistance.references.snapshot import COLUMNS

SIZES = (10, 30, 120)
EXECUTED_SIZES = (10, 40)
STEPS = ("cold", "one sentence", "unchanged")
TEMPLATES = Path(__file__).resolve().parent
WORKS_EACH = 46  # works that only this chapter cites: as many as a chapter of the book cites at its median
CITED = 4  # times that each of them is cited
CLAIMS_EACH = 3
_INDEX = "# Generated book\n\nIt cites {count}`references` references and draws {count}`claims` claims.\n"
_REFERENCES = "# References\n\n```{reference-index}\n```\n"


def chapter(template: str, number: int, claims: Sequence[dict[str, str]], keys: Sequence[str], table: str) -> str:
    """Text of one generated chapter: its claims in brief, sentences that cite its works, badges, a formula, its list.

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
        "SENTENCES": "\n".join([*sentences, *citing(keys)]),
        "TABLE": table,
    }
    for name, value in filled.items():
        template = template.replace(f"@@{name}@@", value)
    return template


def citing(keys: Sequence[str]) -> Iterator[str]:
    """Sentences that cite each work :data:`CITED` times, two works a sentence."""
    for turn in range(0, CITED, 2):
        for position, key in enumerate(keys):
            other = keys[(position + turn + 1) % len(keys)]
            yield f"A finding of two groups, told for the time {turn + 1} {{cite}}`{key},{other}`."


def make_book(root: Path, folder: Path, size: int, executed: bool = False) -> Path:
    """A copy of the project whose contents are ``size`` generated chapters.

    Each chapter has its own works in ``references.bib`` and its own claims, which rest on rows of the project's
    tables. With ``executed`` it has a table and a figure with a slider, which a kernel makes.
    """
    copy_project(root, folder)
    for page in (folder / "chapters").rglob("*.md"):
        page.unlink()
    claims = _take_claims(folder)
    keys = _add_works(folder, size * WORKS_EACH)
    template = (TEMPLATES / ("growth_chapter.md" if executed else "growth_works.md")).read_text(encoding="utf-8")
    table = largest_evidence_table(folder / "data").stem
    names = [f"generated/chapter-{number:03d}" for number in range(1, size + 1)]
    (folder / "chapters" / "generated").mkdir(parents=True)
    for number, name in enumerate(names, start=1):
        own = _own_claims(folder, name, list(islice(claims, CLAIMS_EACH)), number)
        text = chapter(template, number, own, keys[(number - 1) * WORKS_EACH : number * WORKS_EACH], table)
        (folder / f"chapters/{name}.md").write_text(text, encoding="utf-8")
    (folder / "chapters/rows.md").write_text(_rows_page(folder), encoding="utf-8")
    (folder / "chapters/references.md").write_text(_REFERENCES, encoding="utf-8")
    letters = write_letters(folder)
    (folder / "index.md").write_text(_INDEX, encoding="utf-8")
    chapters: list[dict[str, Any]] = [{"file": f"chapters/{name}"} for name in [*names, "rows", "references"]]
    chapters[-1]["sections"] = [{"file": name} for name in letters]
    contents = {"format": "jb-book", "root": "index", "parts": [{"caption": "Generated", "chapters": chapters}]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")
    return folder


def write_letters(folder: Path) -> list[str]:
    """Write the pages of references by letter; returns their document names."""
    names = {letter: f"chapters/references/{letter.lower()}" for letter in (*string.ascii_uppercase, "Other")}
    (folder / "chapters/references").mkdir(exist_ok=True)
    for letter, name in names.items():
        text = f"# References: {letter}\n\n```{{reference-index}} {letter}\n```\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return list(names.values())


def _rows_page(folder: Path) -> str:
    """A page with every evidence table: the rows under the claims must stand somewhere."""
    blocks = [
        f"```{{evidence-table}} {table}\n:anchor: tbl-{table.replace('_', '-')}\n:caption: Rows of the table.\n```\n"
        for table in evidence_tables(folder / "data")
    ]
    return "\n".join(["# Rows\n", *blocks])


def _take_claims(folder: Path) -> Iterator[dict[str, str]]:
    """The book's claims over and over; their files go, and those of all other tables that chapters add to."""
    found = []
    for path in sorted((folder / "data" / "claims").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found += [row for row in csv.DictReader(stream) if row["sources"]]
    for path in sorted((folder / "data").rglob("*.csv")):
        if path.parent != folder / "data":
            path.unlink()
    return cycle(found)


def _own_claims(folder: Path, name: str, claims: list[dict[str, str]], number: int) -> list[dict[str, str]]:
    """Claims with ids of their own, written as the chapter's file."""
    own = [claim | {"id": f"{claim['id']}-{number}"} for claim in claims]
    path = folder / "data" / "claims" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, own[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(own)
    return own


def _add_works(folder: Path, number: int) -> list[str]:
    """Add generated works to the bibliography and the snapshot; returns their keys."""
    keys = []
    with (
        (folder / "references.bib").open("a", encoding="utf-8") as bibliography,
        (folder / "data/references.csv").open("a", encoding="utf-8", newline="") as snapshot,
    ):
        rows = csv.writer(snapshot, lineterminator="\n")
        for key, entry, row in works(random.Random(number), number):
            keys.append(key)
            bibliography.write(f"\n{entry.strip()}\n")
            rows.writerow([*row, *[""] * (len(COLUMNS) - len(row))])  # on no list of retractions
    return keys


def measure_growth(
    root: Path,
    scratch: Path,
    say: Say,
    sizes: Sequence[int] = SIZES,
    executed_sizes: Sequence[int] = EXECUTED_SIZES,
) -> Section:
    """Build books of several sizes cold, after one more sentence in a chapter, and without a change."""
    tables, notes = [], [f"Each chapter has {WORKS_EACH} works of its own, cited about {CITED} times each, and claims."]
    data: dict[str, Any] = {}
    kinds = {"text": (sizes, False), "executed": (executed_sizes, True)}
    for kind, (chosen, executed) in kinds.items():
        steps = _build_all(root, scratch, say, chosen, executed)
        words = "with a table and a figure that a kernel makes" if executed else "of text alone: nothing to execute"
        rows: list[list[Cell]] = [
            [size, *(value for step in STEPS for value in _figures(steps[step][place])), round(cold.peak_mb)]
            for place, (size, cold) in enumerate(zip(chosen, steps["cold"], strict=True))
        ]
        header = ["chapters", *(f"{step} {unit}" for step in STEPS for unit in ("s", "CPU s")), "peak MB"]
        tables.append(Table(f"Chapters {words}", header, rows))
        for step, runs in steps.items():
            exponent = growth_exponent(chosen, [run.cpu_seconds for run in runs])
            if exponent is not None:
                grows = f"grows as the number of chapters to the power {exponent:.2f} (1 is linear)."
                notes.append(f"Chapters {kind}: CPU time, {step}, {grows}")
        figures = ("seconds", "cpu_seconds", "peak_mb")
        data[kind] = {step: [{f: getattr(run, f) for f in figures} for run in runs] for step, runs in steps.items()}
        data[kind]["sizes"] = list(chosen)
    return Section("Growth with the number of chapters", tables, notes, data)


def _figures(measured: Measured) -> tuple[float, float]:
    return measured.seconds, measured.cpu_seconds


def _build_all(root: Path, scratch: Path, say: Say, sizes: Sequence[int], executed: bool) -> dict[str, list[Measured]]:
    """What each step took at each size."""
    steps: dict[str, list[Measured]] = {step: [] for step in STEPS}
    changes: dict[str, Callable[[Path], None]] = {"one sentence": _change}
    for size in sizes:
        folder = make_book(root, scratch / f"growth-{size}", size, executed)
        book = Book(f"{size} chapters", folder, tuple(python("-m", "resistance", "site", "build")))
        for step, runs in steps.items():
            say(f"growth: {size} chapters{', executed' if executed else ''}, {step}")
            changes.get(step, lambda _: None)(folder)
            measured = book.build()
            must_succeed(measured, book)
            if measured.status:  # after a failure nothing is reused, so the next step would not mean what it says
                raise RuntimeError(f"{book.name}, {step}: ended with an error:\n{measured.output[-3000:]}")
            runs.append(measured)
    return steps


def _change(folder: Path) -> None:
    page = folder / "chapters/generated/chapter-001.md"
    page.write_text(with_sentence(page.read_text(encoding="utf-8")), encoding="utf-8")
