"""The pure parts of the benchmarks: statistics, counting, tables, generated text; and the server's answers."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from benchmarks.plain import plain_roles
from benchmarks.server import content_type, serve, wire_bytes
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import checks, ensembles, growth, lighthouse, measure, pages, project, report, rows, run
from resistance.paths import root

BENCHMARKS = Path(measure.__file__).parent
# What MyST, MyST-NB and Sphinx bring.
STANDARD = ("admonition", "code-cell", "dropdown", "glossary", "include", "list-table", "literalinclude")


@given(st.floats(0.3, 2.5), st.floats(1e-3, 1e3))
def test_growth_exponent_recovers_a_power_law(power: float, factor: float) -> None:
    sizes = [10.0, 40.0, 120.0]
    assert measure.growth_exponent(sizes, [factor * n**power for n in sizes]) == pytest.approx(power)


def test_growth_exponent_needs_two_sizes_above_zero() -> None:
    assert measure.growth_exponent([10], [1.0]) is None
    assert measure.growth_exponent([10, 10], [1.0, 2.0]) is None
    assert measure.growth_exponent([10, 20], [0.0, 2.0]) is None


def test_median_and_ratio() -> None:
    assert measure.median([3.0, 1.0, 100.0]) == 3.0
    assert measure.ratio(1.0, 4.0) == 0.25
    assert measure.ratio(1.0, 0.0) is None
    with pytest.raises(ValueError, match="nothing"):
        measure.median([])


def test_run_measures_time_memory_status_and_output(tmp_path: Path) -> None:
    code = "import sys, time; held = bytearray(80_000_000); time.sleep(0.5); print('last'); sys.exit(3)"
    measured = measure.run([sys.executable, "-c", code], tmp_path)
    assert measured.seconds >= 0.5
    assert 0 < measured.cpu_seconds < 0.5
    assert measured.peak_mb > 80
    assert (measured.status, measured.last_line) == (3, "last")


def test_run_counts_the_memory_of_children(tmp_path: Path) -> None:
    child = "import time; held = bytearray(80_000_000); time.sleep(0.6)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert measure.run([sys.executable, "-c", code], tmp_path).peak_mb > 80


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (12345, "12,345"), (1234.4, "1,234"), (12.34, "12.3"), (0.256, "0.26"), ("a|b", "a\\|b")],
)
def test_show(value: report.Cell, text: str) -> None:
    assert report.show(value) == text


def test_markdown_table_aligns_numbers_right() -> None:
    lines = report.markdown_table(["page", "kB"], [["a", 1.5], ["long name", None]]).splitlines()
    assert lines == ["| page      |   kB |", "| --------- | ---: |", "| a         | 1.50 |", "| long name |    – |"]
    with pytest.raises(ValueError, match="2 cells"):
        report.markdown_table(["one"], [["a", "b"]])


def test_report_is_written_as_markdown_and_json(tmp_path: Path) -> None:
    section = report.Section("Part", [report.Table("T", ["a"], [[1]])], ["A note."], {"a": [1]})
    text = report.write([section], tmp_path / "new")
    assert "## Part" in text and "**T**" in text and "- A note." in text
    assert (tmp_path / "new" / "report.md").read_text(encoding="utf-8") == text
    written = json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))
    assert written["sections"]["Part"] == {"notes": ["A note."], "a": [1]}


def test_weigh_counts_each_file_once_and_other_hosts_apart(tmp_path: Path) -> None:
    text = "a" * 5000
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    (tmp_path / "font.woff2").write_bytes(b"x" * 100)
    home = "http://127.0.0.1:1/"
    asked = [
        home + "page.html",
        home + "page.html",
        home + "font.woff2?v=1",
        home + "gone.js",
        "https://x.example/a.js",
    ]
    weight = pages.weigh([*asked, "data:,x", "blob:x"], home, tmp_path)
    packed = len(gzip.compress(text.encode(), 6))
    assert weight == pages.Weight(requests=3, raw=5100, gzip=packed + 100, missing=1, other_hosts=1)


def test_pages_section_prints_the_ratio(tmp_path: Path) -> None:
    weights = [pages.Weight(10, 3_600_000, 1_000_000, 0, 5), pages.Weight(4, 300_000, 100_000)]
    plain, ours = (pages.Visit(w, w, w, ["x.example"] if w.other_hosts else []) for w in weights)
    section = pages.section({"chapter": (plain, ours)})
    row = section.tables[1].rows[0]
    assert row == ["chapter", 3600.0, 1000.0, 100.0, 0.1, 10, 5, 4]
    assert section.data["hosts"] == ["x.example"]
    assert "Heaviest page: 300 kB of HTML (budget 500), 100 kB before interaction" in " ".join(section.notes)


def test_lighthouse_figures_failures_and_medians() -> None:
    audits = {name: {"numericValue": 1500.0, "score": 1} for name in lighthouse.TIMES}
    audits |= {"color-contrast": {"score": 0, "details": {"items": [1, 2]}}, "manual": {"score": None}}
    refs = [{"id": "color-contrast", "weight": 7}, {"id": "manual", "weight": 0}]
    categories = {name: {"score": 0.9, "auditRefs": []} for name in lighthouse.CATEGORIES}
    categories["accessibility"]["auditRefs"] = refs
    found = {"audits": audits, "categories": categories, "environment": {"benchmarkIndex": 1800}}
    figures = lighthouse.figures(found)
    assert figures["performance"] == 90
    assert (figures["largest-contentful-paint"], figures["total-blocking-time"]) == (1.5, 1500)
    assert lighthouse.failures(found) == ["color-contrast (2)"]
    assert lighthouse.medians([{"a": 1.0}, {"a": 9.0}, {"a": 2.0}]) == {"a": 2.0}
    section = lighthouse.section({"p": {"median": figures, "failed": []}, "q": {"median": {}, "failed": ["broken"]}}, 3)
    assert section.tables[0].rows[0][:5] == ["p", 90, 90, 90, 90]
    assert section.tables[0].rows[1][1:] == [None] * 8 + ["broken"]


def test_the_npm_lock_pins_every_package_and_names_no_host() -> None:
    packages = json.loads((BENCHMARKS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = json.loads((BENCHMARKS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages[""]["dependencies"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    installed = {name: entry for name, entry in packages.items() if name}
    assert len(installed) > 50
    assert all(entry["integrity"].startswith("sha") for entry in installed.values())
    assert not [name for name, entry in installed.items() if "resolved" in entry]


PAGE = """---
review:
  section: "1"
---
# Title

First line of prose.
Second line.

- A list item.

```{code-cell} ipython3
x = 1.
text.
```

:::{note}
Inside.
:::
"""


def test_with_sentence_changes_prose_only() -> None:
    changed = project.with_sentence(PAGE, "New.")
    assert changed == PAGE.replace("Second line.", "Second line. New.")
    with pytest.raises(ValueError, match="no line of prose"):
        project.with_sentence("# Title\n\n```\nCode.\n```\n")


def test_contents_and_chapters(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n  - caption: A\n    chapters:\n      - file: one\n        sections:\n"
        "          - file: two.md\n      - file: gone\n",
        encoding="utf-8",
    )
    (tmp_path / "index.md").write_text("# Home\n", encoding="utf-8")
    (tmp_path / "one.md").write_text("---\nkernelspec: {}\n---\n# No chapter\n", encoding="utf-8")
    (tmp_path / "two.md").write_text(PAGE, encoding="utf-8")
    assert project.pages_of(tmp_path) == ["index", "one", "two", "gone"]
    assert project.chapters_of(tmp_path) == ["two"]


def test_plain_config_keeps_the_defaults() -> None:
    ours = {"title": "T", "author": "A", "bibtex_bibfiles": ["x.bib"], "execute": {"execute_notebooks": "cache"}}
    ours |= {"parse": {"myst_enable_extensions": ["amsmath"]}, "sphinx": {"config": {"html_theme": "furo"}}}
    plain = project.plain_config(ours)
    assert "config" not in plain["sphinx"] and "html" not in plain
    assert "execute_notebooks" not in plain["execute"]
    assert plain["parse"] == ours["parse"]


@given(st.integers(0, 50))
def test_repeated_rows_have_ids_of_their_own(count: int) -> None:
    text = 'id,value,note\na,1,"with, comma"\nb,2,\n'
    rows = list(csv.DictReader(io.StringIO(project.repeated_rows(text, count))))
    assert len(rows) == 2 + count == len({row["id"] for row in rows})
    assert {(row["value"], row["note"]) for row in rows} == {("1", "with, comma"), ("2", "")}


def test_repeated_rows_need_an_id() -> None:
    with pytest.raises(ValueError, match="'id'"):
        project.repeated_rows("name\na\n", 1)


def test_largest_evidence_table(tmp_path: Path) -> None:
    header = "id,value,level,source,seen_on\n"
    (tmp_path / "small.csv").write_text(header + "a,,,,\n", encoding="utf-8")
    (tmp_path / "large.csv").write_text(header + "a,,,,\nb,,,,\n", encoding="utf-8")
    (tmp_path / "claims.csv").write_text("id,claim\na,\nb,\nc,\n", encoding="utf-8")
    assert project.largest_evidence_table(tmp_path).stem == "large"


def test_generated_chapters_use_the_real_interface_and_differ() -> None:
    template = (growth.TEMPLATES / "growth_chapter.md").read_text(encoding="utf-8")
    claims = [
        {"id": "first", "claim": "One.", "sources": "A2001;B2002"},
        {"id": "second", "claim": "Two.", "sources": "C"},
    ]
    one, two = (growth.chapter(template, number, claims, KEYS, "some_table") for number in (1, 2))
    assert one != two and "@@" not in one
    assert "{cite}`A2001,B2002`" in one and "{claim}`second`" in one
    assert "```{in-brief}\nfirst\nsecond\n```" in one
    assert 'evidence.table("some_table")' in one and "show_figure(" in one and "binding_range" in one
    for cell in re.findall(r"```\{code-cell\} ipython3\n(.*?)```", one, re.DOTALL):
        compile(cell, "cell", "exec")
    with pytest.raises(ValueError, match="claims"):
        growth.chapter(template, 1, [], KEYS, "t")


KEYS = [f"Work{2000 + number}" for number in range(growth.WORKS_EACH)]


def test_each_work_of_a_generated_chapter_is_cited_four_times() -> None:
    cited = [
        key for keys in re.findall(r"\{cite\}`([^`]+)`", "\n".join(growth.citing(KEYS))) for key in keys.split(",")
    ]
    assert {key: cited.count(key) for key in KEYS} == dict.fromkeys(KEYS, growth.CITED)


def test_generated_chapters_have_works_and_claims_of_their_own(tmp_path: Path) -> None:
    book = growth.make_book(BENCHMARKS.parent, tmp_path / "book", 3)
    pages = sorted((book / "chapters/generated").glob("*.md"))
    own: list[set[str]] = [set() for _ in pages]
    bib = (book / "references.bib").read_text(encoding="utf-8")
    for page, found in zip(pages, own, strict=True):
        text = page.read_text(encoding="utf-8")
        sentences = [line for line in text.splitlines() if line.startswith("A finding of two groups")]
        found.update(key for line in sentences for key in line.partition("`")[2].rstrip("`.").split(","))
        assert len(found) == growth.WORKS_EACH
        assert all(f"{{{key}," in bib for key in found)
        claims = (book / "data/claims/generated" / f"{page.stem}.csv").read_text(encoding="utf-8")
        (brief,) = re.findall(r"```\{in-brief\}\n(.*?)\n```", text, re.DOTALL)
        assert [row["id"] for row in csv.DictReader(io.StringIO(claims))] == brief.split("\n")
    assert not set.intersection(*own[:2]) and not set.intersection(*own[1:])
    for path in (book / "data").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            assert len({len(row) for row in csv.reader(stream)}) == 1, path.name


def test_a_book_with_more_rows_has_ids_of_its_own_and_the_section_tells_growth_and_size(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"data/{name}.csv").write_text("id,study,level\none,s,A\ntwo,s,B\n", encoding="utf-8")
    sizes = project.evidence_tables(tmp_path / "data")
    assert rows.multiply_rows(tmp_path, 3) == 3 * sum(sizes.values())
    ids = [
        row["id"] for name in sizes for row in csv.DictReader((tmp_path / f"data/{name}.csv").open(encoding="utf-8"))
    ]
    assert len(ids) == 3 * sum(sizes.values())
    assert len([i for i in ids if i.startswith("generated")]) == len({i for i in ids if i.startswith("generated")})
    ran = measure.Measured(1.0, 2.0, 100, 0, "")
    grown = [rows.Grown(n, 10, size, ran, ran, 0, 5) for n, size in ((1000, 400_000), (10_000, 600_000))]
    section = rows.section(grown)
    assert "power 0.00" in section.notes[1] and "10,000 rows" in section.notes[2] and len(section.notes) == 3


def test_checks_section_tells_linear_growth_from_quadratic() -> None:
    linear = [checks.Timing(0, 2.0, 0.0, 90), checks.Timing(1000, 2.5, 0.5, 100), checks.Timing(10_000, 7.0, 5.0, 200)]
    square = [checks.Timing(1000, 1.0, 1.0, 100), checks.Timing(10_000, 100.0, 100.0, 200)]
    section = checks.section(square, linear, "some_table")
    assert "power 2.00" in section.notes[0] and "power 1.00" in section.notes[1]
    assert section.tables[0].rows[1] == [10_000, 100.0, 10.0, 200]
    assert section.tables[1].rows[0] == [0, 2.0, 0.0, None, 90]
    assert section.tables[1].rows[2][3] == 0.5


def test_ensembles_section_tells_overhead_and_growth() -> None:
    def ran(way: str, patients: int, cpu: float) -> dict[str, object]:
        return {"way": way, "patients": patients, "cpu": cpu, "seconds": 2 * cpu, "peak_mb": 100.4, "mean": 1.0}

    runs = [ran(way, size, size / 1e7) for size in (10**6, 10**7) for way in ensembles.WAYS]
    runs += [ran("layer", 10**7, 1.2), ran("layer", 10**7, 1.1)]
    section = ensembles.section(runs, (10**6, 10**7), 10**7)
    assert "median" in section.notes[0] and "+10.0%" in section.notes[0] and "power 1.04" in section.notes[0]
    assert section.tables[0].rows[0] == [10**6, "plain NumPy loop", 0.2, 10**7, 100]
    assert section.tables[0].rows[2] == [10**6, "layer, two processes", 0.2, 2_500_000, 100]


def test_the_plain_copy_reads_claims_and_grades_them(tmp_path: Path) -> None:
    (tmp_path / "data/claims/mechanisms").mkdir(parents=True)
    text = "id,claim,level,confidence,direction\nx,Words.,B,4,supports\n"
    (tmp_path / "data/claims/mechanisms/efflux-pumps.csv").write_text(text, encoding="utf-8")
    assert plain_roles.grade(plain_roles.claims(str(tmp_path))["x"]) == "(level B, 4 of 5 stars, supports)"


def test_the_plain_copy_reads_a_row_of_any_table(tmp_path: Path) -> None:
    (tmp_path / "data/claims").mkdir(parents=True)
    (tmp_path / "data/doses.csv").write_text("id,value\na,1\n", encoding="utf-8")
    (tmp_path / "data/claims/one.csv").write_text("id,claim\nb,Words.\n", encoding="utf-8")
    assert plain_roles.rows(str(tmp_path)) == {"a": {"id": "a", "value": "1"}, "b": {"id": "b", "claim": "Words."}}
    assert set(plain_roles.rows(str(tmp_path), "doses")) == {"a"}


def test_the_plain_copy_knows_what_the_pages_use() -> None:
    """A role or directive of ours that the copy does not know stops or falsifies the comparison."""
    ours = {"role": set(), "directive": set()}
    site = SimpleNamespace(
        add_role=lambda name, _: ours["role"].add(name), add_directive=lambda name, _: ours["directive"].add(name)
    )
    plain_roles.setup(site)
    pages = [root() / "index.md", *sorted((root() / "chapters").rglob("*.md"))]
    used = {"role": set(), "directive": set()}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        used["directive"] |= set(re.findall(r"^\s*(?:`{3,}|:{3,})\{([a-z-]+)\}", text, re.MULTILINE))
        used["role"] |= set(re.findall(r"\{([a-z-]+)\}`[^`]", text))
    known = {"role": {"cite", "doc", "numref"}, "directive": set(STANDARD)}
    for kind in used:
        assert used[kind] - known[kind] <= ours[kind], kind


def test_the_server_compresses_keeps_the_connection_and_answers_again_from_cache(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>word</p>" * 500, encoding="utf-8")
    (tmp_path / "404.html").write_text("nothing", encoding="utf-8")
    with serve(tmp_path) as served:
        connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=5)
        try:
            connection.request("GET", "/", headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            body = answer.read()
            assert (answer.version, answer.status, answer.headers["Content-Encoding"]) == (11, 200, "gzip")
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "max-age" in answer.headers["Cache-Control"]
            assert len(body) == wire_bytes(tmp_path / "index.html")[1] < 500
            socket = connection.sock
            connection.request("GET", "/", headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip"})
            again = connection.getresponse()
            again.read()
            assert again.status == 304 and connection.sock is socket
            connection.request("GET", "/../secret")
            missing = connection.getresponse()
            assert (missing.status, missing.read()) == (404, b"nothing")
        finally:
            connection.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.js", "text/javascript; charset=utf-8"), ("a.woff2", "font/woff2"), ("a.svg", "image/svg+xml; charset=utf-8")],
)
def test_content_types(name: str, kind: str) -> None:
    assert content_type(Path(name)) == kind


def test_parts_and_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(run.parts(quick=True)) == ["builds", "pages", "lighthouse", "growth", "rows", "checks", "ensembles"]
    assert run.parts(quick=True)["growth"].keywords == {"sizes": (10,), "executed_sizes": (10,)}
    assert run.parts(quick=False)["lighthouse"].keywords == {"runs": 3}

    def fails(*_: object) -> report.Section:
        raise RuntimeError("no disk")

    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "parts", lambda quick: {"builds": fails, "pages": lambda *_: report.Section("Kept")})
    assert run.main([]) == 1
    printed = capsys.readouterr()
    assert "no disk" in printed.out and "## Kept" in printed.out and "Failed: builds." in printed.err
    assert run.main(["--only", "pages"]) == 0
