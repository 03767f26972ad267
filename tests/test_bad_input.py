"""Every bad input that contributors send, all at once into a copy of the book: one line each, and nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from resistance.book import rules as book_rules
from resistance.check import check_all
from resistance.diagnostics import Severity
from resistance.evidence import rules as evidence_rules
from resistance.references import rules as reference_rules

from .book_copy import FINDING, Copy, copy_book

WARNINGS = {
    code
    for rules in (book_rules, evidence_rules, reference_rules)
    for code, rule in rules.RULES.items()
    if rule.severity is Severity.WARNING
}


def seed_files(book_copy: Copy) -> None:
    """Faults of whole tables, each in one that claims rest on: only the cause may be told, not what follows from it."""

    def seed(name: str, code: str, change: Callable[[bytes], bytes], line: int = 1) -> None:
        path = book_copy.root / f"data/{name}.csv"
        data = path.read_bytes()
        refs = ";".join(claim["needs"] for claim in book_copy.table("claims")).split(";")
        assert any(ref.startswith(f"{name}/") for ref in refs), f"no claim rests on {name}"
        assert change(data) != data
        path.write_bytes(change(data))
        book_copy.seed(f"data/{name}.csv", line, code)

    seed("efflux_expression", "EVI005", lambda data: data.replace(b",source,", b",", 1))
    seed("efflux_substrates", "EVI006", lambda data: data.replace(b"\n", b",opinion\n", 1))
    rows = (book_copy.root / "data/hypoxia_and_treatment.csv").read_bytes().split(b"\n")
    third = b"\n".join(rows[:2]) + b"\n"
    assert rows[2].count(b",abstract,") == 1
    seed(
        "hypoxia_and_treatment",
        "EVI001",
        lambda data: third + data.removeprefix(third).replace(b",abstract,", b",r\xe9sum\xe9,", 1),
        line=3,
    )
    seed("dna_repair_alterations", "EVI002", lambda data: b"\xef\xbb\xbf" + data)
    seed("tumour_suppressor_response", "EVI003", lambda data: data.replace(b"\n", b"\r\n"))
    seed("kinase_inhibitor_potency", "EVI004", lambda data: b"")


BAD_ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "wrong type": ("EVI011", {"value": "sixty-two"}),
    "unknown level": ("EVI013", {"level": "F"}),
    "duplicate id": ("EVI016", {}),
    "source not in the bibliography": ("REF061", {"source": "Nobody1999"}),
    "hazard ratio without interval": (
        "EVI032",
        {"statistic": "hazard ratio", "value": "0.5", "unit": "1", "ci_low": "", "ci_high": "", "ci_kind": ""},
    ),
    "lower bound above upper": ("EVI033", {"ci_low": "72", "ci_high": "52"}),
    "quoted newline": ("EVI010", {"note": "one\ntwo"}),
    "HTML": ("EVI018", {"note": "<img src=x onerror=alert(1)>"}),
    "formula": ("EVI019", {"note": "=cmd|' /C calc'!A0"}),
}


def seed_rows(book_copy: Copy) -> None:
    """Faults of single rows of a table; the first two stand in rows that a claim rests on."""
    name = "drug_target_mutations"
    rows = book_copy.table(name)
    claimed = {ref for row in book_copy.table("claims") for ref in row["needs"].split(";")}
    mended = [row for row in rows if f"{name}/{row['id']}" in claimed][:2]
    good = dict(next(row for row in rows if row["statistic"] == "proportion" and row["ci_kind"] == "95% CI"))
    # Each made row has a drug of its own, which the table does not name: no claim has to weigh it.
    named = " ".join(row["drug"] for row in rows)
    drugs = iter([row["name"] for row in book_copy.table("drugs") if row["name"] not in named])
    places: list[tuple[dict[str, str], str]] = []
    for what, (code, cells) in BAD_ROWS.items():
        if mended:
            row = mended.pop(0)
            row |= cells
        else:
            row = good | {"id": f"bad-row-{len(rows)}" if cells else good["id"], "drug": next(drugs)} | cells
            rows.append(row)
        places.append((row, code))
        assert what
    lines = book_copy.write_table(name, rows)
    for row, code in places:
        at = next(i for i, other in enumerate(rows) if other is row)
        book_copy.seed(f"data/{name}.csv", lines[at], code)


ENTRIES = """\

@article{Unclosed2001,
  author = {Unclosed, A.},
  title = {A title whose brace is never closed, and a reader that goes on,
  journal = {Nature},
  year = {2001},
  volume = {1},
  pages = {1--2},
  doi = {10.1234/unclosed},
}

@paper{Unknown2002,
  author = {Unknown, A.},
  title = {An entry of a type that the book cannot print},
  journal = {Nature},
  year = {2002},
  volume = {1},
  pages = {3--4},
  doi = {10.1234/unknown},
}

@article{Without2003,
  author = {Without, A.},
  title = {An article that gives no identifier of any registry},
  journal = {Nature},
  year = {2003},
  volume = {1},
  pages = {5--6},
}

@article{Address2004,
  author = {Address, A.},
  title = {An identifier that was copied from the line of a browser},
  journal = {Nature},
  year = {2004},
  volume = {1},
  pages = {7--8},
  doi = {https://doi.org/10.1234/address},
}

@article{Address2004,
  author = {Address, A.},
  title = {An entry that was pasted twice},
  journal = {Nature},
  year = {2004},
  volume = {1},
  pages = {7--8},
  doi = {10.1234/twice},
}
"""
SNAPSHOT_ROWS = """\
Unclosed2001,10.1234/unclosed,,A title whose brace is never closed,Unclosed,2001,Nature,current,https://example.org/1,2026-11-20,,,
Unknown2002,10.1234/unknown,,An entry of a type that the book cannot print,Unknown,2002,Nature,current,https://example.org/2,2026-11-20,,,
Without2003,,,An article that gives no identifier of any registry,Without,2003,Nature,current,https://example.org/3,2026-11-20,,,
Address2004,10.1234/address,,An identifier that was copied from the line of a browser,Address,2004,Nature,current,https://example.org/4,2026-11-20,,,
"""


def seed_bibliography(book_copy: Copy) -> None:
    """Faults of entries; the works are cited in a chapter and have their rows of the snapshot."""
    first = book_copy.append("references.bib", ENTRIES)
    lines = ENTRIES.split("\n")
    for text, code in (
        ("@article{Unclosed2001,", "REF004"),
        ("@paper{Unknown2002,", "REF006"),
        ("@article{Without2003,", "REF011"),
        ("  doi = {https://doi.org/10.1234/address},", "REF014"),
    ):
        book_copy.seed("references.bib", first + lines.index(text), code)
    again = len(lines) - 1 - lines[::-1].index("@article{Address2004,")
    book_copy.seed("references.bib", first + again, "REF005")
    book_copy.append("data/references.csv", SNAPSHOT_ROWS)


CELL = """\
Works that were added to the list {cite}`Unclosed2001,Unknown2002,Without2003,Address2004`.
A work that nobody added {cite}`Someone1999`.

```{code-cell} ipython3
show_table("no_such_table", anchor="tbl-no-such-table", caption="A table that is not there.")
```

```{code-cell} ipython3
show_figure(chart, anchor="fig-without-alt", caption="A figure that nobody has described.", data=frame)
```

"""


def seed_chapters(book_copy: Copy) -> None:
    """Faults of pages and of the contents, in chapters that readers know; the first has room for a few words more."""
    chapter = "chapters/challenges/clonal-evolution.md"
    line = book_copy.replace(chapter, "## Open questions\n", f"{CELL}## Open questions\n")
    cell = CELL.split("\n")
    for start, code in (("A work that", "REF061"), ("show_table(", "CHP013"), ("show_figure(", "CHP014")):
        book_copy.seed(chapter, line + next(i for i, text in enumerate(cell) if text.startswith(start)), code)
    broken = "chapters/mechanisms/tumour-suppressors.md"
    book_copy.seed(broken, book_copy.replace(broken, "review:\n", "review: one: two\n"), "CHP001")
    line = book_copy.replace("_toc.yml", "      - file: chapters/about/claims\n", TOC_LINES)
    book_copy.seed("_toc.yml", line, "TOC001")


TOC_LINES = """\
      - file: chapters/nowhere
      - file: chapters/about/claims
"""


def test_every_bad_input_is_one_line_in_one_run_and_nothing_is_lost(book_copy: Copy) -> None:
    # A fault that only warns, in a page that is not touched below: it must still be told.
    untouched = "chapters/mechanisms/hypoxia.md"
    searched = re.search(r"^ *searched: .*$", book_copy.text(untouched), re.M)[0]
    book_copy.replace(untouched, searched, searched.partition(":")[0] + ": 2020-01-02")
    before, clean = book_copy.check()
    assert clean.returncode == 0, clean.stdout
    for seed in (seed_files, seed_rows, seed_bibliography, seed_chapters):
        seed(book_copy)
    files = book_copy.bytes()
    after, done = book_copy.check()
    assert done.returncode == 1
    # What is said of a page or entry depends on no other; claims are judged beside the rows that can be read.
    seeded = {path for path, _, _ in book_copy.expected}
    kept = {
        line for line in before if line.split(":")[0] not in seeded and line.startswith(("chapters/", "references"))
    }
    assert kept <= after, "what was said before is still said"
    assert kept
    new = [m for m in map(FINDING.fullmatch, after - before) if m and m["code"] not in WARNINGS]
    found = [(m["path"], int(m["line"]), m["code"]) for m in new]
    assert sorted(found) == sorted(book_copy.expected), "\n".join(sorted(after - before))
    assert len(found) == len(BAD_ROWS) + 6 + 5 + 5
    assert f": {len(found)} errors, " in done.stdout.splitlines()[-1]
    assert book_copy.bytes() == files


def test_the_command_annotates_a_pull_request(book_copy: Copy) -> None:
    line = book_copy.append("data/claims/introduction.csv", "one cell\n")
    done = book_copy.run("check", GITHUB_ACTIONS="true")
    assert f"::error file=data/claims/introduction.csv,line={line},title=EVI008::" in done.stdout
    assert done.returncode == 1


def edit(name: str, old: bytes, new: bytes) -> Callable[[Copy], None]:
    """Replace bytes of a file, which must be there."""

    def change(book_copy: Copy) -> None:
        data = (book_copy.root / name).read_bytes()
        assert old in data
        (book_copy.root / name).write_bytes(data.replace(old, new, 1))

    return change


def write(name: str, data: bytes) -> Callable[[Copy], None]:
    """Write a file."""

    def change(book_copy: Copy) -> None:
        (book_copy.root / name).parent.mkdir(exist_ok=True)
        (book_copy.root / name).write_bytes(data)

    return change


def remove(name: str) -> Callable[[Copy], None]:
    """Remove a file."""
    return lambda book_copy: (book_copy.root / name).unlink()


def folder_for_table(book_copy: Copy) -> None:
    (book_copy.root / ROWS).unlink()
    (book_copy.root / ROWS).mkdir()


CHAPTER, ROWS = "chapters/introduction.md", "data/drug_target_mutations.csv"
CLAIMS = "data/claims/introduction.csv"
UTF_16 = "id,gene\n".encode("utf-16")
# One cause each that reaches far: pages, claims and citations that rest on the file must not be reported as well.
ODD: dict[str, tuple[Callable[[Copy], None], str, str]] = {
    "chapter in Latin-1": (edit(CHAPTER, b"# Introduction", b"# Introduction \xe9"), CHAPTER, "CHP002"),
    "chapter with a byte order mark": (edit(CHAPTER, b"---\n", b"\xef\xbb\xbf---\n"), CHAPTER, "CHP002"),
    "interval in words": (edit(CHAPTER, b"interval_days: 180", b"interval_days: often"), CHAPTER, "CHP011"),
    "interval without end": (edit(CHAPTER, b"interval_days: 180", b"interval_days: 9999999999"), CHAPTER, "CHP011"),
    "impossible date": (edit(CHAPTER, b"searched: ", b"found: 2026-13-45\n  searched: "), CHAPTER, "CHP001"),
    "front matter not closed": (edit(CHAPTER, b"---\n# Introduction", b"# Introduction"), CHAPTER, "CHP001"),
    "page that is a folder": (lambda c: (c.root / "chapters/x.md").mkdir(), "chapters/x.md", "TOC006"),
    "link to nowhere": (lambda c: (c.root / "chapters/x.md").symlink_to("gone"), "chapters/x.md", "TOC006"),
    "contents in Latin-1": (write("_toc.yml", b"\xe9"), "_toc.yml", "TOC003"),
    "contents empty": (write("_toc.yml", b""), "_toc.yml", "TOC004"),
    "contents a list": (write("_toc.yml", b"- a\n"), "_toc.yml", "TOC004"),
    "contents removed": (remove("_toc.yml"), "_toc.yml", "TOC002"),
    "configuration in Latin-1": (write("_config.yml", b"title: \xe9\n"), "_config.yml", "TOC003"),
    "configuration broken": (write("_config.yml", b"title: [\n"), "_config.yml", "TOC003"),
    "bibliography empty": (write("references.bib", b""), "references.bib", "REF008"),
    "bibliography in UTF-16": (write("references.bib", UTF_16), "references.bib", "REF001"),
    "bibliography removed": (remove("references.bib"), "references.bib", "REF008"),
    "snapshot empty": (write("data/references.csv", b""), "data/references.csv", "REF040"),
    "snapshot removed": (remove("data/references.csv"), "data/references.csv", "REF008"),
    "claims of a chapter empty": (write(CLAIMS, b""), CLAIMS, "EVI004"),
    "claim with a bad cell": (edit(CLAIMS, b",supports,", b",=supports,"), CLAIMS, "EVI019"),
    "schema a list": (write("data/schemas/claims.yaml", b"- a\n"), "data/schemas/claims.yaml", "EVI042"),
    "common columns removed": (remove("data/schemas/_common.yaml"), "data/schemas/_common.yaml", "EVI042"),
    "file of no table": (write("data/notes/introduction.csv", b"id\n"), "data/notes/introduction.csv", "EVI040"),
    "table in UTF-16": (write(ROWS, UTF_16), ROWS, "EVI001"),
    "quotation mark left open": (edit(ROWS, b",EGFR,", b',"EGFR,'), ROWS, "EVI009"),
    "table that is a folder": (folder_for_table, "data/schemas/drug_target_mutations.yaml", "EVI041"),
    "number too large": (edit(ROWS, b",62,,", b",1e999,,"), ROWS, "EVI011"),
}


@pytest.fixture(scope="module")
def shared_copy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, dict[str, bytes]]:
    """A copy for all causes, and what is in it: files that stay the same are not read again for each."""
    copy = copy_book(tmp_path_factory.mktemp("shared") / "book")
    return copy, copy.bytes()


@pytest.fixture
def restored(shared_copy: tuple[Copy, dict[str, bytes]]) -> Iterator[Copy]:
    """The shared copy, which is as it was afterwards."""
    copy, before = shared_copy
    yield copy
    for path in sorted(copy.root.rglob("*"), reverse=True):
        if path.is_symlink() and path != copy.root / "src":
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    now = copy.bytes()
    for name in now.keys() - before.keys():
        (copy.root / name).unlink()
    for name, content in before.items():
        if now.get(name) != content:
            (copy.root / name).write_bytes(content)
    assert copy.bytes() == before


@pytest.mark.parametrize(("change", "path", "code"), ODD.values(), ids=[name.replace(" ", "-") for name in ODD])
def test_one_cause_is_one_line(
    restored: Copy, monkeypatch: pytest.MonkeyPatch, change: Callable[[Copy], None], path: str, code: str
) -> None:
    change(restored)
    monkeypatch.setenv("RESISTANCE_ROOT", str(restored.root))
    errors = [finding for finding in check_all()[0] if finding.severity is Severity.ERROR]
    assert [(finding.path, finding.code) for finding in errors] == [(path, code)], "\n".join(map(str, errors))
