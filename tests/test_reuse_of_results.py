"""What a change to the real tables, schemas and models executes again: the pages that used them, and no other."""

from __future__ import annotations

import re
import shutil

from .book_copy import ROOT, Copy

HEADER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
PAGES = {
    "targets": 'from resistance import evidence\n\nlen(evidence.table("drug_target_mutations"))',
    "substrates": (
        "from resistance.show import show_table\n\n"
        'show_table("efflux_substrates", anchor="tbl-substrates", caption="Substrates of efflux pumps.")'
    ),
    "growth": "from resistance.models import gompertz\n\ngompertz.__name__",
    "regrowth": "from resistance.models import regrowth\n\nregrowth.__name__",
}


def write_page(book: Copy, name: str, sentence: str = "Some prose.") -> None:
    text = f"{HEADER}# {name.title()}\n\n{sentence}\n\n```{{code-cell}} ipython3\n{PAGES[name]}\n```\n"
    (book.root / f"chapters/{name}.md").write_text(text, encoding="utf-8")


def executed(book: Copy) -> dict[str, str]:
    """Pages that a build executes, and why."""
    done = book.run("build", "execute")
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(re.findall(r"^\[\d+/\d+\] (\S+) \d+\.\d s \((.+)\)$", done.stdout, re.MULTILINE))


def test_a_change_executes_what_used_it_and_nothing_else(book_copy: Copy) -> None:
    book = book_copy
    (book.root / "src").unlink()  # a link, in a copy of the book
    shutil.copytree(ROOT / "src", book.root / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.rmtree(book.root / "chapters")
    (book.root / "chapters").mkdir()
    for name in PAGES:
        write_page(book, name)
    entries = "".join(f"  - file: chapters/{name}\n" for name in PAGES)
    (book.root / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{entries}")

    assert executed(book) == dict.fromkeys(PAGES, "new")
    assert executed(book) == {}

    write_page(book, "targets", sentence="A changed sentence, with a citation {cite}`Oxnard2011`.")
    assert executed(book) == {}

    rows = book.table("drug_target_mutations")
    rows[0]["note"] = "a changed row"
    book.write_table("drug_target_mutations", rows)
    assert executed(book) == {"targets": "data/drug_target_mutations.csv changed"}

    book.append("data/schemas/efflux_substrates.yaml", "# a remark\n")
    assert executed(book) == {"substrates": "data/schemas/efflux_substrates.yaml changed"}

    book.append("data/claims/introduction.csv", "\n")  # a table that no page reads
    book.append("references.bib", "% a remark\n")
    assert executed(book) == {}

    book.append("src/resistance/models/gompertz.py", "# a remark\n")
    assert executed(book) == {"growth": "src/resistance/models/gompertz.py changed"}

    book.append("src/resistance/models/_validate.py", "# a remark\n")  # both models stand on it
    assert executed(book) == dict.fromkeys(("growth", "regrowth"), "src/resistance/models/_validate.py changed")

    book.append("requirements.txt", "# a remark\n")
    assert executed(book) == dict.fromkeys(PAGES, "requirements.txt changed")
