"""How long the check of the bibliography takes, and how much memory, as the bibliography grows.

Run ``python benchmarks/references.py [N ...]``. Each size is generated into a temporary folder (bibliography, snapshot
and pages that cite every work) and checked in a process of its own, so that its peak memory is its own. The exit
status is 1 if 10,000 references take longer than the limit, or if the time grows faster than the number of references.
"""

from __future__ import annotations

import csv
import math
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from resistance.diagnostics import Finding, Severity
from resistance.references.snapshot import COLUMNS, FROM_LIST

SIZES = (1_000, 10_000, 50_000)
LIMIT_SECONDS = 30.0  # for 10,000 references on two cores
STEEPEST = 1.25  # slope of log time against log number: 1 is linear, 2 compares all pairs
TODAY = date(2026, 1, 1)
PER_PAGE = 200

_FAMILIES = ("Müller", "Ångström", "Nguyen", "Garcia-Lopez", "O'Brien", "Kim", "Rossi", "Dubois", "Silva", "Okafor")
_LATEX = {"Müller": r"M{\"u}ller", "Ångström": r"{\AA}ngstr{\"o}m"}
_KEYS = {"Müller": "Muller", "Ångström": "Angstrom", "Garcia-Lopez": "GarciaLopez", "O'Brien": "OBrien"}
_WORDS = (
    *("acquired", "adaptive", "apoptosis", "biomarker", "bypass", "chemotherapy", "clonal", "combination", "cohort"),
    *("dormant", "efflux", "epigenetic", "escape", "evolution", "expression", "fibroblast", "genomic", "heterogeneity"),
    *("hypoxia", "immune", "inhibitor", "intrinsic", "kinase", "leukaemia", "lineage", "lymphoma", "melanoma", "model"),
    *(
        "mutation",
        "myeloma",
        "pathway",
        "persister",
        "plasticity",
        "prognosis",
        "prospective",
        "randomised",
        "receptor",
    ),
    *("relapse", "repair", "resistance", "response", "sensitivity", "signalling", "stromal", "survival", "target"),
    *("therapy", "tolerance", "transporter", "trial", "tumour"),
)
_JOURNALS = ("Nature Medicine", "Cancer Research", "Blood", r"Genes \& Development", "Journal of Clinical Oncology")


def generate(root: Path, number: int) -> None:
    """Write a clean bibliography of ``number`` works, its snapshot, and pages that cite them all, below ``root``."""
    rng = random.Random(number)
    (root / "data").mkdir()
    (root / "chapters").mkdir()
    keys = []
    with (
        (root / "references.bib").open("w", encoding="utf-8") as bib,
        (root / "data/references.csv").open("w", encoding="utf-8", newline="") as snapshot,
    ):
        rows = csv.writer(snapshot, lineterminator="\n")
        rows.writerow(COLUMNS[: -len(FROM_LIST)])
        for key, entry, row in works(rng, number):
            keys.append(key)
            bib.write(entry)
            rows.writerow(row)
    for start in range(0, number, PER_PAGE):
        cited = "".join(f"A sentence {{cite}}`{key}`.\n" for key in keys[start : start + PER_PAGE])
        (root / f"chapters/page{start}.md").write_text(f"# Page\n\n{cited}", encoding="utf-8")


def works(rng: random.Random, number: int) -> Iterator[tuple[str, str, list[str]]]:
    """Key, entry and snapshot row of each work; a key's letter says which work of its author and year it is."""
    letters = ["", *"abcdefghijklmnopqrstuvwxyz"]
    for count in range(number):
        family = _FAMILIES[count % len(_FAMILIES)]
        # Few authors and many works: a name of its own for each 27 x 60 works of a family.
        block, rest = divmod(count // len(_FAMILIES), len(letters) * 60)
        suffix = "".join(chr(ord("a") + int(digit)) for digit in str(block))
        year, letter = 1960 + rest % 60, letters[rest // 60]
        first = f"{family}{suffix}"
        key = f"{_KEYS.get(family, family)}{suffix}{year}{letter}"
        title = " ".join(rng.sample(_WORDS, 10)).capitalize()
        authors = [f"{_LATEX.get(family, family)}{suffix}, A. B."]
        authors += [f"{_LATEX.get(other, other)}, C. {i}." for i, other in enumerate(rng.sample(_FAMILIES, 7))]
        journal, doi, pmid = rng.choice(_JOURNALS), f"10.1234/bench.{count}", str(10_000_000 + count)
        entry = (
            f"@article{{{key},\n  author = {{{' and '.join(authors)}}},\n  title = {{{title} in {{EGFR}}}},\n"
            f"  journal = {{{journal}}},\n  year = {{{year}}},\n  volume = {{{count % 400}}},\n"
            f"  number = {{{count % 12}}},\n  pages = {{{count}--{count + 9}}},\n"
            f"  doi = {{{doi}}},\n  pmid = {{{pmid}}},\n}}\n\n"
        )
        shown = journal.replace("\\", "")
        row = [key, doi, pmid, f"{title} in EGFR.", first, str(year), shown, "current"]
        yield key, entry, [*row, f"https://doi.org/{doi}", "2025-12-31"]


def measure(number: int) -> tuple[float, float, list[Finding]]:
    """Seconds and peak memory (MB) of one check of ``number`` generated references, and what it found."""
    from resistance.references import check, collect_citations

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        generate(root, number)
        start = time.perf_counter()
        findings, _ = check(root, collect_citations(root), TODAY)
        seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, findings


def main(sizes: tuple[int, ...]) -> int:
    """Measure all sizes, print a table, and say whether the check keeps its limits."""
    print(f"{'references':>10}  {'seconds':>8}  {'per 1,000':>9}  {'peak MB':>8}", flush=True)
    results: dict[int, float] = {}
    failed = False
    for number in sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, megabytes, findings = pool.apply(measure, (number,))
        results[number] = seconds
        print(f"{number:>10,}  {seconds:>8.2f}  {1000 * seconds / number:>9.3f}  {megabytes:>8.0f}", flush=True)
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        if errors:
            print(f"The generated bibliography is not clean: {errors[0]}")
            failed = True
    if results.get(10_000, 0.0) > LIMIT_SECONDS:
        print(f"10,000 references took longer than {LIMIT_SECONDS:g} s.")
        failed = True
    if len(results) > 1:
        least, most = min(results), max(results)
        slope = math.log(results[most] / results[least]) / math.log(most / least)
        print(f"Time grows as the number of references to the power {slope:.2f}.")
        failed = failed or slope > STEEPEST
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(tuple(int(argument) for argument in sys.argv[1:]) or SIZES))
