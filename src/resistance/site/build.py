"""Builds the site: execute what is out of date, let Jupyter Book render, publish the notebooks."""

from __future__ import annotations

import gc
import os
import sys
import time
from hashlib import sha256
from pathlib import Path

from resistance.paths import relative, root

PREVIEW = "RESISTANCE_PREVIEW"  # set while the live preview builds
_SINGLE_INPUTS = ("_config.yml", "_toc.yml", "index.md", "references.bib", "requirements.txt", "CONTRIBUTING.md")


def build_site(to: Path | None = None) -> int:
    """Build the whole site into ``_build/html`` (or ``to``); returns an exit status.

    Pages that failed to execute are reported and the site is not rendered: a page without its results would be wrong.
    """
    from resistance.diagnostics import report
    from resistance.execution.commands import execute_out_of_date

    started = time.perf_counter()
    folder = to or root() / "_build" / "html"
    execution = execute_out_of_date()
    if isinstance(execution, int):
        return execution
    if not execution.ok:
        report(execution.findings, {"notebooks": len(execution.executed) + len(execution.failed)})
        print(execution.summary)
        return 1
    print(execution.summary, flush=True)
    stamp = folder.parent / f".{folder.name}-digest"
    inputs = _inputs_digest()
    if (folder / "index.html").exists() and stamp.exists() and stamp.read_text() == inputs:
        print(f"Nothing has changed since the site was built. Open {relative(folder / 'index.html')}.")
        return 0
    stamp.unlink(missing_ok=True)
    status = render(folder)
    if status == 0:
        from resistance.execution.notebooks import publish_notebooks

        publish_notebooks(root(), folder / "notebooks")
        stamp.write_text(inputs)
        pages = sum(1 for _ in folder.rglob("*.html"))
        seconds = time.perf_counter() - started
        print(f"Built {pages} pages in {seconds:.1f} s. Open {relative(folder / 'index.html')}.")
    return status


def _inputs_digest() -> str:
    """Digest of every file that the site is made from, and of the settings that change it."""
    total = sha256(os.environ.get(PREVIEW, "").encode())
    single = [root() / name for name in _SINGLE_INPUTS]
    folders = [
        p for name in ("chapters", "data", "src") for p in (root() / name).rglob("*") if "__pycache__" not in p.parts
    ]
    for path in sorted(single + folders):
        if path.is_file():
            total.update(relative(path).encode() + b"\0" + sha256(path.read_bytes()).digest())
    return total.hexdigest()


def render(folder: Path) -> int:
    """Let Jupyter Book's Sphinx render the executed book; warnings are errors, all of them are shown."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    from jupyter_book.sphinx import build_sphinx

    from resistance.execution.cache import cache_path

    doctrees = folder.parent / f".doctrees-{folder.name}"
    # Documents are trees that point both ways; the collector walks all of them again and again, a third of the time.
    gc.disable()
    result = build_sphinx(
        root(),
        folder,
        noconfig=True,
        path_config=root() / "_config.yml",
        doctreedir=doctrees,
        # MyST-NB takes a relative path from the working directory; elsewhere it would execute everything itself.
        confoverrides={"latex_individualpages": False, "nb_execution_cache_path": str(cache_path(root()))},
        warningiserror=True,
        keep_going=True,
        jobs=processes(),
        quiet=True,
    )
    gc.enable()
    if result == 0:
        return 0
    # Sphinx warns of a page when it reads it, and would not read it again: the next build would pass in silence.
    (doctrees / "environment.pickle").unlink(missing_ok=True)
    if isinstance(result, int):
        return result
    print(f"The site could not be rendered: {result}", file=sys.stderr)
    return 1


def processes() -> int:
    """How many processes read and write pages: as many as there are processors that this one may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
