"""A small project, written into a temporary folder, in which every check passes."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from resistance.diagnostics import Finding
from resistance.evidence.check import check
from resistance.evidence.schema import load_schema
from resistance.paths import root

TODAY = date(2026, 11, 23)
KEYS = ("Hata2016", "Engelman2007", "Soria2018")
REAL_SCHEMAS = ("_common", "claims", "counter_searches", "model_parameters", "references", "waived_rows")

OWN_SCHEMA = """\
name: {name}
title: {title}
description: What {name} holds.
statement: "the treatment delays progression"
chapters: [lung]
same_thing: [drug]
map:
  - {{mechanism: changed target or pathway, strategy: another drug, benefit: true}}
fields:
  - {{name: drug, title: Drug, type: string, required: true, description: International name of the drug}}
  - {{name: dose, title: Dose, type: number, unit: mg, minimum: 0, maximum: 1000, description: Daily dose}}
  - {{name: crossover, title: Crossover, type: boolean, description: Whether patients could change arms}}
  - {{name: registry, title: Registry, type: string, pattern: "NCT[0-9]{{8}}", description: Number in the registry}}
"""

EVIDENCE_ROW: dict[str, str] = {
    "id": "osimertinib-soria-2018",
    "study": "flaura",
    "label": "Soria 2018 (FLAURA)",
    "drug": "osimertinib",
    "dose": "80",
    "crossover": "true",
    "registry": "NCT02296125",
    "measure": "progression-free survival",
    "statistic": "hazard ratio",
    "role": "treatment effect",
    "value": "0.46",
    "ci_low": "0.37",
    "ci_high": "0.57",
    "ci_kind": "95% CI",
    "unit": "1",
    "n": "556",
    "n_scope": "both arms",
    "system": "patients",
    "level": "B",
    "confidence": "4",
    "direction": "supports",
    "source": "Soria2018",
    "locator": "Table 2",
    "seen_at": "https://doi.org/10.1056/NEJMoa1713137",
    "seen_on": "2026-11-01",
}
CLAIM_ROW: dict[str, str] = {
    "id": "osimertinib-delays-progression",
    "claim": "Osimertinib delays progression.",
    "direction": "supports",
    "level": "B",
    "confidence": "4",
    "sources": "Soria2018",
    "needs": "trials/osimertinib-soria-2018",
}
SEARCH_ROW: dict[str, str] = {
    "id": "osimertinib-against",
    "claims": "osimertinib-delays-progression",
    "looked_for": "a trial in which osimertinib did not delay progression",
    "where": "PubMed, searched with osimertinib and first-line",
    "searched_on": "2026-11-01",
    "reader": "second reader",
    "outcome": "nothing found",
    "found": "No such trial was found.",
}
PARAMETER_ROW: dict[str, str] = {
    "id": "growth-rate",
    "model": "A1",
    "symbol": "g",
    "meaning": "Growth rate",
    "value": "0.03",
    "unit": "per day",
    "kind": "published",
    "source": "Hata2016",
    "locator": "Table 1",
    "seen_at": "https://doi.org/10.1038/nm.4040",
    "seen_on": "2026-11-01",
}
REFERENCE_ROW: dict[str, str] = {
    "title": "A title",
    "year": "2018",
    "container": "A journal",
    "status": "current",
    "seen_at": "https://doi.org/10.1056/NEJMoa1713137",
    "seen_on": "2026-11-01",
}
BIBLIOGRAPHY = "".join(
    f"@article{{{key}, author={{{key[:-4]}, A.}}, title={{A title}}, journal={{A journal}}, year={{{key[-4:]}}}}}\n"
    for key in KEYS
)
CHAPTER = """\
---
review: {section: "1", searched: 2026-11-01}
---
# Lung

```{in-brief}
osimertinib-delays-progression
```

Text {claim}`osimertinib-delays-progression`.
"""

Change = Callable[["Project"], Any]


@dataclass
class Project:
    """A project folder; tests change one thing in it and look at what the check says."""

    root: Path
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Absolute path of a file of the project."""
        return self.root / name

    def write(self, name: str, text: str) -> None:
        """Write a text file with LF line ends."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the first occurrence of ``old``, which must be there."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new, 1))

    def edit_bytes(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file."""
        before = self.path(name).read_bytes()
        after = change(before)
        assert after != before
        self.path(name).write_bytes(after)

    def schema(self, name: str) -> None:
        """Write the schema of an evidence table."""
        self.write(f"data/schemas/{name}.yaml", OWN_SCHEMA.format(name=name, title=name.title()))

    def table(self, name: str, *rows: dict[str, str]) -> None:
        """Write the table with the columns of its schema; cells that a row does not name are empty.

        A table to which every chapter adds goes to the part of the one chapter that there is.
        """
        self.rows[name] = [dict(row) for row in rows]
        out = io.StringIO(newline="")
        schema = load_schema(name)
        columns = self.columns.get(name) or schema.file_columns
        self.columns[name] = columns
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            assert set(row) <= set(columns), set(row) - set(columns)
            writer.writerow([row.get(column, "") for column in columns])
        self.write(f"data/{name}/lung.csv" if schema.per_chapter else f"data/{name}.csv", out.getvalue())

    def change(self, name: str, index: int = 0, **cells: str) -> None:
        """Change cells of one row of a table."""
        rows = self.rows[name]
        rows[index] = {**rows[index], **cells}
        self.table(name, *rows)

    def add(self, name: str, **cells: str) -> None:
        """Add a row that differs from the table's first by ``cells``."""
        self.table(name, *self.rows[name], {**self.rows[name][0], **cells})

    def check(self, keys: Collection[str] | None = KEYS, retracted: Collection[str] = ()) -> list[Finding]:
        """What the check of all tables and claims finds."""
        return check(keys, retracted, TODAY)[0]


@pytest.fixture(scope="session")
def base_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project without a fault: two evidence tables, one claim, one parameter, one chapter. Tests take copies."""
    folder = tmp_path_factory.mktemp("base")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RESISTANCE_ROOT", raising=False)
        schemas = folder / "data" / "schemas"
        schemas.mkdir(parents=True)
        for name in REAL_SCHEMAS:
            shutil.copy(root() / "data" / "schemas" / f"{name}.yaml", schemas)
        patch.setenv("RESISTANCE_ROOT", str(folder))
        made = Project(folder)
        for name in ("trials", "doses"):
            made.schema(name)
        made.table("trials", EVIDENCE_ROW)
        made.table("doses", *({**EVIDENCE_ROW, "id": name} for name in ("first", "second", "third")))
        made.table("claims", CLAIM_ROW)
        made.table("counter_searches", SEARCH_ROW)
        made.table("model_parameters", PARAMETER_ROW)
        made.table("references", *({**REFERENCE_ROW, "key": key, "first_author": key[:-4]} for key in KEYS))
        made.write("chapters/lung.md", CHAPTER)
        made.write("references.bib", BIBLIOGRAPHY)
        made.write("_config.yml", "parse:\n  myst_enable_extensions: [colon_fence, dollarmath]\n")
    return made


@pytest.fixture
def project(base_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the project without a fault, and ``RESISTANCE_ROOT`` set to it."""
    copy = tmp_path / "project"
    shutil.copytree(base_project.root, copy)
    monkeypatch.setenv("RESISTANCE_ROOT", str(copy))
    return Project(copy, {name: list(rows) for name, rows in base_project.rows.items()}, dict(base_project.columns))
