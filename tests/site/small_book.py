"""A small generated book whose every part can be changed: pages, claims, rows, works, statuses, contents."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from ..book_copy import Copy, copy_book

# All claims of a book on one page: that of the whole book shows the contested alone, and has a page for each part.
CLAIMS_PAGE = "# Claims\n\n```{claims-table}\n:anchor: tbl-claims\n:caption: All claims of the book.\n```\n"

TABLE = "chemotherapy_outcomes"
LOOSE = "olaparib"
NOTEBOOK = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
REVIEW = """\
---
review:
  {{section: "{n}", question: "What of {n}?", search: "words", searched: "2026-11-01", interval_days: 180}}
---
"""
ROWS = """\
# Rows

What the rows show.

```{code-cell} ipython3
from resistance.show import show_table

show_table("chemotherapy_outcomes", anchor="tbl-rows", caption="What chemotherapy reaches.")
```

```{bibliography}
:filter: docname in docnames
```
"""
INDEX = """\
# Home

It counts {count}`claims` claims and {count}`references` works, and names {page}`parts/page-1` and {page}`parts/page-9`.

```{chapter-list}
```
"""


class SmallBook:
    """The book in a folder, with the changes that a contributor may make to it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.copy: Copy = copy_book(folder)
        self.root = self.copy.root
        self._cut_data()
        for path in sorted((self.root / "chapters").rglob("*.md")):
            path.unlink()
        # A page without a list of its own: what it cites leads to the work's letter.
        (self.root / "index.md").write_text(f"{INDEX}\nIt rests on {{cite}}`{','.join(self.keys[:2])}`.\n")
        self._page("chapters/rows", NOTEBOOK + ROWS)
        self._page("chapters/references", "# References\n\n```{reference-index}\n```\n")
        for letter in self.letters:
            text = f"# References: {letter}\n\n```{{reference-index}} {letter}\n```\n"
            self._page(f"chapters/references/{letter.lower()}", text)
        self._page("chapters/explorer", "# Explorer\n\n```{explorer}\n```\n\n```{explorer-lists}\n```\n")
        self._page("chapters/glossary", "# Words\n\n```{glossary}\nefflux\n  Out of the cell.\n```\n")
        self.pages = [f"chapters/parts/page-{n}" for n in (1, 2, 3)]
        for number, page in enumerate(self.pages, start=1):
            self._page(page, self._text(number))
        self.write_contents()

    def _cut_data(self) -> None:
        """Leave the rows, works and claims of one table: a dozen of each."""
        claims = [row for row in self.copy.table("claims") if self._rests_on_table(row)][:6]
        refs = {ref.partition("/")[2] for row in claims for ref in row["needs"].split(";")}
        rows = [row for row in self.copy.table(TABLE) if row["id"] in refs]
        keys = {row["source"] for row in rows} | {key for row in claims for key in row["sources"].split(";")}
        self.claims, self.keys = [row["id"] for row in claims], sorted(keys)
        self.letters = sorted({"A", "Q", *(key[0].upper() for key in keys)})  # "A" for works added; "Q" has none
        self.rows = [row["id"] for row in rows]
        schemas = sorted((self.root / "data/schemas").glob("*.yaml"))
        # A row that nothing names but the tables, alone with its drug: it can go and come back.
        self.loose = {**rows[0], "id": "loose-row", "study": "loose", "label": "Loose 1999", "regimen": LOOSE}
        words = self._vocabulary([*rows, self.loose])
        for name in (path.stem for path in schemas if not path.stem.startswith("_")):
            kept = {"claims": claims, TABLE: [*rows, self.loose], **words}.get(name, [])
            if name == "references":
                kept = [row for row in self.copy.table(name) if row["key"] in keys]
            if any((self.root / path).is_file() for path in self.copy.files(name)):
                self.copy.write_table(name, kept)
        text = self.copy.text("references.bib")
        entries = ["@" + entry for entry in text.split("\n@")]
        found = [e.removeprefix("@@") for e in entries if e.partition("{")[2].partition(",")[0] in keys]
        self._write("references.bib", "\n".join("@" + e.removeprefix("@").strip() + "\n" for e in found))

    def _vocabulary(self, rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
        """A few drugs and cancers that the rows name, with their classes and broader terms."""
        found = {}
        for kind, column, wider in (("drugs", "regimen", "class"), ("cancers", "cancer", "broader")):
            entries = self.copy.table(kind)
            named = [e for e in entries if e["name"] != LOOSE and any(e["name"] in row[column] for row in rows)][:2]
            named += [entry for entry in entries if entry["name"] == LOOSE]
            while more := {e[wider] for e in named} - {e["name"] for e in named} - {""}:
                named += [entry for entry in entries if entry["name"] in more]
            found[kind] = named
        self.drugs = [entry["name"] for entry in found["drugs"]]
        return found

    @staticmethod
    def _rests_on_table(row: dict[str, str]) -> bool:
        named = [ref for side in ("needs", "adds", "against") for ref in row[side].split(";") if ref]
        return all(ref.startswith(f"{TABLE}/") for ref in named)

    def _text(self, number: int) -> str:
        first, second = self.random.sample(self.claims, 2)
        cited = ",".join(self.random.sample(self.keys, 3))
        row = self.random.choice(self.rows)
        level = self.random.choice("AB")
        return (
            REVIEW.format(n=number) + f"# Page {number}\n\n```{{in-brief}}\n{first}\n```\n\n## The mechanism\n\n"
            f"Words of page {number}, as others say {{cite}}`{cited}` and {{cite:t}}`{self.keys[0]}` "
            f"{{claim}}`{second}`. It was {{row}}`{row}`, in {{row}}`{row}.n` people, by {{count}}`studies of {TABLE} "
            f"where level={level}` studies. "
            f"It was {{row}}`{self.random.choice(self.rows)}` and {{row}}`{self.rows[0]}.n`, "
            f"in {{count}}`studies of {TABLE}` studies. "
            "See {numref}`tbl-rows`, {ref}`the rows <tbl-rows>`, {term}`efflux` and {page}`rows`.\n\n"
            f"```{{evidence-table}} {TABLE}\n:anchor: tbl-level-{number}\n:caption: Rows of one level.\n"
            f":where: level={level}\n```\n\n"
            "## References\n\n```{reference-list}\n```\n"
        )

    def _page(self, name: str, text: str) -> None:
        path = self.root / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def write_contents(self) -> None:
        """Write ``_toc.yml``."""
        names = [*self.pages, "chapters/rows", "chapters/references", "chapters/explorer", "chapters/glossary"]
        chapters: list[dict[str, object]] = [{"file": name} for name in names]
        titles = [{"file": f"chapters/references/{each.lower()}", "title": each} for each in self.letters]
        chapters[names.index("chapters/references")]["sections"] = titles
        contents = {"format": "jb-book", "root": "index", "parts": [{"caption": "All", "chapters": chapters}]}
        self._write("_toc.yml", yaml.safe_dump(contents, sort_keys=False))

    # --- changes: each returns what it did, for the message of a failing test ----------------------------------------

    def changes(self) -> list[Callable[[], str]]:
        """Every kind of change."""
        return [
            self.sentence, self.citation, self.heading, self.title, self.question, self.numbered, self.glossary,
            self.row, self.digits, self.shown_again, self.claim, self.reference, self.status, self.work_added,
            self.page_added, self.page_removed, self.page_renamed, self.order, self.label, self.author,
            self.row_gone_or_back, self.drug_renamed,
        ]  # fmt: skip

    def _edit(self, old: str, new: str, page: str | None = None) -> str:
        page = page or self.random.choice(self.pages)
        self.copy.replace(f"{page}.md", old, new)
        return f"{page}: {old!r} became {new!r}"

    def sentence(self) -> str:
        word = self.random.choice(["Xylophones", "Trumpets", "Violas"])
        return self._edit("Words of page", f"{word} are rare with {LOOSE}. Words of page")

    def citation(self) -> str:
        return self._edit("others say ", f"{{cite}}`{self.random.choice(self.keys)}` and others say ")

    def heading(self) -> str:
        return self._edit("## The mechanism", f"## More {self.random.randrange(99)}\n\nOther.\n\n## The mechanism")

    def title(self) -> str:
        return self._edit("\n# ", f"\n# New {self.random.randrange(99)} ")

    def question(self) -> str:
        return self._edit("What of", "What else of")

    def numbered(self) -> str:
        name = f"tbl-new-{self.random.randrange(10_000)}"
        table = f"```{{table}} A table.\n:name: {name}\n\n| a | b |\n| - | - |\n| 1 | 2 |\n```\n\n"
        return self._edit("## The mechanism", f"{table}See {{numref}}`{name}`.\n\n## The mechanism")

    def glossary(self) -> str:
        return self._edit("efflux\n", f"influx {self.random.randrange(99)}\n  In.\n\nefflux\n", "chapters/glossary")

    def _cell(self, table: str, column: str, value: str, key: str = "id") -> str:
        rows = self.copy.table(table)
        row = self.random.choice(rows)
        row[column] = value
        self.copy.write_table(table, rows)
        return f"{table}: {column} of {row[key]} became {value!r}"

    def row(self) -> str:
        return self._cell(TABLE, "n", str(self.random.randrange(100, 9999)))

    def digits(self) -> str:
        """The same number with a digit more."""
        rows = self.copy.table(TABLE)
        row = rows[0]
        row["value"] += "0" if "." in row["value"] else ".0"
        self.copy.write_table(TABLE, rows)
        return f"{TABLE}: value of {row['id']} became {row['value']!r}"

    def shown_again(self) -> str:
        """A table of rows on another page, to which links may now lead."""
        name = f"tbl-again-{self.random.randrange(10_000)}"
        table = f"```{{evidence-table}} {TABLE}\n:anchor: {name}\n:caption: Rows once more.\n```\n\n"
        return self._edit("## The mechanism", f"{table}## The mechanism")

    def claim(self) -> str:
        return self._cell("claims", "claim", f"One finding of {self.random.randrange(999)}.")

    def reference(self) -> str:
        text = self.copy.text("references.bib")
        old = self.random.choice([line for line in text.splitlines() if line.startswith("  title = {")])
        self._write("references.bib", text.replace(old, old.replace("= {", f"= {{No {self.random.randrange(99)}. ")))
        return f"references.bib: {old}"

    def status(self) -> str:
        return self._cell("references", "status", self.random.choice(["retracted", "corrected", "current"]), "key")

    def work_added(self) -> str:
        key = f"Added{1900 + self.random.randrange(100)}"
        if key in self.keys:
            return "nothing"
        entry = f"\n@misc{{{key},\n  author = {{Added, A.}},\n  title = {{A work}},\n  year = {{1999}},\n}}\n"
        self._write("references.bib", self.copy.text("references.bib") + entry)
        self.keys.append(key)
        return self._edit("others say ", f"{{cite}}`{key}` and others say ")

    def author(self) -> str:
        """The first author becomes another, whose name begins with the same letter or with another of the book."""
        text = self.copy.text("references.bib")
        old = self.random.choice([line for line in text.splitlines() if line.startswith("  author = {")])
        family = self.random.choice(self.letters) + "uthor"
        self._write("references.bib", text.replace(old, old.replace("= {", f"= {{{family}, B. and ")))
        return f"references.bib: {old} has {family} first"

    def row_gone_or_back(self) -> str:
        """A row that is the only one of its drug."""
        rows = self.copy.table(TABLE)
        kept = [row for row in rows if row["id"] != self.loose["id"]]
        self.copy.write_table(TABLE, kept if len(kept) < len(rows) else [*rows, self.loose])
        return f"{TABLE}: {self.loose['id']} {'gone' if len(kept) < len(rows) else 'back'}"

    def drug_renamed(self) -> str:
        """A drug has another first name, and the old one among the others."""
        rows = self.copy.table("drugs")
        row = next(row for row in rows if row["kind"] == "drug" and row["name"] != LOOSE)
        old, row["name"] = row["name"], f"renamed {self.random.randrange(10_000)}"
        row["synonyms"] = ";".join(filter(None, [old, row["synonyms"]]))
        self.copy.write_table("drugs", rows)
        return f"drugs: {old} became {row['name']}"

    def label(self) -> str:
        """A page is called otherwise in the contents than by its own title."""
        old = self.copy.text("_toc.yml")
        letter = self.random.choice(self.letters)
        label = f"Works {self.random.randrange(10_000)}"
        self._write("_toc.yml", re.sub(rf"(references/{letter.lower()}\n *title: ).*", rf"\g<1>{label}", old))
        return f"{letter} became {label}"

    def page_added(self) -> str:
        number = 4 + self.random.randrange(9)
        name = f"chapters/parts/page-{number}"
        if name not in self.pages:
            self._page(name, self._text(number))
            self.pages.insert(self.random.randrange(len(self.pages) + 1), name)
            self.write_contents()
        return f"{name} added"

    def page_removed(self) -> str:
        name = self.pages.pop(self.random.randrange(len(self.pages)))
        if not self.pages:
            self.pages.append(name)
            return "nothing"
        (self.root / f"{name}.md").unlink()
        self.write_contents()
        return f"{name} removed"

    def page_renamed(self) -> str:
        position = self.random.randrange(len(self.pages))
        old, new = self.pages[position], f"chapters/parts/renamed-{self.random.randrange(10_000)}"
        (self.root / f"{old}.md").rename(self.root / f"{new}.md")
        self.pages[position] = new
        self.write_contents()
        return f"{old} became {new}"

    def order(self) -> str:
        self.random.shuffle(self.pages)
        self.write_contents()
        return f"order: {self.pages}"
