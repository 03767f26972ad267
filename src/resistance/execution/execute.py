"""Executes every notebook whose result is not good any more, on all cores, into the cache.

Pages run at the same time in kernels, which are processes; one event loop waits for them. So nothing is shared between
pages, and one process alone writes to the cache: first the result, then its manifest, without which it does not count.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resistance.book.pages import Book, Page, read_book
from resistance.book.rules import RULES as PAGE_RULES
from resistance.cluster import ClusterError
from resistance.diagnostics import Finding, Severity
from resistance.execution.cache import keep_only, recorded_results, store
from resistance.execution.dependencies import (
    Digests,
    Manifest,
    collect,
    manifest_path,
    python_version,
    write_manifest,
)
from resistance.execution.plan import Plan, Task, make_plan
from resistance.execution.progress import Echo, Progress, describe_fault, echo, keep_report
from resistance.execution.reading import UnreadableConfig, cell_line, loads_code
from resistance.execution.rules import RULES

if TYPE_CHECKING:
    from resistance.execution.cluster import Cluster
    from resistance.execution.forks import Forks
    from resistance.execution.kernels import Run

CELL_TIMEOUT = 60
WAITING = 1  # kernels more than cores: now and then each waits for its start, its messages or the cache


class SettingError(ValueError):
    """An environment variable with a value that cannot be used."""


@dataclass
class ExecutionReport:
    """What :func:`execute_pages` did; pages are given by name (``mechanisms/drug-targets``).

    ``executed`` ran and are in the cache, ``reused`` were in it already, ``failed`` are not in it: rendering them would
    make MyST-NB execute them again.
    """

    executed: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every notebook's result is in the cache and nothing is wrong."""
        return not self.failed and all(finding.severity is not Severity.ERROR for finding in self.findings)

    @property
    def summary(self) -> str:
        """What was done and how long it took, in one line."""
        counts = f"Executed {len(self.executed)}, unchanged {len(self.reused)}, failed {len(self.failed)}"
        return f"{counts} notebooks in {self.seconds:.1f} s."


def execute_pages(
    root: Path, say: Echo = echo, jobs: int | None = None, only: str | None = None, scheduler: Any = None
) -> ExecutionReport:
    """Bring the cache up to date with every notebook that ``_toc.yml`` names.

    Parameters
    ----------
    root : project root
    say : receives each line of progress
    jobs : kernels at a time, one more than there are usable cores by default, or as many as the cluster's threads
    only : name of the one page to look at; what is known of the others stays as it is
    scheduler : None to run the kernels here, else the address of a Dask scheduler or a ``distributed.Client``

    Raises
    ------
    ClusterError
        If the cluster cannot be used; what had finished is in the cache.
    SettingError
        If ``RESISTANCE_CELL_TIMEOUT`` is not a whole number of seconds above 0.
    KeyboardInterrupt
        After all kernels have been ended; what had finished is in the cache.
    """
    started = time.monotonic()
    root = root.absolute()
    limit = cell_timeout()
    book = read_book(root)
    if only is not None:
        book = replace(book, pages=[page for page in book.pages if page.name == only], unusable=[], findings=[])
    report = ExecutionReport(findings=list(book.findings), failed=list(book.unusable))
    try:
        plan = make_plan(root, book.notebooks, Digests(root), recorded_results(root))
    except UnreadableConfig as error:
        report.findings.append(error.finding)
        report.failed += [page.name for page in book.notebooks]
        return report
    report.findings += plan.findings
    report.failed += [page.name for page in plan.unreadable]
    report.reused = [page.name for page in plan.reused]
    for name, manifest in plan.renewed.items():
        write_manifest(root, name, manifest)
    if only is None:
        _tidy(root, book, plan)
    if plan.tasks:
        from resistance.execution.kernels import forks_for

        with _cluster(scheduler, root) as cluster:
            jobs = min(jobs or (cluster.jobs if cluster else cores() + WAITING), len(plan.tasks))
            progress = Progress(len(plan.tasks), len(plan.reused), jobs, say)
            try:
                with forks_for(root, 0 if cluster else len(plan.tasks)) as forks:
                    asyncio.run(_Execution(root, plan, progress, report, limit, cluster, forks).run(jobs))
            except* ClusterError as group:
                raise _first(group) from None
    report.findings.sort()
    report.seconds = time.monotonic() - started
    return report


class _Execution:
    """One run over the tasks of a plan; fills the report as pages finish."""

    def __init__(
        self,
        root: Path,
        plan: Plan,
        progress: Progress,
        report: ExecutionReport,
        limit: int,
        cluster: Cluster | None = None,
        forks: Forks | None = None,
    ):
        self.root = root
        self.cluster = cluster
        self.forks = forks
        self.tasks = list(plan.tasks)
        self.config = plan.config
        self.progress = progress
        self.report = report
        self.limit = limit
        self.results: dict[str, tuple[str, Page]] = {}  # by key: digest and page of the first result

    async def run(self, jobs: int) -> None:
        """Work through the tasks, ``jobs`` at a time."""
        async with asyncio.TaskGroup() as group:
            for _ in range(jobs):
                group.create_task(self._work())

    async def _work(self) -> None:
        while self.tasks:
            task = self.tasks.pop(0)
            run = await self._run(task)
            if run.faults or run.record is None:
                self._fail(task.page, run)
            else:
                self._keep(task.page, task.code, task.reason, run)

    async def _run(self, task: Task) -> Run:
        """Run a page's notebook, here or on the cluster."""
        folder = (self.root / task.page.source).parent
        if self.cluster is not None:
            return await self.cluster.run(task.notebook, folder, self.limit, task.page.name)
        from resistance.execution.kernels import run_notebook

        with tempfile.TemporaryDirectory(prefix="resistance-", ignore_cleanup_errors=True) as scratch:
            given = task.notebook, folder, self.root, Path(scratch), self.limit, task.page.name
            return await run_notebook(*given, forks=self.forks)

    def _keep(self, page: Page, code: str, reason: str, run: Run) -> None:
        """Put a result into the cache, then write its manifest."""
        key, result = store(self.root, run.notebook, str(self.root / page.source), run.seconds)
        first, other = self.results.setdefault(key, (result, page))
        if first != result:
            finding = Finding.of(PAGE_RULES["CHP006"], page.source, 1, _same_code(other))
            return self._end(page, run, [(finding, "", "")])
        text = None if loads_code(run.notebook) else page.digest
        used = collect(run.record, self.root, run.started_ns)
        seconds = round(run.seconds, 2)
        manifest = Manifest(text, self.config, code, key, result, python_version(), seconds, **used)
        write_manifest(self.root, page.name, manifest)
        keep_report(self.root, page.name, None)
        self.report.executed.append(page.name)
        return self.progress.finished(page.name, run.seconds, reason)

    def _fail(self, page: Page, run: Run) -> None:
        faults = []
        code_cells = [i for i, cell in enumerate(run.notebook.cells) if cell.cell_type == "code"]
        for fault in run.faults:
            message = f"code cell {code_cells.index(fault.cell) + 1} {fault.message}"
            finding = Finding.of(RULES[fault.code], page.source, cell_line(run.notebook, fault.cell), message)
            faults.append((finding, run.notebook.cells[fault.cell].source, fault.details))
        self._end(page, run, faults)

    def _end(self, page: Page, run: Run, faults: list[tuple[Finding, str, str]]) -> None:
        """Report a page that has failed; its result, if any, does not count without a manifest."""
        manifest_path(self.root, page.name).unlink(missing_ok=True)
        details = "\n".join(describe_fault(*fault) for fault in faults)
        keep_report(self.root, page.name, details)
        self.report.failed.append(page.name)
        self.report.findings += [finding for finding, _, _ in faults]
        self.progress.failed(page.name, run.seconds, details)


@contextmanager
def _cluster(scheduler: Any, root: Path) -> Iterator[Cluster | None]:
    """The cluster of a scheduler, for as long as it is needed; None without a scheduler."""
    if scheduler is None:
        yield None
        return
    from resistance.execution.cluster import Cluster

    cluster = Cluster(scheduler, root)
    try:
        yield cluster
    finally:
        cluster.close()


def _first(group: BaseExceptionGroup) -> BaseException:
    """The first error of a group, and of the groups in it."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _same_code(other: Page) -> str:
    return f"the code cells are those of {other.source} but give other results, and the cache cannot tell them apart"


def _tidy(root: Path, book: Book, plan: Plan) -> None:
    """Remove results that do not hold from the cache, and what is left of pages that are gone."""
    keep_only(root, plan.keys)
    names = {page.name for page in book.notebooks} | set(book.unusable)
    for folder, suffix in (("manifests", ".json"), ("reports", ".log")):
        base = root / "_build" / folder
        for path in list(base.rglob(f"*{suffix}")):
            if path.relative_to(base).as_posix().removesuffix(suffix) not in names:
                path.unlink()


def cell_timeout() -> int:
    """Seconds that a cell may take: ``RESISTANCE_CELL_TIMEOUT``, else :data:`CELL_TIMEOUT`."""
    value = os.environ.get("RESISTANCE_CELL_TIMEOUT", str(CELL_TIMEOUT))
    if not value.isdecimal() or int(value) < 1:
        raise SettingError(f"RESISTANCE_CELL_TIMEOUT must be a whole number of seconds above 0, not {value!r}")
    return int(value)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
