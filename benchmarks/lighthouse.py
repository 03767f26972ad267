"""Section 3: Lighthouse scores and paint times, mobile setting, over the server of :mod:`benchmarks.server`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.builds import Say, built_copies
from benchmarks.measure import median
from benchmarks.project import chapters_of
from benchmarks.report import Cell, Section, Table
from benchmarks.server import serve

HERE = Path(__file__).resolve().parent
RUNS = 3
CATEGORIES = {"performance": "perf.", "accessibility": "access.", "best-practices": "best pr.", "seo": "SEO"}
TIMES = {
    "first-contentful-paint": ("FCP s", 1000),
    "largest-contentful-paint": ("LCP s", 1000),
    "total-blocking-time": ("TBT ms", 1),
    "cumulative-layout-shift": ("CLS", 1),
}
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
_PACKAGES = ("package.json", "package-lock.json")
TITLE = "Lighthouse"


class Unavailable(RuntimeError):
    """Lighthouse cannot run here; the message says why."""


def install(folder: Path) -> Path:
    """Path of Lighthouse's program below ``folder``; installed with npm unless the same lock file was before.

    Raises
    ------
    Unavailable
        If there is no Node, no npm, or npm cannot install it.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Unavailable("there is no npm")
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    folder.mkdir(parents=True, exist_ok=True)
    same = all((folder / n).is_file() and (folder / n).read_bytes() == (HERE / n).read_bytes() for n in _PACKAGES)
    if same and program.is_file():
        return program
    for name in _PACKAGES:
        shutil.copy(HERE / name, folder / name)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode or not program.is_file():
        raise Unavailable(f"npm ci failed: {done.stderr.strip()[-300:]}")
    return program


def run_once(program: Path, browser: str, address: str, to: Path) -> dict[str, Any]:
    """Lighthouse's own report of one address; requests to other hosts are blocked.

    Raises
    ------
    Unavailable
        If Lighthouse fails.
    """
    command = ["node", str(program), address, "--output=json", f"--output-path={to}", "--quiet"]
    command += ["--no-enable-error-reporting", "--blocked-url-patterns=https://*", f"--chrome-flags={_CHROME}"]
    environment = {**os.environ, "CHROME_PATH": browser}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"Lighthouse failed: {done.stderr.strip()[-300:]}")
    return json.loads(to.read_text(encoding="utf-8"))


def figures(report: dict[str, Any]) -> dict[str, float]:
    """Scores (0 to 100), times and the speed of the machine as Lighthouse found it."""
    audits = report["audits"]
    scores = {name: 100 * (report["categories"][name]["score"] or 0) for name in CATEGORIES}
    times = {name: audits[name].get("numericValue", float("nan")) / scale for name, (_, scale) in TIMES.items()}
    return {**scores, **times, "benchmark-index": report["environment"]["benchmarkIndex"]}


def failures(report: dict[str, Any]) -> list[str]:
    """Audits that cost points outside performance, with how many elements they name."""
    found = []
    for category in CATEGORIES:
        if category == "performance":
            continue
        for ref in report["categories"][category]["auditRefs"]:
            audit = report["audits"][ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < 1:
                found.append(f"{ref['id']} ({len((audit.get('details') or {}).get('items') or [])})")
    return found


def medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Median of each figure over the runs of a page."""
    return {name: median([run[name] for run in runs]) for name in runs[0]}


def measure_lighthouse(root: Path, scratch: Path, say: Say, runs: int = RUNS) -> Section:
    """Run Lighthouse on the landing page and every chapter of ours, and on one chapter of the plain book."""
    from resistance.editions.browser import HELP, find_browser

    browser = find_browser()
    if browser is None:
        return Section(TITLE, notes=[f"Left out: {HELP}"])
    try:
        program = install(scratch)
    except Unavailable as error:
        return Section(TITLE, notes=[f"Left out: {error}."])
    plain, ours = built_copies(root, scratch, say)
    chapters = [name for name in chapters_of(ours.folder) if (ours.site / f"{name}.html").is_file()]
    pages = [(ours, name) for name in ["index", *chapters]] + [(plain, chapters[0])]
    results: dict[str, dict[str, Any]] = {}
    for book, name in pages:
        label = f"{name} (plain)" if book is plain else name
        got, failed = [], []
        with serve(book.site) as home:
            for number in range(runs):
                say(f"lighthouse: {label}, run {number + 1} of {runs}")
                try:
                    report = run_once(program, browser, f"{home.address}{name}.html", scratch / "lighthouse.json")
                except Unavailable as error:
                    failed = [str(error)]
                    continue
                got.append(figures(report))
                failed = failures(report)
        results[label] = {"median": medians(got) if got else {}, "runs": got, "failed": failed}
    return section(results, runs)


def section(results: dict[str, dict[str, Any]], runs: int) -> Section:
    """The table of the medians by page."""
    rows: list[list[Cell]] = []
    for label, result in results.items():
        middle = result["median"]
        scores: list[Cell] = [round(middle[name]) if middle else None for name in CATEGORIES]
        times: list[Cell] = [middle.get(name) for name in TIMES]
        rows.append([label, *scores, *times, ", ".join(result["failed"]) or "none"])
    speeds = [result["median"]["benchmark-index"] for result in results.values() if result["median"]]
    speed = f"; its index of this machine's speed was {median(speeds):,.0f}" if speeds else ""
    header = ["page", *CATEGORIES.values(), *(name for name, _ in TIMES.values()), "audits that cost points"]
    return Section(
        TITLE,
        [Table(f"Mobile setting, median of {runs}", header, rows)],
        [
            "Simulated slow 4G and a processor four times slower, over HTTP/1.1 with gzip and cache headers on loopback"
            f"{speed}. Below about 1,500 other work on the machine costs performance points.",
            "The plain page's requests to other hosts are blocked: it draws neither formulas nor charts, so its times "
            "are better than a reader's.",
        ],
        {"pages": results},
    )
