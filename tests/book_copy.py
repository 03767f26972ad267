"""A copy of the book in a temporary folder, into which tests put faults, and what the command line says of it."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "references.bib",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "debt.csv",
    "requirements.txt",
    "redirects.csv",
)
FINDING = re.compile(r"(?P<path>[\w./-]+):(?P<line>\d+): (?P<code>[A-Z]{3}\d{3}) .+\. .+\.")
Place = tuple[str, int, str]  # path, line, code


@dataclass
class Copy:
    """A copy of the book into which faults are seeded; ``expected`` has the place and code of each."""

    root: Path
    expected: list[Place] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Text of a file of the copy."""
        return (self.root / name).read_text(encoding="utf-8")

    def lines(self, name: str) -> list[str]:
        """Lines of a file of the copy."""
        return self.text(name).split("\n")

    def append(self, name: str, text: str) -> int:
        """Add text at the end of a file; returns the line on which it begins."""
        before = self.text(name)
        assert before.endswith("\n")
        (self.root / name).write_text(before + text, encoding="utf-8", newline="\n")
        return before.count("\n") + 1

    def replace(self, name: str, old: str, new: str) -> int:
        """Replace the first ``old``, which must be there; returns its line."""
        before = self.text(name)
        assert old in before, f"{name} does not hold {old!r}"
        (self.root / name).write_text(before.replace(old, new, 1), encoding="utf-8", newline="\n")
        return before[: before.index(old)].count("\n") + 1

    def seed(self, path: str, line: int, code: str) -> None:
        """Expect one finding."""
        self.expected.append((path, line, code))

    def bytes(self) -> dict[str, bytes]:
        """All files of the copy."""
        return {str(p.relative_to(self.root)): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command line on the copy, with this checkout's code."""
        environ = {k: v for k, v in os.environ.items() if k != "GITHUB_ACTIONS"} | {
            "RESISTANCE_ROOT": str(self.root),
            "PYTHONPATH": str(ROOT / "src"),
            **environment,
        }
        command = [sys.executable, "-m", "resistance", *arguments]
        return subprocess.run(command, cwd=self.root, env=environ, capture_output=True, text=True, check=False)

    def check(self) -> tuple[set[str], subprocess.CompletedProcess[str]]:
        """The lines of findings of ``resistance check``, and the run itself."""
        done = self.run("check", "--warnings")
        assert done.stderr == "", done.stderr
        assert "Traceback" not in done.stdout
        *findings, last = done.stdout.splitlines()
        assert last.startswith("Examined ")
        assert len(set(findings)) == len(findings), "a fault is told once"
        assert [line for line in findings if not FINDING.fullmatch(line)] == []
        return set(findings), done

    def without_entries(self) -> Copy:
        """Empty the vocabularies: hundreds of pages of drugs, genes and cancers would be most of a small book."""
        for name in ("drugs", "genes", "cancers"):
            self.write_table(name, [])
        return self

    def files(self, name: str) -> list[str]:
        """Files of a table: ``data/<name>.csv``, or one for each chapter that adds to it."""
        folder = self.root / "data" / name
        parts = sorted(path.relative_to(self.root).as_posix() for path in folder.rglob("*.csv"))
        return parts or [f"data/{name}.csv"]

    def table(self, name: str) -> list[dict[str, str]]:
        """Rows of a table as they stand in its files; ``_file`` says in which."""
        rows = []
        for path in self.files(name):
            with (self.root / path).open(encoding="utf-8", newline="") as file:
                rows += [row | {"_file": path} for row in csv.DictReader(file)]
        return rows

    def write_table(self, name: str, rows: list[dict[str, str]]) -> list[int]:
        """Write a table, each row into its file; returns the line on which each row begins.

        A file of which no row is left keeps its header.
        """
        files = {path: (self.root / path).open(encoding="utf-8", newline="") for path in self.files(name)}
        outs: dict[str, io.StringIO] = {}
        writers: dict[str, csv.DictWriter] = {}
        for path, file in files.items():
            with file:
                header = next(csv.reader(file))
            outs[path] = io.StringIO(newline="")
            writers[path] = csv.DictWriter(outs[path], header, lineterminator="\n", extrasaction="ignore")
            writers[path].writeheader()
        lines: list[int] = []
        for row in rows:
            lines.append(outs[row["_file"]].getvalue().count("\n") + 1)
            writers[row["_file"]].writerow(row)
        for path, out in outs.items():
            (self.root / path).write_text(out.getvalue(), encoding="utf-8", newline="\n")
        return lines


def copy_book(folder: Path) -> Copy:
    """A copy of the book as it stands: pages, tables, bibliography, contents."""
    folder.mkdir()
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    for name in ("chapters", "data"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "src").symlink_to(ROOT / "src")  # pages show the models' code
    return Copy(folder)
