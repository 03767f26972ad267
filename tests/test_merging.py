"""Two people who each add a whole chapter: git merges their branches, and the merged book passes the check."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys

import pytest

from resistance.evidence.schema import load_schema

from .book_copy import ROOT, Copy

SEEN = {"locator": "abstract", "seen_at": "https://example.org/", "seen_on": "2026-11-23"}
SCHEMA = """\
name: {table}
title: {name}
description: What the chapter {name} counts.
statement: "the drug works"
same_thing: [drug]
map:
  - {{mechanism: changed target or pathway, strategy: another drug, benefit: true}}
chapters: [{page}]
fields:
  - {{name: drug, title: Drug, type: string, required: true, description: International name of the drug}}
"""
PAGE = """\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
review:
  section: "9.9"
  question: "What does {name} ask?"
  search: "words"
  searched: "{today}"
  interval_days: 180
---
# {name}

## In brief

```{{in-brief}}
{slug}-claim-1
{slug}-claim-2
{slug}-claim-3
```

## The mechanism

A sentence {{cite}}`{key}` with a badge {{claim}}`{slug}-claim-1`.
{words}

## Evidence

```{{code-cell}} ipython3
from resistance.show import show_table

show_table("{table}", anchor="tbl-{slug}", caption="What {name} counts.")
```

## Model

```{{code-cell}} ipython3
import altair as alt

from resistance import evidence

slider = alt.param(name="k", value=1, bind=alt.binding_range(min=0, max=2, name="k"))
evidence.table("{table}")
```

## What the source review said

## Open questions

## References

```{{bibliography}}
:filter: docname in docnames
```
"""
ENTRY = """\
@article{{{key},
  author = {{{family}, A.}},
  title = {{What {name} counts, in a title of its own}},
  journal = {{Nature}},
  year = {{2020}},
  volume = {{1}},
  pages = {{{first}--{last}}},
  doi = {{10.1000/{slug}}},
}}

"""


class Repository(Copy):
    """A copy of the book under git."""

    def git(self, *arguments: str) -> str:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "commit", "-q", "-m", message)

    def add_rows(self, table: str, chapter: str, *rows: dict[str, str]) -> None:
        """Add rows to a table, or to a chapter's part of it, at the end of its file."""
        schema = load_schema(table)
        path = f"data/{table}/{chapter}.csv" if schema.per_chapter else f"data/{table}.csv"
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, schema.file_columns, lineterminator="\n", restval="")
        if not (self.root / path).exists():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text("", encoding="utf-8")
            writer.writeheader()
        writer.writerows(rows)
        with (self.root / path).open("a", encoding="utf-8", newline="") as file:
            file.write(out.getvalue())

    def add_chapter(self, slug: str, key: str, page: int) -> None:
        """A whole chapter: page, contents, table, claims, parameters, checks, statements, changes, searches, a work."""
        name, table, chapter = slug.title(), f"{slug}_counts", f"mechanisms/{slug}"
        values = {"slug": slug, "name": name, "table": table, "key": key, "page": chapter, "today": "2026-11-23"}
        (self.root / f"chapters/{chapter}.md").write_text(
            PAGE.format(words="Word after word. " * 300, **values), encoding="utf-8"
        )
        last = [line for line in self.lines("_toc.yml") if "chapters/mechanisms/" in line][-1]
        self.replace("_toc.yml", f"{last}\n", f"{last}\n      - file: chapters/{chapter}\n")
        (self.root / f"data/schemas/{table}.yaml").write_text(SCHEMA.format(**values), encoding="utf-8")
        family = key.rstrip("0123456789")
        entry = ENTRY.format(**values, family=family, first=page, last=page + 8)
        after = next(line for line in self.lines("references.bib") if line.startswith("@article{") and line[9:] > key)
        self.replace("references.bib", after, f"{entry}{after}")
        snapshot = self.text("data/references.csv").split("\n")
        title = f"What {name} counts in a title of its own"
        row = f"{key},10.1000/{slug},,{title},{family},2020,Nature,current,{SEEN['seen_at']},2026-11-23,,,"
        place = next(i for i, line in enumerate(snapshot[1:], start=1) if line.casefold() > key.casefold())
        (self.root / "data/references.csv").write_text(
            "\n".join([*snapshot[:place], row, *snapshot[place:]]), encoding="utf-8"
        )
        figure = {
            "study": slug,
            "label": f"{family} 2020",
            "measure": "response",
            "statistic": "proportion",
            "role": "outcome",
        }
        figure |= {"value": "40", "unit": "%", "n": "50", "n_scope": "group", "system": "patients", "level": "C"}
        figure |= {"confidence": "3", "direction": "supports", "source": key, **SEEN}
        self.add_rows(table, chapter, *(figure | {"id": f"{slug}-row-{i}", "drug": f"{slug}-{i}"} for i in (1, 2, 3)))
        claim = {"direction": "supports", "level": "C", "confidence": "3", "sources": key}
        claims = [
            claim | {"id": f"{slug}-claim-{i}", "claim": f"{name} {i} works.", "needs": f"{table}/{slug}-row-{i}"}
            for i in (1, 2, 3)
        ]
        self.add_rows("claims", chapter, *claims)
        parameter = {
            "model": "Z9",
            "symbol": "k",
            "meaning": "Rate",
            "value": "0.77",
            "unit": "per day",
            "kind": "published",
        }
        self.add_rows("model_parameters", chapter, parameter | {"id": f"{slug}-rate", "source": key, **SEEN})
        check = {
            "model": "Z9",
            "module": "goldie_coldman",
            "quantity": "Nothing is left",
            "published": "1",
            "unit": "1",
        }
        check |= {"call": "goldie_coldman.no_resistance(1e-7, 1)", "tolerance": "0.1", "tolerance_kind": "absolute"}
        self.add_rows(
            "model_checks",
            chapter,
            check | {"id": f"z9-{slug}", "kind": "identity", "agreement": "agrees", "source": key, **SEEN},
        )
        statement = {
            "id": f"s99-{slug}",
            "section": "9.9",
            "statement": "It works.",
            "verdict": "kept",
            "problem": "none",
        }
        self.add_rows("statement_audit", chapter, statement | {"evidence_says": "It works.", "sources": key})
        change = {
            "id": f"{slug}-first",
            "date": "2026-11-23",
            "version": "0.1.0",
            "kind": "new chapter",
            "summary": "New.",
        }
        self.add_rows("changes", chapter, change)
        search = {
            "looked_for": "A trial against it",
            "where": "PubMed",
            "searched_on": "2026-11-23",
            "reader": "second reader",
        }
        search |= {"id": f"{slug}-search", "claims": f"{slug}-claim-1", "outcome": "nothing found", "found": "Nothing."}
        self.add_rows("counter_searches", chapter, search)
        # And a row of its own at the end of a table that other chapters share.
        shared = figure | {
            "id": f"shared-{slug}",
            "kind": "HIF-2 inhibitor",
            "subject": f"{slug}ib",
            "comparison": "none",
        }
        self.add_rows("hypoxia_and_treatment", chapter, shared)


@pytest.fixture
def book(book_copy: Copy, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The book in a repository of its own, set up as ``make`` does it."""
    monkeypatch.setenv("RESISTANCE_ROOT", str(book_copy.root))
    made = Repository(book_copy.root)
    (made.root / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    made.git("init", "-q", "-b", "main")
    for name, verb in (("references", "references"), ("union", "data")):
        made.git("config", f"merge.{name}.driver", f"{sys.executable} -m resistance {verb} merge %O %A %B %P")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    made.commit("The book")
    return made


def add_on_branches(book: Repository, **works: str) -> None:
    for page, (slug, key) in enumerate(works.items(), start=1):
        book.git("switch", "-q", "-c", slug, "main")
        book.add_chapter(slug, key, 10 * page)
        book.commit(f"Chapter {slug}")
    book.git("switch", "-q", "main")


def merge(book: Repository, *branches: str) -> None:
    for branch in branches:
        book.git(
            "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "merge", "-q", "--no-edit", branch
        )


def test_two_whole_chapters_merge_and_the_book_passes_the_check(book: Repository) -> None:
    before, clean = book.check()
    assert clean.returncode == 0, clean.stdout
    add_on_branches(book, alpha="Lane2020", beta="Laneway2020")  # both works stand at one place of the bibliography
    merge(book, "alpha", "beta")
    after, done = book.check()
    assert done.returncode == 0, "\n".join(sorted(after - before))
    assert [line for line in after - before if "alpha" in line or "beta" in line] == []
    found = {
        name: {row["id"] for row in book.table(name)} for name in ("claims", "model_checks", "hypoxia_and_treatment")
    }
    for slug in ("alpha", "beta"):
        assert {f"{slug}-claim-1", f"z9-{slug}", f"shared-{slug}"} <= set.union(*found.values())
        assert book.text("_toc.yml").count(f"mechanisms/{slug}\n") == 1
    assert book.run("references", "format", "--check").returncode == 0


def test_a_branch_alone_passes_the_check_as_well(book: Repository) -> None:
    """Otherwise the test above could pass for a reason of its own."""
    before, _ = book.check()
    add_on_branches(book, alpha="Lane2020")
    book.git("switch", "-q", "alpha")
    after, done = book.check()
    assert done.returncode == 0, "\n".join(sorted(after - before))
    assert [line for line in after - before if "alpha" in line] == []


def test_without_the_driver_works_at_different_places_merge_as_well(book: Repository) -> None:
    for name in ("references", "union"):
        book.git("config", "--unset", f"merge.{name}.driver")
    add_on_branches(book, alpha="Adams2020", beta="Zhu2020")
    merge(book, "alpha", "beta")
    assert book.check()[1].returncode == 0


def test_a_work_that_both_changed_is_a_conflict_that_names_it(book: Repository) -> None:
    for branch, year in (("one", "1801"), ("two", "1802")):
        book.git("switch", "-q", "-c", branch, "main")
        entry = next(line for line in book.lines("references.bib") if line.startswith("  year = "))
        book.replace("references.bib", entry, f"  year = {{{year}}},")
        book.commit(branch)
    command = ["git", "-c", "user.name=S", "-c", "user.email=s@example.org", "merge", "one"]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    key = next(line for line in book.lines("references.bib") if line.startswith("@"))[9:].rstrip(",")
    assert f"references.bib: both sides changed {key}" in done.stderr


def test_neighbouring_rows_that_two_people_change_stand_once(book: Repository) -> None:
    """Lines of both sides kept, as git does by itself, would be both versions of both rows."""
    path = "data/claims/mechanisms/hypoxia.csv"
    rows = [row for row in book.table("claims") if row["_file"] == path]
    first, second = rows[0]["id"], rows[1]["id"]
    for branch, key in (("one", first), ("two", second)):
        book.git("switch", "-q", "-c", branch, "main")
        changed = [
            row | {"balance": f"Weighed by {branch}."} if row["id"] == key else row for row in book.table("claims")
        ]
        book.write_table("claims", changed)
        book.commit(branch)
    merge(book, "one")
    after = {row["id"]: row["balance"] for row in book.table("claims") if row["_file"] == path}
    assert [row["id"] for row in book.table("claims") if row["_file"] == path] == [row["id"] for row in rows]
    assert (after[first], after[second]) == ("Weighed by one.", "Weighed by two.")


def test_make_sets_the_drivers_that_the_attributes_name() -> None:
    attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8")
    script = (ROOT / "tools/environment.py").read_text(encoding="utf-8")
    named = set(re.findall(r"merge=(\w+)", attributes))
    assert named == {"references", "union"}
    set_up = dict(re.findall(r'\("(\w+)", "(\w+ merge)"\)', script))
    assert set_up == {"references": "references merge", "union": "data merge"}
    assert "merge.{name}.driver" in script and "%O %A %B %P" in script
