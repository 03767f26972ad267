"""Builds one page alone, to look at it in seconds: it is executed if it has to be, and nothing else is read or drawn.

Links to other pages and numbers of their figures cannot be filled in; what the whole build says is what counts.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path

from resistance.book.pages import every_page
from resistance.diagnostics import Finding, report
from resistance.exclusive import exclusive
from resistance.paths import relative, root
from resistance.site.warnings import warnings_of

FOLDER = Path("_build") / "page"
# What a page says of others that are not there when it stands alone.
_OF_OTHERS = re.compile(
    r"undefined label|unknown document|term not in glossary|reference target not found|cross.?reference|numfig|"
    r"toctree contains|document isn't included|figure number|is shown on no page",
    re.IGNORECASE,
)


def build_page(name: str) -> int:
    """Build the page into ``_build/page``; returns an exit status.

    Parameters
    ----------
    name : ``chapters/mechanisms/hypoxia.md``, with or without folder and suffix
    """
    short = name.removeprefix("./").removeprefix("chapters/").removesuffix(".md")
    page = next((page for page in every_page(root()) if page.name == short), None)
    if page is None:
        print(f"resistance: there is no page {name!r}; name one as chapters/mechanisms/hypoxia.md.", file=sys.stderr)
        return 1
    if page.findings:
        return report(page.findings, {"pages": 1})
    with exclusive(root(), f"resistance build {page.source}"):
        return _build(page.name, page.docname)


def _build(name: str, docname: str) -> int:
    from resistance.execution.commands import execute_out_of_date

    started = time.perf_counter()
    execution = execute_out_of_date(only=name)
    if isinstance(execution, int):
        return execution
    if not execution.ok:
        report(execution.findings, {"notebooks": 1})
        return 1
    folder = root() / FOLDER
    findings = [finding for finding in _render(docname, folder) if not _OF_OTHERS.search(finding.message)]
    if findings:
        return report(findings, {"pages": 1})
    shown = relative(folder / f"{docname}.html")
    print(f"Built {docname}.md alone in {time.perf_counter() - started:.1f} s. Open {shown}.")
    return 0


def _render(docname: str, folder: Path) -> list[Finding]:
    """Let Sphinx read and draw the one page; returns what it says."""
    from jupyter_book.sphinx import build_sphinx

    from resistance.execution.cache import cache_path

    trees = root() / "_build" / ".doctrees-page"
    trees.mkdir(parents=True, exist_ok=True)
    contents = trees / "_toc.yml"
    contents.write_text(json.dumps({"format": "jb-book", "root": docname}), encoding="utf-8")
    with redirect_stderr(io.StringIO()) as said:
        build_sphinx(
            root(),
            folder,
            noconfig=True,
            path_config=root() / "_config.yml",
            doctreedir=trees,
            confoverrides={
                "latex_individualpages": False,
                "nb_execution_cache_path": str(cache_path(root())),
                "nitpicky": False,
                "external_toc_path": str(contents),
            },
            warningiserror=False,
            keep_going=True,
            jobs=1,
            quiet=True,
        )
    return warnings_of(said.getvalue())[0]
