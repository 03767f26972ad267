"""Copies of the book to measure: as it is, and with plain Jupyter Book defaults."""

from __future__ import annotations

import csv
import io
import os
import shutil
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SENTENCE = "This sentence was added by the benchmark."
_NOT_COPIED = (
    *("_build", ".venv", ".git", ".github", "__pycache__", "node_modules", ".hypothesis", ".pytest_cache"),
    *(".ruff_cache", "tests", "*.egg-info", ".jupyter_cache", ".binder"),
)


def copy_project(root: Path, folder: Path) -> Path:
    """Copy the sources of the book to ``folder``, which is emptied first; nothing that was built goes along."""
    if folder.exists():
        shutil.rmtree(folder)
    return Path(shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED)))


def environment(folder: Path) -> dict[str, str]:
    """Environment in which ``folder`` is the project, with its own copy of the package."""
    return {
        "RESISTANCE_ROOT": str(folder),
        "PYTHONPATH": os.pathsep.join([str(folder / "src"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONDONTWRITEBYTECODE": "",
    }


def make_plain(root: Path, folder: Path) -> Path:
    """Copy the book and take everything of ours out of the way it is shown.

    Jupyter Book keeps its defaults: theme, MathJax, Thebe, serial execution. The chapters stay as they are;
    ``show_figure`` and ``show_table`` display the Altair chart and the data frame, our roles give plain text.
    """
    copy_project(root, folder)
    ours = yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8"))
    (folder / "_config.yml").write_text(yaml.safe_dump(plain_config(ours), sort_keys=False), encoding="utf-8")
    extension = folder / "_ext"
    extension.mkdir()
    shutil.copy(HERE / "plain" / "plain_roles.py", extension / "plain_roles.py")
    shutil.copy(HERE / "plain" / "plain_site.py", folder / "src" / "resistance" / "show" / "__init__.py")
    return folder


def plain_config(ours: dict[str, Any]) -> dict[str, Any]:
    """Jupyter Book's configuration with its defaults for all but what the chapters need to be read at all."""
    return {
        "title": ours["title"],
        "author": ours["author"],
        "only_build_toc_files": True,
        "exclude_patterns": ours.get("exclude_patterns", []),
        "execute": {"timeout": 300},  # the default of 30 s is for machines that do nothing else
        "parse": ours.get("parse", {}),
        "bibtex_bibfiles": ["references.bib"],
        "sphinx": {"local_extensions": {"plain_roles": "_ext"}},
    }


def pages_of(folder: Path) -> list[str]:
    """Names of all pages of the contents, without suffix, in order; the landing page first."""
    contents = yaml.safe_load((folder / "_toc.yml").read_text(encoding="utf-8"))
    return [contents["root"], *_files(contents)]


def _files(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _files(item)]
    if not isinstance(node, dict):
        return []
    own = [node["file"].removesuffix(".md")] if "file" in node else []
    return own + [name for value in node.values() if isinstance(value, list) for name in _files(value)]


def chapters_of(folder: Path) -> list[str]:
    """Pages of the contents whose front matter has a ``review`` block."""
    return [name for name in pages_of(folder) if _is_chapter(folder / f"{name}.md")]


def _is_chapter(path: Path) -> bool:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if not text.startswith("---\n"):
        return False
    front = yaml.safe_load(text.split("\n---", 1)[0].removeprefix("---\n"))
    return isinstance(front, dict) and "review" in front


def with_sentence(text: str, sentence: str = SENTENCE) -> str:
    """``text`` of a page with one more sentence at the end of its last line of prose.

    Raises
    ------
    ValueError
        If the page has no line of prose: one that ends in a full stop outside fences, lists and tables.
    """
    lines = text.split("\n")
    fence, last = "", None
    for number, line in enumerate(lines):
        mark = line.lstrip()[:3]
        if mark in ("```", ":::", "~~~"):
            fence = "" if fence else mark
        elif not fence and line.endswith(".") and line[:1].isalpha():
            last = number
    if last is None:
        raise ValueError("text: the page has no line of prose")
    lines[last] += f" {sentence}"
    return "\n".join(lines)


def repeated_rows(text: str, count: int, name: str = "generated") -> str:
    """A CSV table with ``count`` more rows: copies of its rows in turn, each with an id, and a study, of its own.

    Raises
    ------
    ValueError
        If the table has no column ``id`` or no row.
    """
    header, *rows = list(csv.reader(io.StringIO(text)))
    if "id" not in header or not rows:
        raise ValueError("text: a table with a column 'id' and at least one row is needed")
    place = header.index("id")
    study = header.index("study") if "study" in header else None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header, *rows])
    for number in range(count):
        row = list(rows[number % len(rows)])
        row[place] = f"{name}-{number}"
        if study is not None:
            row[study] = row[place]
        writer.writerow(row)
    return out.getvalue()


def evidence_tables(folder: Path) -> dict[str, int]:
    """Number of rows of each evidence table of ``folder``, by its name."""
    sizes = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            if {"id", "value", "level", "source", "seen_on"} <= set(next(reader, [])):
                sizes[path.stem] = sum(1 for _ in reader)
    return sizes


def largest_evidence_table(folder: Path) -> Path:
    """The evidence table of ``folder`` with the most rows."""
    sizes = evidence_tables(folder)
    if not sizes:
        raise ValueError(f"folder: {folder} holds no evidence table")
    return folder / f"{max(sizes, key=lambda name: sizes[name])}.csv"
