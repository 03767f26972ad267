"""Decides which pages have to be executed, why, and in which order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from resistance.book.pages import Page
from resistance.diagnostics import Finding
from resistance.execution.dependencies import Digests, Manifest, first_change, read_manifest
from resistance.execution.reading import UnreadableCell, code_digest, markdown_config, read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Task:
    """A page to execute: its notebook, the digest of its code cells, and why it has to run."""

    page: Page
    notebook: NotebookNode
    code: str
    reason: str
    last_seconds: float


@dataclass
class Plan:
    """What to execute, the longest first; what is reused, and the keys of those records; what cannot be read.

    ``renewed`` are manifests of reused pages whose text is new: with them the next build need not parse these again.
    """

    config: str | None
    tasks: list[Task] = field(default_factory=list)
    reused: list[Page] = field(default_factory=list)
    renewed: dict[str, Manifest] = field(default_factory=dict)
    unreadable: list[Page] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Candidate:
    page: Page
    manifest: Manifest | None
    code: str
    reason: str | None


class _Reader:
    """Reads pages through MyST-NB, which is imported and configured when the first page needs it."""

    def __init__(self, root: Path):
        self._root = root
        self._config = None
        self._notebooks: dict[str, NotebookNode] = {}

    def read(self, page: Page) -> NotebookNode:
        """The page's notebook, parsed once."""
        if self._config is None:
            self._config = markdown_config(self._root)
        if page.name not in self._notebooks:
            self._notebooks[page.name] = read_notebook(self._root, page, self._config)
        return self._notebooks[page.name]


def make_plan(root: Path, pages: list[Page], digests: Digests, results: Mapping[str, str]) -> Plan:
    """What has to be executed.

    Parameters
    ----------
    root : project root
    pages : the notebooks
    digests : of files as they are now
    results : digest of each result in the cache, by key

    Raises
    ------
    UnreadableConfig
        If a page has to be read and ``_config.yml`` cannot be used.
    """
    plan = Plan(config=digests.file("_config.yml"))
    reader = _Reader(root)
    candidates = []
    for page in pages:
        try:
            candidates.append(_judge(page, read_manifest(root, page.name), plan.config, digests, results, reader))
        except UnreadableCell as error:
            plan.unreadable.append(page)
            plan.findings.append(error.finding)
    # Pages with the same code share one record, which is removed with the first of them that does not hold.
    stale = {candidate.code: candidate.page.name for candidate in candidates if candidate.reason}
    for candidate in candidates:
        if candidate.code not in stale:
            plan.reused.append(candidate.page)
            plan.keys.add(candidate.manifest.key)
            if candidate.manifest.text is not None:
                renewed = replace(candidate.manifest, text=candidate.page.digest, config=plan.config)
                if renewed != candidate.manifest:
                    plan.renewed[candidate.page.name] = renewed
            continue
        reason = candidate.reason or f"has the same code as {stale[candidate.code]}"
        seconds = candidate.manifest.seconds if candidate.manifest else math.inf
        plan.tasks.append(Task(candidate.page, reader.read(candidate.page), candidate.code, reason, seconds))
    plan.tasks.sort(key=lambda task: -task.last_seconds)
    return plan


def _judge(
    page: Page,
    manifest: Manifest | None,
    config: str | None,
    digests: Digests,
    results: Mapping[str, str],
    reader: _Reader,
) -> _Candidate:
    """Whether the page's last result still holds; if not, why."""
    if manifest is None:
        return _Candidate(page, None, code_digest(reader.read(page)), "new")
    if (manifest.text, manifest.config) == (page.digest, config):
        code = manifest.code
    else:
        code = code_digest(reader.read(page))
    if code != manifest.code:
        reason = "its code changed"
    elif results.get(manifest.key) != manifest.result:
        reason = "its result is not in the cache"
    else:
        reason = first_change(manifest, digests)
    return _Candidate(page, manifest, code, reason)
